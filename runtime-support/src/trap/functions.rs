//! Which WebAssembly function an address belongs to.

use core::ops::Range;

use wasmc_abi::sites::{self, FunctionSite};

/// The compiled functions, ascending by address.
#[derive(Clone, Debug)]
pub struct Functions<'a> {
    text: Range<u64>,
    /// Where each starts, glue included.
    offsets: &'a [u32],
    /// What is known of those that are WebAssembly's; they are the first.
    table: &'a [u8],
    count: usize,
}

impl<'a> Functions<'a> {
    pub fn new(text: Range<u64>, offsets: &'a [u32], table: &'a [u8]) -> Functions<'a> {
        Functions { text, offsets, table, count: sites::functions(table).count() }
    }

    /// The position of the function with `pc` in its code, unless that is no
    /// WebAssembly function but glue.
    pub fn find(&self, pc: u64) -> Option<usize> {
        if !self.text.contains(&pc) {
            return None;
        }
        let offset = u32::try_from(pc - self.text.start).ok()?;
        let position = self.offsets.partition_point(|&start| start <= offset).checked_sub(1)?;
        (position < self.count).then_some(position)
    }

    /// Whether `pc` is the first instruction of any code in the table.
    pub fn is_entry(&self, pc: u64) -> bool {
        self.text.contains(&pc)
            && u32::try_from(pc - self.text.start)
                .is_ok_and(|offset| self.offsets.binary_search(&offset).is_ok())
    }

    /// What is known of the function at a position; it takes a look at all before.
    pub fn site(&self, position: usize) -> Option<FunctionSite<'a>> {
        sites::functions(self.table).nth(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: u64 = 0x10000;
    /// Two functions, 5 and 6, and glue.
    static TABLE: &[u8] = b"\x0A\xA0\x01\x05\0main\x02\x20\x03\x02de";
    static OFFSETS: &[u32] = &[32, 64, 96];

    fn functions() -> Functions<'static> {
        Functions::new(TEXT..TEXT + 128, OFFSETS, TABLE)
    }

    fn index_at(pc: u64) -> Option<u32> {
        let functions = functions();
        functions.find(pc).map(|position| functions.site(position).unwrap().index)
    }

    #[test]
    fn code_belongs_to_the_last_function_that_starts_before_it() {
        assert_eq!(index_at(TEXT - 1), None);
        assert_eq!(index_at(TEXT + 4), None, "before all");
        assert_eq!(index_at(TEXT + 32), Some(5));
        assert_eq!(index_at(TEXT + 63), Some(5));
        assert_eq!(index_at(TEXT + 64), Some(6));
        assert_eq!(index_at(TEXT + 95), Some(6));
        assert_eq!(index_at(TEXT + 96), None, "glue");
        assert_eq!(index_at(TEXT + 128), None);
    }

    #[test]
    fn entries_are_exact() {
        assert!(functions().is_entry(TEXT + 32) && functions().is_entry(TEXT + 96));
        assert!(!functions().is_entry(TEXT + 65) && !functions().is_entry(64));
    }

    #[test]
    fn sites_have_their_names_and_places() {
        let site = |position| functions().site(position).map(|site| (site.wasm_offset, site.name.unwrap()));
        let (offset, name) = site(0).unwrap();
        assert_eq!((offset, name.parts()), (0x50, [&b""[..], b"main"]));
        let (offset, name) = site(1).unwrap();
        assert_eq!((offset, name.parts()), (0x60, [&b"ma"[..], b"de"]));
        assert!(site(2).is_none());
    }
}
