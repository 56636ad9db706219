//! Calls of small functions, replaced by their bodies. The body is translated
//! anew at each call, so that what is known of the arguments decides its
//! branches: a call of a Go function resumes nothing, and its table is gone.

use super::func::FuncTranslator;
use crate::world::{FuncId, FunctionKind};
use cranelift_codegen::ir::Value;

impl FuncTranslator<'_, '_> {
    /// Whether a call of `function` here is replaced.
    pub(super) fn is_inlined(&self, function: FuncId) -> bool {
        let FunctionKind::Body { module, .. } = self.env.world.functions[function].kind else {
            return false;
        };
        self.env.inlining
            && self.env.facts.inlinable[function]
            && self.env.intrinsic(function).is_none()
            && module == self.position
            && self.function_frame == 0
            // The entry is no frame of a backtrace.
            && !self.frames.is_empty()
    }

    /// Translates the body of `function` here; its results are on the stack
    /// where control comes out of it.
    pub(super) fn inline(&mut self, function: FuncId, args: &[Value]) {
        let env = self.env;
        let FunctionKind::Body { body, .. } = env.world.functions[function].kind else {
            unreachable!("only bodies are inlined");
        };
        let code = &self.linked.module.bodies[body].body;
        let locals = std::mem::take(&mut self.locals);
        let threading = std::mem::take(&mut self.threading);
        let parameter_count = self.parameter_count;
        let resume = std::mem::replace(&mut self.resume, env.facts.resumes[function].as_ref());
        self.function_frame = self.frames.len();

        let ty = env.world.function_type(function);
        for (index, &arg) in args.iter().enumerate() {
            self.declare_known_local(index as u32, arg);
        }
        self.parameter_count = self.locals.len();
        self.push_function_frame(ty.results());
        self.body(code, None).expect("the body has been validated");

        self.function_frame = 0;
        self.parameter_count = parameter_count;
        self.resume = resume;
        self.locals = locals;
        // Joins inside the body have forgotten what holds on all ways, and the
        // locals of the caller have not changed.
        self.threading = threading;
    }
}
