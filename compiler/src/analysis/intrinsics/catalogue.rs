//! The catalogue: bodies whose meaning is known, as data. A line is a body:
//!
//! ```text
//! NAME VERSIONS operators=N bytes=N hook=N frame=N holes=POSITION:KIND,... DIGEST
//! ```
//!
//! `bytes` is the body's size without the immediates of its holes; `hook` the
//! operator before which the body can be left for native code, `frame` what it
//! has lowered the stack pointer by until there. A hole is the position of an
//! operator whose immediate the linker wrote, and says what it may be:
//!
//! - `_`: anything. It is on a path that the native code's conditions exclude:
//!   a call of a panic, or the return address that goes with it. Or it is
//!   before the hook, so that the body itself has acted on it.
//! - `NAME`: the index of a function whose body is catalogued under that name.
//! - `0`, `1`, ...: an address that the native code is told; equal numbers are
//!   equal addresses.
//!
//! `scripts/intrinsics-catalogue` writes the file from Go toolchains.

use std::sync::LazyLock;

/// Functions that the runtime has native code for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Intrinsic {
    /// As in the catalogue; the runtime's symbol is made from it.
    pub name: &'static str,
    pub convention: Convention,
    /// Where native code pays only from some length on: the word of the
    /// arguments that has it, and the least of it.
    pub least: Option<(u32, i64)>,
}

/// How the function is called, and so how its native code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Convention {
    /// As Go functions are: arguments and results in memory above the stack
    /// pointer, the one result tells whether the stack is being unwound.
    Go,
    /// Parameters and one result of WebAssembly.
    Plain,
    /// The function is in the catalogue for those that call it.
    NotReplaced,
}

const fn go(name: &'static str) -> Intrinsic {
    Intrinsic { name, convention: Convention::Go, least: None }
}

const fn go_from(name: &'static str, word: u32, least: i64) -> Intrinsic {
    Intrinsic { name, convention: Convention::Go, least: Some((word, least)) }
}

const fn plain(name: &'static str) -> Intrinsic {
    Intrinsic { name, convention: Convention::Plain, least: None }
}

const fn not_replaced(name: &'static str) -> Intrinsic {
    Intrinsic { name, convention: Convention::NotReplaced, least: None }
}

pub(crate) const INTRINSICS: [Intrinsic; 19] = [
    plain("memchr"),
    plain("memcmp"),
    plain("memeq"),
    go_from("count", 1, 16),
    go_from("count_string", 1, 16),
    go("sha1_block"),
    go("sha256_block"),
    go("sha256_block_of_slice"),
    go("sha512_block"),
    go("sha512_block_of_slice"),
    go_from("md5_block", 2, 512),
    go_from("crc32_slicing8", 3, 512),
    go_from("big_add", 1, 8),
    go_from("big_sub", 1, 8),
    go_from("big_mul_add", 1, 4),
    go_from("big_add_mul", 1, 4),
    go_from("big_add_mul_to", 1, 4),
    not_replaced("big_mul_add_word"),
    not_replaced("mul64"),
];

/// A line of the catalogue.
pub(super) struct Entry {
    /// Position in [`INTRINSICS`].
    pub intrinsic: usize,
    pub operator_count: usize,
    pub fixed_len_bytes: usize,
    pub hook: usize,
    pub frame_bytes: u32,
    /// In ascending order.
    pub holes: Vec<(usize, Hole)>,
    pub digest: [u8; 32],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hole {
    Anything,
    /// Position in [`INTRINSICS`].
    Function(usize),
    Address(usize),
}

/// All lines.
pub(super) fn entries() -> &'static [Entry] {
    static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
        let lines = include_str!("catalogue.txt").lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| parse(line).unwrap_or_else(|| panic!("malformed: {line}"))).collect()
    });
    &ENTRIES
}

fn parse(line: &str) -> Option<Entry> {
    let words: Vec<&str> = line.split(' ').collect();
    let &[name, _versions, operators, bytes, hook, frame, holes, digest] = words.as_slice() else {
        return None;
    };
    let holes = holes.strip_prefix("holes=")?;
    let holes = holes.split(',').filter(|hole| !hole.is_empty()).map(parse_hole);
    Some(Entry {
        intrinsic: position(name)?,
        operator_count: operators.strip_prefix("operators=")?.parse().ok()?,
        fixed_len_bytes: bytes.strip_prefix("bytes=")?.parse().ok()?,
        hook: hook.strip_prefix("hook=")?.parse().ok()?,
        frame_bytes: frame.strip_prefix("frame=")?.parse().ok()?,
        holes: holes.collect::<Option<_>>()?,
        digest: parse_digest(digest)?,
    })
}

fn parse_hole(text: &str) -> Option<(usize, Hole)> {
    let (operator, kind) = text.split_once(':')?;
    let kind = match kind.parse() {
        Ok(number) => Hole::Address(number),
        Err(_) if kind == "_" => Hole::Anything,
        Err(_) => Hole::Function(position(kind)?),
    };
    Some((operator.parse().ok()?, kind))
}

fn parse_digest(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    for (position, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * position..2 * position + 2)?, 16).ok()?;
    }
    Some(digest)
}

fn position(name: &str) -> Option<usize> {
    INTRINSICS.iter().position(|intrinsic| intrinsic.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_consistent() {
        for entry in entries() {
            let name = INTRINSICS[entry.intrinsic].name;
            assert!(entry.hook < entry.operator_count, "{name}");
            assert!(entry.holes.is_sorted_by(|left, right| left.0 < right.0), "{name}");
            assert!(entry.holes.iter().all(|hole| hole.0 < entry.operator_count), "{name}");
        }
    }

    #[test]
    fn the_runtime_has_the_native_code() {
        let replaced = INTRINSICS.iter().filter(|it| it.convention != Convention::NotReplaced);
        let names: Vec<&str> = replaced.map(|it| it.name).collect();
        assert_eq!(names, wasmc_abi::symbols::INTRINSICS);
    }

    #[test]
    fn each_intrinsic_is_catalogued() {
        for (position, intrinsic) in INTRINSICS.iter().enumerate() {
            assert!(entries().iter().any(|entry| entry.intrinsic == position), "{}", intrinsic.name);
        }
    }
}
