//! x86-64, in Cranelift's `tail` convention: arguments in rdi, rsi and rdx,
//! results in rax and rcx; rbx, rbp and r12 to r15 are the caller's.

use super::INNERMOST;
use core::arch::naked_asm;

/// Gives back the registers and the stack of the innermost catching call.
macro_rules! leave {
    () => {
        "pop qword ptr [rip + {innermost}]
        pop r15
        pop r14
        pop r13
        pop r12
        pop rbx
        pop rbp
        ret"
    };
}

/// # Safety
/// Only compiled code calls this, in the convention above.
#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn wasmc_catch_unwinding() {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "push qword ptr [rip + {innermost}]",
        "mov [rip + {innermost}], rsp",
        "call rdx",
        "mov rcx, rax",
        "xor eax, eax",
        leave!(),
        innermost = sym INNERMOST,
    )
}

/// # Safety
/// Only compiled code calls this, in the convention above, within a call of
/// [`wasmc_catch_unwinding`].
#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn wasmc_unwind() {
    naked_asm!(
        "mov rsp, [rip + {innermost}]",
        "mov rcx, rdi",
        "mov eax, 1",
        leave!(),
        innermost = sym INNERMOST,
    )
}
