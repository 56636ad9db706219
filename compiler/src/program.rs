//! What is compiled: the closed world of modules, and how their imports are met.

/// Modules that become one executable.
#[derive(Debug, Default)]
pub struct Program<'a> {
    /// In any order; imports refer to them by position.
    pub modules: Vec<ModuleInput<'a>>,
    /// Positions of the modules that the entry instantiates, in this order,
    /// before it calls the root. A module that is not listed is instantiated
    /// by a call to an [`ImportTarget::Instantiate`], or never.
    pub instantiate: Vec<usize>,
    /// The export that the entry calls last: a function of type `() -> ()`.
    pub root: Option<Root>,
}

/// An exported function.
#[derive(Debug, Clone)]
pub struct Root {
    pub module: usize,
    pub export: String,
}

/// One module and what each of its imports means.
#[derive(Debug)]
pub struct ModuleInput<'a> {
    /// For the caller's messages.
    pub name: String,
    /// The binary format; text is converted by the caller.
    pub wasm: &'a [u8],
    /// One for each import, in the module's order.
    pub imports: Vec<ImportTarget>,
}

/// How one import is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportTarget {
    /// A function of the runtime, by symbol name. It is called in the C
    /// convention with the address of the module's memory record, then the
    /// WebAssembly parameters.
    Host { symbol: String },
    /// An export of another module of the program.
    Export { module: usize, name: String },
    /// A function `() -> ()` that instantiates a module of the program: its
    /// segments that need run time, then its start function.
    Instantiate { module: usize },
}
