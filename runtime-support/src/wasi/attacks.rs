//! Attempts to get out of a granted directory or to write to a read-only one.
//! Each test first does inside what it then tries outside. All run with
//! openat2 and with the walk.

use std::string::String;
use std::vec::Vec;

use super::testing::{DIR, OUT, Open, READ_ONLY, Sandbox, with_each_resolver};
use super::types::oflags;
use super::{fd_io, fd_stat};
use crate::errno::Errno;

const PERM: Option<Errno> = Some(Errno::PERM);

#[test]
fn dots_do_not_lead_out() {
    with_each_resolver(|guest| {
        assert_eq!(guest.read_path(DIR, "sub/../file"), Ok(b"grant/file".to_vec()));
        for path in
            ["../outside/secret", "sub/../../outside/secret", "..", "../", "sub/../..", "../grant/file"]
        {
            assert_eq!(guest.open(DIR, path, Open::READ).err(), PERM, "{path}");
            assert_eq!(guest.stat(DIR, path, 1).err(), PERM, "{path}");
            assert_eq!(guest.stat(DIR, path, 0).err(), PERM, "{path}");
            assert_eq!(guest.mkdir(DIR, &[path, "/new"].concat()).err(), PERM, "{path}");
        }
        let deep = "../".repeat(300);
        assert_eq!(guest.open(DIR, &deep, Open::READ).err(), PERM);
    });
}

#[test]
fn a_directory_descriptor_is_its_own_limit() {
    with_each_resolver(|guest| {
        let sub = guest.open(DIR, "sub", Open::DIRECTORY).unwrap();
        assert_eq!(guest.read_path(sub, "file"), Ok(b"grant/sub/file".to_vec()));
        assert_eq!(guest.open(sub, "../file", Open::READ).err(), PERM);
    });
}

#[test]
fn absolute_paths_are_refused() {
    with_each_resolver(|guest| {
        assert!(guest.stat(DIR, "file", 0).is_ok());
        let host = String::from(guest.host("grant/file").to_str().unwrap());
        for path in ["/", "/etc/passwd", "//etc/passwd", &host] {
            assert_eq!(guest.open(DIR, path, Open::READ).err(), PERM, "{path}");
            assert_eq!(guest.stat(DIR, path, 0).err(), PERM, "{path}");
            assert_eq!(guest.symlink(path, DIR, "new").err(), PERM, "{path}");
        }
    });
}

#[test]
fn an_absolute_link_can_be_made_where_everything_is_granted() {
    with_each_resolver(|guest| {
        let target = String::from(guest.host("outside/secret").to_str().unwrap());
        let made = String::from(guest.host("grant/made").to_str().unwrap());
        assert_eq!(guest.symlink(&target, DIR, "made").err(), PERM);
        let root = guest.grant_host_root();
        let in_root = made.trim_start_matches('/');
        assert_eq!(guest.symlink(&target, root, in_root), Ok(()));
        assert_eq!(guest.read_path(root, in_root), Ok(b"outside/secret".to_vec()));
        assert_eq!(guest.read_path(DIR, "made").err(), PERM);
        let below = guest.open(root, in_root.trim_end_matches("made"), Open::DIRECTORY).unwrap();
        assert_eq!(guest.symlink(&target, below, "again"), Ok(()));
        assert_eq!(guest.read_path(below, "again"), Ok(b"outside/secret".to_vec()));
    });
}

#[test]
fn links_to_the_outside_are_not_followed() {
    with_each_resolver(|guest| {
        guest.link("file", "grant/good");
        guest.link("../outside/secret", "grant/relative");
        guest.link("sub/../../outside/secret", "grant/winding");
        let absolute = String::from(guest.host("outside/secret").to_str().unwrap());
        guest.link(&absolute, "grant/absolute");
        guest.link("relative", "grant/indirect");
        assert_eq!(guest.read_path(DIR, "good"), Ok(b"grant/file".to_vec()));
        assert!(guest.set_times(DIR, "good", 1).is_ok());
        for path in ["relative", "winding", "absolute", "indirect"] {
            assert_eq!(guest.open(DIR, path, Open::READ).err(), PERM, "{path}");
            assert_eq!(guest.open(DIR, path, Open::WRITE).err(), PERM, "{path}");
            assert_eq!(guest.stat(DIR, path, 1).err(), PERM, "{path}");
            assert_eq!(guest.set_times(DIR, path, 1).err(), PERM, "{path}");
            assert_eq!(guest.open(DIR, path, Open::READ.no_follow()).err(), Some(Errno::LOOP), "{path}");
            assert_eq!(guest.stat(DIR, path, 0).map(|stat| stat.1), Ok(7), "{path}");
        }
        assert_eq!(std::fs::read(guest.host("outside/secret")).unwrap(), b"outside/secret");
    });
}

#[test]
fn links_in_the_middle_are_followed_only_inside() {
    with_each_resolver(|guest| {
        guest.link("sub", "grant/in");
        guest.link("../outside", "grant/out");
        assert_eq!(guest.read_path(DIR, "in/file"), Ok(b"grant/sub/file".to_vec()));
        assert_eq!(guest.read_path(DIR, "out/secret").err(), PERM);
        assert_eq!(guest.mkdir(DIR, "in/new"), Ok(()));
        assert_eq!(guest.mkdir(DIR, "out/new").err(), PERM);
        assert_eq!(guest.rename((DIR, "in/new"), (DIR, "out/new")).err(), PERM);
        assert_eq!(guest.rename((DIR, "out/secret"), (DIR, "in/secret")).err(), PERM);
        assert_eq!(guest.hard_link((DIR, "out/secret"), (DIR, "in/secret")).err(), PERM);
        assert_eq!(guest.unlink(DIR, "out/secret").err(), PERM);
        assert_eq!(guest.readlink(DIR, "out/secret", 100).err(), PERM);
        assert!(guest.host("outside/secret").exists() && !guest.host("outside/new").exists());
    });
}

#[test]
fn a_link_up_that_stays_inside_works() {
    with_each_resolver(|guest| {
        guest.link("..", "grant/sub/up");
        assert_eq!(guest.read_path(DIR, "sub/up/file"), Ok(b"grant/file".to_vec()));
        assert_eq!(guest.stat(DIR, "sub/up", 1), guest.stat(DIR, ".", 0));
        let sub = guest.open(DIR, "sub", Open::DIRECTORY).unwrap();
        assert_eq!(guest.read_path(sub, "up/file").err(), PERM);
    });
}

#[test]
fn a_slash_after_a_link_does_not_lead_out() {
    with_each_resolver(|guest| {
        guest.link("sub", "grant/in");
        guest.link("../outside", "grant/out");
        guest.link("../outside/sub", "grant/out_sub");
        assert!(guest.open(DIR, "in/", Open::DIRECTORY).is_ok());
        assert!(guest.stat(DIR, "in/", 0).is_ok_and(|stat| stat.1 == 3));
        for how in [Open::READ, Open::READ.no_follow(), Open::DIRECTORY, Open::DIRECTORY.no_follow()] {
            assert_eq!(guest.open(DIR, "out/", how).err(), PERM);
        }
        assert_eq!(guest.stat(DIR, "out/", 0).err(), PERM);
        assert_eq!(guest.set_times(DIR, "out/", 0).err(), PERM);
        assert_eq!(guest.readlink(DIR, "out/", 100).err(), PERM);
        assert_eq!(guest.open(DIR, "out/new", Open::CREATE).err(), PERM);
        assert_eq!(guest.mkdir(DIR, "out/").err(), Some(Errno::EXIST));
        assert_eq!(guest.unlink(DIR, "out/").err(), Some(Errno::NOTDIR));
        assert_eq!(guest.rmdir(DIR, "out_sub/").err(), Some(Errno::NOTDIR));
        assert_eq!(guest.rename((DIR, "out_sub/"), (DIR, "moved")).err(), Some(Errno::NOTDIR));
        assert_eq!(guest.rename((DIR, "sub"), (DIR, "out_sub/")).err(), Some(Errno::NOTDIR));
        assert_eq!(guest.hard_link((DIR, "out/"), (DIR, "moved")).err(), Some(Errno::NOTDIR));
        assert!(guest.host("outside/sub/secret").exists() && guest.host("grant/sub").exists());
    });
}

#[test]
fn a_dangling_link_does_not_create_outside() {
    with_each_resolver(|guest| {
        guest.link("fresh", "grant/good");
        guest.link("../outside/fresh", "grant/bad");
        guest.link("../outside/fresh_directory", "grant/bad_directory");
        assert!(guest.open(DIR, "good", Open::CREATE).is_ok());
        assert!(guest.host("grant/fresh").is_file());
        assert_eq!(guest.open(DIR, "bad", Open::CREATE).err(), PERM);
        assert_eq!(guest.open(DIR, "bad", Open::CREATE.no_follow()).err(), Some(Errno::LOOP));
        assert_eq!(guest.open(DIR, "bad", Open::CREATE.with(oflags::EXCL)).err(), Some(Errno::EXIST));
        assert_eq!(guest.mkdir(DIR, "bad_directory").err(), Some(Errno::EXIST));
        assert_eq!(guest.mkdir(DIR, "bad_directory/").err(), Some(Errno::EXIST));
        assert!(!guest.host("outside/fresh").exists() && !guest.host("outside/fresh_directory").exists());
    });
}

#[test]
fn a_link_made_by_the_guest_leads_nowhere() {
    with_each_resolver(|guest| {
        assert_eq!(guest.symlink("file", DIR, "good"), Ok(()));
        assert_eq!(guest.read_path(DIR, "good"), Ok(b"grant/file".to_vec()));
        assert_eq!(guest.symlink("../../../../../../../../etc/passwd", DIR, "bad"), Ok(()));
        assert_eq!(guest.open(DIR, "bad", Open::READ).err(), PERM);
        assert_eq!(guest.readlink(DIR, "bad", 5), Ok(b"../..".to_vec()));
        assert_eq!(guest.readlink(DIR, "bad", 0), Ok(Vec::new()));
        assert_eq!(guest.readlink(DIR, "file", 0).err(), Some(Errno::INVAL));
    });
}

#[test]
fn loops_and_long_paths_end() {
    with_each_resolver(|guest| {
        for (target, name) in [("self", "self"), ("pong", "ping"), ("ping", "pong")] {
            guest.link(target, &["grant/", name].concat());
        }
        for path in ["self", "ping", "self/x", "ping/x"] {
            assert_eq!(guest.open(DIR, path, Open::READ).err(), Some(Errno::LOOP), "{path}");
            assert_eq!(guest.stat(DIR, path, 1).err(), Some(Errno::LOOP), "{path}");
        }
        assert!(guest.stat(DIR, "self", 0).is_ok());
        let long = "sub/../".repeat(580) + "file";
        assert!(long.len() < 4096);
        assert_eq!(guest.read_path(DIR, &long), Ok(b"grant/file".to_vec()));
        for path in ["a".repeat(4096), "sub/../".repeat(590), "n".repeat(256)] {
            assert_eq!(guest.stat(DIR, &path, 1).err(), Some(Errno::NAMETOOLONG));
        }
        assert_eq!(guest.stat(DIR, "fi\0le", 1).err(), Some(Errno::INVAL));
        assert_eq!(guest.stat(DIR, "", 1).err(), Some(Errno::NOENT));
    });
}

#[test]
fn forty_links_are_followed_and_no_more() {
    with_each_resolver(|guest| {
        guest.link("file", "grant/link1");
        for index in 2..=41 {
            let (target, name) = (std::format!("link{}", index - 1), std::format!("grant/link{index}"));
            guest.link(&target, &name);
        }
        assert_eq!(guest.read_path(DIR, "link40"), Ok(b"grant/file".to_vec()));
        assert_eq!(guest.open(DIR, "link41", Open::READ).err(), Some(Errno::LOOP));
    });
}

#[test]
fn a_directory_moved_out_does_not_take_its_parent_along() {
    with_each_resolver(|guest| {
        guest.mkdir(DIR, "sub/deep").unwrap();
        let deep = guest.open(DIR, "sub/deep", Open::DIRECTORY).unwrap();
        std::fs::rename(guest.host("grant/sub/deep"), guest.host("outside/deep")).unwrap();
        assert!(guest.open(deep, "new", Open::CREATE).is_ok());
        assert_eq!(guest.open(deep, "../secret", Open::READ).err(), PERM);
        assert_eq!(guest.stat(deep, "..", 1).err(), PERM);
    });
}

#[test]
fn files_are_no_directories() {
    with_each_resolver(|guest| {
        let file = guest.open(DIR, "file", Open::READ).unwrap();
        assert_eq!(guest.open(file, "x", Open::READ).err(), Some(Errno::NOTDIR));
        assert_eq!(guest.open(DIR, "file/x", Open::READ).err(), Some(Errno::NOTDIR));
        assert_eq!(guest.open(DIR, "file/", Open::READ).err(), Some(Errno::NOTDIR));
        assert_eq!(guest.stat(DIR, "file/", 0).err(), Some(Errno::NOTDIR));
        assert_eq!(guest.unlink(DIR, "file/").err(), Some(Errno::NOTDIR));
        assert_eq!(guest.unlink(DIR, "sub/").err(), Some(Errno::ISDIR));
        assert_eq!(guest.open(DIR, "new/", Open::CREATE).err(), Some(Errno::ISDIR));
        assert_eq!(guest.open(DIR, "sub/.", Open::CREATE).err(), Some(Errno::ISDIR));
        let exclusive = Open::CREATE.with(oflags::EXCL);
        assert_eq!(guest.open(DIR, "sub/.", exclusive).err(), Some(Errno::EXIST));
        assert_eq!(guest.open(99, "file", Open::READ).err(), Some(Errno::BADF));
        assert_eq!(guest.open(u32::MAX, "file", Open::READ).err(), Some(Errno::BADF));
        guest.world.is_go = true;
        assert_eq!(guest.open(u32::MAX, "file", Open::READ).err(), Some(Errno::NOENT));
    });
}

#[test]
fn a_read_only_mount_stays_as_it_is() {
    with_each_resolver(|guest| {
        let rofs = Some(Errno::ROFS);
        assert_eq!(guest.read_path(READ_ONLY, "file"), Ok(b"grant/file".to_vec()));
        assert_eq!(guest.open(READ_ONLY, "file", Open::WRITE).err(), rofs);
        assert_eq!(guest.open(READ_ONLY, "file", Open::READ.with(oflags::TRUNC)).err(), rofs);
        assert_eq!(guest.open(READ_ONLY, "new", Open::READ.with(oflags::CREAT)).err(), rofs);
        assert_eq!(guest.mkdir(READ_ONLY, "new").err(), rofs);
        assert_eq!(guest.rmdir(READ_ONLY, "sub").err(), rofs);
        assert_eq!(guest.unlink(READ_ONLY, "file").err(), rofs);
        assert_eq!(guest.symlink("file", READ_ONLY, "new").err(), rofs);
        assert_eq!(guest.set_times(READ_ONLY, "file", 1).err(), rofs);
        for (from, to) in [(READ_ONLY, DIR), (DIR, READ_ONLY)] {
            assert_eq!(guest.rename((from, "file"), (to, "moved")).err(), rofs);
            assert_eq!(guest.hard_link((from, "file"), (to, "moved")).err(), rofs);
        }
        let file = guest.open(READ_ONLY, "file", Open::READ).unwrap();
        assert_eq!(guest.call(|call| fd_stat::fd_filestat_set_times(call, file, 1, 1, 5)).err(), rofs);
        assert!(guest.call(|call| fd_stat::fd_filestat_set_size(call, file, 0)).is_err());
        assert!(guest.call(|call| fd_stat::fd_allocate(call, file, 0, 100)).is_err());
        let sub = guest.open(READ_ONLY, "sub", Open::DIRECTORY).unwrap();
        assert_eq!(guest.open(sub, "file", Open::WRITE).err(), rofs);
        assert_eq!(std::fs::read(guest.host("grant/file")).unwrap(), b"grant/file");
        assert_eq!(guest.rename((DIR, "file"), (DIR, "moved")), Ok(()));
        assert_eq!(guest.hard_link((DIR, "moved"), (DIR, "linked")), Ok(()));
    });
}

#[test]
fn renumbering_does_not_change_what_a_mount_allows() {
    with_each_resolver(|guest| {
        let sub = guest.open(READ_ONLY, "sub", Open::DIRECTORY).unwrap();
        assert_eq!(guest.call(|call| fd_stat::fd_renumber(call, sub, DIR)), Ok(()));
        assert_eq!(guest.read_path(DIR, "file"), Ok(b"grant/sub/file".to_vec()));
        assert_eq!(guest.open(DIR, "file", Open::WRITE).err(), Some(Errno::ROFS));
        assert_eq!(guest.open(sub, "file", Open::READ).err(), Some(Errno::BADF));
    });
}

#[test]
fn bad_pointers_have_no_effects() {
    with_each_resolver(|guest| {
        let opened = guest.open(DIR, "file", Open::CREATE).unwrap();
        let next = guest.open(DIR, "file", Open::READ).unwrap();
        guest.call(|call| fd_stat::fd_close(call, next)).unwrap();
        let read = guest.call(|call| fd_io::fd_read(call, opened, 0x8000, 1, u32::MAX));
        assert_eq!(read.err(), Some(Errno::FAULT));
        assert_eq!(guest.read(opened, 5), Ok(b"grant".to_vec()));
        guest.put(0x1000, b"brand-new");
        let open = guest.call(|call| {
            super::open::path_open(call, DIR, 0, 0x1000, 9, oflags::CREAT, u64::MAX, 0, 0, u32::MAX - 2)
        });
        assert_eq!(open.err(), Some(Errno::FAULT));
        assert!(!guest.host("grant/brand-new").exists());
        assert_eq!(guest.open(DIR, "file", Open::READ), Ok(next));
        // Results that overlap what is read are the guest's own trouble.
        let _ = guest.call(|call| fd_io::fd_read(call, opened, OUT, 1, OUT));
    });
}

#[test]
fn a_fifo_opens_without_waiting_when_asked() {
    with_each_resolver(|guest: &mut Sandbox| {
        let path = guest.host("grant/fifo");
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
        assert_eq!(guest.stat(DIR, "fifo", 1).map(|stat| stat.1), Ok(0));
        guest.put(0x1000, b"fifo");
        let nonblock = u32::from(super::types::fdflags::NONBLOCK);
        let rights = Open::READ.rights;
        assert_eq!(
            guest.call(|call| super::open::path_open(call, DIR, 0, 0x1000, 4, 0, rights, 0, nonblock, OUT)),
            Ok(())
        );
    });
}
