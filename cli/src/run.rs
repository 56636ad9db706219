//! One run of the command: arguments in, text out, an exit status back.

use std::ffi::OsString;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;

use crate::args::{self, Args, Parsed};
use crate::config::Job;
use crate::report::Failure;
use crate::{config, inspect, pipeline, targets};

/// What the last panic said and where, kept by [`quiet_panics`].
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Runs the command; `words` start with the program's name.
pub fn run(words: impl IntoIterator<Item = OsString>, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
    match outcome(words, stdout, stderr) {
        Ok(()) => 0,
        Err(failure) => {
            // Where the message cannot be written, the status still tells.
            let _ = writeln!(stderr, "wasmc: error: {failure}");
            failure.exit_status()
        }
    }
}

fn outcome(
    words: impl IntoIterator<Item = OsString>,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<(), Failure> {
    match args::parse(words)? {
        Parsed::Text(text) => print(stdout, &text),
        Parsed::Args(Args::Targets) => print(stdout, &targets::list()),
        Parsed::Args(Args::Inspect(args)) => print(stdout, &inspect::inspect(&args)?),
        Parsed::Args(Args::Run(args)) => work(&config::resolve_run(&args)?, stdout, stderr),
        Parsed::Args(Args::Compile(args)) => work(&config::resolve(&args)?, stdout, stderr),
    }
}

fn work(job: &Job, stdout: &mut dyn Write, stderr: &mut dyn Write) -> Result<(), Failure> {
    guarded(|| pipeline::run(job, stdout, stderr)).map_err(|failure| match failure {
        Guarded::Failed(failure) => failure,
        Guarded::Panicked(message) => Failure::internal(format!("{}: {message}", job.input.display())),
    })
}

enum Guarded {
    Failed(Failure),
    Panicked(String),
}

/// A panic is our bug, whatever the module: it becomes one line, too.
fn guarded(work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Guarded> {
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(Guarded::Failed),
        Err(payload) => {
            let message = LAST_PANIC.lock().ok().and_then(|mut last| last.take());
            Err(Guarded::Panicked(message.unwrap_or_else(|| panic_text(payload.as_ref()).to_string())))
        }
    }
}

fn panic_text(payload: &(dyn std::any::Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic")
}

/// Keeps panics off the standard error: [`run`] reports them in its own way.
/// With `RUST_BACKTRACE` set they are shown as usual as well.
pub fn quiet_panics() {
    let show = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let place = info.location().map_or_else(String::new, |place| format!(" (at {place})"));
        if let Ok(mut last) = LAST_PANIC.lock() {
            // Of several threads' panics, the first is the cause.
            last.get_or_insert_with(|| format!("{}{place}", panic_text(info.payload())));
        }
        if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
            show(info);
        }
    }));
}

fn print(stdout: &mut dyn Write, text: &str) -> Result<(), Failure> {
    match stdout.write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to the standard output: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str]) -> (u8, String, String) {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let words = ["wasmc"].iter().chain(words).map(OsString::from);
        let status = run(words, &mut stdout, &mut stderr);
        (status, String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    }

    #[test]
    fn what_is_asked_for_goes_to_stdout() {
        let (status, stdout, stderr) = command(&["targets"]);
        assert_eq!((status, stderr.as_str()), (0, ""));
        assert!(stdout.starts_with("x86_64-linux"));
        let (status, stdout, _) = command(&["--version"]);
        assert_eq!(status, 0);
        assert!(stdout.starts_with("wasmc "));
    }

    #[test]
    fn failures_are_one_line_on_stderr() {
        let (status, stdout, stderr) = command(&["--nonsense"]);
        assert_eq!((status, stdout.as_str()), (2, ""));
        assert_eq!(stderr.lines().count(), 1);
        let (status, _, stderr) = command(&["/nonexistent.wasm"]);
        assert_eq!(status, 1);
        assert_eq!(stderr, "wasmc: error: /nonexistent.wasm: cannot read: no such file or directory\n");
    }

    #[test]
    fn a_panic_becomes_a_message() {
        let panics = guarded(|| panic!("function 7: no such register"));
        assert!(
            matches!(panics, Err(Guarded::Panicked(message)) if message == "function 7: no such register")
        );
        let fails = guarded(|| Err(Failure::new("wrong")));
        assert!(matches!(fails, Err(Guarded::Failed(failure)) if failure == Failure::new("wrong")));
    }

    #[test]
    fn a_wrong_module_leaves_no_output() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name).to_str().unwrap().to_string();
        std::fs::write(path("a.wat"), "(module (import \"env\" \"f\" (func)) (func (export \"_start\")))")
            .unwrap();
        let (status, _, stderr) = command(&[&path("a.wat"), "-o", &path("a")]);
        assert_eq!(status, 1);
        assert!(stderr.contains("a.wat: unknown import env.f"), "{stderr}");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
