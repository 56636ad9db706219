//! Large initial data is in memory once, and only where the program looks at it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use wasmc_tests::process::Invocation;
use wasmc_tests::target::Target;
use wasmc_tests::tools;

const WITHOUT_CALLS: &str = env!("CARGO_BIN_EXE_without-calls");

const DATA_BYTES: usize = 4 << 20;
/// The program, without its data, takes a tenth of this.
const PEAK_KIBIBYTES_MAX: u64 = 2 << 10;

/// Ends well only if its data are there, with zeros on both sides, and can be
/// written. Between the check and the end it says so and waits for a byte.
fn program() -> String {
    let data = "\\01\\02\\03\\04abcdefghijklmnopqrstuvwxyz!?".repeat(DATA_BYTES / 32);
    let (first, last) = (0x4030201, 0x3f217a79);
    let end = 77 + DATA_BYTES;
    format!(
        "(module
           (import \"wasi_snapshot_preview1\" \"fd_write\" (func $write (param i32 i32 i32 i32) (result i32)))
           (import \"wasi_snapshot_preview1\" \"fd_read\" (func $read (param i32 i32 i32 i32) (result i32)))
           (memory (export \"memory\") 80)
           (data (i32.const 77) \"{data}\")
           (func $must (param i32) (if (i32.eqz (local.get 0)) (then unreachable)))
           (func (export \"_start\")
             (call $must (i32.eqz (i32.load (i32.const 73))))
             (call $must (i32.eq (i32.load (i32.const 77)) (i32.const {first})))
             (call $must (i32.eq (i32.load (i32.const {})) (i32.const {last})))
             (call $must (i32.eqz (i32.load (i32.const {end}))))
             (i32.store (i32.const 2000000) (i32.const 7))
             (call $must (i32.eq (i32.load (i32.const 2000000)) (i32.const 7)))
             (i32.store (i32.const 5000000) (i32.const 5000016))
             (i32.store (i32.const 5000004) (i32.const 1))
             (i32.store (i32.const 5000016) (i32.const 10))
             (drop (call $write (i32.const 1) (i32.const 5000000) (i32.const 1) (i32.const 5000008)))
             (drop (call $read (i32.const 0) (i32.const 5000000) (i32.const 1) (i32.const 5000008)))))",
        end - 4
    )
}

/// The peak memory of a program that has said a line and waits for one.
fn peak_kibibytes(program: &str, dir: &TempDir) -> u64 {
    let mut command = Command::new(dir.path().join(program));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(child.wait().unwrap().success());
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn what_is_not_looked_at_takes_no_memory() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("app.wat"), program()).unwrap();
    let modes: [&[&str]; 4] = [
        &[],
        &["--base", "register"],
        &["--memory", "checked"],
        &["--base", "register", "--memory", "checked"],
    ];
    for target in Target::ALL.into_iter().filter(|target| target.unavailable().is_none()) {
        for flags in modes {
            let wasmc = Invocation::new(tools::wasmc()).dir(dir.path());
            let wasmc = wasmc.args(["app.wat", "-o", "app", "--target", target.name()]).args(flags);
            wasmc.must_succeed().unwrap();
            target.invocation(&dir.path().join("app")).must_succeed().unwrap();
            if target.is_native() {
                let peak = peak_kibibytes("app", &dir);
                assert!(peak < PEAK_KIBIBYTES_MAX, "{flags:?}: {peak} KiB");
                without_mremap(&dir).must_succeed().unwrap();
            }
        }
    }
}

/// Other kernels may refuse to move pages; these are copied then.
fn without_mremap(dir: &TempDir) -> Invocation {
    let number = nix::libc::SYS_mremap.to_string();
    Invocation::new(WITHOUT_CALLS).args([number.as_ref(), dir.path().join("app").as_os_str()])
}
