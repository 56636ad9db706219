//! CRC-32: by carry-less multiplication, and by SSE4.2's instruction.
// Vector instructions.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::vector;
use crate::intrinsics::crc32::{CASTAGNOLI, IEEE, update_bytewise};

/// Powers of x modulo IEEE's polynomial, reflected, by which a vector is moved
/// over 64 bytes, 16 bytes, and 4 bytes; then the polynomial's inverse and the
/// polynomial (Gopal et al., Fast CRC Computation for Generic Polynomials Using
/// PCLMULQDQ, Intel 2009).
const OVER_64_BYTES: [i64; 2] = [0x1_5444_2bd4, 0x1_c6e4_1596];
const OVER_16_BYTES: [i64; 2] = [0x1_7519_97d0, 0x0_ccaa_009e];
const OVER_4_BYTES: i64 = 0x1_63cd_6124;
const INVERSE_AND_POLYNOMIAL: [i64; 2] = [0x1_f701_1641, 0x1_db71_0641];

/// # Safety
/// The CPU must have PCLMULQDQ.
#[target_feature(enable = "pclmulqdq,sse4.1")]
pub unsafe fn ieee(crc: u32, data: &[u8]) -> u32 {
    let (blocks, _) = data.as_chunks::<16>();
    let (first, mut blocks) = match blocks {
        [first, second, third, fourth, rest @ ..] => ([first, second, third, fourth], rest),
        _ => return update_bytewise(IEEE, crc, data),
    };
    let mut lanes = first.map(vector);
    lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi32_si128(crc as i32));
    let factors = _mm_set_epi64x(OVER_64_BYTES[1], OVER_64_BYTES[0]);
    while let [first, second, third, fourth, rest @ ..] = blocks {
        for (lane, block) in lanes.iter_mut().zip([first, second, third, fourth]) {
            *lane = _mm_xor_si128(moved(*lane, factors), vector(block));
        }
        blocks = rest;
    }
    let factors = _mm_set_epi64x(OVER_16_BYTES[1], OVER_16_BYTES[0]);
    let [mut sum, second, third, fourth] = lanes;
    for next in [second, third, fourth].into_iter().chain(blocks.iter().map(vector)) {
        sum = _mm_xor_si128(moved(sum, factors), next);
    }
    update_bytewise(IEEE, reduced(sum), data.as_chunks::<16>().1)
}

/// A vector times a power of x, not reduced.
#[inline]
#[target_feature(enable = "pclmulqdq")]
fn moved(vector: __m128i, factors: __m128i) -> __m128i {
    let low = _mm_clmulepi64_si128::<0x00>(vector, factors);
    let high = _mm_clmulepi64_si128::<0x11>(vector, factors);
    _mm_xor_si128(low, high)
}

/// A vector modulo the polynomial.
#[inline]
#[target_feature(enable = "pclmulqdq,sse4.1")]
fn reduced(sum: __m128i) -> u32 {
    let low_half = _mm_set_epi32(0, 0, 0, -1);
    let factors = _mm_set_epi64x(OVER_16_BYTES[1], OVER_16_BYTES[0]);
    // 128 bits to 96, to 64.
    let sum = _mm_xor_si128(_mm_clmulepi64_si128::<0x10>(sum, factors), _mm_srli_si128::<8>(sum));
    let low = _mm_clmulepi64_si128::<0x00>(_mm_and_si128(sum, low_half), _mm_set_epi64x(0, OVER_4_BYTES));
    let sum = _mm_xor_si128(low, _mm_srli_si128::<4>(sum));
    // Barrett's reduction.
    let factors = _mm_set_epi64x(INVERSE_AND_POLYNOMIAL[0], INVERSE_AND_POLYNOMIAL[1]);
    let quotient = _mm_clmulepi64_si128::<0x10>(_mm_and_si128(sum, low_half), factors);
    let product = _mm_clmulepi64_si128::<0x00>(_mm_and_si128(quotient, low_half), factors);
    _mm_extract_epi32::<1>(_mm_xor_si128(product, sum)) as u32
}

/// # Safety
/// The CPU must have SSE4.2, which the baseline has.
#[target_feature(enable = "sse4.2")]
pub unsafe fn castagnoli(crc: u32, data: &[u8]) -> u32 {
    let (words, rest) = data.as_chunks::<8>();
    let crc = words.iter().fold(u64::from(crc), |crc, word| _mm_crc32_u64(crc, u64::from_le_bytes(*word)));
    update_bytewise(CASTAGNOLI, crc as u32, rest)
}
