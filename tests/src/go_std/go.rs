//! The Go toolchain whose standard library is tested.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::process::{Invocation, Output};
use crate::tools;

pub struct Go {
    program: PathBuf,
    /// As `go version` says it.
    pub version: String,
    /// GOROOT.
    pub root: PathBuf,
}

impl Go {
    pub fn find() -> Result<Go> {
        let program = tools::need(&["go"])?;
        let ask = |args: &[&str]| Invocation::new(&program).args(args).inherit_env().must_succeed();
        let line = |output: Output| output.stdout_text().trim().to_owned();
        let version = line(ask(&["version"])?);
        let root = line(ask(&["env", "GOROOT"])?).into();
        Ok(Go { program, version, root })
    }

    /// Where a package's sources and test data are.
    pub fn source(&self, package: &str) -> PathBuf {
        self.root.join("src").join(package)
    }

    /// Builds a package's test binary. What it consists of is kept in Go's own
    /// cache, so only the first time takes long.
    pub fn build_tests(&self, package: &str, flags: &[&str], output: &Path) -> Result<()> {
        Invocation::new(&self.program)
            .inherit_env()
            .env("GOOS", "wasip1")
            .env("GOARCH", "wasm")
            .args(["test", "-c"])
            .args(flags)
            .args(["-o".as_ref(), output.as_os_str()])
            .args([package])
            .dir(self.source(package))
            .time_limit(super::check::TIME_LIMIT)
            .must_succeed()?;
        ensure!(output.is_file(), "{package} has no tests in {}", self.source(package).display());
        Ok(())
    }
}
