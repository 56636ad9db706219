//! Writes the result: all of it under its name, or nothing.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::report::{Failure, io_reason};

/// An output that can be written, known before the work that fills it.
pub struct OutputFile {
    /// As the user named it.
    name: PathBuf,
    destination: Destination,
    mode: Mode,
}

enum Destination {
    /// Written beside this path and then renamed, so that it is never partial.
    Replaced(PathBuf),
    /// A device or a pipe: there is nothing to replace.
    Stream(File),
}

/// Whether the output is to be executable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Executable,
    Plain,
}

impl Mode {
    /// Before the umask is taken away.
    fn bits(self) -> u32 {
        match self {
            Mode::Executable => 0o777,
            Mode::Plain => 0o666,
        }
    }
}

impl OutputFile {
    /// Finds out whether `name` can be written. The input must not be the same
    /// file, under whatever name.
    pub fn open(name: &Path, input: &Path, mode: Mode) -> Result<OutputFile, Failure> {
        let cannot = |error: io::Error| Failure::about(name, format!("cannot write: {}", io_reason(&error)));
        let destination = match fs::metadata(name) {
            Ok(present) if present.is_dir() => {
                return Err(Failure::about(name, "cannot write: is a directory; name a file with -o"));
            }
            Ok(present) if present.is_file() => {
                check_not_input(name, &present, input)?;
                // Through symbolic links, so that a link stays one.
                Destination::Replaced(fs::canonicalize(name).map_err(cannot)?)
            }
            Ok(_) => Destination::Stream(OpenOptions::new().write(true).open(name).map_err(cannot)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Destination::Replaced(name.to_owned()),
            Err(error) => return Err(cannot(error)),
        };
        if let Destination::Replaced(path) = &destination {
            // Only trying tells. The file goes away at once, so that nothing
            // is left behind by a signal that ends the work that follows.
            drop(temporary_beside(path, mode).map_err(cannot)?);
        }
        Ok(OutputFile { name: name.to_owned(), destination, mode })
    }

    /// Writes everything, or nothing.
    pub fn write(self, bytes: &[u8]) -> Result<(), Failure> {
        let result = match self.destination {
            Destination::Replaced(path) => replace(&path, self.mode, bytes),
            Destination::Stream(mut file) => file.write_all(bytes),
        };
        result.map_err(|error| Failure::about(&self.name, format!("cannot write: {}", io_reason(&error))))
    }
}

fn replace(path: &Path, mode: Mode, bytes: &[u8]) -> io::Result<()> {
    let mut temporary = temporary_beside(path, mode)?;
    temporary.write_all(bytes)?;
    temporary.persist(path).map(drop).map_err(|error| error.error)
}

fn temporary_beside(path: &Path, mode: Mode) -> io::Result<NamedTempFile> {
    if path.file_name().is_none() || path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The plain error names the reason better than that of the temporary file.
    fs::metadata(directory)?;
    tempfile::Builder::new()
        .prefix(".wasmc-")
        .permissions(Permissions::from_mode(mode.bits()))
        .tempfile_in(directory)
        .map_err(|error| io::Error::from(error.kind()))
}

fn check_not_input(name: &Path, output: &fs::Metadata, input: &Path) -> Result<(), Failure> {
    let is_same =
        fs::metadata(input).is_ok_and(|input| (input.dev(), input.ino()) == (output.dev(), output.ino()));
    if is_same {
        return Err(Failure::about(
            name,
            "cannot write: this is the input itself; name another file with -o",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A directory with an input, and the names in it.
    struct Place(tempfile::TempDir);

    impl Place {
        fn new() -> Place {
            let place = Place(tempfile::tempdir().unwrap());
            fs::write(place.path("app.wasm"), "input").unwrap();
            place
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn open(&self, name: &str) -> Result<OutputFile, Failure> {
            OutputFile::open(&self.path(name), &self.path("app.wasm"), Mode::Executable)
        }

        fn refused(&self, name: &str, expected: &str) {
            let Err(failure) = self.open(name) else { panic!("{name} was accepted") };
            assert!(failure.to_string().contains(expected), "{failure}");
            assert_eq!(failure.exit_status(), 1);
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(self.0.path()).unwrap();
            let mut names: Vec<_> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    #[test]
    fn a_result_replaces_what_was_there() {
        let place = Place::new();
        fs::write(place.path("app"), "old and longer").unwrap();
        place.open("app").unwrap().write(b"new").unwrap();
        assert_eq!(fs::read(place.path("app")).unwrap(), b"new");
        assert_ne!(fs::metadata(place.path("app")).unwrap().permissions().mode() & 0o100, 0);
        assert_eq!(place.names(), ["app", "app.wasm"]);
    }

    /// What the shell's umask takes away is away.
    #[test]
    fn permissions_are_those_of_a_program_or_a_file() {
        let place = Place::new();
        let mode_of = |name: &str, mode| {
            OutputFile::open(&place.path(name), &place.path("app.wasm"), mode).unwrap().write(b"").unwrap();
            fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777
        };
        let (program, file) = (mode_of("app", Mode::Executable), mode_of("app.o", Mode::Plain));
        assert_eq!(file, program & 0o666);
        assert_eq!(program & 0o700, 0o700);
    }

    #[test]
    fn without_a_result_nothing_changes() {
        let place = Place::new();
        fs::write(place.path("app"), "old").unwrap();
        drop(place.open("app").unwrap());
        drop(place.open("other").unwrap());
        assert_eq!(fs::read(place.path("app")).unwrap(), b"old");
        assert_eq!(place.names(), ["app", "app.wasm"]);
    }

    #[test]
    fn the_input_is_never_the_output() {
        let place = Place::new();
        symlink("app.wasm", place.path("symbolic")).unwrap();
        fs::hard_link(place.path("app.wasm"), place.path("hard")).unwrap();
        for name in ["app.wasm", "symbolic", "hard"] {
            place.refused(name, "this is the input itself");
        }
        assert_eq!(fs::read(place.path("app.wasm")).unwrap(), b"input");
    }

    #[test]
    fn a_link_keeps_pointing_to_the_result() {
        let place = Place::new();
        fs::write(place.path("real"), "old").unwrap();
        symlink("real", place.path("link")).unwrap();
        place.open("link").unwrap().write(b"new").unwrap();
        assert_eq!(fs::read(place.path("real")).unwrap(), b"new");
        assert!(fs::symlink_metadata(place.path("link")).unwrap().is_symlink());
    }

    #[test]
    fn unwritable_places_are_known_before_the_work() {
        let place = Place::new();
        fs::create_dir(place.path("directory")).unwrap();
        place.refused("directory", "is a directory");
        place.refused("missing/app", "no such file or directory");
        place.refused("app.wasm/app", "not a directory");
        place.refused("new/", "is a directory");
    }

    #[test]
    fn devices_are_written_to_and_stay() {
        let place = Place::new();
        let null =
            OutputFile::open(Path::new("/dev/null"), &place.path("app.wasm"), Mode::Executable).unwrap();
        null.write(b"new").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
