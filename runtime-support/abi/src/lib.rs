//! The contract between compiled code and the runtime, written once.
//!
//! Both sides depend on this crate and on nothing else of each other: the
//! compiler lays these structures out in the object it emits, the runtime reads
//! them through the one symbol [`symbols::APP`].
#![no_std]

#[cfg(any(feature = "encode", test))]
extern crate alloc;

pub mod app;
pub mod config;
pub mod embed;
pub mod grant;
pub mod listen;
pub mod lz4;
pub mod sites;
pub mod symbols;
pub mod trap;
pub mod wasi;
