//! All state of the runtime that WASI calls share: made by [`prepare`] before
//! the guest starts, reached by [`enter`] from each call.

use core::cell::UnsafeCell;

use rustix::fd::{AsFd, BorrowedFd};
use rustix::fs::{CWD, Stat, fstat};
use wasmc_abi::embed::{Image, NodeId};

use crate::embedded;
use crate::environ::Environ;
use crate::errno::{Errno, Result};
use crate::fd::{Descriptor, Object, Table};
use crate::grants::{self, Surroundings};
use crate::guest::IovecSpace;
use crate::names::Names;
use crate::path::{self, PathBuffer};
use crate::process::Process;
use crate::report;
use crate::resolve::{IS_BROKEN, Limit, Resolver, Scope};
use crate::synthetic::{self, Found};
use crate::wasi::poll::PollSpace;
use crate::wasi::types::{FileType, file_type};

/// Most directories that can be granted, aliases included.
const MOUNTS_MAX: usize = 256;
/// Room for names that exist nowhere else: expanded, joined, cleaned.
const NAMES_BYTES: usize = 256 * 1024;

/// A directory that was granted, under one of its names.
#[derive(Clone, Copy)]
pub struct Mount {
    /// As fd_prestat_dir_name tells.
    pub name: &'static [u8],
    /// Its place in the tree of absolute paths, where it has one.
    pub path: Option<&'static [u8]>,
    pub is_read_only: bool,
    /// It is the root of the host's file system, named `/`.
    pub is_host_root: bool,
    pub source: Source,
    /// The guest's number for it at the start.
    pub fd: u32,
}

impl Mount {
    pub const EMPTY: Mount = Mount {
        name: b"",
        path: None,
        is_read_only: false,
        is_host_root: false,
        source: Source::EMPTY,
        fd: 0,
    };
}

/// Where a mount's files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the host's directory that has these numbers.
    Host { device: u64, inode: u64 },
    /// In the executable, in the tree with this root; in no host's directory.
    Embedded(NodeId),
}

impl Source {
    const EMPTY: Source = Source::Host { device: 0, inode: 0 };

    pub fn host(stat: &Stat) -> Source {
        Source::Host { device: stat.st_dev, inode: stat.st_ino }
    }

    /// As fd_filestat_get tells.
    pub fn inode(self) -> u64 {
        match self {
            Source::Host { inode, .. } => inode,
            Source::Embedded(root) => embedded::inode(root),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MountId(u16);

impl MountId {
    pub const FIRST: MountId = MountId(0);

    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

pub struct Mounts([Slot; MOUNTS_MAX]);

/// As an Option, but all zeros where there is none: the compiler would find
/// another bit pattern for that, and the world would no longer be in .bss.
#[repr(u8)]
enum Slot {
    Free = 0,
    Used(Mount),
}

impl Slot {
    fn get(&self) -> Option<&Mount> {
        match self {
            Slot::Free => None,
            Slot::Used(mount) => Some(mount),
        }
    }
}

impl Default for Mounts {
    fn default() -> Self {
        Self::new()
    }
}

impl Mounts {
    pub const fn new() -> Mounts {
        Mounts([const { Slot::Free }; MOUNTS_MAX])
    }

    pub fn get(&self, id: MountId) -> Option<&Mount> {
        self.0.get(id.index())?.get()
    }

    pub fn get_mut(&mut self, id: MountId) -> Option<&mut Mount> {
        match self.0.get_mut(id.index())? {
            Slot::Free => None,
            Slot::Used(mount) => Some(mount),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (MountId, &Mount)> {
        self.0.iter().map_while(Slot::get).zip(0..).map(|(mount, index)| (MountId(index), mount))
    }

    /// `None` where there are too many.
    pub fn add(&mut self, mount: Mount) -> Option<MountId> {
        let index = self.0.iter().position(|slot| slot.get().is_none())?;
        *self.0.get_mut(index)? = Slot::Used(mount);
        Some(MountId(index as u16))
    }
}

pub struct World {
    pub table: Table,
    pub mounts: Mounts,
    pub resolver: Resolver,
    pub environ: Environ,
    pub iovecs: IovecSpace,
    pub poll: PollSpace,
    /// The trees packed into the executable, where there are any.
    pub embedded: Option<Image<'static>>,
    /// The descriptor that was opened last, while only [`World::settle`] would
    /// need to know whether it is a directory.
    pub unsettled: Option<u32>,
    /// What the kernel gave; `None` before [`prepare`].
    pub process: Option<Process>,
    /// What the guest is told that it is called, if not what the process is.
    pub argv0: Option<&'static [u8]>,
    /// Arguments that were the runtime's, after the program's name.
    pub skipped_args: usize,
    pub is_go: bool,
    /// SIGPIPE does not, or no longer, end the process by itself.
    pub survives_sigpipe: bool,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// Where a path call goes.
pub enum Target<'w> {
    Host(Directory<'w>),
    Embedded(embedded::Directory),
    Synthetic(Found),
}

/// A host directory that the guest holds.
pub struct Directory<'w> {
    pub scope: Scope<'w>,
    pub mount: MountId,
    pub is_read_only: bool,
}

impl World {
    pub const fn new() -> World {
        World {
            table: Table::new(),
            mounts: Mounts::new(),
            resolver: Resolver::new(),
            environ: Environ::new(),
            iovecs: IovecSpace::new(),
            poll: PollSpace::new(),
            embedded: None,
            unsettled: None,
            process: None,
            argv0: None,
            skipped_args: 0,
            is_go: false,
            survives_sigpipe: false,
        }
    }

    /// Argument `index` as the guest sees it; the first one always exists.
    pub fn arg(&self, index: usize) -> Option<&'static [u8]> {
        let arg = |index| self.process.as_ref().and_then(|process| process.arg(index));
        match index {
            0 => self.argv0.or(arg(0)).or(Some(b"app")),
            _ => arg(index + self.skipped_args),
        }
    }

    /// Asks what the descriptor opened last is. Every call does so first, but for
    /// those that do the same for a file and a directory: a file that is opened,
    /// read and closed is never asked about.
    pub fn settle(&mut self) {
        let Some(fd) = self.unsettled.take() else { return };
        let Ok(descriptor) = self.table.get_mut(fd) else { return };
        let stat = descriptor.host().and_then(|host| Ok(fstat(host)?));
        descriptor.settle(stat.map_or(FileType::Unknown, |stat| file_type(&stat)));
    }

    /// The directory that a path call with `fd` and `path` starts from. The
    /// path becomes relative to that directory.
    pub fn locate(&self, fd: u32, path: &mut PathBuffer) -> Result<Target<'_>> {
        // Go's number for a path that no mount covers.
        if fd == u32::MAX && self.is_go {
            return Err(Errno::NOENT);
        }
        let descriptor = self.table.get(fd)?;
        if path::is_absolute(path.as_bytes()) && !IS_BROKEN {
            return Err(Errno::PERM);
        }
        match &descriptor.object {
            Object::Directory(directory) => {
                if let Some(id) = self.redirect(descriptor, path)? {
                    return self.mounted(id);
                }
                let scope = self.scope(directory.as_fd(), descriptor);
                Ok(Target::Host(self.directory(scope, descriptor.mount)))
            }
            Object::EmbeddedDirectory(node) => match self.redirect(descriptor, path)? {
                Some(id) => self.mounted(id),
                None => self.embedded_directory(*node, descriptor.mount),
            },
            Object::Synthetic(node) => match synthetic::look_up(&self.mounts, *node, path)? {
                Found::Mount(id) => self.mounted(id),
                found => Ok(Target::Synthetic(found)),
            },
            _ => Err(Errno::NOTDIR),
        }
    }

    /// Go's longest plain prefix may have chosen a mount above the right one.
    fn redirect(&self, from: &Descriptor, path: &mut PathBuffer) -> Result<Option<MountId>> {
        let base = self.mounts.get(from.mount).and_then(|mount| mount.path);
        let Some(base) = base.filter(|_| self.is_go && from.is_preopen) else { return Ok(None) };
        // Go cleans its paths; one with `..` is for the host to resolve.
        if path::components(path.as_bytes()).any(|name| name == b"..") {
            return Ok(None);
        }
        let Some((id, rest)) = synthetic::enter(&self.mounts, base, path.as_bytes()) else { return Ok(None) };
        if self.mounts.get(id).is_none_or(|mount| mount.path == Some(base)) {
            return Ok(None);
        }
        // The rest is the end of the path itself, or stands for nothing left.
        let rest_len = if rest == b"." { 0 } else { rest.len() };
        path.remove_front(path.as_bytes().len() - rest_len);
        if rest_len == 0 {
            path.push(b".")?;
        }
        Ok(Some(id))
    }

    /// The directory of a mount, if the guest still has it where it started.
    fn mounted(&self, id: MountId) -> Result<Target<'_>> {
        let mount = self.mounts.get(id).ok_or(Errno::BADF)?;
        let descriptor = self.table.get(mount.fd)?;
        if !descriptor.is_preopen || descriptor.mount != id {
            return Err(Errno::BADF);
        }
        if let Object::EmbeddedDirectory(node) = descriptor.object {
            return self.embedded_directory(node, id);
        }
        let scope = self.scope(descriptor.host()?, descriptor);
        Ok(Target::Host(self.directory(scope, id)))
    }

    fn embedded_directory(&self, node: NodeId, mount: MountId) -> Result<Target<'_>> {
        Ok(Target::Embedded(embedded::Directory { image: self.image()?, node, mount }))
    }

    /// What descriptors of embedded files and directories are in.
    pub fn image(&self) -> Result<Image<'static>> {
        self.embedded.ok_or(Errno::IO)
    }

    fn scope<'w>(&self, directory: BorrowedFd<'w>, descriptor: &Descriptor) -> Scope<'w> {
        let limit = match (self.is_host_root(descriptor.mount), descriptor.is_preopen) {
            (false, _) => Limit::Start,
            (true, true) => Limit::HostRoot,
            (true, false) => Limit::Host,
        };
        Scope { directory, limit }
    }

    fn directory<'w>(&self, scope: Scope<'w>, mount: MountId) -> Directory<'w> {
        Directory { scope, mount, is_read_only: self.is_read_only(mount) }
    }

    pub fn is_host_root(&self, mount: MountId) -> bool {
        self.mounts.get(mount).is_some_and(|mount| mount.is_host_root)
    }

    pub fn is_read_only(&self, mount: MountId) -> bool {
        !IS_BROKEN && self.mounts.get(mount).is_some_and(|mount| mount.is_read_only)
    }
}

/// The one world of the process, and the room for its names.
struct Global {
    world: UnsafeCell<World>,
    names: UnsafeCell<[u8; NAMES_BYTES]>,
    path: UnsafeCell<PathBuffer>,
}

// SAFETY: the process has one thread.
#[allow(unsafe_code)]
unsafe impl Sync for Global {}

static GLOBAL: Global = Global {
    world: UnsafeCell::new(World::new()),
    names: UnsafeCell::new([0; NAMES_BYTES]),
    path: UnsafeCell::new(PathBuffer::EMPTY),
};

/// Gives the guest what `config`, and with its permission the arguments, grant.
/// Called once, before the guest starts.
pub fn prepare(process: &Process, config: &'static [u8], embedded: &'static [u8]) {
    // SAFETY: nothing else runs yet, and nothing else uses the names' room.
    #[allow(unsafe_code)]
    let ((world, _), room) = unsafe { (enter(), &mut *GLOBAL.names.get()) };
    world.embedded = (!embedded.is_empty()).then_some(Image::new(embedded));
    let surroundings = Surroundings { process, cwd: CWD, cwd_path: None };
    if let Err(failure) = grants::apply(world, &surroundings, config, Names::new(room)) {
        report::fatal(&failure.parts());
    }
}

/// The world, and room for a path, for one WASI call. A path of its own would
/// be 4 KiB to clear in each.
///
/// # Safety
/// The result of an earlier call must no longer be in use: the process has one
/// thread, and a WASI call never makes another.
#[allow(unsafe_code)]
pub unsafe fn enter() -> (&'static mut World, &'static mut PathBuffer) {
    // SAFETY: the caller's promise.
    unsafe { (&mut *GLOBAL.world.get(), &mut *GLOBAL.path.get()) }
}

#[cfg(test)]
mod tests {
    // Symbols of the linker, whose addresses are all there is to them.
    #![allow(unsafe_code)]

    unsafe extern "C" {
        static __bss_start: u8;
        static _end: u8;
    }

    #[test]
    fn the_world_takes_no_space_in_the_executable() {
        let (start, end) = (&raw const __bss_start as usize, &raw const _end as usize);
        let world = &raw const super::GLOBAL as usize;
        assert!(start <= world && world + size_of::<super::Global>() <= end);
    }
}
