//! Which functions are in the object: those that the program can reach.

use object::{Object, ObjectSymbol, SymbolKind};
use wasmc_compiler::{Emit, ModuleInput, Optimization, Options, Program, Root, Target, compile, dump};

fn with_program<T>(wat: &str, work: impl FnOnce(&Program<'_>) -> T) -> T {
    let wasm = wat::parse_str(wat).expect("valid text");
    work(&Program {
        modules: vec![ModuleInput { name: "test".into(), wasm: &wasm, imports: vec![] }],
        instantiate: vec![0],
        root: Some(Root { module: 0, export: "_start".into() }),
    })
}

/// The functions of one letter in the object, in the order of the alphabet.
fn functions(wat: &str, options: &Options) -> String {
    let bytes = with_program(wat, |program| compile(program, options).expect("compiles").object);
    let file = object::File::parse(&*bytes).expect("a readable object");
    let functions = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text);
    let mut names: Vec<_> = functions.filter_map(|symbol| symbol.name().ok()).collect();
    names.sort_unstable();
    names.into_iter().filter(|name| name.len() == 1).collect()
}

fn reached(body: &str) -> String {
    functions(&format!("(module {body})"), &Options::new(Target::X86_64Linux))
}

#[test]
fn what_nothing_calls_is_left_out() {
    const BODY: &str = r#"
        (func $a (export "_start") (call $b)) (func $b (call $a))
        (func $c (call $d)) (func $d (call $c)) (func $e (export "e"))"#;
    assert_eq!(reached(BODY), "ab");
    let wat = format!("(module {BODY})");
    let mut options = Options::new(Target::Aarch64Linux);
    options.disabled.push(Optimization::DeadFunctions);
    assert_eq!(functions(&wat, &options), "abcde");
}

#[test]
fn tables_reach_what_a_call_of_its_type_can_hit() {
    let program = |start: &str| {
        reached(&format!(
            r#"(table $t 4 funcref) (table $u 4 funcref) (type $i (func (param i32)))
            (elem (table $t) (i32.const 0) func $a $b) (elem (table $u) (i32.const 0) func $c $d)
            (func $a) (func $b (param i32)) (func $c) (func $d (param i32))
            (func $s (export "_start") {start})
            (func $x (call_indirect $u (type $i) (i32.const 0) (i32.const 0)))"#
        ))
    };
    assert_eq!(program(""), "s");
    assert_eq!(program("(call_indirect $t (type $i) (i32.const 0) (i32.const 0))"), "bs");
    assert_eq!(program("(call_indirect $t (i32.const 0)) (call $x)"), "adsx");
    assert_eq!(program("(drop (table.get $u (i32.const 0)))"), "cds");
    assert_eq!(program("(table.copy $t $u (i32.const 0) (i32.const 0) (i32.const 1))"), "cds");
}

#[test]
fn references_reach_their_functions() {
    assert_eq!(
        reached(
            r#"(elem declare func $a $b) (global funcref (ref.func $c)) (table $t 1 funcref)
            (elem $used func $d) (elem $unused func $e)
            (func $a) (func $b) (func $c) (func $d) (func $e)
            (func $s (export "_start") (drop (ref.func $a))
                (table.init $used (i32.const 0) (i32.const 0) (i32.const 1)))
            (func $x (drop (ref.func $b)) (table.init $unused (i32.const 0) (i32.const 0) (i32.const 1)))
            (func $y) (start $y)"#
        ),
        "acdsy"
    );
}

#[test]
fn every_body_is_validated() {
    with_program(r#"(module (func (export "_start")) (func $dead (result i32)))"#, |program| {
        let error = compile(program, &Options::new(Target::X86_64Linux)).expect_err("an invalid body");
        assert!(error.message().contains("type mismatch"), "{error}");
    });
}

#[test]
fn dumps_tell_what_is_left_out_and_show_it_when_asked() {
    let wat = r#"(module (elem declare func $dead) (func (export "_start"))
        (func $dead (drop (ref.func $dead))))"#;
    let options = Options::new(Target::X86_64Linux);
    with_program(wat, |program| {
        let all = dump(program, &options, Emit::Clif, &[]).expect("text");
        assert!(all.contains(";; wasm[1] dead: left out, nothing reaches it\n"), "{all}");
        let one = dump(program, &options, Emit::Clif, &["dead".into()]).expect("text");
        assert!(one.starts_with(";; wasm[1] dead\nfunction "), "{one}");
    });
}
