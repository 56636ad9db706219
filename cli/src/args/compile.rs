//! What compiling takes.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use super::cache::CacheArgs;
use super::code::CodeArgs;
use super::grants::GrantArgs;
use crate::runtimes;

const ABOUT: &str = "Compiles WebAssembly programs to standalone native executables";

const LONG_ABOUT: &str = "\
Compiles WebAssembly programs to standalone native executables.

The input is a WASI preview1 module, as Go (GOOS=wasip1), Rust (wasm32-wasip1), C (wasi-sdk) and
others make it, or WebAssembly text. The output is one static executable that needs nothing else:
no WebAssembly runtime, no C library. Making it needs no other tool either.

The executable can reach only what it is granted: without --dir it opens no file, without --env it
sees no environment variable but PWD, its working directory.";

const EXAMPLES: &str = "\
Commands, each with a --help of its own:
  wasmc run       compiles a program and runs it at once
  wasmc inspect   tells what an executable may reach
  wasmc targets   lists what can be compiled for

Examples:
  Compile for this machine; the executable is ./app:
      wasmc app.wasm

  A Go tool for ARM servers that may use the directory it is started in:
      GOOS=wasip1 GOARCH=wasm go build -o tool.wasm .
      wasmc tool.wasm -o tool --target aarch64-linux --dir .

  Read-only data beside the executable, a scratch directory, and two variables:
      wasmc app.wasm --dir '{EXE_DIR}/data::/data::ro' --dir /tmp --env HOME --env LANG=C

  Let whoever runs the executable grant directories:
      wasmc app.wasm --runtime-dirs
      ./app --dir . -- arguments of the program

Exit status: 0 done, 1 the module or a file is at fault, 2 the command line is.";

#[derive(Debug, Parser)]
#[command(
    name = "wasmc",
    version = runtimes::VERSION,
    about = ABOUT,
    long_about = LONG_ABOUT,
    after_help = EXAMPLES,
    max_term_width = 100,
    override_usage = "wasmc [OPTIONS] <INPUT>\n       wasmc run [OPTIONS] <INPUT> [ARGUMENTS]\n       wasmc inspect [--json] <EXECUTABLE>\n       wasmc targets"
)]
pub struct CompileArgs {
    /// The module, in the binary or the text format
    pub input: PathBuf,

    /// Where to write the result; - is the standard output [default: the input's name without .wasm, in this directory]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// What to compile for: x86_64-linux or aarch64-linux, or a triple [default: this machine]
    #[arg(short, long, value_name = "TARGET")]
    pub target: Option<String>,

    #[command(flatten)]
    pub code: CodeArgs,

    #[command(flatten)]
    pub cache: CacheArgs,

    #[command(flatten)]
    pub grants: GrantArgs,

    /// Let the executable take grants itself: ./app --dir HOST -- ARGUMENTS
    #[arg(long, help_heading = "Grants")]
    pub runtime_dirs: bool,

    /// What to write: the executable, the relocatable object, Cranelift's IR or assembly
    #[arg(long, value_enum, default_value_t = EmitArg::Exe, help_heading = "Output")]
    pub emit: EmitArg,

    /// With --emit clif or asm: only this function, by name or as wasm[INDEX]
    #[arg(long, value_name = "NAME", help_heading = "Output")]
    pub function: Vec<String>,

    /// Link with another linker: cc (the C compiler for the target), or a program
    #[arg(long, value_name = "cc|PATH", help_heading = "Output")]
    pub linker: Option<OsString>,

    /// Leave the symbol table out
    #[arg(long, help_heading = "Output")]
    pub strip: bool,

    /// Compress the program's initial data: a smaller executable that takes longer to start, by half
    /// a millisecond or so for each megabyte of data
    #[arg(long, help_heading = "Output")]
    pub compress_data: bool,

    /// Print how long each stage took, and what was in the cache
    #[arg(long, help_heading = "Output")]
    pub timings: bool,

    /// Do not tell what the grants mean
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EmitArg {
    Exe,
    Obj,
    Clif,
    Asm,
}
