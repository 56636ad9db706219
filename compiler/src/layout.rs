//! Stage 4: where everything is in the guest's address space, and what is there
//! when the program starts. Positions are offsets from the origin, see
//! [`wasmc_abi::app`].

mod contents;
mod image;
mod segments;

use crate::analysis::Facts;
use crate::options::{MemoryMode, Optimization, Options};
use crate::world::{Constant, GlobalId, MemoryId, TableId, World};
use cranelift_entity::SecondaryMap;
use wasmc_abi::app::{PAGE_BYTES, memory_record, region};

pub(crate) use image::Image;
pub(crate) use segments::{DataSegment, ElementSegment, RuntimeSegment};

/// Size of a reference in a table or global.
pub(crate) const REFERENCE_BYTES: u64 = 4;
/// What a global takes, whatever its type.
const GLOBAL_BYTES: u64 = 8;
/// Largest access, which may begin at the last byte of the index range.
const ACCESS_BYTES_MAX: u64 = 16;
/// What an i32 index can reach.
const INDEX_RANGE_BYTES: u64 = 1 << 32;
/// Everything is placed at multiples of this, the largest page size in use.
const GRANULE_BYTES: u64 = 65536;
/// A table that grows can have this many elements, as in other engines.
const TABLE_GROWS_TO: u64 = 10_000_000;
/// The part of a memory that is as large as this stays in small pages, so that
/// small programs start fast and stay small.
const HUGE_PAGES_FROM_BYTES: u64 = 16 << 20;
/// Larger tables get a region of their own, so that the store stays small.
const TABLE_IN_STORE_BYTES_MAX: u64 = 1 << 20;

pub(crate) struct Layout {
    pub store_bytes: u64,
    pub reserved_after_bytes: u64,
    pub regions: Vec<Region>,
    pub globals: SecondaryMap<GlobalId, i64>,
    pub memories: SecondaryMap<MemoryId, MemoryLayout>,
    pub tables: SecondaryMap<TableId, TableLayout>,
    /// The elements of tables that never change.
    pub contents: SecondaryMap<TableId, Option<Vec<Constant>>>,
    /// For every module, for every element segment.
    pub elements: Vec<Vec<ElementSegment>>,
    /// For every module, for every data segment.
    pub data: Vec<Vec<DataSegment>>,
    /// For every module, what its instantiation has left to do, in order.
    pub at_run_time: Vec<Vec<RuntimeSegment>>,
}

pub(crate) struct Region {
    pub kind: u64,
    pub offset: i64,
    pub reserve_bytes: u64,
    pub accessible_bytes: u64,
    /// Where huge pages begin; 0 for none.
    pub huge_pages_from_bytes: u64,
    pub image: Image,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct MemoryLayout {
    /// Of its first byte.
    pub offset: i64,
    /// Of its [`wasmc_abi::app::MemoryRecord`].
    pub record_offset: i64,
    pub region: usize,
    pub max_bytes: u64,
    /// Its size, if it never changes.
    pub fixed_bytes: Option<u64>,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct TableLayout {
    /// Of its first element.
    pub offset: i64,
    /// Where its size in elements is kept, as a u32, if it can change.
    pub size_offset: Option<i64>,
    pub size_min: u64,
    pub size_max: u64,
    /// Region and offset in it, for the image.
    position: (usize, u64),
}

/// Lays out the program's address space.
pub(crate) fn lay_out(world: &World<'_>, facts: &Facts, options: &Options) -> Layout {
    let mut layout = Layout {
        store_bytes: 0,
        reserved_after_bytes: 0,
        regions: vec![Region::new(region::STORE)],
        globals: SecondaryMap::new(),
        memories: SecondaryMap::new(),
        tables: SecondaryMap::new(),
        contents: SecondaryMap::new(),
        elements: Vec::new(),
        data: Vec::new(),
        at_run_time: Vec::new(),
    };
    // Globals come first: the nearer to the store's start, the shorter the
    // displacements of the code that uses them most.
    layout.place_globals(world);
    layout.place_memories(world, facts, options);
    layout.place_tables(world, facts);
    segments::place(&mut layout, world);
    layout.finish_store();
    layout.fill_store_and_tables(world, facts);
    segments::fill(&mut layout, world, facts);
    layout.contents = contents::unchanging(&layout, world, facts);
    layout
}

impl Region {
    fn new(kind: u64) -> Region {
        Region {
            kind,
            offset: 0,
            reserve_bytes: 0,
            accessible_bytes: 0,
            huge_pages_from_bytes: 0,
            image: Image::default(),
        }
    }
}

impl Layout {
    fn place_memories(&mut self, world: &World<'_>, facts: &Facts, options: &Options) {
        for (memory, ty) in &world.memories {
            let min_bytes = ty.initial * PAGE_BYTES;
            // A memory stays a page below 4 GiB: growing may always fail, and
            // addresses near 2^32 are then never valid, which translate/known.rs
            // rests on.
            let largest = (INDEX_RANGE_BYTES - PAGE_BYTES).max(min_bytes);
            let max_bytes = ty.maximum.map_or(largest, |pages| (pages * PAGE_BYTES).min(largest));
            let span_bytes = INDEX_RANGE_BYTES + facts.memory_offset_max[memory] + ACCESS_BYTES_MAX;
            let record_offset = self.store_allocate(memory_record::SIZE_BYTES.into(), 8);
            let region = self.add_region(region::MEMORY, span_bytes, min_bytes);
            if options.memory == MemoryMode::Checked {
                self.regions[region].reserve_bytes = max_bytes.next_multiple_of(GRANULE_BYTES);
            } else if options.optimizes(Optimization::HugePages) && max_bytes > HUGE_PAGES_FROM_BYTES {
                self.regions[region].huge_pages_from_bytes = HUGE_PAGES_FROM_BYTES;
            }
            self.memories[memory] = MemoryLayout {
                offset: self.regions[region].offset,
                record_offset,
                region,
                max_bytes,
                fixed_bytes: (!facts.memory_grows[memory]).then_some(min_bytes),
            };
        }
    }

    fn place_tables(&mut self, world: &World<'_>, facts: &Facts) {
        for (table, definition) in &world.tables {
            let size_min = definition.ty.initial;
            let grows = facts.table_grows[table];
            let declared_max = definition.ty.maximum.unwrap_or(u32::MAX.into());
            let size_max = if grows { declared_max.min(TABLE_GROWS_TO).max(size_min) } else { size_min };
            let bytes = size_max * REFERENCE_BYTES;
            let size_offset = grows.then(|| self.store_allocate(4, 4));
            let (offset, position) = if bytes <= TABLE_IN_STORE_BYTES_MAX {
                let offset = self.store_allocate(bytes, 8);
                (offset, (0, offset as u64))
            } else {
                let region = self.add_region(region::TABLE, bytes, bytes);
                (self.regions[region].offset, (region, 0))
            };
            self.tables[table] = TableLayout { offset, size_offset, size_min, size_max, position };
        }
    }

    fn place_globals(&mut self, world: &World<'_>) {
        for global in world.globals.keys() {
            self.globals[global] = self.store_allocate(GLOBAL_BYTES, 8);
        }
    }

    /// Room in the store. Until [`Layout::finish_store`] moves the store below
    /// the origin, offsets count from the store's start.
    fn store_allocate(&mut self, bytes: u64, align: u64) -> i64 {
        let offset = self.store_bytes.next_multiple_of(align);
        self.store_bytes = offset + bytes;
        offset as i64
    }

    fn add_region(&mut self, kind: u64, reserve_bytes: u64, accessible_bytes: u64) -> usize {
        let reserve_bytes = reserve_bytes.next_multiple_of(GRANULE_BYTES);
        let offset = self.reserved_after_bytes as i64;
        self.reserved_after_bytes += reserve_bytes;
        self.regions.push(Region { offset, reserve_bytes, accessible_bytes, ..Region::new(kind) });
        self.regions.len() - 1
    }

    /// Moves the store to its place, directly below the origin.
    fn finish_store(&mut self) {
        self.store_bytes = self.store_bytes.next_multiple_of(GRANULE_BYTES).max(GRANULE_BYTES);
        let shift = self.store_bytes as i64;
        for offset in self.globals.values_mut() {
            *offset -= shift;
        }
        for memory in self.memories.values_mut() {
            memory.record_offset -= shift;
        }
        for table in self.tables.values_mut() {
            if table.position.0 == 0 {
                table.offset -= shift;
            }
            if let Some(size_offset) = &mut table.size_offset {
                *size_offset -= shift;
            }
        }
        segments::shift(self, shift);
        let store = &mut self.regions[0];
        store.offset = -shift;
        store.reserve_bytes = shift as u64;
        store.accessible_bytes = shift as u64;
    }

    fn fill_store_and_tables(&mut self, world: &World<'_>, facts: &Facts) {
        for (global, definition) in &world.globals {
            let bytes = constant_bytes(definition.init, facts);
            self.fill_store(self.globals[global], &bytes);
        }
        for (table, definition) in &world.tables {
            let TableLayout { size_offset, size_min, position, .. } = self.tables[table];
            if let Some(size_offset) = size_offset {
                self.fill_store(size_offset, &(size_min as u32).to_le_bytes());
            }
            if definition.init != Constant::Null {
                let element = reference_bytes(definition.init, facts);
                self.regions[position.0].image.fill_repeated(position.1, &element, size_min);
            }
        }
    }

    /// Sets initial bytes of the store, by offset from the origin.
    fn fill_store(&mut self, offset: i64, bytes: &[u8]) {
        let position = (offset + self.store_bytes as i64) as u64;
        self.regions[0].image.write(position, bytes);
    }
}

fn constant_bytes(constant: Constant, facts: &Facts) -> Vec<u8> {
    match constant {
        Constant::I32(value) => value.to_le_bytes().to_vec(),
        Constant::I64(value) => value.to_le_bytes().to_vec(),
        Constant::F32(bits) => bits.to_le_bytes().to_vec(),
        Constant::F64(bits) => bits.to_le_bytes().to_vec(),
        Constant::Null | Constant::Function(_) => reference_bytes(constant, facts).to_vec(),
    }
}

/// A reference as a table or global holds it.
pub(crate) fn reference_bytes(constant: Constant, facts: &Facts) -> [u8; 4] {
    match constant {
        Constant::Function(function) => facts.reference_number(function).to_le_bytes(),
        Constant::Null => [0; 4],
        other => unreachable!("validated as a reference: {other:?}"),
    }
}
