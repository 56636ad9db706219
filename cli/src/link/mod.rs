//! The linker: relocatable objects in, one static-pie ELF executable out.
//!
//! It links what wasmc makes, compiled code and the runtime, and refuses
//! what those never contain (thread-local storage, constructors, shared
//! libraries). The stages, in order, are the lines of [`run`].

mod error;
mod got;
mod group;
mod input;
mod layout;
mod machine;
mod output;
mod plan;
mod relocate;
mod relr;
mod scan;
mod segments;
mod symbols;
mod symtab;
#[cfg(test)]
mod tests;

pub use error::{LinkError, RelocationFault, UndefinedSymbol};

use wasmc_compiler::Target;

/// One relocatable ELF object.
#[derive(Debug, Clone, Copy)]
pub struct LinkInput<'a> {
    /// For messages.
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// Links objects into an executable, with section headers and symbols.
///
/// Code is laid out in the order of `objects`. The result depends on nothing
/// but the arguments.
pub fn link(target: Target, objects: &[LinkInput<'_>]) -> Result<Vec<u8>, LinkError> {
    run(target, objects, false)
}

/// Like [`link`], but leaves the symbol table out.
pub fn link_stripped(target: Target, objects: &[LinkInput<'_>]) -> Result<Vec<u8>, LinkError> {
    run(target, objects, true)
}

fn run(target: Target, objects: &[LinkInput<'_>], strip: bool) -> Result<Vec<u8>, LinkError> {
    let inputs = input::read(target, objects)?;
    let symbols = symbols::resolve(&inputs)?;
    let scan = scan::scan(target, &inputs, &symbols)?;
    let symtab = if strip { None } else { Some(symtab::plan(&inputs, &symbols, &scan.live)) };
    let layout = plan::lay_out(target, &inputs, &symbols, &scan, symtab.as_ref())?;
    let mut image = output::write(target, &inputs, &scan, &layout, symtab.as_ref());
    relocate::relocate(target, &inputs, &symbols, &scan, &layout, &mut image)?;
    output::sign(&layout, &mut image);
    Ok(image)
}
