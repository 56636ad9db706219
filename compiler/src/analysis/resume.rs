//! Functions that can be resumed in their middle. Go's WebAssembly backend
//! begins a function with a table on its parameter, PC_B, and stores a constant
//! to it before each jump (golang/go, cmd/internal/obj/wasm).

use wasmparser::{BlockType, Operator};

/// Reads a body operator by operator.
#[derive(Debug, Default)]
pub(super) struct ResumeScan {
    start: Start,
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
    }

    /// Whether the body begins with such a table.
    pub fn finish(self) -> bool {
        self.start == Start::HasTable
    }
}
