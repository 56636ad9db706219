//! The table of addresses that code loads from instead of computing them.

use std::collections::HashMap;

use super::symbols::Definition;

pub const SLOT_BYTES: u64 = 8;

/// One slot for each address that some instruction loads, in the order in
/// which they were found.
#[derive(Default)]
pub struct Got {
    slots: Vec<Definition>,
    positions: HashMap<Definition, usize>,
}

impl Got {
    pub fn add(&mut self, definition: Definition) {
        let next = self.slots.len();
        if *self.positions.entry(definition).or_insert(next) == next {
            self.slots.push(definition);
        }
    }

    pub fn slots(&self) -> &[Definition] {
        &self.slots
    }

    pub fn size_bytes(&self) -> u64 {
        self.slots.len() as u64 * SLOT_BYTES
    }

    /// Bytes from the table's start, if there is a slot for this address.
    pub fn offset(&self, definition: Definition) -> Option<u64> {
        self.positions.get(&definition).map(|&position| position as u64 * SLOT_BYTES)
    }
}
