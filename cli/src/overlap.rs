//! Grants of different mode that cover the same files: the stricter one then
//! protects nothing. By their names only: what these lead to is known when the
//! executable starts.

use crate::access::OwnedGrant;

/// A host directory's name as far as it can be compared.
#[derive(Debug, PartialEq, Eq)]
struct Place<'a> {
    start: Start<'a>,
    /// `..` at the front, of a relative name.
    ups: usize,
    names: Vec<&'a [u8]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start<'a> {
    Root,
    WorkingDirectory,
    /// `{HOME}` and the like.
    Placeholder(&'a [u8]),
}

/// One sentence for each pair.
pub fn warnings(grants: &[OwnedGrant]) -> Vec<String> {
    let mut warnings = Vec::new();
    for (index, first) in grants.iter().enumerate() {
        for second in &grants[index + 1..] {
            if first.read_only != second.read_only && overlap(&first.host, &second.host) {
                warnings.push(warning(first, second));
            }
        }
    }
    warnings
}

fn warning(first: &OwnedGrant, second: &OwnedGrant) -> String {
    let (read_only, writable) = if first.read_only { (first, second) } else { (second, first) };
    let [read_only, writable] =
        [read_only, writable].map(|grant| String::from_utf8_lossy(&grant.host).escape_debug().to_string());
    format!(
        "the grants {read_only} (read-only) and {writable} (read-write) overlap: what is in both can be \
         written through the second"
    )
}

fn overlap(first: &[u8], second: &[u8]) -> bool {
    let (first, second) = (Place::of(first), Place::of(second));
    first.covers(&second) || second.covers(&first)
}

impl<'a> Place<'a> {
    fn of(host: &'a [u8]) -> Place<'a> {
        let end = host.iter().position(|byte| *byte == b'/').unwrap_or(host.len());
        let (start, rest) = match host {
            [b'/', rest @ ..] => (Start::Root, rest),
            [b'{', ..] if host[..end].ends_with(b"}") => (Start::Placeholder(&host[..end]), &host[end..]),
            _ => (Start::WorkingDirectory, host),
        };
        let mut place = Place { start, ups: 0, names: Vec::new() };
        for name in rest.split(|byte| *byte == b'/') {
            match name {
                b"" | b"." => {}
                b".." if place.names.pop().is_some() || start == Start::Root => {}
                b".." => place.ups += 1,
                _ => place.names.push(name),
            }
        }
        place
    }

    /// Whether `other` is this directory or below it.
    fn covers(&self, other: &Place<'_>) -> bool {
        if self.names.is_empty() && self.start == Start::Root {
            return true;
        }
        self.start == other.start
            && match self.ups.cmp(&other.ups) {
                std::cmp::Ordering::Less => false,
                std::cmp::Ordering::Equal => other.names.starts_with(&self.names),
                std::cmp::Ordering::Greater => self.names.is_empty(),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cover_each_other() {
        for (first, second) in [
            ("/data", "/data"),
            ("/data", "/data/sub"),
            ("/data/sub", "/data/./x/.."),
            ("/", "relative"),
            (".", "sub"),
            ("..", "sub"),
            ("../..", "../x"),
            ("{HOME}", "{HOME}/x"),
            ("/", "{HOME}/x"),
        ] {
            assert!(overlap(first.as_bytes(), second.as_bytes()), "{first} {second}");
        }
    }

    #[test]
    fn names_that_do_not() {
        for (first, second) in [
            ("/data", "/database"),
            ("/data/a", "/data/b"),
            ("a", "b"),
            ("../a", "b"),
            ("../a", "../b"),
            ("{HOME}/a", "{HOME}/b"),
            ("{HOME}", "{TMPDIR}"),
            ("/home", "{HOME}"),
        ] {
            assert!(!overlap(first.as_bytes(), second.as_bytes()), "{first} {second}");
        }
    }

    #[test]
    fn only_different_modes_matter() {
        let grant =
            |host: &str, read_only| OwnedGrant { host: host.into(), guest: None, read_only, optional: false };
        assert!(warnings(&[grant("/a", true), grant("/a/b", true)]).is_empty());
        let warned = warnings(&[grant("/a", true), grant("/a/b", false), grant("/c", false)]);
        assert_eq!(warned.len(), 1);
        assert!(warned[0].starts_with("the grants /a (read-only) and /a/b (read-write) overlap"));
    }
}
