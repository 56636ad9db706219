//! Copies a file: copy SRC DST.

use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    let args: Vec<_> = env::args_os().skip(1).collect();
    let [src, dst] = args.as_slice() else {
        eprintln!("usage: copy SRC DST");
        return ExitCode::from(2);
    };
    // fs::copy would need permission bits, which WASI does not have.
    let copied = fs::File::open(src)
        .and_then(|mut input| fs::File::create(dst).and_then(|mut output| io::copy(&mut input, &mut output)));
    match copied {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("copy: {error}");
            ExitCode::FAILURE
        }
    }
}
