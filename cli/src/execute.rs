//! Runs an executable that is in memory only, in place of this process.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::Errno;

use crate::report::{Failure, io_reason};

/// Becomes `executable`, which sees `name` and `arguments`. Returns only where
/// that fails. Nothing is left behind: the file has no name.
///
/// The descriptor is closed by the kernel when it has loaded the program, and
/// the signals that Rust's start-up ignores have their default action again.
pub fn execute(executable: &[u8], name: &Path, arguments: &[OsString]) -> Failure {
    let file = match unnamed_file(executable) {
        Ok(file) => file,
        Err(error) => {
            return Failure::about(name, format!("cannot store the program: {}", io_reason(&error)));
        }
    };
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    let error = Command::new(path).arg0(name).args(arguments).exec();
    let hint = if error.kind() == io::ErrorKind::NotFound { "; is /proc mounted?" } else { "" };
    Failure::about(name, format!("cannot run the program: {}{hint}", io_reason(&error)))
}

/// A file in memory; where the kernel does not run those, one in the directory
/// for temporary files whose name is already removed.
fn unnamed_file(content: &[u8]) -> io::Result<File> {
    match memory_file() {
        Ok(mut file) => {
            file.write_all(content)?;
            Ok(file)
        }
        Err(_) => unlinked_file(content),
    }
}

fn memory_file() -> rustix::io::Result<File> {
    let flags = MemfdFlags::CLOEXEC;
    let file = match memfd_create(c"wasmc", flags | MemfdFlags::EXEC) {
        // Before Linux 6.3 every such file can be executed, and the flag is unknown.
        Err(Errno::INVAL) => memfd_create(c"wasmc", flags),
        result => result,
    };
    file.map(File::from)
}

/// Opened again for reading: what is open for writing cannot be executed.
fn unlinked_file(content: &[u8]) -> io::Result<File> {
    use std::os::unix::fs::PermissionsExt;
    let named = tempfile::Builder::new()
        .prefix("wasmc-run-")
        .permissions(fs::Permissions::from_mode(0o700))
        .tempfile()?;
    fs::write(named.path(), content)?;
    let file = File::open(named.path())?;
    named.close()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn both_kinds_of_file_hold_the_content_and_have_no_name() {
        let mut text = String::new();
        let file = unlinked_file(b"content").unwrap();
        assert_eq!((&file).read_to_string(&mut text).unwrap(), 7);
        for file in [file, unnamed_file(b"content").unwrap()] {
            let link = fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).unwrap();
            assert!(link.to_string_lossy().ends_with(" (deleted)"), "{}", link.display());
            assert!(!link.exists());
        }
    }
}
