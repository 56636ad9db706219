//! How much inlining may make of a function: calls are a few bytes each.

use wasmc_compiler::{Emit, ModuleInput, Optimization, Options, Program, Root, Target, dump};

/// The CLIF of a function that calls `$small` so often, which has these locals and
/// leaves its stack pointer changed, as functions of Go do.
fn caller(calls: usize, locals: usize, options: &Options) -> String {
    let calls = "(call $small (i32.const 0))".repeat(calls);
    let locals = "i64 ".repeat(locals);
    let wat = format!(
        "(module (memory 1) (global $sp (mut i32) (i32.const 1024))
           (func $small (param i32) (local {locals})
             (global.set $sp (i32.sub (global.get $sp) (i32.const 8)))
             (i32.store (global.get $sp) (local.get 0)))
           (func $caller {calls})
           (func (export \"_start\") (call $caller)))"
    );
    let wasm = wat::parse_str(wat).expect("valid text");
    let program = Program {
        modules: vec![ModuleInput { name: "test".into(), wasm: &wasm, imports: vec![] }],
        instantiate: vec![0],
        root: Some(Root { module: 0, export: "_start".into() }),
    };
    dump(&program, options, Emit::Clif, &["caller".to_owned()]).expect("compiles")
}

fn count(text: &str, instruction: &str) -> usize {
    text.lines().filter(|line| line.contains(instruction)).count()
}

#[test]
fn a_few_calls_of_a_small_function_are_replaced() {
    let options = Options::new(Target::X86_64Linux);
    let text = caller(3, 4, &options);
    assert_eq!((count(&text, " call "), count(&text, "store ")), (0, 3));
    let disabled = vec![Optimization::Inlining];
    let text = caller(3, 4, &Options { disabled, ..options });
    assert_eq!((count(&text, " call "), count(&text, "store ")), (3, 0));
}

#[test]
fn a_function_with_many_locals_is_called() {
    let text = caller(3, 1000, &Options::new(Target::X86_64Linux));
    assert_eq!((count(&text, " call "), count(&text, "store ")), (3, 0));
}

#[test]
fn of_many_calls_the_last_are_not_replaced() {
    let text = caller(20_000, 4, &Options::new(Target::X86_64Linux));
    let (calls, stores) = (count(&text, " call "), count(&text, "store "));
    assert_eq!(calls + stores, 20_000);
    assert!(stores > 1000 && calls > 1000, "{calls} calls, {stores} inlined");
}
