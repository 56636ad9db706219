//! The arguments and results of a function of Go: words in the guest's memory
//! above the stack pointer, the frame and the return address.
// Words at addresses that have been checked once for all of them.
#![allow(unsafe_code)]

use crate::guest::Guest;

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

    #[inline(always)]
    pub fn bytes(&self, span: Span) -> Option<&[u8]> {
        self.guest.bytes(span.address, span.len_bytes).ok()
    }

    #[inline(always)]
    pub fn bytes_mut(&mut self, span: Span) -> Option<&mut [u8]> {
        self.guest.bytes_mut(span.address, span.len_bytes).ok()
    }
}
