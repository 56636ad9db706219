//! Each WASI function in a program that reaches no other: the kernel's sandbox
//! must allow it all it needs, whatever else would have been allowed.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use wasmc_abi::wasi::{FUNCTIONS, Type};
use wasmc_tests::process::Invocation;
use wasmc_tests::tools;

/// Strings in the guest's memory, a length behind each address.
const NAMES: &str = r#"
  (data (i32.const 0) "link") (data (i32.const 16) "new") (data (i32.const 32) "sub/link")
  (data (i32.const 48) "file") (data (i32.const 64) "sub/empty")
  (data (i32.const 128) "\00\10\00\00\04\00\00\00")"#;

/// Calls that work, and one of each that could follow a link. Descriptor 0 is a
/// file, 3 the directory; results go to 2048. What is left out has no way to
/// work in such a program, or ends it.
const CALLS: [(&str, &[i64]); 44] = [
    ("args_get", &[2048, 4096]),
    ("args_sizes_get", &[2048, 2052]),
    ("clock_res_get", &[1, 2048]),
    ("clock_time_get", &[0, 0, 2048]),
    ("environ_get", &[2048, 4096]),
    ("environ_sizes_get", &[2048, 2052]),
    ("fd_advise", &[0, 0, 0, 0]),
    ("fd_allocate", &[0, 0, 100]),
    ("fd_close", &[0]),
    ("fd_close", &[3]),
    ("fd_datasync", &[0]),
    ("fd_fdstat_get", &[0, 2048]),
    ("fd_fdstat_get", &[3, 2048]),
    ("fd_fdstat_set_flags", &[0, 4]),
    ("fd_filestat_get", &[0, 2048]),
    ("fd_filestat_set_size", &[0, 100]),
    ("fd_filestat_set_times", &[3, 1, 1, 5]),
    ("fd_pread", &[0, 128, 1, 0, 2048]),
    ("fd_prestat_dir_name", &[3, 2048, 100]),
    ("fd_prestat_get", &[3, 2048]),
    ("fd_pwrite", &[0, 128, 1, 0, 2048]),
    ("fd_read", &[0, 128, 1, 2048]),
    ("fd_readdir", &[3, 4096, 1000, 0, 2048]),
    ("fd_renumber", &[3, 0]),
    ("fd_seek", &[0, 0, 1, 2048]),
    ("fd_sync", &[0]),
    ("fd_tell", &[0, 2048]),
    ("fd_write", &[0, 128, 1, 2048]),
    ("path_create_directory", &[3, 16, 3]),
    ("path_filestat_get", &[3, 1, 32, 8, 2048]),
    ("path_filestat_set_times", &[3, 1, 32, 8, 1, 1, 5]),
    ("path_link", &[3, 0, 48, 4, 3, 16, 3]),
    ("path_open", &[3, 1, 32, 8, 0, 2, 0, 0, 2048]),
    ("path_open", &[3, 0, 16, 3, 1, 64, 0, 0, 2048]),
    ("path_readlink", &[3, 32, 8, 2048, 100, 2148]),
    ("path_remove_directory", &[3, 64, 9]),
    ("path_rename", &[3, 48, 4, 3, 16, 3]),
    ("path_symlink", &[48, 4, 3, 16, 3]),
    ("path_unlink_file", &[3, 32, 8]),
    ("poll_oneoff", &[1024, 4096, 1, 2048]),
    ("random_get", &[2048, 100]),
    ("sched_yield", &[]),
    ("proc_raise", &[0]),
    ("fd_renumber", &[0, 0]),
];

const LEFT_OUT: [&str; 6] =
    ["fd_fdstat_set_rights", "proc_exit", "sock_accept", "sock_recv", "sock_send", "sock_shutdown"];

/// Ends with the errno of one call.
fn program(name: &str, args: &[i64]) -> String {
    let function = FUNCTIONS.iter().find(|function| function.name == name).expect("a function of WASI");
    let kinds = function.params.iter().map(|kind| if *kind == Type::I32 { "i32" } else { "i64" });
    let kinds: Vec<&str> = kinds.collect();
    assert_eq!(kinds.len(), args.len(), "{name}");
    let args = kinds.iter().zip(args).map(|(kind, arg)| format!("({kind}.const {arg})"));
    format!(
        r#"(module
  (import "wasi_snapshot_preview1" "{name}" (func $f (param {}) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1) {NAMES}
  (func (export "_start") (call $exit (call $f {}))))"#,
        kinds.join(" "),
        args.collect::<String>(),
    )
}

/// The errno of the call, or what else became of the program.
fn result(dir: &Path, wat: &str, sandbox: &str) -> String {
    let data = dir.join(sandbox);
    fs::create_dir_all(data.join("real/empty")).unwrap();
    fs::write(data.join("file"), "content").unwrap();
    symlink("file", data.join("link")).unwrap();
    symlink("../file", data.join("real/link")).unwrap();
    symlink("real", data.join("sub")).unwrap();
    fs::write(dir.join("app.wat"), wat).unwrap();
    let grant = format!("{}::/data", data.display());
    let flags = ["app.wat", "-o", "app", "--quiet", "--kernel-sandbox", sandbox, "--dir", &grant];
    Invocation::new(tools::wasmc()).inherit_env().args(flags).dir(dir).must_succeed().unwrap();
    let file = File::options().read(true).write(true).open(data.join("file")).unwrap();
    let mut command = Invocation::new(dir.join("app")).command();
    let output = command.stdin(Stdio::from(file)).output().unwrap();
    fs::remove_dir_all(data).unwrap();
    format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr))
}

#[test]
fn each_function_alone_does_the_same_in_the_sandbox() {
    let dir = TempDir::new().unwrap();
    for (name, args) in CALLS {
        let wat = program(name, args);
        let without = result(dir.path(), &wat, "off");
        assert_eq!(without, "exit status: 0: ", "{name} {args:?} is meant to work");
        assert_eq!(result(dir.path(), &wat, "auto"), without, "{name} {args:?} in the kernel's sandbox");
    }
}

#[test]
fn no_function_is_forgotten() {
    for function in &FUNCTIONS {
        let is_called = CALLS.iter().any(|(name, _)| *name == function.name);
        assert_ne!(is_called, LEFT_OUT.contains(&function.name), "{}", function.name);
    }
}
