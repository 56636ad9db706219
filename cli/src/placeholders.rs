//! What in a host directory's name is replaced when the executable starts, and
//! what in a grant only looks as if it meant something.

use wasmc_abi::grant;

use crate::report::printable;

pub const PLACEHOLDERS: [&str; 3] = ["{HOME}", "{TMPDIR}", "{EXE_DIR}"];

/// A warning about a grant that is probably meant otherwise than it is taken.
pub fn warning(host: &[u8], guest: Option<&[u8]>) -> Option<String> {
    let text = String::from_utf8_lossy(host);
    let reason = if text.starts_with("~/") || text == "~" {
        "~ is taken as it is; {HOME} is what is replaced"
    } else if text.contains('$') {
        "$ is taken as it is; what is replaced is {HOME}, {TMPDIR} and {EXE_DIR}"
    } else if PLACEHOLDERS.iter().fold(text.to_string(), |rest, name| rest.replace(name, "")).contains('{') {
        "of names in braces only {HOME}, {TMPDIR} and {EXE_DIR} are replaced"
    } else if is_with_one_colon(host) {
        "a single : is part of the name; host and guest are separated by ::"
    } else if guest.is_some_and(is_nearly_mode) {
        "it names the guest's directory so; a mode is ro or rw"
    } else {
        return None;
    };
    Some(format!("the grant {}: {reason}", printable(host)))
}

/// With capitals; what is spelt as a mode is only a name where a mode follows.
fn is_nearly_mode(guest: &[u8]) -> bool {
    let modes: [&[u8]; 2] = [b"ro", b"rw"];
    modes.iter().any(|mode| guest.eq_ignore_ascii_case(mode)) && !modes.contains(&guest)
}

/// As other tools write `HOST:GUEST`.
fn is_with_one_colon(host: &[u8]) -> bool {
    let is_without_guest = grant::parse(host, false).is_ok_and(|grant| grant.guest.is_none());
    is_without_guest && host.iter().filter(|byte| **byte == b':').count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likely_mistakes_are_told() {
        for host in ["~/x", "~", "$HOME/x", "/a/${X}", "{EXEDIR}/x", "{HOME", "/data:/x"] {
            assert!(warning(host.as_bytes(), Some(b"/data")).is_some(), "{host}");
        }
        for host in ["{HOME}/x", "/a{TMPDIR}{EXE_DIR}", "x~", "/a", "."] {
            assert_eq!(warning(host.as_bytes(), Some(b"/data")), None, "{host}");
        }
        assert!(warning(b".", Some(b"rO")).is_some());
        assert_eq!(warning(b".", Some(b"ro")), None);
    }
}
