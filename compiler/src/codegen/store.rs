//! Finished code, packed: what thousands of functions would hold in allocations of
//! their own is scattered among Cranelift's buffers, and stays there when it is freed.

use super::{Code, Relocation, Trap};
use crate::world::FuncId;
use std::ops::Range;

/// The code of the functions that one thread has compiled.
#[derive(Default)]
pub(crate) struct CodeStore {
    bytes: Vec<u8>,
    relocations: Vec<Relocation>,
    traps: Vec<Trap>,
    functions: Vec<Stored>,
}

/// Where a function's parts are.
struct Stored {
    function: FuncId,
    align: u32,
    bytes: Range<usize>,
    relocations: Range<usize>,
    traps: Range<usize>,
}

/// One function's machine code, wherever it is kept.
#[derive(Clone, Copy)]
pub(crate) struct CodeRef<'a> {
    pub bytes: &'a [u8],
    pub align: u32,
    pub relocations: &'a [Relocation],
    pub traps: &'a [Trap],
}

impl CodeStore {
    pub fn add(&mut self, function: FuncId, code: &Code) {
        self.functions.push(Stored {
            function,
            align: code.align,
            bytes: append(&mut self.bytes, &code.bytes),
            relocations: append(&mut self.relocations, &code.relocations),
            traps: append(&mut self.traps, &code.traps),
        });
    }

    /// In the order in which they were added.
    pub fn functions(&self) -> impl Iterator<Item = (FuncId, CodeRef<'_>)> {
        self.functions.iter().map(|stored| {
            let code = CodeRef {
                bytes: &self.bytes[stored.bytes.clone()],
                align: stored.align,
                relocations: &self.relocations[stored.relocations.clone()],
                traps: &self.traps[stored.traps.clone()],
            };
            (stored.function, code)
        })
    }
}

impl Code {
    pub fn borrow(&self) -> CodeRef<'_> {
        let Code { bytes, align, relocations, traps } = self;
        CodeRef { bytes, align: *align, relocations, traps }
    }
}

fn append<T: Copy>(all: &mut Vec<T>, own: &[T]) -> Range<usize> {
    let start = all.len();
    all.extend_from_slice(own);
    start..all.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen::RelocationTarget;
    use cranelift_codegen::binemit::Reloc;

    #[test]
    fn each_function_gets_its_own_parts_back() {
        let relocation =
            |offset| Relocation { offset, kind: Reloc::Abs8, target: RelocationTarget::Host(0), addend: 0 };
        let mut store = CodeStore::default();
        for (number, len) in [(7, 3), (2, 0), (5, 2)] {
            let bytes = vec![number as u8; len];
            let relocations = (0..len as u32).map(relocation).collect();
            store.add(FuncId::from_u32(number), &Code { bytes, align: 16, relocations, traps: Vec::new() });
        }
        let functions = store.functions().map(|(function, code)| {
            assert_eq!(code.relocations.len(), code.bytes.len());
            (function.as_u32(), code.bytes)
        });
        assert_eq!(functions.collect::<Vec<_>>(), [(7, &[7; 3][..]), (2, &[]), (5, &[5; 2])]);
    }
}
