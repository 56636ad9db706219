//! The tables behind a trap report, as bytes: differences from the entry before,
//! in LEB128, because each is read once at most and there are thousands.
//!
//! A trap site is the difference of its code offset, the trap's code, and the
//! signed difference of its offset in the module. A function is the signed
//! differences of its index and of its body's offset in the module, and its name:
//! 0 where it has none, else 1 and its length without what it shares with the
//! last name, then how much that is, then the bytes.

/// A name shares at most this with the last one, so that readers without a heap
/// can keep it.
pub const SHARED_BYTES_MAX: usize = 127;

/// One instruction that can trap, other than by touching a linear memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrapSite {
    /// Of the instruction, in bytes from the start of the text.
    pub code_offset: u32,
    /// Of the WebAssembly instruction, in bytes from the start of the module.
    pub wasm_offset: u32,
    /// A [`crate::trap::TrapCode`].
    pub code: u8,
}

/// One WebAssembly function, for backtraces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionSite<'a> {
    /// In the module's function index space, imports included.
    pub index: u32,
    /// Of its body, in bytes from the start of the module.
    pub wasm_offset: u32,
    pub name: Option<Name<'a>>,
}

/// A name in two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    shared: [u8; SHARED_BYTES_MAX],
    shared_len: usize,
    rest: &'a [u8],
}

impl<'a> Name<'a> {
    /// What comes first, and what follows; the cut is between two characters.
    pub fn parts(&self) -> [&[u8]; 2] {
        [&self.shared[..self.shared_len], self.rest]
    }

    /// The name of which `shared` bytes are those of this one.
    fn next(&self, shared: usize, rest: &'a [u8]) -> Name<'a> {
        let mut name = Name { shared: [0; SHARED_BYTES_MAX], shared_len: shared, rest };
        let known = self.shared[..self.shared_len].iter().chain(self.rest);
        for (to, from) in name.shared[..shared].iter_mut().zip(known) {
            *to = *from;
        }
        name
    }
}

/// The trap sites in their order, as far as they are well-formed.
pub fn trap_sites(bytes: &[u8]) -> impl Iterator<Item = TrapSite> {
    let mut reader = Reader(bytes);
    let mut last = TrapSite { code_offset: 0, wasm_offset: 0, code: 0 };
    core::iter::from_fn(move || {
        last = TrapSite {
            code_offset: last.code_offset.wrapping_add(reader.number()?),
            code: reader.byte()?,
            wasm_offset: last.wasm_offset.wrapping_add(reader.signed()?),
        };
        Some(last)
    })
}

/// The functions in their order, as far as they are well-formed.
pub fn functions(bytes: &[u8]) -> FunctionSites<'_> {
    FunctionSites {
        reader: Reader(bytes),
        index: 0,
        wasm_offset: 0,
        last: Name { shared: [0; SHARED_BYTES_MAX], shared_len: 0, rest: &[] },
    }
}

/// What [`functions`] gives.
pub struct FunctionSites<'a> {
    reader: Reader<'a>,
    index: u32,
    wasm_offset: u32,
    last: Name<'a>,
}

impl<'a> Iterator for FunctionSites<'a> {
    type Item = FunctionSite<'a>;

    /// Not inlined: reports are rare, and the runtime is to be small.
    #[inline(never)]
    fn next(&mut self) -> Option<FunctionSite<'a>> {
        self.index = self.index.wrapping_add(self.reader.signed()?);
        self.wasm_offset = self.wasm_offset.wrapping_add(self.reader.signed()?);
        let (index, wasm_offset) = (self.index, self.wasm_offset);
        let Some(len) = self.reader.number()?.checked_sub(1) else {
            return Some(FunctionSite { index, wasm_offset, name: None });
        };
        let shared = (self.reader.number()? as usize).min(SHARED_BYTES_MAX);
        self.last = self.last.next(shared, self.reader.bytes(len as usize)?);
        Some(FunctionSite { index, wasm_offset, name: Some(self.last) })
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Not inlined: there are many calls, and the runtime is to be small.
    #[inline(never)]
    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..u32::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A difference, small ones of either sign in few bytes.
    fn signed(&mut self) -> Option<u32> {
        let number = self.number()?;
        Some((number >> 1) ^ (number & 1).wrapping_neg())
    }
}

#[cfg(feature = "encode")]
pub use encode::Encoder;

#[cfg(feature = "encode")]
mod encode {
    use super::{SHARED_BYTES_MAX, TrapSite};
    use alloc::string::String;
    use alloc::vec::Vec;

    /// Writes both tables.
    #[derive(Default)]
    pub struct Encoder {
        pub trap_sites: Vec<u8>,
        pub functions: Vec<u8>,
        trap_offsets: (u32, u32),
        function_numbers: (u32, u32),
        name: String,
    }

    impl Encoder {
        /// Sites ascend by their code offsets.
        pub fn add_trap(&mut self, site: TrapSite) {
            let (code_offset, wasm_offset) = self.trap_offsets;
            push(&mut self.trap_sites, site.code_offset - code_offset);
            self.trap_sites.push(site.code);
            push_signed(&mut self.trap_sites, site.wasm_offset.wrapping_sub(wasm_offset));
            self.trap_offsets = (site.code_offset, site.wasm_offset);
        }

        pub fn add_function(&mut self, index: u32, wasm_offset: u32, name: Option<&str>) {
            let last = self.function_numbers;
            push_signed(&mut self.functions, index.wrapping_sub(last.0));
            push_signed(&mut self.functions, wasm_offset.wrapping_sub(last.1));
            self.function_numbers = (index, wasm_offset);
            let Some(name) = name else {
                push(&mut self.functions, 0);
                return;
            };
            let same = name.bytes().zip(self.name.bytes()).take_while(|(one, other)| one == other).count();
            let shared = name.floor_char_boundary(same.min(SHARED_BYTES_MAX));
            let rest = &name.as_bytes()[shared..];
            push(&mut self.functions, rest.len() as u32 + 1);
            push(&mut self.functions, shared as u32);
            self.functions.extend_from_slice(rest);
            self.name.clear();
            self.name.push_str(name);
        }
    }

    fn push(bytes: &mut Vec<u8>, mut number: u32) {
        while number >= 0x80 {
            bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
    }

    fn push_signed(bytes: &mut Vec<u8>, difference: u32) {
        let difference = difference as i32;
        push(bytes, ((difference << 1) ^ (difference >> 31)) as u32);
    }
}

#[cfg(all(test, feature = "encode"))]
mod tests {
    use super::*;
    use alloc::string::String;
    use alloc::vec::Vec;

    #[test]
    fn traps_come_back() {
        let site = |code_offset, wasm_offset, code| TrapSite { code_offset, wasm_offset, code };
        let sites = [site(0, 7, 1), site(200, 3, 10), site(201, u32::MAX, 2), site(u32::MAX, 0, 255)];
        let mut encoder = Encoder::default();
        sites.iter().for_each(|&site| encoder.add_trap(site));
        let bytes = encoder.trap_sites;
        assert_eq!(trap_sites(&bytes).collect::<Vec<_>>(), sites);
        for len in 0..bytes.len() {
            assert!(trap_sites(&bytes[..len]).count() < sites.len());
        }
    }

    #[test]
    fn functions_come_back() {
        let long = "long.".repeat(50);
        let mut all = alloc::vec![
            (5, 100, Some("runtime.gc")),
            (6, 160, Some("runtime.gcStart")),
            (7, 220, None),
            (8, 300, Some("runtime.gé")),
            (9, 301, Some("runtime.gè")),
            (10, 302, Some("")),
            (0, 50, Some("other")),
        ];
        let pairs = [alloc::format!("{long}one"), alloc::format!("{long}two")];
        all.extend(pairs.iter().map(|name| (u32::MAX, u32::MAX, Some(name.as_str()))));
        let mut encoder = Encoder::default();
        all.iter().for_each(|&(index, offset, name)| encoder.add_function(index, offset, name));
        let bytes = encoder.functions;
        let text = |name: Name<'_>| String::from_utf8(name.parts().concat()).expect("as it was");
        let read = |site: FunctionSite<'_>| (site.index, site.wasm_offset, site.name.map(text));
        let expected = all.iter().map(|&(index, offset, name)| (index, offset, name.map(String::from)));
        assert_eq!(functions(&bytes).map(read).collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        assert!(
            functions(&bytes)
                .flat_map(|site| site.name)
                .all(|name| { name.parts().iter().all(|part| core::str::from_utf8(part).is_ok()) })
        );
        for len in 0..bytes.len() {
            assert!(functions(&bytes[..len]).count() < all.len());
        }
    }
}
