//! Reads what a test binary of Go says with `-test.v=test2json`.

use std::collections::BTreeMap;

/// Go marks what the testing package itself says by this character, so that no
/// output of a test is taken for it.
const MARK: char = '\x16';

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Pass,
    Skip,
    Fail,
}

pub struct Report<'t> {
    /// By the tests' names, subtests included.
    outcomes: BTreeMap<&'t str, Outcome>,
    /// What the testing package said, each with the output of tests after it.
    events: Vec<&'t str>,
}

impl<'t> Report<'t> {
    pub fn new(output: &'t str) -> Report<'t> {
        let events: Vec<&str> = output.split(MARK).skip(1).map(str::trim_start).collect();
        Report { outcomes: events.iter().filter_map(|event| outcome(event)).collect(), events }
    }

    pub fn outcome(&self, test: &str) -> Option<Outcome> {
        self.outcomes.get(test).copied()
    }

    /// Tests that ended so, but for subtests.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.outcomes.iter().filter(|(test, ended)| !test.contains('/') && **ended == outcome).count()
    }

    /// What the tests that failed said.
    pub fn failures(&self) -> String {
        let has_failed = |event: &&&str| {
            let test = event.split_whitespace().nth(2).unwrap_or_default();
            self.outcome(test) == Some(Outcome::Fail)
        };
        self.events.iter().filter(has_failed).copied().collect()
    }
}

/// `--- PASS: TestName (0.00s)`.
fn outcome(event: &str) -> Option<(&str, Outcome)> {
    let mut words = event.strip_prefix("--- ")?.split_whitespace();
    let outcome = match words.next()? {
        "PASS:" => Outcome::Pass,
        "SKIP:" => Outcome::Skip,
        "FAIL:" => Outcome::Fail,
        _ => return None,
    };
    Some((words.next()?, outcome))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\x16=== RUN   TestGood
prints --- FAIL: TestGood (0.00s)
--- FAIL: TestOther (0.00s)
\x16--- PASS: TestGood (0.10s)
\x16=== NAME  
\x16=== RUN   TestBad
\x16=== RUN   TestBad/sub
    bad_test.go:7: is bad
\x16    --- FAIL: TestBad/sub (0.00s)
\x16=== NAME  TestBad
\x16--- FAIL: TestBad (0.00s)
\x16=== RUN   TestNone
    x_test.go:1: not here
\x16--- SKIP: TestNone (0.00s)
\x16FAIL
";

    #[test]
    fn outcomes_are_read_where_go_marks_them() {
        let report = Report::new(OUTPUT);
        assert_eq!(report.outcome("TestGood"), Some(Outcome::Pass));
        assert_eq!(report.outcome("TestNone"), Some(Outcome::Skip));
        assert_eq!(report.outcome("TestBad/sub"), Some(Outcome::Fail));
        assert_eq!(report.outcome("TestOther"), None);
        let counts = [Outcome::Pass, Outcome::Skip, Outcome::Fail].map(|outcome| report.count(outcome));
        assert_eq!(counts, [1, 1, 1]);
    }

    #[test]
    fn failures_show_what_failed_and_nothing_else() {
        let failures = Report::new(OUTPUT).failures();
        assert!(failures.contains("bad_test.go:7: is bad"), "{failures}");
        assert!(!failures.contains("TestGood") && !failures.contains("not here"), "{failures}");
    }
}
