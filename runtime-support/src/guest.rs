//! The one way to the guest's bytes: every pointer of the guest is checked
//! here, in 64-bit arithmetic, before it becomes a pointer of the host.
// Guest memory is plain memory at an address that the module's record names.
#![allow(unsafe_code)]

use core::marker::PhantomData;

use wasmc_abi::app::MemoryRecord;

use crate::errno::{Errno, Result};
use crate::path::PathBuffer;
pub use buffers::{Buffers, IovecSpace};

mod buffers;

/// The memory of the module that made the call in progress.
///
/// Shared and exclusive borrows of this value are shared and exclusive borrows
/// of the guest's bytes: no guest code runs while it exists.
pub struct Guest<'call> {
    /// Read at each access: a system call between them would else have these
    /// words in registers that have to be kept.
    record: &'call MemoryRecord,
    memory: PhantomData<&'call mut [u8]>,
}

/// Of a module without a memory.
static NO_MEMORY: MemoryRecord = MemoryRecord { base: 0, len_bytes: 0, max_bytes: 0, reserved_bytes: 0 };

impl<'call> Guest<'call> {
    /// # Safety
    /// `record` is null or a live record whose memory is readable and writable
    /// as far as it says; nothing else accesses that memory during `'call`.
    pub unsafe fn new(record: *const MemoryRecord) -> Guest<'call> {
        // SAFETY: the caller promises a live record or null.
        let record = unsafe { record.as_ref() }.unwrap_or(&NO_MEMORY);
        Guest { record, memory: PhantomData }
    }

    /// The host's pointer to `len` bytes at the guest's `address`, all of them
    /// inside the memory. No bytes may be anywhere.
    #[inline]
    fn span(&self, address: u32, len: u64) -> Result<*mut u8> {
        if len == 0 {
            return Ok(core::ptr::NonNull::dangling().as_ptr());
        }
        // Both are below 2^36 in every call, so the sum cannot wrap.
        if u64::from(address).checked_add(len).is_none_or(|end| end > self.record.len_bytes) {
            return Err(Errno::FAULT);
        }
        let base: *mut u8 = core::ptr::with_exposed_provenance_mut(self.record.base as usize);
        Ok(base.wrapping_add(address as usize))
    }

    /// Where ranges of `len` bytes, at least one, are inside the memory.
    #[inline]
    pub fn room(&self, len: u64) -> Option<Room<'call>> {
        let addresses = self.record.len_bytes.checked_sub(len)?;
        let base = core::ptr::with_exposed_provenance_mut(self.record.base as usize);
        Some(Room { base, addresses, memory: PhantomData })
    }

    /// Whether `len` bytes at `address` can be accessed: for results, before a
    /// call has effects.
    #[inline]
    pub fn check(&self, address: u32, len: u64) -> Result<()> {
        self.span(address, len).map(drop)
    }

    pub fn bytes(&self, address: u32, len: u32) -> Result<&[u8]> {
        let start = self.span(address, u64::from(len))?;
        // SAFETY: the span is in the memory; the borrow of self keeps writers out.
        Ok(unsafe { core::slice::from_raw_parts(start, len as usize) })
    }

    pub fn bytes_mut(&mut self, address: u32, len: u32) -> Result<&mut [u8]> {
        let start = self.span(address, u64::from(len))?;
        // SAFETY: the span is in the memory; the borrow of self is exclusive.
        Ok(unsafe { core::slice::from_raw_parts_mut(start, len as usize) })
    }

    fn array<const N: usize>(&self, address: u32) -> Result<[u8; N]> {
        let start = self.span(address, N as u64)?;
        // SAFETY: the span is in the memory; byte arrays have no alignment.
        Ok(unsafe { start.cast::<[u8; N]>().read() })
    }

    pub fn read_u32(&self, address: u32) -> Result<u32> {
        self.array(address).map(u32::from_le_bytes)
    }

    pub fn read_u64(&self, address: u32) -> Result<u64> {
        self.array(address).map(u64::from_le_bytes)
    }

    /// One record of `N` bytes; element `index` of the array at `address`.
    pub fn record<const N: usize>(&self, address: u32, index: u32) -> Result<Record<N>> {
        let offset = u64::from(index) * N as u64;
        let address = u32::try_from(u64::from(address) + offset).map_err(|_| Errno::FAULT)?;
        self.array(address).map(Record)
    }

    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<()> {
        let start = self.span(address, bytes.len() as u64)?;
        // SAFETY: the span is in the guest's memory, which no `bytes` of the
        // host overlaps while self is borrowed exclusively.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), start, bytes.len()) };
        Ok(())
    }

    pub fn write_u32(&mut self, address: u32, value: u32) -> Result<()> {
        self.write(address, &value.to_le_bytes())
    }

    pub fn write_u64(&mut self, address: u32, value: u64) -> Result<()> {
        self.write(address, &value.to_le_bytes())
    }

    /// Copies a path argument to the empty `path`. Each call that takes a path
    /// gets it here, so that no later write of the guest changes what was
    /// checked.
    pub fn path(&self, address: u32, len: u32, path: &mut PathBuffer) -> Result<()> {
        let bytes = self.bytes(address, len)?;
        if bytes.is_empty() {
            return Err(Errno::NOENT);
        }
        path.push(bytes)?;
        if bytes.contains(&0) {
            return Err(Errno::INVAL);
        }
        Ok(())
    }
}

/// The addresses of the guest at which ranges of one length are inside its memory:
/// one check is enough for each of several.
#[derive(Clone, Copy)]
pub struct Room<'call> {
    base: *mut u8,
    /// The largest of them.
    addresses: u64,
    memory: PhantomData<&'call mut [u8]>,
}

impl Room<'_> {
    /// The host's pointer to the range at `address`. None begins at null, where Go's
    /// functions panic.
    #[inline(always)]
    pub fn at(&self, address: u64) -> Option<*mut u8> {
        (address.wrapping_sub(1) < self.addresses).then(|| self.base.wrapping_add(address as usize))
    }
}

/// A little-endian structure of WASI, copied out of or into guest memory.
pub struct Record<const N: usize>(pub [u8; N]);

impl<const N: usize> Record<N> {
    pub const ZERO: Record<N> = Record([0; N]);

    fn field<const LEN: usize>(&self, offset: usize) -> [u8; LEN] {
        // The offsets are constants of WASI's layouts, within each structure.
        self.0.get(offset..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; LEN])
    }

    pub fn u8(&self, offset: usize) -> u8 {
        u8::from_le_bytes(self.field(offset))
    }

    pub fn u16(&self, offset: usize) -> u16 {
        u16::from_le_bytes(self.field(offset))
    }

    pub fn u32(&self, offset: usize) -> u32 {
        u32::from_le_bytes(self.field(offset))
    }

    pub fn u64(&self, offset: usize) -> u64 {
        u64::from_le_bytes(self.field(offset))
    }

    /// Sets the field at `offset`.
    pub fn put(mut self, offset: usize, bytes: &[u8]) -> Record<N> {
        if let Some(field) = self.0.get_mut(offset..offset + bytes.len()) {
            field.copy_from_slice(bytes);
        }
        self
    }
}

#[cfg(test)]
pub mod testing {
    //! Guest memory for tests.
    use super::*;
    use std::vec::Vec;

    pub struct Memory {
        _bytes: Vec<u8>,
        record: MemoryRecord,
    }

    impl Memory {
        pub fn new(len_bytes: usize) -> Memory {
            let mut bytes = std::vec![0u8; len_bytes];
            let base = bytes.as_mut_ptr().expose_provenance() as u64;
            let len = len_bytes as u64;
            Memory {
                _bytes: bytes,
                record: MemoryRecord { base, len_bytes: len, max_bytes: len, reserved_bytes: len },
            }
        }

        pub fn guest(&mut self) -> Guest<'_> {
            // SAFETY: the record describes the vector, borrowed with self.
            unsafe { Guest::new(&self.record) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::Memory;
    use super::*;

    const LEN: u32 = 65536;

    #[test]
    fn pointers_at_the_end_of_memory() {
        let mut memory = Memory::new(LEN as usize);
        let mut guest = memory.guest();
        assert!(guest.write_u32(LEN - 4, 0xAABBCCDD).is_ok());
        assert_eq!(guest.read_u32(LEN - 4), Ok(0xAABBCCDD));
        assert_eq!(guest.bytes(LEN - 4, 4), Ok(&[0xDD, 0xCC, 0xBB, 0xAA][..]));
        for address in [LEN - 3, LEN, u32::MAX - 3, u32::MAX] {
            assert_eq!(guest.write_u32(address, 1), Err(Errno::FAULT));
            assert_eq!(guest.read_u32(address), Err(Errno::FAULT));
        }
        assert_eq!(guest.bytes(0, LEN).map(<[u8]>::len), Ok(LEN as usize));
        assert_eq!(guest.bytes(1, LEN).map(<[u8]>::len), Err(Errno::FAULT));
        assert_eq!(guest.bytes(LEN - 1, u32::MAX).map(<[u8]>::len), Err(Errno::FAULT));
        assert_eq!(guest.bytes(u32::MAX, 0).map(<[u8]>::len), Ok(0));
    }

    #[test]
    fn without_a_memory_there_are_no_bytes() {
        // SAFETY: null stands for no memory.
        let mut guest = unsafe { Guest::new(core::ptr::null()) };
        assert_eq!(guest.read_u32(0), Err(Errno::FAULT));
        assert_eq!(guest.write_u64(0, 1), Err(Errno::FAULT));
        assert_eq!(guest.bytes_mut(0, 0).map(|bytes| bytes.len()), Ok(0));
    }

    #[test]
    fn path_arguments() {
        let mut memory = Memory::new(LEN as usize);
        let mut guest = memory.guest();
        assert!(guest.write(0, b"a/b\0c\xff").is_ok());
        let path = |address, len| {
            let mut path = PathBuffer::EMPTY;
            guest.path(address, len, &mut path).map(|()| path.as_bytes().to_vec())
        };
        assert_eq!(path(0, 3), Ok(b"a/b".to_vec()));
        assert_eq!(path(4, 2), Ok(b"c\xff".to_vec()));
        assert_eq!(path(0, 5), Err(Errno::INVAL));
        assert_eq!(path(0, 0), Err(Errno::NOENT));
        assert_eq!(path(0, 4096), Err(Errno::NAMETOOLONG));
        assert_eq!(path(0, u32::MAX), Err(Errno::FAULT));
    }
}
