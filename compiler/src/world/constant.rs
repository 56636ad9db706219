//! Constant expressions. In a closed world all of them have a value at compile
//! time: an immutable global that they may name is itself constant.

use super::{FuncId, Global, GlobalId};
use crate::error::{Error, Result};
use cranelift_entity::PrimaryMap;
use wasmparser::{ConstExpr, Operator};

/// A value known at compile time; floats as their bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Constant {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
    /// A null reference of any type.
    Null,
    Function(FuncId),
}

/// The value of an i32 expression as an offset.
pub(crate) fn as_u32(constant: Constant) -> u32 {
    match constant {
        Constant::I32(value) => value as u32,
        other => unreachable!("validated as i32: {other:?}"),
    }
}

/// Evaluates an expression that validation has accepted.
///
/// # Errors
/// An operator that the supported proposals do not have.
pub(super) fn evaluate(
    expr: &ConstExpr<'_>,
    functions: &[FuncId],
    module_globals: &[GlobalId],
    globals: &PrimaryMap<GlobalId, Global>,
) -> Result<Constant> {
    let mut stack = Vec::new();
    for operator in expr.get_operators_reader().into_iter_with_offsets() {
        let (operator, offset) = operator?;
        let value = match operator {
            Operator::I32Const { value } => Constant::I32(value),
            Operator::I64Const { value } => Constant::I64(value),
            Operator::F32Const { value } => Constant::F32(value.bits()),
            Operator::F64Const { value } => Constant::F64(value.bits()),
            Operator::RefNull { .. } => Constant::Null,
            Operator::RefFunc { function_index } => Constant::Function(functions[function_index as usize]),
            Operator::GlobalGet { global_index } => globals[module_globals[global_index as usize]].init,
            Operator::End => break,
            arithmetic => {
                let (right, left) = (stack.pop(), stack.pop());
                compute(&arithmetic, left, right)
                    .ok_or_else(|| Error::new("unsupported operator in a constant expression").at(offset))?
            }
        };
        stack.push(value);
    }
    stack.pop().ok_or_else(|| Error::new("empty constant expression"))
}

fn compute(operator: &Operator<'_>, left: Option<Constant>, right: Option<Constant>) -> Option<Constant> {
    Some(match (operator, left?, right?) {
        (Operator::I32Add, Constant::I32(a), Constant::I32(b)) => Constant::I32(a.wrapping_add(b)),
        (Operator::I32Sub, Constant::I32(a), Constant::I32(b)) => Constant::I32(a.wrapping_sub(b)),
        (Operator::I32Mul, Constant::I32(a), Constant::I32(b)) => Constant::I32(a.wrapping_mul(b)),
        (Operator::I64Add, Constant::I64(a), Constant::I64(b)) => Constant::I64(a.wrapping_add(b)),
        (Operator::I64Sub, Constant::I64(a), Constant::I64(b)) => Constant::I64(a.wrapping_sub(b)),
        (Operator::I64Mul, Constant::I64(a), Constant::I64(b)) => Constant::I64(a.wrapping_mul(b)),
        _ => return None,
    })
}
