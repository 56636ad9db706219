//! aarch64: system calls, signal contexts, changing stacks.

use core::arch::{asm, naked_asm};
use core::ffi::c_void;

pub const FCNTL: u64 = 25;
pub const WRITE: u64 = 64;
pub const PPOLL: u64 = 73;
pub const EXIT_GROUP: u64 = 94;
pub const CLOCK_GETTIME: u64 = 113;
pub const TGKILL: u64 = 131;
pub const SIGALTSTACK: u64 = 132;
pub const RT_SIGACTION: u64 = 134;
pub const RT_SIGPROCMASK: u64 = 135;

/// # Safety
/// As the system call itself.
pub unsafe fn syscall(args: [u64; 4], number: u64) -> isize {
    let result;
    // SAFETY: the kernel preserves all registers but x0; what it does to
    // memory is the caller's matter.
    unsafe {
        asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") args[0] as isize => result,
            in("x1") args[1],
            in("x2") args[2],
            in("x3") args[3],
            options(nostack)
        );
    }
    result
}

/// No CPU of this architecture forgets where calls came from.
#[inline(always)]
pub fn fill_return_predictor() {}

/// What sigaction needs so that handlers can return: the kernel has a default.
pub fn restorer() -> (u64, u64) {
    (0, 0)
}

/// Offset of `uc_mcontext.regs` in the kernel's ucontext.
const GENERAL_REGISTERS: usize = 184;
#[cfg(feature = "harness")]
const X0: usize = 0;
const FP: usize = 29;
const LR: usize = 30;
const SP: usize = 31;
const PC: usize = 32;
const COUNT: usize = 33;

/// The interrupted registers in a signal handler.
pub struct Registers(*mut [u64; COUNT]);

impl Registers {
    /// # Safety
    /// `context` must be the third argument of a running signal handler.
    pub unsafe fn new(context: *mut c_void) -> Registers {
        // SAFETY: the offset lies within the kernel's structure.
        Registers(unsafe { context.cast::<u8>().add(GENERAL_REGISTERS) }.cast())
    }

    fn get(&self, index: usize) -> u64 {
        // SAFETY: `new` was given a live context.
        unsafe { (*self.0)[index] }
    }

    pub fn pc(&self) -> u64 {
        self.get(PC)
    }

    pub fn frame_pointer(&self) -> u64 {
        self.get(FP)
    }

    pub fn stack_pointer(&self) -> u64 {
        self.get(SP)
    }

    /// The return address while a function's first instruction has not run.
    ///
    /// # Safety
    /// The interrupted code must be at such an instruction.
    pub unsafe fn return_address_at_entry(&self) -> u64 {
        self.get(LR)
    }

    /// Makes the handler return to `pc(argument)` on `stack_pointer` instead.
    ///
    /// # Safety
    /// The interrupted code is never resumed; `pc` must expect such a jump.
    #[cfg(feature = "harness")]
    pub unsafe fn redirect(&self, pc: u64, stack_pointer: u64, argument: u64) {
        // SAFETY: `new` was given a live context.
        unsafe {
            (*self.0)[PC] = pc;
            (*self.0)[SP] = stack_pointer;
            (*self.0)[X0] = argument;
        }
    }
}

/// Calls `function(argument)` on another stack. Its frame is the last of the
/// chain of frame pointers.
///
/// # Safety
/// `function` must be an `extern "C"` function; `stack_top` the 16-byte aligned
/// end of a stack that nothing else uses.
#[unsafe(naked)]
pub unsafe extern "C" fn call_on_stack(function: u64, argument: u64, stack_top: u64) {
    naked_asm!(
        "stp x29, x30, [sp, #-32]!",
        "str x19, [sp, #16]",
        "mov x19, sp",
        "mov sp, x2",
        "mov x8, x0",
        "mov x0, x1",
        "mov x29, xzr",
        "blr x8",
        "mov sp, x19",
        "ldr x19, [sp, #16]",
        "ldp x29, x30, [sp], #32",
        "ret",
    )
}

/// Calls `function(origin, funcref)` and returns 0, or what [`recovered`] is
/// redirected with. Meanwhile `*slot` is the stack pointer to redirect to.
///
/// # Safety
/// `function` must be an `extern "C"` function.
#[cfg(feature = "harness")]
#[unsafe(naked)]
pub unsafe extern "C" fn call_recoverably(function: u64, origin: u64, funcref: u64, slot: *mut u64) -> u32 {
    naked_asm!(
        "stp x29, x30, [sp, #-176]!",
        "mov x29, sp",
        "stp x19, x20, [sp, #16]",
        "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]",
        "stp x25, x26, [sp, #64]",
        "stp x27, x28, [sp, #80]",
        "stp d8, d9, [sp, #96]",
        "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]",
        "stp d14, d15, [sp, #144]",
        "str x3, [sp, #160]",
        "str x29, [x3]",
        "mov x8, x0",
        "mov x0, x1",
        "mov x1, x2",
        "blr x8",
        "mov w0, wzr",
        "b {recovered}",
        recovered = sym recovered,
    )
}

/// The second half of [`call_recoverably`].
///
/// # Safety
/// Only for the stack pointer that [`call_recoverably`] stored.
#[cfg(feature = "harness")]
#[unsafe(naked)]
pub unsafe extern "C" fn recovered(result: u32) {
    naked_asm!(
        "ldr x3, [sp, #160]",
        "str xzr, [x3]",
        "ldp x19, x20, [sp, #16]",
        "ldp x21, x22, [sp, #32]",
        "ldp x23, x24, [sp, #48]",
        "ldp x25, x26, [sp, #64]",
        "ldp x27, x28, [sp, #80]",
        "ldp d8, d9, [sp, #96]",
        "ldp d10, d11, [sp, #112]",
        "ldp d12, d13, [sp, #128]",
        "ldp d14, d15, [sp, #144]",
        "ldp x29, x30, [sp], #176",
        "ret",
    )
}
