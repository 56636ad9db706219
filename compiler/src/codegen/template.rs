//! A function's machine code as it is before anything is known of the rest of
//! the program. Equal CLIF gives equal templates, whatever the numbers of the
//! functions that it calls and wherever in the module it is.

use super::{Code, Relocation, RelocationTarget, Trap};
use crate::translate::{self, DataSymbol, NAMESPACE_DATA, NAMESPACE_FUNCTION};
use crate::world::FuncId;
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::ir::{self, ExternalName};
use cranelift_codegen::{CompiledCode, FinalizedMachReloc, FinalizedRelocTarget};
use cranelift_entity::EntityRef;
use wasmc_abi::trap::TrapCode;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    pub bytes: Vec<u8>,
    pub align: u32,
    pub relocations: Vec<OpenRelocation>,
    pub traps: Vec<Site>,
}

/// A place in the code that depends on where something else is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenRelocation {
    pub offset: u32,
    pub kind: Reloc,
    pub target: Reference,
    pub addend: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reference {
    /// Position in [`Names::functions`].
    Name(u32),
    /// A distance from the start of the same function.
    Own(u32),
    /// [`DataSymbol::CpuChoice`].
    CpuChoice,
}

/// A trap, its place in the module counted from [`Names::base`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    pub offset: u32,
    pub wasm_distance: Option<u32>,
    pub code: TrapCode,
}

/// What a template leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    /// Byte offset in the module.
    pub base: u32,
    /// Namespace and index, see `translate::env`.
    pub functions: Vec<(u32, u32)>,
}

impl Names {
    pub fn of(function: &ir::Function) -> Names {
        let named = function.params.user_named_funcs().values();
        Names {
            base: function.params.base_srcloc().bits(),
            functions: named.map(|name| (name.namespace, name.index)).collect(),
        }
    }
}

impl Template {
    pub fn read(compiled: &CompiledCode, base: u32, align: u32) -> Template {
        let sources = compiled.buffer.get_srclocs_sorted();
        let distance_at = |offset: u32| {
            let next = sources.partition_point(|source| source.start <= offset);
            let source = sources[..next].last().filter(|source| offset < source.end)?;
            (!source.loc.is_default()).then(|| source.loc.bits().wrapping_sub(base))
        };
        let traps = compiled.buffer.traps().iter().filter_map(|trap| {
            let code = translate::trap_code(trap.code)?;
            Some(Site { offset: trap.offset, wasm_distance: distance_at(trap.offset), code })
        });
        Template {
            bytes: compiled.code_buffer().to_vec(),
            align,
            relocations: compiled.buffer.relocs().iter().map(read_relocation).collect(),
            traps: traps.collect(),
        }
    }

    /// The code in a program. None where the names are not those of the template.
    pub fn resolve(self, names: &Names) -> Option<Code> {
        let relocations = self.relocations.into_iter().map(|open| {
            let target = match open.target {
                Reference::Name(position) => named(*names.functions.get(position as usize)?),
                Reference::Own(distance) => RelocationTarget::Own(distance),
                Reference::CpuChoice => RelocationTarget::Data(DataSymbol::CpuChoice.to_index()),
            };
            Some(Relocation { offset: open.offset, kind: open.kind, target, addend: open.addend })
        });
        let traps = self.traps.into_iter().map(|site| Trap {
            offset: site.offset,
            wasm_offset: site.wasm_distance.map_or(0, |distance| names.base.wrapping_add(distance)),
            code: site.code,
        });
        Some(Code {
            bytes: self.bytes,
            align: self.align,
            relocations: relocations.collect::<Option<_>>()?,
            traps: traps.collect(),
        })
    }
}

fn named((namespace, index): (u32, u32)) -> RelocationTarget {
    match namespace {
        NAMESPACE_FUNCTION => RelocationTarget::Function(FuncId::from_u32(index)),
        NAMESPACE_DATA => RelocationTarget::Data(index),
        _ => RelocationTarget::Host(index),
    }
}

fn read_relocation(relocation: &FinalizedMachReloc) -> OpenRelocation {
    let target = match &relocation.target {
        FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => Reference::Name(name.index() as u32),
        FinalizedRelocTarget::Func(offset) => Reference::Own(*offset),
        other => panic!("code refers to {other:?}, which this compiler never names"),
    };
    OpenRelocation { offset: relocation.offset, kind: relocation.kind, target, addend: relocation.addend }
}
