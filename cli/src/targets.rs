//! The names of targets, and what `wasmc targets` lists.

use std::fmt::Write as _;

use wasmc_compiler::Target;

use crate::report::Failure;
use crate::runtimes;

/// Names that mean the same architecture.
fn architecture(name: &str) -> Option<Target> {
    match name {
        "x86_64" | "amd64" | "x64" => Some(Target::X86_64Linux),
        "aarch64" | "arm64" => Some(Target::Aarch64Linux),
        _ => None,
    }
}

/// Reads `ARCH-linux`, Go's `linux/ARCH`, or a triple such as
/// `ARCH-unknown-linux-musl`. The C library that a triple names makes no
/// difference: none is used.
pub fn parse(name: &str) -> Result<Target, Failure> {
    let unknown = || {
        let known = Target::ALL.map(Target::name).join(", ");
        Failure::usage(format!(
            "unknown target {name}; wasmc knows {known}, and triples such as aarch64-unknown-linux-musl"
        ))
    };
    if let Some(arch) = name.strip_prefix("linux/") {
        return architecture(arch).ok_or_else(unknown);
    }
    let parts: Vec<&str> = name.split('-').collect();
    let without_vendor = match parts[1..] {
        [_, "linux", ..] => &parts[2..],
        _ => &parts[1..],
    };
    let is_linux = matches!(without_vendor, ["linux"] | ["linux", "gnu" | "musl"]);
    architecture(parts[0]).filter(|_| is_linux).ok_or_else(unknown)
}

/// The target of the machine that wasmc runs on.
pub fn host() -> Option<Target> {
    let name = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
    Target::ALL.into_iter().find(|target| target.name() == name)
}

/// The triple by which C compilers know a target.
pub fn c_triple(target: Target) -> &'static str {
    match target {
        Target::X86_64Linux => "x86_64-unknown-linux-gnu",
        Target::Aarch64Linux => "aarch64-unknown-linux-gnu",
    }
}

/// One line a target: its name, and whether its runtime is embedded.
pub fn list() -> String {
    let mut text = String::new();
    for target in Target::ALL {
        let default = if host() == Some(target) { ", the default" } else { "" };
        let state = match runtimes::find(target) {
            Ok(_) => format!("embedded{default}"),
            Err(command) => format!("missing{default}; to add it: {command}"),
        };
        writeln!(text, "{:<15} {state}", target.name()).expect("strings take everything");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_and_triples_are_accepted() {
        for (target, names) in [
            (
                Target::X86_64Linux,
                [
                    "x86_64-linux",
                    "amd64-linux",
                    "linux/amd64",
                    "x86_64-unknown-linux-gnu",
                    "x86_64-linux-gnu",
                    "x86_64-pc-linux-musl",
                ],
            ),
            (
                Target::Aarch64Linux,
                [
                    "aarch64-linux",
                    "arm64-linux",
                    "linux/arm64",
                    "aarch64-unknown-linux-musl",
                    "aarch64-linux-musl",
                    "aarch64-unknown-linux",
                ],
            ),
        ] {
            for name in names {
                assert_eq!(parse(name).unwrap(), target, "{name}");
            }
        }
    }

    #[test]
    fn others_are_refused_with_a_list() {
        for name in
            ["", "x86_64", "linux", "riscv64-linux", "x86_64-windows", "x86_64-unknown-linux-gnu-x", "-linux"]
        {
            let error = parse(name).unwrap_err();
            assert_eq!(error.exit_status(), 2);
            assert!(error.to_string().contains("x86_64-linux, aarch64-linux"), "{error}");
        }
    }

    #[test]
    fn every_target_is_listed_and_its_name_accepted() {
        for target in Target::ALL {
            assert!(list().lines().any(|line| line.starts_with(target.name())));
            assert_eq!(parse(target.name()).unwrap(), target);
            assert_eq!(parse(c_triple(target)).unwrap(), target);
        }
    }
}
