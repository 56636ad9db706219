//! Compiles each guest once for each target and set of grants, and runs it in
//! each of the ways.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use anyhow::{Result, anyhow, ensure};
use tempfile::TempDir;
use wasmc_tests::process::{Invocation, Output};
use wasmc_tests::target::{Openat2, Target};
use wasmc_tests::{guests, tools};

/// Flags that leave the kernel's own sandbox out, so that what is tested is the
/// runtime's.
const WITHOUT_KERNEL_SANDBOX: &[&str] = &["--kernel-sandbox=off"];

/// How a compiled guest is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Native,
    /// On a kernel that has no openat2.
    Walk,
    /// Where a filter denies it.
    Denied,
    /// The other architecture, by an emulator that may or may not know openat2.
    Emulated,
}

impl Way {
    pub const ALL: &[Way] = &[Way::Native, Way::Walk, Way::Denied, Way::Emulated];
    /// Where paths do not matter.
    pub const TARGETS: &[Way] = &[Way::Native, Way::Emulated];

    pub fn name(self) -> &'static str {
        match self {
            Way::Native => Target::native().arch(),
            Way::Walk => "walk",
            Way::Denied => "denied",
            Way::Emulated => self.target().arch(),
        }
    }

    pub fn target(self) -> Target {
        match self {
            Way::Emulated => {
                Target::ALL.into_iter().find(|target| !target.is_native()).expect("there are two")
            }
            _ => Target::native(),
        }
    }

    pub fn run(self, app: &Path) -> Invocation {
        match self {
            Way::Native | Way::Emulated => self.target().invocation(app),
            Way::Walk => Target::invocation_without(Openat2::Missing, app),
            Way::Denied => Target::invocation_without(Openat2::Denied, app),
        }
    }
}

/// A guest in C of this suite, compiled with `grants` for where `way` runs.
pub fn c(file: &str, way: Way, grants: &[&str]) -> Result<PathBuf> {
    compile(&guests::c_wasm(&format!("tests/wasi/c/{file}"))?, way, grants)
}

/// One in Go.
pub fn go(folder: &str, flags: &[&str], way: Way, grants: &[&str]) -> Result<PathBuf> {
    compile(&guests::go_wasm(&format!("tests/wasi/go/{folder}"), flags)?, way, grants)
}

type Key = (PathBuf, Target, Vec<String>);
type Compiled = Arc<OnceLock<Result<PathBuf, String>>>;

static COMPILED: LazyLock<Mutex<HashMap<Key, Compiled>>> = LazyLock::new(Mutex::default);
static DIR: Mutex<Option<TempDir>> = Mutex::new(None);

fn compile(wasm: &Path, way: Way, grants: &[&str]) -> Result<PathBuf> {
    let key = (wasm.to_owned(), way.target(), grants.iter().map(|grant| String::from(*grant)).collect());
    let mut compiled = COMPILED.lock().expect("no compilation panics");
    let number = compiled.len();
    let slot = compiled.entry(key).or_default().clone();
    drop(compiled);
    let app = slot.get_or_init(|| {
        compile_to(wasm, &format!("app{number}"), way, grants).map_err(|error| format!("{error:#}"))
    });
    app.clone().map_err(|error| anyhow!(error))
}

fn compile_to(wasm: &Path, name: &str, way: Way, grants: &[&str]) -> Result<PathBuf> {
    let mut dir = DIR.lock().expect("making a directory does not panic");
    let dir_path = match &*dir {
        Some(dir) => dir.path().to_owned(),
        None => dir.insert(tempfile::Builder::new().prefix("wasmc-wasi-").tempdir()?).path().to_owned(),
    };
    drop(dir);
    let app = dir_path.join(name);
    Invocation::new(tools::wasmc())
        .args([wasm.as_os_str(), "-o".as_ref(), app.as_os_str()])
        .args(["--target", way.target().name()])
        .args(grants)
        .args(WITHOUT_KERNEL_SANDBOX)
        .must_succeed()?;
    Ok(app)
}

/// Removes what was compiled.
pub fn remove_all() {
    drop(DIR.lock().map(|mut dir| dir.take()));
}

/// What a guest's report must be: some checks, none of which failed.
pub fn must_report(output: &Output) -> Result<()> {
    let text = output.stdout_text();
    let report = text.lines().last().unwrap_or_default();
    let is_good = report.ends_with(" checks, 0 failed") && !report.starts_with("0 ");
    ensure!(output.is_success() && is_good, "exit status {}\n{text}{}", output.status, output.stderr_text());
    Ok(())
}

/// A new directory, by its path without symbolic links.
pub fn directory() -> Result<(TempDir, PathBuf)> {
    let dir = tempfile::Builder::new().prefix("wasmc-wasi-").tempdir()?;
    let path = fs::canonicalize(dir.path())?;
    Ok((dir, path))
}

/// One in memory where that is possible, for what makes or syncs many files.
pub fn fast_directory() -> Result<(TempDir, PathBuf)> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("wasmc-wasi-");
    let dir = builder.tempdir_in("/dev/shm").or_else(|_| builder.tempdir())?;
    let path = fs::canonicalize(dir.path())?;
    Ok((dir, path))
}
