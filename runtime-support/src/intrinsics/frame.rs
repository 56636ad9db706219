//! The arguments and results of a function of Go: words in the guest's memory
//! above the stack pointer, the frame and the return address.
// Words at addresses that have been checked once for all of them.
#![allow(unsafe_code)]

use crate::guest::{Guest, Room};

const WORD_BYTES: u32 = 8;
const RETURN_ADDRESS_BYTES: u32 = 8;
/// What a function's own calls may write below the stack pointer: their
/// arguments and frames. The largest of the catalogue is a tenth of this.
const CALLEES_BYTES: u32 = 1024;

/// A call in progress whose frame and arguments are inside the memory, so that
/// the body could have written its frame.
pub struct Frame<'call> {
    pub guest: Guest<'call>,
    /// The arguments' and results' words, all in the memory.
    args: *mut [u8; WORD_BYTES as usize],
    words: u32,
    /// What the body and its callees might write, and the arguments.
    stack: core::ops::Range<u64>,
}

/// Bytes of the guest that are inside its memory.
#[derive(Clone, Copy)]
pub struct Span {
    pub address: u32,
    pub len_bytes: u32,
}

// Small and called with constants: inlined, most of each disappears.
impl<'call> Frame<'call> {
    /// `words` is the number of the arguments' and results' words.
    #[inline(always)]
    pub fn new(mut guest: Guest<'call>, stack_pointer: u32, frame_bytes: u32, words: u32) -> Option<Self> {
        let start = u64::from(stack_pointer.checked_sub(CALLEES_BYTES)?);
        let args = u64::from(stack_pointer) + u64::from(frame_bytes + RETURN_ADDRESS_BYTES);
        let end = args + u64::from(words * WORD_BYTES);
        let args = guest.bytes_mut(u32::try_from(args).ok()?, words * WORD_BYTES).ok()?.as_mut_ptr().cast();
        Some(Frame { guest, args, words, stack: start..end })
    }

    #[inline(always)]
    pub fn word(&self, word: u32) -> u64 {
        debug_assert!(word < self.words);
        // SAFETY: it is one of the words; nothing holds a reference to them.
        u64::from_le_bytes(unsafe { self.args.add(word as usize).read() })
    }

    #[inline(always)]
    pub fn set_word(&mut self, word: u32, value: u64) {
        debug_assert!(word < self.words);
        // SAFETY: as above.
        unsafe { self.args.add(word as usize).write(value.to_le_bytes()) };
    }

    /// Sets the low half of a result of 32 bits.
    #[inline(always)]
    pub fn set_u32(&mut self, word: u32, value: u32) {
        debug_assert!(word < self.words);
        // SAFETY: as above.
        unsafe { self.args.add(word as usize).cast::<[u8; 4]>().write(value.to_le_bytes()) };
    }

    /// Bytes inside the memory that nothing which the body writes to its frame
    /// can be part of. None are at null: Go's functions panic there.
    #[inline(always)]
    pub fn outside_stack(&self, address: u64, len_bytes: u64) -> Option<Span> {
        if (address | len_bytes) >> 32 != 0 || address == 0 {
            return None;
        }
        let is_outside = address + len_bytes <= self.stack.start || self.stack.end <= address;
        let span = Span { address: address as u32, len_bytes: len_bytes as u32 };
        (is_outside && self.guest.check(span.address, len_bytes).is_ok()).then_some(span)
    }

    /// The pointer and the length in elements of a slice at `word`, whose
    /// capacity is no less than its length.
    #[inline(always)]
    pub fn slice(&self, word: u32) -> Option<(u64, u64)> {
        let (address, len, capacity) = (self.word(word), self.word(word + 1), self.word(word + 2));
        (len <= capacity && capacity >> 32 == 0).then_some((address, len))
    }

    /// What [`Frame::slice`] and [`Frame::outside_stack`] ask, for slices that all have
    /// the length of the one at word 0, in elements of `element_bytes`; none if that
    /// is empty.
    #[inline(always)]
    pub fn same_length(&self, element_bytes: u64) -> Option<SameLength<'call>> {
        let len = self.word(1);
        if len == 0 || len >> 32 != 0 {
            return None;
        }
        let len_bytes = len * element_bytes;
        let first = self.stack.start.wrapping_sub(len_bytes).wrapping_add(1);
        let overlapping = self.stack.end.wrapping_sub(first);
        Some(SameLength { len, room: self.guest.room(len_bytes)?, first, overlapping })
    }

    #[inline(always)]
    pub fn bytes(&self, span: Span) -> Option<&[u8]> {
        self.guest.bytes(span.address, span.len_bytes).ok()
    }

    #[inline(always)]
    pub fn bytes_mut(&mut self, span: Span) -> Option<&mut [u8]> {
        self.guest.bytes_mut(span.address, span.len_bytes).ok()
    }
}

/// Slices of one length, at least one element, that are inside the memory and outside
/// the frame of the call.
#[derive(Clone, Copy)]
pub struct SameLength<'call> {
    pub len: u64,
    room: Room<'call>,
    /// The lowest address at which one would reach into what the body writes, and the
    /// number of such addresses. It may be below 0, and wrap.
    first: u64,
    overlapping: u64,
}

impl SameLength<'_> {
    /// The elements of the slice at `word`.
    #[inline(always)]
    pub fn slice(&self, frame: &Frame<'_>, word: u32) -> Option<*mut u8> {
        let (address, len, capacity) = (frame.word(word), frame.word(word + 1), frame.word(word + 2));
        // No less than the length, and below 2^32.
        let is_capacity = capacity.wrapping_sub(len) < (1 << 32) - self.len;
        let is_outside = address.wrapping_sub(self.first) >= self.overlapping;
        self.room.at(address).filter(|_| len == self.len && is_capacity && is_outside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;
    use wasmc_abi::app::MemoryRecord;

    #[test]
    fn slices_of_one_length_are_allowed_as_each_is_by_itself() {
        const MEMORY_BYTES: u64 = 1 << 14;
        const FRAME_BYTES: u32 = 16;
        let mut memory = vec![0_u8; MEMORY_BYTES as usize];
        let record = MemoryRecord {
            base: memory.as_mut_ptr().expose_provenance() as u64,
            len_bytes: MEMORY_BYTES,
            max_bytes: MEMORY_BYTES,
            reserved_bytes: MEMORY_BYTES,
        };
        let near = |point: u64| (point.saturating_sub(9)..point + 10).collect::<std::vec::Vec<u64>>();
        let mut seen = [0; 2];
        for stack_pointer in [CALLEES_BYTES, CALLEES_BYTES + 8, 8000] {
            let (start, end) = (u64::from(stack_pointer - CALLEES_BYTES), u64::from(stack_pointer) + 72);
            for len in [1, 2, 100, 1000, 2047, 2048, 1 << 29, u64::from(u32::MAX), 1 << 32] {
                let bytes = len * u64::from(WORD_BYTES);
                let fits = MEMORY_BYTES.saturating_sub(bytes);
                let points = [0, start.saturating_sub(bytes), start, end, fits, MEMORY_BYTES, 1 << 32];
                let capacities = [0, len - 1, len, len + 1, u64::from(u32::MAX), 1 << 32, u64::MAX];
                for address in points.into_iter().flat_map(near).chain([u64::MAX, u64::MAX - bytes]) {
                    for capacity in capacities {
                        // SAFETY: the record is that of `memory`, which nothing else uses meanwhile.
                        let guest = unsafe { Guest::new(&record) };
                        let mut frame = Frame::new(guest, stack_pointer, FRAME_BYTES, 6).unwrap();
                        for (word, value) in
                            [(0, 8), (1, len), (2, len), (3, address), (4, len), (5, capacity)]
                        {
                            frame.set_word(word, value);
                        }
                        let by_itself = frame.slice(3).and_then(|(address, len)| {
                            frame.outside_stack(address, len.checked_mul(u64::from(WORD_BYTES))?)
                        });
                        let together = frame
                            .same_length(u64::from(WORD_BYTES))
                            .and_then(|slices| slices.slice(&frame, 3));
                        let expected = by_itself.map(|span| record.base + u64::from(span.address));
                        assert_eq!(
                            together.map(|start| start.addr() as u64),
                            expected,
                            "{address} {len} {capacity}"
                        );
                        seen[usize::from(together.is_some())] += 1;
                    }
                }
            }
        }
        assert!(seen[0] > 500 && seen[1] > 500, "{seen:?}");
    }
}
