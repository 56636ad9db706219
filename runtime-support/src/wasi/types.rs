//! Constants and layouts of WASI preview1, by the names of its witx files.

use rustix::fs::{FileType as HostType, Stat};

use crate::guest::Record;

pub mod rights {
    pub const FD_READ: u64 = 1 << 1;
    pub const FD_SEEK: u64 = 1 << 2;
    pub const FD_TELL: u64 = 1 << 5;
    pub const FD_WRITE: u64 = 1 << 6;
    pub const FD_ALLOCATE: u64 = 1 << 8;
    pub const FD_READDIR: u64 = 1 << 14;
    pub const FD_FILESTAT_SET_SIZE: u64 = 1 << 22;
    /// Each of the 30 that preview1 has.
    pub const ALL: u64 = (1 << 30) - 1;
    const SOCK: u64 = 1 << 28 | 1 << 29;
    /// The path_ ones and fd_readdir.
    const PATHS: u64 = 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 0x3F << 15 | 0b111 << 24 | FD_READDIR;
    /// Of an open file: what a path starts from is no file's.
    pub const FILE: u64 = ALL & !SOCK & !PATHS;
    /// Of an open directory; guests take a descriptor with seek for a file.
    pub const DIRECTORY: u64 =
        ALL & !SOCK & !(FD_READ | FD_SEEK | FD_TELL | FD_WRITE | FD_ALLOCATE | FD_FILESTAT_SET_SIZE);
    pub const SOCKET: u64 = ALL & !PATHS & !(FD_SEEK | FD_TELL | FD_ALLOCATE | FD_FILESTAT_SET_SIZE);
}

pub mod fdflags {
    pub const APPEND: u16 = 1;
    pub const DSYNC: u16 = 2;
    pub const NONBLOCK: u16 = 4;
    pub const RSYNC: u16 = 8;
    pub const SYNC: u16 = 16;
    pub const ALL: u16 = 31;
}

pub mod oflags {
    pub const CREAT: u32 = 1;
    pub const DIRECTORY: u32 = 2;
    pub const EXCL: u32 = 4;
    pub const TRUNC: u32 = 8;
    pub const ALL: u32 = 15;
}

/// The only bit of lookupflags.
pub const SYMLINK_FOLLOW: u32 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FileType {
    /// FIFOs too, which preview1 has no value for.
    Unknown = 0,
    BlockDevice = 1,
    CharacterDevice = 2,
    Directory = 3,
    RegularFile = 4,
    SocketDgram = 5,
    SocketStream = 6,
    SymbolicLink = 7,
    /// Nobody has asked yet; see [`crate::world::World::settle`]. No guest sees it.
    Unsettled,
}

impl From<HostType> for FileType {
    fn from(host: HostType) -> FileType {
        match host {
            HostType::BlockDevice => FileType::BlockDevice,
            HostType::CharacterDevice => FileType::CharacterDevice,
            HostType::Directory => FileType::Directory,
            HostType::RegularFile => FileType::RegularFile,
            HostType::Socket => FileType::SocketStream,
            HostType::Symlink => FileType::SymbolicLink,
            HostType::Fifo | HostType::Unknown => FileType::Unknown,
        }
    }
}

/// Which of the two published versions of preview1 a module was built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Preview1,
    /// Its predecessor `wasi_unstable`, where some layouts differ.
    Unstable,
}

/// What fd_filestat_get and path_filestat_get tell.
pub struct Filestat {
    pub device: u64,
    pub inode: u64,
    pub file_type: FileType,
    pub links: u64,
    pub size_bytes: u64,
    pub accessed: u64,
    pub modified: u64,
    pub changed: u64,
}

const PREVIEW1_FILESTAT_BYTES: usize = 64;
const UNSTABLE_FILESTAT_BYTES: usize = 56;

impl Filestat {
    pub fn bytes_len(dialect: Dialect) -> u64 {
        match dialect {
            Dialect::Preview1 => PREVIEW1_FILESTAT_BYTES as u64,
            Dialect::Unstable => UNSTABLE_FILESTAT_BYTES as u64,
        }
    }

    pub fn preview1(&self) -> Record<PREVIEW1_FILESTAT_BYTES> {
        Record::ZERO
            .put(0, &self.device.to_le_bytes())
            .put(8, &self.inode.to_le_bytes())
            .put(16, &[self.file_type as u8])
            .put(24, &self.links.to_le_bytes())
            .put(32, &self.size_bytes.to_le_bytes())
            .put(40, &self.accessed.to_le_bytes())
            .put(48, &self.modified.to_le_bytes())
            .put(56, &self.changed.to_le_bytes())
    }

    pub fn unstable(&self) -> Record<UNSTABLE_FILESTAT_BYTES> {
        Record::ZERO
            .put(0, &self.device.to_le_bytes())
            .put(8, &self.inode.to_le_bytes())
            .put(16, &[self.file_type as u8])
            .put(20, &u32::try_from(self.links).unwrap_or(u32::MAX).to_le_bytes())
            .put(24, &self.size_bytes.to_le_bytes())
            .put(32, &self.accessed.to_le_bytes())
            .put(40, &self.modified.to_le_bytes())
            .put(48, &self.changed.to_le_bytes())
    }
}

impl From<Stat> for Filestat {
    fn from(stat: Stat) -> Filestat {
        Filestat {
            device: stat.st_dev,
            inode: stat.st_ino,
            file_type: file_type(&stat),
            links: links(&stat),
            size_bytes: stat.st_size as u64,
            accessed: timestamp(stat.st_atime, stat.st_atime_nsec as i64),
            modified: timestamp(stat.st_mtime, stat.st_mtime_nsec as i64),
            changed: timestamp(stat.st_ctime, stat.st_ctime_nsec as i64),
        }
    }
}

// The field has 64 bits on x86-64 and 32 on aarch64.
#[allow(clippy::useless_conversion)]
fn links(stat: &Stat) -> u64 {
    u64::from(stat.st_nlink)
}

pub fn file_type(stat: &Stat) -> FileType {
    HostType::from_raw_mode(stat.st_mode).into()
}

pub const NANOSECONDS: i64 = 1_000_000_000;

/// Nanoseconds since 1970, as far as 64 bits reach. Times before 1970 are two's
/// complement, which Go reads back as what they are.
pub fn timestamp(seconds: i64, nanoseconds: i64) -> u64 {
    seconds.saturating_mul(NANOSECONDS).saturating_add(nanoseconds) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_saturate() {
        assert_eq!(timestamp(1, 5), 1_000_000_005);
        assert_eq!(timestamp(-1, 999_999_999) as i64, -1);
        assert_eq!(timestamp(i64::MAX, 1), i64::MAX as u64);
        assert_eq!(timestamp(i64::MIN, 0), i64::MIN as u64);
    }

    #[test]
    fn rights_follow_what_guests_look_at() {
        assert_eq!(rights::DIRECTORY & (rights::FD_SEEK | rights::FD_FILESTAT_SET_SIZE), 0);
        assert_ne!(rights::DIRECTORY & rights::FD_READDIR, 0);
        let file = rights::FD_READ | rights::FD_WRITE | rights::FD_SEEK | rights::FD_TELL;
        assert_eq!(rights::FILE & file, file);
        assert_eq!(rights::FILE & rights::FD_READDIR, 0);
    }

    #[test]
    fn filestat_layouts() {
        let stat = Filestat {
            device: 1,
            inode: 2,
            file_type: FileType::RegularFile,
            links: u64::MAX,
            size_bytes: 5,
            accessed: 6,
            modified: 7,
            changed: 8,
        };
        let record = stat.preview1();
        assert_eq!((record.u64(0), record.u64(8), record.u8(16)), (1, 2, 4));
        assert_eq!((record.u64(24), record.u64(32), record.u64(40)), (u64::MAX, 5, 6));
        assert_eq!((record.u64(48), record.u64(56)), (7, 8));
        let record = stat.unstable();
        assert_eq!((record.u8(16), record.u32(20), record.u64(24)), (4, u32::MAX, 5));
        assert_eq!((record.u64(32), record.u64(40), record.u64(48)), (6, 7, 8));
    }
}
