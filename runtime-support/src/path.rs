//! Paths as bytes in fixed buffers, and the ways to take them apart and clean
//! them without looking at a file system.

use core::ffi::CStr;

use crate::errno::{Errno, Result};

/// Linux's PATH_MAX and NAME_MAX; the first counts the NUL.
const PATH_BYTES: usize = 4096;
const NAME_BYTES: usize = 255;

/// A NUL-terminated path.
pub type PathBuffer = Buffer<PATH_BYTES>;
/// A NUL-terminated name of one directory entry.
pub type Name = Buffer<{ NAME_BYTES + 1 }>;

/// At most `BYTES - 1` bytes and a NUL.
pub struct Buffer<const BYTES: usize> {
    len: usize,
    bytes: [u8; BYTES],
}

impl<const BYTES: usize> Buffer<BYTES> {
    pub const EMPTY: Buffer<BYTES> = Buffer { len: 0, bytes: [0; BYTES] };

    pub fn new(text: &[u8]) -> Result<Buffer<BYTES>> {
        let mut buffer = Self::EMPTY;
        buffer.push(text)?;
        Ok(buffer)
    }

    /// Appends `text`, or leaves the buffer alone where it does not fit.
    pub fn push(&mut self, text: &[u8]) -> Result<()> {
        let end = self.len + text.len();
        if end >= BYTES {
            return Err(Errno::NAMETOOLONG);
        }
        let room = self.bytes.get_mut(self.len..end).ok_or(Errno::NAMETOOLONG)?;
        room.copy_from_slice(text);
        self.len = end;
        Ok(())
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// For the kernel. Paths with a NUL inside are refused where they come
    /// from; should one come here, it ends there.
    pub fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.bytes).unwrap_or_default()
    }

    /// All the room, for a system call that fills it.
    pub fn room(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Takes the first `len` bytes off.
    pub fn remove_front(&mut self, len: usize) {
        let len = len.min(self.len);
        self.bytes.copy_within(len..self.len, 0);
        self.truncate(self.len - len);
    }

    /// Keeps the first `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.len = len.min(BYTES - 1);
        if let Some(end) = self.bytes.get_mut(self.len) {
            *end = 0;
        }
    }
}

pub fn is_absolute(path: &[u8]) -> bool {
    path.first() == Some(&b'/')
}

/// The names in `path`, without the empty ones and `.`.
pub fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/').filter(|name| !name.is_empty() && *name != b".")
}

/// A path as: what leads to the last name, the last name, and whether slashes
/// follow it.
pub struct Split<'a> {
    pub directory: &'a [u8],
    pub name: &'a [u8],
    pub trailing_slash: bool,
}

/// Takes the last name off. A path that ends in `.` or `..` names a directory
/// and no entry of one: then all of it leads and the name is `.`.
pub fn split(path: &[u8]) -> Split<'_> {
    let trimmed = without_trailing_slashes(path);
    let at = trimmed.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let (directory, name) = trimmed.split_at_checked(at).unwrap_or((b"", trimmed));
    match name {
        b"." | b".." | b"" => Split { directory: trimmed, name: b".", trailing_slash: true },
        _ => Split { directory, name, trailing_slash: trimmed.len() < path.len() },
    }
}

pub fn without_trailing_slashes(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
    path.get(..end).unwrap_or_default()
}

/// `base` and `path` joined and cleaned as Go's path.Join does: no `.`, no
/// double slashes, `..` taken back lexically, never empty.
pub fn join_clean(base: &[u8], path: &[u8]) -> Result<PathBuffer> {
    let absolute = is_absolute(base) || (base.is_empty() && is_absolute(path));
    let mut out = PathBuffer::EMPTY;
    if absolute {
        out.push(b"/")?;
    }
    for name in components(base).chain(components(path)) {
        let text = out.as_bytes();
        let last_at = text.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        let last = text.get(last_at..).unwrap_or_default();
        if name == b".." && !last.is_empty() && last != b".." {
            // The slash before it goes too, but for the root's.
            let root_len = usize::from(absolute);
            out.truncate(last_at.saturating_sub(1).max(root_len));
        } else if name == b".." && absolute {
            // The root is its own parent.
        } else {
            if !text.is_empty() && !text.ends_with(b"/") {
                out.push(b"/")?;
            }
            out.push(name)?;
        }
    }
    if out.as_bytes().is_empty() {
        out.push(b".")?;
    }
    Ok(out)
}

/// `path` relative to `directory`, if that is the same or an ancestor, by
/// whole names. Both absolute and clean.
pub fn strip_directory<'a>(path: &'a [u8], directory: &[u8]) -> Option<&'a [u8]> {
    let rest = path.strip_prefix(without_trailing_slashes(directory))?;
    match rest.split_first() {
        None => Some(rest),
        Some((b'/', rest)) => Some(rest),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn join(base: &[u8], path: &[u8]) -> Vec<u8> {
        match join_clean(base, path) {
            Ok(path) => path.as_bytes().to_vec(),
            Err(errno) => panic!("{errno:?}"),
        }
    }

    #[test]
    fn joins_as_go_does() {
        for (base, path, joined) in [
            ("", ".", "."),
            ("", "./", "."),
            ("", "a//b/./c/", "a/b/c"),
            ("", "a/..", "."),
            ("", "../a/../..", "../.."),
            ("", "a/../../b", "../b"),
            ("", "/", "/"),
            ("", "/../..", "/"),
            ("", "/a/../b", "/b"),
            ("", "/a/..", "/"),
            ("/x/y", ".", "/x/y"),
            ("/x/y", "../z", "/x/z"),
            ("/x", "../../..", "/"),
            ("/", "tmp", "/tmp"),
        ] {
            assert_eq!(join(base.as_bytes(), path.as_bytes()), joined.as_bytes(), "{base} {path}");
        }
        assert_eq!(join_clean(b"/", &[b'a'; PATH_BYTES]).err(), Some(Errno::NAMETOOLONG));
    }

    #[test]
    fn splits_off_the_last_name() {
        for (path, directory, name, slash) in [
            ("a", "", "a", false),
            ("a/", "", "a", true),
            ("a/b//", "a/", "b", true),
            ("a//b", "a//", "b", false),
            (".", ".", ".", true),
            ("..", "..", ".", true),
            ("a/../", "a/..", ".", true),
            ("a/.", "a/.", ".", true),
            ("/a", "/", "a", false),
            ("/", "", ".", true),
        ] {
            let split = split(path.as_bytes());
            let found = (split.directory, split.name, split.trailing_slash);
            assert_eq!(found, (directory.as_bytes(), name.as_bytes(), slash), "{path}");
        }
    }

    #[test]
    fn a_directory_is_stripped_by_whole_names() {
        assert_eq!(strip_directory(b"/tmp/x/y", b"/tmp"), Some(&b"x/y"[..]));
        assert_eq!(strip_directory(b"/tmp", b"/tmp"), Some(&b""[..]));
        assert_eq!(strip_directory(b"/tmpfoo", b"/tmp"), None);
        assert_eq!(strip_directory(b"/tmp", b"/"), Some(&b"tmp"[..]));
        assert_eq!(strip_directory(b"/", b"/tmp"), None);
    }

    #[test]
    fn buffers_keep_their_bounds() {
        let mut name = Name::EMPTY;
        assert!(name.push(&[b'n'; NAME_BYTES]).is_ok());
        assert_eq!(name.push(b"n"), Err(Errno::NAMETOOLONG));
        assert_eq!(name.as_c_str().to_bytes().len(), NAME_BYTES);
        name.remove_front(NAME_BYTES - 3);
        name.truncate(2);
        assert_eq!(name.as_c_str(), c"nn");
    }
}
