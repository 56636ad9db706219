//! The buffers that a call reads into or writes from: the guest's own bytes,
//! handed to the kernel without a copy.
// Arrays of pointers into the guest's memory, for the kernel.
#![allow(unsafe_code)]

use rustix::fd::BorrowedFd;
use rustix::io::{self, IoSlice, IoSliceMut, ReadWriteFlags};

use super::{Guest, Record};
use crate::errno::Result;

/// Linux's UIO_MAXIOV; a longer array is served as far as this, which WASI's
/// short counts allow.
const IOVECS_MAX: usize = 1024;

/// Linux's MAX_RW_COUNT.
const READ_BYTES_MAX: usize = 0x7FFF_F000;

/// Of one element of the guest's array: address and length, both u32.
const GUEST_IOVEC_BYTES: u64 = 8;

impl Guest<'_> {
    /// The guest's array of `count` buffers, each checked. A single one, as most
    /// are, is its bytes: the kernel has cheaper calls for that.
    #[inline(always)]
    pub fn buffers<'a>(
        &'a mut self,
        array: u32,
        count: u32,
        space: &'a mut IovecSpace,
    ) -> Result<Buffers<'a>> {
        if count == 1 {
            let record: Record<8> = self.record(array, 0)?;
            return self.bytes_mut(record.u32(0), record.u32(4)).map(Buffers::One);
        }
        self.iovecs(array, count, space).map(Buffers::Several)
    }

    /// The guest's array of `count` buffers, each checked, ready for the kernel.
    #[inline(never)]
    pub fn iovecs<'a>(&'a mut self, array: u32, count: u32, space: &'a mut IovecSpace) -> Result<Iovecs<'a>> {
        self.check(array, u64::from(count) * GUEST_IOVEC_BYTES)?;
        let count = (count as usize).min(IOVECS_MAX);
        for (index, slot) in space.0.iter_mut().take(count).enumerate() {
            let record: Record<8> = self.record(array, index as u32)?;
            let len = record.u32(4);
            *slot = Iovec { base: self.span(record.u32(0), u64::from(len))?, len: len as usize };
        }
        Ok(Iovecs { iovecs: space.0.get_mut(..count).unwrap_or_default() })
    }
}

/// The kernel's struct iovec.
#[derive(Clone, Copy)]
#[repr(C)]
struct Iovec {
    base: *mut u8,
    len: usize,
}

const _: () = {
    assert!(
        size_of::<Iovec>() == size_of::<IoSlice<'_>>() && align_of::<Iovec>() == align_of::<IoSlice<'_>>()
    );
    assert!(
        size_of::<Iovec>() == size_of::<IoSliceMut<'_>>()
            && align_of::<Iovec>() == align_of::<IoSliceMut<'_>>()
    );
};

/// Room for the kernel's array, reused by every call.
pub struct IovecSpace([Iovec; IOVECS_MAX]);

impl IovecSpace {
    pub const fn new() -> IovecSpace {
        IovecSpace([Iovec { base: core::ptr::null_mut(), len: 0 }; IOVECS_MAX])
    }
}

impl Default for IovecSpace {
    fn default() -> Self {
        Self::new()
    }
}

/// What a call reads into or writes from.
pub enum Buffers<'a> {
    One(&'a mut [u8]),
    Several(Iovecs<'a>),
}

impl Buffers<'_> {
    #[inline(always)]
    pub fn read(&mut self, host: BorrowedFd<'_>) -> io::Result<usize> {
        match self {
            Buffers::One(bytes) => io::read(host, &mut **bytes),
            Buffers::Several(iovecs) => io::readv(host, iovecs.sinks()),
        }
    }

    pub fn read_at(&mut self, host: BorrowedFd<'_>, offset: u64) -> io::Result<usize> {
        match self {
            Buffers::One(bytes) => io::pread(host, &mut **bytes, offset),
            Buffers::Several(iovecs) => io::preadv(host, iovecs.sinks(), offset),
        }
    }

    #[inline(always)]
    pub fn write(&self, host: BorrowedFd<'_>) -> io::Result<usize> {
        match self {
            Buffers::One(bytes) => io::write(host, bytes),
            Buffers::Several(iovecs) => io::writev(host, iovecs.sources()),
        }
    }

    /// EAGAIN where that would have to wait, whatever the flags of the open file.
    /// See pwritev2(2): the offset -1 is the file's own position.
    pub fn write_at_once(&self, host: BorrowedFd<'_>) -> io::Result<usize> {
        match self {
            Buffers::One(bytes) => {
                io::pwritev2(host, &[IoSlice::new(bytes)], u64::MAX, ReadWriteFlags::NOWAIT)
            }
            Buffers::Several(iovecs) => {
                io::pwritev2(host, iovecs.sources(), u64::MAX, ReadWriteFlags::NOWAIT)
            }
        }
    }

    pub fn write_at(&self, host: BorrowedFd<'_>, offset: u64) -> io::Result<usize> {
        match self {
            Buffers::One(bytes) => io::pwrite(host, bytes, offset),
            Buffers::Several(iovecs) => io::pwritev(host, iovecs.sources(), offset),
        }
    }

    /// Copies as much of `bytes` as there is room for, at most what Linux would
    /// read at once; tells how much.
    pub fn fill(&mut self, bytes: &[u8]) -> usize {
        let bytes = bytes.get(..READ_BYTES_MAX).unwrap_or(bytes);
        match self {
            Buffers::One(room) => {
                let len = bytes.len().min(room.len());
                if let (Some(to), Some(from)) = (room.get_mut(..len), bytes.get(..len)) {
                    to.copy_from_slice(from);
                }
                len
            }
            Buffers::Several(iovecs) => iovecs.fill(bytes),
        }
    }

    /// Leaves out what is beyond the first `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        match self {
            Buffers::One(bytes) if len < bytes.len() => {
                *bytes = core::mem::take(bytes).get_mut(..len).unwrap_or_default();
            }
            Buffers::One(_) => {}
            Buffers::Several(iovecs) => iovecs.truncate(len),
        }
    }
}

/// Checked buffers in guest memory. They may overlap each other, so they are
/// never turned into references: only the kernel dereferences them.
pub struct Iovecs<'a> {
    iovecs: &'a mut [Iovec],
}

impl<'a> Iovecs<'a> {
    fn truncate(&mut self, mut len: usize) {
        for iovec in self.iovecs.iter_mut() {
            iovec.len = iovec.len.min(len);
            len -= iovec.len;
        }
    }

    #[cfg(test)]
    fn total_bytes(&self) -> u64 {
        self.iovecs.iter().map(|iovec| iovec.len as u64).sum()
    }

    fn fill(&mut self, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        for iovec in self.iovecs.iter() {
            let (part, left) = rest.split_at(rest.len().min(iovec.len));
            // SAFETY: the buffer was checked to be in the guest's memory, which
            // is no slice of the host's while the guest is borrowed for this.
            unsafe { core::ptr::copy_nonoverlapping(part.as_ptr(), iovec.base, part.len()) };
            rest = left;
        }
        bytes.len() - rest.len()
    }

    /// For the kernel to read from.
    pub fn sources(&self) -> &[IoSlice<'_>] {
        // SAFETY: both types are documented to be ABI compatible with struct
        // iovec, and each buffer was checked to be in the guest's memory.
        unsafe { core::slice::from_raw_parts(self.iovecs.as_ptr().cast(), self.iovecs.len()) }
    }

    /// For the kernel to write to.
    pub fn sinks(&mut self) -> &mut [IoSliceMut<'a>] {
        // SAFETY: as for `sources`; an IoSliceMut holds a pointer, not a
        // reference, and nobody takes one out of these.
        unsafe { core::slice::from_raw_parts_mut(self.iovecs.as_mut_ptr().cast(), self.iovecs.len()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Memory;
    use super::*;
    use crate::errno::Errno;

    const LEN: u32 = 65536;

    #[test]
    fn an_array_of_buffers_does_not_wrap() {
        let mut memory = Memory::new(LEN as usize);
        let mut guest = memory.guest();
        let mut space = IovecSpace::new();
        assert!(guest.write_u32(0, 16).is_ok() && guest.write_u32(4, 5).is_ok());
        assert_eq!(guest.iovecs(0, 1, &mut space).map(|iovecs| iovecs.total_bytes()), Ok(5));
        // 0x2000_0001 * 8 is 8 in 32 bits.
        assert_eq!(guest.iovecs(0, 0x2000_0001, &mut space).err(), Some(Errno::FAULT));
        assert_eq!(guest.iovecs(LEN - 8, 2, &mut space).err(), Some(Errno::FAULT));
        assert_eq!(guest.record::<48>(0, 0x0555_5556).err(), Some(Errno::FAULT));
    }

    #[test]
    fn each_buffer_is_checked() {
        let mut memory = Memory::new(LEN as usize);
        let mut guest = memory.guest();
        let mut space = IovecSpace::new();
        for (address, len) in [(LEN - 4, 5), (LEN, 1), (8, u32::MAX), (u32::MAX, 2)] {
            assert!(guest.write_u32(8, address).is_ok() && guest.write_u32(12, len).is_ok());
            assert_eq!(guest.iovecs(0, 2, &mut space).err(), Some(Errno::FAULT));
            assert!(guest.iovecs(0, 1, &mut space).is_ok());
        }
    }

    #[test]
    fn buffers_are_filled_in_order() {
        let mut memory = Memory::new(LEN as usize);
        let mut guest = memory.guest();
        let mut space = IovecSpace::new();
        for (index, (address, len)) in (0..).zip([(100, 2), (7, 0), (200, 3)]) {
            assert!(
                guest.write_u32(index * 8, address).is_ok() && guest.write_u32(index * 8 + 4, len).is_ok()
            );
        }
        let mut fill =
            |count, bytes| guest.buffers(0, count, &mut space).map(|mut buffers| buffers.fill(bytes));
        assert_eq!((fill(3, b"abcdefg"), fill(3, b"xyz"), fill(3, b"")), (Ok(5), Ok(3), Ok(0)));
        assert_eq!((fill(1, b"XYZ"), fill(1, b"x")), (Ok(2), Ok(1)));
        assert_eq!(guest.bytes(100, 3), Ok(&b"xY\0"[..]));
        assert_eq!(guest.bytes(200, 4), Ok(&b"zde\0"[..]));
    }

    #[test]
    fn a_long_array_is_clamped() {
        let mut memory = Memory::new(LEN as usize);
        let mut guest = memory.guest();
        let mut space = IovecSpace::new();
        assert_eq!(guest.iovecs(0, 8192, &mut space).map(|iovecs| iovecs.sources().len()), Ok(IOVECS_MAX));
    }

    #[test]
    fn one_buffer_and_several_can_be_cut() {
        let mut memory = Memory::new(LEN as usize);
        let mut guest = memory.guest();
        let mut space = IovecSpace::new();
        for (at, value) in [(0, 100), (4, 8), (8, 200), (12, 8)] {
            assert!(guest.write_u32(at, value).is_ok());
        }
        for (len, one, two) in [(0, 0, 0), (5, 5, 5), (8, 8, 8), (9, 8, 9), (17, 8, 16)] {
            let Ok(mut buffers) = guest.buffers(0, 1, &mut space) else { panic!() };
            buffers.truncate(len);
            assert!(matches!(buffers, Buffers::One(bytes) if bytes.len() == one), "{len}");
            let Ok(mut buffers) = guest.buffers(0, 2, &mut space) else { panic!() };
            buffers.truncate(len);
            assert!(matches!(buffers, Buffers::Several(iovecs) if iovecs.total_bytes() == two), "{len}");
        }
    }
}
