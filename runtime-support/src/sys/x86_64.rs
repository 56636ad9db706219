//! x86-64: system calls, signal contexts, changing stacks.

use core::arch::{asm, naked_asm};
use core::ffi::c_void;

pub const WRITE: u64 = 1;
pub const RT_SIGACTION: u64 = 13;
pub const RT_SIGPROCMASK: u64 = 14;
pub const FCNTL: u64 = 72;
pub const SIGALTSTACK: u64 = 131;
pub const CLOCK_GETTIME: u64 = 228;
pub const EXIT_GROUP: u64 = 231;
pub const TGKILL: u64 = 234;
pub const PPOLL: u64 = 271;

const SA_RESTORER: u64 = 0x0400_0000;

/// # Safety
/// As the system call itself.
pub unsafe fn syscall(args: [u64; 4], number: u64) -> isize {
    let result;
    // SAFETY: the kernel preserves all registers but these; what it does to
    // memory is the caller's matter.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number as isize => result,
            in("rdi") args[0],
            in("rsi") args[1],
            in("rdx") args[2],
            in("r10") args[3],
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack)
        );
    }
    result
}

/// Fills the CPU's return predictor with addresses in this function.
#[inline(always)]
pub fn fill_return_predictor() {
    // The calls' targets take the return addresses from the stack again, which
    // is sound where the kernel keeps no shadow stack: it does so only for
    // executables that ask for one.
    // SAFETY: changes nothing but a register that is declared, and the stack
    // below its pointer, which the block may.
    unsafe {
        asm!(
            "mov {turns:e}, 8",
            "2:",
            "call 3f",
            "int3",
            "3:",
            "call 4f",
            "int3",
            "4:",
            "dec {turns:e}",
            "jnz 2b",
            "lea rsp, [rsp + 128]",
            turns = out(reg) _,
        );
    }
}

/// What sigaction needs so that handlers can return: x86-64 has no default.
pub fn restorer() -> (u64, u64) {
    (SA_RESTORER, restore as *const () as u64)
}

#[unsafe(naked)]
unsafe extern "C" fn restore() {
    naked_asm!("mov eax, 15", "syscall", "ud2")
}

/// Offset of `uc_mcontext.gregs` in the kernel's ucontext.
const GENERAL_REGISTERS: usize = 40;
#[cfg(feature = "harness")]
const RDI: usize = 8;
const RBP: usize = 10;
const RSP: usize = 15;
const RIP: usize = 16;
const COUNT: usize = 17;

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
        self.get(RIP)
    }

    pub fn frame_pointer(&self) -> u64 {
        self.get(RBP)
    }

    pub fn stack_pointer(&self) -> u64 {
        self.get(RSP)
    }

    /// The return address while a function's first instruction has not run.
    ///
    /// # Safety
    /// The interrupted code must be at such an instruction.
    pub unsafe fn return_address_at_entry(&self) -> u64 {
        // SAFETY: the caller's call instruction has just pushed it.
        unsafe { (self.get(RSP) as *const u64).read() }
    }

    /// Makes the handler return to `pc(argument)` on `stack_pointer` instead.
    ///
    /// # Safety
    /// The interrupted code is never resumed; `pc` must expect such a jump.
    #[cfg(feature = "harness")]
    pub unsafe fn redirect(&self, pc: u64, stack_pointer: u64, argument: u64) {
        // SAFETY: `new` was given a live context.
        unsafe {
            (*self.0)[RIP] = pc;
            (*self.0)[RSP] = stack_pointer;
            (*self.0)[RDI] = argument;
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
        "push rbp",
        "push rbx",
        "mov rbx, rsp",
        "mov rsp, rdx",
        "mov rax, rdi",
        "mov rdi, rsi",
        "xor ebp, ebp",
        "call rax",
        "mov rsp, rbx",
        "pop rbx",
        "pop rbp",
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
        "push rbp",
        "mov rbp, rsp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "push rcx",
        "mov [rcx], rsp",
        "mov rax, rdi",
        "mov rdi, rsi",
        "mov rsi, rdx",
        "call rax",
        "xor edi, edi",
        "jmp {recovered}",
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
        "mov eax, edi",
        "pop rcx",
        "mov qword ptr [rcx], 0",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
    )
}
