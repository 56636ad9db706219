//! The one resolver: how a path of the guest, below a directory it holds,
//! becomes an entry of a host directory. Every call that takes a path uses it.
//!
//! The result is a parent directory and a single name in it, so that what
//! follows is one system call that never follows a symbolic link. Where the
//! kernel has openat2 it resolves beneath the directory itself; else a walk
//! opens name by name, keeps a stack of the directories it came through for
//! `..`, and expands symbolic links itself.

use core::cell::Cell;
use core::ffi::CStr;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags, ResolveFlags, openat, openat2, readlinkat_raw};
use rustix::io::Errno as Host;

use crate::errno::{Errno, Result};
use crate::path::{self, Name, PathBuffer};

/// Symbolic links in one path, as Linux limits them.
const LINKS_MAX: u32 = 40;
/// Directories below the start that the walk holds open at once.
const DEPTH_MAX: usize = 256;
/// What is left of a path in the walk: the path itself and one link's target.
const PENDING_BYTES: usize = 8192;
/// openat2 answers EAGAIN while somebody renames directories around it.
const OPENAT2_ATTEMPTS: u32 = 32;

const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Where a path starts, and whether that is the root of the host's file system
/// under the name `/`: then absolute links and `..` work as on the host.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub directory: BorrowedFd<'a>,
    pub is_host_root: bool,
}

impl Scope<'_> {
    fn resolve_flags(&self) -> ResolveFlags {
        let within = if self.is_host_root { ResolveFlags::IN_ROOT } else { ResolveFlags::BENEATH };
        within | ResolveFlags::NO_MAGICLINKS
    }
}

/// An entry of a directory, which need not exist.
pub struct Place<'a> {
    parent: Parent<'a>,
    name: Name,
    /// The path ended in a slash or a dot: only a directory will do. The name
    /// never carries the slash, which would make the kernel follow a link.
    pub must_be_directory: bool,
}

enum Parent<'a> {
    Start(BorrowedFd<'a>),
    Below(OwnedFd),
}

impl Place<'_> {
    pub fn parent(&self) -> BorrowedFd<'_> {
        match &self.parent {
            Parent::Start(directory) => *directory,
            Parent::Below(directory) => directory.as_fd(),
        }
    }

    pub fn name(&self) -> &CStr {
        self.name.as_c_str()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Openat2 {
    Unknown = 0,
    Works,
    Missing,
}

/// How paths are resolved on this kernel.
pub struct Resolver {
    openat2: Cell<Openat2>,
}

impl Default for Resolver {
    fn default() -> Self {
        Self::new()
    }
}

impl Resolver {
    pub const fn new() -> Resolver {
        Resolver { openat2: Cell::new(Openat2::Unknown) }
    }

    /// One that never uses openat2.
    #[cfg(test)]
    pub const fn walking() -> Resolver {
        Resolver { openat2: Cell::new(Openat2::Missing) }
    }

    /// Asks once, with a path that is fine: an error then means that the kernel
    /// or a seccomp filter does not have the call at all.
    fn has_openat2(&self, scope: Scope<'_>) -> bool {
        if cfg!(feature = "force-walk") {
            return false;
        }
        if self.openat2.get() == Openat2::Unknown {
            let probe = openat2(scope.directory, c".", DIRECTORY, Mode::empty(), scope.resolve_flags());
            self.openat2.set(if probe.is_ok() { Openat2::Works } else { Openat2::Missing });
        }
        self.openat2.get() == Openat2::Works
    }

    /// The entry that `path` names. With `follow`, a symbolic link there is
    /// followed, so that the result is none (or what it points to is missing).
    pub fn place<'a>(&self, scope: Scope<'a>, path: &PathBuffer, follow: bool) -> Result<Place<'a>> {
        let mut links = 0;
        let mut place = self.entry(scope, path.as_bytes(), &mut links)?;
        if !follow || place.name.as_bytes() == b"." {
            return Ok(place);
        }
        let text = path.as_bytes();
        let mut path = PathBuffer::EMPTY;
        path.push(text)?;
        while let Some(target) = link_target(place.parent(), &place.name)? {
            count_link(&mut links)?;
            let directory_len = path::split(path.as_bytes()).directory.len();
            path.truncate(if path::is_absolute(target.as_bytes()) { 0 } else { directory_len });
            path.push(relative_target(scope, target.as_bytes())?)?;
            if place.must_be_directory {
                path.push(b"/")?;
            }
            place = self.entry(scope, path.as_bytes(), &mut links)?;
        }
        Ok(place)
    }

    fn entry<'a>(&self, scope: Scope<'a>, path: &[u8], links: &mut u32) -> Result<Place<'a>> {
        let split = path::split(path);
        let name = Name::new(split.name)?;
        let parent = if split.directory.is_empty() || split.directory == b"." {
            Parent::Start(scope.directory)
        } else {
            Parent::Below(self.directory(scope, split.directory, links)?)
        };
        Ok(Place { parent, name, must_be_directory: split.trailing_slash })
    }

    /// The directory that `path` names, links followed.
    fn directory(&self, scope: Scope<'_>, path: &[u8], links: &mut u32) -> Result<OwnedFd> {
        if self.has_openat2(scope) {
            let mut whole = PathBuffer::EMPTY;
            whole.push(path)?;
            match open_beneath(scope, &whole, DIRECTORY, Mode::empty()) {
                Err(Errno::AGAIN) => {}
                result => return result,
            }
        }
        walk(scope, path, links)
    }

    /// Opens what `path` names.
    pub fn open(
        &self,
        scope: Scope<'_>,
        path: &mut PathBuffer,
        follow: bool,
        flags: OFlags,
        mode: Mode,
    ) -> Result<OwnedFd> {
        let trimmed_len = path::without_trailing_slashes(path.as_bytes()).len();
        let must_be_directory = trimmed_len < path.as_bytes().len();
        path.truncate(trimmed_len);
        if must_be_directory && flags.contains(OFlags::CREATE) {
            return Err(Errno::ISDIR);
        }
        let mut flags = flags | OFlags::CLOEXEC | OFlags::NOCTTY;
        if must_be_directory {
            flags |= OFlags::DIRECTORY;
        }
        // O_EXCL makes any existing entry an error, links included.
        let exclusive = flags.contains(OFlags::CREATE | OFlags::EXCL);
        let follow = (follow || must_be_directory) && !exclusive;
        if self.has_openat2(scope) {
            let flags = if follow { flags } else { flags | OFlags::NOFOLLOW };
            match open_beneath(scope, path, flags, mode) {
                Err(Errno::AGAIN) => {}
                result => return result,
            }
        }
        let place = self.place(scope, path, follow)?;
        if place.must_be_directory && flags.contains(OFlags::CREATE) {
            return Err(Errno::ISDIR);
        }
        if place.must_be_directory {
            flags |= OFlags::DIRECTORY;
        }
        let name = place.name();
        Ok(retry(|| openat(place.parent(), name, flags | OFlags::NOFOLLOW, mode))?)
    }
}

/// Runs a system call again while a signal interrupts it.
pub fn retry<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> rustix::io::Result<T> {
    loop {
        match call() {
            Err(Host::INTR) => {}
            result => return result,
        }
    }
}

/// EAGAIN here says that the kernel could not tell; the walk can.
fn open_beneath(scope: Scope<'_>, path: &PathBuffer, flags: OFlags, mode: Mode) -> Result<OwnedFd> {
    let path = path.as_c_str();
    let mut result = Err(Host::AGAIN);
    for _ in 0..OPENAT2_ATTEMPTS {
        result = retry(|| openat2(scope.directory, path, flags, mode, scope.resolve_flags()));
        if !matches!(result, Err(Host::AGAIN)) {
            break;
        }
    }
    result.map_err(|errno| if errno == Host::XDEV { Errno::PERM } else { errno.into() })
}

/// Where the symbolic link `name` points; `None` where it is none or missing.
fn link_target(parent: BorrowedFd<'_>, name: &Name) -> Result<Option<PathBuffer>> {
    let mut target = PathBuffer::EMPTY;
    let name = name.as_c_str();
    match readlinkat_raw(parent, name, target.room()) {
        // A target that fills the room may have been cut.
        Ok(len) if len == target.room().len() => Err(Errno::NAMETOOLONG),
        Ok(len) => {
            target.truncate(len);
            Ok(Some(target))
        }
        Err(Host::INVAL | Host::NOENT) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}

/// Opens a directory name by name. Each name is opened without following, so
/// nobody can put a link in place of what was looked at; `..` goes back to the
/// directory the walk came through, wherever that has been moved meanwhile.
fn walk(scope: Scope<'_>, path: &[u8], links: &mut u32) -> Result<OwnedFd> {
    let mut pending = Pending::new(path)?;
    let mut opened = Opened::new();
    while let Some(name) = pending.next()? {
        match name.as_bytes() {
            b"." => continue,
            b".." if opened.pop().is_some() || scope.is_host_root => continue,
            b".." => return Err(Errno::PERM),
            _ => {}
        }
        let (here, text) = (opened.last().unwrap_or(scope.directory), name.as_c_str());
        match retry(|| openat(here, text, DIRECTORY | OFlags::NOFOLLOW, Mode::empty())) {
            Ok(directory) => opened.push(directory)?,
            Err(Host::NOTDIR | Host::LOOP) => {
                let target = link_target(here, &name)?.ok_or(Errno::NOTDIR)?;
                count_link(links)?;
                pending.put_back(relative_target(scope, target.as_bytes())?)?;
                if path::is_absolute(target.as_bytes()) {
                    opened.clear();
                }
            }
            Err(errno) => return Err(errno.into()),
        }
    }
    match opened.pop() {
        Some(directory) => Ok(directory),
        None => Ok(openat(scope.directory, c".", DIRECTORY, Mode::empty())?),
    }
}

/// The rest of a path, at the end of its room so that a link's target can be
/// put before it.
struct Pending {
    start: usize,
    bytes: [u8; PENDING_BYTES],
}

impl Pending {
    fn new(path: &[u8]) -> Result<Pending> {
        let mut pending = Pending { start: PENDING_BYTES, bytes: [0; PENDING_BYTES] };
        pending.put_back(path)?;
        Ok(pending)
    }

    fn put_back(&mut self, path: &[u8]) -> Result<()> {
        let start = self.start.checked_sub(path.len() + 1).ok_or(Errno::NAMETOOLONG)?;
        let (text, slash) = (start..start + path.len(), start + path.len());
        self.bytes.get_mut(text).ok_or(Errno::NAMETOOLONG)?.copy_from_slice(path);
        *self.bytes.get_mut(slash).ok_or(Errno::NAMETOOLONG)? = b'/';
        self.start = start;
        Ok(())
    }

    /// Takes the next name off.
    fn next(&mut self) -> Result<Option<Name>> {
        let rest = self.bytes.get(self.start..).unwrap_or_default();
        let Some(at) = rest.iter().position(|byte| *byte != b'/') else { return Ok(None) };
        let rest = rest.get(at..).unwrap_or_default();
        let len = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
        let name = Name::new(rest.get(..len).unwrap_or_default())?;
        self.start += at + len;
        Ok(Some(name))
    }
}

/// The directories from the start down to here.
struct Opened {
    len: usize,
    directories: [Option<OwnedFd>; DEPTH_MAX],
}

impl Opened {
    fn new() -> Opened {
        Opened { len: 0, directories: [const { None }; DEPTH_MAX] }
    }

    fn last(&self) -> Option<BorrowedFd<'_>> {
        let index = self.len.checked_sub(1)?;
        self.directories.get(index)?.as_ref().map(AsFd::as_fd)
    }

    fn push(&mut self, directory: OwnedFd) -> Result<()> {
        *self.directories.get_mut(self.len).ok_or(Errno::NAMETOOLONG)? = Some(directory);
        self.len += 1;
        Ok(())
    }

    fn pop(&mut self) -> Option<OwnedFd> {
        self.len = self.len.checked_sub(1)?;
        self.directories.get_mut(self.len)?.take()
    }

    fn clear(&mut self) {
        while self.pop().is_some() {}
    }
}

fn count_link(links: &mut u32) -> Result<()> {
    *links += 1;
    if *links > LINKS_MAX { Err(Errno::LOOP) } else { Ok(()) }
}

/// A link's target, relative to where its resolution goes on.
fn relative_target<'t>(scope: Scope<'_>, target: &'t [u8]) -> Result<&'t [u8]> {
    if !path::is_absolute(target) {
        return Ok(target);
    }
    if !scope.is_host_root {
        return Err(Errno::PERM);
    }
    let at = target.iter().position(|byte| *byte != b'/').unwrap_or(target.len());
    Ok(match target.get(at..) {
        None | Some(b"") => b".",
        Some(rest) => rest,
    })
}
