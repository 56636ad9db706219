//! `fd_readdir`.

use core::mem::MaybeUninit;

use rustix::fd::BorrowedFd;
use rustix::fs::{RawDir, SeekFrom, fstat, seek};
use rustix::io::Errno as Host;
use wasmc_abi::embed::{Content, NodeId};

use super::Call;
use super::types::{FileType, rights};
use crate::embedded;
use crate::errno::{Errno, Result};
use crate::fd::Object;
use crate::guest::Record;
use crate::synthetic::{self, Child, Node};
use crate::world::{MountId, Mounts, Source, World};

const DIRENT_BYTES: usize = 24;
/// For entries as the kernel gives them.
const ENTRIES_BYTES: usize = 4096;

/// Lists from the entry `cookie` on, which is 0 or an earlier entry's `d_next`.
/// The buffer is filled to its end where more entries remain, the last of them
/// cut: guests take anything less for the end of the directory.
pub fn fd_readdir(call: &mut Call<'_>, fd: u32, buffer: u32, len: u32, cookie: u64, used: u32) -> Result<()> {
    call.guest.check(used, 4)?;
    let world = &*call.world;
    let descriptor = world.table.get(fd)?;
    let mut list = List { room: call.guest.bytes_mut(buffer, len)?, used: 0 };
    match &descriptor.object {
        Object::Directory(_) | Object::EmbeddedDirectory(_) | Object::Synthetic(_)
            if descriptor.base_rights & rights::FD_READDIR == 0 =>
        {
            return Err(Errno::BADF);
        }
        Object::Directory(_) => {
            read_host(&mut list, descriptor.host()?, cookie, &world.mounts, descriptor.mount)?
        }
        Object::EmbeddedDirectory(node) => read_embedded(&mut list, world, descriptor.mount, *node, cookie)?,
        Object::Synthetic(node) => read_synthetic(&mut list, *node, cookie, &world.mounts),
        _ => return Err(Errno::NOTDIR),
    }
    let bytes = list.used as u32;
    call.guest.write_u32(used, bytes)
}

fn read_host(
    list: &mut List<'_>,
    directory: BorrowedFd<'_>,
    cookie: u64,
    mounts: &Mounts,
    mount: MountId,
) -> Result<()> {
    seek(directory, SeekFrom::Start(cookie))?;
    let mut entries = [MaybeUninit::uninit(); ENTRIES_BYTES];
    let mut entries = RawDir::new(directory, &mut entries);
    while !list.is_full() {
        let entry = match entries.next() {
            None => break,
            Some(Err(Host::INTR)) => continue,
            // The directory is removed and so has no entries; C libraries agree.
            Some(Err(Host::NOENT)) => break,
            Some(entry) => entry?,
        };
        let name = entry.file_name().to_bytes();
        let mut inode = entry.ino();
        if name == b".." {
            inode = parent_inode(directory, inode, mounts, mount)?;
        }
        list.push(entry.next_entry_cookie(), inode, entry.file_type().into(), name);
    }
    Ok(())
}

/// What is above a mount is not the guest's to know: there `..` is the
/// directory itself, as in a root.
fn parent_inode(directory: BorrowedFd<'_>, parent: u64, mounts: &Mounts, mount: MountId) -> Result<u64> {
    let stat = fstat(directory)?;
    let is_root = mounts.get(mount).is_none_or(|mount| mount.source == Source::host(&stat));
    Ok(if is_root { stat.st_ino } else { parent })
}

/// Entries are `.`, `..`, and what the directory holds; cookies count them.
fn read_embedded(
    list: &mut List<'_>,
    world: &World,
    mount: MountId,
    directory: NodeId,
    cookie: u64,
) -> Result<()> {
    let image = world.image()?;
    let node = embedded::node(image, directory)?;
    let Content::Directory(entries) = node.content else { return Err(Errno::NOTDIR) };
    let is_root = world.mounts.get(mount).is_none_or(|mount| mount.source == Source::Embedded(directory));
    let parent = if is_root { directory } else { node.parent };
    let mut next = cookie;
    while !list.is_full() {
        let (id, name) = match next {
            0 => (directory, &b"."[..]),
            1 => (parent, &b".."[..]),
            _ => match entries.get(next - 2) {
                Some(id) => (id, embedded::node(image, id)?.name),
                None => break,
            },
        };
        next += 1;
        let file_type = embedded::file_type(embedded::node(image, id)?.content);
        list.push(next, embedded::inode(id), file_type, name);
    }
    Ok(())
}

/// Entries are `.`, `..`, and what each mount adds; cookies count them.
fn read_synthetic(list: &mut List<'_>, node: Node, cookie: u64, mounts: &Mounts) {
    const DOTS: [&[u8]; 2] = [b".", b".."];
    for (index, name) in (0u64..).zip(DOTS) {
        if index >= cookie && !list.is_full() {
            list.push(index + 1, node.inode(), FileType::Directory, name);
        }
    }
    for (index, (id, _)) in (DOTS.len() as u64..).zip(mounts.iter()) {
        if index < cookie || list.is_full() {
            continue;
        }
        let Some((name, child)) = synthetic::child(mounts, node, id) else { continue };
        let inode = match child {
            Child::Node(child) => child.inode(),
            Child::Mount(id) => mounts.get(id).map_or(0, |mount| mount.source.inode()),
        };
        list.push(index + 1, inode, FileType::Directory, name);
    }
}

/// The guest's buffer.
struct List<'g> {
    room: &'g mut [u8],
    used: usize,
}

impl List<'_> {
    fn is_full(&self) -> bool {
        self.used == self.room.len()
    }

    fn push(&mut self, next: u64, inode: u64, file_type: FileType, name: &[u8]) {
        let dirent = Record::<DIRENT_BYTES>::ZERO
            .put(0, &next.to_le_bytes())
            .put(8, &inode.to_le_bytes())
            .put(16, &(name.len() as u32).to_le_bytes())
            .put(20, &[file_type as u8]);
        self.push_bytes(&dirent.0);
        self.push_bytes(name);
    }

    /// As much of `bytes` as fits.
    fn push_bytes(&mut self, bytes: &[u8]) {
        let room = self.room.get_mut(self.used..).unwrap_or_default();
        let len = bytes.len().min(room.len());
        if let (Some(room), Some(bytes)) = (room.get_mut(..len), bytes.get(..len)) {
            room.copy_from_slice(bytes);
        }
        self.used += len;
    }
}

#[cfg(test)]
pub mod testing {
    //! What fd_readdir writes, as guests read it.
    use std::string::String;
    use std::vec::Vec;

    use super::super::testing::Sandbox;
    use super::DIRENT_BYTES;
    use crate::guest::Record;

    pub struct Entry {
        pub next: u64,
        pub inode: u64,
        pub file_type: u8,
        pub name: String,
    }

    /// The whole entries in a buffer that fd_readdir filled.
    pub fn entries(bytes: &[u8]) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut rest = bytes;
        while let Some((head, tail)) = rest.split_first_chunk::<DIRENT_BYTES>() {
            let head = Record(*head);
            let Some((name, tail)) = tail.split_at_checked(head.u32(16) as usize) else { break };
            let name = String::from_utf8(name.to_vec()).unwrap();
            entries.push(Entry { next: head.u64(0), inode: head.u64(8), file_type: head.u8(20), name });
            rest = tail;
        }
        entries
    }

    /// Lists as guests do: until a call leaves room in the buffer.
    pub fn list(guest: &mut Sandbox, fd: u32, room: u32) -> Vec<Entry> {
        let (mut all, mut cookie) = (Vec::new(), 0);
        loop {
            let bytes = guest.readdir(fd, room, cookie).unwrap();
            let found = entries(&bytes);
            assert!(!found.is_empty() || bytes.len() < room as usize);
            cookie = found.last().map_or(cookie, |entry| entry.next);
            all.extend(found);
            if bytes.len() < room as usize {
                return all;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::string::String;
    use std::vec::Vec;

    use super::super::testing::{DIR, Open, Sandbox, with_each_resolver};
    use super::testing::{Entry, entries, list};
    use super::*;
    use crate::resolve::Resolver;
    use crate::world::Mount;

    fn names(entries: &[Entry]) -> Vec<&str> {
        let mut names: Vec<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_entry_once_whatever_the_room() {
        with_each_resolver(|guest| {
            let mut expected =
                std::vec![String::from("."), String::from(".."), String::from("file"), String::from("sub")];
            for index in 0..300 {
                let name = std::format!("{index:0width$}", width = 3 + index % 200);
                std::fs::write(guest.host(&(String::from("grant/") + &name)), "").unwrap();
                expected.push(name);
            }
            expected.sort_unstable();
            let directory = guest.open(DIR, ".", Open::DIRECTORY).unwrap();
            for room in [300, 1000, 4096, 65536] {
                assert_eq!(names(&list(guest, directory, room)), expected, "{room}");
            }
        });
    }

    #[test]
    fn the_last_entry_is_cut_at_the_end_of_the_buffer() {
        let mut guest = Sandbox::new(Resolver::new());
        let whole = guest.readdir(DIR, 4096, 0).unwrap();
        assert_eq!(entries(&whole).len(), 4);
        for room in 0..whole.len() {
            assert_eq!(guest.readdir(DIR, room as u32, 0).unwrap(), whole[..room]);
        }
        assert_eq!(guest.readdir(DIR, whole.len() as u32 + 1, 0).unwrap(), whole);
        assert_eq!(guest.readdir(DIR, u32::MAX, 0).err(), Some(Errno::FAULT));
        let end = entries(&whole).last().unwrap().next;
        assert_eq!(guest.readdir(DIR, 4096, end), Ok(Vec::new()));
    }

    #[test]
    fn inodes_and_types_are_those_of_stat() {
        let mut guest = Sandbox::new(Resolver::new());
        guest.link("file", "grant/link");
        for entry in list(&mut guest, DIR, 4096) {
            if entry.name != ".." {
                assert_eq!(
                    guest.stat(DIR, &entry.name, 0),
                    Ok((entry.inode, entry.file_type)),
                    "{}",
                    entry.name
                );
            }
        }
    }

    #[test]
    fn what_is_above_a_mount_is_hidden() {
        let mut guest = Sandbox::new(Resolver::new());
        let again = guest.open(DIR, ".", Open::DIRECTORY).unwrap();
        for fd in [DIR, again] {
            let found: BTreeMap<_, _> =
                list(&mut guest, fd, 4096).into_iter().map(|entry| (entry.name, entry.inode)).collect();
            assert_eq!(found[".."], found["."]);
        }
        let sub = guest.open(DIR, "sub", Open::DIRECTORY).unwrap();
        let root = guest.stat(DIR, ".", 0).unwrap().0;
        assert!(list(&mut guest, sub, 4096).iter().any(|entry| entry.name == ".." && entry.inode == root));
    }

    #[test]
    fn only_directories_that_were_opened_to_be_listed() {
        let mut guest = Sandbox::new(Resolver::new());
        let file = guest.open(DIR, "file", Open::READ).unwrap();
        assert_eq!(guest.readdir(file, 100, 0).err(), Some(Errno::NOTDIR));
        let sub = guest.open(DIR, "sub", Open { rights: 0, ..Open::DIRECTORY }).unwrap();
        assert_eq!(guest.readdir(sub, 100, 0).err(), Some(Errno::BADF));
    }

    #[test]
    fn a_removed_directory_is_empty() {
        let mut guest = Sandbox::new(Resolver::new());
        guest.mkdir(DIR, "gone").unwrap();
        let gone = guest.open(DIR, "gone", Open::DIRECTORY).unwrap();
        assert_eq!(names(&list(&mut guest, gone, 300)), [".", ".."]);
        guest.rmdir(DIR, "gone").unwrap();
        assert_eq!(guest.readdir(gone, 300, 0), Ok(Vec::new()));
    }

    #[test]
    fn synthetic_directories() {
        let mut guest = Sandbox::new(Resolver::new());
        guest.world.mounts = Mounts::new();
        for (path, inode) in [("/home/u/a", 5), ("/home/u/b", 6), ("/tmp", 7), ("/home/v", 8)] {
            assert!(
                guest
                    .world
                    .mounts
                    .add(Mount {
                        path: Some(path.as_bytes()),
                        source: Source::Host { device: 1, inode },
                        ..Mount::EMPTY
                    })
                    .is_some()
            );
        }
        for room in [40, 300] {
            assert_eq!(names(&list(&mut guest, 0, room)), [".", "..", "home", "tmp"]);
            let home = guest.open(0, "home", Open::DIRECTORY).unwrap();
            assert_eq!(names(&list(&mut guest, home, room)), [".", "..", "u", "v"]);
        }
        let root = list(&mut guest, 0, 300);
        assert!(root.iter().any(|entry| entry.name == "tmp" && entry.inode == 7));
        let home = guest.stat(0, "home", 0).unwrap();
        assert!(root.iter().any(|entry| entry.name == "home" && (entry.inode, entry.file_type) == home));
    }
}
