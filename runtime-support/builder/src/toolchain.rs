//! Which Rust toolchain on this machine can build for a target.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{BlobTarget, Missing};

/// Debian's packages of a Rust recent enough: they install beside rustup's.
const DEBIAN_COMMAND: &str = "apt-get install --no-install-recommends rustc-web cargo-web rust-web-src";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";

/// A compiler with its cargo.
#[derive(Debug, Clone)]
pub struct Toolchain {
    pub cargo: OsString,
    pub rustc: OsString,
}

/// How to build for a target.
#[derive(Debug, Clone)]
pub struct Choice {
    pub toolchain: Toolchain,
    pub triple: &'static str,
    /// Where the library's sources are: `core` is built first. Otherwise the
    /// toolchain has it precompiled.
    pub library_source: Option<PathBuf>,
}

impl Choice {
    pub fn describe(&self) -> String {
        let version = self.toolchain.ask(&["--version"]).unwrap_or_default();
        format!("{version} for {}", self.triple)
    }
}

impl Toolchain {
    /// The one that runs this build.
    fn running() -> Toolchain {
        let or = |name, default: &str| std::env::var_os(name).unwrap_or_else(|| default.into());
        Toolchain { cargo: or("CARGO", "cargo"), rustc: or("RUSTC", "rustc") }
    }

    fn debian() -> Option<Toolchain> {
        let is_there = Path::new(DEBIAN_RUSTC).exists() && Path::new(DEBIAN_CARGO).exists();
        is_there.then(|| Toolchain { cargo: DEBIAN_CARGO.into(), rustc: DEBIAN_RUSTC.into() })
    }

    /// A line of the compiler's answer.
    fn ask(&self, arguments: &[&str]) -> Option<String> {
        let output = Command::new(&self.rustc).args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim_end().to_owned())
    }

    pub fn sysroot(&self) -> Option<PathBuf> {
        self.ask(&["--print", "sysroot"]).map(PathBuf::from)
    }

    fn has_core(&self, triple: &str) -> bool {
        let Some(folder) = self.ask(&["--print", "target-libdir", "--target", triple]) else {
            return false;
        };
        let Ok(entries) = std::fs::read_dir(folder) else {
            return false;
        };
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libcore-") && name.ends_with(".rlib")
        })
    }

    fn library_source(&self) -> Option<PathBuf> {
        let folder = self.sysroot()?.join("lib/rustlib/src/rust/library");
        folder.join("core").is_dir().then_some(folder)
    }
}

/// The running toolchain where it has the target's `core`, else Debian's with
/// `core` precompiled or in source.
pub fn choose(target: &BlobTarget) -> Result<Choice, Missing> {
    let running = Toolchain::running();
    let debian = Toolchain::debian();
    for toolchain in std::iter::once(&running).chain(&debian) {
        for triple in target.triples {
            if toolchain.has_core(triple) {
                return Ok(Choice { toolchain: toolchain.clone(), triple, library_source: None });
            }
        }
    }
    let debian_source = debian.and_then(|toolchain| Some((toolchain.library_source()?, toolchain)));
    match debian_source {
        Some((source, toolchain)) => {
            Ok(Choice { toolchain, triple: target.triples[0], library_source: Some(source) })
        }
        None => Err(Missing { target: target.name, command: command_to_add(target) }),
    }
}

fn command_to_add(target: &BlobTarget) -> String {
    if std::env::var_os("RUSTUP_TOOLCHAIN").is_some() {
        format!("rustup target add {} (or, on Debian, {DEBIAN_COMMAND})", target.triples[0])
    } else {
        DEBIAN_COMMAND.to_owned()
    }
}

/// The file in which rustup lists what the running toolchain has.
pub fn component_list() -> Option<PathBuf> {
    let file = Toolchain::running().sysroot()?.join("lib/rustlib/components");
    file.exists().then_some(file)
}
