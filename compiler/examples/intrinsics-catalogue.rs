//! Writes the lines of the catalogue of intrinsics, see
//! `compiler/src/analysis/intrinsics/catalogue.rs`, from modules of Go with
//! names. An argument is `VERSION=FILE,FILE,...`: the same functions, linked
//! into programs that differ, so that what the linker writes differs too.
//! `scripts/intrinsics-catalogue` builds them.

#[path = "../src/analysis/intrinsics/shape.rs"]
mod shape;

use shape::Shape;
use std::collections::{BTreeMap, HashMap};
use wasmparser::{FuncType, FunctionBody, KnownCustom, Name, Operator, Parser, Payload, TypeRef};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

struct Function {
    /// In the catalogue.
    name: &'static str,
    /// In Go's modules.
    symbols: &'static [&'static str],
    /// Whether it calls others only where the native code does nothing.
    is_leaf: bool,
}

const fn function(name: &'static str, symbols: &'static [&'static str]) -> Function {
    Function { name, symbols, is_leaf: false }
}

const FUNCTIONS: [Function; 19] = [
    function("memchr", &["memchr"]),
    function("memcmp", &["memcmp"]),
    function("memeq", &["memeqbody"]),
    // They call others where the separator is not one byte.
    Function { name: "count", symbols: &["bytes.Count"], is_leaf: true },
    Function { name: "count_string", symbols: &["strings.Count"], is_leaf: true },
    function("sha1_block", &["crypto_sha1.blockGeneric"]),
    function("sha256_block", &["crypto_internal_fips140_sha256.blockGeneric"]),
    function("sha256_block_of_slice", &["crypto_sha256.blockGeneric"]),
    function("sha512_block", &["crypto_internal_fips140_sha512.blockGeneric"]),
    function("sha512_block_of_slice", &["crypto_sha512.blockGeneric"]),
    function("md5_block", &["crypto_md5.blockGeneric"]),
    function("crc32_slicing8", &["hash_crc32.slicingUpdate"]),
    function("big_add", &["math_big.addVV_g"]),
    function("big_sub", &["math_big.subVV_g"]),
    function("big_mul_add", &["math_big.mulAddVWW_g"]),
    function("big_add_mul", &["math_big.addMulVVW_g"]),
    function("big_add_mul_to", &["math_big.addMulVVWW_g"]),
    function("big_mul_add_word", &["math_big.mulAddWWW_g"]),
    function("mul64", &["math_bits.Mul64"]),
];

/// What ends in a panic, which the native code's conditions exclude everywhere.
const PANICS: [&str; 3] = ["runtime.goPanic", "runtime.gopanic", "runtime.sigpanic"];
/// What a function calls before its hook.
const BEFORE_HOOK: &str = "runtime.morestack";

#[derive(Default)]
struct Module<'a> {
    types: Vec<FuncType>,
    /// Type index of every function.
    functions: Vec<u32>,
    imported: usize,
    bodies: Vec<FunctionBody<'a>>,
    names: HashMap<&'a str, u32>,
    names_by_index: HashMap<u32, &'a str>,
}

impl<'a> Module<'a> {
    fn read(wasm: &'a [u8]) -> Result<Module<'a>> {
        let mut module = Module::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(types) => {
                    for ty in types.into_iter_err_on_gc_types() {
                        module.types.push(ty?);
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        if let TypeRef::Func(ty) = import?.ty {
                            module.functions.push(ty);
                        }
                    }
                    module.imported = module.functions.len();
                }
                Payload::FunctionSection(functions) => {
                    for ty in functions {
                        module.functions.push(ty?);
                    }
                }
                Payload::CodeSectionEntry(body) => module.bodies.push(body),
                Payload::CustomSection(section) => module.read_names(section.as_known())?,
                _ => {}
            }
        }
        Ok(module)
    }

    fn read_names(&mut self, section: KnownCustom<'a>) -> Result<()> {
        let KnownCustom::Name(names) = section else { return Ok(()) };
        for name in names {
            let Name::Function(functions) = name? else { continue };
            for function in functions {
                let function = function?;
                self.names.insert(function.name, function.index);
                self.names_by_index.insert(function.index, function.name);
            }
        }
        Ok(())
    }

    fn function(&self, names: &[&str]) -> Option<(&FuncType, &FunctionBody<'a>)> {
        let &index = names.iter().find_map(|name| self.names.get(name))?;
        let ty = self.types.get(self.functions[index as usize] as usize)?;
        Some((ty, self.bodies.get((index as usize).checked_sub(self.imported)?)?))
    }
}

fn main() -> Result<()> {
    let mut lines: BTreeMap<(usize, String, String), Vec<String>> = BTreeMap::new();
    for argument in std::env::args().skip(1) {
        let (version, files) = argument.split_once('=').ok_or("an argument is VERSION=FILE,FILE,...")?;
        let files = files.split(',').map(std::fs::read).collect::<std::io::Result<Vec<_>>>()?;
        let modules = files.iter().map(|file| Module::read(file)).collect::<Result<Vec<_>>>()?;
        for (order, function) in FUNCTIONS.iter().enumerate() {
            let name = function.name;
            match entry(&modules, function).map_err(|error| format!("{version} {name}: {error}"))? {
                Some((before, after)) => {
                    let key = (order, before, after);
                    lines.entry(key).or_default().push(version.to_owned());
                }
                None => eprintln!("{version} has no {name}"),
            }
        }
    }
    for ((order, shape, digest), versions) in lines {
        println!("{} {} {shape} {digest}", FUNCTIONS[order].name, versions.join(","));
    }
    Ok(())
}

/// What follows a function's name and versions; `None` where it is not there.
fn entry(modules: &[Module<'_>], function: &Function) -> Result<Option<(String, String)>> {
    let found: Option<Vec<_>> = modules.iter().map(|module| module.function(function.symbols)).collect();
    let Some(found) = found else { return Ok(None) };
    let shapes = found.iter().map(|(_, body)| Shape::read(body)).collect::<wasmparser::Result<Vec<_>>>()?;
    let holes = holes(modules, &shapes, function)?;
    let positions = || holes.iter().map(|(position, _)| *position);
    let digests: Vec<[u8; 32]> =
        found.iter().zip(&shapes).map(|((ty, _), shape)| shape.digest(ty, positions())).collect();
    if digests.iter().any(|digest| *digest != digests[0]) {
        return Err("the bodies differ in more than what the linker writes".into());
    }
    let frame_bytes = frame_bytes(&shapes[0])?;
    let hook = hook(&shapes[0], frame_bytes)?;
    let holes: Vec<String> = holes.iter().map(|(position, kind)| format!("{position}:{kind}")).collect();
    let shape = format!(
        "operators={} bytes={} hook={hook} frame={frame_bytes} holes={}",
        shapes[0].operators.len(),
        fixed_len_bytes(found[0].1, &shapes[0], positions()),
        holes.join(",")
    );
    let digest = digests[0].iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Some((shape, digest)))
}

/// Bytes of a body without the immediates of its holes.
fn fixed_len_bytes(body: &FunctionBody<'_>, shape: &Shape<'_>, holes: impl Iterator<Item = usize>) -> usize {
    body.as_bytes().len() - holes.map(|hole| shape.operators[hole].1.len() - 1).sum::<usize>()
}

/// The operators whose immediates the linker wrote, each with its kind.
fn holes(modules: &[Module<'_>], shapes: &[Shape<'_>], function: &Function) -> Result<Vec<(usize, String)>> {
    let operators = &shapes[0].operators;
    if shapes.iter().any(|shape| shape.operators.len() != operators.len()) {
        return Err("the bodies differ in length".into());
    }
    let mut addresses: Vec<Vec<i64>> = Vec::new();
    let mut holes = Vec::new();
    for (position, (operator, bytes)) in operators.iter().enumerate() {
        let differs = shapes.iter().any(|shape| shape.operators[position].1 != *bytes);
        let next = operators.get(position + 1).map(|next| &next.0);
        let kind = match (operator, next) {
            (Operator::Call { .. }, _) => callee(modules, shapes, function, position)?,
            // A return address, or an argument of a panic.
            (Operator::I64Const { .. }, Some(Operator::I64Store { .. })) if differs => "_".to_owned(),
            (Operator::I64Const { .. }, _) if differs => {
                let of = |shape: &Shape<'_>| shape::immediate(&shape.operators[position].0);
                let values: Option<Vec<i64>> = shapes.iter().map(of).collect();
                let values = values.ok_or("an operator differs in more than its immediate")?;
                let known = addresses.iter().position(|address| *address == values);
                known.unwrap_or_else(|| (addresses.push(values), addresses.len() - 1).1).to_string()
            }
            _ if differs => return Err(format!("operator {position}, {operator:?}, differs").into()),
            _ => continue,
        };
        holes.push((position, kind));
    }
    Ok(holes)
}

fn callee(
    modules: &[Module<'_>],
    shapes: &[Shape<'_>],
    caller: &Function,
    position: usize,
) -> Result<String> {
    let mut kinds = modules.iter().zip(shapes).map(|(module, shape)| -> Result<String> {
        let Operator::Call { function_index } = shape.operators[position].0 else {
            return Err("a call is none elsewhere".into());
        };
        let name = *module.names_by_index.get(&function_index).ok_or("a function has no name")?;
        let is_panic = PANICS.iter().any(|prefix| name.starts_with(prefix));
        if caller.is_leaf || is_panic || name.starts_with(BEFORE_HOOK) {
            return Ok("_".to_owned());
        }
        let known = FUNCTIONS.iter().find(|function| function.symbols.contains(&name));
        known.map(|function| function.name.to_owned()).ok_or_else(|| format!("it calls {name}").into())
    });
    let first = kinds.next().ok_or("no module")??;
    for kind in kinds {
        if kind? != first {
            return Err(format!("operator {position} calls different functions").into());
        }
    }
    Ok(first)
}

/// The local in which Go's functions have the stack pointer.
const STACK_POINTER_LOCAL: u32 = 1;

/// `local.get 1; i32.const N; OPERATOR; local.tee 1; global.set 0`, where
/// OPERATOR is an addition or a subtraction: N, if it is at `position`.
fn stack_pointer_moves(shape: &Shape<'_>, position: usize, is_up: bool) -> Option<i32> {
    let operators: Vec<&Operator<'_>> =
        shape.operators.get(position..position + 5)?.iter().map(|it| &it.0).collect();
    match operators.as_slice() {
        [
            Operator::LocalGet { local_index: STACK_POINTER_LOCAL },
            Operator::I32Const { value },
            direction,
            Operator::LocalTee { local_index: STACK_POINTER_LOCAL },
            Operator::GlobalSet { global_index: 0 },
        ] => {
            let fits = if is_up { Operator::I32Add } else { Operator::I32Sub };
            (**direction == fits).then_some(*value)
        }
        _ => None,
    }
}

/// What the function lowers the stack pointer by: what it raises it by before
/// it drops the return address. Functions of other conventions do neither.
fn frame_bytes(shape: &Shape<'_>) -> Result<i32> {
    let raises = |position| stack_pointer_moves(shape, position, true);
    let drops_return_address = |&at: &usize| {
        let after = shape.operators.get(at + 5).map(|it| &it.0);
        raises(at) == Some(8) && matches!(after, Some(Operator::I32Const { value: 0 }))
    };
    let mut frames = (0..shape.operators.len()).filter(drops_return_address).map(|at| {
        let before = at.checked_sub(5).and_then(raises);
        before.unwrap_or(0)
    });
    let Some(first) = frames.next() else { return Ok(0) };
    if frames.any(|frame| frame != first) {
        return Err("it returns from frames of different sizes".into());
    }
    Ok(first)
}

/// Where the body has a frame and has done nothing else.
fn hook(shape: &Shape<'_>, frame_bytes: i32) -> Result<usize> {
    let positions = 0..shape.operators.len();
    let at = |position: usize| &shape.operators[position].0;
    if frame_bytes > 0 {
        // A call lowers it too, for the return address, a constant.
        let is_call = |position: usize| matches!(at(position + 6), Operator::I64Const { .. });
        let lowers = |&position: &usize| {
            stack_pointer_moves(shape, position, false) == Some(frame_bytes) && !is_call(position)
        };
        return Ok(positions.clone().find(lowers).ok_or("it has no frame")? + 5);
    }
    if let Some(table) = positions.clone().find(|&at_| matches!(at(at_), Operator::BrTable { .. })) {
        let is_end = matches!(at(table + 1), Operator::End);
        return if is_end { Ok(table + 2) } else { Err("no block ends after its table".into()) };
    }
    let sets = |&position: &usize| matches!(at(position), Operator::GlobalGet { global_index: 0 });
    Ok(positions.take(1).find(sets).map_or(0, |position| position + 2))
}
