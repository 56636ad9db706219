//! Builds the runtimes and embeds them, one object a target.
//!
//! The host's is always asked for. `WASMC_TARGETS=all`, or a comma-separated
//! list of targets, asks for others, which takes longer. A folder in
//! `WASMC_RUNTIMES` has objects from an earlier build, which are then taken as
//! they are: every machine's wasmc can so embed the same runtimes.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wasmc_runtime_builder::{BlobTarget, Request, TARGETS, Unbuilt, build, inputs};

const TARGETS_VARIABLE: &str = "WASMC_TARGETS";
const RUNTIMES_VARIABLE: &str = "WASMC_RUNTIMES";
/// Enough to tell runtimes apart in a version string.
const HASH_HEX_DIGITS: usize = 12;

fn main() {
    let source_dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime-support");
    println!("cargo::rerun-if-env-changed={TARGETS_VARIABLE}");
    println!("cargo::rerun-if-env-changed={RUNTIMES_VARIABLE}");
    println!("cargo::rerun-if-changed=build.rs");
    for path in inputs(&source_dir) {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    let mut hash = Sha256::new();
    let mut table = String::new();
    for target in TARGETS {
        let outcome = runtime(target, &source_dir, &out_dir);
        write_entry(&mut table, target.name, &outcome, &mut hash);
    }
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=WASMC_RUNTIMES_HASH={}", &hash[..HASH_HEX_DIGITS]);
    println!("cargo::rustc-env=WASMC_HOST_TRIPLE={}", env::var("TARGET").expect("set by cargo"));
    fs::write(out_dir.join("runtimes.rs"), format!("[\n{table}]\n"))
        .expect("the output directory is writable");
}

/// The object's file, or the command that would make it.
fn runtime(target: BlobTarget, source_dir: &Path, out_dir: &Path) -> Result<PathBuf, String> {
    let name = format!("runtime-{}.o", target.name);
    if let Some(path) = env::var_os(RUNTIMES_VARIABLE).map(|folder| Path::new(&folder).join(&name))
        && path.exists()
    {
        println!("cargo::rerun-if-changed={}", path.display());
        return Ok(path);
    }
    if !is_requested(target.name) {
        return Err(format!("{TARGETS_VARIABLE}=all cargo build --release -p wasmc-cli (or: make build)"));
    }
    // Shared by all profiles: the directory that cargo gave us is four levels
    // below its target directory.
    let target_dir = out_dir.ancestors().nth(4).expect("the layout of cargo's output directories");
    let target_dir = target_dir.join("runtime");
    let request = Request { target, features: &[], source_dir, target_dir: &target_dir };
    match build(&request) {
        Ok(blob) => {
            let path = out_dir.join(name);
            fs::write(&path, blob.object).expect("the output directory is writable");
            Ok(path)
        }
        Err(Unbuilt::Missing(missing)) => {
            println!("cargo::warning={}", Unbuilt::Missing(missing.clone()));
            Err(format!("{}, then build wasmc again", missing.command))
        }
        Err(Unbuilt::Failed(message)) => {
            panic!("the runtime for {} does not build: {message}", target.name)
        }
    }
}

fn is_requested(name: &str) -> bool {
    let arch = env::var("CARGO_CFG_TARGET_ARCH").expect("set by cargo");
    let os = env::var("CARGO_CFG_TARGET_OS").expect("set by cargo");
    let requested = env::var(TARGETS_VARIABLE).unwrap_or_default();
    name == format!("{arch}-{os}")
        || requested == "all"
        || requested.split(',').any(|target| target.trim() == name)
}

fn write_entry(table: &mut String, name: &str, outcome: &Result<PathBuf, String>, hash: &mut Sha256) {
    let value = match outcome {
        Ok(path) => {
            let object = fs::read(path).expect("written before");
            hash.update(name);
            hash.update((object.len() as u64).to_le_bytes());
            hash.update(&object);
            format!("Ok(include_bytes!({:?}))", path.to_str().expect("a path that Rust source can hold"))
        }
        Err(command) => format!("Err({command:?})"),
    };
    writeln!(table, "    ({name:?}, {value}),").expect("strings take everything");
}
