//! Blocks, branches and unreachable code.

use super::env::clif_type;
use super::frame::{Carried, Frame, FrameKind};
use super::func::FuncTranslator;
use cranelift_codegen::ir::{self, Block, BlockArg, InstBuilder, Value};
use wasmparser::{BlockType, ValType};

impl FuncTranslator<'_, '_> {
    pub fn push_function_frame(&mut self, results: &[ValType]) {
        let results = clif_types(results);
        let target = self.block_with_params(&results);
        self.frames.push(Frame::new(
            FrameKind::Function,
            target,
            results,
            self.stack.len(),
            self.known.mark(),
        ));
    }

    pub fn block(&mut self, ty: BlockType) {
        if !self.reachable {
            return self.push_dead();
        }
        let (params, results) = self.block_types(ty);
        let target = self.block_with_params(&results);
        self.frames.push(Frame::new(
            FrameKind::Block,
            target,
            results,
            self.stack.len() - params.len(),
            self.known.mark(),
        ));
    }

    pub fn loop_(&mut self, ty: BlockType) {
        if !self.reachable {
            return self.push_dead();
        }
        let (params, results) = self.block_types(ty);
        let header = self.block_with_params(&params);
        let height = self.stack.len() - params.len();
        let values = self.stack.split_off(height);
        let args = self.block_args(&values);
        self.builder.ins().jump(header, &args);
        self.builder.switch_to_block(header);
        let mark = self.known.mark();
        self.forget_since(mark);
        self.push_block_params(header, &params);
        self.frames.push(Frame {
            branch_types: params,
            ..Frame::new(FrameKind::Loop, header, results, height, mark)
        });
    }

    pub fn if_(&mut self, ty: BlockType) {
        if !self.reachable {
            return self.push_dead();
        }
        let condition = self.pop();
        let (params, results) = self.block_types(ty);
        let target = self.block_with_params(&results);
        let (then, otherwise) = (self.builder.create_block(), self.builder.create_block());
        if self.is_unwinding(condition) {
            self.builder.set_cold_block(then);
        }
        self.builder.ins().brif(condition, then, &[], otherwise, &[]);
        self.builder.seal_block(then);
        self.builder.seal_block(otherwise);
        self.builder.switch_to_block(then);
        let height = self.stack.len() - params.len();
        let mark = self.known.mark();
        let shown = self.shown_since(mark);
        self.frames.push(Frame::new(
            FrameKind::If { otherwise, params: self.stack[height..].to_vec(), shown },
            target,
            results,
            height,
            mark,
        ));
    }

    pub fn else_(&mut self) {
        let frame = self.frames.last_mut().expect("validation pairs else with if");
        let FrameKind::If { otherwise, params, shown } = std::mem::replace(&mut frame.kind, FrameKind::Else)
        else {
            frame.kind = FrameKind::Dead;
            return;
        };
        let (height, mark) = (frame.height, frame.mark);
        if self.reachable {
            self.jump_to_end();
        }
        self.builder.switch_to_block(otherwise);
        self.recall(mark, shown);
        self.stack.truncate(height);
        self.stack.extend(params);
        self.reachable = true;
    }

    pub fn end(&mut self) {
        match &self.frames.last().expect("validation pairs end with a block").kind {
            FrameKind::Dead => {
                self.frames.pop();
            }
            FrameKind::Loop => self.end_loop(),
            FrameKind::If { .. } => self.end_if_without_else(),
            FrameKind::Function => {
                if self.reachable && self.unwind() {
                    self.end_of_reachable();
                }
                self.end_block();
            }
            FrameKind::Block | FrameKind::Else => self.end_block(),
        }
        if self.frames.is_empty() && self.reachable {
            let results = std::mem::take(&mut self.stack);
            self.leave(&results);
            self.reachable = false;
        }
    }

    /// A loop's end is no branch target: control falls out of it, or never does.
    fn end_loop(&mut self) {
        let frame = self.pop_frame();
        if !self.reachable {
            self.stack.truncate(frame.height);
        }
    }

    /// The other arm is empty: control goes from the condition to the end, and
    /// where it gets there on no other way, code simply goes on.
    fn end_if_without_else(&mut self) {
        let is_reachable = self.reachable;
        self.else_();
        let frame = self.frames.last().expect("the caller saw the frame");
        if is_reachable || frame.end_branches > 0 {
            self.jump_to_end();
            self.reachable = false;
        }
        self.end_block();
    }

    /// Ends a frame whose end may be a branch target. Where it is none, code
    /// simply goes on in the present block.
    fn end_block(&mut self) {
        let end_is_target = self.frames.last().is_some_and(|frame| frame.end_branches > 0);
        if end_is_target && self.reachable {
            self.jump_to_end();
        }
        let frame = self.pop_frame();
        if matches!(frame.kind, FrameKind::Function) {
            self.returned_constant = match frame.carried {
                Carried::Constant(constant) => Some(constant),
                Carried::None | Carried::Varies => None,
            };
        }
        if frame.goes_on {
            self.reachable = true;
        } else if end_is_target {
            self.builder.switch_to_block(frame.target);
            if !self.dispatch_targets[frame.target] {
                self.builder.seal_block(frame.target);
            }
            match frame.shown.of_all(frame.end_branches) {
                Some(shown) => self.recall(frame.mark, shown),
                None => self.forget_since(frame.mark),
            }
            self.stack.truncate(frame.height);
            self.push_block_params(frame.target, &frame.result_types);
            self.reachable = true;
        } else if !self.reachable {
            self.stack.truncate(frame.height);
        }
    }

    fn pop_frame(&mut self) -> Frame {
        self.frames.pop().expect("validation pairs end with a block")
    }

    fn push_dead(&mut self) {
        let target = Block::from_u32(u32::MAX - 1);
        let (height, mark) = (self.stack.len(), self.known.mark());
        self.frames.push(Frame::new(FrameKind::Dead, target, Vec::new(), height, mark));
    }

    /// Jumps from the end of an arm to the end of the innermost frame.
    fn jump_to_end(&mut self) {
        let frame = self.frames.last_mut().expect("only called inside a frame");
        frame.end_branches += 1;
        let (target, arity) = (frame.target, frame.result_types.len());
        let values = self.stack[self.stack.len() - arity..].to_vec();
        self.note_carried(self.frames.len() - 1, &values);
        let args = self.block_args(&values);
        self.builder.ins().jump(target, &args);
        self.show_at_end(self.frames.len() - 1);
    }

    /// The target of a branch to a relative depth, and what the branch carries.
    pub fn branch(&mut self, depth: u32) -> (Block, Vec<BlockArg>) {
        let position = self.frames.len() - 1 - depth as usize;
        if let Some(target) = self.threaded_target(position) {
            return (target, Vec::new());
        }
        let frame = &mut self.frames[position];
        frame.end_branches += u32::from(!matches!(frame.kind, FrameKind::Loop));
        let (target, arity) = (frame.target, frame.branch_types.len());
        let values = self.stack[self.stack.len() - arity..].to_vec();
        self.note_carried(position, &values);
        (target, self.block_args(&values))
    }

    /// Notes what a branch to a function's end carries.
    fn note_carried(&mut self, position: usize, values: &[Value]) {
        if !matches!(self.frames[position].kind, FrameKind::Function) {
            return;
        }
        let constant = match values {
            [value] if self.builder.func.dfg.value_type(*value) == ir::types::I32 => {
                self.constant_i32(*value)
            }
            _ => None,
        };
        let carried = &mut self.frames[position].carried;
        *carried = match (*carried, constant) {
            (Carried::None, Some(constant)) => Carried::Constant(constant),
            (Carried::Constant(known), Some(constant)) if known == constant => *carried,
            _ => Carried::Varies,
        };
    }

    pub fn return_(&mut self) {
        if self.inline_depth > 0 {
            if self.unwind() {
                return self.end_of_reachable();
            }
            return self.br((self.frames.len() - 1 - self.function_frame) as u32);
        }
        let arity = self.frames[0].result_types.len();
        let results = self.stack[self.stack.len() - arity..].to_vec();
        self.leave(&results);
        self.end_of_reachable();
    }

    /// The type of the function's only result.
    pub fn result_type(&self) -> ir::Type {
        self.frames[0].result_types[0]
    }

    /// Returns from the function.
    pub fn leave(&mut self, results: &[Value]) {
        if let (Some(_), &[result]) = (self.unwind_jump, results) {
            return self.leave_by_jump(result);
        }
        let mut results = self.stored_all(results);
        if self.stack_pointer.is_some() {
            results.push(self.stack_pointer_value());
        }
        self.builder.ins().return_(&results);
    }

    pub fn unreachable(&mut self) {
        self.builder.ins().trap(super::trap::raised(wasmc_abi::trap::TrapCode::Unreachable));
        self.end_of_reachable();
    }

    /// After an unconditional transfer: the rest of the block is skipped.
    pub fn end_of_reachable(&mut self) {
        self.reachable = false;
        let height = self.frames.last().map_or(0, |frame| frame.height);
        self.stack.truncate(height);
    }

    fn block_with_params(&mut self, params: &[ir::Type]) -> Block {
        let block = self.builder.create_block();
        for &ty in params {
            self.builder.append_block_param(block, self.env.stored_type(ty));
        }
        block
    }

    /// Pushes what the block's parameters hold.
    fn push_block_params(&mut self, block: Block, types: &[ir::Type]) {
        for (position, &ty) in types.iter().enumerate() {
            let stored = self.builder.block_params(block)[position];
            let value = self.read(stored, ty);
            self.push(value);
        }
    }

    fn block_types(&self, ty: BlockType) -> (Vec<ir::Type>, Vec<ir::Type>) {
        match ty {
            BlockType::Empty => (Vec::new(), Vec::new()),
            BlockType::Type(result) => (Vec::new(), vec![clif_type(result)]),
            BlockType::FuncType(index) => {
                let ty = &self.module().types[index as usize];
                (clif_types(ty.params()), clif_types(ty.results()))
            }
        }
    }
}

fn clif_types(types: &[ValType]) -> Vec<ir::Type> {
    types.iter().map(|&ty| clif_type(ty)).collect()
}
