//! Self-relocation: no dynamic loader runs before a static-pie's entry point.
// Patches the executable's own words in place.
#![allow(unsafe_code)]

/// Words that one RELR bitmap covers.
const BITMAP_WORDS: u64 = 63;
const WORD_BYTES: u64 = 8;

/// Adds `base` to every word that the table names.
///
/// This runs before any address in the executable's data is right, so nothing
/// here may read a static, a vtable or a constant that holds an address.
///
/// # Safety
/// The table must name words of this image, writable and not yet relocated,
/// and no reference to any of them may exist.
pub unsafe fn relocate(base: u64, relr: &[u64]) {
    decode(relr, |offset| {
        let word = base.wrapping_add(offset) as *mut u64;
        // SAFETY: the caller vouches for the words that the table names.
        unsafe { word.write(word.read().wrapping_add(base)) }
    });
}

/// Calls `visit` with the offset of each word that a RELR table names: an even
/// entry is an offset, an odd one a bitmap of the 63 words after the last.
#[inline(always)]
fn decode(relr: &[u64], mut visit: impl FnMut(u64)) {
    let mut next = 0u64;
    for &entry in relr {
        if entry & 1 == 0 {
            visit(entry);
            next = entry.wrapping_add(WORD_BYTES);
            continue;
        }
        let mut bits = entry >> 1;
        while bits != 0 {
            visit(next.wrapping_add(u64::from(bits.trailing_zeros()) * WORD_BYTES));
            bits &= bits - 1;
        }
        next = next.wrapping_add(BITMAP_WORDS * WORD_BYTES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn offsets(relr: &[u64]) -> Vec<u64> {
        let mut offsets = Vec::new();
        decode(relr, |offset| offsets.push(offset));
        offsets
    }

    #[test]
    fn addresses_stand_alone() {
        assert_eq!(offsets(&[]), []);
        assert_eq!(offsets(&[0x1000, 0x3000]), [0x1000, 0x3000]);
    }

    #[test]
    fn bitmaps_continue_after_the_address_and_after_each_other() {
        let bitmap = (1 << 63 | 1 << 2 | 1 << 1) | 1;
        assert_eq!(
            offsets(&[0x1000, bitmap, 0b11]),
            [0x1000, 0x1008, 0x1010, 0x1008 + 62 * 8, 0x1008 + 63 * 8]
        );
        assert_eq!(offsets(&[0x1000, 1, 0b11]), [0x1000, 0x1008 + 63 * 8]);
    }

    #[test]
    fn words_move_by_the_base() {
        let mut image = [10u64, 20, 30, 40];
        let base = image.as_mut_ptr() as u64;
        // SAFETY: the table names words 0, 1 and 3 of `image`.
        unsafe { relocate(base, &[0, 0b1011]) };
        assert_eq!(image, [10 + base, 20 + base, 30, 40 + base]);
    }
}
