//! The loops of math/big over words of 64 bits. Slices may overlap in any way,
//! as in the bodies: each word is written before the next ones are read.
// Words of the guest at checked addresses.
#![allow(unsafe_code)]

use super::frame::{Frame, SameLength};

const WORD_BYTES: u64 = 8;

/// Words of the guest, inside its memory and outside the frame of the call.
#[derive(Clone, Copy)]
struct Words {
    start: *mut [u8; WORD_BYTES as usize],
    len: usize,
}

impl Words {
    /// The words of the slice at `word`.
    #[inline(always)]
    fn new(frame: &Frame<'_>, slices: SameLength<'_>, word: u32) -> Option<Words> {
        Some(Words { start: slices.slice(frame, word)?.cast(), len: slices.len as usize })
    }

    /// All but the first `count`.
    fn from(self, count: usize) -> Words {
        let count = count.min(self.len);
        Words { start: self.start.wrapping_add(count), len: self.len - count }
    }

    #[inline(always)]
    fn get(self, index: usize) -> u64 {
        debug_assert!(index < self.len);
        // SAFETY: the words are in the guest's memory, which lives as long as
        // the call; nobody holds a reference to it.
        u64::from_le_bytes(unsafe { self.start.add(index).read() })
    }

    #[inline(always)]
    fn set(self, index: usize, value: u64) {
        debug_assert!(index < self.len);
        // SAFETY: as above.
        unsafe { self.start.add(index).write(value.to_le_bytes()) };
    }
}

/// `addVV(z, x, y []Word) (carry Word)`
pub fn add(frame: &mut Frame<'_>) -> Option<()> {
    combine(frame, |x, y, carry| {
        let (sum, first) = x.overflowing_add(y);
        let (sum, second) = sum.overflowing_add(carry.into());
        (sum, first | second)
    })
}

/// `subVV(z, x, y []Word) (borrow Word)`
pub fn sub(frame: &mut Frame<'_>) -> Option<()> {
    combine(frame, |x, y, borrow| {
        let (difference, first) = x.overflowing_sub(y);
        let (difference, second) = difference.overflowing_sub(borrow.into());
        (difference, first | second)
    })
}

#[inline(always)]
fn combine(frame: &mut Frame<'_>, operation: impl Fn(u64, u64, bool) -> (u64, bool)) -> Option<()> {
    let slices = frame.same_length(WORD_BYTES)?;
    let (z, x, y) =
        (Words::new(frame, slices, 0)?, Words::new(frame, slices, 3)?, Words::new(frame, slices, 6)?);
    let mut carry = false;
    each(z.len, |index| {
        let (word, next) = operation(x.get(index), y.get(index), carry);
        z.set(index, word);
        carry = next;
    });
    frame.set_word(9, carry.into());
    Some(())
}

/// Calls `step` for each index in order, four at a time: it is short.
#[inline(always)]
fn each(len: usize, mut step: impl FnMut(usize)) {
    let mut index = 0;
    while len - index >= 4 {
        step(index);
        step(index + 1);
        step(index + 2);
        step(index + 3);
        index += 4;
    }
    (index..len).for_each(step);
}

/// `mulAddVWW(z, x []Word, factor, addend Word) (carry Word)`: z = x * factor + addend
pub fn mul_add(frame: &mut Frame<'_>) -> Option<()> {
    let slices = frame.same_length(WORD_BYTES)?;
    let (z, x) = (Words::new(frame, slices, 0)?, Words::new(frame, slices, 3)?);
    let (factor, mut carry) = (frame.word(6), frame.word(7));
    each(z.len, |index| {
        let sum = product(x.get(index), factor) + u128::from(carry);
        z.set(index, sum as u64);
        carry = (sum >> 64) as u64;
    });
    frame.set_word(8, carry);
    Some(())
}

/// `addMulVVW(z, x []Word, factor Word) (carry Word)`: z += x * factor
pub fn add_mul(frame: &mut Frame<'_>) -> Option<()> {
    let slices = frame.same_length(WORD_BYTES)?;
    let (z, x) = (Words::new(frame, slices, 0)?, Words::new(frame, slices, 3)?);
    let carry = add_product(z, z, x, frame.word(6), 0);
    frame.set_word(7, carry);
    Some(())
}

/// `addMulVVWW(z, x, y []Word, factor, addend Word) (carry Word)`:
/// z = x + y * factor + addend
pub fn add_mul_to(frame: &mut Frame<'_>) -> Option<()> {
    let slices = frame.same_length(WORD_BYTES)?;
    let (z, x, y) =
        (Words::new(frame, slices, 0)?, Words::new(frame, slices, 3)?, Words::new(frame, slices, 6)?);
    let carry = add_product(z, x, y, frame.word(9), frame.word(10));
    frame.set_word(11, carry);
    Some(())
}

#[inline(always)]
fn add_product(z: Words, x: Words, y: Words, factor: u64, carry: u64) -> u64 {
    let (done, mut carry) = add_product_by_turns(z, x, y, factor, carry);
    let rest = |words: Words| words.from(done);
    let (z, x, y) = (rest(z), rest(x), rest(y));
    each(z.len, |index| {
        // The largest values give 2^128 - 1, so that nothing overflows.
        let sum = product(y.get(index), factor) + u128::from(x.get(index)) + u128::from(carry);
        z.set(index, sum as u64);
        carry = (sum >> 64) as u64;
    });
    carry
}

/// The words that were done at the start, and the carry after them.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn add_product_by_turns(z: Words, x: Words, y: Words, factor: u64, carry: u64) -> (usize, u64) {
    use super::arch::big::{TURN_WORDS, add_product};
    use super::features::{TWO_CARRIES, has};
    let turns = z.len / TURN_WORDS;
    if turns == 0 || !has(TWO_CARRIES) {
        return (0, carry);
    }
    let (to, x, y) = (z.start.cast(), x.start.cast_const().cast(), y.start.cast_const().cast());
    // SAFETY: the CPU was asked; all three have as many words, in the guest's
    // memory, to which nobody holds a reference.
    (turns * TURN_WORDS, unsafe { add_product(to, x, y, turns, factor, carry) })
}

/// AArch64 has no such instructions.
#[cfg(target_arch = "aarch64")]
fn add_product_by_turns(_: Words, _: Words, _: Words, _: u64, carry: u64) -> (usize, u64) {
    (0, carry)
}

fn product(left: u64, right: u64) -> u128 {
    u128::from(left) * u128::from(right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;
    use std::vec::Vec;

    fn words(values: &mut [u64]) -> Words {
        Words { start: values.as_mut_ptr().cast(), len: values.len() }
    }

    /// By whatever this CPU has: turns of several words, and the rest.
    #[test]
    fn products_are_added_with_every_carry() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            // Words of ones make the longest chains of carries.
            if state >> 61 == 0 { u64::MAX } else { state ^ state >> 29 }
        };
        for round in 0..4000 {
            let count = round % 40;
            let mut x: Vec<u64> = (0..count).map(|_| random()).collect();
            let mut y: Vec<u64> = (0..count).map(|_| random()).collect();
            let (factor, first) = (random(), random());
            let (mut expected, mut carry) = (Vec::new(), first);
            for (x, y) in x.iter().zip(&y) {
                let sum = product(*y, factor) + u128::from(*x) + u128::from(carry);
                expected.push(sum as u64);
                carry = (sum >> 64) as u64;
            }
            let mut z = vec![0; count];
            let last = add_product(words(&mut z), words(&mut x), words(&mut y), factor, first);
            assert_eq!((&z, last), (&expected, carry));
            // In place, as addMulVVW does.
            let (to, from) = (words(&mut x), words(&mut y));
            assert_eq!(add_product(to, to, from, factor, first), carry);
            assert_eq!(x, expected);
        }
    }
}
