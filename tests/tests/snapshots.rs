//! Compares the code made for the functions below `tests/snapshots` with what
//! was reviewed; with `WASMC_BLESS=1` writes it anew.
//!
//! Each `NAME.wat` says in its first line which function: `;;! function: NAME`.
//! Beside it are NAME.x86_64.clif and the assembly for both architectures.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use wasmc_tests::process::Invocation;
use wasmc_tests::target::Target;
use wasmc_tests::tools;

const KINDS: [(&str, Target); 3] =
    [("clif", Target::X86_64), ("asm", Target::X86_64), ("asm", Target::Aarch64)];

fn main() -> Result<()> {
    let dir = tools::root_dir().join("tests/snapshots");
    let mut sources = Vec::new();
    for entry in fs::read_dir(&dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wat") {
            sources.push(path);
        }
    }
    ensure!(!sources.is_empty(), "no snapshots in {}", dir.display());
    sources.sort();
    let mut trials = Vec::new();
    for source in sources {
        for (kind, target) in KINDS {
            let source = source.clone();
            let stem = source.file_stem().context("a file has a name")?.to_string_lossy();
            let name = format!("{stem} {kind} {}", target.arch());
            trials.push(Trial::test(name, move || {
                check(&source, kind, target).map_err(|error| Failed::from(format!("{error:#}")))
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn check(source: &Path, kind: &str, target: Target) -> Result<()> {
    let text = fs::read_to_string(source)?;
    let function = text.lines().next().and_then(|line| line.strip_prefix(";;! function: "));
    let function = function.context("the first line is `;;! function: NAME`")?;
    let actual = Invocation::new(tools::wasmc())
        .args([source])
        .args(["--target", target.name(), "--emit", kind, "--function", function])
        .must_succeed()?
        .stdout_text();
    ensure!(!actual.is_empty(), "there is no function {function}");
    let snapshot: PathBuf = source.with_extension(format!("{}.{kind}", target.arch()));
    if tools::is_blessing() {
        return Ok(fs::write(snapshot, actual)?);
    }
    let expected =
        fs::read_to_string(&snapshot).with_context(|| format!("{}; run `make bless`", snapshot.display()))?;
    match expected.lines().zip(actual.lines()).position(|(expected, actual)| expected != actual) {
        None if expected == actual => Ok(()),
        None => bail!("{} differs in its length; run `make bless` and look at the diff", snapshot.display()),
        Some(line) => bail!(
            "{} differs in line {}; run `make bless` and look at the diff\n  was {}\n  is  {}",
            snapshot.display(),
            line + 1,
            expected.lines().nth(line).unwrap_or_default(),
            actual.lines().nth(line).unwrap_or_default(),
        ),
    }
}
