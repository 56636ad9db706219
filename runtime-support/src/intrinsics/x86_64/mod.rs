//! x86-64: SSE2, and SHA and PCLMULQDQ where the CPU has them.
// Vector instructions, and questions to the CPU.
#![allow(unsafe_code)]

pub mod big;
pub mod crc32;
pub mod sha;

use core::arch::x86_64::{
    __cpuid, __cpuid_count, __m128i, _mm_add_epi8, _mm_and_si128, _mm_cmpeq_epi8, _mm_extract_epi64,
    _mm_movemask_epi8, _mm_or_si128, _mm_sad_epu8, _mm_setzero_si128, _mm_sub_epi8,
};

use super::features::{CRC32, SHA, TWO_CARRIES};

pub const BLOCK_BYTES: usize = 16;
/// What a step of a loop takes.
pub const LINE_BYTES: usize = 64;

/// One bit for each byte of a block.
pub type Mask = u16;

const LEAF1_ECX_PCLMULQDQ: u32 = 1 << 1;
const LEAF7_EBX_BMI2: u32 = 1 << 8;
const LEAF7_EBX_ADX: u32 = 1 << 19;
const LEAF7_EBX_SHA: u32 = 1 << 29;

// CPUID became a safe function in some version of the compiler.
#[allow(unused_unsafe)]
pub fn features() -> u32 {
    // SAFETY: every x86-64 CPU has CPUID and leaf 1; leaf 7 is bounded by what
    // it reports.
    let (leaf1_ecx, leaf7_ebx) = unsafe {
        let leaf7_ebx = if __cpuid(0).eax >= 7 { __cpuid_count(7, 0).ebx } else { 0 };
        (__cpuid(1).ecx, leaf7_ebx)
    };
    let sha = if leaf7_ebx & LEAF7_EBX_SHA != 0 { SHA } else { 0 };
    let crc32 = if leaf1_ecx & LEAF1_ECX_PCLMULQDQ != 0 { CRC32 } else { 0 };
    let both = LEAF7_EBX_BMI2 | LEAF7_EBX_ADX;
    let two_carries = if leaf7_ebx & both == both { TWO_CARRIES } else { 0 };
    sha | crc32 | two_carries
}

/// A vector of any 16 bytes.
#[inline(always)]
pub fn vector(bytes: &[u8; BLOCK_BYTES]) -> __m128i {
    // SAFETY: both are 16 bytes of plain data.
    unsafe { core::mem::transmute::<[u8; BLOCK_BYTES], __m128i>(*bytes) }
}

/// The bytes that are equal.
#[inline(always)]
pub fn equal(left: &[u8; BLOCK_BYTES], right: &[u8; BLOCK_BYTES]) -> Mask {
    // SAFETY: SSE2 is part of x86-64.
    unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(vector(left), vector(right))) as Mask }
}

/// The lowest byte in a mask.
#[inline(always)]
pub fn first(mask: Mask) -> Option<usize> {
    (mask != 0).then(|| mask.trailing_zeros() as usize)
}

/// The number of bytes in a mask.
#[inline(always)]
pub fn count(mask: Mask) -> u64 {
    mask.count_ones().into()
}

/// Which bytes of each of a line's blocks are equal, as vectors of 0 and -1.
#[inline(always)]
fn equal_in_line<'r>(
    line: &[u8; LINE_BYTES],
    other: impl Fn(usize) -> &'r [u8; BLOCK_BYTES],
) -> [__m128i; 4] {
    let blocks = line.as_chunks::<BLOCK_BYTES>().0;
    // SAFETY: SSE2 is part of x86-64.
    let equal = |index: usize| unsafe { _mm_cmpeq_epi8(vector(&blocks[index]), vector(other(index))) };
    [equal(0), equal(1), equal(2), equal(3)]
}

/// Whether a line has one of the bytes `wanted`, which are all the same.
#[inline(always)]
pub fn line_has(line: &[u8; LINE_BYTES], wanted: &[u8; BLOCK_BYTES]) -> bool {
    let [first, second, third, fourth] = equal_in_line(line, |_| wanted);
    // SAFETY: SSE2 is part of x86-64.
    unsafe { _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(first, second), _mm_or_si128(third, fourth))) != 0 }
}

#[inline(always)]
pub fn lines_are_equal(left: &[u8; LINE_BYTES], right: &[u8; LINE_BYTES]) -> bool {
    let right = right.as_chunks::<BLOCK_BYTES>().0;
    let [first, second, third, fourth] = equal_in_line(left, |index| &right[index]);
    // SAFETY: SSE2 is part of x86-64.
    let all = unsafe {
        _mm_movemask_epi8(_mm_and_si128(_mm_and_si128(first, second), _mm_and_si128(third, fourth)))
    };
    all == Mask::MAX.into()
}

/// How many of a line's bytes are `wanted`, which are all the same.
#[inline(always)]
pub fn count_in_line(line: &[u8; LINE_BYTES], wanted: &[u8; BLOCK_BYTES]) -> u64 {
    let [first, second, third, fourth] = equal_in_line(line, |_| wanted);
    // SAFETY: SSE2 and SSE4.1 are part of the baseline.
    unsafe {
        let zero = _mm_setzero_si128();
        let sum = _mm_add_epi8(_mm_add_epi8(first, second), _mm_add_epi8(third, fourth));
        let halves = _mm_sad_epu8(_mm_sub_epi8(zero, sum), zero);
        (_mm_extract_epi64::<0>(halves) + _mm_extract_epi64::<1>(halves)) as u64
    }
}
