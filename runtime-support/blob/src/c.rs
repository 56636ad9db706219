//! The functions of C that compiled Rust calls by name. The precompiled
//! compiler_builtins of targets with a C library leaves them to that library.
//!
//! In assembly, because LLVM would turn loops into calls of these very
//! functions.
// Symbols that the compiler expects, in assembly.
#![allow(unsafe_code)]

use core::arch::naked_asm;

use wasmc_runtime_support::bulk::{wasmc_memory_copy, wasmc_memory_fill};

macro_rules! jump {
    ($name:ident, $target:ident) => {
        #[unsafe(no_mangle)]
        #[unsafe(naked)]
        unsafe extern "C" fn $name() {
            #[cfg(target_arch = "x86_64")]
            naked_asm!("jmp {}", sym $target);
            #[cfg(target_arch = "aarch64")]
            naked_asm!("b {}", sym $target);
        }
    };
}

jump!(memcpy, wasmc_memory_copy);
jump!(memmove, wasmc_memory_copy);
jump!(memset, wasmc_memory_fill);
jump!(bcmp, memcmp);

/// The difference of the first bytes that differ, else 0.
#[unsafe(no_mangle)]
#[unsafe(naked)]
unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, len: usize) -> i32 {
    #[cfg(target_arch = "x86_64")]
    naked_asm!(
        "xor eax, eax",
        "xor r8d, r8d",
        "2:",
        "cmp r8, rdx",
        "je 3f",
        "movzx eax, byte ptr [rdi + r8]",
        "movzx ecx, byte ptr [rsi + r8]",
        "inc r8",
        "sub eax, ecx",
        "je 2b",
        "3:",
        "ret",
    );
    #[cfg(target_arch = "aarch64")]
    naked_asm!(
        "mov x8, x0",
        "mov w0, wzr",
        "2:",
        "cbz x2, 3f",
        "ldrb w9, [x8], #1",
        "ldrb w10, [x1], #1",
        "sub x2, x2, #1",
        "subs w0, w9, w10",
        "b.eq 2b",
        "3:",
        "ret",
    );
}

/// Bytes before the NUL.
#[unsafe(no_mangle)]
#[unsafe(naked)]
unsafe extern "C" fn strlen(text: *const u8) -> usize {
    #[cfg(target_arch = "x86_64")]
    naked_asm!("mov rax, -1", "2:", "inc rax", "cmp byte ptr [rdi + rax], 0", "jne 2b", "ret");
    #[cfg(target_arch = "aarch64")]
    naked_asm!(
        "mov x8, x0",
        "2:",
        "ldrb w9, [x8], #1",
        "cbnz w9, 2b",
        "sub x8, x8, #1",
        "sub x0, x8, x0",
        "ret"
    );
}
