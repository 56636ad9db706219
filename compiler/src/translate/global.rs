//! Globals: constants, the stack pointer, and those in memory.

use super::func::{FuncTranslator, Region};
use crate::world::GlobalId;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use cranelift_entity::EntityRef;
use wasmparser::ValType;

impl FuncTranslator<'_, '_> {
    pub fn global_get(&mut self, global_index: u32) {
        let global = self.linked.globals[global_index as usize];
        let definition = &self.env.world.globals[global];
        let value = if self.env.stack_pointer == Some(global) {
            let stored = self.stack_pointer_value();
            self.read(stored, types::I32)
        } else if self.env.facts.global_written[global] {
            let is_wide = definition.ty.content_type == ValType::I64;
            if self.next_wraps && is_wide && self.env.zero_extension {
                self.global_low_half(global)
            } else {
                self.global_in_memory(global)
            }
        } else {
            self.constant(definition.init)
        };
        self.push(value);
    }

    pub fn global_set(&mut self, global_index: u32) {
        let global = self.linked.globals[global_index as usize];
        let value = self.pop();
        if self.env.stack_pointer == Some(global) {
            let stored = self.stored(value);
            self.set_stack_pointer(stored);
        } else {
            self.set_global_in_memory(global, value);
        }
    }

    /// A global's value, from memory.
    pub(super) fn global_in_memory(&mut self, global: GlobalId) -> Value {
        let ty = super::env::clif_type(self.env.world.globals[global].ty.content_type);
        let address = self.store_address(self.env.layout.globals[global]);
        let flags = self.trusted(Region::Global(global.index() as u32));
        if ty == types::I32 && self.env.zero_extension {
            let wide = self.builder.ins().uload32(flags, address.base, address.offset);
            return self.narrowed(wide);
        }
        self.builder.ins().load(ty, flags, address.base, address.offset)
    }

    /// The lower half of an i64 global, zero-extended, where only that is wanted.
    pub(super) fn global_low_half(&mut self, global: GlobalId) -> Value {
        let address = self.store_address(self.env.layout.globals[global]);
        let flags = self.trusted(Region::Global(global.index() as u32));
        let wide = self.builder.ins().uload32(flags, address.base, address.offset);
        self.is_extension[wide] = true;
        wide
    }

    pub(super) fn set_global_in_memory(&mut self, global: GlobalId, value: Value) {
        let address = self.store_address(self.env.layout.globals[global]);
        let flags = self.trusted(Region::Global(global.index() as u32));
        self.builder.ins().store(flags, value, address.base, address.offset);
    }
}
