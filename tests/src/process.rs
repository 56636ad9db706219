//! Runs a program with given input and a time limit, and keeps all it says.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use wait_timeout::ChildExt;

/// Generous: the machine may be busy with other tests.
const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(120);

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Code(i32),
    Signal(i32),
}

impl From<ExitStatus> for Status {
    fn from(status: ExitStatus) -> Status {
        match status.signal() {
            Some(signal) => Status::Signal(signal),
            None => Status::Code(status.code().unwrap_or(-1)),
        }
    }
}

/// `134`, or `signal 13`: the form that cases use.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Code(code) => write!(f, "{code}"),
            Status::Signal(signal) => write!(f, "signal {signal}"),
        }
    }
}

impl std::str::FromStr for Status {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Status, Self::Err> {
        match text.strip_prefix("signal ") {
            Some(signal) => signal.parse().map(Status::Signal),
            None => text.parse().map(Status::Code),
        }
    }
}

/// A program about to be run. Its environment is empty but for what is given,
/// unless [`Invocation::inherit_env`] says otherwise.
#[derive(Debug, Clone)]
pub struct Invocation {
    program: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    inherits_env: bool,
    dir: Option<PathBuf>,
    stdin: Vec<u8>,
    limit: Option<String>,
    time_limit: Duration,
}

impl Invocation {
    pub fn new(program: impl Into<PathBuf>) -> Invocation {
        Invocation {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            inherits_env: false,
            dir: None,
            stdin: Vec::new(),
            limit: None,
            time_limit: DEFAULT_TIME_LIMIT,
        }
    }

    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Invocation {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Invocation {
        self.env.push((key.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    pub fn inherit_env(mut self) -> Invocation {
        self.inherits_env = true;
        self
    }

    pub fn dir(mut self, dir: impl AsRef<Path>) -> Invocation {
        self.dir = Some(dir.as_ref().to_owned());
        self
    }

    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Invocation {
        self.stdin = bytes.into();
        self
    }

    /// Flags for the shell's `ulimit` that hold for the program.
    pub fn limit(mut self, flags: &str) -> Invocation {
        self.limit = Some(flags.to_owned());
        self
    }

    /// Another than the one that fits what takes seconds.
    pub fn time_limit(mut self, limit: Duration) -> Invocation {
        self.time_limit = limit;
        self
    }

    /// For a test that itself says what the standard streams are, which here are
    /// pipes, and that waits for the process.
    pub fn command(&self) -> Command {
        let mut command = match &self.limit {
            None => Command::new(&self.program),
            Some(flags) => {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", &format!("ulimit {flags} && exec \"$@\""), "sh"]).arg(&self.program);
                shell
            }
        };
        command.args(&self.args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if !self.inherits_env {
            command.env_clear();
        }
        command.envs(self.env.iter().map(|(key, value)| (key, value)));
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        command
    }

    /// Runs it to its end, whatever its exit status.
    pub fn output(self) -> Result<Output> {
        let program = self.program.display();
        let mut child = self.command().spawn().with_context(|| format!("cannot run {program}"))?;
        let mut stdin = child.stdin.take().context("stdin is piped")?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let stderr = child.stderr.take().context("stderr is piped")?;
        thread::scope(|scope| {
            // The program may end without reading its input, so EPIPE is no failure.
            scope.spawn(move || stdin.write_all(&self.stdin).ok());
            let stdout = scope.spawn(|| read_all(stdout));
            let stderr = scope.spawn(|| read_all(stderr));
            let status = child.wait_timeout(self.time_limit)?;
            if status.is_none() {
                child.kill()?;
                child.wait()?;
            }
            let stdout = stdout.join().expect("reading does not panic")?;
            let stderr = stderr.join().expect("reading does not panic")?;
            match status {
                Some(status) => Ok(Output { status: status.into(), stdout, stderr }),
                None => bail!(
                    "{program} did not end within {} s; stderr so far: {}",
                    self.time_limit.as_secs(),
                    String::from_utf8_lossy(&stderr)
                ),
            }
        })
    }

    /// Runs it and fails with what it said on stderr unless its status is 0.
    pub fn must_succeed(self) -> Result<Output> {
        let what = format!("{} {:?}", self.program.display(), self.args);
        let output = self.output()?;
        ensure!(output.is_success(), "{what}: exit status {}\n{}", output.status, output.stderr_text());
        Ok(output)
    }
}

fn read_all(mut pipe: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[derive(Debug, Clone)]
pub struct Output {
    pub status: Status,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl From<std::process::Output> for Output {
    fn from(output: std::process::Output) -> Output {
        Output { status: output.status.into(), stdout: output.stdout, stderr: output.stderr }
    }
}

impl Output {
    pub fn is_success(&self) -> bool {
        self.status == Status::Code(0)
    }

    pub fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}
