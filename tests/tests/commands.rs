//! `wasmc inspect` and `wasmc run` on real programs; what a case can say of
//! them is in `tests/cases/cli/`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;
use wasmc_tests::process::{Invocation, Output, Status};
use wasmc_tests::target::Target;
use wasmc_tests::tools;

/// `wasmc run` has a cache; that of the tests is not the user's.
const CACHE_HOME: &str = env!("CARGO_TARGET_TMPDIR");

fn wasmc(dir: &TempDir) -> Invocation {
    Invocation::new(tools::wasmc()).inherit_env().env("XDG_CACHE_HOME", CACHE_HOME).dir(dir.path())
}

const READER: &str = r#"(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_raise" (func $raise (param i32) (result i32)))
  (memory (export "memory") 1)
  (func $never (drop (call $unlink (i32.const 3) (i32.const 0) (i32.const 1))))
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 64))
    (i32.store (i32.const 4) (i32.const 100))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 4)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (if (i32.load (i32.const 4)) (then (return)))
    (drop (call $raise (i32.const 15)))))"#;

fn with_reader() -> TempDir {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("reader.wat"), READER).unwrap();
    dir
}

fn inspect(dir: &TempDir, args: &[&str]) -> Output {
    wasmc(dir).args(["inspect"]).args(args).must_succeed().unwrap()
}

#[test]
fn inspect_tells_all_that_was_granted_for_every_target() {
    let dir = with_reader();
    for target in Target::ALL.into_iter().filter(|target| target.unavailable().is_none()) {
        let flags = ["-o", "app", "--strip", "--target", target.name(), "--dir", ".", "--dir-optional"];
        let more = ["/srv/x::/x::ro", "--env", "A=b c", "--env", "HOME", "--kernel-sandbox", "require"];
        wasmc(&dir).args(["reader.wat"]).args(flags).args(more).must_succeed().unwrap();
        let text = inspect(&dir, &["app"]).stdout_text();
        for line in [
            format!("for:            {}\n", target.name()),
            "policy:         sealed: nothing is granted when it runs\n".into(),
            "kernel sandbox: require: it does not start without\n".into(),
            "directories:    ., read-write\n                /srv/x as /x, read-only, may be missing\n".into(),
            "environment:    A = b c\n                HOME, as the environment has it\n".into(),
            // path_unlink_file is imported, but nothing calls the function that calls it.
            "WASI calls:     fd_read, fd_write, proc_raise\n".into(),
        ] {
            assert!(text.contains(&line), "no {line:?} in\n{text}");
        }
        let json: serde_json::Value =
            serde_json::from_slice(&inspect(&dir, &["app", "--json"]).stdout).unwrap();
        assert_eq!(json["target"], target.name());
        assert_eq!(json["policy"], "sealed");
        assert_eq!(json["directories"][1]["guest"], "/x");
        assert_eq!(json["directories"][1]["mode"], "read-only");
        assert_eq!(json["variables"][0]["value"], "b c");
        assert_eq!(json["wasi_calls"].as_array().unwrap().len(), 3);
        assert_eq!(json["module_sha256"].as_str().unwrap().len(), 64);
    }
}

/// The note survives the linkers and tools that executables meet.
#[test]
fn inspect_reads_what_others_linked_and_stripped() {
    let dir = with_reader();
    let flags = ["reader.wat", "-o", "app", "--dir", "/data", "--linker", "cc"];
    wasmc(&dir).args(flags).must_succeed().unwrap();
    let before = inspect(&dir, &["app"]).stdout;
    let strip = tools::need(&["strip"]).unwrap();
    Invocation::new(strip).args(["app"]).dir(dir.path()).must_succeed().unwrap();
    assert_eq!(inspect(&dir, &["app"]).stdout, before);
    assert!(String::from_utf8_lossy(&before).contains("directories:    /data, read-write\n"));
}

/// What is not understood in full is not told at all.
#[test]
fn inspect_refuses_half_a_note() {
    let dir = with_reader();
    wasmc(&dir).args(["reader.wat", "-o", "app", "--dir", "/granted"]).must_succeed().unwrap();
    let mut bytes = fs::read(dir.path().join("app")).unwrap();
    let at = bytes.windows(8).position(|window| window == b"/granted").unwrap();
    // The tag of the grant, before two lengths and the flags.
    bytes[at - 10] = 200;
    fs::write(dir.path().join("app"), bytes).unwrap();
    let output = wasmc(&dir).args(["inspect", "app"]).output().unwrap();
    assert_eq!(output.status, Status::Code(1));
    assert!(output.stderr_text().contains("made by another version of wasmc (wasmc "), "{output:?}");
}

#[test]
fn run_hands_on_input_and_signals() {
    let dir = with_reader();
    let output = wasmc(&dir).args(["run", "reader.wat"]).stdin("words").output().unwrap();
    assert_eq!((output.status, output.stdout_text()), (Status::Code(0), "words".into()));
    let output = wasmc(&dir).args(["run", "reader.wat"]).output().unwrap();
    assert_eq!(output.status, Status::Signal(15));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "something was left behind");
}

const GO_TEST: &str = r#"package sum

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var fail = flag.Bool("fail", false, "")

func TestFiles(t *testing.T) {
	data, err := os.ReadFile("testdata/in.txt")
	if err != nil || string(data) != "in" {
		t.Fatal(string(data), err)
	}
	if err := os.WriteFile(filepath.Join(t.TempDir(), "out"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if *fail {
		t.Error("as asked")
	}
}
"#;

fn go_package() -> TempDir {
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join("testdata")).unwrap();
    for (name, text) in
        [("go.mod", "module sum\n\ngo 1.21\n"), ("sum_test.go", GO_TEST), ("testdata/in.txt", "in")]
    {
        fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

fn go_test(dir: &TempDir, path: &str, flags: &[&str]) -> Output {
    let go = tools::need(&["go"]).unwrap();
    let go = Invocation::new(go).inherit_env().env("GOOS", "wasip1").env("GOARCH", "wasm");
    let go = go.env("XDG_CACHE_HOME", CACHE_HOME).env("PATH", path).args(["test", "-count=1"]);
    go.args(flags).dir(dir.path()).output().unwrap()
}

/// `go test -exec`, and the wrapper that Go looks for by its name.
#[test]
fn go_test_runs_its_tests_by_it() {
    let dir = go_package();
    let wasmc = tools::wasmc();
    let path = std::env::var("PATH").unwrap();
    let exec = format!("{} run --dir=/", wasmc.display());
    let output = go_test(&dir, &path, &["-exec", &exec, "-v"]);
    assert!(output.is_success() && output.stdout_text().contains("--- PASS: TestFiles"), "{output:?}");
    let output = go_test(&dir, &path, &["-exec", &exec, ".", "-args", "-fail"]);
    assert!(!output.is_success() && output.stdout_text().contains("as asked"), "{output:?}");

    let wrappers = TempDir::new().unwrap();
    let wrapper = wrappers.path().join("go_wasip1_wasm_exec");
    let script = format!("#!/bin/sh\nexec '{}' run --dir=/ --env PWD --env PATH \"$@\"\n", wasmc.display());
    fs::write(&wrapper, script).unwrap();
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{path}", wrappers.path().display());
    let output = go_test(&dir, &path, &["-v"]);
    assert!(output.is_success() && output.stdout_text().contains("--- PASS: TestFiles"), "{output:?}");
}
