//! What is different about files of procfs: some reach into processes, this one
//! included, and no grant of a directory means that.

use rustix::fd::AsFd;
use rustix::fs::{PROC_SUPER_MAGIC, Stat, fstat, fstatfs, major};

use crate::errno::Result;

/// The inode of its root, whose links (`self`, `mounts`) are ordinary ones.
/// Source: `PROC_ROOT_INO` of Linux.
const ROOT_INODE: u64 = 1;

/// Whether the open file that `stat` describes is one of procfs. File systems
/// without a disk have devices of major number 0, so others cost no call.
pub fn contains(file: impl AsFd, stat: &Stat) -> Result<bool> {
    Ok(major(stat.st_dev) == 0 && fstatfs(file)?.f_type == PROC_SUPER_MAGIC)
}

/// Whether symbolic links in `directory` lead elsewhere than their text says:
/// `/proc/self/fd/3`, `/proc/self/root`. See proc(5).
pub fn has_magic_links(directory: impl AsFd) -> Result<bool> {
    let stat = fstat(&directory)?;
    Ok(contains(directory, &stat)? && stat.st_ino != ROOT_INODE)
}
