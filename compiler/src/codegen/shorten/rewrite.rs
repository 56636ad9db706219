//! Single instructions in fewer bytes: Intel's manual, volume 2, chapter 2.

use iced_x86::{ConstantOffsets, EncodingKind, Instruction, Register};

const REX: u8 = 0x40;
const REX_W: u8 = 8;
const REX_R: u8 = 4;
const REX_B: u8 = 1;
const MODRM_REGISTER: u8 = 0b11_1000;
/// Low bits of the pinned register, r15, which is an extended one.
const PINNED: u8 = 7;
/// ModRM's register or memory that says that a SIB follows.
const WITH_SIB: u8 = 4;
const DISPLACEMENT_8: u8 = 0x40;

/// An instruction in parts. The opcode includes what leads to other maps.
pub(super) struct Parts<'b> {
    /// Before a REX.
    prefixes: &'b [u8],
    rex: Option<u8>,
    opcode: &'b [u8],
    /// ModRM, SIB, displacement.
    operand: &'b [u8],
    immediate: &'b [u8],
}

/// A shorter instruction.
pub(super) struct Shorter {
    pub len: u8,
    /// Whether it reaches memory by the pinned register.
    pub is_indexed: bool,
}

/// Adds the shorter instruction to `into`; none where there is none.
pub(super) fn rewrite(
    bytes: &[u8],
    instruction: &Instruction,
    offsets: &ConstantOffsets,
    origin: Option<i32>,
    into: &mut Vec<u8>,
) -> Option<Shorter> {
    if instruction.code().encoding() != EncodingKind::Legacy {
        return None;
    }
    let mut parts = Parts::of(bytes, offsets)?;
    let mut opcode = [0; 3];
    let mut operand = [0; 3];
    let (mut is_shorter, mut is_indexed) = (false, false);
    if let Some(short) = zero(&parts, instruction) {
        parts.rex = short;
        is_shorter = true;
    }
    if let Some(short) = immediate(&parts) {
        opcode[0] = short;
        (parts.opcode, parts.immediate) = (&opcode[..1], &parts.immediate[..1]);
        is_shorter = true;
    }
    let by_register = |origin| by_pinned_register(&parts, instruction, origin, &mut operand);
    if let Some(len) = origin.and_then(by_register) {
        // What was the base is the index, and the base is an extended register.
        let rex = parts.rex.unwrap_or(REX);
        parts.rex = Some(rex | (rex & REX_B) << 1 | REX_B);
        parts.operand = &operand[..len];
        is_indexed = true;
    }
    if !is_shorter && !is_indexed {
        return None;
    }
    let start = into.len();
    into.extend_from_slice(parts.prefixes);
    into.extend(parts.rex);
    for part in [parts.opcode, parts.operand, parts.immediate] {
        into.extend_from_slice(part);
    }
    Some(Shorter { len: (into.len() - start) as u8, is_indexed })
}

impl<'b> Parts<'b> {
    /// None without a ModRM, or with parts that are none here.
    pub fn of(bytes: &'b [u8], offsets: &ConstantOffsets) -> Option<Parts<'b>> {
        let count = bytes.iter().take_while(|&&byte| matches!(byte, 0x66 | 0xf2 | 0xf3)).count();
        let (prefixes, rest) = bytes.split_at(count);
        let rex = rest.first().copied().filter(|byte| byte & 0xf0 == REX);
        let rest = &rest[usize::from(rex.is_some())..];
        let opcode_len = match rest {
            [0x0f, 0x38 | 0x3a, ..] => 3,
            [0x0f, ..] => 2,
            // Segments, other sizes of addresses, LOCK.
            [0x26 | 0x2e | 0x36 | 0x3e | 0x64 | 0x65 | 0x67 | 0xf0, ..] => return None,
            _ => 1,
        };
        let (opcode, rest) = rest.split_at_checked(opcode_len)?;
        let immediate_len = if offsets.has_immediate() { offsets.immediate_size() } else { 0 };
        let (operand, immediate) = rest.split_at_checked(rest.len().checked_sub(immediate_len)?)?;
        (!operand.is_empty()).then_some(Parts { prefixes, rex, opcode, operand, immediate })
    }

    /// The bytes with another opcode, of one byte, and another register.
    pub fn with_register(&self, opcode: u8, number: u8) -> Vec<u8> {
        let rex = self.rex.unwrap_or(REX) & !REX_R | if number >= 8 { REX_R } else { 0 };
        let mut bytes = self.prefixes.to_vec();
        bytes.extend((rex != REX).then_some(rex));
        bytes.push(opcode);
        bytes.push(self.operand[0] & !MODRM_REGISTER | (number & 7) << 3);
        bytes.extend_from_slice(&self.operand[1..]);
        bytes
    }
}

/// `xor` of a 64-bit register with itself: 32 bits do. Gives the REX.
fn zero(parts: &Parts<'_>, instruction: &Instruction) -> Option<Option<u8>> {
    let rex = parts.rex.filter(|rex| rex & REX_W != 0)?;
    let is_xor = matches!(parts.opcode, [0x31 | 0x33]) && parts.prefixes.is_empty();
    let is_same = instruction.op1_register() == instruction.op0_register();
    if !is_xor || !is_same || instruction.op0_register() == Register::None {
        return None;
    }
    let short = rex & !REX_W;
    Some((short != REX).then_some(short))
}

/// The opcode with an immediate of 8 bits in place of 32, where that is sign-extended
/// to the same.
fn immediate(parts: &Parts<'_>) -> Option<u8> {
    let short = match parts.opcode {
        [0x81] => 0x83,
        [0x69] => 0x6b,
        _ => return None,
    };
    let value = i32::from_le_bytes(parts.immediate.try_into().ok()?);
    i8::try_from(value).is_ok().then_some(short)
}

/// A memory operand that is a register and a displacement near `origin`, by the pinned
/// register and a displacement of at most 8 bits. The REX changes, too.
fn by_pinned_register(
    parts: &Parts<'_>,
    instruction: &Instruction,
    origin: i32,
    operand: &mut [u8; 3],
) -> Option<usize> {
    let base = instruction.memory_base();
    let is_plain = base.is_gpr64() && instruction.memory_index() == Register::None;
    // RSP cannot be an index.
    if !is_plain || base == Register::RSP {
        return None;
    }
    let (modrm, displacement) = match *parts.operand {
        [modrm, a, b, c, d] => (modrm, [a, b, c, d]),
        [modrm, _, a, b, c, d] if modrm & 7 == WITH_SIB => (modrm, [a, b, c, d]),
        _ => return None,
    };
    if parts.rex.is_none() && names_high_byte(instruction) {
        return None;
    }
    let distance = i8::try_from(i32::from_le_bytes(displacement).checked_sub(origin)?).ok()?;
    let index = base.number() as u8 & 7;
    operand[0] = modrm & 0x38 | WITH_SIB;
    operand[1] = index << 3 | PINNED;
    if distance == 0 {
        return Some(2);
    }
    operand[0] |= DISPLACEMENT_8;
    operand[2] = distance as u8;
    Some(3)
}

/// Whether with a REX the instruction would mean another register.
fn names_high_byte(instruction: &Instruction) -> bool {
    let high = [Register::AH, Register::CH, Register::DH, Register::BH];
    (0..instruction.op_count()).any(|operand| high.contains(&instruction.op_register(operand)))
}
