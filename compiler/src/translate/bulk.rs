//! Bulk operations on memories: bounds are checked here, as the specification
//! orders it, and the bytes are moved by the runtime.

use super::env::{DataSymbol, RuntimeFunction};
use super::func::{FuncTranslator, Region};
use super::trap::raised;
use crate::world::MemoryId;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use wasmc_abi::trap::TrapCode;

impl FuncTranslator<'_, '_> {
    pub(super) fn memory_copy(&mut self, to_index: u32, from_index: u32) {
        let (to, from, len) = self.pop3();
        let len_bytes = self.inline_len_bytes(len);
        let (to, from, len) = (self.extended(to), self.extended(from), self.extended(len));
        let to_memory = self.linked.memories[to_index as usize];
        let from_memory = self.linked.memories[from_index as usize];
        self.check_memory_range(to_memory, to, len);
        self.check_memory_range(from_memory, from, len);
        let to = self.memory_address(to_memory, to);
        let from = self.memory_address(from_memory, from);
        match len_bytes {
            Some(len_bytes) => self.copy_inline((to_memory, to), (from_memory, from), len_bytes),
            None => {
                self.call_runtime(RuntimeFunction::Copy, &[to, from, len]);
            }
        }
    }

    pub(super) fn memory_fill(&mut self, memory_index: u32) {
        let (at, byte, len) = self.pop3();
        let len_bytes = self.inline_len_bytes(len);
        let (at, len) = (self.extended(at), self.extended(len));
        let memory = self.linked.memories[memory_index as usize];
        self.check_memory_range(memory, at, len);
        let at = self.memory_address(memory, at);
        match len_bytes {
            Some(len_bytes) => self.fill_inline(memory, at, byte, len_bytes),
            None => {
                self.call_runtime(RuntimeFunction::Fill, &[at, byte, len]);
            }
        }
    }

    pub(super) fn memory_init(&mut self, memory_index: u32, segment: usize) {
        let (to, from, len) = self.pop3_extended();
        let len_offset = self.env.layout.data[self.position][segment].len_offset;
        let segment_len = self.store_u32(len_offset);
        self.check_range(from, len, segment_len, TrapCode::MemoryOutOfBounds);
        let memory = self.linked.memories[memory_index as usize];
        self.copy_segment_to_memory(memory, segment, to, from, len);
    }

    /// Copies bytes of a data segment that are known to be in it.
    pub(super) fn copy_segment_to_memory(
        &mut self,
        memory: MemoryId,
        segment: usize,
        to: Value,
        from: Value,
        len: Value,
    ) {
        self.check_memory_range(memory, to, len);
        // A segment that is no longer in the executable has length 0, so that
        // nothing is read through the address.
        if self.env.layout.data[self.position][segment].is_kept {
            let bytes = self.data_address(DataSymbol::Data { module: self.position, segment });
            let from = self.builder.ins().iadd(bytes, from);
            let to = self.memory_address(memory, to);
            self.call_runtime(RuntimeFunction::Copy, &[to, from, len]);
        }
    }

    pub(super) fn data_drop(&mut self, segment: usize) {
        let len_offset = self.env.layout.data[self.position][segment].len_offset;
        self.clear_store_u32(len_offset);
    }

    fn check_memory_range(&mut self, memory: MemoryId, start: Value, len: Value) {
        let len_bytes = self.memory_len_bytes(memory);
        self.check_range(start, len, len_bytes, TrapCode::MemoryOutOfBounds);
    }

    /// Traps unless `start + len <= limit`; all are zero-extended from i32, or
    /// a size, so that the sum cannot wrap.
    pub(super) fn check_range(&mut self, start: Value, len: Value, limit: Value, code: TrapCode) {
        let end = self.builder.ins().iadd(start, len);
        let is_outside = self.builder.ins().icmp(IntCC::UnsignedGreaterThan, end, limit);
        self.builder.ins().trapnz(is_outside, raised(code));
    }

    fn memory_address(&mut self, memory: MemoryId, index: Value) -> Value {
        let place = self.env.place(self.env.layout.memories[memory].offset);
        let address = self.indexed_address(place, index, 0);
        self.address_value(address)
    }

    pub(super) fn pop3_extended(&mut self) -> (Value, Value, Value) {
        let (first, second, third) = self.pop3();
        (self.extended(first), self.extended(second), self.extended(third))
    }

    /// A u32 of the store, zero-extended to i64.
    pub(super) fn store_u32(&mut self, offset: i64) -> Value {
        let address = self.store_address(offset);
        let flags = self.trusted(Region::Store);
        self.builder.ins().uload32(flags, address.base, address.offset)
    }

    pub(super) fn clear_store_u32(&mut self, offset: i64) {
        let address = self.store_address(offset);
        let flags = self.trusted(Region::Store);
        let zero = self.builder.ins().iconst(types::I32, 0);
        self.builder.ins().store(flags, zero, address.base, address.offset);
    }
}
