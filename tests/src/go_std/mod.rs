//! Go's standard library as tests: which packages are tested when and how, and
//! which of their tests cannot pass. What a test does is in `check`.

pub mod check;
pub mod go;
mod report;

use std::fs;

use anyhow::{Context, Result, bail};

use crate::target::Target;
use crate::tools;

/// When a package is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    Always,
    Full,
}

/// How a package's tests are built and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    Native,
    /// As people make Go's output smaller: nothing but its code tells that it
    /// is Go's.
    Stripped,
    /// For the architecture that this machine has not.
    Emulated,
}

impl Variant {
    pub fn target(self) -> Target {
        let is_wanted = |target: &Target| target.is_native() != (self == Variant::Emulated);
        Target::ALL.into_iter().find(is_wanted).expect("one target is native and one is not")
    }

    pub fn name(self) -> String {
        let arch = self.target().arch();
        if self == Variant::Stripped { format!("{arch} without symbols") } else { arch.to_owned() }
    }
}

/// A line of `packages.txt`.
#[derive(Debug, Clone)]
pub struct Package {
    /// As Go imports it.
    pub path: String,
    pub tier: Tier,
    pub variants: Vec<Variant>,
    pub exceptions: Vec<Exception>,
}

/// A line of `exceptions.txt`: a test that fails.
#[derive(Debug, Clone)]
pub struct Exception {
    pub test: String,
    /// It fails only where Go comes without this file.
    pub missing: Option<String>,
}

impl Package {
    pub fn read_all() -> Result<Vec<Package>> {
        let mut packages = Vec::new();
        for line in data_lines("packages.txt")? {
            packages.push(Package::parse(&line).with_context(|| format!("packages.txt: {line}"))?);
        }
        for line in data_lines("exceptions.txt")? {
            let (path, exception) =
                Exception::parse(&line).with_context(|| format!("exceptions.txt: {line}"))?;
            let package = packages.iter_mut().find(|package| package.path == path);
            let package = package.with_context(|| format!("exceptions.txt: {path} is not tested"))?;
            package.exceptions.push(exception);
        }
        Ok(packages)
    }

    fn parse(line: &str) -> Result<Package> {
        let mut words = line.split_whitespace();
        let path = words.next().context("a package")?.to_owned();
        let tier = match words.next() {
            Some("default") => Tier::Always,
            Some("full") => Tier::Full,
            other => bail!("{other:?} is no tier"),
        };
        let mut variants = vec![Variant::Native];
        for word in words {
            variants.push(match word {
                "stripped" => Variant::Stripped,
                "emulated" => Variant::Emulated,
                _ => bail!("\"{word}\" is no variant"),
            });
        }
        Ok(Package { path, tier, variants, exceptions: Vec::new() })
    }
}

impl Exception {
    /// With its package. Whether the reason holds is for `scripts/go-std-compare`.
    fn parse(line: &str) -> Result<(&str, Exception)> {
        let mut words = line.split_whitespace();
        let (package, test) = words.next().zip(words.next()).context("a package and a test")?;
        let reason: Vec<&str> = words.collect();
        let missing = match reason[..] {
            ["wasmtime" | "wazero" | "wasmtime,wazero"] | ["cited", _, _, ..] => None,
            ["missing", file] => Some(file.to_owned()),
            _ => bail!("this is no reason"),
        };
        Ok((package, Exception { test: test.to_owned(), missing }))
    }
}

/// The lines of a data file but for comments.
fn data_lines(name: &str) -> Result<Vec<String>> {
    let path = tools::root_dir().join("tests/go_std").join(name);
    let text = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
    let is_data = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
    Ok(text.lines().filter(is_data).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_and_mistakes_told() {
        let package = Package::parse("io/fs full emulated").unwrap();
        assert_eq!((package.path.as_str(), package.tier), ("io/fs", Tier::Full));
        assert_eq!(package.variants, [Variant::Native, Variant::Emulated]);
        for wrong in ["io", "io sometimes", "io full upside-down"] {
            assert!(Package::parse(wrong).is_err(), "{wrong}");
        }
        for right in ["os TestX wazero", "os TestX/sub wasmtime,wazero", "os TestX cited os/a.go:1 some text"]
        {
            assert!(
                Exception::parse(right).is_ok_and(|(_, exception)| exception.missing.is_none()),
                "{right}"
            );
        }
        let (package, exception) = Exception::parse("os TestX/sub missing LICENSE").unwrap();
        assert_eq!((package, exception.test.as_str()), ("os", "TestX/sub"));
        assert_eq!(exception.missing.as_deref(), Some("LICENSE"));
        for wrong in ["os TestX", "os TestX because", "os TestX wazero too", "os TestX cited os/a.go:1"] {
            assert!(Exception::parse(wrong).is_err(), "{wrong}");
        }
    }
}
