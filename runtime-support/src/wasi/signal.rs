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
/// and the signal does that by itself. Where the process was started with the
/// signal ignored there is nothing to do. Once is enough.
#[cold]
pub fn catch_sigpipe(world: &mut World) {
    // SAFETY: the handler does nothing.
    world.survives_sigpipe =
        sys::is_ignored(SIGPIPE) || unsafe { sys::handle_signal(SIGPIPE, ignore, 0) }.is_ok();
}

/// Ends the process as a broken standard output ends a native tool. Returns
/// where the process was started with the signal ignored: the tool then gets
/// EPIPE.
#[cold]
pub fn die_of_sigpipe() {
    if sys::is_ignored(SIGPIPE) {
        return;
    }
    raise(SIGPIPE);
    crate::exit::exit(STATUS_SIGNAL_BASE + SIGPIPE)
}

/// Sends the process a signal with the action it was started with: the default,
/// or to ignore it. Returns if that is to ignore it or to stop.
pub fn raise(signal: i32) {
    if sys::is_ignored(signal) {
        return;
    }
    // What cannot be reset or unblocked (SIGKILL, SIGSTOP) need not be.
    let _ = sys::reset_signal(signal);
    let _ = sys::unblock_signals(sys::signal_set(&[signal]));
    sys::raise(signal);
}
