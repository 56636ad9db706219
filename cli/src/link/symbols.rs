//! Stage 2: what every symbol of every object means.

use std::collections::HashMap;

use object::SymbolIndex;
use object::elf;
use object::read::elf::Sym as _;
use wasmc_abi::symbols as abi;

use super::error::LinkError;
use super::input::{Inputs, LE, ObjectId, SectionId, Sym, text};

/// Where a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Definition {
    Section {
        section: SectionId,
        value: u64,
    },
    /// A number, the same wherever the executable is loaded.
    Absolute(u64),
    /// Defined by this linker.
    Boundary(Boundary),
    /// A weak reference that nothing defines: its address is null.
    Null,
    Undefined,
}

/// Addresses that the runtime asks the linker for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Boundary {
    RelrStart,
    RelrEnd,
    ImageBase,
    RelroStart,
    RelroEnd,
}

impl Boundary {
    pub const ALL: [Boundary; 5] = [
        Boundary::RelrStart,
        Boundary::RelrEnd,
        Boundary::ImageBase,
        Boundary::RelroStart,
        Boundary::RelroEnd,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Boundary::RelrStart => abi::RELR_START,
            Boundary::RelrEnd => abi::RELR_END,
            Boundary::ImageBase => abi::IMAGE_BASE,
            Boundary::RelroStart => abi::RELRO_START,
            Boundary::RelroEnd => abi::RELRO_END,
        }
    }
}

/// The definitions of each object's symbols, by symbol number.
pub struct Symbols {
    by_object: Vec<Vec<Definition>>,
    pub entry: Definition,
}

impl Symbols {
    pub fn definition(&self, object: ObjectId, symbol: u32) -> Option<Definition> {
        self.by_object[object.0 as usize].get(symbol as usize).copied()
    }

    /// Each symbol of an object with its number and meaning.
    pub fn of_object(&self, object: ObjectId) -> &[Definition] {
        &self.by_object[object.0 as usize]
    }
}

struct Global {
    definition: Definition,
    is_weak: bool,
    /// `None`: the linker's own.
    object: Option<ObjectId>,
}

pub fn resolve(inputs: &Inputs<'_>) -> Result<Symbols, LinkError> {
    let globals = collect_globals(inputs)?;
    let mut by_object = Vec::with_capacity(inputs.objects.len());
    for (position, object) in inputs.objects.iter().enumerate() {
        let id = ObjectId(position as u32);
        let mut definitions = Vec::with_capacity(object.symbols.len());
        for (index, symbol) in object.symbols.enumerate() {
            definitions.push(if symbol.st_bind() == elf::STB_LOCAL {
                local_definition(inputs, id, index, symbol)?
            } else {
                match globals.get(symbol_name(inputs, id, symbol)?) {
                    Some(global) => global.definition,
                    None if symbol.st_bind() == elf::STB_WEAK => Definition::Null,
                    None => Definition::Undefined,
                }
            });
        }
        by_object.push(definitions);
    }
    let entry = globals.get(abi::START.as_bytes()).map_or(Definition::Undefined, |global| global.definition);
    Ok(Symbols { by_object, entry })
}

fn collect_globals<'a>(inputs: &Inputs<'a>) -> Result<HashMap<&'a [u8], Global>, LinkError> {
    let mut globals = HashMap::new();
    for boundary in Boundary::ALL {
        let definition = Definition::Boundary(boundary);
        globals.insert(boundary.name().as_bytes(), Global { definition, is_weak: false, object: None });
    }
    for (position, object) in inputs.objects.iter().enumerate() {
        let id = ObjectId(position as u32);
        for (index, symbol) in object.symbols.enumerate() {
            if symbol.st_bind() == elf::STB_LOCAL || symbol.is_undefined(LE) {
                continue;
            }
            let name = symbol_name(inputs, id, symbol)?;
            let definition = local_definition(inputs, id, index, symbol)?;
            let global = Global { definition, is_weak: symbol.st_bind() == elf::STB_WEAK, object: Some(id) };
            add_global(inputs, &mut globals, name, global)?;
        }
    }
    Ok(globals)
}

/// The first definition counts, but any gives way to one that is not weak.
fn add_global<'a>(
    inputs: &Inputs<'a>,
    globals: &mut HashMap<&'a [u8], Global>,
    name: &'a [u8],
    global: Global,
) -> Result<(), LinkError> {
    match globals.get(name) {
        Some(_) if global.is_weak => {}
        Some(present) if !present.is_weak => {
            let owner = |object: Option<ObjectId>| {
                object.map_or("the linker", |id| inputs.object(id).name).to_string()
            };
            return Err(LinkError::Duplicate {
                symbol: text(name),
                first: owner(present.object),
                second: owner(global.object),
            });
        }
        _ => {
            globals.insert(name, global);
        }
    }
    Ok(())
}

/// What the symbol's own table entry says, whatever other objects define.
fn local_definition(
    inputs: &Inputs<'_>,
    id: ObjectId,
    index: SymbolIndex,
    symbol: &Sym,
) -> Result<Definition, LinkError> {
    let object = inputs.object(id);
    let value = symbol.st_value.get(LE);
    if matches!(symbol.st_type(), elf::STT_TLS | elf::STT_GNU_IFUNC) || symbol.is_common(LE) {
        let what =
            format!("the thread-local, indirect or common symbol {}", text(symbol_name(inputs, id, symbol)?));
        return Err(LinkError::Unsupported { object: object.name.to_string(), what });
    }
    if symbol.is_absolute(LE) {
        return Ok(Definition::Absolute(value));
    }
    match object.symbols.symbol_section(LE, symbol, index) {
        Ok(Some(section)) if (object.section_id(section).0 as usize) < inputs.sections.len() => {
            Ok(Definition::Section { section: object.section_id(section), value })
        }
        Ok(None) => Ok(Definition::Undefined),
        _ => {
            let reason = format!("symbol {} is in no section", index.0);
            Err(LinkError::Malformed { object: object.name.to_string(), reason })
        }
    }
}

pub fn symbol_name<'a>(inputs: &Inputs<'a>, id: ObjectId, symbol: &Sym) -> Result<&'a [u8], LinkError> {
    let object = inputs.object(id);
    object
        .symbols
        .symbol_name(LE, symbol)
        .map_err(|error| LinkError::Malformed { object: object.name.to_string(), reason: error.to_string() })
}

/// The name for messages; a section's symbol has none of its own.
pub fn display_name(inputs: &Inputs<'_>, id: ObjectId, symbol: u32) -> String {
    let object = inputs.object(id);
    let index = SymbolIndex(symbol as usize);
    let Ok(entry) = object.symbols.symbol(index) else { return format!("symbol {symbol}") };
    match object.symbols.symbol_name(LE, entry) {
        Ok(name) if !name.is_empty() => text(name),
        _ => match object.symbols.symbol_section(LE, entry, index) {
            Ok(Some(section)) => inputs
                .sections
                .get(object.section_id(section).0 as usize)
                .map_or_else(|| format!("symbol {symbol}"), |section| text(section.name)),
            _ => format!("symbol {symbol}"),
        },
    }
}
