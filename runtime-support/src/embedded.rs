//! The trees packed into the executable: paths in them, and what is told about
//! their nodes. They behave as directories of a host that are granted read-only.
//!
//! A path is looked up as [`crate::resolve`] does it on the host: name by name,
//! symbolic links expanded, never above the directory that it starts from.

use rustix::fs::SeekFrom;
use wasmc_abi::embed::{Content, Image, Node, NodeId};

use crate::errno::{Errno, Result};
use crate::fd::{Object, OpenFile, Table};
use crate::path;
use crate::resolve::{Pending, count_link};
use crate::wasi::types::{FileType, Filestat};
use crate::world::MountId;

/// Of embedded files, as fd_filestat_get tells. Linux's numbers of devices have
/// 32 bits, so no host has this one.
pub const DEVICE: u64 = 1 << 32;

/// Where a path call goes that starts in the executable.
pub struct Directory {
    pub image: Image<'static>,
    pub node: NodeId,
    pub mount: MountId,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub id: NodeId,
    pub content: Content<'static>,
    /// The path ended in a slash or a dot.
    pub must_be_directory: bool,
}

impl Directory {
    /// The node at `path`. A symbolic link there is followed where `follow` or
    /// the path's end says so.
    pub fn look_up(&self, path: &[u8], follow: bool) -> Result<Found> {
        let mut must_be_directory = path::split(path).trailing_slash;
        let mut pending = Pending::new(path)?;
        let (mut here, mut links) = (self.node, 0);
        while let Some(name) = pending.next_name()? {
            let node = node(self.image, here)?;
            let Content::Directory(entries) = node.content else { return Err(Errno::NOTDIR) };
            let id = match name.as_bytes() {
                b"." => continue,
                b".." if here == self.node => return Err(Errno::PERM),
                b".." => node.parent,
                name => self.image.find(entries, name).ok_or(Errno::NOENT)?,
            };
            let content = self::node(self.image, id)?.content;
            let is_last = pending.is_empty();
            match content {
                Content::Link(_) if is_last && !follow && !must_be_directory => {
                    return Ok(Found { id, content, must_be_directory });
                }
                Content::Link(target) => {
                    count_link(&mut links)?;
                    if path::is_absolute(target) {
                        return Err(Errno::PERM);
                    }
                    pending.put_back(target)?;
                    must_be_directory |= is_last && path::split(target).trailing_slash;
                }
                _ => here = id,
            }
        }
        Ok(Found { id: here, content: node(self.image, here)?.content, must_be_directory })
    }

    /// The target of the symbolic link at `path`.
    pub fn link_target(&self, path: &[u8]) -> Result<&'static [u8]> {
        match self.look_up(path, false)?.content {
            Content::Link(target) => Ok(target),
            Content::Directory(_) | Content::File(_) => Err(Errno::INVAL),
        }
    }
}

/// A node that was found before, so that it can only be missing by a bug.
pub fn node(image: Image<'static>, id: NodeId) -> Result<Node<'static>> {
    image.node(id).ok_or(Errno::IO)
}

/// The bytes of an open file.
pub fn bytes(image: Image<'static>, file: NodeId) -> Result<&'static [u8]> {
    match node(image, file)?.content {
        Content::File(bytes) => Ok(bytes),
        Content::Directory(_) | Content::Link(_) => Err(Errno::IO),
    }
}

/// The bytes of an open file from `offset` on, none behind its end.
pub fn bytes_from(image: Image<'static>, file: NodeId, offset: u64) -> Result<&'static [u8]> {
    let bytes = bytes(image, file)?;
    Ok(usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or_default())
}

/// What is left to read, as Linux tells of files; none of directories. `None`
/// for what is not in the executable.
pub fn bytes_left(image: Option<Image<'static>>, table: &Table, fd: u32) -> Option<u64> {
    match &table.get(fd).ok()?.object {
        Object::EmbeddedFile(file) => {
            Some(bytes_from(image?, file.node, file.position).map_or(0, |bytes| bytes.len() as u64))
        }
        Object::EmbeddedDirectory(_) => Some(0),
        _ => None,
    }
}

/// Moves the position as lseek does, past the end if asked to.
pub fn seek(image: Image<'static>, file: &mut OpenFile, from: SeekFrom) -> Result<u64> {
    let (base, offset) = match from {
        SeekFrom::Current(offset) => (file.position, offset),
        SeekFrom::End(offset) => (bytes(image, file.node)?.len() as u64, offset),
        SeekFrom::Start(offset) => (0, offset as i64),
        _ => return Err(Errno::INVAL),
    };
    let position = (base as i64).checked_add(offset).and_then(|position| u64::try_from(position).ok());
    file.position = position.ok_or(Errno::INVAL)?;
    Ok(file.position)
}

/// Never 0, which means a free entry to some guests.
pub fn inode(id: NodeId) -> u64 {
    u64::from(id.index()) + 1
}

pub fn file_type(content: Content<'_>) -> FileType {
    match content {
        Content::Directory(_) => FileType::Directory,
        Content::File(_) => FileType::RegularFile,
        Content::Link(_) => FileType::SymbolicLink,
    }
}

/// The image keeps no times: the same tree gives the same executable.
pub fn filestat(id: NodeId, content: Content<'_>) -> Filestat {
    let size = match content {
        Content::Directory(_) => 0,
        Content::File(bytes) | Content::Link(bytes) => bytes.len(),
    };
    Filestat {
        device: DEVICE,
        inode: inode(id),
        file_type: file_type(content),
        links: 1,
        size_bytes: size as u64,
        accessed: 0,
        modified: 0,
        changed: 0,
    }
}
