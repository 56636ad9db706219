//! `clock_res_get`, `clock_time_get`.

use rustix::io::Errno as Host;
use rustix::time::{ClockId, Timespec, clock_getres};

use super::Call;
use super::types::timestamp;
use crate::errno::{Errno, Result};
use crate::vdso;

pub const REALTIME: u32 = 0;
pub const MONOTONIC: u32 = 1;
pub const PROCESS_CPUTIME: u32 = 2;
pub const THREAD_CPUTIME: u32 = 3;

fn host_clock(clock: u32) -> Result<ClockId> {
    match clock {
        REALTIME => Ok(ClockId::Realtime),
        MONOTONIC => Ok(ClockId::Monotonic),
        PROCESS_CPUTIME => Ok(ClockId::ProcessCPUTime),
        THREAD_CPUTIME => Ok(ClockId::ThreadCPUTime),
        _ => Err(Errno::INVAL),
    }
}

fn nanoseconds(time: Timespec) -> u64 {
    timestamp(time.tv_sec, time.tv_nsec)
}

/// Now, in nanoseconds. Programs that measure ask often, so that what there is
/// beside the kernel's own function counts.
#[inline(always)]
pub fn now(clock: u32) -> Result<u64> {
    // These clocks have the same numbers in WASI and in Linux.
    if clock > THREAD_CPUTIME {
        return Err(Errno::INVAL);
    }
    vdso::clock_gettime(clock as i32).map_err(|errno| Host::from_raw_os_error(errno).into())
}

pub fn clock_res_get(call: &mut Call<'_>, clock: u32, resolution: u32) -> Result<()> {
    let clock = host_clock(clock)?;
    call.guest.write_u64(resolution, nanoseconds(clock_getres(clock)))
}

/// The precision that the guest would be content with does not matter.
#[inline(always)]
pub fn clock_time_get(call: &mut Call<'_>, clock: u32, _precision: u64, time: u32) -> Result<()> {
    let now = now(clock)?;
    call.guest.write_u64(time, now)
}
