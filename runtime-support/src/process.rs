//! What the kernel handed to the process: arguments, environment, auxiliary
//! vector.
// The kernel hands these over as one block of pointers on the stack.
#![allow(unsafe_code)]

use core::ffi::{CStr, c_char};

const AT_PAGESZ: u64 = 6;
const AT_SECURE: u64 = 23;
const AT_RANDOM: u64 = 25;
const AT_SYSINFO_EHDR: u64 = 33;
const AT_MINSIGSTKSZ: u64 = 51;

/// The block lives at the bottom of the first stack for as long as the process.
#[derive(Clone, Copy)]
pub struct Process {
    args: &'static [*const c_char],
    environ: &'static [*const c_char],
    auxv: &'static [AuxEntry],
}

#[derive(Clone, Copy)]
#[repr(C)]
struct AuxEntry {
    key: u64,
    value: u64,
}

impl Process {
    /// Reads the block that starts with the argument count.
    ///
    /// # Safety
    /// `stack` must be the stack pointer's value at the ELF entry point, or
    /// point to a block of that form.
    pub unsafe fn from_stack(stack: *const u64) -> Process {
        // SAFETY: the kernel's layout is argc, that many pointers, null, the
        // environment's pointers, null, then pairs up to key 0.
        unsafe {
            let argc = *stack as usize;
            let args = stack.add(1).cast::<*const c_char>();
            let environ = args.add(argc + 1);
            let environ_count = count_until(environ, |pointer| pointer.is_null());
            let auxv = environ.add(environ_count + 1).cast::<AuxEntry>();
            let auxv_count = count_until(auxv, |entry| entry.key == 0);
            Process {
                args: core::slice::from_raw_parts(args, argc),
                environ: core::slice::from_raw_parts(environ, environ_count),
                auxv: core::slice::from_raw_parts(auxv, auxv_count),
            }
        }
    }

    /// Number of arguments, the program's name included. May be 0.
    pub fn arg_count(&self) -> usize {
        self.args.len()
    }

    /// Argument `index`, without its NUL.
    pub fn arg(&self, index: usize) -> Option<&'static [u8]> {
        self.arg_c_str(index).map(CStr::to_bytes)
    }

    /// Argument `index` with its NUL.
    pub fn arg_c_str(&self, index: usize) -> Option<&'static CStr> {
        // SAFETY: the kernel's pointers are to NUL-terminated strings that stay.
        self.args.get(index).map(|pointer| unsafe { CStr::from_ptr(*pointer) })
    }

    pub fn env_count(&self) -> usize {
        self.environ.len()
    }

    /// The environment's entry `index`, usually `KEY=VALUE`, without its NUL.
    pub fn env(&self, index: usize) -> Option<&'static [u8]> {
        self.env_c_str(index).map(CStr::to_bytes)
    }

    /// The environment's entry `index` with its NUL.
    pub fn env_c_str(&self, index: usize) -> Option<&'static CStr> {
        // SAFETY: as for arguments.
        self.environ.get(index).map(|pointer| unsafe { CStr::from_ptr(*pointer) })
    }

    /// The value of the first entry `name=...`.
    pub fn env_value(&self, name: &[u8]) -> Option<&'static [u8]> {
        (0..self.env_count())
            .filter_map(|index| self.env(index))
            .find_map(|entry| entry.strip_prefix(name)?.strip_prefix(b"="))
    }

    /// The kernel's page size in bytes.
    pub fn page_bytes(&self) -> u64 {
        self.aux(AT_PAGESZ).unwrap_or(4096)
    }

    /// Whether the program runs with more rights than who started it.
    pub fn is_secure(&self) -> bool {
        self.aux(AT_SECURE).is_some_and(|value| value != 0)
    }

    /// Address of the vDSO's ELF header.
    pub fn vdso_address(&self) -> Option<u64> {
        self.aux(AT_SYSINFO_EHDR).filter(|address| *address != 0)
    }

    /// 16 random bytes from the kernel.
    pub fn random(&self) -> Option<&'static [u8; 16]> {
        let address = self.aux(AT_RANDOM).filter(|address| *address != 0)?;
        // SAFETY: the kernel's entry is the address of 16 bytes that stay.
        Some(unsafe { &*(address as *const [u8; 16]) })
    }

    /// Least size of a signal stack on this CPU, where the kernel says so.
    pub fn min_signal_stack_bytes(&self) -> Option<u64> {
        self.aux(AT_MINSIGSTKSZ)
    }

    fn aux(&self, key: u64) -> Option<u64> {
        self.auxv.iter().find(|entry| entry.key == key).map(|entry| entry.value)
    }
}

/// # Safety
/// An element that `is_end` accepts must follow `first` in the same block.
unsafe fn count_until<T: Copy>(first: *const T, is_end: impl Fn(T) -> bool) -> usize {
    let mut count = 0;
    // SAFETY: the caller promises an end within the block.
    while !is_end(unsafe { *first.add(count) }) {
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_block_of_the_kernel() {
        let random = [7u8; 16];
        let block = [
            2,
            c"prog".as_ptr() as u64,
            c"a b".as_ptr() as u64,
            0,
            c"HOMER=no".as_ptr() as u64,
            c"HOME=/h".as_ptr() as u64,
            0,
            AT_PAGESZ,
            65536,
            AT_RANDOM,
            random.as_ptr() as u64,
            0,
            0,
        ];
        // SAFETY: the block has the kernel's form.
        let process = unsafe { Process::from_stack(block.as_ptr()) };
        assert_eq!(process.arg_count(), 2);
        assert_eq!(process.arg(1), Some(&b"a b"[..]));
        assert_eq!(process.arg(2), None);
        assert_eq!(process.env_count(), 2);
        assert_eq!(process.env(2), None);
        assert_eq!(process.env_value(b"HOME"), Some(&b"/h"[..]));
        assert_eq!(process.env_value(b"HOM"), None);
        assert_eq!(process.page_bytes(), 65536);
        assert_eq!(process.random(), Some(&random));
        assert_eq!(process.vdso_address(), None);
        assert!(!process.is_secure());
    }

    #[test]
    fn an_empty_argument_list_is_legal() {
        let block = [0u64, 0, 0, 0, 0];
        // SAFETY: the block has the kernel's form.
        let process = unsafe { Process::from_stack(block.as_ptr()) };
        assert_eq!(process.arg(0), None);
        assert_eq!(process.page_bytes(), 4096);
    }
}
