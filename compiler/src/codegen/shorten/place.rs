//! Pieces to machine code again.

use super::{Kind, Piece, Pieces};
use crate::codegen::{Reference, Template};

const SHORT_JUMP_BYTES: u32 = 2;
const NEAR_JUMP_BYTES: u32 = 5;
const NEAR_CONDITIONAL_BYTES: u32 = 6;
const DISTANCE_BYTES: u32 = 4;

/// None where something refers to what is no start of a piece.
pub(super) fn place(old: &Template, pieces: &Pieces) -> Option<Template> {
    let layout = Layout::new(old, pieces)?;
    let mut new = Template {
        bytes: layout.bytes()?,
        align: old.align,
        relocations: old.relocations.clone(),
        traps: old.traps.clone(),
    };
    for relocation in &mut new.relocations {
        relocation.offset = layout.moved_within(relocation.offset)?;
        if let Reference::Own(distance) = &mut relocation.target {
            *distance = layout.moved(*distance)?;
        }
    }
    for site in &mut new.traps {
        site.offset = layout.moved(site.offset)?;
    }
    Some(new)
}

struct Layout<'a> {
    old: &'a Template,
    pieces: &'a [Piece],
    rewritten: &'a [u8],
    /// Of each piece in the new code.
    starts: Vec<u32>,
    /// Constants may begin some bytes behind the end of what precedes them.
    lens: Vec<u32>,
}

impl<'a> Layout<'a> {
    fn new(old: &'a Template, pieces: &'a Pieces) -> Option<Layout<'a>> {
        let Pieces { pieces, rewritten } = pieces;
        let mut layout = Layout { old, pieces, rewritten, starts: Vec::new(), lens: Vec::new() };
        let jumps = layout.jumps()?;
        layout.lens = (0..pieces.len()).map(|index| layout.least_len(index)).collect();
        layout.add_up();
        // Jumps only get longer, so that this ends; it begins with all of them short.
        loop {
            let mut has_changed = false;
            for &(index, target) in &jumps {
                let distance = i64::from(layout.starts[target]) - i64::from(layout.end(index));
                if layout.is_short(index) && i8::try_from(distance).is_err() {
                    layout.lens[index] = near_bytes(pieces[index].kind);
                    has_changed = true;
                }
            }
            if !has_changed {
                return Some(layout);
            }
            layout.add_up();
        }
    }

    fn end(&self, index: usize) -> u32 {
        self.starts[index] + self.lens[index]
    }

    /// Whether a jump is.
    fn is_short(&self, index: usize) -> bool {
        self.lens[index] == SHORT_JUMP_BYTES
    }

    /// The jumps among the pieces, with what they lead to.
    fn jumps(&self) -> Option<Vec<(usize, usize)>> {
        let jumps = self.pieces.iter().enumerate().filter_map(|(index, piece)| match piece.kind {
            Kind::Jump { target, .. } => Some((index, target)),
            _ => None,
        });
        jumps.map(|(index, target)| Some((index, self.position(target)?))).collect()
    }

    fn old_len(&self, index: usize) -> u32 {
        let end = self.pieces.get(index + 1).map_or(self.old.bytes.len() as u32, |next| next.start);
        end - self.pieces[index].start
    }

    fn least_len(&self, index: usize) -> u32 {
        match self.pieces[index].kind {
            Kind::Rewritten { len, .. } => len.into(),
            Kind::Jump { .. } => SHORT_JUMP_BYTES,
            Kind::Dropped => 0,
            Kind::Same | Kind::Reference { .. } | Kind::Table | Kind::Data => self.old_len(index),
        }
    }

    fn add_up(&mut self) {
        self.starts.clear();
        let mut start = 0;
        for (piece, len) in self.pieces.iter().zip(&self.lens) {
            if piece.kind == Kind::Data {
                // Whatever is aligned in it stays so.
                start += piece.start.wrapping_sub(start) & (self.old.align - 1);
            }
            self.starts.push(start);
            start += len;
        }
    }

    /// The piece that starts at an old offset.
    fn position(&self, old: u32) -> Option<usize> {
        self.pieces.binary_search_by_key(&old, |piece| piece.start).ok()
    }

    /// Where what starts at an old offset is now.
    fn moved(&self, old: u32) -> Option<u32> {
        self.position(old).map(|position| self.starts[position])
    }

    /// The same for what may be in the middle of something that has not changed.
    fn moved_within(&self, old: u32) -> Option<u32> {
        let position = self.pieces.partition_point(|piece| piece.start <= old).checked_sub(1)?;
        let Piece { start, kind } = self.pieces[position];
        let is_same = matches!(kind, Kind::Same | Kind::Data);
        (is_same || start == old).then(|| self.starts[position] + (old - start))
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.old.bytes.len());
        for (index, piece) in self.pieces.iter().enumerate() {
            bytes.resize(self.starts[index] as usize, 0);
            let old_start = piece.start as usize;
            let old = &self.old.bytes[old_start..old_start + self.old_len(index) as usize];
            match piece.kind {
                Kind::Dropped => {}
                Kind::Same | Kind::Data => bytes.extend_from_slice(old),
                Kind::Rewritten { position, len } => {
                    let position = position as usize;
                    bytes.extend_from_slice(&self.rewritten[position..position + usize::from(len)]);
                }
                Kind::Jump { target, condition } => self.jump(index, target, condition, &mut bytes)?,
                Kind::Reference { target, field } => {
                    bytes.extend_from_slice(old);
                    let field = (self.starts[index] + u32::from(field)) as usize;
                    let distance = self.moved_within(target)?.wrapping_sub(self.end(index));
                    bytes[field..][..DISTANCE_BYTES as usize].copy_from_slice(&distance.to_le_bytes());
                }
                Kind::Table => self.table(index, old, &mut bytes)?,
            }
        }
        Some(bytes)
    }

    fn jump(&self, index: usize, target: u32, condition: Option<u8>, bytes: &mut Vec<u8>) -> Option<()> {
        let distance = self.moved(target)?.wrapping_sub(self.end(index));
        let is_short = self.is_short(index);
        match (condition, is_short) {
            (None, true) => bytes.push(0xeb),
            (None, false) => bytes.push(0xe9),
            (Some(condition), true) => bytes.push(0x70 | condition),
            (Some(condition), false) => bytes.extend_from_slice(&[0x0f, 0x80 | condition]),
        }
        let distance = distance.to_le_bytes();
        bytes.extend_from_slice(if is_short { &distance[..1] } else { &distance });
        Some(())
    }

    fn table(&self, index: usize, old: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
        let (entries, rest) = old.as_chunks::<{ DISTANCE_BYTES as usize }>();
        for &entry in entries {
            let target = self.pieces[index].start.wrapping_add(u32::from_le_bytes(entry));
            let distance = self.moved(target)?.wrapping_sub(self.starts[index]);
            bytes.extend_from_slice(&distance.to_le_bytes());
        }
        rest.is_empty().then_some(())
    }
}

fn near_bytes(jump: Kind) -> u32 {
    match jump {
        Kind::Jump { condition: Some(_), .. } => NEAR_CONDITIONAL_BYTES,
        _ => NEAR_JUMP_BYTES,
    }
}
