//! The stack pointer as functions pass it on, see
//! [`crate::analysis::StackPointer`].

use super::func::FuncTranslator;
use cranelift_codegen::ir::{Value, types};

impl FuncTranslator<'_, '_> {
    /// Starts with the value that a caller has passed.
    pub(super) fn receive_stack_pointer(&mut self, value: Value) {
        let ty = self.builder.func.dfg.value_type(value);
        let variable = self.builder.declare_var(ty);
        self.builder.def_var(variable, value);
        self.stack_pointer = Some(variable);
    }

    /// In a function that the runtime calls: starts with the value in memory.
    pub(super) fn load_stack_pointer(&mut self) {
        if let Some(global) = self.env.stack_pointer {
            let value = self.global_in_memory(global);
            let value = self.stored(value);
            self.receive_stack_pointer(value);
        }
    }

    /// In a function that the runtime calls: puts the value back.
    pub(super) fn save_stack_pointer(&mut self) {
        if let Some(global) = self.env.stack_pointer {
            let value = self.stack_pointer_value();
            let value = self.read(value, types::I32);
            self.set_global_in_memory(global, value);
        }
    }

    /// The present value, as it is stored.
    pub(super) fn stack_pointer_value(&mut self) -> Value {
        let variable = self.stack_pointer.expect("functions that use it carry it");
        self.builder.use_var(variable)
    }

    /// Takes the value that a callee has given back.
    pub(super) fn set_stack_pointer(&mut self, stored: Value) {
        let variable = self.stack_pointer.expect("callers of those that carry it carry it");
        self.builder.def_var(variable, stored);
    }
}
