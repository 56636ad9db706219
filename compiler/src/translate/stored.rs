//! How values are kept between instructions: an i32 lies zero-extended in 64
//! bits, so that it is an address without a further instruction.

use super::definition::constant;
use super::func::FuncTranslator;
use cranelift_codegen::ir::{self, BlockArg, InstBuilder, Value, types};

impl FuncTranslator<'_, '_> {
    /// An i32 zero-extended to i64.
    pub(super) fn extended(&mut self, value: Value) -> Value {
        if let Some(wide) = self.extensions[value].expand().or_else(|| self.extended_in_block(value)) {
            return wide;
        }
        let wide = match self.constant_i32(value) {
            Some(constant) => self.builder.ins().iconst(types::I64, i64::from(constant)),
            None => self.builder.ins().uextend(types::I64, value),
        };
        self.is_extension[wide] = true;
        self.extensions_in_block[value] = wide.into();
        wide
    }

    /// The extension that was made in this block. One value for all accesses of an
    /// address is what knowledge of them is kept by.
    fn extended_in_block(&self, value: Value) -> Option<Value> {
        let wide = self.extensions_in_block[value].expand()?;
        let definition = self.builder.func.dfg.value_def(wide).inst()?;
        let block = self.builder.func.layout.inst_block(definition);
        (block == self.builder.current_block()).then_some(wide)
    }

    /// The i32 in an i64 that is known to be zero-extended.
    pub(super) fn narrowed(&mut self, wide: Value) -> Value {
        let narrow = self.builder.ins().ireduce(types::I32, wide);
        self.extensions[narrow] = wide.into();
        self.is_extension[wide] = true;
        narrow
    }

    /// A value as locals, parameters and results keep it.
    pub(super) fn stored(&mut self, value: Value) -> Value {
        let ty = self.builder.func.dfg.value_type(value);
        if ty == self.env.stored_type(ty) { value } else { self.extended(value) }
    }

    /// A value of type `ty` that was [`FuncTranslator::stored`].
    pub(super) fn read(&mut self, stored: Value, ty: ir::Type) -> Value {
        if self.builder.func.dfg.value_type(stored) == ty { stored } else { self.narrowed(stored) }
    }

    pub(super) fn stored_all(&mut self, values: &[Value]) -> Vec<Value> {
        values.iter().map(|&value| self.stored(value)).collect()
    }

    pub(super) fn block_args(&mut self, values: &[Value]) -> Vec<BlockArg> {
        values.iter().map(|&value| BlockArg::from(self.stored(value))).collect()
    }

    /// The constant that an i32 is known to be.
    pub(super) fn constant_i32(&self, value: Value) -> Option<u32> {
        constant(&self.builder.func.dfg, value).map(|constant| constant as u32)
    }

    /// The constant that an i64 is known to be.
    pub(super) fn constant_i64(&self, value: Value) -> Option<i64> {
        constant(&self.builder.func.dfg, value)
    }
}
