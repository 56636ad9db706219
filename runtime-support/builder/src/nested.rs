//! Runs cargo on the blob, shielded from the settings of the cargo that runs
//! us: the same sources and compiler must give the same bytes.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Request;
use crate::toolchain::Choice;

const PACKAGE: &str = "wasmc-blob";

/// Between the flags in `CARGO_ENCODED_RUSTFLAGS`.
const FLAG_SEPARATOR: &str = "\x1f";

/// The object's bytes, or what went wrong.
pub fn build(request: &Request<'_>, choice: &Choice) -> Result<Vec<u8>, String> {
    let object = object_path(request, choice);
    // Where crates are unpacked decides the flags, so that comes first.
    run(cargo(request, choice, "fetch").args(["--locked", "--quiet"]))?;
    run(&mut compile_command(request, choice, &object))?;
    if !object.exists() {
        // Cargo does not know this file: it saw nothing to do although the
        // file was removed.
        run(cargo(request, choice, "clean").args(["--package", PACKAGE]))?;
        run(&mut compile_command(request, choice, &object))?;
    }
    std::fs::read(&object).map_err(|error| format!("cannot read {}: {error}", object.display()))
}

fn object_path(request: &Request<'_>, choice: &Choice) -> PathBuf {
    let mut name = format!("wasmc_runtime-{}", request.target.name);
    for feature in request.features {
        name.push('-');
        name.push_str(feature);
    }
    name.push_str(".o");
    request.target_dir.join(choice.triple).join(name)
}

fn compile_command(request: &Request<'_>, choice: &Choice, object: &Path) -> Command {
    let mut command = cargo(request, choice, "rustc");
    command.args(["--release", "--lib", "--locked", "--quiet"]);
    if !request.features.is_empty() {
        command.args(["--features", &request.features.join(",")]);
    }
    if choice.library_source.is_some() {
        command.arg("-Zbuild-std=core,compiler_builtins");
        // Building the library is unstable, hence only a nightly compiler's
        // unless it is told that it is bootstrapping.
        command.env("RUSTC_BOOTSTRAP", "1");
    }
    let mut emit = OsString::from("--emit=obj=");
    emit.push(object);
    command.arg("--").arg(emit);
    command
}

fn cargo(request: &Request<'_>, choice: &Choice, subcommand: &str) -> Command {
    let mut command = Command::new(&choice.toolchain.cargo);
    for (name, _) in std::env::vars_os() {
        if is_of_the_outer_build(&name) {
            command.env_remove(name);
        }
    }
    command
        .env("RUSTC", &choice.toolchain.rustc)
        .env("CARGO_ENCODED_RUSTFLAGS", rustc_flags(request, choice))
        .env("CARGO_TARGET_DIR", request.target_dir)
        .arg(subcommand)
        .arg("--manifest-path")
        .arg(request.source_dir.join("blob/Cargo.toml"))
        .args(["--target", choice.triple]);
    command
}

/// Whether a variable steers the cargo that runs us, not cargo on this machine:
/// where crates come from and how to reach them stays.
fn is_of_the_outer_build(name: &OsStr) -> bool {
    const KEPT: [&str; 5] = ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR", "CARGO_SOURCE_"];
    const REMOVED: [&str; 6] = ["CARGO", "RUSTC", "RUSTFLAGS", "RUSTDOC", "MAKEFLAGS", "LD_LIBRARY_PATH"];
    let name = name.to_string_lossy();
    let starts_with_any = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    starts_with_any(&REMOVED) && !starts_with_any(&KEPT)
}

fn rustc_flags(request: &Request<'_>, choice: &Choice) -> OsString {
    let mut flags: Vec<OsString> = [
        // Backtraces walk through the runtime's frames to the guest's.
        "-Cforce-frame-pointers=yes",
        "-Cforce-unwind-tables=no",
        // The executable is position-independent, and no other module may
        // replace its symbols.
        "-Crelocation-model=pie",
    ]
    .map(OsString::from)
    .into();
    flags.extend(request.target.rustc_flags.iter().map(OsString::from));
    for (folder, name) in remapped_folders(request, choice) {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(folder);
        flag.push("=");
        flag.push(name);
        flags.push(flag);
    }
    flags.join(OsStr::new(FLAG_SEPARATOR))
}

/// Folders whose names would otherwise be in the object, in panic messages, and
/// what they are called instead. Rustc compares text, and cargo resolves `..` and
/// symbolic links in some of these names: each is there as given and resolved.
pub fn remapped_folders(request: &Request<'_>, choice: &Choice) -> Vec<(PathBuf, &'static str)> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let crates = registry_folders(home.as_deref());
    let mut folders = vec![(request.source_dir, "runtime-support")];
    folders.extend(crates.iter().map(|folder| (folder.as_path(), "crates")));
    folders.extend(choice.library_source.iter().map(|folder| (folder.as_path(), "library")));
    folders
        .into_iter()
        .flat_map(|(folder, name)| spellings(folder).map(move |folder| (folder, name)))
        .collect()
}

/// The folder as given and, where that is another name, without `..` and
/// symbolic links.
fn spellings(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let resolved = folder.canonicalize().ok().filter(|resolved| *resolved != folder);
    std::iter::once(folder.to_owned()).chain(resolved)
}

/// Each source of crates has a folder of its own, named by the registry.
fn registry_folders(home: Option<&Path>) -> Vec<PathBuf> {
    let Some(entries) = home.and_then(|home| std::fs::read_dir(home.join("registry/src")).ok()) else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    folders
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command
        .output()
        .map_err(|error| format!("cannot run {}: {error}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(());
    }
    let messages = String::from_utf8_lossy(&output.stderr);
    Err(format!("building the runtime failed:\n{messages}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_known_by_both_its_names() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().expect("it was built from there");
        let detour = here.join("src/..");
        assert_eq!(spellings(&detour).collect::<Vec<_>>(), [detour, here.clone()]);
        assert_eq!(spellings(&here).collect::<Vec<_>>(), [here]);
    }

    #[test]
    fn the_outer_builds_settings_do_not_leak() {
        let removed = |name: &str| is_of_the_outer_build(OsStr::new(name));
        for name in ["CARGO", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTFLAGS", "RUSTC_WRAPPER"] {
            assert!(removed(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_NET_OFFLINE", "RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "PATH", "HOME"] {
            assert!(!removed(name), "{name}");
        }
    }
}
