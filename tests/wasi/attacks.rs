//! Attempts to get out, each by name; what each does is in `c/attacks*.c`.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use wasmc_tests::process::Invocation;
use wasmc_tests::tools;

use crate::outside::{GRANTS, Yard};
use crate::programs::{self, Way};

const ATTACKS: &[&str] = &[
    "slash-read",
    "slash-mkdir",
    "slash-unlink",
    "slash-write",
    "slash-rmdir",
    "slash-rename-from",
    "slash-rename-to",
    "read-only-link",
    "read-only-rename",
    "read-only-truncate",
    "read-only-everything",
    "link-out",
    "link-out-create",
    "link-in-the-middle",
    "hard-link-to-link",
    "absolute-link-made",
    "dotted-link-made",
    "link-up-inside",
    "link-loop",
    "link-chain",
    "dots",
    "absolute-path",
    "prefix",
    "nul",
    "long-path",
    "moved-out",
    "fifo",
    "renumber-leak",
    "renumber-anything",
    "too-many-descriptors",
    "huge-lengths",
    "wrapping-counts",
    "overlapping-results",
    "file-as-directory",
];

/// Attacks under other grants: the argument of the guest, and the grants.
const UNDER_OTHER_GRANTS: &[(&str, &[&str])] = &[
    ("granted", &["--dir", ".::.", "--no-inject-pwd"]),
    ("nothing", &["--no-inject-pwd"]),
    ("root-read-only", &["--dir", "/::/::ro", "--no-inject-pwd"]),
    ("root-writable", &["--dir", "/::/", "--no-inject-pwd"]),
    ("proc", &["--dir", "/proc::/proc", "--no-inject-pwd"]),
];

pub fn add(trials: &mut Vec<Trial>) {
    for &attack in ATTACKS {
        crate::add_test(trials, &format!("attack {attack}"), Way::ALL, move |way| run(attack, way));
    }
    for &(attack, grants) in UNDER_OTHER_GRANTS {
        let test = move |way| run_under(attack, grants, way);
        crate::add_test(trials, &format!("attack under {attack}"), Way::ALL, test);
    }
    crate::add_test(trials, "attacks are all listed", &[Way::Native], all_are_listed);
    crate::add_test(trials, "openat2 is taken away", &[Way::Native], openat2_is_taken_away);
}

fn run(attack: &str, way: Way) -> Result<()> {
    let yard = Yard::new()?;
    let app = programs::c("attacks.c", way, GRANTS)?;
    // Some attacks use up descriptors.
    let output = way.run(&app).args([attack]).dir(&yard.path).limit("-n 64").output()?;
    programs::must_report(&output)?;
    yard.must_be_intact(&output)
}

fn run_under(attack: &str, grants: &[&str], way: Way) -> Result<()> {
    let yard = Yard::new()?;
    let app = programs::c("attacks_host.c", way, grants)?;
    let here = yard.path.display().to_string();
    let output = way.run(&app).args([attack, &here]).dir(&yard.path).output()?;
    programs::must_report(&output)?;
    yard.must_be_intact(&output)
}

fn all_are_listed(way: Way) -> Result<()> {
    let yard = Yard::new()?;
    let app = programs::c("attacks.c", way, GRANTS)?;
    let output = way.run(&app).dir(&yard.path).must_succeed()?;
    ensure!(output.stdout_text().lines().eq(ATTACKS.iter().copied()), "{}", output.stdout_text());
    Ok(())
}

/// Else every test of the walk would test openat2.
fn openat2_is_taken_away(_: Way) -> Result<()> {
    let helper = tools::without_openat2();
    let probe = |args: &[&str]| -> Result<String> {
        let invocation = Invocation::new(&helper).args(args).args([&helper]).args(["probe"]);
        Ok(invocation.must_succeed()?.stdout_text())
    };
    ensure!(probe(&["missing"])? == "ENOSYS\n" && probe(&["denied"])? == "EPERM\n");
    Ok(())
}
