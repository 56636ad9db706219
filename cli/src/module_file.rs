//! Reads the input: a module in the binary format, or text made into one.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use crate::check;
use crate::report::{Failure, io_reason};

/// The module's bytes, in the binary format.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = fs::read(path)
        .map_err(|error| Failure::about(path, format!("cannot read: {}", io_reason(&error))))?;
    let wasm = if is_text(path, &bytes) { from_text(path, &bytes)? } else { bytes };
    check::header(&wasm).map_err(|error| Failure::about(path, error))?;
    Ok(wasm)
}

/// The text format has no mark of its own, so a name or a first character that
/// only text has decides.
fn is_text(path: &Path, bytes: &[u8]) -> bool {
    let is_named_text = path.extension().is_some_and(|extension| extension == "wat" || extension == "wast");
    let first = bytes.trim_ascii_start().first();
    !bytes.starts_with(b"\0asm") && (is_named_text || matches!(first, Some(b'(' | b';')))
}

fn from_text(path: &Path, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    match wat::parse_bytes(bytes) {
        Ok(wasm) => Ok(Cow::into_owned(wasm)),
        Err(mut error) => {
            error.set_path(path);
            Err(text_failure(path, &error.to_string()))
        }
    }
}

/// The text crate's report is the message, `--> FILE:LINE:COLUMN`, and the
/// line itself.
fn text_failure(path: &Path, report: &str) -> Failure {
    let mut lines = report.lines();
    let message = lines.next().unwrap_or_default();
    match lines.find_map(|line| line.trim_start().strip_prefix("--> ")) {
        Some(place) => Failure::new(format!("{place}: {message}")),
        None => Failure::about(path, message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(name: &str, contents: &[u8]) -> Result<Vec<u8>, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        fs::write(&path, contents).unwrap();
        let prefix = format!("{}/", directory.path().display());
        read(&path).map_err(|failure| failure.to_string().replace(&prefix, ""))
    }

    #[test]
    fn text_becomes_binary_whatever_its_name() {
        for name in ["a.wat", "a", "a.wasm"] {
            assert_eq!(read_as(name, b"(module)").unwrap(), b"\0asm\x01\0\0\0");
        }
        assert_eq!(read_as("a.wat", b"\0asm\x01\0\0\0").unwrap(), b"\0asm\x01\0\0\0");
    }

    #[test]
    fn mistakes_in_text_have_a_line_and_a_column() {
        let error = read_as("a.wat", b"(module\n  (func i32.const 1 drop x))").unwrap_err();
        assert_eq!(error, "a.wat:2:26: unknown operator or unexpected token");
        let error = read_as("a.wat", b"(module (func (call $f)))").unwrap_err();
        assert!(error.starts_with("a.wat:1:21: unknown func"), "{error}");
        let error = read_as("a.wat", b"(module \xff").unwrap_err();
        assert_eq!(error.lines().count(), 1);
        assert!(error.starts_with("a.wat: "), "{error}");
    }

    #[test]
    fn unreadable_files_say_why() {
        let failure = read(Path::new("/nonexistent/a.wasm")).unwrap_err();
        assert_eq!(failure.to_string(), "/nonexistent/a.wasm: cannot read: no such file or directory");
        let directory = tempfile::tempdir().unwrap();
        let failure = read(directory.path()).unwrap_err();
        assert!(failure.to_string().ends_with("cannot read: is a directory"), "{failure}");
    }

    #[test]
    fn other_files_are_no_modules() {
        assert_eq!(
            read_as("a.wasm", b"").unwrap_err(),
            "a.wasm: the file is empty; expected a WebAssembly module"
        );
        assert!(
            read_as("a.wasm", b"#!/bin/sh\n")
                .unwrap_err()
                .starts_with("a.wasm: this is no WebAssembly module")
        );
    }
}
