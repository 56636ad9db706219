//! Wild arguments for every function: what is called and checked is in
//! `c/fuzz.c`, here it is run with many seeds.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;
use std::thread;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use wasmc_tests::process::{Output, Status};
use wasmc_tests::tools;

use crate::programs::{self, Way};

const GRANTS_HERE: &[&str] =
    &["--dir", "data::/data", "--dir", "kept::/kept::ro", "--env", "A=1", "--env", "B="];

const SEEDS: u64 = 4;
const SEEDS_FULL: u64 = 100;
const CALLS: u32 = 40_000;
/// An emulated processor is slower.
const CALLS_EMULATED: u32 = 6_000;

/// Those that need what only a test of their own can give them.
const MAY_ALWAYS_FAIL: &[&str] = &["fd_fdstat_set_rights", "sock_accept"];

pub fn add(trials: &mut Vec<Trial>) {
    for seed in 1..=if tools::is_full() { SEEDS_FULL } else { SEEDS } {
        // The walk differs in the calls with paths only.
        let ways = if seed % 2 == 1 { &[Way::Native, Way::Emulated] } else { &[Way::Native, Way::Walk] };
        crate::add_test(trials, &format!("fuzz {seed}"), ways, move |way| run(seed, way));
    }
}

fn run(seed: u64, way: Way) -> Result<()> {
    let (_dir, path) = programs::fast_directory()?;
    fs::create_dir_all(path.join("data/dir/sub"))?;
    fs::create_dir_all(path.join("kept/dir"))?;
    fs::write(path.join("kept/a"), "kept")?;
    fs::write(path.join("secret"), "secret")?;
    let app = programs::c("fuzz.c", way, GRANTS_HERE)?;
    let calls = if way == Way::Emulated { CALLS_EMULATED } else { CALLS };
    let (seed_text, calls_text) = (seed.to_string(), calls.to_string());
    let mut command = way.run(&app).args([&seed_text, &calls_text]).dir(&path).command();
    command.stdout(Stdio::null());
    // Half of the runs get a socket, whose other side is read and gives nothing.
    let output = if seed % 2 == 1 {
        command.stdin(Stdio::null()).output()?
    } else {
        let (mut ours, theirs) = UnixStream::pair()?;
        ours.shutdown(Shutdown::Write)?;
        let drain = thread::spawn(move || io::copy(&mut ours.by_ref(), &mut io::sink()));
        let output = command.stdin(OwnedFd::from(theirs)).output()?;
        // The command holds our copy of their side.
        drop(command);
        drain.join().expect("reading does not panic")?;
        output
    };
    let output = Output::from(output);
    must_be_complete(&output, calls, seed % 2 == 1).with_context(|| format!("seed {seed}, {calls} calls"))?;
    ensure!(
        fs::read_to_string(path.join("kept/a"))? == "kept" && fs::read_dir(path.join("kept"))?.count() == 2
    );
    ensure!(fs::read_to_string(path.join("secret"))? == "secret" && fs::read_dir(&path)?.count() == 3);
    Ok(())
}

/// Every function was called and, but for some, worked at times.
fn must_be_complete(output: &Output, calls: u32, has_no_socket: bool) -> Result<()> {
    let report = output.stderr_text();
    // By proc_exit, of which the low byte counts.
    ensure!(output.status == Status::Code(7), "exit status {}: {report}", output.status);
    let mut functions = BTreeMap::new();
    for line in report.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [name, called, worked] = words[..] else { continue };
        functions.insert(name, (called.parse::<u32>()?, worked.parse::<u32>()?));
    }
    ensure!(functions.len() == 45, "{} functions: {report}", functions.len());
    ensure!(functions.values().map(|(called, _)| called).sum::<u32>() == calls, "{report}");
    for (name, (called, worked)) in functions {
        let may_fail =
            MAY_ALWAYS_FAIL.contains(&name) || (has_no_socket && name.starts_with("sock_")) || calls < CALLS;
        ensure!(called > 100 && (worked > 0 || may_fail), "{name}: {called} calls, {worked} worked");
    }
    Ok(())
}
