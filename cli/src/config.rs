//! What the command line means.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use wasmc_compiler::{BaseMode, Cpu, Emit, MemoryMode, OptLevel, Optimization, Options, Target};

use crate::access::{self, Access};
use crate::args::{BaseArg, CacheArgs, CodeArgs, CompileArgs, CpuArg, EmitArg, MemoryArg, RunArgs};
use crate::cache;
use crate::external_linker::Linker;
use crate::report::Failure;
use crate::{sizes, targets};

/// More threads than any machine that compiles has CPUs would only take memory.
const JOBS_MAX: usize = 1024;

/// One run of the compiler.
#[derive(Debug)]
pub struct Job {
    pub input: PathBuf,
    pub output: Output,
    pub emit: Emission,
    /// Complete but for [`Options::config`], see [`Access::config`].
    pub options: Options,
    pub access: Access,
    pub linker: Linker,
    pub strip: bool,
    pub cache: Option<CachePlace>,
    pub threads: Option<usize>,
    pub timings: bool,
    pub quiet: bool,
    /// Whether a bar tells how far it is.
    pub progress: bool,
}

/// Where machine code is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachePlace {
    pub directory: PathBuf,
    pub limit_bytes: u64,
    /// Whether the user named it: one that cannot be used is an error then.
    pub is_asked: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    Stdout,
    File(PathBuf),
    /// None: the program is run with these arguments.
    Process(Vec<OsString>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Emission {
    Executable,
    Object,
    /// These functions, or all, as text.
    Text(Emit, Vec<String>),
}

/// What `wasmc` does.
pub fn resolve(args: &CompileArgs) -> Result<Job, Failure> {
    let input = args.input.clone();
    let target = match &args.target {
        Some(name) => targets::parse(name)?,
        None => host_target("; choose one with --target")?,
    };
    let emit = match args.emit {
        EmitArg::Exe => Emission::Executable,
        EmitArg::Obj => Emission::Object,
        EmitArg::Clif => Emission::Text(Emit::Clif, args.function.clone()),
        EmitArg::Asm => Emission::Text(Emit::Asm, args.function.clone()),
    };
    if !args.function.is_empty() && !matches!(emit, Emission::Text(..)) {
        return Err(Failure::usage("--function chooses what --emit clif or --emit asm show"));
    }
    Ok(Job {
        output: output(args, &input, &emit)?,
        input,
        emit,
        options: Options { compress_data: args.compress_data, ..options(&args.code, target)? },
        access: Access { runtime_dirs: args.runtime_dirs, ..access::resolve(&args.grants)? },
        linker: Linker::from_flag(args.linker.as_deref()),
        strip: args.strip,
        cache: cache_place(&args.cache, None)?,
        threads: args.code.jobs,
        timings: args.timings,
        quiet: args.quiet,
        progress: !args.quiet,
    })
}

/// What `wasmc run` does.
pub fn resolve_run(args: &RunArgs) -> Result<Job, Failure> {
    let input = args.input().unwrap_or_default();
    let mut access = access::resolve(&args.grants)?;
    // The executable is no file, so the module stands for it.
    access.replace_executable_directory(&input)?;
    Ok(Job {
        output: Output::Process(args.arguments().to_vec()),
        emit: Emission::Executable,
        options: options(&args.code, host_target("")?)?,
        access,
        linker: Linker::Internal,
        strip: false,
        cache: cache_place(&args.cache, cache::of_user(|name| std::env::var_os(name)))?,
        threads: args.code.jobs,
        timings: args.timings,
        quiet: true,
        progress: true,
        input,
    })
}

fn cache_place(args: &CacheArgs, default: Option<PathBuf>) -> Result<Option<CachePlace>, Failure> {
    let limit_bytes = sizes::parse(&args.cache_limit)
        .map_err(|reason| Failure::usage(format!("--cache-limit {}: {reason}", args.cache_limit)))?;
    let asked = args.cache.clone().map(|directory| (directory, true));
    let place = asked.or(default.map(|directory| (directory, false))).filter(|_| !args.no_cache);
    Ok(place.map(|(directory, is_asked)| CachePlace { directory, limit_bytes, is_asked }))
}

fn host_target(hint: &str) -> Result<Target, Failure> {
    targets::host().ok_or_else(|| Failure::usage(format!("no target for this machine{hint}")))
}

fn options(args: &CodeArgs, target: Target) -> Result<Options, Failure> {
    if args.jobs.is_some_and(|jobs| !(1..=JOBS_MAX).contains(&jobs)) {
        return Err(Failure::usage(format!("--jobs takes a number of threads from 1 to {JOBS_MAX}")));
    }
    let mut options = Options::new(target);
    options.cpu = match args.cpu {
        CpuArg::Baseline => Cpu::Baseline,
        CpuArg::X86_64V3 if target == Target::X86_64Linux => Cpu::X86_64V3,
        CpuArg::X86_64V3 => {
            return Err(Failure::usage(format!(
                "--cpu x86-64-v3 does not go with the target {}",
                target.name()
            )));
        }
    };
    options.memory = match args.memory {
        MemoryArg::Guard => MemoryMode::Guard,
        MemoryArg::Checked => MemoryMode::Checked,
    };
    options.base = match args.base {
        BaseArg::Fixed => BaseMode::Fixed,
        BaseArg::Register => BaseMode::Register,
    };
    options.opt_level = match args.opt_level.as_str() {
        "0" => OptLevel::None,
        "1" => OptLevel::Fast,
        _ => OptLevel::Speed,
    };
    let is_disabled =
        |optimization: &Optimization| args.no_opt.iter().any(|name| name == optimization.name());
    options.disabled = Optimization::ALL.into_iter().filter(is_disabled).collect();
    options.stack_bytes = sizes::parse_stack_bytes(&args.stack_size)
        .map_err(|reason| Failure::usage(format!("--stack-size {}: {reason}", args.stack_size)))?;
    Ok(options)
}

fn output(args: &CompileArgs, input: &Path, emit: &Emission) -> Result<Output, Failure> {
    match &args.output {
        Some(path) if path.as_os_str() == "-" => return Ok(Output::Stdout),
        Some(path) => return Ok(Output::File(path.clone())),
        None => {}
    }
    let stem = || {
        let stem = input.file_stem().map(PathBuf::from);
        stem.ok_or_else(|| {
            Failure::usage(format!("{} has no name for the output; choose one with -o", input.display()))
        })
    };
    Ok(match emit {
        Emission::Text(..) => Output::Stdout,
        Emission::Object => Output::File(stem()?.with_added_extension("o")),
        Emission::Executable => Output::File(stem()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Args, Parsed, parse};

    fn job(words: &[&str]) -> Result<Job, Failure> {
        match parse(["wasmc"].iter().chain(words).map(OsString::from))? {
            Parsed::Args(Args::Compile(args)) => resolve(&args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_output_is_named_after_the_input() {
        let output = |words: &[&str]| job(words).unwrap().output;
        assert_eq!(output(&["dir/app.wasm"]), Output::File("app".into()));
        assert_eq!(output(&["my.app.wat"]), Output::File("my.app".into()));
        assert_eq!(output(&["my.app.wat", "--emit=obj"]), Output::File("my.app.o".into()));
        assert_eq!(output(&["app.wasm", "--emit=clif"]), Output::Stdout);
        assert_eq!(output(&["app.wasm", "--emit=asm", "-o", "x"]), Output::File("x".into()));
        assert_eq!(job(&[".."]).unwrap_err().exit_status(), 2);
    }

    #[test]
    fn what_makes_no_sense_is_a_usage_error() {
        for (words, expected) in [
            (&["a.wasm", "--target", "vax"][..], "unknown target vax"),
            (&["a.wasm", "--function", "f"], "--function chooses"),
            (&["a.wasm", "--jobs", "0"], "--jobs"),
            (&["a.wasm", "--jobs", "100000"], "--jobs"),
            (&["a.wasm", "--cache-limit", "much"], "--cache-limit much: "),
            (&["a.wasm", "--stack-size", "1Q"], "--stack-size 1Q: "),
            (&["a.wasm", "--target", "aarch64-linux", "--cpu", "x86-64-v3"], "does not go with"),
        ] {
            let failure = job(words).unwrap_err();
            assert_eq!(failure.exit_status(), 2, "{failure}");
            assert!(failure.to_string().contains(expected), "{failure}");
        }
    }
}
