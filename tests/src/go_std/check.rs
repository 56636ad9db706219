//! One package: its test binary is built by Go, compiled by wasmc, run, and
//! judged by what it says.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::go::Go;
use super::report::{Outcome, Report};
use super::{Exception, Package, Variant};
use crate::guests;
use crate::process::{Invocation, Output};
use crate::target::Target;
use crate::tools;

/// For a build or a package's tests, on a busy machine or by an emulator.
pub const TIME_LIMIT: Duration = Duration::from_secs(900);
/// When a test binary gives up itself, and shows what its goroutines wait for.
const TIMEOUT: &str = "-test.timeout=850s";
/// An excepted test may hang.
const EXCEPTION_TIMEOUT: &str = "-test.timeout=60s";
/// Lines of standard error in a message, the last ones.
const STDERR_LINES: usize = 60;

/// Fails unless every test of the package passes, skips itself or is an
/// exception, and each exception is still one.
pub fn check(go: &Go, package: &Package, variant: Variant) -> Result<()> {
    let binary = TestBinary::new(go, package, variant)?;
    let tests = binary.tests()?;
    // Another Go may not have the test, or may have the file.
    let applies = |exception: &&Exception| {
        let has_test = tests.iter().any(|test| test == top_level(&exception.test));
        has_test && exception.missing.as_ref().is_none_or(|file| !go.root.join(file).exists())
    };
    let excepted: Vec<&String> =
        package.exceptions.iter().filter(applies).map(|exception| &exception.test).collect();
    run_all(&binary, &tests, &excepted)?;
    excepted.into_iter().try_for_each(|test| still_fails(&binary, test))
}

fn run_all(binary: &TestBinary, tests: &[String], excepted: &[&String]) -> Result<()> {
    let mut flags = vec![TIMEOUT.to_owned()];
    if !excepted.is_empty() {
        flags.push(format!("-test.skip={}", pattern(excepted)));
    }
    let output = binary.run(&flags)?;
    let text = output.stdout_text();
    let report = Report::new(&text);
    let (passed, skipped, failed) =
        (report.count(Outcome::Pass), report.count(Outcome::Skip), report.count(Outcome::Fail));
    ensure!(
        output.is_success() && failed == 0,
        "exit status {}; {passed} passed, {skipped} skipped, {failed} failed\n{}{}",
        output.status,
        report.failures(),
        last_lines(&output.stderr_text()),
    );
    let has_ended = |test: &String| report.outcome(test).is_some() || excepted.contains(&test);
    let missing: Vec<&String> = tests.iter().filter(|test| !has_ended(test)).collect();
    ensure!(missing.is_empty(), "the run ended well, but these tests did not: {missing:?}");
    ensure!(passed > skipped, "only {passed} tests passed, while {skipped} skipped themselves");
    Ok(())
}

/// An exception that nothing needs any more would hide the next bug.
fn still_fails(binary: &TestBinary, test: &String) -> Result<()> {
    let run = format!("-test.run={}", pattern(&[test]));
    let output = binary.run(&[EXCEPTION_TIMEOUT, &run])?;
    let text = output.stdout_text();
    let outcome = Report::new(&text).outcome(test);
    ensure!(
        !matches!(outcome, Some(Outcome::Pass | Outcome::Skip)),
        "{test} needs no line in exceptions.txt any more: {outcome:?}"
    );
    Ok(())
}

/// `TestX` of `TestX/sub`.
fn top_level(test: &str) -> &str {
    test.split('/').next().unwrap_or(test)
}

/// What Go matches with exactly these tests: each level has its own expression.
fn pattern(tests: &[&String]) -> String {
    let exact = |level: &str| format!("^{level}$");
    let levels = |test: &&String| test.split('/').map(exact).collect::<Vec<_>>().join("/");
    tests.iter().map(levels).collect::<Vec<_>>().join("|")
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(STDERR_LINES)..].join("\n")
}

struct TestBinary {
    target: Target,
    /// Where the tests expect to be started: their data is there.
    source: PathBuf,
    /// For the executable and the tests' temporary files.
    dir: TempDir,
}

impl TestBinary {
    fn new(go: &Go, package: &Package, variant: Variant) -> Result<TestBinary> {
        let dir = tempfile::Builder::new().prefix("wasmc-go-std-").tempdir()?;
        let binary = TestBinary { target: variant.target(), source: go.source(&package.path), dir };
        let flags = if variant == Variant::Stripped { guests::STRIPPED } else { &[] };
        let wasm = binary.dir.path().join("test.wasm");
        go.build_tests(&package.path, flags, &wasm)?;
        Invocation::new(tools::wasmc())
            .args([wasm.as_os_str(), "-o".as_ref(), binary.app().as_os_str()])
            .args(["--target", binary.target.name()])
            // What Go's own wrapper grants, and where its tests are to write.
            .args(["--dir", "/", "--env", "PATH", "--env", "TMPDIR"])
            .must_succeed()?;
        Ok(binary)
    }

    fn app(&self) -> PathBuf {
        self.dir.path().join("app")
    }

    fn run(&self, flags: &[impl AsRef<std::ffi::OsStr>]) -> Result<Output> {
        let path = std::env::var_os("PATH").context("PATH is not set")?;
        let run = self.target.invocation(&self.app()).env("PATH", path).env("TMPDIR", self.dir.path());
        run.args(["-test.short", "-test.v=test2json"])
            .args(flags)
            .dir(&self.source)
            .time_limit(TIME_LIMIT)
            .output()
    }

    /// All that a run runs: tests, examples, and fuzz tests by their seeds.
    fn tests(&self) -> Result<Vec<String>> {
        let output = self.run(&["-test.list=."])?;
        ensure!(output.is_success(), "-test.list: {}", output.stderr_text());
        let is_run = |line: &&str| ["Test", "Example", "Fuzz"].iter().any(|prefix| line.starts_with(prefix));
        let tests: Vec<String> = output.stdout_text().lines().filter(is_run).map(str::to_owned).collect();
        ensure!(!tests.is_empty(), "-test.list tells no tests");
        Ok(tests)
    }
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn patterns_match_whole_names_on_each_level() {
        let tests = ["TestA".to_owned(), "TestB/sub".to_owned()];
        assert_eq!(pattern(&tests.each_ref()), "^TestA$|^TestB$/^sub$");
    }
}
