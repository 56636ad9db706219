//! The relocations of aarch64, as "ELF for the Arm 64-bit Architecture"
//! defines them.

use object::elf;

use super::place::{bytes_at, fits_signed, write_i32, write_u32, write_u64};
use super::{Need, Relocation, Values};
use crate::link::error::RelocationFault;

const PAGE_MASK: u64 = 0xfff;

pub fn need(relocation: &Relocation) -> Result<Need, RelocationFault> {
    Ok(match relocation.kind {
        elf::R_AARCH64_NONE => Need::Nothing,
        elf::R_AARCH64_ABS64 => Need::Address64,
        elf::R_AARCH64_ABS32 => Need::Constant,
        elf::R_AARCH64_PREL32
        | elf::R_AARCH64_PREL64
        | elf::R_AARCH64_ADR_PREL_LO21
        | elf::R_AARCH64_ADR_PREL_PG_HI21
        | elf::R_AARCH64_ADR_PREL_PG_HI21_NC
        | elf::R_AARCH64_ADD_ABS_LO12_NC
        | elf::R_AARCH64_LDST8_ABS_LO12_NC
        | elf::R_AARCH64_LDST16_ABS_LO12_NC
        | elf::R_AARCH64_LDST32_ABS_LO12_NC
        | elf::R_AARCH64_LDST64_ABS_LO12_NC
        | elf::R_AARCH64_LDST128_ABS_LO12_NC
        | elf::R_AARCH64_LD_PREL_LO19
        | elf::R_AARCH64_TSTBR14
        | elf::R_AARCH64_CONDBR19
        | elf::R_AARCH64_JUMP26
        | elf::R_AARCH64_CALL26 => Need::Distance,
        elf::R_AARCH64_ADR_GOT_PAGE | elf::R_AARCH64_LD64_GOT_LO12_NC => {
            // A slot holds a symbol's address, not one at some distance.
            match relocation.addend {
                0 => Need::Slot,
                addend => return Err(RelocationFault::GotAddend(addend)),
            }
        }
        kind => return Err(RelocationFault::UnknownKind(kind)),
    })
}

pub fn apply(relocation: &Relocation, contents: &mut [u8], values: &Values) -> Result<(), RelocationFault> {
    let offset = relocation.offset;
    let slot = || values.slot.ok_or(RelocationFault::NoAddress);
    let low12 = values.target() & PAGE_MASK;
    match relocation.kind {
        elf::R_AARCH64_NONE => Ok(()),
        elf::R_AARCH64_ABS64 => write_u64(contents, offset, values.target()),
        elf::R_AARCH64_ABS32 => write_u32(contents, offset, values.target()),
        elf::R_AARCH64_PREL32 => write_i32(contents, offset, values.distance()),
        elf::R_AARCH64_PREL64 => write_u64(contents, offset, values.distance() as u64),
        elf::R_AARCH64_ADR_PREL_LO21 => adr(contents, offset, values.distance()),
        elf::R_AARCH64_ADR_PREL_PG_HI21 | elf::R_AARCH64_ADR_PREL_PG_HI21_NC => {
            adr(contents, offset, page_distance(values.target(), values.place))
        }
        elf::R_AARCH64_ADR_GOT_PAGE => adr(contents, offset, page_distance(slot()?, values.place)),
        elf::R_AARCH64_LD64_GOT_LO12_NC => imm12(contents, offset, slot()? & PAGE_MASK, 8),
        elf::R_AARCH64_ADD_ABS_LO12_NC | elf::R_AARCH64_LDST8_ABS_LO12_NC => {
            imm12(contents, offset, low12, 1)
        }
        elf::R_AARCH64_LDST16_ABS_LO12_NC => imm12(contents, offset, low12, 2),
        elf::R_AARCH64_LDST32_ABS_LO12_NC => imm12(contents, offset, low12, 4),
        elf::R_AARCH64_LDST64_ABS_LO12_NC => imm12(contents, offset, low12, 8),
        elf::R_AARCH64_LDST128_ABS_LO12_NC => imm12(contents, offset, low12, 16),
        elf::R_AARCH64_LD_PREL_LO19 | elf::R_AARCH64_CONDBR19 => {
            branch(contents, offset, values.distance(), Field { bits: 19, shift: 5 })
        }
        elf::R_AARCH64_TSTBR14 => branch(contents, offset, values.distance(), Field { bits: 14, shift: 5 }),
        elf::R_AARCH64_JUMP26 | elf::R_AARCH64_CALL26 => {
            branch(contents, offset, values.distance(), Field { bits: 26, shift: 0 })
        }
        kind => Err(RelocationFault::UnknownKind(kind)),
    }
}

/// Where an instruction keeps a number.
#[derive(Clone, Copy)]
struct Field {
    bits: u32,
    shift: u32,
}

fn set_field(contents: &mut [u8], offset: u64, field: Field, value: u32) -> Result<(), RelocationFault> {
    let mask = (1 << field.bits) - 1;
    let bytes = bytes_at(contents, offset)?;
    let instruction = u32::from_le_bytes(*bytes) & !(mask << field.shift);
    *bytes = (instruction | (value & mask) << field.shift).to_le_bytes();
    Ok(())
}

/// ADR takes bytes, ADRP pages: 21 bits, the lowest two apart from the others.
fn adr(contents: &mut [u8], offset: u64, value: i64) -> Result<(), RelocationFault> {
    if !fits_signed(value, 21) {
        return Err(RelocationFault::Overflow { value, bits: 21 });
    }
    set_field(contents, offset, Field { bits: 2, shift: 29 }, value as u32)?;
    set_field(contents, offset, Field { bits: 19, shift: 5 }, (value >> 2) as u32)
}

/// In pages of 4 KiB, whatever the kernel's are.
fn page_distance(target: u64, place: u64) -> i64 {
    ((target & !PAGE_MASK).wrapping_sub(place & !PAGE_MASK) as i64) >> 12
}

/// The offset in the page, in units of what the instruction accesses.
fn imm12(contents: &mut [u8], offset: u64, low12: u64, unit_bytes: u64) -> Result<(), RelocationFault> {
    if !low12.is_multiple_of(unit_bytes) {
        return Err(RelocationFault::Misaligned { value: low12 as i64, multiple_bytes: unit_bytes });
    }
    set_field(contents, offset, Field { bits: 12, shift: 10 }, (low12 / unit_bytes) as u32)
}

fn branch(contents: &mut [u8], offset: u64, distance: i64, field: Field) -> Result<(), RelocationFault> {
    if distance % 4 != 0 {
        return Err(RelocationFault::Misaligned { value: distance, multiple_bytes: 4 });
    }
    if !fits_signed(distance, field.bits + 2) {
        return Err(match field.bits {
            26 => RelocationFault::BranchTooFar { distance_bytes: distance },
            bits => RelocationFault::Overflow { value: distance, bits: bits + 2 },
        });
    }
    set_field(contents, offset, field, (distance >> 2) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patched(kind: u32, instruction: u32, symbol: u64, place: u64) -> Result<u32, RelocationFault> {
        let mut contents = instruction.to_le_bytes();
        let relocation = Relocation { offset: 0, kind, symbol: 1, addend: 0 };
        let values = Values { symbol, addend: 0, place, slot: Some(symbol) };
        apply(&relocation, &mut contents, &values)?;
        Ok(u32::from_le_bytes(contents))
    }

    /// Expected encodings were made with the GNU assembler.
    #[test]
    fn encodings_match_the_assembler() {
        // bl .+0x1000 and bl .-4
        assert_eq!(patched(elf::R_AARCH64_CALL26, 0x9400_0000, 0x2000, 0x1000), Ok(0x9400_0400));
        assert_eq!(patched(elf::R_AARCH64_CALL26, 0x9400_0000, 0x0ffc, 0x1000), Ok(0x97ff_ffff));
        // adrp x0, .+0x5000 (page 5 of 4 KiB away)
        assert_eq!(patched(elf::R_AARCH64_ADR_PREL_PG_HI21, 0x9000_0000, 0x6123, 0x1abc), Ok(0xb000_0020));
        // add x0, x0, #0x123
        assert_eq!(patched(elf::R_AARCH64_ADD_ABS_LO12_NC, 0x9100_0000, 0x6123, 0x1000), Ok(0x9104_8c00));
        // ldr x0, [x0, #0x128]
        assert_eq!(patched(elf::R_AARCH64_LDST64_ABS_LO12_NC, 0xf940_0000, 0x6128, 0x1000), Ok(0xf940_9400));
        assert_eq!(patched(elf::R_AARCH64_LD64_GOT_LO12_NC, 0xf940_0000, 0x6128, 0x1000), Ok(0xf940_9400));
        // ldr q0, [x0, #0x120]
        assert_eq!(patched(elf::R_AARCH64_LDST128_ABS_LO12_NC, 0x3dc0_0000, 0x6120, 0x1000), Ok(0x3dc0_4800));
        // b.eq .+8
        assert_eq!(patched(elf::R_AARCH64_CONDBR19, 0x5400_0000, 0x1008, 0x1000), Ok(0x5400_0040));
        // tbz w0, #0, .-4
        assert_eq!(patched(elf::R_AARCH64_TSTBR14, 0x3600_0000, 0x0ffc, 0x1000), Ok(0x3607_ffe0));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let too_far = patched(elf::R_AARCH64_CALL26, 0x9400_0000, 128 << 20, 0);
        assert_eq!(too_far, Err(RelocationFault::BranchTooFar { distance_bytes: 128 << 20 }));
        assert!(patched(elf::R_AARCH64_CALL26, 0x9400_0000, (128 << 20) - 4, 0).is_ok());
        let odd = patched(elf::R_AARCH64_LDST64_ABS_LO12_NC, 0xf940_0000, 0x6124, 0);
        assert_eq!(odd, Err(RelocationFault::Misaligned { value: 0x124, multiple_bytes: 8 }));
        let far_page = patched(elf::R_AARCH64_ADR_PREL_PG_HI21, 0x9000_0000, 4 << 30, 0);
        assert_eq!(far_page, Err(RelocationFault::Overflow { value: 1 << 20, bits: 21 }));
    }
}
