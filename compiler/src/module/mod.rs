//! Stage 1: one module, parsed. Function bodies are kept unread; they are
//! validated when they are scanned for facts.

mod features;
mod parse;

use crate::error::{Error, Result};
use crate::program::{ModuleInput, Program};
use wasmparser::{
    ConstExpr, ExternalKind, FuncToValidate, FuncType, FunctionBody, GlobalType, MemoryType, TableType,
    TypeRef, ValidatorResources,
};

use features::{SUPPORTED, name_missing_proposal};
use parse::parse;

/// A parsed module. Vectors are index spaces of the specification: where one
/// has imports, they come first.
#[derive(Default)]
pub(crate) struct Module<'a> {
    pub types: Vec<FuncType>,
    pub imports: Vec<Import<'a>>,
    /// Type index of every function.
    pub functions: Vec<u32>,
    pub tables: Vec<TableType>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<GlobalType>,
    pub imported: Imported,
    /// For every table that is defined here.
    pub table_inits: Vec<Option<ConstExpr<'a>>>,
    /// For every global that is defined here.
    pub global_inits: Vec<ConstExpr<'a>>,
    pub exports: Vec<(&'a str, ExternalKind, u32)>,
    pub start: Option<u32>,
    pub elements: Vec<Element<'a>>,
    pub data: Vec<Data<'a>>,
    /// For every function that is defined here.
    pub bodies: Vec<Body<'a>>,
    /// From the name section: function index and name, in its order.
    pub function_names: Vec<(u32, &'a str)>,
}

/// How many entries of each index space are imports.
#[derive(Default, Clone, Copy)]
pub(crate) struct Imported {
    pub functions: u32,
    pub tables: u32,
    pub memories: u32,
    pub globals: u32,
}

pub(crate) struct Import<'a> {
    pub module: &'a str,
    pub name: &'a str,
    pub ty: TypeRef,
    /// Byte offset in the binary.
    pub offset: u64,
}

pub(crate) struct Body<'a> {
    pub body: FunctionBody<'a>,
    /// Types the body is validated against.
    pub validate: FuncToValidate<ValidatorResources>,
}

pub(crate) enum Placement<'a> {
    Passive,
    Active { index: u32, offset: ConstExpr<'a> },
    Declared,
}

pub(crate) struct Element<'a> {
    pub placement: Placement<'a>,
    pub items: ElementItems<'a>,
}

pub(crate) enum ElementItems<'a> {
    Functions(Vec<u32>),
    Expressions(Vec<ConstExpr<'a>>),
}

impl ElementItems<'_> {
    pub fn len(&self) -> usize {
        match self {
            ElementItems::Functions(items) => items.len(),
            ElementItems::Expressions(items) => items.len(),
        }
    }
}

pub(crate) struct Data<'a> {
    pub placement: Placement<'a>,
    pub bytes: &'a [u8],
}

impl<'a> Module<'a> {
    /// An export by name.
    pub fn export(&self, name: &str) -> Option<(ExternalKind, u32)> {
        self.exports.iter().find(|export| export.0 == name).map(|&(_, kind, index)| (kind, index))
    }
}

/// Parses every module of a program.
///
/// # Errors
/// The first module's first broken rule outside function bodies; a proposal
/// that is not supported is named.
pub(crate) fn parse_all<'a>(program: &Program<'a>) -> Result<Vec<Module<'a>>> {
    let parse_one = |(position, input): (usize, &ModuleInput<'a>)| {
        parse(input.wasm).map_err(|error| name_proposal(program, error.in_module(position)))
    };
    program.modules.iter().enumerate().map(parse_one).collect()
}

/// Says which proposal an invalid module needs, if that is what is wrong.
pub(crate) fn name_proposal(program: &Program<'_>, error: Error) -> Error {
    let wasm = error.module().and_then(|position| program.modules.get(position)).map(|input| input.wasm);
    let Some(proposal) = wasm.and_then(name_missing_proposal) else {
        return error;
    };
    let message =
        format!("the module uses a WebAssembly proposal that wasmc does not support yet: {proposal}");
    let named = Error::new(message).hint("turn the proposal off where the module is built");
    let named = error.offset().map_or(named.clone(), |offset| named.at(offset));
    named.in_module(error.module().unwrap_or_default())
}
