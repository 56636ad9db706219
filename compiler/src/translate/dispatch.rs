//! Jump threading through dispatch loops.
//!
//! Go's WebAssembly backend gives a function one loop that begins with a
//! `br_table` on a local, and makes every jump a store of a constant to that
//! local and a branch to the loop (golang/go, cmd/internal/obj/wasm). Compilers
//! of interpreters emit the same shape. Where the constant is known at the
//! branch, the branch goes straight to the table's entry for it. This is exact:
//! between the loop's start and its table nothing happens but the local's read.

use super::func::FuncTranslator;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, InstructionData, Opcode, Value, ValueDef};
use std::collections::HashMap;
use wasmparser::{BlockType, Operator};

/// The table at a loop's start.
pub(super) struct Dispatch {
    local: u32,
    targets: Vec<Block>,
    default: Block,
}

impl Dispatch {
    fn target(&self, constant: u32) -> Block {
        self.targets.get(constant as usize).copied().unwrap_or(self.default)
    }
}

/// What is known on the way through a function's operators.
#[derive(Default)]
pub(super) struct Threading {
    /// Locals that hold a constant, since the last join of control flow.
    constants: HashMap<u32, u32>,
    prologue: Prologue,
}

/// How far the operators just seen go as the start of a dispatch loop.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Prologue {
    #[default]
    None,
    /// A loop has begun, at this depth of frames, and blocks in it.
    Loop { frame: usize },
    /// Then a local was read.
    Local { frame: usize, local: u32 },
}

impl FuncTranslator<'_, '_> {
    /// Follows the operators that make a dispatch loop; called before each is
    /// translated.
    pub(super) fn follow_prologue(&mut self, operator: &Operator<'_>) {
        let depth = self.frames.len();
        self.threading.prologue = match (operator, self.threading.prologue) {
            (Operator::Loop { blockty: BlockType::Empty }, _) => Prologue::Loop { frame: depth },
            (Operator::Block { blockty: BlockType::Empty }, started @ Prologue::Loop { .. }) => started,
            (Operator::LocalGet { local_index }, Prologue::Loop { frame }) => {
                Prologue::Local { frame, local: *local_index }
            }
            (Operator::BrTable { .. }, complete @ Prologue::Local { .. }) => complete,
            _ => Prologue::None,
        };
    }

    /// The loop's frame and the local, if a table here begins a dispatch loop.
    pub(super) fn dispatch_prologue(&self) -> Option<(usize, u32)> {
        match self.threading.prologue {
            Prologue::Local { frame, local } if self.env.jump_threading => Some((frame, local)),
            _ => None,
        }
    }

    /// Records that the loop of frame `frame` begins with this table.
    pub(super) fn set_dispatch(&mut self, frame: usize, local: u32, targets: Vec<Block>, default: Block) {
        self.frames[frame].dispatch = Some(Dispatch { local, targets, default });
    }

    /// Enters the function at its first block without the table, which only a
    /// resumed call needs; the table moves off the hot path.
    pub(super) fn test_first_target(&mut self, index: Value, first: Block) {
        let resume = self.builder.create_block();
        self.builder.set_cold_block(resume);
        let is_first = self.builder.ins().icmp_imm_s(IntCC::Equal, index, 0);
        self.builder.ins().brif(is_first, first, &[], resume, &[]);
        self.builder.switch_to_block(resume);
    }

    /// Whether a dispatch loop is the whole function, resumed by a parameter.
    pub(super) fn is_resumable(&self, frame: usize, local: u32) -> bool {
        frame == 1 && (local as usize) < self.builder.func.signature.params.len()
    }

    /// Where a branch to the loop of frame `frame` ends up, if that is known.
    pub(super) fn threaded_target(&self, frame: usize) -> Option<Block> {
        let dispatch = self.frames[frame].dispatch.as_ref()?;
        self.threading.constants.get(&dispatch.local).map(|&constant| dispatch.target(constant))
    }

    /// Notes what a local holds from here on.
    pub(super) fn note_local(&mut self, local: u32, value: Value) {
        match self.constant_i32(value) {
            Some(constant) => self.threading.constants.insert(local, constant),
            None => self.threading.constants.remove(&local),
        };
    }

    /// Forgets all constants, where control flow joins.
    pub(super) fn forget_locals(&mut self) {
        self.threading.constants.clear();
    }

    fn constant_i32(&self, value: Value) -> Option<u32> {
        let ValueDef::Result(inst, 0) = self.builder.func.dfg.value_def(value) else {
            return None;
        };
        match self.builder.func.dfg.insts[inst] {
            InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => Some(imm.bits() as u32),
            _ => None,
        }
    }
}
