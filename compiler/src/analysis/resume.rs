//! Functions that can be resumed in their middle. Go's WebAssembly backend
//! begins a function with a table on its parameter, PC_B, and stores a constant
//! to it before each jump (golang/go, cmd/internal/obj/wasm).

use std::collections::BTreeSet;
use wasmparser::{BlockType, Operator};

/// What a body that begins with a table on its first parameter does with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resume {
    /// The constants that the body stores to the parameter.
    constants: BTreeSet<u32>,
    /// Whether it stores anything else to it.
    stores_others: bool,
}

impl Resume {
    /// Whether a jump inside the body may select this entry of the table, whose
    /// entries are `len` and the default after them.
    pub fn may_select(&self, position: usize, len: usize) -> bool {
        let mut constants = self.constants.iter().map(|&constant| constant as usize);
        self.stores_others || constants.any(|constant| constant.min(len) == position)
    }
}

/// Reads a body operator by operator.
#[derive(Debug, Default)]
pub(super) struct ResumeScan {
    start: Start,
    resume: Resume,
    last_constant: Option<i32>,
}

/// How far the operators go as the start of such a body.
#[derive(Debug, Default, PartialEq, Eq)]
enum Start {
    #[default]
    Begins,
    Opened,
    ParameterRead,
    HasTable,
    Other,
}

impl ResumeScan {
    pub fn add(&mut self, operator: &Operator<'_>) {
        self.start = match (operator, std::mem::replace(&mut self.start, Start::Other)) {
            (_, Start::HasTable) => Start::HasTable,
            (Operator::GlobalGet { .. } | Operator::LocalSet { .. }, Start::Begins) => Start::Begins,
            (
                Operator::Block { blockty: BlockType::Empty } | Operator::Loop { blockty: BlockType::Empty },
                Start::Begins | Start::Opened,
            ) => Start::Opened,
            (Operator::LocalGet { local_index: 0 }, Start::Opened) => Start::ParameterRead,
            (Operator::BrTable { .. }, Start::ParameterRead) => Start::HasTable,
            _ => Start::Other,
        };
        match (operator, self.last_constant) {
            (Operator::LocalSet { local_index: 0 } | Operator::LocalTee { local_index: 0 }, Some(value)) => {
                self.resume.constants.insert(value as u32);
            }
            (Operator::LocalSet { local_index: 0 } | Operator::LocalTee { local_index: 0 }, None) => {
                self.resume.stores_others = true;
            }
            _ => {}
        }
        self.last_constant = match operator {
            Operator::I32Const { value } => Some(*value),
            _ => None,
        };
    }

    pub fn finish(self) -> Option<Resume> {
        (self.start == Start::HasTable).then_some(self.resume)
    }
}
