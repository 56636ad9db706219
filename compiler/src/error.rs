//! The one error of this crate: what, where, and what to do about it.

use std::fmt;

/// A module that cannot be compiled. Mistakes in the input are errors; a bug of
/// the compiler's own is a panic that names the function it was working on.
#[derive(Debug, Clone)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    message: String,
    offset: Option<u64>,
    hint: Option<String>,
    module: Option<usize>,
}

impl Error {
    pub fn new(message: impl Into<String>) -> Error {
        Error(Box::new(Inner { message: message.into(), offset: None, hint: None, module: None }))
    }

    /// Says where: a byte offset in the module's binary.
    pub fn at(mut self, offset: u64) -> Error {
        self.0.offset = Some(offset);
        self
    }

    /// Says what the user can do.
    pub fn hint(mut self, hint: impl Into<String>) -> Error {
        self.0.hint = Some(hint.into());
        self
    }

    /// Says which module of the program, unless that is already known.
    pub fn in_module(mut self, module: usize) -> Error {
        self.0.module.get_or_insert(module);
        self
    }

    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Byte offset in the module's binary.
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }

    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Position in [`crate::Program::modules`].
    pub fn module(&self) -> Option<usize> {
        self.0.module
    }
}

/// `MESSAGE (at byte 0x1f) (HINT)`, on one line.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(offset) = self.0.offset {
            write!(f, " (at byte {offset:#x})")?;
        }
        if let Some(hint) = &self.0.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<wasmparser::BinaryReaderError> for Error {
    fn from(error: wasmparser::BinaryReaderError) -> Error {
        let mapped = Error::new(error.message()).at(error.offset());
        // What ends there need not be the file: sections and bodies say their length.
        let is_short = error.message().starts_with("unexpected end");
        if is_short {
            mapped.hint("the file may be cut off or damaged: build or copy it again")
        } else {
            mapped
        }
    }
}

pub type Result<T> = std::result::Result<T, Error>;
