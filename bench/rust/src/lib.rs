//! What the Rust benchmark programs share: how much there is to do, pseudo-random
//! input that is the same everywhere, and a checksum to print.

use std::env;

/// All rounds, or as many percent of them as the first argument says.
pub fn rounds(all: u32) -> u32 {
    match env::args().nth(1) {
        None => all,
        Some(text) => {
            let percent: u32 = text.parse().expect("the argument is a percentage of the work");
            (all * percent / 100).max(1)
        }
    }
}

/// A xorshift generator.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 11) % limit
    }
}

/// A checksum (FNV-1a) of everything added to it.
pub struct Sum(u64);

impl Default for Sum {
    fn default() -> Sum {
        Sum(14_695_981_039_346_656_037)
    }
}

impl Sum {
    pub fn add(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(1_099_511_628_211);
    }

    pub fn print(&self, name: &str) {
        println!("{name} {:016x}", self.0);
    }
}
