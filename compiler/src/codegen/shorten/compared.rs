//! Loads of what is only compared: the comparison takes it from memory. Cranelift
//! does not where a branch follows, as at the beginning of Go's functions.

use super::rewrite::Parts;
use super::{Kind, Pieces};
use crate::codegen::Template;
use iced_x86::{
    Code, Decoder, DecoderOptions, FlowControl, Instruction, InstructionInfoFactory, Mnemonic, OpAccess,
    OpKind, Register,
};

/// So many instructions are looked at for whether a register is still needed.
const INSTRUCTIONS_MAX: u32 = 24;
/// `cmp` of a register with memory, of memory with a register, and with 8 bits.
const REGISTER_WITH_MEMORY: u8 = 0x3b;
const MEMORY_WITH_REGISTER: u8 = 0x39;
const MEMORY_WITH_8_BITS: u8 = 0x83;
/// What ModRM has in place of a register for the latter.
const COMPARE: u8 = 7;

/// Registers in which no function takes an argument, in either convention.
const NEVER_ARGUMENTS: [Register; 3] = [Register::RAX, Register::R10, Register::R11];

/// Whether the two, one after the other, may become one.
pub(super) fn is_candidate(load: &Instruction, comparison: &Instruction) -> bool {
    let size = match load.code() {
        Code::Mov_r32_rm32 => 4,
        Code::Mov_r64_rm64 => 8,
        _ => return false,
    };
    let is_load = load.op1_kind() == OpKind::Memory && !load.is_ip_rel_memory_operand();
    let is_comparison = matches!(comparison.mnemonic(), Mnemonic::Cmp | Mnemonic::Test)
        && comparison.op0_kind() == OpKind::Register
        && comparison.op1_kind() == OpKind::Register
        && comparison.op0_register().size() == size
        && comparison.op1_register().size() == size;
    let loaded = load.op0_register();
    let operands = [comparison.op0_register(), comparison.op1_register()];
    let is_of_loaded = operands.iter().filter(|&&operand| operand == loaded).count();
    is_load && is_comparison && is_of_loaded == if comparison.mnemonic() == Mnemonic::Test { 2 } else { 1 }
}

/// Joins comparisons, by the indices of their pieces, with the loads before them, where
/// nothing else needs what is loaded.
pub(super) fn join(code: &Template, comparisons: &[usize], found: &mut Pieces) {
    if comparisons.is_empty() {
        return;
    }
    let mut info = InstructionInfoFactory::new();
    for &index in comparisons {
        join_one(code, index, &mut info, found);
    }
}

fn join_one(
    code: &Template,
    index: usize,
    info: &mut InstructionInfoFactory,
    found: &mut Pieces,
) -> Option<()> {
    let start = found.pieces[index - 1].start;
    let mut decoder = decoder_at(code, start);
    let loaded = decoder.decode().op0_register();
    let comparison = decoder.decode();
    // They ascend, as the reader has seen.
    let next = code.relocations.partition_point(|relocation| relocation.offset < start);
    let is_relocated = code
        .relocations
        .get(next)
        .is_some_and(|relocation| u64::from(relocation.offset) < comparison.next_ip());
    let mut uses = Uses { code, found, info, left: INSTRUCTIONS_MAX };
    if is_relocated || !uses.are_over(loaded.full_register(), index + 1) {
        return None;
    }
    let (other, opcode) = match (comparison.mnemonic(), comparison.op0_register() == loaded) {
        (Mnemonic::Test, _) => (COMPARE, MEMORY_WITH_8_BITS),
        (_, true) => (comparison.op1_register().number() as u8, MEMORY_WITH_REGISTER),
        (_, false) => (comparison.op0_register().number() as u8, REGISTER_WITH_MEMORY),
    };
    // The load may have become another one already.
    let load = match found.pieces[index - 1].kind {
        Kind::Same => &code.bytes[start as usize..comparison.ip() as usize],
        Kind::Rewritten { position, len } => &found.rewritten[position as usize..][..usize::from(len)],
        _ => return None,
    };
    let mut decoder = Decoder::new(64, load, DecoderOptions::NONE);
    let instruction = decoder.decode();
    let offsets = decoder.get_constant_offsets(&instruction);
    let mut joined = Parts::of(load, &offsets)?.with_register(opcode, other);
    if opcode == MEMORY_WITH_8_BITS {
        joined.push(0);
    }
    found.pieces[index - 1].kind = Kind::Dropped;
    found.pieces[index].kind = found.rewrite(&joined);
    Some(())
}

fn decoder_at(code: &Template, start: u32) -> Decoder<'_> {
    let ip = u64::from(start);
    Decoder::with_ip(64, &code.bytes[start as usize..], ip, DecoderOptions::NONE)
}

/// Looks for uses of a register.
struct Uses<'a> {
    code: &'a Template,
    found: &'a Pieces,
    info: &'a mut InstructionInfoFactory,
    /// How many instructions may still be looked at.
    left: u32,
}

impl Uses<'_> {
    /// Whether on all ways from a piece `register` gets another value before it is
    /// used; false where that is not seen.
    fn are_over(&mut self, register: Register, mut index: usize) -> bool {
        loop {
            let Some(piece) = self.found.pieces.get(index) else { return false };
            if self.left == 0 || matches!(piece.kind, Kind::Table | Kind::Data) {
                return false;
            }
            self.left -= 1;
            let instruction = decoder_at(self.code, piece.start).decode();
            if instruction.is_invalid() {
                return false;
            }
            let uses = self.info.info(&instruction).used_registers().iter();
            let mut is_written = false;
            for used in uses.filter(|used| used.register().full_register() == register) {
                match used.access() {
                    OpAccess::Write if used.register().size() >= 4 => is_written = true,
                    _ => return false,
                }
            }
            if is_written {
                return true;
            }
            let target = instruction.near_branch_target() as u32;
            match instruction.flow_control() {
                FlowControl::Next => index += 1,
                FlowControl::UnconditionalBranch => match self.piece_at(target) {
                    Some(next) => index = next,
                    None => return false,
                },
                FlowControl::ConditionalBranch => {
                    let Some(other) = self.piece_at(target) else { return false };
                    if !self.are_over(register, other) {
                        return false;
                    }
                    index += 1;
                }
                FlowControl::Call => return NEVER_ARGUMENTS.contains(&register),
                // A trap needs no register.
                FlowControl::Exception => return true,
                _ => return false,
            }
        }
    }

    fn piece_at(&self, start: u32) -> Option<usize> {
        self.found.pieces.binary_search_by_key(&start, |piece| piece.start).ok()
    }
}

#[cfg(test)]
mod tests {
    use crate::codegen::Template;
    use crate::codegen::shorten::shorten;

    const ORIGIN: i32 = 0x1000_0000;

    fn shortened(code: &[u8], blocks: &[u32]) -> Vec<u8> {
        let template =
            Template { bytes: code.to_vec(), align: 16, relocations: Vec::new(), traps: Vec::new() };
        shorten(template, blocks, Some(ORIGIN)).bytes
    }

    /// mov eax, [rax + origin + 0x10]
    const LOAD: &[u8] = &[0x8b, 0x80, 0x10, 0, 0, 0x10];
    /// xor eax, eax; ret
    const OVERWRITE: &[u8] = &[0x31, 0xc0, 0xc3];

    #[test]
    fn what_is_only_compared_is_compared_in_memory() {
        let cases: [(&[u8], &[u8]); 5] = [
            // cmp edi, eax, in both encodings: cmp edi, [r15 + rax + 0x10]
            (&[0x39, 0xc7], &[0x41, 0x3b, 0x7c, 0x07, 0x10]),
            (&[0x3b, 0xf8], &[0x41, 0x3b, 0x7c, 0x07, 0x10]),
            // cmp eax, r9d: cmp [r15 + rax + 0x10], r9d
            (&[0x44, 0x39, 0xc8], &[0x45, 0x39, 0x4c, 0x07, 0x10]),
            (&[0x41, 0x3b, 0xc1], &[0x45, 0x39, 0x4c, 0x07, 0x10]),
            // test eax, eax: cmp dword [r15 + rax + 0x10], 0
            (&[0x85, 0xc0], &[0x41, 0x83, 0x7c, 0x07, 0x10, 0]),
        ];
        for (comparison, joined) in cases {
            // je over the nop
            let rest = [&[0x74, 1, 0x90], OVERWRITE].concat();
            let code = [LOAD, comparison, &rest].concat();
            assert_eq!(shortened(&code, &[0]), [joined, &rest].concat(), "{comparison:x?}");
        }
        // The load is one from a constant address: mov eax, origin - 0x100;
        // mov eax, [rax + 0x10]; cmp edi, eax: cmp edi, [r15 - 0xf0]
        let code = [&[0xb8, 0, 0xff, 0xff, 0x0f, 0x8b, 0x40, 0x10, 0x39, 0xc7], OVERWRITE].concat();
        let joined = [&[0x41, 0x3b, 0xbf, 0x10, 0xff, 0xff, 0xff], OVERWRITE].concat();
        assert_eq!(shortened(&code, &[0]), joined);
        // 64 bits from the stack: mov r11, [rsp + 8]; cmp r11, rcx; mov r11d, 0; ret
        let code = [0x4c, 0x8b, 0x5c, 0x24, 8, 0x49, 0x39, 0xcb, 0x41, 0xbb, 0, 0, 0, 0, 0xc3];
        let joined = [0x48, 0x39, 0x4c, 0x24, 8, 0x41, 0xbb, 0, 0, 0, 0, 0xc3];
        assert_eq!(shortened(&code, &[0]), joined);
    }

    #[test]
    fn what_is_needed_stays_in_its_register() {
        let comparison: &[u8] = &[0x39, 0xc7];
        let by_register: &[u8] = &[0x41, 0x8b, 0x44, 0x07, 0x10];
        let rests: [&[u8]; 6] = [
            // ret, which gives back rax.
            &[0xc3],
            // je to where ecx gets it; else it is overwritten.
            &[0x74, 3, 0x31, 0xc0, 0xc3, 0x89, 0xc1, 0x31, 0xc0, 0xc3],
            // Its lowest byte is written: setne al; then it is read, as an address.
            &[0x0f, 0x95, 0xc0, 0x31, 0xc0, 0xc3],
            &[0x8b, 0x08, 0x31, 0xc0, 0xc3],
            // Perhaps it is written: cmove eax, ecx.
            &[0x0f, 0x44, 0xc1, 0x31, 0xc0, 0xc3],
            // jmp rax
            &[0xff, 0xe0],
        ];
        for rest in rests {
            let code = [LOAD, comparison, rest].concat();
            assert_eq!(shortened(&code, &[0]), [by_register, comparison, rest].concat(), "{rest:x?}");
        }
        // Another size, and the register with itself: cmp rdi, rax; cmp eax, eax.
        for comparison in [&[0x48, 0x39, 0xc7][..], &[0x39, 0xc0]] {
            let code = [LOAD, comparison, OVERWRITE].concat();
            assert_eq!(shortened(&code, &[0]), [by_register, comparison, OVERWRITE].concat());
        }
        // Another way leads to the comparison.
        let code = [LOAD, comparison, &[0x75, 0xfc], OVERWRITE].concat();
        assert_eq!(shortened(&code, &[0]), [by_register, comparison, &[0x75, 0xfc], OVERWRITE].concat());
        let code = [LOAD, comparison, OVERWRITE].concat();
        assert_eq!(shortened(&code, &[0, 6]), [by_register, comparison, OVERWRITE].concat());
    }
}
