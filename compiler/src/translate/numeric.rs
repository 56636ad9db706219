//! Numeric operators that are more than one CLIF instruction, and the helpers
//! for those that are one.

use super::func::FuncTranslator;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData, Value, types};
use cranelift_frontend::FuncInstBuilder;

impl<'b> FuncTranslator<'_, 'b> {
    pub(super) fn unary(&mut self, build: impl FnOnce(FuncInstBuilder<'_, 'b>, Value) -> Value) {
        let operand = self.pop();
        let result = build(self.builder.ins(), operand);
        self.push(result);
    }

    pub(super) fn binary(&mut self, build: impl FnOnce(FuncInstBuilder<'_, 'b>, Value, Value) -> Value) {
        let (left, right) = self.pop2();
        let result = build(self.builder.ins(), left, right);
        self.push(result);
    }

    pub(super) fn compare(&mut self, condition: IntCC) {
        let (left, right) = self.pop2();
        let bit = self.builder.ins().icmp(condition, left, right);
        self.push_bit(bit);
    }

    pub(super) fn compare_floats(&mut self, condition: FloatCC) {
        let (left, right) = self.pop2();
        let bit = self.builder.ins().fcmp(condition, left, right);
        self.push_bit(bit);
    }

    pub(super) fn is_zero(&mut self) {
        let operand = self.pop();
        let bit = self.builder.ins().icmp_imm_s(IntCC::Equal, operand, 0);
        self.push_bit(bit);
    }

    /// Comparisons give i8 in CLIF and i32 in WebAssembly.
    fn push_bit(&mut self, bit: Value) {
        let wide = self.builder.ins().uextend(types::I32, bit);
        self.push(wide);
    }

    /// Reads the lowest `narrow` bits and extends their sign.
    pub(super) fn extend_sign(&mut self, narrow: ir::Type) {
        let operand = self.pop();
        let wide = self.builder.func.dfg.value_type(operand);
        let low = self.builder.ins().ireduce(narrow, operand);
        let result = self.builder.ins().sextend(wide, low);
        self.push(result);
    }

    pub(super) fn reinterpret(&mut self, to: ir::Type) {
        self.unary(|ins, operand| ins.bitcast(to, MemFlagsData::new(), operand));
    }
}
