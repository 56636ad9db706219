//! Finds the programs that tests run, and says what to do where one is missing.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Result, bail};

/// The repository's root directory.
pub fn root_dir() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a folder of the repository")
}

/// Where cargo builds to.
pub fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root_dir().join("target"), |dir| root_dir().join(dir))
}

/// The release compiler, `$WASMC` or the one that `make build` leaves.
pub fn wasmc() -> &'static Path {
    static WASMC: LazyLock<PathBuf> = LazyLock::new(|| {
        let path = env::var_os("WASMC")
            .map_or_else(|| target_dir().join("release/wasmc"), |path| root_dir().join(path));
        assert!(path.is_file(), "{} is not there; run `make build` first, or set WASMC", path.display());
        path
    });
    &WASMC
}

/// The helper that takes openat2 away; cargo builds it beside the tests.
pub fn without_openat2() -> PathBuf {
    let test = env::current_exe().expect("the test knows its own path");
    let helper =
        test.parent().and_then(Path::parent).expect("a test is in PROFILE/deps").join("without-openat2");
    assert!(helper.is_file(), "{} is not there; run the tests by cargo", helper.display());
    helper
}

/// Whether expectations are rewritten instead of compared.
pub fn is_blessing() -> bool {
    is_on("WASMC_BLESS")
}

/// Whether tests that take minutes run too.
pub fn is_full() -> bool {
    is_on("WASMC_TEST_FULL")
}

fn is_on(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty() && value != "0")
}

/// The first of `names` that PATH has.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names
        .iter()
        .find_map(|name| env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file()))
}

/// The same for a program that tests cannot do without.
pub fn need(names: &[&str]) -> Result<PathBuf> {
    match find(names) {
        Some(path) => Ok(path),
        None => bail!("{} is not on PATH; `make setup` installs it", names.join(" or ")),
    }
}
