//! What only the final link can have: the ELF entry point, the linker's
//! symbols, C's memory functions and the panic handler.
#![no_std]

mod c;
mod entry;
mod panic;

// Without this nothing of the library would be linked: no code here calls it.
pub use wasmc_runtime_support as runtime;
