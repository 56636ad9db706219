//! `proc_exit`, `proc_raise`, `sched_yield`.

use super::{Call, signal};
use crate::errno::{Errno, Result};

/// The last signal of preview1, SIGSYS.
const SIGNAL_MAX: u32 = 30;
/// Linux has SIGSTKFLT at 16, where preview1 has SIGCHLD.
const FIRST_SHIFTED: u32 = 16;

pub fn proc_exit(code: u32) -> ! {
    crate::exit::exit((code & 0xff) as i32)
}

pub fn proc_raise(_call: &mut Call<'_>, signal: u32) -> Result<()> {
    let host = host_signal(signal)?;
    if host != 0 {
        signal::raise(host);
    }
    Ok(())
}

fn host_signal(signal: u32) -> Result<i32> {
    match signal {
        0..FIRST_SHIFTED => Ok(signal as i32),
        FIRST_SHIFTED..=SIGNAL_MAX => Ok(signal as i32 + 1),
        _ => Err(Errno::INVAL),
    }
}

pub fn sched_yield(_call: &mut Call<'_>) -> Result<()> {
    rustix::thread::sched_yield();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_by_their_linux_numbers() {
        assert_eq!(host_signal(0), Ok(0));
        assert_eq!(host_signal(15), Ok(15));
        assert_eq!(host_signal(16), Ok(17));
        assert_eq!(host_signal(30), Ok(31));
        assert_eq!(host_signal(31), Err(Errno::INVAL));
    }
}
