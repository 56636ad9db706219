//! The chain of callers, by frame pointers, which all compiled code keeps.
// Reads the guest's stack.
#![allow(unsafe_code)]

use core::ops::Range;

use super::functions::Functions;
use crate::report::{Output, decimal, hex};

/// Frames shown from the trap outwards, and from the entry inwards; a runaway
/// recursion has millions between.
const INNERMOST: usize = 32;
const OUTERMOST: usize = 8;

/// A frame's saved frame pointer and, above it, the return address.
const FRAME_BYTES: u64 = 16;

/// Return addresses from the innermost frame outwards.
pub struct ReturnAddresses {
    stack: Range<u64>,
    frame_pointer: u64,
}

impl ReturnAddresses {
    /// # Safety
    /// Every byte of `stack` must be readable while this is used.
    pub unsafe fn new(stack: Range<u64>, frame_pointer: u64) -> ReturnAddresses {
        ReturnAddresses { stack, frame_pointer }
    }
}

impl Iterator for ReturnAddresses {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let frame = self.frame_pointer;
        let is_frame =
            frame.is_multiple_of(8) && self.stack.contains(&frame) && self.stack.end - frame >= FRAME_BYTES;
        if !is_frame {
            return None;
        }
        // SAFETY: both words lie in the stack, which `new` requires readable.
        let [caller, return_address] = unsafe { (frame as *const [u64; 2]).read() };
        // Callers are further up; the outermost frame has 0 here. Moving the
        // start of the range makes a chain that loops end.
        self.stack.start = frame + FRAME_BYTES;
        self.frame_pointer = caller;
        Some(return_address)
    }
}

/// A WebAssembly function that was running.
#[derive(Clone, Copy)]
pub struct Frame {
    /// Its position, see [`Functions::site`].
    function: usize,
    /// Where that is known better than by the function.
    wasm_offset: Option<u32>,
}

/// Turns addresses into frames; what is not WebAssembly falls out.
pub fn frames(
    functions: &Functions<'_>,
    pc: u64,
    wasm_offset: Option<u32>,
    return_addresses: impl Iterator<Item = u64>,
) -> impl Iterator<Item = Frame> {
    let innermost = functions.find(pc).map(|function| Frame { function, wasm_offset });
    // A call may be a function's last instruction: look just before the return.
    let callers = return_addresses
        .filter_map(|address| functions.find(address.wrapping_sub(1)))
        .map(|function| Frame { function, wasm_offset: None });
    innermost.into_iter().chain(callers)
}

/// Prints the frames, the middle of a long chain left out.
pub fn print(out: &mut Output, functions: &Functions<'_>, frames: impl Iterator<Item = Frame>) {
    let mut last: [Option<Frame>; OUTERMOST] = [None; OUTERMOST];
    let mut count = 0;
    for frame in frames {
        if count < INNERMOST {
            print_frame(out, functions, count, &frame);
        } else {
            last[count % OUTERMOST] = Some(frame);
        }
        count += 1;
    }
    let resumed = count.saturating_sub(OUTERMOST).max(INNERMOST);
    if resumed > INNERMOST {
        out.push(b"      ... ");
        out.push(decimal((resumed - INNERMOST) as u64).as_bytes());
        out.push(b" frames omitted ...\n");
    }
    for index in resumed..count {
        if let Some(frame) = &last[index % OUTERMOST] {
            print_frame(out, functions, index, frame);
        }
    }
}

fn print_frame(out: &mut Output, functions: &Functions<'_>, index: usize, frame: &Frame) {
    let Some(site) = functions.site(frame.function) else { return };
    let number = decimal(index as u64);
    let padding = 4usize.saturating_sub(number.as_bytes().len());
    out.push(&b"    "[..padding]);
    out.push(number.as_bytes());
    out.push(b": ");
    out.push(hex(frame.wasm_offset.unwrap_or(site.wasm_offset).into()).as_bytes());
    out.push(b" - ");
    match site.name {
        Some(name) => name.parts().into_iter().for_each(|part| out.push_escaped(part)),
        None => {
            out.push(b"wasm function ");
            out.push(decimal(site.index.into()).as_bytes());
        }
    }
    out.push(b"\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::written;
    use std::string::String;
    use std::vec::Vec;

    const TEXT: u64 = 0x10000;

    /// Function 5 with its body at 0x50 and a name, 6 at 0x60 without, and glue.
    fn functions() -> Functions<'static> {
        Functions::new(TEXT..TEXT + 96, &[0, 32, 64], b"\x0A\xA0\x01\x05\0ma\x1bn\x02\x20\0")
    }

    fn chain(words: &[u64], first: usize) -> Vec<u64> {
        let range = words.as_ptr_range();
        let stack = range.start as u64..range.end as u64;
        let frame_pointer = if first < words.len() { stack.start + first as u64 * 8 } else { first as u64 };
        // SAFETY: `words` is readable.
        unsafe { ReturnAddresses::new(stack, frame_pointer) }.collect()
    }

    /// `N` words, each its index plus 100, those at `links` the address of
    /// another word (or 0).
    fn stack<const N: usize>(links: &[(usize, usize)]) -> std::boxed::Box<[u64; N]> {
        let mut words = std::boxed::Box::new(core::array::from_fn(|index| index as u64 + 100));
        let base = words.as_ptr() as u64;
        for (from, to) in links {
            words[*from] = if *to == 0 { 0 } else { base + *to as u64 * 8 };
        }
        words
    }

    #[test]
    fn the_chain_ends_at_zero() {
        let words = stack::<12>(&[(1, 4), (4, 8), (8, 0)]);
        assert_eq!(chain(&words[..], 1), [102, 105, 109]);
    }

    #[test]
    fn a_broken_chain_ends_instead_of_faulting() {
        assert_eq!(chain(&stack::<4>(&[(1, 1)])[..], 1), [102], "a loop");
        assert_eq!(chain(&stack::<4>(&[(2, 1)])[..], 2), [103], "downwards");
        assert_eq!(chain(&stack::<4>(&[])[..], 1), [102], "outside");
        assert_eq!(chain(&stack::<4>(&[(1, 3)])[..], 1), [102], "cut by the stack's end");
        assert_eq!(chain(&[0; 4], usize::MAX), []);
    }

    fn printed(pc: u64, wasm_offset: Option<u32>, callers: &[u64]) -> String {
        let functions = functions();
        let frames = frames(&functions, pc, wasm_offset, callers.iter().copied());
        String::from_utf8(written(|out| print(out, &functions, frames))).unwrap()
    }

    #[test]
    fn frames_have_offset_and_name_and_glue_is_left_out() {
        // A return address at a function's start belongs to the call before it.
        let text = printed(TEXT + 38, Some(0x66), &[TEXT + 32, TEXT + 70, 7]);
        assert_eq!(text, "   0: 0x66 - wasm function 6\n   1: 0x50 - ma\\x1bn\n");
        assert_eq!(printed(TEXT + 8, None, &[]), "   0: 0x50 - ma\\x1bn\n");
        assert_eq!(printed(3, None, &[TEXT + 48]), "   0: 0x60 - wasm function 6\n");
    }

    #[test]
    fn long_chains_keep_both_ends() {
        let mut callers = std::vec![TEXT + 48; 1000];
        callers[998] = TEXT + 8;
        let text = printed(TEXT + 48, None, &callers);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), INNERMOST + 1 + OUTERMOST);
        assert_eq!(lines[31], "  31: 0x60 - wasm function 6");
        assert_eq!(lines[32], "      ... 961 frames omitted ...");
        assert_eq!(lines[33], " 993: 0x60 - wasm function 6");
        assert_eq!(lines[39], " 999: 0x50 - ma\\x1bn");
        assert_eq!(lines[40], "1000: 0x60 - wasm function 6");
    }

    #[test]
    fn chains_that_just_fit_are_whole() {
        for count in [INNERMOST, INNERMOST + 1, INNERMOST + OUTERMOST] {
            let text = printed(TEXT + 48, None, &std::vec![TEXT + 48; count - 1]);
            assert_eq!(text.lines().count(), count);
            assert!(!text.contains("omitted"));
        }
    }
}
