//! Expected text: how it is written in a case, and what matches it.

/// Stands for any text within one line.
const ANY: &str = "[..]";

/// Expected output as printable lines; see `tests/cases/manual.wat`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// Escaped as by [`escape`], without line ends.
    pub lines: Vec<String>,
    /// Whether the last line lacks its line end.
    pub is_cut: bool,
}

impl Text {
    /// What a program wrote, as a case would expect it.
    pub fn from_output(bytes: &[u8]) -> Text {
        let is_cut = bytes.last().is_some_and(|byte| *byte != b'\n');
        let whole = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let lines = if bytes.is_empty() {
            Vec::new()
        } else {
            whole.split(|byte| *byte == b'\n').map(escape).collect()
        };
        Text { lines, is_cut }
    }

    /// Whether `actual` is as `self` expects, `[..]` in `self` meaning any text.
    pub fn matches(&self, actual: &Text) -> bool {
        self.is_cut == actual.is_cut
            && self.lines.len() == actual.lines.len()
            && self.lines.iter().zip(&actual.lines).all(|(pattern, line)| line_matches(pattern, line))
    }

    /// For a failure message.
    pub fn show(&self) -> String {
        let mut shown: String = self.lines.iter().map(|line| format!("    | {line}\n")).collect();
        if self.lines.is_empty() {
            shown.push_str("    (nothing)\n");
        }
        if self.is_cut {
            shown.push_str("    (no line end)\n");
        }
        shown
    }
}

/// Whether the literal pieces of `pattern` occur in `line` in order and cover
/// both of its ends.
fn line_matches(pattern: &str, line: &str) -> bool {
    let Some((first, mut rest_of_pattern)) = pattern.split_once(ANY) else {
        return pattern == line;
    };
    let Some(mut rest) = line.strip_prefix(first) else {
        return false;
    };
    while let Some((piece, after)) = rest_of_pattern.split_once(ANY) {
        let Some(position) = rest.find(piece) else {
            return false;
        };
        rest = &rest[position + piece.len()..];
        rest_of_pattern = after;
    }
    rest.ends_with(rest_of_pattern)
}

/// Bytes as printable text: backslash, control characters and what is not
/// UTF-8 become escapes.
pub fn escape(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                '\\' => text.push_str("\\\\"),
                '\n' => text.push_str("\\n"),
                '\t' => text.push_str("\\t"),
                char if char.is_control() => {
                    let mut utf8 = [0; 4];
                    push_hex(&mut text, char.encode_utf8(&mut utf8).as_bytes());
                }
                char => text.push(char),
            }
        }
        push_hex(&mut text, chunk.invalid());
    }
    text
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        text.push_str(&format!("\\x{byte:02x}"));
    }
}

/// The bytes that [`escape`]d text stands for; `None` for an unknown escape.
pub fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((literal, escaped)) = rest.split_once('\\') {
        bytes.extend_from_slice(literal.as_bytes());
        let kind = escaped.chars().next()?;
        rest = &escaped[kind.len_utf8()..];
        match kind {
            '\\' => bytes.push(b'\\'),
            'n' => bytes.push(b'\n'),
            't' => bytes.push(b'\t'),
            'x' => {
                bytes.push(u8::from_str_radix(rest.get(..2)?, 16).ok()?);
                rest = &rest[2..];
            }
            _ => return None,
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_matches_within_a_line() {
        assert!(line_matches("a[..]c", "abc"));
        assert!(line_matches("a[..]c", "ac"));
        assert!(line_matches("[..]b[..]", "abc"));
        assert!(line_matches("[..]", ""));
        assert!(!line_matches("a[..]c", "abd"));
        assert!(!line_matches("ab[..]bc", "abc"));
        assert!(!line_matches("abc", "abcd"));
    }

    #[test]
    fn escaped_bytes_come_back() {
        let bytes = b"tab\t back\\slash \x1b[1m \xff\xfe \xc3\xa9 line\n";
        let text = escape(bytes);
        assert_eq!(text, "tab\\t back\\\\slash \\x1b[1m \\xff\\xfe é line\\n");
        assert_eq!(unescape(&text).unwrap(), bytes);
        assert_eq!(unescape("\\q"), None);
        assert_eq!(unescape("cut \\x1"), None);
    }

    #[test]
    fn a_missing_line_end_is_seen() {
        let whole = Text::from_output(b"a\nb\n");
        let cut = Text::from_output(b"a\nb");
        assert_eq!(whole.lines, cut.lines);
        assert!(!whole.matches(&cut) && whole.matches(&whole));
        assert_eq!(Text::from_output(b""), Text::default());
        assert_eq!(Text::from_output(b"\n").lines, [""]);
    }
}
