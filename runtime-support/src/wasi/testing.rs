//! A guest without code: tests make its calls on a directory of their own.

use std::boxed::Box;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::vec::Vec;

use rustix::fs::{CWD, Mode, OFlags, fstat, openat};
use tempfile::TempDir;
use wasmc_abi::embed::{Entry, Image, encode};

use super::types::{Dialect, oflags, rights};
use super::{Call, dir, fd_io, fd_stat, open, path};
use crate::errno::Result;
use crate::fd::{Descriptor, Object};
use crate::guest::testing::Memory;
use crate::resolve::Resolver;
use crate::synthetic::Node;
use crate::world::{Mount, Source, World};

/// The granted directory, writable.
pub const DIR: u32 = 3;
/// The same directory, read-only.
pub const READ_ONLY: u32 = 4;

const MEMORY_BYTES: usize = 1 << 18;
/// Where results go, and the two path arguments.
pub const OUT: u32 = 0;
const FIRST: u32 = 0x1000;
const SECOND: u32 = 0x4000;
/// For bytes read and written; the array of buffers before it.
const IOVEC: u32 = 0x8000;
pub const BUFFER: u32 = 0x10000;

pub struct Sandbox {
    pub world: Box<World>,
    pub memory: Memory,
    pub dialect: Dialect,
    path: crate::path::PathBuffer,
    root: TempDir,
}

/// Runs a test with each of the two ways to resolve a path.
pub fn with_each_resolver(test: impl Fn(&mut Sandbox)) {
    for resolver in [Resolver::new(), Resolver::walking()] {
        test(&mut Sandbox::new(resolver));
    }
}

impl Sandbox {
    /// `grant/` is the guest's; `outside/` beside it is not.
    pub fn new(resolver: Resolver) -> Sandbox {
        let root = tempfile::tempdir().unwrap();
        for directory in ["grant/sub", "outside/sub"] {
            std::fs::create_dir_all(root.path().join(directory)).unwrap();
        }
        for file in ["grant/file", "grant/sub/file", "outside/secret", "outside/sub/secret"] {
            std::fs::write(root.path().join(file), file).unwrap();
        }
        let mut world = Box::new(World::new());
        world.resolver = resolver;
        // Not the test's own standard streams: dropping those replaces them.
        for expected in 0..3 {
            assert_eq!(world.table.insert(Descriptor::synthetic(Node::ROOT)), Ok(expected));
        }
        for (expected, is_read_only) in [(DIR, false), (READ_ONLY, true)] {
            let path = root.path().join("grant");
            let directory = openat(CWD, &path, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).unwrap();
            let stat = fstat(&directory).unwrap();
            let mount = Mount { is_read_only, source: Source::host(&stat), fd: expected, ..Mount::EMPTY };
            let id = world.mounts.add(mount).unwrap();
            let descriptor = Descriptor { is_preopen: true, ..Descriptor::directory(directory, id) };
            assert_eq!(world.table.insert(descriptor), Ok(expected));
        }
        let memory = Memory::new(MEMORY_BYTES);
        Sandbox { world, memory, dialect: Dialect::Preview1, path: crate::path::PathBuffer::EMPTY, root }
    }

    /// Packs the granted directory into an image and gives the guest that too.
    pub fn embed(&mut self) -> u32 {
        let image = encode(&[entry(&self.host("grant"))], 0, |file, image| {
            image.extend(std::fs::read(file)?);
            Ok::<(), std::io::Error>(())
        });
        let image = Image::new(Vec::leak(image.unwrap()));
        let root = image.tree(0).unwrap();
        self.world.embedded = Some(image);
        let source = Source::Embedded(root);
        let id = self.world.mounts.add(Mount { is_read_only: true, source, ..Mount::EMPTY }).unwrap();
        let descriptor = Descriptor::of_directory(Object::EmbeddedDirectory(root), id);
        let fd = self.world.table.insert(Descriptor { is_preopen: true, ..descriptor }).unwrap();
        self.world.mounts.get_mut(id).unwrap().fd = fd;
        fd
    }

    /// Grants all of the host as `/`, and tells its descriptor.
    pub fn grant_host_root(&mut self) -> u32 {
        let directory = openat(CWD, "/", OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).unwrap();
        let id = self.world.mounts.add(Mount { is_host_root: true, ..Mount::EMPTY }).unwrap();
        let descriptor = Descriptor { is_preopen: true, ..Descriptor::directory(directory, id) };
        self.world.table.insert(descriptor).unwrap()
    }

    /// A path on the host, from above the granted directory.
    pub fn host(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    /// A symbolic link on the host.
    pub fn link(&self, target: &str, path: &str) {
        std::os::unix::fs::symlink(target, self.host(path)).unwrap();
    }

    pub fn call<T>(&mut self, call: impl FnOnce(&mut Call<'_>) -> T) -> T {
        self.world.settle();
        self.call_blindly(call)
    }

    /// As [`Sandbox::call`], for calls that do not settle what was opened last.
    pub fn call_blindly<T>(&mut self, call: impl FnOnce(&mut Call<'_>) -> T) -> T {
        let guest = self.memory.guest();
        call(&mut Call { guest, world: &mut self.world, path: &mut self.path })
    }

    pub fn put(&mut self, address: u32, bytes: &[u8]) {
        self.memory.guest().write(address, bytes).unwrap();
    }

    pub fn u32(&mut self, address: u32) -> u32 {
        self.memory.guest().read_u32(address).unwrap()
    }

    pub fn bytes(&mut self, address: u32, len: u32) -> Vec<u8> {
        self.memory.guest().bytes(address, len).unwrap().to_vec()
    }

    pub fn open(&mut self, fd: u32, path: &str, how: Open) -> Result<u32> {
        self.put(FIRST, path.as_bytes());
        let (len, lookup) = (path.len() as u32, u32::from(how.follow));
        self.call(|call| open::path_open(call, fd, lookup, FIRST, len, how.oflags, how.rights, 0, 0, OUT))?;
        Ok(self.u32(OUT))
    }

    /// Opens, reads and closes.
    pub fn read_path(&mut self, fd: u32, path: &str) -> Result<Vec<u8>> {
        let file = self.open(fd, path, Open::READ)?;
        let text = self.read(file, 100);
        assert_eq!(self.call_blindly(|call| fd_stat::fd_close(call, file)), Ok(()));
        text
    }

    pub fn read(&mut self, fd: u32, len: u32) -> Result<Vec<u8>> {
        self.iovec(BUFFER, len);
        self.call_blindly(|call| fd_io::fd_read(call, fd, IOVEC, 1, OUT))?;
        let len = self.u32(OUT);
        Ok(self.bytes(BUFFER, len))
    }

    pub fn write(&mut self, fd: u32, text: &[u8]) -> Result<u32> {
        self.put(BUFFER, text);
        self.iovec(BUFFER, text.len() as u32);
        self.call(|call| fd_io::fd_write(call, fd, IOVEC, 1, OUT))?;
        Ok(self.u32(OUT))
    }

    fn iovec(&mut self, address: u32, len: u32) {
        self.put(IOVEC, &address.to_le_bytes());
        self.put(IOVEC + 4, &len.to_le_bytes());
    }

    /// One call that takes a single path.
    fn with_path<T>(&mut self, path: &str, call: impl FnOnce(&mut Call<'_>, u32, u32) -> T) -> T {
        self.put(FIRST, path.as_bytes());
        self.call(|c| call(c, FIRST, path.len() as u32))
    }

    /// One call that takes two paths.
    fn with_paths<T>(&mut self, paths: [&str; 2], call: impl FnOnce(&mut Call<'_>, [u32; 4]) -> T) -> T {
        self.put(FIRST, paths[0].as_bytes());
        self.put(SECOND, paths[1].as_bytes());
        let args = [FIRST, paths[0].len() as u32, SECOND, paths[1].len() as u32];
        self.call(|c| call(c, args))
    }

    pub fn mkdir(&mut self, fd: u32, path: &str) -> Result<()> {
        self.with_path(path, |call, at, len| path::path_create_directory(call, fd, at, len))
    }

    pub fn rmdir(&mut self, fd: u32, path: &str) -> Result<()> {
        self.with_path(path, |call, at, len| path::path_remove_directory(call, fd, at, len))
    }

    pub fn unlink(&mut self, fd: u32, path: &str) -> Result<()> {
        self.with_path(path, |call, at, len| path::path_unlink_file(call, fd, at, len))
    }

    /// The inode and the type.
    pub fn stat(&mut self, fd: u32, path: &str, lookup: u32) -> Result<(u64, u8)> {
        self.with_path(path, |call, at, len| {
            path::path_filestat_get(call, Dialect::Preview1, fd, lookup, at, len, OUT)?;
            let stat = call.guest.record::<64>(OUT, 0)?;
            Ok((stat.u64(8), stat.u8(16)))
        })
    }

    pub fn set_times(&mut self, fd: u32, path: &str, lookup: u32) -> Result<()> {
        self.with_path(path, |call, at, len| {
            path::path_filestat_set_times(call, fd, lookup, at, len, 1, 1, 5)
        })
    }

    pub fn readlink(&mut self, fd: u32, path: &str, room: u32) -> Result<Vec<u8>> {
        self.with_path(path, |call, at, len| path::path_readlink(call, fd, at, len, BUFFER, room, OUT))?;
        let len = self.u32(OUT);
        Ok(self.bytes(BUFFER, len))
    }

    pub fn symlink(&mut self, target: &str, fd: u32, path: &str) -> Result<()> {
        self.with_paths([target, path], |call, [from, from_len, to, to_len]| {
            path::path_symlink(call, from, from_len, fd, to, to_len)
        })
    }

    pub fn hard_link(&mut self, from: (u32, &str), to: (u32, &str)) -> Result<()> {
        self.with_paths([from.1, to.1], |call, [at, len, to_at, to_len]| {
            path::path_link(call, from.0, 0, at, len, to.0, to_at, to_len)
        })
    }

    pub fn rename(&mut self, from: (u32, &str), to: (u32, &str)) -> Result<()> {
        self.with_paths([from.1, to.1], |call, [at, len, to_at, to_len]| {
            path::path_rename(call, from.0, at, len, to.0, to_at, to_len)
        })
    }

    /// What fd_readdir puts into a buffer of `len` bytes.
    pub fn readdir(&mut self, fd: u32, len: u32, cookie: u64) -> Result<Vec<u8>> {
        self.call(|call| dir::fd_readdir(call, fd, BUFFER, len, cookie, OUT))?;
        let used = self.u32(OUT);
        Ok(self.bytes(BUFFER, used))
    }
}

fn entry(path: &Path) -> Entry<PathBuf> {
    let file_type = path.symlink_metadata().unwrap().file_type();
    if file_type.is_symlink() {
        return Entry::Link(path.read_link().unwrap().into_os_string().into_vec());
    }
    if !file_type.is_dir() {
        return Entry::File(path.to_path_buf());
    }
    let listed = path.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut entries: Vec<_> =
        listed.map(|path| (path.file_name().unwrap().as_bytes().to_vec(), entry(&path))).collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Entry::Directory(entries)
}

#[derive(Clone, Copy)]
pub struct Open {
    pub follow: bool,
    pub oflags: u32,
    pub rights: u64,
}

impl Open {
    pub const READ: Open = Open { follow: true, oflags: 0, rights: rights::FD_READ | rights::FD_READDIR };
    pub const WRITE: Open = Open { rights: rights::FD_WRITE, ..Open::READ };
    pub const CREATE: Open =
        Open { oflags: oflags::CREAT, rights: rights::FD_READ | rights::FD_WRITE, ..Open::READ };
    pub const DIRECTORY: Open = Open { oflags: oflags::DIRECTORY, ..Open::READ };

    pub fn no_follow(self) -> Open {
        Open { follow: false, ..self }
    }

    pub fn with(self, oflags: u32) -> Open {
        Open { oflags: self.oflags | oflags, ..self }
    }
}
