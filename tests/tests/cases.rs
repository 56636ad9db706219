//! Runs every case below `tests/cases`, in each of its variants; with
//! `WASMC_BLESS=1` rewrites their expectations instead.

use std::fs;
use std::sync::Arc;

use anyhow::{Context, Result};
use libtest_mimic::{Arguments, Failed, Trial};
use wasmc_tests::bless::blessed;
use wasmc_tests::case::{Case, Variant};
use wasmc_tests::{run_case, tools};

fn main() -> Result<()> {
    let arguments = Arguments::from_args();
    let dir = tools::root_dir().join("tests/cases");
    let mut trials = Vec::new();
    for case in Case::read_all(&dir)? {
        add_trials(Arc::new(case), &mut trials);
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn add_trials(case: Arc<Case>, trials: &mut Vec<Trial>) {
    if tools::is_blessing() {
        let name = case.name.clone();
        trials.push(Trial::test(name, move || bless(&case).map_err(failed)));
        return;
    }
    for variant in case.variants() {
        let name = format!("{} {}", case.name, variant.name());
        let reason = case.skips.get(variant.name()).cloned().or_else(|| variant.target().unavailable());
        let case = case.clone();
        let trial = Trial::test(name, move || run_case::check(&case, variant).map_err(failed));
        trials.push(match reason {
            Some(reason) => trial.with_ignored_flag(true).with_kind(format!("skipped: {reason}")),
            None => trial,
        });
    }
}

/// By what the case does in its first variant here; the others must do the same.
fn bless(case: &Case) -> Result<()> {
    let applies = |variant: &Variant| !case.skips.contains_key(variant.name());
    let mut native = case.variants().filter(|variant| variant.target().is_native());
    let variant = native.find(applies).context("every variant of this machine is skipped")?;
    let outcome = run_case::run(case, variant)?;
    let source = fs::read_to_string(&case.path)?;
    let new = blessed(case, &source, &outcome);
    if new != source {
        fs::write(&case.path, new).with_context(|| format!("{}", case.path.display()))?;
    }
    Ok(())
}

fn failed(error: anyhow::Error) -> Failed {
    format!("{error:#}").into()
}
