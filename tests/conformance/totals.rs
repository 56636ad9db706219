//! Counts of assertions, printed at the end.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// What became of assertions, by a heading.
#[derive(Default)]
pub struct Totals(Mutex<BTreeMap<String, Count>>);

#[derive(Default, Clone)]
pub struct Count {
    pub passed: usize,
    pub failed: usize,
    /// By reason.
    pub skipped: BTreeMap<String, usize>,
}

impl Count {
    pub fn skip(&mut self, reason: &str) {
        *self.skipped.entry(reason.to_owned()).or_default() += 1;
    }

    fn add(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
        for (reason, count) in other.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
    }
}

impl Totals {
    pub fn add(&self, heading: &str, count: Count) {
        let mut totals = self.0.lock().expect("no test panics while it holds this");
        totals.entry(heading.to_owned()).or_default().add(count);
    }

    pub fn print(&self) {
        for (heading, count) in &*self.0.lock().expect("all tests have ended") {
            let skipped: usize = count.skipped.values().sum();
            let all = thousands(count.passed + count.failed + skipped);
            let (passed, failed, skipped) =
                (thousands(count.passed), thousands(count.failed), thousands(skipped));
            println!(
                "conformance {heading}: {all} assertions, {passed} passed, {failed} failed, {skipped} skipped"
            );
            for (reason, count) in &count.skipped {
                println!("    {} skipped: {reason}", thousands(*count));
            }
        }
    }
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
