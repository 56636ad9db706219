//! The clock, without a system call: the kernel maps a small shared library
//! into each process, the vDSO, with a function that tells the time.
//!
//! Finding it needs no system call either, so that the first question may come
//! when the process is already restricted.
// Reads an ELF image at an address from the kernel, and calls into it.
#![allow(unsafe_code)]

use core::ffi::{CStr, c_char};
use core::mem::{MaybeUninit, transmute};
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use rustix::time::Timespec;

use crate::process::Process;
use crate::sys;
use crate::wasi::types::NANOSECONDS;

#[cfg(target_arch = "x86_64")]
const CLOCK_GETTIME: &CStr = c"__vdso_clock_gettime";
#[cfg(target_arch = "aarch64")]
const CLOCK_GETTIME: &CStr = c"__kernel_clock_gettime";

const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const DT_HASH: u64 = 4;
const DT_STRTAB: u64 = 5;
const DT_SYMTAB: u64 = 6;
const DT_GNU_HASH: u64 = 0x6fff_fef5;
const SYMBOL_BYTES: u64 = 24;

type ClockGettime = unsafe extern "C" fn(i32, *mut Timespec) -> i32;

/// Address of the vDSO's header; 0 where there is none.
static HEADER: AtomicU64 = AtomicU64::new(0);
/// The function; 0 before it is looked for.
static FUNCTION: AtomicUsize = AtomicUsize::new(0);

/// Notes where the vDSO is.
pub fn install(process: &Process) {
    HEADER.store(process.vdso_address().unwrap_or(0), Ordering::Relaxed);
}

/// What `clock` says in nanoseconds, which 64 bits hold until the year 2262; an
/// error where the kernel has no such clock.
#[inline(always)]
pub fn clock_gettime(clock: i32) -> Result<u64, sys::Errno> {
    let function = FUNCTION.load(Ordering::Relaxed);
    let function = if function == 0 { find() } else { function };
    let mut time = MaybeUninit::<Timespec>::uninit();
    // SAFETY: `find` stores functions of this type only, which write to `time`.
    let result = unsafe { transmute::<usize, ClockGettime>(function)(clock, time.as_mut_ptr()) };
    if result != 0 {
        return Err(result.wrapping_neg());
    }
    // SAFETY: the function has succeeded.
    let time = unsafe { time.assume_init() };
    Ok(time.tv_sec.wrapping_mul(NANOSECONDS).wrapping_add(time.tv_nsec) as u64)
}

#[cold]
fn find() -> usize {
    let header = HEADER.load(Ordering::Relaxed);
    // SAFETY: the kernel says that its image is there, if it says anything.
    let found = if header == 0 { None } else { unsafe { find_in(header, CLOCK_GETTIME) } };
    let function = found.map_or(by_system_call as *const () as usize, |address| address as usize);
    FUNCTION.store(function, Ordering::Relaxed);
    function
}

unsafe extern "C" fn by_system_call(clock: i32, time: *mut Timespec) -> i32 {
    // SAFETY: the caller's promise to this type of function.
    match unsafe { sys::clock_gettime(clock, time.cast()) } {
        Ok(()) => 0,
        Err(errno) => -errno,
    }
}

/// The address of a function of the image at `header`.
///
/// # Safety
/// `header` must be the address of a vDSO.
unsafe fn find_in(header: u64, name: &CStr) -> Option<u64> {
    // SAFETY: these are parts of the image, as its own header says.
    unsafe {
        if read::<[u8; 5]>(header) != *b"\x7fELF\x02" {
            return None;
        }
        let (segments, segment_bytes, count): (u64, u16, u16) =
            (read(header + 32), read(header + 54), read(header + 56));
        let segments =
            (0..u64::from(count)).map(|index| header + segments + index * u64::from(segment_bytes));
        let (mut bias, mut dynamic) = (None, None);
        for segment in segments {
            let (offset, address): (u64, u64) = (read(segment + 8), read(segment + 16));
            match read::<u32>(segment) {
                PT_LOAD if bias.is_none() => bias = Some(header.wrapping_add(offset).wrapping_sub(address)),
                PT_DYNAMIC => dynamic = Some(header + offset),
                _ => {}
            }
        }
        let (bias, dynamic) = (bias?, dynamic?);
        let table = |tag| entry(dynamic, tag).map(|address| bias.wrapping_add(address));
        let (strings, symbols) = (table(DT_STRTAB)?, table(DT_SYMTAB)?);
        let count = match (table(DT_HASH), table(DT_GNU_HASH)) {
            (Some(hash), _) => read(hash + 4),
            (None, Some(hash)) => count_by_gnu_hash(hash),
            (None, None) => return None,
        };
        let symbols = (0..count).map(|index| symbols + u64::from(index) * SYMBOL_BYTES);
        let is_wanted = |symbol: &u64| {
            let found = CStr::from_ptr((strings + u64::from(read::<u32>(*symbol))) as *const c_char);
            found == name && read::<u16>(*symbol + 6) != 0
        };
        symbols.into_iter().find(is_wanted).map(|symbol| bias.wrapping_add(read(symbol + 8)))
    }
}

/// The value of an entry of the dynamic section.
unsafe fn entry(dynamic: u64, tag: u64) -> Option<u64> {
    let mut at = dynamic;
    loop {
        // SAFETY: an entry with tag 0 ends the section.
        match unsafe { read::<[u64; 2]>(at) } {
            [0, _] => return None,
            [found, value] if found == tag => return Some(value),
            _ => at += 16,
        }
    }
}

/// One more than the last symbol: the end of the chain that begins last.
unsafe fn count_by_gnu_hash(hash: u64) -> u32 {
    // SAFETY: the table has this form, and the last word of a chain is odd.
    unsafe {
        let [buckets_count, first, bloom_words, _]: [u32; 4] = read(hash);
        let buckets = hash + 16 + u64::from(bloom_words) * 8;
        let chains = buckets + u64::from(buckets_count) * 4;
        let bucket = |index: u32| read::<u32>(buckets + u64::from(index) * 4);
        let mut last = (0..buckets_count).map(bucket).max().unwrap_or(0);
        if last < first {
            return first;
        }
        while read::<u32>(chains + u64::from(last - first) * 4) & 1 == 0 {
            last += 1;
        }
        last + 1
    }
}

/// # Safety
/// A `T` must be there.
unsafe fn read<T: Copy>(address: u64) -> T {
    // SAFETY: the caller's promise.
    unsafe { (address as *const T).read_unaligned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the kernel's block of this process, as /proc shows it.
    fn header() -> Option<u64> {
        const AT_SYSINFO_EHDR: u64 = 33;
        let auxv = std::fs::read("/proc/self/auxv").unwrap();
        let (pairs, _) = auxv.as_chunks::<16>();
        let mut pairs = pairs.iter().map(|pair| {
            let (key, value) = pair.split_at(8);
            (u64::from_le_bytes(key.try_into().unwrap()), u64::from_le_bytes(value.try_into().unwrap()))
        });
        pairs.find(|(key, _)| *key == AT_SYSINFO_EHDR).map(|(_, value)| value)
    }

    #[test]
    fn the_kernels_function_is_found_and_tells_the_time() {
        let Some(header) = header() else { return std::eprintln!("skipped: this kernel has no vDSO") };
        // SAFETY: the header is the kernel's.
        let (found, missing) = unsafe { (find_in(header, CLOCK_GETTIME), find_in(header, c"clock")) };
        assert_eq!(missing, None);
        let mut times = [Timespec { tv_sec: 0, tv_nsec: 0 }; 2];
        for (function, time) in
            [found.unwrap() as usize, by_system_call as *const () as usize].into_iter().zip(&mut times)
        {
            // SAFETY: both are such functions.
            let result = unsafe { transmute::<usize, ClockGettime>(function)(1, time) };
            assert_eq!(result, 0);
        }
        assert!(times[0].tv_sec > 0 && times[0] <= times[1]);
    }

    #[test]
    fn a_clock_that_does_not_exist() {
        const EINVAL: i32 = 22;
        assert_eq!(clock_gettime(4711).err(), Some(EINVAL));
    }
}
