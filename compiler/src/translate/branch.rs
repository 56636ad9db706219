//! Branches to one place.

use super::definition::equality_of_sum;
use super::frame::FrameKind;
use super::func::FuncTranslator;
use cranelift_codegen::ir::{InstBuilder, Value, types};

impl FuncTranslator<'_, '_> {
    pub fn br(&mut self, depth: u32) {
        let position = self.frames.len() - 1 - depth as usize;
        if !self.copy_dispatch(position) && !self.copy_tail(position) {
            let (target, args) = self.branch(depth);
            self.builder.ins().jump(target, &args);
            self.show_at_end(position);
        }
        self.end_of_reachable();
    }

    pub fn br_if(&mut self, depth: u32) {
        let condition = self.pop();
        match self.constant_i32(condition) {
            Some(0) => return,
            Some(_) => return self.br(depth),
            None => {}
        }
        let position = self.frames.len() - 1 - depth as usize;
        let condition = self.condition_of_sum(position, condition);
        let next = self.builder.create_block();
        let unwinds = self.is_unwinding(condition);
        let (target, args) = self.branch(depth);
        if unwinds {
            self.builder.set_cold_block(target);
        }
        self.builder.ins().brif(condition, target, &args, next, &[]);
        self.builder.seal_block(next);
        self.builder.switch_to_block(next);
        self.show_at_end(position);
    }

    /// The condition of a branch to a loop. Cranelift compares what a counter was
    /// before it was counted up, which then needs a register of its own and a move
    /// in each round; it leaves a comparison of the zero-extended sum as it is.
    fn condition_of_sum(&mut self, position: usize, condition: Value) -> Value {
        let is_loop = matches!(self.frames[position].kind, FrameKind::Loop);
        let Some((comparison, sum, limit)) = equality_of_sum(&self.builder.func.dfg, condition) else {
            return condition;
        };
        if !is_loop || !self.env.zero_extension || limit > i64::from(i32::MAX) {
            return condition;
        }
        let (sum, limit) = (self.extended(sum), self.builder.ins().iconst(types::I64, limit));
        self.builder.ins().icmp(comparison, sum, limit)
    }
}
