//! The runtimes that were embedded when wasmc was built, one for each target.

use wasmc_compiler::Target;

/// By a target's name: the runtime's object, or the command that adds it.
type Entry = (&'static str, Result<&'static [u8], &'static str>);

static EMBEDDED: &[Entry] = &include!(concat!(env!("OUT_DIR"), "/runtimes.rs"));

/// Identifies the embedded runtimes: executables are the same bytes wherever
/// this and the version are.
pub const HASH: &str = env!("WASMC_RUNTIMES_HASH");

/// What `wasmc --version` prints behind the name.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (runtimes ", env!("WASMC_RUNTIMES_HASH"), ")");

/// The runtime for a target: a relocatable object.
pub fn get(target: Target) -> Option<&'static [u8]> {
    find(target).ok()
}

/// Like [`get`], with the command that adds the runtime as the error.
pub fn find(target: Target) -> Result<&'static [u8], &'static str> {
    let entry = EMBEDDED.iter().find(|(name, _)| *name == target.name());
    entry.map_or(Err("a newer wasmc"), |(_, runtime)| *runtime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_a_runtime_or_a_command() {
        for target in Target::ALL {
            match find(target) {
                Ok(object) => assert!(object.starts_with(b"\x7fELF")),
                Err(command) => assert!(
                    command.contains("cargo") || command.contains("rustup") || command.contains("apt")
                ),
            }
            assert!(
                EMBEDDED.iter().any(|(name, _)| *name == target.name()),
                "no entry for {}",
                target.name()
            );
        }
    }
}
