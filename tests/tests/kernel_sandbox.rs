//! What the kernel enforces: `--kernel-sandbox` through the real command, and
//! with a runtime that itself checks no path, to see what the kernel denies.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use nix::libc;
use tempfile::TempDir;
use wasmc_cli::link::{LinkInput, link};
use wasmc_tests::process::{Invocation, Output, Status};
use wasmc_tests::target::Target;
use wasmc_tests::tools;

const WITHOUT_CALLS: &str = env!("CARGO_BIN_EXE_without-calls");
/// Does one thing with a file for each three of its arguments.
const FILES: &str = "tests/cases/wasi/files.wat";
const EXECUTABLE: u32 = 0o755;

/// Its name, why it cannot run here, if so, and what it does.
type Test = (&'static str, Option<String>, fn() -> Result<()>);

fn main() {
    let landlock = no_landlock();
    let tests: [Test; 8] = [
        ("the process is restricted", None, the_process_is_restricted),
        ("every mode gives the same results", landlock.clone(), every_mode_gives_the_same_results),
        ("what is missing is named where it is required", None, what_is_missing_is_named),
        ("what is missing is not mentioned otherwise", None, what_is_missing_is_not_mentioned),
        ("the clock needs no system call", no_clock(), the_clock_needs_no_system_call),
        ("a closed stream is closed for its reader", None, a_closed_stream_is_closed),
        ("a broken resolver opens everything without the kernel", no_broken_runtime(), it_opens_everything),
        (
            "a broken resolver opens nothing beside the grants",
            landlock.or_else(no_broken_runtime),
            it_opens_nothing_else,
        ),
    ];
    let trials = tests.into_iter().map(|(name, skipped, test)| {
        let trial = Trial::test(name, move || test().map_err(|error| Failed::from(format!("{error:#}"))));
        match skipped {
            None => trial,
            Some(reason) => trial.with_ignored_flag(true).with_kind(format!("skipped: {reason}")),
        }
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

/// Why Landlock cannot be tested here, if so.
fn no_landlock() -> Option<String> {
    let said = Invocation::new(WITHOUT_CALLS).must_succeed().expect("the helper runs").stdout_text();
    let is_there = said.trim().parse().is_ok_and(|abi: u32| abi >= 3);
    (!is_there).then(|| format!("this kernel has no Landlock of version 3: {}", said.trim()))
}

/// Why the kernel cannot tell the time without a system call, if so.
fn no_clock() -> Option<String> {
    let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    let source = fs::read_to_string(path).unwrap_or_default();
    let is_mapped = ["tsc", "kvm-clock", "arch_sys_counter"].contains(&source.trim());
    (!is_mapped).then(|| format!("the clock source `{}` needs a system call", source.trim()))
}

fn broken_runtime() -> PathBuf {
    Path::new(env!("OUT_DIR")).join("broken-resolver.o")
}

fn no_broken_runtime() -> Option<String> {
    fs::read_to_string(broken_runtime().with_extension("missing")).ok()
}

/// A directory with a grant, a read-only grant, and a file beside them.
struct Place(TempDir);

impl Place {
    fn new() -> Result<Place> {
        let place = Place(TempDir::new()?);
        for folder in ["data/sub", "read-only", "outside"] {
            fs::create_dir_all(place.path(folder))?;
        }
        for (file, content) in
            [("secret", "SECRET"), ("outside/file", "SECRET"), ("data/in", "in"), ("read-only/file", "kept")]
        {
            fs::write(place.path(file), content)?;
        }
        Ok(place)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn wasmc(&self, input: impl AsRef<Path>, output: &str, flags: &[&str]) -> Result<PathBuf> {
        let (input, output) = (tools::root_dir().join(input), self.path(output));
        let args = [input.as_os_str(), "-o".as_ref(), output.as_os_str()];
        Invocation::new(tools::wasmc()).args(args).args(flags).dir(self.0.path()).must_succeed()?;
        Ok(output)
    }

    fn wasmc_text(&self, text: &str, output: &str, flags: &[&str]) -> Result<PathBuf> {
        let input = self.path("input.wat");
        fs::write(&input, text)?;
        self.wasmc(input, output, flags)
    }

    /// Does what the words say; see [`FILES`].
    fn run(&self, app: &Path, words: &str) -> Result<Output> {
        Invocation::new(app).args(words.split_whitespace()).dir(self.0.path()).output()
    }
}

/// Two lines of `/proc/self/status`.
fn restrictions(status: &str) -> Result<[&str; 2]> {
    let line = |key: &str| {
        let value = status.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
        value.with_context(|| format!("no {key} in {status}"))
    };
    Ok([line("NoNewPrivs:")?, line("Seccomp:")?])
}

fn the_process_is_restricted() -> Result<()> {
    let place = Place::new()?;
    let own = fs::read_to_string("/proc/self/status")?;
    for (mode, expected) in [("auto", ["1", "2"]), ("off", restrictions(&own)?)] {
        let app = place.wasmc(FILES, mode, &["--dir", "/proc::ro", "--kernel-sandbox", mode])?;
        let status = place.run(&app, "r 3 self/status")?.stdout_text();
        ensure!(restrictions(&status)? == expected, "{mode}: {status}");
    }
    Ok(())
}

fn every_mode_gives_the_same_results() -> Result<()> {
    const WORDS: &str = "p 3 - r 3 in w 3 out a 3 out r 3 out s 3 out s 3 sub m 3 new l 3 new d 3 new \
        x 3 out h 3 out.new y 3 out.new r 3 out.new.sym t 3 out.new.sym o 3 out.new.link u 3 in d 3 sub \
        x 3 sub r 4 file w 4 file r 3 ../secret";
    let mut results = Vec::new();
    for mode in ["off", "auto", "require"] {
        let place = Place::new()?;
        let flags = ["--dir", "data::/data", "--dir", "read-only::/ro::ro", "--kernel-sandbox", mode];
        let output = place.run(&place.wasmc(FILES, "app", &flags)?, WORDS)?;
        ensure!(output.is_success() && output.stderr.is_empty(), "{mode}: {}", output.stderr_text());
        results.push(output.stdout_text());
    }
    ensure!(results[0].contains("x 3 out: ok"), "{}", results[0]);
    ensure!(results.iter().all(|result| *result == results[0]), "{results:#?}");
    Ok(())
}

/// What a kernel may lack: the system call, and what we say of it.
const MISSING: [(libc::c_long, &str); 2] = [
    (libc::SYS_landlock_create_ruleset, "Landlock (ABI 2, Linux 5.19)"),
    (libc::SYS_seccomp, "seccomp filters"),
];

fn run_without(calls: &[libc::c_long], app: &Path) -> Result<Output> {
    let calls: Vec<String> = calls.iter().map(ToString::to_string).collect();
    Invocation::new(WITHOUT_CALLS).args([calls.join(",").as_ref(), app.as_os_str()]).output()
}

fn what_is_missing_is_named() -> Result<()> {
    let place = Place::new()?;
    let app = place.wasmc("examples/hello/hello.wat", "app", &["--kernel-sandbox", "require"])?;
    for (call, name) in MISSING {
        let output = run_without(&[call], &app)?;
        let text = output.stderr_text();
        let start = format!("{}: --kernel-sandbox=require, but ", app.display());
        ensure!(output.status == Status::Code(1) && output.stdout.is_empty(), "{name}: {}", output.status);
        ensure!(text.starts_with(&start) && text.contains(name) && text.lines().count() == 1, "{text}");
    }
    let both = run_without(&MISSING.map(|(call, _)| call), &app)?.stderr_text();
    ensure!(both.contains("Landlock (ABI 2, Linux 5.19), seccomp filters\n"), "{both}");
    Ok(())
}

fn what_is_missing_is_not_mentioned() -> Result<()> {
    let place = Place::new()?;
    let app = place.wasmc("examples/hello/hello.wat", "app", &[])?;
    for calls in [&MISSING.map(|(call, _)| call)[..], &[MISSING[0].0], &[MISSING[1].0]] {
        let output = run_without(calls, &app)?;
        ensure!(output.is_success() && output.stdout == b"Hello, world\n", "{}", output.stderr_text());
        ensure!(output.stderr.is_empty(), "{}", output.stderr_text());
    }
    Ok(())
}

/// Traps unless both clocks tell the time.
const CLOCKS: &str = r#"(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $now (param i32 i64 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (if (call $now (i32.const 0) (i64.const 0) (i32.const 8)) (then unreachable))
    (if (call $now (i32.const 1) (i64.const 0) (i32.const 8)) (then unreachable))))"#;

fn the_clock_needs_no_system_call() -> Result<()> {
    let place = Place::new()?;
    let app = place.wasmc_text(CLOCKS, "app", &[])?;
    let output = run_without(&[libc::SYS_clock_gettime], &app)?;
    ensure!(output.is_success(), "exit status {}: {}", output.status, output.stderr_text());
    Ok(())
}

/// Closes its standard output, then waits for the end of its input.
const CLOSER: &str = r#"(module
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\01\00\00\00")
  (func (export "_start")
    (if (call $close (i32.const 1)) (then unreachable))
    (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 32)) (then unreachable))))"#;

fn a_closed_stream_is_closed() -> Result<()> {
    let place = Place::new()?;
    let app = place.wasmc_text(CLOSER, "app", &[])?;
    let mut child = Command::new(app).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    // Ends only when nobody holds the other side open any more.
    let mut said = Vec::new();
    child.stdout.take().context("piped")?.read_to_end(&mut said)?;
    let running = child.try_wait()?;
    ensure!(said.is_empty() && running.is_none(), "it said {said:?} and ended with {running:?}");
    drop(child.stdin.take());
    ensure!(child.wait()?.success(), "it failed");
    Ok(())
}

/// Descriptor 3 is the grant, 4 the one that is read-only.
fn app_with_broken_resolver(place: &Place, mode: &str) -> Result<PathBuf> {
    let flags = ["--emit", "obj", "--kernel-sandbox", mode, "--dir", "data::/data", "--dir"];
    let object = place.wasmc(FILES, "app.o", &[&flags[..], &["read-only::/ro::ro"]].concat())?;
    let (object, runtime) = (fs::read(object)?, fs::read(broken_runtime())?);
    let inputs =
        [LinkInput { name: "program", bytes: &object }, LinkInput { name: "runtime", bytes: &runtime }];
    let target = match Target::native() {
        Target::X86_64 => wasmc_compiler::Target::X86_64Linux,
        Target::Aarch64 => wasmc_compiler::Target::Aarch64Linux,
    };
    let app = place.path("app");
    fs::write(&app, link(target, &inputs)?)?;
    fs::set_permissions(&app, fs::Permissions::from_mode(EXECUTABLE))?;
    Ok(app)
}

/// Ways out, each on its own, and what is left to see of them.
const ESCAPES: [(&str, &str); 13] = [
    ("r 3 ../secret", "SECRET"),
    ("r 3 /etc/passwd", "root:"),
    ("l 3 ../outside", "[file]"),
    ("w 3 ../new", "ok"),
    ("a 3 ../secret", "ok"),
    ("o 3 ../outside/file", "ok"),
    ("m 3 ../made", "ok"),
    ("y 3 ../link", "ok"),
    ("h 3 ../secret", "ok"),
    ("x 3 ../secret", "ok"),
    ("u 3 ../outside/file", "ok"),
    ("w 4 file", "ok"),
    ("m 4 made", "ok"),
];

fn it_opens_everything() -> Result<()> {
    for (words, expected) in ESCAPES {
        let place = Place::new()?;
        let app = app_with_broken_resolver(&place, "off")?;
        let said = place.run(&app, words)?.stdout_text();
        ensure!(said.contains(expected), "{words}: {said}");
    }
    Ok(())
}

/// The kernel's EACCES, by WASI's number, or EXDEV for a link that would widen
/// what may be done with a file.
const DENIED: [&str; 2] = ["errno 2", "errno 75"];

fn it_opens_nothing_else() -> Result<()> {
    let place = Place::new()?;
    let app = app_with_broken_resolver(&place, "require")?;
    let before = listing(place.0.path())?;
    for (words, _) in ESCAPES {
        let said = place.run(&app, words)?.stdout_text();
        ensure!(DENIED.iter().any(|denied| said.trim_end().ends_with(denied)), "{words}: {said}");
    }
    ensure!(listing(place.0.path())? == before, "something has changed");
    let inside = "r 3 in w 3 sub/out x 3 sub/out h 3 sub/out.new m 3 made d 3 made u 3 in r 4 file l 4 .";
    let said = place.run(&app, inside)?.stdout_text();
    ensure!(!said.contains("errno") && said.contains("r 4 file: kept"), "{said}");
    Ok(())
}

/// Every file with its content.
fn listing(dir: &Path) -> Result<Vec<(PathBuf, Option<Vec<u8>>)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(listing(&path)?);
        }
        found.push((path.clone(), fs::read(&path).ok()));
    }
    found.sort();
    Ok(found)
}
