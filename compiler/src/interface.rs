//! What a module imports and exports, before anything is compiled.

use crate::error::Result;
use wasmparser::{ExternalKind, FuncType, KnownCustom, Parser, Payload, TypeRef, ValType};

/// The kind and type of an import or export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemType {
    Function {
        params: Vec<ValType>,
        results: Vec<ValType>,
    },
    Table,
    Memory,
    Global,
    /// An exception tag.
    Tag,
}

#[derive(Debug, Clone)]
pub struct Import {
    pub module: String,
    pub name: String,
    pub ty: ItemType,
    /// Byte offset of the import in the binary.
    pub offset: u64,
}

#[derive(Debug, Clone)]
pub struct Export {
    pub name: String,
    pub ty: ItemType,
    /// Byte offset of the export in the binary.
    pub offset: u64,
}

/// A module seen from outside. The module is validated in full by
/// [`crate::compile`], not here; this only reads the sections it needs.
#[derive(Debug, Clone, Default)]
pub struct Interface {
    pub imports: Vec<Import>,
    pub exports: Vec<Export>,
    /// Whether the Go toolchain made the module: its `producers` section says
    /// so (Go writes it even with `-ldflags=-s`), or it has a `go:buildid`.
    pub is_go: bool,
}

/// Reads the interface of a module in the binary format.
///
/// # Errors
/// A section that cannot be read, with its byte offset.
pub fn interface(wasm: &[u8]) -> Result<Interface> {
    let mut reader = InterfaceReader::default();
    for payload in Parser::new(0).parse_all(wasm) {
        reader.read(payload?)?;
    }
    Ok(reader.interface)
}

#[derive(Default)]
struct InterfaceReader {
    interface: Interface,
    /// None where a type is no function type.
    types: Vec<Option<FuncType>>,
    /// Type index of every function so far.
    functions: Vec<u32>,
}

impl InterfaceReader {
    fn read(&mut self, payload: Payload<'_>) -> Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section {
                    self.types.extend(group?.into_types().map(|ty| match ty.composite_type.inner {
                        wasmparser::CompositeInnerType::Func(ty) => Some(ty),
                        _ => None,
                    }));
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports_with_offsets() {
                    let (offset, import) = import?;
                    let ty = self.import_type(import.ty);
                    let (module, name) = (import.module.to_owned(), import.name.to_owned());
                    self.interface.imports.push(Import { module, name, ty, offset });
                }
            }
            Payload::FunctionSection(section) => {
                for type_index in section {
                    self.functions.push(type_index?);
                }
            }
            Payload::ExportSection(section) => {
                for export in section.into_iter_with_offsets() {
                    let (offset, export) = export?;
                    let ty = match export.kind {
                        ExternalKind::Func | ExternalKind::FuncExact => {
                            self.function_type(self.functions.get(export.index as usize).copied())
                        }
                        ExternalKind::Table => ItemType::Table,
                        ExternalKind::Memory => ItemType::Memory,
                        ExternalKind::Global => ItemType::Global,
                        ExternalKind::Tag => ItemType::Tag,
                    };
                    self.interface.exports.push(Export { name: export.name.to_owned(), ty, offset });
                }
            }
            Payload::CustomSection(section) => {
                let is_go = match section.as_known() {
                    KnownCustom::Producers(producers) => says_go(producers),
                    _ => section.name() == "go:buildid" || section.name() == "go.buildid",
                };
                self.interface.is_go |= is_go;
            }
            _ => {}
        }
        Ok(())
    }

    fn import_type(&mut self, ty: TypeRef) -> ItemType {
        match ty {
            TypeRef::Func(index) | TypeRef::FuncExact(index) => {
                self.functions.push(index);
                self.function_type(Some(index))
            }
            TypeRef::Table(_) => ItemType::Table,
            TypeRef::Memory(_) => ItemType::Memory,
            TypeRef::Global(_) => ItemType::Global,
            TypeRef::Tag(_) => ItemType::Tag,
        }
    }

    /// An index out of range gives an empty type here; validation reports it.
    fn function_type(&self, type_index: Option<u32>) -> ItemType {
        let ty = type_index.and_then(|index| self.types.get(index as usize)).and_then(Option::as_ref);
        let (params, results) = ty.map_or((&[][..], &[][..]), |ty| (ty.params(), ty.results()));
        ItemType::Function { params: params.to_vec(), results: results.to_vec() }
    }
}

/// Whether a `producers` section names the Go toolchain. TinyGo, whose programs
/// use wasi-libc's rules for paths, does not write this.
fn says_go(producers: wasmparser::ProducersSectionReader<'_>) -> bool {
    producers
        .into_iter()
        .flatten()
        .filter(|field| field.name == "processed-by")
        .any(|field| field.values.into_iter().flatten().any(|value| value.name == "Go cmd/compile"))
}
