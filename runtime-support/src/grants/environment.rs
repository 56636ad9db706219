//! The guest's environment and standard input, before the guest runs.

use rustix::fs::fstat;

use super::{Builder, Failure, Reason, Result};
use crate::wasi::types::{FileType, fdflags, file_type};

impl Builder<'_> {
    pub(super) fn set_variable(&mut self, entry: &'static [u8]) -> Result<()> {
        if self.world.environ.set(entry) {
            return Ok(());
        }
        Err(Failure::new(Reason::TooManyVariables, b""))
    }

    pub(super) fn inherit_variable(&mut self, name: &'static [u8]) -> Result<()> {
        let process = self.surroundings.process;
        let mut entries = (0..).map_while(|index| process.env(index));
        let found =
            entries.find(|entry| entry.strip_prefix(name).is_some_and(|rest| rest.first() == Some(&b'=')));
        found.map_or(Ok(()), |entry| self.set_variable(entry))
    }

    /// Passes the whole environment on, but for a PWD that will be set anew. Of a
    /// name that is there twice the first counts, as for getenv.
    pub(super) fn inherit_variables(&mut self, without_pwd: bool) -> Result<()> {
        let process = self.surroundings.process;
        for entry in (0..).map_while(|index| process.env(index)) {
            let name = entry.split(|byte| *byte == b'=').next().unwrap_or_default();
            let is_replaced = without_pwd && name == b"PWD";
            if !is_replaced && !self.world.environ.has(name) {
                self.set_variable(entry)?;
            }
        }
        Ok(())
    }

    /// Gives a Go program a standard input that does not block: Go then waits for
    /// it in its poller, and the other goroutines run meanwhile, as they do in a
    /// native program. What never blocks stays as it is.
    pub(super) fn unblock_stdin(&mut self) {
        if !self.world.is_go {
            return;
        }
        let Ok(stdin) = self.world.table.get_mut(0) else { return };
        let stat = stdin.host().and_then(|host| Ok(fstat(host)?));
        if stat.is_ok_and(|stat| file_type(&stat) != FileType::RegularFile) {
            stdin.flags |= fdflags::NONBLOCK;
        }
    }
}
