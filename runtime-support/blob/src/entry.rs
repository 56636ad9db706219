//! The ELF entry point, and the addresses that only the linker knows.
// The entry point, and addresses computed in assembly.
#![allow(unsafe_code)]

use core::arch::{asm, naked_asm};

use runtime_support::start::{self, Image};
use wasmc_runtime_support as runtime_support;

/// Where the kernel enters, with a stack pointer instead of arguments. The
/// null frame pointer ends the chain of frames for debuggers.
#[cfg(target_arch = "x86_64")]
#[unsafe(no_mangle)]
#[unsafe(naked)]
unsafe extern "C" fn _start() -> ! {
    naked_asm!("xor ebp, ebp", "mov rdi, rsp", "and rsp, -16", "call {main}", "ud2", main = sym main)
}

/// Where the kernel enters, with a stack pointer instead of arguments. The
/// null frame pointer ends the chain of frames for debuggers.
#[cfg(target_arch = "aarch64")]
#[unsafe(no_mangle)]
#[unsafe(naked)]
unsafe extern "C" fn _start() -> ! {
    naked_asm!("mov x29, xzr", "mov x30, xzr", "mov x0, sp", "bl {main}", "udf #0", main = sym main)
}

/// # Safety
/// Only `_start` calls this, with the stack pointer it was entered with.
unsafe extern "C" fn main(stack_pointer: *const u64) -> ! {
    let image = Image {
        base: address_of!("__wasmc_image_base"),
        relr_start: address_of!("__wasmc_relr_start"),
        relr_end: address_of!("__wasmc_relr_end"),
        relro_start: address_of!("__wasmc_relro_start"),
        relro_end: address_of!("__wasmc_relro_end"),
        app: address_of!("wasmc_app"),
    };
    // SAFETY: this is the entry point, and the image holds the linker's symbols.
    unsafe { start::start(stack_pointer, &image) }
}

/// The address of a symbol of the same executable, relative to the code: what
/// is loaded from a table would not be relocated yet.
#[cfg(target_arch = "x86_64")]
macro_rules! address_of {
    ($symbol:literal) => {{
        let address: u64;
        // SAFETY: computes an address.
        unsafe {
            asm!(
                concat!("lea {}, [rip + ", $symbol, "]"),
                out(reg) address,
                options(pure, nomem, nostack, preserves_flags)
            )
        };
        address
    }};
}

#[cfg(target_arch = "aarch64")]
macro_rules! address_of {
    ($symbol:literal) => {{
        let address: u64;
        // SAFETY: computes an address.
        unsafe {
            asm!(
                concat!("adrp {0}, ", $symbol),
                concat!("add {0}, {0}, :lo12:", $symbol),
                out(reg) address,
                options(pure, nomem, nostack, preserves_flags)
            )
        };
        address
    }};
}

use address_of;
