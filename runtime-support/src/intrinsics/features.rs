//! What this CPU has beyond the baseline: asked at the first use, since in a
//! virtual machine each question takes microseconds, and most programs have
//! none.

use core::sync::atomic::{AtomicU32, Ordering};

use super::arch;

/// SHA-1 and SHA-256.
pub const SHA: u32 = 1 << 0;
/// What CRC-32 needs: carry-less multiplication, or instructions for it.
pub const CRC32: u32 = 1 << 1;
/// Sums with two chains of carries at once; x86-64 only.
#[cfg(target_arch = "x86_64")]
pub const TWO_CARRIES: u32 = 1 << 2;
const KNOWN: u32 = 1 << 31;

static FEATURES: AtomicU32 = AtomicU32::new(0);

/// Whether the CPU has `feature`.
#[inline]
pub fn has(feature: u32) -> bool {
    let known = match FEATURES.load(Ordering::Relaxed) {
        0 => ask(),
        known => known,
    };
    known & feature != 0
}

#[cold]
fn ask() -> u32 {
    let found = KNOWN | arch::features();
    FEATURES.store(found, Ordering::Relaxed);
    found
}
