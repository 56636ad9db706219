//! One pass over one body: validation, and the facts it contributes.

use super::forward::{Forward, ForwardScan};
use super::resume::ResumeScan;
use super::returns::{ReturnScan, Source};
use super::unwinding::ExitScan;
use super::uses::Uses;
use crate::error::Result;
use crate::module::Body;
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{FuncToValidate, FuncValidatorAllocations, MemArg, MemArgTarget, Operator};

/// What one body does; all indices are the module's.
#[derive(Default)]
pub(super) struct BodyFacts {
    pub memories_grown: BTreeSet<u32>,
    /// Memory index and the largest offset immediate.
    pub memory_offsets: Vec<(u32, u64)>,
    pub tables_grown: BTreeSet<u32>,
    /// Tables whose elements are written, in whatever way.
    pub tables_written: BTreeSet<u32>,
    pub globals_written: BTreeSet<u32>,
    /// How often each global is read or written.
    pub global_uses: BTreeMap<u32, u32>,
    pub uses: Uses,
    pub forward: Option<Forward>,
    /// Where the body's result comes from, if it is one i32.
    pub returns: BTreeSet<Source>,
    /// Whether the function can be resumed in its middle.
    pub resumes: bool,
    /// Offset of the outermost block at whose end the body returns 1.
    pub unwind_exit: Option<u64>,
    /// Whether the first operator traps.
    pub is_trap: bool,
    /// Operators that make instructions.
    pub operator_count: u32,
}

/// Validates `body` and gathers its facts.
///
/// # Errors
/// The first invalid instruction, with its byte offset.
pub(super) fn body(body: &Body<'_>, buffers: &mut FuncValidatorAllocations) -> Result<BodyFacts> {
    let FuncToValidate { resources, index, ty, features } = &body.validate;
    let validate =
        FuncToValidate { resources: resources.clone(), index: *index, ty: *ty, features: *features };
    let mut validator = validate.into_validator(std::mem::take(buffers));
    let mut locals = body.body.get_binary_reader();
    validator.read_locals(&mut locals)?;
    let mut facts = BodyFacts::default();
    let mut forward = ForwardScan::default();
    let mut returns = ReturnScan::default();
    let mut resume = ResumeScan::default();
    let mut exit = ExitScan::default();
    let mut operators = body.body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        validator.op(offset, &operator)?;
        facts.add(&operator);
        facts.uses.add(&operator);
        forward.add(&operator);
        returns.add(&operator);
        resume.add(&operator);
        exit.add(&operator, offset);
    }
    operators.finish()?;
    facts.forward = forward.finish();
    facts.returns = returns.finish();
    facts.resumes = resume.finish();
    facts.unwind_exit = exit.finish();
    *buffers = validator.into_allocations();
    Ok(facts)
}

impl BodyFacts {
    fn add(&mut self, operator: &Operator<'_>) {
        if let Some(memarg) = memarg(operator) {
            self.add_access(memarg);
        }
        self.is_trap |= self.operator_count == 0 && matches!(operator, Operator::Unreachable);
        self.operator_count += u32::from(!is_free(operator));
        match *operator {
            Operator::MemoryGrow { mem } => {
                self.memories_grown.insert(mem);
            }
            Operator::TableGrow { table } => {
                self.tables_grown.insert(table);
                self.tables_written.insert(table);
            }
            Operator::TableSet { table }
            | Operator::TableFill { table }
            | Operator::TableInit { table, .. }
            | Operator::TableCopy { dst_table: table, .. } => {
                self.tables_written.insert(table);
            }
            Operator::GlobalSet { global_index } => {
                self.globals_written.insert(global_index);
                *self.global_uses.entry(global_index).or_default() += 1;
            }
            Operator::GlobalGet { global_index } => {
                *self.global_uses.entry(global_index).or_default() += 1;
            }
            _ => {}
        }
    }

    fn add_access(&mut self, memarg: &MemArg) {
        let MemArgTarget::Memory(memory) = memarg.target else {
            return;
        };
        match self.memory_offsets.iter_mut().find(|(known, _)| *known == memory) {
            Some((_, largest)) => *largest = (*largest).max(memarg.offset),
            None => self.memory_offsets.push((memory, memarg.offset)),
        }
    }
}

/// Whether an operator only arranges others.
fn is_free(operator: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        operator,
        Nop | Block { .. }
            | Loop { .. }
            | End
            | LocalGet { .. }
            | LocalSet { .. }
            | LocalTee { .. }
            | I32Const { .. }
            | I64Const { .. }
            | I32WrapI64
            | I64ExtendI32U
            | Drop
    )
}

/// The memory immediate of a load or store.
fn memarg<'o>(operator: &'o Operator<'_>) -> Option<&'o MemArg> {
    use Operator::*;
    match operator {
        I32Load { memarg }
        | I64Load { memarg }
        | F32Load { memarg }
        | F64Load { memarg }
        | I32Load8S { memarg }
        | I32Load8U { memarg }
        | I32Load16S { memarg }
        | I32Load16U { memarg }
        | I64Load8S { memarg }
        | I64Load8U { memarg }
        | I64Load16S { memarg }
        | I64Load16U { memarg }
        | I64Load32S { memarg }
        | I64Load32U { memarg }
        | I32Store { memarg }
        | I64Store { memarg }
        | F32Store { memarg }
        | F64Store { memarg }
        | I32Store8 { memarg }
        | I32Store16 { memarg }
        | I64Store8 { memarg }
        | I64Store16 { memarg }
        | I64Store32 { memarg } => Some(memarg),
        _ => None,
    }
}
