//! Stage 6: CLIF to machine code, functions in parallel.

use crate::error::{Error, Result};
use crate::options::{BaseMode, Cpu, OptLevel, Optimization, Options, Target};
use crate::parallel;
use crate::translate::{self, Env, NAMESPACE_DATA, NAMESPACE_FUNCTION, Trampoline};
use crate::world::{FuncId, FunctionKind};
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::ir::{self, ExternalName};
use cranelift_codegen::isa::{FunctionAlignment, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_codegen::{CompiledCode, Context, FinalizedRelocTarget};
use cranelift_control::ControlPlane;
use cranelift_frontend::FunctionBuilderContext;
use wasmc_abi::trap::TrapCode;

/// Alignment of functions in bytes: what branch targets want on x86-64.
const FUNCTION_ALIGNMENT_BYTES: u32 = 16;

/// One function's machine code.
pub(crate) struct Code {
    pub bytes: Vec<u8>,
    pub align: u32,
    pub relocations: Vec<Relocation>,
    pub traps: Vec<Trap>,
}

/// A place in the code that depends on where something else is.
pub(crate) struct Relocation {
    /// From the start of the function.
    pub offset: u32,
    pub kind: Reloc,
    pub target: RelocationTarget,
    pub addend: i64,
}

#[derive(Clone, Copy)]
pub(crate) enum RelocationTarget {
    Function(FuncId),
    /// Index of `Env::host_symbol`.
    Host(u32),
    /// Index of `DataSymbol`.
    Data(u32),
    /// A distance from the start of the same function.
    Own(u32),
}

pub(crate) struct Trap {
    /// From the start of the function.
    pub offset: u32,
    pub wasm_offset: u32,
    pub code: TrapCode,
}

/// All machine code of a program.
pub(crate) struct Compiled {
    /// In the order of [`FuncId`]; those that are left out are missing.
    pub functions: Vec<(FuncId, Code)>,
    pub entry: Code,
    pub call_reference: Option<Code>,
}

/// Cranelift for a target, with this compiler's settings.
pub(crate) fn isa(options: &Options) -> OwnedTargetIsa {
    let mut shared = settings::builder();
    let opt_level = match options.opt_level {
        OptLevel::None => "none",
        OptLevel::Speed => "speed",
    };
    for (name, value) in [
        ("opt_level", opt_level),
        // A fault on the stack's guard is how exhaustion shows, so that large
        // frames must touch every page on the way down.
        ("probestack_strategy", "inline"),
        ("libcall_call_conv", "isa_default"),
    ] {
        shared.set(name, value).expect("a setting of this Cranelift");
    }
    for (name, value) in [
        ("enable_verifier", options.verify),
        ("enable_probestack", true),
        ("enable_multi_ret_implicit_sret", true),
        ("preserve_frame_pointers", true),
        ("unwind_info", false),
        ("is_pic", false),
        ("use_colocated_libcalls", true),
        ("enable_pinned_reg", options.base == BaseMode::Register),
        // One tenant per process: there is no secret in it to speculate on.
        ("enable_heap_access_spectre_mitigation", false),
        ("enable_table_access_spectre_mitigation", false),
    ] {
        shared.set(name, if value { "true" } else { "false" }).expect("a setting of this Cranelift");
    }
    let mut isa = cranelift_codegen::isa::lookup(triple(options.target)).expect("the target is compiled in");
    for flag in cpu_flags(options) {
        isa.enable(flag).expect("a flag of this Cranelift");
    }
    isa.finish(settings::Flags::new(shared)).expect("consistent settings")
}

/// The triple of a target, as Cranelift knows it.
pub(crate) fn triple(target: Target) -> target_lexicon::Triple {
    let name = match target {
        Target::X86_64Linux => "x86_64-unknown-linux-musl",
        Target::Aarch64Linux => "aarch64-unknown-linux-musl",
    };
    name.parse().expect("a known triple")
}

/// Single flags rather than presets: Cranelift's presets for x86-64-v3 lack AVX.
fn cpu_flags(options: &Options) -> &'static [&'static str] {
    const V2: &[&str] = &["has_cmpxchg16b", "has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt"];
    const V3: &[&str] = &[
        "has_cmpxchg16b",
        "has_sse3",
        "has_ssse3",
        "has_sse41",
        "has_sse42",
        "has_popcnt",
        "has_avx",
        "has_avx2",
        "has_fma",
        "has_bmi1",
        "has_bmi2",
        "has_lzcnt",
    ];
    match (options.target, options.cpu) {
        (Target::X86_64Linux, Cpu::Baseline) => V2,
        (Target::X86_64Linux, Cpu::X86_64V3) => V3,
        (Target::Aarch64Linux, _) => &[],
    }
}

/// Compiles every function of the program.
///
/// # Errors
/// An operator that no stage supports.
///
/// # Panics
/// Where Cranelift refuses what this compiler translated, which is a bug here;
/// the message names the function.
pub(crate) fn compile(env: &Env<'_>, options: &Options, entry: &[FuncId]) -> Result<Compiled> {
    let isa = isa(options);
    let order = compile_order(env, options);
    let compile =
        |compiler: &mut Compiler<'_>, &function: &FuncId| (function, compiler.function(env, function));
    let mut functions = parallel::in_order(&order, || Compiler::new(&isa), compile);
    functions.sort_unstable_by_key(|&(function, _)| function);
    let functions = functions.into_iter().map(|(function, code)| Ok((function, code?)));
    // Of several errors the first function's is told.
    let functions = functions.collect::<Result<Vec<_>>>()?;
    let mut compiler = Compiler::new(&isa);
    let entry = compiler.trampoline(env, Trampoline::Entry(entry));
    let unit = env.world.signatures.iter().find(|(_, ty)| ty.params().is_empty() && ty.results().is_empty());
    let call_reference =
        unit.map(|(signature, _)| compiler.trampoline(env, Trampoline::CallReference(signature)));
    Ok(Compiled { functions, entry, call_reference })
}

/// Whether a function is part of the executable.
pub(crate) fn is_compiled(env: &Env<'_>, options: &Options, function: FuncId) -> bool {
    env.facts.reachable[function] || !options.optimizes(Optimization::DeadFunctions)
}

/// What is compiled, the largest first, so that no thread begins it as the last.
fn compile_order(env: &Env<'_>, options: &Options) -> Vec<FuncId> {
    let is_compiled = |function: &FuncId| is_compiled(env, options, *function);
    let size_bytes = |function: FuncId| match env.world.functions[function].kind {
        FunctionKind::Body { module, body } => {
            env.world.modules[module].module.bodies[body].body.as_bytes().len()
        }
        FunctionKind::Host { .. } | FunctionKind::Instantiate { .. } => 0,
    };
    let mut order: Vec<FuncId> = env.world.functions.keys().filter(is_compiled).collect();
    order.sort_by_key(|&function| std::cmp::Reverse(size_bytes(function)));
    order
}

/// Reused buffers of one thread.
struct Compiler<'i> {
    isa: &'i OwnedTargetIsa,
    context: Context,
    builder_context: FunctionBuilderContext,
}

impl<'i> Compiler<'i> {
    fn new(isa: &'i OwnedTargetIsa) -> Self {
        Compiler { isa, context: Context::new(), builder_context: FunctionBuilderContext::new() }
    }

    fn function(&mut self, env: &Env<'_>, function: FuncId) -> Result<Code> {
        self.translate(env, function)?;
        Ok(self.finish(&function.to_string()))
    }

    fn translate(&mut self, env: &Env<'_>, function: FuncId) -> Result<()> {
        self.context.clear();
        translate::function(env, function, &mut self.builder_context, &mut self.context.func)
    }

    fn trampoline(&mut self, env: &Env<'_>, trampoline: Trampoline<'_>) -> Code {
        self.context.clear();
        translate::trampoline(env, trampoline, &mut self.builder_context, &mut self.context.func);
        self.finish("an entry")
    }

    fn finish(&mut self, what: &str) -> Code {
        if let Err(error) = self.context.compile(&**self.isa, &mut ControlPlane::default()) {
            panic!("compiling {what}: {:?}", error.inner);
        }
        let compiled = self.context.compiled_code().expect("just compiled");
        read(compiled, &self.context.func, self.isa.function_alignment())
    }
}

fn read(compiled: &CompiledCode, function: &ir::Function, alignment: FunctionAlignment) -> Code {
    let sources = compiled.buffer.get_srclocs_sorted();
    let wasm_offset_at = |offset: u32| {
        let next = sources.partition_point(|source| source.start <= offset);
        sources[..next].last().filter(|source| offset < source.end).map_or(0, |source| source.loc.bits())
    };
    let traps = compiled.buffer.traps().iter().filter_map(|trap| {
        let code = translate::trap_code(trap.code)?;
        Some(Trap { offset: trap.offset, wasm_offset: wasm_offset_at(trap.offset), code })
    });
    Code {
        bytes: compiled.code_buffer().to_vec(),
        align: alignment.minimum.max(FUNCTION_ALIGNMENT_BYTES),
        relocations: compiled
            .buffer
            .relocs()
            .iter()
            .map(|relocation| read_relocation(relocation, function))
            .collect(),
        traps: traps.collect(),
    }
}

fn read_relocation(
    relocation: &cranelift_codegen::FinalizedMachReloc,
    function: &ir::Function,
) -> Relocation {
    let target = match &relocation.target {
        FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => {
            let name = &function.params.user_named_funcs()[*name];
            match name.namespace {
                NAMESPACE_FUNCTION => RelocationTarget::Function(FuncId::from_u32(name.index)),
                NAMESPACE_DATA => RelocationTarget::Data(name.index),
                _ => RelocationTarget::Host(name.index),
            }
        }
        FinalizedRelocTarget::Func(offset) => RelocationTarget::Own(*offset),
        other => panic!("code refers to {other:?}, which this compiler never names"),
    };
    Relocation { offset: relocation.offset, kind: relocation.kind, target, addend: relocation.addend }
}

/// The text of one function: optimised CLIF, or assembly.
///
/// # Errors
/// As [`compile`].
pub(crate) fn dump(env: &Env<'_>, options: &Options, function: FuncId, as_assembly: bool) -> Result<String> {
    let isa = isa(options);
    let mut compiler = Compiler::new(&isa);
    compiler.translate(env, function)?;
    if as_assembly {
        compiler.context.set_disasm(true);
        let compiled = compiler
            .context
            .compile(&*isa, &mut ControlPlane::default())
            .map_err(|error| Error::new(format!("compiling {function}: {:?}", error.inner)))?;
        return Ok(compiled.vcode.clone().unwrap_or_default());
    }
    compiler
        .context
        .optimize(&*isa, &mut ControlPlane::default())
        .map_err(|error| Error::new(format!("optimising {function}: {error}")))?;
    Ok(compiler.context.func.display().to_string())
}
