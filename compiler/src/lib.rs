//! WebAssembly modules to one relocatable object.
//!
//! No I/O and no processes: bytes in, bytes out. The order of the stages is the
//! order of [`compile`]'s lines.

mod analysis;
mod cache;
mod codegen;
mod dump;
mod error;
mod interface;
mod layout;
mod module;
mod object;
mod options;
mod program;
mod timings;
mod translate;
mod world;

pub use cache::{CacheKey, CacheUse, CodeCache};
pub use dump::{Emit, dump};
pub use error::{Error, Result};
pub use interface::{Export, Import, Interface, ItemType, interface};
pub use options::{BaseMode, Cpu, MemoryMode, OptLevel, Optimization, Options, Target};
pub use program::{ImportTarget, ModuleInput, Program, Root};
pub use timings::Timings;

/// A compiled program.
#[derive(Debug)]
pub struct Artifact {
    /// A relocatable ELF object for the target.
    pub object: Vec<u8>,
    pub timings: Timings,
}

/// What a caller offers to a compilation; nothing of it changes the result.
#[derive(Default, Clone, Copy)]
pub struct Hooks<'a> {
    pub cache: Option<&'a dyn CodeCache>,
    pub progress: Option<&'a dyn Progress>,
}

/// Is told how far the compilation is, by any of its threads.
pub trait Progress: Sync {
    /// So many bytes of function bodies will be compiled.
    fn start(&self, bytes: u64);
    /// So many more are done.
    fn advance(&self, bytes: u64);
}

/// Compiles a program: every body is validated, then translated.
///
/// # Errors
/// What is wrong with the input: malformed or invalid modules, unsupported
/// proposals by name, imports that do not fit what they are met with.
///
/// # Panics
/// On bugs of this compiler, never because of its input.
pub fn compile(program: &Program<'_>, options: &Options) -> Result<Artifact> {
    compile_with(program, options, Hooks::default())
}

/// Like [`compile`], with what the caller offers.
///
/// # Errors
/// As [`compile`].
///
/// # Panics
/// As [`compile`].
pub fn compile_with(program: &Program<'_>, options: &Options, hooks: Hooks<'_>) -> Result<Artifact> {
    let mut timings = Timings::default();
    let modules = timings.measure("parse", || module::parse_all(program))?;
    let mut world = timings.measure("link", || world::link(program, modules))?;
    let entry = world.entry(program)?;
    let facts = timings.measure("validate and analyze", || analysis::analyze(&mut world, &entry, options));
    let facts = facts.map_err(|error| module::name_proposal(program, error))?;
    let layout = timings.measure("lay out", || layout::lay_out(&world, &facts, options));
    let env = translate::Env::new(&world, &facts, &layout, options);
    let cache = hooks
        .cache
        .map(|store| timings.measure("look up the program", || cache::Session::new(store, program, options)));
    let compiled = timings.measure("translate and compile", || {
        codegen::compile(&env, options, &entry, cache.as_ref(), hooks.progress)
    })?;
    timings.cache = cache.map(|cache| timings.measure("note the program", || cache.finish()));
    let object = timings.measure("emit", || object::emit(&env, compiled, options))?;
    Ok(Artifact { object, timings })
}
