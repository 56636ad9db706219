//! The block functions of the SHA family and MD5. Without the CPU's instructions
//! for SHA-1 and SHA-256 the body stays: it is as fast as portable code.
// Calls of functions that need instructions beyond the baseline.
#![allow(unsafe_code)]

use super::arch;
use super::features::{SHA, has};
use super::frame::{Frame, Span};
use super::portable;

const SHA256_CONSTANTS: u64 = 64;
const SHA256_TABLE_BYTES: usize = SHA256_CONSTANTS as usize * 4;
const SHA512_CONSTANTS: u64 = 80;
const SHA512_TABLE_BYTES: usize = SHA512_CONSTANTS as usize * 8;
/// The header of a slice: pointer, length, capacity.
const SLICE_BYTES: u64 = 24;

// All are `blockGeneric(digest *digest, blocks []byte)`, where the digest begins
// with the words of the state. The constants are the guest's own.

pub fn sha1_block(frame: &mut Frame<'_>) -> Option<()> {
    let blocks = blocks::<64>(frame).filter(|_| has(SHA))?;
    let mut state: [u32; 5] = state32(frame)?;
    // SAFETY: the CPU has the instructions.
    unsafe { arch::sha::sha1(&mut state, frame.bytes(blocks)?) };
    set_state(frame, &state.map(u32::to_le_bytes))
}

pub fn sha256_block(frame: &mut Frame<'_>, table: u64) -> Option<()> {
    let blocks = blocks::<64>(frame).filter(|_| has(SHA))?;
    let table = frame.outside_stack(table, SHA256_TABLE_BYTES as u64)?;
    let mut state: [u32; 8] = state32(frame)?;
    let constants = frame.bytes(table)?.first_chunk::<SHA256_TABLE_BYTES>()?;
    // SAFETY: the CPU has the instructions.
    unsafe { arch::sha::sha256(&mut state, frame.bytes(blocks)?, constants) };
    set_state(frame, &state.map(u32::to_le_bytes))
}

pub fn sha512_block(frame: &mut Frame<'_>, table: u64) -> Option<()> {
    let blocks = blocks::<128>(frame)?;
    let table = frame.outside_stack(table, SHA512_TABLE_BYTES as u64)?;
    let mut state: [u64; 8] = state::<8, 8>(frame)?.map(u64::from_le_bytes);
    let constants = frame.bytes(table)?.first_chunk::<SHA512_TABLE_BYTES>()?;
    portable::sha512(&mut state, frame.bytes(blocks)?, constants);
    set_state(frame, &state.map(u64::to_le_bytes))
}

pub fn md5_block(frame: &mut Frame<'_>) -> Option<()> {
    let blocks = blocks::<64>(frame)?;
    let mut state: [u32; 4] = state32(frame)?;
    portable::md5(&mut state, frame.bytes(blocks)?);
    set_state(frame, &state.map(u32::to_le_bytes))
}

// Go before 1.24 has the constants in a slice, whose header is at `header`. The
// body tests the slice's length at each use.

pub fn sha256_block_of_slice(frame: &mut Frame<'_>, header: u64) -> Option<()> {
    let table = start_of_slice(frame, header, SHA256_CONSTANTS)?;
    sha256_block(frame, table)
}

pub fn sha512_block_of_slice(frame: &mut Frame<'_>, header: u64) -> Option<()> {
    let table = start_of_slice(frame, header, SHA512_CONSTANTS)?;
    sha512_block(frame, table)
}

fn start_of_slice(frame: &Frame<'_>, header: u64, least: u64) -> Option<u64> {
    let header = frame.outside_stack(header, SLICE_BYTES)?;
    let len = frame.guest.read_u64(header.address + 8).ok()?;
    frame.guest.read_u64(header.address).ok().filter(|_| (least..1 << 32).contains(&len))
}

/// The whole blocks of `BYTES` bytes.
fn blocks<const BYTES: u64>(frame: &Frame<'_>) -> Option<Span> {
    let (address, len) = frame.slice(1)?;
    frame.outside_stack(address, len - len % BYTES)
}

/// The words that the digest begins with.
fn state<const WORDS: usize, const WORD_BYTES: usize>(
    frame: &Frame<'_>,
) -> Option<[[u8; WORD_BYTES]; WORDS]> {
    let span = frame.outside_stack(frame.word(0), (WORDS * WORD_BYTES) as u64)?;
    frame.bytes(span)?.as_chunks().0.first_chunk().copied()
}

fn state32<const WORDS: usize>(frame: &Frame<'_>) -> Option<[u32; WORDS]> {
    state::<WORDS, 4>(frame).map(|words| words.map(u32::from_le_bytes))
}

fn set_state<const WORD_BYTES: usize>(frame: &mut Frame<'_>, state: &[[u8; WORD_BYTES]]) -> Option<()> {
    let state = state.as_flattened();
    let span = frame.outside_stack(frame.word(0), state.len() as u64)?;
    frame.bytes_mut(span)?.copy_from_slice(state);
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
