//! A bar on the terminal for compilations that take long.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};
use wasmc_compiler::Progress;

/// What takes less needs no bar.
const DELAY: Duration = Duration::from_secs(1);
const STYLE: &str = "wasmc: compiling [{bar:30}] {percent}%, {eta} left";

/// Bytes of functions that are compiled; gone when it is dropped.
pub struct Bar {
    bar: ProgressBar,
    start: Instant,
    is_shown: AtomicBool,
}

impl Bar {
    /// None where standard error is no terminal: logs have no use for it.
    pub fn on_terminal() -> Option<Bar> {
        if !std::io::stderr().is_terminal() {
            return None;
        }
        let style = ProgressStyle::with_template(STYLE).expect("a template of indicatif");
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
            .with_style(style.progress_chars("=> "))
            .with_finish(ProgressFinish::AndClear);
        Some(Bar { bar, start: Instant::now(), is_shown: AtomicBool::new(false) })
    }
}

impl Progress for Bar {
    fn start(&self, bytes: u64) {
        self.bar.set_length(bytes);
    }

    fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
        if self.start.elapsed() >= DELAY && !self.is_shown.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}
