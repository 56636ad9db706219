//! Ties imports to definitions and gives everything its program-wide number.

use super::constant::evaluate;
use super::{
    Constant, FuncId, Function, FunctionKind, Global, GlobalId, LinkedModule, MemoryId, SignatureId, Table,
    TableId, World,
};
use crate::error::{Error, Result};
use crate::module::{Import, Module};
use crate::program::{ImportTarget, ModuleInput, Program};
use cranelift_entity::PrimaryMap;
use std::collections::HashMap;
use wasmparser::{ExternalKind, FuncType, GlobalType, MemoryType, TableType, TypeRef};

/// Links the parsed modules of a program.
///
/// # Errors
/// An import whose target is missing or of another type: the specification's
/// link errors.
pub(crate) fn link<'a>(program: &Program<'a>, modules: Vec<Module<'a>>) -> Result<World<'a>> {
    let mut linker = Linker {
        world: World {
            modules: Vec::with_capacity(modules.len()),
            functions: PrimaryMap::new(),
            memories: PrimaryMap::new(),
            tables: PrimaryMap::new(),
            globals: PrimaryMap::new(),
            signatures: PrimaryMap::new(),
            host_symbols: Vec::new(),
        },
        signature_ids: HashMap::new(),
        symbol_ids: HashMap::new(),
    };
    for (position, (input, module)) in program.modules.iter().zip(modules).enumerate() {
        linker.add_module(position, input, module).map_err(|error| error.in_module(position))?;
    }
    Ok(linker.world)
}

struct Linker<'a> {
    world: World<'a>,
    signature_ids: HashMap<FuncType, SignatureId>,
    symbol_ids: HashMap<String, usize>,
}

/// One import's definition.
enum Definition {
    Function(FuncId),
    Memory(MemoryId),
    Table(TableId),
    Global(GlobalId),
}

impl<'a> Linker<'a> {
    fn add_module(&mut self, position: usize, input: &ModuleInput<'a>, module: Module<'a>) -> Result<()> {
        let signatures: Vec<SignatureId> = module.types.iter().map(|ty| self.signature(ty)).collect();
        let instantiate_signature = self.signature(&FuncType::new([], []));
        let mut linked = LinkedModule {
            functions: Vec::with_capacity(module.functions.len()),
            memories: Vec::new(),
            tables: Vec::new(),
            globals: Vec::new(),
            signatures,
            instantiate: FuncId::from_u32(u32::MAX - 1),
            module,
        };
        self.add_imports(position, input, &mut linked)?;
        self.add_definitions(position, &mut linked)?;
        let kind = FunctionKind::Instantiate { module: position };
        linked.instantiate = self.world.functions.push(Function { kind, signature: instantiate_signature });
        self.world.modules.push(linked);
        Ok(())
    }

    fn add_imports(
        &mut self,
        position: usize,
        input: &ModuleInput<'a>,
        linked: &mut LinkedModule<'a>,
    ) -> Result<()> {
        assert_eq!(input.imports.len(), linked.module.imports.len(), "one target for each import");
        for (import, target) in linked.module.imports.iter().zip(&input.imports) {
            match self.definition(position, &linked.signatures, import, target)? {
                Definition::Function(id) => linked.functions.push(id),
                Definition::Memory(id) => linked.memories.push(id),
                Definition::Table(id) => linked.tables.push(id),
                Definition::Global(id) => linked.globals.push(id),
            }
        }
        Ok(())
    }

    fn add_definitions(&mut self, position: usize, linked: &mut LinkedModule<'a>) -> Result<()> {
        let module = &linked.module;
        let imported = module.imported;
        for (body, &type_index) in module.functions[imported.functions as usize..].iter().enumerate() {
            let signature = linked.signatures[type_index as usize];
            let kind = FunctionKind::Body { module: position, body };
            linked.functions.push(self.world.functions.push(Function { kind, signature }));
        }
        for &ty in &module.memories[imported.memories as usize..] {
            linked.memories.push(self.world.memories.push(ty));
        }
        for (&ty, init) in module.globals[imported.globals as usize..].iter().zip(&module.global_inits) {
            let init = evaluate(init, &linked.functions, &linked.globals, &self.world.globals)?;
            linked.globals.push(self.world.globals.push(Global { ty, init }));
        }
        for (&ty, init) in module.tables[imported.tables as usize..].iter().zip(&module.table_inits) {
            let init = match init {
                None => Constant::Null,
                Some(expr) => evaluate(expr, &linked.functions, &linked.globals, &self.world.globals)?,
            };
            linked.tables.push(self.world.tables.push(Table { ty, init }));
        }
        Ok(())
    }

    fn definition(
        &mut self,
        position: usize,
        signatures: &[SignatureId],
        import: &Import<'_>,
        target: &ImportTarget,
    ) -> Result<Definition> {
        match target {
            ImportTarget::Host { symbol } => {
                let TypeRef::Func(type_index) = import.ty else {
                    return Err(mismatch(import, "the runtime only has functions"));
                };
                let symbol = self.symbol(symbol);
                let kind = FunctionKind::Host { module: position, symbol };
                let signature = signatures[type_index as usize];
                Ok(Definition::Function(self.world.functions.push(Function { kind, signature })))
            }
            ImportTarget::Instantiate { module } => {
                let instantiate = self.earlier(*module, import)?.instantiate;
                self.check_function(import, signatures, instantiate)
            }
            ImportTarget::Export { module, name } => {
                let exporter = self.earlier(*module, import)?;
                let Some((kind, index)) = exporter.module.export(name) else {
                    return Err(mismatch(import, "no such export"));
                };
                let index = index as usize;
                match kind {
                    ExternalKind::Func | ExternalKind::FuncExact => {
                        let function = exporter.functions[index];
                        self.check_function(import, signatures, function)
                    }
                    ExternalKind::Memory => self.check_memory(import, exporter.memories[index]),
                    ExternalKind::Table => self.check_table(import, exporter.tables[index]),
                    ExternalKind::Global => self.check_global(import, exporter.globals[index]),
                    ExternalKind::Tag => Err(mismatch(import, "tags are not supported")),
                }
            }
        }
    }

    fn earlier(&self, module: usize, import: &Import<'_>) -> Result<&LinkedModule<'a>> {
        self.world.modules.get(module).ok_or_else(|| mismatch(import, "the exporting module must come first"))
    }

    fn check_function(
        &self,
        import: &Import<'_>,
        signatures: &[SignatureId],
        function: FuncId,
    ) -> Result<Definition> {
        match import.ty {
            TypeRef::Func(ty) if signatures[ty as usize] == self.world.functions[function].signature => {
                Ok(Definition::Function(function))
            }
            _ => Err(mismatch(import, "incompatible import type")),
        }
    }

    fn check_memory(&self, import: &Import<'_>, memory: MemoryId) -> Result<Definition> {
        let actual = self.world.memories[memory];
        match import.ty {
            TypeRef::Memory(MemoryType { initial, maximum, memory64, .. })
                if memory64 == actual.memory64
                    && limits_match((actual.initial, actual.maximum), (initial, maximum)) =>
            {
                Ok(Definition::Memory(memory))
            }
            _ => Err(mismatch(import, "incompatible import type")),
        }
    }

    fn check_table(&self, import: &Import<'_>, table: TableId) -> Result<Definition> {
        let actual = self.world.tables[table].ty;
        match import.ty {
            TypeRef::Table(TableType { element_type, initial, maximum, .. })
                if element_type == actual.element_type
                    && limits_match((actual.initial, actual.maximum), (initial, maximum)) =>
            {
                Ok(Definition::Table(table))
            }
            _ => Err(mismatch(import, "incompatible import type")),
        }
    }

    fn check_global(&self, import: &Import<'_>, global: GlobalId) -> Result<Definition> {
        let actual = self.world.globals[global].ty;
        match import.ty {
            TypeRef::Global(GlobalType { content_type, mutable, .. })
                if content_type == actual.content_type && mutable == actual.mutable =>
            {
                Ok(Definition::Global(global))
            }
            _ => Err(mismatch(import, "incompatible import type")),
        }
    }

    fn signature(&mut self, ty: &FuncType) -> SignatureId {
        let signatures = &mut self.world.signatures;
        *self.signature_ids.entry(ty.clone()).or_insert_with(|| signatures.push(ty.clone()))
    }

    fn symbol(&mut self, name: &str) -> usize {
        let symbols = &mut self.world.host_symbols;
        *self.symbol_ids.entry(name.to_owned()).or_insert_with(|| {
            symbols.push(name.to_owned());
            symbols.len() - 1
        })
    }
}

/// "Import matching" of the specification for limits.
fn limits_match(actual: (u64, Option<u64>), required: (u64, Option<u64>)) -> bool {
    actual.0 >= required.0
        && match (actual.1, required.1) {
            (_, None) => true,
            (Some(actual), Some(required)) => actual <= required,
            (None, Some(_)) => false,
        }
}

fn mismatch(import: &Import<'_>, why: &str) -> Error {
    Error::new(format!("import {}.{}: {why}", import.module, import.name)).at(import.offset)
}
