//! `--embed`: the files are in the executable, the same for the same files, and
//! Go's standard library finds them in each of its ways.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;
use wasmc_tests::process::{Invocation, Output};
use wasmc_tests::target::Target;
use wasmc_tests::{guests, tools};

fn compile(dir: &Path, wasm: &Path, flags: &[&str]) -> Output {
    let wasmc = Invocation::new(tools::wasmc()).inherit_env().dir(dir);
    wasmc.args([wasm.as_os_str(), "-o".as_ref(), "app".as_ref()]).args(flags).output().unwrap()
}

fn must_compile(dir: &Path, wasm: &Path, flags: &[&str]) -> PathBuf {
    let output = compile(dir, wasm, flags);
    assert!(output.is_success(), "{flags:?}: {}", output.stderr_text());
    dir.join("app")
}

/// A copy of the example's files, as they come from version control.
fn copy_assets(to: &Path) {
    copy(&tools::root_dir().join("examples/go-site/assets"), to);
}

fn copy(from: &Path, to: &Path) {
    let metadata = fs::symlink_metadata(from).unwrap();
    if metadata.is_symlink() {
        symlink(fs::read_link(from).unwrap(), to).unwrap();
    } else if metadata.is_file() {
        fs::write(to, fs::read(from).unwrap()).unwrap();
    } else {
        fs::create_dir(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    }
}

/// What the program's native build says of `assets` in this directory.
fn native(dir: &Path) -> String {
    let native = guests::go_native("examples/go-site").unwrap();
    Invocation::new(native).dir(dir).must_succeed().unwrap().stdout_text()
}

#[test]
fn go_finds_its_files_by_the_same_relative_path() {
    let wasm = guests::go_wasm("examples/go-site", &["-ldflags=-s -w"]).unwrap();
    let expected = native(&tools::root_dir().join("examples/go-site"));
    assert!(expected.contains("main.css -> style.css"), "{expected}");
    for target in Target::ALL {
        let flags = ["--embed", "assets::assets", "--target", target.name()];
        says_the_same(target, &wasm, &flags, &[&[], &["/assets"], &["./assets/../assets"]], &expected);
    }
}

#[test]
fn go_finds_its_files_wherever_they_are_mounted() {
    let wasm = guests::go_wasm("examples/go-site", &["-ldflags=-s -w"]).unwrap();
    let expected = native(&tools::root_dir().join("examples/go-site"));
    let by_pwd = ["--embed", "assets::/srv/assets/::ro", "--env", "PWD=/srv"];
    says_the_same(Target::native(), &wasm, &by_pwd, &[&[], &["/srv/assets"]], &expected);
    // At the root, and below a directory of the host and another embedded one.
    let flags = ["--embed", "assets::/", "--dir", "host::/srv", "--embed", "assets::/srv/assets"];
    let flags = [&flags[..], &["--embed", "host::/more", "--embed", "assets::/more/assets"]].concat();
    let roots =
        ["/", ".", "/srv/assets", "/srv/./assets/", "/srv/other/../assets", "/more/assets", "more/assets"];
    let args = roots.each_ref().map(std::slice::from_ref);
    says_the_same(Target::native(), &wasm, &flags, &args, &expected);
}

/// Compiles with the example's files, takes these away, and runs with each of
/// `args`.
fn says_the_same(target: Target, wasm: &Path, flags: &[&str], args: &[&[&str]], expected: &str) {
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join("host")).unwrap();
    copy_assets(&dir.path().join("assets"));
    let app = must_compile(dir.path(), wasm, flags);
    fs::remove_dir_all(dir.path().join("assets")).unwrap();
    for args in args {
        let output = target.invocation(&app).args(*args).dir(dir.path()).output().unwrap();
        assert!(output.is_success(), "{flags:?} {args:?}: {}", output.stderr_text());
        assert_eq!(output.stdout_text(), expected, "{flags:?} {args:?}");
    }
}

#[test]
fn a_granted_directory_may_be_below_an_embedded_one() {
    let dir = TempDir::new().unwrap();
    copy_assets(&dir.path().join("assets"));
    fs::create_dir(dir.path().join("out")).unwrap();
    let copier = guests::go_wasm("examples/copier/go", &[]).unwrap();
    let flags = ["--embed", "assets::/a", "--dir", "out::/a/out"];
    let app = must_compile(dir.path(), &copier, &flags);
    fs::remove_dir_all(dir.path().join("assets")).unwrap();
    let run = |from, to| Invocation::new(&app).args([from, to]).dir(dir.path()).output().unwrap();
    let output = run("/a/static/main.css", "/a/out/copy");
    assert!(output.is_success(), "{}", output.stderr_text());
    let style = tools::root_dir().join("examples/go-site/assets/static/style.css");
    assert_eq!(fs::read(dir.path().join("out/copy")).unwrap(), fs::read(style).unwrap());
    for to in ["/a/static/copy", "/a/static/style.css", "/a/copy"] {
        let output = run("/a/out/copy", to);
        assert!(!output.is_success(), "{to} was written");
        assert!(output.stderr_text().contains("Read-only file system"), "{}", output.stderr_text());
    }
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let dir = TempDir::new().unwrap();
    let module = tools::root_dir().join("tests/cases/wasi/files.wat");
    let mut executables = Vec::new();
    for (name, files, age_seconds) in [("one", ["b", "a", "c"], 0), ("two", ["c", "b", "a"], 86400)] {
        let place = dir.path().join(name);
        fs::create_dir(&place).unwrap();
        copy_assets(&place.join("assets"));
        for file in files {
            let path = place.join("assets").join(file);
            fs::write(&path, file).unwrap();
            let time = SystemTime::now() - Duration::from_secs(age_seconds);
            fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        }
        let flags = ["--embed", "assets::/a", "--jobs", if name == "one" { "1" } else { "2" }];
        executables.push(fs::read(must_compile(&place, &module, &flags)).unwrap());
    }
    assert!(executables[0] == executables[1], "the executables differ");
    fs::write(dir.path().join("two/assets/a"), "A").unwrap();
    let app = must_compile(&dir.path().join("two"), &module, &["--embed", "assets::/a"]);
    assert!(fs::read(app).unwrap() != executables[0], "the files have no part in the executable");
}

/// Whatever the linker; what is embedded is in the executable once.
#[test]
fn large_files_are_read_as_they_were() {
    const LARGE_BYTES: u32 = 48 << 20;
    let dir = TempDir::new().unwrap();
    copy_assets(&dir.path().join("assets"));
    let content: Vec<u8> =
        (0..LARGE_BYTES / 4).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    fs::write(dir.path().join("assets/large"), content).unwrap();
    let expected = native(dir.path());
    let wasm = guests::go_wasm("examples/go-site", &["-ldflags=-s -w"]).unwrap();
    let plain_bytes = fs::metadata(must_compile(dir.path(), &wasm, &["-O0"])).unwrap().len();
    for flags in [&[][..], &["--linker", "cc"]] {
        let app = must_compile(dir.path(), &wasm, &[flags, &["-O0", "--embed", "assets::assets"]].concat());
        let added_bytes = fs::metadata(&app).unwrap().len().abs_diff(plain_bytes);
        assert!(added_bytes.abs_diff(u64::from(LARGE_BYTES)) < 1 << 20, "{added_bytes} bytes more");
        let elsewhere = TempDir::new().unwrap();
        let output = Invocation::new(app).dir(elsewhere.path()).must_succeed().unwrap();
        assert_eq!(output.stdout_text(), expected);
    }
}

#[test]
fn special_files_are_refused_by_name() {
    let dir = TempDir::new().unwrap();
    copy_assets(&dir.path().join("assets"));
    let pipe = dir.path().join("assets/static/pipe");
    Invocation::new(tools::need(&["mkfifo"]).unwrap()).args([&pipe]).must_succeed().unwrap();
    let module = tools::root_dir().join("tests/cases/wasi/files.wat");
    let output = compile(dir.path(), &module, &["--embed", "assets::/a"]);
    assert_eq!(
        output.stderr_text(),
        "wasmc: error: --embed assets::/a: assets/static/pipe is a named pipe; only files, directories and \
         symbolic links can be embedded\n"
    );
    assert!(!output.is_success() && !dir.path().join("app").exists());
}

/// The object has the files too, so that others can link it.
#[test]
fn an_object_holds_its_files() {
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join("assets")).unwrap();
    fs::write(dir.path().join("assets/file"), "a text that is nowhere else").unwrap();
    let module = tools::root_dir().join("tests/cases/wasi/files.wat");
    let object =
        fs::read(must_compile(dir.path(), &module, &["--embed", "assets::/a", "--emit", "obj"])).unwrap();
    assert!(object.windows(27).any(|window| window == b"a text that is nowhere else"));
}
