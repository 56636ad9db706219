//! CRC-32 by ARMv8's instructions.
// Instructions beyond the baseline.
#![allow(unsafe_code)]

use core::arch::aarch64::{__crc32cd, __crc32d};

use crate::intrinsics::crc32::{CASTAGNOLI, IEEE, update_bytewise};

/// # Safety
/// The CPU must have the instructions for CRC-32.
#[target_feature(enable = "crc")]
pub unsafe fn ieee(crc: u32, data: &[u8]) -> u32 {
    let (words, rest) = data.as_chunks::<8>();
    let crc = words.iter().fold(crc, |crc, word| __crc32d(crc, u64::from_le_bytes(*word)));
    update_bytewise(IEEE, crc, rest)
}

/// # Safety
/// The CPU must have the instructions for CRC-32.
#[target_feature(enable = "crc")]
pub unsafe fn castagnoli(crc: u32, data: &[u8]) -> u32 {
    let (words, rest) = data.as_chunks::<8>();
    let crc = words.iter().fold(crc, |crc, word| __crc32cd(crc, u64::from_le_bytes(*word)));
    update_bytewise(CASTAGNOLI, crc, rest)
}
