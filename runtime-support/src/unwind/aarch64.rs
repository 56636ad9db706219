//! aarch64, in Cranelift's `tail` convention: arguments in x2, x3 and x4, results
//! in x2 and x3; x19 to x30 and the lower halves of v8 to v15 are the caller's.

use super::INNERMOST;
use core::arch::naked_asm;

/// Gives back the registers and the stack of the innermost catching call, whose
/// address is in x9.
macro_rules! leave {
    () => {
        "ldr x10, [sp], #16
        str x10, [x9]
        ldp d14, d15, [sp], #16
        ldp d12, d13, [sp], #16
        ldp d10, d11, [sp], #16
        ldp d8, d9, [sp], #16
        ldp x27, x28, [sp], #16
        ldp x25, x26, [sp], #16
        ldp x23, x24, [sp], #16
        ldp x21, x22, [sp], #16
        ldp x19, x20, [sp], #16
        ldp x29, x30, [sp], #16
        ret"
    };
}

/// The address of [`INNERMOST`] to x9.
macro_rules! innermost {
    () => {
        "adrp x9, {innermost}
        add x9, x9, :lo12:{innermost}"
    };
}

/// # Safety
/// Only compiled code calls this, in the convention above.
#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn wasmc_catch_unwinding() {
    naked_asm!(
        "stp x29, x30, [sp, #-16]!",
        "mov x29, sp",
        "stp x19, x20, [sp, #-16]!",
        "stp x21, x22, [sp, #-16]!",
        "stp x23, x24, [sp, #-16]!",
        "stp x25, x26, [sp, #-16]!",
        "stp x27, x28, [sp, #-16]!",
        "stp d8, d9, [sp, #-16]!",
        "stp d10, d11, [sp, #-16]!",
        "stp d12, d13, [sp, #-16]!",
        "stp d14, d15, [sp, #-16]!",
        innermost!(),
        "ldr x10, [x9]",
        "str x10, [sp, #-16]!",
        "mov x10, sp",
        "str x10, [x9]",
        "blr x4",
        "mov x3, x2",
        "mov x2, #0",
        innermost!(),
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
        innermost!(),
        "ldr x10, [x9]",
        "mov sp, x10",
        "mov x3, x2",
        "mov x2, #1",
        leave!(),
        innermost = sym INNERMOST,
    )
}
