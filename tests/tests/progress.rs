//! The bar that tells how far a compilation is: on a terminal, where it takes
//! long, and nowhere else.

use std::fs::{self, File};
use std::io::Read;
use std::process::{Command, Stdio};

use nix::pty::openpty;
use tempfile::TempDir;
use wasmc_tests::tools;

/// Takes one thread some seconds: each function is a few thousand instructions.
fn large_program() -> String {
    let body = "(local.set 0 (i32.xor (i32.mul (local.get 0) (i32.const 31)) (i32.load (local.get 0))))";
    let function = |number: u32| {
        format!(
            "(func $f{number} (param i32) (result i32) {} (local.get 0))",
            body.repeat(700 + number as usize % 7)
        )
    };
    let calls = (0..350).map(|number| format!("(drop (call $f{number} (i32.const 0)))"));
    format!(
        "(module (memory (export \"memory\") 1) {} (func (export \"_start\") {}))",
        (0..350).map(function).collect::<String>(),
        calls.collect::<String>()
    )
}

/// What a terminal gets to see of `wasmc` as its standard error.
fn on_terminal(dir: &TempDir, args: &[&str]) -> String {
    let pty = openpty(None, None).unwrap();
    let mut command = Command::new(tools::wasmc());
    command.args(args).current_dir(dir.path()).env_clear().env("TERM", "xterm");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(pty.slave);
    let mut process = command.spawn().unwrap();
    // The command has a copy of the terminal, which would stay open with it.
    drop(command);
    let mut shown = Vec::new();
    let mut terminal = File::from(pty.master);
    let mut bytes = [0; 4096];
    // Ends by EIO when nobody has the terminal open any more.
    while let Ok(count @ 1..) = terminal.read(&mut bytes) {
        shown.extend_from_slice(&bytes[..count]);
    }
    assert!(process.wait().unwrap().success());
    String::from_utf8_lossy(&shown).into_owned()
}

#[test]
fn a_terminal_sees_a_bar_that_goes_away() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("large.wat"), large_program()).unwrap();
    let compile = ["large.wat", "-o", "app", "-j1"];
    let shown = on_terminal(&dir, &compile);
    assert!(shown.contains("wasmc: compiling [") && shown.contains("%, "), "{shown:?}");
    let last = shown.rsplit("wasmc: compiling [").next().unwrap();
    assert!(last.contains("\u{1b}[2K"), "it is still there: {last:?}");
    let quiet = on_terminal(&dir, &[&compile[..], &["--quiet"]].concat());
    assert_eq!(quiet, "");
    let output = Command::new(tools::wasmc()).args(compile).current_dir(dir.path()).output().unwrap();
    assert!(!String::from_utf8_lossy(&output.stderr).contains("compiling"));
}
