//! The list of what is not supported: data, with a reason a line.

use std::collections::HashMap;
use std::sync::Mutex;

use anyhow::{Context, Result};

/// The entries of the list, and which of them were met.
pub struct Skips {
    entries: HashMap<(String, u32), String>,
    unmet: Mutex<Vec<(String, u32)>>,
}

impl Skips {
    /// Reads `SCRIPT LINE REASON` lines; `#` starts a comment.
    pub fn read(text: &str) -> Result<Skips> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let entries: HashMap<_, _> = lines
            .map(|line| entry(line).with_context(|| format!("expected SCRIPT LINE REASON: {line}")))
            .collect::<Result<_>>()?;
        let unmet = Mutex::new(entries.keys().cloned().collect());
        Ok(Skips { entries, unmet })
    }

    /// Why the directive at a script's line is expected to fail, if it is.
    pub fn reason(&self, script: &str, line: u32) -> Option<String> {
        let key = (script.to_owned(), line);
        let reason = self.entries.get(&key)?;
        self.unmet.lock().expect("no test panics while it holds this").retain(|unmet| *unmet != key);
        Some(reason.clone())
    }

    /// Entries that name no directive of any script that was read.
    pub fn unmet(&self) -> Vec<(String, u32)> {
        self.unmet.lock().expect("no test panics while it holds this").clone()
    }
}

fn entry(line: &str) -> Option<((String, u32), String)> {
    let mut fields = line.splitn(3, char::is_whitespace);
    let (script, number, reason) = (fields.next()?, fields.next()?.parse().ok()?, fields.next()?.trim());
    (!reason.is_empty()).then(|| ((script.to_owned(), number), reason.to_owned()))
}
