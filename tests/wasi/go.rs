//! The guest in Go, which uses files as Go programs do, built as `go build`
//! does and without the symbols that tell it from others.

use std::fs;
use std::io::{Read, Write, pipe};
use std::process::Stdio;

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use wasmc_tests::process::Output;

use crate::outside::{SECRET, Yard};
use crate::programs::{self, Way};

const SYMBOLS: &[&str] = &[];
const STRIPPED: &[&str] = &["-ldflags=-s -w -buildid="];

const TESTS: &[&str] = &[
    "files",
    "directories",
    "links",
    "times",
    "temporary",
    "walk",
    "many",
    "working-directory",
    "errors",
    "timers",
    "process",
];

/// By which name the guest's directory is granted.
const GRANTED_HERE: &[&str] = &["--dir", "."];

pub fn add(trials: &mut Vec<Trial>) {
    for (kind, flags) in [("", SYMBOLS), (" stripped", STRIPPED)] {
        let other = if flags.is_empty() { Way::Emulated } else { Way::Walk };
        let ways = &[Way::Native, other];
        crate::add_test(trials, &format!("go{kind}"), ways, move |way| behaviour(flags, way));
        // Each set of grants is another compilation, so not all for the emulator.
        let ways_out = if flags.is_empty() { &[Way::Native][..] } else { ways };
        crate::add_test(trials, &format!("go escapes{kind}"), ways_out, move |way| escapes(flags, way));
        crate::add_test(trials, &format!("go stdin{kind}"), ways, move |way| stdin(flags, way));
    }
}

fn behaviour(flags: &[&str], way: Way) -> Result<()> {
    let app = programs::go("files", flags, way, GRANTED_HERE)?;
    let (_dir, path) = programs::fast_directory()?;
    let here = path.display().to_string();
    let run = way.run(&app).args(["", &here]).args(TESTS).dir(&path).env("GIVEN", "not granted");
    programs::must_report(&run.output()?)?;
    ensure!(fs::read_to_string(path.join("result"))? == "written by Go\n");
    Ok(())
}

/// Paths that lead out, in the forms that Go programs have them.
fn escapes(flags: &[&str], way: Way) -> Result<()> {
    let yard = Yard::new()?;
    let app = programs::go("files", flags, way, &["--dir", "grant", "--dir", "kept::/kept::ro"])?;
    let here = yard.path.display().to_string();
    let output = way.run(&app).args(["", &here, "escapes"]).dir(&yard.path).output()?;
    programs::must_report(&output)?;
    yard.must_be_intact(&output)?;
    // Without a grant there is nothing, and the same paths say so.
    let app = programs::go("files", flags, way, &[])?;
    let output = way.run(&app).args(["", &here, "nothing"]).dir(&yard.path).output()?;
    programs::must_report(&output)?;
    ensure!(!output.stdout_text().contains(SECRET));
    yard.must_be_intact(&output)
}

/// Goroutines run while one waits for standard input, and nobody reads ahead.
fn stdin(flags: &[&str], way: Way) -> Result<()> {
    let app = programs::go("files", flags, way, GRANTED_HERE)?;
    let (_dir, path) = programs::directory()?;
    let here = path.display().to_string();
    let (mut input, mut writer) = pipe()?;
    let mut command = way.run(&app).args(["", &here, "stdin"]).dir(&path).command();
    let mut child = command.stdin(input.try_clone()?).stdout(Stdio::piped()).spawn()?;
    let mut said = child.stdout.take().expect("stdout is piped");
    // The guest says so when its timers have run though nothing came.
    let mut ready = [0; 6];
    said.read_exact(&mut ready)?;
    ensure!(&ready == b"ready\n");
    writer.write_all(b"0123456789rest")?;
    drop(writer);
    let mut stdout = Vec::new();
    said.read_to_end(&mut stdout)?;
    let output = child.wait_with_output()?;
    programs::must_report(&Output { stdout, ..Output::from(output) })?;
    let mut rest = String::new();
    input.read_to_string(&mut rest)?;
    ensure!(rest == "rest", "left is {rest}");
    Ok(())
}
