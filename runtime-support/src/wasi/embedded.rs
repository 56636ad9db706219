//! Tests of files in the executable: they do what those of a directory do that
//! is granted read-only.

use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;

use super::dir::testing::list;
use super::testing::{BUFFER, DIR, OUT, Open, READ_ONLY, Sandbox, with_each_resolver};
use super::types::{Dialect, fdflags, oflags, rights};
use super::{fd_io, fd_stat, poll, sock};
use crate::embedded::DEVICE;
use crate::errno::{Errno, Result};
use crate::guest::Record;
use crate::resolve::Resolver;

const IOVEC: u32 = 0x8000;

/// Numbers that are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn path(&mut self) -> String {
        const NAMES: [&str; 10] = ["a", "b", "c", "d", "sub", "file", ".", "..", "", "missing"];
        let mut path = String::new();
        for _ in 0..=self.below(4) {
            path += NAMES[self.below(NAMES.len())];
            path += if self.below(12) == 0 { "//" } else { "/" };
        }
        if self.below(4) != 0 {
            path.pop();
        }
        if path.starts_with('/') && self.below(4) != 0 { path.replacen('/', "a/", 1) } else { path }
    }

    /// Fills a directory with files, directories and links.
    fn fill(&mut self, guest: &Sandbox, directory: &str, depth: usize) {
        for name in ["a", "b", "c", "d"] {
            let path = std::format!("{directory}/{name}");
            match self.below(if depth == 0 { 4 } else { 7 }) {
                0 => {}
                1 => std::fs::write(guest.host(&path), &path).unwrap(),
                2 | 3 => {
                    let target = self.path();
                    guest.link(if target.is_empty() { "." } else { &target }, &path);
                }
                _ => {
                    std::fs::create_dir(guest.host(&path)).unwrap();
                    self.fill(guest, &path, depth - 1);
                }
            }
        }
    }
}

/// What calls that only look tell of a path; inodes by the other's.
fn looked_at(guest: &mut Sandbox, fd: u32, path: &str, inodes: &mut Vec<u64>) -> String {
    let mut stat = |guest: &mut Sandbox, lookup| {
        guest.stat(fd, path, lookup).map(|(inode, file_type)| {
            inodes.push(inode);
            file_type
        })
    };
    let stats = (stat(guest, 0), stat(guest, 1));
    let links = (guest.readlink(fd, path, 100), guest.readlink(fd, path, 2), guest.readlink(fd, path, 0));
    let mut opened = Vec::new();
    for how in [Open::READ, Open::READ.no_follow(), Open::DIRECTORY, Open::DIRECTORY.no_follow()] {
        opened.push(guest.open(fd, path, how).map(|new| {
            let read = guest.read(new, 50);
            let mut names = Vec::new();
            if read == Err(Errno::ISDIR) {
                let mut entries = list(guest, new, 4096);
                entries.sort_by(|a, b| a.name.cmp(&b.name));
                for entry in entries {
                    inodes.push(entry.inode);
                    names.push((entry.name, entry.file_type));
                }
            }
            assert!(guest.world.table.take(new).is_ok());
            (read, names)
        }));
    }
    std::format!("{stats:?} {links:?} {opened:?}")
}

/// What calls that would change something give.
fn refused(guest: &mut Sandbox, fd: u32, path: &str) -> Vec<Result<()>> {
    let mut results = Vec::new();
    for how in [Open::WRITE, Open::CREATE, Open::CREATE.with(oflags::EXCL), Open::READ.with(oflags::TRUNC)] {
        results.push(guest.open(fd, path, how).map(drop));
    }
    results.push(guest.mkdir(fd, path));
    results.push(guest.rmdir(fd, path));
    results.push(guest.unlink(fd, path));
    results.extend([0, 1, 2].map(|lookup| guest.set_times(fd, path, lookup)));
    results.push(guest.symlink("a", fd, path));
    results.push(guest.symlink("/a", fd, path));
    for (from, to) in [((fd, path), (DIR, "new")), ((DIR, "file"), (fd, path)), ((fd, path), (fd, "new"))] {
        results.push(guest.hard_link(from, to));
        results.push(guest.rename(from, to));
    }
    results
}

#[test]
fn every_path_leads_where_it_leads_on_the_host() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for round in 0..12 {
        let seed = random.0;
        with_each_resolver(|guest| {
            let mut random = Random(seed);
            random.fill(guest, "grant", 3);
            let embedded = guest.embed();
            let mut pairs = std::vec![(READ_ONLY, embedded)];
            for path in ["sub", "a", "b", "c", "d"] {
                let opened = [READ_ONLY, embedded].map(|fd| guest.open(fd, path, Open::DIRECTORY));
                if let [Ok(host), Ok(embedded)] = opened {
                    pairs.push((host, embedded));
                }
            }
            let mut numbers = BTreeMap::new();
            for _ in 0..250 {
                let (host, embedded) = pairs[random.below(pairs.len())];
                let (path, mut inodes) = (random.path(), [Vec::new(), Vec::new()]);
                let expected = looked_at(guest, host, &path, &mut inodes[0]);
                let found = looked_at(guest, embedded, &path, &mut inodes[1]);
                assert_eq!(found, expected, "round {round}, {path}");
                for (host, embedded) in inodes[0].iter().zip(&inodes[1]) {
                    assert_eq!(numbers.entry(*host).or_insert(*embedded), embedded, "round {round}, {path}");
                }
                assert_eq!(refused(guest, embedded, &path), refused(guest, host, &path), "{path}");
            }
        });
        random.below(2);
    }
}

#[test]
fn what_leads_out_is_refused() {
    let mut guest = Sandbox::new(Resolver::new());
    for (target, name) in [("../outside/secret", "up"), ("/etc/passwd", "root"), ("loop", "loop")] {
        guest.link(target, &std::format!("grant/{name}"));
    }
    for (index, name) in (0..41).map(|index| (index, std::format!("grant/l{index}"))) {
        guest.link(&if index == 0 { String::from("file") } else { std::format!("l{}", index - 1) }, &name);
    }
    let embedded = guest.embed();
    for path in ["up", "root", "..", "sub/../..", "../grant/file", "/", "/file", "sub/../../outside/secret"] {
        assert_eq!(guest.read_path(embedded, path).err(), Some(Errno::PERM), "{path}");
        assert_eq!(guest.stat(embedded, path, 1).err(), Some(Errno::PERM), "{path}");
    }
    assert_eq!(guest.stat(embedded, "loop", 1).err(), Some(Errno::LOOP));
    assert_eq!(guest.read_path(embedded, "l39"), Ok(b"grant/file".to_vec()));
    assert_eq!(guest.read_path(embedded, "l40").err(), Some(Errno::LOOP));
    let sub = guest.open(embedded, "sub", Open::DIRECTORY).unwrap();
    assert_eq!(guest.stat(sub, "../file", 0).err(), Some(Errno::PERM));
    let long = "n".repeat(256);
    assert_eq!(guest.stat(embedded, &long, 0).err(), Some(Errno::NAMETOOLONG));
}

/// What each call on a descriptor gives, and what is then at OUT and BUFFER.
fn each_call(guest: &mut Sandbox, fd: u32) -> Vec<(Result<()>, u64, Vec<u8>)> {
    let mut results = Vec::new();
    guest.put(OUT, &[0; 32]);
    guest.put(BUFFER, &[0; 4]);
    let mut push = |guest: &mut Sandbox, result: Result<()>| {
        let out = guest.call(|call| call.guest.record::<8>(OUT, 0)).unwrap().u64(0);
        guest.put(OUT, &[0; 8]);
        results.push((result, out, guest.bytes(BUFFER, 4)));
    };
    guest.put(IOVEC, &[0, 0, 1, 0, 3, 0, 0, 0]);
    for (offset, whence) in
        [(2, 0), (1, 1), (-3, 2), (-11, 2), (-1, 0), (0, 3), (1000, 1), (i64::MAX, 1), (i64::MIN, 1)]
    {
        let seek = |call: &mut super::Call<'_>| {
            fd_io::fd_seek(call, Dialect::Preview1, fd, offset as u64, whence, OUT)
        };
        let result = guest.call(seek);
        push(guest, result);
        let result = guest.call(|call| fd_io::fd_tell(call, fd, OUT));
        push(guest, result);
        let result = guest.call(|call| fd_io::fd_read(call, fd, IOVEC, 1, OUT));
        push(guest, result);
    }
    for offset in [0, 8, 10, 11, 1 << 40, u64::MAX] {
        let result = guest.call(|call| fd_io::fd_pread(call, fd, IOVEC, 1, offset, OUT));
        push(guest, result);
    }
    type One = fn(&mut super::Call<'_>, u32) -> Result<()>;
    let others: [One; 18] = [
        |call, fd| fd_io::fd_write(call, fd, IOVEC, 1, OUT),
        |call, fd| fd_io::fd_pwrite(call, fd, IOVEC, 1, 0, OUT),
        |call, fd| fd_io::fd_read(call, fd, IOVEC, 0x2000_0001, OUT),
        |call, fd| fd_io::fd_read(call, fd, IOVEC, 0, OUT),
        fd_io::fd_sync,
        fd_io::fd_datasync,
        |call, fd| fd_stat::fd_advise(call, fd, 0, 0, 3),
        |call, fd| fd_stat::fd_advise(call, fd, 0, 0, 6),
        |call, fd| fd_stat::fd_allocate(call, fd, 0, 1),
        |call, fd| fd_stat::fd_filestat_set_size(call, fd, 1),
        |call, fd| fd_stat::fd_filestat_set_times(call, fd, 1, 1, 5),
        |call, fd| fd_stat::fd_filestat_set_times(call, fd, 1, 1, 3),
        |call, fd| fd_stat::fd_fdstat_set_flags(call, fd, u32::from(fdflags::NONBLOCK)),
        |call, fd| fd_stat::fd_fdstat_set_flags(call, fd, u32::from(fdflags::SYNC)),
        |call, fd| fd_stat::fd_fdstat_set_rights(call, fd, 0, 0),
        |call, fd| fd_stat::fd_fdstat_get(call, fd, OUT),
        |call, fd| sock::sock_send(call, fd, IOVEC, 1, 0, OUT),
        |call, fd| super::prestat::fd_prestat_get(call, fd, OUT),
    ];
    for other in others {
        let result = guest.call(|call| other(call, fd));
        push(guest, result);
    }
    let result = guest.call(|call| fd_stat::fd_fdstat_get(call, fd, OUT));
    assert_eq!(result, Ok(()));
    for offset in [8, 16] {
        let half = guest.call(|call| call.guest.record::<8>(OUT + offset, 0)).unwrap().u64(0);
        guest.put(OUT, &half.to_le_bytes());
        push(guest, Ok(()));
        let _ = guest.call(|call| fd_stat::fd_fdstat_get(call, fd, OUT));
    }
    results
}

#[test]
fn every_call_on_a_descriptor_gives_what_the_host_gives() {
    let mut guest = Sandbox::new(Resolver::new());
    let embedded = guest.embed();
    let without_rights = Open { rights: 0, ..Open::READ };
    for (path, how) in [("file", Open::READ), ("file", without_rights), ("sub", Open::READ)] {
        let [host, embedded] = [READ_ONLY, embedded].map(|fd| guest.open(fd, path, how).unwrap());
        assert_eq!(each_call(&mut guest, embedded), each_call(&mut guest, host), "{path}");
    }
}

#[test]
fn stat_tells_a_device_of_its_own_and_no_times() {
    let mut guest = Sandbox::new(Resolver::new());
    guest.link("file", "grant/link");
    let embedded = guest.embed();
    let mut inodes = Vec::new();
    for (path, file_type, size) in [("file", 4, 10), ("link", 7, 4), ("sub", 3, 0), (".", 3, 0)] {
        let (inode, _) = guest.stat(embedded, path, 0).unwrap();
        let stat = guest.call(|call| call.guest.record::<64>(OUT, 0)).unwrap();
        assert_eq!((stat.u64(0), stat.u8(16), stat.u64(24), stat.u64(32)), (DEVICE, file_type, 1, size));
        assert_eq!((stat.u64(40), stat.u64(48), stat.u64(56)), (0, 0, 0));
        assert!(inode != 0 && !inodes.contains(&inode));
        inodes.push(inode);
        if path == "link" {
            continue;
        }
        let fd = guest.open(embedded, path, Open::READ).unwrap();
        let same = guest.call(|call| {
            fd_stat::fd_filestat_get(call, Dialect::Preview1, fd, OUT)?;
            call.guest.record::<64>(OUT, 0)
        });
        assert_eq!(same.map(|stat| stat.0), Ok(stat.0));
    }
}

#[test]
fn entries_are_cut_and_continued_as_the_hosts() {
    let mut guest = Sandbox::new(Resolver::new());
    for index in 0..300 {
        let name = std::format!("grant/{index:0width$}", width = 3 + index % 200);
        std::fs::write(guest.host(&name), "").unwrap();
    }
    let embedded = guest.embed();
    let whole: Vec<_> = list(&mut guest, embedded, 65536).into_iter().map(|entry| entry.name).collect();
    assert_eq!(whole.len(), 304);
    assert!(whole[2..].is_sorted());
    for room in [300, 1000, 4096] {
        let names: Vec<_> = list(&mut guest, embedded, room).into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, whole);
    }
    let bytes = guest.readdir(embedded, 4096, 0).unwrap();
    assert_eq!(bytes.len(), 4096);
    for room in [0, 1, 23, 24, 25, 26, 60] {
        assert_eq!(guest.readdir(embedded, room, 0).unwrap(), bytes[..room as usize]);
    }
    for cookie in [304, 305, u64::MAX] {
        assert_eq!(guest.readdir(embedded, 100, cookie), Ok(Vec::new()));
    }
    let closed = guest.open(embedded, "sub", Open { rights: rights::FD_READ, ..Open::DIRECTORY }).unwrap();
    assert_eq!(guest.readdir(closed, 100, 0).err(), Some(Errno::BADF));
    let file = guest.open(embedded, "file", Open::READ).unwrap();
    assert_eq!(guest.readdir(file, 100, 0).err(), Some(Errno::NOTDIR));
}

#[test]
fn files_are_always_ready_and_descriptors_move() {
    let mut guest = Sandbox::new(Resolver::new());
    let embedded = guest.embed();
    let file = guest.open(embedded, "file", Open::READ).unwrap();
    assert_eq!(guest.read(file, 4), Ok(b"gran".to_vec()));
    for (index, (event, fd)) in (0..).zip([(1, file), (2, file), (1, embedded), (2, embedded)]) {
        let subscription = Record::<48>::ZERO.put(8, &[event]).put(16, &u32::to_le_bytes(fd));
        guest.put(0x9000 + index * 48, &subscription.0);
    }
    let waited = guest.call(|call| {
        poll::poll_oneoff(call, Dialect::Preview1, 0x9000, 0xA000, 4, OUT)?;
        (0..call.guest.read_u32(OUT)?)
            .map(|index| call.guest.record::<32>(0xA000, index))
            .map(|event| event.map(|event| (event.u16(8), event.u8(10), event.u64(16), event.u16(24))))
            .collect::<Result<Vec<_>>>()
    });
    assert_eq!(waited, Ok(std::vec![(0, 1, 6, 0), (0, 2, 0, 0), (0, 1, 0, 0), (0, 2, 0, 0)]));
    let other = guest.open(embedded, "sub/file", Open::READ).unwrap();
    assert_eq!(guest.call(|call| fd_stat::fd_renumber(call, file, other)), Ok(()));
    assert_eq!(guest.read(other, 100), Ok(b"t/file".to_vec()));
    assert_eq!(guest.read(file, 1).err(), Some(Errno::BADF));
    assert_eq!(guest.call(|call| fd_stat::fd_close(call, embedded)), Ok(()));
    assert_eq!(guest.stat(embedded, "file", 0).err(), Some(Errno::BADF));
}
