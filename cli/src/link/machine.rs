//! What differs between targets, other than their relocations.

use object::elf;
use wasmc_compiler::Target;

/// The `e_machine` of a target's ELF files.
pub fn elf_machine(target: Target) -> u16 {
    match target {
        Target::X86_64Linux => elf::EM_X86_64,
        Target::Aarch64Linux => elf::EM_AARCH64,
    }
}

/// The largest page size that the target's kernels use: segments that differ
/// in permissions never share a page of this size.
pub fn max_page_bytes(target: Target) -> u64 {
    match target {
        Target::X86_64Linux => 0x1000,
        Target::Aarch64Linux => 0x1_0000,
    }
}

/// What fills the gaps between functions: an instruction that faults.
pub fn text_filler(target: Target) -> u8 {
    match target {
        // int3
        Target::X86_64Linux => 0xcc,
        // udf #0
        Target::Aarch64Linux => 0,
    }
}
