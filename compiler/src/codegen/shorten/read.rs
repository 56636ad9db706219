//! Machine code to its pieces.

use super::pairs::Pairs;
use super::rewrite::{Shorter, rewrite};
use super::{Kind, Piece, Pieces};
use crate::codegen::Template;
use iced_x86::{Decoder, DecoderOptions, FlowControl, Instruction};

/// None where something is not understood.
pub(super) fn pieces(code: &Template, blocks: &[u32], origin: Option<i32>) -> Option<Pieces> {
    let mut blocks = blocks.to_vec();
    blocks.sort_unstable();
    let mut reader = Reader {
        code,
        blocks,
        origin,
        decoder: Decoder::with_ip(64, &code.bytes, 0, DecoderOptions::NONE),
        relocations: relocated(code)?,
        next_relocation: 0,
        next_block: 0,
        is_target: vec![false; code.bytes.len()],
        pairs: Pairs::default(),
        found: Pieces { pieces: Vec::with_capacity(code.bytes.len() / 4), rewritten: Vec::new() },
        indexed: Vec::new(),
        calls: 0,
        calls_before: Vec::new(),
    };
    while reader.decoder.can_decode() {
        let instruction = reader.decoder.decode();
        if instruction.is_invalid() {
            return None;
        }
        reader.calls_before.push(reader.calls);
        let kind = reader.kind(&instruction)?;
        reader.found.pieces.push(Piece { start: instruction.ip() as u32, kind });
        let is_block = reader.is_block(instruction.ip() as u32);
        reader.pairs.see(&instruction, is_block, origin, &mut reader.found);
        if matches!(
            instruction.flow_control(),
            FlowControl::UnconditionalBranch
                | FlowControl::IndirectBranch
                | FlowControl::Return
                | FlowControl::Exception
        ) {
            reader.skip_data(&instruction)?;
        }
    }
    reader.keep_bases_in_loops();
    reader.pairs.finish(code, &reader.is_target, &mut reader.found)?;
    Some(reader.found)
}

/// Offsets of relocations, ascending.
fn relocated(code: &Template) -> Option<Vec<u32>> {
    let offsets: Vec<u32> = code.relocations.iter().map(|relocation| relocation.offset).collect();
    offsets.is_sorted().then_some(offsets)
}

struct Reader<'a> {
    code: &'a Template,
    blocks: Vec<u32>,
    origin: Option<i32>,
    decoder: Decoder<'a>,
    relocations: Vec<u32>,
    /// The first ones that do not lie before the present instruction.
    next_relocation: usize,
    next_block: usize,
    /// Whether a jump leads to each offset.
    is_target: Vec<bool>,
    pairs: Pairs,
    found: Pieces,
    /// Pieces whose instruction reaches memory by two registers instead of one.
    indexed: Vec<usize>,
    /// How many there were.
    calls: u32,
    /// The same before each jump's target may be asked: before each piece.
    calls_before: Vec<u32>,
}

impl Reader<'_> {
    fn is_block(&mut self, start: u32) -> bool {
        while self.blocks.get(self.next_block).is_some_and(|&block| block < start) {
            self.next_block += 1;
        }
        self.blocks.get(self.next_block) == Some(&start)
    }

    fn kind(&mut self, instruction: &Instruction) -> Option<Kind> {
        let (start, end) = (instruction.ip() as u32, instruction.next_ip() as u32);
        while self.relocations.get(self.next_relocation).is_some_and(|&offset| offset < start) {
            self.next_relocation += 1;
        }
        if self.relocations.get(self.next_relocation).is_some_and(|&offset| offset < end) {
            let flow = instruction.flow_control();
            self.calls += u32::from(matches!(flow, FlowControl::Call | FlowControl::IndirectCall));
            return Some(Kind::Same);
        }
        let bytes = &self.code.bytes[start as usize..end as usize];
        match instruction.flow_control() {
            FlowControl::ConditionalBranch | FlowControl::UnconditionalBranch => {
                let condition = match *bytes {
                    [0xe9, ..] | [0xeb, _] => None,
                    [0x0f, code @ 0x80..=0x8f, ..] | [code @ 0x70..=0x7f, _] => Some(code & 15),
                    _ => return None,
                };
                let target = self.within(instruction.near_branch_target())?;
                self.is_target[target as usize] = true;
                return Some(Kind::Jump { target, condition });
            }
            // A call within the function is none that Cranelift makes.
            FlowControl::Call | FlowControl::XbeginXabortXend => return None,
            _ => {}
        }
        let offsets = self.decoder.get_constant_offsets(instruction);
        if instruction.is_ip_rel_memory_operand() {
            let target = self.within(instruction.ip_rel_memory_address())?;
            return Some(Kind::Reference { target, field: offsets.displacement_offset() as u8 });
        }
        let position = self.found.rewritten.len() as u32;
        let shorter = rewrite(bytes, instruction, &offsets, self.origin, &mut self.found.rewritten);
        self.calls += u32::from(instruction.flow_control() == FlowControl::IndirectCall);
        Some(match shorter {
            Some(Shorter { len, is_indexed }) => {
                if is_indexed {
                    self.indexed.push(self.found.pieces.len());
                }
                Kind::Rewritten { position, len }
            }
            None => Kind::Same,
        })
    }

    /// Takes the index out of accesses in loops without calls: there CPUs that remember
    /// what they stored by a register and a displacement are faster by an eighth.
    fn keep_bases_in_loops(&mut self) {
        let mut ends = vec![0; self.found.pieces.len()];
        for (last, piece) in self.found.pieces.iter().enumerate() {
            let Kind::Jump { target, .. } = piece.kind else { continue };
            let first = self.found.pieces.binary_search_by_key(&target, |piece| piece.start);
            if let Ok(first) = first
                && first <= last
                && self.calls_before[first] == self.calls_before[last]
            {
                ends[first] = last;
            }
        }
        let mut end = 0;
        let mut indexed = std::mem::take(&mut self.indexed).into_iter().peekable();
        for (index, own) in ends.into_iter().enumerate() {
            end = end.max(own);
            if indexed.next_if_eq(&index).is_some() && index < end {
                self.keep_base(index);
            }
        }
    }

    fn keep_base(&mut self, index: usize) {
        if index > 0 && self.found.pieces[index - 1].kind == Kind::Dropped {
            // It is a pair, which has no index.
            return;
        }
        let start = self.found.pieces[index].start;
        self.decoder.set_position(start as usize).expect("it was decoded there");
        self.decoder.set_ip(start.into());
        let instruction = self.decoder.decode();
        let offsets = self.decoder.get_constant_offsets(&instruction);
        let bytes = &self.code.bytes[start as usize..instruction.next_ip() as usize];
        let position = self.found.rewritten.len() as u32;
        let shorter = rewrite(bytes, &instruction, &offsets, None, &mut self.found.rewritten);
        self.found.pieces[index].kind =
            shorter.map_or(Kind::Same, |shorter| Kind::Rewritten { position, len: shorter.len });
    }

    fn within(&self, target: u64) -> Option<u32> {
        (target < self.code.bytes.len() as u64).then_some(target as u32)
    }

    /// What follows an instruction after which nothing is executed may be a table, or
    /// after the last block constants.
    fn skip_data(&mut self, last: &Instruction) -> Option<()> {
        let position = last.next_ip() as u32;
        let end = self.code.bytes.len() as u32;
        if position == end
            || self.is_target[position as usize]
            || self.blocks.binary_search(&position).is_ok()
        {
            return Some(());
        }
        let next_block = self.blocks.get(self.blocks.partition_point(|&block| block < position));
        let (kind, next) = match (last.flow_control(), next_block) {
            (FlowControl::IndirectBranch, Some(&block)) => (Kind::Table, block),
            (FlowControl::IndirectBranch, None) | (_, Some(_)) => return None,
            (_, None) => (Kind::Data, end),
        };
        self.calls_before.push(self.calls);
        self.found.pieces.push(Piece { start: position, kind });
        self.decoder.set_position(next as usize).ok()?;
        self.decoder.set_ip(next.into());
        Some(())
    }
}
