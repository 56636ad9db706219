//! The runtime of compiled WebAssembly, in the order in which it runs.
//!
//! [`start`] reads as a table of contents. Everything is testable on the host;
//! what only the final link has (the ELF entry point, the panic handler, the
//! linker's symbols) is in the blob, a package of its own.
#![no_std]
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]

#[cfg(test)]
extern crate std;

pub mod app;
pub mod bulk;
pub mod cpu;
pub mod cwd;
pub mod embedded;
pub mod environ;
pub mod errno;
pub mod exit;
pub mod fd;
pub mod grants;
pub mod guest;
#[cfg(feature = "harness")]
pub mod harness;
pub mod initial;
pub mod intrinsics;
pub mod kernel_sandbox;
pub mod memory;
pub mod names;
pub mod path;
pub mod process;
pub mod procfs;
pub mod relocate;
pub mod report;
pub mod reserve;
pub mod resolve;
pub mod returns;
pub mod single_pages;
pub mod stack;
pub mod start;
pub mod stdio;
pub mod synthetic;
pub mod sys;
pub mod trap;
pub mod unwind;
pub mod vdso;
pub mod wasi;
pub mod world;
