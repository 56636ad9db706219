//! What reviewers would otherwise have to say each time: files stay short and
//! say what they are for, unsafe code stays where it is listed, links lead
//! somewhere. Exceptions are data in `tests/tidy/`, each with its reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use wasmc_tests::tools::root_dir;

/// The most lines that a source file has without being an exception.
const FILE_LINES_MAX: usize = 400;

/// Folders that hold no sources of ours.
const SKIPPED_FOLDERS: [&str; 3] = ["target", ".git", "node_modules"];

/// A file of the repository.
struct Source {
    /// From the repository's root.
    path: String,
    text: String,
}

/// Files with one of these extensions, in the order of their paths.
fn sources(extensions: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(root_dir(), extensions, &mut paths);
    assert!(!paths.is_empty(), "no file ends in any of {extensions:?}");
    paths.sort();
    let read = |path: &PathBuf| Source {
        path: path.strip_prefix(root_dir()).unwrap().display().to_string(),
        text: fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    };
    paths.iter().map(read).collect()
}

fn collect(dir: &Path, extensions: &[&str], paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        let name = name.to_str().expect("names in the repository are UTF-8");
        if entry.file_type().unwrap().is_dir() {
            if !SKIPPED_FOLDERS.contains(&name) {
                collect(&entry.path(), extensions, paths);
            }
        } else if extensions
            .iter()
            .any(|extension| name == *extension || name.ends_with(&format!(".{extension}")))
        {
            paths.push(entry.path());
        }
    }
}

/// Exceptions: a path, a space and the reason, one a line; `#` starts a comment.
fn exceptions(name: &str) -> BTreeMap<String, String> {
    let file = root_dir().join("tests/tidy").join(name);
    let text = fs::read_to_string(&file).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (path, reason) =
                line.split_once(' ').unwrap_or_else(|| panic!("{name}: no reason in `{line}`"));
            (path.to_owned(), reason.trim().to_owned())
        })
        .collect()
}

/// Fails with what is wrong, and with exceptions that nothing needs any more.
fn check_against(list: &str, offenders: BTreeMap<String, String>) {
    let allowed = exceptions(list);
    let mut wrong: Vec<String> = offenders
        .iter()
        .filter(|(path, _)| !allowed.contains_key(*path))
        .map(|(path, what)| format!("{path}: {what}"))
        .collect();
    wrong.extend(
        allowed
            .keys()
            .filter(|path| !offenders.contains_key(*path))
            .map(|path| format!("tests/tidy/{list}: {path} needs no exception any more")),
    );
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn files_are_short() {
    let offender = |source: &Source| {
        let lines = source.text.lines().count();
        (lines > FILE_LINES_MAX)
            .then(|| (source.path.clone(), format!("{lines} lines, at most {FILE_LINES_MAX}")))
    };
    let sources = sources(&["rs", "go", "c", "wat", "Makefile"]);
    check_against("long-files.txt", sources.iter().filter_map(offender).collect());
}

#[test]
fn unsafe_code_is_only_where_it_is_listed() {
    let offender = |source: &Source| {
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        let mut words =
            source.text.lines().filter(is_code).flat_map(|line| line.split(|c: char| !is_word(c)));
        // Built here, or this file would have to be listed too.
        let keyword = concat!("un", "safe");
        let lint = concat!("un", "safe_code");
        words
            .any(|word| word == keyword || word == lint)
            .then(|| (source.path.clone(), format!("{keyword} code")))
    };
    check_against("unsafety.txt", sources(&["rs"]).iter().filter_map(offender).collect());
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn every_rust_file_says_its_job() {
    let silent: Vec<String> = sources(&["rs"])
        .into_iter()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path)
        .collect();
    assert!(silent.is_empty(), "these do not open with a `//!` line: {silent:#?}");
}

#[test]
fn nothing_unfinished_and_nothing_of_one_machine_is_committed() {
    let forbidden = [
        concat!("to", "do!"),
        concat!("unimpl", "emented!"),
        concat!("db", "g!"),
        concat!("FIX", "ME"),
        concat!("\"/wo", "rk/"),
        concat!(" /wo", "rk/"),
    ];
    let mut found = Vec::new();
    for source in
        sources(&["rs", "toml", "go", "c", "wat", "md", "txt", "Makefile", "run", "setup", "demo", "bench"])
    {
        for (index, line) in source.text.lines().enumerate() {
            let words = forbidden.iter().filter(|word| line.contains(**word));
            found.extend(words.map(|word| format!("{}:{}: {word}", source.path, index + 1)));
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut dead = Vec::new();
    for source in sources(&["md"]) {
        let folder = root_dir().join(&source.path);
        let folder = folder.parent().unwrap();
        for target in link_targets(&source.text) {
            let path = target.split('#').next().unwrap();
            if !path.is_empty() && !target.contains("://") && !folder.join(path).exists() {
                dead.push(format!("{}: {target}", source.path));
            }
        }
    }
    assert!(dead.is_empty(), "\n{}", dead.join("\n"));
}

/// What stands in `](...)`.
fn link_targets(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target)
}

/// Files that the documents name in backquotes, such as `compiler/src/lib.rs`.
#[test]
fn files_that_documents_name_exist() {
    let tops = ["compiler/", "runtime-support/", "cli/", "tests/", "examples/", "scripts/"];
    let mut missing = Vec::new();
    for source in sources(&["md"]) {
        for (index, quoted) in source.text.split('`').enumerate() {
            let is_path = index % 2 == 1
                && tops.iter().any(|top| quoted.starts_with(top))
                && quoted.chars().all(|c| is_word(c) || "/.-".contains(c));
            if is_path && !root_dir().join(quoted).exists() {
                missing.push(format!("{}: {quoted}", source.path));
            }
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn each_example_says_how_to_run_it() {
    for entry in fs::read_dir(root_dir().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        assert!(!path.is_dir() || path.join("README.md").is_file(), "{} has no README.md", path.display());
    }
}
