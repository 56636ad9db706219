//! Stage 7: machine code and data to one relocatable ELF object.

mod data;
mod descriptor;
mod text;

use crate::codegen::{Compiled, Relocation, RelocationTarget};
use crate::error::{Error, Result};
use crate::options::{Options, Target};
use crate::translate::{DataSymbol, Env};
use cranelift_codegen::binemit::Reloc;
use object::write::{Object, SectionId, StandardSection, Symbol, SymbolId, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SymbolFlags, SymbolKind, SymbolScope, elf,
};
use std::collections::HashMap;
use wasmc_abi::config::{Item, push};
use wasmc_abi::wasi;

/// Writes the object.
///
/// # Errors
/// Code of 4 GiB or more, which the tables' 32-bit offsets cannot describe.
pub(crate) fn emit(env: &Env<'_>, compiled: Compiled, options: &Options) -> Result<Vec<u8>> {
    let mut emitter = Emitter::new(env, options.target);
    let mut text = text::lay_out(env, &compiled, options);
    drop(compiled);
    if u32::try_from(text.bytes.len()).is_err() {
        return Err(Error::new("the compiled code is larger than 4 GiB").hint("split the module"));
    }
    emitter.add_text(&mut text);
    let tables = emitter.add_tables(&text);
    let records = emitter.add_func_records(&text);
    emitter.add_code_tables(&text);
    emitter.add_segments();
    let regions = emitter.add_regions(options.compress_data);
    let config = emitter.add_note(&config(env, options));
    let embedded = emitter.add_embedded(&options.embedded);
    emitter.add_descriptor(options, &descriptor::Parts { tables, regions, config, embedded, text: &text });
    emitter.define_data_symbol(DataSymbol::FuncRecords, records);
    emitter.relocate_text(&text);
    emitter.object.write().map_err(|error| Error::new(format!("writing the object: {error}")))
}

/// What the executable is told about itself: what the caller says, and what the
/// program can call.
fn config(env: &Env<'_>, options: &Options) -> Vec<u8> {
    let reached = env.facts.host_symbols_reached.iter().map(|&symbol| &env.world.host_symbols[symbol]);
    let calls = reached.filter_map(|symbol| wasi::index_of_symbol(symbol)).fold(0, |all, bit| all | 1 << bit);
    let mut config = options.config.clone();
    push(&mut config, &Item::Calls(calls));
    config
}

/// An object in the making.
pub(super) struct Emitter<'a> {
    env: &'a Env<'a>,
    target: Target,
    object: Object<'a>,
    text: SectionId,
    read_only: SectionId,
    /// Read-only once relocated.
    relocated: SectionId,
    /// By index of [`DataSymbol`].
    data_symbols: HashMap<u32, SymbolId>,
    host_symbols: HashMap<u32, SymbolId>,
}

/// Bytes of a section.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub section: SectionId,
    pub offset: u64,
    /// Elements, not bytes.
    pub count: u64,
}

impl<'a> Emitter<'a> {
    fn new(env: &'a Env<'a>, target: Target) -> Self {
        let architecture = match target {
            Target::X86_64Linux => Architecture::X86_64,
            Target::Aarch64Linux => Architecture::Aarch64,
        };
        let mut object = Object::new(BinaryFormat::Elf, architecture, Endianness::Little);
        let text = object.section_id(StandardSection::Text);
        let read_only = object.section_id(StandardSection::ReadOnlyData);
        let relocated = object.section_id(StandardSection::ReadOnlyDataWithRel);
        Emitter {
            env,
            target,
            object,
            text,
            read_only,
            relocated,
            data_symbols: HashMap::new(),
            host_symbols: HashMap::new(),
        }
    }

    /// A symbol that only this object sees.
    fn local_symbol(
        &mut self,
        name: &[u8],
        kind: SymbolKind,
        section: SectionId,
        value: u64,
        size: u64,
    ) -> SymbolId {
        self.object.add_symbol(Symbol {
            name: name.to_vec(),
            value,
            size,
            kind,
            scope: SymbolScope::Compilation,
            weak: false,
            section: SymbolSection::Section(section),
            flags: SymbolFlags::None,
        })
    }

    /// Symbol of a runtime function.
    fn host_symbol(&mut self, index: u32) -> SymbolId {
        if let Some(&symbol) = self.host_symbols.get(&index) {
            return symbol;
        }
        let symbol = self.runtime_symbol(&self.env.host_symbol(index));
        self.host_symbols.insert(index, symbol);
        symbol
    }

    /// A new symbol for a function that the runtime defines.
    fn runtime_symbol(&mut self, name: &str) -> SymbolId {
        self.object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value: 0,
            size: 0,
            kind: SymbolKind::Text,
            scope: SymbolScope::Dynamic,
            weak: false,
            section: SymbolSection::Undefined,
            flags: SymbolFlags::None,
        })
    }

    /// The bytes go to the object.
    fn add_text(&mut self, text: &mut text::Text) {
        self.object.set_section_data(self.text, std::mem::take(&mut text.bytes), text.align);
        let start = Span { section: self.text, offset: 0, count: 0 };
        self.define_data_symbol(DataSymbol::Text, start);
        for function in &text.functions {
            self.local_symbol(
                function.symbol.as_bytes(),
                SymbolKind::Text,
                self.text,
                function.offset,
                function.size,
            );
        }
    }

    fn define_data_symbol(&mut self, symbol: DataSymbol, at: Span) {
        let name = match symbol {
            DataSymbol::Text => "wasmc_text".to_owned(),
            DataSymbol::FuncRecords => "wasmc_func_records".to_owned(),
            DataSymbol::CpuChoice => "wasmc_cpu_choice".to_owned(),
            DataSymbol::Data { module, segment } => format!("wasmc_data_{module}_{segment}"),
            DataSymbol::Element { module, segment } => format!("wasmc_element_{module}_{segment}"),
            DataSymbol::CodeTable(position) => format!("wasmc_code_table_{position}"),
        };
        let id = self.local_symbol(name.as_bytes(), SymbolKind::Data, at.section, at.offset, 0);
        self.data_symbols.insert(symbol.to_index(), id);
    }

    /// Adds what the text builder could not resolve by itself.
    fn relocate_text(&mut self, text: &text::Text) {
        for (function, relocation) in &text.relocations {
            let own = u64::from(relocation.offset);
            let offset = function + own;
            let (symbol, extra) = self.relocation_symbol(text, *function, relocation);
            self.add_relocation(offset, symbol, relocation.kind, relocation.addend + extra);
        }
    }

    /// The symbol of a relocation's target, and what to add to its address.
    fn relocation_symbol(
        &mut self,
        text: &text::Text,
        function: u64,
        relocation: &Relocation,
    ) -> (SymbolId, i64) {
        match relocation.target {
            RelocationTarget::Host(index) => (self.host_symbol(index), 0),
            RelocationTarget::Data(index) => (self.data_symbols[&index], 0),
            RelocationTarget::Function(id) => {
                let offset = text.function_offset(id).unwrap_or_else(|| panic!("{id} was left out"));
                (self.data_symbols[&DataSymbol::Text.to_index()], offset as i64)
            }
            RelocationTarget::Own(offset) => {
                (self.data_symbols[&DataSymbol::Text.to_index()], (function + u64::from(offset)) as i64)
            }
        }
    }

    fn add_relocation(&mut self, offset: u64, symbol: SymbolId, kind: Reloc, addend: i64) {
        let flags = RelocationFlags::Elf { r_type: self.relocation_type(kind) };
        self.object
            .add_relocation(self.text, object::write::Relocation { offset, symbol, addend, flags })
            .unwrap_or_else(|error| panic!("relocation {kind:?}: {error}"));
    }

    fn relocation_type(&self, kind: Reloc) -> u32 {
        match (self.target, kind) {
            (Target::X86_64Linux, Reloc::X86CallPCRel4) => elf::R_X86_64_PLT32,
            (Target::X86_64Linux, Reloc::X86PCRel4) => elf::R_X86_64_PC32,
            (Target::X86_64Linux, Reloc::Abs8) => elf::R_X86_64_64,
            (Target::Aarch64Linux, Reloc::Arm64Call) => elf::R_AARCH64_CALL26,
            (Target::Aarch64Linux, Reloc::Aarch64AdrPrelPgHi21) => elf::R_AARCH64_ADR_PREL_PG_HI21,
            (Target::Aarch64Linux, Reloc::Aarch64AddAbsLo12Nc) => elf::R_AARCH64_ADD_ABS_LO12_NC,
            (Target::Aarch64Linux, Reloc::Abs8) => elf::R_AARCH64_ABS64,
            (target, kind) => panic!("no ELF relocation for {kind:?} on {}", target.name()),
        }
    }
}
