//! aarch64: pairs of 16-byte registers.

use core::arch::naked_asm;

/// C's memmove; returns `dst`.
///
/// # Safety
/// `len` bytes must be readable at `src` and writable at `dst`.
#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn wasmc_memory_copy(dst: *mut u8, src: *const u8, len: u64) -> *mut u8 {
    naked_asm!(
        "add x5, x1, x2",
        "add x6, x0, x2",
        "cmp x2, #16",
        "b.hi 5f",
        "cmp x2, #8",
        "b.hs 4f",
        "cmp x2, #4",
        "b.hs 3f",
        "cmp x2, #2",
        "b.hs 2f",
        "cbz x2, 9f",
        "ldrb w3, [x1]",
        "strb w3, [x0]",
        "9:",
        "ret",
        // 2 to 3 bytes
        "2:",
        "ldrh w3, [x1]",
        "ldurh w4, [x5, #-2]",
        "strh w3, [x0]",
        "sturh w4, [x6, #-2]",
        "ret",
        // 4 to 7 bytes
        "3:",
        "ldr w3, [x1]",
        "ldur w4, [x5, #-4]",
        "str w3, [x0]",
        "stur w4, [x6, #-4]",
        "ret",
        // 8 to 16 bytes
        "4:",
        "ldr x3, [x1]",
        "ldur x4, [x5, #-8]",
        "str x3, [x0]",
        "stur x4, [x6, #-8]",
        "ret",
        // 17 to 32 bytes
        "5:",
        "cmp x2, #32",
        "b.hi 6f",
        "ldr q0, [x1]",
        "ldur q1, [x5, #-16]",
        "str q0, [x0]",
        "stur q1, [x6, #-16]",
        "ret",
        // 33 to 64 bytes
        "6:",
        "cmp x2, #64",
        "b.hi 7f",
        "ldp q0, q1, [x1]",
        "ldp q2, q3, [x5, #-32]",
        "stp q0, q1, [x0]",
        "stp q2, q3, [x6, #-32]",
        "ret",
        // 65 to 128 bytes
        "7:",
        "ldp q0, q1, [x1]",
        "ldp q2, q3, [x1, #32]",
        "ldp q4, q5, [x5, #-64]",
        "ldp q6, q7, [x5, #-32]",
        "cmp x2, #128",
        "b.hi 8f",
        "stp q0, q1, [x0]",
        "stp q2, q3, [x0, #32]",
        "stp q4, q5, [x6, #-64]",
        "stp q6, q7, [x6, #-32]",
        "ret",
        // More: backward where dst is in src's range, else forward.
        "8:",
        "sub x7, x0, x1",
        "cmp x7, x2",
        "b.lo 25f",
        // Forward; q4 to q7 hold the end, q16 the start.
        "mov v16.16b, v0.16b",
        "sub x8, x6, #64",
        "and x10, x0, #15",
        "sub x10, x10, #16",
        "sub x9, x0, x10",
        "sub x1, x1, x10",
        "24:",
        "ldp q0, q1, [x1]",
        "ldp q2, q3, [x1, #32]",
        "stp q0, q1, [x9]",
        "stp q2, q3, [x9, #32]",
        "add x1, x1, #64",
        "add x9, x9, #64",
        "cmp x9, x8",
        "b.lo 24b",
        "stp q4, q5, [x6, #-64]",
        "stp q6, q7, [x6, #-32]",
        "str q16, [x0]",
        "ret",
        // Backward; q0 to q3 hold the start, q16 the end.
        "25:",
        "mov v16.16b, v7.16b",
        "add x8, x0, #64",
        "and x10, x6, #15",
        "sub x9, x6, x10",
        "sub x5, x5, x10",
        "26:",
        "ldp q4, q5, [x5, #-32]",
        "ldp q6, q7, [x5, #-64]",
        "stp q4, q5, [x9, #-32]",
        "stp q6, q7, [x9, #-64]",
        "sub x5, x5, #64",
        "sub x9, x9, #64",
        "cmp x9, x8",
        "b.hi 26b",
        "stp q0, q1, [x0]",
        "stp q2, q3, [x0, #32]",
        "stur q16, [x6, #-16]",
        "ret",
    )
}

/// C's memset; returns `dst`. Only the low 8 bits of `byte` count.
///
/// # Safety
/// `len` bytes must be writable at `dst`.
#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn wasmc_memory_fill(dst: *mut u8, byte: u32, len: u64) -> *mut u8 {
    naked_asm!(
        "dup v0.16b, w1",
        "add x6, x0, x2",
        "cmp x2, #16",
        "b.hi 5f",
        "cmp x2, #8",
        "b.hs 4f",
        "cmp x2, #4",
        "b.hs 3f",
        "cmp x2, #2",
        "b.hs 2f",
        "cbz x2, 9f",
        "strb w1, [x0]",
        "9:",
        "ret",
        // 2 to 3 bytes
        "2:",
        "str h0, [x0]",
        "stur h0, [x6, #-2]",
        "ret",
        // 4 to 7 bytes
        "3:",
        "str s0, [x0]",
        "stur s0, [x6, #-4]",
        "ret",
        // 8 to 16 bytes
        "4:",
        "str d0, [x0]",
        "stur d0, [x6, #-8]",
        "ret",
        // 17 to 32 bytes
        "5:",
        "str q0, [x0]",
        "stur q0, [x6, #-16]",
        "cmp x2, #32",
        "b.ls 9b",
        // 33 to 64 bytes
        "str q0, [x0, #16]",
        "stur q0, [x6, #-32]",
        "cmp x2, #64",
        "b.ls 9b",
        // 65 to 128 bytes
        "stp q0, q0, [x0, #32]",
        "stp q0, q0, [x6, #-64]",
        "cmp x2, #128",
        "b.ls 9b",
        // More: both ends are filled by now; the middle is aligned.
        "sub x8, x6, #64",
        "add x9, x0, #64",
        "and x9, x9, #-64",
        "6:",
        "stp q0, q0, [x9]",
        "stp q0, q0, [x9, #32]",
        "add x9, x9, #64",
        "cmp x9, x8",
        "b.lo 6b",
        "ret",
    )
}
