//! The root of the host's file system granted as `/`: links and `..` work as on
//! the host, but for the links of procfs.

use std::string::String;

use super::testing::{Open, Sandbox, with_each_resolver};
use crate::errno::Errno;

/// A path on the host as the guest names it from `/`.
fn from_root(guest: &Sandbox, path: &str) -> String {
    guest.host(path).to_str().unwrap().trim_start_matches('/').into()
}

#[test]
fn links_and_dots_work_as_on_the_host() {
    with_each_resolver(|guest| {
        let root = guest.grant_host_root();
        let absolute = String::from(guest.host("outside/secret").to_str().unwrap());
        guest.link(&absolute, "grant/link");
        guest.link(guest.host("outside").to_str().unwrap(), "grant/directory");
        guest.link("/", "grant/top");
        let directory = from_root(guest, "grant");
        let below = guest.open(root, &directory, Open::DIRECTORY).unwrap();
        let secret = Ok(b"outside/secret".to_vec());
        for name in [
            "link",
            "directory/secret",
            "../outside/secret",
            "directory/../outside/./secret",
            "sub/../../outside/sub/../secret",
            "sub/../link",
        ] {
            assert_eq!(guest.read_path(below, name), secret, "{name}");
            assert_eq!(guest.read_path(root, &[&directory, "/", name].concat()), secret, "{name}");
            assert!(guest.stat(below, name, 1).is_ok(), "{name}");
        }
        let through_top = ["top/", &from_root(guest, "outside/secret")].concat();
        assert_eq!(guest.read_path(below, &through_top), secret);
        assert!(guest.stat(below, "top", 1).is_ok() && guest.open(below, "top", Open::DIRECTORY).is_ok());
        let up = ["../".repeat(60), from_root(guest, "outside/secret")].concat();
        assert_eq!(guest.read_path(root, &up), secret);
        assert_eq!(guest.read_path(below, &up), secret);
        assert_eq!(guest.open(below, "/etc/passwd", Open::READ).err(), Some(Errno::PERM));
    });
}

#[test]
fn links_of_procfs_lead_nowhere() {
    with_each_resolver(|guest| {
        let root = guest.grant_host_root();
        assert!(guest.open(root, "proc/self/status", Open::READ).is_ok());
        assert!(guest.stat(root, "proc/mounts", 1).is_ok());
        for path in ["proc/self/exe", "proc/self/root/etc/passwd", "proc/self/cwd", "proc/self/fd/0"] {
            assert_eq!(guest.open(root, path, Open::READ).err(), Some(Errno::LOOP), "{path}");
            assert_eq!(guest.stat(root, path, 1).err(), Some(Errno::LOOP), "{path}");
        }
        assert!(guest.stat(root, "proc/self/exe", 0).is_ok());
    });
}
