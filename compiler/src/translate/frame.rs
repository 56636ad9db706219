//! The structured blocks that are open, as the specification's control stack.

use super::dispatch::Dispatch;
use super::shown::{Shown, ShownAtEnd};
use cranelift_codegen::ir::{self, Block, Value};

/// A structured block that is open.
pub(super) struct Frame {
    pub kind: FrameKind,
    /// Where a branch to the frame goes: a loop's header, else its end.
    pub target: Block,
    /// A block's offset in the binary.
    pub opened_at: u64,
    /// Types of the values that a branch to the frame carries.
    pub branch_types: Vec<ir::Type>,
    pub result_types: Vec<ir::Type>,
    /// Height of the value stack below the frame's parameters.
    pub height: usize,
    /// Branches to the frame's end.
    pub end_branches: u32,
    /// What they all have shown.
    pub shown: ShownAtEnd,
    /// How many indexes were known to be in bounds where the frame begins.
    pub mark: usize,
    /// Whether the one way to the frame's end is from where code stopped being
    /// reachable, in the present block.
    pub goes_on: bool,
    /// In a function's frame: the constant that all branches to its end so far
    /// carry, if there were any and it is one.
    pub carried: Carried,
    /// The table that the loop begins with, once it has been seen.
    pub dispatch: Option<Dispatch>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Carried {
    None,
    Constant(u32),
    Varies,
}

pub(super) enum FrameKind {
    Function,
    Block,
    Loop,
    /// An `if` before its `else`: the block of the other arm, and the frame's
    /// parameters, and what was known, with which that arm starts.
    If {
        otherwise: Block,
        params: Vec<Value>,
        shown: Shown,
    },
    /// The second arm of an `if`.
    Else,
    /// Opened in unreachable code; only its nesting matters.
    Dead,
}

impl Frame {
    /// A frame to whose end branches carry its results.
    pub fn new(
        kind: FrameKind,
        target: Block,
        result_types: Vec<ir::Type>,
        height: usize,
        mark: usize,
    ) -> Frame {
        Frame {
            kind,
            target,
            opened_at: 0,
            branch_types: result_types.clone(),
            result_types,
            height,
            end_branches: 0,
            shown: ShownAtEnd::default(),
            mark,
            goes_on: false,
            carried: Carried::None,
            dispatch: None,
        }
    }
}
