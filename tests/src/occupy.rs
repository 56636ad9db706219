//! Starts a program with one page of its address space already taken.
//!
//! The program is stopped right after exec, made to call mmap once, and let go:
//! what an unlucky layout does by chance happens here each time.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
// The hook that runs between fork and exec is unsafe to install.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use nix::sys::ptrace;
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::process::Output;

const SYSCALL_INSTRUCTION: i64 = 0x050f;
const SYS_MMAP: u64 = 9;
const PAGE_BYTES: u64 = 4096;
const PROT_READ: u64 = 1;
/// MAP_PRIVATE, MAP_ANONYMOUS, MAP_FIXED_NOREPLACE.
const FLAGS: u64 = 0x2 | 0x20 | 0x10_0000;

/// Runs `program` to its end with a page at `address` mapped.
pub fn run_with_page_at(program: &Path, address: u64) -> Result<Output> {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // SAFETY: the closure makes one system call, which is safe between fork and exec.
    unsafe { command.pre_exec(|| ptrace::traceme().map_err(Into::into)) };
    let mut child = command.spawn().with_context(|| format!("cannot run {}", program.display()))?;
    let pid = Pid::from_raw(i32::try_from(child.id())?);
    expect_trap(pid)?;
    map_page(pid, address)?;
    ptrace::detach(pid, None)?;

    // What these programs say fits in a pipe, so one stream after the other will do.
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    child.stdout.take().context("stdout is piped")?.read_to_end(&mut stdout)?;
    child.stderr.take().context("stderr is piped")?.read_to_end(&mut stderr)?;
    Ok(Output { status: child.wait()?.into(), stdout, stderr })
}

fn expect_trap(pid: Pid) -> Result<()> {
    let status = waitpid(pid, None)?;
    ensure!(matches!(status, WaitStatus::Stopped(_, Signal::SIGTRAP)), "the program is {status:?}");
    Ok(())
}

/// Makes the stopped process call mmap, then leaves it as it was.
fn map_page(pid: Pid, address: u64) -> Result<()> {
    let registers = ptrace::getregs(pid)?;
    let next_instruction = registers.rip as *mut c_void;
    let code = ptrace::read(pid, next_instruction)?;

    ptrace::write(pid, next_instruction, SYSCALL_INSTRUCTION)?;
    let mut call = registers;
    (call.rax, call.rdi, call.rsi, call.rdx) = (SYS_MMAP, address, PAGE_BYTES, PROT_READ);
    (call.r10, call.r8, call.r9) = (FLAGS, u64::MAX, 0);
    ptrace::setregs(pid, call)?;
    ptrace::step(pid, None)?;
    expect_trap(pid)?;
    let mapped = ptrace::getregs(pid)?.rax;

    ptrace::write(pid, next_instruction, code)?;
    ptrace::setregs(pid, registers)?;
    ensure!(mapped == address, "mmap gave {:#x} for {address:#x}", mapped);
    Ok(())
}
