//! Where each function's code is; calls inside the program are resolved here.

use crate::codegen::{self, Code, CodeRef, Compiled, Relocation, RelocationTarget};
use crate::options::Options;
use crate::translate::Env;
use crate::world::{FuncId, FunctionKind};
use cranelift_codegen::TextSectionBuilder;
use cranelift_control::ControlPlane;
use cranelift_entity::SecondaryMap;
use wasmc_abi::sites::TrapSite;

/// What precedes the first function.
const NONE_BYTES: usize = 16;

/// The program's text section.
pub(super) struct Text {
    pub bytes: Vec<u8>,
    pub size_bytes: u64,
    pub align: u64,
    /// In the order of their code.
    pub functions: Vec<PlacedFunction>,
    pub trap_sites: Vec<TrapSite>,
    /// What is left for the linker: offset of the function, and relocation.
    pub relocations: Vec<(u64, Relocation)>,
    pub entry_offset: u64,
    pub call_reference_offset: Option<u64>,
    /// Of functions that are there.
    offsets: SecondaryMap<FuncId, Option<u64>>,
}

pub(super) struct PlacedFunction {
    pub symbol: String,
    pub offset: u64,
    pub size: u64,
    /// For backtraces. None for glue, which comes last.
    pub body: Option<BodySite>,
}

/// Where a function comes from.
pub(super) struct BodySite {
    /// In its module's function index space, imports included.
    pub index: u32,
    /// Of the body in the module.
    pub wasm_offset: u32,
    pub name: Option<String>,
}

impl Text {
    /// Where the function is, unless it was left out.
    pub fn function_offset(&self, function: FuncId) -> Option<u64> {
        self.offsets[function]
    }
}

/// Lays out all code. Calls of the runtime come last, next to where the linker
/// puts the runtime, so that they reach it whatever the size of the rest.
pub(super) fn lay_out(env: &Env<'_>, compiled: &Compiled, options: &Options) -> Text {
    let is_body = |function: FuncId| matches!(env.world.functions[function].kind, FunctionKind::Body { .. });
    let mut functions = compiled.functions();
    functions.sort_by_key(|&(function, _)| !is_body(function));
    let mut builder = Builder::new(options, &functions);
    for (function, code) in functions {
        let size = code.bytes.len() as u64;
        let offset = builder.place(code, true);
        builder.text.offsets[function] = Some(offset);
        builder.text.functions.push(placed(env, function, offset, size));
    }
    builder.text.entry_offset = builder.place_unnamed("wasmc_entry", &compiled.entry);
    builder.text.call_reference_offset =
        compiled.call_reference.as_ref().map(|code| builder.place_unnamed("wasmc_call_reference", code));
    builder.finish()
}

/// The text in the making.
struct Builder {
    sections: Box<dyn TextSectionBuilder>,
    /// Of each function, its place in the order.
    labels: SecondaryMap<FuncId, Option<usize>>,
    plane: ControlPlane,
    text: Text,
}

impl Builder {
    fn new(options: &Options, order: &[(FuncId, CodeRef<'_>)]) -> Builder {
        let mut labels = SecondaryMap::new();
        for (label, &(function, _)) in order.iter().enumerate() {
            labels[function] = Some(label);
        }
        let text = Text {
            bytes: Vec::new(),
            size_bytes: 0,
            align: 64,
            functions: Vec::with_capacity(order.len() + 2),
            trap_sites: Vec::new(),
            relocations: Vec::new(),
            entry_offset: 0,
            call_reference_offset: None,
            offsets: SecondaryMap::new(),
        };
        let mut sections = codegen::isa(options).text_section_builder(order.len());
        let mut plane = ControlPlane::default();
        // No function is at the offsets that stand for none in code tables.
        sections.append(false, &[0; NONE_BYTES], NONE_BYTES as u32, &mut plane);
        Builder { sections, labels, plane, text }
    }

    fn place(&mut self, code: CodeRef<'_>, is_labeled: bool) -> u64 {
        let offset = self.sections.append(is_labeled, code.bytes, code.align, &mut self.plane);
        for &relocation in code.relocations {
            let at = offset + u64::from(relocation.offset);
            let resolved = match relocation.target {
                RelocationTarget::Function(target) => {
                    let label = self.labels[target].unwrap_or_else(|| panic!("{target} was left out"));
                    self.sections.resolve_reloc(at, relocation.kind, relocation.addend, label)
                }
                _ => false,
            };
            if !resolved {
                self.text.relocations.push((offset, relocation));
            }
        }
        self.text.trap_sites.extend(code.traps.iter().map(|trap| TrapSite {
            code_offset: offset as u32 + trap.offset,
            wasm_offset: trap.wasm_offset,
            code: trap.code as u8,
        }));
        offset
    }

    fn place_unnamed(&mut self, symbol: &str, code: &Code) -> u64 {
        let size = code.bytes.len() as u64;
        let offset = self.place(code.borrow(), false);
        self.text.functions.push(unnamed(symbol, offset, size));
        offset
    }

    fn finish(mut self) -> Text {
        self.text.bytes = self.sections.finish(&mut self.plane);
        self.text.size_bytes = self.text.bytes.len() as u64;
        self.text
    }
}

fn placed(env: &Env<'_>, function: FuncId, offset: u64, size: u64) -> PlacedFunction {
    match env.world.functions[function].kind {
        FunctionKind::Body { module, body } => {
            let (index, name) = env.world.describe(function);
            let name = name.filter(|name| !name.is_empty());
            let start = env.world.modules[module].module.bodies[body].body.range().start;
            // A NUL ends a name in ELF.
            let symbol = name.map(|name| name.replace('\0', "\\0"));
            let symbol = symbol.unwrap_or_else(|| format!("wasm_function_{index}"));
            let name = name.map(str::to_owned);
            let body = BodySite { index, wasm_offset: start as u32, name };
            PlacedFunction { symbol, offset, size, body: Some(body) }
        }
        FunctionKind::Host { symbol, .. } => {
            unnamed(&format!("call_{}", env.world.host_symbols[symbol]), offset, size)
        }
        FunctionKind::Instantiate { module } => unnamed(&format!("wasmc_instantiate_{module}"), offset, size),
    }
}

fn unnamed(symbol: &str, offset: u64, size: u64) -> PlacedFunction {
    PlacedFunction { symbol: symbol.to_owned(), offset, size, body: None }
}
