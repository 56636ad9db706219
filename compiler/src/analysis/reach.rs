//! Which functions the program can reach from where it starts.
//!
//! A call through a table reaches what the table holds at first and what is of
//! the call's type: any other element fails the check of its type. All that can
//! come into a table later has been a reference before, and what makes references
//! (`ref.func`, reading a table, copying a segment, a global) reaches their
//! functions, whoever calls them.

use super::uses::Leads;
use crate::module::Placement;
use crate::world::{Constant, FuncId, FunctionKind, SignatureId, TableId, World};
use cranelift_entity::SecondaryMap;
use std::collections::BTreeMap;

/// Whether each function is reachable from `roots`.
pub(super) fn reachable(
    world: &World<'_>,
    leads: &SecondaryMap<FuncId, Leads>,
    roots: &[FuncId],
) -> SecondaryMap<FuncId, bool> {
    let in_globals = world.globals.values().filter_map(|global| function(global.init));
    let mut search = Search {
        world,
        tables: initial_elements(world),
        is_reachable: SecondaryMap::new(),
        pending: roots.iter().copied().chain(in_globals).collect(),
    };
    while let Some(function) = search.pending.pop() {
        if !std::mem::replace(&mut search.is_reachable[function], true) {
            search.follow(function, &leads[function]);
        }
    }
    search.is_reachable
}

/// What each table holds at first, by type; what was followed is taken out.
type Elements = BTreeMap<TableId, BTreeMap<SignatureId, Vec<FuncId>>>;

struct Search<'a> {
    world: &'a World<'a>,
    tables: Elements,
    is_reachable: SecondaryMap<FuncId, bool>,
    pending: Vec<FuncId>,
}

impl Search<'_> {
    fn follow(&mut self, function: FuncId, leads: &Leads) {
        self.pending.extend_from_slice(&leads.functions);
        for (table, signature) in &leads.called_through {
            let elements = self.tables.get_mut(table).and_then(|elements| elements.remove(signature));
            self.pending.extend(elements.into_iter().flatten());
        }
        for table in &leads.tables_read {
            self.pending.extend(self.tables.remove(table).into_iter().flatten().flat_map(|(_, all)| all));
        }
        for &(module, segment) in &leads.segments_copied {
            self.pending.extend(segment_functions(self.world, module, segment));
        }
        if let FunctionKind::Instantiate { module } = self.world.functions[function].kind {
            let linked = &self.world.modules[module];
            self.pending.extend(linked.module.start.map(|start| linked.functions[start as usize]));
        }
    }
}

fn initial_elements(world: &World<'_>) -> Elements {
    let mut elements = Elements::new();
    let mut add = |table: TableId, function: FuncId| {
        let signature = world.functions[function].signature;
        elements.entry(table).or_default().entry(signature).or_default().push(function);
    };
    for (table, definition) in &world.tables {
        function(definition.init).into_iter().for_each(|function| add(table, function));
    }
    for (module, linked) in world.modules.iter().enumerate() {
        for (segment, element) in linked.module.elements.iter().enumerate() {
            if let Placement::Active { index, .. } = element.placement {
                let table = linked.tables[index as usize];
                segment_functions(world, module, segment).for_each(|function| add(table, function));
            }
        }
    }
    elements
}

fn segment_functions(world: &World<'_>, module: usize, segment: usize) -> impl Iterator<Item = FuncId> {
    let element = &world.modules[module].module.elements[segment];
    world.element_constants(module, element).into_iter().filter_map(function)
}

fn function(constant: Constant) -> Option<FuncId> {
    match constant {
        Constant::Function(function) => Some(function),
        _ => None,
    }
}
