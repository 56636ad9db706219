//! Unwinding the native stack as Go does it, see [`crate::analysis`]'s `unwinding`:
//! by one jump where that is exact, else with results that each caller tests.

use super::env::{Env, RuntimeFunction};
use super::frame::FrameKind;
use super::func::FuncTranslator;
use super::trap::NEVER_REACHED;
use crate::error::Result;
use crate::world::FuncId;
use cranelift_codegen::ir::{Block, InstBuilder, Value};
use cranelift_frontend::Variable;
use wasmparser::{Operator, OperatorsReader, ValType};

/// What Go's code does after a call: it reads the stack pointer back into a
/// local, and leaves the block if the callee's result says that it unwinds.
#[derive(Clone, Copy)]
pub(super) enum UnwindTest {
    Branches {
        local: u32,
        relative_depth: u32,
    },
    /// It returns the callee's result as its own.
    Returns,
}

/// The same, as an inlined body does it for its caller.
#[derive(Clone, Copy)]
pub(super) struct InlinedUnwinding {
    pub local: Variable,
    /// Position of the frame whose end is the target.
    pub frame: usize,
}

/// In a body that unwinds by a jump.
#[derive(Clone, Copy)]
pub(super) struct UnwindJump {
    /// Offset of the block whose end returns 1.
    exit: Option<u64>,
}

impl UnwindJump {
    /// How `function` unwinds, if by a jump.
    pub fn of(env: &Env<'_>, function: FuncId) -> Option<UnwindJump> {
        let exit = env.facts.unwinding.exits[function];
        env.unwinds_by_jump(function).then_some(UnwindJump { exit })
    }
}

impl FuncTranslator<'_, '_> {
    /// The test of the result that begins with the next operators.
    pub(super) fn read_unwind_test(&self, mut next: OperatorsReader<'_>) -> Result<Option<UnwindTest>> {
        let Operator::GlobalGet { global_index } = next.read()? else {
            return Ok(None);
        };
        let is_stack_pointer = self.env.stack_pointer == Some(self.linked.globals[global_index as usize]);
        let (Operator::LocalSet { local_index: local }, true) = (next.read()?, is_stack_pointer) else {
            return Ok(None);
        };
        Ok(match next.read()? {
            Operator::BrIf { relative_depth } => Some(UnwindTest::Branches { local, relative_depth }),
            Operator::Return => Some(UnwindTest::Returns),
            _ => None,
        })
    }

    /// Whether nothing happens between a callee's return of 1 here and that of the
    /// present body, and of all that it is inlined into.
    pub(super) fn unwinds_through(&self) -> bool {
        let (Some(UnwindJump { exit }), Some(test)) = (self.unwind_jump, self.unwind_test) else {
            return false;
        };
        match test {
            UnwindTest::Returns => true,
            UnwindTest::Branches { relative_depth, .. } => {
                let frame = &self.frames[self.frames.len() - 1 - relative_depth as usize];
                matches!(frame.kind, FrameKind::Block) && exit == Some(frame.opened_at)
            }
        }
    }

    /// Calls a function that unwinds by a jump where something else happens then:
    /// its result is 1.
    pub(super) fn call_catching(&mut self, code: Value, args: &[Value]) -> Vec<Value> {
        let env = self.env;
        let catch = RuntimeFunction::CatchUnwinding;
        let callee = self.function_ref(env.runtime_name(catch), || env.runtime_signature(catch));
        let mut args = self.outgoing(args, true);
        args.push(code);
        let call = self.builder.ins().call(callee, &args);
        self.incoming(call, &[ValType::I32], true)
    }

    /// After a call that never comes back.
    pub(super) fn never_reached(&mut self) {
        self.set_current_cold();
        self.builder.ins().trap(NEVER_REACHED);
        self.end_of_reachable();
    }

    /// Leaves the function where it unwinds by a jump: with 0 it returns.
    pub(super) fn leave_by_jump(&mut self, result: Value) {
        match self.constant_i32(result) {
            Some(0) => {}
            Some(_) => return self.unwind_now(),
            None => {
                let (unwinding, returning) = (self.builder.create_block(), self.builder.create_block());
                self.builder.ins().brif(result, unwinding, &[], returning, &[]);
                self.builder.seal_block(unwinding);
                self.builder.seal_block(returning);
                self.builder.switch_to_block(unwinding);
                self.unwind_now();
                self.builder.switch_to_block(returning);
            }
        }
        let stack_pointer = self.stack_pointer.is_some().then(|| self.stack_pointer_value());
        self.builder.ins().return_(stack_pointer.as_slice());
    }

    /// Jumps to where unwinding ends.
    fn unwind_now(&mut self) {
        let env = self.env;
        let unwind = RuntimeFunction::Unwind;
        self.set_current_cold();
        let callee = self.function_ref(env.runtime_name(unwind), || env.runtime_signature(unwind));
        let stack_pointer = self.stack_pointer_value();
        self.builder.ins().call(callee, &[stack_pointer]);
        self.builder.ins().trap(NEVER_REACHED);
    }

    /// Leaves an inlined body whose result, on the stack, unwinds the caller as
    /// well; false where that is not known.
    pub(super) fn unwind(&mut self) -> bool {
        let result = self.stack.last().and_then(|&result| self.constant_i32(result));
        if self.inline_depth == 0 || result.is_none_or(|result| result == 0) {
            return false;
        }
        if self.unwind_jump.is_some() {
            self.unwind_now();
            return true;
        }
        let Some(InlinedUnwinding { local, frame }) = self.unwinding else {
            return false;
        };
        let Some(target) = self.enter_plain_end(frame) else {
            return false;
        };
        let stack_pointer = self.stack_pointer_value();
        self.builder.def_var(local, stack_pointer);
        self.builder.set_cold_block(target);
        self.builder.ins().jump(target, &[]);
        true
    }

    /// The block at the end of a frame that a branch without values goes to.
    fn enter_plain_end(&mut self, position: usize) -> Option<Block> {
        let frame = &mut self.frames[position];
        if !matches!(frame.kind, FrameKind::Block) || !frame.branch_types.is_empty() {
            return None;
        }
        frame.end_branches += 1;
        Some(frame.target)
    }
}
