//! The state of one function's translation, and its main loop.

use super::dispatch::Threading;
use super::dispatch_copy::{Head, Operators};
use super::env::{Env, clif_type};
use super::frame::Frame;
use super::known::Knowledge;
use super::unwind::{InlinedUnwinding, UnwindJump, UnwindTest};
use crate::analysis::Match;
use crate::error::Result;
use crate::module::Module;
use crate::world::{FuncId, LinkedModule};
use cranelift_codegen::ir::{
    self, AliasRegion, AliasRegionData, Block, InstBuilder, MemFlagsData, Value, types,
};
use cranelift_entity::SecondaryMap;
use cranelift_entity::packed_option::PackedOption;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Variable};
use std::collections::HashMap;
use wasmparser::{FunctionBody, Operator, ValType};

/// Translates one function. The value stack and the control stack mirror those
/// of the specification's validation algorithm.
pub(super) struct FuncTranslator<'a, 'b> {
    pub env: &'a Env<'a>,
    /// Position of the module.
    pub position: usize,
    pub linked: &'a LinkedModule<'a>,
    pub builder: FunctionBuilder<'b>,
    pub stack: Vec<Value>,
    pub frames: Vec<Frame>,
    /// False from an unconditional branch to the end of its block.
    pub reachable: bool,
    /// The variable of each local, and the local's type.
    pub locals: Vec<(Variable, ir::Type)>,
    pub function_refs: HashMap<ir::UserExternalName, ir::FuncRef>,
    pub signature_refs: HashMap<u32, ir::SigRef>,
    pub data_symbols: HashMap<u32, ir::GlobalValue>,
    pub threading: Threading,
    /// Blocks that a dispatch loop leads to, now or from an operator to come.
    pub dispatch_targets: SecondaryMap<Block, bool>,
    /// What loops begin with that branches to them copy.
    pub heads: HashMap<Block, Head<'a>>,
    /// By the offsets of blocks within such loops, the loop and what is between.
    pub tails: HashMap<u64, (Block, Operators<'a>)>,
    /// How many of the locals are parameters.
    pub parameter_count: usize,
    /// Where the stack pointer is, in a function that carries it.
    pub stack_pointer: Option<Variable>,
    /// Zero-extensions of i32 values, each of which is there wherever the value is.
    pub extensions: SecondaryMap<Value, PackedOption<Value>>,
    /// Further ones, each of which is there in its own block only.
    pub extensions_in_block: SecondaryMap<Value, PackedOption<Value>>,
    /// Values that are known to be zero-extended from 32 bits.
    pub is_extension: SecondaryMap<Value, bool>,
    pub known: Knowledge,
    /// Position of the present function's frame; not 0 in an inlined body.
    pub function_frame: usize,
    /// Bytes of the bodies that have been inlined.
    pub inlined_bytes: usize,
    /// How many inlined bodies the present one is within.
    pub inline_depth: u32,
    /// Where an inlined body goes with a result that unwinds.
    pub unwinding: Option<InlinedUnwinding>,
    /// The test of its result that follows a call.
    pub unwind_test: Option<UnwindTest>,
    /// How the present body unwinds, where that takes a jump.
    pub unwind_jump: Option<UnwindJump>,
    /// The constant that all ways out of the last inlined body returned.
    pub returned_constant: Option<u32>,
    /// Whether the operator after a `global.get` keeps the lower half only.
    pub next_wraps: bool,
    /// Whether the operator after an `i32.load` computes with it: the CPU then does
    /// both in one instruction, if the load extends nothing.
    pub next_computes: bool,
    /// The result of the last call, if it is one i32.
    pub call_result: Option<Value>,
    alias_regions: HashMap<u32, AliasRegion>,
}

/// Categories of memory that never overlap. The numbers must be unique in the
/// whole program, since inlining merges functions.
#[derive(Clone, Copy)]
pub(super) enum Region {
    /// Records and lengths that only the runtime and growing change.
    Store,
    /// Read-only data of the executable.
    Constant,
    Memory(u32),
    Table(u32),
    Global(u32),
}

impl Region {
    fn number(self) -> u32 {
        match self {
            Region::Store => 0,
            Region::Constant => 1,
            Region::Memory(id) => 2 + id * 3,
            Region::Table(id) => 3 + id * 3,
            Region::Global(id) => 4 + id * 3,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Region::Store => "store",
            Region::Constant => "constant",
            Region::Memory(_) => "memory",
            Region::Table(_) => "table",
            Region::Global(_) => "global",
        }
    }
}

/// Translates a WebAssembly body.
pub(super) fn translate(
    env: &Env<'_>,
    function: FuncId,
    position: usize,
    body: usize,
    context: &mut FunctionBuilderContext,
    into: &mut ir::Function,
) -> Result<()> {
    let linked = &env.world.modules[position];
    let code = &linked.module.bodies[body].body;
    into.name = ir::UserFuncName::User(Env::function_name(function));
    into.signature = env.signature(function);
    let mut translator = FuncTranslator::new(env, position, linked, FunctionBuilder::new(into, context));
    translator.set_offset(code.range().start);
    translator.begin(function);
    translator.unwind_jump = UnwindJump::of(env, function);
    translator.body(code, env.intrinsic(function))?;
    translator.finish();
    Ok(())
}

impl<'a, 'b> FuncTranslator<'a, 'b> {
    pub fn new(
        env: &'a Env<'a>,
        position: usize,
        linked: &'a LinkedModule<'a>,
        builder: FunctionBuilder<'b>,
    ) -> Self {
        FuncTranslator {
            env,
            position,
            linked,
            builder,
            stack: Vec::new(),
            frames: Vec::new(),
            reachable: true,
            locals: Vec::new(),
            function_refs: HashMap::new(),
            signature_refs: HashMap::new(),
            data_symbols: HashMap::new(),
            threading: Threading::default(),
            dispatch_targets: SecondaryMap::new(),
            heads: HashMap::new(),
            tails: HashMap::new(),
            parameter_count: 0,
            stack_pointer: None,
            extensions: SecondaryMap::new(),
            extensions_in_block: SecondaryMap::new(),
            is_extension: SecondaryMap::new(),
            known: Knowledge::default(),
            function_frame: 0,
            inlined_bytes: 0,
            inline_depth: 0,
            unwinding: None,
            unwind_test: None,
            unwind_jump: None,
            returned_constant: None,
            next_wraps: false,
            next_computes: false,
            call_result: None,
            alias_regions: HashMap::new(),
        }
    }

    /// Translates a body whose parameters are the present locals, with a call
    /// of the native code that does the same.
    pub fn body(&mut self, code: &FunctionBody<'a>, intrinsic: Option<&Match>) -> Result<()> {
        for local in code.get_locals_reader()? {
            let (count, ty) = local?;
            self.declare_locals(count, ty);
        }
        self.collect_possible(code)?;
        let mut operators = code.get_operators_reader()?;
        for position in 0.. {
            if operators.eof() {
                break;
            }
            let (operator, offset) = operators.read_with_offset()?;
            self.set_offset(offset);
            if let Some(found) = intrinsic.filter(|found| found.hook == position) {
                self.call_intrinsic(found);
            }
            self.follow_prologue(&operator);
            match operator {
                Operator::GlobalGet { .. } => {
                    self.next_wraps = matches!(operators.clone().read()?, Operator::I32WrapI64);
                }
                Operator::I32Load { .. } => {
                    self.next_computes = super::numeric::is_i32_arithmetic(&operators.clone().read()?);
                }
                Operator::Call { .. } | Operator::CallIndirect { .. } => {
                    self.unwind_test = self.read_unwind_test(operators.clone())?;
                }
                _ => {}
            }
            self.operator(&operator, offset)?;
            match operator {
                Operator::Loop { .. } => self.read_head(operators.clone())?,
                Operator::Block { .. } => self.frames.last_mut().expect("just opened").opened_at = offset,
                _ => {}
            }
        }
        Ok(())
    }

    pub fn module(&self) -> &'a Module<'a> {
        &self.linked.module
    }

    /// Opens the entry block; the parameters become the first locals.
    fn begin(&mut self, function: FuncId) {
        let values = self.begin_without_locals(function);
        let ty = self.env.world.function_type(function);
        if self.env.facts.is_start_copy[function] {
            let start = self.constant(crate::world::Constant::I32(0));
            self.declare_known_local(0, start);
        }
        for (&ty, value) in ty.params().iter().zip(values) {
            self.declare_local(clif_type(ty), value);
        }
        self.parameter_count = self.locals.len();
        self.push_function_frame(ty.results());
    }

    /// Opens the entry block of a function without locals: its parameters.
    pub fn begin_without_locals(&mut self, function: FuncId) -> Vec<Value> {
        let entry = self.enter_first_block();
        let mut params = self.builder.block_params(entry).to_vec();
        if self.env.carries_stack_pointer(function) {
            let value = params.remove(0);
            self.receive_stack_pointer(value);
        }
        params
    }

    /// Declares the local that is `index`th in the body, whose value may be known.
    pub fn declare_known_local(&mut self, index: u32, value: Value) {
        let ty = self.builder.func.dfg.value_type(value);
        let stored = self.stored(value);
        self.declare_local(ty, stored);
        self.note_local(index, value);
    }

    pub fn declare_local(&mut self, ty: ir::Type, stored: Value) {
        let variable = self.builder.declare_var(self.env.stored_type(ty));
        self.builder.def_var(variable, stored);
        self.locals.push((variable, ty));
    }

    /// Opens the block that has the function's parameters.
    pub fn enter_first_block(&mut self) -> Block {
        let entry = self.builder.create_block();
        self.builder.append_block_params_for_function_params(entry);
        self.builder.switch_to_block(entry);
        entry
    }

    fn declare_locals(&mut self, count: u32, ty: ValType) {
        let ty = clif_type(ty);
        let zero = self.zero(self.env.stored_type(ty));
        for _ in 0..count {
            self.declare_local(ty, zero);
        }
    }

    fn zero(&mut self, ty: ir::Type) -> Value {
        match ty {
            types::F32 => self.builder.ins().f32const(0.0),
            types::F64 => self.builder.ins().f64const(0.0),
            integer => self.builder.ins().iconst(integer, 0),
        }
    }

    pub fn finish(mut self) {
        self.builder.seal_all_blocks();
        super::cold::spread(self.builder.func);
        self.builder.finalize(ir_frontend_config(self.env));
    }

    pub fn set_offset(&mut self, offset: u64) {
        self.builder.set_srcloc(ir::SourceLoc::new(offset as u32));
    }

    pub fn push(&mut self, value: Value) {
        self.stack.push(value);
    }

    pub fn pop(&mut self) -> Value {
        self.stack.pop().expect("validation keeps the stack balanced")
    }

    pub fn pop2(&mut self) -> (Value, Value) {
        let right = self.pop();
        (self.pop(), right)
    }

    pub fn pop3(&mut self) -> (Value, Value, Value) {
        let third = self.pop();
        let (first, second) = self.pop2();
        (first, second, third)
    }

    /// Flags of an access that cannot fault.
    pub fn trusted(&mut self, region: Region) -> MemFlagsData {
        MemFlagsData::trusted().with_alias_region(Some(self.alias_region(region)))
    }

    pub fn alias_region(&mut self, region: Region) -> AliasRegion {
        let user_id = region.number();
        let set = &mut self.builder.func.dfg.alias_regions;
        *self
            .alias_regions
            .entry(user_id)
            .or_insert_with(|| set.insert(AliasRegionData { user_id, description: region.name().into() }))
    }

    /// A reference to a callee under `name`, of the given signature.
    pub fn function_ref(
        &mut self,
        name: ir::UserExternalName,
        signature: impl FnOnce() -> ir::Signature,
    ) -> ir::FuncRef {
        if let Some(&function_ref) = self.function_refs.get(&name) {
            return function_ref;
        }
        let signature = self.builder.import_signature(signature());
        let name_ref = self.builder.func.declare_imported_user_function(name.clone());
        let function_ref = self.builder.import_function(ir::ExtFuncData {
            name: ir::ExternalName::user(name_ref),
            signature,
            colocated: true,
            patchable: false,
        });
        self.function_refs.insert(name, function_ref);
        function_ref
    }

    pub fn constant(&mut self, constant: crate::world::Constant) -> Value {
        use crate::world::Constant;
        match constant {
            Constant::I32(value) => self.builder.ins().iconst(types::I32, i64::from(value as u32)),
            Constant::I64(value) => self.builder.ins().iconst(types::I64, value),
            Constant::F32(bits) => self.builder.ins().f32const(ir::immediates::Ieee32::with_bits(bits)),
            Constant::F64(bits) => self.builder.ins().f64const(ir::immediates::Ieee64::with_bits(bits)),
            Constant::Null => self.builder.ins().iconst(types::I32, 0),
            Constant::Function(function) => {
                let number = self.env.facts.reference_number(function);
                self.builder.ins().iconst(types::I32, i64::from(number))
            }
        }
    }
}

fn ir_frontend_config(env: &Env<'_>) -> cranelift_codegen::isa::TargetFrontendConfig {
    cranelift_codegen::isa::TargetFrontendConfig {
        default_call_conv: env.host_call_conv,
        pointer_width: target_lexicon::PointerWidth::U64,
        page_size_align_log2: 12,
    }
}
