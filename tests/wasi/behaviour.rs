//! The guests in C that check what each function does.

use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::symlink;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::Stdio;
use std::thread;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use wasmc_tests::process::Output;

use crate::programs::{self, Way};

const HERE: &[&str] = &["--dir", ".::/dir", "--dir", ".::/view::ro", "--no-inject-pwd"];
const HERE_AND_OTHER: &[&str] =
    &["--dir", ".::/dir", "--dir", ".::/view::ro", "--dir", "other::/other", "--no-inject-pwd"];

pub fn add(trials: &mut Vec<Trial>) {
    for (guest, grants, prepare) in [
        ("descriptors", HERE, (|_| Ok(())) as fn(&Path) -> Result<()>),
        ("files", HERE, |_| Ok(())),
        ("directories", HERE, many_entries),
        ("paths", HERE, |_| Ok(())),
        ("links", HERE_AND_OTHER, |dir| Ok(fs::create_dir(dir.join("other"))?)),
        ("poll", HERE, |dir| Ok(mkfifo(&dir.join("fifo"), Mode::S_IRWXU)?)),
        ("libc", &["--dir", "."], |_| Ok(())),
    ] {
        crate::add_test(trials, guest, Way::ALL, move |way| run(guest, grants, prepare, way));
    }
    crate::add_test(trials, "strings", Way::TARGETS, strings);
    crate::add_test(trials, "sockets", Way::TARGETS, sockets);
}

fn run(guest: &str, grants: &[&str], prepare: fn(&Path) -> Result<()>, way: Way) -> Result<()> {
    let (_dir, path) = programs::directory()?;
    prepare(&path)?;
    let app = programs::c(&format!("{guest}.c"), way, grants)?;
    let run = way.run(&app).dir(&path);
    let output = match guest {
        "files" => run.stdin("first line\nsecond line\n").output()?,
        // Its standard input is ready at once, and stays so.
        "poll" => Output::from(run.command().stdin(Stdio::null()).output()?),
        _ => run.output()?,
    };
    programs::must_report(&output)
}

fn many_entries(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir.join("many"))?;
    for len in 1..=200 {
        fs::write(dir.join("many").join("n".repeat(len)), "")?;
    }
    fs::create_dir_all(dir.join("kinds/dir"))?;
    fs::write(dir.join("kinds/file"), "")?;
    symlink("file", dir.join("kinds/link"))?;
    Ok(mkfifo(&dir.join("kinds/fifo"), Mode::S_IRWXU)?)
}

fn strings(way: Way) -> Result<()> {
    let grants = ["--env", "EMPTY=", "--env", "LINES=a\nb", "--env", "EQUALS=a=b=c", "--env", "BYTES"];
    let app = programs::c("strings.c", way, &[&grants[..], &["--no-inject-pwd"]].concat())?;
    let bytes = |bytes: &'static [u8]| std::os::unix::ffi::OsStrExt::from_bytes(bytes);
    let args: [&std::ffi::OsStr; 5] =
        [bytes(b""), bytes(b"two words"), bytes(b"line\nend"), bytes(b"\xff\xfe"), bytes(b"last")];
    let run = way.run(&app).env("BYTES", bytes(b"\xff")).env("LINES", "not this one");
    programs::must_report(&run.args(args).output()?)
}

/// Standard input is a listening socket, as from inetd.
fn sockets(way: Way) -> Result<()> {
    let (_dir, path) = programs::directory()?;
    let app = programs::c("sockets.c", way, HERE)?;
    let listener = UnixListener::bind(path.join("socket"))?;
    let client = thread::spawn({
        let address = path.join("socket");
        move || talk(UnixStream::connect(address)?)
    });
    let input = std::os::fd::OwnedFd::from(listener);
    let output = Output::from(way.run(&app).dir(&path).command().stdin(input).output()?);
    programs::must_report(&output)?;
    let heard = client.join().expect("the client does not panic").context("the client")?;
    ensure!(heard == "sent and written", "the client heard {heard}");
    Ok(())
}

fn talk(mut connection: UnixStream) -> std::io::Result<String> {
    connection.write_all(b"hello")?;
    let mut heard = String::new();
    connection.read_to_string(&mut heard)?;
    connection.write_all(b"bye")?;
    connection.shutdown(Shutdown::Write)?;
    Ok(heard)
}
