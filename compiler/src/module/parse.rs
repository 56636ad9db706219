//! Bytes to [`Module`]: every section validated, bodies set aside.

use super::{Body, Data, Element, ElementItems, Import, Module, Placement, SUPPORTED};
use crate::error::{Error, Result};
use wasmparser::{
    DataKind, ElementKind, KnownCustom, Name, Parser, Payload, TableInit, TypeRef, ValidPayload, Validator,
};

/// Parses one module in the binary format.
///
/// # Errors
/// The first rule of the specification that the module breaks outside its
/// function bodies, with the byte offset.
pub(crate) fn parse(wasm: &[u8]) -> Result<Module<'_>> {
    let mut module = Module::default();
    let mut validator = Validator::new_with_features(SUPPORTED);
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let ValidPayload::Func(validate, body) = validator.payload(&payload)? {
            module.bodies.push(Body { body, validate });
        }
        module.read(payload)?;
    }
    Ok(module)
}

impl<'a> Module<'a> {
    fn read(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    self.types.push(ty?);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports_with_offsets() {
                    let (offset, import) = import?;
                    self.add_import(Import {
                        module: import.module,
                        name: import.name,
                        ty: import.ty,
                        offset,
                    })?;
                }
            }
            Payload::FunctionSection(section) => {
                for type_index in section {
                    self.functions.push(type_index?);
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    let table = table?;
                    self.tables.push(table.ty);
                    self.table_inits.push(match table.init {
                        TableInit::RefNull => None,
                        TableInit::Expr(expr) => Some(expr),
                    });
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    self.memories.push(memory?);
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    let global = global?;
                    self.globals.push(global.ty);
                    self.global_inits.push(global.init_expr);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    self.exports.push((export.name, export.kind, export.index));
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(section) => {
                for element in section {
                    self.elements.push(read_element(element?)?);
                }
            }
            Payload::DataSection(section) => {
                // Go's linker writes tens of thousands; validation has limited the count.
                self.data.reserve_exact(section.count() as usize);
                for data in section {
                    let data = data?;
                    self.data.push(Data { bytes: data.data, placement: read_data_placement(data.kind) });
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    self.read_names(names);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn add_import(&mut self, import: Import<'a>) -> Result<()> {
        match import.ty {
            TypeRef::Func(type_index) => {
                self.functions.push(type_index);
                self.imported.functions += 1;
            }
            TypeRef::Table(ty) => {
                self.tables.push(ty);
                self.imported.tables += 1;
            }
            TypeRef::Memory(ty) => {
                self.memories.push(ty);
                self.imported.memories += 1;
            }
            TypeRef::Global(ty) => {
                self.globals.push(ty);
                self.imported.globals += 1;
            }
            TypeRef::Tag(_) | TypeRef::FuncExact(_) => {
                return Err(Error::new("this kind of import is not supported").at(import.offset));
            }
        }
        self.imports.push(import);
        Ok(())
    }

    /// A malformed name section is ignored, as the specification asks.
    fn read_names(&mut self, names: wasmparser::NameSectionReader<'a>) {
        for subsection in names {
            let Ok(Name::Function(map)) = subsection else {
                continue;
            };
            self.function_names.extend(map.into_iter().map_while(|naming| {
                let naming = naming.ok()?;
                Some((naming.index, naming.name))
            }));
        }
    }
}

fn read_element(element: wasmparser::Element<'_>) -> Result<Element<'_>> {
    let placement = match element.kind {
        ElementKind::Passive => Placement::Passive,
        ElementKind::Active { table_index, offset_expr } => {
            Placement::Active { index: table_index.unwrap_or(0), offset: offset_expr }
        }
        ElementKind::Declared => Placement::Declared,
    };
    let items = match element.items {
        wasmparser::ElementItems::Functions(section) => {
            ElementItems::Functions(section.into_iter().collect::<wasmparser::Result<_>>()?)
        }
        wasmparser::ElementItems::Expressions(_, section) => {
            ElementItems::Expressions(section.into_iter().collect::<wasmparser::Result<_>>()?)
        }
    };
    Ok(Element { placement, items })
}

fn read_data_placement(kind: DataKind<'_>) -> Placement<'_> {
    match kind {
        DataKind::Passive => Placement::Passive,
        DataKind::Active { memory_index, offset_expr } => {
            Placement::Active { index: memory_index, offset: offset_expr }
        }
    }
}
