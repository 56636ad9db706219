//! Standard input, output and error exist: a file that the guest opens must
//! never become the runtime's or the guest's standard output.

use rustix::fs::{Mode, OFlags};

use crate::report;

/// Opens those of the descriptors 0 to 2 that are closed as `/dev/null`.
pub fn open_missing() {
    for fd in 0..3 {
        if crate::sys::is_open(fd) {
            continue;
        }
        // The lowest free descriptor is `fd`: those below it are open by now.
        match rustix::fs::open(c"/dev/null", OFlags::RDWR, Mode::empty()) {
            Ok(file) => core::mem::forget(file),
            Err(_) => {
                report::fatal(&[b"a standard stream is closed and /dev/null cannot be opened in its place"])
            }
        }
    }
}
