//! Calls of small functions, replaced by their bodies. The body is translated
//! anew at each call, so that what is known of the arguments decides its
//! branches: a call of a Go function resumes nothing, and its table is gone.
//!
//! What a body has stored on Go's stack is what the function would have stored,
//! return addresses included, so that unwinding out of it and resuming the
//! function itself later works as ever.

use super::func::FuncTranslator;
use super::unwind::{InlinedUnwinding, UnwindJump, UnwindTest};
use crate::world::{FuncId, FunctionKind};
use cranelift_codegen::ir::Value;
use wasmparser::ValType;

/// Bodies within bodies, at most.
const DEPTH_MAX: u32 = 3;
/// So many bytes of bodies are translated again in one function, at most.
const INLINED_BYTES_MAX: usize = 128 << 10;

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
        let unwind_jump = UnwindJump::of(env, function).filter(|_| self.unwinds_through());
        let unwind_test = self.unwind_test.take().filter(|_| *results == [ValType::I32]);
        let unwinding = unwind_test.and_then(|test| match test {
            UnwindTest::Branches { local, relative_depth } => Some(InlinedUnwinding {
                local: self.locals[local as usize].0,
                frame: self.frames.len() - 1 - relative_depth as usize,
            }),
            // What unwinds the body that this one is within unwinds its caller.
            UnwindTest::Returns => self.unwinding,
        });
        let locals = std::mem::take(&mut self.locals);
        let threading = std::mem::take(&mut self.threading);
        let unwinding = std::mem::replace(&mut self.unwinding, unwinding);
        let unwind_jump = std::mem::replace(&mut self.unwind_jump, unwind_jump);
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
        self.unwind_jump = unwind_jump;
        self.locals = locals;
        // Joins inside the body have forgotten what holds on all ways, and the
        // locals of the caller have not changed.
        self.threading = threading;
    }
}
