//! From a configuration to what the guest sees.
// Tests make the kernel's block of arguments themselves.
#![allow(unsafe_code)]

use std::boxed::Box;
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::string::String;
use std::vec::Vec;

use rustix::fs::CWD;
use tempfile::TempDir;
use wasmc_abi::embed::Image;

use super::*;
use crate::errno::Errno;
use crate::synthetic::Found;
use crate::world::Target;

mod embedded;
mod privileges;

/// A directory tree, where the program is started in `home/work`.
struct Host {
    root: TempDir,
    env: Vec<String>,
    args: Vec<String>,
    embedded: Option<Image<'static>>,
    /// It runs with more rights than who started it.
    is_secure: bool,
}

impl Host {
    fn new() -> Host {
        let root = tempfile::tempdir().unwrap();
        for directory in ["home/work/data/deep", "other"] {
            std::fs::create_dir_all(root.path().join(directory)).unwrap();
        }
        std::fs::write(root.path().join("home/work/file"), "").unwrap();
        std::os::unix::fs::symlink("home/work", root.path().join("logical")).unwrap();
        std::os::unix::fs::symlink("../../other", root.path().join("home/work/away")).unwrap();
        Host { root, env: Vec::new(), args: std::vec![String::from("app")], embedded: None, is_secure: false }
    }

    fn path(&self, path: &str) -> String {
        String::from(self.root.path().join(path).to_str().unwrap())
    }

    fn env(mut self, entry: &str) -> Host {
        self.env.push(String::from(entry));
        self
    }

    fn args(mut self, args: &[&str]) -> Host {
        self.args.extend(args.iter().map(|arg| String::from(*arg)));
        self
    }

    fn start(&self, items: &[Item<'_>]) -> Result<&'static mut World> {
        let mut config = Vec::new();
        for item in items {
            config::push(&mut config, item);
        }
        let process = process(&self.args, &self.env, self.is_secure);
        let cwd_path = leak(Path::new(&self.path("home/work")).as_os_str().as_bytes());
        let cwd = openat(CWD, self.path("home/work"), OPEN_DIRECTORY, Mode::empty()).unwrap();
        let surroundings = Surroundings { process: &process, cwd: cwd.as_fd(), cwd_path: Some(cwd_path) };
        // Never dropped: that would replace the test's standard streams.
        let world = Box::leak(Box::new(World::new()));
        world.embedded = self.embedded;
        apply(world, &surroundings, leak(&config), crate::names::for_test())?;
        Ok(world)
    }
}

fn leak(bytes: &[u8]) -> &'static [u8] {
    Vec::leak(bytes.to_vec())
}

fn process(args: &[String], env: &[String], is_secure: bool) -> Process {
    const AT_SECURE: u64 = 23;
    let pointer = |text: &String| CString::new(text.as_str()).unwrap().into_raw() as u64;
    let mut block = std::vec![args.len() as u64];
    block.extend(args.iter().map(pointer));
    block.push(0);
    block.extend(env.iter().map(pointer));
    block.extend([0, AT_SECURE, u64::from(is_secure), 0, 0]);
    // SAFETY: the block has the kernel's form and stays.
    unsafe { Process::from_stack(Vec::leak(block).as_ptr()) }
}

fn grant<'a>(host: &'a str) -> Item<'a> {
    Item::Grant(Grant { host: host.as_bytes(), guest: None, read_only: false, optional: false })
}

fn named<'a>(host: &'a str, guest: &'a str) -> Item<'a> {
    Item::Grant(Grant { guest: Some(guest.as_bytes()), ..as_grant(grant(host)) })
}

fn as_grant(item: Item<'_>) -> Grant<'_> {
    match item {
        Item::Grant(grant) => grant,
        _ => panic!("no grant"),
    }
}

/// What fd_prestat_dir_name tells from descriptor 3 on.
fn names(world: &World) -> Vec<String> {
    let name = |fd| {
        let descriptor = world.table.get(fd).ok().filter(|descriptor| descriptor.is_preopen)?;
        let synthetic = matches!(descriptor.object, crate::fd::Object::Synthetic(_));
        let name = if synthetic { b"/" } else { world.mounts.get(descriptor.mount)?.name };
        Some(String::from_utf8(name.to_vec()).unwrap())
    };
    (3..).map_while(name).collect()
}

fn environ(world: &World) -> Vec<String> {
    (0..)
        .map_while(|index| world.environ.get(index))
        .map(|entry| String::from_utf8(entry.to_vec()).unwrap())
        .collect()
}

fn message(result: Result<&'static mut World>) -> String {
    match result {
        Ok(_) => panic!("started"),
        Err(failure) => String::from_utf8(failure.parts().concat()).unwrap(),
    }
}

const PWD: Item<'static> = Item::Policy(policy::INJECT_PWD);
const GO: Item<'static> = Item::Policy(policy::INJECT_PWD | policy::GO_GUEST);
const RUNTIME_DIRS: Item<'static> = Item::Policy(policy::RUNTIME_DIRS);

#[test]
fn nothing_granted_is_nothing_given() {
    let host = Host::new().env("HOME=/h");
    for policy in [Item::Policy(0), GO] {
        let world = host.start(&[policy]).unwrap();
        assert!(world.table.get(2).is_ok());
        assert_eq!(world.table.get(3).err(), Some(Errno::BADF));
    }
    assert_eq!(environ(host.start(&[]).unwrap()), [""; 0]);
    assert_eq!(environ(host.start(&[PWD]).unwrap()), ["PWD=/"]);
}

#[test]
fn a_relative_directory_also_has_its_absolute_name() {
    let host = Host::new();
    let work = host.path("home/work");
    for given in [".", "./", "data/..", "./."] {
        let world = host.start(&[PWD, grant(given)]).unwrap();
        assert_eq!(names(world), [".", work.as_str()]);
        assert_eq!(environ(world), [["PWD=", &work].concat()]);
    }
    let world = host.start(&[PWD, grant("data//deep/")]).unwrap();
    assert_eq!(names(world), ["data/deep", &host.path("home/work/data/deep")]);
    assert_eq!(environ(world), [["PWD=", &work].concat()], "data/deep/file is found from here");
    let world = host.start(&[PWD, grant("..")]).unwrap();
    assert_eq!(names(world), ["..", &host.path("home"), "."]);
    assert_eq!(environ(world), [["PWD=", &work].concat()]);
}

#[test]
fn the_shells_name_of_the_working_directory_counts_if_it_is_right() {
    let host = Host::new();
    let logical = host.path("logical");
    let host = host.env(&["PWD=", &logical].concat());
    let world = host.start(&[PWD, grant(".")]).unwrap();
    assert_eq!(names(world), [".", logical.as_str()]);
    assert_eq!(environ(world), [["PWD=", &logical].concat()]);
    let host = Host::new();
    let wrong = host.path("other");
    let host = host.env(&["PWD=", &wrong].concat());
    assert_eq!(names(host.start(&[grant(".")]).unwrap()), [".", &host.path("home/work")]);
}

#[test]
fn absolute_and_named_directories_have_one_name() {
    let host = Host::new();
    let other = host.path("other");
    let world = host.start(&[PWD, grant(&[&other, "/"].concat())]).unwrap();
    assert_eq!(names(world), [other.as_str()]);
    assert_eq!(environ(world), [["PWD=", &other].concat()]);
    let world = host.start(&[PWD, named(".", "/src/./x/"), named(&other, "out")]).unwrap();
    assert_eq!(names(world), ["/src/x", "out", "."]);
    assert_eq!(environ(world), ["PWD=/src/x"]);
    let world = host.start(&[PWD, named(&other, "out")]).unwrap();
    assert_eq!(environ(world), ["PWD=/"], "out/file is found from here");
    let world = host.start(&[PWD, named(&other, "/a"), named(&other, "/")]).unwrap();
    assert_eq!(environ(world), ["PWD=/"]);
    let world = host.start(&[PWD, named(&host.path("home"), "/mnt")]).unwrap();
    assert_eq!(environ(world), ["PWD=/mnt/work"]);
}

#[test]
fn the_working_directory_is_named_where_a_mount_holds_it() {
    let host = Host::new();
    let home = host.path("home");
    let modes = |world: &World| {
        let mounts = world.mounts.iter();
        mounts.map(|(_, mount)| (mount.name, mount.is_read_only)).collect::<Vec<_>>()
    };
    let Item::Grant(writable) = grant(&home) else { panic!("not a grant") };
    let read_only = Item::Grant(Grant { read_only: true, ..writable });
    let world = host.start(&[PWD, read_only]).unwrap();
    assert_eq!(modes(world), [(home.as_bytes(), true), (&b"."[..], true)]);
    // Not where it lies elsewhere, not for Go, not without a working directory.
    assert_eq!(names(host.start(&[PWD, grant(&host.path("other"))]).unwrap()), [host.path("other")]);
    assert_eq!(names(host.start(&[grant(&home)]).unwrap()), [home.as_str()]);
    let go = host.start(&[GO, grant(&home)]).unwrap();
    assert!(!names(go).iter().any(|name| name == "."));
}

#[test]
fn a_variable_that_is_given_stays() {
    let host = Host::new().env("A=1").env("AB=2").env("PWD=/x");
    let items = [PWD, Item::EnvInherit(b"A"), Item::EnvInherit(b"NONE"), Item::EnvSet(b"B=\n")];
    assert_eq!(environ(host.start(&items).unwrap()), ["A=1", "B=\n", "PWD=/"]);
    assert_eq!(environ(host.start(&[PWD, Item::EnvSet(b"PWD=/mine")]).unwrap()), ["PWD=/mine"]);
    assert_eq!(environ(host.start(&[PWD, Item::EnvInherit(b"PWD")]).unwrap()), ["PWD=/x"]);
}

#[test]
fn braces_are_expanded() {
    let host = Host::new();
    let home = host.path("home");
    let host = host.env(&["HOME=", &home].concat()).env("TMPDIR=");
    assert_eq!(names(host.start(&[grant("{HOME}/work")]).unwrap()), [host.path("home/work")]);
    assert_eq!(
        message(host.start(&[grant("{TMPDIR}")])),
        "grant {TMPDIR}: the environment does not set TMPDIR"
    );
    assert_eq!(message(host.start(&[grant("{X}{")])), "grant {X}{: no such directory");
    let executable = std::env::current_exe().unwrap();
    let directory = executable.parent().unwrap().to_str().unwrap();
    assert_eq!(names(host.start(&[grant("{EXE_DIR}")]).unwrap()), [directory]);
}

#[test]
fn what_is_missing_or_no_directory_is_said() {
    let host = Host::new();
    assert_eq!(message(host.start(&[grant("nope")])), "grant nope: no such directory");
    assert_eq!(message(host.start(&[grant("file")])), "grant file: not a directory");
    let optional = |host| Item::Grant(Grant { optional: true, ..as_grant(grant(host)) });
    assert_eq!(names(host.start(&[optional("nope"), optional("data")]).unwrap()).len(), 2);
    assert_eq!(message(host.start(&[optional("file")])), "grant file: not a directory");
    let long = "x".repeat(5000);
    assert!(message(host.start(&[grant(&long)])).ends_with(": the name is too long"));
}

#[test]
fn dots_after_a_link_are_refused_where_they_mislead() {
    let host = Host::new();
    assert!(host.start(&[grant("away")]).is_ok());
    assert!(message(host.start(&[grant("away/..")])).contains("without .. after a symbolic link"));
}

#[test]
fn the_root_of_the_host_is_known() {
    let host = Host::new();
    let is_root = |items: &[Item<'_>]| {
        let world = host.start(items).unwrap();
        world.mounts.iter().next().is_some_and(|(_, mount)| mount.is_host_root)
    };
    assert!(is_root(&[grant("/")]));
    assert!(is_root(&[named("/", "/")]));
    assert!(!is_root(&[named("/", "/host")]));
    assert!(!is_root(&[named(".", "/")]));
    let world = host.start(&[PWD, grant("/")]).unwrap();
    assert_eq!(environ(world), [["PWD=", &host.path("home/work")].concat()]);
}

#[test]
fn arguments_grant_only_where_the_executable_says_so() {
    let args = ["--dir", "data", "--env=A=1", "--dir-optional=nope", "--", "--dir", "x"];
    let world = Host::new().args(&args).start(&[RUNTIME_DIRS]).unwrap();
    assert_eq!(names(world).first().map(String::as_str), Some("data"));
    assert_eq!(environ(world), ["A=1"]);
    let seen: Vec<_> = (0..).map_while(|index| world.arg(index)).collect();
    assert_eq!(seen, [&b"app"[..], b"--dir", b"x"]);
    let world = Host::new().args(&args).start(&[]).unwrap();
    assert_eq!(names(world), [""; 0]);
    assert_eq!(world.arg(1), Some(&b"--dir"[..]));
}

#[test]
fn other_arguments_pass_untouched() {
    for (args, rest) in [
        (&["x", "--dir", "."][..], &["x", "--dir", "."][..]),
        (&["--", "--dir"], &["--dir"]),
        (&["--", "--"], &["--"]),
        (&["--directory", "--"], &["--directory", "--"]),
        (&["-dir"], &["-dir"]),
        (&[], &[]),
    ] {
        let world = Host::new().args(args).start(&[RUNTIME_DIRS]).unwrap();
        let seen: Vec<_> = (1..).map_while(|index| world.arg(index)).collect();
        assert_eq!(seen, rest.iter().map(|arg| arg.as_bytes()).collect::<Vec<_>>());
        assert_eq!(names(world), [""; 0]);
    }
}

#[test]
fn arguments_that_grant_wrongly() {
    for (args, expected) in [
        (&["--dir", "."][..], "-- must follow the grants in the arguments"),
        (&["--dir"], "--dir needs a value"),
        (&["--dir=.", "x", "--"], "expected --dir, --dir-optional, --env, --listen or -- but found x"),
        (&["--dir", ".::/x::ww", "--"], "grant .::/x::ww: the third field must be ro or rw"),
    ] {
        assert_eq!(message(Host::new().args(args).start(&[RUNTIME_DIRS])), expected);
    }
}

/// Where Go's syscall package sends an absolute path, and what the runtime
/// makes of it: the mount's index and the path in it.
fn go_path(world: &World, path: &str) -> std::result::Result<(usize, String), Errno> {
    let names = names(world);
    let matching = (3u32..).zip(&names).filter(|(_, name)| path.starts_with(name.as_str()));
    let (fd, name) =
        matching.max_by_key(|(_, name)| name.len()).map_or((u32::MAX, ""), |(fd, name)| (fd, name));
    let rest = path[name.len()..].trim_start_matches('/');
    let mut rest = PathBuffer::new(if rest.is_empty() { b"." } else { rest.as_bytes() })?;
    match world.locate(fd, &mut rest)? {
        Target::Host(directory) => {
            Ok((directory.mount.index(), String::from_utf8(rest.as_bytes().to_vec()).unwrap()))
        }
        Target::Embedded(directory) => {
            Ok((directory.mount.index(), String::from_utf8(rest.as_bytes().to_vec()).unwrap()))
        }
        Target::Synthetic(Found::Node(node)) => {
            Ok((usize::MAX, String::from_utf8(node.path(&world.mounts).to_vec()).unwrap()))
        }
        Target::Synthetic(_) => Err(Errno::NOENT),
    }
}

#[test]
fn go_finds_every_mount_by_whole_names() {
    let host = Host::new();
    let other = host.path("other");
    let world =
        host.start(&[GO, named(&other, "/tmp"), named(&other, "/tmp/in/side"), named(".", "rel")]).unwrap();
    assert_eq!(names(world), ["/tmp/", "/tmp/in/side/", "rel", "/"]);
    for (path, found) in [
        ("/tmp", Ok((0, "."))),
        ("/tmp/", Ok((0, "."))),
        ("/tmp/x", Ok((0, "x"))),
        ("/tmp/in", Ok((0, "in"))),
        ("/tmp/in/side", Ok((1, "."))),
        ("/tmp/in/side/x", Ok((1, "x"))),
        ("/tmp/in/sideways", Ok((0, "in/sideways"))),
        ("/tmpfoo", Err(Errno::NOENT)),
        ("/tmpfoo/x", Err(Errno::NOENT)),
        ("/rel", Ok((2, "."))),
        ("/rel/x/", Ok((2, "x/"))),
        ("/etc/passwd", Err(Errno::NOENT)),
        ("/", Ok((usize::MAX, "/"))),
    ] {
        let found = found.map(|(mount, rest)| (mount, String::from(rest)));
        assert_eq!(go_path(world, path), found, "{path}");
    }
}

#[test]
fn go_with_a_directory_named_root_has_no_synthetic_one() {
    let host = Host::new();
    let other = host.path("other");
    let world = host.start(&[GO, named(".", "/"), named(&other, "/tmp")]).unwrap();
    assert_eq!(names(world), ["/", "/tmp/"]);
    assert_eq!(go_path(world, "/tmp"), Ok((1, String::from("."))));
    assert_eq!(go_path(world, "/tmpfoo"), Ok((0, String::from("tmpfoo"))));
    assert_eq!(go_path(world, "/a/../tmp"), Ok((0, String::from("a/../tmp"))));
}

#[test]
fn go_in_the_working_directory() {
    let host = Host::new();
    let work = host.path("home/work");
    let world = host.start(&[GO, grant(".")]).unwrap();
    assert_eq!(names(world), [".", &[&work, "/"].concat(), "/"]);
    assert_eq!(environ(world), [["PWD=", &work].concat()]);
    assert_eq!(go_path(world, &work), Ok((1, String::from("."))));
    assert_eq!(go_path(world, &[&work, "/file"].concat()), Ok((1, String::from("file"))));
    let above = host.path("home");
    assert_eq!(go_path(world, &above), Ok((usize::MAX, above.clone())));
    assert_eq!(go_path(world, &host.path("other")), Err(Errno::NOENT));
}
