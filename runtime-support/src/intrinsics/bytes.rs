//! Go's internal/bytealg, and the functions that contain its loops.

use crate::guest::Guest;

use super::arch::{self, BLOCK_BYTES, LINE_BYTES};
use super::frame::Frame;

/// `memchr(pointer, byte, len)` of indexbyte_wasm.s: a pointer, or 0.
pub fn memchr(guest: &Guest<'_>, pointer: u32, byte: u32, len: u32) -> Option<u64> {
    let byte = u8::try_from(byte).ok()?;
    let found = find(guest.bytes(pointer, len).ok()?, byte);
    Some(found.map_or(0, |index| u64::from(pointer) + index as u64))
}

/// `memcmp(left, right, len)` of compare_wasm.s: the difference of the first
/// bytes that differ.
pub fn memcmp(guest: &Guest<'_>, left: u32, right: u32, len: u32) -> Option<u64> {
    let (left, right) = (guest.bytes(left, len).ok()?, guest.bytes(right, len).ok()?);
    let Some(index) = first_difference(left, right) else {
        return Some(0);
    };
    let difference = i32::from(*left.get(index)?) - i32::from(*right.get(index)?);
    Some(u64::from(difference as u32))
}

/// `memeqbody(left, right, len)` of equal_wasm.s.
pub fn memeq(guest: &Guest<'_>, left: u64, right: u64, len: u64) -> Option<u64> {
    if left == right {
        return Some(1);
    }
    let len = u32::try_from(len).ok()?;
    let bytes = |pointer: u64| guest.bytes(u32::try_from(pointer).ok()?, len).ok();
    Some(u64::from(is_equal(bytes(left)?, bytes(right)?)))
}

/// `bytes.Count(bytes, separator []byte) int`
pub fn count(frame: &mut Frame<'_>) -> Option<()> {
    let count = count_of(frame, 3)?;
    frame.set_word(6, count);
    Some(())
}

/// `strings.Count(text, separator string) int`
pub fn count_string(frame: &mut Frame<'_>) -> Option<()> {
    let count = count_of(frame, 2)?;
    frame.set_word(4, count);
    Some(())
}

/// How often the first argument has the separator at `separator`, where that is
/// one byte.
fn count_of(frame: &Frame<'_>, separator: u32) -> Option<u64> {
    if frame.word(separator + 1) != 1 {
        return None;
    }
    let separator = frame.outside_stack(frame.word(separator), 1)?;
    let byte = *frame.bytes(separator)?.first()?;
    let bytes = frame.outside_stack(frame.word(0), frame.word(1))?;
    Some(count_byte(frame.bytes(bytes)?, byte))
}

fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    let wanted = [byte; BLOCK_BYTES];
    let (lines, _) = bytes.as_chunks::<LINE_BYTES>();
    // Whole lines without it are passed over.
    let passed = lines.iter().take_while(|line| !arch::line_has(line, &wanted)).count() * LINE_BYTES;
    let rest = bytes.get(passed..)?;
    for (position, block) in rest.as_chunks::<BLOCK_BYTES>().0.iter().enumerate() {
        if let Some(index) = arch::first(arch::equal(block, &wanted)) {
            return Some(passed + position * BLOCK_BYTES + index);
        }
    }
    // The last block reaches back over bytes that are known to differ.
    if let Some(last) = bytes.last_chunk::<BLOCK_BYTES>() {
        let index = arch::first(arch::equal(last, &wanted));
        return index.map(|index| bytes.len() - BLOCK_BYTES + index);
    }
    bytes.iter().position(|&other| other == byte)
}

/// Of two slices of one length.
fn first_difference(left: &[u8], right: &[u8]) -> Option<usize> {
    let lines = left.as_chunks::<LINE_BYTES>().0.iter().zip(right.as_chunks::<LINE_BYTES>().0);
    let passed = lines.take_while(|(left, right)| arch::lines_are_equal(left, right)).count() * LINE_BYTES;
    let (left_rest, right_rest) = (left.get(passed..)?, right.get(passed..)?);
    let blocks = left_rest.as_chunks::<BLOCK_BYTES>().0.iter().zip(right_rest.as_chunks::<BLOCK_BYTES>().0);
    for (position, (left, right)) in blocks.enumerate() {
        if let Some(index) = arch::first(!arch::equal(left, right)) {
            return Some(passed + position * BLOCK_BYTES + index);
        }
    }
    if let (Some(last), Some(other)) = (left.last_chunk(), right.last_chunk()) {
        let index = arch::first(!arch::equal(last, other));
        return index.map(|index| left.len() - BLOCK_BYTES + index);
    }
    left.iter().zip(right).position(|(left, right)| left != right)
}

/// Of two slices of one length. The last line or block reaches back over bytes
/// that are known to be equal.
fn is_equal(left: &[u8], right: &[u8]) -> bool {
    if let (Some(last), Some(other)) = (left.last_chunk::<LINE_BYTES>(), right.last_chunk()) {
        let mut lines = left.as_chunks::<LINE_BYTES>().0.iter().zip(right.as_chunks::<LINE_BYTES>().0);
        return lines.all(|(left, right)| arch::lines_are_equal(left, right))
            && arch::lines_are_equal(last, other);
    }
    if let (Some(last), Some(other)) = (left.last_chunk::<BLOCK_BYTES>(), right.last_chunk()) {
        let mut blocks = left.as_chunks::<BLOCK_BYTES>().0.iter().zip(right.as_chunks::<BLOCK_BYTES>().0);
        return blocks.all(|(left, right)| !arch::equal(left, right) == 0) && !arch::equal(last, other) == 0;
    }
    left == right
}

fn count_byte(bytes: &[u8], byte: u8) -> u64 {
    let wanted = [byte; BLOCK_BYTES];
    let (lines, rest) = bytes.as_chunks::<LINE_BYTES>();
    let in_lines: u64 = lines.iter().map(|line| arch::count_in_line(line, &wanted)).sum();
    let (blocks, rest) = rest.as_chunks::<BLOCK_BYTES>();
    let in_blocks: u64 = blocks.iter().map(|block| arch::count(arch::equal(block, &wanted))).sum();
    in_lines + in_blocks + rest.iter().filter(|&&other| other == byte).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn pattern(len: usize) -> Vec<u8> {
        (0..len).map(|index| (index * 31 + index / 7) as u8).collect()
    }

    #[test]
    fn searches_like_the_standard_library_at_every_length() {
        for len in 0..200 {
            let bytes = pattern(len);
            for byte in [0, 31, 62, 200, 255] {
                assert_eq!(find(&bytes, byte), bytes.iter().position(|&other| other == byte), "{len} {byte}");
                let count = bytes.iter().filter(|&&other| other == byte).count();
                assert_eq!(count_byte(&bytes, byte), count as u64, "{len} {byte}");
            }
        }
    }

    #[test]
    fn a_difference_anywhere_is_found() {
        for len in 0..200 {
            let left = pattern(len);
            assert!(is_equal(&left, &left.clone()));
            assert_eq!(first_difference(&left, &left.clone()), None);
            for index in 0..len {
                let mut right = left.clone();
                right[index] ^= 0x80;
                assert!(!is_equal(&left, &right), "{len} {index}");
                assert_eq!(first_difference(&left, &right), Some(index), "{len}");
            }
        }
    }
}
