//! aarch64: NEON, and the instructions for SHA and CRC-32 where the CPU has them.
// Vector instructions, and questions to the CPU.
#![allow(unsafe_code)]

pub mod crc32;
pub mod sha;

use core::arch::aarch64::{
    uint8x16_t, vceqq_u8, vget_lane_u64, vreinterpret_u64_u8, vreinterpretq_u16_u8, vshrn_n_u16,
};

use super::features::{CRC32, SHA};

pub const BLOCK_BYTES: usize = 16;
/// What a step of a loop takes.
pub const LINE_BYTES: usize = 64;

/// Four bits for each byte of a block.
pub type Mask = u64;
const MASK_BITS: u32 = 4;

const SHA1_SHIFT: u32 = 8;
const SHA2_SHIFT: u32 = 12;
const CRC32_SHIFT: u32 = 16;

/// Linux lets programs read the registers that describe the CPU.
pub fn features() -> u32 {
    let isar0: u64;
    // SAFETY: reads a register; the kernel answers.
    unsafe {
        core::arch::asm!("mrs {}, ID_AA64ISAR0_EL1", out(reg) isar0, options(nomem, nostack, preserves_flags));
    }
    let has = |shift: u32| isar0 >> shift & 0xf != 0;
    let sha = if has(SHA1_SHIFT) && has(SHA2_SHIFT) { SHA } else { 0 };
    let crc32 = if has(CRC32_SHIFT) { CRC32 } else { 0 };
    sha | crc32
}

/// A vector of any 16 bytes.
#[inline(always)]
pub fn vector(bytes: &[u8; BLOCK_BYTES]) -> uint8x16_t {
    // SAFETY: both are 16 bytes of plain data.
    unsafe { core::mem::transmute::<[u8; BLOCK_BYTES], uint8x16_t>(*bytes) }
}

/// The bytes that are equal.
#[inline(always)]
pub fn equal(left: &[u8; BLOCK_BYTES], right: &[u8; BLOCK_BYTES]) -> Mask {
    // SAFETY: every AArch64 CPU that runs Linux programs has NEON.
    unsafe {
        let bytes = vceqq_u8(vector(left), vector(right));
        vget_lane_u64::<0>(vreinterpret_u64_u8(vshrn_n_u16::<4>(vreinterpretq_u16_u8(bytes))))
    }
}

/// The lowest byte in a mask.
#[inline(always)]
pub fn first(mask: Mask) -> Option<usize> {
    (mask != 0).then(|| (mask.trailing_zeros() / MASK_BITS) as usize)
}

/// The number of bytes in a mask.
#[inline(always)]
pub fn count(mask: Mask) -> u64 {
    u64::from(mask.count_ones() / MASK_BITS)
}

/// Whether a line has one of the bytes `wanted`, which are all the same.
#[inline(always)]
pub fn line_has(line: &[u8; LINE_BYTES], wanted: &[u8; BLOCK_BYTES]) -> bool {
    let blocks = line.as_chunks::<BLOCK_BYTES>().0;
    blocks.iter().fold(0, |any, block| any | equal(block, wanted)) != 0
}

#[inline(always)]
pub fn lines_are_equal(left: &[u8; LINE_BYTES], right: &[u8; LINE_BYTES]) -> bool {
    let blocks = left.as_chunks::<BLOCK_BYTES>().0.iter().zip(right.as_chunks::<BLOCK_BYTES>().0);
    blocks.fold(Mask::MAX, |all, (left, right)| all & equal(left, right)) == Mask::MAX
}

/// How many of a line's bytes are `wanted`, which are all the same.
#[inline(always)]
pub fn count_in_line(line: &[u8; LINE_BYTES], wanted: &[u8; BLOCK_BYTES]) -> u64 {
    line.as_chunks::<BLOCK_BYTES>().0.iter().map(|block| count(equal(block, wanted))).sum()
}
