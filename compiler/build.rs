//! Gives the compiler an identity for the keys of its cache: a hash of all that
//! its output depends on. The version alone does not change while it is worked on.

use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// Cargo.lock has the versions of Cranelift and of the parser.
const INPUTS: [&str; 5] =
    ["src", "Cargo.toml", "../Cargo.toml", "../Cargo.lock", "../runtime-support/abi/src"];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for input in INPUTS {
        println!("cargo::rerun-if-changed={input}");
        collect(&root.join(input), &mut files);
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let bytes = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file.strip_prefix(root).expect("below the crate").to_string_lossy().into_owned();
        for part in [name.as_bytes(), &bytes] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=WASMC_COMPILER_HASH={hash}");
}

/// What is not there (the lock file, outside of the repository) has no part.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if let Ok(entries) = fs::read_dir(path) {
        for entry in entries {
            collect(&entry.expect("a readable directory").path(), files);
        }
    } else if path.is_file() {
        files.push(path.to_owned());
    }
}
