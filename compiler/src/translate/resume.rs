//! The table that a function of Go begins with, which resumes it in its middle.
//!
//! It has an entry for each program counter of Go, also for those that only tell
//! positions apart: then neighbours lead to the same place, which is so for nearly
//! half of all entries. None of this is on the hot path.

use super::func::FuncTranslator;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, Block, InstBuilder, Value, types};
use cranelift_frontend::FunctionBuilder;

/// Entries whose groups one 64-bit word tells apart.
const ENTRIES_PER_WORD: usize = 64;
/// Fewer spared entries in a word cost less than counting does.
const SPARED_PER_WORD_MIN: usize = 8;

/// Neighbouring entries with the same target, as one.
struct Groups {
    targets: Vec<Block>,
    /// A bit for each entry that begins a group, but for the first of all.
    starts: Vec<u64>,
}

impl FuncTranslator<'_, '_> {
    /// Enters the function at its first block, or where `index` tells.
    pub(super) fn resume(&mut self, index: Value, targets: &[Block], default: Block) {
        self.threading.is_resumable = true;
        let builder = &mut self.builder;
        let resume = cold_block(builder);
        let is_first = builder.ins().icmp_imm_s(IntCC::Equal, index, 0);
        let first = targets.first().copied().unwrap_or(default);
        builder.ins().brif(is_first, first, &[], resume, &[]);
        builder.switch_to_block(resume);
        builder.seal_block(resume);
        let groups = Groups::of(targets, default);
        if groups.are_worth_counting(targets.len()) {
            let group = number_of_group(builder, index, &groups.starts, default);
            jump_by_table(builder, group, &groups.targets, default);
        } else {
            jump_by_table(builder, index, targets, default);
        }
    }
}

impl Groups {
    /// Entries of the default follow until the last word is full.
    fn of(targets: &[Block], default: Block) -> Groups {
        let mut groups = Groups { targets: Vec::new(), starts: Vec::new() };
        let words = targets.len().div_ceil(ENTRIES_PER_WORD);
        let entries = targets.iter().copied().chain(std::iter::repeat(default));
        for (position, target) in entries.take(words * ENTRIES_PER_WORD).enumerate() {
            if position % ENTRIES_PER_WORD == 0 {
                groups.starts.push(0);
            }
            if groups.targets.last() != Some(&target) {
                let begins = u64::from(!groups.targets.is_empty());
                groups.starts[position / ENTRIES_PER_WORD] |= begins << (position % ENTRIES_PER_WORD);
                groups.targets.push(target);
            }
        }
        groups
    }

    fn are_worth_counting(&self, entries: usize) -> bool {
        entries.saturating_sub(self.targets.len()) >= SPARED_PER_WORD_MIN * self.starts.len()
    }
}

/// Counts the groups that begin at or before an entry.
fn number_of_group(builder: &mut FunctionBuilder, index: Value, starts: &[u64], default: Block) -> Value {
    let counted = cold_block(builder);
    let group = builder.append_block_param(counted, types::I32);
    let mut before = 0;
    for (word, &bits) in (1..).zip(starts) {
        let (within, beyond) = (cold_block(builder), cold_block(builder));
        let is_within =
            builder.ins().icmp_imm_u(IntCC::UnsignedLessThan, index, word * ENTRIES_PER_WORD as i64);
        builder.ins().brif(is_within, within, &[], beyond, &[]);
        builder.switch_to_block(within);
        builder.seal_block(within);
        let two = builder.ins().iconst(types::I64, 2);
        let next = builder.ins().ishl(two, index);
        let up_to = builder.ins().iadd_imm_s(next, -1);
        let begun = builder.ins().band_imm_u(up_to, bits as i64);
        let count = builder.ins().popcnt(begun);
        let count = builder.ins().ireduce(types::I32, count);
        let number = builder.ins().iadd_imm_s(count, before);
        builder.ins().jump(counted, &[number.into()]);
        builder.switch_to_block(beyond);
        builder.seal_block(beyond);
        before += i64::from(bits.count_ones());
    }
    builder.ins().jump(default, &[]);
    builder.switch_to_block(counted);
    builder.seal_block(counted);
    group
}

/// Jumps to a target by its number. Between lies a block for each, where what
/// the target's variables need is moved: off the hot path, the default's too.
fn jump_by_table(builder: &mut FunctionBuilder, index: Value, targets: &[Block], default: Block) {
    let landings: Vec<Block> = targets.iter().chain([&default]).map(|_| cold_block(builder)).collect();
    let pool = &mut builder.func.dfg;
    let mut entries: Vec<_> = landings.iter().map(|&block| pool.block_call(block, &[])).collect();
    let last = entries.pop().expect("the default has one");
    let table = builder.create_jump_table(ir::JumpTableData::new(last, &entries));
    builder.ins().br_table(index, table);
    for (&target, &landing) in targets.iter().chain([&default]).zip(&landings) {
        builder.switch_to_block(landing);
        builder.seal_block(landing);
        builder.ins().jump(target, &[]);
    }
}

fn cold_block(builder: &mut FunctionBuilder) -> Block {
    let block = builder.create_block();
    builder.set_cold_block(block);
    block
}
