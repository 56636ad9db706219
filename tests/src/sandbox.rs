//! The temporary directory that a case is compiled and run in.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::case::{After, Entry};
use crate::expect::escape;

/// What a case writes for the directory's own path.
const PLACEHOLDER: &str = "[DIR]";

pub struct Sandbox {
    dir: TempDir,
    path: PathBuf,
}

impl Sandbox {
    pub fn new() -> Result<Sandbox> {
        let dir = tempfile::Builder::new().prefix("wasmc-case-").tempdir()?;
        let path = dir.path().canonicalize()?;
        Ok(Sandbox { dir, path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn create(&self, entry: &Entry) -> Result<()> {
        match entry {
            Entry::Directory { path } => fs::create_dir_all(self.path.join(path))?,
            Entry::File { path, content } => fs::write(self.with_parents(path)?, content)?,
            Entry::Symlink { path, to } => symlink(self.expand(to), self.with_parents(path)?)?,
        }
        Ok(())
    }

    /// Removes a directory and all in it, or a file.
    pub fn remove(&self, path: &str) -> Result<()> {
        let path = self.path.join(path);
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.with_context(|| format!("removing {}", path.display()))
    }

    fn with_parents(&self, path: &str) -> Result<PathBuf> {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().context("a path in the directory")?)?;
        Ok(path)
    }

    /// Replaces the placeholder by the directory's path.
    pub fn expand(&self, text: &str) -> String {
        text.replace(PLACEHOLDER, &self.path.display().to_string())
    }

    /// Replaces the directory's path by the placeholder.
    pub fn collapse(&self, output: &[u8]) -> Vec<u8> {
        let path = self.path.as_os_str().as_encoded_bytes();
        let mut collapsed = Vec::new();
        let mut rest = output;
        while let Some(position) = rest.windows(path.len()).position(|window| window == path) {
            collapsed.extend_from_slice(&rest[..position]);
            collapsed.extend_from_slice(PLACEHOLDER.as_bytes());
            rest = &rest[position + path.len()..];
        }
        collapsed.extend_from_slice(rest);
        collapsed
    }

    /// Every path in the directory.
    pub fn listing(&self) -> Result<BTreeSet<PathBuf>> {
        let mut paths = BTreeSet::new();
        list(&self.path, &mut paths)?;
        Ok(paths)
    }

    pub fn check(&self, after: &After) -> Result<()> {
        match after {
            After::Absent { path } => {
                ensure!(self.path.join(path).symlink_metadata().is_err(), "{path} is there after the run");
            }
            After::Content { path, content } => {
                let Ok(actual) = fs::read(self.path.join(path)) else {
                    bail!("{path} is not there after the run");
                };
                ensure!(actual == *content, "{path} holds \"{}\" after the run", escape(&actual));
            }
        }
        Ok(())
    }

    /// Leaves the directory on disk, to look into.
    pub fn keep(self) -> PathBuf {
        self.dir.keep()
    }
}

fn list(dir: &Path, paths: &mut BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), paths)?;
        }
        paths.insert(entry.path());
    }
    Ok(())
}
