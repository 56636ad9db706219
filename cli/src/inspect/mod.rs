//! `wasmc inspect`: what an executable may reach, and what it was made from.

mod note;
mod text;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Serialize;
use wasmc_abi::config::{self, Grant, Item, policy};
use wasmc_abi::wasi;

use crate::args::InspectArgs;
use crate::report::{Failure, io_reason};

/// The text to print.
///
/// # Errors
/// A file that cannot be read, or that wasmc did not make.
pub fn inspect(args: &InspectArgs) -> Result<String, Failure> {
    let path = &args.executable;
    let bytes = fs::read(path)
        .map_err(|error| Failure::about(path, format!("cannot read: {}", io_reason(&error))))?;
    let report = report(path, &bytes).map_err(|reason| Failure::about(path, reason))?;
    if args.json {
        let json = serde_json::to_string_pretty(&report);
        return json.map(|json| json + "\n").map_err(|error| Failure::about(path, error));
    }
    Ok(text::render(&report))
}

/// What `--json` prints. Bytes that are no UTF-8 are shown as U+FFFD.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    executable: String,
    compiler: String,
    target: &'static str,
    module_sha256: String,
    guest: &'static str,
    /// `sealed`: nothing is added when it runs; `additive`: its first arguments
    /// may add grants.
    policy: &'static str,
    kernel_sandbox: &'static str,
    argv0: Option<String>,
    injects_pwd: bool,
    inherits_environment: bool,
    directories: Vec<Directory>,
    embedded: Vec<String>,
    listen: Vec<String>,
    variables: Vec<Variable>,
    wasi_calls: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct Directory {
    host: String,
    /// Where the executable gives it another name than the host's.
    guest: Option<String>,
    mode: &'static str,
    may_be_missing: bool,
}

#[derive(Debug, Serialize)]
struct Variable {
    name: String,
    /// Where it is not taken from the environment.
    value: Option<String>,
}

fn report(path: &Path, bytes: &[u8]) -> Result<Report, String> {
    let note = note::find(bytes)?;
    let mut report = Report {
        executable: path.display().to_string(),
        target: note.target.name(),
        compiler: "unknown".into(),
        ..Report::default()
    };
    let mut items = config::items(note.config);
    for item in items.by_ref() {
        report.add(&item);
    }
    // Half a list of grants would be worse than none.
    if !items.is_finished() {
        return Err(format!(
            "made by another version of wasmc ({}), which this one cannot read in full",
            report.compiler
        ));
    }
    Ok(report)
}

impl Report {
    fn add(&mut self, item: &Item<'_>) {
        match *item {
            Item::Policy(bits) => self.add_policy(bits),
            Item::Grant(grant) => self.directories.push(directory(&grant)),
            Item::EnvSet(text) => {
                let text = lossy(text);
                let (name, value) = text.split_once('=').unwrap_or((&text, ""));
                self.variables.push(Variable { name: name.into(), value: Some(value.into()) });
            }
            Item::EnvInherit(name) => self.variables.push(Variable { name: lossy(name), value: None }),
            Item::Argv0(name) => self.argv0 = Some(lossy(name)),
            Item::Listen(address) => self.listen.push(lossy(address)),
            Item::Embed(guest) => self.embedded.push(lossy(guest)),
            Item::Calls(bits) => {
                let called = (0..).zip(&wasi::FUNCTIONS).filter(|(bit, _)| bits >> bit & 1 != 0);
                self.wasi_calls = called.map(|(_, function)| function.name).collect();
            }
            Item::Compiler(text) => self.compiler = lossy(text),
            Item::ModuleSha256(hash) => {
                self.module_sha256 = hash.iter().fold(String::new(), |mut hex, byte| {
                    write!(hex, "{byte:02x}").expect("strings take everything");
                    hex
                });
            }
        }
    }

    fn add_policy(&mut self, bits: u32) {
        let has = |bit| bits & bit != 0;
        self.guest = if has(policy::GO_GUEST) { "go" } else { "other" };
        self.policy = if has(policy::RUNTIME_DIRS) { "additive" } else { "sealed" };
        self.kernel_sandbox = match (has(policy::KERNEL_SANDBOX_REQUIRED), has(policy::KERNEL_SANDBOX)) {
            (true, _) => "require",
            (false, true) => "auto",
            (false, false) => "off",
        };
        self.injects_pwd = has(policy::INJECT_PWD);
        self.inherits_environment = has(policy::INHERIT_ENV);
    }
}

fn directory(grant: &Grant<'_>) -> Directory {
    Directory {
        host: lossy(grant.host),
        guest: grant.guest.map(lossy),
        mode: if grant.read_only { "read-only" } else { "read-write" },
        may_be_missing: grant.optional,
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_refused() {
        let reason = |bytes: &[u8]| report(Path::new("x"), bytes).unwrap_err();
        assert!(reason(b"").contains("no executable made by wasmc"));
        assert!(reason(b"#!/bin/sh").contains("no executable made by wasmc"));
        assert!(reason(b"\0asm\x01\0\0\0").contains("a WebAssembly module"));
        assert!(reason(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0").contains("malformed"));
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(reason(&own).contains("no executable made by wasmc"));
    }

    #[test]
    fn each_policy_has_its_name() {
        let mut report = Report::default();
        report.add_policy(0);
        assert_eq!((report.policy, report.kernel_sandbox, report.guest), ("sealed", "off", "other"));
        report.add_policy(policy::RUNTIME_DIRS | policy::KERNEL_SANDBOX | policy::GO_GUEST);
        assert_eq!((report.policy, report.kernel_sandbox, report.guest), ("additive", "auto", "go"));
        report.add_policy(policy::KERNEL_SANDBOX | policy::KERNEL_SANDBOX_REQUIRED);
        assert_eq!(report.kernel_sandbox, "require");
    }
}
