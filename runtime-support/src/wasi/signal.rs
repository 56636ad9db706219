//! Ending the process by a signal, and not ending it by SIGPIPE.
// Installing a signal handler.
#![allow(unsafe_code)]

use core::ffi::c_void;

use crate::sys;
use crate::world::World;

pub const SIGPIPE: i32 = 13;

/// Exit status where a signal should have ended the process and did not: what
/// a shell shows for a process that the signal ended.
const STATUS_SIGNAL_BASE: i32 = 128;

unsafe extern "C" fn ignore(_signal: i32, _info: *const sys::SignalInfo, _context: *mut c_void) {}

/// Makes writes to a broken pipe or socket answer EPIPE. Not done before the
/// guest has such a thing: a broken standard output should end the process,
/// and the signal does that by itself.
pub fn catch_sigpipe(world: &mut World) {
    if world.catches_sigpipe {
        return;
    }
    // SAFETY: the handler does nothing.
    world.catches_sigpipe = unsafe { sys::handle_signal(SIGPIPE, ignore, 0) }.is_ok();
}

/// Ends the process as a broken standard output ends a native tool.
pub fn die_of_sigpipe() -> ! {
    raise(SIGPIPE);
    crate::exit::exit(STATUS_SIGNAL_BASE + SIGPIPE)
}

/// Sends the process a signal with its default action. Returns if that is to
/// ignore it or to stop.
pub fn raise(signal: i32) {
    // What cannot be reset or unblocked (SIGKILL, SIGSTOP) need not be.
    let _ = sys::reset_signal(signal);
    let _ = sys::unblock_signals(sys::signal_set(&[signal]));
    sys::raise(signal);
}
