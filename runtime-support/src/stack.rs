//! The guest's native stack: large, lazily committed, with a guard below.
// Maps memory and changes the stack pointer.
#![allow(unsafe_code)]

use core::ffi::c_void;
use core::ops::Range;

use rustix::mm::{MapFlags, MprotectFlags, ProtFlags};
use wasmc_abi::app::STACK_GUARD_BYTES;

use crate::{report, reserve, sys};

/// Address ranges of the stack that the guest runs on.
#[derive(Clone, Debug)]
pub struct GuestStack {
    /// Inaccessible; an access here is an exhausted stack.
    pub guard: Range<u64>,
    pub usable: Range<u64>,
}

/// Maps a stack, or ends the process with an explanation.
pub fn map(stack_bytes: u64, page_bytes: u64) -> GuestStack {
    let guard_bytes = STACK_GUARD_BYTES.next_multiple_of(page_bytes);
    let Some(total_bytes) =
        stack_bytes.checked_next_multiple_of(page_bytes).and_then(|bytes| bytes.checked_add(guard_bytes))
    else {
        report::fatal(&[b"wasmc bug: the stack's size is no size"]);
    };
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE | MapFlags::STACK;
    let protection = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a new mapping where nothing is; its start becomes the guard.
    let base = unsafe {
        rustix::mm::mmap_anonymous(core::ptr::null_mut(), total_bytes as usize, protection, flags).and_then(
            |base: *mut c_void| {
                rustix::mm::mprotect(base, guard_bytes as usize, MprotectFlags::empty()).map(|()| base)
            },
        )
    };
    let base = base.unwrap_or_else(|errno| {
        let advice = b", or compile with a smaller --stack-size";
        reserve::explain_refusal(b"the program's stack", total_bytes, errno, advice)
    }) as u64;
    GuestStack { guard: base..base + guard_bytes, usable: base + guard_bytes..base + total_bytes }
}

impl GuestStack {
    /// Calls the program's entry on this stack.
    ///
    /// # Safety
    /// `entry` must be an `extern "C" fn(origin: u64)`, and nothing else may
    /// run on this stack.
    pub unsafe fn run(&self, entry: u64, origin: u64) {
        // SAFETY: the caller vouches for the entry; the end is page aligned.
        unsafe { sys::call_on_stack(entry, origin, self.usable.end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::sync::atomic::{AtomicU64, Ordering};

    static SEEN: AtomicU64 = AtomicU64::new(0);

    extern "C" fn guest(argument: u64) {
        let local = 0u8;
        SEEN.store(core::ptr::from_ref(&local) as u64 + argument, Ordering::Relaxed);
    }

    #[test]
    fn the_entry_runs_on_the_mapped_stack_and_comes_back() {
        let stack = map(1 << 20, 4096);
        assert_eq!(stack.guard.end - stack.guard.start, STACK_GUARD_BYTES);
        assert_eq!(stack.usable.end - stack.usable.start, 1 << 20);
        // SAFETY: `guest` is such a function.
        unsafe { stack.run(guest as *const () as u64, 0) };
        assert!(stack.usable.contains(&SEEN.load(Ordering::Relaxed)));
    }

    #[test]
    fn the_guard_is_a_whole_number_of_large_pages() {
        let stack = map(1 << 20, 1 << 18);
        assert_eq!(stack.guard.end - stack.guard.start, 1 << 18);
    }
}
