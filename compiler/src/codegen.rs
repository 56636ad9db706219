//! Stage 6: CLIF to machine code, functions in parallel.

mod cpu_versions;
mod isa;
mod queue;
mod shorten;
mod store;
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
use wasmc_abi::trap::TrapCode;

pub(crate) use isa::isa;
use isa::newer_isa;
use queue::{Queue, Task};
pub(crate) use store::{CodeRef, CodeStore};
pub(crate) use template::{Names, OpenRelocation, Reference, Site, Template};

/// Alignment of functions in bytes: what branch targets want on x86-64.
const FUNCTION_ALIGNMENT_BYTES: u32 = 16;
/// A thread's buffers are as large as its largest function needs them. They are
/// made anew for one that is so many times smaller, since nothing else can use them.
const SHRINK_FACTOR: u64 = 4;

/// One function's machine code.
pub(crate) struct Code {
    pub bytes: Vec<u8>,
    pub align: u32,
    pub relocations: Vec<Relocation>,
    pub traps: Vec<Trap>,
}

/// A place in the code that depends on where something else is.
#[derive(Clone, Copy)]
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

#[derive(Clone, Copy)]
pub(crate) struct Trap {
    /// From the start of the function.
    pub offset: u32,
    pub wasm_offset: u32,
    pub code: TrapCode,
}

/// All machine code of a program.
pub(crate) struct Compiled {
    /// One for each thread.
    stores: Vec<CodeStore>,
    pub entry: Code,
    pub call_reference: Option<Code>,
}

impl Compiled {
    /// In the order of [`FuncId`]; those that are left out are missing.
    pub fn functions(&self) -> Vec<(FuncId, CodeRef<'_>)> {
        let mut functions: Vec<_> = self.stores.iter().flat_map(CodeStore::functions).collect();
        functions.sort_unstable_by_key(|&(function, _)| function);
        functions
    }
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
    let (isa, newer_isa) = (isa(options), newer_isa(options));
    let new_compiler = || Compiler {
        newer_isa: newer_isa.as_ref(),
        shortening: options.shortens_code().then(|| env.pinned_constant()),
        ..Compiler::new(&isa, cache)
    };
    let queue = Queue::new(tasks(env, options), rayon::current_num_threads());
    progress.inspect(|progress| progress.start(queue.size_bytes()));
    let (stores, errors): (Vec<_>, Vec<_>) =
        rayon::broadcast(|_| compile_queue(env, &queue, new_compiler, progress)).into_iter().unzip();
    // Of several errors the first function's is told.
    if let Some((_, error)) = errors.into_iter().flatten().min_by_key(|&(function, _)| function) {
        return Err(error);
    }
    let mut compiler = Compiler::new(&isa, None);
    let entry = compiler.trampoline(env, Trampoline::Entry(entry));
    let unit = env.world.signatures.iter().find(|(_, ty)| ty.params().is_empty() && ty.results().is_empty());
    let call_reference =
        unit.map(|(signature, _)| compiler.trampoline(env, Trampoline::CallReference(signature)));
    Ok(Compiled { stores, entry, call_reference })
}

/// What one thread does.
fn compile_queue<'i>(
    env: &Env<'_>,
    queue: &Queue,
    new_compiler: impl Fn() -> Compiler<'i>,
    progress: Option<&dyn Progress>,
) -> (CodeStore, Vec<(FuncId, Error)>) {
    let mut compiler = new_compiler();
    let mut largest_bytes = 0;
    let (mut store, mut errors) = (CodeStore::default(), Vec::new());
    while let Some((function, size_bytes)) = queue.take() {
        if size_bytes < largest_bytes / SHRINK_FACTOR {
            compiler = new_compiler();
            largest_bytes = 0;
        }
        largest_bytes = largest_bytes.max(size_bytes);
        match compiler.function(env, function) {
            Ok(code) => store.add(function, &code),
            Err(error) => errors.push((function, error)),
        }
        queue.finish((function, size_bytes));
        progress.inspect(|progress| progress.advance(size_bytes));
    }
    (store, errors)
}

/// Whether a function is part of the executable.
pub(crate) fn is_compiled(env: &Env<'_>, options: &Options, function: FuncId) -> bool {
    env.facts.reachable[function] || !options.optimizes(Optimization::DeadFunctions)
}

/// What is compiled, with the sizes of the bodies in bytes.
fn tasks(env: &Env<'_>, options: &Options) -> impl Iterator<Item = Task> {
    let size_bytes = |function: FuncId| match env.world.functions[function].kind {
        FunctionKind::Body { module, body } => {
            env.world.modules[module].module.bodies[body].body.as_bytes().len() as u64
        }
        FunctionKind::Host { .. } | FunctionKind::Instantiate { .. } => 0,
    };
    let compiled = env.world.functions.keys().filter(move |&function| is_compiled(env, options, function));
    compiled.map(move |function| (function, size_bytes(function)))
}

/// Cranelift for each CPU that there is code for.
pub(crate) fn isas(options: &Options) -> Vec<OwnedTargetIsa> {
    std::iter::once(isa(options)).chain(newer_isa(options)).collect()
}

/// Reused buffers of one thread.
struct Compiler<'i> {
    isa: &'i OwnedTargetIsa,
    /// What functions' second version is made for.
    newer_isa: Option<&'i OwnedTargetIsa>,
    /// Whether code is shortened, and by what the pinned register holds, if that is known.
    shortening: Option<Option<i32>>,
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
            newer_isa: None,
            shortening: None,
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
        let portable = self.machine_code(self.isa, what);
        match self.newer_isa {
            Some(isa) if cpu_versions::pay(&self.context.func) => {
                cpu_versions::join(self.machine_code(isa, what), portable)
            }
            _ => portable,
        }
    }

    fn assembly(&mut self, isa: &OwnedTargetIsa, function: FuncId) -> Result<String> {
        self.context.set_disasm(true);
        let compiled = self
            .context
            .compile(&**isa, &mut ControlPlane::default())
            .map_err(|error| Error::new(format!("compiling {function}: {:?}", error.inner)))?;
        Ok(compiled.vcode.clone().unwrap_or_default())
    }

    fn machine_code(&mut self, isa: &OwnedTargetIsa, what: &str) -> Template {
        if let Err(error) = self.context.compile(&**isa, &mut ControlPlane::default()) {
            panic!("compiling {what}: {:?}", error.inner);
        }
        let compiled = self.context.compiled_code().expect("just compiled");
        let align = isa.function_alignment().minimum.max(FUNCTION_ALIGNMENT_BYTES);
        let code = Template::read(compiled, self.context.func.params.base_srcloc().bits(), align);
        match self.shortening {
            Some(pinned) => shorten::shorten(code, &compiled.bb_starts, pinned),
            None => code,
        }
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
        let mut text = compiler.assembly(&isa, function)?;
        if let Some(newer_isa) = newer_isa(options).filter(|_| cpu_versions::pay(&compiler.context.func)) {
            text.push_str("\n; where the CPU is an x86-64-v3:\n");
            text.push_str(&compiler.assembly(&newer_isa, function)?);
        }
        return Ok(text);
    }
    compiler
        .context
        .optimize(&*isa, &mut ControlPlane::default())
        .map_err(|error| Error::new(format!("optimising {function}: {error}")))?;
    Ok(compiler.context.func.display().to_string())
}
