//! What straight-line code has just stored to memory or loaded from it, so that
//! it is not loaded again. Go passes arguments and results through memory near
//! its stack pointer; where a call has been replaced by the callee's body, this
//! is what makes them values again.
//!
//! Addresses are compared as a value plus a constant. That needs the sum not to
//! wrap at 2^32, which an access before it proves: memories are kept a little
//! smaller than 4 GiB ([`crate::layout`]), and an address that has been accessed
//! is further from 2^32 than [`DISTANCE_MAX`].

use super::definition::{constant, operands};
use super::func::FuncTranslator;
use crate::world::{Constant, MemoryId};
use cranelift_codegen::ir::{self, InstBuilder, Opcode, Value, types};
use cranelift_entity::SecondaryMap;
use std::collections::HashMap;

/// Largest difference of addresses that is followed, in bytes; less than what memories
/// lack to 4 GiB.
const DISTANCE_MAX: i64 = 32768;
/// So many facts are kept; more would cost time and rarely help.
const CONTENTS_MAX: usize = 48;

/// So many sums of a value with constants are compared with another one.
const ANCHORS_MAX: usize = 8;

/// So many addresses are shown to other places, where they are compared with those
/// of other ways: each branch would take time for each access before it.
const SHOWN_MAX: usize = 64;

/// So many steps are followed from an address to what it was derived from, so
/// that long chains of them take no more time for each link.
const STEPS_MAX: usize = 8;

/// A position in a memory: a zero-extended value, and a distance from it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub memory: MemoryId,
    root: Value,
    offset: i64,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Content {
    position: Position,
    ty: ir::Type,
    value: Value,
}

#[derive(Default)]
pub(super) struct Knowledge {
    /// Zero-extended values that are another one plus a constant, modulo 2^32.
    derived: HashMap<Value, (Value, i64)>,
    /// Zero-extended values that were an address of an access.
    in_bounds: SecondaryMap<Value, bool>,
    /// The same, in the order in which it was seen.
    trail: Vec<Value>,
    /// For values not in bounds themselves, sums with a constant that were addresses,
    /// and that constant: somewhat larger sums lie above one of them.
    anchors: HashMap<Value, Vec<(Value, i64)>>,
    contents: Vec<Content>,
}

impl Knowledge {
    pub fn contents(&self) -> &[Content] {
        &self.contents
    }

    /// How many addresses are known.
    pub fn mark(&self) -> usize {
        self.trail.len()
    }

    /// Addresses known since `mark`, and of many the newest.
    pub fn in_bounds_since(&self, mark: usize) -> &[Value] {
        let all = self.trail.get(mark..).unwrap_or_default();
        all.last_chunk::<SHOWN_MAX>().map_or(all, |newest| newest)
    }

    /// Forgets what has been known since `mark` and before of memory; goes on
    /// with this.
    pub fn recall(&mut self, mark: usize, contents: Vec<Content>, in_bounds: &[Value]) {
        for value in self.trail.drain(mark..) {
            self.in_bounds[value] = false;
        }
        self.contents = contents;
        in_bounds.iter().for_each(|&value| self.add_access(value));
    }

    pub fn set_contents(&mut self, contents: Vec<Content>) {
        self.contents = contents;
    }

    /// After something that may write anywhere.
    pub fn forget_contents(&mut self) {
        self.contents.clear();
    }

    pub fn add_access(&mut self, address: Value) {
        if std::mem::replace(&mut self.in_bounds[address], true) {
            return;
        }
        self.trail.push(address);
        if let Some(&(parent, distance)) = self.derived.get(&address)
            && self.anchor(parent, distance).is_none()
        {
            let anchors = self.anchors.entry(parent).or_default();
            if anchors.len() == ANCHORS_MAX {
                anchors.remove(0);
            }
            anchors.push((address, distance));
        }
    }

    /// A value in bounds and the distance from it at which `parent` plus
    /// `distance` lies, without wrapping.
    fn anchor(&self, parent: Value, distance: i64) -> Option<(Value, i64)> {
        let is_above = |there: i64| (1..=DISTANCE_MAX).contains(&(distance - there));
        if self.in_bounds[parent] && is_above(0) {
            return Some((parent, distance));
        }
        let mut anchors = self.anchors.get(&parent)?.iter();
        let &(anchor, there) = anchors.find(|&&(anchor, there)| self.in_bounds[anchor] && is_above(there))?;
        Some((anchor, distance - there))
    }

    /// One step from a derived address to what it was derived from, if their
    /// difference is exact.
    fn step(&self, address: Value) -> Option<(Value, i64)> {
        let &(parent, distance) = self.derived.get(&address)?;
        if distance.abs() > DISTANCE_MAX {
            return None;
        }
        let proof = if distance < 0 { address } else { parent };
        self.in_bounds[proof].then_some((parent, distance))
    }

    /// The address in terms of the value at the start of the chain.
    pub fn position(&self, memory: MemoryId, address: Value, offset: u64) -> Position {
        let mut position = Position { memory, root: address, offset: offset as i64 };
        for _ in 0..STEPS_MAX {
            let Some((parent, distance)) = self.step(position.root) else {
                break;
            };
            position.root = parent;
            position.offset += distance;
        }
        position
    }

    /// The same only over additions, which then need no instruction.
    pub fn without_additions(&self, address: Value, offset: u64) -> (Value, u64) {
        let (mut root, mut total) = (address, offset);
        for _ in 0..STEPS_MAX {
            let Some((parent, distance)) = self.step(root).filter(|&(_, distance)| distance > 0) else {
                break;
            };
            root = parent;
            total += distance as u64;
        }
        (root, total)
    }

    pub fn content(&self, position: Position, ty: ir::Type) -> Option<Value> {
        let known = self.contents.iter().find(|content| content.position == position && content.ty == ty);
        known.map(|content| content.value)
    }

    pub fn add_content(&mut self, position: Position, ty: ir::Type, value: Value) {
        if self.contents.len() == CONTENTS_MAX {
            self.contents.remove(0);
        }
        self.contents.push(Content { position, ty, value });
    }

    /// Forgets what a store of `bytes` may change: all but what lies beside it
    /// at a known distance.
    pub fn store(&mut self, position: Position, bytes: u64) {
        let end = position.offset + bytes as i64;
        self.contents.retain(|content| {
            let known = content.position;
            known.memory != position.memory
                || known.root == position.root
                    && (known.offset >= end
                        || known.offset + i64::from(content.ty.bytes()) <= position.offset)
        });
    }
}

/// The type of what an access of 8 or 16 bits moves.
pub(super) fn part_type(opcode: Opcode) -> Option<ir::Type> {
    match opcode {
        Opcode::Uload8 | Opcode::Sload8 | Opcode::Istore8 => Some(types::I8),
        Opcode::Uload16 | Opcode::Sload16 | Opcode::Istore16 => Some(types::I16),
        _ => None,
    }
}

impl FuncTranslator<'_, '_> {
    /// What a load would read, if that is known: what was stored there, or its
    /// lower part.
    pub(super) fn known_content(
        &mut self,
        opcode: Opcode,
        ty: ir::Type,
        position: Position,
    ) -> Option<Value> {
        if !self.env.store_forwarding {
            return None;
        }
        if let (Opcode::Load, known @ Some(_)) = (opcode, self.known.content(position, ty)) {
            return known;
        }
        if let Some(part) = part_type(opcode) {
            let stored = self.known.content(position, part)?;
            return Some(self.part_of(stored, part, opcode, ty));
        }
        let is_half = matches!(opcode, Opcode::Uload32 | Opcode::Sload32);
        if !is_half && (opcode, ty) != (Opcode::Load, types::I32) {
            return None;
        }
        let narrow = match self.known.content(position, types::I32) {
            Some(narrow) => narrow,
            None => {
                let wide = self.known.content(position, types::I64)?;
                self.wrap(wide)
            }
        };
        Some(match opcode {
            Opcode::Uload32 => self.extended(narrow),
            Opcode::Sload32 => self.builder.ins().sextend(types::I64, narrow),
            _ => narrow,
        })
    }

    /// What a load of 8 or 16 bits makes of the value that was stored there.
    fn part_of(&mut self, stored: Value, part: ir::Type, opcode: Opcode, ty: ir::Type) -> Value {
        let value = match (self.builder.func.dfg.value_type(stored), ty) {
            (types::I64, types::I32) => self.wrap(stored),
            (types::I32, types::I64) => self.extended(stored),
            _ => stored,
        };
        if matches!(opcode, Opcode::Sload8 | Opcode::Sload16) {
            let part = self.builder.ins().ireduce(part, value);
            return self.builder.ins().sextend(ty, part);
        }
        let mask = (1 << part.bits()) - 1;
        let part = self.builder.ins().band_imm_u(value, mask);
        if ty == types::I64 {
            self.is_extension[part] = self.env.zero_extension;
        }
        part
    }

    /// Adds `distance` to an i32, and notes it for addresses made of the sum.
    pub(super) fn add_distance(&mut self, value: Value, distance: i64) -> Value {
        let parent = self.extended(value);
        if let Some(origin) = self.cancelled(parent, distance) {
            return self.narrowed(origin);
        }
        if let Some((anchor, distance)) = self.known.anchor(parent, distance) {
            return self.above(anchor, distance);
        }
        let sum = self.builder.ins().iadd_imm_s(value, distance);
        let wide = self.builder.ins().uextend(types::I64, sum);
        self.extensions[sum] = wide.into();
        self.known.derived.insert(wide, (parent, distance));
        sum
    }

    /// The value that `distance` leads back to.
    fn cancelled(&self, parent: Value, distance: i64) -> Option<Value> {
        let &(origin, there) = self.known.derived.get(&parent)?;
        // Modulo 2^32 this is exact whatever has been accessed.
        (there + distance == 0).then_some(origin)
    }

    /// The constant that an i32 addition or subtraction adds to its first
    /// operand, if it is one to follow.
    pub(super) fn followed_distance(&self, operand: Value, is_subtraction: bool) -> Option<i64> {
        if !self.env.store_forwarding || !self.env.zero_extension {
            return None;
        }
        let constant = self.constant_i32(operand)? as i32;
        let distance = if is_subtraction { constant.wrapping_neg() } else { constant };
        (distance != 0).then_some(distance.into())
    }

    /// The i32 in an i64; where that is a zero-extended value plus a constant,
    /// as Go computes addresses in its frame, its zero-extension is known.
    pub(super) fn wrap(&mut self, value: Value) -> Value {
        if let Some(constant) = self.constant_i64(value) {
            return self.constant(Constant::I32(constant as i32));
        }
        if self.is_extension[value] {
            return self.narrowed(value);
        }
        let Some((parent, distance)) = self.extended_sum(value) else {
            return self.builder.ins().ireduce(types::I32, value);
        };
        if let Some((anchor, distance)) = self.known.anchor(parent, distance) {
            return self.above(anchor, distance);
        }
        let narrow = self.builder.ins().ireduce(types::I32, value);
        let wide = self.builder.ins().uextend(types::I64, narrow);
        self.extensions[narrow] = wide.into();
        self.known.derived.insert(wide, (parent, distance));
        narrow
    }

    /// The i32 at a distance above a value in bounds.
    fn above(&mut self, anchor: Value, distance: i64) -> Value {
        // A value of its own, since only here it is known to be below 2^32.
        let wide = self.builder.ins().iadd_imm_s(anchor, distance);
        self.known.derived.insert(wide, (anchor, distance));
        self.narrowed(wide)
    }

    fn extended_sum(&self, value: Value) -> Option<(Value, i64)> {
        if !self.env.store_forwarding || !self.env.zero_extension {
            return None;
        }
        let dfg = &self.builder.func.dfg;
        let [left, right] = operands(dfg, value, Opcode::Iadd)?;
        let distance = constant(dfg, right)?;
        (self.is_extension[left] && (1..=DISTANCE_MAX).contains(&distance)).then_some((left, distance))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_bounded_and_the_newest() {
        let mut knowledge = Knowledge::default();
        let addresses: Vec<Value> = (0..1000).map(Value::from_u32).collect();
        addresses.iter().for_each(|&address| knowledge.add_access(address));
        assert_eq!(knowledge.in_bounds_since(0), &addresses[1000 - SHOWN_MAX..]);
        assert_eq!(knowledge.in_bounds_since(990), &addresses[990..]);
        assert_eq!(knowledge.in_bounds_since(1000), &[]);
    }

    #[test]
    fn what_was_known_before_a_frame_outlives_it() {
        let mut knowledge = Knowledge::default();
        let [before, within, shown] = [0, 1, 2].map(Value::from_u32);
        knowledge.add_access(before);
        let mark = knowledge.mark();
        knowledge.add_access(within);
        knowledge.recall(mark, Vec::new(), &[shown]);
        assert_eq!([before, within, shown].map(|value| knowledge.in_bounds[value]), [true, false, true]);
        assert_eq!(knowledge.in_bounds_since(0), &[before, shown]);
    }

    #[test]
    fn an_anchor_is_below_and_no_further_than_an_access_proves() {
        let mut knowledge = Knowledge::default();
        let [parent, sum] = [0, 1].map(Value::from_u32);
        knowledge.derived.insert(sum, (parent, -DISTANCE_MAX));
        assert_eq!(knowledge.anchor(parent, 8), None);
        knowledge.add_access(sum);
        assert_eq!(knowledge.anchor(parent, 0), Some((sum, DISTANCE_MAX)));
        for distance in [1, -DISTANCE_MAX] {
            assert_eq!(knowledge.anchor(parent, distance), None);
        }
    }
}
