//! Builds the runtime with the harness of the specification scripts, for every
//! target that the toolchains here can build for; and one that checks no path,
//! for this machine.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use wasmc_runtime_builder::{Request, TARGETS, Unbuilt, build, inputs};

fn main() -> Result<(), Box<dyn Error>> {
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let source_dir = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("runtime-support");
    let target_dir = shared_target_dir(&out_dir).ok_or("OUT_DIR lies in cargo's target folder")?;
    let host = format!("{}-{}", env::consts::ARCH, env::consts::OS);
    for target in TARGETS {
        let request =
            Request { target, features: &["harness"], source_dir: &source_dir, target_dir: &target_dir };
        write(&request, &out_dir.join(format!("{}.o", target.name)))?;
        if target.name == host {
            let request = Request { features: &["broken-resolver"], ..request };
            write(&request, &out_dir.join("broken-resolver.o"))?;
        }
    }
    for input in inputs(&source_dir) {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    Ok(())
}

/// Writes the runtime, or beside its place why there is none.
fn write(request: &Request<'_>, object: &Path) -> Result<(), Box<dyn Error>> {
    let missing = object.with_extension("missing");
    match build(request) {
        Ok(blob) => {
            fs::write(object, blob.object)?;
            remove_if_there(&missing)?;
        }
        Err(unbuilt @ Unbuilt::Missing(_)) => fs::write(missing, unbuilt.to_string())?,
        Err(Unbuilt::Failed(message)) => return Err(message.into()),
    }
    Ok(())
}

/// The nested cargo's folder, beside the profiles' in the outer cargo's.
fn shared_target_dir(out_dir: &Path) -> Option<PathBuf> {
    // TARGET/PROFILE/build/PACKAGE/out
    Some(out_dir.ancestors().nth(4)?.join("runtime"))
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
