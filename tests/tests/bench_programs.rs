//! The benchmark's Go programs do the same as natively: each as wasmc compiles it
//! by default, and some with optimisations left out. `make test-full` leaves each
//! optimisation out of each program, and runs them on every target.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use tempfile::TempDir;
use wasmc_tests::guests;
use wasmc_tests::process::Invocation;
use wasmc_tests::target::Target;
use wasmc_tests::tools;

const PROGRAMS_DIR: &str = "bench/go";
/// Of the work that the benchmark does.
const PERCENT: &str = "1";

fn main() {
    let programs = programs();
    let leave_outs = leave_outs();
    let mut trials = Vec::new();
    for target in Target::ALL {
        for (index, program) in programs.iter().enumerate() {
            let mut variants = vec![Vec::new()];
            // One program each, unless there is time: the programs take turns.
            let is_chosen = |turn: usize| tools::is_full() || turn % programs.len() == index;
            variants.extend(
                (0..).zip(&leave_outs).filter(|(turn, _)| is_chosen(*turn)).map(|(_, flags)| flags.clone()),
            );
            for flags in variants {
                if target.is_native() || tools::is_full() {
                    trials.push(trial(program.clone(), target, flags));
                }
            }
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn trial(program: String, target: Target, flags: Vec<String>) -> Trial {
    let name = format!("{program} {} {}", target.arch(), flags.join(" "));
    let test =
        move || same_as_native(&program, target, &flags).map_err(|error| Failed::from(format!("{error:#}")));
    let trial = Trial::test(name.trim_end(), test);
    match target.unavailable() {
        Some(reason) => trial.with_ignored_flag(true).with_kind(format!("skipped: {reason}")),
        None => trial,
    }
}

/// The folders with a command.
fn programs() -> Vec<String> {
    let entries = fs::read_dir(tools::root_dir().join(PROGRAMS_DIR)).expect("the benchmark has Go programs");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a folder can be listed").path())
        .filter(|path| path.join("main.go").is_file())
        .map(|path| path.file_name().expect("an entry has a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The flags that leave optimisations out: one at a time, and all.
fn leave_outs() -> Vec<Vec<String>> {
    let help = Invocation::new(tools::wasmc())
        .args(["--help"])
        .must_succeed()
        .expect("wasmc has a help")
        .stdout_text();
    let (_, rest) = help.split_once("--no-opt <NAME>").expect("the help has --no-opt");
    let (_, rest) = rest.split_once("possible values: ").expect("--no-opt lists its values");
    let (names, _) = rest.split_once(']').expect("the list ends");
    let one_at_a_time = names.split(',').map(|name| vec!["--no-opt".to_owned(), name.trim().to_owned()]);
    std::iter::once(vec!["-O0".to_owned()]).chain(one_at_a_time).collect()
}

fn same_as_native(program: &str, target: Target, flags: &[String]) -> Result<()> {
    let folder = format!("{PROGRAMS_DIR}/{program}");
    let wasm = guests::go_wasm(&folder, &[])?;
    let native = guests::go_native(&folder)?;
    let dir = TempDir::new()?;
    let app = compile(dir.path(), &wasm, target, flags)?;
    let run = |invocation: Invocation| invocation.args([PERCENT]).stdin(GO_SOURCE.clone()).must_succeed();
    let (compiled, native) = (run(target.invocation(&app))?, run(Invocation::new(&native))?);
    ensure!(!native.stdout.is_empty(), "the native build printed nothing");
    ensure!(
        compiled.stdout == native.stdout,
        "the executable printed\n{}and the native build\n{}",
        compiled.stdout_text(),
        native.stdout_text()
    );
    Ok(())
}

fn compile(dir: &Path, wasm: &Path, target: Target, flags: &[String]) -> Result<PathBuf> {
    let app = dir.join("app");
    Invocation::new(tools::wasmc())
        .args([wasm.as_os_str(), "-o".as_ref(), app.as_os_str()])
        .args(["--target", target.name(), "--quiet"])
        .args(flags)
        .must_succeed()?;
    Ok(app)
}

/// What the program gosource reads: Go files, each after its name and size. Here
/// they are the benchmark's own.
static GO_SOURCE: LazyLock<Vec<u8>> = LazyLock::new(|| go_source().expect("the programs can be read"));

fn go_source() -> Result<Vec<u8>> {
    let mut input = Vec::new();
    for program in programs() {
        let text = fs::read(tools::root_dir().join(PROGRAMS_DIR).join(&program).join("main.go"))
            .with_context(|| program.clone())?;
        input.extend(format!("{program}.go {}\n", text.len()).into_bytes());
        input.extend(text);
    }
    Ok(input)
}
