//! Directories in the executable, beside those of the host.

use wasmc_abi::embed::{Entry, encode};

use super::*;

const GO: Item<'_> = Item::Policy(policy::GO_GUEST | policy::INJECT_PWD);

/// As many trees, each with a file named after its position.
fn image(trees: u8) -> Image<'static> {
    let tree = |index| Entry::Directory(std::vec![(std::vec![b'0' + index], Entry::File(()))]);
    let trees: Vec<_> = (0..trees).map(tree).collect();
    Image::new(Vec::leak(encode(&trees, 0, |(), _| Ok::<(), ()>(())).unwrap()))
}

fn host(trees: u8) -> Host {
    Host { embedded: Some(image(trees)), ..Host::new() }
}

fn pwd(world: &World) -> Vec<String> {
    environ(world)
}

#[test]
fn each_tree_has_its_name() {
    let world =
        host(2).start(&[named(".", "/data"), Item::Embed(b"/assets/"), Item::Embed(b"rel/x")]).unwrap();
    assert_eq!(names(world), ["/data", "/assets", "rel/x"]);
    for (fd, file) in [(4, b"0"), (5, b"1")] {
        let mut path = PathBuffer::new(b".").unwrap();
        let Ok(Target::Embedded(directory)) = world.locate(fd, &mut path) else { panic!() };
        assert!(directory.look_up(file, true).is_ok());
        assert!(world.is_read_only(directory.mount));
    }
}

#[test]
fn go_finds_trees_below_hosts_directories_and_the_other_way_round() {
    let other = Host::new().path("other");
    let _ = std::fs::create_dir_all(&other);
    let items =
        [GO, named(&other, "/host"), named(&other, "/e/host"), Item::Embed(b"/e"), Item::Embed(b"/host/e")];
    let world = host(2).start(&items).unwrap();
    assert_eq!(names(world), ["/host/", "/e/host/", "/e/", "/host/e/", "/"]);
    for (path, found) in [
        ("/host", Ok((0, "."))),
        ("/host/x", Ok((0, "x"))),
        ("/host/e", Ok((3, "."))),
        ("/host/e/1", Ok((3, "1"))),
        ("/e", Ok((2, "."))),
        ("/e/0", Ok((2, "0"))),
        ("/e/host", Ok((1, "."))),
        ("/e/host/x", Ok((1, "x"))),
        ("/ex", Err(Errno::NOENT)),
    ] {
        let found = found.map(|(mount, rest)| (mount, String::from(rest)));
        assert_eq!(go_path(world, path), found, "{path}");
    }
}

#[test]
fn the_working_directory_counts_them_as_others() {
    assert_eq!(pwd(host(1).start(&[GO, Item::Embed(b"/assets")]).unwrap()), ["PWD=/assets"]);
    assert_eq!(pwd(host(1).start(&[GO, Item::Embed(b"assets")]).unwrap()), ["PWD=/"]);
    assert_eq!(pwd(host(1).start(&[GO, Item::Embed(b"/")]).unwrap()), ["PWD=/"]);
    let with_cwd = host(1).start(&[GO, named(".", "/work"), Item::Embed(b"/assets")]).unwrap();
    assert_eq!(pwd(with_cwd), ["PWD=/work"]);
    assert_eq!(names(host(1).start(&[GO, Item::Embed(b"/")]).unwrap()), ["/"]);
}

#[test]
fn a_tree_that_is_not_there_is_told() {
    let expected = "grant /b: wasmc bug: the tree is not in the executable";
    assert_eq!(message(host(1).start(&[Item::Embed(b"/a"), Item::Embed(b"/b")])), expected);
    assert_eq!(message(Host::new().start(&[Item::Embed(b"/b")])), expected);
}
