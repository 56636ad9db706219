//! Where the guest's relative paths start: PWD for Go, a mount named `.` for
//! wasi-libc and Rust.

use rustix::fs::{AtFlags, statat};

use super::{Builder, Result, TOO_MANY_NAMES, buffer, is_at, stat_of};
use crate::fd::Object;
use crate::world::{Mount, Source};

impl Builder<'_> {
    /// For wasi-libc and Rust relative paths start at a mount named `.` or `/`,
    /// whatever PWD says. Where the working directory lies in a mount it gets
    /// that name, with that mount's mode: another name, not another grant.
    pub(super) fn add_working_directory(&mut self) -> Result<()> {
        let is_start = |mount: &Mount| matches!(mount.name, b"." | b"/");
        if self.world.is_go || self.world.mounts.iter().any(|(_, mount)| is_start(mount)) {
            return Ok(());
        }
        let Some((mount, _)) = self.mount_of_cwd()? else { return Ok(()) };
        let Some(directory) = self.open(b".", false)? else { return Ok(()) };
        let stat = stat_of(&directory, b".")?;
        let source = Source::host(&stat);
        self.add_mount(Object::Directory(directory), Mount { name: b".", path: None, source, ..mount })
    }

    pub(super) fn inject_pwd(&mut self) -> Result<()> {
        if self.world.environ.has(b"PWD") {
            return Ok(());
        }
        let mounts = &self.world.mounts;
        let first = mounts.iter().find_map(|(_, mount)| mount.path);
        let has_root = mounts.iter().any(|(_, mount)| mount.path == Some(b"/"));
        let pwd = match self.seen_cwd()? {
            Some(pwd) => pwd,
            None if has_root => b"/",
            // `in/file` is in what `--dir in` grants.
            None if self.has_relative_host => self.cwd_name()?.or(first).unwrap_or(b"/"),
            // Names of the guest's that are not absolute count from `/`.
            None if self.has_relative_guest => b"/",
            None => first.unwrap_or(b"/"),
        };
        let entry = self.names.store(&[b"PWD=", pwd]).ok_or(TOO_MANY_NAMES)?;
        self.set_variable(entry)
    }

    /// The host's working directory by its absolute path.
    fn cwd_name(&mut self) -> Result<Option<&'static [u8]>> {
        match statat(self.surroundings.cwd, c".", AtFlags::empty()) {
            Ok(stat) => self.absolute(b".", &stat),
            Err(_) => Ok(None),
        }
    }

    /// The host's working directory as the guest can name it: that of the
    /// nearest mount above it, and the names from there.
    fn seen_cwd(&mut self) -> Result<Option<&'static [u8]>> {
        match self.mount_of_cwd()? {
            Some((Mount { path: Some(path), .. }, depth)) => self.below(path, depth),
            _ => Ok(None),
        }
    }

    /// The nearest mount with an absolute path that the working directory lies
    /// in, and how many directories below.
    fn mount_of_cwd(&self) -> Result<Option<(Mount, usize)>> {
        if self.world.mounts.iter().next().is_none() {
            return Ok(None);
        }
        let mut up = buffer(b".", b".")?;
        let mut below: Option<(u64, u64)> = None;
        for depth in 0.. {
            let Ok(stat) = statat(self.surroundings.cwd, up.as_c_str(), AtFlags::empty()) else { break };
            let mut mounts = self.world.mounts.iter();
            let found = mounts.find(|(_, mount)| mount.path.is_some() && is_at(mount, &stat));
            if let Some((_, mount)) = found {
                return Ok(Some((*mount, depth)));
            }
            // The root is its own parent.
            if below.replace((stat.st_dev, stat.st_ino)) == Some((stat.st_dev, stat.st_ino)) {
                break;
            }
            if up.push(b"/..").is_err() {
                break;
            }
        }
        Ok(None)
    }

    /// `path` and the last `depth` names of the working directory.
    fn below(&mut self, path: &'static [u8], depth: usize) -> Result<Option<&'static [u8]>> {
        if depth == 0 {
            return Ok(Some(path));
        }
        let Some(cwd) = self.cwd_path()? else { return Ok(None) };
        let slashes = cwd.iter().enumerate().rev().filter(|(_, byte)| **byte == b'/');
        let Some((at, _)) = slashes.take(depth).last() else { return Ok(None) };
        self.join(path, cwd.get(at..).unwrap_or_default()).map(Some)
    }
}
