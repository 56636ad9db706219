//! The working directory's path as the kernel knows it: rustix offers getcwd
//! only with an allocator.
// One system call that writes to a buffer.
#![allow(unsafe_code)]

use core::arch::asm;

use crate::errno::{Errno, Result};
use crate::path::{self, PathBuffer};

#[cfg(target_arch = "x86_64")]
unsafe fn getcwd(buffer: *mut u8, len: usize) -> isize {
    let result;
    // SAFETY: the kernel writes `len` bytes at most and preserves the rest.
    unsafe {
        asm!("syscall", inlateout("rax") 79isize => result, in("rdi") buffer, in("rsi") len,
            lateout("rcx") _, lateout("r11") _, options(nostack));
    }
    result
}

#[cfg(target_arch = "aarch64")]
unsafe fn getcwd(buffer: *mut u8, len: usize) -> isize {
    let result;
    // SAFETY: the kernel writes `len` bytes at most and preserves the rest.
    unsafe {
        asm!("svc 0", inlateout("x0") buffer => result, in("x1") len, in("x8") 17usize, options(nostack));
    }
    result
}

/// Absolute and without symbolic links. An error where the directory has been
/// removed or is outside of the process's root.
pub fn path() -> Result<PathBuffer> {
    let mut path = PathBuffer::EMPTY;
    let room = path.room();
    // SAFETY: the buffer is as long as told.
    let len = unsafe { getcwd(room.as_mut_ptr(), room.len()) };
    // The kernel counts the NUL.
    let len = usize::try_from(len).ok().and_then(|len| len.checked_sub(1)).ok_or(Errno::NOENT)?;
    path.truncate(len);
    if path::is_absolute(path.as_bytes()) { Ok(path) } else { Err(Errno::NOENT) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn agrees_with_std() {
        let expected = std::env::current_dir().unwrap();
        let found = super::path().map(|path| path.as_bytes().to_vec());
        assert_eq!(found, Ok(expected.as_os_str().as_bytes().to_vec()));
    }
}
