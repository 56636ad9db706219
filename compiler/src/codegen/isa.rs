//! Cranelift's settings: what machine code is made for, and how.

use crate::options::{Cpu, OptLevel, Optimization, Options, Target};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};

/// Cranelift for a target, with this compiler's settings.
pub(crate) fn isa(options: &Options) -> OwnedTargetIsa {
    let opt_level = match options.opt_level {
        OptLevel::None | OptLevel::Fast => "none",
        OptLevel::Speed => "speed",
    };
    make(options, opt_level, options.cpu)
}

/// The same for CPUs that are newer than the least, where functions may have a version
/// for them. It gets what [`isa`] has optimised already.
pub(crate) fn newer_isa(options: &Options) -> Option<OwnedTargetIsa> {
    let has_newer = options.target == Target::X86_64Linux && options.cpu == Cpu::Baseline;
    let is_wanted = has_newer && options.optimizes(Optimization::CpuVersions);
    is_wanted.then(|| make(options, "none", Cpu::X86_64V3))
}

/// `opt_level` is that of Cranelift's optimisations before it chooses instructions.
fn make(options: &Options, opt_level: &str, cpu: Cpu) -> OwnedTargetIsa {
    let mut shared = settings::builder();
    for (name, value) in [
        ("opt_level", opt_level),
        // A fault on the stack's guard is how exhaustion shows, so that large
        // frames must touch every page on the way down.
        ("probestack_strategy", "inline"),
        ("libcall_call_conv", "isa_default"),
    ] {
        shared.set(name, value).expect("a setting of this Cranelift");
    }
    for (name, value) in [
        ("enable_verifier", options.verify),
        ("enable_probestack", true),
        ("enable_multi_ret_implicit_sret", true),
        ("preserve_frame_pointers", true),
        ("unwind_info", false),
        ("is_pic", false),
        ("use_colocated_libcalls", true),
        ("enable_pinned_reg", options.pins_origin()),
        // Where blocks are, which shortening code has to know.
        ("machine_code_cfg_info", options.shortens_code()),
        // One tenant per process: there is no secret in it to speculate on.
        ("enable_heap_access_spectre_mitigation", false),
        ("enable_table_access_spectre_mitigation", false),
    ] {
        shared.set(name, if value { "true" } else { "false" }).expect("a setting of this Cranelift");
    }
    let mut isa = cranelift_codegen::isa::lookup(triple(options.target)).expect("the target is compiled in");
    for flag in cpu_flags(options.target, cpu) {
        isa.enable(flag).expect("a flag of this Cranelift");
    }
    isa.finish(settings::Flags::new(shared)).expect("consistent settings")
}

/// The triple of a target, as Cranelift knows it.
fn triple(target: Target) -> target_lexicon::Triple {
    let name = match target {
        Target::X86_64Linux => "x86_64-unknown-linux-musl",
        Target::Aarch64Linux => "aarch64-unknown-linux-musl",
    };
    name.parse().expect("a known triple")
}

/// Single flags rather than presets: Cranelift's presets for x86-64-v3 lack AVX.
fn cpu_flags(target: Target, cpu: Cpu) -> &'static [&'static str] {
    const V2: &[&str] = &["has_cmpxchg16b", "has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt"];
    const V3: &[&str] = &[
        "has_cmpxchg16b",
        "has_sse3",
        "has_ssse3",
        "has_sse41",
        "has_sse42",
        "has_popcnt",
        "has_avx",
        "has_avx2",
        "has_fma",
        "has_bmi1",
        "has_bmi2",
        "has_lzcnt",
    ];
    match (target, cpu) {
        (Target::X86_64Linux, Cpu::Baseline) => V2,
        (Target::X86_64Linux, Cpu::X86_64V3) => V3,
        (Target::Aarch64Linux, _) => &[],
    }
}
