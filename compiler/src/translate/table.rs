//! Tables: an element is a reference number, 4 bytes, see
//! [`wasmc_abi::app::FuncRecord`].

use super::env::{DataSymbol, RuntimeFunction};
use super::func::{FuncTranslator, Region};
use super::place::Address;
use super::trap::raised;
use crate::layout::REFERENCE_BYTES;
use crate::world::TableId;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value, types};
use cranelift_entity::EntityRef;
use wasmc_abi::trap::TrapCode;

/// log2 of [`REFERENCE_BYTES`].
const REFERENCE_SHIFT: i64 = REFERENCE_BYTES.trailing_zeros() as i64;

impl FuncTranslator<'_, '_> {
    /// The element at an i32 index, or a trap with `code` where there is none.
    pub(super) fn table_element(&mut self, table: TableId, index: Value, code: TrapCode) -> Value {
        let address = self.element_address(table, index, code);
        let flags = self.trusted(Region::Table(table.index() as u32));
        self.builder.ins().load(types::I32, flags, address.base, address.offset)
    }

    pub(super) fn table_get(&mut self, table_index: u32) {
        let table = self.linked.tables[table_index as usize];
        let index = self.pop();
        let element = self.table_element(table, index, TrapCode::TableOutOfBounds);
        self.push(element);
    }

    pub(super) fn table_set(&mut self, table_index: u32) {
        let table = self.linked.tables[table_index as usize];
        let (index, element) = self.pop2();
        let address = self.element_address(table, index, TrapCode::TableOutOfBounds);
        let flags = self.trusted(Region::Table(table.index() as u32));
        self.builder.ins().store(flags, element, address.base, address.offset);
    }

    pub(super) fn table_size(&mut self, table_index: u32) {
        let table = self.linked.tables[table_index as usize];
        let size = self.size(table);
        let size = self.builder.ins().ireduce(types::I32, size);
        self.push(size);
    }

    pub(super) fn table_fill(&mut self, table_index: u32) {
        let table = self.linked.tables[table_index as usize];
        let (start, element, len) = self.pop3();
        let (start, len) = (self.extended(start), self.extended(len));
        self.check_table_range(table, start, len);
        self.fill_elements(table, start, element, len);
    }

    pub(super) fn table_grow(&mut self, table_index: u32) {
        let table = self.linked.tables[table_index as usize];
        let (element, delta) = self.pop2();
        let delta = self.extended(delta);
        let old_size = self.size(table);
        let new_size = self.builder.ins().iadd(old_size, delta);
        let layout = self.env.layout.tables[table];
        let size_max = layout.size_max as i64;
        let fits = self.builder.ins().icmp_imm_s(IntCC::UnsignedLessThanOrEqual, new_size, size_max);
        let (grows, done) = (self.builder.create_block(), self.builder.create_block());
        let result = self.builder.append_block_param(done, types::I32);
        let failed = self.builder.ins().iconst(types::I32, i64::from(u32::MAX));
        self.builder.ins().brif(fits, grows, &[], done, &[BlockArg::from(failed)]);
        self.builder.switch_to_block(grows);
        self.fill_elements(table, old_size, element, delta);
        let address = self.store_address(layout.size_offset.expect("a table that grows keeps its size"));
        let flags = self.trusted(Region::Store);
        self.builder.ins().istore32(flags, new_size, address.base, address.offset);
        let old_size = self.builder.ins().ireduce(types::I32, old_size);
        self.builder.ins().jump(done, &[BlockArg::from(old_size)]);
        self.builder.switch_to_block(done);
        self.push(result);
    }

    pub(super) fn table_copy(&mut self, to_index: u32, from_index: u32) {
        let (to, from, len) = self.pop3_extended();
        let to_table = self.linked.tables[to_index as usize];
        let from_table = self.linked.tables[from_index as usize];
        self.check_table_range(to_table, to, len);
        self.check_table_range(from_table, from, len);
        let to = self.unchecked_element_address(to_table, to);
        let from = self.unchecked_element_address(from_table, from);
        let (to, from) = (self.address_value(to), self.address_value(from));
        let bytes = self.builder.ins().ishl_imm_s(len, REFERENCE_SHIFT);
        self.call_runtime(RuntimeFunction::Copy, &[to, from, bytes]);
    }

    pub(super) fn table_init(&mut self, table_index: u32, segment: usize) {
        let (to, from, len) = self.pop3_extended();
        let len_offset = self.env.layout.elements[self.position][segment].len_offset;
        let segment_len = self.store_u32(len_offset);
        self.check_range(from, len, segment_len, TrapCode::TableOutOfBounds);
        let table = self.linked.tables[table_index as usize];
        self.copy_segment_to_table(table, segment, to, from, len);
    }

    /// Copies references of an element segment that are known to be in it.
    pub(super) fn copy_segment_to_table(
        &mut self,
        table: TableId,
        segment: usize,
        to: Value,
        from: Value,
        len: Value,
    ) {
        self.check_table_range(table, to, len);
        if self.env.layout.elements[self.position][segment].bytes.is_empty() {
            return;
        }
        let references = self.data_address(DataSymbol::Element { module: self.position, segment });
        let from_bytes = self.builder.ins().ishl_imm_s(from, REFERENCE_SHIFT);
        let from = self.builder.ins().iadd(references, from_bytes);
        let to = self.unchecked_element_address(table, to);
        let to = self.address_value(to);
        let bytes = self.builder.ins().ishl_imm_s(len, REFERENCE_SHIFT);
        self.call_runtime(RuntimeFunction::Copy, &[to, from, bytes]);
    }

    pub(super) fn elem_drop(&mut self, segment: usize) {
        let len_offset = self.env.layout.elements[self.position][segment].len_offset;
        self.clear_store_u32(len_offset);
    }

    /// The table's present size in elements, as i64.
    fn size(&mut self, table: TableId) -> Value {
        let layout = self.env.layout.tables[table];
        match layout.size_offset {
            Some(offset) => self.store_u32(offset),
            None => self.builder.ins().iconst(types::I64, layout.size_min as i64),
        }
    }

    fn check_table_range(&mut self, table: TableId, start: Value, len: Value) {
        let size = self.size(table);
        self.check_range(start, len, size, TrapCode::TableOutOfBounds);
    }

    fn element_address(&mut self, table: TableId, index: Value, code: TrapCode) -> Address {
        self.check_element_index(table, index, code);
        let index = self.extended(index);
        self.unchecked_element_address(table, index)
    }

    /// Traps with `code` where an i32 is no index of the table.
    pub(super) fn check_element_index(&mut self, table: TableId, index: Value, code: TrapCode) {
        let index = self.extended(index);
        let size = self.size(table);
        let is_outside = self.builder.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, size);
        self.builder.ins().trapnz(is_outside, raised(code));
    }

    /// The address of the element at a zero-extended index.
    fn unchecked_element_address(&mut self, table: TableId, index: Value) -> Address {
        let bytes = self.builder.ins().ishl_imm_s(index, REFERENCE_SHIFT);
        let place = self.env.place(self.env.layout.tables[table].offset);
        self.indexed_address(place, bytes, 0)
    }

    /// Sets `len` elements from `start` on, which are known to be in bounds.
    fn fill_elements(&mut self, table: TableId, start: Value, element: Value, len: Value) {
        let (header, body, done) =
            (self.builder.create_block(), self.builder.create_block(), self.builder.create_block());
        let position = self.builder.append_block_param(header, types::I64);
        let end = self.builder.ins().iadd(start, len);
        self.builder.ins().jump(header, &[BlockArg::from(start)]);
        self.builder.switch_to_block(header);
        let is_done = self.builder.ins().icmp(IntCC::Equal, position, end);
        self.builder.ins().brif(is_done, done, &[], body, &[]);
        self.builder.switch_to_block(body);
        let address = self.unchecked_element_address(table, position);
        let flags = self.trusted(Region::Table(table.index() as u32));
        self.builder.ins().store(flags, element, address.base, address.offset);
        let next = self.builder.ins().iadd_imm_s(position, 1);
        self.builder.ins().jump(header, &[BlockArg::from(next)]);
        self.builder.switch_to_block(done);
    }
}
