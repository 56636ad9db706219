//! Builds guests that need another toolchain, once: a guest is built again when
//! its sources, its command line or its compiler change. Sources are named from
//! the repository's root.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};

use crate::process::Invocation;
use crate::tools;

/// Where Debian's wasi-libc is.
const WASI_LIBC_DIR: &str = "/usr/lib/wasm32-wasi";
/// Starts a line of a C file that has flags for its linker.
const LINK_FLAGS: &str = "// LINK:";
/// clang with a WebAssembly runtime, newest first.
const CLANGS: [&str; 9] =
    ["clang-21", "clang-20", "clang-19", "clang-18", "clang-17", "clang-16", "clang-15", "clang-14", "clang"];

/// How people make Go's output smaller: nothing but its code then tells that it
/// is Go's.
pub const STRIPPED: &[&str] = &["-ldflags=-s -w -buildid="];

/// A folder with a Go program as a WebAssembly module.
pub fn go_wasm(folder: &str, flags: &[&str]) -> Result<PathBuf> {
    go(folder, flags, "wasm", &[("GOOS", "wasip1"), ("GOARCH", "wasm")])
}

/// The same by another version of Go, which it gets where it is not there.
pub fn go_wasm_by(version: &str, folder: &str) -> Result<PathBuf> {
    let toolchain = format!("go{version}");
    let env = [("GOOS", "wasip1"), ("GOARCH", "wasm"), ("GOTOOLCHAIN", toolchain.as_str())];
    go(folder, &[], &format!("{version}.wasm"), &env)
}

/// The same as a native executable, whose behaviour is the reference.
pub fn go_native(folder: &str) -> Result<PathBuf> {
    go(folder, &[], "native", &[("CGO_ENABLED", "0")])
}

fn go(folder: &str, flags: &[&str], kind: &str, env: &[(&str, &str)]) -> Result<PathBuf> {
    let source = tools::root_dir().join(folder);
    let go = tools::need(&["go"])?;
    let version = Invocation::new(&go).args(["version"]).inherit_env().must_succeed()?.stdout_text();
    let ending = if flags.is_empty() { "" } else { "-flags" };
    // A command may use other packages of its module.
    let module = source.ancestors().find(|dir| dir.join("go.mod").is_file()).context("no go.mod")?;
    build(&name(folder, &format!("{ending}.{kind}")), module, &(version, flags), |output| {
        let mut build = Invocation::new(&go).args(["build"]).args(flags).inherit_env();
        for (key, value) in env {
            build = build.env(key, value);
        }
        build.args(["-o".as_ref(), output.as_os_str()]).dir(&source).must_succeed().map(drop)
    })
}

/// One C file as a WebAssembly module. It may include others of its folder, and
/// say flags for the linker in a line that starts with `// LINK:`.
pub fn c_wasm(file: &str) -> Result<PathBuf> {
    let source = tools::root_dir().join(file);
    let folder = source.parent().context("a file is in a folder")?;
    let text = fs::read_to_string(&source).with_context(|| file.to_owned())?;
    let link_flags: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix(LINK_FLAGS))
        .flat_map(str::split_whitespace)
        .collect();
    build(&name(file, ".wasm"), folder, &CLANGS, |output| {
        let mut failures = Vec::new();
        for clang in CLANGS {
            let Some(clang) = tools::find(&[clang]) else { continue };
            let flags = ["--target=wasm32-wasi", "-O2", "-Wall", "-Werror", "-o"];
            let compile = Invocation::new(clang).inherit_env().args(&link_flags).args(flags);
            match compile.args([output.as_os_str(), source.as_os_str()]).must_succeed() {
                Ok(_) => return Ok(()),
                Err(error) => failures.push(error.to_string()),
            }
        }
        bail!("no clang compiles for wasm32-wasi; `make setup` installs one\n{}", failures.join("\n"))
    })
}

/// A Rust package as a WebAssembly module.
pub fn rust_wasm(folder: &str, program: &str) -> Result<PathBuf> {
    let source = tools::root_dir().join(folder);
    let toolchain = rust_toolchain()?;
    build(&name(folder, ".wasm"), &source, &toolchain, |output| {
        let work_dir = guests_dir().join("rust");
        let cargo = match toolchain {
            RustToolchain::WithTarget => Invocation::new("cargo").inherit_env().args(["build"]),
            RustToolchain::DebianSources => debian_cargo()?,
        };
        cargo
            .args(["--release", "--locked", "--target", "wasm32-wasip1", "--target-dir"])
            .args([&work_dir])
            .dir(&source)
            .must_succeed()?;
        fs::copy(work_dir.join("wasm32-wasip1/release").join(program).with_extension("wasm"), output)?;
        Ok(())
    })
}

#[derive(Debug, Clone, Copy, Hash)]
enum RustToolchain {
    /// The one on PATH has the standard library for wasm32-wasip1.
    WithTarget,
    /// Debian's rustc-web with rust-web-src: the library is built from source.
    DebianSources,
}

fn rust_toolchain() -> Result<RustToolchain> {
    let query = Invocation::new("rustc").inherit_env();
    let output = query.args(["--print", "target-libdir", "--target", "wasm32-wasip1"]).output()?;
    if output.is_success() && Path::new(output.stdout_text().trim()).is_dir() {
        return Ok(RustToolchain::WithTarget);
    }
    if Path::new("/usr/bin/cargo").is_file() && Path::new("/usr/lib/rustlib/src/rust/library").is_dir() {
        return Ok(RustToolchain::DebianSources);
    }
    bail!("no Rust standard library for wasm32-wasip1; `make setup` installs one")
}

fn debian_cargo() -> Result<Invocation> {
    let linker =
        tools::need(&["wasm-ld-21", "wasm-ld-20", "wasm-ld-19", "wasm-ld-18", "wasm-ld-17", "wasm-ld"])?;
    let rustflags = format!(
        "-Clink-self-contained=no -Clinker={} -Clink-arg={WASI_LIBC_DIR}/crt1-command.o \
         -Clink-arg=-L{WASI_LIBC_DIR} -Clink-arg=-lc -L{WASI_LIBC_DIR}",
        linker.display()
    );
    // Cargo tells its tests where its own toolchain is, which is not Debian's.
    let home = std::env::var_os("HOME").context("HOME is not set")?;
    Ok(Invocation::new("/usr/bin/cargo")
        .args(["build", "-Zbuild-std=std,panic_abort"])
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", home)
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", rustflags))
}

/// Of what is built from `source`.
fn name(source: &str, ending: &str) -> String {
    source.replace('/', "-") + ending
}

fn guests_dir() -> PathBuf {
    tools::target_dir().join("guests")
}

/// Runs `make` with the path to write to, unless what is there already was made
/// from the same `source` and `recipe`.
fn build(
    name: &str,
    source: &Path,
    recipe: &impl Hash,
    make: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let output = guests_dir().join(name);
    let stamp_file = guests_dir().join(format!("{name}.stamp"));
    let mut hasher = DefaultHasher::new();
    recipe.hash(&mut hasher);
    hash_files(source, &mut hasher).with_context(|| format!("{}", source.display()))?;
    let stamp = format!("{:016x}\n", hasher.finish());
    if output.is_file() && fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        return Ok(output);
    }
    fs::create_dir_all(guests_dir())?;
    make(&output).with_context(|| format!("building the guest {name}"))?;
    fs::write(stamp_file, stamp)?;
    Ok(output)
}

fn hash_files(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    if path.is_file() {
        path.file_name().hash(hasher);
        fs::read(path)?.hash(hasher);
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| hash_files(entry, hasher))
}
