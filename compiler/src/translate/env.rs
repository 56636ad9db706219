//! What translation reads: the earlier stages' results, and the names by which
//! code refers to functions and data.

use crate::analysis::{Facts, INTRINSICS, Match};
use crate::layout::Layout;
use crate::options::{BaseMode, MemoryMode, Optimization, Options, Target};
use crate::world::{FuncId, GlobalId, SignatureId, TableId, World};
use cranelift_codegen::ir::{self, AbiParam, Signature, types};
use cranelift_codegen::isa::CallConv;
use cranelift_entity::EntityRef;
use wasmparser::ValType;

/// Namespace of user names that are program functions; index: [`FuncId`].
pub(crate) const NAMESPACE_FUNCTION: u32 = 0;
/// Namespace of runtime symbols; index: `World::host_symbols`, then
/// [`RuntimeFunction`] counted from [`Env::first_runtime_symbol`], then
/// [`INTRINSICS`].
pub(crate) const NAMESPACE_HOST: u32 = 1;
/// Namespace of data; index: [`DataSymbol::to_index`].
pub(crate) const NAMESPACE_DATA: u32 = 2;

/// What a code table has for an element that is null.
pub(crate) const NO_FUNCTION: u32 = 0;
/// What a code table has for a function of another signature than its own.
pub(crate) const OTHER_SIGNATURE: u32 = 1;

/// Functions of the runtime that translated code calls by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuntimeFunction {
    Grow,
    Copy,
    Fill,
    CatchUnwinding,
    Unwind,
}

impl RuntimeFunction {
    pub const ALL: [RuntimeFunction; 5] = [
        RuntimeFunction::Grow,
        RuntimeFunction::Copy,
        RuntimeFunction::Fill,
        RuntimeFunction::CatchUnwinding,
        RuntimeFunction::Unwind,
    ];

    pub fn symbol(self) -> &'static str {
        match self {
            RuntimeFunction::Grow => wasmc_abi::symbols::MEMORY_GROW,
            RuntimeFunction::Copy => wasmc_abi::symbols::MEMORY_COPY,
            RuntimeFunction::Fill => wasmc_abi::symbols::MEMORY_FILL,
            RuntimeFunction::CatchUnwinding => wasmc_abi::symbols::CATCH_UNWINDING,
            RuntimeFunction::Unwind => wasmc_abi::symbols::UNWIND,
        }
    }
}

/// Read-only data that code takes the address of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DataSymbol {
    /// Start of the text.
    Text,
    /// The array of [`wasmc_abi::app::FuncRecord`].
    FuncRecords,
    /// The word that tells whether the CPU is of the highest level.
    CpuChoice,
    /// The bytes of a data segment, by module and position.
    Data { module: usize, segment: usize },
    /// The references of an element segment, by module and position.
    Element { module: usize, segment: usize },
    /// An element of [`Env::code_tables`].
    CodeTable(usize),
}

impl DataSymbol {
    const SEGMENTS: u32 = 3;
    /// Modules and segments share 31 bits: 11 for the module, 19 for the
    /// segment (validation allows 100,000), 1 for the kind.
    const SEGMENT_BITS: u32 = 19;

    pub fn to_index(self) -> u32 {
        let segment_index = |kind: u32, module: usize, segment: usize| {
            assert!(
                module < 1 << 11 && segment < 1 << Self::SEGMENT_BITS,
                "module {module}, segment {segment}"
            );
            Self::SEGMENTS + (((module as u32) << Self::SEGMENT_BITS | segment as u32) << 1 | kind)
        };
        match self {
            DataSymbol::Text => 0,
            DataSymbol::FuncRecords => 1,
            DataSymbol::CpuChoice => 2,
            DataSymbol::Data { module, segment } => segment_index(0, module, segment),
            DataSymbol::Element { module, segment } => segment_index(1, module, segment),
            DataSymbol::CodeTable(position) => u32::MAX - position as u32,
        }
    }
}

/// Shared by all translations of a program.
pub(crate) struct Env<'a> {
    pub world: &'a World<'a>,
    pub facts: &'a Facts,
    pub layout: &'a Layout,
    pub target: Target,
    pub memory: MemoryMode,
    pub base: BaseMode,
    /// Whether the origin is in the pinned register, too, where it is a constant.
    pub pins_origin: bool,
    pub jump_threading: bool,
    pub dispatch_copies: bool,
    pub host_forwarding: bool,
    pub zero_extension: bool,
    pub multiply_high: bool,
    pub constant_results: bool,
    pub inlining: bool,
    pub store_forwarding: bool,
    /// What [`DataSymbol::CodeTable`] numbers: tables that never change, and
    /// the signatures of the functions that are called through them.
    pub code_tables: Vec<(TableId, SignatureId)>,
    /// The global that functions pass on in registers.
    pub stack_pointer: Option<GlobalId>,
    /// Whether functions that can unwind by a jump do.
    pub unwind_jumps: bool,
    pub inline_bulk: bool,
    pub intrinsics: bool,
    /// The runtime's calling convention: the platform's C convention.
    pub host_call_conv: CallConv,
}

impl<'a> Env<'a> {
    pub fn new(world: &'a World<'a>, facts: &'a Facts, layout: &'a Layout, options: &Options) -> Env<'a> {
        Env {
            world,
            facts,
            layout,
            target: options.target,
            memory: options.memory,
            base: options.base,
            pins_origin: options.pins_origin(),
            jump_threading: options.optimizes(Optimization::JumpThreading),
            dispatch_copies: options.optimizes(Optimization::DispatchCopies),
            host_forwarding: options.optimizes(Optimization::HostForwarding),
            zero_extension: options.optimizes(Optimization::ZeroExtension),
            multiply_high: options.optimizes(Optimization::MultiplyHigh),
            constant_results: options.optimizes(Optimization::ConstantResults),
            inlining: options.optimizes(Optimization::Inlining),
            store_forwarding: options.optimizes(Optimization::StoreForwarding),
            code_tables: facts
                .called_by_reference
                .iter()
                .filter(|_| options.optimizes(Optimization::ConstantTables))
                .filter(|(table, _)| layout.contents[*table].is_some())
                .copied()
                .collect(),
            stack_pointer: facts
                .stack_pointer
                .global
                .filter(|_| options.optimizes(Optimization::StackPointer)),
            unwind_jumps: options.optimizes(Optimization::UnwindJumps)
                && options.optimizes(Optimization::StackPointer),
            inline_bulk: options.optimizes(Optimization::InlineBulk),
            intrinsics: options.optimizes(Optimization::Intrinsics),
            host_call_conv: CallConv::SystemV,
        }
    }

    /// The CLIF signature of a function of the program.
    pub fn signature(&self, function: FuncId) -> Signature {
        let signature = self.world.functions[function].signature;
        let has_results = !self.unwinds_by_jump(function);
        self.clif_signature(signature, self.carries_stack_pointer(function), has_results)
    }

    /// The CLIF signature of a call by reference.
    pub fn reference_signature(&self, signature: SignatureId) -> Signature {
        let has_results = !self.references_unwind_by_jump(signature);
        self.clif_signature(signature, self.reference_carries_stack_pointer(signature), has_results)
    }

    fn clif_signature(
        &self,
        signature: SignatureId,
        carries_stack_pointer: bool,
        has_results: bool,
    ) -> Signature {
        let ty = &self.world.signatures[signature];
        let stack_pointer = carries_stack_pointer.then_some(ValType::I32);
        let param = |ty| AbiParam::new(self.stored_type(clif_type(ty)));
        let mut clif = Signature::new(CallConv::Tail);
        clif.params.extend(stack_pointer.into_iter().chain(ty.params().iter().copied()).map(param));
        let results = ty.results().iter().filter(|_| has_results).copied();
        clif.returns.extend(results.chain(stack_pointer).map(param));
        clif
    }

    /// The signature of a call of the runtime by translated code.
    pub fn runtime_signature(&self, function: RuntimeFunction) -> Signature {
        let word = self.stored_type(types::I32);
        let (call_conv, params, returns): (_, &[ir::Type], &[ir::Type]) = match function {
            RuntimeFunction::Grow => (self.host_call_conv, &[types::I64, types::I64], &[types::I64]),
            RuntimeFunction::Copy => (self.host_call_conv, &[types::I64, types::I64, types::I64], &[]),
            RuntimeFunction::Fill => (self.host_call_conv, &[types::I64, types::I32, types::I64], &[]),
            RuntimeFunction::CatchUnwinding => (CallConv::Tail, &[word, word, types::I64], &[word, word]),
            RuntimeFunction::Unwind => (CallConv::Tail, &[word], &[]),
        };
        let mut signature = Signature::new(call_conv);
        signature.params.extend(params.iter().map(|&ty| AbiParam::new(ty)));
        signature.returns.extend(returns.iter().map(|&ty| AbiParam::new(ty)));
        signature
    }

    /// The results of a signature of the program.
    pub fn results(&self, signature: SignatureId) -> &'a [ValType] {
        self.world.signatures[signature].results()
    }

    /// Whether a function takes the stack pointer first and gives it back last.
    pub fn carries_stack_pointer(&self, function: FuncId) -> bool {
        self.stack_pointer.is_some() && self.facts.stack_pointer.carried_by[function]
    }

    /// The same for functions that are called by reference.
    pub fn reference_carries_stack_pointer(&self, signature: SignatureId) -> bool {
        self.stack_pointer.is_some() && self.facts.stack_pointer.carried_by_signature[signature]
    }

    /// Whether a function gives back no result, and unwinds by a jump.
    pub fn unwinds_by_jump(&self, function: FuncId) -> bool {
        self.unwind_jumps && self.facts.unwinding.functions[function]
    }

    /// The same for functions that are called by reference.
    pub fn references_unwind_by_jump(&self, signature: SignatureId) -> bool {
        self.unwind_jumps && self.facts.unwinding.signatures[signature]
    }

    /// The type in which locals, parameters and results are kept, between the
    /// instructions that work on them.
    pub fn stored_type(&self, ty: ir::Type) -> ir::Type {
        if ty == types::I32 && self.zero_extension { types::I64 } else { ty }
    }

    /// The name under which code calls a function of the program.
    pub fn function_name(function: FuncId) -> ir::UserExternalName {
        ir::UserExternalName::new(NAMESPACE_FUNCTION, function.index() as u32)
    }

    /// The name under which code calls a function of the runtime.
    pub fn runtime_name(&self, function: RuntimeFunction) -> ir::UserExternalName {
        let position = RuntimeFunction::ALL.iter().position(|&other| other == function).unwrap_or_default();
        ir::UserExternalName::new(NAMESPACE_HOST, self.first_runtime_symbol() + position as u32)
    }

    /// The native code of a function, where it has one and is to have it.
    pub fn intrinsic(&self, function: FuncId) -> Option<&'a Match> {
        self.facts.intrinsics[function].as_ref().filter(|_| self.intrinsics)
    }

    /// The name under which code calls the native code of an intrinsic.
    pub fn intrinsic_name(&self, intrinsic: usize) -> ir::UserExternalName {
        let first = self.first_runtime_symbol() + RuntimeFunction::ALL.len() as u32;
        ir::UserExternalName::new(NAMESPACE_HOST, first + intrinsic as u32)
    }

    fn first_runtime_symbol(&self) -> u32 {
        self.world.host_symbols.len() as u32
    }

    /// The symbol behind an index of [`NAMESPACE_HOST`].
    pub fn host_symbol(&self, index: u32) -> String {
        let Some(position) = index.checked_sub(self.first_runtime_symbol()) else {
            return self.world.host_symbols[index as usize].clone();
        };
        match (position as usize).checked_sub(RuntimeFunction::ALL.len()) {
            Some(intrinsic) => {
                format!("{}{}", wasmc_abi::symbols::INTRINSIC_PREFIX, INTRINSICS[intrinsic].name)
            }
            None => RuntimeFunction::ALL[position as usize].symbol().to_owned(),
        }
    }
}

/// The CLIF type of a WebAssembly value. References are numbers, see
/// [`wasmc_abi::app::FuncRecord`].
pub(crate) fn clif_type(ty: ValType) -> ir::Type {
    match ty {
        ValType::I32 | ValType::Ref(_) => types::I32,
        ValType::I64 => types::I64,
        ValType::F32 => types::F32,
        ValType::F64 => types::F64,
        ValType::V128 => unreachable!("validation refuses SIMD"),
    }
}

#[cfg(test)]
mod tests {
    use super::DataSymbol;
    use std::collections::HashSet;

    #[test]
    fn data_symbols_have_different_indices() {
        let symbols = [
            DataSymbol::Text,
            DataSymbol::FuncRecords,
            DataSymbol::CpuChoice,
            DataSymbol::Data { module: 0, segment: 0 },
            DataSymbol::Element { module: 0, segment: 0 },
            DataSymbol::Data { module: 0, segment: 1 },
            DataSymbol::Data { module: 1, segment: 0 },
            DataSymbol::Data { module: 2047, segment: 99_999 },
            DataSymbol::Element { module: 2047, segment: 524_287 },
            DataSymbol::CodeTable(0),
            DataSymbol::CodeTable(1000),
        ];
        let indices: HashSet<u32> = symbols.iter().map(|symbol| symbol.to_index()).collect();
        assert_eq!(indices.len(), symbols.len());
    }
}
