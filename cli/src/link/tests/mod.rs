//! Tests of the linker as a whole, on small objects made here.

mod build;
mod errors;
mod image;

use super::{LinkInput, link, link_stripped};
use build::ObjectBuilder;
use object::{Object, ObjectSection, ObjectSymbol, elf};
use wasmc_compiler::Target;

/// An app that holds addresses and a note, and a runtime that refers to it.
fn app_and_runtime(target: Target) -> (Vec<u8>, Vec<u8>) {
    let mut app = ObjectBuilder::new(target);
    let text = app.text(".text", 64);
    let main = app.function("main", text, 0, 16);
    let helper = app.external("helper");
    app.call(text, 4, helper);
    let table = app.data(".data.rel.ro", 80);
    for offset in [0, 8, 72] {
        app.address(table, offset, main, offset as i64);
    }
    app.object("wasmc_app", table, 0, 80);
    app.note();

    let mut runtime = ObjectBuilder::new(target);
    let start = runtime.text(".text._start", 32);
    runtime.function("_start", start, 0, 32);
    let app_symbol = runtime.external("wasmc_app");
    runtime.address_load(start, 8, app_symbol);
    let help = runtime.text(".text.helper", 8);
    runtime.function("helper", help, 0, 8);
    let unused = runtime.text(".text.unused", 8);
    runtime.function("unused", unused, 0, 8);
    let nowhere = runtime.external("nowhere");
    runtime.call(unused, 4, nowhere);
    let state = runtime.bss(".bss.state", 100_000);
    let state = runtime.object("state", state, 0, 100_000);
    let pointer = runtime.data(".data.pointer", 8);
    runtime.address(pointer, 0, state, 0);
    let pointer = runtime.object("pointer", pointer, 0, 8);
    runtime.distance(start, 20, pointer);
    (app.finish(), runtime.finish())
}

fn link_example(target: Target) -> Vec<u8> {
    let (app, runtime) = app_and_runtime(target);
    link(target, &[LinkInput { name: "app", bytes: &app }, LinkInput { name: "runtime", bytes: &runtime }])
        .unwrap()
}

#[test]
fn only_what_is_reached_is_linked() {
    for target in Target::ALL {
        let image = link_example(target);
        let file = object::File::parse(&*image).unwrap();
        let names: Vec<&str> = file.symbols().map(|symbol| symbol.name().unwrap()).collect();
        assert!(
            names.contains(&"helper") && names.contains(&"main") && names.contains(&"state"),
            "{names:?}"
        );
        assert!(!names.contains(&"unused"), "{names:?}");
    }
}

#[test]
fn code_keeps_the_order_of_the_objects() {
    for target in Target::ALL {
        let image = link_example(target);
        let file = object::File::parse(&*image).unwrap();
        let address = |name| file.symbol_by_name(name).unwrap().address();
        assert!(address("main") < address("_start") && address("_start") < address("helper"));
        assert_eq!(file.entry(), address("_start"));
    }
}

#[test]
fn a_stripped_executable_has_the_same_contents_without_names() {
    for target in Target::ALL {
        let (app, runtime) = app_and_runtime(target);
        let inputs = [LinkInput { name: "app", bytes: &app }, LinkInput { name: "runtime", bytes: &runtime }];
        let (full, stripped) = (link(target, &inputs).unwrap(), link_stripped(target, &inputs).unwrap());
        let (full, stripped) =
            (object::File::parse(&*full).unwrap(), object::File::parse(&*stripped).unwrap());
        assert_eq!(stripped.symbols().count(), 0);
        assert!(
            stripped.section_by_name(".symtab").is_none() && stripped.section_by_name(".strtab").is_none()
        );
        for name in [".text", ".data.rel.ro", ".data"] {
            let contents =
                |file: &object::File<'_>| file.section_by_name(name).unwrap().data().unwrap().to_vec();
            assert_eq!(contents(&full), contents(&stripped), "{name}");
        }
    }
}

#[test]
fn linking_twice_gives_the_same_bytes_and_other_input_another_id() {
    for target in Target::ALL {
        let (image, again) = (link_example(target), link_example(target));
        assert!(image == again);
        let (app, runtime) = app_and_runtime(target);
        let swapped = link(
            target,
            &[LinkInput { name: "runtime", bytes: &runtime }, LinkInput { name: "app", bytes: &app }],
        );
        let (first, second) = (build_id(&image), build_id(&swapped.unwrap()));
        assert_eq!(first.len(), 16);
        assert_ne!(first, second);
    }
}

fn build_id(image: &[u8]) -> Vec<u8> {
    object::File::parse(image).unwrap().build_id().unwrap().unwrap().to_vec()
}

#[test]
fn symbols_keep_their_sizes_and_kinds() {
    let image = link_example(Target::X86_64Linux);
    let file = object::File::parse(&*image).unwrap();
    let main = file.symbol_by_name("main").unwrap();
    assert_eq!((main.size(), main.kind()), (16, object::SymbolKind::Text));
    let text = file.section_by_name(".text").unwrap();
    assert_eq!(main.section_index(), Some(text.index()));
    assert_eq!(
        text.flags(),
        object::SectionFlags::Elf { sh_flags: u64::from(elf::SHF_ALLOC | elf::SHF_EXECINSTR) }
    );
}

/// The one test that needs no reader: the kernel's.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
#[test]
fn the_kernel_runs_what_is_linked() {
    use std::os::unix::fs::PermissionsExt;

    let mut app = ObjectBuilder::new(Target::X86_64Linux);
    // mov $60, %eax; mov status(%rip), %edi; syscall
    let text = app.code(".text", &[0xb8, 60, 0, 0, 0, 0x8b, 0x3d, 0, 0, 0, 0, 0x0f, 0x05]);
    app.function("_start", text, 0, 13);
    let constants = app.constant(".rodata", &[42, 0, 0, 0]);
    let status = app.object("status", constants, 0, 4);
    app.distance(text, 7, status);
    let bytes = app.finish();
    let image = link(Target::X86_64Linux, &[LinkInput { name: "app", bytes: &bytes }]).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("app");
    std::fs::write(&path, image).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(std::process::Command::new(&path).status().unwrap().code(), Some(42));
}
