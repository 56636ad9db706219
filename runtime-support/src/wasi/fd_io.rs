//! `fd_read`, `fd_write`, `fd_pread`, `fd_pwrite`, `fd_seek`, `fd_tell`,
//! `fd_sync`, `fd_datasync`.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::BorrowedFd;
use rustix::fs::{SeekFrom, fdatasync, fsync, seek};
use rustix::io::Errno as Host;

use super::types::{Dialect, FileType, fdflags, rights};
use super::{Call, signal};
use crate::embedded;
use crate::errno::{Errno, Result};
use crate::fd::{Descriptor, Object};
use crate::resolve::retry;
use crate::world::World;

/// Linux's PIPE_BUF: where poll says that a pipe takes bytes, it takes as many
/// as this without blocking.
const PIPE_BUF_BYTES: usize = 4096;

#[inline(always)]
pub fn fd_read(call: &mut Call<'_>, fd: u32, iovecs: u32, count: u32, read: u32) -> Result<()> {
    call.guest.check(read, 4)?;
    let world = &mut *call.world;
    let descriptor = world.table.get(fd)?;
    if matches!(descriptor.object, Object::EmbeddedFile(_)) {
        return read_embedded(call, fd, iovecs, count, None, read);
    }
    let host = descriptor.stream(rights::FD_READ)?;
    let mut buffers = call.guest.buffers(iovecs, count, &mut world.iovecs)?;
    if is_virtually_nonblocking(descriptor) {
        would_block(host, PollFlags::IN)?;
    }
    let bytes = loop {
        match buffers.read(host) {
            Err(Host::INTR) => {}
            Err(Host::AGAIN) if must_wait(descriptor) => wait_for(host, PollFlags::IN)?,
            result => break result?,
        }
    };
    call.guest.write_u32(read, bytes as u32)
}

/// Reads at `offset`, or where the descriptor is: from the executable straight
/// to the guest's buffers.
fn read_embedded(
    call: &mut Call<'_>,
    fd: u32,
    iovecs: u32,
    count: u32,
    offset: Option<u64>,
    read: u32,
) -> Result<()> {
    let world = &mut *call.world;
    let image = world.image()?;
    let descriptor = world.table.get_mut(fd)?;
    let Object::EmbeddedFile(file) = &mut descriptor.object else { return Err(Errno::BADF) };
    if descriptor.base_rights & rights::FD_READ == 0 {
        return Err(Errno::BADF);
    }
    if offset.is_some_and(|offset| i64::try_from(offset).is_err()) {
        return Err(Errno::INVAL);
    }
    let bytes = embedded::bytes_from(image, file.node, offset.unwrap_or(file.position))?;
    let copied = call.guest.buffers(iovecs, count, &mut world.iovecs)?.fill(bytes);
    if offset.is_none() {
        file.position += copied as u64;
    }
    call.guest.write_u32(read, copied as u32)
}

// Returns after a system call are slow on CPUs that forget where calls came from
// on the way through the kernel, so there are few between it and the guest.
#[inline(always)]
pub fn fd_write(call: &mut Call<'_>, fd: u32, iovecs: u32, count: u32, written: u32) -> Result<()> {
    call.guest.check(written, 4)?;
    if !call.world.survives_sigpipe && may_break(call.world.table.get(fd)?) {
        signal::catch_sigpipe(call.world);
    }
    let world = &mut *call.world;
    let descriptor = world.table.get(fd)?;
    let host = descriptor.stream(rights::FD_WRITE)?;
    let mut buffers = call.guest.buffers(iovecs, count, &mut world.iovecs)?;
    let mut is_at_once = is_virtually_nonblocking(descriptor);
    let bytes = loop {
        match if is_at_once { buffers.write_at_once(host) } else { buffers.write(host) } {
            Err(Host::INTR) => {}
            // What cannot be told to return at once, as a terminal, is asked first.
            Err(Host::OPNOTSUPP | Host::NOSYS | Host::INVAL | Host::PERM) if is_at_once => {
                would_block(host, PollFlags::OUT)?;
                buffers.truncate(PIPE_BUF_BYTES);
                is_at_once = false;
            }
            Err(Host::AGAIN) if must_wait(descriptor) => wait_for(host, PollFlags::OUT)?,
            Err(Host::PIPE) if descriptor.is_standard_output() => {
                signal::die_of_sigpipe();
                return Err(Errno::PIPE);
            }
            result => break result?,
        }
    };
    call.guest.write_u32(written, bytes as u32)
}

/// The standard streams are shared with other processes, so their O_NONBLOCK is
/// never set. A write is told to return at once where that can be told; before
/// any other call it is asked whether it would block.
fn is_virtually_nonblocking(descriptor: &Descriptor) -> bool {
    descriptor.flags & fdflags::NONBLOCK != 0 && matches!(descriptor.object, Object::Stdio(_))
}

/// Another process that shares a standard stream may have set O_NONBLOCK there,
/// which is no matter of a guest that did not: it waits.
fn must_wait(descriptor: &Descriptor) -> bool {
    descriptor.flags & fdflags::NONBLOCK == 0 && matches!(descriptor.object, Object::Stdio(_))
}

#[cold]
fn would_block(host: BorrowedFd<'_>, events: PollFlags) -> Result<()> {
    let mut fds = [PollFd::from_borrowed_fd(host, events)];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    match retry(|| poll(&mut fds, Some(&at_once)))? {
        0 => Err(Errno::AGAIN),
        _ => Ok(()),
    }
}

#[cold]
fn wait_for(host: BorrowedFd<'_>, events: PollFlags) -> Result<()> {
    let mut fds = [PollFd::from_borrowed_fd(host, events)];
    Ok(retry(|| poll(&mut fds, None)).map(drop)?)
}

/// Whether a write may find no reader, other than on standard output.
fn may_break(descriptor: &Descriptor) -> bool {
    descriptor.file_type != FileType::RegularFile && !descriptor.is_standard_output()
}

pub fn fd_pread(call: &mut Call<'_>, fd: u32, iovecs: u32, count: u32, offset: u64, read: u32) -> Result<()> {
    call.guest.check(read, 4)?;
    let world = &mut *call.world;
    let descriptor = world.table.get(fd)?;
    if matches!(descriptor.object, Object::EmbeddedFile(_)) {
        return read_embedded(call, fd, iovecs, count, Some(offset), read);
    }
    let host = descriptor.stream(rights::FD_READ)?;
    let mut buffers = call.guest.buffers(iovecs, count, &mut world.iovecs)?;
    let bytes = retry(|| buffers.read_at(host, offset))?;
    call.guest.write_u32(read, bytes as u32)
}

pub fn fd_pwrite(
    call: &mut Call<'_>,
    fd: u32,
    iovecs: u32,
    count: u32,
    offset: u64,
    written: u32,
) -> Result<()> {
    call.guest.check(written, 4)?;
    let world = &mut *call.world;
    let host = world.table.get(fd)?.stream(rights::FD_WRITE)?;
    let buffers = call.guest.buffers(iovecs, count, &mut world.iovecs)?;
    let bytes = retry(|| buffers.write_at(host, offset))?;
    call.guest.write_u32(written, bytes as u32)
}

pub fn fd_seek(
    call: &mut Call<'_>,
    dialect: Dialect,
    fd: u32,
    offset: u64,
    whence: u32,
    position: u32,
) -> Result<()> {
    call.guest.check(position, 8)?;
    let from = match (dialect, whence) {
        (Dialect::Preview1, 0) | (Dialect::Unstable, 2) => Some(SeekFrom::Start(offset)),
        (Dialect::Preview1, 1) | (Dialect::Unstable, 0) => Some(SeekFrom::Current(offset as i64)),
        (Dialect::Preview1, 2) | (Dialect::Unstable, 1) => Some(SeekFrom::End(offset as i64)),
        _ => None,
    };
    let reached = reposition(call.world, fd, from)?;
    call.guest.write_u64(position, reached)
}

pub fn fd_tell(call: &mut Call<'_>, fd: u32, position: u32) -> Result<()> {
    let reached = reposition(call.world, fd, Some(SeekFrom::Current(0)))?;
    call.guest.write_u64(position, reached)
}

/// `None` is a whence that there is not: a closed descriptor is told first.
fn reposition(world: &mut World, fd: u32, from: Option<SeekFrom>) -> Result<u64> {
    let image = world.image();
    let descriptor = world.table.get_mut(fd)?;
    if let Object::EmbeddedFile(file) = &mut descriptor.object {
        return embedded::seek(image?, file, from.ok_or(Errno::INVAL)?);
    }
    let host = descriptor.file()?;
    Ok(seek(host, from.ok_or(Errno::INVAL)?)?)
}

pub fn fd_sync(call: &mut Call<'_>, fd: u32) -> Result<()> {
    sync(call, fd, |host| fsync(host))
}

pub fn fd_datasync(call: &mut Call<'_>, fd: u32) -> Result<()> {
    sync(call, fd, |host| fdatasync(host))
}

fn sync(
    call: &mut Call<'_>,
    fd: u32,
    flush: impl Fn(BorrowedFd<'_>) -> rustix::io::Result<()>,
) -> Result<()> {
    let descriptor = call.world.table.get(fd)?;
    if matches!(
        descriptor.object,
        Object::Synthetic(_) | Object::EmbeddedFile(_) | Object::EmbeddedDirectory(_)
    ) {
        return Ok(());
    }
    let host = descriptor.host()?;
    Ok(retry(|| flush(host))?)
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::super::testing::{DIR, OUT, Open, Sandbox};
    use super::super::types::oflags;
    use super::super::{dir, fd_stat, open};
    use super::*;
    use crate::resolve::Resolver;

    const IOVEC: u32 = 0x8000;

    fn seek_to(guest: &mut Sandbox, fd: u32, offset: i64, whence: u32) -> Result<u64> {
        let dialect = guest.dialect;
        guest.call(|call| {
            fd_seek(call, dialect, fd, offset as u64, whence, OUT)?;
            Ok(call.guest.record::<8>(OUT, 0)?.u64(0))
        })
    }

    #[test]
    fn reads_writes_and_seeks() {
        let mut guest = Sandbox::new(Resolver::new());
        let fd = guest.open(DIR, "new", Open::CREATE.with(oflags::EXCL)).unwrap();
        assert_eq!(guest.write(fd, b"hello world"), Ok(11));
        assert_eq!(seek_to(&mut guest, fd, 6, 0), Ok(6));
        assert_eq!(guest.read(fd, 100), Ok(b"world".to_vec()));
        assert_eq!(guest.read(fd, 100), Ok(Vec::new()));
        assert_eq!(seek_to(&mut guest, fd, -5, 1), Ok(6));
        assert_eq!(seek_to(&mut guest, fd, -11, 2), Ok(0));
        for (offset, whence) in [(-1, 0), (-1, 1), (-12, 2), (0, 3), (0, u32::MAX)] {
            assert_eq!(seek_to(&mut guest, fd, offset, whence), Err(Errno::INVAL));
        }
        guest.dialect = Dialect::Unstable;
        assert_eq!(seek_to(&mut guest, fd, 3, 2), Ok(3));
        assert_eq!(seek_to(&mut guest, fd, 1, 0), Ok(4));
        assert_eq!(seek_to(&mut guest, fd, 0, 1), Ok(11));
        assert_eq!(guest.call(|call| fd_tell(call, fd, OUT)), Ok(()));
        assert_eq!(guest.u32(OUT), 11);
        assert_eq!(guest.call(|call| fd_sync(call, fd)), Ok(()));
    }

    #[test]
    fn positioned_access_leaves_the_position() {
        let mut guest = Sandbox::new(Resolver::new());
        let fd = guest.open(DIR, "file", Open { oflags: 0, ..Open::CREATE }).unwrap();
        guest.put(IOVEC, &[0, 0, 1, 0, 3, 0, 0, 0]);
        assert_eq!(guest.call(|call| fd_pread(call, fd, IOVEC, 1, 6, OUT)), Ok(()));
        assert_eq!(guest.bytes(0x10000, 3), b"fil");
        assert_eq!(guest.call(|call| fd_pwrite(call, fd, IOVEC, 1, 0, OUT)), Ok(()));
        assert_eq!(guest.read(fd, 5), Ok(b"filnt".to_vec()));
        assert_eq!(guest.call(|call| fd_pread(call, fd, IOVEC, 1, u64::MAX, OUT)), Err(Errno::INVAL));
    }

    #[test]
    fn a_descriptor_does_what_it_was_opened_for() {
        let mut guest = Sandbox::new(Resolver::new());
        let reader = guest.open(DIR, "file", Open::READ).unwrap();
        let writer = guest.open(DIR, "file", Open::WRITE).unwrap();
        let neither = guest.open(DIR, "file", Open { rights: 0, ..Open::READ }).unwrap();
        assert_eq!(guest.write(reader, b"x").err(), Some(Errno::BADF));
        assert_eq!(guest.read(writer, 1).err(), Some(Errno::BADF));
        assert_eq!(guest.read(neither, 1).err(), Some(Errno::BADF));
        assert_eq!(guest.read(DIR, 1).err(), Some(Errno::ISDIR));
        assert_eq!(seek_to(&mut guest, DIR, 0, 0), Err(Errno::BADF));
        assert_eq!(guest.open(DIR, "sub", Open::WRITE).err(), Some(Errno::ISDIR));
        let appender = guest.call(|call| {
            call.guest.write(0x1000, b"file")?;
            open::path_open(
                call,
                DIR,
                0,
                0x1000,
                4,
                0,
                rights::FD_WRITE,
                0,
                u32::from(fdflags::APPEND),
                OUT,
            )?;
            call.guest.read_u32(OUT)
        });
        assert_eq!(guest.write(appender.unwrap(), b"!"), Ok(1));
        assert_eq!(guest.read_path(DIR, "file"), Ok(b"grant/file!".to_vec()));
        assert!(guest.call(|call| dir::fd_readdir(call, DIR, 0x10000, 0, 0, OUT)).is_ok());
    }

    #[test]
    fn what_was_opened_last_is_asked_when_it_matters() {
        let mut guest = Sandbox::new(Resolver::new());
        let any = Open { rights: rights::ALL & !rights::FD_WRITE, ..Open::READ };
        let file = guest.open(DIR, "file", any).unwrap();
        assert_eq!(guest.world.unsettled, Some(file));
        assert_eq!(guest.read(file, 100), Ok(b"grant/file".to_vec()));
        assert_eq!(guest.world.unsettled, Some(file));
        assert_eq!(guest.write(file, b"x").err(), Some(Errno::BADF));
        assert_eq!(guest.world.unsettled, None);
        assert_eq!(guest.world.table.get(file).map(|file| file.base_rights), Ok(rights::FILE & any.rights));
        // A directory that was opened as if it were a file.
        let sub = guest.open(DIR, "sub", any).unwrap();
        assert_eq!(guest.read(sub, 1).err(), Some(Errno::ISDIR));
        assert_eq!(seek_to(&mut guest, sub, 0, 0), Err(Errno::BADF));
        assert_eq!(guest.read_path(sub, "file"), Ok(b"grant/sub/file".to_vec()));
        // Another descriptor with the number of one that nobody asked about.
        let first = guest.open(DIR, "file", any).unwrap();
        assert_eq!(guest.call_blindly(|call| fd_stat::fd_close(call, first)), Ok(()));
        assert_eq!(guest.world.unsettled, None);
        let second = guest.open(DIR, "file", Open::CREATE).unwrap();
        assert_eq!((second, guest.world.unsettled), (first, None));
        assert_eq!(guest.write(second, b"x"), Ok(1));
    }

    #[test]
    fn pipes_do_not_seek_and_broken_ones_answer() {
        let mut guest = Sandbox::new(Resolver::new());
        let (reader, writer) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).unwrap();
        let rights = rights::FD_READ | rights::FD_WRITE;
        let mut add = |host| {
            let pipe = Descriptor { object: Object::File(host), base_rights: rights, ..Descriptor::CLOSED };
            guest.world.table.insert(pipe).unwrap()
        };
        let (reader, writer) = (add(reader), add(writer));
        assert_eq!(guest.write(writer, b"abc"), Ok(3));
        assert_eq!(guest.read(reader, 100), Ok(b"abc".to_vec()));
        assert_eq!(seek_to(&mut guest, reader, 0, 1), Err(Errno::SPIPE));
        guest.put(IOVEC, &[0, 0, 1, 0, 3, 0, 0, 0]);
        assert_eq!(guest.call(|call| fd_pread(call, reader, IOVEC, 1, 0, OUT)), Err(Errno::SPIPE));
        assert_eq!(guest.call(|call| fd_stat::fd_fdstat_set_flags(call, reader, 4)), Ok(()));
        assert_eq!(guest.read(reader, 1).err(), Some(Errno::AGAIN));
        assert_eq!(guest.call(|call| fd_stat::fd_close(call, reader)), Ok(()));
        assert_eq!(guest.write(writer, b"abc").err(), Some(Errno::PIPE));
    }
}
