//! Compiles and runs one case in one variant, and compares.

use std::fs;

use anyhow::{Context, Result, bail, ensure};

use crate::case::{Case, Expected, Variant};
use crate::expect::Text;
use crate::process::{Invocation, Output};
use crate::sandbox::Sandbox;
use crate::target::{Openat2, Target};
use crate::tools;

/// The case's own name in the directory it runs in.
const INPUT: &str = "case.wat";
/// The executable's.
const EXECUTABLE: &str = "app";

/// What wasmc and the executable, where there is one, did.
pub struct Outcome {
    pub wasmc: Said,
    pub executable: Option<Said>,
}

/// An [`Output`] as cases write it.
pub struct Said {
    pub status: crate::process::Status,
    pub stdout: Text,
    pub stderr: Text,
}

/// Runs the case; an error if what it did is not what it says.
pub fn check(case: &Case, variant: Variant) -> Result<()> {
    let sandbox = Sandbox::new()?;
    let outcome = run_in(&sandbox, case, variant)?;
    let result = compare(&sandbox, case, &outcome);
    if result.is_err() && std::env::var_os("WASMC_TEST_KEEP").is_some() {
        let kept = sandbox.keep();
        return result.with_context(|| format!("the files are in {}", kept.display()));
    }
    result
}

/// Runs the case and reports, comparing nothing.
pub fn run(case: &Case, variant: Variant) -> Result<Outcome> {
    run_in(&Sandbox::new()?, case, variant)
}

fn run_in(sandbox: &Sandbox, case: &Case, variant: Variant) -> Result<Outcome> {
    fs::copy(&case.module, sandbox.path().join(INPUT))
        .with_context(|| format!("{}", case.module.display()))?;
    for entry in &case.entries {
        sandbox.create(entry)?;
    }
    let before = sandbox.listing()?;
    let output = wasmc_invocation(sandbox, case, variant).output()?;
    let wasmc = said(sandbox, &output);
    if !output.is_success() {
        ensure!(
            sandbox.listing()? == before,
            "wasmc failed, but left or removed files:\n{}",
            wasmc.stderr.show()
        );
    }
    if case.command.is_some() || !output.is_success() {
        return Ok(Outcome { wasmc, executable: None });
    }
    for path in &case.removals {
        sandbox.remove(path)?;
    }
    let output = executable_invocation(sandbox, case, variant).output()?;
    Ok(Outcome { wasmc, executable: Some(said(sandbox, &output)) })
}

fn wasmc_invocation(sandbox: &Sandbox, case: &Case, variant: Variant) -> Invocation {
    let wasmc = Invocation::new(tools::wasmc()).dir(sandbox.path());
    if let Some(command) = &case.command {
        return wasmc.args(command.iter().map(|word| sandbox.expand(word)));
    }
    wasmc
        .args([INPUT, "-o", EXECUTABLE, "--target", variant.target().name()])
        .args(variant.wasmc_flags())
        .args(case.wasmc_flags.iter().map(|word| sandbox.expand(word)))
}

fn executable_invocation(sandbox: &Sandbox, case: &Case, variant: Variant) -> Invocation {
    let dir = case.cwd.as_ref().map_or_else(|| sandbox.path().to_owned(), |cwd| sandbox.path().join(cwd));
    let executable = sandbox.path().join(EXECUTABLE);
    let program = match variant {
        Variant::Walk => Target::invocation_without(Openat2::Missing, &executable),
        _ => variant.target().invocation(&executable),
    };
    let mut invocation =
        program.dir(dir).args(case.args.iter().map(|word| sandbox.expand(word))).stdin(case.stdin.clone());
    for (key, value) in &case.env {
        invocation = invocation.env(key, sandbox.expand(value));
    }
    match &case.limit {
        Some(flags) => invocation.limit(flags),
        None => invocation,
    }
}

fn said(sandbox: &Sandbox, output: &Output) -> Said {
    Said {
        status: output.status,
        stdout: Text::from_output(&sandbox.collapse(&output.stdout)),
        stderr: Text::from_output(&sandbox.collapse(&output.stderr)),
    }
}

fn compare(sandbox: &Sandbox, case: &Case, outcome: &Outcome) -> Result<()> {
    let mut differences = differences("wasmc", &case.expected_wasmc, &outcome.wasmc, case.must_say_all());
    if let Some(executable) = &outcome.executable {
        differences.extend(self::differences("the executable", &case.expected, executable, true));
    }
    for after in &case.after {
        differences.extend(sandbox.check(after).err().map(|error| error.to_string()));
    }
    if differences.is_empty() {
        return Ok(());
    }
    bail!("{}\n  (`make bless` accepts this; then look at the diff)", differences.join("\n"));
}

impl Case {
    /// Whether what wasmc says is compared even if the case does not mention
    /// it: a compilation that works may tell what its grants mean.
    pub fn must_say_all(&self) -> bool {
        self.command.is_some() || self.expected_wasmc != Expected::default()
    }
}

/// Whether `expected` is what was `said`; text not mentioned must be empty
/// where `must_say_all`.
pub fn text_is_as_expected(expected: Option<&Text>, said: &Text, must_say_all: bool) -> bool {
    match expected {
        Some(expected) => expected.matches(said),
        None => !must_say_all || said == &Text::default(),
    }
}

fn differences(who: &str, expected: &Expected, said: &Said, must_say_all: bool) -> Vec<String> {
    let mut found = Vec::new();
    if expected.status != said.status {
        found.push(format!("  {who}: exit status {}, expected {}", said.status, expected.status));
    }
    for (stream, expected, actual) in
        [("stdout", &expected.stdout, &said.stdout), ("stderr", &expected.stderr, &said.stderr)]
    {
        if !text_is_as_expected(expected.as_ref(), actual, must_say_all) {
            let expected = expected.clone().unwrap_or_default();
            found.push(format!("  {who}: {stream} is\n{}   expected\n{}", actual.show(), expected.show()));
        }
    }
    // A wrong status alone says little; what was said tells why.
    if expected.status != said.status && found.len() == 1 && said.stderr != Text::default() {
        found.push(format!("  {who}: stderr is\n{}", said.stderr.show()));
    }
    found
}
