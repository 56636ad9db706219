//! Hash functions that CPUs of the baseline have no instructions for.

use core::array;

/// Rounds that are written out, so that words stay in registers.
const ROUNDS: usize = 16;

/// SHA-512 with the 80 constants that the guest has.
pub fn sha512(state: &mut [u64; 8], blocks: &[u8], constants: &[u8; 640]) {
    let (constants, _) = constants.as_chunks::<8>().0.as_chunks::<ROUNDS>();
    for block in blocks.as_chunks::<128>().0 {
        let words = block.as_chunks::<8>().0;
        let mut w: [u64; 16] = array::from_fn(|index| u64::from_be_bytes(words[index]));
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
        for (group, constants) in constants.iter().enumerate() {
            macro_rules! round {
                ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident $index:literal) => {
                    if group > 0 {
                        let (first, last) = (w[($index + 1) % 16], w[($index + 14) % 16]);
                        let first = first.rotate_right(1) ^ first.rotate_right(8) ^ first >> 7;
                        let last = last.rotate_right(19) ^ last.rotate_right(61) ^ last >> 6;
                        let sum = first.wrapping_add(last).wrapping_add(w[($index + 9) % 16]);
                        w[$index] = w[$index].wrapping_add(sum);
                    }
                    let constant = u64::from_le_bytes(constants[$index]).wrapping_add(w[$index]);
                    let sum = $e.rotate_right(14) ^ $e.rotate_right(18) ^ $e.rotate_right(41);
                    let choice = $g ^ ($e & ($f ^ $g));
                    $h = $h.wrapping_add(constant).wrapping_add(sum).wrapping_add(choice);
                    $d = $d.wrapping_add($h);
                    let sum = $a.rotate_right(28) ^ $a.rotate_right(34) ^ $a.rotate_right(39);
                    let majority = ($a & $b) | ($c & ($a | $b));
                    $h = $h.wrapping_add(sum).wrapping_add(majority);
                };
            }
            round!(a b c d e f g h 0);
            round!(h a b c d e f g 1);
            round!(g h a b c d e f 2);
            round!(f g h a b c d e 3);
            round!(e f g h a b c d 4);
            round!(d e f g h a b c 5);
            round!(c d e f g h a b 6);
            round!(b c d e f g h a 7);
            round!(a b c d e f g h 8);
            round!(h a b c d e f g 9);
            round!(g h a b c d e f 10);
            round!(f g h a b c d e 11);
            round!(e f g h a b c d 12);
            round!(d e f g h a b c 13);
            round!(c d e f g h a b 14);
            round!(b c d e f g h a 15);
        }
        for (word, added) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *word = word.wrapping_add(added);
        }
    }
}

/// The integer parts of 2^32 times the sines of 1 to 64 (RFC 1321).
static SINES: [u32; 64] = [
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
];

pub fn md5(state: &mut [u32; 4], blocks: &[u8]) {
    let (sines, _) = SINES.as_chunks::<ROUNDS>();
    for block in blocks.as_chunks::<64>().0 {
        let words = block.as_chunks::<4>().0;
        let w: [u32; 16] = array::from_fn(|index| u32::from_le_bytes(words[index]));
        let [mut a, mut b, mut c, mut d] = *state;
        macro_rules! step {
            ($mix:expr, $sines:expr, $factor:literal, $offset:literal, $index:expr, $shift:literal,
             $a:ident $b:ident $c:ident $d:ident) => {
                let word = w[($factor * ($index) + $offset) % 16].wrapping_add($sines[$index]);
                let mix: fn(u32, u32, u32) -> u32 = $mix;
                $a = $a.wrapping_add(word).wrapping_add(mix($b, $c, $d)).rotate_left($shift).wrapping_add($b);
            };
        }
        macro_rules! rounds {
            ($mix:expr, $sines:expr, $factor:literal, $offset:literal, $s0:literal $s1:literal $s2:literal $s3:literal) => {
                rounds!($mix, $sines, $factor, $offset, $s0 $s1 $s2 $s3, 0 4 8 12);
            };
            ($mix:expr, $sines:expr, $factor:literal, $offset:literal, $s0:literal $s1:literal $s2:literal $s3:literal,
             $i0:literal $i1:literal $i2:literal $i3:literal) => {
                rounds!($mix, $sines, $factor, $offset, $s0 $s1 $s2 $s3, $i0);
                rounds!($mix, $sines, $factor, $offset, $s0 $s1 $s2 $s3, $i1);
                rounds!($mix, $sines, $factor, $offset, $s0 $s1 $s2 $s3, $i2);
                rounds!($mix, $sines, $factor, $offset, $s0 $s1 $s2 $s3, $i3);
            };
            ($mix:expr, $sines:expr, $factor:literal, $offset:literal, $s0:literal $s1:literal $s2:literal $s3:literal,
             $i:literal) => {
                step!($mix, $sines, $factor, $offset, $i, $s0, a b c d);
                step!($mix, $sines, $factor, $offset, $i + 1, $s1, d a b c);
                step!($mix, $sines, $factor, $offset, $i + 2, $s2, c d a b);
                step!($mix, $sines, $factor, $offset, $i + 3, $s3, b c d a);
            };
        }
        rounds!(|x, y, z| z ^ (x & (y ^ z)), sines[0], 1, 0, 7 12 17 22);
        rounds!(|x, y, z| (x & z).wrapping_add(y & !z), sines[1], 5, 1, 5 9 14 20);
        rounds!(|x, y, z| x ^ y ^ z, sines[2], 3, 5, 4 11 16 23);
        rounds!(|x, y, z| y ^ (x | !z), sines[3], 7, 0, 6 10 15 21);
        for (word, added) in state.iter_mut().zip([a, b, c, d]) {
            *word = word.wrapping_add(added);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn md5_of_nothing() {
        let mut state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
        let mut block = [0; 64];
        block[0] = 0x80;
        md5(&mut state, &block);
        assert_eq!(state, [0xd98c1dd4, 0x04b2008f, 0x980980e9, 0x7e42f8ec]);
    }
}
