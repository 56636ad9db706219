//! The module that performs a script's commands: written as text, one function
//! a command, each run under the harness so that traps are seen and survived.

use std::collections::HashMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use wasmc_compiler::ImportTarget;
use wasmparser::ValType;

use crate::script::{Action, Command, Expected, Exported, Script};
use crate::value::Pattern;

/// The export that runs everything.
pub const EXPORT: &str = "run";

/// What a report is about: the position of a command, with this bit set where
/// it ended with another trap than expected, in which case the value is the
/// trap's code, or 0 for none.
pub const WRONG_TRAP: u32 = 1 << 31;
/// What the last report is about; the value is the number of commands that ran.
pub const END: u32 = u32::MAX;

const PRELUDE: &str = r#"
  (import "" "" (func $catch (param funcref) (result i32)))
  (import "" "" (func $report (param i32 i64)))
  (import "" "" (func $to_extern (param i32) (result externref)))
  (import "" "" (func $from_extern (param externref) (result i32)))"#;

const HOST_SYMBOLS: [&str; 4] =
    ["wasmc_harness_catch", "wasmc_harness_report", "wasmc_harness_same", "wasmc_harness_same"];

const RUN: &str = r#"
  (global $command (mut i32) (i32.const 0))
  (global $expected_trap (mut i32) (i32.const 0))
  (func $check32 (param $got i32) (param $mask i32) (param $bits i32)
    (if (i32.ne (i32.and (local.get $got) (local.get $mask)) (local.get $bits))
      (then (call $report (global.get $command) (i64.extend_i32_u (local.get $got))))))
  (func $check64 (param $got i64) (param $mask i64) (param $bits i64)
    (if (i64.ne (i64.and (local.get $got) (local.get $mask)) (local.get $bits))
      (then (call $report (global.get $command) (local.get $got)))))
  (func (export "run") (local $trap i32)
    (loop $next
      (if (i32.lt_u (global.get $command) (table.size $commands))
        (then
          (global.set $expected_trap (i32.const 0))
          (local.set $trap (call $catch (table.get $commands (global.get $command))))
          (if (i32.ne (local.get $trap) (global.get $expected_trap))
            (then
              (call $report
                (i32.or (global.get $command) (i32.const 0x80000000))
                (i64.extend_i32_u (local.get $trap)))))
          (global.set $command (i32.add (global.get $command) (i32.const 1)))
          (br $next))))
    (call $report (i32.const -1) (i64.extend_i32_u (global.get $command))))
"#;

pub struct Driver {
    pub wasm: Vec<u8>,
    pub imports: Vec<ImportTarget>,
}

/// Writes the driver of a script.
pub fn write(script: &Script) -> Result<Driver> {
    let mut writer = Writer::default();
    for (position, command) in script.commands.iter().enumerate() {
        writer.command(position, command).with_context(|| format!("{}:{}", script.name, command.line))?;
    }
    let Writer { imports, import_text, functions, .. } = writer;
    let references: String = (0..script.commands.len()).map(|position| format!(" $c{position}")).collect();
    let table = format!("\n  (table $commands funcref (elem{references}))");
    let text = format!("(module{PRELUDE}{import_text}{table}{RUN}{functions})");
    let wasm = wat::parse_str(&text).with_context(|| format!("the driver of {}", script.name))?;
    let host = HOST_SYMBOLS.iter().map(|symbol| ImportTarget::Host { symbol: (*symbol).to_owned() });
    Ok(Driver { wasm, imports: host.chain(imports).collect() })
}

#[derive(Default)]
struct Writer {
    imports: Vec<ImportTarget>,
    import_text: String,
    functions: String,
    /// What is imported already, by what is written after the import's names.
    known: HashMap<(usize, String), usize>,
}

impl Writer {
    fn command(&mut self, position: usize, command: &Command) -> Result<()> {
        let expected_trap = match command.expected {
            Expected::Trap(code) => code as u32,
            Expected::Return(_) => 0,
        };
        let (code, results) = self.action(&command.action)?;
        let locals: String = results.iter().map(|ty| format!(" {ty}")).collect();
        let functions = &mut self.functions;
        write!(functions, "\n  (func $c{position} (local{locals})")?;
        if expected_trap != 0 {
            write!(functions, "\n    (global.set $expected_trap (i32.const {expected_trap}))")?;
        }
        write!(functions, "\n    {code}")?;
        for result in (0..results.len()).rev() {
            write!(functions, " (local.set {result})")?;
        }
        if let Expected::Return(Some(patterns)) = &command.expected {
            check_results(functions, patterns, &results)?;
        }
        functions.push(')');
        Ok(())
    }

    /// Code that performs the action, and the types of what it leaves.
    fn action(&mut self, action: &Action) -> Result<(String, Vec<ValType>)> {
        match action {
            Action::Instantiate { module } => {
                let target = ImportTarget::Instantiate { module: *module };
                let import = self.import((*module, String::new()), target, "(func $IMPORT)");
                Ok((format!("(call {import})"), Vec::new()))
            }
            Action::Invoke { module, export, ty: Exported::Function { params, results }, args } => {
                ensure!(
                    params.len() == args.len(),
                    "{} arguments for {} parameters",
                    args.len(),
                    params.len()
                );
                let declaration =
                    format!("(func $IMPORT{}{})", types("param", params), types("result", results));
                let import = self.export(*module, export, &declaration);
                let args: String =
                    args.iter().zip(params).map(|(arg, &ty)| format!(" {}", arg.to_wat(ty))).collect();
                Ok((format!("(call {import}{args})"), results.clone()))
            }
            Action::Get { module, export, ty: Exported::Global { ty, mutable } } => {
                let global = if *mutable { format!("(mut {ty})") } else { ty.to_string() };
                let import = self.export(*module, export, &format!("(global $IMPORT {global})"));
                Ok((format!("(global.get {import})"), vec![*ty]))
            }
            Action::Invoke { export, .. } | Action::Get { export, .. } => {
                anyhow::bail!("{export:?} is of the wrong kind")
            }
        }
    }

    fn export(&mut self, module: usize, export: &str, declaration: &str) -> String {
        let target = ImportTarget::Export { module, name: export.to_owned() };
        self.import((module, format!("{declaration}{export}")), target, declaration)
    }

    /// The identifier of an import, which is declared when it is new.
    fn import(&mut self, key: (usize, String), target: ImportTarget, declaration: &str) -> String {
        let next = self.imports.len();
        let number = *self.known.entry(key).or_insert(next);
        let name = format!("$i{number}");
        if number == next {
            self.imports.push(target);
            self.import_text.push_str("\n  (import \"\" \"\" ");
            self.import_text.push_str(&declaration.replacen("$IMPORT", &name, 1));
            self.import_text.push(')');
        }
        name
    }
}

fn types(keyword: &str, types: &[ValType]) -> String {
    types.iter().map(|ty| format!(" ({keyword} {ty})")).collect()
}

fn check_results(functions: &mut String, patterns: &[Pattern], results: &[ValType]) -> Result<()> {
    ensure!(patterns.len() == results.len(), "{} results for {} expected", results.len(), patterns.len());
    for (position, (pattern, &ty)) in patterns.iter().zip(results).enumerate() {
        let got = format!("(local.get {position})");
        write!(functions, "\n    {}", pattern.check_wat(&got, ty))?;
    }
    Ok(())
}
