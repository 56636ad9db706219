//! What a CPU predicts of returns, after a system call.
//!
//! AMD's CPUs from Zen to Zen 4 can be tricked into speculating past a return
//! (CVE-2023-20569). Linux's remedy, "safe RET", has the kernel's functions
//! return in a way that leaves one address of the kernel in the CPU's return
//! predictor each, so that after a system call all of it is useless. The next
//! return of the program then takes some 100 ns on such a machine: a third of a
//! short system call. A few calls that never return, made right after the
//! system call, leave addresses of the program instead, and a return that is
//! predicted wrongly among those costs next to nothing.

use core::sync::atomic::{AtomicBool, Ordering};

use crate::sys;

static ARE_FORGOTTEN: AtomicBool = AtomicBool::new(false);

/// Notes whether this CPU is one of those.
pub fn install(are_forgotten: bool) {
    ARE_FORGOTTEN.store(are_forgotten, Ordering::Relaxed);
}

/// To be called after a system call that programs make often, before anything
/// returns.
#[inline(always)]
pub fn repair() {
    if ARE_FORGOTTEN.load(Ordering::Relaxed) {
        sys::fill_return_predictor();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(never)]
    fn depth(levels: u32) -> u32 {
        let below = if levels == 0 { 0 } else { depth(levels - 1) };
        repair();
        below + 1
    }

    #[test]
    fn functions_return_to_where_they_were_called() {
        install(true);
        assert_eq!(depth(40), 41);
        install(false);
        assert_eq!(depth(40), 41);
    }
}
