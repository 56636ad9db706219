//! What is known about a descriptor and can be changed: `fd_fdstat_*`,
//! `fd_filestat_*`, `fd_advise`, `fd_allocate`, `fd_close`, `fd_renumber`.

use core::num::NonZeroU64;

use rustix::fs::{Advice, FallocateFlags, OFlags, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};
use rustix::fs::{fadvise, fallocate, fcntl_getfl, fcntl_setfl, fstat, ftruncate, futimens};

use super::Call;
use super::types::{Dialect, FileType, Filestat, NANOSECONDS, fdflags, file_type, rights};
use crate::embedded;
use crate::errno::{Errno, Result};
use crate::fd::{Descriptor, Object, OpenFile};
use crate::guest::{Guest, Record};
use crate::resolve::retry;
use crate::returns;
use crate::synthetic::{self, Node};

const FDSTAT_BYTES: usize = 24;
/// The largest of `advice`, noreuse.
const ADVICE: [Advice; 6] =
    [Advice::Normal, Advice::Sequential, Advice::Random, Advice::WillNeed, Advice::DontNeed, Advice::NoReuse];

pub fn fd_close(call: &mut Call<'_>, fd: u32) -> Result<()> {
    if call.world.unsettled == Some(fd) {
        call.world.unsettled = None;
    }
    // Each arm closes here and not in a function that would return first.
    match call.world.table.take(fd)?.object {
        Object::File(host) | Object::Directory(host) | Object::Socket(host) => drop(host),
        other => drop(other),
    }
    returns::repair();
    Ok(())
}

pub fn fd_renumber(call: &mut Call<'_>, from: u32, to: u32) -> Result<()> {
    call.world.table.renumber(from, to)
}

pub fn fd_advise(call: &mut Call<'_>, fd: u32, offset: u64, len: u64, advice: u32) -> Result<()> {
    let descriptor = call.world.table.get(fd)?;
    let host = match descriptor.object {
        Object::EmbeddedFile(_) => None,
        _ => Some(descriptor.file()?),
    };
    let advice = ADVICE.get(advice as usize).ok_or(Errno::INVAL)?;
    let Some(host) = host else { return Ok(()) };
    // Advice that the host does not take changes nothing for the guest.
    let _ = fadvise(host, offset, NonZeroU64::new(len), *advice);
    Ok(())
}

pub fn fd_allocate(call: &mut Call<'_>, fd: u32, offset: u64, len: u64) -> Result<()> {
    let host = call.world.table.get(fd)?.stream(rights::FD_WRITE)?;
    Ok(retry(|| fallocate(host, FallocateFlags::empty(), offset, len))?)
}

pub fn fd_fdstat_get(call: &mut Call<'_>, fd: u32, stat: u32) -> Result<()> {
    let descriptor = call.world.table.get(fd)?;
    let file_type = current_type(descriptor)?;
    let mut base = descriptor.base_rights;
    if is_unseekable(descriptor, file_type) {
        base &= !(rights::FD_SEEK | rights::FD_TELL);
    }
    let record = Record::<FDSTAT_BYTES>::ZERO
        .put(0, &[file_type as u8])
        .put(2, &flags(descriptor)?.to_le_bytes())
        .put(8, &base.to_le_bytes())
        .put(16, &descriptor.inheriting_rights.to_le_bytes());
    call.guest.write(stat, &record.0)
}

/// Standard streams are asked when somebody wants to know; most guests do not.
fn current_type(descriptor: &Descriptor) -> Result<FileType> {
    match descriptor.object {
        Object::Stdio(_) => Ok(file_type(&fstat(descriptor.host()?)?)),
        _ => Ok(descriptor.file_type),
    }
}

/// Guests take a character device without seek and tell for a terminal.
fn is_unseekable(descriptor: &Descriptor, file_type: FileType) -> bool {
    match file_type {
        FileType::CharacterDevice => descriptor.host().is_ok_and(rustix::termios::isatty),
        FileType::RegularFile | FileType::BlockDevice | FileType::Directory => false,
        _ => true,
    }
}

/// The descriptor's flags. A standard stream may have been opened to append.
fn flags(descriptor: &Descriptor) -> Result<u16> {
    let appends = match descriptor.object {
        Object::Stdio(_) => fcntl_getfl(descriptor.host()?)?.contains(OFlags::APPEND),
        _ => false,
    };
    Ok(descriptor.flags | if appends { fdflags::APPEND } else { 0 })
}

pub fn fd_fdstat_set_flags(call: &mut Call<'_>, fd: u32, new: u32) -> Result<()> {
    let descriptor = call.world.table.get_mut(fd)?;
    let new = u16::try_from(new).ok().filter(|new| new & !fdflags::ALL == 0).ok_or(Errno::INVAL)?;
    let changed = new ^ flags(descriptor)?;
    if changed & !(fdflags::APPEND | fdflags::NONBLOCK) != 0 {
        return Err(Errno::INVAL);
    }
    match &descriptor.object {
        // Shared with other processes: what changes there would change for them.
        Object::Stdio(_) if changed & fdflags::APPEND != 0 => return Err(Errno::NOTSUP),
        // Regular files never block. Go sets this on each file that it opens.
        Object::File(_) if descriptor.file_type == FileType::RegularFile && changed == fdflags::NONBLOCK => {}
        Object::File(host) | Object::Socket(host) if changed != 0 => {
            let mut host_flags = fcntl_getfl(host)?;
            host_flags.set(OFlags::APPEND, new & fdflags::APPEND != 0);
            host_flags.set(OFlags::NONBLOCK, new & fdflags::NONBLOCK != 0);
            fcntl_setfl(host, host_flags)?;
        }
        _ => {}
    }
    descriptor.flags = new;
    Ok(())
}

/// Rights are told, not taken back.
pub fn fd_fdstat_set_rights(call: &mut Call<'_>, fd: u32, base: u64, inheriting: u64) -> Result<()> {
    call.world.table.get(fd)?;
    if (base | inheriting) & !rights::ALL != 0 {
        return Err(Errno::INVAL);
    }
    Err(Errno::NOTSUP)
}

pub fn fd_filestat_get(call: &mut Call<'_>, dialect: Dialect, fd: u32, stat: u32) -> Result<()> {
    let descriptor = call.world.table.get(fd)?;
    let found = match descriptor.object {
        Object::Synthetic(node) => synthetic_filestat(node),
        Object::EmbeddedFile(OpenFile { node, .. }) | Object::EmbeddedDirectory(node) => {
            embedded::filestat(node, embedded::node(call.world.image()?, node)?.content)
        }
        _ => fstat(descriptor.host()?)?.into(),
    };
    write_filestat(&mut call.guest, dialect, stat, &found)
}

pub fn write_filestat(guest: &mut Guest<'_>, dialect: Dialect, address: u32, stat: &Filestat) -> Result<()> {
    match dialect {
        Dialect::Preview1 => guest.write(address, &stat.preview1().0),
        Dialect::Unstable => guest.write(address, &stat.unstable().0),
    }
}

pub fn synthetic_filestat(node: Node) -> Filestat {
    Filestat {
        device: synthetic::DEVICE,
        inode: node.inode(),
        file_type: FileType::Directory,
        links: 1,
        size_bytes: 0,
        accessed: 0,
        modified: 0,
        changed: 0,
    }
}

pub fn fd_filestat_set_size(call: &mut Call<'_>, fd: u32, size: u64) -> Result<()> {
    let descriptor = call.world.table.get(fd)?;
    // What Linux says of a file that is not open for writing.
    if matches!(descriptor.object, Object::EmbeddedFile(_)) {
        return Err(Errno::INVAL);
    }
    let host = descriptor.file()?;
    Ok(retry(|| ftruncate(host, size))?)
}

pub fn fd_filestat_set_times(
    call: &mut Call<'_>,
    fd: u32,
    accessed: u64,
    modified: u64,
    flags: u32,
) -> Result<()> {
    let descriptor = call.world.table.get(fd)?;
    let times = timestamps(accessed, modified, flags)?;
    let is_read_only = match descriptor.object {
        Object::Synthetic(_) | Object::EmbeddedFile(_) | Object::EmbeddedDirectory(_) => true,
        Object::File(_) | Object::Directory(_) => call.world.is_read_only(descriptor.mount),
        // The caller handed over what is in the file, to read or to write, and
        // the kernel would ask for no more than its owner.
        _ => return Err(Errno::PERM),
    };
    if is_read_only {
        return Err(Errno::ROFS);
    }
    Ok(futimens(descriptor.host()?, &times)?)
}

mod fstflags {
    pub const ATIM: u32 = 1;
    pub const ATIM_NOW: u32 = 2;
    pub const MTIM: u32 = 4;
    pub const MTIM_NOW: u32 = 8;
    pub const ALL: u32 = 15;
}

/// The times that a `*_set_times` call asks for.
pub fn timestamps(accessed: u64, modified: u64, flags: u32) -> Result<Timestamps> {
    if flags & !fstflags::ALL != 0 {
        return Err(Errno::INVAL);
    }
    Ok(Timestamps {
        last_access: time(accessed, flags, fstflags::ATIM, fstflags::ATIM_NOW)?,
        last_modification: time(modified, flags, fstflags::MTIM, fstflags::MTIM_NOW)?,
    })
}

fn time(value: u64, flags: u32, given: u32, now: u32) -> Result<Timespec> {
    match (flags & given != 0, flags & now != 0) {
        (true, true) => Err(Errno::INVAL),
        (false, false) => Ok(Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT }),
        (false, true) => Ok(Timespec { tv_sec: 0, tv_nsec: UTIME_NOW }),
        // Go passes times before 1970 as two's complement.
        (true, false) => {
            let value = value as i64;
            Ok(Timespec { tv_sec: value.div_euclid(NANOSECONDS), tv_nsec: value.rem_euclid(NANOSECONDS) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_exclude_each_other() {
        assert_eq!(timestamps(1, 1, fstflags::ATIM | fstflags::ATIM_NOW).err(), Some(Errno::INVAL));
        assert_eq!(timestamps(1, 1, fstflags::MTIM | fstflags::MTIM_NOW).err(), Some(Errno::INVAL));
        assert_eq!(timestamps(1, 1, 16).err(), Some(Errno::INVAL));
        assert!(timestamps(1, 1, fstflags::ATIM | fstflags::MTIM_NOW).is_ok());
    }

    #[test]
    fn times_before_1970_and_unset_times() {
        let Ok(times) = timestamps(-1i64 as u64, 7, fstflags::ATIM) else { panic!() };
        assert_eq!((times.last_access.tv_sec, times.last_access.tv_nsec), (-1, 999_999_999));
        assert_eq!(times.last_modification.tv_nsec, UTIME_OMIT);
    }
}
