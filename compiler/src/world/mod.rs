//! Stage 2: the closed world. Every import is tied to its definition, so that
//! the rest of the compiler sees program-wide functions, memories, tables and
//! globals, and constants where the specification has constant expressions.

mod constant;
mod link;

use crate::module::Module;
use cranelift_entity::{PrimaryMap, entity_impl};
use wasmparser::{FuncType, GlobalType, MemoryType, TableType};

pub(crate) use constant::{Constant, as_u32};
pub(crate) use link::link;

/// A function of the program, wherever it is defined.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FuncId(u32);
entity_impl!(FuncId, "function");

/// A linear memory of the program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct MemoryId(u32);
entity_impl!(MemoryId, "memory");

/// A table of the program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TableId(u32);
entity_impl!(TableId, "table");

/// A global of the program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct GlobalId(u32);
entity_impl!(GlobalId, "global");

/// A function type of the program: equal types have equal numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SignatureId(u32);
entity_impl!(SignatureId, "signature");

pub(crate) struct World<'a> {
    pub modules: Vec<LinkedModule<'a>>,
    pub functions: PrimaryMap<FuncId, Function>,
    pub memories: PrimaryMap<MemoryId, MemoryType>,
    pub tables: PrimaryMap<TableId, Table>,
    pub globals: PrimaryMap<GlobalId, Global>,
    pub signatures: PrimaryMap<SignatureId, FuncType>,
    /// Symbols of the runtime that are called, by their number.
    pub host_symbols: Vec<String>,
}

/// A module and what its index spaces mean in the program.
pub(crate) struct LinkedModule<'a> {
    pub module: Module<'a>,
    pub functions: Vec<FuncId>,
    pub memories: Vec<MemoryId>,
    pub tables: Vec<TableId>,
    pub globals: Vec<GlobalId>,
    /// For every type index.
    pub signatures: Vec<SignatureId>,
    /// The function `() -> ()` that instantiates the module.
    pub instantiate: FuncId,
}

pub(crate) struct Function {
    pub kind: FunctionKind,
    pub signature: SignatureId,
}

#[derive(Clone, Copy)]
pub(crate) enum FunctionKind {
    /// A WebAssembly body, by module and position among the bodies.
    Body { module: usize, body: usize },
    /// A call of a runtime function on behalf of a module.
    Host { module: usize, symbol: usize },
    /// The instantiation of a module.
    Instantiate { module: usize },
}

pub(crate) struct Table {
    pub ty: TableType,
    /// What each element holds at first.
    pub init: Constant,
}

pub(crate) struct Global {
    pub ty: GlobalType,
    pub init: Constant,
}

impl World<'_> {
    /// The type of a function.
    pub fn function_type(&self, function: FuncId) -> &FuncType {
        &self.signatures[self.functions[function].signature]
    }
}

impl<'a> World<'a> {
    /// What the items of an element segment refer to.
    pub fn element_constants(&self, module: usize, element: &crate::module::Element<'a>) -> Vec<Constant> {
        use crate::module::ElementItems;
        let linked = &self.modules[module];
        match &element.items {
            ElementItems::Functions(items) => items
                .iter()
                .map(|&function| Constant::Function(linked.functions[function as usize]))
                .collect(),
            ElementItems::Expressions(items) => {
                items.iter().map(|item| self.constant(module, item)).collect()
            }
        }
    }

    /// The value of a validated constant expression of a module.
    pub fn constant(&self, module: usize, expr: &wasmparser::ConstExpr<'_>) -> Constant {
        let linked = &self.modules[module];
        constant::evaluate(expr, &linked.functions, &linked.globals, &self.globals)
            .expect("validation accepts only operators that are evaluated")
    }
}

impl World<'_> {
    /// The functions that the entry calls, in order.
    ///
    /// # Errors
    /// A root that is missing or not of type `() -> ()`.
    pub fn entry(&self, program: &crate::program::Program<'_>) -> crate::error::Result<Vec<FuncId>> {
        use crate::error::Error;
        let mut calls: Vec<FuncId> =
            program.instantiate.iter().map(|&module| self.modules[module].instantiate).collect();
        if let Some(root) = &program.root {
            let linked = &self.modules[root.module];
            let missing =
                || Error::new(format!("no function is exported as {}", root.export)).in_module(root.module);
            let function = match linked.module.export(&root.export) {
                Some((wasmparser::ExternalKind::Func, index)) => linked.functions[index as usize],
                _ => return Err(missing()),
            };
            let ty = self.function_type(function);
            if !ty.params().is_empty() || !ty.results().is_empty() {
                let message = format!("{} must have no parameters and no results", root.export);
                return Err(Error::new(message).in_module(root.module));
            }
            calls.push(function);
        }
        Ok(calls)
    }

    /// The index of a WebAssembly function in its module, and its name.
    pub fn describe(&self, function: FuncId) -> (u32, Option<&str>) {
        let FunctionKind::Body { module, body } = self.functions[function].kind else {
            return (wasmc_abi::app::NO_FUNCTION, None);
        };
        let module = &self.modules[module].module;
        let index = module.imported.functions + body as u32;
        // The name section lists functions in ascending order.
        let position = module.function_names.binary_search_by_key(&index, |&(named, _)| named);
        (index, position.ok().map(|position| module.function_names[position].1))
    }
}
