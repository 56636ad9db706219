//! `path_open`.

use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags, Stat, fstat};
use wasmc_abi::embed::Content;

use super::Call;
use super::types::{FileType, SYMLINK_FOLLOW, fdflags, file_type, oflags, rights};
use crate::embedded;
use crate::errno::{Errno, Result};
use crate::fd::{Descriptor, Object, OpenFile};
use crate::path::PathBuffer;
use crate::procfs;
use crate::synthetic::Found;
use crate::world::{Directory, MountId, Target, World};

/// Permissions of new files, before the umask.
const NEW_FILE: Mode = Mode::from_raw_mode(0o666);

/// What is asked for, checked.
struct Request {
    follow: bool,
    oflags: u32,
    fdflags: u16,
    rights: u64,
}

impl Request {
    fn new(lookup: u32, oflags: u32, fdflags: u32, rights: u64) -> Result<Request> {
        let fdflags = u16::try_from(fdflags).map_err(|_| Errno::INVAL)?;
        let known =
            lookup & !SYMLINK_FOLLOW == 0 && oflags & !oflags::ALL == 0 && fdflags & !fdflags::ALL == 0;
        let makes_directory =
            oflags & oflags::DIRECTORY != 0 && oflags & (oflags::CREAT | oflags::EXCL | oflags::TRUNC) != 0;
        if !known || makes_directory {
            return Err(Errno::INVAL);
        }
        Ok(Request { follow: lookup & SYMLINK_FOLLOW != 0, oflags, fdflags, rights })
    }

    fn has(&self, oflag: u32) -> bool {
        self.oflags & oflag != 0
    }

    fn reads(&self) -> bool {
        self.rights & (rights::FD_READ | rights::FD_READDIR) != 0
    }

    fn writes(&self) -> bool {
        self.rights & rights::FD_WRITE != 0
    }

    fn changes(&self) -> bool {
        self.writes() || self.has(oflags::CREAT | oflags::TRUNC)
    }

    fn host_flags(&self) -> OFlags {
        let mut flags = match (self.reads(), self.writes()) {
            (_, false) => OFlags::RDONLY,
            (false, true) => OFlags::WRONLY,
            (true, true) => OFlags::RDWR,
        };
        flags.set(OFlags::CREATE, self.has(oflags::CREAT));
        // Linux gives O_EXCL without O_CREAT a meaning of its own.
        flags.set(OFlags::EXCL, self.has(oflags::CREAT) && self.has(oflags::EXCL));
        flags.set(OFlags::TRUNC, self.has(oflags::TRUNC));
        flags.set(OFlags::DIRECTORY, self.has(oflags::DIRECTORY));
        flags.set(OFlags::APPEND, self.fdflags & fdflags::APPEND != 0);
        flags.set(OFlags::NONBLOCK, self.fdflags & fdflags::NONBLOCK != 0);
        flags.set(OFlags::DSYNC, self.fdflags & fdflags::DSYNC != 0);
        if self.fdflags & (fdflags::SYNC | fdflags::RSYNC) != 0 {
            flags |= OFlags::SYNC;
        }
        flags
    }
}

#[allow(clippy::too_many_arguments)]
pub fn path_open(
    call: &mut Call<'_>,
    fd: u32,
    lookup: u32,
    path: u32,
    len: u32,
    oflags: u32,
    base: u64,
    _inheriting: u64,
    fdflags: u32,
    opened: u32,
) -> Result<()> {
    call.guest.check(opened, 4)?;
    let (address, path) = (path, &mut *call.path);
    path.truncate(0);
    call.guest.path(address, len, path)?;
    let request = Request::new(lookup, oflags, fdflags, base)?;
    let descriptor = match call.world.locate(fd, path)? {
        Target::Host(directory) => open_host(call.world, &directory, path, &request)?,
        Target::Embedded(directory) => open_embedded(&directory, path, &request)?,
        Target::Synthetic(found) => open_synthetic(found, &request)?,
    };
    let is_unsettled = descriptor.file_type == FileType::Unsettled;
    let new = call.world.table.insert(descriptor)?;
    if is_unsettled {
        call.world.unsettled = Some(new);
    }
    call.guest.write_u32(opened, new)
}

fn open_host(
    world: &World,
    directory: &Directory<'_>,
    path: &mut PathBuffer,
    request: &Request,
) -> Result<Descriptor> {
    if directory.is_read_only && request.changes() {
        return Err(Errno::ROFS);
    }
    let mode = if request.has(oflags::CREAT) { NEW_FILE } else { Mode::empty() };
    let host = world.resolver.open(directory.scope, path, request.follow, request.host_flags(), mode)?;
    descriptor(host, directory.mount, request)
}

fn descriptor(host: OwnedFd, mount: MountId, request: &Request) -> Result<Descriptor> {
    if request.has(oflags::DIRECTORY) {
        let directory = Descriptor::directory(host, mount);
        let base_rights = directory.base_rights & request.rights;
        return Ok(Descriptor { flags: request.fdflags, base_rights, ..directory });
    }
    let mut descriptor = Descriptor {
        object: Object::File(host),
        file_type: FileType::Unsettled,
        flags: request.fdflags,
        mount,
        is_preopen: false,
        base_rights: request.rights & rights::ALL,
        inheriting_rights: 0,
    };
    if request.writes() {
        let stat = fstat(descriptor.host()?)?;
        refuse_process_file(descriptor.host()?, &stat)?;
        descriptor.settle(file_type(&stat));
    }
    Ok(descriptor)
}

/// Files of procfs write into processes, and /proc/self/mem into the runtime
/// itself: no grant of a directory means that.
fn refuse_process_file(host: BorrowedFd<'_>, stat: &Stat) -> Result<()> {
    if procfs::contains(host, stat)? { Err(Errno::PERM) } else { Ok(()) }
}

/// As from a directory of the host that was granted read-only.
fn open_embedded(
    directory: &embedded::Directory,
    path: &PathBuffer,
    request: &Request,
) -> Result<Descriptor> {
    if request.changes() {
        return Err(Errno::ROFS);
    }
    let wants_directory = request.has(oflags::DIRECTORY);
    let found = directory.look_up(path.as_bytes(), request.follow)?;
    let opened = match found.content {
        Content::Directory(_) => {
            let opened = Descriptor::of_directory(Object::EmbeddedDirectory(found.id), directory.mount);
            Descriptor { base_rights: opened.base_rights & request.rights, ..opened }
        }
        _ if wants_directory || found.must_be_directory => return Err(Errno::NOTDIR),
        Content::Link(_) => return Err(Errno::LOOP),
        Content::File(_) => Descriptor {
            object: Object::EmbeddedFile(OpenFile { node: found.id, position: 0 }),
            file_type: FileType::RegularFile,
            mount: directory.mount,
            base_rights: request.rights & rights::FILE,
            ..Descriptor::CLOSED
        },
    };
    Ok(Descriptor { flags: request.fdflags, ..opened })
}

fn open_synthetic(found: Found, request: &Request) -> Result<Descriptor> {
    match found {
        Found::Node(_) if request.has(oflags::CREAT) && request.has(oflags::EXCL) => Err(Errno::EXIST),
        Found::Node(_) if request.changes() => Err(Errno::ISDIR),
        Found::Node(node) => {
            let directory = Descriptor::synthetic(node);
            let base_rights = directory.base_rights & request.rights;
            Ok(Descriptor { flags: request.fdflags, base_rights, ..directory })
        }
        Found::MissingEntry if request.has(oflags::CREAT) => Err(Errno::ROFS),
        _ => Err(Errno::NOENT),
    }
}
