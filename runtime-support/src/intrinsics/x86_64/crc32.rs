//! CRC-32 by carry-less multiplication (Gopal et al., Fast CRC Computation for
//! Generic Polynomials Using PCLMULQDQ Instruction, Intel 2009).
// Vector instructions.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::vector;
use crate::intrinsics::crc32::{CASTAGNOLI, IEEE, update_bytewise};

/// What follows from a polynomial. All are reflected and of 33 bits.
struct Constants {
    polynomial: u32,
    /// Powers of x by which the halves of a vector move over 64 bytes.
    over_64_bytes: [i64; 2],
    over_16_bytes: [i64; 2],
    over_4_bytes: i64,
    /// The quotient of x^64 and the polynomial.
    inverse: i64,
}

static IEEE_CONSTANTS: Constants = constants(IEEE);
static CASTAGNOLI_CONSTANTS: Constants = constants(CASTAGNOLI);

const fn constants(polynomial: u32) -> Constants {
    Constants {
        polynomial,
        over_64_bytes: [power(polynomial, 512 + 32), power(polynomial, 512 - 32)],
        over_16_bytes: [power(polynomial, 128 + 32), power(polynomial, 128 - 32)],
        over_4_bytes: power(polynomial, 64),
        inverse: inverse(polynomial),
    }
}

/// x^exponent modulo the polynomial.
const fn power(polynomial: u32, exponent: u32) -> i64 {
    let mut remainder = 1 << 31;
    let mut count = 0;
    while count < exponent {
        remainder = remainder >> 1 ^ if remainder & 1 == 1 { polynomial } else { 0 };
        count += 1;
    }
    (remainder as i64) << 1
}

const fn inverse(polynomial: u32) -> i64 {
    let divisor = 1_u128 << 32 | polynomial.reverse_bits() as u128;
    let (mut rest, mut quotient) = (1_u128 << 64, 0_u64);
    let mut bit = 33;
    while bit > 0 {
        bit -= 1;
        if rest >> (bit + 32) & 1 == 1 {
            rest ^= divisor << bit;
            quotient |= 1 << bit;
        }
    }
    (quotient << 31).reverse_bits() as i64
}

/// # Safety
/// The CPU must have PCLMULQDQ.
#[target_feature(enable = "pclmulqdq,sse4.1")]
pub unsafe fn ieee(crc: u32, data: &[u8]) -> u32 {
    update(&IEEE_CONSTANTS, crc, data)
}

/// # Safety
/// The CPU must have PCLMULQDQ.
#[target_feature(enable = "pclmulqdq,sse4.1")]
pub unsafe fn castagnoli(crc: u32, data: &[u8]) -> u32 {
    update(&CASTAGNOLI_CONSTANTS, crc, data)
}

#[target_feature(enable = "pclmulqdq,sse4.1")]
fn update(constants: &Constants, crc: u32, data: &[u8]) -> u32 {
    let (blocks, rest) = data.as_chunks::<16>();
    let [first, second, third, fourth, blocks @ ..] = blocks else {
        return update_bytewise(constants.polynomial, crc, data);
    };
    // Four vectors at a time, since a multiplication takes four cycles.
    let mut first = _mm_xor_si128(vector(first), _mm_cvtsi32_si128(crc as i32));
    let (mut second, mut third, mut fourth) = (vector(second), vector(third), vector(fourth));
    let factors = pair(constants.over_64_bytes);
    let (lines, blocks) = blocks.as_chunks::<4>();
    for line in lines {
        first = _mm_xor_si128(moved(first, factors), vector(&line[0]));
        second = _mm_xor_si128(moved(second, factors), vector(&line[1]));
        third = _mm_xor_si128(moved(third, factors), vector(&line[2]));
        fourth = _mm_xor_si128(moved(fourth, factors), vector(&line[3]));
    }
    let factors = pair(constants.over_16_bytes);
    let mut sum = _mm_xor_si128(moved(first, factors), second);
    sum = _mm_xor_si128(moved(sum, factors), third);
    sum = _mm_xor_si128(moved(sum, factors), fourth);
    for block in blocks {
        sum = _mm_xor_si128(moved(sum, factors), vector(block));
    }
    update_bytewise(constants.polynomial, reduced(constants, sum), rest)
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
fn reduced(constants: &Constants, sum: __m128i) -> u32 {
    let low_half = _mm_set_epi32(0, 0, 0, -1);
    let factors = pair(constants.over_16_bytes);
    // 128 bits to 96, to 64.
    let sum = _mm_xor_si128(_mm_clmulepi64_si128::<0x10>(sum, factors), _mm_srli_si128::<8>(sum));
    let factor = pair([constants.over_4_bytes, 0]);
    let low = _mm_clmulepi64_si128::<0x00>(_mm_and_si128(sum, low_half), factor);
    let sum = _mm_xor_si128(low, _mm_srli_si128::<4>(sum));
    // Barrett's reduction.
    let factors = pair([i64::from(constants.polynomial) << 1 | 1, constants.inverse]);
    let quotient = _mm_clmulepi64_si128::<0x10>(_mm_and_si128(sum, low_half), factors);
    let product = _mm_clmulepi64_si128::<0x00>(_mm_and_si128(quotient, low_half), factors);
    _mm_extract_epi32::<1>(_mm_xor_si128(product, sum)) as u32
}

fn pair([low, high]: [i64; 2]) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe { _mm_set_epi64x(high, low) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_the_published_ones() {
        assert_eq!(IEEE_CONSTANTS.over_64_bytes, [0x1_5444_2bd4, 0x1_c6e4_1596]);
        assert_eq!(IEEE_CONSTANTS.over_16_bytes, [0x1_7519_97d0, 0x0_ccaa_009e]);
        assert_eq!(IEEE_CONSTANTS.over_4_bytes, 0x1_63cd_6124);
        assert_eq!(IEEE_CONSTANTS.inverse, 0x1_f701_1641);
    }
}
