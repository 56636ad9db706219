//! Which functions the program can reach from where it starts.
//!
//! Calls by reference are taken to reach every function that an element segment
//! or a constant names, and every one that reachable code makes a reference to.

use crate::world::{FuncId, FunctionKind, World};
use cranelift_entity::SecondaryMap;

/// Whether each function is reachable from `roots`. `callees` are the functions
/// that each body calls or makes references to.
pub(super) fn reachable(
    world: &World<'_>,
    callees: &SecondaryMap<FuncId, Vec<FuncId>>,
    roots: impl Iterator<Item = FuncId>,
) -> SecondaryMap<FuncId, bool> {
    let mut is_reachable: SecondaryMap<FuncId, bool> = SecondaryMap::new();
    let mut pending: Vec<FuncId> = roots.collect();
    while let Some(function) = pending.pop() {
        if std::mem::replace(&mut is_reachable[function], true) {
            continue;
        }
        pending.extend_from_slice(&callees[function]);
        if let FunctionKind::Instantiate { module } = world.functions[function].kind {
            let linked = &world.modules[module];
            pending.extend(linked.module.start.map(|start| linked.functions[start as usize]));
        }
    }
    is_reachable
}
