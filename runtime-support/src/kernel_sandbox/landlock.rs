//! Landlock: the process opens, makes and removes nothing outside of the
//! granted directories, and writes nothing in those granted read-only.
//!
//! It says nothing about what needs no open file: stat, readlink, utimensat.

use linux_raw_sys::landlock as rights;
use rustix::fd::AsRawFd;

use crate::sys::restrict::{self, Ruleset};
use crate::world::{Source, World};

/// Without REFER, which comes with version 2, Landlock denies each rename and
/// link from one directory to another.
const ABI_MIN: u32 = 2;

const READ: u64 = bits(&[rights::LANDLOCK_ACCESS_FS_READ_FILE, rights::LANDLOCK_ACCESS_FS_READ_DIR]);

/// What a guest does in a directory that it may write in. It has no call that
/// makes a socket or a pipe, but it may rename one.
const WRITE: u64 = bits(&[
    rights::LANDLOCK_ACCESS_FS_WRITE_FILE,
    rights::LANDLOCK_ACCESS_FS_REMOVE_DIR,
    rights::LANDLOCK_ACCESS_FS_REMOVE_FILE,
    rights::LANDLOCK_ACCESS_FS_MAKE_DIR,
    rights::LANDLOCK_ACCESS_FS_MAKE_REG,
    rights::LANDLOCK_ACCESS_FS_MAKE_SYM,
    rights::LANDLOCK_ACCESS_FS_MAKE_SOCK,
    rights::LANDLOCK_ACCESS_FS_MAKE_FIFO,
    rights::LANDLOCK_ACCESS_FS_REFER,
    rights::LANDLOCK_ACCESS_FS_TRUNCATE,
]);

/// What it never does.
const NEVER: u64 = bits(&[
    rights::LANDLOCK_ACCESS_FS_EXECUTE,
    rights::LANDLOCK_ACCESS_FS_MAKE_CHAR,
    rights::LANDLOCK_ACCESS_FS_MAKE_BLOCK,
]);

const NETWORK: u64 = bits(&[rights::LANDLOCK_ACCESS_NET_BIND_TCP, rights::LANDLOCK_ACCESS_NET_CONNECT_TCP]);

const SCOPES: u64 = bits(&[rights::LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET, rights::LANDLOCK_SCOPE_SIGNAL]);

const fn bits(rights: &[u32]) -> u64 {
    let mut all = 0;
    let mut index = 0;
    while index < rights.len() {
        all |= rights[index] as u64;
        index += 1;
    }
    all
}

/// The kernel has no Landlock that is of use, or it refused.
#[derive(Debug, PartialEq, Eq)]
pub struct Unavailable;

impl From<i32> for Unavailable {
    fn from(_: i32) -> Unavailable {
        Unavailable
    }
}

pub fn restrict(world: &World) -> Result<(), Unavailable> {
    let denied = denied(restrict::landlock_abi()?)?;
    let ruleset = restrict::landlock_create_ruleset(&denied)?;
    let result = allow_granted(world, ruleset, denied.files)
        .and_then(|()| restrict::landlock_restrict_self(ruleset).map_err(Unavailable::from));
    restrict::close(ruleset);
    result
}

/// What a version of Landlock can deny, of what we want denied. Control calls
/// on devices (version 5) are left to seccomp: a terminal may be asked whether
/// it is one.
fn denied(abi: u32) -> Result<Ruleset, Unavailable> {
    if abi < ABI_MIN {
        return Err(Unavailable);
    }
    let from = |version, rights| if abi >= version { rights } else { 0 };
    let truncate = u64::from(rights::LANDLOCK_ACCESS_FS_TRUNCATE);
    Ok(Ruleset {
        files: (READ | WRITE | NEVER) & !truncate | from(3, truncate),
        network: from(4, NETWORK),
        scopes: from(6, SCOPES),
    })
}

fn allow_granted(world: &World, ruleset: i32, denied: u64) -> Result<(), Unavailable> {
    let mut previous = None;
    for (_, mount) in world.mounts.iter() {
        // What is embedded is in no directory.
        let Source::Host { device, inode } = mount.source else { continue };
        let same = Some((device, inode, mount.is_read_only));
        let directory = world.table.get(mount.fd).and_then(|descriptor| descriptor.host());
        // A directory's second name follows its first.
        let (Ok(directory), true) = (directory, previous != same) else { continue };
        previous = same;
        let allowed = if mount.is_read_only { READ } else { READ | WRITE };
        restrict::landlock_allow_beneath(ruleset, directory.as_raw_fd(), allowed & denied)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_denies_what_it_knows() {
        assert_eq!(denied(1), Err(Unavailable));
        let of = |abi| denied(abi).unwrap_or_default();
        assert_eq!(of(2), Ruleset { files: (1 << 14) - 1, network: 0, scopes: 0 });
        assert_eq!(of(3), Ruleset { files: (1 << 15) - 1, network: 0, scopes: 0 });
        assert_eq!(of(5), Ruleset { files: (1 << 15) - 1, network: 3, scopes: 0 });
        assert_eq!(of(99), Ruleset { files: (1 << 15) - 1, network: 3, scopes: 3 });
    }

    #[test]
    fn nothing_is_both_allowed_and_never_done() {
        assert_eq!((READ & WRITE, (READ | WRITE) & NEVER), (0, 0));
    }
}
