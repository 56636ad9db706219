//! What rustix has no stable name for: signals, ending the process, and the
//! few instructions that differ between architectures.
// System calls and signal contexts; each architecture's file has its assembly.
#![allow(unsafe_code)]

use core::ffi::c_void;

use rustix::time::Timespec;

#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
mod arch;

pub mod restrict;

pub use arch::{Registers, call_on_stack, fill_return_predictor};
#[cfg(feature = "harness")]
pub use arch::{call_recoverably, recovered};

/// A Linux error number.
pub type Errno = i32;
pub const EINTR: Errno = 4;

pub const SIGILL: i32 = 4;
pub const SIGTRAP: i32 = 5;
pub const SIGBUS: i32 = 7;
pub const SIGFPE: i32 = 8;
pub const SIGSEGV: i32 = 11;

const F_GETFD: u64 = 1;
const SIG_IGN: u64 = 1;
const SIG_UNBLOCK: u64 = 1;
const SA_SIGINFO: u64 = 4;
const SA_ONSTACK: u64 = 0x0800_0000;
/// The kernel's sigset_t: one bit a signal.
const SIGSET_BYTES: u64 = 8;

/// The kernel's siginfo_t, as far as faults fill it in.
#[repr(C)]
pub struct SignalInfo {
    pub signal: i32,
    pub errno: i32,
    /// Positive where the kernel itself sent the signal.
    pub code: i32,
    _pad: i32,
    /// The address whose access faulted, of SIGSEGV and SIGBUS.
    pub address: u64,
}

/// The kernel's struct pollfd, without the lifetime that rustix gives it: tables
/// of these stay from call to call.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct PollEntry {
    pub fd: i32,
    pub events: i16,
    pub found: i16,
}

pub const POLLIN: i16 = 1;
pub const POLLOUT: i16 = 4;
pub const POLLERR: i16 = 8;
pub const POLLHUP: i16 = 16;
pub const POLLNVAL: i16 = 32;

pub type Handler = unsafe extern "C" fn(i32, *const SignalInfo, *mut c_void);

/// The kernel's struct sigaction.
#[repr(C)]
struct SignalAction {
    handler: u64,
    flags: u64,
    restorer: u64,
    mask: u64,
}

/// The kernel's stack_t.
#[repr(C)]
struct SignalStack {
    base: u64,
    flags: i32,
    size_bytes: u64,
}

fn result(value: isize) -> Result<usize, Errno> {
    if value < 0 { Err(-value as Errno) } else { Ok(value as usize) }
}

/// A set of signals.
pub fn signal_set(signals: &[i32]) -> u64 {
    signals.iter().fold(0, |set, signal| set | 1 << (signal - 1))
}

/// Ends the process.
pub fn exit_group(code: i32) -> ! {
    loop {
        // SAFETY: exit_group touches no memory of ours and does not return.
        unsafe { arch::syscall([code as u64, 0, 0, 0], arch::EXIT_GROUP) };
    }
}

pub fn write(fd: i32, bytes: &[u8]) -> Result<usize, Errno> {
    let args = [fd as u64, bytes.as_ptr() as u64, bytes.len() as u64, 0];
    // SAFETY: the kernel reads `bytes`, no more.
    result(unsafe { arch::syscall(args, arch::WRITE) })
}

/// # Safety
/// `time` must be the address of a struct timespec to write to.
pub unsafe fn clock_gettime(clock: i32, time: *mut c_void) -> Result<(), Errno> {
    // SAFETY: the kernel writes to `time`, no more.
    result(unsafe { arch::syscall([clock as u64, time as u64, 0, 0], arch::CLOCK_GETTIME) }).map(drop)
}

pub fn is_open(fd: i32) -> bool {
    // SAFETY: F_GETFD touches no memory.
    result(unsafe { arch::syscall([fd as u64, F_GETFD, 0, 0], arch::FCNTL) }).is_ok()
}

/// Calls `handler` on the signal stack for `signal`, `mask` blocked meanwhile.
///
/// # Safety
/// The handler must be fit to run between any two instructions.
pub unsafe fn handle_signal(signal: i32, handler: Handler, mask: u64) -> Result<(), Errno> {
    let (flags, restorer) = arch::restorer();
    set_action(
        signal,
        &SignalAction {
            handler: handler as usize as u64,
            flags: SA_SIGINFO | SA_ONSTACK | flags,
            restorer,
            mask,
        },
    )
}

/// Gives `signal` its default action again.
pub fn reset_signal(signal: i32) -> Result<(), Errno> {
    set_action(signal, &SignalAction { handler: 0, flags: 0, restorer: 0, mask: 0 })
}

fn set_action(signal: i32, action: &SignalAction) -> Result<(), Errno> {
    let args = [signal as u64, core::ptr::from_ref(action) as u64, 0, SIGSET_BYTES];
    // SAFETY: the kernel reads one sigaction of its own layout.
    result(unsafe { arch::syscall(args, arch::RT_SIGACTION) }).map(drop)
}

/// Whether `signal` is ignored, as a process can be started with.
pub fn is_ignored(signal: i32) -> bool {
    let mut action = SignalAction { handler: 0, flags: 0, restorer: 0, mask: 0 };
    let args = [signal as u64, 0, core::ptr::from_mut(&mut action) as u64, SIGSET_BYTES];
    // SAFETY: the kernel writes one sigaction of its own layout.
    let asked = result(unsafe { arch::syscall(args, arch::RT_SIGACTION) });
    asked.is_ok() && action.handler == SIG_IGN
}

/// Waits until one of `entries` is as asked for; without a timeout for as long
/// as that takes.
pub fn poll(entries: &mut [PollEntry], timeout: Option<Timespec>) -> Result<usize, Errno> {
    // The kernel writes back what is left of the time.
    let mut timeout = timeout;
    let left = timeout.as_mut().map_or(0, |timeout| core::ptr::from_mut(timeout) as u64);
    let args = [entries.as_mut_ptr() as u64, entries.len() as u64, left, 0];
    // SAFETY: the kernel writes to `entries` and to the time, both ours alone.
    result(unsafe { arch::syscall(args, arch::PPOLL) })
}

/// Lets `signals` arrive, which the parent process may have blocked.
pub fn unblock_signals(signals: u64) -> Result<(), Errno> {
    let args = [SIG_UNBLOCK, core::ptr::from_ref(&signals) as u64, 0, SIGSET_BYTES];
    // SAFETY: the kernel reads one sigset.
    result(unsafe { arch::syscall(args, arch::RT_SIGPROCMASK) }).map(drop)
}

/// Handlers run on `stack` from now on.
///
/// # Safety
/// Nothing else may use `stack` from now on.
pub unsafe fn set_signal_stack(stack: *mut [u8]) -> Result<(), Errno> {
    let stack = SignalStack { base: stack.cast::<u8>() as u64, flags: 0, size_bytes: stack.len() as u64 };
    // SAFETY: the kernel reads one stack_t; the caller gives the stack away.
    result(unsafe { arch::syscall([core::ptr::from_ref(&stack) as u64, 0, 0, 0], arch::SIGALTSTACK) })
        .map(drop)
}

/// Sends `signal` to the calling thread.
pub fn raise(signal: i32) {
    let process = rustix::process::getpid().as_raw_nonzero().get();
    let thread = rustix::thread::gettid().as_raw_nonzero().get();
    // SAFETY: tgkill touches no memory.
    unsafe { arch::syscall([process as u64, thread as u64, signal as u64, 0], arch::TGKILL) };
}
