//! Properties of the executables themselves: what kind of file they are, how
//! large, how they end, and that the same input gives the same bytes.

use std::fs;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::memfd::{MFdFlags, memfd_create};
use object::read::elf::ElfFile64;
use object::{Architecture, Object, ObjectKind, elf};
use tempfile::TempDir;
use wasmc_tests::process::{Invocation, Output, Status};
use wasmc_tests::target::Target;
use wasmc_tests::{guests, tools};

/// The largest that a small program may become.
const SMALL_BYTES: u64 = 64 * 1024;

/// A directory with the executables made in it.
struct Builds(TempDir);

impl Builds {
    fn new() -> Builds {
        Builds(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Compiles one of the repository's files.
    fn build(&self, input: impl AsRef<Path>, name: &str, flags: &[&str]) -> PathBuf {
        let output = self.path(name);
        Invocation::new(tools::wasmc())
            .inherit_env()
            .args([tools::root_dir().join(input).as_os_str(), "-o".as_ref(), output.as_os_str()])
            .args(flags)
            .dir(self.0.path())
            .must_succeed()
            .unwrap();
        output
    }

    fn build_wat(&self, text: &str, name: &str, flags: &[&str]) -> PathBuf {
        let input = self.path(&format!("{name}.wat"));
        fs::write(&input, text).unwrap();
        self.build(input, name, flags)
    }
}

const HELLO: &str = "examples/hello/hello.wat";

fn assert_says_hello(output: &Output) {
    assert!(output.is_success() && output.stdout == b"Hello, world\n", "{output:?}");
}

/// A program's words about a file, untranslated.
fn said_by(program: &str, file: &Path) -> String {
    let output =
        Invocation::new(tools::need(&[program]).unwrap()).env("LC_ALL", "C").env("PATH", "/usr/bin:/bin");
    let output = output.args([file]).output().unwrap();
    output.stdout_text() + &output.stderr_text()
}

fn is_embedded(target: Target) -> bool {
    target.unavailable().is_none()
}

#[test]
fn this_machine_can_run_every_target() {
    for target in Target::ALL {
        assert_eq!(target.unavailable(), None, "`make setup build` would have made it so");
    }
}

#[test]
fn ldd_finds_nothing_to_link() {
    let builds = Builds::new();
    let said = said_by("ldd", &builds.build(HELLO, "app", &[]));
    assert!(said.contains("statically linked"), "{said}");
}

#[test]
fn file_calls_it_static_pie() {
    let builds = Builds::new();
    for target in Target::ALL {
        let app = builds.build(HELLO, "app", &["--target", target.name()]);
        let said = said_by("file", &app);
        assert!(said.contains("static-pie linked"), "{said}");
        assert!(said.contains("not stripped"), "{said}");
    }
}

#[test]
fn the_elf_file_asks_for_no_interpreter_and_no_writable_code() {
    let builds = Builds::new();
    for (target, architecture) in
        [(Target::X86_64, Architecture::X86_64), (Target::Aarch64, Architecture::Aarch64)]
    {
        let bytes = fs::read(builds.build(HELLO, "app", &["--target", target.name()])).unwrap();
        let file = ElfFile64::<object::Endianness>::parse(&*bytes).unwrap();
        assert_eq!(file.kind(), ObjectKind::Dynamic);
        assert_eq!(file.architecture(), architecture);
        let endian = file.endian();
        for header in file.elf_program_headers() {
            assert_ne!(header.p_type.get(endian), elf::PT_INTERP);
            let is_writable_code =
                header.p_flags.get(endian) & (elf::PF_W | elf::PF_X) == elf::PF_W | elf::PF_X;
            assert!(!is_writable_code, "{}: a segment is writable and executable", target.name());
        }
    }
}

#[test]
fn small_programs_are_small_executables() {
    let builds = Builds::new();
    for target in Target::ALL {
        for input in [HELLO, "tests/cases/core/sparse-segments.wat"] {
            let size = fs::metadata(builds.build(input, "app", &["--target", target.name()])).unwrap().len();
            assert!(size <= SMALL_BYTES, "{input} for {} has {size} bytes", target.name());
        }
    }
}

#[test]
fn a_stripped_executable_still_runs() {
    let builds = Builds::new();
    let app = builds.build(HELLO, "app", &[]);
    let size_bytes = fs::metadata(&app).unwrap().len();
    Invocation::new(tools::need(&["strip"]).unwrap()).args([&app]).must_succeed().unwrap();
    assert!(fs::metadata(&app).unwrap().len() < size_bytes);
    assert_says_hello(&Invocation::new(&app).output().unwrap());
    let trap = builds.build("tests/cases/traps/unreachable.wat", "trap", &[]);
    let before = Invocation::new(&trap).output().unwrap();
    Invocation::new(tools::need(&["strip"]).unwrap()).args([&trap]).must_succeed().unwrap();
    let after = Invocation::new(&trap).output().unwrap();
    assert_eq!(after.stderr_text(), before.stderr_text(), "backtraces do not need the symbol table");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let wasm = guests::go_wasm("examples/go-hello", &[]).unwrap();
    let (here, there) = (Builds::new(), Builds::new());
    for target in Target::ALL {
        let build = |builds: &Builds, name: &str, jobs: &str| {
            let flags = ["--target", target.name(), "--jobs", jobs, "--dir", "."];
            fs::read(builds.build(&wasm, name, &flags)).unwrap()
        };
        let one = build(&here, "app", "1");
        assert!(one == build(&here, "app", "2"), "{}: threads change the output", target.name());
        assert!(one == build(&there, "other", "2"), "{}: the directory changes the output", target.name());
    }
}

#[test]
fn a_cpu_that_lacks_something_is_told_at_the_start() {
    let emulator = tools::need(&["qemu-x86_64-static", "qemu-x86_64"]).unwrap();
    let builds = Builds::new();
    let baseline = builds.build(HELLO, "baseline", &["--target", "x86_64-linux"]);
    let more = builds.build(HELLO, "more", &["--target", "x86_64-linux", "--cpu", "x86-64-v3"]);
    let run =
        |app: &Path, cpu: &str| Invocation::new(&emulator).args(["-cpu", cpu]).args([app]).output().unwrap();
    assert_says_hello(&run(&baseline, "Nehalem"));
    for (app, cpu, lacking) in [(&more, "Nehalem", "AVX2"), (&baseline, "core2duo", "SSE4.2")] {
        let output = run(app, cpu);
        let said = output.stderr_text();
        assert_eq!(output.status, Status::Code(1), "{cpu}: {said}");
        assert!(said.contains("CPU") && said.contains(lacking), "{cpu}: {said}");
    }
}

#[test]
fn the_version_for_the_cpu_runs() {
    // Sums floats in a loop, and divides by zero in it where an argument is given.
    let wat = r#"(module
        (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start") (local $count i32) (local $sum f64)
            (drop (call $sizes (i32.const 0) (i32.const 4)))
            (loop $next
                (local.set $sum (f64.add (f64.mul (local.get $sum) (f64.const 0.5)) (f64.const 1)))
                (local.set $count (i32.add (local.get $count) (i32.const 1)))
                (drop (i32.div_u (i32.const 1) (i32.sub (i32.load (i32.const 0)) (i32.const 2))))
                (br_if $next (i32.lt_u (local.get $count) (i32.const 4))))
            (call $proc_exit (i32.trunc_f64_u (f64.mul (local.get $sum) (f64.const 32))))))"#;
    let emulator = tools::need(&["qemu-x86_64-static", "qemu-x86_64"]).unwrap();
    let builds = Builds::new();
    let target = ["--target", "x86_64-linux"];
    let both = builds.build_wat(wat, "both", &target);
    let portable = builds.build_wat(wat, "portable", &[&target[..], &["--no-opt", "cpu-versions"]].concat());
    let log = builds.path("log");
    for (app, cpu, has_avx) in
        [(&both, "Nehalem", false), (&both, "Haswell", true), (&portable, "Haswell", false)]
    {
        let log_code = ["-cpu", cpu, "-d", "in_asm", "-D", log.to_str().unwrap()];
        let output = Invocation::new(&emulator).args(log_code).args([app]).output().unwrap();
        assert_eq!(output.status, Status::Code(60), "{cpu}: {}", output.stderr_text());
        let ran = fs::read_to_string(&log).unwrap();
        assert!(ran.contains("mulsd"), "{cpu}: the log has no instructions");
        assert_eq!(ran.contains("vmulsd"), has_avx, "{cpu}");
    }
    if Target::X86_64.is_native() {
        // The trap's place in the module does not depend on the version.
        let [said, said_portably] = [both, portable].map(|app| {
            let output = Invocation::new(&app).args(["zero"]).output().unwrap();
            assert_eq!(output.status, Status::Code(134));
            output.stderr_text()
        });
        assert!(said.contains("integer divide by zero"), "{said}");
        assert_eq!(said, said_portably);
    }
}

#[test]
fn every_exit_status_passes() {
    // Prints nothing and exits with its first argument's value.
    let wat = r#"(module
        (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start") (local $at i32) (local $code i32)
            (drop (call $args_get (i32.const 0) (i32.const 1024)))
            (local.set $at (i32.load (i32.const 4)))
            (loop $digit
                (local.set $code (i32.add
                    (i32.mul (local.get $code) (i32.const 10))
                    (i32.sub (i32.load8_u (local.get $at)) (i32.const 48))))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))
                (br_if $digit (i32.load8_u (local.get $at))))
            (call $proc_exit (local.get $code))))"#;
    let builds = Builds::new();
    for target in Target::ALL.into_iter().filter(|target| is_embedded(*target)) {
        let app = builds.build_wat(wat, "app", &["--target", target.name()]);
        for code in 0..=255 {
            let output = target.invocation(&app).args([code.to_string()]).output().unwrap();
            assert_eq!(output.status, Status::Code(code), "{}", target.name());
        }
    }
}

#[test]
fn a_closed_pipe_ends_the_program_as_it_ends_others() {
    let builds = Builds::new();
    let app = builds.build(HELLO, "app", &[]);
    let mut reader = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
    let pipe = reader.stdin.take().unwrap();
    reader.wait().unwrap();
    let status = Command::new(&app).stdin(Stdio::null()).stdout(pipe).status().unwrap();
    assert_eq!(Status::from(status), Status::Signal(13));
}

#[test]
fn an_executable_can_be_replaced_while_it_runs() {
    let echo = "tests/cases/wasi/stdin-echo.wat";
    let builds = Builds::new();
    let app = builds.build(echo, "app", &[]);
    let mut running = Command::new(&app).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    builds.build(HELLO, "app", &[]);
    assert_says_hello(&Invocation::new(&app).output().unwrap());
    running.stdin.take().unwrap().write_all(b"still here").unwrap();
    assert_eq!(running.wait_with_output().unwrap().stdout, b"still here");
}

#[test]
fn a_failed_compilation_leaves_the_old_executable() {
    let builds = Builds::new();
    let app = builds.build(HELLO, "app", &[]);
    let old = fs::read(&app).unwrap();
    let bad = builds.path("bad.wat");
    fs::write(&bad, "(module (func (export \"_start\") (drop (i32.add))))").unwrap();
    let args = [bad.as_os_str(), "-o".as_ref(), app.as_os_str()];
    let output = Invocation::new(tools::wasmc()).args(args).output().unwrap();
    assert_eq!(output.status, Status::Code(1));
    assert!(fs::read(&app).unwrap() == old);
}

#[test]
fn an_executable_can_go_to_the_standard_output() {
    let builds = Builds::new();
    let app = builds.build(HELLO, "app", &["--quiet"]);
    let input = tools::root_dir().join(HELLO);
    let args = [input.as_os_str(), "-o".as_ref(), "-".as_ref(), "--quiet".as_ref()];
    let output = Invocation::new(tools::wasmc()).inherit_env().dir(builds.0.path()).args(args).must_succeed();
    assert!(output.unwrap().stdout == fs::read(app).unwrap());
    assert!(!builds.path("-").exists());
}

#[test]
fn the_systems_linker_can_link_it_too() {
    let builds = Builds::new();
    let app = builds.build(HELLO, "app", &["--linker", "cc"]);
    assert_says_hello(&Invocation::new(&app).output().unwrap());
    let trap = builds.build("tests/cases/traps/unreachable.wat", "trap", &[]);
    let linked = builds.build("tests/cases/traps/unreachable.wat", "linked", &["--linker", "cc"]);
    let (trap, linked) = (Invocation::new(trap).output().unwrap(), Invocation::new(linked).output().unwrap());
    assert_eq!(linked.stderr_text(), trap.stderr_text());
    assert_eq!(linked.status, trap.status);
}

#[test]
fn emit_obj_writes_a_relocatable_object() {
    let builds = Builds::new();
    for target in Target::ALL {
        let object = builds.build(HELLO, "app.o", &["--target", target.name(), "--emit", "obj"]);
        let bytes = fs::read(object).unwrap();
        let file = object::File::parse(&*bytes).unwrap();
        assert_eq!(file.kind(), ObjectKind::Relocatable);
        assert!(file.symbol_by_name("wasmc_app").is_some(), "{}: no descriptor", target.name());
    }
}

#[test]
#[cfg_attr(not(target_arch = "x86_64"), ignore = "the injected system call is written for x86-64")]
fn an_occupied_address_is_an_error_that_names_the_way_out() {
    #[cfg(target_arch = "x86_64")]
    {
        use wasmc_tests::occupy::run_with_page_at;
        // Where compiled code for x86-64 expects its first memory.
        const ORIGIN: u64 = 0x1000_0000;
        let builds = Builds::new();
        let fixed = run_with_page_at(&builds.build(HELLO, "fixed", &[]), ORIGIN).unwrap();
        assert_eq!(fixed.status, Status::Code(1), "{}", fixed.stderr_text());
        assert!(fixed.stderr_text().contains("--base register"), "{}", fixed.stderr_text());
        assert!(fixed.stdout.is_empty());
        let register = builds.build(HELLO, "register", &["--base", "register"]);
        assert_says_hello(&run_with_page_at(&register, ORIGIN).unwrap());
    }
}

/// What runs from memory has no directory, least of all the root.
#[test]
fn an_executable_without_a_file_has_no_directory() {
    let builds = Builds::new();
    let app = builds.build(HELLO, "app", &["--dir", "{EXE_DIR}"]);
    assert_says_hello(&Invocation::new(&app).output().unwrap());
    let file = memfd_create("app", MFdFlags::empty()).unwrap();
    let mut file = fs::File::from(file);
    file.write_all(&fs::read(app).unwrap()).unwrap();
    let output =
        Invocation::new(format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd())).output().unwrap();
    assert_eq!(output.status, Status::Code(1));
    assert!(output.stderr_text().contains("the executable's directory is unknown"), "{output:?}");
}
