//! One tree of absolute paths for Go programs: where each mount is in it, and
//! the read-only directories above the mounts, which no host has.
//!
//! Go finds the mount of a path by the longest plain prefix, so `/tmp` also
//! matches `/tmpfoo`. Therefore absolute mounts are named with a slash at the
//! end, and what matches none of them, `/tmp` itself included, arrives at `/`
//! and is looked up here by whole names.

use crate::errno::Result;
use crate::path::{self, PathBuffer};
use crate::world::{MountId, Mounts};

/// A directory above a mount: the first bytes of that mount's path. Of the
/// mounts below one directory the first in the table stands for it, so equal
/// directories are equal nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    mount: MountId,
    len: u16,
}

/// Of synthetic directories, as fd_filestat_get tells; no host device is 0.
pub const DEVICE: u64 = 0;

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Into a mount. The path is now relative to it.
    Mount(MountId),
    Node(Node),
    /// To nothing, in a synthetic directory.
    MissingEntry,
    /// To nothing, and its directory is missing too.
    Missing,
}

impl Node {
    pub const ROOT: Node = Node { mount: MountId::FIRST, len: 1 };

    /// Its absolute path.
    pub fn path<'m>(&self, mounts: &'m Mounts) -> &'m [u8] {
        let mount = mounts.get(self.mount).and_then(|mount| mount.path);
        mount.and_then(|path| path.get(..usize::from(self.len))).unwrap_or(b"/")
    }

    pub fn inode(&self) -> u64 {
        (self.mount.index() as u64) << 16 | u64::from(self.len)
    }
}

/// Looks `path` up from the synthetic directory `from`, and makes it relative
/// to the mount where it leads into one.
pub fn look_up(mounts: &Mounts, from: Node, path: &mut PathBuffer) -> Result<Found> {
    let mut whole = path::join_clean(from.path(mounts), path.as_bytes())?;
    if path.as_bytes().ends_with(b"/") {
        whole.push(b"/")?;
    }
    if let Some((mount, rest)) = enter(mounts, b"/", whole.as_bytes()) {
        path.truncate(0);
        path.push(rest)?;
        return Ok(Found::Mount(mount));
    }
    let clean = path::without_trailing_slashes(whole.as_bytes());
    if let Some(node) = node(mounts, clean) {
        return Ok(Found::Node(node));
    }
    let parent = path::without_trailing_slashes(path::split(clean).directory);
    Ok(if node(mounts, parent).is_some() { Found::MissingEntry } else { Found::Missing })
}

/// The deepest mount that `path`, relative to the absolute `base`, leads into,
/// and the rest of the path from there.
pub fn enter<'p>(mounts: &Mounts, base: &[u8], path: &'p [u8]) -> Option<(MountId, &'p [u8])> {
    let candidates = mounts.iter().filter_map(|(id, mount)| {
        let below = path::strip_directory(mount.path?, base)?;
        let rest = strip_names(path, below)?;
        Some((path::components(below).count(), id, rest))
    });
    // The first of two mounts with the same path wins, as elsewhere.
    let deepest = candidates.reduce(|best, next| if next.0 > best.0 { next } else { best });
    deepest.map(|(_, id, rest)| (id, if rest.is_empty() { b"." } else { rest }))
}

/// Takes the names of `prefix` off the front of `path`.
fn strip_names<'p>(path: &'p [u8], prefix: &[u8]) -> Option<&'p [u8]> {
    let mut rest = skip_to_name(path);
    for name in path::components(prefix) {
        let after = rest.strip_prefix(name)?;
        if after.first().is_some_and(|byte| *byte != b'/') {
            return None;
        }
        rest = skip_to_name(after);
    }
    Some(rest)
}

/// `path` without leading slashes and leading `.` names.
fn skip_to_name(mut path: &[u8]) -> &[u8] {
    loop {
        path = match path {
            [b'/', rest @ ..] | [b'.', b'/', rest @ ..] => rest,
            [b'.'] => b"",
            _ => return path,
        };
    }
}

/// The directory with this clean absolute path (empty for the root), if a mount
/// is below it.
fn node(mounts: &Mounts, directory: &[u8]) -> Option<Node> {
    if directory.is_empty() {
        return Some(Node::ROOT);
    }
    let (mount, _) = mounts.iter().find(|(_, mount)| {
        mount
            .path
            .and_then(|path| path::strip_directory(path, directory))
            .is_some_and(|rest| !rest.is_empty())
    })?;
    Some(Node { mount, len: u16::try_from(directory.len()).ok()? })
}

/// The entry of `parent` that leads to `mount`: its name, and what it is.
pub enum Child {
    Node(Node),
    Mount(MountId),
}

/// The entry that `mount` adds to `parent`; `None` where it is elsewhere or an
/// earlier mount has added it.
pub fn child(mounts: &Mounts, parent: Node, mount: MountId) -> Option<(&[u8], Child)> {
    let directory = parent.path(mounts);
    let name_in = |id: MountId| {
        let below = path::strip_directory(mounts.get(id)?.path?, directory)?;
        path::components(below).next()
    };
    let name = name_in(mount)?;
    let is_repeated = mounts.iter().take(mount.index()).any(|(id, _)| name_in(id) == Some(name));
    if is_repeated {
        return None;
    }
    let mut path = PathBuffer::EMPTY;
    path.push(name).ok()?;
    let child = match look_up(mounts, parent, &mut path).ok()? {
        Found::Mount(id) => Child::Mount(id),
        Found::Node(node) => Child::Node(node),
        Found::MissingEntry | Found::Missing => return None,
    };
    Some((name, child))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Mount;
    use std::vec::Vec;

    fn mounts(paths: &[&'static str]) -> Mounts {
        let mut mounts = Mounts::new();
        for path in paths {
            let mount = Mount { path: Some(path.as_bytes()), ..Mount::EMPTY };
            assert!(mounts.add(mount).is_some());
        }
        mounts
    }

    fn found(mounts: &Mounts, path: &str) -> (Found, Vec<u8>) {
        let Ok(mut path) = PathBuffer::new(path.as_bytes()) else { panic!("{path}") };
        match look_up(mounts, Node::ROOT, &mut path) {
            Ok(found) => (found, path.as_bytes().to_vec()),
            Err(errno) => panic!("{errno:?}"),
        }
    }

    #[test]
    fn paths_lead_into_the_deepest_mount_by_whole_names() {
        let mounts = mounts(&["/tmp", "/home/u/src", "/tmp/deep"]);
        let id = |index| mounts.iter().nth(index).map(|(id, _)| Found::Mount(id));
        for (path, mount, rest) in [
            ("tmp", 0, "."),
            ("tmp/", 0, "."),
            ("tmp/x/y", 0, "x/y"),
            ("tmp/x/", 0, "x/"),
            ("./tmp//x", 0, "x"),
            ("tmp/deep", 2, "."),
            ("tmp/deep/x", 2, "x"),
            ("tmp/deeper", 0, "deeper"),
            ("home/../tmp/x", 0, "x"),
            ("home/u/src/a", 1, "a"),
        ] {
            let (found, left) = found(&mounts, path);
            assert_eq!((Some(found), left), (id(mount), rest.as_bytes().to_vec()), "{path}");
        }
        assert_eq!(found(&mounts, "tmpfoo").0, Found::MissingEntry);
        assert_eq!(found(&mounts, "tmpfoo/x").0, Found::Missing);
        assert_eq!(found(&mounts, "home/other").0, Found::MissingEntry);
    }

    #[test]
    fn directories_above_the_mounts() {
        let mounts = mounts(&["/home/u/a", "/home/u/b"]);
        assert_eq!(found(&mounts, ".").0, Found::Node(Node::ROOT));
        let (home, user) = (found(&mounts, "home").0, found(&mounts, "home/u").0);
        assert!(matches!((home, user), (Found::Node(_), Found::Node(_))) && home != user);
        let Found::Node(user) = user else { panic!() };
        assert_eq!(user.path(&mounts), b"/home/u");
        let names: Vec<_> =
            mounts.iter().filter_map(|(id, _)| child(&mounts, user, id)).map(|child| child.0).collect();
        assert_eq!(names, [b"a", b"b"]);
        let names: Vec<_> =
            mounts.iter().filter_map(|(id, _)| child(&mounts, Node::ROOT, id)).map(|child| child.0).collect();
        assert_eq!(names, [b"home"]);
    }
}
