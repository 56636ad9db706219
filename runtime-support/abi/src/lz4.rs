//! Initial data in the block format of LZ4: small in the executable, and read
//! almost as fast as memory is copied.
//!
//! Format: the "LZ4 block format description". The compiler writes it with
//! `lz4_flex`, whose reader needs a heap, which the runtime has not. Input that is
//! no such block gives `None` or other bytes, and touches nothing outside.

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

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;
    use lz4_flex::block::compress;

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
