//! What the command says when it fails: one line, and an exit status.

use std::fmt;
use std::path::Path;

/// Why the command ends without a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    kind: Kind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The command line itself is wrong.
    Usage,
    /// What it names cannot be compiled, read or written.
    Input,
    /// A bug of wasmc's own.
    Internal,
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure { kind: Kind::Usage, message: message.into() }
    }

    pub fn new(message: impl Into<String>) -> Failure {
        Failure { kind: Kind::Input, message: message.into() }
    }

    /// A failure that concerns a file: `FILE: MESSAGE`.
    pub fn about(file: &Path, message: impl fmt::Display) -> Failure {
        Failure::new(format!("{}: {message}", file.display()))
    }

    /// What a panic said.
    pub fn internal(message: impl fmt::Display) -> Failure {
        let message = format!(
            "internal error: {message}; this is a bug in wasmc, please report it together with the module"
        );
        Failure { kind: Kind::Internal, message }
    }

    /// 2 for the command line, 1 for what it names; a bug has the status that
    /// sysexits.h calls EX_SOFTWARE.
    pub fn exit_status(&self) -> u8 {
        match self.kind {
            Kind::Usage => 2,
            Kind::Input => 1,
            Kind::Internal => 70,
        }
    }
}

/// A user's text for one line on a terminal: what would act there is escaped.
pub fn printable(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let escaped = |char: char| match char {
        char if char.is_control() || is_directional(char) => char.escape_default().to_string(),
        char => char.to_string(),
    };
    text.chars().map(escaped).collect()
}

/// Whether a character turns the direction in which others are shown: text could
/// then look like other text. Source: UAX #9, section 2.
fn is_directional(char: char) -> bool {
    matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The message in one line, whatever it was made of.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.message.lines().map(str::trim).filter(|line| !line.is_empty());
        f.write_str(lines.next().unwrap_or_default())?;
        lines.try_for_each(|line| write!(f, " {line}"))
    }
}

impl std::error::Error for Failure {}

/// An I/O error's description without the number that Rust appends.
pub fn io_reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let description = text.split(" (os error").next().unwrap_or_default();
    let mut chars = description.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line() {
        let failure = Failure::new("first\n  second\n\nthird\n");
        assert_eq!(failure.to_string(), "first second third");
    }

    #[test]
    fn statuses_tell_usage_from_input_from_bugs() {
        assert_eq!(Failure::usage("").exit_status(), 2);
        assert_eq!(Failure::new("").exit_status(), 1);
        assert_eq!(Failure::internal("").exit_status(), 70);
    }

    #[test]
    fn reasons_have_no_numbers() {
        let error = std::fs::read("/nonexistent").unwrap_err();
        assert_eq!(io_reason(&error), "no such file or directory");
    }
}
