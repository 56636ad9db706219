//! Machine code of earlier compilations, by what it was made from.
//!
//! A function's key is a hash of its CLIF before Cranelift's own optimisations,
//! where functions it refers to have no numbers yet (see `codegen::Template`), and of
//! everything else that the code depends on. A program's key is a hash of all of
//! the input; its entry lists its functions' keys, so that a program that was
//! compiled before is not even translated.

mod encoding;
mod key;

use crate::codegen::{self, Code, Names, Template};
use crate::options::Options;
use crate::program::Program;
use crate::world::FuncId;
use cranelift_codegen::ir::function::FunctionStencil;
use cranelift_entity::SecondaryMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What an entry is found by: a SHA-256.
pub type CacheKey = [u8; 32];

/// Where entries are kept. What a key was given is what it gets, or nothing: a
/// store that cannot be sure of that has to check.
pub trait CodeCache: Sync {
    fn get(&self, key: &CacheKey) -> Option<Vec<u8>>;
    fn put(&self, key: &CacheKey, entry: &[u8]);
}

/// How much the cache was worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheUse {
    /// Functions whose code was there.
    pub hits: usize,
    /// Functions that were compiled.
    pub misses: usize,
    /// Whether just this program was compiled before.
    pub is_same_program: bool,
}

/// Where a function's entry is, and what it leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FunctionEntry {
    pub key: CacheKey,
    pub names: Names,
}

/// The cache in one compilation.
pub(crate) struct Session<'a> {
    store: &'a dyn CodeCache,
    /// What the code of every function depends on.
    common: CacheKey,
    program: CacheKey,
    /// Where the program was compiled before: its functions.
    known: SecondaryMap<FuncId, Option<FunctionEntry>>,
    is_same_program: bool,
    noted: Mutex<Vec<(FuncId, FunctionEntry)>>,
    hits: AtomicUsize,
    misses: AtomicUsize,
}

impl<'a> Session<'a> {
    pub fn new(store: &'a dyn CodeCache, program: &Program<'_>, options: &Options) -> Session<'a> {
        let program = key::of_program(program, options);
        let entries = store.get(&program).and_then(|bytes| encoding::read_program(&bytes));
        let is_same_program = entries.is_some();
        let mut known = SecondaryMap::new();
        for (function, entry) in entries.into_iter().flatten() {
            known[function] = Some(entry);
        }
        Session {
            store,
            common: key::common(codegen::isas(options).iter().map(|isa| &**isa)),
            program,
            known,
            is_same_program,
            noted: Mutex::new(Vec::new()),
            hits: AtomicUsize::new(0),
            misses: AtomicUsize::new(0),
        }
    }

    /// The code of a function of a program that was compiled before.
    pub fn known(&self, function: FuncId) -> Option<Code> {
        let entry = self.known[function].as_ref()?;
        self.find(&entry.key, &entry.names)
    }

    /// The key of a translated function. `bytes` is room to work in.
    pub fn key(&self, stencil: &FunctionStencil, bytes: &mut Vec<u8>) -> CacheKey {
        key::of_function(&self.common, stencil, bytes)
    }

    pub fn find(&self, key: &CacheKey, names: &Names) -> Option<Code> {
        let code = encoding::read_template(&self.store.get(key)?)?.resolve(names)?;
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(code)
    }

    pub fn keep(&self, key: &CacheKey, template: &Template) {
        self.misses.fetch_add(1, Ordering::Relaxed);
        if let Some(bytes) = encoding::template(template) {
            self.store.put(key, &bytes);
        }
    }

    /// Remembers a function for the program's own entry.
    pub fn note(&self, function: FuncId, entry: FunctionEntry) {
        self.noted.lock().expect("no thread panics with the lock").push((function, entry));
    }

    /// Keeps the program's own entry.
    pub fn finish(self) -> CacheUse {
        let mut entries = self.noted.into_inner().expect("no thread panics with the lock");
        if !entries.is_empty() {
            let is_noted: std::collections::HashSet<FuncId> = entries.iter().map(|&(id, _)| id).collect();
            let known = self.known.iter().filter(|(id, _)| !is_noted.contains(id));
            entries.extend(known.filter_map(|(id, entry)| Some((id, entry.clone()?))));
            entries.sort_unstable_by_key(|&(function, _)| function);
            self.store.put(&self.program, &encoding::program(&entries));
        }
        CacheUse {
            hits: self.hits.into_inner(),
            misses: self.misses.into_inner(),
            is_same_program: self.is_same_program,
        }
    }
}
