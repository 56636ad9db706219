//! The cache of machine code, as users of the command meet it: the same bytes
//! with it and without, whatever happened to it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;

use tempfile::TempDir;
use wasmc_tests::process::{Invocation, Output, Status};
use wasmc_tests::target::Target;
use wasmc_tests::tools;

const FUNCTIONS: u32 = 60;

/// A program of many functions; `changed` is the constant of one of them, and
/// moves the numbers of the others if it is large.
fn program(changed: u32) -> String {
    let inserted = if changed > 1000 { "(func $inserted (drop (call $f0 (i32.const 1))))" } else { "" };
    let keep = if changed > 1000 { "(call $inserted)" } else { "" };
    let functions = (0..FUNCTIONS).map(|number| {
        let (next, value) = ((number + 1) % FUNCTIONS, if number == 7 { changed } else { number });
        format!(
            "(func $f{number} (param i32) (result i32)
              (if (result i32) (i32.eqz (local.get 0)) (then (i32.const {value}))
                (else (call $f{next} (i32.div_u (local.get 0) (i32.const {})))))) ",
            number + 2
        )
    });
    format!(
        "(module (memory (export \"memory\") 1) {inserted} {}
           (func (export \"_start\") {keep} (drop (call $f0 (i32.const 1000000)))))",
        functions.collect::<String>()
    )
}

struct Place(TempDir);

impl Place {
    fn new() -> Place {
        Place(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn wasmc(&self, args: &[&str]) -> Invocation {
        Invocation::new(tools::wasmc()).args(args).dir(self.0.path())
    }

    /// Compiles a program, and returns the executable and what was told.
    fn compile(&self, text: &str, flags: &[&str]) -> (Vec<u8>, String) {
        fs::write(self.path("app.wat"), text).unwrap();
        let output = self.wasmc(&["app.wat", "-o", "app", "--timings"]).args(flags).must_succeed().unwrap();
        (fs::read(self.path("app")).unwrap(), output.stderr_text())
    }

    fn packs(&self) -> Vec<PathBuf> {
        fs::read_dir(self.path("cache")).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

const CACHE: [&str; 2] = ["--cache", "cache"];

#[test]
fn the_executable_is_the_same_without_cold_and_warm() {
    for target in Target::ALL.into_iter().filter(|target| target.unavailable().is_none()) {
        for level in ["-O0", "-O1", "-O2"] {
            let place = Place::new();
            let flags = ["--target", target.name(), level];
            let with_cache = [&flags[..], &CACHE[..]].concat();
            let (without, told) = place.compile(&program(1), &flags);
            assert!(!told.contains("cache: "), "{told}");
            let (cold, told) = place.compile(&program(1), &with_cache);
            assert!(told.contains("another program"), "{told}");
            let (warm, told) = place.compile(&program(1), &with_cache);
            assert!(told.contains(" 0 compiled; the same program"), "{told}");
            assert!(without == cold && cold == warm, "{} {level}", target.name());
        }
    }
}

#[test]
fn what_did_not_change_is_not_compiled_again() {
    let place = Place::new();
    place.compile(&program(1), &CACHE);
    for changed in [2, 2000] {
        let (without, _) = place.compile(&program(changed), &[]);
        let (with, told) = place.compile(&program(changed), &CACHE);
        assert_eq!(without, with);
        let found = told.lines().last().and_then(|line| line.split_whitespace().nth(1)?.parse::<u32>().ok());
        assert!(found >= Some(FUNCTIONS - 1), "{told}");
        assert!(told.contains("another program"), "{told}");
    }
}

/// Grants are no part of the code.
#[test]
fn other_grants_are_the_same_program() {
    let place = Place::new();
    place.compile(&program(1), &CACHE);
    let (_, told) = place.compile(&program(1), &[&CACHE[..], &["--dir", "/srv", "--strip"]].concat());
    assert!(told.contains("the same program"), "{told}");
    let (_, told) = place.compile(&program(1), &[&CACHE[..], &["--no-opt", "dead-functions"]].concat());
    assert!(told.contains("another program"), "{told}");
}

#[test]
fn a_damaged_cache_is_no_error_and_mends() {
    let place = Place::new();
    let (expected, _) = place.compile(&program(1), &CACHE);
    let [pack] = &place.packs()[..] else { panic!("one pack") };
    let whole = fs::read(pack).unwrap();
    let middle = whole.len() / 2;
    let mut flipped = whole.clone();
    flipped[middle] ^= 1;
    for damaged in [&whole[..middle], &flipped, b"", &[0; 4096]] {
        fs::write(pack, damaged).unwrap();
        let (executable, _) = place.compile(&program(1), &CACHE);
        assert_eq!(executable, expected);
        let (executable, told) = place.compile(&program(1), &CACHE);
        assert_eq!(executable, expected);
        assert!(told.contains(" 0 compiled; the same program"), "{told}");
        place.packs().iter().for_each(|pack| fs::remove_file(pack).unwrap());
    }
}

#[test]
fn many_at_once_give_the_same() {
    let place = Place::new();
    let (expected, _) = place.compile(&program(1), &[]);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let place = &place;
            scope.spawn(move || {
                let output = format!("app{number}");
                place.wasmc(&["app.wat", "-o", &output]).args(CACHE).must_succeed().unwrap();
            });
        }
    });
    assert!((0..8).all(|number| fs::read(place.path(&format!("app{number}"))).unwrap() == expected));
    assert!(!place.packs().is_empty());
}

#[test]
fn the_limit_holds() {
    let place = Place::new();
    let flags = [&CACHE[..], &["--cache-limit", "20K"]].concat();
    for changed in 0..6 {
        place.compile(
            &program(2000 + changed),
            &[&flags[..], &["--stack-size", &format!("{}M", changed + 1)]].concat(),
        );
        let sizes = place.packs().into_iter().map(|pack| fs::metadata(pack).unwrap().size());
        assert!(sizes.sum::<u64>() <= 20 << 10);
    }
    assert!(!place.packs().is_empty());
}

fn refusal(place: &Place, directory: &str) -> Output {
    fs::write(place.path("app.wat"), program(1)).unwrap();
    place.wasmc(&["app.wat", "-o", "app", "--cache", directory]).output().unwrap()
}

#[test]
fn a_directory_that_others_can_write_is_refused() {
    let place = Place::new();
    fs::create_dir(place.path("open")).unwrap();
    fs::set_permissions(place.path("open"), Permissions::from_mode(0o777)).unwrap();
    let output = refusal(&place, "open");
    assert_eq!(output.status, Status::Code(1));
    assert!(output.stderr_text().contains("open: the directory for --cache can be written by other users"));
    assert!(!place.path("app").exists());
    let output = refusal(&place, "app.wat");
    assert!(
        output.stderr_text().contains("app.wat: the directory for --cache cannot be used: "),
        "{output:?}"
    );
}

#[test]
fn run_has_a_cache_of_the_users_own() {
    let place = Place::new();
    fs::write(place.path("app.wat"), program(1)).unwrap();
    let run = |flags: &[&str], variables: &[(&str, &str)]| {
        let mut command = place.wasmc(&["run", "--timings"]).args(flags).args(["app.wat"]);
        for (name, value) in variables {
            command = command.env(name, value);
        }
        command.must_succeed().unwrap().stderr_text()
    };
    let [home, xdg] = ["home", "xdg"].map(|name| place.path(name).display().to_string());
    assert!(!run(&[], &[]).contains("cache: "), "no home is no cache");
    assert!(!run(&["--no-cache"], &[("HOME", &home)]).contains("cache: "));
    assert!(!place.path("home").exists());
    assert!(run(&[], &[("HOME", &home)]).contains("another program"));
    assert!(run(&[], &[("HOME", &home)]).contains("the same program"));
    assert_eq!(fs::metadata(place.path("home/.cache/wasmc")).unwrap().mode() & 0o777, 0o700);
    run(&[], &[("HOME", &home), ("XDG_CACHE_HOME", &xdg)]);
    assert!(place.path("xdg/wasmc").is_dir());
    // One that cannot be used is done without.
    fs::set_permissions(place.path("xdg/wasmc"), Permissions::from_mode(0o777)).unwrap();
    assert!(!run(&[], &[("XDG_CACHE_HOME", &xdg)]).contains("cache: "));
}
