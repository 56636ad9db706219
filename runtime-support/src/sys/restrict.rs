//! System calls by which a process gives up what it may do: Landlock, seccomp.
// System calls that read structures of ours.
#![allow(unsafe_code)]

use core::ptr::from_ref;

use linux_raw_sys::general as numbers;

use super::{Errno, arch, result};

/// From linux/seccomp.h.
const SECCOMP_SET_MODE_FILTER: u64 = 1;
const SECCOMP_FILTER_FLAG_SPEC_ALLOW: u64 = 1 << 2;

/// From linux/landlock.h.
const LANDLOCK_CREATE_RULESET_VERSION: u64 = 1;
const LANDLOCK_RULE_PATH_BENEATH: u64 = 1;

/// One step of a seccomp filter: the kernel's struct sock_filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Instruction {
    pub code: u16,
    /// How many instructions a jump leaves out.
    pub if_true: u8,
    pub if_false: u8,
    pub value: u32,
}

/// The kernel's struct sock_fprog.
#[repr(C)]
struct Program {
    len: u16,
    instructions: u64,
}

/// The kernel's struct landlock_ruleset_attr: what is denied unless a rule
/// allows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Ruleset {
    pub files: u64,
    pub network: u64,
    /// Denied towards processes outside, whatever the rules.
    pub scopes: u64,
}

/// The kernel's struct landlock_path_beneath_attr.
#[repr(C, packed)]
struct PathBeneath {
    allowed: u64,
    directory: i32,
}

/// The process's system calls are judged by `filter` from now on. It has to
/// have given up new privileges before.
pub fn set_seccomp_filter(filter: &[Instruction]) -> Result<(), Errno> {
    let program = Program { len: filter.len() as u16, instructions: filter.as_ptr() as u64 };
    let install = |flags| {
        let args = [SECCOMP_SET_MODE_FILTER, flags, from_ref(&program) as u64, 0];
        // SAFETY: the kernel copies the program and the instructions.
        result(unsafe { arch::syscall(args, numbers::__NR_seccomp.into()) }).map(drop)
    };
    // Without the flag, kernels before 5.16 switch off speculation that the
    // whole process is faster with. Those before 4.17 have neither.
    install(SECCOMP_FILTER_FLAG_SPEC_ALLOW).or_else(|_| install(0))
}

/// The version of Landlock that the kernel has.
pub fn landlock_abi() -> Result<u32, Errno> {
    let args = [0, 0, LANDLOCK_CREATE_RULESET_VERSION, 0];
    // SAFETY: with this flag the kernel touches no memory.
    let version = result(unsafe { arch::syscall(args, numbers::__NR_landlock_create_ruleset.into()) })?;
    Ok(version as u32)
}

/// A new set of rules, as a descriptor to close by [`close`].
pub fn landlock_create_ruleset(ruleset: &Ruleset) -> Result<i32, Errno> {
    let args = [from_ref(ruleset) as u64, size_of::<Ruleset>() as u64, 0, 0];
    // SAFETY: the kernel reads the structure. Older kernels, whose own is
    // shorter, accept zeros in what they do not know.
    let fd = result(unsafe { arch::syscall(args, numbers::__NR_landlock_create_ruleset.into()) })?;
    Ok(fd as i32)
}

/// Allows `allowed` in the directory and below.
pub fn landlock_allow_beneath(ruleset: i32, directory: i32, allowed: u64) -> Result<(), Errno> {
    let rule = PathBeneath { allowed, directory };
    let args = [ruleset as u64, LANDLOCK_RULE_PATH_BENEATH, from_ref(&rule) as u64, 0];
    // SAFETY: the kernel reads the structure.
    result(unsafe { arch::syscall(args, numbers::__NR_landlock_add_rule.into()) }).map(drop)
}

/// The process is bound by the rules from now on. It has to have given up new
/// privileges before.
pub fn landlock_restrict_self(ruleset: i32) -> Result<(), Errno> {
    // SAFETY: this touches no memory.
    result(unsafe { arch::syscall([ruleset as u64, 0, 0, 0], numbers::__NR_landlock_restrict_self.into()) })
        .map(drop)
}

/// Closes a descriptor that one of these functions made.
pub fn close(fd: i32) {
    // SAFETY: the caller owns the descriptor.
    unsafe { arch::syscall([fd as u64, 0, 0, 0], numbers::__NR_close.into()) };
}
