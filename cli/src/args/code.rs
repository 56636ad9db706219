//! How code is made: the flags that `wasmc` and `wasmc run` share.

use clap::{Args, ValueEnum};
use wasmc_compiler::Optimization;

#[derive(Debug, Clone, Args)]
pub struct CodeArgs {
    /// The least CPU that the executable runs on
    #[arg(long, value_enum, default_value_t = CpuArg::Baseline, help_heading = "Code")]
    pub cpu: CpuArg,

    /// How much to optimise: 2 makes the fastest code, 1 takes half the time to compile, 0 leaves
    /// all optimisations out
    #[arg(short = 'O', long, value_name = "LEVEL", value_parser = ["0", "1", "2"], default_value = "2", help_heading = "Code")]
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

    /// Threads to compile with [default: one for each CPU]
    #[arg(short, long, value_name = "N", help_heading = "Code")]
    pub jobs: Option<usize>,
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
