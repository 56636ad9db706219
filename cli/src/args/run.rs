//! What `wasmc run` takes.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;

use super::code::CodeArgs;
use super::grants::GrantArgs;

const LONG_ABOUT: &str = "\
Compile a program and run it at once. Nothing is left behind.

The program gets the grants that the flags before INPUT name, and the arguments after INPUT. Its exit
status is that of wasmc.";

const EXAMPLES: &str = "\
Examples:
      wasmc run --dir . app.wasm input.txt
      GOOS=wasip1 GOARCH=wasm go test -exec 'wasmc run --dir=/ --env PATH --env PWD' ./...";

/// Compile a program and run it at once
#[derive(Debug, Parser)]
#[command(name = "wasmc run", long_about = LONG_ABOUT, after_help = EXAMPLES, max_term_width = 100)]
pub struct RunArgs {
    #[command(flatten)]
    pub code: CodeArgs,

    #[command(flatten)]
    pub grants: GrantArgs,

    /// Print the seconds that each stage took
    #[arg(long, help_heading = "Code")]
    pub timings: bool,

    /// The module, in the binary or the text format, and the program's arguments
    #[arg(
        value_names = ["INPUT", "ARGUMENTS"],
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    words: Vec<OsString>,
}

impl RunArgs {
    pub fn input(&self) -> PathBuf {
        self.words.first().map(PathBuf::from).unwrap_or_default()
    }

    /// The program's, without its name.
    pub fn arguments(&self) -> &[OsString] {
        self.words.get(1..).unwrap_or_default()
    }
}
