//! Packs text with an adaptive range coder of order 1 and unpacks it again.

use bench_programs::{Random, Sum, rounds};

const PROBABILITY_BITS: u32 = 12;
const SHIFT: u32 = 5;
const TOP: u32 = 1 << 24;

/// For each byte before, the probability of a 0 at each node of the tree of bits.
struct Model(Vec<[u16; 256]>);

impl Model {
    fn new() -> Model {
        Model(vec![[1 << (PROBABILITY_BITS - 1); 256]; 256])
    }
}

fn adapt(probability: &mut u16, bit: bool) {
    if bit {
        *probability -= *probability >> SHIFT;
    } else {
        *probability += ((1 << PROBABILITY_BITS) - *probability) >> SHIFT;
    }
}

struct Encoder {
    low: u64,
    range: u32,
    cache: u8,
    pending: u64,
    bytes: Vec<u8>,
}

impl Encoder {
    fn shift_low(&mut self) {
        if self.low < 0xff00_0000 || self.low > 0xffff_ffff {
            let carry = (self.low >> 32) as u8;
            let mut byte = self.cache;
            for _ in 0..self.pending {
                self.bytes.push(byte.wrapping_add(carry));
                byte = 0xff;
            }
            self.pending = 0;
            self.cache = (self.low >> 24) as u8;
        }
        self.pending += 1;
        self.low = (self.low & 0x00ff_ffff) << 8;
    }

    fn encode(&mut self, probability: &mut u16, bit: bool) {
        let bound = (self.range >> PROBABILITY_BITS) * u32::from(*probability);
        if bit {
            self.low += u64::from(bound);
            self.range -= bound;
        } else {
            self.range = bound;
        }
        adapt(probability, bit);
        while self.range < TOP {
            self.range <<= 8;
            self.shift_low();
        }
    }
}

fn pack(text: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder { low: 0, range: u32::MAX, cache: 0, pending: 1, bytes: Vec::new() };
    let mut model = Model::new();
    let mut before = 0u8;
    for &byte in text {
        let nodes = &mut model.0[before as usize];
        let mut node = 1usize;
        for shift in (0..8).rev() {
            let bit = byte >> shift & 1 == 1;
            encoder.encode(&mut nodes[node], bit);
            node = node << 1 | usize::from(bit);
        }
        before = byte;
    }
    for _ in 0..5 {
        encoder.shift_low();
    }
    encoder.bytes
}

fn unpack(packed: &[u8], size: usize) -> Vec<u8> {
    let mut input = packed.iter().copied();
    let mut take = || u32::from(input.next().unwrap_or(0));
    let mut code = (0..5).fold(0u32, |code, _| code << 8 | take());
    let mut range = u32::MAX;
    let mut model = Model::new();
    let mut text = Vec::with_capacity(size);
    let mut before = 0u8;
    while text.len() < size {
        let nodes = &mut model.0[before as usize];
        let mut node = 1usize;
        while node < 256 {
            let bound = (range >> PROBABILITY_BITS) * u32::from(nodes[node]);
            let bit = code >= bound;
            if bit {
                code -= bound;
                range -= bound;
            } else {
                range = bound;
            }
            adapt(&mut nodes[node], bit);
            node = node << 1 | usize::from(bit);
            while range < TOP {
                range <<= 8;
                code = code << 8 | take();
            }
        }
        before = node as u8;
        text.push(before);
    }
    text
}

fn main() {
    let mut random = Random::new(123_456_789);
    let mut word = || -> Vec<u8> {
        let length = 2 + random.below(9);
        (0..length).map(|_| b"etaoinshrdlucmfwyp"[random.below(18) as usize]).collect()
    };
    let words: Vec<Vec<u8>> = (0..1000).map(|_| word()).collect();
    let mut text = Vec::new();
    while text.len() < 1 << 18 {
        let frequent = 1 + random.below(words.len() as u64);
        text.extend_from_slice(&words[random.below(frequent) as usize]);
        text.push(b' ');
    }
    let mut sum = Sum::default();
    for round in 0..rounds(26) {
        let at = random.below(text.len() as u64) as usize;
        text[at] = round as u8;
        let packed = pack(&text);
        assert!(unpack(&packed, text.len()) == text, "the text did not survive");
        sum.add(packed.len() as u64);
        packed.iter().step_by(97).for_each(|&byte| sum.add(u64::from(byte)));
    }
    sum.print("packer");
}
