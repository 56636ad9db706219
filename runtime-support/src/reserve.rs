//! The guest's address space: reserved and made accessible; `initial` fills it.
//!
//! Guard mode reserves everything in one piece, so that an access anywhere in
//! the 32-bit index range faults; checked mode maps what is in use, and no more.
// Mappings at addresses that compiled code dictates.
#![allow(unsafe_code)]

use core::ffi::c_void;

use rustix::io::Errno;
use rustix::mm::{Advice, MapFlags, MprotectFlags, ProtFlags};
use rustix::process::Resource;
use wasmc_abi::app::{PLACEMENT_ANYWHERE, Region};

use crate::app::App;
use crate::initial;
use crate::report::{self, decimal, hex};

/// Where checked mode tries to put the origin when it may choose: multiples of
/// this, which are free in any process that the kernel laid out, and within
/// the 39-bit address space of the smallest aarch64 kernels.
const ORIGIN_STEP: u64 = 1 << 36;
const ORIGIN_STEPS: u64 = 7;

pub const READ_WRITE: ProtFlags = ProtFlags::READ.union(ProtFlags::WRITE);

/// Maps the guest's regions with their initial contents; returns the origin.
/// Ends the process with an explanation where that fails.
pub fn reserve(app: App, page_bytes: u64) -> u64 {
    let descriptor = app.descriptor();
    let placed_anywhere = descriptor.placement == PLACEMENT_ANYWHERE;
    let origin = match (app.is_checked(), placed_anywhere) {
        (false, false) => reserve_at(app, descriptor.origin),
        (false, true) => reserve_anywhere(app),
        (true, false) => map_regions(app, descriptor.origin, page_bytes).map(|()| descriptor.origin),
        (true, true) => map_regions_anywhere(app, page_bytes),
    };
    let origin = origin.unwrap_or_else(|errno| explain(app, errno));
    if !app.is_checked() {
        for region in app.regions() {
            if let Err(errno) = make_accessible(origin, region, page_bytes) {
                explain(app, errno);
            }
            advise_huge_pages(origin, region);
        }
    }
    initial::fill(app, origin, page_bytes);
    origin
}

/// Reserves the whole range around a fixed origin.
fn reserve_at(app: App, origin: u64) -> Result<u64, Errno> {
    let descriptor = app.descriptor();
    let len_bytes = descriptor.store_bytes + descriptor.reserved_after_bytes;
    map_at(origin - descriptor.store_bytes, len_bytes, ProtFlags::empty())?;
    Ok(origin)
}

/// Reserves the whole range where the kernel likes.
fn reserve_anywhere(app: App) -> Result<u64, Errno> {
    let descriptor = app.descriptor();
    let len_bytes = descriptor.store_bytes + descriptor.reserved_after_bytes;
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
    // SAFETY: a new mapping where nothing is.
    let base = unsafe {
        rustix::mm::mmap_anonymous(core::ptr::null_mut(), len_bytes as usize, ProtFlags::empty(), flags)
    }?;
    Ok(base as u64 + descriptor.store_bytes)
}

/// Maps the accessible bytes of every region around a given origin.
fn map_regions(app: App, origin: u64, page_bytes: u64) -> Result<(), Errno> {
    let regions = app.regions();
    for (index, region) in regions.iter().enumerate() {
        if let Err(errno) = map_region(origin, region, page_bytes) {
            for mapped in &regions[..index] {
                unmap(start_of(origin, mapped), round_up(mapped.accessible_bytes, page_bytes));
            }
            return Err(errno);
        }
    }
    Ok(())
}

fn map_region(origin: u64, region: &Region, page_bytes: u64) -> Result<(), Errno> {
    map_at(start_of(origin, region), round_up(region.accessible_bytes, page_bytes), READ_WRITE)
}

fn map_regions_anywhere(app: App, page_bytes: u64) -> Result<u64, Errno> {
    let mut result = Err(Errno::EXIST);
    for step in 1..=ORIGIN_STEPS {
        let origin = step * ORIGIN_STEP;
        match map_regions(app, origin, page_bytes) {
            Ok(()) => return Ok(origin),
            Err(errno) => result = Err(errno),
        }
    }
    result
}

/// Opens the first bytes of a reserved region.
fn make_accessible(origin: u64, region: &Region, page_bytes: u64) -> Result<(), Errno> {
    protect_read_write(start_of(origin, region), round_up(region.accessible_bytes, page_bytes))
}

/// Asks for huge pages where the region gets large, madvise(2). It is done once,
/// before anything is known of its use: pages that are opened later inherit it.
fn advise_huge_pages(origin: u64, region: &Region) {
    let from_bytes = region.huge_pages_from_bytes;
    if from_bytes == 0 || from_bytes >= region.reserve_bytes {
        return;
    }
    let start = (start_of(origin, region) + from_bytes) as *mut c_void;
    let len_bytes = (region.reserve_bytes - from_bytes) as usize;
    // SAFETY: the range is reserved for the guest, and the advice changes no
    // byte. A kernel without huge pages refuses, and small ones do as well.
    let _ = unsafe { rustix::mm::madvise(start, len_bytes, Advice::LinuxHugepage) };
}

pub fn start_of(origin: u64, region: &Region) -> u64 {
    origin.wrapping_add_signed(region.offset)
}

pub fn round_up(bytes: u64, page_bytes: u64) -> u64 {
    bytes.next_multiple_of(page_bytes)
}

/// Maps private zero pages exactly there, or fails with `EEXIST`.
pub fn map_at(address: u64, len_bytes: u64, protection: ProtFlags) -> Result<(), Errno> {
    if len_bytes == 0 {
        return Ok(());
    }
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE | MapFlags::FIXED_NOREPLACE;
    // SAFETY: the kernel replaces no mapping under this flag.
    let mapped =
        unsafe { rustix::mm::mmap_anonymous(address as *mut c_void, len_bytes as usize, protection, flags) }?
            as u64;
    // Linux before 4.17 and qemu before 8.1 take the address as a hint.
    if mapped != address {
        unmap(mapped, len_bytes);
        return Err(Errno::EXIST);
    }
    Ok(())
}

/// Makes pages of a reservation readable and writable.
pub fn protect_read_write(address: u64, len_bytes: u64) -> Result<(), Errno> {
    if len_bytes == 0 {
        return Ok(());
    }
    let flags = MprotectFlags::READ | MprotectFlags::WRITE;
    // SAFETY: callers name pages that they have reserved for the guest.
    unsafe { rustix::mm::mprotect(address as *mut c_void, len_bytes as usize, flags) }
}

fn unmap(address: u64, len_bytes: u64) {
    if len_bytes != 0 {
        // SAFETY: callers name what they have just mapped. Failure would leave
        // an unused mapping, which harms nothing.
        let _ = unsafe { rustix::mm::munmap(address as *mut c_void, len_bytes as usize) };
    }
}

/// Says why the guest's memory is not to be had, and what to do.
fn explain(app: App, errno: Errno) -> ! {
    let descriptor = app.descriptor();
    if errno == Errno::EXIST {
        report::fatal(&[
            b"cannot place the program's memory at ",
            hex(descriptor.origin).as_bytes(),
            b": the address range is occupied; compile with --base register",
        ]);
    }
    let bytes = if app.is_checked() {
        app.regions().iter().map(|region| region.accessible_bytes).sum()
    } else {
        descriptor.store_bytes + descriptor.reserved_after_bytes
    };
    let advice: &[u8] = if app.is_checked() { b"" } else { b", or compile with --memory checked" };
    explain_refusal(b"the program's memory", bytes, errno, advice)
}

/// Says why `bytes` for `what` are not to be had. `advice` follows the kernel's
/// limit that has to be raised.
pub fn explain_refusal(what: &[u8], bytes: u64, errno: Errno, advice: &[u8]) -> ! {
    let mebibytes = decimal(bytes.div_ceil(1 << 20));
    let start: [&[u8]; 5] = [b"cannot reserve ", mebibytes.as_bytes(), b" MiB for ", what, b": "];
    let [a, b, c, d, e] = start;
    if errno != Errno::NOMEM {
        let number = decimal(errno.raw_os_error().unsigned_abs().into());
        report::fatal(&[a, b, c, d, e, b"error ", number.as_bytes(), advice]);
    }
    for (resource, name) in [(Resource::As, &b"`ulimit -v`"[..]), (Resource::Data, b"`ulimit -d`")] {
        let limit = rustix::process::getrlimit(resource).current;
        if let Some(limit) = limit.filter(|limit| *limit < bytes.saturating_add(LIMIT_SLACK_BYTES)) {
            let kibibytes = decimal(limit >> 10);
            report::fatal(&[a, b, c, d, e, name, b" is ", kibibytes.as_bytes(), b" KiB; raise it", advice]);
        }
    }
    report::fatal(&[
        a,
        b,
        c,
        d,
        e,
        b"the kernel has not enough memory, or vm.overcommit_memory=2 forbids it; change that",
        advice,
    ])
}

/// A limit within this distance of a refused size is taken for the reason: the
/// executable and its stacks count too.
const LIMIT_SLACK_BYTES: u64 = 1 << 30;
