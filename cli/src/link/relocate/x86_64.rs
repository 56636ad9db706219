//! The relocations of x86-64, as its System V supplement defines them.

use object::elf;

use super::place::{write_i32, write_u32, write_u64};
use super::{Need, Relocation, Values};
use crate::link::error::RelocationFault;
use crate::link::scan::moves_with_image;
use crate::link::symbols::Definition;

pub fn need(
    relocation: &Relocation,
    contents: &[u8],
    definition: Definition,
) -> Result<Need, RelocationFault> {
    Ok(match relocation.kind {
        elf::R_X86_64_NONE => Need::Nothing,
        elf::R_X86_64_64 => Need::Address64,
        elf::R_X86_64_32 | elf::R_X86_64_32S => Need::Constant,
        elf::R_X86_64_PC32 | elf::R_X86_64_PLT32 | elf::R_X86_64_PC64 => Need::Distance,
        elf::R_X86_64_GOTPCREL => Need::Slot,
        elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX => {
            match Shortcut::find(contents, relocation.offset) {
                Some(_) if moves_with_image(definition) => Need::Distance,
                _ => Need::Slot,
            }
        }
        kind => return Err(RelocationFault::UnknownKind(kind)),
    })
}

pub fn apply(relocation: &Relocation, contents: &mut [u8], values: &Values) -> Result<(), RelocationFault> {
    let offset = relocation.offset;
    match relocation.kind {
        elf::R_X86_64_NONE => Ok(()),
        elf::R_X86_64_64 => write_u64(contents, offset, values.target()),
        elf::R_X86_64_32 => write_u32(contents, offset, values.target()),
        elf::R_X86_64_32S => write_i32(contents, offset, values.target() as i64),
        elf::R_X86_64_PC32 | elf::R_X86_64_PLT32 => write_i32(contents, offset, values.distance()),
        elf::R_X86_64_PC64 => write_u64(contents, offset, values.distance() as u64),
        elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX => {
            address_load(relocation, contents, values)
        }
        kind => Err(RelocationFault::UnknownKind(kind)),
    }
}

fn address_load(
    relocation: &Relocation,
    contents: &mut [u8],
    values: &Values,
) -> Result<(), RelocationFault> {
    let offset = relocation.offset;
    match (values.slot, Shortcut::find(contents, offset)) {
        (Some(slot), _) => {
            let distance = slot.wrapping_add_signed(values.addend).wrapping_sub(values.place);
            write_i32(contents, offset, distance as i64)
        }
        (None, Some(shortcut)) => shortcut.rewrite(contents, offset, values.distance()),
        (None, None) => Err(RelocationFault::NoAddress),
    }
}

/// An instruction that loads an address from the table, where an equal one
/// without the load exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shortcut {
    /// `mov symbol@GOTPCREL(%rip), %reg` is `lea symbol(%rip), %reg`.
    Lea,
    /// `call *symbol@GOTPCREL(%rip)` is `addr32 call symbol`.
    Call,
    /// `jmp *symbol@GOTPCREL(%rip)` is `jmp symbol; nop`.
    Jump,
}

impl Shortcut {
    const CALL_MODRM: u8 = 0x15;
    const JUMP_MODRM: u8 = 0x25;

    /// The place is the 32-bit displacement that ends the instruction.
    fn find(contents: &[u8], offset: u64) -> Option<Shortcut> {
        let end = usize::try_from(offset).ok()?;
        match contents.get(end.checked_sub(2)?..end)? {
            [0x8b, _] => Some(Shortcut::Lea),
            [0xff, Self::CALL_MODRM] => Some(Shortcut::Call),
            [0xff, Self::JUMP_MODRM] => Some(Shortcut::Jump),
            _ => None,
        }
    }

    fn rewrite(self, contents: &mut [u8], offset: u64, distance: i64) -> Result<(), RelocationFault> {
        let opcode = offset as usize - 2;
        match self {
            Shortcut::Lea => {
                write_i32(contents, offset, distance)?;
                contents[opcode] = 0x8d;
            }
            Shortcut::Call => {
                write_i32(contents, offset, distance)?;
                contents[opcode..opcode + 2].copy_from_slice(&[0x67, 0xe8]);
            }
            Shortcut::Jump => {
                // The displacement moves one byte down, so its end is one
                // byte farther from the target.
                write_i32(contents, offset - 1, distance + 1)?;
                contents[opcode] = 0xe9;
                *contents.get_mut(opcode + 5).ok_or(RelocationFault::OutsideSection)? = 0x90;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patched(kind: u32, instruction: &[u8], slot: Option<u64>) -> Vec<u8> {
        let mut contents = instruction.to_vec();
        let offset = contents.len() as u64;
        contents.extend([0; 4]);
        let relocation = Relocation { offset, kind, symbol: 1, addend: -4 };
        let values = Values { symbol: 0x5000, addend: -4, place: 0x1000 + offset, slot };
        apply(&relocation, &mut contents, &values).unwrap();
        contents
    }

    #[test]
    fn loads_of_addresses_become_computations() {
        // From the end of the 7-byte mov at 0x1000 to 0x5000.
        let lea = patched(elf::R_X86_64_REX_GOTPCRELX, &[0x48, 0x8b, 0x05], None);
        assert_eq!(lea, [0x48, 0x8d, 0x05, 0xf9, 0x3f, 0, 0]);
        let call = patched(elf::R_X86_64_GOTPCRELX, &[0xff, 0x15], None);
        assert_eq!(call, [0x67, 0xe8, 0xfa, 0x3f, 0, 0]);
        let jump = patched(elf::R_X86_64_GOTPCRELX, &[0xff, 0x25], None);
        assert_eq!(jump, [0xe9, 0xfb, 0x3f, 0, 0, 0x90]);
    }

    #[test]
    fn other_uses_of_the_table_keep_their_slot() {
        // cmp symbol@GOTPCREL(%rip), %rax
        let compare = patched(elf::R_X86_64_REX_GOTPCRELX, &[0x48, 0x3b, 0x05], Some(0x3000));
        assert_eq!(compare, [0x48, 0x3b, 0x05, 0xf9, 0x1f, 0, 0]);
        let plain = patched(elf::R_X86_64_GOTPCREL, &[0x48, 0x8b, 0x05], Some(0x3000));
        assert_eq!(plain, [0x48, 0x8b, 0x05, 0xf9, 0x1f, 0, 0]);
    }

    #[test]
    fn a_distance_over_2_gib_is_an_error() {
        let relocation = Relocation { offset: 0, kind: elf::R_X86_64_PLT32, symbol: 1, addend: -4 };
        let values = Values { symbol: 1 << 32, addend: -4, place: 0, slot: None };
        let fault = apply(&relocation, &mut [0; 4], &values).unwrap_err();
        assert_eq!(fault, RelocationFault::Overflow { value: (1 << 32) - 4, bits: 32 });
    }
}
