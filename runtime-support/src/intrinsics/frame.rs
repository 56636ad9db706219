//! The arguments and results of a function of Go: words in the guest's memory
//! above the stack pointer, the frame and the return address.

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
    args: u32,
    /// What the body and its callees might write, and the arguments.
    stack: core::ops::Range<u64>,
}

/// Bytes of the guest that are inside its memory.
#[derive(Clone, Copy)]
pub struct Span {
    pub address: u32,
    pub len_bytes: u32,
}

impl<'call> Frame<'call> {
    /// `words` is the number of the arguments' and results' words.
    pub fn new(
        guest: Guest<'call>,
        stack_pointer: u32,
        frame_bytes: u32,
        words: u32,
    ) -> Option<Frame<'call>> {
        let args = stack_pointer.checked_add(frame_bytes)?.checked_add(RETURN_ADDRESS_BYTES)?;
        let end = args.checked_add(words * WORD_BYTES)?;
        let start = stack_pointer.checked_sub(CALLEES_BYTES)?;
        guest.check(start, (end - start).into()).ok()?;
        Some(Frame { guest, args, stack: start.into()..end.into() })
    }

    fn address_of(&self, word: u32) -> u32 {
        self.args + word * WORD_BYTES
    }

    pub fn word(&self, word: u32) -> Option<u64> {
        self.guest.read_u64(self.address_of(word)).ok()
    }

    pub fn set_word(&mut self, word: u32, value: u64) -> Option<()> {
        self.guest.write_u64(self.address_of(word), value).ok()
    }

    /// Sets the low half of a result of 32 bits.
    pub fn set_u32(&mut self, word: u32, value: u32) -> Option<()> {
        self.guest.write_u32(self.address_of(word), value).ok()
    }

    pub fn set_u8(&mut self, word: u32, value: u8) -> Option<()> {
        self.guest.write(self.address_of(word), &[value]).ok()
    }

    /// Bytes inside the memory; Go's functions test for null where they do not
    /// know a pointer to be valid.
    pub fn span(&self, address: u64, len_bytes: u64) -> Option<Span> {
        let span = Span { address: address.try_into().ok()?, len_bytes: len_bytes.try_into().ok()? };
        (address != 0 && self.guest.check(span.address, len_bytes).is_ok()).then_some(span)
    }

    /// Bytes that nothing which the body writes to its frame can be part of.
    pub fn outside_stack(&self, address: u64, len_bytes: u64) -> Option<Span> {
        let end = address.checked_add(len_bytes)?;
        let is_outside = end <= self.stack.start || self.stack.end <= address;
        self.span(address, len_bytes).filter(|_| is_outside)
    }

    /// The pointer and the length in elements of a slice at `word`, whose
    /// capacity is no less than its length.
    pub fn slice(&self, word: u32) -> Option<(u64, u64)> {
        let (len, capacity) = (self.word(word + 1)?, self.word(word + 2)?);
        (len <= capacity && i64::try_from(capacity).is_ok()).then_some((self.word(word)?, len))
    }

    pub fn bytes(&self, span: Span) -> Option<&[u8]> {
        self.guest.bytes(span.address, span.len_bytes).ok()
    }

    pub fn bytes_mut(&mut self, span: Span) -> Option<&mut [u8]> {
        self.guest.bytes_mut(span.address, span.len_bytes).ok()
    }
}
