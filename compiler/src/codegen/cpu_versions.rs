//! Functions in two versions, one for every CPU of the target and one for newer ones:
//! the function's code begins with the choice, which the CPU predicts.

use super::{OpenRelocation, Reference, Template};
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::ir::{self, Inst, Opcode};
use cranelift_entity::SecondaryMap;

/// A second version is made where at least one of so many instructions gains by it,
/// in a loop.
const INSTRUCTIONS_PER_GAIN: usize = 64;

/// A function that gains less than its code costs is not worth a second version.
/// Only loops count, and nothing in them that hardly runs.
pub(super) fn pay(function: &ir::Function) -> bool {
    let layout = &function.layout;
    let blocks: Vec<_> = layout.blocks().filter(|&block| !layout.is_cold(block)).collect();
    let loops = Loops::of(function, &blocks);
    let (mut gains, mut instructions) = (0, 0);
    for (position, &block) in blocks.iter().enumerate() {
        for inst in layout.block_insts(block) {
            instructions += 1;
            gains += usize::from(loops.contain(position) && gains_by(function, inst));
        }
    }
    gains > 0 && gains * INSTRUCTIONS_PER_GAIN >= instructions
}

/// What is between a branch backwards and its target. Unlike natural loops these are
/// found where a function of Go can be resumed in the middle of a loop.
struct Loops {
    /// Of each position, the first one behind all loops that contain it, or 0.
    ends: Vec<usize>,
}

impl Loops {
    fn of(function: &ir::Function, blocks: &[ir::Block]) -> Loops {
        let mut positions = SecondaryMap::with_default(usize::MAX);
        for (position, &block) in blocks.iter().enumerate() {
            positions[block] = position;
        }
        let dfg = &function.dfg;
        let mut ends = vec![0; blocks.len()];
        for (position, &block) in blocks.iter().enumerate() {
            let last = function.layout.last_inst(block).map(|last| &dfg.insts[last]);
            let calls = last.map(|last| last.branch_destination(&dfg.jump_tables, &dfg.exception_tables));
            let targets =
                calls.unwrap_or_default().iter().map(|call| positions[call.block(&dfg.value_lists)]);
            for target in targets.filter(|&target| target <= position) {
                ends[target] = position + 1;
            }
        }
        let mut end = 0;
        for own in &mut ends {
            end = end.max(*own);
            *own = end;
        }
        Loops { ends }
    }

    fn contain(&self, position: usize) -> bool {
        position < self.ends[position]
    }
}

/// Whether newer CPUs have something for it: AVX's instructions with three operands,
/// BMI's counts of zeros and shifts by any register.
fn gains_by(function: &ir::Function, inst: Inst) -> bool {
    let dfg = &function.dfg;
    match dfg.insts[inst].opcode() {
        Opcode::Fadd | Opcode::Fsub | Opcode::Fmul | Opcode::Fdiv | Opcode::Sqrt => true,
        Opcode::Clz | Opcode::Ctz => true,
        Opcode::Ishl | Opcode::Ushr | Opcode::Sshr => {
            let count = dfg.value_def(dfg.inst_args(inst)[1]).inst();
            !count.is_some_and(|count| dfg.insts[count].opcode() == Opcode::Iconst)
        }
        _ => false,
    }
}

/// `test byte [rip + choice], 1; jz portable`, padded. The newer version follows, so
/// that newer CPUs do not jump.
const CHOICE: [u8; 16] = [0xf6, 0x05, 0, 0, 0, 0, 1, 0x0f, 0x84, 0, 0, 0, 0, 0x0f, 0x1f, 0x00];
const CHOICE_ADDRESS_OFFSET: u32 = 2;
/// From the end of the instruction, not of the address in it.
const CHOICE_ADDEND: i64 = -5;
const JUMP_DISTANCE_OFFSET: usize = 9;
const JUMP_END: u32 = 13;
const INT3: u8 = 0xcc;

/// One function that is both; x86-64 only.
pub(super) fn join(newer: Template, portable: Template) -> Template {
    let newer_start = CHOICE.len() as u32;
    let portable_start = (newer_start + newer.bytes.len() as u32).next_multiple_of(portable.align);
    let mut joined = Template {
        bytes: CHOICE.to_vec(),
        align: newer.align.max(portable.align),
        relocations: vec![OpenRelocation {
            offset: CHOICE_ADDRESS_OFFSET,
            kind: Reloc::X86PCRel4,
            target: Reference::CpuChoice,
            addend: CHOICE_ADDEND,
        }],
        traps: Vec::new(),
    };
    let distance = (portable_start - JUMP_END).to_le_bytes();
    joined.bytes[JUMP_DISTANCE_OFFSET..][..distance.len()].copy_from_slice(&distance);
    append(&mut joined, newer);
    joined.bytes.resize(portable_start as usize, INT3);
    append(&mut joined, portable);
    joined
}

fn append(joined: &mut Template, version: Template) {
    let start = joined.bytes.len() as u32;
    joined.bytes.extend(version.bytes);
    joined.relocations.extend(version.relocations.into_iter().map(|mut relocation| {
        relocation.offset += start;
        if let Reference::Own(distance) = &mut relocation.target {
            *distance += start;
        }
        relocation
    }));
    joined.traps.extend(version.traps.into_iter().map(|mut site| {
        site.offset += start;
        site
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen::Site;
    use cranelift_codegen::cursor::{Cursor, FuncCursor};
    use cranelift_codegen::ir::{BlockArg, InstBuilder, types};
    use wasmc_abi::trap::TrapCode;

    fn version(bytes: &[u8], own: u32, trap: u32) -> Template {
        let relocation =
            OpenRelocation { offset: 1, kind: Reloc::X86PCRel4, target: Reference::Own(own), addend: 3 };
        let site = Site { offset: trap, wasm_distance: Some(trap), code: TrapCode::Unreachable };
        Template { bytes: bytes.to_vec(), align: 16, relocations: vec![relocation], traps: vec![site] }
    }

    #[test]
    fn each_version_keeps_its_own_places() {
        let joined = join(version(&[1; 20], 5, 7), version(&[2; 9], 6, 8));
        assert_eq!(joined.bytes.len(), 48 + 9);
        assert_eq!(joined.bytes[16..36], [1; 20]);
        assert_eq!(joined.bytes[36..48], [INT3; 12]);
        assert_eq!(joined.bytes[48..], [2; 9]);
        // The jump ends at 13.
        assert_eq!(joined.bytes[9..13], 35_u32.to_le_bytes());
        let relocations: Vec<_> =
            joined.relocations.iter().map(|relocation| (relocation.offset, relocation.target)).collect();
        let (newer, portable) = (Reference::Own(16 + 5), Reference::Own(48 + 6));
        assert_eq!(relocations, [(2, Reference::CpuChoice), (17, newer), (49, portable)]);
        let traps: Vec<_> = joined.traps.iter().map(|site| (site.offset, site.wasm_distance)).collect();
        assert_eq!(traps, [(16 + 7, Some(7)), (48 + 8, Some(8))]);
    }

    /// A function that adds floats, in a loop or behind it.
    fn function(is_in_loop: bool, others: usize, is_cold: bool) -> ir::Function {
        let mut function = ir::Function::new();
        let [entry, header, exit] = std::array::from_fn(|_| function.dfg.make_block());
        let sum = function.dfg.append_block_param(header, types::F64);
        let mut cursor = FuncCursor::new(&mut function);
        cursor.insert_block(entry);
        let zero = cursor.ins().f64const(0.0);
        cursor.ins().jump(header, &[BlockArg::Value(zero)]);
        cursor.insert_block(header);
        let next = if is_in_loop { cursor.ins().fadd(sum, sum) } else { sum };
        let count = cursor.ins().iconst(types::I32, 1);
        cursor.ins().brif(count, header, &[BlockArg::Value(next)], exit, &[]);
        cursor.insert_block(exit);
        let mut last = cursor.ins().fadd(sum, sum);
        for _ in 0..others {
            last = cursor.ins().fneg(last);
        }
        cursor.ins().return_(&[last]);
        if is_cold {
            function.layout.set_cold(header);
        }
        function
    }

    #[test]
    fn loops_that_gain_pay() {
        assert!(pay(&function(true, 0, false)));
        assert!(!pay(&function(false, 0, false)), "it runs once");
        assert!(!pay(&function(true, INSTRUCTIONS_PER_GAIN, false)), "it is too large");
        assert!(!pay(&function(true, 0, true)), "it hardly runs");
    }

    #[test]
    fn shifts_by_constants_do_not_gain() {
        let mut function = ir::Function::new();
        let block = function.dfg.make_block();
        let x = function.dfg.append_block_param(block, types::I64);
        let mut cursor = FuncCursor::new(&mut function);
        cursor.insert_block(block);
        let by_constant = cursor.ins().ishl_imm_s(x, 3);
        let by_register = cursor.ins().ishl(by_constant, x);
        let inst = |value| function.dfg.value_def(value).unwrap_inst();
        let (by_constant, by_register) = (inst(by_constant), inst(by_register));
        assert!(!gains_by(&function, by_constant));
        assert!(gains_by(&function, by_register));
    }
}
