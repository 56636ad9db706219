//! What the guest's memory holds at the start: pages that are moved from the
//! executable, bytes that are copied from it or decompressed.
// Changes mappings, and writes where compiled code will find it.
#![allow(unsafe_code)]

use core::ffi::c_void;

use rustix::mm::{Advice, MapFlags, MremapFlags};
use wasmc_abi::app::{Region, Run};
use wasmc_abi::lz4;

use crate::app::App;
use crate::report;
use crate::reserve::{READ_WRITE, round_up, start_of};

/// For fewer pages a system call is not worth it.
const POPULATED_PAGES_MIN: u64 = 8;

/// Puts the initial contents into place. New pages are zero already.
pub fn fill(app: App, origin: u64, page_bytes: u64) {
    for region in app.regions() {
        for run in app.runs(region) {
            let target = checked_target(origin, region, run);
            if !move_run(app, run, target, page_bytes) {
                copy(app, run, target, page_bytes);
            }
        }
    }
}

/// Where a run belongs.
fn checked_target(origin: u64, region: &Region, run: &Run) -> u64 {
    let end = run.offset.checked_add(run.len_bytes);
    if end.is_none_or(|end| end > region.accessible_bytes) {
        report::fatal(&[b"wasmc bug: initial data lies outside its region"]);
    }
    start_of(origin, region) + run.offset
}

/// Moves a run's pages out of the executable to where the guest has them, if they
/// are for that: nothing is read before the guest does, and nothing is in memory
/// twice. Where pages are large or the kernel is another, it does nothing.
fn move_run(app: App, run: &Run, target: u64, page_bytes: u64) -> bool {
    let (source, len_bytes) = (run.data.address, run.len_bytes);
    let are_pages = (source | target | len_bytes).is_multiple_of(page_bytes);
    let Some(move_pages) = app.move_pages().filter(|_| run.is_movable != 0 && are_pages) else {
        return false;
    };
    // SAFETY: the compiler vouches that nothing else refers to the source. The
    // target is the guest's, and nothing uses it before the program starts.
    unsafe { move_pages(source, target, len_bytes) }
}

/// [`crate::app::MovePages`].
///
/// # Safety
/// As the type says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmc_move_pages(source: u64, target: u64, len_bytes: u64) -> bool {
    let (from, to, len) = (source as *mut c_void, target as *mut c_void, len_bytes as usize);
    // SAFETY: the caller vouches for both ranges.
    let moved = unsafe { rustix::mm::mremap_fixed(from, len, len, MremapFlags::MAYMOVE, to) };
    if moved.is_err() {
        restore(target, len_bytes);
    }
    moved.is_ok()
}

/// Maps zero pages again: mremap(2) may have unmapped what it was to replace before
/// it failed.
fn restore(target: u64, len_bytes: u64) {
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE | MapFlags::FIXED;
    // SAFETY: the range is the guest's, and nothing uses it yet.
    let mapped =
        unsafe { rustix::mm::mmap_anonymous(target as *mut c_void, len_bytes as usize, READ_WRITE, flags) };
    if mapped.is_err() {
        report::fatal(&[b"cannot map the program's initial data"]);
    }
}

fn copy(app: App, run: &'static Run, target: u64, page_bytes: u64) {
    let bytes = app.run_bytes(run);
    populate(target, run.len_bytes, page_bytes);
    // SAFETY: the bytes of the region up to `accessible_bytes` are mapped
    // for reading and writing, the run ends within them, and nothing else
    // uses them before the program starts.
    let target = unsafe { core::slice::from_raw_parts_mut(target as *mut u8, run.len_bytes as usize) };
    if bytes.len() == target.len() {
        target.copy_from_slice(bytes);
    } else if !decompress(app, bytes, target) {
        report::fatal(&[b"wasmc bug: initial data is not what was compressed"]);
    }
}

/// Has the kernel make the pages all at once, which takes it a third of the time
/// that a fault for each page does. An old kernel does not know this, and then
/// they are made by faults.
fn populate(address: u64, len_bytes: u64, page_bytes: u64) {
    let start = address / page_bytes * page_bytes;
    let len_bytes = round_up(address + len_bytes - start, page_bytes);
    if len_bytes < POPULATED_PAGES_MIN * page_bytes {
        return;
    }
    // SAFETY: the pages are readable and writable, and keep what they hold.
    let _ =
        unsafe { rustix::mm::madvise(start as *mut c_void, len_bytes as usize, Advice::LinuxPopulateWrite) };
}

fn decompress(app: App, from: &[u8], to: &mut [u8]) -> bool {
    let Some(decompress) = app.decompress() else {
        return false;
    };
    let (from_bytes, to_bytes) = (from.len() as u64, to.len() as u64);
    // SAFETY: the ranges are slices, one of which is borrowed mutably.
    unsafe { decompress(from.as_ptr(), from_bytes, to.as_mut_ptr(), to_bytes) }
}

/// [`crate::app::Decompress`].
///
/// # Safety
/// As the type says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmc_decompress(
    from: *const u8,
    from_bytes: u64,
    to: *mut u8,
    to_bytes: u64,
) -> bool {
    // SAFETY: the caller vouches for both ranges.
    let (from, to) = unsafe {
        (
            core::slice::from_raw_parts(from, from_bytes as usize),
            core::slice::from_raw_parts_mut(to, to_bytes as usize),
        )
    };
    lz4::decompress(from, to).is_some()
}
