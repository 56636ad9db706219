//! Whether this machine's CPU has what the compiled code uses, and what it has
//! beyond that.

use core::sync::atomic::AtomicU32;
#[cfg(target_arch = "x86_64")]
use core::sync::atomic::Ordering;

use wasmc_abi::app::cpu;

use crate::report::{self, decimal};

/// What of this CPU matters beyond its level.
#[derive(Clone, Copy)]
pub struct Model {
    /// Under Linux it loses in system calls what it predicts of returns.
    pub forgets_returns: bool,
}

/// Asks what CPU this is. Ends the process, naming what is missing, if it is
/// below `level`. There is one level, hence no `choice`.
#[cfg(target_arch = "aarch64")]
pub fn check(level: u32, _choice: Option<&AtomicU32>) -> Model {
    if level != cpu::ARMV8_0 {
        unknown(level);
    }
    Model { forgets_returns: false }
}

/// Asks what CPU this is, and notes in `choice` whether it is an x86-64-v3. Ends
/// the process, naming what is missing, if it is below `level`.
#[cfg(target_arch = "x86_64")]
pub fn check(level: u32, choice: Option<&AtomicU32>) -> Model {
    let name: &[u8] = match level {
        cpu::X86_64_V2 => b"x86-64-v2",
        cpu::X86_64_V3 => b"x86-64-v3",
        _ => unknown(level),
    };
    let mut message = [&b""[..]; 3 + 2 * x86::FEATURES.len()];
    let (start, names) = message.split_at_mut(3);
    start.copy_from_slice(&[b"the program needs an ", name, b" CPU; this one lacks "]);
    let registers = x86::Registers::of_this_cpu(if choice.is_some() { cpu::X86_64_V3 } else { level });
    let mut is_first = true;
    for (slots, feature) in names.chunks_exact_mut(2).zip(registers.missing(level)) {
        slots.copy_from_slice(&[if is_first { b"" } else { b", " }, feature.name]);
        is_first = false;
    }
    if !is_first {
        report::fatal(&message);
    }
    if let Some(choice) = choice {
        let is_v3 = registers.missing(cpu::X86_64_V3).next().is_none();
        choice.store(is_v3.into(), Ordering::Relaxed);
    }
    Model { forgets_returns: registers.is_zen_to_zen4() }
}

fn unknown(level: u32) -> ! {
    report::fatal(&[b"wasmc bug: unknown CPU level ", decimal(level.into()).as_bytes()])
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    // Reads the register that says what the operating system saves.
    #![allow(unsafe_code)]

    use core::arch::x86_64::{__cpuid, __cpuid_count};
    use wasmc_abi::app::cpu::{X86_64_V2, X86_64_V3};

    /// Something a level requires.
    pub struct Feature {
        pub name: &'static [u8],
        level: u32,
        source: Source,
        bit: u32,
    }

    /// The registers that CPUID and XGETBV answer with.
    #[derive(Clone, Copy)]
    enum Source {
        Leaf1Ecx = 0,
        Leaf7Ebx = 1,
        Extended1Ecx = 2,
        SavedState = 3,
        Leaf1Eax = 4,
    }

    const fn feature(name: &'static [u8], level: u32, source: Source, bit: u32) -> Feature {
        Feature { name, level, source, bit }
    }

    /// The x86-64 psABI's microarchitecture levels.
    pub static FEATURES: [Feature; 16] = [
        feature(b"SSE3", X86_64_V2, Source::Leaf1Ecx, 0),
        feature(b"SSSE3", X86_64_V2, Source::Leaf1Ecx, 9),
        feature(b"CMPXCHG16B", X86_64_V2, Source::Leaf1Ecx, 13),
        feature(b"SSE4.1", X86_64_V2, Source::Leaf1Ecx, 19),
        feature(b"SSE4.2", X86_64_V2, Source::Leaf1Ecx, 20),
        feature(b"POPCNT", X86_64_V2, Source::Leaf1Ecx, 23),
        feature(b"LAHF", X86_64_V2, Source::Extended1Ecx, 0),
        feature(b"FMA", X86_64_V3, Source::Leaf1Ecx, 12),
        feature(b"MOVBE", X86_64_V3, Source::Leaf1Ecx, 22),
        feature(b"AVX", X86_64_V3, Source::Leaf1Ecx, 28),
        feature(b"F16C", X86_64_V3, Source::Leaf1Ecx, 29),
        feature(b"BMI1", X86_64_V3, Source::Leaf7Ebx, 3),
        feature(b"AVX2", X86_64_V3, Source::Leaf7Ebx, 5),
        feature(b"BMI2", X86_64_V3, Source::Leaf7Ebx, 8),
        feature(b"LZCNT", X86_64_V3, Source::Extended1Ecx, 5),
        feature(b"an operating system that saves AVX registers", X86_64_V3, Source::SavedState, 2),
    ];

    const LEAF1_ECX_OSXSAVE: u32 = 1 << 27;
    const EXTENDED: u32 = 0x8000_0000;

    /// One value for each [`Source`].
    pub struct Registers([u32; 5]);

    impl Registers {
        // CPUID became a safe function in some version of the compiler.
        #[allow(unused_unsafe)]
        pub fn of_this_cpu(level: u32) -> Registers {
            // In a virtual machine each CPUID takes microseconds, so that no
            // more is asked than `level` needs.
            // SAFETY: every x86-64 CPU has CPUID, and leaves 1 and EXTENDED + 1;
            // leaf 7 is bounded by what it reports.
            unsafe {
                let leaf1 = __cpuid(1);
                let (leaf1_eax, leaf1_ecx) = (leaf1.eax, leaf1.ecx);
                let extended1_ecx = __cpuid(EXTENDED + 1).ecx;
                if level == X86_64_V2 {
                    return Registers([leaf1_ecx, 0, extended1_ecx, 0, leaf1_eax]);
                }
                let leaf7_ebx = if __cpuid(0).eax >= 7 { __cpuid_count(7, 0).ebx } else { 0 };
                let saved = if leaf1_ecx & LEAF1_ECX_OSXSAVE != 0 { saved_state() } else { 0 };
                Registers([leaf1_ecx, leaf7_ebx, extended1_ecx, saved, leaf1_eax])
            }
        }

        /// Whether it is of AMD's families 17h to 19h, whose numbers no other
        /// maker uses: CPUID's base family and, where that is 15, the extended one.
        pub fn is_zen_to_zen4(&self) -> bool {
            let eax = self.0[Source::Leaf1Eax as usize];
            let (base, extended) = (eax >> 8 & 15, eax >> 20 & 255);
            base == 15 && (0x17..=0x19).contains(&(base + extended))
        }

        /// What `level` requires and this CPU lacks.
        pub fn missing(&self, level: u32) -> impl Iterator<Item = &'static Feature> {
            FEATURES
                .iter()
                .filter(move |feature| feature.level <= level)
                .filter(|feature| self.0[feature.source as usize] >> feature.bit & 1 == 0)
        }
    }

    /// XCR0: bit 1 SSE state, bit 2 AVX state.
    ///
    /// # Safety
    /// The operating system must have enabled XSAVE.
    unsafe fn saved_state() -> u32 {
        let eax;
        // SAFETY: the caller checked OSXSAVE; register 0 always exists.
        unsafe {
            core::arch::asm!("xgetbv", in("ecx") 0, out("eax") eax, out("edx") _, options(nomem, nostack));
        }
        eax
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::vec::Vec;

        fn names(registers: [u32; 5], level: u32) -> Vec<&'static [u8]> {
            Registers(registers).missing(level).map(|feature| feature.name).collect()
        }

        #[test]
        fn a_level_asks_for_its_own_and_lower_features_only() {
            assert_eq!(names([u32::MAX; 5], X86_64_V3), Vec::<&[u8]>::new());
            assert_eq!(names([0; 5], X86_64_V2).len(), 7);
            assert_eq!(names([0; 5], X86_64_V3).len(), FEATURES.len());
            assert_eq!(names([!(1 << 23), 0, u32::MAX, 0, 0], X86_64_V2), [b"POPCNT"]);
            let without_avx_state = [u32::MAX, u32::MAX, u32::MAX, 3, 0];
            assert_eq!(names(without_avx_state, X86_64_V3).len(), 1);
        }

        #[test]
        fn families_are_told_apart() {
            let is_one = |leaf1_eax| Registers([0, 0, 0, 0, leaf1_eax]).is_zen_to_zen4();
            // Zen, Zen 3 and Zen 4.
            assert!([0x0080_0f12, 0x00a2_0f10, 0x00a6_0f12].into_iter().all(is_one));
            // Zen 5, Bulldozer, Skylake and a Pentium 4.
            assert!(![0x00b4_0f40, 0x0060_0f12, 0x0005_06e3, 0x0000_0f29].into_iter().any(is_one));
        }

        #[test]
        fn agrees_with_the_standard_library_about_this_machine() {
            let missing = names(Registers::of_this_cpu(X86_64_V3).0, X86_64_V3);
            assert_eq!(!missing.contains(&&b"SSE4.2"[..]), std::is_x86_feature_detected!("sse4.2"));
            assert_eq!(!missing.contains(&&b"POPCNT"[..]), std::is_x86_feature_detected!("popcnt"));
            assert_eq!(!missing.contains(&&b"AVX2"[..]), std::is_x86_feature_detected!("avx2"));
            assert_eq!(!missing.contains(&&b"BMI2"[..]), std::is_x86_feature_detected!("bmi2"));
        }
    }
}
