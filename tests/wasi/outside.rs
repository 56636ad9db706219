//! A directory with grants in it and, beside them, what no guest may see or
//! change.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tempfile::TempDir;
use wasmc_tests::process::Output;

use crate::programs;

/// What is in every file outside.
pub const SECRET: &str = "OUTSIDE SECRET";

/// The grants, as the guests number them from 3 on.
pub const GRANTS: &[&str] = &[
    "--dir",
    "grant::/grant",
    "--dir",
    "grant::/view::ro",
    "--dir",
    "grant/inner::/inner",
    "--dir",
    "kept::/kept::ro",
    "--no-inject-pwd",
];

pub struct Yard {
    _dir: TempDir,
    pub path: PathBuf,
    before: BTreeMap<PathBuf, String>,
}

impl Yard {
    pub fn new() -> Result<Yard> {
        let (dir, path) = programs::directory()?;
        for dir in ["grant/sub", "grant/inner", "kept/sub", "outside/sub", "outside/empty", "grantfoo"] {
            fs::create_dir_all(path.join(dir))?;
        }
        for (file, content) in [
            ("grant/file", "inside"),
            ("grant/sub/file", "inside sub"),
            ("grant/inner/file", "inside inner"),
            ("kept/file", "kept"),
            ("kept/sub/file", "kept"),
            ("secret", SECRET),
            ("outside/secret", SECRET),
            ("outside/sub/secret", SECRET),
            ("outside/kept", SECRET),
            ("grantfoo/secret", SECRET),
        ] {
            fs::write(path.join(file), content)?;
        }
        let absolute = path.join("outside/secret").display().to_string();
        for (link, target) in [
            ("grant/in", "sub"),
            ("grant/good", "file"),
            ("grant/out", "../outside"),
            ("grant/out_empty", "../outside/empty"),
            ("grant/relative", "../outside/secret"),
            ("grant/absolute", &absolute),
            ("grant/indirect", "relative"),
            ("grant/winding", "sub/../../outside/secret"),
            ("grant/sub/far", "../../outside/secret"),
            ("grant/dangling", "../outside/new"),
            ("grant/dangling_in", "fresh"),
            ("grant/sub/up", ".."),
            ("grant/self", "self"),
            ("grant/ping", "pong"),
            ("grant/pong", "ping"),
            ("outside/link", "secret"),
            ("absolute", &absolute),
        ] {
            symlink(target, path.join(link))?;
        }
        mkfifo(&path.join("grant/fifo"), Mode::S_IRUSR | Mode::S_IWUSR)?;
        let before = outside(&path)?;
        Ok(Yard { _dir: dir, path, before })
    }

    /// Whether nothing outside has changed, nor in the directory that is only
    /// readable, and nothing from there has come inside or been said.
    pub fn must_be_intact(&self, output: &Output) -> Result<()> {
        let after = outside(&self.path)?;
        let changed: Vec<_> = after
            .iter()
            .filter(|(path, entry)| self.before.get(*path) != Some(entry))
            .map(|(path, _)| path)
            .chain(self.before.keys().filter(|path| !after.contains_key(*path)))
            .collect();
        ensure!(changed.is_empty(), "changed outside of the grant: {changed:?}");
        for said in [output.stdout_text(), output.stderr_text()] {
            ensure!(!said.contains(SECRET), "the guest knows the secret: {said}");
        }
        must_not_hold(&self.path.join("grant"))
    }
}

/// Every entry outside of the writable grant, with what there is to it.
fn outside(root: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let mut entries = BTreeMap::new();
    for dir in ["outside", "kept", "grantfoo"] {
        collect(&root.join(dir), &mut entries)?;
    }
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        let is_file = path.is_file();
        entries.insert(path.clone(), if is_file { fs::read_to_string(path)? } else { String::new() });
    }
    Ok(entries)
}

fn collect(dir: &Path, entries: &mut BTreeMap<PathBuf, String>) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let stat = path.symlink_metadata()?;
        let content = if stat.is_file() { fs::read_to_string(&path)? } else { String::new() };
        let times = (stat.mtime(), stat.mtime_nsec(), stat.ctime(), stat.ctime_nsec());
        let about = format!("{:o} {} {} {times:?} {content}", stat.mode(), stat.nlink(), stat.ino());
        if stat.is_dir() {
            collect(&path, entries)?;
        }
        entries.insert(path, about);
    }
    Ok(())
}

/// A secret that came inside, by a rename or a link, would be here.
fn must_not_hold(dir: &Path) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            must_not_hold(&entry.path())?;
        }
        let holds = kind.is_file() && String::from_utf8_lossy(&fs::read(entry.path())?).contains(SECRET);
        ensure!(!holds, "{} came from outside", entry.path().display());
    }
    Ok(())
}
