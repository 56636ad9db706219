//! Which WebAssembly function an address belongs to.

use core::ops::Range;

use wasmc_abi::app::{FunctionSite, NO_FUNCTION, NO_NAME};

/// The compiled functions, ascending by address.
#[derive(Clone, Debug)]
pub struct Functions<'a> {
    pub text: Range<u64>,
    pub sites: &'a [FunctionSite],
    pub names: &'a [u8],
}

impl<'a> Functions<'a> {
    /// The function with `pc` in its code, unless that is no WebAssembly
    /// function but glue.
    pub fn find(&self, pc: u64) -> Option<&'a FunctionSite> {
        if !self.text.contains(&pc) {
            return None;
        }
        let offset = u32::try_from(pc - self.text.start).ok()?;
        let after = self.sites.partition_point(|site| site.code_offset <= offset);
        let site = self.sites.get(after.checked_sub(1)?)?;
        (site.function_index != NO_FUNCTION).then_some(site)
    }

    /// Whether `pc` is the first instruction of any code in the table.
    pub fn is_entry(&self, pc: u64) -> bool {
        self.text.contains(&pc)
            && u32::try_from(pc - self.text.start)
                .is_ok_and(|offset| self.sites.binary_search_by_key(&offset, |site| site.code_offset).is_ok())
    }

    /// The function's name, if the module gave one.
    pub fn name(&self, site: &FunctionSite) -> Option<&'a [u8]> {
        if site.name_offset == NO_NAME {
            return None;
        }
        let (len, rest) = self.names.get(site.name_offset as usize..)?.split_first_chunk::<4>()?;
        rest.get(..u32::from_le_bytes(*len) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: u64 = 0x10000;
    static NAMES: &[u8] = b"\x04\0\0\0main\x02\0\0\0go\xff\0\0\0cut";
    static SITES: [FunctionSite; 4] = [
        FunctionSite { code_offset: 0, function_index: NO_FUNCTION, wasm_offset: 0, name_offset: NO_NAME },
        FunctionSite { code_offset: 32, function_index: 5, wasm_offset: 0x50, name_offset: 0 },
        FunctionSite { code_offset: 64, function_index: 6, wasm_offset: 0x60, name_offset: 8 },
        FunctionSite { code_offset: 96, function_index: 7, wasm_offset: 0x70, name_offset: 14 },
    ];

    fn functions() -> Functions<'static> {
        Functions { text: TEXT..TEXT + 128, sites: &SITES, names: NAMES }
    }

    fn index_at(pc: u64) -> Option<u32> {
        functions().find(pc).map(|site| site.function_index)
    }

    #[test]
    fn code_belongs_to_the_last_function_that_starts_before_it() {
        assert_eq!(index_at(TEXT - 1), None);
        assert_eq!(index_at(TEXT + 4), None, "glue");
        assert_eq!(index_at(TEXT + 32), Some(5));
        assert_eq!(index_at(TEXT + 63), Some(5));
        assert_eq!(index_at(TEXT + 64), Some(6));
        assert_eq!(index_at(TEXT + 127), Some(7));
        assert_eq!(index_at(TEXT + 128), None);
    }

    #[test]
    fn entries_are_exact() {
        assert!(functions().is_entry(TEXT) && functions().is_entry(TEXT + 64));
        assert!(!functions().is_entry(TEXT + 65) && !functions().is_entry(64));
    }

    #[test]
    fn names_are_bounded_by_their_table() {
        let names: [Option<&[u8]>; 4] = core::array::from_fn(|index| functions().name(&SITES[index]));
        assert_eq!(names, [None, Some(&b"main"[..]), Some(&b"go"[..]), None]);
    }
}
