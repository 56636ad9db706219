//! Products of a word and many, with two chains of carries at once (Ozturk et
//! al., New Instructions Supporting Large Integer Arithmetic, Intel 2012).
// Instructions beyond the baseline, and words at addresses.
#![allow(unsafe_code)]

use core::arch::asm;

/// Words that one turn of the loop takes.
pub const TURN_WORDS: usize = 8;

/// For `turns` times [`TURN_WORDS`] words, `z = x + y * factor + carry`; gives the
/// carry out of the last. Each word is written before the next ones are read.
///
/// # Safety
/// The CPU has ADX and BMI2; the words can be read and written, and nobody holds
/// a reference to them. `turns` is not 0.
pub unsafe fn add_product(
    z: *mut u64,
    x: *const u64,
    y: *const u64,
    turns: usize,
    factor: u64,
    mut carry: u64,
) -> u64 {
    // SAFETY: the caller's promise; flags and declared registers change.
    unsafe {
        asm!(
            "xor {low:e}, {low:e}",
            "2:",
            "mulx {high}, {low}, [{y}]",
            "adcx {low}, {carry}",
            "adox {low}, [{x}]",
            "mov [{z}], {low}",
            "mulx {carry}, {low}, [{y} + 8]",
            "adcx {low}, {high}",
            "adox {low}, [{x} + 8]",
            "mov [{z} + 8], {low}",
            "mulx {high}, {low}, [{y} + 16]",
            "adcx {low}, {carry}",
            "adox {low}, [{x} + 16]",
            "mov [{z} + 16], {low}",
            "mulx {carry}, {low}, [{y} + 24]",
            "adcx {low}, {high}",
            "adox {low}, [{x} + 24]",
            "mov [{z} + 24], {low}",
            "mulx {high}, {low}, [{y} + 32]",
            "adcx {low}, {carry}",
            "adox {low}, [{x} + 32]",
            "mov [{z} + 32], {low}",
            "mulx {carry}, {low}, [{y} + 40]",
            "adcx {low}, {high}",
            "adox {low}, [{x} + 40]",
            "mov [{z} + 40], {low}",
            "mulx {high}, {low}, [{y} + 48]",
            "adcx {low}, {carry}",
            "adox {low}, [{x} + 48]",
            "mov [{z} + 48], {low}",
            "mulx {carry}, {low}, [{y} + 56]",
            "adcx {low}, {high}",
            "adox {low}, [{x} + 56]",
            "mov [{z} + 56], {low}",
            // The sum fits in what both chains lead to, so that no flag is left.
            "mov {low:e}, 0",
            "adcx {carry}, {low}",
            "adox {carry}, {low}",
            "lea {x}, [{x} + 64]",
            "lea {y}, [{y} + 64]",
            "lea {z}, [{z} + 64]",
            "dec {turns}",
            "jnz 2b",
            x = inout(reg) x => _,
            y = inout(reg) y => _,
            z = inout(reg) z => _,
            turns = inout(reg) turns => _,
            in("rdx") factor,
            carry = inout(reg) carry,
            low = out(reg) _,
            high = out(reg) _,
            options(nostack)
        );
    }
    carry
}
