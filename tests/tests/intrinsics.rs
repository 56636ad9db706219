//! Native code for functions of Go's standard library: the guest does the same
//! with it and without it, and as a native build does; and the code is there
//! where the functions are Go's, and is not where they nearly are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use object::{Object as _, ObjectSymbol as _};
use tempfile::TempDir;
use wasmc_abi::symbols::INTRINSIC_PREFIX;
use wasmc_tests::process::Invocation;
use wasmc_tests::target::Target;
use wasmc_tests::{guests, tools};
use wasmparser::{KnownCustom, Name, Operator, Parser, Payload};

const GUEST: &str = "tests/guests/go-intrinsics";

/// The last of each release in the catalogue.
const VERSIONS: [&str; 6] = ["1.21.13", "1.22.12", "1.23.12", "1.24.11", "1.25.5", "1.26.8"];

/// What the guest uses, whatever the version; others have several names.
const USED: [&str; 11] = [
    "memchr",
    "memcmp",
    "memeq",
    "count",
    "count_string",
    "sha1_block",
    "md5_block",
    "crc32_slicing8",
    "big_add",
    "big_sub",
    "big_mul_add",
];

/// The functions as Go's modules name them.
const FUNCTIONS: [&str; 18] = [
    "memchr",
    "memcmp",
    "memeqbody",
    "bytes.Count",
    "strings.Count",
    "crypto_sha1.blockGeneric",
    "crypto_sha256.blockGeneric",
    "crypto_internal_fips140_sha256.blockGeneric",
    "crypto_sha512.blockGeneric",
    "crypto_internal_fips140_sha512.blockGeneric",
    "crypto_md5.blockGeneric",
    "hash_crc32.slicingUpdate",
    "math_big.addVV_g",
    "math_big.subVV_g",
    "math_big.mulAddVWW_g",
    "math_big.addMulVVW_g",
    "math_big.addMulVVWW_g",
    "math_big.mulAddWWW_g",
];

fn main() {
    let mut trials = Vec::new();
    let mut add = |name: String, is_off: Option<String>, test: Box<dyn FnOnce() -> Result<()> + Send>| {
        let trial = Trial::test(name, || test().map_err(|error| Failed::from(format!("{error:#}"))));
        trials.push(match is_off {
            Some(reason) => trial.with_ignored_flag(true).with_kind(format!("skipped: {reason}")),
            None => trial,
        });
    };
    for target in Target::ALL {
        let test = move || does_the_same(&guests::go_wasm(GUEST, &[])?, target);
        add(format!("the same as without {}", target.arch()), target.unavailable(), Box::new(test));
    }
    let test = || near_misses(&guests::go_wasm(GUEST, &[])?);
    add("what nearly is a function of Go is none".into(), None, Box::new(test));
    for version in VERSIONS {
        let is_off = (!tools::is_full()).then(|| "not all versions of Go are tested".to_owned());
        let test = move || {
            let wasm = guests::go_wasm_by(version, GUEST)?;
            does_the_same(&wasm, Target::X86_64)?;
            near_misses(&wasm)
        };
        add(format!("Go {version}"), is_off, Box::new(test));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn compile(dir: &Path, wasm: &Path, target: Target, flags: &[&str]) -> Result<PathBuf> {
    let app = dir.join("app");
    Invocation::new(tools::wasmc())
        .args([wasm.as_os_str(), "-o".as_ref(), app.as_os_str()])
        .args(["--target", target.name()])
        .args(flags)
        .must_succeed()?;
    Ok(app)
}

/// The intrinsics that an executable contains: the linker leaves out those that
/// nothing calls.
fn intrinsics(app: &Path) -> Result<BTreeSet<String>> {
    let bytes = fs::read(app)?;
    let file = object::File::parse(&*bytes)?;
    let names = file.symbols().filter_map(|symbol| symbol.name().ok()?.strip_prefix(INTRINSIC_PREFIX));
    Ok(names.map(str::to_owned).collect())
}

fn does_the_same(wasm: &Path, target: Target) -> Result<()> {
    let dir = TempDir::new()?;
    let native = Invocation::new(guests::go_native(GUEST)?).must_succeed()?.stdout_text();
    let app = compile(dir.path(), wasm, target, &[])?;
    let found = intrinsics(&app)?;
    let missing: Vec<&str> = USED.into_iter().filter(|name| !found.contains(*name)).collect();
    ensure!(missing.is_empty(), "not recognised: {missing:?} of {found:?}");
    for one_of in ["sha256_block", "sha512_block", "big_add_mul"] {
        ensure!(found.iter().any(|name| name.starts_with(one_of)), "not recognised: {one_of}");
    }
    let output = target.invocation(&app).must_succeed()?.stdout_text();
    ensure!(output == native, "with intrinsics\n{output}natively\n{native}");
    for flags in [&["--no-opt", "intrinsics"][..], &["-O0"], &["--memory", "checked", "--base", "register"]] {
        let app = compile(dir.path(), wasm, target, flags)?;
        ensure!(intrinsics(&app)?.is_empty() != flags.contains(&"checked"), "with {flags:?}");
        let output = target.invocation(&app).must_succeed()?.stdout_text();
        ensure!(output == native, "with {flags:?}\n{output}natively\n{native}");
    }
    Ok(())
}

/// Compiles the module with one constant of each function changed.
fn near_misses(wasm: &Path) -> Result<()> {
    let dir = TempDir::new()?;
    let mut module = fs::read(wasm)?;
    let constants = constants(&module, &FUNCTIONS)?;
    ensure!(constants.len() > USED.len(), "only {} functions found", constants.len());
    for constant in constants {
        module[constant] ^= 1;
    }
    let changed = dir.path().join("changed.wasm");
    fs::write(&changed, module)?;
    let found = intrinsics(&compile(dir.path(), &changed, Target::X86_64, &[])?)?;
    ensure!(found.is_empty(), "recognised though changed: {found:?}");
    near_miss_of_a_callee(wasm, &dir)
}

/// A function is not recognised where one that it calls is not. Go multiplies
/// words by a function up to 1.25.
fn near_miss_of_a_callee(wasm: &Path, dir: &TempDir) -> Result<()> {
    let mut module = fs::read(wasm)?;
    let constants = constants(&module, &["math_bits.Mul64"])?;
    let Some(&constant) = constants.first() else { return Ok(()) };
    module[constant] ^= 1;
    let changed = dir.path().join("changed.wasm");
    fs::write(&changed, module)?;
    let found = intrinsics(&compile(dir.path(), &changed, Target::X86_64, &[])?)?;
    let products: Vec<&String> = found.iter().filter(|name| name.contains("mul")).collect();
    ensure!(products.is_empty() && found.contains("big_add"), "recognised: {found:?}");
    Ok(())
}

/// Where each of the functions has a small constant: the position of its byte.
fn constants(module: &[u8], functions: &[&str]) -> Result<Vec<usize>> {
    let mut bodies = Vec::new();
    let mut imported = 0;
    let mut constants = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => imported = imports.into_imports().count(),
            Payload::CodeSectionEntry(body) => bodies.push(body),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(names) = section.as_known() else { continue };
                for name in names {
                    let Name::Function(names) = name? else { continue };
                    for name in names {
                        let name = name?;
                        if functions.contains(&name.name) {
                            let body = &bodies[name.index as usize - imported];
                            constants.push(constant(body).with_context(|| name.name.to_owned())?);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(constants)
}

/// The last constant of one byte in a body.
fn constant(body: &wasmparser::FunctionBody<'_>) -> Result<usize> {
    let mut operators = body.get_operators_reader()?;
    let mut last = None;
    while !operators.eof() {
        match operators.read_with_offset()? {
            (Operator::I32Const { value: 2..=60 }, offset)
            | (Operator::I64Const { value: 2..=60 }, offset) => {
                last = Some(offset as usize + 1);
            }
            (Operator::I32Const { value: 1 }, offset) | (Operator::I64Const { value: 1 }, offset) => {
                last = last.or(Some(offset as usize + 1));
            }
            _ => {}
        }
    }
    last.context("it has no small constant")
}
