//! A case: a `.wat` file with directives. `tests/cases/manual.wat` documents
//! each directive; to add one, extend [`Case::directive`] and the manual.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::expect::{Text, unescape};
use crate::process::Status;
use crate::target::Target;

/// Starts a directive.
pub const DIRECTIVE: &str = ";;!";
/// Starts a line of expected text, after a directive that takes some.
pub const TEXT_LINE: &str = ";;|";
/// Follows expected text whose last line lacks its line end.
pub const TEXT_CUT: &str = ";;\\";

/// One way in which a case is compiled and run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    Default(Target),
    /// On this machine, with the guest's memory wherever there is room.
    Register,
    /// On this machine, with bounds checks in code.
    Checked,
    /// On this machine, with every optimisation off: only the speed may differ.
    Unoptimised,
    /// On this machine, without openat2: paths are resolved by the walk.
    Walk,
}

impl Variant {
    pub const ALL: [Variant; 6] = [
        Variant::Default(Target::X86_64),
        Variant::Default(Target::Aarch64),
        Variant::Register,
        Variant::Checked,
        Variant::Unoptimised,
        Variant::Walk,
    ];

    /// As `skip:` directives and names of tests have it.
    pub fn name(self) -> &'static str {
        match self {
            Variant::Default(target) => target.arch(),
            Variant::Register => "register",
            Variant::Checked => "checked",
            Variant::Unoptimised => "unoptimised",
            Variant::Walk => "walk",
        }
    }

    pub fn target(self) -> Target {
        match self {
            Variant::Default(target) => target,
            _ => Target::native(),
        }
    }

    pub fn wasmc_flags(self) -> &'static [&'static str] {
        match self {
            Variant::Default(_) | Variant::Walk => &[],
            Variant::Register => &["--base", "register"],
            Variant::Checked => &["--memory", "checked"],
            Variant::Unoptimised => &["-O0"],
        }
    }
}

/// Where cases open files, so that how paths are resolved matters.
const PATH_FOLDERS: [&str; 2] = ["grants/", "wasi/"];

/// Something in the directory that a case runs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    File { path: String, content: Vec<u8> },
    Directory { path: String },
    Symlink { path: String, to: String },
}

/// A file looked at after the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    Content { path: String, content: Vec<u8> },
    Absent { path: String },
}

/// How a process is expected to end and what it is expected to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub status: Status,
    /// `None` where the case does not say.
    pub stdout: Option<Text>,
    pub stderr: Option<Text>,
}

impl Default for Expected {
    fn default() -> Expected {
        Expected { status: Status::Code(0), stdout: None, stderr: None }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Case {
    /// The file.
    pub path: PathBuf,
    /// The module that is compiled: this file, or another case's.
    pub module: PathBuf,
    /// Its path in the folder of cases, without the extension.
    pub name: String,
    pub wasmc_flags: Vec<String>,
    /// A whole command line for wasmc; nothing is run after it.
    pub command: Option<Vec<String>>,
    pub entries: Vec<Entry>,
    /// Removed between wasmc's run and the executable's.
    pub removals: Vec<String>,
    pub cwd: Option<String>,
    pub args: Vec<String>,
    pub env: Vec<(String, String)>,
    pub stdin: Vec<u8>,
    pub limit: Option<String>,
    /// Reasons, by the variant's name.
    pub skips: BTreeMap<String, String>,
    pub expected_wasmc: Expected,
    pub expected: Expected,
    pub after: Vec<After>,
}

impl Case {
    /// The ways in which it is run.
    pub fn variants(&self) -> impl Iterator<Item = Variant> {
        let has_paths = PATH_FOLDERS.iter().any(|folder| self.name.starts_with(folder));
        // A command line is the same whatever the target; it says its own.
        let native_only = self.command.is_some();
        Variant::ALL.into_iter().filter(move |variant| match variant {
            Variant::Default(target) if native_only => target.is_native(),
            Variant::Walk => has_paths && !native_only,
            _ => !native_only,
        })
    }

    /// Reads every case below `dir`, in the order of their names.
    pub fn read_all(dir: &Path) -> Result<Vec<Case>> {
        let mut files = Vec::new();
        find_cases(dir, &mut files)?;
        files.sort();
        files.iter().map(|file| Case::read(dir, file)).collect()
    }

    fn read(dir: &Path, file: &Path) -> Result<Case> {
        let source = fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
        let name = file.strip_prefix(dir)?.with_extension("").display().to_string();
        let mut case = Case { path: file.to_owned(), module: file.to_owned(), name, ..Case::default() };
        case.parse(&source).with_context(|| format!("in case {}", file.display()))?;
        case.module = dir.join(&case.module);
        Ok(case)
    }

    fn parse(&mut self, source: &str) -> Result<()> {
        let mut lines = source.lines().enumerate().peekable();
        while let Some((index, line)) = lines.next() {
            let Some(directive) = line.strip_prefix(DIRECTIVE) else {
                let is_text = line.starts_with(TEXT_LINE) || line.starts_with(TEXT_CUT);
                ensure!(!is_text, "line {}: text that follows no directive", index + 1);
                continue;
            };
            let mut text = Text::default();
            while let Some((_, line)) = lines.next_if(|(_, line)| line.starts_with(TEXT_LINE)) {
                let rest = &line[TEXT_LINE.len()..];
                text.lines.push(rest.strip_prefix(' ').unwrap_or(rest).to_owned());
            }
            text.is_cut = lines.next_if(|(_, line)| line.starts_with(TEXT_CUT)).is_some();
            let (key, value) = directive.split_once(':').context("a directive needs a colon")?;
            self.directive(key.trim(), value.trim(), text).with_context(|| format!("line {}", index + 1))?;
        }
        Ok(())
    }

    fn directive(&mut self, key: &str, value: &str, text: Text) -> Result<()> {
        let takes_text = key.ends_with("stdout") || key.ends_with("stderr");
        ensure!(takes_text || text == Text::default(), "`{key}:` takes no lines of text");
        ensure!(!takes_text || value.is_empty(), "`{key}:` takes lines of text below it");
        match key {
            "wasmc" => self.wasmc_flags.extend(words(value)?),
            "module" => self.module = PathBuf::from(value),
            "command" => self.command = Some(words(value)?),
            "file" => {
                let (path, content) = path_and_content(value)?;
                self.entries.push(Entry::File { path, content });
            }
            "dir" => self.entries.push(Entry::Directory { path: value.to_owned() }),
            "symlink" => {
                let (path, to) = value.split_once(' ').context("`symlink: PATH TARGET`")?;
                self.entries.push(Entry::Symlink { path: path.to_owned(), to: to.to_owned() });
            }
            "remove" => self.removals.push(value.to_owned()),
            "cwd" => self.cwd = Some(value.to_owned()),
            "args" => self.args.extend(words(value)?),
            "env" => {
                let (name, value) = value.split_once('=').context("`env: NAME=VALUE`")?;
                self.env.push((name.to_owned(), value.to_owned()));
            }
            "stdin" => self.stdin.extend(content(value)?),
            "limit" => self.limit = Some(value.to_owned()),
            "skip" => self.skip(value)?,
            "wasmc-status" => self.expected_wasmc.status = value.parse()?,
            "wasmc-stdout" => self.expected_wasmc.stdout = Some(text),
            "wasmc-stderr" => self.expected_wasmc.stderr = Some(text),
            "status" => self.expected.status = value.parse()?,
            "stdout" => self.expected.stdout = Some(text),
            "stderr" => self.expected.stderr = Some(text),
            "after" => {
                let (path, content) = path_and_content(value)?;
                self.after.push(After::Content { path, content });
            }
            "absent" => self.after.push(After::Absent { path: value.to_owned() }),
            _ => bail!("no directive is called `{key}`; see tests/cases/manual.wat"),
        }
        Ok(())
    }

    /// `VARIANT because REASON`.
    fn skip(&mut self, value: &str) -> Result<()> {
        let (variant, reason) = value.split_once(" because ").context("`skip: VARIANT because REASON`")?;
        ensure!(Variant::ALL.iter().any(|known| known.name() == variant), "no variant is called `{variant}`");
        self.skips.insert(variant.to_owned(), reason.to_owned());
        Ok(())
    }
}

fn find_cases(dir: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("{}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            find_cases(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "wat") {
            files.push(path);
        }
    }
    Ok(())
}

/// Words as a shell splits them.
fn words(value: &str) -> Result<Vec<String>> {
    shlex::split(value).with_context(|| format!("unbalanced quotes in `{value}`"))
}

fn content(value: &str) -> Result<Vec<u8>> {
    unescape(value).with_context(|| format!("unknown escape in `{value}`; there are \\n \\t \\\\ \\xNN"))
}

fn path_and_content(value: &str) -> Result<(String, Vec<u8>)> {
    let (path, text) = value.split_once(' ').unwrap_or((value, ""));
    Ok((path.to_owned(), content(text)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(source: &str) -> Result<Case> {
        let mut case = Case::default();
        case.parse(source).map(|()| case)
    }

    #[test]
    fn directives_and_their_text_are_read() {
        let case = parse(
            ";;! args: a 'b c'\n;;! stdin: x\\n\n(module)\n;;! stdout:\n;;| one\n;;|\n;;\\ cut\n;;! status: signal 13\n",
        )
        .unwrap();
        assert_eq!(case.args, ["a", "b c"]);
        assert_eq!(case.stdin, b"x\n");
        assert_eq!(case.expected.stdout, Some(Text { lines: vec!["one".into(), "".into()], is_cut: true }));
        assert_eq!(case.expected.status, Status::Signal(13));
    }

    #[test]
    fn mistakes_in_a_case_are_errors() {
        for source in [
            ";;! no-such: x",
            ";;! args: 'open",
            ";;| text",
            ";;! args: a\n;;| text",
            ";;! skip: checked",
            ";;! skip: nothing because so",
            ";;! file: x \\q",
            ";;! no colon",
        ] {
            assert!(parse(source).is_err(), "{source}");
        }
    }
}
