//! Has the kernel map what is touched, and not what lies around it.
//!
//! A fault in a file's mapping makes Linux map all of the 64 KiB around it that
//! it has in its cache, and they count as the process's memory. It leaves that
//! out in mappings where a userfaultfd follows writes. Ours does, in the mode in
//! which nobody has to answer, and is told to watch no page: nothing else
//! changes. The descriptor stays open, since closing it ends this; nothing can
//! be asked of it once system calls are restricted.
// Registers mappings with the kernel.
#![allow(unsafe_code)]

use core::mem::forget;
use core::ops::Range;

use linux_raw_sys::general::{
    _UFFDIO_API, _UFFDIO_REGISTER, UFFD_API, UFFD_FEATURE_WP_ASYNC, UFFD_USER_MODE_ONLY, UFFDIO,
    UFFDIO_REGISTER_MODE_WP, uffdio_api, uffdio_range, uffdio_register,
};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::ioctl::{Opcode, Updater, ioctl, opcode};
use rustix::mm::{UserfaultfdFlags, userfaultfd};

use crate::app::{self, App};
use crate::reserve::{round_up, start_of};

const API: Opcode = opcode::read_write::<uffdio_api>(UFFDIO as u8, _UFFDIO_API as u8);
const REGISTER: Opcode = opcode::read_write::<uffdio_register>(UFFDIO as u8, _UFFDIO_REGISTER as u8);

/// [`crate::app::MapSinglePages`]. Linux before 6.7 and many a container refuse,
/// and then more is mapped.
#[unsafe(no_mangle)]
pub extern "C" fn wasmc_map_single_pages(page_bytes: u64) {
    let Some(app) = App::current() else {
        return;
    };
    let Ok(watcher) = new_watcher() else {
        return;
    };
    let text = app.descriptor().text;
    let _ = register(&watcher, text.address..text.address + text.count, page_bytes);
    for region in app.regions() {
        for run in app.runs(region).iter().filter(|run| run.is_movable != 0) {
            let start = start_of(app::origin(), region) + run.offset;
            let _ = register(&watcher, start..start + run.len_bytes, page_bytes);
        }
    }
    forget(watcher);
}

/// A descriptor that follows writes by itself.
fn new_watcher() -> Result<OwnedFd, Errno> {
    // Without the second flag, only who has CAP_SYS_PTRACE may have one.
    let flags = UserfaultfdFlags::CLOEXEC | UserfaultfdFlags::from_bits_retain(UFFD_USER_MODE_ONLY);
    // SAFETY: it is used only as below, where no fault waits for an answer.
    let watcher = unsafe { userfaultfd(flags) }?;
    let mut api = uffdio_api { api: UFFD_API.into(), features: UFFD_FEATURE_WP_ASYNC.into(), ioctls: 0 };
    // SAFETY: the opcode is for this structure, which the kernel reads and writes.
    unsafe { ioctl(&watcher, Updater::<API, _>::new(&mut api)) }?;
    Ok(watcher)
}

fn register(watcher: &OwnedFd, range: Range<u64>, page_bytes: u64) -> Result<(), Errno> {
    let start = range.start / page_bytes * page_bytes;
    let range = uffdio_range { start, len: round_up(range.end - start, page_bytes) };
    let mut register = uffdio_register { range, mode: UFFDIO_REGISTER_MODE_WP.into(), ioctls: 0 };
    // SAFETY: the opcode is for this structure. In this mode the kernel protects
    // no page that it is not told to, so accesses do what they did.
    unsafe { ioctl(watcher, Updater::<REGISTER, _>::new(&mut register)) }
}
