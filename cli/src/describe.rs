//! Tells what the grants of an executable will mean.

use std::fmt::Write as _;

use crate::access::{Access, EmbedFlag, OwnedGrant};
use crate::embed::Size;
use crate::placeholders::PLACEHOLDERS;
use crate::report::printable;

/// One line for each grant and each variable. `embedded` is by flag.
pub fn grants(access: &Access, embedded: &[Size]) -> Vec<String> {
    let directories = access.grants.iter().map(directory);
    let embedded = access.embed.iter().zip(embedded).map(|(flag, size)| tree(flag, *size));
    let listeners = access.listen.iter().map(|text| listener(text));
    let mut lines: Vec<String> = directories.chain(embedded).chain(listeners).collect();
    if access.inherit_env {
        let but = if access.inject_pwd { ", but PWD" } else { "" };
        lines
            .push(format!("grant: every variable of the environment{but}, as it is when the program starts"));
    }
    lines.extend(access.env.iter().map(|text| variable(text)));
    if access.runtime_dirs {
        let line = "grant: whatever directories, variables and listeners the executable is given as its first \
                    arguments, up to --";
        lines.push(line.to_string());
    }
    lines
}

fn directory(grant: &OwnedGrant) -> String {
    let host = printable(&grant.host);
    let mut line = format!("grant: {host}");
    let notes = notes(grant, &host);
    if !notes.is_empty() {
        write!(line, " ({})", notes.join("; ")).expect("strings take everything");
    }
    let mode = if grant.read_only { "read-only" } else { "read-write" };
    let seen_as = match &grant.guest {
        Some(guest) => format!("\"{}\"", printable(guest)),
        None if is_relative(&host) => format!("\"{host}\" and by its absolute path"),
        None => "the same path".to_string(),
    };
    write!(line, " -> {mode}, seen as {seen_as}").expect("strings take everything");
    line
}

fn notes(grant: &OwnedGrant, host: &str) -> Vec<String> {
    let mut notes = Vec::new();
    if is_relative(host) {
        notes.push("relative to the directory the program is started in".to_string());
    }
    let used: Vec<&str> = PLACEHOLDERS.into_iter().filter(|name| host.contains(name)).collect();
    if !used.is_empty() {
        notes.push(format!("{} as it is when the program starts", used.join(" and ")));
    }
    if grant.optional {
        notes.push("may be missing".to_string());
    }
    notes
}

fn listener(text: &[u8]) -> String {
    let text = printable(text);
    let all = if text.starts_with([':', '*']) { " (every address of the machine)" } else { "" };
    format!("grant: listen on TCP {text}{all} when the program starts")
}

/// A placeholder stands for an absolute path.
fn is_relative(host: &str) -> bool {
    !host.starts_with('/') && !PLACEHOLDERS.iter().any(|name| host.starts_with(name))
}

fn tree(flag: &EmbedFlag, size: Size) -> String {
    let counted = |count: u64, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    format!(
        "grant: {} ({}, {}, in the executable) -> read-only, seen as \"{}\"",
        printable(flag.host.as_os_str().as_encoded_bytes()),
        counted(size.files, "file"),
        counted(size.bytes, "byte"),
        printable(&flag.guest),
    )
}

fn variable(text: &[u8]) -> String {
    let text = printable(text);
    match text.split_once('=') {
        Some((key, value)) => format!("grant: variable {key} = {value}"),
        None => format!("grant: variable {text}, as it is when the program starts"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(host: &str, guest: Option<&str>, read_only: bool, optional: bool) -> String {
        let guest = guest.map(|guest| guest.as_bytes().to_vec());
        directory(&OwnedGrant { host: host.as_bytes().to_vec(), guest, read_only, optional })
    }

    #[test]
    fn embedded_directories_say_how_much() {
        let flag = EmbedFlag { host: "assets".into(), guest: b"/a".to_vec() };
        assert_eq!(
            tree(&flag, Size { files: 1, bytes: 20 }),
            "grant: assets (1 file, 20 bytes, in the executable) -> read-only, seen as \"/a\""
        );
    }

    #[test]
    fn directories_say_where_and_how() {
        assert_eq!(
            said(".", None, false, false),
            "grant: . (relative to the directory the program is started in) -> read-write, \
             seen as \".\" and by its absolute path"
        );
        assert_eq!(said("/tmp", None, true, false), "grant: /tmp -> read-only, seen as the same path");
        assert_eq!(
            said("{HOME}/.cache", Some("/cache"), false, true),
            "grant: {HOME}/.cache ({HOME} as it is when the program starts; may be missing) \
             -> read-write, seen as \"/cache\""
        );
    }

    #[test]
    fn nothing_drives_the_terminal() {
        assert_eq!(
            said("/a\x1b[2J\nb", Some("/c\r"), true, false),
            "grant: /a\\u{1b}[2J\\nb -> read-only, seen as \"/c\\r\""
        );
        assert_eq!(variable(b"A=\x07\"q\""), "grant: variable A = \\u{7}\"q\"");
    }

    #[test]
    fn listeners_say_where() {
        assert_eq!(listener(b"127.0.0.1:80"), "grant: listen on TCP 127.0.0.1:80 when the program starts");
        assert_eq!(
            listener(b":80"),
            "grant: listen on TCP :80 (every address of the machine) when the program starts"
        );
    }

    #[test]
    fn variables_say_their_source() {
        assert_eq!(variable(b"A=b=c\n"), "grant: variable A = b=c\\n");
        assert_eq!(variable(b"HOME"), "grant: variable HOME, as it is when the program starts");
    }
}
