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

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn agrees_with_wide_arithmetic() {
        if !std::is_x86_feature_detected!("adx") || !std::is_x86_feature_detected!("bmi2") {
            std::eprintln!("this CPU lacks ADX or BMI2: nothing is tested");
            return;
        }
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            // Words of ones make the longest chains of carries.
            if state >> 61 == 0 { u64::MAX } else { state ^ state >> 29 }
        };
        for round in 0..4000 {
            let turns = 1 + round % 4;
            let words = TURN_WORDS * turns;
            let x: Vec<u64> = (0..words).map(|_| random()).collect();
            let y: Vec<u64> = (0..words).map(|_| random()).collect();
            let (factor, first) = (random(), random());
            let (mut expected, mut carry) = (Vec::new(), first);
            for (x, y) in x.iter().zip(&y) {
                let sum = u128::from(*y) * u128::from(factor) + u128::from(*x) + u128::from(carry);
                expected.push(sum as u64);
                carry = (sum >> 64) as u64;
            }
            let mut z = vec_of(words);
            // SAFETY: all three have this many words, and the CPU was asked.
            let last = unsafe { add_product(z.as_mut_ptr(), x.as_ptr(), y.as_ptr(), turns, factor, first) };
            assert_eq!((z, last), (expected, carry));
        }
    }

    fn vec_of(words: usize) -> Vec<u64> {
        core::iter::repeat_n(0, words).collect()
    }
}
