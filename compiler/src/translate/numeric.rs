//! Numeric operators that are more than one CLIF instruction, and the helpers
//! for those that are one.

use super::func::FuncTranslator;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData, Value, types};
use cranelift_frontend::FuncInstBuilder;
use wasmparser::Operator;

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

    pub(super) fn add_wide(&mut self) {
        let (left, right) = self.pop2();
        let sum = self.multiplied_high(left, right);
        let sum = sum.unwrap_or_else(|| self.builder.ins().iadd(left, right));
        self.push(sum);
    }

    /// Go keeps its 32-bit integers in an i64 and cuts them off by a mask.
    pub(super) fn and_wide(&mut self) {
        let (left, right) = self.pop2();
        let masks = [(left, right), (right, left)].map(|(value, mask)| (value, self.constant_i64(mask)));
        let masked = masks.into_iter().find_map(|(value, mask)| Some((value, u32::try_from(mask?).ok()?)));
        let result = match masked.filter(|_| self.env.zero_extension) {
            Some((value, u32::MAX)) if self.is_extension[value] => value,
            Some((value, u32::MAX)) => {
                let low = self.wrap(value);
                self.extended(low)
            }
            is_below => {
                let result = self.builder.ins().band(left, right);
                self.is_extension[result] = is_below.is_some();
                result
            }
        };
        self.push(result);
    }

    pub(super) fn shift_right_wide(&mut self) {
        let (left, right) = self.pop2();
        let result = self.builder.ins().ushr(left, right);
        let is_below = self.constant_i64(right).is_some_and(|bits| bits & 63 >= 32);
        self.is_extension[result] = is_below && self.env.zero_extension;
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

/// Whether an operator is one of those on two i32 that x86-64 takes from memory
/// as well; comparisons that a branch follows are none of them.
pub(super) fn is_i32_arithmetic(operator: &Operator<'_>) -> bool {
    use Operator::{I32Add, I32And, I32Mul, I32Or, I32Sub, I32Xor};
    matches!(operator, I32Add | I32Sub | I32Mul | I32And | I32Or | I32Xor)
}
