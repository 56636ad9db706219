//! Jump threading through dispatch loops.
//!
//! Go's WebAssembly backend gives a function one loop that begins with a
//! `br_table` on a local, and makes every jump a store of a constant to that
//! local and a branch to the loop (golang/go, cmd/internal/obj/wasm). Compilers
//! of interpreters emit the same shape. Where the constant is known at the
//! branch, the branch goes straight to the table's entry for it. This is exact:
//! between the loop's start and its table nothing happens but the local's read.

use super::func::FuncTranslator;
use crate::error::Result;
use cranelift_codegen::ir::{Block, Value, types};
use std::collections::{BTreeSet, HashMap};
use wasmparser::{BlockType, FunctionBody, Operator};

/// Where Go's functions are told where to resume.
const FIRST_PARAMETER: u32 = 0;

/// So many locals' constants are followed: each branch shows them to other places.
const CONSTANTS_MAX: usize = 64;

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
    pub constants: HashMap<u32, u32>,
    prologue: Prologue,
    /// All that the first parameter can hold in this body, if that is known.
    possible: Option<BTreeSet<u32>>,
    /// Whether the function can be resumed in its middle, as Go's can: it
    /// begins with a table on a parameter, and returns 1 to unwind.
    pub is_resumable: bool,
}

/// How far the operators just seen go as the start of a dispatch loop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prologue {
    None,
    /// Blocks have begun, and perhaps a loop before them at this depth of frames.
    Open {
        is_first: bool,
        frame: Option<usize>,
    },
    /// Then a local was read.
    Local {
        is_first: bool,
        frame: Option<usize>,
        local: u32,
    },
}

impl Default for Prologue {
    fn default() -> Self {
        Prologue::Open { is_first: true, frame: None }
    }
}

impl FuncTranslator<'_, '_> {
    /// Follows the operators that make a dispatch loop; called before each is
    /// translated.
    pub(super) fn follow_prologue(&mut self, operator: &Operator<'_>) {
        use Prologue::{Local, Open};
        let depth = self.frames.len();
        self.threading.prologue = match (operator, self.threading.prologue) {
            (Operator::Loop { blockty: BlockType::Empty }, before) => {
                Open { is_first: matches!(before, Open { is_first: true, .. }), frame: Some(depth) }
            }
            (Operator::Block { blockty: BlockType::Empty }, open @ Open { .. }) => open,
            // Go reads its stack pointer first.
            (Operator::GlobalGet { .. } | Operator::LocalSet { .. }, open @ Open { frame: None, .. }) => open,
            (&Operator::LocalGet { local_index: local }, Open { is_first, frame }) => {
                Local { is_first, frame, local }
            }
            (Operator::BrTable { .. }, complete @ Local { .. }) => complete,
            _ => Prologue::None,
        };
    }

    /// The loop's frame and the local, if a table here begins a dispatch loop.
    pub(super) fn dispatch_prologue(&self) -> Option<(usize, u32)> {
        match self.threading.prologue {
            Prologue::Local { frame: Some(frame), local, .. } if self.env.jump_threading => {
                Some((frame, local))
            }
            _ => None,
        }
    }

    /// Whether a table here is the function's first act, by a parameter: it
    /// then resumes the function in its middle.
    pub(super) fn is_resume_table(&self) -> bool {
        match self.threading.prologue {
            Prologue::Local { is_first: true, local, .. } => {
                self.env.jump_threading && (local as usize) < self.parameter_count
            }
            _ => false,
        }
    }

    /// Records that the loop of frame `frame` begins with this table.
    pub(super) fn set_dispatch(&mut self, frame: usize, local: u32, targets: Vec<Block>, default: Block) {
        targets.iter().chain([&default]).for_each(|&target| self.dispatch_targets[target] = true);
        self.frames[frame].dispatch = Some(Dispatch { local, targets, default });
    }

    /// Looks through a body whose first parameter is known for what else it may
    /// come to hold. A Go function that starts at its beginning is only resumed
    /// where it itself jumps to: nothing joins its way after a call.
    pub(super) fn collect_possible(&mut self, code: &FunctionBody<'_>) -> Result<()> {
        self.threading.possible = None;
        let Some(start) = self.known_local(FIRST_PARAMETER).filter(|_| self.env.jump_threading) else {
            return Ok(());
        };
        let mut possible = BTreeSet::from([start]);
        let mut operators = code.get_operators_reader()?;
        let mut constant = None;
        while !operators.eof() {
            let operator = operators.read()?;
            if let Operator::LocalSet { local_index: FIRST_PARAMETER }
            | Operator::LocalTee { local_index: FIRST_PARAMETER } = operator
            {
                match constant {
                    Some(constant) => possible.insert(constant),
                    None => return Ok(()),
                };
            }
            constant = match operator {
                Operator::I32Const { value } => Some(value as u32),
                _ => None,
            };
        }
        self.threading.possible = Some(possible);
        Ok(())
    }

    /// All that a local can hold in this body, if that is known.
    pub(super) fn possible_values(&self, local: u32) -> Option<BTreeSet<u32>> {
        self.threading.possible.clone().filter(|_| local == FIRST_PARAMETER)
    }

    /// What a local is known to hold.
    pub(super) fn known_local(&self, local: u32) -> Option<u32> {
        self.threading.constants.get(&local).copied()
    }

    /// Where a branch to the loop of frame `frame` ends up, if that is known.
    pub(super) fn threaded_target(&self, frame: usize) -> Option<Block> {
        let dispatch = self.frames[frame].dispatch.as_ref()?;
        self.threading.constants.get(&dispatch.local).map(|&constant| dispatch.target(constant))
    }

    /// Notes what a local holds from here on.
    pub(super) fn note_local(&mut self, local: u32, value: Value) {
        let is_i32 = self.builder.func.dfg.value_type(value) == types::I32;
        let constant = self.constant_i32(value).filter(|_| is_i32);
        let constants = &mut self.threading.constants;
        constants.remove(&local);
        if constants.len() == CONSTANTS_MAX {
            constants.clear();
        }
        constants.extend(constant.map(|constant| (local, constant)));
    }

    /// Whether a condition is what a callee has just returned, in a function
    /// that can be resumed: it then unwinds, which is rare.
    pub(super) fn is_unwinding(&self, condition: Value) -> bool {
        self.threading.is_resumable && self.call_result == Some(condition)
    }

    /// Moves the present block off the hot path, if it is not the function's first.
    pub(super) fn set_current_cold(&mut self) {
        let current = self.builder.current_block().expect("code is being made");
        if Some(current) != self.builder.func.layout.entry_block() {
            self.builder.set_cold_block(current);
        }
    }
}
