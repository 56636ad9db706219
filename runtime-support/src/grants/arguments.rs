//! The flags by which an executable's caller grants directories, variables and
//! listeners.

use super::{Failure, Reason, Result};
use crate::process::Process;

/// A flag that an executable takes itself.
#[derive(Clone, Copy)]
pub enum Flag {
    Directory,
    OptionalDirectory,
    Variable,
    Listener,
}

const FLAGS: [(&[u8], Flag); 4] = [
    (b"--dir", Flag::Directory),
    (b"--dir-optional", Flag::OptionalDirectory),
    (b"--env", Flag::Variable),
    (b"--listen", Flag::Listener),
];

impl Flag {
    /// Whether `argument` is exactly a flag, with or without `=VALUE`.
    pub fn starts(argument: &[u8]) -> bool {
        Flag::split(argument).is_some()
    }

    fn split(argument: &'_ [u8]) -> Option<(Flag, Option<&'_ [u8]>)> {
        FLAGS.iter().find_map(|(name, flag)| match argument.strip_prefix(*name)?.split_first() {
            None => Some((*flag, None)),
            Some((b'=', value)) => Some((*flag, Some(value))),
            Some(_) => None,
        })
    }
}

/// The arguments, and which of them is next.
pub struct Arguments {
    pub process: Process,
    pub next: usize,
}

impl Arguments {
    /// The next flag and its value; `None` once `--` is behind.
    pub fn next_flag(&mut self) -> Result<Option<(Flag, &'static [u8])>> {
        let argument = self.take().ok_or(Failure::new(Reason::NoSeparator, b""))?;
        if argument == b"--" {
            return Ok(None);
        }
        let (flag, value) = Flag::split(argument).ok_or(Failure::new(Reason::Unexpected, argument))?;
        let value = value.or_else(|| self.take()).ok_or(Failure::new(Reason::NoValue, argument))?;
        Ok(Some((flag, value)))
    }

    fn take(&mut self) -> Option<&'static [u8]> {
        let argument = self.process.arg(self.next)?;
        self.next += 1;
        Some(argument)
    }
}
