//! Stage 3: facts that hold because nothing outside the program can act on it.

mod forward;
mod reach;
mod scan;

use crate::error::Result;
use crate::module::{ElementItems, Placement};
use crate::world::{Constant, FuncId, FunctionKind, GlobalId, MemoryId, TableId, World};
use cranelift_entity::{EntityRef, SecondaryMap};
use rayon::prelude::*;
use scan::BodyFacts;

/// What is known of the whole program.
pub(crate) struct Facts {
    pub memory_grows: SecondaryMap<MemoryId, bool>,
    /// Largest offset immediate of any access, in bytes.
    pub memory_offset_max: SecondaryMap<MemoryId, u64>,
    pub table_grows: SecondaryMap<TableId, bool>,
    /// Whether any code writes the global; one that is never written is a
    /// constant, whatever its type says.
    pub global_written: SecondaryMap<GlobalId, bool>,
    /// Functions that can be called by reference, in the order of their
    /// numbers; number 0 is null, so the first has number 1.
    pub referenced: Vec<FuncId>,
    reference_numbers: SecondaryMap<FuncId, u32>,
    /// Functions that only hand their parameters on to the runtime: the host
    /// function, and the bits of its result that they keep.
    pub forwards: SecondaryMap<FuncId, Option<(FuncId, Option<i32>)>>,
    /// Symbols of the runtime that the program can reach, by their number.
    pub host_symbols_reached: Vec<usize>,
}

impl Facts {
    /// The number of a function that is [`Facts::referenced`].
    pub fn reference_number(&self, function: FuncId) -> u32 {
        let number = self.reference_numbers[function];
        assert_ne!(number, 0, "{function} is not referenced");
        number
    }
}

/// Validates every body and gathers the facts of the program that starts with
/// the functions of `entry`.
///
/// # Errors
/// The first invalid instruction of the first invalid body, in module order.
pub(crate) fn analyze(world: &World<'_>, entry: &[FuncId]) -> Result<Facts> {
    let mut facts = Facts {
        memory_grows: SecondaryMap::new(),
        memory_offset_max: SecondaryMap::new(),
        table_grows: SecondaryMap::new(),
        global_written: SecondaryMap::new(),
        referenced: Vec::new(),
        reference_numbers: SecondaryMap::new(),
        forwards: SecondaryMap::new(),
        host_symbols_reached: Vec::new(),
    };
    let mut callees: SecondaryMap<FuncId, Vec<FuncId>> = SecondaryMap::new();
    let mut is_element: SecondaryMap<FuncId, bool> = SecondaryMap::new();
    let mut is_referenced: SecondaryMap<FuncId, bool> = SecondaryMap::new();
    for (position, linked) in world.modules.iter().enumerate() {
        let bodies: Vec<Result<BodyFacts>> = linked
            .module
            .bodies
            .par_iter()
            .map_init(Default::default, |buffers, body| scan::body(body, buffers))
            .collect();
        let own = linked.functions.iter().skip(linked.module.imported.functions as usize);
        for (body, &id) in bodies.into_iter().zip(own) {
            let body = body.map_err(|error| error.in_module(position))?;
            let uses = body.functions_called.iter().chain(&body.functions_referenced);
            callees[id] = uses.map(|&function| linked.functions[function as usize]).collect();
            facts.forwards[id] = body.forward.and_then(|forward| {
                let host = linked.functions[forward.function_index as usize];
                let is_host = matches!(world.functions[host].kind, FunctionKind::Host { .. });
                let same_type = world.functions[host].signature == world.functions[id].signature;
                (is_host && same_type).then_some((host, forward.mask))
            });
            for memory in body.memories_grown {
                facts.memory_grows[linked.memories[memory as usize]] = true;
            }
            for (memory, offset) in body.memory_offsets {
                let largest = &mut facts.memory_offset_max[linked.memories[memory as usize]];
                *largest = (*largest).max(offset);
            }
            for table in body.tables_grown {
                facts.table_grows[linked.tables[table as usize]] = true;
            }
            for global in body.globals_written {
                facts.global_written[linked.globals[global as usize]] = true;
            }
            for function in body.functions_referenced {
                is_referenced[linked.functions[function as usize]] = true;
            }
        }
        mark_element_functions(world, position, &mut is_element);
    }
    mark_constants(world, &mut is_element);
    let elements = || world.functions.keys().filter(|&function| is_element[function]);
    for function in elements() {
        is_referenced[function] = true;
    }
    number_references(world, &is_referenced, &mut facts);
    let is_reachable = reach::reachable(world, &callees, entry.iter().copied().chain(elements()));
    facts.host_symbols_reached = host_symbols(world, &is_reachable);
    Ok(facts)
}

/// The runtime's symbols behind the reachable functions.
fn host_symbols(world: &World<'_>, is_reachable: &SecondaryMap<FuncId, bool>) -> Vec<usize> {
    let reachable = world.functions.iter().filter(|(function, _)| is_reachable[*function]);
    let symbols = reachable.filter_map(|(_, function)| match function.kind {
        FunctionKind::Host { symbol, .. } => Some(symbol),
        FunctionKind::Body { .. } | FunctionKind::Instantiate { .. } => None,
    });
    symbols.collect()
}

fn mark_element_functions(
    world: &World<'_>,
    position: usize,
    is_referenced: &mut SecondaryMap<FuncId, bool>,
) {
    let linked = &world.modules[position];
    for element in &linked.module.elements {
        // Declared segments only announce ref.func, which the scan has seen.
        if matches!(element.placement, Placement::Declared) {
            continue;
        }
        let ElementItems::Functions(items) = &element.items else {
            for item in world.element_constants(position, element) {
                if let Constant::Function(function) = item {
                    is_referenced[function] = true;
                }
            }
            continue;
        };
        for &function in items {
            is_referenced[linked.functions[function as usize]] = true;
        }
    }
}

fn mark_constants(world: &World<'_>, is_referenced: &mut SecondaryMap<FuncId, bool>) {
    let globals = world.globals.values().map(|global| global.init);
    let tables = world.tables.values().map(|table| table.init);
    for constant in globals.chain(tables) {
        if let Constant::Function(function) = constant {
            is_referenced[function] = true;
        }
    }
}

fn number_references(world: &World<'_>, is_referenced: &SecondaryMap<FuncId, bool>, facts: &mut Facts) {
    for function in world.functions.keys().filter(|&function| is_referenced[function]) {
        facts.referenced.push(function);
        facts.reference_numbers[function] = facts.referenced.len() as u32;
    }
    debug_assert!(facts.referenced.iter().is_sorted_by_key(|function| function.index()));
}
