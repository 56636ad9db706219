//! Copying and filling memory: WebAssembly's bulk instructions, and what the
//! blob offers as C's memmove and memset.
//!
//! In assembly, because LLVM would turn a loop that copies into a call of
//! memcpy, which is this. Blocks of up to 128 bytes are loaded in full before
//! the first store, so that they may overlap; longer ones go forward or
//! backward in steps of 64 bytes with both ends loaded first.
// Assembly on raw addresses.
#![allow(unsafe_code)]

#[cfg_attr(target_arch = "x86_64", path = "bulk/x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "bulk/aarch64.rs")]
mod arch;

pub use arch::{wasmc_memory_copy, wasmc_memory_fill};

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// On both sides of every change of method.
    const LENGTHS: [usize; 29] = [
        0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 130, 191, 192, 300, 1000,
        2048, 4095, 4097, 9001,
    ];

    fn pattern(len: usize) -> Vec<u8> {
        (0..len).map(|index| (index * 31 + index / 256) as u8).collect()
    }

    #[test]
    fn copies_like_copy_within_whatever_the_overlap() {
        for len in LENGTHS {
            let distances = [0, 1, 5, 8, 16, 63, 64, 65, 100, len.max(1) - 1, len, len + 7];
            for (distance, misaligned) in distances.into_iter().flat_map(|d| [(d, 0), (d, 3), (d, 13)]) {
                for (dst, src) in [(distance, 0), (0, distance)] {
                    let mut actual = pattern(len * 2 + 200);
                    let mut expected = actual.clone();
                    let (dst, src) = (dst + misaligned, src + misaligned);
                    expected.copy_within(src..src + len, dst);
                    let base = actual.as_mut_ptr();
                    // SAFETY: both ranges lie within `actual`.
                    let returned = unsafe { wasmc_memory_copy(base.add(dst), base.add(src), len as u64) };
                    assert_eq!(returned as usize, base as usize + dst);
                    assert!(actual == expected, "{len} bytes from {src} to {dst}");
                }
            }
        }
    }

    #[test]
    fn fills_exactly_the_range_with_the_low_byte() {
        for len in LENGTHS {
            for offset in [0, 1, 7, 16, 17] {
                let mut actual = pattern(len + 64);
                let mut expected = actual.clone();
                expected[offset..offset + len].fill(0xa5);
                // SAFETY: the range lies within `actual`.
                let returned =
                    unsafe { wasmc_memory_fill(actual.as_mut_ptr().add(offset), 0xffff_ffa5, len as u64) };
                assert_eq!(returned as usize, actual.as_ptr() as usize + offset);
                assert!(actual == expected, "{len} bytes at {offset}");
            }
        }
    }
}
