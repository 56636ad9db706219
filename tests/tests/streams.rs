//! Standard streams, as other processes share them, and TCP listeners.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write, pipe};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use wasmc_tests::process::{Invocation, Status};
use wasmc_tests::target::Target;
use wasmc_tests::{guests, tools};

type Test = fn(&App) -> Result<()>;

const STDIO_TESTS: &[(&str, Test)] = &[
    ("a broken pipe ends the program unless the signal is ignored", broken_pipe),
    ("raising an ignored signal does nothing", raising_what_is_ignored),
    ("no more is read than was asked for", reads_no_more),
    ("O_NONBLOCK on standard input is the guest's alone", nonblocking_input),
    ("a full pipe is EAGAIN", full_pipe),
    ("O_NONBLOCK of another process is no matter of the guest's", nonblocking_by_others),
    ("standard output under another number stays one", renumbered),
    ("what standard streams are", described),
    ("closed streams are replaced", closed_streams),
    ("an interrupt ends the program", interrupted),
];
const STDIN_TESTS: &[(&str, Test)] = &[("goroutines run while one waits for input", goroutines_and_input)];
const ECHO_TESTS: &[(&str, Test)] = &[
    ("connections at once", connections),
    ("deadlines and resets of connections", deadlines_and_resets),
    ("listeners follow the directories", listeners_follow_directories),
    ("what cannot be listened on", cannot_listen),
];

/// A compiled guest.
struct App {
    target: Target,
    path: PathBuf,
    dir: TempDir,
}

fn main() {
    let mut trials = Vec::new();
    let mut add = |guest: fn() -> Result<PathBuf>, flags: &'static [&str], tests: &[(&str, Test)]| {
        for &(name, test) in tests {
            for target in Target::ALL {
                let run = move || {
                    let app = App::new(&guest()?, target, flags)?;
                    test(&app)
                };
                let trial = Trial::test(format!("{name} {}", target.arch()), move || {
                    run().map_err(|error| Failed::from(format!("{error:#}")))
                });
                trials.push(match target.unavailable() {
                    Some(reason) => trial.with_ignored_flag(true).with_kind(format!("skipped: {reason}")),
                    None => trial,
                });
            }
        }
    };
    add(|| guests::c_wasm("tests/guests/stdio.c"), &[], STDIO_TESTS);
    add(|| guests::go_wasm("tests/guests/go-stdin", &[]), &[], STDIN_TESTS);
    add(|| guests::go_wasm("tests/guests/go-echo", &[]), &["--runtime-dirs", "--dir", "."], ECHO_TESTS);
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

impl App {
    fn new(wasm: &Path, target: Target, flags: &[&str]) -> Result<App> {
        let dir = TempDir::new()?;
        let path = dir.path().join("app");
        Invocation::new(tools::wasmc())
            .args([wasm.as_os_str(), "-o".as_ref(), path.as_os_str()])
            .args(["--target", target.name()])
            .args(flags)
            .must_succeed()?;
        Ok(App { target, path, dir })
    }

    fn invocation(&self, args: &[&str]) -> Invocation {
        self.target.invocation(&self.path).args(args).dir(self.dir.path())
    }

    fn command(&self, args: &[&str]) -> Command {
        self.invocation(args).command()
    }

    /// The same from a shell that runs `script` with the program as `"$@"`.
    fn in_shell(&self, script: &str, args: &[&str]) -> Command {
        let program = self.command(args);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", script, "sh"]).arg(program.get_program()).args(program.get_args());
        shell.env_clear().env("PATH", "/usr/bin:/bin").stdin(Stdio::piped()).stdout(Stdio::piped());
        shell
    }
}

fn expect(command: &mut Command, status: Status, stdout: &str) -> Result<()> {
    let output = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).output()?;
    let (found, said) = (Status::from(output.status), String::from_utf8_lossy(&output.stdout));
    ensure!(
        found == status && said == stdout,
        "status {found}, stdout {said:?}, stderr {:?}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

const OK: Status = Status::Code(0);
/// WASI's EAGAIN and EPIPE.
const AGAIN: Status = Status::Code(6);
const PIPE: Status = Status::Code(64);

fn broken_pipe(app: &App) -> Result<()> {
    let broken = || -> Result<Stdio> {
        let (reader, writer) = pipe()?;
        drop(reader);
        Ok(writer.into())
    };
    let status = app.command(&["write"]).stdout(broken()?).status()?;
    ensure!(Status::from(status) == Status::Signal(13), "by default: {status}");
    let status = app.in_shell("trap '' PIPE; exec \"$@\"", &["write"]).stdout(broken()?).status()?;
    ensure!(Status::from(status) == PIPE, "with the signal ignored: {status}");
    Ok(())
}

fn raising_what_is_ignored(app: &App) -> Result<()> {
    for (name, number) in [("PIPE", 13), ("HUP", 1), ("TERM", 15)] {
        let number_text = number.to_string();
        expect(&mut app.command(&["raise", &number_text]), Status::Signal(number), "")?;
        let script = format!("trap '' {name}; exec \"$@\"");
        expect(&mut app.in_shell(&script, &["raise", &number_text]), OK, "").context(name)?;
    }
    Ok(())
}

fn reads_no_more(app: &App) -> Result<()> {
    let mut shell = app.in_shell("\"$@\"; cat", &["read", "2"]).spawn()?;
    shell.stdin.take().context("piped")?.write_all(b"abcdef")?;
    let output = shell.wait_with_output()?;
    ensure!(output.stdout == b"abcdef", "{:?}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

/// Whether O_NONBLOCK is set on the description behind a descriptor of ours.
fn is_nonblocking(fd: &impl AsRawFd) -> Result<bool> {
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd()))?;
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).context("flags in fdinfo")?;
    Ok(u32::from_str_radix(flags.trim(), 8)? & 0o4000 != 0)
}

fn nonblocking_input(app: &App) -> Result<()> {
    let (reader, mut writer) = pipe()?;
    let ours = reader.try_clone()?;
    let mut child = app.command(&["wait"]).stdin(reader).spawn()?;
    let mut stdout = BufReader::new(child.stdout.take().context("piped")?);
    ensure!(next_line(&mut stdout)? == "empty");
    ensure!(!is_nonblocking(&ours)?, "the flag leaked to whoever shares the stream");
    writer.write_all(b"tea")?;
    let mut rest = String::new();
    stdout.read_to_string(&mut rest)?;
    let status = child.wait()?;
    ensure!(status.success() && rest == "tea", "{status}, {rest:?}");
    Ok(())
}

fn full_pipe(app: &App) -> Result<()> {
    let (mut reader, writer) = pipe()?;
    let ours = writer.try_clone()?;
    let status = app.command(&["fill"]).stdout(writer).status()?;
    ensure!(Status::from(status) == AGAIN, "{status}");
    ensure!(!is_nonblocking(&ours)?, "the flag leaked to whoever shares the stream");
    drop(ours);
    let mut written = Vec::new();
    reader.read_to_end(&mut written)?;
    ensure!(written.len() >= 4096, "{} bytes were written", written.len());
    Ok(())
}

fn nonblocking_by_others(app: &App) -> Result<()> {
    let (mut ours, theirs) = UnixStream::pair()?;
    theirs.set_nonblocking(true)?;
    let mut child = app.command(&["read", "10"]).stdin(OwnedFd::from(theirs)).spawn()?;
    // Long enough that the program finds nothing at first.
    thread::sleep(Duration::from_millis(200));
    ours.write_all(b"late")?;
    let mut said = String::new();
    child.stdout.take().context("piped")?.read_to_string(&mut said)?;
    let status = child.wait()?;
    ensure!(status.success() && said == "late", "{status}, {said:?}");
    Ok(())
}

fn renumbered(app: &App) -> Result<()> {
    expect(&mut app.command(&["renumber"]), OK, "moved\n")?;
    let (reader, writer) = pipe()?;
    drop(reader);
    let status = app.command(&["renumber"]).stdout(writer).status()?;
    ensure!(Status::from(status) == Status::Signal(13), "with a broken pipe: {status}");
    Ok(())
}

fn described(app: &App) -> Result<()> {
    // The file type, and 1 where it can be sought: the status of `describe`.
    let file = app.dir.path().join("file");
    fs::write(&file, "")?;
    let status = |stdin: Stdio| -> Result<Status> {
        Ok(app.command(&["describe", "0"]).stdin(stdin).status()?.into())
    };
    let found = [
        ("/dev/null", status(Stdio::null())?, 21),
        ("a file", status(fs::File::open(&file)?.into())?, 41),
        ("a pipe", status(pipe()?.0.into())?, 0),
        ("a socket", status(OwnedFd::from(UnixStream::pair()?.0).into())?, 60),
    ];
    for (what, found, expected) in found {
        ensure!(found == Status::Code(expected), "{what}: {found}");
    }
    // In a terminal of its own, which a tool of the system makes.
    let script = tools::need(&["script"])?;
    let program = app.command(&["describe", "1"]);
    let words = std::iter::once(program.get_program()).chain(program.get_args());
    let line = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let mut terminal = Command::new(script);
    terminal.args(["-qec", &line, "/dev/null"]).env("SHELL", "/bin/sh");
    let output = terminal.stdin(Stdio::null()).output()?;
    ensure!(Status::from(output.status) == Status::Code(20), "a terminal: {}", output.status);
    Ok(())
}

fn closed_streams(app: &App) -> Result<()> {
    for fd in ["0", "1", "2"] {
        // /dev/null, which nothing was let in for.
        let status = Status::Code(21);
        expect(&mut app.in_shell("exec \"$@\" <&- >&- 2>&-", &["describe", fd]), status, "").context(fd)?;
    }
    expect(&mut app.in_shell("exec \"$@\" <&-", &["read", "10"]), OK, "")?;
    expect(&mut app.in_shell("exec \"$@\" >&-", &["write"]), OK, "")?;
    expect(&mut app.command(&["close"]), OK, "")
}

fn interrupted(app: &App) -> Result<()> {
    let (reader, _writer) = pipe()?;
    let mut child = app.command(&["read", "1"]).stdin(reader).spawn()?;
    thread::sleep(Duration::from_millis(200));
    kill(Pid::from_raw(i32::try_from(child.id())?), Signal::SIGINT)?;
    let status = child.wait()?;
    ensure!(Status::from(status) == Status::Signal(2), "{status}");
    Ok(())
}

fn next_line(stdout: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    stdout.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

fn goroutines_and_input(app: &App) -> Result<()> {
    let mut child = app.command(&[]).spawn()?;
    let mut stdin = child.stdin.take().context("piped")?;
    let mut stdout = BufReader::new(child.stdout.take().context("piped")?);
    for tick in 0..5 {
        ensure!(next_line(&mut stdout)? == format!("tick {tick}"));
    }
    // A piece of a line, and the rest while the goroutine still runs.
    stdin.write_all(b"some ")?;
    next_line(&mut stdout)?;
    stdin.write_all(b"text\n")?;
    let mut rest = String::new();
    stdout.read_to_string(&mut rest)?;
    let status = child.wait()?;
    ensure!(status.success() && rest.lines().any(|line| line == "line some text"), "{status}, {rest}");
    Ok(())
}

/// The echo server, and where it listens.
struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    ports: Vec<u16>,
}

impl Server {
    fn start(app: &App, listeners: usize, args: &[&str]) -> Result<Server> {
        let free = (0..listeners).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<Vec<_>, _>>()?;
        let ports = free.iter().map(|socket| Ok(socket.local_addr()?.port())).collect::<Result<Vec<_>>>()?;
        drop(free);
        let addresses: Vec<String> = ports.iter().map(|port| format!("--listen=127.0.0.1:{port}")).collect();
        let mut all: Vec<&str> = addresses.iter().map(String::as_str).collect();
        all.extend(args);
        all.push("--");
        let mut child = app.command(&all).stderr(Stdio::inherit()).spawn()?;
        let mut stdout = BufReader::new(child.stdout.take().context("piped")?);
        let line = next_line(&mut stdout)?;
        ensure!(line == format!("listeners {listeners}"), "the server said {line:?}");
        Ok(Server { child, stdout, ports })
    }

    fn connect(&self, index: usize, command: &str) -> Result<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.ports[index]))?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.write_all(command.as_bytes())?;
        Ok(stream)
    }

    fn quit(mut self) -> Result<()> {
        drop(self.connect(0, "quit\n")?);
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest)?;
        let status = self.child.wait()?;
        ensure!(status.success() && rest.is_empty(), "{status}, {rest}");
        Ok(())
    }
}

fn connections(app: &App) -> Result<()> {
    let server = Server::start(app, 2, &[])?;
    thread::scope(|scope| {
        let talk = |number: usize| -> Result<()> {
            let mut stream = server.connect(number % 2, "echo\n")?;
            let sent: Vec<u8> = (0..1_000_000 + number).map(|index| (index * number) as u8).collect();
            let mut writer = stream.try_clone()?;
            let mut received = Vec::new();
            thread::scope(|scope| -> Result<()> {
                let written = scope.spawn(|| {
                    writer.write_all(&sent)?;
                    writer.shutdown(Shutdown::Write)
                });
                // Until the server has seen our end and ends its side.
                stream.read_to_end(&mut received)?;
                Ok(written.join().expect("writing does not panic")?)
            })?;
            ensure!(received == sent, "{} bytes of {} came back", received.len(), sent.len());
            Ok(())
        };
        let threads: Vec<_> = (1..=8).map(|number| scope.spawn(move || talk(number))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("talking does not panic"))
    })?;
    server.quit()
}

fn deadlines_and_resets(app: &App) -> Result<()> {
    let mut server = Server::start(app, 1, &[])?;
    let mut said = String::new();
    server.connect(0, "deadline\n")?.read_to_string(&mut said)?;
    ensure!(said == "true\n", "the deadline: {said:?}");
    let mut stream = server.connect(0, "reset\n")?;
    stream.read_exact(&mut [0; 1000])?;
    drop(stream);
    ensure!(next_line(&mut server.stdout)? == "reset true");
    server.quit()
}

fn listeners_follow_directories(app: &App) -> Result<()> {
    fs::create_dir(app.dir.path().join("more"))?;
    Server::start(app, 2, &["--dir", "more", "--env", "A=b"])?.quit()
}

fn cannot_listen(app: &App) -> Result<()> {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let taken = taken.local_addr()?.to_string();
    for (address, reason) in [
        (taken.as_str(), "the address is already in use"),
        ("192.0.2.1:80", "no such address on this machine"),
        ("localhost", "expected HOST:PORT"),
    ] {
        let output = app.invocation(&["--listen", address, "--"]).output()?;
        let said = output.stderr_text();
        ensure!(output.status == Status::Code(1) && said.lines().count() == 1, "{}: {said}", output.status);
        ensure!(said.contains(&format!("listen {address}: {reason}")), "{said}");
    }
    Ok(())
}
