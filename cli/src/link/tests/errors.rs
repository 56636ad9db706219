//! What cannot be linked is refused by name, and never with a panic.

use object::SectionKind;
use object::write::SymbolSection;
use wasmc_compiler::Target;

use super::app_and_runtime;
use super::build::ObjectBuilder;
use crate::link::{LinkError, LinkInput, RelocationFault, link};

fn link_one(target: Target, bytes: &[u8]) -> Result<Vec<u8>, LinkError> {
    link(target, &[LinkInput { name: "app", bytes }])
}

/// An object whose `_start` is a section that `fill` can relocate.
fn started(target: Target, fill: impl FnOnce(&mut ObjectBuilder, object::write::SectionId)) -> Vec<u8> {
    let mut app = ObjectBuilder::new(target);
    let text = app.text(".text", 32);
    app.function("_start", text, 0, 32);
    fill(&mut app, text);
    app.finish()
}

#[test]
fn undefined_symbols_are_all_named_once() {
    for target in Target::ALL {
        let app = started(target, |app, text| {
            for name in ["first", "second"] {
                let symbol = app.external(name);
                app.call(text, 0, symbol);
                app.call(text, 8, symbol);
            }
        });
        let error = link_one(target, &app).unwrap_err();
        assert_eq!(
            error.to_string(),
            "undefined symbols: first (needed by .text of app), second (needed by .text of app)"
        );
    }
}

#[test]
fn an_executable_needs_an_entry() {
    let app = ObjectBuilder::new(Target::X86_64Linux).finish();
    let error = link_one(Target::X86_64Linux, &app).unwrap_err();
    assert_eq!(error.to_string(), "undefined symbol: _start (needed by the executable's entry)");
}

#[test]
fn a_second_definition_is_refused_unless_weak() {
    let target = Target::X86_64Linux;
    let app = started(target, |_, _| ());
    let inputs = [LinkInput { name: "app", bytes: &app }, LinkInput { name: "runtime", bytes: &app }];
    let error = link(target, &inputs).unwrap_err();
    assert_eq!(error.to_string(), "_start is defined in both app and runtime");

    let mut weak = ObjectBuilder::new(target);
    let text = weak.text(".text", 8);
    weak.weak("_start", SymbolSection::Section(text));
    let weak = weak.finish();
    for names in [[&app, &weak], [&weak, &app]] {
        let inputs = names.map(|bytes| LinkInput { name: "object", bytes });
        assert!(link(target, &inputs).is_ok());
    }
}

#[test]
fn a_weak_symbol_that_nothing_defines_is_null_in_data_and_an_error_in_a_call() {
    for target in Target::ALL {
        let app = started(target, |app, text| {
            let symbol = app.weak("maybe", SymbolSection::Undefined);
            app.address_load(text, 8, symbol);
        });
        assert!(link_one(target, &app).is_ok());
        let app = started(target, |app, text| {
            let symbol = app.weak("maybe", SymbolSection::Undefined);
            app.call(text, 8, symbol);
        });
        let error = link_one(target, &app).unwrap_err();
        assert!(matches!(error, LinkError::Relocation { fault: RelocationFault::NoAddress, .. }), "{error}");
    }
}

#[test]
fn an_address_must_be_where_it_can_be_relocated() {
    for target in Target::ALL {
        let app = started(target, |app, text| {
            let constants = app.constant(".rodata", &[0; 8]);
            let symbol = app.object("constants", constants, 0, 8);
            app.distance(text, 0, symbol);
            app.address(constants, 0, symbol, 0);
        });
        assert_eq!(
            link_one(target, &app).unwrap_err().to_string(),
            ".rodata+0x0 of app, which refers to constants: \
             an address in a read-only section cannot be relocated at start"
        );
        let app = started(target, |app, text| {
            let data = app.section(".data", SectionKind::Data, &[0; 16], 8);
            let symbol = app.object("data", data, 0, 16);
            app.distance(text, 0, symbol);
            app.address(data, 3, symbol, 0);
        });
        let error = link_one(target, &app).unwrap_err();
        assert!(matches!(error, LinkError::Relocation { fault: RelocationFault::OddPlace, .. }), "{error}");
        let app = started(target, |app, text| {
            let symbol = app.function("function", text, 0, 8);
            app.short_address(text, 0, symbol);
        });
        let error = link_one(target, &app).unwrap_err();
        assert!(
            matches!(error, LinkError::Relocation { fault: RelocationFault::NotConstant, .. }),
            "{error}"
        );
    }
}

#[test]
fn a_place_outside_its_section_is_refused() {
    for target in Target::ALL {
        let app = started(target, |app, text| {
            let symbol = app.function("function", text, 0, 8);
            app.call(text, 32, symbol);
        });
        let error = link_one(target, &app).unwrap_err();
        assert!(
            matches!(error, LinkError::Relocation { fault: RelocationFault::OutsideSection, .. }),
            "{error}"
        );
    }
}

#[test]
fn what_the_runtime_would_not_set_up_is_refused() {
    let target = Target::X86_64Linux;
    let cases = [
        (SectionKind::Tls, ".tdata", "thread-local storage"),
        (SectionKind::Text, ".text.huge", "aligned to"),
    ];
    for (kind, name, expected) in cases {
        let app = started(target, |app, text| {
            let section = app.section(name, kind, &[0; 8], 0x2000);
            let symbol = app.function("other", section, 0, 8);
            app.distance(text, 0, symbol);
        });
        let error = link_one(target, &app).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn objects_of_another_kind_are_refused() {
    let (app, _) = app_and_runtime(Target::Aarch64Linux);
    let error = link_one(Target::X86_64Linux, &app).unwrap_err();
    assert_eq!(error.to_string(), "app is not a relocatable object for x86_64-linux");
    let executable = super::link_example(Target::X86_64Linux);
    let error = link_one(Target::X86_64Linux, &executable).unwrap_err();
    assert_eq!(error.to_string(), "app is not a relocatable object for x86_64-linux");
}

#[test]
fn damaged_objects_are_errors() {
    for target in Target::ALL {
        let (app, runtime) = app_and_runtime(target);
        let together = |app: &[u8], runtime: &[u8]| {
            let inputs =
                [LinkInput { name: "app", bytes: app }, LinkInput { name: "runtime", bytes: runtime }];
            link(target, &inputs)
        };
        assert!(together(&app, &runtime).is_ok());
        // The section headers come last, so a cut object is never complete.
        for len in 0..app.len() {
            assert!(together(&app[..len], &runtime).is_err(), "cut to {len} bytes");
        }
        // Whatever a flipped byte means, the linker returns.
        for damage in [|byte: &mut u8| *byte ^= 0xff, |byte: &mut u8| *byte ^= 1, |byte: &mut u8| *byte ^= 4]
        {
            for position in 0..app.len() {
                let mut damaged = app.clone();
                damage(&mut damaged[position]);
                let _ = together(&damaged, &runtime);
            }
            for position in 0..runtime.len() {
                let mut damaged = runtime.clone();
                damage(&mut damaged[position]);
                let _ = together(&app, &damaged);
            }
        }
    }
}

#[test]
fn the_entry_must_be_code() {
    let mut app = ObjectBuilder::new(Target::X86_64Linux);
    let constants = app.constant(".rodata", &[0; 8]);
    app.object("_start", constants, 0, 8);
    let error = link_one(Target::X86_64Linux, &app.finish()).unwrap_err();
    assert_eq!(error.to_string(), "app has a _start that is no code, which wasmc cannot link");
}
