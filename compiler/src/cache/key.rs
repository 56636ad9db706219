//! What entries are found by. A key that leaves out something that the code
//! depends on would give wrong code, so that options are named one by one here.

use super::CacheKey;
use crate::options::Options;
use crate::program::Program;
use cranelift_codegen::ir::function::FunctionStencil;
use cranelift_codegen::isa::TargetIsa;
use sha2::{Digest, Sha256};
use std::hash::{Hash, Hasher};

/// This compiler: a hash of its sources and of the versions it is built with.
const COMPILER: &str = env!("WASMC_COMPILER_HASH");

/// Collects what a value hashes.
struct Bytes<'b>(&'b mut Vec<u8>);

impl Hasher for Bytes<'_> {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("the bytes are hashed, all at once")
    }
}

/// What all functions' code depends on: the compiler, and Cranelift's settings, of
/// each CPU that there are versions for.
pub(super) fn common<'i>(isas: impl Iterator<Item = &'i dyn TargetIsa>) -> CacheKey {
    let mut bytes = Vec::new();
    let mut hasher = Bytes(&mut bytes);
    COMPILER.hash(&mut hasher);
    for isa in isas {
        isa.name().hash(&mut hasher);
        isa.triple().hash(&mut hasher);
        isa.flags().hash(&mut hasher);
        isa.isa_flags_hash_key().hash(&mut hasher);
    }
    Sha256::digest(&bytes).into()
}

pub(super) fn of_function(common: &CacheKey, stencil: &FunctionStencil, bytes: &mut Vec<u8>) -> CacheKey {
    bytes.clear();
    bytes.extend_from_slice(common);
    stencil.hash(&mut Bytes(bytes));
    Sha256::digest(bytes).into()
}

pub(super) fn of_program(program: &Program<'_>, options: &Options) -> CacheKey {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    add(COMPILER.as_bytes());
    add(options_text(options).as_bytes());
    let Program { modules, instantiate, root } = program;
    add(format!("{instantiate:?} {root:?}").as_bytes());
    for module in modules {
        add(module.wasm);
        for import in &module.imports {
            add(format!("{import:?}").as_bytes());
        }
    }
    hash.finalize().into()
}

/// All that changes code; what is baked into the executable beside it is not here.
fn options_text(options: &Options) -> String {
    // Without `..`: a new option has to be thought of here.
    let Options {
        target,
        cpu,
        memory,
        base,
        opt_level,
        disabled,
        stack_bytes,
        config,
        embedded,
        compress_data,
        verify,
    } = options;
    let _ = (config, embedded, compress_data, verify);
    format!("{target:?} {cpu:?} {memory:?} {base:?} {opt_level:?} {disabled:?} {stack_bytes}")
}
