//! Tables whose elements are the same from the first instruction to the last.

use super::{Layout, RuntimeSegment};
use crate::analysis::Facts;
use crate::module::Placement;
use crate::world::{Constant, TableId, World, as_u32};
use cranelift_entity::SecondaryMap;

/// Larger tables are left alone: their copies would take too much room.
const ELEMENTS_MAX: u64 = 1 << 20;

/// The elements of each table that no code writes and no instantiation changes.
pub(super) fn unchanging(
    layout: &Layout,
    world: &World<'_>,
    facts: &Facts,
) -> SecondaryMap<TableId, Option<Vec<Constant>>> {
    let mut contents: SecondaryMap<TableId, Option<Vec<Constant>>> = SecondaryMap::new();
    for (table, definition) in &world.tables {
        let size = layout.tables[table].size_min;
        if !facts.table_written[table] && size <= ELEMENTS_MAX {
            contents[table] = Some(vec![definition.init; size as usize]);
        }
    }
    for (position, linked) in world.modules.iter().enumerate() {
        for (segment, element) in linked.module.elements.iter().enumerate() {
            let Placement::Active { index, offset } = &element.placement else {
                continue;
            };
            let table = linked.tables[*index as usize];
            let is_late = layout.at_run_time[position].iter().any(
                |late| matches!(late, RuntimeSegment::Element { segment: late, .. } if *late == segment),
            );
            if is_late {
                contents[table] = None;
            }
            let Some(elements) = &mut contents[table] else {
                continue;
            };
            let start = as_u32(world.constant(position, offset)) as usize;
            let constants = world.element_constants(position, element);
            elements[start..start + constants.len()].copy_from_slice(&constants);
        }
    }
    contents
}
