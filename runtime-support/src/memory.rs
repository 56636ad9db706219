//! Linear memories: their records in the store, and growing them.
// Records are at addresses that compiled code knows.
#![allow(unsafe_code)]

use rustix::mm::ProtFlags;
use wasmc_abi::app::{MemoryDescriptor, MemoryRecord, PAGE_BYTES};

use crate::app::App;
use crate::{report, reserve};

/// `memory.grow`'s answer where the memory cannot grow.
const CANNOT_GROW: u64 = u64::MAX;

/// Tells compiled code where each memory is and how large.
pub fn write_records(app: App, origin: u64) {
    for memory in app.memories() {
        let Some(record) = record_of(app, origin, memory) else {
            report::fatal(&[b"wasmc bug: a memory names no region"]);
        };
        let address = origin.wrapping_add_signed(memory.record_offset) as *mut MemoryRecord;
        // SAFETY: the compiler placed the record in the store, which is mapped.
        unsafe { address.write(record) };
    }
}

fn record_of(app: App, origin: u64, memory: &MemoryDescriptor) -> Option<MemoryRecord> {
    let region = app.regions().get(memory.region as usize)?;
    Some(MemoryRecord {
        base: origin.wrapping_add_signed(region.offset),
        len_bytes: region.accessible_bytes,
        max_bytes: memory.max_bytes,
        reserved_bytes: region.reserve_bytes,
    })
}

/// Grows a memory in place: it never moves.
///
/// # Safety
/// `memory` must be null or one of the records that [`write_records`] wrote,
/// and nothing may hold a reference to it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wasmc_memory_grow(memory: *mut MemoryRecord, delta_pages: u64) -> u64 {
    // SAFETY: the caller's record, or null.
    let Some(record) = (unsafe { memory.as_mut() }) else {
        return CANNOT_GROW;
    };
    let old_pages = record.len_bytes / PAGE_BYTES;
    let Some(len_bytes) = grown_len_bytes(record, delta_pages) else {
        return CANNOT_GROW;
    };
    if !open(record, len_bytes) {
        return CANNOT_GROW;
    }
    record.len_bytes = len_bytes;
    old_pages
}

/// The size after growing, if the maximum allows it.
fn grown_len_bytes(record: &MemoryRecord, delta_pages: u64) -> Option<u64> {
    let len_bytes = delta_pages.checked_mul(PAGE_BYTES)?.checked_add(record.len_bytes)?;
    (len_bytes <= record.max_bytes).then_some(len_bytes)
}

/// Makes the bytes from the present size up to `len_bytes` accessible.
fn open(record: &MemoryRecord, len_bytes: u64) -> bool {
    let start = record.base + record.len_bytes;
    let added_bytes = len_bytes - record.len_bytes;
    let is_checked = App::current().is_some_and(App::is_checked);
    if is_checked {
        reserve::map_at(start, added_bytes, ProtFlags::READ | ProtFlags::WRITE).is_ok()
    } else {
        reserve::protect_read_write(start, added_bytes).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(len_pages: u64, max_pages: u64) -> MemoryRecord {
        MemoryRecord {
            base: 0,
            len_bytes: len_pages * PAGE_BYTES,
            max_bytes: max_pages * PAGE_BYTES,
            reserved_bytes: 8 << 30,
        }
    }

    #[test]
    fn sizes_end_at_the_maximum() {
        assert_eq!(grown_len_bytes(&record(1, 3), 2), Some(3 * PAGE_BYTES));
        assert_eq!(grown_len_bytes(&record(1, 3), 3), None);
        assert_eq!(grown_len_bytes(&record(3, 3), 0), Some(3 * PAGE_BYTES));
        assert_eq!(grown_len_bytes(&record(0, 65536), 65536), Some(4 << 30));
        assert_eq!(grown_len_bytes(&record(1, 65536), 0xffff_ffff), None);
        assert_eq!(grown_len_bytes(&record(1, 65536), u64::MAX), None);
        assert_eq!(grown_len_bytes(&record(1, 65536), u64::MAX / PAGE_BYTES), None);
    }

    #[test]
    fn a_module_without_a_memory_cannot_grow_it() {
        // SAFETY: null is allowed.
        assert_eq!(unsafe { wasmc_memory_grow(core::ptr::null_mut(), 0) }, CANNOT_GROW);
    }

    #[test]
    fn a_reserved_memory_grows_in_place_and_new_bytes_are_zero() {
        let reserved_bytes = 4 * PAGE_BYTES;
        // SAFETY: a new mapping where nothing is.
        let base = unsafe {
            rustix::mm::mmap_anonymous(
                core::ptr::null_mut(),
                reserved_bytes as usize,
                ProtFlags::empty(),
                rustix::mm::MapFlags::PRIVATE,
            )
        }
        .unwrap();
        let mut record =
            MemoryRecord { base: base as u64, len_bytes: 0, max_bytes: 2 * PAGE_BYTES, reserved_bytes };
        // SAFETY: the record is of the form that `write_records` writes.
        unsafe {
            assert_eq!(wasmc_memory_grow(&mut record, 1), 0);
            assert_eq!(wasmc_memory_grow(&mut record, 1), 1);
            assert_eq!(wasmc_memory_grow(&mut record, 1), CANNOT_GROW);
            assert_eq!(wasmc_memory_grow(&mut record, 0), 2);
            let last = base.cast::<u8>().add(2 * PAGE_BYTES as usize - 1);
            assert_eq!(last.read(), 0);
            last.write(1);
            rustix::mm::munmap(base, reserved_bytes as usize).unwrap();
        }
    }
}
