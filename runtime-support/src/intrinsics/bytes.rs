//! Go's internal/bytealg, and the functions that contain its loops.

use crate::guest::Guest;

use super::arch::{self, BLOCK_BYTES};
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

/// `runtime.memequal(left, right unsafe.Pointer, len uintptr) bool`
pub fn memequal(frame: &mut Frame<'_>) -> Option<()> {
    let result = memeq(&frame.guest, frame.word(0)?, frame.word(1)?, frame.word(2)?)?;
    frame.set_u8(3, result as u8)
}

/// `bytealg.IndexByte(bytes []byte, byte byte) int`
pub fn index_byte(frame: &mut Frame<'_>) -> Option<()> {
    let index = index(frame, frame.word(3)?)?;
    frame.set_word(4, index)
}

/// `bytealg.IndexByteString(text string, byte byte) int`
pub fn index_byte_string(frame: &mut Frame<'_>) -> Option<()> {
    let index = index(frame, frame.word(2)?)?;
    frame.set_word(3, index)
}

/// Of the low 8 bits of `byte` in the string or slice that the arguments begin
/// with.
fn index(frame: &Frame<'_>, byte: u64) -> Option<u64> {
    let pointer = u32::try_from(frame.word(0)?).ok()?;
    let bytes = frame.guest.bytes(pointer, u32::try_from(frame.word(1)?).ok()?).ok()?;
    // Where the byte is at address 0, the body takes its pointer for none.
    if pointer == 0 {
        return None;
    }
    Some(find(bytes, byte as u8).map_or(u64::MAX, |index| index as u64))
}

/// `bytes.Count(bytes, separator []byte) int`
pub fn count(frame: &mut Frame<'_>) -> Option<()> {
    let count = count_of(frame, 3)?;
    frame.set_word(6, count)
}

/// `strings.Count(text, separator string) int`
pub fn count_string(frame: &mut Frame<'_>) -> Option<()> {
    let count = count_of(frame, 2)?;
    frame.set_word(4, count)
}

/// How often the first argument has the separator at `separator`, where that is
/// one byte.
fn count_of(frame: &Frame<'_>, separator: u32) -> Option<u64> {
    if frame.word(separator + 1)? != 1 {
        return None;
    }
    let separator = frame.outside_stack(frame.word(separator)?, 1)?;
    let byte = *frame.bytes(separator)?.first()?;
    let bytes = frame.outside_stack(frame.word(0)?, frame.word(1)?)?;
    Some(count_byte(frame.bytes(bytes)?, byte))
}

fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    let wanted = [byte; BLOCK_BYTES];
    let (blocks, _) = bytes.as_chunks::<BLOCK_BYTES>();
    for (position, block) in blocks.iter().enumerate() {
        if let Some(index) = arch::first(arch::equal(block, &wanted)) {
            return Some(position * BLOCK_BYTES + index);
        }
    }
    // The last block reaches back over bytes that are known to differ.
    if let Some(last) = bytes.last_chunk::<BLOCK_BYTES>() {
        let index = arch::first(arch::equal(last, &wanted));
        return index.map(|index| bytes.len() - BLOCK_BYTES + index);
    }
    bytes.iter().position(|&other| other == byte)
}

fn first_difference(left: &[u8], right: &[u8]) -> Option<usize> {
    let ((lefts, _), (rights, _)) = (left.as_chunks::<BLOCK_BYTES>(), right.as_chunks::<BLOCK_BYTES>());
    for (position, (left, right)) in lefts.iter().zip(rights).enumerate() {
        if let Some(index) = arch::first(!arch::equal(left, right)) {
            return Some(position * BLOCK_BYTES + index);
        }
    }
    if let (Some(last), Some(other)) = (left.last_chunk(), right.last_chunk()) {
        let index = arch::first(!arch::equal(last, other));
        return index.map(|index| left.len() - BLOCK_BYTES + index);
    }
    left.iter().zip(right).position(|(left, right)| left != right)
}

fn is_equal(left: &[u8], right: &[u8]) -> bool {
    if left.len() >= BLOCK_BYTES {
        return first_difference(left, right).is_none();
    }
    equal_ends::<8>(left, right)
        .or_else(|| equal_ends::<4>(left, right))
        .or_else(|| equal_ends::<2>(left, right))
        .unwrap_or_else(|| left.first() == right.first())
}

/// Whether the first and the last `N` bytes are equal, if there are so many; at
/// most twice as many are there.
fn equal_ends<const N: usize>(left: &[u8], right: &[u8]) -> Option<bool> {
    let first = left.first_chunk::<N>()? == right.first_chunk::<N>()?;
    Some(first && left.last_chunk::<N>()? == right.last_chunk::<N>()?)
}

fn count_byte(bytes: &[u8], byte: u8) -> u64 {
    let wanted = [byte; BLOCK_BYTES];
    let (blocks, rest) = bytes.as_chunks::<BLOCK_BYTES>();
    let in_blocks: u64 = blocks.iter().map(|block| arch::count(arch::equal(block, &wanted))).sum();
    in_blocks + rest.iter().filter(|&&other| other == byte).count() as u64
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
        for len in 0..150 {
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
