//! Whether an object is a runtime: everything compiled code calls is there,
//! and nothing is asked for that the linker does not provide.

use std::collections::HashSet;
use std::path::Path;

use object::{Object as _, ObjectSection as _, ObjectSymbol as _, SectionKind};
use wasmc_abi::{symbols, wasi};

use crate::BlobTarget;

const HARNESS: [&str; 3] = ["wasmc_harness_catch", "wasmc_harness_report", "wasmc_harness_same"];

const PROVIDED: [&str; 6] = [
    symbols::APP,
    symbols::RELR_START,
    symbols::RELR_END,
    symbols::IMAGE_BASE,
    symbols::RELRO_START,
    symbols::RELRO_END,
];

/// Most bytes of writable data that may take space in every executable. Large
/// tables belong in memory that starts as zeros, which one value that is not
/// zero prevents.
const DATA_BYTES_MAX: u64 = 16 << 10;

pub fn check(object: &[u8], target: &BlobTarget, features: &[&str]) -> Result<(), String> {
    let name = target.name;
    let file = object::File::parse(object)
        .map_err(|error| format!("the runtime built for {name} is no object file: {error}"))?;
    if file.architecture() != target.architecture {
        return Err(format!("the runtime built for {name} is for {:?}", file.architecture()));
    }
    let data = file.sections().filter(|section| section.kind() == SectionKind::Data);
    let data_bytes: u64 = data.map(|section| section.size()).sum();
    if data_bytes > DATA_BYTES_MAX {
        return Err(format!("the runtime built for {name} has {data_bytes} bytes of data that is not zero"));
    }
    let mut defined = HashSet::new();
    for symbol in file.symbols() {
        let symbol_name = symbol.name().unwrap_or_default();
        if !symbol.is_undefined() {
            if symbol.is_global() {
                defined.insert(symbol_name);
            }
        } else if !symbol_name.is_empty() && !PROVIDED.contains(&symbol_name) {
            return Err(format!("the runtime built for {name} needs the symbol {symbol_name}"));
        }
    }
    match required(features).into_iter().find(|symbol| !defined.contains(symbol.as_str())) {
        Some(symbol) => Err(format!("the runtime built for {name} lacks the symbol {symbol}")),
        None => Ok(()),
    }
}

/// Whether the object is the same in whatever folder it is built: none of these
/// may be named in it.
pub fn names_no_folder<'a>(object: &[u8], folders: impl IntoIterator<Item = &'a Path>) -> Result<(), String> {
    for folder in folders {
        let name = folder.as_os_str().as_encoded_bytes();
        if object.windows(name.len()).any(|window| window == name) {
            return Err(format!("the runtime names the folder it was built in, {}", folder.display()));
        }
    }
    Ok(())
}

fn required(features: &[&str]) -> Vec<String> {
    let own = [
        symbols::START,
        symbols::MEMORY_GROW,
        symbols::MEMORY_COPY,
        symbols::MEMORY_FILL,
        symbols::DECOMPRESS,
        symbols::MOVE_PAGES,
        symbols::MAP_SINGLE_PAGES,
        symbols::CATCH_UNWINDING,
        symbols::UNWIND,
    ];
    let harness = HARNESS.iter().filter(|_| features.contains(&"harness"));
    let mut required: Vec<String> = own.iter().chain(harness).map(|name| (*name).to_owned()).collect();
    required.extend(symbols::INTRINSICS.iter().map(|name| format!("{}{name}", symbols::INTRINSIC_PREFIX)));
    for module in [wasi::PREVIEW1, wasi::UNSTABLE] {
        let names = wasi::FUNCTIONS.iter().filter(|function| wasi::find(module, function.name).is_some());
        required.extend(names.map(|function| format!("{}{module}_{}", symbols::WASI_PREFIX, function.name)));
    }
    required
}

#[cfg(test)]
mod tests {
    use super::*;
    use object::write::{Object, Symbol, SymbolSection};
    use object::{Architecture, BinaryFormat, Endianness, SymbolFlags, SymbolKind, SymbolScope};

    const TARGET: BlobTarget = crate::TARGETS[0];

    /// An object with `data_bytes` of data that defines and needs these.
    fn object(defined: &[String], undefined: &[&str], data_bytes: usize) -> Vec<u8> {
        let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
        let data = object.section_id(object::write::StandardSection::Data);
        object.append_section_data(data, &vec![1; data_bytes], 8);
        let defined = defined.iter().map(|name| (name.as_str(), SymbolSection::Section(data)));
        let undefined = undefined.iter().map(|name| (*name, SymbolSection::Undefined));
        for (name, section) in defined.chain(undefined) {
            object.add_symbol(Symbol {
                name: name.as_bytes().to_vec(),
                value: 0,
                size: 0,
                kind: SymbolKind::Text,
                scope: SymbolScope::Linkage,
                weak: false,
                section,
                flags: SymbolFlags::None,
            });
        }
        object.write().unwrap()
    }

    #[test]
    fn a_complete_runtime_passes() {
        let names = required(&["harness"]);
        assert_eq!(check(&object(&names, &PROVIDED, 8), &TARGET, &["harness"]), Ok(()));
    }

    #[test]
    fn a_folder_of_this_machine_is_found() {
        let find =
            |folder| names_no_folder(b"at /home/me/src/lib.rs", [Path::new("/opt"), Path::new(folder)]);
        assert_eq!(find("/home/you"), Ok(()));
        assert!(find("/home/me").unwrap_err().contains("/home/me"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let mut names = required(&[]);
        let fault = |object: Vec<u8>, features: &[&str]| check(&object, &TARGET, features).unwrap_err();
        assert!(fault(object(&names, &["memcpy"], 8), &[]).contains("needs the symbol memcpy"));
        assert!(fault(object(&names, &[], 8), &["harness"]).contains("lacks the symbol wasmc_harness_catch"));
        assert!(fault(object(&names, &[], 1 << 20), &[]).contains("1048576 bytes of data"));
        names.pop();
        assert!(fault(object(&names, &[], 8), &[]).contains("wasmc_wasi_unstable_sock_shutdown"));
        assert!(fault(b"no object".to_vec(), &[]).contains("no object file"));
        assert!(check(&object(&required(&[]), &[], 8), &crate::TARGETS[1], &[]).is_err());
    }
}
