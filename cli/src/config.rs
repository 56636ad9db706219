//! What the command line means.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use wasmc_abi::config::{Grant, Item, policy, push};
use wasmc_abi::grant;
use wasmc_compiler::{BaseMode, Cpu, Emit, MemoryMode, OptLevel, Optimization, Options, Target};

use crate::args::{BaseArg, CompileArgs, CpuArg, EmitArg, GuestArg, MemoryArg};
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
    /// Complete but for [`Options::config`], see [`Job::config_bytes`].
    pub options: Options,
    pub guest: GuestArg,
    pub grants: Vec<OwnedGrant>,
    pub env: Vec<Vec<u8>>,
    pub runtime_dirs: bool,
    pub inject_pwd: bool,
    pub linker: Linker,
    pub strip: bool,
    pub threads: Option<usize>,
    pub timings: bool,
    pub quiet: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    Stdout,
    File(PathBuf),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Emission {
    Executable,
    Object,
    /// These functions, or all, as text.
    Text(Emit, Vec<String>),
}

/// [`Grant`] with its strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedGrant {
    pub host: Vec<u8>,
    pub guest: Option<Vec<u8>>,
    pub read_only: bool,
    pub optional: bool,
}

pub fn resolve(args: &CompileArgs) -> Result<Job, Failure> {
    let input = args.input.clone();
    let target = match &args.target {
        Some(name) => targets::parse(name)?,
        None => targets::host()
            .ok_or_else(|| Failure::usage("no target for this machine; choose one with --target"))?,
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
    if args.jobs.is_some_and(|jobs| !(1..=JOBS_MAX).contains(&jobs)) {
        return Err(Failure::usage(format!("--jobs takes a number of threads from 1 to {JOBS_MAX}")));
    }
    Ok(Job {
        output: output(args, &input, &emit)?,
        input,
        emit,
        options: options(args, target)?,
        guest: args.guest,
        grants: grants(args)?,
        env: env(args)?,
        runtime_dirs: args.runtime_dirs,
        inject_pwd: !args.no_inject_pwd,
        linker: Linker::from_flag(args.linker.as_deref()),
        strip: args.strip,
        threads: args.jobs,
        timings: args.timings,
        quiet: args.quiet,
    })
}

fn options(args: &CompileArgs, target: Target) -> Result<Options, Failure> {
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
    options.opt_level = if args.opt_level == "0" { OptLevel::None } else { OptLevel::Speed };
    let is_disabled =
        |optimization: &Optimization| args.no_opt.iter().any(|name| name == optimization.name());
    options.disabled = Optimization::ALL.into_iter().filter(is_disabled).collect();
    options.stack_bytes = sizes::parse_stack_bytes(&args.stack_size)
        .map_err(|reason| Failure::usage(format!("--stack-size {}: {reason}", args.stack_size)))?;
    Ok(options)
}

fn output(args: &CompileArgs, input: &Path, emit: &Emission) -> Result<Output, Failure> {
    if let Some(path) = &args.output {
        return Ok(Output::File(path.clone()));
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

fn grants(args: &CompileArgs) -> Result<Vec<OwnedGrant>, Failure> {
    let parsed = args.grants.iter().map(|arg| {
        let flag = if arg.optional { "--dir-optional" } else { "--dir" };
        let grant = grant::parse(arg.text.as_bytes(), arg.optional)
            .map_err(|error| Failure::usage(format!("{flag} {}: {}", arg.text.display(), error.message())))?;
        Ok(OwnedGrant {
            host: grant.host.to_vec(),
            guest: grant.guest.map(<[u8]>::to_vec),
            read_only: grant.read_only,
            optional: grant.optional,
        })
    });
    parsed.collect()
}

fn env(args: &CompileArgs) -> Result<Vec<Vec<u8>>, Failure> {
    let checked = args.env.iter().map(|text| {
        let bytes = text.as_bytes();
        if bytes.is_empty() || bytes.starts_with(b"=") {
            return Err(Failure::usage(format!("--env {}: the variable has no name", text.display())));
        }
        Ok(bytes.to_vec())
    });
    checked.collect()
}

impl OwnedGrant {
    pub fn as_grant(&self) -> Grant<'_> {
        Grant {
            host: &self.host,
            guest: self.guest.as_deref(),
            read_only: self.read_only,
            optional: self.optional,
        }
    }
}

impl Job {
    /// What the executable is told about itself.
    pub fn config_bytes(&self, module_is_go: bool) -> Vec<u8> {
        let is_go = match self.guest {
            GuestArg::Auto => module_is_go,
            GuestArg::Go => true,
            GuestArg::Other => false,
        };
        let bits = [
            (self.runtime_dirs, policy::RUNTIME_DIRS),
            (self.inject_pwd, policy::INJECT_PWD),
            (is_go, policy::GO_GUEST),
        ];
        let bits = bits.into_iter().filter(|(is_set, _)| *is_set).fold(0, |all, (_, bit)| all | bit);
        let mut bytes = Vec::new();
        push(&mut bytes, &Item::Policy(bits));
        for grant in &self.grants {
            push(&mut bytes, &Item::Grant(grant.as_grant()));
        }
        for text in &self.env {
            let item = if text.contains(&b'=') { Item::EnvSet(text) } else { Item::EnvInherit(text) };
            push(&mut bytes, &item);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::args::{Args, Parsed, parse};
    use wasmc_abi::config::items;

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
    fn the_configuration_holds_what_was_granted() {
        let words = [
            "a.wasm",
            "--dir=/tmp::/t::ro",
            "--dir-optional",
            "x",
            "--env=A=b=c",
            "--env",
            "HOME",
            "--runtime-dirs",
        ];
        let bytes = job(&words).unwrap().config_bytes(true);
        let grant = Grant { host: b"/tmp", guest: Some(b"/t"), read_only: true, optional: false };
        let expected = [
            Item::Policy(policy::RUNTIME_DIRS | policy::INJECT_PWD | policy::GO_GUEST),
            Item::Grant(grant),
            Item::Grant(Grant { host: b"x", guest: None, read_only: false, optional: true }),
            Item::EnvSet(b"A=b=c"),
            Item::EnvInherit(b"HOME"),
        ];
        assert_eq!(items(&bytes).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_module_tells_whether_it_is_go_unless_the_user_does() {
        let bits = |words: &[&str], is_go| {
            let bytes = job(words).unwrap().config_bytes(is_go);
            let Some(Item::Policy(bits)) = items(&bytes).next() else { panic!("no policy") };
            bits & policy::GO_GUEST != 0
        };
        assert!(bits(&["a.wasm"], true) && !bits(&["a.wasm"], false));
        assert!(bits(&["a.wasm", "--guest=go"], false) && !bits(&["a.wasm", "--guest=other"], true));
    }

    #[test]
    fn what_makes_no_sense_is_a_usage_error() {
        for (words, expected) in [
            (&["a.wasm", "--target", "vax"][..], "unknown target vax"),
            (&["a.wasm", "--dir", ""], "--dir : the host directory is empty"),
            (&["a.wasm", "--dir", "/a::/b::rx"], "--dir /a::/b::rx: the third field must be ro or rw"),
            (&["a.wasm", "--env", "=x"], "--env =x: the variable has no name"),
            (&["a.wasm", "--function", "f"], "--function chooses"),
            (&["a.wasm", "--jobs", "0"], "--jobs"),
            (&["a.wasm", "--jobs", "100000"], "--jobs"),
            (&["a.wasm", "--stack-size", "1Q"], "--stack-size 1Q: "),
            (&["a.wasm", "--target", "aarch64-linux", "--cpu", "x86-64-v3"], "does not go with"),
        ] {
            let failure = job(words).unwrap_err();
            assert_eq!(failure.exit_status(), 2, "{failure}");
            assert!(failure.to_string().contains(expected), "{failure}");
        }
    }
}
