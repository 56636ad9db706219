//! What a module imports and exports, before anything is compiled.

use crate::error::Result;

/// The kind and type of an import or export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemType {
    Function { params: Vec<wasmparser::ValType>, results: Vec<wasmparser::ValType> },
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
    pub offset: u64,
}

/// A module seen from outside. The module is validated in full by
/// [`crate::compile`], not here; this only needs the sections it reads.
#[derive(Debug, Clone, Default)]
pub struct Interface {
    pub imports: Vec<Import>,
    pub exports: Vec<Export>,
    /// Whether the module was made by Go: its `producers` section says so, or
    /// it has a `go:buildid` section, or functions that only Go's linker emits.
    pub is_go: bool,
}

/// Reads the interface of a module in the binary format.
pub fn interface(wasm: &[u8]) -> Result<Interface> {
    let _ = wasm;
    todo!("written with the parser")
}
