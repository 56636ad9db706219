//! Assertions that a module is refused: the compiler decides, for the reason
//! that the script names, and without a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wasmc_compiler::{Error, ModuleInput, Options, Program, Target, compile};

use crate::script::{Refusal, RefusalKind, Script};

/// Checks one assertion; the error says what happened instead.
pub fn check(script: &Script, refusal: &Refusal) -> Result<(), String> {
    let wasm = match (&refusal.wasm, refusal.kind) {
        (Ok(wasm), _) => wasm,
        (Err(_), RefusalKind::Malformed | RefusalKind::Invalid) => return Ok(()),
        (Err(message), _) => return Err(format!("the text is malformed: {message}")),
    };
    match (compile_error(script, refusal, wasm)?, refusal.kind) {
        (None, RefusalKind::Unsupported) => {
            Err("the module links, so that it must leave skip.txt".to_owned())
        }
        (None, _) => Err("the module is accepted".to_owned()),
        (Some(error), kind) if is_fitting(&error, kind) => Ok(()),
        (Some(error), kind) => Err(format!("refused, but not as {kind:?}: {error}")),
    }
}

/// The error of compiling the module, if there is one.
fn compile_error(script: &Script, refusal: &Refusal, wasm: &[u8]) -> Result<Option<Error>, String> {
    // What comes before it matters only to what imports from it.
    let before = if refusal.imports.is_empty() { 0 } else { refusal.modules_before };
    let mut modules: Vec<ModuleInput<'_>> = script.modules[..before].iter().map(crate::run::input).collect();
    modules.push(ModuleInput { name: "refused".to_owned(), wasm, imports: refusal.imports.clone() });
    let program = Program { modules, instantiate: vec![before], root: None };
    let options = Options::new(Target::X86_64Linux);
    match catch_unwind(AssertUnwindSafe(|| compile(&program, &options))) {
        Ok(result) => Ok(result.err()),
        Err(_) => Err("the compiler panicked".to_owned()),
    }
}

fn is_fitting(error: &Error, kind: RefusalKind) -> bool {
    let is_about_import = error.message().starts_with("import ");
    match kind {
        RefusalKind::Malformed | RefusalKind::Invalid => !is_about_import,
        RefusalKind::Unlinkable => is_about_import,
        RefusalKind::Unsupported => true,
    }
}
