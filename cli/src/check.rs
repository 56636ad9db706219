//! Whether a module is a program for WASI: its header, imports and entry.
//!
//! That only WASI may be imported is the command's rule; the compiler takes
//! any imports that it is told how to meet.

use wasmc_abi::symbols::{START, WASI_PREFIX};
use wasmc_abi::wasi;
use wasmc_compiler::{Error, Import, ImportTarget, Interface, ItemType, ModuleInput, Program, Result, Root};
use wasmparser::ValType;

const MAGIC: &[u8; 4] = b"\0asm";
const HEADER_BYTES: usize = 8;
/// The second half of the version word: 0 is a module, 1 a component.
const COMPONENT_LAYER: u16 = 1;
const VERSION: u16 = 1;

/// What a reactor exports instead of [`START`].
const INITIALIZE: &str = "_initialize";
const MEMORY: &str = "memory";

/// Tells what a file is that does not even start as a module does.
pub fn header(bytes: &[u8]) -> Result<()> {
    if bytes.is_empty() {
        return Err(Error::new("the file is empty").hint("expected a WebAssembly module"));
    }
    let Some((header, _)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
        let is_start = MAGIC.starts_with(&bytes[..bytes.len().min(MAGIC.len())]);
        let is_start = is_start || bytes.starts_with(MAGIC);
        return Err(if is_start { truncated(bytes.len()) } else { not_wasm() });
    };
    if !header.starts_with(MAGIC) {
        return Err(not_wasm());
    }
    let version = u16::from_le_bytes([header[4], header[5]]);
    let layer = u16::from_le_bytes([header[6], header[7]]);
    match (version, layer) {
        (VERSION, 0) => Ok(()),
        (_, COMPONENT_LAYER) => Err(Error::new("this is a component, and wasmc takes core modules")
            .hint("build for wasip1 (WASI preview1) instead of wasip2")),
        _ => Err(Error::new(format!("WebAssembly version {version}, layer {layer} is not known")).at(4)),
    }
}

fn truncated(len: usize) -> Error {
    Error::new(format!("the file is cut off: a module starts with {HEADER_BYTES} bytes")).at(len as u64)
}

fn not_wasm() -> Error {
    Error::new("this is no WebAssembly module").hint("binary modules start with \\0asm, text modules with (")
}

/// The program that runs a module: its WASI imports are the runtime's, its
/// `_start` is the root.
pub fn program<'a>(name: &str, wasm: &'a [u8], interface: &Interface) -> Result<Program<'a>> {
    let imports = interface.imports.iter().map(import_target).collect::<Result<Vec<_>>>()?;
    check_memory(interface)?;
    check_entry(interface)?;
    Ok(Program {
        modules: vec![ModuleInput { name: name.to_string(), wasm, imports }],
        instantiate: vec![0],
        root: Some(Root { module: 0, export: START.to_string() }),
    })
}

fn import_target(import: &Import) -> Result<ImportTarget> {
    let (module, name) = (&import.module, &import.name);
    if module == "gojs" || (module == "go" && !name.is_empty()) {
        return Err(Error::new(format!("imports {module}.{name}, so it was built for GOOS=js"))
            .at(import.offset)
            .hint("rebuild with GOOS=wasip1 GOARCH=wasm"));
    }
    let ItemType::Function { params, results } = &import.ty else {
        let kind = kind_name(&import.ty);
        return Err(Error::new(format!("imports the {kind} {module}.{name}"))
            .at(import.offset)
            .hint(format!("a program has to define its own {kind}; only WASI functions can be imported")));
    };
    let Some(function) = wasi::find(module, name) else { return Err(unknown_import(import)) };
    let expected: Vec<ValType> = function.params.iter().map(|&ty| value_type(ty)).collect();
    let expected_results: &[ValType] = if function.returns_errno { &[ValType::I32] } else { &[] };
    if *params != expected || results != expected_results {
        let (actual, expected) = (signature(params, results), signature(&expected, expected_results));
        return Err(Error::new(format!(
            "imports {module}.{name} as {actual}, but WASI has it as {expected}"
        ))
        .at(import.offset));
    }
    Ok(ImportTarget::Host { symbol: format!("{WASI_PREFIX}{module}_{name}") })
}

fn unknown_import(import: &Import) -> Error {
    let (module, name) = (&import.module, &import.name);
    let hint = if module == wasi::PREVIEW1 || module == wasi::UNSTABLE {
        format!("{module} has no such function")
    } else if module.starts_with("wasi:") {
        "that is WASI preview2; build for wasip1".to_string()
    } else {
        "only WASI preview1 functions can be imported; build the module for wasm32-wasip1".to_string()
    };
    Error::new(format!("unknown import {module}.{name}")).at(import.offset).hint(hint)
}

fn check_memory(interface: &Interface) -> Result<()> {
    let exported =
        interface.exports.iter().any(|export| export.name == MEMORY && export.ty == ItemType::Memory);
    let takes_pointers = |import: &&Import| {
        wasi::find(&import.module, &import.name).is_some_and(|function| function.takes_pointers)
    };
    match interface.imports.iter().find(takes_pointers) {
        Some(import) if !exported => Err(Error::new(format!(
            "imports {}.{}, which takes pointers, but exports no memory named \"{MEMORY}\"",
            import.module, import.name
        ))
        .at(import.offset)
        .hint("export the memory that the pointers point into")),
        _ => Ok(()),
    }
}

fn check_entry(interface: &Interface) -> Result<()> {
    let find = |name: &str| interface.exports.iter().find(|export| export.name == name);
    match (find(START), find(INITIALIZE)) {
        (Some(start), Some(_)) => Err(Error::new(format!("exports both {START} and {INITIALIZE}"))
            .at(start.offset)
            .hint("a program has only the one, a library only the other")),
        (None, Some(initialize)) => {
            Err(Error::new(format!("this is a reactor: it exports {INITIALIZE} but no {START}"))
                .at(initialize.offset)
                .hint("wasmc compiles programs; build it as a command, not as a library"))
        }
        (None, None) => {
            Err(Error::new(format!("exports no {START}")).hint("wasmc compiles programs; is this a library?"))
        }
        (Some(start), None) => match &start.ty {
            ItemType::Function { params, results } if params.is_empty() && results.is_empty() => Ok(()),
            ItemType::Function { params, results } => {
                let actual = signature(params, results);
                Err(Error::new(format!("{START} has the type {actual}; a program's is () -> ()"))
                    .at(start.offset))
            }
            other => {
                Err(Error::new(format!("{START} is a {}, not a function", kind_name(other))).at(start.offset))
            }
        },
    }
}

fn value_type(ty: wasi::Type) -> ValType {
    match ty {
        wasi::Type::I32 => ValType::I32,
        wasi::Type::I64 => ValType::I64,
    }
}

fn signature(params: &[ValType], results: &[ValType]) -> String {
    let list = |types: &[ValType]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("({}) -> ({})", list(params), list(results))
}

fn kind_name(ty: &ItemType) -> &'static str {
    match ty {
        ItemType::Function { .. } => "function",
        ItemType::Table => "table",
        ItemType::Memory => "memory",
        ItemType::Global => "global",
        ItemType::Tag => "exception tag",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmc_compiler::Export;

    fn function(params: &[ValType], results: &[ValType]) -> ItemType {
        ItemType::Function { params: params.to_vec(), results: results.to_vec() }
    }

    fn import(module: &str, name: &str, ty: ItemType) -> Import {
        Import { module: module.to_string(), name: name.to_string(), ty, offset: 0x1f }
    }

    fn fd_write() -> Import {
        import(wasi::PREVIEW1, "fd_write", function(&[ValType::I32; 4], &[ValType::I32]))
    }

    fn interface(imports: Vec<Import>, exports: &[(&str, ItemType)]) -> Interface {
        let export =
            |(name, ty): &(&str, ItemType)| Export { name: name.to_string(), ty: ty.clone(), offset: 0x2f };
        Interface { imports, exports: exports.iter().map(export).collect(), is_go: false }
    }

    fn start() -> (&'static str, ItemType) {
        (START, function(&[], &[]))
    }

    fn error(interface: &Interface) -> String {
        program("app", b"", interface).unwrap_err().to_string()
    }

    #[test]
    fn a_wasi_program_is_accepted() {
        let yields = import(wasi::UNSTABLE, "sched_yield", function(&[], &[ValType::I32]));
        let interface = interface(vec![fd_write(), yields], &[start(), (MEMORY, ItemType::Memory)]);
        let program = program("app", b"wasm", &interface).unwrap();
        let host = |symbol: &str| ImportTarget::Host { symbol: symbol.to_string() };
        assert_eq!(
            program.modules[0].imports,
            [host("wasmc_wasi_snapshot_preview1_fd_write"), host("wasmc_wasi_unstable_sched_yield")]
        );
    }

    #[test]
    fn imports_that_nobody_meets_are_named() {
        let with = |import| interface(vec![import], &[start(), (MEMORY, ItemType::Memory)]);
        for (import, expected) in [
            (
                import("env", "foo", function(&[], &[])),
                "unknown import env.foo (at byte 0x1f); only WASI preview1 functions can be imported; \
                 build the module for wasm32-wasip1",
            ),
            (
                import(wasi::PREVIEW1, "fd_wrote", function(&[], &[])),
                "unknown import wasi_snapshot_preview1.fd_wrote (at byte 0x1f); \
                 wasi_snapshot_preview1 has no such function",
            ),
            (
                import("wasi:cli/stdout@0.2.0", "get-stdout", function(&[], &[])),
                "unknown import wasi:cli/stdout@0.2.0.get-stdout (at byte 0x1f); \
                 that is WASI preview2; build for wasip1",
            ),
            (
                import("gojs", "runtime.wasmExit", function(&[ValType::I32], &[])),
                "imports gojs.runtime.wasmExit, so it was built for GOOS=js (at byte 0x1f); \
                 rebuild with GOOS=wasip1 GOARCH=wasm",
            ),
            (
                import("env", "memory", ItemType::Memory),
                "imports the memory env.memory (at byte 0x1f); \
                 a program has to define its own memory; only WASI functions can be imported",
            ),
            (
                import(wasi::PREVIEW1, "fd_write", ItemType::Global),
                "imports the global wasi_snapshot_preview1.fd_write (at byte 0x1f); \
                 a program has to define its own global; only WASI functions can be imported",
            ),
            (
                import(wasi::PREVIEW1, "fd_close", function(&[ValType::I64], &[])),
                "imports wasi_snapshot_preview1.fd_close as (i64) -> (), \
                 but WASI has it as (i32) -> (i32) (at byte 0x1f)",
            ),
        ] {
            assert_eq!(error(&with(import)), expected);
        }
    }

    #[test]
    fn pointers_need_a_memory_that_is_exported() {
        let memory = ("mem", ItemType::Memory);
        let expected = "imports wasi_snapshot_preview1.fd_write, which takes pointers, \
                        but exports no memory named \"memory\" (at byte 0x1f); \
                        export the memory that the pointers point into";
        assert_eq!(error(&interface(vec![fd_write()], &[start(), memory.clone()])), expected);
        assert_eq!(error(&interface(vec![fd_write()], &[start(), (MEMORY, ItemType::Global)])), expected);
        let exit = import(wasi::PREVIEW1, "proc_exit", function(&[ValType::I32], &[]));
        assert!(program("app", b"", &interface(vec![exit], &[start(), memory])).is_ok());
    }

    #[test]
    fn the_entry_must_be_a_programs() {
        let initialize = (INITIALIZE, function(&[], &[]));
        for (exports, expected) in [
            (vec![], "exports no _start; wasmc compiles programs; is this a library?"),
            (
                vec![initialize.clone()],
                "this is a reactor: it exports _initialize but no _start (at byte 0x2f); \
                 wasmc compiles programs; build it as a command, not as a library",
            ),
            (
                vec![start(), initialize],
                "exports both _start and _initialize (at byte 0x2f); \
                 a program has only the one, a library only the other",
            ),
            (
                vec![(START, function(&[ValType::I32], &[]))],
                "_start has the type (i32) -> (); a program's is () -> () (at byte 0x2f)",
            ),
            (vec![(START, ItemType::Table)], "_start is a table, not a function (at byte 0x2f)"),
        ] {
            assert_eq!(error(&interface(vec![], &exports)), expected);
        }
    }

    #[test]
    fn headers_tell_what_a_file_is() {
        assert!(header(b"\0asm\x01\0\0\0").is_ok());
        for (bytes, expected) in [
            (&b""[..], "the file is empty; expected a WebAssembly module"),
            (b"\0as", "the file is cut off: a module starts with 8 bytes (at byte 0x3)"),
            (b"\0asm\x01", "the file is cut off: a module starts with 8 bytes (at byte 0x5)"),
            (b"abc", "this is no WebAssembly module; binary modules start with \\0asm, text modules with ("),
            (
                b"\x7fELF\x02\x01\x01\0",
                "this is no WebAssembly module; binary modules start with \\0asm, text modules with (",
            ),
            (
                b"\0asm\x0d\0\x01\0",
                "this is a component, and wasmc takes core modules; build for wasip1 (WASI preview1) instead of wasip2",
            ),
            (b"\0asm\x02\0\0\0", "WebAssembly version 2, layer 0 is not known (at byte 0x4)"),
        ] {
            assert_eq!(header(bytes).unwrap_err().to_string(), expected);
        }
    }
}
