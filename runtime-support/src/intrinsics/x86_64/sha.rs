//! The SHA extensions.
// Vector instructions.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::vector;

type Block = [u8; 64];

/// The four vectors of a block, their bytes in the order that `order` gives.
#[inline(always)]
fn message(block: &Block, order: __m128i) -> [__m128i; 4] {
    let mut message = [order; 4];
    for (vector_, bytes) in message.iter_mut().zip(block.as_chunks::<16>().0) {
        // SAFETY: the callers' CPU has SSSE3.
        *vector_ = unsafe { _mm_shuffle_epi8(vector(bytes), order) };
    }
    message
}

/// # Safety
/// The CPU must have the SHA extensions.
#[target_feature(enable = "sha,ssse3,sse4.1")]
pub unsafe fn sha256(state: &mut [u32; 8], blocks: &[u8], constants: &[u8; 256]) {
    let constants = constants.as_chunks::<16>().0;
    let order = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    let [a, b, c, d, e, f, g, h] = state.map(|word| word as i32);
    let mut abef = _mm_set_epi32(a, b, e, f);
    let mut cdgh = _mm_set_epi32(c, d, g, h);
    for block in blocks.as_chunks::<64>().0 {
        let (abef_before, cdgh_before) = (abef, cdgh);
        let [mut m0, mut m1, mut m2, mut m3] = message(block, order);
        macro_rules! four_rounds {
            ($message:expr, $index:expr) => {{
                let sum = _mm_add_epi32($message, vector(&constants[$index]));
                cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
                abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32::<0x0e>(sum));
            }};
        }
        // The next four words take the place of the oldest.
        macro_rules! extend {
            ($m0:ident, $m1:ident, $m2:ident, $m3:ident) => {
                let sum = _mm_add_epi32(_mm_sha256msg1_epu32($m0, $m1), _mm_alignr_epi8::<4>($m3, $m2));
                $m0 = _mm_sha256msg2_epu32(sum, $m3);
            };
        }
        four_rounds!(m0, 0);
        four_rounds!(m1, 1);
        four_rounds!(m2, 2);
        four_rounds!(m3, 3);
        for index in [4, 8, 12] {
            extend!(m0, m1, m2, m3);
            four_rounds!(m0, index);
            extend!(m1, m2, m3, m0);
            four_rounds!(m1, index + 1);
            extend!(m2, m3, m0, m1);
            four_rounds!(m2, index + 2);
            extend!(m3, m0, m1, m2);
            four_rounds!(m3, index + 3);
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    let [[f, e, b, a], [h, g, d, c]] = [words(abef), words(cdgh)];
    *state = [a, b, c, d, e, f, g, h];
}

/// # Safety
/// The CPU must have the SHA extensions.
#[target_feature(enable = "sha,ssse3,sse4.1")]
pub unsafe fn sha1(state: &mut [u32; 5], blocks: &[u8]) {
    let order = _mm_set_epi64x(0x0001_0203_0405_0607, 0x0809_0a0b_0c0d_0e0f);
    let [a, b, c, d, e] = state.map(|word| word as i32);
    let mut abcd = _mm_set_epi32(a, b, c, d);
    let mut e0 = _mm_set_epi32(e, 0, 0, 0);
    for block in blocks.as_chunks::<64>().0 {
        let (abcd_before, e_before) = (abcd, e0);
        let [mut m0, mut m1, mut m2, mut m3] = message(block, order);
        let mut previous = abcd;
        abcd = _mm_sha1rnds4_epu32::<0>(abcd, _mm_add_epi32(e0, m0));
        macro_rules! four_rounds {
            ($message:ident, $function:literal) => {
                let e = _mm_sha1nexte_epu32(previous, $message);
                previous = abcd;
                abcd = _mm_sha1rnds4_epu32::<$function>(abcd, e);
            };
        }
        // The next four words take the place of the oldest; then four rounds.
        macro_rules! extend {
            ($m0:ident, $m1:ident, $m2:ident, $m3:ident, $function:literal) => {
                let sum = _mm_xor_si128(_mm_sha1msg1_epu32($m0, $m1), $m2);
                $m0 = _mm_sha1msg2_epu32(sum, $m3);
                four_rounds!($m0, $function);
            };
        }
        four_rounds!(m1, 0);
        four_rounds!(m2, 0);
        four_rounds!(m3, 0);
        extend!(m0, m1, m2, m3, 0);
        extend!(m1, m2, m3, m0, 1);
        extend!(m2, m3, m0, m1, 1);
        extend!(m3, m0, m1, m2, 1);
        extend!(m0, m1, m2, m3, 1);
        extend!(m1, m2, m3, m0, 1);
        extend!(m2, m3, m0, m1, 2);
        extend!(m3, m0, m1, m2, 2);
        extend!(m0, m1, m2, m3, 2);
        extend!(m1, m2, m3, m0, 2);
        extend!(m2, m3, m0, m1, 2);
        extend!(m3, m0, m1, m2, 3);
        extend!(m0, m1, m2, m3, 3);
        extend!(m1, m2, m3, m0, 3);
        extend!(m2, m3, m0, m1, 3);
        extend!(m3, m0, m1, m2, 3);
        e0 = _mm_sha1nexte_epu32(previous, e_before);
        abcd = _mm_add_epi32(abcd, abcd_before);
    }
    let ([d, c, b, a], [_, _, _, e]) = (words(abcd), words(e0));
    *state = [a, b, c, d, e];
}

/// The words of a vector, the lowest first.
fn words(vector: __m128i) -> [u32; 4] {
    // SAFETY: both are 16 bytes of plain data.
    unsafe { core::mem::transmute::<__m128i, [u32; 4]>(vector) }
}
