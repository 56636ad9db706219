//! SHA-1's and SHA-256's block functions. Without the CPU's instructions for
//! them the body stays: it is as fast as portable code.
// Calls of functions that need instructions beyond the baseline.
#![allow(unsafe_code)]

use super::arch;
use super::features::{SHA, has};
use super::frame::{Frame, Span};

const BLOCK_BYTES: u64 = 64;
const SHA256_CONSTANTS: u64 = 64;
const SHA256_TABLE_BYTES: usize = SHA256_CONSTANTS as usize * 4;
/// The header of a slice: pointer, length, capacity.
const SLICE_BYTES: u64 = 24;

/// `blockGeneric(digest *digest, blocks []byte)`, where the digest begins with
/// the five words of the state.
pub fn sha1_block(frame: &mut Frame<'_>) -> Option<()> {
    let blocks = blocks(frame)?;
    let mut state: [u32; 5] = state(frame)?;
    // SAFETY: the CPU has the instructions.
    unsafe { arch::sha::sha1(&mut state, frame.bytes(blocks)?) };
    set_state(frame, &state)
}

/// `blockGeneric(digest *digest, blocks []byte)`, where the digest begins with
/// the eight words of the state. The constants are the guest's own.
pub fn sha256_block(frame: &mut Frame<'_>, table: u64) -> Option<()> {
    let blocks = blocks(frame)?;
    let table = frame.outside_stack(table, SHA256_TABLE_BYTES as u64)?;
    let mut state: [u32; 8] = state(frame)?;
    let constants = frame.bytes(table)?.first_chunk::<SHA256_TABLE_BYTES>()?;
    // SAFETY: the CPU has the instructions.
    unsafe { arch::sha::sha256(&mut state, frame.bytes(blocks)?, constants) };
    set_state(frame, &state)
}

/// The same where the constants are a slice, at whose header `header` is: Go
/// before 1.24. The body tests the slice's length at each use.
pub fn sha256_block_of_slice(frame: &mut Frame<'_>, header: u64) -> Option<()> {
    let header = frame.outside_stack(header, SLICE_BYTES)?;
    let (table, len) = (frame.guest.read_u64(header.address), frame.guest.read_u64(header.address + 8));
    let is_long_enough = len.is_ok_and(|len| (SHA256_CONSTANTS..1 << 32).contains(&len));
    sha256_block(frame, table.ok().filter(|_| is_long_enough)?)
}

/// The whole blocks, if the CPU has the instructions.
fn blocks(frame: &Frame<'_>) -> Option<Span> {
    let (address, len) = frame.slice(1).filter(|_| has(SHA))?;
    frame.outside_stack(address, len - len % BLOCK_BYTES)
}

fn state<const WORDS: usize>(frame: &Frame<'_>) -> Option<[u32; WORDS]> {
    let span = frame.outside_stack(frame.word(0), WORDS as u64 * 4)?;
    let mut state = [0; WORDS];
    for (word, bytes) in state.iter_mut().zip(frame.bytes(span)?.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    Some(state)
}

fn set_state(frame: &mut Frame<'_>, state: &[u32]) -> Option<()> {
    let span = frame.outside_stack(frame.word(0), state.len() as u64 * 4)?;
    for (bytes, word) in frame.bytes_mut(span)?.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_le_bytes();
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// One block of the message "abc".
    fn abc() -> Vec<u8> {
        let mut block = std::vec![0; 64];
        block[..4].copy_from_slice(b"abc\x80");
        block[63] = 24;
        block
    }

    #[test]
    fn sha1_of_abc() {
        if !has(SHA) {
            return;
        }
        let mut state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
        // SAFETY: the CPU has the instructions.
        unsafe { arch::sha::sha1(&mut state, &abc()) };
        assert_eq!(state, [0xa9993e36, 0x4706816a, 0xba3e2571, 0x7850c26c, 0x9cd0d89d]);
    }
}
