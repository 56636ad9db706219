//! What `wasmc run` takes.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::cache::CacheArgs;
use super::code::CodeArgs;
use super::grants::GrantArgs;

const LONG_ABOUT: &str = "\
Compile a program and run it at once. Nothing is left behind but machine code in the user's cache,
which makes the next time faster.

The program gets the grants that the flags before INPUT name; what follows INPUT are its own
arguments, flags or not. The exit status is the program's.";

const EXAMPLES: &str = "\
Examples:
      wasmc run --dir . app.wasm input.txt
      GOOS=wasip1 GOARCH=wasm go test -exec 'wasmc run --dir=/ --env PATH --env PWD' ./...";

/// Compile a program and run it at once
#[derive(Debug, Parser)]
#[command(
    name = "wasmc run",
    long_about = LONG_ABOUT,
    after_help = EXAMPLES,
    max_term_width = 100,
    override_usage = "wasmc run [OPTIONS] <INPUT> [ARGUMENTS]",
    disable_help_subcommand = true
)]
pub struct RunArgs {
    #[command(flatten)]
    pub code: CodeArgs,

    #[command(flatten)]
    pub cache: CacheArgs,

    #[command(flatten)]
    pub grants: GrantArgs,

    /// Print how long each stage took, and what was in the cache
    #[arg(long, help_heading = "Code")]
    pub timings: bool,

    /// Whatever follows the first word that is no flag is the program's, as it is.
    #[command(subcommand)]
    program: Option<Program>,
}

#[derive(Debug, Subcommand)]
enum Program {
    #[command(external_subcommand)]
    Words(Vec<OsString>),
}

impl RunArgs {
    /// The module, in the binary or the text format.
    pub fn input(&self) -> Option<PathBuf> {
        self.words().first().map(PathBuf::from)
    }

    /// The program's, without its name.
    pub fn arguments(&self) -> &[OsString] {
        self.words().get(1..).unwrap_or_default()
    }

    fn words(&self) -> &[OsString] {
        match &self.program {
            Some(Program::Words(words)) => words,
            None => &[],
        }
    }
}
