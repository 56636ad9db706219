//! Functions whose calls are replaced by their bodies: small ones that call
//! nothing but others of the kind, the runtime, and what only unwinds, as Go's
//! panics do.

use super::{Calls, Facts};
use crate::world::{FuncId, FunctionKind, World};
use cranelift_entity::SecondaryMap;

/// Operators of a body with those of the bodies within it. Larger functions
/// are called.
const OPERATORS_MAX: u32 = 40;
/// Bodies within bodies; one more than this is called.
const ROUNDS: usize = 3;

pub(super) fn choose(world: &World<'_>, facts: &Facts, calls: &Calls) -> SecondaryMap<FuncId, bool> {
    let mut sizes: SecondaryMap<FuncId, Option<u32>> = SecondaryMap::new();
    for _ in 0..ROUNDS {
        let mut grown = sizes.clone();
        for (function, definition) in &world.functions {
            let is_body = matches!(definition.kind, FunctionKind::Body { .. });
            if is_body && !calls.is_trap[function] && sizes[function].is_none() {
                grown[function] = size(world, facts, calls, &sizes, function);
            }
        }
        sizes = grown;
    }
    let mut chosen = SecondaryMap::new();
    for function in world.functions.keys() {
        chosen[function] = sizes[function].is_some();
    }
    chosen
}

/// In a program of Go, the small functions that do not know of its stack.
pub(super) fn helpers(world: &World<'_>, facts: &Facts) -> SecondaryMap<FuncId, bool> {
    let mut helpers = SecondaryMap::new();
    let is_of_go = world.functions.keys().any(|function| facts.resumes[function]);
    for function in world.functions.keys().filter(|_| is_of_go) {
        helpers[function] = facts.inlinable[function] && !facts.stack_pointer.carried_by[function];
    }
    helpers
}

/// The operators that a call of `function` becomes, if it is worth it.
fn size(
    world: &World,
    facts: &Facts,
    calls: &Calls,
    sizes: &SecondaryMap<FuncId, Option<u32>>,
    function: FuncId,
) -> Option<u32> {
    let leads = &calls.leads[function];
    if !leads.called_through.is_empty() {
        return None;
    }
    let is_plain = !facts.stack_pointer.carried_by[function];
    let mut size = calls.operator_counts[function];
    for &callee in &leads.functions {
        let only_unwinds = facts.constant_results[callee].is_some_and(|result| result != 0);
        let is_host = matches!(world.functions[callee].kind, FunctionKind::Host { .. });
        let is_native = is_plain && facts.intrinsics[callee].is_some();
        size += if only_unwinds || is_host || is_native { 0 } else { sizes[callee]? };
    }
    (size <= OPERATORS_MAX).then_some(size)
}
