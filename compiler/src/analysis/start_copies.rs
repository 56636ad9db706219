//! Copies of functions that can be resumed in their middle, which only start at
//! the beginning: they need no parameter that says where, no table, and every
//! block has fewer ways into it. Calls that start a function call its copy; the
//! function itself stays for resuming, and for calls by reference.

use super::{Calls, Facts};
use crate::options::{Optimization, Options};
use crate::world::{FuncId, Function, FunctionKind, World};
use wasmparser::{FuncType, ValType};

/// Larger functions have no copy: in them the calls weigh less, and the code of
/// all copies together is to stay small.
const OPERATORS_MAX: u32 = 150;

/// Adds the copies to the program.
pub(super) fn add(world: &mut World<'_>, facts: &mut Facts, calls: &Calls, options: &Options) {
    if !options.optimizes(Optimization::StartCopies) || !options.optimizes(Optimization::JumpThreading) {
        return;
    }
    let started = FuncType::new([], [ValType::I32]);
    let originals: Vec<FuncId> = world
        .functions
        .keys()
        .filter(|&function| {
            let is_small = calls.operator_counts[function] <= OPERATORS_MAX;
            let is_called = calls.is_called[function] && facts.reachable[function];
            facts.resumes[function] && is_small && is_called && !facts.inlinable[function]
        })
        .collect();
    if originals.is_empty() {
        return;
    }
    let known = world.signatures.iter().find(|(_, ty)| **ty == started).map(|(signature, _)| signature);
    let signature = known.unwrap_or_else(|| world.signatures.push(started));
    for original in originals {
        let FunctionKind::Body { module, body } = world.functions[original].kind else {
            continue;
        };
        let copy = world.functions.push(Function { kind: FunctionKind::Body { module, body }, signature });
        facts.start_copies[original] = Some(copy);
        facts.is_start_copy[copy] = true;
        facts.reachable[copy] = true;
        facts.constant_results[copy] = facts.constant_results[original];
        facts.stack_pointer.carried_by[copy] = facts.stack_pointer.carried_by[original];
        facts.unwinding.functions[copy] = facts.unwinding.functions[original];
        facts.unwinding.exits[copy] = facts.unwinding.exits[original];
        facts.intrinsics[copy] = facts.intrinsics[original].clone();
    }
}
