//! Initial data in the block format of LZ4: small in the executable, and read
//! almost as fast as memory is copied.
//!
//! Format: the "LZ4 block format description". What is read here was written
//! here; other input gives `None` or other bytes, and touches nothing outside.

/// Shortest match.
const MATCH_BYTES_MIN: usize = 4;
/// A length in a token that goes on in further bytes.
const LONG: usize = 15;
/// Copied at once where there is room, whatever the length: most are shorter.
const WIDE_BYTES: usize = 16;

/// Fills `output`, all of it; or says that `input` holds something else.
pub fn decompress(input: &[u8], output: &mut [u8]) -> Option<()> {
    let (mut from, mut to) = (0, 0);
    loop {
        let token = usize::from(*input.get(from)?);
        from += 1;
        let literals = length(token >> 4, input, &mut from)?;
        copy_literals(input.get(from..)?, output.get_mut(to..)?, literals)?;
        (from, to) = (from + literals, to + literals);
        if from == input.len() {
            return (to == output.len()).then_some(());
        }
        let distance = usize::from(u16::from_le_bytes(*input.get(from..)?.first_chunk()?));
        from += 2;
        let len = length(token & LONG, input, &mut from)? + MATCH_BYTES_MIN;
        if distance == 0 || distance > to || len > output.len() - to {
            return None;
        }
        copy_match(output, to, distance, len);
        to += len;
    }
}

#[inline(always)]
fn length(in_token: usize, input: &[u8], from: &mut usize) -> Option<usize> {
    let mut length = in_token;
    if in_token == LONG {
        loop {
            let byte = *input.get(*from)?;
            *from += 1;
            length += usize::from(byte);
            if byte != u8::MAX {
                break;
            }
        }
    }
    Some(length)
}

#[inline(always)]
fn copy_literals(input: &[u8], output: &mut [u8], len: usize) -> Option<()> {
    if len <= WIDE_BYTES
        && let Some(from) = input.first_chunk::<WIDE_BYTES>()
        && let Some(to) = output.first_chunk_mut::<WIDE_BYTES>()
    {
        *to = *from;
        return Some(());
    }
    output.get_mut(..len)?.copy_from_slice(input.get(..len)?);
    Some(())
}

#[inline(always)]
fn copy_match(output: &mut [u8], to: usize, distance: usize, len: usize) {
    let start = to - distance;
    if distance >= WIDE_BYTES && len <= 2 * WIDE_BYTES && output.len() - to >= 2 * WIDE_BYTES {
        copy_wide(output, start, to);
        copy_wide(output, start + WIDE_BYTES, to + WIDE_BYTES);
        return;
    }
    if distance == 1 {
        let byte = output[start];
        output[to..to + len].fill(byte);
        return;
    }
    // A match that overlaps itself repeats what it has written.
    let mut done = 0;
    while done < len {
        let part = (distance + done).min(len - done);
        output.copy_within(start..start + part, to + done);
        done += part;
    }
}

#[inline(always)]
fn copy_wide(output: &mut [u8], from: usize, to: usize) {
    if let Some(&bytes) = output[from..].first_chunk::<WIDE_BYTES>() {
        output[to..to + WIDE_BYTES].copy_from_slice(&bytes);
    }
}

#[cfg(feature = "encode")]
pub use encode::compress;

#[cfg(feature = "encode")]
mod encode {
    use super::{LONG, MATCH_BYTES_MIN};
    use alloc::vec;
    use alloc::vec::Vec;

    /// Farthest match.
    const DISTANCE_MAX: usize = u16::MAX as usize;
    /// The format wants the end as literals: no match starts in so many last bytes,
    const LAST_START_BYTES: usize = 12;
    /// and none reaches into so many.
    const LAST_LITERAL_BYTES: usize = 5;
    const HASH_BITS: u32 = 15;
    /// Earlier places that are tried; more makes blocks hardly smaller.
    const TRIES: usize = 32;
    const NONE: u32 = u32::MAX;

    /// What [`super::decompress`] turns into `input` again.
    pub fn compress(input: &[u8]) -> Vec<u8> {
        let mut block = Vec::with_capacity(input.len() / 2);
        let mut places = Places::new(input);
        let (mut at, mut literals_start) = (0, 0);
        while at + LAST_START_BYTES <= input.len() {
            let (distance, len) = places.longest(at);
            let step = if len < MATCH_BYTES_MIN {
                1
            } else {
                sequence(&mut block, &input[literals_start..at], Some((distance, len)));
                literals_start = at + len;
                len
            };
            (at..at + step).for_each(|place| places.add(place));
            at += step;
        }
        sequence(&mut block, &input[literals_start..], None);
        block
    }

    /// Earlier places by a hash of the bytes there, as chains.
    struct Places<'i> {
        input: &'i [u8],
        first: Vec<u32>,
        next: Vec<u32>,
    }

    impl Places<'_> {
        fn new(input: &[u8]) -> Places<'_> {
            Places { input, first: vec![NONE; 1 << HASH_BITS], next: vec![NONE; input.len()] }
        }

        fn hash(&self, at: usize) -> Option<usize> {
            let bytes = self.input.get(at..)?.first_chunk::<MATCH_BYTES_MIN>()?;
            Some((u32::from_le_bytes(*bytes).wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize)
        }

        fn add(&mut self, at: usize) {
            if let Some(hash) = self.hash(at) {
                self.next[at] = core::mem::replace(&mut self.first[hash], at as u32);
            }
        }

        /// Distance and length of the longest match found; the length may be 0.
        fn longest(&self, at: usize) -> (usize, usize) {
            let wanted = &self.input[at..self.input.len() - LAST_LITERAL_BYTES];
            let mut best = (0, 0);
            let mut place = self.hash(at).map_or(NONE, |hash| self.first[hash]);
            for _ in 0..TRIES {
                if place == NONE || at - place as usize > DISTANCE_MAX {
                    break;
                }
                let there = &self.input[place as usize..];
                let len = wanted.iter().zip(there).take_while(|(one, other)| one == other).count();
                if len > best.1 {
                    best = (at - place as usize, len);
                }
                place = self.next[place as usize];
            }
            best
        }
    }

    fn sequence(block: &mut Vec<u8>, literals: &[u8], matched: Option<(usize, usize)>) {
        let match_length = matched.map_or(0, |(_, len)| len - MATCH_BYTES_MIN);
        block.push((literals.len().min(LONG) << 4 | match_length.min(LONG)) as u8);
        push_length(block, literals.len());
        block.extend_from_slice(literals);
        if let Some((distance, _)) = matched {
            block.extend_from_slice(&(distance as u16).to_le_bytes());
            push_length(block, match_length);
        }
    }

    fn push_length(block: &mut Vec<u8>, length: usize) {
        let Some(rest) = length.checked_sub(LONG) else { return };
        block.extend(core::iter::repeat_n(u8::MAX, rest / 255));
        block.push((rest % 255) as u8);
    }
}

#[cfg(all(test, feature = "encode"))]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    fn there_and_back(input: &[u8]) -> usize {
        let block = compress(input);
        let mut output = vec![0xEE; input.len()];
        assert_eq!(decompress(&block, &mut output), Some(()));
        assert!(output == input, "{} bytes", input.len());
        block.len()
    }

    /// Bytes with repetitions at many distances.
    fn sample(len: usize, variety: u32) -> Vec<u8> {
        let mut state = 1_u32;
        let mut bytes: Vec<u8> = Vec::new();
        while bytes.len() < len {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (far, count) = ((state >> 8) as usize % variety as usize, (state >> 24) as usize % 40);
            match bytes.len().checked_sub(far + 1) {
                Some(start) if count > 4 => (0..count).for_each(|step| bytes.push(bytes[start + step])),
                _ => bytes.push((state >> 16) as u8),
            }
        }
        bytes.truncate(len);
        bytes
    }

    #[test]
    fn what_was_compressed_comes_back() {
        for len in (0..300).chain([1000, 65_535, 65_536, 65_537, 200_000]) {
            for variety in [1, 2, 3, 7, 15, 16, 17, 1000, 70_000] {
                there_and_back(&sample(len, variety));
            }
        }
        assert!(there_and_back(&[0; 100_000]) < 500);
        assert!(there_and_back(&b"0123456789abcdef".repeat(1000)) < 150);
    }

    #[test]
    fn a_known_block_is_read() {
        // Two literals, a match of 4 + 15 + 2 at distance 2, and one last literal.
        let mut output = [0; 24];
        assert_eq!(decompress(b"\x2Fab\x02\0\x02\x10c", &mut output), Some(()));
        assert_eq!(&output, b"abababababababababababac".as_slice());
    }

    #[test]
    fn other_input_stays_inside() {
        let whole = compress(&sample(3000, 50));
        let mut output = vec![0; 3000];
        for len in 0..whole.len() {
            assert_eq!(decompress(&whole[..len], &mut output), None, "{len}");
            let mut changed = whole.clone();
            changed[len] ^= 0x55;
            let _ = decompress(&changed, &mut output);
        }
        assert_eq!(decompress(&whole, &mut output[..2999]), None);
        assert_eq!(decompress(b"\x04a\0\0", &mut output), None, "a distance of 0");
    }
}
