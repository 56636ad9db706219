//! Ending the process.

use crate::sys;

/// Exit status for what the user can mend: a missing grant, a limit.
pub const STATUS_ERROR: i32 = 1;

/// Ends the process, all its threads included, at once.
pub fn exit(code: i32) -> ! {
    sys::exit_group(code)
}
