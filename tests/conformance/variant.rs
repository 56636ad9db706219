//! The ways in which every script is compiled and run.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasmc_compiler::{BaseMode, Cpu, MemoryMode, OptLevel, Options};
use wasmc_tests::target::Target;
use wasmc_tests::tools;

/// Enough for the scripts, and small so that exhausting it takes no time.
const STACK_BYTES: u64 = 1 << 20;

#[derive(Debug, Clone, Copy)]
pub struct Variant {
    pub target: Target,
    memory: MemoryMode,
    base: BaseMode,
    cpu: Cpu,
    opt_level: OptLevel,
    /// Whether it only runs when everything does.
    is_extra: bool,
}

const fn variant(target: Target, memory: MemoryMode, base: BaseMode) -> Variant {
    Variant { target, memory, base, cpu: Cpu::Baseline, opt_level: OptLevel::Speed, is_extra: false }
}

const GUARD_FIXED: Variant = variant(Target::X86_64, MemoryMode::Guard, BaseMode::Fixed);
const CHECKED_REGISTER: Variant = variant(Target::X86_64, MemoryMode::Checked, BaseMode::Register);
const ALL: [Variant; 8] = [
    GUARD_FIXED,
    variant(Target::X86_64, MemoryMode::Guard, BaseMode::Register),
    variant(Target::X86_64, MemoryMode::Checked, BaseMode::Fixed),
    CHECKED_REGISTER,
    variant(Target::Aarch64, MemoryMode::Guard, BaseMode::Fixed),
    variant(Target::Aarch64, MemoryMode::Checked, BaseMode::Register),
    Variant { cpu: Cpu::X86_64V3, is_extra: true, ..GUARD_FIXED },
    Variant { opt_level: OptLevel::None, is_extra: true, ..CHECKED_REGISTER },
];

/// The one to check the harness itself with.
pub fn native() -> Variant {
    Variant { target: Target::native(), ..GUARD_FIXED }
}

/// The variants to run: all of them, or those of every day.
pub fn chosen() -> impl Iterator<Item = Variant> {
    ALL.into_iter().filter(|variant| tools::is_full() || !variant.is_extra)
}

/// `x86_64 guard fixed`, and what is not as usual.
impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let memory = match self.memory {
            MemoryMode::Guard => "guard",
            MemoryMode::Checked => "checked",
        };
        let base = match self.base {
            BaseMode::Fixed => "fixed",
            BaseMode::Register => "register",
        };
        write!(f, "{} {memory} {base}", self.target.arch())?;
        if self.cpu == Cpu::X86_64V3 {
            f.write_str(" x86-64-v3")?;
        }
        if self.opt_level == OptLevel::None {
            f.write_str(" unoptimised")?;
        }
        Ok(())
    }
}

impl Variant {
    pub fn options(self) -> Options {
        let target = match self.target {
            Target::X86_64 => wasmc_compiler::Target::X86_64Linux,
            Target::Aarch64 => wasmc_compiler::Target::Aarch64Linux,
        };
        Options {
            memory: self.memory,
            base: self.base,
            cpu: self.cpu,
            opt_level: self.opt_level,
            stack_bytes: STACK_BYTES,
            verify: true,
            ..Options::new(target)
        }
    }

    /// The runtime with the harness, which the build script left or said why not.
    pub fn harness_runtime(self) -> Result<Vec<u8>> {
        let path = Path::new(env!("OUT_DIR")).join(format!("{}.o", self.target.name()));
        fs::read(&path).with_context(|| format!("{}", path.display()))
    }

    /// Why it cannot run here, if so.
    pub fn unavailable(self) -> Option<String> {
        let reason = Path::new(env!("OUT_DIR")).join(format!("{}.missing", self.target.name()));
        let cpu = || {
            let is_lacking = self.cpu == Cpu::X86_64V3 && !has_x86_64_v3();
            is_lacking.then(|| "this machine's CPU is no x86-64-v3".to_owned())
        };
        fs::read_to_string(reason).ok().or_else(|| self.target.no_emulator()).or_else(cpu)
    }
}

#[cfg(target_arch = "x86_64")]
fn has_x86_64_v3() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi2") && is_x86_feature_detected!("fma")
}

/// Emulators have it.
#[cfg(not(target_arch = "x86_64"))]
fn has_x86_64_v3() -> bool {
    true
}
