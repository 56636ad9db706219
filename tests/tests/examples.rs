//! Each example, compiled for each target, does what its native build does.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use tempfile::TempDir;
use wasmc_tests::guests::{self, STRIPPED};
use wasmc_tests::process::{Invocation, Output, Status};
use wasmc_tests::target::Target;
use wasmc_tests::tools;

type Test = fn(Target) -> Result<()>;

const TESTS: &[(&str, Test)] = &[
    ("hello", hello),
    ("go-hello", go_hello),
    ("go-report", go_report),
    ("copier in Go", |target| copier(target, &go_copier(&[])?)),
    ("copier in Go without symbols", |target| copier(target, &go_copier(STRIPPED)?)),
    ("copier in Rust", |target| copier(target, &guests::rust_wasm("examples/copier/rust", "copy")?)),
    ("copier in C", |target| copier(target, &guests::c_wasm("examples/copier/c/copy.c")?)),
];

fn main() {
    let mut trials = Vec::new();
    for &(name, test) in TESTS {
        for target in Target::ALL {
            let name = format!("{name} {}", target.arch());
            let trial =
                Trial::test(name, move || test(target).map_err(|error| Failed::from(format!("{error:#}"))));
            trials.push(match target.unavailable() {
                Some(reason) => trial.with_ignored_flag(true).with_kind(format!("skipped: {reason}")),
                None => trial,
            });
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn go_copier(flags: &[&str]) -> Result<PathBuf> {
    guests::go_wasm("examples/copier/go", flags)
}

fn compile(dir: &Path, wasm: &Path, target: Target, flags: &[&str]) -> Result<PathBuf> {
    let app = dir.join("app");
    Invocation::new(tools::wasmc())
        .args([wasm.as_os_str(), "-o".as_ref(), app.as_os_str()])
        .args(["--target", target.name()])
        .args(flags)
        .dir(dir)
        .must_succeed()?;
    Ok(app)
}

fn same(what: &str, compiled: &Output, native: &Output) -> Result<()> {
    // Go words the system's errors with a capital on WASI and without one on Linux.
    let same_errors = compiled.stderr.eq_ignore_ascii_case(&native.stderr);
    ensure!(
        compiled.status == native.status && compiled.stdout == native.stdout && same_errors,
        "{what}: the executable and the native build differ\nstatus {} and {}\n{}{}\nand\n{}{}",
        compiled.status,
        native.status,
        compiled.stdout_text(),
        compiled.stderr_text(),
        native.stdout_text(),
        native.stderr_text(),
    );
    Ok(())
}

fn hello(target: Target) -> Result<()> {
    let dir = TempDir::new()?;
    let app = compile(dir.path(), &tools::root_dir().join("examples/hello/hello.wat"), target, &[])?;
    let output = target.invocation(&app).must_succeed()?;
    ensure!(output.stdout == b"Hello, world\n", "{}", output.stdout_text());
    Ok(())
}

fn go_hello(target: Target) -> Result<()> {
    let native = guests::go_native("examples/go-hello")?;
    for flags in [&[], STRIPPED] {
        let dir = TempDir::new()?;
        let app = compile(dir.path(), &guests::go_wasm("examples/go-hello", flags)?, target, &[])?;
        for args in [&[][..], &["Ada", "Grace"], &["", "two words"]] {
            let compiled = target.invocation(&app).args(args).output()?;
            same(&format!("{args:?}"), &compiled, &Invocation::new(&native).args(args).output()?)?;
        }
    }
    Ok(())
}

fn go_report(target: Target) -> Result<()> {
    let native = guests::go_native("examples/go-report")?;
    // The largest module here, so not every kind of build for every target.
    for flags in if target.is_native() { &[&[], STRIPPED][..] } else { &[STRIPPED] } {
        let dir = TempDir::new()?;
        let app =
            compile(dir.path(), &guests::go_wasm("examples/go-report", flags)?, target, &["--dir", "."])?;
        let sample = fs::read(tools::root_dir().join("examples/go-report/sample.log"))?;
        fs::write(dir.path().join("a.log"), &sample)?;
        for args in [
            &[][..],
            &["-format", "json"],
            &["-generate", "2000", "-workers", "7"],
            &["-generate", "2000", "-format", "gzip"],
            &["a.log", "-", "./a.log"],
            &["-format", "xml"],
            &["no-such.log"],
            &["-generate", "1000000", "-timeout", "1ms"],
        ] {
            let run = |program: Invocation| program.args(args).dir(dir.path()).stdin(sample.clone()).output();
            let compiled = run(target.invocation(&app))?;
            same(&format!("{args:?}"), &compiled, &run(Invocation::new(&native))?)?;
        }
    }
    Ok(())
}

/// The tutorial's copier under every kind of grant.
fn copier(target: Target, wasm: &Path) -> Result<()> {
    copies_where_granted(target, wasm, &["--dir", "."]).context("with --dir .")?;
    copies_by_name(target, wasm, &["--dir", "in::ro", "--dir", "out"], "in/src", "out/dst")?;
    copies_by_name(target, wasm, &["--dir", "in::from::ro", "--dir", "out::to"], "from/src", "to/dst")?;
    let dir = TempDir::new()?;
    let absolute = dir.path().canonicalize()?;
    let absolute = absolute.to_str().context("a path in UTF-8")?;
    let app = compile(dir.path(), wasm, target, &["--dir", absolute])?;
    let elsewhere = TempDir::new()?;
    let (src, dst) = (format!("{absolute}/src"), format!("{absolute}/dst"));
    fs::write(&src, "granted by an absolute path")?;
    let copy = |cwd: &Path, from: &str, to: &str| target.invocation(&app).args([from, to]).dir(cwd).output();

    let output = copy(elsewhere.path(), &src, &dst)?;
    ensure!(output.is_success(), "with --dir {absolute}, absolute paths: {}", output.stderr_text());
    ensure!(fs::read_to_string(&dst)? == "granted by an absolute path");
    fs::remove_file(&dst)?;

    let output = copy(dir.path(), "src", "dst")?;
    ensure!(
        output.is_success(),
        "with --dir {absolute}, run in it, relative paths: {}",
        output.stderr_text()
    );
    ensure!(fs::read_to_string(&dst)? == "granted by an absolute path");

    fs::write(elsewhere.path().join("secret"), "no")?;
    let secret = elsewhere.path().canonicalize()?.join("secret");
    let output = copy(elsewhere.path(), secret.to_str().context("a path in UTF-8")?, &dst)?;
    must_be_refused(&output)?;
    let output = copy(elsewhere.path(), "secret", &dst)?;
    must_be_refused(&output)?;

    let app = compile(dir.path(), wasm, target, &["--dir", ".::ro"])?;
    let output = target.invocation(&app).args(["src", "other"]).dir(dir.path()).output()?;
    must_be_refused(&output)?;
    ensure!(!dir.path().join("other").exists(), "a read-only grant wrote");
    let app = compile(dir.path(), wasm, target, &[])?;
    let output = target.invocation(&app).args(["src", "other"]).dir(dir.path()).output()?;
    must_be_refused(&output)
}

/// Directories granted by relative paths or names are found by these.
fn copies_by_name(target: Target, wasm: &Path, flags: &[&str], from: &str, to: &str) -> Result<()> {
    let dir = TempDir::new()?;
    fs::create_dir(dir.path().join("in"))?;
    fs::create_dir(dir.path().join("out"))?;
    fs::write(dir.path().join("in/src"), "by name")?;
    let app = compile(dir.path(), wasm, target, flags)?;
    let output = target.invocation(&app).args([from, to]).dir(dir.path()).output()?;
    ensure!(output.is_success(), "with {flags:?}: {}", output.stderr_text());
    ensure!(fs::read_to_string(dir.path().join("out/dst"))? == "by name");
    Ok(())
}

/// `--dir .` means the directory that the executable is started in.
fn copies_where_granted(target: Target, wasm: &Path, flags: &[&str]) -> Result<()> {
    let built_in = TempDir::new()?;
    let app = compile(built_in.path(), wasm, target, flags)?;
    let run_in = TempDir::new()?;
    let run_in = run_in.path().canonicalize()?;
    fs::create_dir(run_in.join("sub"))?;
    let content: Vec<u8> = (0..300_000u32).flat_map(u32::to_le_bytes).collect();
    fs::write(run_in.join("src"), &content)?;
    let absolute = |name: &str| run_in.join(name).display().to_string();
    for (from, to) in [
        ("src".to_owned(), "dst".to_owned()),
        ("./src".to_owned(), "sub/dst".to_owned()),
        ("sub/../src".to_owned(), "sub/./again".to_owned()),
        (absolute("src"), absolute("absolute")),
        ("src".to_owned(), absolute("mixed")),
    ] {
        let output = target.invocation(&app).args([&from, &to]).dir(&run_in).output()?;
        ensure!(output.is_success(), "{from} to {to}: {}", output.stderr_text());
        ensure!(fs::read(run_in.join(&to))? == content, "{from} to {to}: the copy differs");
    }
    for (from, to) in [("/etc/hostname", "dst"), ("../src", "dst"), ("src", "../dst"), ("missing", "dst")] {
        let output = target.invocation(&app).args([from, to]).dir(&run_in).output()?;
        must_be_refused(&output).with_context(|| format!("{from} to {to}"))?;
    }
    Ok(())
}

fn must_be_refused(output: &Output) -> Result<()> {
    let text = output.stderr_text();
    ensure!(output.status == Status::Code(1), "exit status {}: {text}", output.status);
    ensure!(text.starts_with("copy: "), "the guest did not report it: {text}");
    ensure!(
        !text.contains("ad file number") && !text.contains("Bad file descriptor"),
        "golang/go#60732: {text}"
    );
    Ok(())
}
