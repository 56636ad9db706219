//! The guest's descriptor table. Its numbers are the guest's own: they say
//! nothing about the host's.

use core::sync::atomic::{AtomicI32, Ordering};

use rustix::fd::{AsFd, BorrowedFd, IntoRawFd, OwnedFd};
use rustix::fs::{Mode, OFlags};
use wasmc_abi::embed::NodeId;

use crate::errno::{Errno, Result};
use crate::synthetic::Node;
use crate::wasi::types::{FileType, rights};
use crate::world::MountId;

/// Most descriptors a guest can have open. The table is part of .bss, so what
/// is not used costs nothing.
pub const DESCRIPTORS_MAX: usize = if cfg!(test) { 64 } else { 65536 };

/// What a descriptor stands for. The layout is fixed so that a closed entry is
/// all zeros and the table takes no space in the executable.
#[repr(u8)]
pub enum Object {
    Closed = 0,
    Stdio(Stdio),
    File(OwnedFd),
    Directory(OwnedFd),
    Socket(OwnedFd),
    /// A directory that no host has: an ancestor of the mounts.
    Synthetic(Node),
    /// Files and directories in the executable.
    EmbeddedFile(OpenFile),
    EmbeddedDirectory(NodeId),
}

/// An open file in the executable.
pub struct OpenFile {
    pub node: NodeId,
    pub position: u64,
}

pub struct Descriptor {
    pub object: Object,
    pub file_type: FileType,
    /// As the guest sees them; see [`crate::wasi::types::fdflags`].
    pub flags: u16,
    /// Where it was opened; of files and directories.
    pub mount: MountId,
    /// It is the mount's own directory, with a name that the guest can ask for.
    pub is_preopen: bool,
    pub base_rights: u64,
    pub inheriting_rights: u64,
}

impl Descriptor {
    pub const CLOSED: Descriptor = Descriptor {
        object: Object::Closed,
        file_type: FileType::Unknown,
        flags: 0,
        mount: MountId::FIRST,
        is_preopen: false,
        base_rights: 0,
        inheriting_rights: 0,
    };

    pub fn socket(socket: OwnedFd, flags: u16) -> Descriptor {
        Descriptor {
            object: Object::Socket(socket),
            file_type: FileType::SocketStream,
            flags,
            base_rights: rights::SOCKET,
            ..Descriptor::CLOSED
        }
    }

    pub fn stdio(number: u8) -> Descriptor {
        Descriptor { object: Object::Stdio(Stdio(number)), base_rights: rights::FILE, ..Descriptor::CLOSED }
    }

    pub fn directory(directory: OwnedFd, mount: MountId) -> Descriptor {
        Descriptor::of_directory(Object::Directory(directory), mount)
    }

    /// `object` is one of the kinds of directories.
    pub fn of_directory(object: Object, mount: MountId) -> Descriptor {
        Descriptor {
            object,
            file_type: FileType::Directory,
            mount,
            base_rights: rights::DIRECTORY,
            inheriting_rights: rights::ALL,
            ..Descriptor::CLOSED
        }
    }

    pub fn synthetic(node: Node) -> Descriptor {
        Descriptor::of_directory(Object::Synthetic(node), MountId::FIRST)
    }

    fn is_closed(&self) -> bool {
        matches!(self.object, Object::Closed)
    }

    /// The host's descriptor behind it.
    #[inline(always)]
    pub fn host(&self) -> Result<BorrowedFd<'_>> {
        match &self.object {
            Object::Stdio(stdio) => Ok(stdio.as_fd()),
            Object::File(host) | Object::Directory(host) | Object::Socket(host) => Ok(host.as_fd()),
            Object::Closed | Object::Synthetic(_) => Err(Errno::BADF),
            Object::EmbeddedFile(_) | Object::EmbeddedDirectory(_) => Err(Errno::BADF),
        }
    }

    /// The host's descriptor for reading or writing bytes, where the guest has
    /// `right`.
    #[inline(always)]
    pub fn stream(&self, right: u64) -> Result<BorrowedFd<'_>> {
        match self.object {
            Object::Directory(_) | Object::EmbeddedDirectory(_) | Object::Synthetic(_) => Err(Errno::ISDIR),
            _ if self.base_rights & right == 0 => Err(Errno::BADF),
            _ => self.host(),
        }
    }

    /// The host's descriptor for what only files have.
    pub fn file(&self) -> Result<BorrowedFd<'_>> {
        match self.object {
            Object::Directory(_) | Object::Synthetic(_) => Err(Errno::BADF),
            _ => self.host(),
        }
    }

    /// Makes an open file what it turned out to be.
    pub fn settle(&mut self, file_type: FileType) {
        self.file_type = file_type;
        if file_type != FileType::Directory {
            self.base_rights &= rights::FILE;
            return;
        }
        self.base_rights &= rights::DIRECTORY;
        self.inheriting_rights = rights::ALL;
        self.object = match core::mem::replace(&mut self.object, Object::Closed) {
            Object::File(host) => Object::Directory(host),
            other => other,
        };
    }

    /// Whether this is the process's standard output or error.
    pub fn is_standard_output(&self) -> bool {
        matches!(self.object, Object::Stdio(Stdio(1 | 2)))
    }
}

/// One of the process's descriptors 0 to 2. It is shared with whoever started
/// the process, and its number must never become free: another file would get
/// it and receive what is meant for the standard stream.
pub struct Stdio(u8);

impl AsFd for Stdio {
    // The three descriptors are open from the start to the end of the process.
    #[allow(unsafe_code)]
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: closing one replaces it and never leaves it closed.
        unsafe { BorrowedFd::borrow_raw(i32::from(self.0)) }
    }
}

impl Drop for Stdio {
    fn drop(&mut self) {
        open_null();
        // Without /dev/null the stream stays open, out of the guest's reach.
        let Some(null) = null() else { return };
        let _ = match self.0 {
            0 => rustix::stdio::dup2_stdin(null),
            1 => rustix::stdio::dup2_stdout(null),
            _ => rustix::stdio::dup2_stderr(null),
        };
    }
}

/// `/dev/null`, once it is open. It is never descriptor 0, which always is.
static NULL: AtomicI32 = AtomicI32::new(0);

/// Opens `/dev/null`, if it is not open, for standard streams to be closed.
pub fn open_null() {
    if null().is_some() {
        return;
    }
    if let Ok(null) = rustix::fs::open(c"/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()) {
        NULL.store(null.into_raw_fd(), Ordering::Relaxed);
    }
}

#[allow(unsafe_code)]
fn null() -> Option<BorrowedFd<'static>> {
    let null = NULL.load(Ordering::Relaxed);
    // SAFETY: once opened it stays open.
    (null != 0).then(|| unsafe { BorrowedFd::borrow_raw(null) })
}

pub struct Table {
    /// No lower number is free.
    lowest_free: usize,
    entries: [Descriptor; DESCRIPTORS_MAX],
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

impl Table {
    pub const fn new() -> Table {
        Table { lowest_free: 0, entries: [const { Descriptor::CLOSED }; DESCRIPTORS_MAX] }
    }

    pub fn get(&self, fd: u32) -> Result<&Descriptor> {
        self.entries.get(fd as usize).filter(|entry| !entry.is_closed()).ok_or(Errno::BADF)
    }

    pub fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor> {
        self.entries.get_mut(fd as usize).filter(|entry| !entry.is_closed()).ok_or(Errno::BADF)
    }

    /// Gives `descriptor` the lowest free number.
    pub fn insert(&mut self, descriptor: Descriptor) -> Result<u32> {
        let free =
            self.entries.iter_mut().enumerate().skip(self.lowest_free).find(|(_, entry)| entry.is_closed());
        match free {
            Some((fd, entry)) => {
                *entry = descriptor;
                self.lowest_free = fd + 1;
                Ok(fd as u32)
            }
            None => {
                self.lowest_free = DESCRIPTORS_MAX;
                Err(Errno::MFILE)
            }
        }
    }

    /// Takes the descriptor out; dropping it closes what it stands for.
    pub fn take(&mut self, fd: u32) -> Result<Descriptor> {
        let taken = core::mem::replace(self.get_mut(fd)?, Descriptor::CLOSED);
        self.lowest_free = self.lowest_free.min(fd as usize);
        Ok(taken)
    }

    /// Moves `from` to the open number `to`, closing what was there.
    pub fn renumber(&mut self, from: u32, to: u32) -> Result<()> {
        self.get(from)?;
        self.get(to)?;
        if from != to {
            let moved = self.take(from)?;
            *self.get_mut(to)? = moved;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> Descriptor {
        let null = rustix::fs::open(c"/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty());
        match null {
            Ok(host) => {
                Descriptor { object: Object::File(host), base_rights: rights::FD_READ, ..Descriptor::CLOSED }
            }
            Err(errno) => panic!("{errno}"),
        }
    }

    #[test]
    fn the_lowest_free_number_is_given() {
        let mut table = Table::new();
        for expected in 0..5 {
            assert_eq!(table.insert(open()), Ok(expected));
        }
        assert!(table.take(3).is_ok() && table.take(1).is_ok());
        assert_eq!(table.insert(open()), Ok(1));
        assert_eq!(table.insert(open()), Ok(3));
        assert_eq!(table.insert(open()), Ok(5));
    }

    #[test]
    fn numbers_that_are_not_open() {
        let mut table = Table::new();
        assert_eq!(table.insert(open()), Ok(0));
        for fd in [1, DESCRIPTORS_MAX as u32, u32::MAX] {
            assert_eq!(table.get(fd).err(), Some(Errno::BADF));
            assert_eq!(table.take(fd).err(), Some(Errno::BADF));
            assert_eq!(table.renumber(0, fd), Err(Errno::BADF));
            assert_eq!(table.renumber(fd, 0), Err(Errno::BADF));
        }
    }

    #[test]
    fn a_full_table_recovers() {
        let mut table = Table::new();
        for fd in 0..DESCRIPTORS_MAX {
            assert_eq!(table.insert(Descriptor::synthetic(Node::ROOT)), Ok(fd as u32));
        }
        assert_eq!(table.insert(Descriptor::synthetic(Node::ROOT)), Err(Errno::MFILE));
        assert!(table.take(7).is_ok());
        assert_eq!(table.insert(Descriptor::synthetic(Node::ROOT)), Ok(7));
    }

    #[test]
    fn renumbering_closes_the_target_and_leaks_nothing() {
        let mut table = Table::new();
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(1 << 20);
        assert_eq!(table.insert(open()), Ok(0));
        for _ in 0..limit.min(1 << 17) + 8 {
            assert_eq!(table.insert(open()), Ok(1));
            assert_eq!(table.renumber(1, 0), Ok(()));
        }
        assert_eq!(table.renumber(0, 0), Ok(()));
        assert!(table.get(0).is_ok_and(|entry| entry.stream(rights::FD_READ).is_ok()));
        assert!(table.get(0).is_ok_and(|entry| entry.stream(rights::FD_WRITE).is_err()));
    }
}
