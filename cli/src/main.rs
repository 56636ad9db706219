//! The command `wasmc`: parse, run, exit code.

use std::io;
use std::process::ExitCode;

use wasmc_cli::run;

fn main() -> ExitCode {
    run::quiet_panics();
    let status = run::run(std::env::args_os(), &mut io::stdout(), &mut io::stderr());
    ExitCode::from(status)
}
