//! Go's own tests of its standard library pass in what wasmc makes of them. The
//! packages and the tests that cannot pass on WASI are data in `tests/go_std/`.

use std::sync::Arc;

use anyhow::Result;
use libtest_mimic::{Arguments, Failed, Trial};
use wasmc_tests::go_std::check::check;
use wasmc_tests::go_std::go::Go;
use wasmc_tests::go_std::{Package, Tier, Variant};
use wasmc_tests::tools;

fn main() -> Result<()> {
    let arguments = Arguments::from_args();
    let go = Arc::new(Go::find()?);
    eprintln!("the standard library of {}", go.version);
    let mut trials = Vec::new();
    for package in Package::read_all()? {
        let package = Arc::new(package);
        trials.extend(package.variants.iter().map(|&variant| trial(&go, &package, variant)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn trial(go: &Arc<Go>, package: &Arc<Package>, variant: Variant) -> Trial {
    let reason = reason_to_skip(go, package, variant);
    let name = format!("{} {}", package.path, variant.name());
    let (go, package) = (go.clone(), package.clone());
    let test = move || check(&go, &package, variant).map_err(|error| Failed::from(format!("{error:#}")));
    let trial = Trial::test(name, test);
    match reason {
        Some(reason) => trial.with_ignored_flag(true).with_kind(format!("skipped: {reason}")),
        None => trial,
    }
}

fn reason_to_skip(go: &Go, package: &Package, variant: Variant) -> Option<String> {
    if !go.source(&package.path).is_dir() {
        return Some("this Go has no such package".to_owned());
    }
    if package.tier == Tier::Full && !tools::is_full() {
        return Some("WASMC_TEST_FULL is not set".to_owned());
    }
    variant.target().unavailable()
}
