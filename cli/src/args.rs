//! The command line as it was typed; what it means is decided in `config`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, ValueEnum};
use wasmc_compiler::Optimization;

use crate::report::Failure;
use crate::runtimes;

const ABOUT: &str = "Compiles WebAssembly programs to standalone native executables";

const LONG_ABOUT: &str = "\
Compiles WebAssembly programs to standalone native executables.

The input is a WASI preview1 module, as Go (GOOS=wasip1), Rust (wasm32-wasip1), C (wasi-sdk) and
others make it, or WebAssembly text. The output is one static executable that needs nothing else:
no WebAssembly runtime, no C library. Making it needs no other tool either.

The executable can reach only what it is granted: without --dir it opens no file, without --env it
sees no environment variable but PWD, its working directory.";

const EXAMPLES: &str = "\
Examples:
  Compile for this machine; the executable is ./app:
      wasmc app.wasm

  A Go tool for ARM servers that may use the directory it is started in:
      GOOS=wasip1 GOARCH=wasm go build -o tool.wasm .
      wasmc tool.wasm -o tool --target aarch64-linux --dir .

  Read-only data beside the executable, a scratch directory, and two variables:
      wasmc app.wasm --dir '{EXE_DIR}/data::/data::ro' --dir /tmp --env HOME --env LANG=C

  Let whoever runs the executable grant directories:
      wasmc app.wasm --runtime-dirs
      ./app --dir . -- arguments of the program

Exit status: 0 done, 1 the module or a file is at fault, 2 the command line is.";

/// One use of the command.
#[derive(Debug)]
pub enum Args {
    Compile(Box<CompileArgs>),
    Targets,
}

/// A first argument that is no input. A file of that name is `./targets`.
const TARGETS: &str = "targets";

/// List the targets, and how to add those whose runtime is missing
#[derive(Debug, Parser)]
#[command(name = "wasmc targets", max_term_width = 100)]
struct TargetsArgs {}

#[derive(Debug, Parser)]
#[command(
    name = "wasmc",
    version = runtimes::VERSION,
    about = ABOUT,
    long_about = LONG_ABOUT,
    after_help = EXAMPLES,
    max_term_width = 100,
    override_usage = "wasmc [OPTIONS] <INPUT>\n       wasmc targets"
)]
pub struct CompileArgs {
    /// The module, in the binary or the text format
    pub input: PathBuf,

    /// Where to write the result [default: the input's name without .wasm, in this directory]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// What to compile for: x86_64-linux or aarch64-linux, or a triple [default: this machine]
    #[arg(short, long, value_name = "TARGET")]
    pub target: Option<String>,

    /// The least CPU that the executable runs on
    #[arg(long, value_enum, default_value_t = CpuArg::Baseline, help_heading = "Code")]
    pub cpu: CpuArg,

    /// How much to optimise: 0 compiles faster, 2 makes faster code
    #[arg(short = 'O', long, value_name = "LEVEL", value_parser = ["0", "2"], default_value = "2", help_heading = "Code")]
    pub opt_level: String,

    /// Leave one optimisation out; only the speed changes. Can be given several times
    #[arg(long, value_name = "NAME", value_parser = Optimization::ALL.map(Optimization::name), help_heading = "Code")]
    pub no_opt: Vec<String>,

    /// How accesses outside the memory are caught
    #[arg(long, value_enum, default_value_t = MemoryArg::Guard, help_heading = "Code")]
    pub memory: MemoryArg,

    /// Where the memory is
    #[arg(long, value_enum, default_value_t = BaseArg::Fixed, help_heading = "Code")]
    pub base: BaseArg,

    /// Stack of the program: bytes, or a number with K, M or G
    #[arg(long, value_name = "SIZE", default_value = "256MiB", help_heading = "Code")]
    pub stack_size: String,

    /// Grant a directory. HOST is looked up when the executable starts: relative paths from the
    /// directory it is started in, {HOME}, {TMPDIR} and {EXE_DIR} replaced. GUEST is the program's
    /// name for it. Can be given several times
    #[arg(long, value_name = "HOST[::GUEST][::ro|::rw]", help_heading = "Grants")]
    pub dir: Vec<OsString>,

    /// The same, but the directory may be missing when the executable starts
    #[arg(long, value_name = "HOST[::GUEST][::ro|::rw]", help_heading = "Grants")]
    pub dir_optional: Vec<OsString>,

    /// Set an environment variable, or (without a value) pass on the one that the executable gets.
    /// Can be given several times
    #[arg(long, value_name = "KEY[=VALUE]", help_heading = "Grants")]
    pub env: Vec<OsString>,

    /// Let the executable take grants itself: ./app --dir HOST -- ARGUMENTS
    #[arg(long, help_heading = "Grants")]
    pub runtime_dirs: bool,

    /// Do not tell the program its working directory in PWD
    #[arg(long, help_heading = "Grants")]
    pub no_inject_pwd: bool,

    /// Whether the module comes from Go, whose path handling needs help
    #[arg(long, value_enum, default_value_t = GuestArg::Auto, help_heading = "Grants")]
    pub guest: GuestArg,

    /// What to write: the executable, the relocatable object, Cranelift's IR or assembly
    #[arg(long, value_enum, default_value_t = EmitArg::Exe, help_heading = "Output")]
    pub emit: EmitArg,

    /// With --emit clif or asm: only this function, by name or as wasm[INDEX]
    #[arg(long, value_name = "NAME", help_heading = "Output")]
    pub function: Vec<String>,

    /// Link with another linker: cc (the C compiler for the target), or a program
    #[arg(long, value_name = "cc|PATH", help_heading = "Output")]
    pub linker: Option<OsString>,

    /// Leave the symbol table out
    #[arg(long, help_heading = "Output")]
    pub strip: bool,

    /// Threads to compile with [default: one for each CPU]
    #[arg(short, long, value_name = "N", help_heading = "Output")]
    pub jobs: Option<usize>,

    /// Print the seconds that each stage took
    #[arg(long, help_heading = "Output")]
    pub timings: bool,

    /// Do not tell what the grants mean
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,

    /// --dir and --dir-optional together, in the order they were given.
    #[arg(skip)]
    pub grants: Vec<GrantArg>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantArg {
    pub text: OsString,
    pub optional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CpuArg {
    /// x86-64-v2 (SSE4.2, POPCNT) or armv8.0-a
    Baseline,
    /// x86-64-v3 (AVX2, BMI, FMA)
    #[value(name = "x86-64-v3")]
    X86_64V3,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MemoryArg {
    /// By the hardware: reserves 4 GiB and more of address space
    Guard,
    /// By code: reserves nothing, the memory grows in place
    Checked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BaseArg {
    /// At an address that the code contains
    Fixed,
    /// Anywhere: the address is kept in a register
    Register,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GuestArg {
    /// Look at the module
    Auto,
    /// It does
    Go,
    /// It does not
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EmitArg {
    Exe,
    Obj,
    Clif,
    Asm,
}

/// What the arguments ask for: work, or text to print and the end of it.
#[derive(Debug)]
pub enum Parsed {
    Args(Args),
    Text(String),
}

/// Reads the command line, program name first.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Parsed, Failure> {
    let words: Vec<OsString> = words.into_iter().collect();
    let parsed = if words.get(1).is_some_and(|word| word == TARGETS) {
        TargetsArgs::try_parse_from(&words[1..]).map(|_| Args::Targets)
    } else {
        parse_compile(&words).map(|args| Args::Compile(Box::new(args)))
    };
    match parsed {
        Ok(args) => Ok(Parsed::Args(args)),
        Err(error) if !error.use_stderr() => Ok(Parsed::Text(error.render().to_string())),
        Err(error) => Err(Failure::usage(in_one_line(&error.render().to_string()))),
    }
}

fn parse_compile(words: &[OsString]) -> Result<CompileArgs, clap::Error> {
    let matches = CompileArgs::command().try_get_matches_from(words)?;
    let mut args = CompileArgs::from_arg_matches(&matches)?;
    args.grants = grants_in_order(&matches);
    Ok(args)
}

fn grants_in_order(matches: &ArgMatches) -> Vec<GrantArg> {
    let of_flag = |flag: &str, optional: bool| -> Vec<(usize, GrantArg)> {
        let positions = matches.indices_of(flag).into_iter().flatten();
        let values = matches.get_many::<OsString>(flag).into_iter().flatten();
        positions.zip(values).map(|(at, text)| (at, GrantArg { text: text.clone(), optional })).collect()
    };
    let mut grants = of_flag("dir", false);
    grants.extend(of_flag("dir_optional", true));
    grants.sort_by_key(|(position, _)| *position);
    grants.into_iter().map(|(_, grant)| grant).collect()
}

/// Clap's message without the paragraphs that are the same for every error.
fn in_one_line(rendered: &str) -> String {
    let paragraphs = rendered.split("\n\n").map(str::trim);
    let own =
        paragraphs.filter(|text| !text.starts_with("Usage:") && !text.starts_with("For more information"));
    let message = own.collect::<Vec<_>>().join("; ").replace('\n', " ");
    let words: Vec<&str> = message.split_whitespace().collect();
    format!("{}; try 'wasmc --help'", words.join(" ").trim_start_matches("error: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &[&str]) -> Result<Parsed, Failure> {
        parse(["wasmc"].iter().chain(words).map(OsString::from))
    }

    fn compile_args(words: &[&str]) -> CompileArgs {
        match parse_words(words) {
            Ok(Parsed::Args(Args::Compile(args))) => *args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_definition_is_consistent() {
        CompileArgs::command().debug_assert();
        TargetsArgs::command().debug_assert();
    }

    #[test]
    fn optimisation_is_written_as_compilers_do() {
        assert_eq!(compile_args(&["-O0", "a.wasm"]).opt_level, "0");
        assert_eq!(compile_args(&["a.wasm", "--opt-level", "2"]).opt_level, "2");
        assert_eq!(compile_args(&["a.wasm"]).opt_level, "2");
        assert_eq!(compile_args(&["a.wasm", "--no-opt", "jump-threading"]).no_opt, ["jump-threading"]);
    }

    #[test]
    fn grants_keep_their_order() {
        let args = compile_args(&["--dir-optional", "a", "--dir=b", "x.wasm", "--dir-optional", "c"]);
        let grants: Vec<_> =
            args.grants.iter().map(|grant| (grant.text.to_str().unwrap(), grant.optional)).collect();
        assert_eq!(grants, [("a", true), ("b", false), ("c", true)]);
    }

    #[test]
    fn targets_is_a_command_and_needs_no_input() {
        assert!(matches!(parse_words(&["targets"]), Ok(Parsed::Args(Args::Targets))));
        assert!(matches!(parse_words(&["targets", "--help"]), Ok(Parsed::Text(_))));
        assert!(parse_words(&["targets", "x"]).is_err());
        assert_eq!(compile_args(&["./targets"]).input, PathBuf::from("./targets"));
    }

    #[test]
    fn mistakes_are_one_line_with_status_2() {
        for (words, expected) in [
            (&[][..], "the following required arguments were not provided: <INPUT>; try 'wasmc --help'"),
            (
                &["a.wasm", "--cpu", "z80"],
                "invalid value 'z80' for '--cpu <CPU>' [possible values: baseline, x86-64-v3]",
            ),
            (&["a.wasm", "b.wasm"], "unexpected argument 'b.wasm' found"),
            (&["a.wasm", "--runtime-dir"], "a similar argument exists: '--runtime-dirs'"),
        ] {
            let Err(failure) = parse_words(words) else { panic!("{words:?} was accepted") };
            assert_eq!(failure.exit_status(), 2);
            assert!(failure.to_string().contains(expected), "{failure}");
            assert_eq!(failure.to_string().lines().count(), 1);
        }
    }

    #[test]
    fn version_and_help_are_no_errors() {
        let Ok(Parsed::Text(version)) = parse_words(&["--version"]) else { panic!("no text") };
        assert_eq!(version, format!("wasmc {} (runtimes {})\n", env!("CARGO_PKG_VERSION"), runtimes::HASH));
        let Ok(Parsed::Text(help)) = parse_words(&["--help"]) else { panic!("no text") };
        assert!(help.contains("Examples:") && help.contains("--dir-optional"));
        assert!(help.lines().all(|line| line.len() <= 100), "a line is too long for a terminal");
    }
}
