//! Where unwinding of the guest's stack ends, and the jump there; the contract is
//! in [`wasmc_abi::symbols::CATCH_UNWINDING`].
//!
//! In assembly, because a jump that leaves calls behind restores the registers that
//! they would have restored. The calls are all of compiled code, which has nothing
//! else to clean up.
// Assembly that changes the stack.
#![allow(unsafe_code)]

#[cfg_attr(target_arch = "x86_64", path = "unwind/x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "unwind/aarch64.rs")]
mod arch;

use core::sync::atomic::AtomicU64;

pub use arch::{wasmc_catch_unwinding, wasmc_unwind};

/// Address of what the innermost catching call has saved on the stack, the
/// address of the next outer one first.
static INNERMOST: AtomicU64 = AtomicU64::new(0);
