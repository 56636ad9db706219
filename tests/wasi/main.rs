//! WASI preview1 as guests in C and Go see it, through the command: behaviour
//! of all 46 functions, attacks, races, bad input, standard streams. Each runs
//! with openat2 and without it. Guests check themselves; what is outside of
//! their grants is compared here.

mod attacks;
mod behaviour;
mod fuzz;
mod go;
mod outside;
mod programs;
mod races;
mod stdio;

use anyhow::Result;
use libtest_mimic::{Arguments, Failed, Trial};
use programs::Way;

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    attacks::add(&mut trials);
    behaviour::add(&mut trials);
    fuzz::add(&mut trials);
    go::add(&mut trials);
    races::add(&mut trials);
    stdio::add(&mut trials);
    let conclusion = libtest_mimic::run(&arguments, trials);
    programs::remove_all();
    conclusion.exit();
}

/// A test that is run in each of `ways`.
fn add_test(
    trials: &mut Vec<Trial>,
    name: &str,
    ways: &[Way],
    test: impl Fn(Way) -> Result<()> + Clone + Send + 'static,
) {
    for &way in ways {
        let test = test.clone();
        let run = move || test(way).map_err(|error| Failed::from(format!("{error:#}")));
        let trial = Trial::test(format!("{name} {}", way.name()), run);
        trials.push(match way.target().unavailable() {
            Some(reason) => trial.with_ignored_flag(true).with_kind(format!("skipped: {reason}")),
            None => trial,
        });
    }
}
