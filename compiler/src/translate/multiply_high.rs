//! High words of products. WebAssembly cannot multiply to 128 bits, so compilers
//! compute them from four products of half words, for divisions by constants and
//! for wide arithmetic, as in Hacker's Delight, section 8-2:
//!
//! ```text
//! t  = x1 * y0 + (x0 * y0 >>u 32)
//! w1 = x0 * y1 + (t & 0xffff_ffff)
//! hi = x1 * y1 + (t >> 32) + (w1 >> 32)
//! ```
//!
//! where `x0` and `x1` are the halves of `x`; the shifts are arithmetic for signed
//! factors. The last addition is where this is recognised. What led to it is then
//! without a use, and left out.

use super::definition;
use super::func::FuncTranslator;
use cranelift_codegen::ir::{DataFlowGraph, InstBuilder, Opcode, Value, types};

const HALF_BITS: i64 = 32;
const HALF_MASK: i64 = 0xffff_ffff;

/// One half of a factor, and so the factor as far as the half tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    /// Of `value >> shift`; Go merges the shift into those that make the halves.
    Shifted {
        value: Value,
        shift: i64,
    },
    Constant(u32),
}

#[derive(Clone, Copy)]
struct Factor {
    low: Half,
    high: Half,
}

impl FuncTranslator<'_, '_> {
    /// The sum's value, if it is the high word of a product.
    pub(super) fn multiplied_high(&mut self, left: Value, right: Value) -> Option<Value> {
        if !self.env.multiply_high {
            return None;
        }
        let dag = Dag { dfg: &self.builder.func.dfg };
        let [left, right] = [left, right].map(|value| dag.dfg.resolve_aliases(value));
        let (shift, [x, y]) = dag.high_word(left, right)?;
        let [x, y] = [x, y].map(|factor| self.factor(shift, factor));
        let ins = self.builder.ins();
        Some(if shift == Opcode::Sshr { ins.smulhi(x, y) } else { ins.umulhi(x, y) })
    }

    fn factor(&mut self, opcode: Opcode, factor: Factor) -> Value {
        match (factor.low, factor.high) {
            (Half::Constant(low), Half::Constant(high)) => {
                self.builder.ins().iconst(types::I64, i64::from(high) << HALF_BITS | i64::from(low))
            }
            (Half::Shifted { value, shift: 0 }, _) => value,
            (Half::Shifted { value, shift }, _) if opcode == Opcode::Sshr => {
                self.builder.ins().sshr_imm_u(value, shift)
            }
            (Half::Shifted { value, shift }, _) => self.builder.ins().ushr_imm_u(value, shift),
            (Half::Constant(_), Half::Shifted { .. }) => unreachable!("halves are of one kind"),
        }
    }
}

struct Dag<'a> {
    dfg: &'a DataFlowGraph,
}

impl Dag<'_> {
    /// The kind of shift and the factors.
    fn high_word(&self, left: Value, right: Value) -> Option<(Opcode, [Factor; 2])> {
        [(left, right), (right, left)].into_iter().find_map(|(sum, last)| {
            let shift = self.half_shift(last)?;
            let [first, second] = self.operands(sum, Opcode::Iadd)?;
            let orders =
                [(first, second, last), (second, first, last), (first, last, second), (second, last, first)];
            let factors =
                orders.into_iter().find_map(|(product, t, w1)| self.factors(shift, product, t, w1))?;
            Some((shift, factors))
        })
    }

    /// The factors, where the terms are `x1 * y1`, `t >> 32` and `w1 >> 32`.
    fn factors(&self, shift: Opcode, high: Value, t: Value, w1: Value) -> Option<[Factor; 2]> {
        let high = self.operands(high, Opcode::Imul)?;
        let (t, w1) = (self.shifted_by_half(t, shift)?, self.shifted_by_half(w1, shift)?);
        let of_w1 = self.operands(w1, Opcode::Iadd)?;
        let (second, _) = in_either_order(of_w1).find(|&(_, low)| self.masked(low) == Some(t))?;
        let of_t = self.operands(t, Opcode::Iadd)?;
        let (first, carry) =
            in_either_order(of_t).find(|&(_, carry)| self.shifted_by_half(carry, Opcode::Ushr).is_some())?;
        let low = self.operands(self.shifted_by_half(carry, Opcode::Ushr)?, Opcode::Imul)?;
        let [first, second] = [self.operands(first, Opcode::Imul)?, self.operands(second, Opcode::Imul)?];
        in_either_order(low).find_map(|(x0, y0)| {
            let (x0, y0) = (self.low_half(x0)?, self.low_half(y0)?);
            let x1 = self.other_half(shift, first, y0)?;
            let y1 = self.other_half(shift, second, x0)?;
            let is_highs = in_either_order(high).any(|(left, right)| {
                self.high_half(left, shift) == Some(x1) && self.high_half(right, shift) == Some(y1)
            });
            let factors = [Factor { low: x0, high: x1 }, Factor { low: y0, high: y1 }];
            (is_highs && factors.iter().all(|factor| factor.is_one_value())).then_some(factors)
        })
    }

    /// The high half that a product multiplies a low half with.
    fn other_half(&self, shift: Opcode, product: [Value; 2], low: Half) -> Option<Half> {
        in_either_order(product)
            .filter(|&(left, _)| self.low_half(left) == Some(low))
            .find_map(|(_, right)| self.high_half(right, shift))
    }

    fn low_half(&self, value: Value) -> Option<Half> {
        if let Some(constant) = self.constant(value) {
            return u32::try_from(constant).ok().map(Half::Constant);
        }
        let whole = self.masked(value)?;
        // Below 32 bits, both kinds of shift have the same low half.
        let shifted = [Opcode::Ushr, Opcode::Sshr].into_iter().find_map(|shift| self.shifted(whole, shift));
        match shifted {
            Some((value, shift)) if shift < HALF_BITS => Some(Half::Shifted { value, shift }),
            _ => Some(Half::Shifted { value: whole, shift: 0 }),
        }
    }

    fn high_half(&self, value: Value, shift: Opcode) -> Option<Half> {
        match self.constant(value) {
            Some(constant) if shift == Opcode::Sshr => {
                i32::try_from(constant).ok().map(|high| Half::Constant(high as u32))
            }
            Some(constant) => u32::try_from(constant).ok().map(Half::Constant),
            None => {
                let (value, shift) = self.shifted(value, shift)?;
                (shift >= HALF_BITS).then_some(Half::Shifted { value, shift: shift - HALF_BITS })
            }
        }
    }

    fn half_shift(&self, value: Value) -> Option<Opcode> {
        [Opcode::Ushr, Opcode::Sshr].into_iter().find(|&shift| self.shifted_by_half(value, shift).is_some())
    }

    fn shifted_by_half(&self, value: Value, opcode: Opcode) -> Option<Value> {
        let (value, shift) = self.shifted(value, opcode)?;
        (shift == HALF_BITS).then_some(value)
    }

    /// What is shifted to the right, perhaps twice, and by how many bits.
    fn shifted(&self, value: Value, opcode: Opcode) -> Option<(Value, i64)> {
        let (value, bits) = self.shifted_once(value, opcode)?;
        match self.shifted_once(value, opcode) {
            Some((inner, more)) if bits + more < 64 => Some((inner, bits + more)),
            _ => Some((value, bits)),
        }
    }

    fn shifted_once(&self, value: Value, opcode: Opcode) -> Option<(Value, i64)> {
        let [value, bits] = self.operands(value, opcode)?;
        let bits = self.constant(bits)?;
        (0..64).contains(&bits).then_some((value, bits))
    }

    /// The value whose low half this is.
    fn masked(&self, value: Value) -> Option<Value> {
        if let Some(operands) = self.operands(value, Opcode::Band) {
            return in_either_order(operands)
                .find(|&(_, mask)| self.constant(mask) == Some(HALF_MASK))
                .map(|(value, _)| value);
        }
        let narrow = definition::operand(self.dfg, value, Opcode::Uextend)?;
        let wide = definition::operand(self.dfg, narrow, Opcode::Ireduce)?;
        (self.dfg.value_type(narrow) == types::I32).then_some(wide)
    }

    fn constant(&self, value: Value) -> Option<i64> {
        definition::constant(self.dfg, value)
    }

    fn operands(&self, value: Value, wanted: Opcode) -> Option<[Value; 2]> {
        definition::operands(self.dfg, value, wanted)
    }
}

impl Factor {
    fn is_one_value(&self) -> bool {
        match (self.low, self.high) {
            (Half::Constant(_), Half::Constant(_)) => true,
            (low, high) => low == high,
        }
    }
}

fn in_either_order(pair: [Value; 2]) -> impl Iterator<Item = (Value, Value)> {
    let [left, right] = pair;
    [(left, right), (right, left)].into_iter()
}
