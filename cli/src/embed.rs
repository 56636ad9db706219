//! Packs directories into the executable, see [`wasmc_abi::embed`].
//!
//! The image depends on names and contents alone: no times, owners or modes are
//! kept, and entries are in the order of their names' bytes.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use wasmc_abi::embed::{Entry, encode};

use crate::access::EmbedFlag;
use crate::report::{Failure, io_reason};

/// An image is between the program's data and the runtime's, which x86-64 code
/// reaches over at most 2 GiB.
const IMAGE_BYTES_MAX: u64 = 1 << 30;

/// Symbolic links in one path, as the runtime limits them.
const LINKS_MAX: u32 = 40;

/// What `--embed` flags come to.
#[derive(Debug, Default)]
pub struct Packed {
    /// Empty where nothing is embedded.
    pub image: Vec<u8>,
    /// By flag.
    pub trees: Vec<Size>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    pub files: u64,
    pub bytes: u64,
}

/// A file to be read, and which flag's tree it is in.
struct Source {
    path: PathBuf,
    flag: usize,
    expected_bytes: u64,
    /// Device and inode.
    identity: (u64, u64),
}

type Tree = Entry<Source>;

/// Reads the directories and all that is in them.
///
/// # Errors
/// What cannot be read, and what has no place in an image: special files, and
/// symbolic links that lead out of their tree.
pub fn pack(flags: &[EmbedFlag], output: Option<&Path>) -> Result<Packed, Failure> {
    if flags.is_empty() {
        return Ok(Packed::default());
    }
    let walked = flags.iter().enumerate().map(|(index, flag)| {
        check_root(flag, output)?;
        let tree = directory(flag, index, &flag.host)?;
        check_links(flag, &tree, &mut vec![&tree], &flag.host)?;
        Ok(tree)
    });
    let trees: Vec<Tree> = walked.collect::<Result<_, Failure>>()?;
    let expected_bytes: u64 = trees.iter().map(expected_bytes).sum();
    if expected_bytes > IMAGE_BYTES_MAX {
        return Err(too_large());
    }
    let mut sizes = vec![Size::default(); flags.len()];
    let image = encode(&trees, expected_bytes as usize, |file: &Source, image| {
        let size = &mut sizes[file.flag];
        size.files += 1;
        size.bytes +=
            append(&file.path, file.identity, image).map_err(|failure| about(&flags[file.flag], failure))?;
        Ok::<(), Failure>(())
    })?;
    Ok(Packed { image, trees: sizes })
}

fn about(flag: &EmbedFlag, what: impl std::fmt::Display) -> Failure {
    Failure::new(format!("--embed {}::{}: {what}", flag.host.display(), String::from_utf8_lossy(&flag.guest)))
}

fn too_large() -> Failure {
    Failure::new(format!("--embed: at most {} MiB can be embedded", IMAGE_BYTES_MAX >> 20))
}

fn cannot_read(path: &Path, error: &io::Error) -> String {
    format!("cannot read {}: {}", path.display(), io_reason(error))
}

/// An output inside would be in the next executable, and that in the one after.
fn check_root(flag: &EmbedFlag, output: Option<&Path>) -> Result<(), Failure> {
    let metadata = fs::metadata(&flag.host).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if flag.host.is_relative() => about(
            flag,
            "no such directory; a relative one is looked up in the directory that wasmc is started in",
        ),
        io::ErrorKind::NotFound => about(flag, "no such directory"),
        _ => about(flag, cannot_read(&flag.host, &error)),
    })?;
    if !metadata.is_dir() {
        return Err(about(flag, "not a directory"));
    }
    let Some(output) = output else { return Ok(()) };
    let parent = output.parent().filter(|parent| !parent.as_os_str().is_empty());
    let (parent, root) = (fs::canonicalize(parent.unwrap_or(Path::new("."))), fs::canonicalize(&flag.host));
    if matches!((parent, root), (Ok(parent), Ok(root)) if parent.starts_with(&root)) {
        let reason =
            format!("the output {} would be in this directory; name another with -o", output.display());
        return Err(about(flag, reason));
    }
    Ok(())
}

fn directory(flag: &EmbedFlag, index: usize, path: &Path) -> Result<Tree, Failure> {
    let cannot = |error: io::Error| about(flag, cannot_read(path, &error));
    let listed = fs::read_dir(path).map_err(cannot)?.map(|entry| entry.map(|entry| entry.file_name()));
    let mut names = listed.collect::<io::Result<Vec<_>>>().map_err(cannot)?;
    names.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    let entries = names.into_iter().map(|name| {
        let entry = entry(flag, index, path.join(&name))?;
        Ok((name.into_vec(), entry))
    });
    Ok(Entry::Directory(entries.collect::<Result<_, Failure>>()?))
}

fn entry(flag: &EmbedFlag, index: usize, path: PathBuf) -> Result<Tree, Failure> {
    let cannot = |error: io::Error| about(flag, cannot_read(&path, &error));
    let metadata = fs::symlink_metadata(&path).map_err(cannot)?;
    let file_type = metadata.file_type();
    if file_type.is_dir() {
        return directory(flag, index, &path);
    }
    if file_type.is_symlink() {
        return Ok(Entry::Link(fs::read_link(&path).map_err(cannot)?.into_os_string().into_vec()));
    }
    if !file_type.is_file() {
        let kind = special(&file_type);
        let reason = format!(
            "{} is {kind}; only files, directories and symbolic links can be embedded",
            path.display()
        );
        return Err(about(flag, reason));
    }
    let identity = (metadata.dev(), metadata.ino());
    Ok(Entry::File(Source { path, flag: index, expected_bytes: metadata.len(), identity }))
}

fn special(file_type: &fs::FileType) -> &'static str {
    if file_type.is_fifo() {
        "a named pipe"
    } else if file_type.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

fn expected_bytes(tree: &Tree) -> u64 {
    match tree {
        Entry::Directory(entries) => entries.iter().map(|(_, entry)| expected_bytes(entry)).sum(),
        Entry::File(file) => file.expected_bytes,
        Entry::Link(_) => 0,
    }
}

/// Appends a file as it is now. Its content may have changed since it was found;
/// that another file is there now, a link or a pipe, is an error.
fn append(path: &Path, identity: (u64, u64), image: &mut Vec<u8>) -> Result<u64, String> {
    let cannot = |error: io::Error| cannot_read(path, &error);
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path).map_err(cannot)?;
    let metadata = file.metadata().map_err(cannot)?;
    if !metadata.is_file() || (metadata.dev(), metadata.ino()) != identity {
        return Err(format!("{} changed while it was read", path.display()));
    }
    let room = IMAGE_BYTES_MAX.saturating_sub(image.len() as u64);
    let read = file.take(room + 1).read_to_end(image).map_err(cannot)? as u64;
    if read > room {
        return Err(format!("{}: more than {} MiB", path.display(), IMAGE_BYTES_MAX >> 20));
    }
    Ok(read)
}

/// Refuses links that lead out of the tree, which the program could not follow.
/// `above` are the directories from the root to the one at `path`.
fn check_links<'t>(
    flag: &EmbedFlag,
    directory: &'t Tree,
    above: &mut Vec<&'t Tree>,
    path: &Path,
) -> Result<(), Failure> {
    let Entry::Directory(entries) = directory else { return Ok(()) };
    for (name, entry) in entries {
        let path = path.join(OsStr::from_bytes(name));
        match entry {
            Entry::Link(target) if leads_out(above, target) => {
                let (link, to) = (path.display(), String::from_utf8_lossy(target));
                let reason = if target.starts_with(b"/") {
                    "which is absolute and means nothing in the executable; make it relative"
                } else {
                    "which leads out of the embedded directory; put a copy in its place"
                };
                return Err(about(flag, format!("{link} is a symbolic link to {to}, {reason}")));
            }
            Entry::Directory(_) => {
                above.push(entry);
                check_links(flag, entry, above, &path)?;
                above.pop();
            }
            Entry::Link(_) | Entry::File(_) => {}
        }
    }
    Ok(())
}

/// Whether `target` leads out, seen from the last of `above`. What leads
/// nowhere, or in a circle, does not.
fn leads_out<'t, F>(above: &[&'t Entry<F>], target: &'t [u8]) -> bool {
    let mut directories = above.to_vec();
    let (mut pending, mut links) = (Vec::new(), 0);
    let mut target = Some(target);
    loop {
        match target.take() {
            Some([b'/', ..]) => return true,
            Some(target) => pending.extend(target.split(|byte| *byte == b'/').rev()),
            None => {}
        }
        let (Some(name), Some(Entry::Directory(entries))) = (pending.pop(), directories.last()) else {
            return false;
        };
        match name {
            b"" | b"." => {}
            b".." => {
                directories.pop();
                if directories.is_empty() {
                    return true;
                }
            }
            name => match entries.iter().find(|(found, _)| found == name) {
                Some((_, Entry::Link(next))) if links < LINKS_MAX => {
                    links += 1;
                    target = Some(next);
                }
                Some((_, Entry::Link(_))) | None => return false,
                Some((_, entry)) => directories.push(entry),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use wasmc_abi::embed::{Content, Image};

    fn flag(host: PathBuf) -> EmbedFlag {
        EmbedFlag { host, guest: b"/g".to_vec() }
    }

    fn message(directory: &Path, output: Option<&Path>) -> String {
        let failure = pack(&[flag(directory.to_owned())], output).unwrap_err();
        failure.to_string().replace(&directory.display().to_string(), "DIR")
    }

    #[test]
    fn names_that_are_no_text_and_empty_directories_are_kept() {
        let directory = tempfile::tempdir().unwrap();
        let name = OsStr::from_bytes(b"\xFF\n");
        fs::create_dir(directory.path().join(name)).unwrap();
        fs::write(directory.path().join("file"), "text").unwrap();
        let packed = pack(&[flag(directory.path().to_owned())], None).unwrap();
        assert_eq!(packed.trees, [Size { files: 1, bytes: 4 }]);
        let image = Image::new(&packed.image);
        let Content::Directory(root) = image.node(image.tree(0).unwrap()).unwrap().content else { panic!() };
        assert!(image.find(root, name.as_bytes()).is_some());
        let file = image.node(image.find(root, b"file").unwrap()).unwrap();
        assert_eq!(file.content, Content::File(b"text"));
    }

    #[test]
    fn links_may_lead_anywhere_inside_and_nowhere() {
        let inside =
            ["b/../file", "sub", ".", "b/..", "loop", "none", "none/../../x", "file/../../x", "sub/up/file"];
        let outside =
            ["..", "/etc", "sub/../../x", "b/../..", "b/../../../x", "sub/up/..", "out", "sub/up/out"];
        for (target, is_outside) in
            inside.map(|target| (target, false)).into_iter().chain(outside.map(|target| (target, true)))
        {
            let link = |target: &str| Entry::Link(target.as_bytes().to_vec());
            let named = |name: &str, entry: Entry<()>| (name.as_bytes().to_vec(), entry);
            let deep =
                Entry::Directory(vec![named("deep", Entry::Directory(vec![])), named("up", link(".."))]);
            let tree = Entry::Directory(vec![
                named("b", link("sub/deep/..")),
                named("file", Entry::File(())),
                named("loop", link("loop")),
                named("out", link("sub/../..")),
                named("sub", deep),
            ]);
            assert_eq!(leads_out(&[&tree], target.as_bytes()), is_outside, "{target}");
        }
    }

    #[test]
    fn what_cannot_be_embedded_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        symlink("/etc", path("link")).unwrap();
        assert_eq!(
            message(directory.path(), None),
            "--embed DIR::/g: DIR/link is a symbolic link to /etc, which is absolute and means nothing in the \
             executable; make it relative"
        );
        fs::remove_file(path("link")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(path("s")).unwrap();
        assert_eq!(
            message(directory.path(), None),
            "--embed DIR::/g: DIR/s is a socket; only files, directories and symbolic links can be embedded"
        );
        fs::remove_file(path("s")).unwrap();
        assert_eq!(
            message(directory.path(), Some(&path("app"))),
            "--embed DIR::/g: the output DIR/app would be in this directory; name another with -o"
        );
        assert!(pack(&[flag(directory.path().to_owned())], Some(Path::new("/app"))).is_ok());
        fs::write(path("file"), "").unwrap();
        assert_eq!(message(&path("file"), None), "--embed DIR::/g: not a directory");
        assert_eq!(message(&path("none"), None), "--embed DIR::/g: no such directory");
    }

    #[test]
    fn files_that_cannot_be_read_are_errors() {
        let mut image = Vec::new();
        let mut said = |path: &str| {
            let metadata = fs::symlink_metadata(path);
            let identity = metadata.map_or((0, 0), |metadata| (metadata.dev(), metadata.ino()));
            append(Path::new(path), identity, &mut image).unwrap_err()
        };
        // Reading the first page of a process's memory fails whoever asks.
        assert_eq!(said("/proc/self/mem"), "cannot read /proc/self/mem: input/output error");
        assert_eq!(said("/nonexistent"), "cannot read /nonexistent: no such file or directory");
        assert_eq!(said("/dev/null"), "/dev/null changed while it was read");
        assert!(said("/dev/stdin").starts_with("cannot read /dev/stdin: "));
        let other = append(Path::new("/etc/passwd"), (1, 1), &mut image);
        assert_eq!(other.unwrap_err(), "/etc/passwd changed while it was read");
    }
}
