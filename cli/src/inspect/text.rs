//! The report for people.

use super::{Directory, Report, Variable};
use crate::report::printable;

/// Widest label and two spaces.
const LABEL_COLUMNS: usize = 16;

pub fn render(report: &Report) -> String {
    let mut lines = vec![
        one("executable", escape(&report.executable)),
        one("made by", escape(&report.compiler)),
        one("for", report.target.to_string()),
        one("from module", format!("SHA-256 {}", report.module_sha256)),
        one("guest", if report.guest == "go" { "Go".into() } else { "not Go".into() }),
        one("policy", policy(report).into()),
        one("kernel sandbox", kernel_sandbox(report).into()),
    ];
    if let Some(name) = &report.argv0 {
        lines.push(one("argument 0", escape(name)));
    }
    lines.extend(many("directories", report.directories.iter().map(directory)));
    lines.extend(many("embedded", report.embedded.iter().map(|name| format!("{}, read-only", escape(name)))));
    lines.extend(many("listens on", report.listen.iter().map(|address| escape(address))));
    lines.extend(many("environment", environment(report).into_iter()));
    lines.extend(many("WASI calls", wrapped(&report.wasi_calls).into_iter()));
    lines.concat()
}

fn one(label: &str, value: String) -> String {
    format!("{:LABEL_COLUMNS$}{value}\n", format!("{label}:"))
}

/// The label before the first value, or before "none".
fn many(label: &str, values: impl Iterator<Item = String>) -> Vec<String> {
    let mut values = values.peekable();
    if values.peek().is_none() {
        return vec![one(label, "none".into())];
    }
    let labels = std::iter::once(format!("{label}:")).chain(std::iter::repeat(String::new()));
    labels.zip(values).map(|(label, value)| format!("{label:LABEL_COLUMNS$}{value}\n")).collect()
}

fn policy(report: &Report) -> &'static str {
    match report.policy {
        "additive" => "additive: its first arguments may grant more (--runtime-dirs)",
        _ => "sealed: nothing is granted when it runs",
    }
}

fn kernel_sandbox(report: &Report) -> &'static str {
    match report.kernel_sandbox {
        "require" => "require: it does not start without",
        "auto" => "auto: as far as the kernel can",
        _ => "off",
    }
}

fn directory(directory: &Directory) -> String {
    let optional = if directory.may_be_missing { ", may be missing" } else { "" };
    let guest = directory.guest.as_ref().map_or_else(String::new, |guest| format!(" as {}", escape(guest)));
    format!("{}{guest}, {}{optional}", escape(&directory.host), directory.mode)
}

fn environment(report: &Report) -> Vec<String> {
    let mut values = Vec::new();
    if report.inherits_environment {
        values.push("all of the environment's".to_string());
    }
    values.extend(report.variables.iter().map(variable));
    if report.injects_pwd && !report.variables.iter().any(|variable| variable.name == "PWD") {
        values.push("PWD = the working directory, as the program sees it".to_string());
    }
    values
}

fn variable(variable: &Variable) -> String {
    match &variable.value {
        Some(value) => format!("{} = {}", escape(&variable.name), escape(value)),
        None => format!("{}, as the environment has it", escape(&variable.name)),
    }
}

/// Names in lines that fit a terminal.
fn wrapped(names: &[&str]) -> Vec<String> {
    const COLUMNS: usize = 80 - LABEL_COLUMNS;
    let mut lines: Vec<String> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let comma = if index + 1 < names.len() { "," } else { "" };
        match lines.last_mut() {
            Some(line) if line.len() + 2 + name.len() < COLUMNS => line.push_str(&format!(" {name}{comma}")),
            _ => lines.push(format!("{name}{comma}")),
        }
    }
    lines
}

/// Names come from whoever compiled it.
fn escape(text: &str) -> String {
    printable(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_indented_and_empty_ones_say_so() {
        assert_eq!(many("listens on", std::iter::empty()), ["listens on:     none\n"]);
        let lines = many("directories", ["/a: b".to_string(), "c".to_string()].into_iter());
        assert_eq!(lines, ["directories:    /a: b\n", "                c\n"]);
    }

    #[test]
    fn control_characters_are_shown() {
        assert_eq!(escape("a\u{1b}[2J\u{e9}\u{202e}"), "a\\u{1b}[2J\u{e9}\\u{202e}");
    }
}
