//! The SHA instructions of ARMv8.
// Vector instructions.
#![allow(unsafe_code)]

use core::arch::aarch64::*;

use super::vector;

type Block = [u8; 64];

/// The sixteen big-endian words of a block.
#[inline(always)]
fn message(block: &Block) -> [uint32x4_t; 4] {
    // SAFETY: NEON is there.
    let words = |bytes: &[u8; 16]| unsafe { vreinterpretq_u32_u8(vrev32q_u8(vector(bytes))) };
    let [first, second, third, fourth] = block.as_chunks::<16>().0 else {
        unreachable!("a block has four chunks");
    };
    [words(first), words(second), words(third), words(fourth)]
}

/// # Safety
/// The CPU must have the instructions for SHA-256.
#[target_feature(enable = "sha2")]
pub unsafe fn sha256(state: &mut [u32; 8], blocks: &[u8], constants: &[u8; 256]) {
    let constants = constants.as_chunks::<16>().0;
    let [a, b, c, d, e, f, g, h] = *state;
    let (mut abcd, mut efgh) = (from_words([a, b, c, d]), from_words([e, f, g, h]));
    for block in blocks.as_chunks::<64>().0 {
        let (abcd_before, efgh_before) = (abcd, efgh);
        let [mut m0, mut m1, mut m2, mut m3] = message(block);
        macro_rules! four_rounds {
            ($message:expr, $index:expr) => {{
                let sum = vaddq_u32($message, vreinterpretq_u32_u8(vector(&constants[$index])));
                let before = abcd;
                abcd = vsha256hq_u32(abcd, efgh, sum);
                efgh = vsha256h2q_u32(efgh, before, sum);
            }};
        }
        four_rounds!(m0, 0);
        four_rounds!(m1, 1);
        four_rounds!(m2, 2);
        four_rounds!(m3, 3);
        for index in [4, 8, 12] {
            m0 = vsha256su1q_u32(vsha256su0q_u32(m0, m1), m2, m3);
            four_rounds!(m0, index);
            m1 = vsha256su1q_u32(vsha256su0q_u32(m1, m2), m3, m0);
            four_rounds!(m1, index + 1);
            m2 = vsha256su1q_u32(vsha256su0q_u32(m2, m3), m0, m1);
            four_rounds!(m2, index + 2);
            m3 = vsha256su1q_u32(vsha256su0q_u32(m3, m0), m1, m2);
            four_rounds!(m3, index + 3);
        }
        abcd = vaddq_u32(abcd, abcd_before);
        efgh = vaddq_u32(efgh, efgh_before);
    }
    let ([a, b, c, d], [e, f, g, h]) = (to_words(abcd), to_words(efgh));
    *state = [a, b, c, d, e, f, g, h];
}

/// # Safety
/// The CPU must have the instructions for SHA-1, which come with those for
/// SHA-256.
#[target_feature(enable = "sha2")]
pub unsafe fn sha1(state: &mut [u32; 5], blocks: &[u8]) {
    const CONSTANTS: [u32; 4] = [0x5a82_7999, 0x6ed9_eba1, 0x8f1b_bcdc, 0xca62_c1d6];
    let [a, b, c, d, mut e] = *state;
    let mut abcd = from_words([a, b, c, d]);
    for block in blocks.as_chunks::<64>().0 {
        let (abcd_before, e_before) = (abcd, e);
        let [mut m0, mut m1, mut m2, mut m3] = message(block);
        macro_rules! four_rounds {
            ($message:ident, $rounds:ident, $constant:literal) => {
                let sum = vaddq_u32($message, vdupq_n_u32(CONSTANTS[$constant]));
                let next_e = vsha1h_u32(vgetq_lane_u32::<0>(abcd));
                abcd = $rounds(abcd, e, sum);
                e = next_e;
            };
        }
        // The next four words take the place of the oldest; then four rounds.
        macro_rules! extend {
            ($m0:ident, $m1:ident, $m2:ident, $m3:ident, $rounds:ident, $constant:literal) => {
                $m0 = vsha1su1q_u32(vsha1su0q_u32($m0, $m1, $m2), $m3);
                four_rounds!($m0, $rounds, $constant);
            };
        }
        four_rounds!(m0, vsha1cq_u32, 0);
        four_rounds!(m1, vsha1cq_u32, 0);
        four_rounds!(m2, vsha1cq_u32, 0);
        four_rounds!(m3, vsha1cq_u32, 0);
        extend!(m0, m1, m2, m3, vsha1cq_u32, 0);
        extend!(m1, m2, m3, m0, vsha1pq_u32, 1);
        extend!(m2, m3, m0, m1, vsha1pq_u32, 1);
        extend!(m3, m0, m1, m2, vsha1pq_u32, 1);
        extend!(m0, m1, m2, m3, vsha1pq_u32, 1);
        extend!(m1, m2, m3, m0, vsha1pq_u32, 1);
        extend!(m2, m3, m0, m1, vsha1mq_u32, 2);
        extend!(m3, m0, m1, m2, vsha1mq_u32, 2);
        extend!(m0, m1, m2, m3, vsha1mq_u32, 2);
        extend!(m1, m2, m3, m0, vsha1mq_u32, 2);
        extend!(m2, m3, m0, m1, vsha1mq_u32, 2);
        extend!(m3, m0, m1, m2, vsha1pq_u32, 3);
        extend!(m0, m1, m2, m3, vsha1pq_u32, 3);
        extend!(m1, m2, m3, m0, vsha1pq_u32, 3);
        extend!(m2, m3, m0, m1, vsha1pq_u32, 3);
        extend!(m3, m0, m1, m2, vsha1pq_u32, 3);
        abcd = vaddq_u32(abcd, abcd_before);
        e = e.wrapping_add(e_before);
    }
    let [a, b, c, d] = to_words(abcd);
    *state = [a, b, c, d, e];
}

fn from_words(words: [u32; 4]) -> uint32x4_t {
    // SAFETY: both are 16 bytes of plain data.
    unsafe { core::mem::transmute::<[u32; 4], uint32x4_t>(words) }
}

fn to_words(vector: uint32x4_t) -> [u32; 4] {
    // SAFETY: both are 16 bytes of plain data.
    unsafe { core::mem::transmute::<uint32x4_t, [u32; 4]>(vector) }
}
