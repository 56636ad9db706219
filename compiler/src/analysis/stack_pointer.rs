//! The global that is used most: Go's SP, LLVM's `__stack_pointer`. Functions
//! pass it to each other as a parameter and a result, so that it lives in
//! registers and never in memory.

use super::{Calls, Facts};
use crate::world::{FuncId, FunctionKind, GlobalId, SignatureId, World};
use cranelift_entity::SecondaryMap;
use wasmc_abi::wasi;
use wasmparser::ValType;

/// Which functions pass the stack pointer on.
#[derive(Default)]
pub(crate) struct StackPointer {
    pub global: Option<GlobalId>,
    /// Functions that take it as their first parameter and give it back as
    /// their last result.
    pub carried_by: SecondaryMap<FuncId, bool>,
    /// The same for calls by reference: all functions of a signature agree.
    pub carried_by_signature: SecondaryMap<SignatureId, bool>,
}

/// Chooses the global, and finds who has to carry it.
pub(super) fn choose(world: &World<'_>, facts: &Facts, calls: &Calls) -> StackPointer {
    let mut chosen = StackPointer::default();
    if !world.host_symbols.iter().all(|symbol| wasi::index_of_symbol(symbol).is_some()) {
        // A function of the runtime that calls back into the program, as those
        // that catch traps do, would need the global's value in memory.
        return chosen;
    }
    let candidates = world.globals.iter().filter(|(global, definition)| {
        definition.ty.content_type == ValType::I32 && facts.global_written[*global]
    });
    // The first of the most used ones, for the same output every time.
    let most_used =
        candidates.map(|(global, _)| global).rev().max_by_key(|&global| calls.global_uses[global]);
    let Some(global) = most_used else {
        return chosen;
    };
    chosen.global = Some(global);
    for function in world.functions.keys() {
        chosen.carried_by[function] = calls.globals_used[function].contains(&global);
    }
    while chosen.spread(world, facts, calls) {}
    chosen
}

impl StackPointer {
    /// Adds those that call carriers, and those that are called as carriers
    /// are; whether there were any.
    fn spread(&mut self, world: &World<'_>, facts: &Facts, calls: &Calls) -> bool {
        let mut changes = false;
        for &function in &facts.referenced {
            let signature = world.functions[function].signature;
            if self.carried_by[function] != self.carried_by_signature[signature] {
                self.carried_by[function] = true;
                self.carried_by_signature[signature] = true;
                changes = true;
            }
        }
        for (function, definition) in &world.functions {
            if self.carried_by[function] {
                continue;
            }
            let leads = &calls.leads[function];
            let is_caller = match definition.kind {
                FunctionKind::Body { .. } => {
                    leads.functions.iter().any(|&callee| self.carried_by[callee])
                        || leads
                            .called_through
                            .iter()
                            .any(|&(_, signature)| self.carried_by_signature[signature])
                }
                FunctionKind::Instantiate { module } => {
                    let linked = &world.modules[module];
                    let start = linked.module.start.map(|start| linked.functions[start as usize]);
                    start.is_some_and(|start| self.carried_by[start])
                }
                FunctionKind::Host { .. } => false,
            };
            if is_caller {
                self.carried_by[function] = true;
                changes = true;
            }
        }
        changes
    }
}
