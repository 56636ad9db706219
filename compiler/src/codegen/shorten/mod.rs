//! The same machine code in fewer bytes, for x86-64: Cranelift writes every jump and
//! most immediates with 32 bits, and the guest's memory is at an address that takes
//! as many in each access. Hot code that is smaller misses less in the CPU's cache.
//!
//! A function with something in it that is not understood stays as it is.

mod compared;
mod pairs;
mod place;
mod read;
mod rewrite;

use super::Template;

/// `blocks` are the offsets of basic blocks. `origin` is what the pinned register
/// holds, if it does so throughout.
pub(super) fn shorten(code: Template, blocks: &[u32], origin: Option<i32>) -> Template {
    let shorter = read::pieces(&code, blocks, origin).and_then(|pieces| place::place(&code, &pieces));
    shorter.unwrap_or(code)
}

/// What one piece of code becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An instruction that stays as it is.
    Same,
    /// An instruction that what follows makes superfluous.
    Dropped,
    /// An instruction in fewer bytes, which are at this position of
    /// [`Pieces::rewritten`].
    Rewritten { position: u32, len: u8 },
    /// A jump within the function; `condition` as in the instruction, if it has one.
    Jump { target: u32, condition: Option<u8> },
    /// An instruction with a 32-bit distance to a place in the function, from its own
    /// end; `field` is where in the instruction.
    Reference { target: u32, field: u8 },
    /// 32-bit distances from the table's start.
    Table,
    /// Constants. Their alignment matters.
    Data,
}

/// A part of the old code.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Of the old code, as targets are.
    start: u32,
    kind: Kind,
}

/// All of a function, in order.
struct Pieces {
    pieces: Vec<Piece>,
    rewritten: Vec<u8>,
}

impl Pieces {
    fn rewrite(&mut self, bytes: &[u8]) -> Kind {
        let position = self.rewritten.len() as u32;
        self.rewritten.extend_from_slice(bytes);
        Kind::Rewritten { position, len: bytes.len() as u8 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen::{OpenRelocation, Reference, Site};
    use cranelift_codegen::binemit::Reloc;
    use iced_x86::{Decoder, DecoderOptions, Instruction};
    use wasmc_abi::trap::TrapCode;

    const ORIGIN: i32 = 0x1000_0000;

    fn template(bytes: &[u8]) -> Template {
        Template { bytes: bytes.to_vec(), align: 16, relocations: Vec::new(), traps: Vec::new() }
    }

    fn shortened(bytes: &[u8], blocks: &[u32]) -> Vec<u8> {
        shorten(template(bytes), blocks, Some(ORIGIN)).bytes
    }

    fn concat(parts: &[&[u8]]) -> Vec<u8> {
        parts.concat()
    }

    const RET: &[u8] = &[0xc3];

    #[test]
    fn jumps_get_short_where_they_reach() {
        // jne to the return, over `between` bytes of nop.
        let code = |between: usize| {
            let distance = (between as u32).to_le_bytes();
            concat(&[&[0x0f, 0x85], &distance, &vec![0x90; between], RET])
        };
        let short = shortened(&code(127), &[0]);
        assert_eq!(short[..2], [0x75, 127]);
        assert_eq!(short.len(), code(127).len() - 4);
        assert_eq!(shortened(&code(128), &[0]), code(128));
        // Constants behind it are aligned, which is not the jump's length.
        let before_data = concat(&[&[0x90, 0xe9, 0xfa, 0xff, 0xff, 0xff], &[0; 10], &[7; 4]]);
        let short = concat(&[&[0x90, 0xeb, 0xfd], &[0; 3], &[0; 10], &[7; 4]]);
        assert_eq!(shortened(&before_data, &[0]), short);
        // Backwards, the jump itself counts.
        let back = |between: usize| {
            let distance = (-(between as i32) - 5).to_le_bytes();
            concat(&[&vec![0x90; between], &[0xe9], &distance])
        };
        assert_eq!(shortened(&back(126), &[0])[126..], [0xeb, 0x80]);
        assert_eq!(shortened(&back(127), &[0]), back(127));
    }

    #[test]
    fn accesses_go_by_the_register() {
        let cases: [(&[u8], &[u8]); 6] = [
            // mov rax, [rdi + origin + 0x38]
            (&[0x48, 0x8b, 0x87, 0x38, 0, 0, 0x10], &[0x49, 0x8b, 0x44, 0x3f, 0x38]),
            // mov eax, [rax + origin]
            (&[0x8b, 0x80, 0, 0, 0, 0x10], &[0x41, 0x8b, 0x04, 0x07]),
            // mov [r9 + origin + 8], r11
            (&[0x4d, 0x89, 0x99, 8, 0, 0, 0x10], &[0x4f, 0x89, 0x5c, 0x0f, 8]),
            // mov qword [r12 + origin], 2
            (&[0x49, 0xc7, 0x84, 0x24, 0, 0, 0, 0x10, 2, 0, 0, 0], &[0x4b, 0xc7, 0x04, 0x27, 2, 0, 0, 0]),
            // movzx eax, byte [rdi + origin + 1]
            (&[0x0f, 0xb6, 0x87, 1, 0, 0, 0x10], &[0x41, 0x0f, 0xb6, 0x44, 0x3f, 1]),
            // addsd xmm1, [rsi + origin + 8]
            (&[0xf2, 0x0f, 0x58, 0x8e, 8, 0, 0, 0x10], &[0xf2, 0x41, 0x0f, 0x58, 0x4c, 0x37, 8]),
        ];
        for (old, new) in cases {
            assert_eq!(shortened(&concat(&[old, RET]), &[0]), concat(&[new, RET]));
        }
        for same in [
            // Too far: mov eax, [rax + origin + 0x80]; an index: mov rax, [rdi + rsi + origin].
            &[0x8b, 0x80, 0x80, 0, 0, 0x10][..],
            &[0x48, 0x8b, 0x84, 0x37, 0, 0, 0, 0x10],
            // The stack: mov rax, [rsp + origin]. AVX: vaddsd xmm1, xmm1, [rsi + origin].
            &[0x48, 0x8b, 0x84, 0x24, 0, 0, 0, 0x10],
            &[0xc5, 0xf3, 0x58, 0x8e, 0, 0, 0, 0x10],
            // A register that the new prefix would rename: mov ah, [rax + origin].
            &[0x8a, 0xa0, 0, 0, 0, 0x10],
        ] {
            assert_eq!(shortened(&concat(&[same, RET]), &[0]), concat(&[same, RET]));
        }
        let without = shorten(template(&concat(&[cases[0].0, RET])), &[0], None);
        assert_eq!(without.bytes, concat(&[cases[0].0, RET]));
    }

    #[test]
    fn accesses_in_loops_without_calls_keep_their_base() {
        // mov eax, [rax + origin]; add dword [rdi + origin + 4], 1
        let access: &[u8] = &[0x8b, 0x80, 0, 0, 0, 0x10];
        let sum: &[u8] = &[0x81, 0x87, 4, 0, 0, 0x10, 1, 0, 0, 0];
        let body = concat(&[access, sum]);
        let code = |between: &[u8]| {
            let distance = (-(body.len() as i32 + between.len() as i32) - 6).to_le_bytes();
            concat(&[access, &body, between, &[0x0f, 0x85], &distance, access, RET])
        };
        let by_register: &[u8] = &[0x41, 0x8b, 0x04, 0x07];
        let expected =
            concat(&[by_register, access, &[0x83, 0x87, 4, 0, 0, 0x10, 1], &[0x75, 0xf1], by_register, RET]);
        assert_eq!(shortened(&code(&[]), &[0, 6, 28]), expected);
        // call rax
        let short = &[0x41, 0x83, 0x44, 0x3f, 4, 1];
        let expected =
            concat(&[by_register, by_register, short, &[0xff, 0xd0], &[0x75, 0xf2], by_register, RET]);
        assert_eq!(shortened(&code(&[0xff, 0xd0]), &[0, 6, 30]), expected);
    }

    #[test]
    fn what_is_rewritten_does_the_same() {
        // Every register and both ends of the range: decoded again, the operands
        // are the old ones.
        for register in 0..15_u8 {
            for distance in [-129, -128, -1, 0, 1, 127, 128] {
                let mut old = vec![0x48 | register >> 3, 0x81, 0x80 | register & 7];
                if register & 7 == 4 {
                    old.push(0x24);
                }
                old.extend_from_slice(&(ORIGIN + distance).to_le_bytes());
                old.extend_from_slice(&5_i32.to_le_bytes());
                let new = shortened(&concat(&[&old, RET]), &[0]);
                let before = Decoder::new(64, &old, DecoderOptions::NONE).decode();
                let after = Decoder::new(64, &new, DecoderOptions::NONE).decode();
                assert_eq!((after.mnemonic(), after.immediate(1)), (before.mnemonic(), 5));
                assert_eq!(effective(&after), effective(&before), "{register} {distance}");
                assert!(new.len() <= old.len() + 1 - 3);
            }
        }
    }

    /// The address of a memory operand where each register holds its number, but the
    /// pinned one the origin.
    fn effective(instruction: &Instruction) -> Option<u64> {
        instruction.virtual_address(0, 0, |register, _, _| match register.number() {
            _ if register.is_segment_register() => Some(0),
            15 if instruction.memory_index() != iced_x86::Register::None => Some(ORIGIN as u64),
            number => Some(number as u64),
        })
    }

    #[test]
    fn immediates_get_short() {
        // add edi, -8; sub eax, 127; cmp rax, 128; xor rax, rax; xor r9, r9
        let old = concat(&[
            &[0x81, 0xc7, 0xf8, 0xff, 0xff, 0xff],
            &[0x81, 0xe8, 0x7f, 0, 0, 0],
            &[0x48, 0x81, 0xf8, 0x80, 0, 0, 0],
            &[0x48, 0x31, 0xc0],
            &[0x4d, 0x31, 0xc9],
            RET,
        ]);
        let new = concat(&[
            &[0x83, 0xc7, 0xf8],
            &[0x83, 0xe8, 0x7f],
            &[0x48, 0x81, 0xf8, 0x80, 0, 0, 0],
            &[0x31, 0xc0],
            &[0x45, 0x31, 0xc9],
            RET,
        ]);
        assert_eq!(shortened(&old, &[0]), new);
    }

    /// `push rbp; mov rbp, rsp`, and what undoes it.
    const FRAME: &[u8] = &[0x55, 0x48, 0x89, 0xe5];
    const UNFRAME: &[u8] = &[0x48, 0x89, 0xec, 0x5d, 0xc3];

    #[test]
    fn frames_end_shortly() {
        // A frame without anything in it; one of 16 bytes; one that a call has changed.
        let empty = concat(&[FRAME, &[0x90], UNFRAME]);
        assert_eq!(shortened(&empty, &[0]), concat(&[FRAME, &[0x90, 0x5d, 0xc3]]));
        let (sub, add) = ([0x48, 0x83, 0xec, 16], [0x48, 0x83, 0xc4, 16]);
        let large = concat(&[FRAME, &sub, &[0x90], &add, UNFRAME]);
        assert_eq!(shortened(&large, &[0]), concat(&[FRAME, &sub, &[0x90, 0xc9, 0xc3]]));
        let changed = concat(&[FRAME, &[0xff, 0xd0], &sub, UNFRAME]);
        assert_eq!(shortened(&changed, &[0]), concat(&[FRAME, &[0xff, 0xd0], &sub, &[0xc9, 0xc3]]));
        // Something leads between the two.
        let between = concat(&[FRAME, &sub, UNFRAME]);
        assert_eq!(shortened(&between, &[0, 11]), between);
    }

    #[test]
    fn loads_from_constants_are_one_instruction() {
        // mov eax, origin - 0x100; mov eax, [rax + 0x10]
        let code = concat(&[&[0xb8, 0, 0xff, 0xff, 0x0f, 0x8b, 0x40, 0x10], RET]);
        let short = concat(&[&[0x41, 0x8b, 0x87, 0x10, 0xff, 0xff, 0xff], RET]);
        assert_eq!(shortened(&code, &[0]), short);
        // mov r9d, origin + 0x1234; mov r9, [r9 + origin]: too far, and then not.
        let code =
            |constant: u32| concat(&[&[0x41, 0xb9], &constant.to_le_bytes(), &[0x4d, 0x8b, 0x49, 8], RET]);
        let near = concat(&[&[0x4d, 0x8b, 0x8f, 0x3c, 0x12, 0, 0], RET]);
        assert_eq!(shortened(&code(0x1000_1234), &[0]), near);
        assert_eq!(shortened(&code(0x9000_0000), &[0]), code(0x9000_0000));
        // The constant is needed, or another way leads to the load.
        let other = concat(&[&[0xb8, 0, 0xff, 0xff, 0x0f, 0x8b, 0x48, 0x10], RET]);
        assert_eq!(shortened(&other, &[0]), other);
        assert_eq!(shortened(&code(0x1000_1234), &[0, 6]), code(0x1000_1234));
        let jumped_at = concat(&[&code(0x1000_1234)[..10], &[0xeb, 0xfa]]);
        assert_eq!(shortened(&jumped_at, &[0]), jumped_at);
    }

    #[test]
    fn what_refers_to_places_follows_them() {
        // 0: jmp 11; 5: add edi, 1; 11: lea rax, [rip -> 32]; 18: call external;
        // 23: jmp 5; 28: ret; 29: padding; 32: a constant
        let mut code = template(&concat(&[
            &[0xe9, 6, 0, 0, 0],
            &[0x81, 0xc7, 1, 0, 0, 0],
            &[0x48, 0x8d, 0x05, 14, 0, 0, 0],
            &[0xe8, 0, 0, 0, 0],
            &[0xe9, 0xe9, 0xff, 0xff, 0xff],
            RET,
            &[0, 0, 0, 7, 7, 7, 7],
        ]));
        code.relocations = vec![OpenRelocation {
            offset: 19,
            kind: Reloc::X86CallPCRel4,
            target: Reference::Own(11),
            addend: -4,
        }];
        code.traps = vec![Site { offset: 18, wasm_distance: Some(1), code: TrapCode::Unreachable }];
        let short = shorten(code, &[0, 5, 11, 28], Some(ORIGIN));
        // The constants are where they were, modulo the alignment.
        let expected = concat(&[
            &[0xeb, 3],
            &[0x83, 0xc7, 1],
            &[0x48, 0x8d, 0x05, 20, 0, 0, 0],
            &[0xe8, 0, 0, 0, 0],
            &[0xeb, 0xef],
            RET,
        ]);
        assert_eq!(short.bytes[..expected.len()], expected);
        assert_eq!(short.bytes.len(), 36);
        assert_eq!(short.bytes[29..], [0, 0, 0, 7, 7, 7, 7]);
        assert_eq!((short.relocations[0].offset, short.relocations[0].target), (13, Reference::Own(5)));
        assert_eq!(short.traps[0].offset, 12);
    }

    #[test]
    fn tables_follow_their_targets() {
        // 0: lea rcx, [rip -> 16]; 7: movsxd rax, [rcx + rax*4]; 11: add rcx, rax;
        // 14: jmp rcx; 16: 24, 30; 24: add edi, 1; 30: ret
        let head = [0x48, 0x8d, 0x0d, 9, 0, 0, 0, 0x48, 0x63, 0x04, 0x81, 0x48, 0x01, 0xc1, 0xff, 0xe1];
        let code = concat(&[&head, &[8, 0, 0, 0, 14, 0, 0, 0], &[0x81, 0xc7, 1, 0, 0, 0], RET]);
        let expected = concat(&[&head, &[8, 0, 0, 0, 11, 0, 0, 0], &[0x83, 0xc7, 1], RET]);
        assert_eq!(shortened(&code, &[0, 24, 30]), expected);
        // Without the blocks it is not known where the table ends.
        assert_eq!(shortened(&code, &[0]), code);
    }

    #[test]
    fn what_is_not_understood_stays() {
        let add: &[u8] = &[0x81, 0xc7, 1, 0, 0, 0];
        for odd in [
            // No instruction; a jump into the middle of one; loop.
            &[0x06][..],
            &[0xe9, 0xf8, 0xff, 0xff, 0xff],
            &[0xe2, 0xfe],
        ] {
            let code = concat(&[add, odd, RET]);
            assert_eq!(shortened(&code, &[0]), code);
        }
        let mut code = template(&concat(&[add, RET]));
        code.traps = vec![Site { offset: 3, wasm_distance: None, code: TrapCode::Unreachable }];
        assert_eq!(shorten(code.clone(), &[0], None), code);
    }
}
