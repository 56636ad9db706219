//! Large initial data is in memory once, and only where the program looks at it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use libtest_mimic::{Arguments, Trial};
use tempfile::TempDir;
use wasmc_tests::process::Invocation;
use wasmc_tests::target::Target;
use wasmc_tests::tools;

const WITHOUT_CALLS: &str = env!("CARGO_BIN_EXE_without-calls");

const DATA_BYTES: usize = 4 << 20;
const PIECE: &str = "\x01\x02\x03\x04abcdefghijklmnopqrstuvwxyz!\n";
/// The program, without its data, takes a tenth of this.
const PEAK_KIBIBYTES_MAX: u64 = 2 << 10;

fn main() {
    let mut trials = vec![
        trial(
            "a page that is looked at brings no neighbours",
            no_single_pages(),
            a_page_that_is_looked_at_brings_no_neighbours,
        ),
        trial("a kernel that refuses maps neighbours", None, a_kernel_that_refuses_maps_neighbours),
    ];
    for target in Target::ALL {
        let name = format!("what is not looked at takes no memory {}", target.name());
        let test = move || what_is_not_looked_at_takes_no_memory(target);
        trials.push(trial(&name, target.unavailable(), test));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A test, and why it cannot run here, if so.
fn trial(name: &str, skipped: Option<String>, test: impl FnOnce() + Send + 'static) -> Trial {
    let trial = Trial::test(name, move || {
        test();
        Ok(())
    });
    match skipped {
        None => trial,
        Some(reason) => trial.with_ignored_flag(true).with_kind(format!("skipped: {reason}")),
    }
}

/// Ends well only if its data are there, with zeros on both sides, and can be
/// written. Between the check and the end it writes a piece of them, waits for a
/// byte, and has it put among them. Before, it looks at every `step`th byte.
fn program(step: usize) -> String {
    let data = "\\01\\02\\03\\04abcdefghijklmnopqrstuvwxyz!\\n".repeat(DATA_BYTES / PIECE.len());
    let (start, end) = (77, 77 + DATA_BYTES);
    let (first, last) = (0x0403_0201, 0x0a21_7a79);
    let (written, read) = (start + PIECE.len() * 50_000, start + PIECE.len() * 90_000);
    format!(
        "(module
           (import \"wasi_snapshot_preview1\" \"fd_write\" (func $write (param i32 i32 i32 i32) (result i32)))
           (import \"wasi_snapshot_preview1\" \"fd_read\" (func $read (param i32 i32 i32 i32) (result i32)))
           (memory (export \"memory\") 80)
           (data (i32.const {start}) \"{data}\")
           (func $must (param i32) (if (i32.eqz (local.get 0)) (then unreachable)))
           (func (export \"_start\") (local $at i32)
             (call $must (i32.eqz (i32.load (i32.const {}))))
             (call $must (i32.eq (i32.load (i32.const {start})) (i32.const {first})))
             (call $must (i32.eq (i32.load (i32.const {})) (i32.const {last})))
             (call $must (i32.eqz (i32.load (i32.const {end}))))
             (i32.store (i32.const 2000000) (i32.const 7))
             (call $must (i32.eq (i32.load (i32.const 2000000)) (i32.const 7)))
             (loop $next
               (call $must (i32.load8_u offset={start} (local.get $at)))
               (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const {step})))
                 (i32.const {DATA_BYTES}))))
             (i32.store (i32.const 5000000) (i32.const {written}))
             (i32.store (i32.const 5000004) (i32.const {}))
             (call $must (i32.eqz
               (call $write (i32.const 1) (i32.const 5000000) (i32.const 1) (i32.const 5000008))))
             (i32.store (i32.const 5000000) (i32.const {read}))
             (i32.store (i32.const 5000004) (i32.const 1))
             (call $must (i32.eqz
               (call $read (i32.const 0) (i32.const 5000000) (i32.const 1) (i32.const 5000008))))
             (call $must (i32.eq (i32.load8_u (i32.const {read})) (i32.const 0x58)))))",
        start - 4,
        end - 4,
        PIECE.len()
    )
}

/// A directory with `app.wat`, whose program looks at every `step`th byte.
fn prepare(step: usize) -> TempDir {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("app.wat"), program(step)).unwrap();
    dir
}

fn compile(dir: &TempDir, target: Target, flags: &[&str]) {
    let wasmc = Invocation::new(tools::wasmc()).dir(dir.path());
    let wasmc = wasmc.args(["app.wat", "-o", "app", "--target", target.name()]).args(flags);
    wasmc.must_succeed().unwrap();
}

fn assert_runs(invocation: Invocation) {
    let output = invocation.stdin(b"X").must_succeed().unwrap();
    assert_eq!(output.stdout_text(), PIECE);
}

/// Runs it where a system call is missing.
fn assert_runs_without(call: i64, dir: &TempDir) {
    let call = call.to_string();
    assert_runs(Invocation::new(WITHOUT_CALLS).args([call.as_ref(), dir.path().join("app").as_os_str()]));
}

/// The peak memory of the program when it waits for its input.
fn peak_kibibytes(dir: &TempDir) -> u64 {
    let mut command = Command::new(dir.path().join("app"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    child.stdin.take().unwrap().write_all(b"X").unwrap();
    assert!(child.wait().unwrap().success());
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}

fn what_is_not_looked_at_takes_no_memory(target: Target) {
    let dir = prepare(1 << 20);
    let modes: [&[&str]; 5] = [
        &[],
        &["--base", "register"],
        &["--memory", "checked"],
        &["--base", "register", "--memory", "checked"],
        &["--no-opt", "single-pages"],
    ];
    for flags in modes {
        compile(&dir, target, flags);
        assert_runs(target.invocation(&dir.path().join("app")));
        if target.is_native() {
            let peak = peak_kibibytes(&dir);
            assert!(peak < PEAK_KIBIBYTES_MAX, "{flags:?}: {peak} KiB");
            assert_runs_without(nix::libc::SYS_mremap, &dir);
        }
    }
}

fn a_page_that_is_looked_at_brings_no_neighbours() {
    let dir = prepare(64 << 10);
    compile(&dir, Target::native(), &[]);
    let peak = peak_kibibytes(&dir);
    assert!(peak < PEAK_KIBIBYTES_MAX, "{peak} KiB");
    compile(&dir, Target::native(), &["--no-opt", "single-pages"]);
    let peak = peak_kibibytes(&dir);
    assert!(peak > DATA_BYTES as u64 >> 10, "{peak} KiB with all neighbours: this test tests nothing");
}

fn a_kernel_that_refuses_maps_neighbours() {
    let dir = prepare(64 << 10);
    compile(&dir, Target::native(), &[]);
    assert_runs_without(nix::libc::SYS_userfaultfd, &dir);
}

/// Why this kernel does not map single pages, if so.
fn no_single_pages() -> Option<String> {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut numbers = release.split(|byte: char| !byte.is_ascii_digit()).map_while(|part| part.parse().ok());
    let version: (u32, u32) = (numbers.next().unwrap(), numbers.next().unwrap());
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let is_free = status.lines().any(|line| line.split_whitespace().eq(["Seccomp:", "0"]));
    if version < (6, 7) {
        return Some(format!("Linux {} is older than 6.7", release.trim()));
    }
    (!is_free).then(|| "a seccomp filter is in place, which may hide userfaultfd".to_owned())
}
