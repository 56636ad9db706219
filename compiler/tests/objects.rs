//! The compiler as a library: bytes in, a relocatable object out.

use object::{Object, ObjectSection, ObjectSymbol};
use wasmc_compiler::{
    BaseMode, ImportTarget, MemoryMode, ModuleInput, Options, Program, Root, Target, compile,
};

fn object_of(wat: &str, imports: Vec<ImportTarget>, options: &Options) -> Vec<u8> {
    let wasm = wat::parse_str(wat).expect("valid text");
    let program = Program {
        modules: vec![ModuleInput { name: "test".into(), wasm: &wasm, imports }],
        instantiate: vec![0],
        root: Some(Root { module: 0, export: "_start".into() }),
    };
    compile(&program, options).expect("compiles").object
}

const MODULE: &str = r#"(module
    (import "host" "f" (func $f (param i32) (result i32)))
    (memory (export "memory") 1)
    (table 2 funcref)
    (elem (i32.const 0) $g $f)
    (data (i32.const 8) "hello")
    (global $counter (mut i32) (i32.const 7))
    (func $g (param i32) (result i32)
        (global.set $counter (i32.add (global.get $counter) (i32.load offset=4 (local.get 0))))
        (call_indirect (param i32) (result i32) (global.get $counter) (i32.const 1)))
    (func (export "_start") (drop (call $g (i32.const 3)))))"#;

#[test]
fn every_mode_of_every_target_gives_an_object_with_the_descriptor() {
    for target in Target::ALL {
        for memory in [MemoryMode::Guard, MemoryMode::Checked] {
            for base in [BaseMode::Fixed, BaseMode::Register] {
                let options = Options { memory, base, ..Options::new(target) };
                let bytes = object_of(MODULE, vec![ImportTarget::Host { symbol: "host_f".into() }], &options);
                let file = object::File::parse(&*bytes).expect("a readable object");
                let is_defined = |name: &str, defined: bool| {
                    file.symbols().any(|symbol| symbol.name() == Ok(name) && symbol.is_undefined() != defined)
                };
                assert!(is_defined("wasmc_app", true));
                assert!(is_defined("host_f", false));
            }
        }
    }
}

#[test]
fn the_object_does_not_depend_on_the_number_of_threads() {
    let options = Options::new(Target::X86_64Linux);
    let on_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| object_of(MODULE, vec![ImportTarget::Host { symbol: "host_f".into() }], &options))
    };
    assert_eq!(on_threads(1), on_threads(4));
}

#[test]
fn what_is_embedded_is_there_once_and_aligned() {
    let embedded = b"a text that is nowhere else".to_vec();
    let options = Options { embedded: embedded.clone(), ..Options::new(Target::X86_64Linux) };
    let bytes = object_of(MODULE, vec![ImportTarget::Host { symbol: "host_f".into() }], &options);
    let count = bytes.windows(embedded.len()).filter(|window| *window == embedded).count();
    assert_eq!(count, 1);
    let file = object::File::parse(&*bytes).expect("a readable object");
    let section = file.section_by_name(wasmc_abi::symbols::SECTION_EMBEDDED).expect("a section of its own");
    assert_eq!((section.data(), section.align()), (Ok(&embedded[..]), 8));
}

#[test]
fn a_missing_proposal_is_named() {
    let wasm = wat::parse_str("(module (func (export \"_start\") (drop (v128.const i64x2 0 0))))")
        .expect("valid text");
    let program = Program {
        modules: vec![ModuleInput { name: "test".into(), wasm: &wasm, imports: vec![] }],
        instantiate: vec![0],
        root: None,
    };
    let error = compile(&program, &Options::new(Target::X86_64Linux)).expect_err("SIMD is not supported");
    assert!(error.message().contains("SIMD"), "{error}");
    assert!(error.offset().is_some());
}
