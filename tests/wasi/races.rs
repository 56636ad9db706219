//! Attacks that need somebody else to change the directories meanwhile: here,
//! the test itself. What the guest does is in `c/races.c`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
use wasmc_tests::process::Output;

use crate::outside::{GRANTS, SECRET, Yard};
use crate::programs::{self, Way};

const MILLISECONDS: &str = "700";
/// An emulated guest takes longer for what it does at least.
const MILLISECONDS_EMULATED: &str = "1500";

const SWAPS_BETWEEN_PAUSES: u64 = 33;
const PAUSE: Duration = Duration::from_micros(20);

pub fn add(trials: &mut Vec<Trial>) {
    crate::add_test(trials, "race directory", Way::ALL, directory);
    crate::add_test(trials, "race file", Way::ALL, file);
    crate::add_test(trials, "race moved", Way::ALL, moved);
}

/// wasmer#2432: a directory becomes a link to another outside.
fn directory(way: Way) -> Result<()> {
    let yard = Yard::new()?;
    let grant = yard.path.join("grant");
    fs::create_dir(grant.join("dir"))?;
    fs::write(grant.join("dir/secret"), "inside")?;
    fs::write(grant.join("mine"), "inside")?;
    symlink("../outside", grant.join("other"))?;
    let swap = || exchange(&grant.join("dir"), &grant.join("other"));
    let output = run_during("directory", way, &yard, swap)?;
    yard.must_be_intact(&output)
}

/// The same with a file.
fn file(way: Way) -> Result<()> {
    let yard = Yard::new()?;
    let grant = yard.path.join("grant");
    let swap = || exchange(&grant.join("file"), &grant.join("relative"));
    let output = run_during("file", way, &yard, swap)?;
    yard.must_be_intact(&output)
}

/// A directory that leaves the grant while `..` of it is looked up.
fn moved(way: Way) -> Result<()> {
    let yard = Yard::new()?;
    fs::create_dir_all(yard.path.join("grant/sub/deep/down"))?;
    fs::write(yard.path.join("grant/secret"), "inside")?;
    let (inside, outside) = (yard.path.join("grant/sub/deep"), yard.path.join("outside/deep"));
    let is_inside = AtomicBool::new(true);
    let swap = || {
        let was_inside = is_inside.fetch_xor(true, Ordering::Relaxed);
        let (from, to) = if was_inside { (&inside, &outside) } else { (&outside, &inside) };
        Ok(fs::rename(from, to)?)
    };
    let output = run_during("moved", way, &yard, swap)?;
    ensure!(!output.stdout_text().contains(SECRET));
    Ok(())
}

fn exchange(one: &Path, other: &Path) -> Result<()> {
    Ok(renameat2(AT_FDCWD, one, AT_FDCWD, other, RenameFlags::RENAME_EXCHANGE)?)
}

/// Runs the guest while `swap` is called over and over. To tell anything, some
/// of its calls must have worked and some not.
fn run_during(what: &str, way: Way, yard: &Yard, swap: impl Fn() -> Result<()> + Sync) -> Result<Output> {
    let app = programs::c("races.c", way, GRANTS)?;
    let milliseconds = if way == Way::Emulated { MILLISECONDS_EMULATED } else { MILLISECONDS };
    let run = way.run(&app).args([what, milliseconds]).dir(&yard.path);
    let is_over = AtomicBool::new(false);
    let output = thread::scope(|scope| {
        let swapper = scope.spawn(|| {
            let mut swaps = 0u64;
            while !is_over.load(Ordering::Relaxed) {
                swap()?;
                swaps += 1;
                // The guest meets both states, whatever the scheduler does: after
                // an odd number of swaps each pause leaves the other one.
                if swaps.is_multiple_of(SWAPS_BETWEEN_PAUSES) {
                    thread::sleep(PAUSE);
                }
            }
            anyhow::Ok(swaps)
        });
        let output = run.output();
        is_over.store(true, Ordering::Relaxed);
        let swaps = swapper.join().expect("swapping does not panic").context("swapping")?;
        ensure!(swaps > 100, "only {swaps} swaps");
        output
    })?;
    programs::must_report(&output)?;
    let text = output.stdout_text();
    let counts: Vec<u64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    ensure!(counts[0] > 0 && counts[1] > 0, "nothing was tested: {text}");
    Ok(output)
}
