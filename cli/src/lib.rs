//! The command `wasmc`, as a library: its tests and other tools reach the
//! stages through it.
//!
//! `run` parses (`args`), resolves (`config`) and runs the stages
//! (`pipeline`): `module_file`, `check`, `embed`, the compiler, `link`, `output_file`.

mod access;
pub mod args;
mod cache;
pub mod check;
pub mod config;
mod describe;
mod embed;
mod execute;
mod external_linker;
mod inspect;
pub mod link;
mod module_file;
mod output_file;
mod overlap;
pub mod pipeline;
mod placeholders;
mod progress;
pub mod report;
pub mod run;
pub mod runtimes;
mod sizes;
pub mod targets;
