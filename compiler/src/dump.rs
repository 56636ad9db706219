//! Debug doors: a program's functions as text.

use crate::error::{Error, Result};
use crate::options::Options;
use crate::program::Program;
use crate::translate::Env;
use crate::world::FunctionKind;
use crate::{analysis, codegen, layout, module, world};
use std::fmt::Write as _;

/// What [`dump`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emit {
    /// Cranelift's intermediate representation after its optimisations.
    Clif,
    /// The target's assembly.
    Asm,
}

/// The program's WebAssembly functions as text. `only` selects them by name or
/// by index (`wasm[3]`), also where the program cannot reach them; empty means all
/// that are compiled.
///
/// # Errors
/// As [`crate::compile`], and where nothing is selected.
pub fn dump(program: &Program<'_>, options: &Options, emit: Emit, only: &[String]) -> Result<String> {
    let mut world = world::link(program, module::parse_all(program)?)?;
    let entry = world.entry(program)?;
    let facts = analysis::analyze(&mut world, &entry, options)
        .map_err(|error| module::name_proposal(program, error))?;
    let layout = layout::lay_out(&world, &facts, options);
    let env = Env::new(&world, &facts, &layout, options);
    let mut text = String::new();
    for (function, definition) in &world.functions {
        let FunctionKind::Body { .. } = definition.kind else {
            continue;
        };
        let (index, name) = world.describe(function);
        let selectors = [format!("wasm[{index}]"), index.to_string(), name.unwrap_or_default().to_owned()];
        if !only.is_empty() && !only.iter().any(|wanted| selectors.contains(wanted)) {
            continue;
        }
        if only.is_empty() && !codegen::is_compiled(&env, options, function) {
            let _ = writeln!(
                text,
                ";; wasm[{index}] {}: left out, nothing reaches it",
                name.unwrap_or("(no name)")
            );
            continue;
        }
        let body = codegen::dump(&env, options, function, emit == Emit::Asm)?;
        let _ = writeln!(text, ";; wasm[{index}] {}\n{}", name.unwrap_or("(no name)"), body.trim_end());
    }
    if text.is_empty() {
        let wanted = only.join(", ");
        return Err(Error::new(format!("no function is named {wanted}")).hint("give a name or wasm[INDEX]"));
    }
    Ok(text)
}
