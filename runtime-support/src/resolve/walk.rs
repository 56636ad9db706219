//! Paths without openat2, name by name.

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags, openat};
use rustix::io::Errno as Host;

use super::{DIRECTORY, Limit, Scope, count_link, link_target, relative_target, retry};
use crate::errno::{Errno, Result};
use crate::path::{self, Name};

/// Directories below the start that are held open at once.
const DEPTH_MAX: usize = 256;
/// What is left of a path: the path itself and one link's target.
const PENDING_BYTES: usize = 8192;

/// Opens a directory name by name. Each name is opened without following, so
/// nobody can put a link in place of what was looked at; `..` goes back to the
/// directory the walk came through, wherever that has been moved meanwhile.
pub(super) fn walk(scope: Scope<'_>, path: &[u8], links: &mut u32) -> Result<OwnedFd> {
    let mut pending = Pending::new(path)?;
    let mut opened = Opened::new();
    if path::is_absolute(path) {
        opened.start_again(scope)?;
    }
    while let Some(name) = pending.next_name()? {
        match name.as_bytes() {
            b"." => continue,
            // Nothing is above that would be out of reach.
            b".." if scope.limit == Limit::Host => {}
            b".." if opened.pop().is_some() || scope.limit == Limit::HostRoot => continue,
            b".." => return Err(Errno::PERM),
            _ => {}
        }
        let (here, text) = (opened.last().unwrap_or(scope.directory), name.as_c_str());
        match retry(|| openat(here, text, DIRECTORY | OFlags::NOFOLLOW, Mode::empty())) {
            Ok(directory) => {
                if scope.limit == Limit::Host {
                    opened.clear();
                }
                opened.push(directory)?;
            }
            Err(Host::NOTDIR | Host::LOOP) => {
                let target = link_target(here, &name)?.ok_or(Errno::NOTDIR)?;
                count_link(links)?;
                pending.put_back(relative_target(scope, target.as_bytes())?)?;
                if path::is_absolute(target.as_bytes()) {
                    opened.start_again(scope)?;
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
pub struct Pending {
    start: usize,
    bytes: [u8; PENDING_BYTES],
}

impl Pending {
    pub fn new(path: &[u8]) -> Result<Pending> {
        let mut pending = Pending { start: PENDING_BYTES, bytes: [0; PENDING_BYTES] };
        pending.put_back(path)?;
        Ok(pending)
    }

    pub fn put_back(&mut self, path: &[u8]) -> Result<()> {
        let start = self.start.checked_sub(path.len() + 1).ok_or(Errno::NAMETOOLONG)?;
        let (text, slash) = (start..start + path.len(), start + path.len());
        self.bytes.get_mut(text).ok_or(Errno::NAMETOOLONG)?.copy_from_slice(path);
        *self.bytes.get_mut(slash).ok_or(Errno::NAMETOOLONG)? = b'/';
        self.start = start;
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.get(self.start..).unwrap_or_default().iter().all(|byte| *byte == b'/')
    }

    /// Takes the next name off.
    pub fn next_name(&mut self) -> Result<Option<Name>> {
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

    /// Goes to where absolute paths start.
    fn start_again(&mut self, scope: Scope<'_>) -> Result<()> {
        self.clear();
        match scope.limit {
            Limit::Host => self.push(openat(scope.directory, c"/", DIRECTORY, Mode::empty())?),
            Limit::Start | Limit::HostRoot => Ok(()),
        }
    }
}
