//! Runs a program that finds no openat2: `without-openat2 missing|denied
//! PROGRAM ARGUMENT...`. The runtime then resolves paths by its own walk.
//! `without-openat2 probe` says what the call answers.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::fcntl::{AT_FDCWD, OFlag, OpenHow, openat2};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

/// The same number on every architecture.
const OPENAT2: i64 = 437;
/// What a kernel before 5.6 answers.
const ENOSYS: u32 = 38;
/// What container runtimes answer that do not know the call.
const EPERM: u32 = 1;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args_os().skip(1);
    let mode = args.next().ok_or("which answer? `missing` or `denied`")?;
    if mode == "probe" {
        println!("{}", probe());
        return Ok(());
    }
    let errno = match mode.to_str() {
        Some("missing") => ENOSYS,
        Some("denied") => EPERM,
        _ => return Err(format!("{} is neither `missing` nor `denied`", mode.display()).into()),
    };
    let program = args.next().ok_or("which program?")?;
    let filter = SeccompFilter::new(
        BTreeMap::from([(OPENAT2, Vec::new())]),
        SeccompAction::Allow,
        SeccompAction::Errno(errno),
        env::consts::ARCH.try_into()?,
    )?;
    seccompiler::apply_filter(&BpfProgram::try_from(filter)?)?;
    // Returns only where the program cannot be started.
    Err(Command::new(program).args(args).exec().into())
}

fn probe() -> String {
    match openat2(AT_FDCWD, ".", OpenHow::new().flags(OFlag::O_PATH)) {
        Ok(_) => "works".to_owned(),
        Err(errno) => format!("{errno:?}"),
    }
}
