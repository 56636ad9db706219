//! WebAssembly modules to one relocatable object.
//!
//! No I/O and no processes: bytes in, bytes out. The order of the stages is the
//! order of [`compile`]'s lines.

mod error;
mod interface;
mod options;
mod program;

pub use error::{Error, Result};
pub use interface::{Export, Import, Interface, ItemType, interface};
pub use options::{BaseMode, Cpu, MemoryMode, OptLevel, Options, Target};
pub use program::{ImportTarget, ModuleInput, Program, Root};

/// A compiled program.
#[derive(Debug)]
pub struct Artifact {
    /// A relocatable ELF object for the target.
    pub object: Vec<u8>,
    /// Seconds of each stage, in order, for `--timings`.
    pub timings: Vec<(&'static str, f64)>,
}

/// What [`dump`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emit {
    Clif,
    Asm,
}

/// Compiles a program: every body is validated, then translated.
pub fn compile(program: &Program<'_>, options: &Options) -> Result<Artifact> {
    let _ = (program, options);
    todo!()
}

/// The program's functions as text, after optimisation for [`Emit::Clif`] and
/// as the target's assembly for [`Emit::Asm`]. `only` selects functions by
/// name or by `wasm[INDEX]`.
pub fn dump(program: &Program<'_>, options: &Options, emit: Emit, only: &[String]) -> Result<String> {
    let _ = (program, options, emit, only);
    todo!()
}
