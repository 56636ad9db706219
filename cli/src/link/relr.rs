//! Encodes where the executable adds its load address to itself at start.
//!
//! The format is ELF's RELR: an even word is the address of one place; an odd
//! word is a bitmap, bit `n` of which (from 1) stands for the place `n - 1`
//! words after the last address or the 63 words of the bitmap before.

const WORD_BYTES: u64 = 8;
const PLACES_A_BITMAP: u64 = 63;

/// Words for places given as offsets from some even address, ascending.
/// [`rebase`] turns them into words for addresses: the number of words does
/// not depend on the address, so the table can be sized before layout.
pub fn encode(offsets: &[u64]) -> Vec<u64> {
    let mut words = Vec::new();
    let mut rest = offsets;
    while let Some((&first, after)) = rest.split_first() {
        debug_assert!(first.is_multiple_of(2), "checked by the scan");
        words.push(first);
        rest = after;
        let mut base = first + WORD_BYTES;
        loop {
            let bitmap = take_bitmap(&mut rest, base);
            if bitmap == 0 {
                break;
            }
            words.push(bitmap << 1 | 1);
            base += PLACES_A_BITMAP * WORD_BYTES;
        }
    }
    words
}

fn take_bitmap(rest: &mut &[u64], base: u64) -> u64 {
    let mut bitmap = 0;
    while let Some((&next, after)) = rest.split_first() {
        let Some(distance) = next.checked_sub(base) else { break };
        if distance >= PLACES_A_BITMAP * WORD_BYTES || !distance.is_multiple_of(WORD_BYTES) {
            break;
        }
        bitmap |= 1 << (distance / WORD_BYTES);
        *rest = after;
    }
    bitmap
}

/// A word of [`encode`] for places that start at `address`, which is even.
pub fn rebase(word: u64, address: u64) -> u64 {
    if word.is_multiple_of(2) { word + address } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the format as its specification describes it.
    fn decode(words: &[u64]) -> Vec<u64> {
        let mut places = Vec::new();
        let mut next = 0;
        for &word in words {
            if word.is_multiple_of(2) {
                places.push(word);
                next = word + 8;
            } else {
                places.extend((0..63).filter(|bit| word >> (bit + 1) & 1 == 1).map(|bit| next + bit * 8));
                next += 63 * 8;
            }
        }
        places
    }

    fn round_trip(offsets: &[u64], word_count: usize) {
        let words = encode(offsets);
        assert_eq!(decode(&words), offsets);
        assert_eq!(words.len(), word_count);
        let moved: Vec<u64> = words.iter().map(|&word| rebase(word, 0x4010)).collect();
        assert_eq!(decode(&moved), offsets.iter().map(|offset| offset + 0x4010).collect::<Vec<_>>());
    }

    #[test]
    fn places_come_back() {
        round_trip(&[], 0);
        round_trip(&[16], 1);
        round_trip(&[0, 8, 16, 24], 2);
        round_trip(&[0, 8 + 62 * 8, 8 + 63 * 8], 3);
        round_trip(&[0, 8 + 63 * 8], 2);
        round_trip(&[0, 4096, 4104], 3);
    }

    #[test]
    fn places_between_words_get_an_address_of_their_own() {
        round_trip(&[0, 12, 20, 24], 4);
    }

    #[test]
    fn a_long_table_takes_a_bit_a_place() {
        let offsets: Vec<u64> = (0..10_000).map(|place| place * 8).collect();
        round_trip(&offsets, 1 + 9_999usize.div_ceil(63));
    }
}
