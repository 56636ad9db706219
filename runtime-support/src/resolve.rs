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

mod walk;

pub use walk::Pending;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags, ResolveFlags, openat, openat2, readlinkat_raw};
use rustix::io::Errno as Host;

use crate::errno::{Errno, Result};
use crate::path::{self, Name, PathBuffer};
use crate::procfs;
use crate::returns;

/// Symbolic links in one path, as Linux limits them.
const LINKS_MAX: u32 = 40;
/// openat2 answers EAGAIN while somebody renames directories around it.
const OPENAT2_ATTEMPTS: u32 = 32;

/// For tests of what the kernel denies: nothing here confines a path.
pub const IS_BROKEN: bool = cfg!(feature = "broken-resolver");

const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Where a path starts, and how far it may lead.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub directory: BorrowedFd<'a>,
    pub limit: Limit,
}

/// What a path must stay in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The directory that it starts from.
    Start,
    /// The same, which is the root of the host's file system under the name
    /// `/`: absolute links and `..` work as on the host.
    HostRoot,
    /// The host's file system, granted as a whole, from a directory below its
    /// root: they work as on the host here too.
    Host,
}

impl Scope<'_> {
    fn resolve_flags(&self) -> ResolveFlags {
        let within = match self.limit {
            Limit::Start => ResolveFlags::BENEATH,
            Limit::HostRoot => ResolveFlags::IN_ROOT,
            Limit::Host => ResolveFlags::empty(),
        };
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
        if IS_BROKEN {
            let path = PathBuffer::new(path)?;
            return Ok(openat(scope.directory, path.as_c_str(), DIRECTORY, Mode::empty())?);
        }
        if self.has_openat2(scope) {
            let mut whole = PathBuffer::EMPTY;
            whole.push(path)?;
            match open_beneath(scope, &whole, DIRECTORY, Mode::empty()) {
                Err(Errno::AGAIN) => {}
                result => return result,
            }
        }
        walk::walk(scope, path, links)
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
        if IS_BROKEN {
            return Ok(openat(scope.directory, path.as_c_str(), flags, mode)?);
        }
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
            // With O_EXCL no link was followed: the path ends in a dot.
            return Err(if exclusive { Errno::EXIST } else { Errno::ISDIR });
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
        returns::repair();
        if !matches!(result, Err(Host::AGAIN)) {
            break;
        }
    }
    result.map_err(|errno| if errno == Host::XDEV { Errno::PERM } else { errno.into() })
}

/// Where the symbolic link `name` points; `None` where it is none or missing.
///
/// # Errors
/// ELOOP for the links of procfs that lead to open files, roots and the like,
/// whatever their text says: openat2 answers the same.
fn link_target(parent: BorrowedFd<'_>, name: &Name) -> Result<Option<PathBuffer>> {
    let mut target = PathBuffer::EMPTY;
    let name = name.as_c_str();
    match readlinkat_raw(parent, name, target.room()) {
        // A target that fills the room may have been cut.
        Ok(len) if len == target.room().len() => Err(Errno::NAMETOOLONG),
        Ok(_) if procfs::has_magic_links(parent)? => Err(Errno::LOOP),
        Ok(len) => {
            target.truncate(len);
            Ok(Some(target))
        }
        Err(Host::INVAL | Host::NOENT) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}

pub fn count_link(links: &mut u32) -> Result<()> {
    *links += 1;
    if *links > LINKS_MAX { Err(Errno::LOOP) } else { Ok(()) }
}

/// A link's target, relative to where its resolution goes on.
fn relative_target<'t>(scope: Scope<'_>, target: &'t [u8]) -> Result<&'t [u8]> {
    match scope.limit {
        _ if !path::is_absolute(target) => return Ok(target),
        Limit::Host if path::without_trailing_slashes(target).is_empty() => return Ok(b"/."),
        Limit::Host => return Ok(target),
        Limit::Start => return Err(Errno::PERM),
        Limit::HostRoot => {}
    }
    let at = target.iter().position(|byte| *byte != b'/').unwrap_or(target.len());
    Ok(match target.get(at..) {
        None | Some(b"") => b".",
        Some(rest) => rest,
    })
}
