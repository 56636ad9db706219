//! Functions whose calls are replaced by their bodies: small ones that call
//! nothing but others of the kind, the runtime, what only unwinds, as Go's panics
//! do, and, where they do not know of Go's stack, functions with native code.

use super::{Calls, Facts};
use crate::world::{FuncId, FunctionKind, World};
use cranelift_entity::SecondaryMap;

/// Operators of a body with those of the bodies within it. Larger functions
/// are called.
const OPERATORS_MAX: u32 = 40;
/// As how many a call of a function with native code counts.
const NATIVE_OPERATORS: u32 = 5;
/// A body's size, with operators that cost nothing; each call translates all of it.
const BODY_BYTES_MAX: usize = 1024;
/// Each call declares them all.
const LOCALS_MAX: u32 = 128;
/// Bodies within bodies; one more than this is called.
const ROUNDS: usize = 3;

pub(super) fn choose(world: &World<'_>, facts: &Facts, calls: &Calls) -> SecondaryMap<FuncId, bool> {
    let mut sizes: SecondaryMap<FuncId, Option<u32>> = SecondaryMap::new();
    for _ in 0..ROUNDS {
        let mut grown = sizes.clone();
        for (function, definition) in &world.functions {
            let is_open = sizes[function].is_none() && !calls.is_trap[function];
            if is_open && is_small_body(world, definition.kind) {
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

fn is_small_body(world: &World<'_>, kind: FunctionKind) -> bool {
    let FunctionKind::Body { module, body } = kind else {
        return false;
    };
    let code = &world.modules[module].module.bodies[body].body;
    if code.as_bytes().len() > BODY_BYTES_MAX {
        return false;
    }
    let locals = code.get_locals_reader().into_iter().flatten().flatten();
    let count: u32 = locals.map(|(count, _)| count).fold(0, u32::saturating_add);
    count <= LOCALS_MAX
}

/// Those that lead from Go's assembly to functions with native code, and do not know
/// of Go's stack themselves.
pub(super) fn helpers(world: &World<'_>, facts: &Facts, calls: &Calls) -> SecondaryMap<FuncId, bool> {
    let mut helpers = SecondaryMap::new();
    for function in world.functions.keys().filter(|&function| facts.inlinable[function]) {
        let leads_to_native =
            calls.leads[function].functions.iter().any(|&callee| facts.intrinsics[callee].is_some());
        helpers[function] = leads_to_native && !facts.stack_pointer.carried_by[function];
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
        size += match () {
            () if is_native => NATIVE_OPERATORS,
            () if only_unwinds || is_host => 0,
            () => sizes[callee]?,
        };
    }
    (size <= OPERATORS_MAX).then_some(size)
}
