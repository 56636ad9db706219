//! Calls of small functions, replaced by their bodies. The body is translated
//! anew at each call, so that what is known of the arguments decides its
//! branches: a call of a Go function resumes nothing, and its table is gone.
//!
//! What a body has stored on Go's stack is what the function would have stored,
//! return addresses included, so that unwinding out of it and resuming the
//! function itself later works as ever.

use super::frame::FrameKind;
use super::func::FuncTranslator;
use crate::error::Result;
use crate::world::{FuncId, FunctionKind};
use cranelift_codegen::ir::{Block, InstBuilder, Value};
use cranelift_frontend::Variable;
use wasmparser::{Operator, OperatorsReader, ValType};

/// Bodies within bodies, at most.
const DEPTH_MAX: u32 = 3;
/// So many bytes of bodies are translated again in one function, at most.
const INLINED_BYTES_MAX: usize = 128 << 10;

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
pub(super) struct Unwinding {
    local: Variable,
    /// Position of the frame whose end is the target.
    frame: usize,
}

impl FuncTranslator<'_, '_> {
    /// Whether a call of `function` here is replaced: one that starts a Go
    /// function, or leads from Go's assembly to native code. Other compilers have
    /// inlined what they wanted to, and their programs' backtraces are to name
    /// every function.
    pub(super) fn is_inlined(&self, function: FuncId, args: &[Value]) -> bool {
        let FunctionKind::Body { module, .. } = self.env.world.functions[function].kind else {
            return false;
        };
        let starts = matches!(args, [start] if self.constant_i32(*start) == Some(0));
        let is_of_go = starts && self.env.carries_stack_pointer(function);
        let is_helper = self.env.facts.is_helper[function];
        self.env.inlining
            && (is_of_go || is_helper)
            && self.env.facts.inlinable[function]
            && self.env.intrinsic(function).is_none()
            && module == self.position
            && self.inline_depth < DEPTH_MAX
            && !self.frames.is_empty()
            && self.has_room()
    }

    /// Whether bodies may be inlined yet: a call is a few bytes, which many of them
    /// would make hundreds of times as many.
    pub(super) fn has_room(&self) -> bool {
        self.inlined_bytes < INLINED_BYTES_MAX
    }

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

    /// Translates the body of `function` here; its results are on the stack
    /// where control comes out of it.
    pub(super) fn inline(&mut self, function: FuncId, args: &[Value]) {
        let env = self.env;
        let FunctionKind::Body { body, .. } = env.world.functions[function].kind else {
            unreachable!("only bodies are inlined");
        };
        let code = &self.linked.module.bodies[body].body;
        self.inlined_bytes += code.as_bytes().len();
        let results = env.world.function_type(function).results();
        let unwind_test = self.unwind_test.take().filter(|_| *results == [ValType::I32]);
        let unwinding = unwind_test.and_then(|test| match test {
            UnwindTest::Branches { local, relative_depth } => Some(Unwinding {
                local: self.locals[local as usize].0,
                frame: self.frames.len() - 1 - relative_depth as usize,
            }),
            // What unwinds the body that this one is within unwinds its caller.
            UnwindTest::Returns => self.unwinding,
        });
        let locals = std::mem::take(&mut self.locals);
        let threading = std::mem::take(&mut self.threading);
        let unwinding = std::mem::replace(&mut self.unwinding, unwinding);
        let (parameter_count, function_frame) = (self.parameter_count, self.function_frame);
        self.function_frame = self.frames.len();
        self.inline_depth += 1;

        for (index, &arg) in args.iter().enumerate() {
            self.declare_known_local(index as u32, arg);
        }
        self.parameter_count = self.locals.len();
        self.push_function_frame(results);
        self.body(code, None).expect("the body has been validated");

        self.inline_depth -= 1;
        (self.parameter_count, self.function_frame) = (parameter_count, function_frame);
        self.unwinding = unwinding;
        self.locals = locals;
        // Joins inside the body have forgotten what holds on all ways, and the
        // locals of the caller have not changed.
        self.threading = threading;
    }

    /// Leaves an inlined body whose result, on the stack, unwinds the caller as
    /// well; false where that is not known.
    pub(super) fn unwind(&mut self) -> bool {
        let Some(Unwinding { local, frame }) = self.unwinding else {
            return false;
        };
        let result = self.stack.last().and_then(|&result| self.constant_i32(result));
        if self.inline_depth == 0 || result.is_none_or(|result| result == 0) {
            return false;
        }
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
