//! The command `wasmc`: parse, run, exit code.

use std::io;
use std::process::ExitCode;

use wasmc_cli::run;

mod allocator;

fn main() -> ExitCode {
    allocator::give_large_blocks_back();
    run::quiet_panics();
    let status = run::run(std::env::args_os(), &mut io::stdout(), &mut io::stderr());
    ExitCode::from(status)
}
