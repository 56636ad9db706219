//! Runs a program that finds some system calls missing, as older kernels lack
//! them: `without-calls NUMBER,NUMBER... PROGRAM ARGUMENT...`.
//! `without-calls` alone prints the version of Landlock, or why there is none.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::libc;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args_os().skip(1);
    let Some(numbers) = args.next() else {
        println!("{}", landlock_abi().map_or_else(|error| error.to_string(), |abi| abi.to_string()));
        return Ok(());
    };
    let numbers = numbers.to_str().ok_or("numbers are ASCII")?.split(',');
    let missing = numbers.map(|number| Ok((number.parse::<i64>()?, Vec::new())));
    let filter = SeccompFilter::new(
        missing.collect::<Result<BTreeMap<_, _>, Box<dyn Error>>>()?,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS as u32),
        env::consts::ARCH.try_into()?,
    )?;
    let program = args.next().ok_or("which program?")?;
    seccompiler::apply_filter(&BpfProgram::try_from(filter)?)?;
    // Returns only where the program cannot be started.
    Err(Command::new(program).args(args).exec().into())
}

// No crate here has the call.
#[allow(unsafe_code)]
fn landlock_abi() -> Result<i64, nix::Error> {
    const LANDLOCK_CREATE_RULESET_VERSION: u32 = 1;
    let none = std::ptr::null::<u8>();
    // SAFETY: asked for its version, the call touches no memory.
    let version = unsafe {
        libc::syscall(libc::SYS_landlock_create_ruleset, none, 0usize, LANDLOCK_CREATE_RULESET_VERSION)
    };
    nix::Error::result(version)
}
