//! Stage 6: CLIF to machine code, functions in parallel.

mod isa;
mod template;

use crate::Progress;
use crate::cache::{FunctionEntry, Session};
use crate::error::{Error, Result};
use crate::options::{Optimization, Options};
use crate::translate::{self, Env, Trampoline};
use crate::world::{FuncId, FunctionKind};
use cranelift_codegen::Context;
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_control::ControlPlane;
use cranelift_frontend::FunctionBuilderContext;
use rayon::prelude::*;
use wasmc_abi::trap::TrapCode;

pub(crate) use isa::isa;
pub(crate) use template::{Names, OpenRelocation, Reference, Site, Template};

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

/// Compiles every function of the program, or takes it from the cache.
///
/// # Errors
/// An operator that no stage supports.
///
/// # Panics
/// Where Cranelift refuses what this compiler translated, which is a bug here;
/// the message names the function.
pub(crate) fn compile(
    env: &Env<'_>,
    options: &Options,
    entry: &[FuncId],
    cache: Option<&Session<'_>>,
    progress: Option<&dyn Progress>,
) -> Result<Compiled> {
    let isa = isa(options);
    let order = compile_order(env, options);
    progress.inspect(|progress| progress.start(order.iter().map(|&(_, size_bytes)| size_bytes).sum()));
    let start = || Compiler::new(&isa, cache);
    let compile = |compiler: &mut Compiler<'_>, &(function, size_bytes): &(FuncId, u64)| {
        let result = compiler.function(env, function);
        progress.inspect(|progress| progress.advance(size_bytes));
        (function, result)
    };
    // The bridge hands the functions out in their order; splitting the list in
    // halves would give one thread all large ones.
    let mut functions: Vec<(FuncId, Result<Code>)> =
        order.iter().par_bridge().map_init(start, compile).collect();
    functions.sort_unstable_by_key(|&(function, _)| function);
    // Of several errors the first function's is told.
    let functions = functions.into_iter().map(|(function, code)| Ok((function, code?)));
    let functions = functions.collect::<Result<Vec<_>>>()?;
    let mut compiler = Compiler::new(&isa, None);
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

/// What is compiled with the sizes of the bodies in bytes, the largest first, so
/// that no thread begins it as the last.
fn compile_order(env: &Env<'_>, options: &Options) -> Vec<(FuncId, u64)> {
    let size_bytes = |function: FuncId| match env.world.functions[function].kind {
        FunctionKind::Body { module, body } => {
            env.world.modules[module].module.bodies[body].body.as_bytes().len() as u64
        }
        FunctionKind::Host { .. } | FunctionKind::Instantiate { .. } => 0,
    };
    let compiled = env.world.functions.keys().filter(|&function| is_compiled(env, options, function));
    let mut order: Vec<_> = compiled.map(|function| (function, size_bytes(function))).collect();
    order.sort_by_key(|&(_, size_bytes)| std::cmp::Reverse(size_bytes));
    order
}

/// Reused buffers of one thread.
struct Compiler<'i> {
    isa: &'i OwnedTargetIsa,
    cache: Option<&'i Session<'i>>,
    context: Context,
    builder_context: FunctionBuilderContext,
    /// The function as the cache's key has it.
    key_bytes: Vec<u8>,
}

impl<'i> Compiler<'i> {
    fn new(isa: &'i OwnedTargetIsa, cache: Option<&'i Session<'i>>) -> Self {
        Compiler {
            isa,
            cache,
            context: Context::new(),
            builder_context: FunctionBuilderContext::new(),
            key_bytes: Vec::new(),
        }
    }

    fn function(&mut self, env: &Env<'_>, function: FuncId) -> Result<Code> {
        if let Some(code) = self.cache.and_then(|cache| cache.known(function)) {
            return Ok(code);
        }
        self.translate(env, function)?;
        let names = Names::of(&self.context.func);
        let Some(cache) = self.cache else {
            return Ok(resolve(self.finish(&function.to_string()), &names));
        };
        let key = cache.key(&self.context.func.stencil, &mut self.key_bytes);
        let code = match cache.find(&key, &names) {
            Some(code) => code,
            None => {
                let template = self.finish(&function.to_string());
                cache.keep(&key, &template);
                resolve(template, &names)
            }
        };
        cache.note(function, FunctionEntry { key, names });
        Ok(code)
    }

    fn translate(&mut self, env: &Env<'_>, function: FuncId) -> Result<()> {
        self.context.clear();
        translate::function(env, function, &mut self.builder_context, &mut self.context.func)
    }

    fn trampoline(&mut self, env: &Env<'_>, trampoline: Trampoline<'_>) -> Code {
        self.context.clear();
        translate::trampoline(env, trampoline, &mut self.builder_context, &mut self.context.func);
        let names = Names::of(&self.context.func);
        resolve(self.finish("an entry"), &names)
    }

    fn finish(&mut self, what: &str) -> Template {
        if let Err(error) = self.context.compile(&**self.isa, &mut ControlPlane::default()) {
            panic!("compiling {what}: {:?}", error.inner);
        }
        let compiled = self.context.compiled_code().expect("just compiled");
        let align = self.isa.function_alignment().minimum.max(FUNCTION_ALIGNMENT_BYTES);
        Template::read(compiled, self.context.func.params.base_srcloc().bits(), align)
    }
}

fn resolve(template: Template, names: &Names) -> Code {
    template.resolve(names).expect("the names of the function that the template is of")
}

/// The text of one function: optimised CLIF, or assembly.
///
/// # Errors
/// As [`compile`].
pub(crate) fn dump(env: &Env<'_>, options: &Options, function: FuncId, as_assembly: bool) -> Result<String> {
    let isa = isa(options);
    let mut compiler = Compiler::new(&isa, None);
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
