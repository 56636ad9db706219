//! Two instructions that one can do.

use super::compared;
use super::{Kind, Pieces};
use crate::codegen::Template;
use iced_x86::{Code, Instruction, Mnemonic, OpKind, Register};

/// `leave` is `mov rsp, rbp` and `pop rbp`.
const LEAVE: [u8; 1] = [0xc9];
/// ModRM of a displacement of 32 bits from the pinned register, r15.
const BY_PINNED_32: u8 = 0x87;
const LOAD: u8 = 0x8b;
const REX_B: u8 = 0x41;
const REX_W: u8 = 8;
const REX_R: u8 = 4;

/// What is seen of a function, instruction by instruction.
#[derive(Default)]
pub(super) struct Pairs {
    last: Option<Instruction>,
    /// Whether anything but a frame's beginning and end moves the stack pointer.
    moves_stack: bool,
    /// Pieces that give the stack pointer its value back from the frame pointer.
    restores: Vec<usize>,
    /// Those that get the frame pointer back, right after.
    frame_ends: Vec<usize>,
    /// Comparisons of what the piece before loads.
    comparisons: Vec<usize>,
    /// Where instructions are that must follow the one before them.
    glued: Vec<u32>,
}

impl Pairs {
    /// The piece of `instruction` is the last that was found. `is_target` tells whether
    /// others than the one before it lead to it.
    pub fn see(
        &mut self,
        instruction: &Instruction,
        is_target: bool,
        origin: Option<i32>,
        found: &mut Pieces,
    ) {
        let index = found.pieces.len() - 1;
        let last = self.last.replace(*instruction).filter(|last| last.next_ip() == instruction.ip());
        if is_restore(instruction) {
            // What the stack pointer was before does not matter.
            if last.is_some_and(|last| adds_to_stack(&last)) {
                found.pieces[index - 1].kind = Kind::Dropped;
            }
            self.restores.push(index);
            return;
        }
        self.moves_stack |= moves_stack(instruction);
        let Some(last) = last.filter(|_| !is_target) else { return };
        let start = instruction.ip() as u32;
        if is_restore(&last) && is_frame_end(instruction) {
            self.frame_ends.push(index);
            self.glued.push(start);
        } else if found.pieces[index - 1].kind == Kind::Same
            && let Some(short) = origin.and_then(|origin| load_from_constant(&last, instruction, origin))
        {
            found.pieces[index - 1].kind = Kind::Dropped;
            found.pieces[index].kind = found.rewrite(&short);
            self.glued.push(start);
        } else if compared::is_candidate(&last, instruction) {
            self.comparisons.push(index);
        }
    }

    /// None where something leads between two that have become one.
    pub fn finish(self, code: &Template, is_target: &[bool], found: &mut Pieces) -> Option<()> {
        if self.glued.iter().any(|&start| is_target[start as usize]) {
            return None;
        }
        let mut comparisons = self.comparisons;
        comparisons.retain(|&index| !is_target[found.pieces[index].start as usize]);
        compared::join(code, &comparisons, found);
        if !self.moves_stack {
            self.restores.into_iter().for_each(|index| found.pieces[index].kind = Kind::Dropped);
            return Some(());
        }
        for index in self.frame_ends {
            found.pieces[index - 1].kind = Kind::Dropped;
            found.pieces[index].kind = found.rewrite(&LEAVE);
        }
        Some(())
    }
}

/// `mov rsp, rbp`
fn is_restore(instruction: &Instruction) -> bool {
    is_move(instruction, Register::RSP, Register::RBP)
}

fn is_move(instruction: &Instruction, to: Register, from: Register) -> bool {
    let registers = (instruction.op0_register(), instruction.op1_register());
    instruction.mnemonic() == Mnemonic::Mov && registers == (to, from)
}

/// `pop rbp`
fn is_frame_end(instruction: &Instruction) -> bool {
    instruction.code() == Code::Pop_r64 && instruction.op0_register() == Register::RBP
}

fn adds_to_stack(instruction: &Instruction) -> bool {
    let is_constant = matches!(instruction.op1_kind(), OpKind::Immediate8to64 | OpKind::Immediate32to64);
    instruction.mnemonic() == Mnemonic::Add && instruction.op0_register() == Register::RSP && is_constant
}

fn moves_stack(instruction: &Instruction) -> bool {
    if is_move(instruction, Register::RBP, Register::RSP) {
        return false;
    }
    if instruction.is_stack_instruction() {
        let is_frame_start =
            instruction.code() == Code::Push_r64 && instruction.op0_register() == Register::RBP;
        let is_frame = is_frame_start || is_frame_end(instruction);
        let is_balanced = matches!(instruction.mnemonic(), Mnemonic::Call | Mnemonic::Ret);
        return !is_frame && !is_balanced;
    }
    (0..instruction.op_count())
        .any(|operand| instruction.op_register(operand).full_register() == Register::RSP)
}

/// `mov eax, constant; mov rax, [rax + displacement]`: the load alone, by the pinned
/// register.
fn load_from_constant(constant: &Instruction, load: &Instruction, origin: i32) -> Option<[u8; 7]> {
    let register = constant.op0_register().full_register();
    let is_constant = constant.code() == Code::Mov_r32_imm32;
    let is_load = matches!(load.code(), Code::Mov_r32_rm32 | Code::Mov_r64_rm64)
        && load.op1_kind() == OpKind::Memory
        && load.op0_register().full_register() == register
        && load.memory_base() == register
        && load.memory_index() == Register::None;
    if !is_constant || !is_load || load.has_segment_prefix() {
        return None;
    }
    let address = i64::from(constant.immediate32()) + load.memory_displacement64() as i64;
    let displacement = i32::try_from(address - i64::from(origin)).ok()?;
    let number = register.number() as u8;
    let wide = if load.code() == Code::Mov_r64_rm64 { REX_W } else { 0 };
    let extended = if number >= 8 { REX_R } else { 0 };
    let [a, b, c, d] = displacement.to_le_bytes();
    Some([REX_B | wide | extended, LOAD, BY_PINNED_32 | (number & 7) << 3, a, b, c, d])
}
