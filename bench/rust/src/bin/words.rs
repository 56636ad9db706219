//! Counts words with the standard library's maps, sorts and formats them:
//! allocation, hashing, strings.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use bench_programs::{Random, Sum, rounds};

fn prose(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..40_000 {
        let frequent = 1 + random.below(5000);
        let word = random.below(frequent);
        write!(text, "{}{} ", ["w", "ört", "Wort", "λ"][(word % 4) as usize], word)
            .expect("a string has room");
    }
    text
}

fn main() {
    let mut random = Random::new(2_463_534_242);
    let mut sum = Sum::default();
    for _ in 0..rounds(100) {
        let text = prose(&mut random);
        let mut counts: HashMap<&str, u32> = HashMap::new();
        for word in text.split_whitespace() {
            *counts.entry(word).or_default() += 1;
        }
        let mut by_length: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (word, count) in &counts {
            by_length.entry(word.chars().count()).or_default().push(format!(
                "{:>6} {}",
                count,
                word.to_uppercase()
            ));
        }
        for lines in by_length.values_mut() {
            lines.sort();
            lines.iter().flat_map(|line| line.bytes()).for_each(|byte| sum.add(u64::from(byte)));
        }
    }
    sum.print("words");
}
