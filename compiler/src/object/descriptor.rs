//! The descriptor: what the runtime reads first, see [`wasmc_abi::app`].

use super::data::{Run, Tables};
use super::text::Text;
use super::{Emitter, Span};
use crate::codegen::{Relocation, RelocationTarget};
use crate::options::{Cpu, MemoryMode, Optimization, Options, Target};
use crate::translate::DataSymbol;
use object::write::{Symbol, SymbolSection};
use object::{RelocationFlags, SymbolFlags, SymbolKind, SymbolScope, elf};
use std::mem::offset_of;
use wasmc_abi::app::{ABI_VERSION, AppDescriptor, cpu};
use wasmc_abi::symbols::{APP, DECOMPRESS, MAP_SINGLE_PAGES, MOVE_PAGES};

/// Smaller programs are mapped by a few faults, and have little that is not used.
const SINGLE_PAGES_FROM_BYTES: u64 = 1 << 20;

/// What the descriptor points at.
pub(super) struct Parts<'a> {
    pub tables: Tables,
    pub regions: Vec<Vec<Run>>,
    pub config: Span,
    pub embedded: Span,
    pub text: &'a Text,
}

/// Bytes with addresses in them, which the linker fills in.
#[derive(Default)]
struct Record {
    bytes: Vec<u8>,
    /// Position in `bytes` and what its address is.
    addresses: Vec<(usize, Span)>,
}

impl Record {
    fn word(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    fn long(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    fn address(&mut self, target: Span) {
        self.addresses.push((self.bytes.len(), target));
        self.long(0);
    }

    /// A [`wasmc_abi::app::Array`]; an empty one has no address.
    fn array(&mut self, target: Span) {
        match target.count {
            0 => self.long(0),
            _ => self.address(target),
        }
        self.long(target.count);
    }
}

impl Emitter<'_> {
    /// Adds the descriptor, and what is in it that has addresses or is written early.
    pub(super) fn add_descriptor(&mut self, options: &Options, parts: &Parts<'_>) {
        let regions = self.add_region_records(&parts.regions);
        let memories = self.add_memory_records();
        let cpu_choice = self.add_cpu_choice(parts.text);
        let code = |offset| Span { section: self.text, offset, count: 1 };
        let (placement, origin) = self.env.placement();
        let mut record = Record::default();
        record.word(ABI_VERSION);
        record.word(cpu_level(options));
        record.word(placement);
        record.word(u32::from(options.memory == MemoryMode::Checked));
        record.long(origin);
        record.long(self.env.layout.store_bytes);
        record.long(self.env.layout.reserved_after_bytes);
        record.long(options.stack_bytes);
        record.array(Span { count: parts.text.size_bytes, ..code(0) });
        record.array(parts.tables.trap_sites);
        record.array(parts.tables.function_offsets);
        record.array(parts.tables.functions);
        record.array(regions);
        record.array(memories);
        record.address(code(parts.text.entry_offset));
        match parts.text.call_reference_offset {
            Some(offset) => record.address(code(offset)),
            None => record.long(0),
        }
        record.array(parts.config);
        record.array(parts.embedded);
        record.long(0);
        record.long(0);
        record.long(0);
        match cpu_choice {
            Some(word) => record.address(word),
            None => record.long(0),
        }
        assert_eq!(record.bytes.len(), size_of::<AppDescriptor>(), "the descriptor's layout");
        let size = record.bytes.len() as u64;
        let span = self.add_relocated(record, 1);
        let runs = || parts.regions.iter().flatten();
        let functions = [
            (runs().any(Run::is_compressed), offset_of!(AppDescriptor, decompress), DECOMPRESS),
            (runs().any(|run| run.is_movable), offset_of!(AppDescriptor, move_pages), MOVE_PAGES),
            (
                maps_single_pages(options, parts),
                offset_of!(AppDescriptor, map_single_pages),
                MAP_SINGLE_PAGES,
            ),
        ];
        for (_, field, symbol) in functions.into_iter().filter(|(is_needed, ..)| *is_needed) {
            self.refer_to_runtime(span.offset + field as u64, symbol);
        }
        self.object.add_symbol(Symbol {
            name: APP.as_bytes().to_vec(),
            value: span.offset,
            size,
            kind: SymbolKind::Data,
            scope: SymbolScope::Linkage,
            weak: false,
            section: SymbolSection::Section(span.section),
            flags: SymbolFlags::None,
        });
    }

    fn add_region_records(&mut self, contents: &[Vec<Run>]) -> Span {
        let env = self.env;
        let mut regions = Record::default();
        for (region, runs) in env.layout.regions.iter().zip(contents) {
            let mut record = Record::default();
            for run in runs {
                record.long(run.offset);
                record.long(run.len_bytes);
                record.array(run.data);
                record.long(run.is_movable.into());
            }
            let runs = self.add_relocated(record, runs.len());
            regions.long(region.offset as u64);
            regions.long(region.reserve_bytes);
            regions.long(region.accessible_bytes);
            regions.array(runs);
            regions.long(region.kind);
            regions.long(region.huge_pages_from_bytes);
        }
        self.add_relocated(regions, env.layout.regions.len())
    }

    fn add_memory_records(&mut self) -> Span {
        let env = self.env;
        let mut record = Record::default();
        for memory in env.world.memories.keys() {
            let layout = env.layout.memories[memory];
            record.long(layout.record_offset as u64);
            record.long(layout.region as u64);
            record.long(layout.max_bytes);
        }
        self.add_relocated(record, env.world.memories.len())
    }

    /// The word by which functions choose their version, if any does.
    fn add_cpu_choice(&mut self, text: &Text) -> Option<Span> {
        let symbol = DataSymbol::CpuChoice;
        let is_choice = |relocation: &Relocation| match relocation.target {
            RelocationTarget::Data(index) => index == symbol.to_index(),
            _ => false,
        };
        text.relocations.iter().find(|(_, relocation)| is_choice(relocation))?;
        let mut record = Record::default();
        record.long(0);
        let word = self.add_relocated(record, 1);
        self.define_data_symbol(symbol, word);
        Some(word)
    }

    /// Fills in the address of a function of the runtime.
    fn refer_to_runtime(&mut self, offset: u64, symbol: &str) {
        let symbol = self.runtime_symbol(symbol);
        let flags = RelocationFlags::Elf { r_type: self.absolute_relocation() };
        let relocation = object::write::Relocation { offset, symbol, addend: 0, flags };
        self.object
            .add_relocation(self.relocated, relocation)
            .unwrap_or_else(|error| panic!("relocation of the descriptor: {error}"));
    }

    /// The relocation of a 64-bit address.
    fn absolute_relocation(&self) -> u32 {
        match self.target {
            Target::X86_64Linux => elf::R_X86_64_64,
            Target::Aarch64Linux => elf::R_AARCH64_ABS64,
        }
    }

    fn add_relocated(&mut self, record: Record, count: usize) -> Span {
        let offset = self.object.append_section_data(self.relocated, &record.bytes, 8);
        let r_type = self.absolute_relocation();
        for (position, target) in record.addresses {
            let symbol = self.section_symbol(target.section);
            let relocation = object::write::Relocation {
                offset: offset + position as u64,
                symbol,
                addend: target.offset as i64,
                flags: RelocationFlags::Elf { r_type },
            };
            self.object
                .add_relocation(self.relocated, relocation)
                .unwrap_or_else(|error| panic!("relocation of the descriptor: {error}"));
        }
        Span { section: self.relocated, offset, count: count as u64 }
    }
}

/// Whether mapping fewer pages is worth more faults.
fn maps_single_pages(options: &Options, parts: &Parts<'_>) -> bool {
    let movable = parts.regions.iter().flatten().filter(|run| run.is_movable);
    let bytes = parts.text.size_bytes + movable.map(|run| run.len_bytes).sum::<u64>();
    options.optimizes(Optimization::SinglePages) && bytes >= SINGLE_PAGES_FROM_BYTES
}

fn cpu_level(options: &Options) -> u32 {
    match (options.target, options.cpu) {
        (Target::X86_64Linux, Cpu::Baseline) => cpu::X86_64_V2,
        (Target::X86_64Linux, Cpu::X86_64V3) => cpu::X86_64_V3,
        (Target::Aarch64Linux, _) => cpu::ARMV8_0,
    }
}
