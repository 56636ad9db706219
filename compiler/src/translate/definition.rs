//! How a value was made: the patterns that translation recognises in CLIF.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{DataFlowGraph, InstructionData, Opcode, Value, ValueDef, types};

/// The instruction whose only or first result this is.
fn definition(dfg: &DataFlowGraph, value: Value) -> Option<&InstructionData> {
    match dfg.value_def(value) {
        ValueDef::Result(inst, 0) => Some(&dfg.insts[inst]),
        _ => None,
    }
}

/// The integer that a value is known to be, in its lowest bits.
pub(super) fn constant(dfg: &DataFlowGraph, value: Value) -> Option<i64> {
    match definition(dfg, value)? {
        InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => Some(imm.bits()),
        _ => None,
    }
}

/// The comparison that a value is the result of, if it is one for equality of the
/// sum of an i32 and a constant with a constant: its kind, the sum and the latter.
pub(super) fn equality_of_sum(dfg: &DataFlowGraph, value: Value) -> Option<(IntCC, Value, i64)> {
    let bit = operand(dfg, value, Opcode::Uextend)?;
    let InstructionData::IntCompare { args, cond, .. } = definition(dfg, bit)? else {
        return None;
    };
    let [sum, limit] = args.map(|arg| dfg.resolve_aliases(arg));
    let [_, addend] = operands(dfg, sum, Opcode::Iadd)?;
    let is_equality = matches!(cond, IntCC::Equal | IntCC::NotEqual);
    let fits = is_equality && dfg.value_type(sum) == types::I32 && constant(dfg, addend).is_some();
    Some((*cond, sum, constant(dfg, limit).filter(|_| fits)? as u32 as i64))
}

/// The operand of the instruction, if it is `wanted`.
pub(super) fn operand(dfg: &DataFlowGraph, value: Value, wanted: Opcode) -> Option<Value> {
    match definition(dfg, value)? {
        InstructionData::Unary { opcode, arg } if *opcode == wanted => Some(dfg.resolve_aliases(*arg)),
        _ => None,
    }
}

/// Both operands of the instruction, if it is `wanted`.
pub(super) fn operands(dfg: &DataFlowGraph, value: Value, wanted: Opcode) -> Option<[Value; 2]> {
    match definition(dfg, value)? {
        InstructionData::Binary { opcode, args } if *opcode == wanted => {
            Some(args.map(|arg| dfg.resolve_aliases(arg)))
        }
        _ => None,
    }
}
