//! Element and data segments. Those that are proven in bounds, and that no
//! earlier segment can keep from being applied by trapping, are flattened into
//! the initial images; the rest is left for instantiation, in order.

use super::{Layout, REFERENCE_BYTES, reference_bytes};
use crate::analysis::Facts;
use crate::module::{Element, Placement};
use crate::world::{Constant, World, as_u32};

/// What code needs to know of an element segment.
pub(crate) struct ElementSegment {
    /// Where its present length in elements is kept, as a u32; 0 once dropped.
    pub len_offset: i64,
    /// Its references as bytes; empty where no code can reach them.
    pub bytes: Vec<u8>,
    len: u32,
}

/// What code needs to know of a data segment.
pub(crate) struct DataSegment {
    /// Where its present length in bytes is kept, as a u32; 0 once dropped.
    pub len_offset: i64,
    /// Whether its bytes must be in the executable besides the images.
    pub is_kept: bool,
}

/// An active segment that instantiation applies; positions are indices of the
/// module's segments.
#[derive(Clone, Copy)]
pub(crate) enum RuntimeSegment {
    Element { segment: usize, table: u32, offset: u32 },
    Data { segment: usize, memory: u32, offset: u32 },
}

/// Gives every segment its length word in the store.
pub(super) fn place(layout: &mut Layout, world: &World<'_>) {
    for linked in &world.modules {
        let module = &linked.module;
        let elements = module.elements.iter().map(|element| ElementSegment {
            len_offset: layout.store_allocate(4, 4),
            bytes: Vec::new(),
            len: element.items.len() as u32,
        });
        let elements = elements.collect();
        layout.elements.push(elements);
        let data = module.data.iter().map(|_| layout.store_allocate(4, 4)).collect::<Vec<_>>();
        let data = data.into_iter().map(|len_offset| DataSegment { len_offset, is_kept: false });
        layout.data.push(data.collect());
    }
}

/// Moves the length words with the store.
pub(super) fn shift(layout: &mut Layout, shift: i64) {
    for segment in layout.elements.iter_mut().flatten() {
        segment.len_offset -= shift;
    }
    for segment in layout.data.iter_mut().flatten() {
        segment.len_offset -= shift;
    }
}

/// Flattens what can be, and lists the rest for instantiation.
pub(super) fn fill(layout: &mut Layout, world: &World<'_>, facts: &Facts) {
    for position in 0..world.modules.len() {
        let mut at_run_time = Vec::new();
        fill_elements(layout, world, facts, position, &mut at_run_time);
        fill_data(layout, world, position, &mut at_run_time);
        layout.at_run_time.push(at_run_time);
    }
}

fn fill_elements(
    layout: &mut Layout,
    world: &World<'_>,
    facts: &Facts,
    position: usize,
    at_run_time: &mut Vec<RuntimeSegment>,
) {
    let linked = &world.modules[position];
    for (segment, element) in linked.module.elements.iter().enumerate() {
        match &element.placement {
            Placement::Declared => {}
            Placement::Passive => {
                let (len_offset, len) = {
                    let kept = &mut layout.elements[position][segment];
                    kept.bytes = segment_bytes(world, facts, position, element);
                    (kept.len_offset, kept.len)
                };
                layout.fill_store(len_offset, &len.to_le_bytes());
            }
            Placement::Active { index, offset } => {
                let offset = as_u32(world.constant(position, offset));
                let bytes = segment_bytes(world, facts, position, element);
                let table = layout.tables[linked.tables[*index as usize]];
                let end = u64::from(offset) + bytes.len() as u64 / REFERENCE_BYTES;
                let is_own = *index >= linked.module.imported.tables;
                if is_own && at_run_time.is_empty() && end <= table.size_min {
                    let (region, start) = table.position;
                    let at = start + u64::from(offset) * REFERENCE_BYTES;
                    layout.regions[region].image.write(at, &bytes);
                } else {
                    layout.elements[position][segment].bytes = bytes;
                    at_run_time.push(RuntimeSegment::Element { segment, table: *index, offset });
                }
            }
        }
    }
}

fn fill_data(layout: &mut Layout, world: &World<'_>, position: usize, at_run_time: &mut Vec<RuntimeSegment>) {
    let linked = &world.modules[position];
    for (segment, data) in linked.module.data.iter().enumerate() {
        match &data.placement {
            Placement::Declared => unreachable!("only element segments can be declared"),
            Placement::Passive => {
                layout.data[position][segment].is_kept = true;
                let len_offset = layout.data[position][segment].len_offset;
                layout.fill_store(len_offset, &(data.bytes.len() as u32).to_le_bytes());
            }
            Placement::Active { index, offset } => {
                let offset = as_u32(world.constant(position, offset));
                let memory = linked.memories[*index as usize];
                let end = u64::from(offset) + data.bytes.len() as u64;
                let min_bytes = world.memories[memory].initial * wasmc_abi::app::PAGE_BYTES;
                let is_own = *index >= linked.module.imported.memories;
                if is_own && at_run_time.is_empty() && end <= min_bytes {
                    let region = layout.memories[memory].region;
                    layout.regions[region].image.write(offset.into(), data.bytes);
                } else {
                    layout.data[position][segment].is_kept = true;
                    at_run_time.push(RuntimeSegment::Data { segment, memory: *index, offset });
                }
            }
        }
    }
}

fn segment_bytes(world: &World<'_>, facts: &Facts, position: usize, element: &Element<'_>) -> Vec<u8> {
    let constants: Vec<Constant> = world.element_constants(position, element);
    constants.into_iter().flat_map(|constant| reference_bytes(constant, facts)).collect()
}
