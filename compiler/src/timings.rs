//! How long each stage took and what the cache was worth, for `--timings`.

use crate::cache::CacheUse;
use std::time::{Duration, Instant};

/// Stages in the order they ran.
#[derive(Debug, Default, Clone)]
pub struct Timings {
    pub stages: Vec<(&'static str, Duration)>,
    /// None without a cache.
    pub cache: Option<CacheUse>,
}

impl Timings {
    /// Runs a stage and records its time.
    pub fn measure<T>(&mut self, stage: &'static str, run: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = run();
        self.stages.push((stage, start.elapsed()));
        result
    }
}
