//! The calls that take a path and open nothing.

use rustix::fs::{AtFlags, FileType as HostType, Mode, Stat};
use rustix::fs::{linkat, mkdirat, readlinkat_raw, renameat, statat, symlinkat, unlinkat, utimensat};
use wasmc_abi::embed::Content;

use super::Call;
use super::fd_stat::{synthetic_filestat, timestamps, write_filestat};
use super::types::{Dialect, Filestat, SYMLINK_FOLLOW};
use crate::embedded;
use crate::errno::{Errno, Result};
use crate::guest::Guest;
use crate::path::{self, PathBuffer};
use crate::resolve::{Place, Resolver, Scope};
use crate::synthetic::Found;
use crate::world::{Directory, Target, World};

/// Permissions of new directories, before the umask.
const NEW_DIRECTORY: Mode = Mode::from_raw_mode(0o777);

/// Of following a link that may be replaced meanwhile.
const STAT_ATTEMPTS: u32 = 32;

/// Whether the last name's symbolic link is followed.
fn follows(lookup: u32, path: &PathBuffer) -> Result<bool> {
    if lookup & !SYMLINK_FOLLOW != 0 {
        return Err(Errno::INVAL);
    }
    // In `link/` the link is not the last thing looked up.
    Ok(lookup & SYMLINK_FOLLOW != 0 || path.as_bytes().ends_with(b"/"))
}

/// What a call is about to do to the entry it names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Create,
    Alter,
}

/// The host directory where an entry may be changed.
fn writable<'w>(world: &'w World, fd: u32, path: &mut PathBuffer, change: Change) -> Result<Directory<'w>> {
    match world.locate(fd, path)? {
        Target::Host(directory) if directory.is_read_only => Err(Errno::ROFS),
        Target::Host(directory) => Ok(directory),
        Target::Embedded(_) => Err(Errno::ROFS),
        Target::Synthetic(found) => Err(match (found, change) {
            (Found::Node(_), Change::Create) => Errno::EXIST,
            (Found::Node(_), Change::Alter) | (Found::MissingEntry, Change::Create) => Errno::ROFS,
            _ => Errno::NOENT,
        }),
    }
}

/// A path argument: its directory descriptor, address and length.
type PathArg = (u32, u32, u32);

/// The entry to change that a path argument names, itself never followed.
fn entry<'c>(call: &'c Call<'_>, (fd, at, len): PathArg, change: Change) -> Result<Place<'c>> {
    let mut path = PathBuffer::EMPTY;
    call.guest.path(at, len, &mut path)?;
    let directory = writable(call.world, fd, &mut path, change)?;
    call.world.resolver.place(directory.scope, &path, false)
}

fn stat_place(place: &Place<'_>) -> Result<Stat> {
    Ok(statat(place.parent(), place.name(), AtFlags::SYMLINK_NOFOLLOW)?)
}

fn is_type(stat: &Stat, file_type: HostType) -> bool {
    HostType::from_raw_mode(stat.st_mode) == file_type
}

pub fn path_create_directory(call: &mut Call<'_>, fd: u32, path: u32, len: u32) -> Result<()> {
    let place = entry(call, (fd, path, len), Change::Create)?;
    Ok(mkdirat(place.parent(), place.name(), NEW_DIRECTORY)?)
}

pub fn path_remove_directory(call: &mut Call<'_>, fd: u32, path: u32, len: u32) -> Result<()> {
    let place = entry(call, (fd, path, len), Change::Alter)?;
    Ok(unlinkat(place.parent(), place.name(), AtFlags::REMOVEDIR)?)
}

pub fn path_unlink_file(call: &mut Call<'_>, fd: u32, path: u32, len: u32) -> Result<()> {
    let place = entry(call, (fd, path, len), Change::Alter)?;
    if place.must_be_directory {
        let is_directory = is_type(&stat_place(&place)?, HostType::Directory);
        return Err(if is_directory { Errno::ISDIR } else { Errno::NOTDIR });
    }
    Ok(unlinkat(place.parent(), place.name(), AtFlags::empty())?)
}

pub fn path_filestat_get(
    call: &mut Call<'_>,
    dialect: Dialect,
    fd: u32,
    lookup: u32,
    path: u32,
    len: u32,
    stat: u32,
) -> Result<()> {
    call.guest.check(stat, Filestat::bytes_len(dialect))?;
    let (address, mut path) = (path, PathBuffer::EMPTY);
    call.guest.path(address, len, &mut path)?;
    let follow = follows(lookup, &path)?;
    let found = match call.world.locate(fd, &mut path)? {
        Target::Host(directory) => stat_path(&call.world.resolver, directory.scope, &path, follow)?.into(),
        Target::Embedded(directory) => stat_embedded(&directory, &path, follow)?,
        Target::Synthetic(Found::Node(node)) => synthetic_filestat(node),
        Target::Synthetic(_) => return Err(Errno::NOENT),
    };
    write_filestat(&mut call.guest, dialect, stat, &found)
}

fn stat_embedded(directory: &embedded::Directory, path: &PathBuffer, follow: bool) -> Result<Filestat> {
    let found = directory.look_up(path.as_bytes(), follow)?;
    if found.must_be_directory && !matches!(found.content, Content::Directory(_)) {
        return Err(Errno::NOTDIR);
    }
    Ok(embedded::filestat(found.id, found.content))
}

/// Most paths end in no link, so following is tried second. What was followed to
/// a file can be a link again by the time it is looked at, if somebody replaces
/// it over and over: its own status is not what was asked for.
fn stat_path(resolver: &Resolver, scope: Scope<'_>, path: &PathBuffer, follow: bool) -> Result<Stat> {
    for attempt in 0..STAT_ATTEMPTS {
        let place = resolver.place(scope, path, follow && attempt > 0)?;
        let stat = stat_place(&place)?;
        if follow && is_type(&stat, HostType::Symlink) {
            continue;
        }
        if place.must_be_directory && !is_type(&stat, HostType::Directory) {
            return Err(Errno::NOTDIR);
        }
        return Ok(stat);
    }
    Err(Errno::LOOP)
}

#[allow(clippy::too_many_arguments)]
pub fn path_filestat_set_times(
    call: &mut Call<'_>,
    fd: u32,
    lookup: u32,
    path: u32,
    len: u32,
    accessed: u64,
    modified: u64,
    flags: u32,
) -> Result<()> {
    let (address, mut path) = (path, PathBuffer::EMPTY);
    call.guest.path(address, len, &mut path)?;
    let follow = follows(lookup, &path)?;
    let times = timestamps(accessed, modified, flags)?;
    let directory = writable(call.world, fd, &mut path, Change::Alter)?;
    let place = call.world.resolver.place(directory.scope, &path, follow)?;
    if place.must_be_directory && !is_type(&stat_place(&place)?, HostType::Directory) {
        return Err(Errno::NOTDIR);
    }
    Ok(utimensat(place.parent(), place.name(), &times, AtFlags::SYMLINK_NOFOLLOW)?)
}

/// A target that does not fit is cut, without an error.
pub fn path_readlink(
    call: &mut Call<'_>,
    fd: u32,
    path: u32,
    len: u32,
    buffer: u32,
    buffer_len: u32,
    used: u32,
) -> Result<()> {
    call.guest.check(used, 4)?;
    let (address, mut path) = (path, PathBuffer::EMPTY);
    call.guest.path(address, len, &mut path)?;
    let follow = follows(0, &path)?;
    let directory = match call.world.locate(fd, &mut path)? {
        Target::Host(directory) => directory,
        Target::Embedded(directory) => {
            let target = directory.link_target(path.as_bytes())?;
            return write_cut(&mut call.guest, target, buffer, buffer_len, used);
        }
        Target::Synthetic(Found::Node(_)) => return Err(Errno::INVAL),
        Target::Synthetic(_) => return Err(Errno::NOENT),
    };
    let place = call.world.resolver.place(directory.scope, &path, follow)?;
    let mut nowhere = [0];
    let room = call.guest.bytes_mut(buffer, buffer_len)?;
    // Linux refuses an empty buffer; the call has still to tell a link.
    let target_len = if room.is_empty() {
        readlinkat_raw(place.parent(), place.name(), &mut nowhere[..]).map(|_| 0)?
    } else {
        readlinkat_raw(place.parent(), place.name(), room)?
    };
    call.guest.write_u32(used, target_len as u32)
}

fn write_cut(guest: &mut Guest<'_>, text: &[u8], buffer: u32, buffer_len: u32, used: u32) -> Result<()> {
    let room = guest.bytes_mut(buffer, buffer_len)?;
    let len = room.len().min(text.len());
    if let (Some(room), Some(text)) = (room.get_mut(..len), text.get(..len)) {
        room.copy_from_slice(text);
    }
    guest.write_u32(used, len as u32)
}

/// A link may point outside; following it is what fails. An absolute one can be
/// followed only where the guest's `/` is the host's.
pub fn path_symlink(
    call: &mut Call<'_>,
    target: u32,
    target_len: u32,
    fd: u32,
    path: u32,
    len: u32,
) -> Result<()> {
    let (address, mut target) = (target, PathBuffer::EMPTY);
    call.guest.path(address, target_len, &mut target)?;
    let (address, mut path) = (path, PathBuffer::EMPTY);
    call.guest.path(address, len, &mut path)?;
    let directory = writable(call.world, fd, &mut path, Change::Create)?;
    if path::is_absolute(target.as_bytes()) && !call.world.is_host_root(directory.mount) {
        return Err(Errno::PERM);
    }
    let place = call.world.resolver.place(directory.scope, &path, false)?;
    refuse_new_directory(&place)?;
    Ok(symlinkat(target.as_c_str(), place.parent(), place.name())?)
}

/// A slash after the name of a new link or file.
fn refuse_new_directory(place: &Place<'_>) -> Result<()> {
    if !place.must_be_directory {
        return Ok(());
    }
    stat_place(place)?;
    Err(Errno::EXIST)
}

#[allow(clippy::too_many_arguments)]
pub fn path_link(
    call: &mut Call<'_>,
    from_fd: u32,
    lookup: u32,
    from: u32,
    from_len: u32,
    to_fd: u32,
    to: u32,
    to_len: u32,
) -> Result<()> {
    if lookup != 0 {
        return Err(Errno::INVAL);
    }
    let source = entry(call, (from_fd, from, from_len), Change::Alter)?;
    let target = entry(call, (to_fd, to, to_len), Change::Create)?;
    if source.must_be_directory {
        let is_directory = is_type(&stat_place(&source)?, HostType::Directory);
        return Err(if is_directory { Errno::PERM } else { Errno::NOTDIR });
    }
    refuse_new_directory(&target)?;
    Ok(linkat(source.parent(), source.name(), target.parent(), target.name(), AtFlags::empty())?)
}

pub fn path_rename(
    call: &mut Call<'_>,
    from_fd: u32,
    from: u32,
    from_len: u32,
    to_fd: u32,
    to: u32,
    to_len: u32,
) -> Result<()> {
    let source = entry(call, (from_fd, from, from_len), Change::Alter)?;
    let target = entry(call, (to_fd, to, to_len), Change::Create)?;
    // A slash on either side says that a directory is meant.
    if (source.must_be_directory || target.must_be_directory)
        && !is_type(&stat_place(&source)?, HostType::Directory)
    {
        return Err(Errno::NOTDIR);
    }
    Ok(renameat(source.parent(), source.name(), target.parent(), target.name())?)
}
