//! Standard streams, which are shared with whoever started the program, and how
//! the program ends. The guest is `c/stdio.c`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write, pipe};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::unistd::{Pid, mkfifo};
use wait_timeout::ChildExt;
use wasmc_tests::process::{Invocation, Status};

use crate::programs::{self, Way};

const GRANTS: &[&str] = &["--dir", ".::/dir", "--no-inject-pwd"];
const TIME_LIMIT: Duration = Duration::from_secs(60);

type Test = fn(Way) -> Result<()>;

pub fn add(trials: &mut Vec<Trial>) {
    let tests: &[(&str, Test)] = &[
        ("terminals", terminals),
        ("closed streams", closed),
        ("nonblock on a pipe", nonblock_pipe),
        ("nonblock on a terminal", nonblock_terminal),
        ("nonblock on a file", nonblock_file),
        ("stdin is not read ahead", not_read_ahead),
        ("broken pipe", broken_pipe),
        ("broken pipe with SIGPIPE ignored", broken_pipe_ignored),
        ("signals while waiting", interrupted),
        ("interrupt", interrupt),
        ("exit statuses", exit_statuses),
        ("raised signals", raised_signals),
    ];
    for &(name, test) in tests {
        crate::add_test(trials, &format!("stdio: {name}"), Way::TARGETS, test);
    }
}

fn app(way: Way) -> Result<Invocation> {
    Ok(way.run(&programs::c("stdio.c", way, GRANTS)?))
}

fn wait(child: &mut Child) -> Result<Status> {
    match child.wait_timeout(TIME_LIMIT)? {
        Some(status) => Ok(status.into()),
        None => {
            child.kill()?;
            child.wait()?;
            anyhow::bail!("it did not end")
        }
    }
}

/// What a terminal is and what is not: pipes, files and /dev/null.
fn terminals(way: Way) -> Result<()> {
    let (_dir, path) = programs::directory()?;
    let file = File::create_new(path.join("file"))?;
    let pty = openpty(None, None)?;
    let terminal = || Ok::<Stdio, anyhow::Error>(Stdio::from(pty.slave.try_clone()?));
    let others: [fn(&File) -> Result<Stdio>; 3] =
        [|_| Ok(Stdio::null()), |_| Ok(Stdio::from(pipe()?.1)), |file| Ok(Stdio::from(file.try_clone()?))];
    for other in others {
        for expected in 0..8 {
            let stream = |bit: i32| if expected & bit != 0 { terminal() } else { other(&file) };
            let mut command = app(way)?.args(["terminals"]).dir(&path).command();
            command.stdin(stream(1)?).stdout(stream(2)?).stderr(stream(4)?);
            let status = wait(&mut command.spawn()?)?;
            ensure!(status == Status::Code(expected), "terminals are {expected:#b}, the guest says {status}");
        }
    }
    Ok(())
}

/// Each of the three closed at the start, and all.
fn closed(way: Way) -> Result<()> {
    for redirections in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let (_dir, path) = programs::directory()?;
        let run = app(way)?.args(["closed"]).dir(&path).command();
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &format!("exec \"$@\" {redirections}"), "sh"]).arg(run.get_program());
        shell.args(run.get_args()).current_dir(&path).stdin(Stdio::null());
        let output = shell.output()?;
        ensure!(output.status.success(), "{redirections}: {:?}", output);
        ensure!(
            fs::read_to_string(path.join("file"))? == "content",
            "{redirections}: another file's content"
        );
        ensure!(fs::read_to_string(path.join("second"))? == "second content", "{redirections}");
    }
    Ok(())
}

fn flags(stream: impl AsFd) -> Result<OFlag> {
    Ok(OFlag::from_bits_retain(fcntl(stream, FcntlArg::F_GETFL)?))
}

fn nonblock_pipe(way: Way) -> Result<()> {
    let (theirs_in, ours_in) = pipe()?;
    let (ours_out, theirs_out) = pipe()?;
    nonblock(way, [theirs_in.into(), theirs_out.into()], ours_in.into(), ours_out.into())
}

fn nonblock_terminal(way: Way) -> Result<()> {
    let (input, output) = (openpty(None, None)?, openpty(None, None)?);
    nonblock(way, [input.slave, output.slave], input.master, output.master)
}

/// The guest sets NONBLOCK; the open file descriptions, of which the test has a
/// copy as a shell has, do not change.
fn nonblock(way: Way, theirs: [OwnedFd; 2], ours_in: OwnedFd, ours_out: OwnedFd) -> Result<()> {
    let before = [flags(&theirs[0])?, flags(&theirs[1])?];
    let mut command = app(way)?.args(["nonblock"]).command();
    let mut child = command.stdin(theirs[0].try_clone()?).stdout(theirs[1].try_clone()?).spawn()?;
    let mut answers = BufReader::new(File::from(ours_out)).lines();
    let mut next = || anyhow::Ok(answers.next().context("the guest says no more")??);
    ensure!(next()?.trim_end() == "ready");
    ensure!([flags(&theirs[0])?, flags(&theirs[1])?] == before, "the flags changed for everybody");
    let mut input = File::from(ours_in);
    input.write_all(b"input\n")?;
    let report = next()?;
    ensure!(report.trim_end().ends_with(" checks, 0 failed"), "{report}");
    ensure!(wait(&mut child)? == Status::Code(0));
    ensure!([flags(&theirs[0])?, flags(&theirs[1])?] == before, "the flags changed for everybody");
    Ok(())
}

fn nonblock_file(way: Way) -> Result<()> {
    let (_dir, path) = programs::directory()?;
    fs::write(path.join("input"), "first and more")?;
    let mut command = app(way)?.args(["nonblock-file"]).command();
    let output = command.stdin(File::open(path.join("input"))?).output()?;
    programs::must_report(&output.into())
}

/// What the guest does not ask for stays for the next process.
fn not_read_ahead(way: Way) -> Result<()> {
    let (mut input, mut writer) = pipe()?;
    writer.write_all(b"one\ntwo\nthree\n")?;
    drop(writer);
    for line in ["one\n", "two\n"] {
        let mut command = app(way)?.args(["line", line]).command();
        ensure!(wait(&mut command.stdin(input.try_clone()?).spawn()?)? == Status::Code(0), "{line}");
    }
    let mut rest = String::new();
    input.read_to_string(&mut rest)?;
    ensure!(rest == "three\n", "left is {rest}");
    Ok(())
}

/// As with `| head`: the signal ends it, and quietly.
fn broken_pipe(way: Way) -> Result<()> {
    let mut child = app(way)?.args(["write", "1"]).command().spawn()?;
    let mut output = child.stdout.take().context("stdout is piped")?;
    output.read_exact(&mut [0; 10])?;
    drop(output);
    let status = wait(&mut child)?;
    ensure!(status == Status::Signal(Signal::SIGPIPE as i32), "status {status}");
    let mut said = String::new();
    child.stderr.take().context("stderr is piped")?.read_to_string(&mut said)?;
    ensure!(said.is_empty(), "{said}");

    let mut child = app(way)?.args(["write", "2"]).command().spawn()?;
    drop(child.stderr.take());
    let status = wait(&mut child)?;
    ensure!(status == Status::Signal(Signal::SIGPIPE as i32), "standard error: status {status}");
    Ok(())
}

/// A signal that the runtime catches and passes over, in the middle of calls.
fn interrupted(way: Way) -> Result<()> {
    let (_dir, path) = programs::directory()?;
    mkfifo(&path.join("fifo"), Mode::S_IRWXU)?;
    let mut child = app(way)?.args(["interrupted"]).dir(&path).command().spawn()?;
    let pid = Pid::from_raw(i32::try_from(child.id())?);
    let mut answers = BufReader::new(child.stdout.take().context("stdout is piped")?).lines();
    let mut next = || anyhow::Ok(answers.next().context("the guest says no more")??);
    for expected in ["ready", "reading"] {
        ensure!(next()? == expected);
        for _ in 0..10 {
            thread::sleep(Duration::from_millis(10));
            kill(pid, Signal::SIGPIPE)?;
        }
    }
    child.stdin.take().context("stdin is piped")?.write_all(b"input\n")?;
    let report = next()?;
    ensure!(report.ends_with(" checks, 0 failed"), "{report}");
    ensure!(wait(&mut child)? == Status::Code(0));
    Ok(())
}

/// Where the caller ignores SIGPIPE, as nohup's callers do, the guest is told.
fn broken_pipe_ignored(way: Way) -> Result<()> {
    let run = app(way)?.args(["write", "1"]).command();
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "trap '' PIPE; exec \"$@\"", "sh"]).arg(run.get_program()).args(run.get_args());
    let mut child = shell.stdout(Stdio::piped()).spawn()?;
    drop(child.stdout.take());
    let status = wait(&mut child)?;
    ensure!(status == Status::Code(7), "status {status}, expected 7, which the guest gives for EPIPE");
    Ok(())
}

/// Ctrl-C at a terminal, while the guest computes and while it sleeps.
fn interrupt(way: Way) -> Result<()> {
    for what in ["busy", "sleeping"] {
        let mut child = app(way)?.args([what]).command().process_group(0).spawn()?;
        let mut ready = [0; 6];
        child.stdout.take().context("stdout is piped")?.read_exact(&mut ready)?;
        kill(Pid::from_raw(i32::try_from(child.id())?), Signal::SIGINT)?;
        let status = wait(&mut child)?;
        ensure!(status == Status::Signal(Signal::SIGINT as i32), "{what}: status {status}");
    }
    Ok(())
}

fn exit_statuses(way: Way) -> Result<()> {
    let step = if way == Way::Emulated { 15 } else { 1 };
    let codes = (0..=255).step_by(step).chain([256, 257, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]);
    for code in codes {
        let status = app(way)?.args(["exit", &u32::to_string(&code)]).output()?.status;
        ensure!(status == Status::Code((code & 0xff) as i32), "{code} gives {status}");
    }
    Ok(())
}

/// By preview1's numbers: 16 is SIGCHLD, which is ignored.
fn raised_signals(way: Way) -> Result<()> {
    for signal in [1, 2, 3, 6, 9, 13, 14, 15] {
        let (_dir, path) = programs::directory()?;
        let status = raise(way, &path, signal)?;
        ensure!(status == Status::Signal(signal), "{signal} gives {status}");
    }
    for (signal, expected) in [(0, 0), (16, 0), (31, 28)] {
        let (_dir, path) = programs::directory()?;
        let status = raise(way, &path, signal)?;
        ensure!(status == Status::Code(expected), "{signal} gives {status}");
    }
    Ok(())
}

/// Elsewhere, for a core that the signal may leave.
fn raise(way: Way, dir: &Path, signal: i32) -> Result<Status> {
    Ok(app(way)?.args(["raise", &signal.to_string()]).dir(dir).limit("-c 0").output()?.status)
}
