//! Functions without a WebAssembly body: calls of the runtime, instantiation,
//! and the two entries that the runtime calls.

use super::env::{Env, clif_type};
use super::func::FuncTranslator;
use crate::layout::RuntimeSegment;
use crate::world::{FuncId, SignatureId};
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, Signature, Value, types};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};

/// The functions that the runtime calls, in the C convention; the first
/// parameter is the origin.
#[derive(Clone, Copy)]
pub(crate) enum Trampoline<'a> {
    /// `(origin)`: calls these functions of type `() -> ()` one after another.
    Entry(&'a [FuncId]),
    /// `(origin, reference)`: calls a reference to a function of this type,
    /// which is `() -> ()`.
    CallReference(SignatureId),
}

/// A function of the program that calls one of the runtime with its own
/// parameters. It is what references lead to; calls need it not.
pub(super) fn host_call(
    env: &Env<'_>,
    function: FuncId,
    position: usize,
    context: &mut FunctionBuilderContext,
    into: &mut ir::Function,
) {
    into.name = ir::UserFuncName::User(Env::function_name(function));
    into.signature = env.signature(function);
    let linked = &env.world.modules[position];
    let mut translator = FuncTranslator::new(env, position, linked, FunctionBuilder::new(into, context));
    let params = translator.begin_without_locals(function);
    let types = env.world.function_type(function).params().iter();
    let args: Vec<Value> =
        types.zip(params).map(|(&ty, stored)| translator.read(stored, clif_type(ty))).collect();
    let results = translator.call_function(function, &args);
    translator.leave(&results);
    translator.finish();
}

/// A function that does what is left of a module's instantiation: the segments
/// that could not be flattened, in order, then the start function.
pub(super) fn instantiate(
    env: &Env<'_>,
    function: FuncId,
    position: usize,
    context: &mut FunctionBuilderContext,
    into: &mut ir::Function,
) {
    into.name = ir::UserFuncName::User(Env::function_name(function));
    into.signature = env.signature(function);
    let linked = &env.world.modules[position];
    let mut translator = FuncTranslator::new(env, position, linked, FunctionBuilder::new(into, context));
    translator.begin_without_locals(function);
    for &segment in &env.layout.at_run_time[position] {
        translator.apply_segment(segment);
    }
    if let Some(start) = linked.module.start {
        translator.call_function(linked.functions[start as usize], &[]);
    }
    translator.leave(&[]);
    translator.finish();
}

pub(super) fn trampoline(
    env: &Env<'_>,
    trampoline: Trampoline<'_>,
    context: &mut FunctionBuilderContext,
    into: &mut ir::Function,
) {
    let params: &[ir::Type] = match trampoline {
        Trampoline::Entry(_) => &[types::I64],
        Trampoline::CallReference(_) => &[types::I64, types::I64],
    };
    into.signature = Signature::new(env.host_call_conv);
    into.signature.params.extend(params.iter().map(|&ty| AbiParam::new(ty)));
    let linked = env.world.modules.last().expect("a program has a module");
    let mut translator = FuncTranslator::new(env, 0, linked, FunctionBuilder::new(into, context));
    let entry = translator.enter_first_block();
    let params: Vec<Value> = translator.builder.block_params(entry).to_vec();
    // The pinned register is callee-saved in the C convention.
    let saved = env.pins_origin.then(|| translator.builder.ins().get_pinned_reg(types::I64));
    if saved.is_some() {
        translator.builder.ins().set_pinned_reg(params[0]);
    }
    translator.load_stack_pointer();
    match trampoline {
        Trampoline::Entry(functions) => {
            for &function in functions {
                translator.call_function(function, &[]);
            }
        }
        Trampoline::CallReference(signature) => {
            let reference = translator.builder.ins().ireduce(types::I32, params[1]);
            translator.call_reference(reference, signature);
        }
    }
    translator.save_stack_pointer();
    if let Some(saved) = saved {
        translator.builder.ins().set_pinned_reg(saved);
    }
    translator.builder.ins().return_(&[]);
    translator.finish();
}

impl FuncTranslator<'_, '_> {
    /// Calls `symbol` of the runtime on behalf of the module that imports it:
    /// the address of that module's memory record goes first.
    pub(super) fn call_host(
        &mut self,
        function: FuncId,
        importer: usize,
        symbol: usize,
        args: &[Value],
    ) -> Vec<Value> {
        let env = self.env;
        let mut all = vec![match env.world.modules[importer].memories.first() {
            Some(&memory) => self.memory_record(memory),
            None => self.builder.ins().iconst(types::I64, 0),
        }];
        all.extend_from_slice(args);
        let signature = || {
            let ty = env.world.function_type(function);
            let mut signature = Signature::new(env.host_call_conv);
            signature.params.push(AbiParam::new(types::I64));
            signature.params.extend(ty.params().iter().map(|&ty| AbiParam::new(clif_type(ty))));
            signature.returns.extend(ty.results().iter().map(|&ty| AbiParam::new(clif_type(ty))));
            signature
        };
        let name = ir::UserExternalName::new(super::NAMESPACE_HOST, symbol as u32);
        let callee = self.function_ref(name, signature);
        self.known.forget_contents();
        let call = self.builder.ins().call(callee, &all);
        self.builder.inst_results(call).to_vec()
    }

    fn apply_segment(&mut self, segment: RuntimeSegment) {
        let zero = self.builder.ins().iconst(types::I64, 0);
        match segment {
            RuntimeSegment::Element { segment, table, offset } => {
                let len = self.module().elements[segment].items.len();
                let to = self.builder.ins().iconst(types::I64, i64::from(offset));
                let len = self.builder.ins().iconst(types::I64, len as i64);
                self.copy_segment_to_table(self.linked.tables[table as usize], segment, to, zero, len);
            }
            RuntimeSegment::Data { segment, memory, offset } => {
                let len = self.module().data[segment].bytes.len();
                let to = self.builder.ins().iconst(types::I64, i64::from(offset));
                let len = self.builder.ins().iconst(types::I64, len as i64);
                self.copy_segment_to_memory(self.linked.memories[memory as usize], segment, to, zero, len);
            }
        }
    }
}
