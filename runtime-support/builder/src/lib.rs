//! Builds the runtime of a target into one object file, from a build script or
//! a test: choose a toolchain, run cargo on the blob, check what came out.

mod check;
mod nested;
mod normalize;
mod toolchain;

use std::fmt;
use std::path::{Path, PathBuf};

/// An operating system and architecture that a runtime can be built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobTarget {
    /// As users of wasmc write it.
    pub name: &'static str,
    /// Rust targets whose `core` serves, the one to install first.
    triples: &'static [&'static str],
    /// Flags for rustc beyond those that every target has.
    rustc_flags: &'static [&'static str],
    architecture: object::Architecture,
}

pub const TARGETS: [BlobTarget; 2] = [
    BlobTarget {
        name: "x86_64-linux",
        triples: &["x86_64-unknown-linux-musl", "x86_64-unknown-linux-gnu"],
        rustc_flags: &[],
        architecture: object::Architecture::X86_64,
    },
    BlobTarget {
        name: "aarch64-linux",
        triples: &["aarch64-unknown-linux-musl", "aarch64-unknown-linux-gnu"],
        // Outlined atomics are functions of compiler_builtins, which is not
        // part of the object.
        rustc_flags: &["-Ctarget-feature=-outline-atomics"],
        architecture: object::Architecture::Aarch64,
    },
];

/// What to build, from what, and where.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub target: BlobTarget,
    /// Of the blob: `harness`, `broken-resolver` or nothing.
    pub features: &'a [&'a str],
    /// The folder `runtime-support`.
    pub source_dir: &'a Path,
    /// Cargo's for the nested build. One for all callers, so that profiles and
    /// tools share it; never the target folder of the calling cargo, whose
    /// lock that cargo holds.
    pub target_dir: &'a Path,
}

#[derive(Debug, Clone)]
pub struct BuiltBlob {
    /// A relocatable ELF object.
    pub object: Vec<u8>,
    /// The compiler that built it and the Rust target, for messages.
    pub toolchain: String,
}

/// Why there is no blob.
#[derive(Debug, Clone)]
pub enum Unbuilt {
    /// No toolchain on this machine can build for the target.
    Missing(Missing),
    /// The build itself failed: a bug in the runtime or a broken toolchain.
    Failed(String),
}

/// A target that this machine cannot build for.
#[derive(Debug, Clone)]
pub struct Missing {
    pub target: &'static str,
    /// The command that makes it possible.
    pub command: String,
}

impl fmt::Display for Unbuilt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unbuilt::Missing(missing) => write!(
                f,
                "no Rust toolchain here can build the runtime for {}; add one with: {}",
                missing.target, missing.command
            ),
            Unbuilt::Failed(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Unbuilt {}

/// Builds the runtime for one target; fast when nothing has changed.
pub fn build(request: &Request<'_>) -> Result<BuiltBlob, Unbuilt> {
    let choice = toolchain::choose(&request.target).map_err(Unbuilt::Missing)?;
    let compiled = nested::build(request, &choice).map_err(Unbuilt::Failed)?;
    let object = normalize::normalize(&compiled).map_err(|error| {
        Unbuilt::Failed(format!("cannot read the runtime built for {}: {error}", request.target.name))
    })?;
    check::check(&object, &request.target, request.features).map_err(Unbuilt::Failed)?;
    let folders = nested::remapped_folders(request, &choice);
    check::names_no_folder(&object, folders.iter().map(|(folder, _)| folder.as_path()))
        .map_err(Unbuilt::Failed)?;
    Ok(BuiltBlob { object, toolchain: choice.describe() })
}

/// What the runtime is built from: files and folders for a build script's
/// `rerun-if-changed`.
pub fn inputs(source_dir: &Path) -> Vec<PathBuf> {
    let own = ["Cargo.toml", "src", "abi", "blob/Cargo.toml", "blob/Cargo.lock", "blob/src", "../Cargo.toml"];
    let own = own.iter().map(|path| source_dir.join(path));
    // Changes when rustup adds a target.
    own.chain(toolchain::component_list()).collect()
}
