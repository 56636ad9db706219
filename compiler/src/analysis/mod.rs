//! Stage 3: facts that hold because nothing outside the program can act on it.

mod forward;
mod inlinable;
mod intrinsics;
mod reach;
mod resume;
mod returns;
mod scan;
mod stack_pointer;
mod start_copies;
mod unwinding;
mod uses;

use crate::error::Result;
use crate::module::{ElementItems, Placement};
use crate::options::Options;
use crate::world::{
    Constant, FuncId, FunctionKind, GlobalId, LinkedModule, MemoryId, SignatureId, TableId, World,
};
use cranelift_entity::{EntityRef, SecondaryMap};
use rayon::prelude::*;
use returns::Source;
use scan::BodyFacts;
use stack_pointer::StackPointer;
use std::collections::BTreeSet;
use unwinding::Unwinding;
use uses::Leads;
use wasmparser::ValType;

pub(crate) use intrinsics::{Convention, INTRINSICS, Match};

/// What is known of the whole program.
#[derive(Default)]
pub(crate) struct Facts {
    pub memory_grows: SecondaryMap<MemoryId, bool>,
    /// Largest offset immediate of any access, in bytes.
    pub memory_offset_max: SecondaryMap<MemoryId, u64>,
    pub table_grows: SecondaryMap<TableId, bool>,
    /// Whether any code writes elements of the table.
    pub table_written: SecondaryMap<TableId, bool>,
    /// Through which tables functions of which signatures are called.
    pub called_by_reference: BTreeSet<(TableId, SignatureId)>,
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
    /// Whether the program can reach the function from where it starts.
    pub reachable: SecondaryMap<FuncId, bool>,
    /// Functions that the runtime has native code for.
    pub intrinsics: SecondaryMap<FuncId, Option<Match>>,
    /// Symbols of the runtime that the program can reach, by their number.
    pub host_symbols_reached: Vec<usize>,
    /// Results that are always the same.
    pub constant_results: SecondaryMap<FuncId, Option<i32>>,
    pub stack_pointer: StackPointer,
    pub unwinding: Unwinding,
    /// Functions of Go's type, `(i32) -> (i32)`, that can be resumed in their middle.
    pub resumes: SecondaryMap<FuncId, bool>,
    /// The copy of such a function that starts at the beginning, if it has one.
    pub start_copies: SecondaryMap<FuncId, Option<FuncId>>,
    pub is_start_copy: SecondaryMap<FuncId, bool>,
    /// Functions whose calls are worth replacing by their bodies.
    pub inlinable: SecondaryMap<FuncId, bool>,
    /// Those of them that lead to functions with native code.
    pub is_helper: SecondaryMap<FuncId, bool>,
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
/// the functions of `entry`; adds the copies of functions to it.
///
/// # Errors
/// The first invalid instruction of the first invalid body, in module order.
pub(crate) fn analyze(world: &mut World<'_>, entry: &[FuncId], options: &Options) -> Result<Facts> {
    let (mut facts, calls) = gather(world, entry)?;
    start_copies::add(world, &mut facts, &calls, options);
    Ok(facts)
}

fn gather(world: &World<'_>, entry: &[FuncId]) -> Result<(Facts, Calls)> {
    let mut facts = Facts::default();
    let mut calls = Calls::default();
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
            for &function in &body.uses.functions_referenced {
                is_referenced[linked.functions[function as usize]] = true;
            }
            facts.add(world, linked, id, &body);
            calls.add(position, linked, id, body);
        }
        let own = linked.functions.iter().skip(linked.module.imported.functions as usize);
        for (found, &id) in intrinsics::find(linked).into_iter().zip(own) {
            facts.intrinsics[id] = found;
        }
        mark_element_functions(world, position, &mut is_referenced);
    }
    mark_constants(world, &mut is_referenced);
    number_references(world, &is_referenced, &mut facts);
    facts.reachable = reach::reachable(world, &calls.leads, entry);
    facts.host_symbols_reached = host_symbols(world, &facts.reachable);
    facts.constant_results = returns::constants(world, &calls.returns);
    facts.stack_pointer = stack_pointer::choose(world, &facts, &calls);
    facts.unwinding = unwinding::choose(world, &facts, &calls);
    facts.inlinable = inlinable::choose(world, &facts, &calls);
    facts.is_helper = inlinable::helpers(world, &facts, &calls);
    Ok((facts, calls))
}

/// What functions call and use, in the program's numbers.
#[derive(Default)]
struct Calls {
    leads: SecondaryMap<FuncId, Leads>,
    /// Whether any body calls the function directly.
    is_called: SecondaryMap<FuncId, bool>,
    operator_counts: SecondaryMap<FuncId, u32>,
    /// Whether the body does nothing but trap.
    is_trap: SecondaryMap<FuncId, bool>,
    globals_used: SecondaryMap<FuncId, Vec<GlobalId>>,
    /// How often code reads or writes each global.
    global_uses: SecondaryMap<GlobalId, u32>,
    /// Callees are the module's.
    returns: SecondaryMap<FuncId, BTreeSet<Source>>,
    /// Offsets of the outermost blocks at whose end bodies return 1.
    unwind_exits: SecondaryMap<FuncId, Option<u64>>,
}

impl Calls {
    fn add(&mut self, position: usize, linked: &LinkedModule<'_>, id: FuncId, body: BodyFacts) {
        for &callee in &body.uses.functions_called {
            self.is_called[linked.functions[callee as usize]] = true;
        }
        self.operator_counts[id] = body.operator_count;
        self.is_trap[id] = body.is_trap;
        self.leads[id] = Leads::new(position, linked, &body.uses);
        for (&global, &uses) in &body.global_uses {
            let global = linked.globals[global as usize];
            self.globals_used[id].push(global);
            self.global_uses[global] += uses;
        }
        self.returns[id] = body.returns;
        self.unwind_exits[id] = body.unwind_exit;
    }
}

impl Facts {
    /// Adds what the body of function `id` does to memories, tables and globals.
    fn add(&mut self, world: &World<'_>, linked: &LinkedModule<'_>, id: FuncId, body: &BodyFacts) {
        self.forwards[id] = body.forward.and_then(|forward| {
            let host = linked.functions[forward.function_index as usize];
            let is_host = matches!(world.functions[host].kind, FunctionKind::Host { .. });
            let same_type = world.functions[host].signature == world.functions[id].signature;
            (is_host && same_type).then_some((host, forward.mask))
        });
        let ty = world.function_type(id);
        let is_of_type = *ty.params() == [ValType::I32] && *ty.results() == [ValType::I32];
        self.resumes[id] = body.resumes && is_of_type;
        for &memory in &body.memories_grown {
            self.memory_grows[linked.memories[memory as usize]] = true;
        }
        for &(memory, offset) in &body.memory_offsets {
            let largest = &mut self.memory_offset_max[linked.memories[memory as usize]];
            *largest = (*largest).max(offset);
        }
        for &table in &body.tables_grown {
            self.table_grows[linked.tables[table as usize]] = true;
        }
        for &table in &body.tables_written {
            self.table_written[linked.tables[table as usize]] = true;
        }
        for &(table, ty) in &body.uses.called_through {
            self.called_by_reference.insert((linked.tables[table as usize], linked.signatures[ty as usize]));
        }
        for &global in &body.globals_written {
            self.global_written[linked.globals[global as usize]] = true;
        }
    }
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
