//! The grammar of a grant, `HOST[::GUEST][::ro|::rw]`, for the compiler's
//! command line and for executables that take grants themselves.

use crate::config::Grant;

/// What separates the fields.
const SEPARATOR: &[u8] = b"::";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantError {
    NoHost,
    EmptyGuest,
    BadMode,
    TooManyFields,
    ContainsNul,
}

impl GrantError {
    pub fn message(self) -> &'static str {
        match self {
            GrantError::NoHost => "the host directory is empty",
            GrantError::EmptyGuest => "the guest's name for the directory is empty",
            GrantError::BadMode => "the third field must be ro or rw",
            GrantError::TooManyFields => "expected HOST, HOST::GUEST or HOST::GUEST::MODE",
            GrantError::ContainsNul => "a directory's name contains a NUL byte",
        }
    }
}

/// Reads one grant. The last field is the mode wherever it spells one, so a
/// guest directory named `ro` is written `HOST::ro::rw`.
pub fn parse(text: &[u8], optional: bool) -> Result<Grant<'_>, GrantError> {
    let (host, rest) = split_field(text);
    let (guest, mode) = match rest.map(split_field) {
        None => (None, None),
        Some((last, None)) => match mode_is_read_only(last) {
            Some(read_only) => (None, Some(read_only)),
            None => (Some(last), None),
        },
        Some((guest, Some(mode))) if !contains_separator(mode) => {
            (Some(guest), Some(mode_is_read_only(mode).ok_or(GrantError::BadMode)?))
        }
        Some(_) => return Err(GrantError::TooManyFields),
    };
    if text.contains(&0) {
        return Err(GrantError::ContainsNul);
    }
    if host.is_empty() {
        return Err(GrantError::NoHost);
    }
    if guest.is_some_and(<[u8]>::is_empty) {
        return Err(GrantError::EmptyGuest);
    }
    Ok(Grant { host, guest, read_only: mode.unwrap_or(false), optional })
}

fn mode_is_read_only(field: &[u8]) -> Option<bool> {
    match field {
        b"ro" => Some(true),
        b"rw" => Some(false),
        _ => None,
    }
}

fn separator_position(text: &[u8]) -> Option<usize> {
    text.windows(SEPARATOR.len()).position(|window| window == SEPARATOR)
}

fn contains_separator(text: &[u8]) -> bool {
    separator_position(text).is_some()
}

/// The first field, and what follows its separator if there is one.
fn split_field(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match separator_position(text) {
        Some(at) => (&text[..at], Some(&text[at + SEPARATOR.len()..])),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant<'a>(host: &'a [u8], guest: Option<&'a [u8]>, read_only: bool) -> Result<Grant<'a>, GrantError> {
        Ok(Grant { host, guest, read_only, optional: false })
    }

    #[test]
    fn each_form() {
        assert_eq!(parse(b"/tmp", false), grant(b"/tmp", None, false));
        assert_eq!(parse(b"/tmp::/data", false), grant(b"/tmp", Some(b"/data"), false));
        assert_eq!(parse(b"/tmp::/data::ro", false), grant(b"/tmp", Some(b"/data"), true));
        assert_eq!(parse(b"/tmp::/data::rw", false), grant(b"/tmp", Some(b"/data"), false));
        assert!(parse(b"/tmp", true).is_ok_and(|grant| grant.optional));
    }

    #[test]
    fn the_last_field_is_the_mode_wherever_it_spells_one() {
        assert_eq!(parse(b".::ro", false), grant(b".", None, true));
        assert_eq!(parse(b".::rw", false), grant(b".", None, false));
        assert_eq!(parse(b".::ro::rw", false), grant(b".", Some(b"ro"), false));
        assert_eq!(parse(b".::ro::ro", false), grant(b".", Some(b"ro"), true));
    }

    #[test]
    fn single_colons_belong_to_names() {
        assert_eq!(parse(b"/a:b::c:d", false), grant(b"/a:b", Some(b"c:d"), false));
    }

    #[test]
    fn what_is_refused() {
        assert_eq!(parse(b"", false), Err(GrantError::NoHost));
        assert_eq!(parse(b"::/data", false), Err(GrantError::NoHost));
        assert_eq!(parse(b"/tmp::", false), Err(GrantError::EmptyGuest));
        assert_eq!(parse(b"/tmp::::ro", false), Err(GrantError::EmptyGuest));
        assert_eq!(parse(b"/tmp::/data::rx", false), Err(GrantError::BadMode));
        assert_eq!(parse(b"/tmp::/data::", false), Err(GrantError::BadMode));
        assert_eq!(parse(b"/tmp::/data::ro::rw", false), Err(GrantError::TooManyFields));
        assert_eq!(parse(b"/tmp\0x", false), Err(GrantError::ContainsNul));
    }
}
