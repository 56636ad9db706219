//! Read-only data: images, segments, and the tables of traps and functions.

use super::text::Text;
use super::{Emitter, Span};
use crate::module::Placement;
use crate::translate::{DataSymbol, NO_FUNCTION, OTHER_SIGNATURE};
use crate::world::Constant;
use object::write::{SectionId, SymbolId};
use object::{SectionFlags, SectionKind, elf};
use rayon::prelude::*;
use wasmc_abi::app::{FuncRecord, MOVABLE_BLOCK_BYTES, NULL_SIGNATURE};
use wasmc_abi::sites;
use wasmc_abi::symbols::{NOTE_OWNER, NOTE_TYPE_CONFIG, SECTION_EMBEDDED, SECTION_MOVABLE, SECTION_NOTE};

/// Alignment of tables, and of images so that they are copied fast.
const DATA_ALIGN: u64 = 8;
/// Initial data is compressed in pieces of this many bytes, in parallel.
const COMPRESSED_BYTES: usize = 1 << 20;
/// Fewer bytes are copied at start: one fault, for their neighbours as well, costs
/// less than the system call that moves them.
const MOVABLE_BYTES_MIN: usize = 64 << 10;
/// Alignment of notes in ELF.
const NOTE_ALIGN: u64 = 4;

/// The tables behind a trap report.
pub(super) struct Tables {
    pub trap_sites: Span,
    pub function_offsets: Span,
    pub functions: Span,
}

/// Initial contents of part of a region.
pub(super) struct Run {
    /// In the region.
    pub offset: u64,
    pub len_bytes: u64,
    /// The bytes, or what they were compressed to.
    pub data: Span,
    /// See [`wasmc_abi::app::Run::is_movable`].
    pub is_movable: bool,
}

impl Run {
    pub fn is_compressed(&self) -> bool {
        self.data.count != self.len_bytes
    }
}

impl<'a> Emitter<'a> {
    pub(super) fn read_only(&mut self, bytes: &[u8], count: usize) -> Span {
        let offset = self.object.append_section_data(self.read_only, bytes, DATA_ALIGN);
        Span { section: self.read_only, offset, count: count as u64 }
    }

    /// Adds what is packed into the executable. It has a section of its own,
    /// which borrows the bytes: there may be hundreds of megabytes of them.
    pub(super) fn add_embedded(&mut self, image: &'a [u8]) -> Span {
        if image.is_empty() {
            return Span { section: self.read_only, offset: 0, count: 0 };
        }
        let name = SECTION_EMBEDDED.as_bytes().to_vec();
        let section = self.object.add_section(Vec::new(), name, SectionKind::ReadOnlyData);
        self.object.set_section_data(section, image, DATA_ALIGN);
        Span { section, offset: 0, count: image.len() as u64 }
    }

    pub(super) fn section_symbol(&mut self, section: SectionId) -> SymbolId {
        self.object.section_symbol(section)
    }

    pub(super) fn add_tables(&mut self, text: &Text) -> Tables {
        let mut encoder = sites::Encoder::default();
        text.trap_sites.iter().for_each(|&site| encoder.add_trap(site));
        let mut offsets = Vec::with_capacity(text.functions.len() * 4);
        for function in &text.functions {
            push_words(&mut offsets, &[function.offset as u32]);
            if let Some(body) = &function.body {
                encoder.add_function(body.index, body.wasm_offset, body.name.as_deref());
            }
        }
        Tables {
            trap_sites: self.read_only(&encoder.trap_sites, encoder.trap_sites.len()),
            function_offsets: self.read_only(&offsets, text.functions.len()),
            functions: self.read_only(&encoder.functions, encoder.functions.len()),
        }
    }

    pub(super) fn add_func_records(&mut self, text: &Text) -> Span {
        let null = FuncRecord { code_offset: 0, signature: NULL_SIGNATURE };
        let referenced = &self.env.facts.referenced;
        let records = referenced.iter().map(|&function| FuncRecord {
            // What was left out no call can reach: the check of its type is
            // the only use of its record.
            code_offset: text.function_offset(function).unwrap_or(0) as u32,
            signature: self.env.world.functions[function].signature.as_u32(),
        });
        let mut bytes = Vec::with_capacity((referenced.len() + 1) * 8);
        for record in std::iter::once(null).chain(records) {
            push_words(&mut bytes, &[record.code_offset, record.signature]);
        }
        self.read_only(&bytes, referenced.len() + 1)
    }

    /// Adds, for each table that never changes and each signature, where the
    /// code of every element of that signature is, or why it has none.
    pub(super) fn add_code_tables(&mut self, text: &Text) {
        let env = self.env;
        for (position, &(table, signature)) in env.code_tables.iter().enumerate() {
            let elements = env.layout.contents[table].as_ref().expect("only such tables are listed");
            let mut bytes = Vec::with_capacity(elements.len() * 4);
            for element in elements {
                let code_offset = match *element {
                    Constant::Function(function) if env.world.functions[function].signature == signature => {
                        // One that was left out is never called.
                        text.function_offset(function).map_or(NO_FUNCTION, |offset| offset as u32)
                    }
                    Constant::Function(_) => OTHER_SIGNATURE,
                    _ => NO_FUNCTION,
                };
                push_words(&mut bytes, &[code_offset]);
            }
            let span = self.read_only(&bytes, elements.len());
            self.define_data_symbol(DataSymbol::CodeTable(position), span);
        }
    }

    /// Adds the segments that code copies from while it runs.
    pub(super) fn add_segments(&mut self) {
        let env = self.env;
        for (module, linked) in env.world.modules.iter().enumerate() {
            for (segment, data) in linked.module.data.iter().enumerate() {
                if env.layout.data[module][segment].is_kept {
                    let span = self.read_only(data.bytes, data.bytes.len());
                    self.define_data_symbol(DataSymbol::Data { module, segment }, span);
                }
            }
            for (segment, element) in linked.module.elements.iter().enumerate() {
                let bytes = &env.layout.elements[module][segment].bytes;
                if !bytes.is_empty() && !matches!(element.placement, Placement::Declared) {
                    let span = self.read_only(bytes, bytes.len());
                    self.define_data_symbol(DataSymbol::Element { module, segment }, span);
                }
            }
        }
    }

    /// Adds the contents of every region.
    pub(super) fn add_regions(&mut self, is_compressed: bool) -> Vec<Vec<Run>> {
        let env = self.env;
        let regions = env.layout.regions.iter();
        regions
            .map(|region| {
                let runs = region.image.runs().into_iter();
                runs.flat_map(|(offset, bytes)| {
                    let end = (offset + bytes.len() as u64).next_multiple_of(MOVABLE_BLOCK_BYTES);
                    if is_compressed {
                        self.add_compressed(offset, &bytes)
                    } else if bytes.len() >= MOVABLE_BYTES_MIN && end <= region.accessible_bytes {
                        vec![self.add_movable(offset, &bytes)]
                    } else {
                        vec![self.add_copied(offset, &bytes, &bytes)]
                    }
                })
                .collect()
            })
            .collect()
    }

    fn add_compressed(&mut self, offset: u64, bytes: &[u8]) -> Vec<Run> {
        let pieces: Vec<&[u8]> = bytes.chunks(COMPRESSED_BYTES).collect();
        let compress = |piece: &&[u8]| {
            let block = lz4_flex::block::compress(piece);
            (block.len() < piece.len()).then_some(block)
        };
        let blocks: Vec<Option<Vec<u8>>> = pieces.par_iter().map(compress).collect();
        let runs = pieces.iter().zip(blocks).enumerate().map(|(position, (piece, block))| {
            let offset = offset + (position * COMPRESSED_BYTES) as u64;
            self.add_copied(offset, piece, block.as_deref().unwrap_or(piece))
        });
        runs.collect()
    }

    /// Adds bytes that are there as `data`.
    fn add_copied(&mut self, offset: u64, bytes: &[u8], data: &[u8]) -> Run {
        let len_bytes = bytes.len() as u64;
        Run { offset, len_bytes, data: self.read_only(data, data.len()), is_movable: false }
    }

    /// Adds bytes in a section of their own, with the zeros that make it whole
    /// blocks. No other run has bytes in its first or last block.
    fn add_movable(&mut self, offset: u64, bytes: &[u8]) -> Run {
        let before = offset % MOVABLE_BLOCK_BYTES;
        let len_bytes = (before + bytes.len() as u64).next_multiple_of(MOVABLE_BLOCK_BYTES);
        let mut blocks = vec![0; len_bytes as usize];
        blocks[before as usize..][..bytes.len()].copy_from_slice(bytes);
        let name = SECTION_MOVABLE.as_bytes().to_vec();
        let section = self.object.add_section(Vec::new(), name, SectionKind::Data);
        self.object.set_section_data(section, blocks, MOVABLE_BLOCK_BYTES);
        let data = Span { section, offset: 0, count: len_bytes };
        Run { offset: offset - before, len_bytes, data, is_movable: true }
    }

    /// Adds the configuration as an ELF note, and returns its description.
    ///
    /// Layout: elf(5), "Note Section".
    pub(super) fn add_note(&mut self, config: &[u8]) -> Span {
        let section =
            self.object.add_section(Vec::new(), SECTION_NOTE.as_bytes().to_vec(), SectionKind::Note);
        self.object.section_mut(section).flags = SectionFlags::Elf { sh_flags: elf::SHF_ALLOC.into() };
        let mut owner = NOTE_OWNER.as_bytes().to_vec();
        owner.push(0);
        let mut note = Vec::new();
        push_words(&mut note, &[owner.len() as u32, config.len() as u32, NOTE_TYPE_CONFIG]);
        owner.resize(owner.len().next_multiple_of(NOTE_ALIGN as usize), 0);
        note.extend_from_slice(&owner);
        let start = note.len() as u64;
        note.extend_from_slice(config);
        note.resize(note.len().next_multiple_of(NOTE_ALIGN as usize), 0);
        let offset = self.object.append_section_data(section, &note, NOTE_ALIGN);
        Span { section, offset: offset + start, count: config.len() as u64 }
    }
}

/// Appends little-endian words.
pub(super) fn push_words(bytes: &mut Vec<u8>, words: &[u32]) {
    for word in words {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
}
