//! Where each function's code is; calls inside the program are resolved here.

use crate::codegen::{self, Code, Compiled, Relocation, RelocationTarget};
use crate::options::Options;
use crate::translate::Env;
use crate::world::{FuncId, FunctionKind};
use cranelift_control::ControlPlane;
use cranelift_entity::SecondaryMap;
use wasmc_abi::app::{FunctionSite, NO_FUNCTION, TrapSite};

/// What precedes the first function.
const NONE_BYTES: usize = 16;

/// The program's text section.
pub(super) struct Text<'a> {
    pub bytes: Vec<u8>,
    pub align: u64,
    /// In the order of their code.
    pub functions: Vec<PlacedFunction>,
    pub trap_sites: Vec<TrapSite>,
    /// What is left for the linker: offset of the function, and relocation.
    pub relocations: Vec<(u64, &'a Relocation)>,
    pub entry_offset: u64,
    pub call_reference_offset: Option<u64>,
    offsets: SecondaryMap<FuncId, u64>,
}

pub(super) struct PlacedFunction {
    pub symbol: String,
    pub offset: u64,
    pub size: u64,
    /// For backtraces; the name's offset is filled in with the names.
    pub site: FunctionSite,
    pub name: Option<String>,
}

impl Text<'_> {
    pub fn function_offset(&self, function: FuncId) -> u64 {
        self.offsets[function]
    }
}

/// Lays out all code. Calls of the runtime come last, next to where the linker
/// puts the runtime, so that they reach it whatever the size of the rest.
pub(super) fn lay_out<'a>(env: &Env<'_>, compiled: &'a Compiled, options: &Options) -> Text<'a> {
    let isa = codegen::isa(options);
    let is_body =
        |function: &FuncId| matches!(env.world.functions[*function].kind, FunctionKind::Body { .. });
    let (bodies, others): (Vec<FuncId>, Vec<FuncId>) = env.world.functions.keys().partition(is_body);
    let order: Vec<FuncId> = bodies.into_iter().chain(others).collect();

    let mut builder = isa.text_section_builder(order.len());
    let mut plane = ControlPlane::default();
    let mut labels: SecondaryMap<FuncId, usize> = SecondaryMap::new();
    for (label, &function) in order.iter().enumerate() {
        labels[function] = label;
    }
    let mut text = Text {
        bytes: Vec::new(),
        align: 64,
        functions: Vec::with_capacity(order.len() + 2),
        trap_sites: Vec::new(),
        relocations: Vec::new(),
        entry_offset: 0,
        call_reference_offset: None,
        offsets: SecondaryMap::new(),
    };
    // No function is at offset 0, which stands for none in code tables.
    builder.append(false, &[0; NONE_BYTES], NONE_BYTES as u32, &mut plane);
    let mut place = |text: &mut Text<'a>, code: &'a Code, is_labeled: bool| {
        let offset = builder.append(is_labeled, &code.bytes, code.align, &mut plane);
        for relocation in &code.relocations {
            let at = offset + u64::from(relocation.offset);
            let resolved = match relocation.target {
                RelocationTarget::Function(target) => {
                    builder.resolve_reloc(at, relocation.kind, relocation.addend, labels[target])
                }
                _ => false,
            };
            if !resolved {
                text.relocations.push((offset, relocation));
            }
        }
        text.trap_sites.extend(code.traps.iter().map(|trap| TrapSite {
            code_offset: offset as u32 + trap.offset,
            wasm_offset: trap.wasm_offset,
            code: trap.code as u32,
        }));
        offset
    };
    for &function in &order {
        let code = &compiled.functions[function.as_u32() as usize];
        let offset = place(&mut text, code, true);
        text.offsets[function] = offset;
        text.functions.push(placed(env, function, offset, code));
    }
    text.entry_offset = place(&mut text, &compiled.entry, false);
    text.functions.push(unnamed("wasmc_entry", text.entry_offset, &compiled.entry));
    if let Some(code) = &compiled.call_reference {
        let offset = place(&mut text, code, false);
        text.call_reference_offset = Some(offset);
        text.functions.push(unnamed("wasmc_call_reference", offset, code));
    }
    text.bytes = builder.finish(&mut plane);
    text
}

fn placed(env: &Env<'_>, function: FuncId, offset: u64, code: &Code) -> PlacedFunction {
    match env.world.functions[function].kind {
        FunctionKind::Body { module, body } => {
            let (function_index, name) = env.world.describe(function);
            let name = name.filter(|name| !name.is_empty());
            let start = env.world.modules[module].module.bodies[body].body.range().start;
            // A NUL ends a name in ELF.
            let symbol = name.map(|name| name.replace('\0', "\\0"));
            let symbol = symbol.unwrap_or_else(|| format!("wasm_function_{function_index}"));
            let site = FunctionSite {
                code_offset: offset as u32,
                function_index,
                wasm_offset: start as u32,
                name_offset: 0,
            };
            PlacedFunction {
                symbol,
                offset,
                size: code.bytes.len() as u64,
                site,
                name: name.map(str::to_owned),
            }
        }
        FunctionKind::Host { symbol, .. } => {
            unnamed(&format!("call_{}", env.world.host_symbols[symbol]), offset, code)
        }
        FunctionKind::Instantiate { module } => unnamed(&format!("wasmc_instantiate_{module}"), offset, code),
    }
}

fn unnamed(symbol: &str, offset: u64, code: &Code) -> PlacedFunction {
    let site = FunctionSite {
        code_offset: offset as u32,
        function_index: NO_FUNCTION,
        wasm_offset: 0,
        name_offset: 0,
    };
    PlacedFunction { symbol: symbol.to_owned(), offset, size: code.bytes.len() as u64, site, name: None }
}
