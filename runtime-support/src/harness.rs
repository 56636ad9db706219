//! What the driver of the WebAssembly specification tests calls: it expects
//! traps and goes on after them.
// Resumes after a fault somewhere else.
#![allow(unsafe_code)]

use core::sync::atomic::{AtomicU64, Ordering};

use wasmc_abi::app::MemoryRecord;
use wasmc_abi::trap::TrapCode;

use crate::app::{self, App};
use crate::report::{Output, decimal, hex};
use crate::sys::{self, Registers};

/// The stack pointer to go on with after a trap; 0 where none is expected.
static RECOVERY_STACK_POINTER: AtomicU64 = AtomicU64::new(0);

/// Calls a function `() -> ()`; returns 0, or the code of the trap it ended
/// with. Calls do not nest.
///
/// # Safety
/// `funcref` must be a reference of the running program to such a function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmc_harness_catch(_memory: *mut MemoryRecord, funcref: u32) -> u32 {
    let Some(app) = App::current() else {
        return 0;
    };
    let slot = RECOVERY_STACK_POINTER.as_ptr();
    // SAFETY: the compiler wrote `call_funcref`; the caller vouches for the
    // reference.
    unsafe { sys::call_recoverably(app.descriptor().call_funcref, app::origin(), funcref.into(), slot) }
}

/// Goes on in [`wasmc_harness_catch`] once the signal handler returns, if that
/// is running.
pub fn recover(registers: &Registers, code: TrapCode) -> bool {
    let stack_pointer = RECOVERY_STACK_POINTER.load(Ordering::Relaxed);
    if stack_pointer == 0 {
        return false;
    }
    // SAFETY: this is the stack pointer that `recovered` is for, and what
    // trapped is never resumed.
    unsafe { registers.redirect(sys::recovered as *const () as u64, stack_pointer, code as u64) };
    true
}

/// Prints that the assertion of a script's line failed.
#[unsafe(no_mangle)]
pub extern "C" fn wasmc_harness_report(_memory: *mut MemoryRecord, line: u32, got: u64) {
    let mut out = Output::stdout();
    out.push(b"FAIL line ");
    out.push(decimal(line.into()).as_bytes());
    out.push(b" got ");
    out.push(hex(got).as_bytes());
    out.push(b"\n");
    out.flush();
}

/// Makes an externref of a number, and a number of an externref: compiled code
/// holds both as 32 bits.
#[unsafe(no_mangle)]
pub extern "C" fn wasmc_harness_same(_memory: *mut MemoryRecord, number: u32) -> u32 {
    number
}
