//! Functions whose body is one that the runtime has native code for.
//!
//! A body is recognised by its content: its type, its locals and its operators
//! are those of a line of the catalogue, but for the immediates that the linker
//! of the guest wrote (see [`catalogue`]). Its name counts for nothing.
//!
//! Native code never takes the place of the body. It is called from within it,
//! at the hook: there the body has tested the stack and lowered the stack
//! pointer, as ever, and nothing else has happened. The native code looks at
//! the arguments first, and answers that it does nothing where anything is
//! unusual: a range that leaves the memory, a null pointer, an argument that
//! overlaps the stack frame, a table whose contents are not the ones it needs.
//! The body then goes on, with the memory as it was. So traps, panics, growth
//! of the stack and resumption are the body's own.
//!
//! Otherwise the native code has the body's effect on the memory above the
//! stack pointer and on the globals, and the function returns. What it leaves
//! different is the frame: words below the stack pointer, in which the body
//! would have left spilled values. Go's runtime and compiler take what is there
//! for undefined: a frame is written before it is read, the garbage collector
//! begins at the stack pointer, and growing the stack copies from there.
//!
//! A function that the body would call on its way is in the catalogue too, and
//! its hole must lead to such a one. Native code does not repeat its test of the
//! stack: the stack is then not grown where nothing is put on it, and a request
//! to yield is answered at the next test.
//!
//! Panics are called only where the native code's conditions fail, so that what
//! their holes lead to does not matter.
//!
//! Constant tables of the guest (SHA-256's, CRC-32's) are in its memory, where
//! a stray store could reach them. No native code assumes what they hold: it
//! reads the guest's table as the body does, or compares all of it first.

mod catalogue;
mod shape;

use crate::module::Module;
use crate::world::LinkedModule;
use catalogue::{Entry, Hole, entries};
use rayon::prelude::*;
use shape::Shape;

pub(crate) use catalogue::{Convention, INTRINSICS};

/// Most bytes of an immediate that is a hole.
const IMMEDIATE_BYTES_MAX: usize = 10;

/// A function that has native code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    /// Position in [`INTRINSICS`].
    pub intrinsic: usize,
    /// Position of the operator before which the native code is called.
    pub hook: usize,
    /// What the stack pointer has been lowered by at the hook.
    pub frame_bytes: u32,
    /// Addresses that the native code is told.
    pub addresses: Vec<i64>,
}

/// The matches of a module whose bodies are valid, by position of the body.
pub(super) fn find(linked: &LinkedModule<'_>) -> Vec<Option<Match>> {
    let module = &linked.module;
    let candidates: Vec<Option<Candidate>> =
        (0..module.bodies.len()).into_par_iter().map(|body| candidate(module, body)).collect();
    let mut matches: Vec<Option<Match>> =
        candidates.iter().map(|candidate| candidate.as_ref().map(|it| it.found.clone())).collect();
    let is_complete = |candidate: &Candidate, matches: &[Option<Match>]| {
        candidate.callees.iter().all(|&(function_index, intrinsic)| {
            let body = function_index.checked_sub(module.imported.functions);
            let callee = body.and_then(|body| matches[body as usize].as_ref());
            callee.is_some_and(|callee| callee.intrinsic == intrinsic)
        })
    };
    // One that falls may be a callee of another.
    loop {
        let falls = |&body: &usize| {
            matches[body].is_some() && candidates[body].as_ref().is_some_and(|it| !is_complete(it, &matches))
        };
        let Some(body) = (0..matches.len()).find(falls) else {
            return matches;
        };
        matches[body] = None;
    }
}

/// A body that is a catalogued one if its callees are.
struct Candidate {
    found: Match,
    /// Index of a function, and which intrinsic it has to be.
    callees: Vec<(u32, usize)>,
}

fn candidate(module: &Module<'_>, position: usize) -> Option<Candidate> {
    let body = &module.bodies[position].body;
    let len_bytes = body.as_bytes().len();
    let may_be = |entry: &&Entry| {
        let most = entry.fixed_len_bytes + entry.holes.len() * IMMEDIATE_BYTES_MAX;
        (entry.fixed_len_bytes..=most).contains(&len_bytes)
    };
    let mut possible = entries().iter().filter(may_be).peekable();
    possible.peek()?;
    let function_index = module.imported.functions as usize + position;
    let ty = &module.types[module.functions[function_index] as usize];
    let shape = Shape::read(body).ok()?;
    possible.find_map(|entry| {
        let holes = entry.holes.iter().map(|&(hole, _)| hole);
        let is_equal =
            shape.operators.len() == entry.operator_count && shape.digest(ty, holes) == entry.digest;
        if is_equal { fill(entry, &shape) } else { None }
    })
}

/// Reads the holes; `None` where they contradict each other.
fn fill(entry: &Entry, shape: &Shape<'_>) -> Option<Candidate> {
    let mut addresses: Vec<Option<i64>> = Vec::new();
    let mut callees = Vec::new();
    for &(hole, kind) in &entry.holes {
        let value = shape::immediate(&shape.operators[hole].0)?;
        match kind {
            Hole::Anything => {}
            Hole::Function(intrinsic) => callees.push((u32::try_from(value).ok()?, intrinsic)),
            Hole::Address(number) => {
                addresses.resize(addresses.len().max(number + 1), None);
                if *addresses[number].get_or_insert(value) != value {
                    return None;
                }
            }
        }
    }
    let found = Match {
        intrinsic: entry.intrinsic,
        hook: entry.hook,
        frame_bytes: entry.frame_bytes,
        addresses: addresses.into_iter().collect::<Option<_>>()?,
    };
    Some(Candidate { found, callees })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{ModuleInput, Program};
    use crate::{module, world};
    use std::collections::BTreeSet;

    /// Bodies of Go 1.26, each beside one with an operator more.
    const BYTEALG: &str = include_str!("../../../../tests/cases/core/go-bytealg.wat");

    /// The names of the functions that are recognised, and as what.
    fn recognised(wat: &str) -> BTreeSet<(String, &'static str)> {
        let wasm = wat::parse_str(wat).expect("valid text");
        let input = ModuleInput { name: String::new(), wasm: &wasm, imports: Vec::new() };
        let program = Program { modules: vec![input], instantiate: vec![0], root: None };
        let modules = module::parse_all(&program).expect("well-formed");
        let world = world::link(&program, modules).expect("no imports");
        let linked = &world.modules[0];
        let name = |body: usize| world.describe(linked.functions[body]).1.unwrap_or_default().to_owned();
        let found = find(linked).into_iter().enumerate();
        found.filter_map(|(body, found)| Some((name(body), INTRINSICS[found?.intrinsic].name))).collect()
    }

    fn of_bytealg() -> BTreeSet<(String, &'static str)> {
        ["memchr", "memcmp", "memeq"].map(|name| (name.to_owned(), name)).into()
    }

    #[test]
    fn bodies_are_recognised_by_content() {
        assert_eq!(recognised(BYTEALG), of_bytealg());
        let renamed =
            BYTEALG.replace("(func $memchr ", "(func $other ").replace("(call $memchr ", "(call $other ");
        let expected = of_bytealg().into_iter().map(|(name, intrinsic)| match intrinsic {
            "memchr" => ("other".to_owned(), intrinsic),
            _ => (name, intrinsic),
        });
        assert_eq!(recognised(&renamed), expected.collect());
    }

    #[test]
    fn one_change_and_it_is_another_body() {
        for (intrinsic, from, to) in [
            ("memchr", "i32.const 16843009", "i32.const 16843008"),
            ("memchr", "local.get 1 local.set 4 block", "local.get 1 local.set 3 block"),
            (
                "memchr",
                "(result i32) (local i32 i32)\n    local.get 1",
                "(result i32) (local i32 i32 i32)\n    local.get 1",
            ),
            ("memcmp", "i32.const 255", "i32.const 127"),
            ("memeq", "i64.const 1 i64.sub", "i64.const 1 i64.add"),
        ] {
            assert!(BYTEALG.contains(from), "{from}");
            let expected = of_bytealg().into_iter().filter(|(_, name)| *name != intrinsic);
            assert_eq!(recognised(&BYTEALG.replace(from, to)), expected.collect(), "{from}");
        }
    }
}
