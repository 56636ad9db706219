//! Stage 5: one function of the program to CLIF.

mod branch;
mod branch_table;
mod bulk;
mod bulk_inline;
mod call;
mod cold;
mod control;
mod definition;
mod dispatch;
mod dispatch_copy;
mod env;
mod frame;
mod func;
mod global;
mod inline;
mod intrinsic;
mod intrinsic_short;
mod known;
mod memory;
mod multiply_high;
mod numeric;
mod operator;
mod place;
mod resume;
mod runtime;
mod shown;
mod stack_pointer;
mod stored;
mod table;
mod trap;
mod unwind;

use crate::error::Result;
use crate::world::{FuncId, FunctionKind};
use cranelift_codegen::ir;
use cranelift_frontend::FunctionBuilderContext;

pub(crate) use env::{
    DataSymbol, Env, NAMESPACE_DATA, NAMESPACE_FUNCTION, NAMESPACE_HOST, NO_FUNCTION, OTHER_SIGNATURE,
};
pub(crate) use runtime::Trampoline;
pub(crate) use trap::trap_code;

/// Translates a function of the program.
///
/// # Errors
/// An operator outside the supported proposals; validation has seen the rest.
pub(crate) fn function(
    env: &Env<'_>,
    function: FuncId,
    context: &mut FunctionBuilderContext,
    into: &mut ir::Function,
) -> Result<()> {
    match env.world.functions[function].kind {
        FunctionKind::Body { module, body } => func::translate(env, function, module, body, context, into),
        FunctionKind::Host { module, .. } => {
            runtime::host_call(env, function, module, context, into);
            Ok(())
        }
        FunctionKind::Instantiate { module } => {
            runtime::instantiate(env, function, module, context, into);
            Ok(())
        }
    }
}

/// Builds one of the two functions that the runtime calls.
pub(crate) fn trampoline(
    env: &Env<'_>,
    trampoline: Trampoline<'_>,
    context: &mut FunctionBuilderContext,
    into: &mut ir::Function,
) {
    runtime::trampoline(env, trampoline, context, into);
}
