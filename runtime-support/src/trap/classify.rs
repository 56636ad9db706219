//! What a hardware fault means: a trap of the program, or a bug of ours.

use core::ops::Range;

use wasmc_abi::app::{Region, region};
use wasmc_abi::sites::{self, TrapSite};
use wasmc_abi::trap::TrapCode;

use crate::sys::{SIGBUS, SIGSEGV};

/// A signal that the CPU raised.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    pub signal: i32,
    pub pc: u64,
    /// Of the access that failed, for SIGSEGV and SIGBUS.
    pub address: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Trap {
        code: TrapCode,
        /// Of the WebAssembly instruction, where the trap table has it.
        wasm_offset: Option<u32>,
    },
    RuntimeBug,
}

/// The addresses that mean something.
#[derive(Clone, Debug)]
pub struct Guest<'a> {
    pub origin: u64,
    pub text: Range<u64>,
    pub stack_guard: Range<u64>,
    pub regions: &'a [Region],
    /// See [`wasmc_abi::sites`].
    pub trap_sites: &'a [u8],
}

impl Guest<'_> {
    pub fn classify(&self, fault: &Fault) -> Cause {
        let is_access = matches!(fault.signal, SIGSEGV | SIGBUS);
        if is_access && self.stack_guard.contains(&fault.address) {
            return Cause::Trap { code: TrapCode::StackOverflow, wasm_offset: None };
        }
        if !self.text.contains(&fault.pc) {
            return Cause::RuntimeBug;
        }
        let site = self.site_at(fault.pc);
        let wasm_offset = site.map(|site| site.wasm_offset);
        if is_access && self.is_in_memory(fault.address) {
            return Cause::Trap { code: TrapCode::MemoryOutOfBounds, wasm_offset };
        }
        match site.and_then(|site| TrapCode::from_byte(site.code)) {
            Some(code) => Cause::Trap { code, wasm_offset },
            None => Cause::RuntimeBug,
        }
    }

    fn site_at(&self, pc: u64) -> Option<TrapSite> {
        let offset = u32::try_from(pc.checked_sub(self.text.start)?).ok()?;
        sites::trap_sites(self.trap_sites).find(|site| site.code_offset == offset)
    }

    fn is_in_memory(&self, address: u64) -> bool {
        self.regions.iter().filter(|region| region.kind == region::MEMORY).any(|region| {
            let start = self.origin.wrapping_add_signed(region.offset);
            address.wrapping_sub(start) < region.reserve_bytes
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::{SIGFPE, SIGILL};
    use wasmc_abi::app::Array;

    const NONE: Array = Array { address: 0, count: 0 };
    const ORIGIN: u64 = 0x1000_0000;
    const TEXT: u64 = 0x5000_0000_0000;
    const GUARD: u64 = 0x7000_0000_0000;

    static REGIONS: [Region; 3] = [
        Region {
            offset: -4096,
            reserve_bytes: 4096,
            accessible_bytes: 4096,
            runs: NONE,
            kind: region::STORE,
            huge_pages_from_bytes: 0,
        },
        Region {
            offset: 0,
            reserve_bytes: 8 << 30,
            accessible_bytes: 0,
            runs: NONE,
            kind: region::MEMORY,
            huge_pages_from_bytes: 0,
        },
        Region {
            offset: 8 << 30,
            reserve_bytes: 1 << 20,
            accessible_bytes: 0,
            runs: NONE,
            kind: region::TABLE,
            huge_pages_from_bytes: 0,
        },
    ];
    /// At 8, 16 and 20, of the instructions at 0x80, 0x90 and 0x95; the last has a
    /// code that there is not.
    static SITES: &[u8] =
        &[8, TrapCode::Unreachable as u8, 0x80, 2, 8, TrapCode::IntegerOverflow as u8, 0x20, 4, 99, 10];

    fn classify(signal: i32, pc: u64, address: u64) -> Cause {
        let guest = Guest {
            origin: ORIGIN,
            text: TEXT..TEXT + 100,
            stack_guard: GUARD..GUARD + 65536,
            regions: &REGIONS,
            trap_sites: SITES,
        };
        guest.classify(&Fault { signal, pc, address })
    }

    fn trap(code: TrapCode, wasm_offset: Option<u32>) -> Cause {
        Cause::Trap { code, wasm_offset }
    }

    #[test]
    fn guest_code_touching_a_memory_or_its_guard_is_out_of_bounds() {
        for address in [ORIGIN, ORIGIN + (4 << 30), ORIGIN + (8 << 30) - 1] {
            assert_eq!(classify(SIGSEGV, TEXT + 4, address), trap(TrapCode::MemoryOutOfBounds, None));
        }
        assert_eq!(classify(SIGBUS, TEXT + 8, ORIGIN), trap(TrapCode::MemoryOutOfBounds, Some(0x80)));
    }

    #[test]
    fn the_same_access_by_the_runtime_is_our_bug() {
        assert_eq!(classify(SIGSEGV, TEXT + 100, ORIGIN), Cause::RuntimeBug);
        assert_eq!(classify(SIGSEGV, TEXT - 1, ORIGIN), Cause::RuntimeBug);
    }

    #[test]
    fn guest_code_touching_anything_else_is_our_bug() {
        for address in [0, ORIGIN - 1, ORIGIN + (8 << 30), GUARD + 65536, u64::MAX] {
            assert_eq!(classify(SIGSEGV, TEXT + 4, address), Cause::RuntimeBug);
        }
    }

    #[test]
    fn the_stack_guard_counts_from_guest_code_and_from_the_runtime() {
        for pc in [TEXT + 4, TEXT + 5000] {
            assert_eq!(classify(SIGSEGV, pc, GUARD), trap(TrapCode::StackOverflow, None));
            assert_eq!(classify(SIGSEGV, pc, GUARD + 65535), trap(TrapCode::StackOverflow, None));
        }
        assert_eq!(classify(SIGILL, TEXT + 5000, GUARD), Cause::RuntimeBug);
    }

    #[test]
    fn trap_instructions_are_found_by_their_exact_address() {
        assert_eq!(classify(SIGILL, TEXT + 8, 0), trap(TrapCode::Unreachable, Some(0x80)));
        assert_eq!(classify(SIGFPE, TEXT + 16, 0), trap(TrapCode::IntegerOverflow, Some(0x90)));
        assert_eq!(classify(SIGILL, TEXT + 9, 0), Cause::RuntimeBug);
        assert_eq!(classify(SIGILL, TEXT + 20, 0), Cause::RuntimeBug, "an unknown code");
        assert_eq!(classify(SIGILL, 8, 0), Cause::RuntimeBug);
    }
}
