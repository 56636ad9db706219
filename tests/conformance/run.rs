//! A script through the whole pipeline: compile, link, execute, and compare
//! what the driver reports.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use wasmc_abi::trap::TrapCode;
use wasmc_cli::link::{LinkInput, link};
use wasmc_compiler::{ModuleInput, Program, Root, compile};
use wasmc_tests::process::Output;

use crate::driver::{self, Driver, END, WRONG_TRAP};
use crate::script::{Expected, Module, Script};
use crate::variant::Variant;

/// By the command's position, what went wrong.
pub type Failures = BTreeMap<usize, String>;

/// Runs a script's commands.
pub fn run(script: &Script, variant: Variant) -> Result<Failures> {
    let driver = driver::write(script)?;
    let executable = build(script, &driver, variant)?;
    let dir = tempfile::tempdir()?;
    let path = write_executable(dir.path(), &executable)?;
    let output = execute(variant, &path)?;
    read_reports(script, &output)
}

pub fn input(module: &Module) -> ModuleInput<'_> {
    ModuleInput { name: String::new(), wasm: &module.wasm, imports: module.imports.clone() }
}

fn build(script: &Script, driver: &Driver, variant: Variant) -> Result<Vec<u8>> {
    let mut modules: Vec<ModuleInput<'_>> = script.modules.iter().map(input).collect();
    let position = modules.len();
    modules.push(ModuleInput {
        name: "driver".to_owned(),
        wasm: &driver.wasm,
        imports: driver.imports.clone(),
    });
    let root = Root { module: position, export: driver::EXPORT.to_owned() };
    let program = Program { modules, instantiate: vec![0, position], root: Some(root) };
    let options = variant.options();
    let artifact = compile(&program, &options).map_err(|error| compile_error(script, &error))?;
    let runtime = variant.harness_runtime()?;
    let inputs = [
        LinkInput { name: "program", bytes: &artifact.object },
        LinkInput { name: "runtime", bytes: &runtime },
    ];
    Ok(link(options.target, &inputs)?)
}

fn compile_error(script: &Script, error: &wasmc_compiler::Error) -> anyhow::Error {
    let line = error.module().and_then(|module| {
        use crate::script::Action;
        let is_it = |action: &Action| matches!(action, Action::Instantiate { module: it } if *it == module);
        script.commands.iter().find(|command| is_it(&command.action)).map(|command| command.line)
    });
    anyhow::anyhow!("{}:{}: does not compile: {error}", script.name, line.unwrap_or(0))
}

fn write_executable(dir: &Path, bytes: &[u8]) -> Result<PathBuf> {
    let path = dir.join("script");
    let mut file = fs::File::create(&path)?;
    file.write_all(bytes)?;
    file.set_permissions(fs::Permissions::from_mode(0o755))?;
    Ok(path)
}

/// Runs it; another test's fork may hold the file open for writing for a
/// moment, in which case the kernel refuses to execute it.
fn execute(variant: Variant, path: &Path) -> Result<Output> {
    const ATTEMPTS: usize = 100;
    for _ in 0..ATTEMPTS {
        match variant.target.invocation(path).output() {
            Err(error) if is_busy(&error) => std::thread::sleep(std::time::Duration::from_millis(10)),
            result => return result,
        }
    }
    bail!("{} stays busy", path.display())
}

fn is_busy(error: &anyhow::Error) -> bool {
    let error = error.root_cause().downcast_ref::<std::io::Error>();
    error.is_some_and(|error| error.kind() == ErrorKind::ExecutableFileBusy)
}

fn read_reports(script: &Script, output: &Output) -> Result<Failures> {
    let text = output.stdout_text();
    let reports = text.lines().map(report).collect::<Result<Vec<_>>>()?;
    let ended = || format!("exit status {}, stderr:\n{}", output.status, output.stderr_text());
    let Some((&(END, commands), reports)) = reports.split_last() else {
        let last = reports.last().map(|(about, _)| about & !WRONG_TRAP);
        bail!("the run ended early, after a failure of command {last:?}: {}", ended());
    };
    ensure!(output.is_success(), ended());
    ensure!(commands == script.commands.len() as u64, "{commands} of {} commands ran", script.commands.len());
    let mut failures = Failures::new();
    for &(about, value) in reports {
        let position = (about & !WRONG_TRAP) as usize;
        let command = script.commands.get(position).context("a report about no command")?;
        let message = if about & WRONG_TRAP == 0 {
            format!("got {value:#x}")
        } else {
            let expected = match command.expected {
                Expected::Trap(code) => code.message(),
                Expected::Return(_) => "none",
            };
            let got = TrapCode::from_byte(value as u8).map_or("none", TrapCode::message);
            format!("expected trap: {expected}; got trap: {got}")
        };
        failures.entry(position).or_insert(message);
    }
    Ok(failures)
}

/// `FAIL line ABOUT got VALUE`, as the harness prints it.
fn report(line: &str) -> Result<(u32, u64)> {
    let parsed = line
        .strip_prefix("FAIL line ")
        .and_then(|rest| rest.split_once(" got 0x"))
        .and_then(|(about, value)| Some((about.parse().ok()?, u64::from_str_radix(value, 16).ok()?)));
    parsed.with_context(|| format!("no report: {line}"))
}
