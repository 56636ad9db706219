//! Branches by a table, and those whose entry is known.

use super::frame::FrameKind;
use super::func::FuncTranslator;
use super::trap::raised;
use cranelift_codegen::ir::{self, Block, BlockArg, InstBuilder};
use wasmc_abi::trap::TrapCode;
use wasmparser::BrTable;

impl FuncTranslator<'_, '_> {
    pub fn br_table(&mut self, table: &BrTable<'_>, offset: u64) -> crate::error::Result<()> {
        let index = self.pop();
        let prologue = self.dispatch_prologue();
        if let (Some(position), None) = (self.constant_i32(index), prologue) {
            self.threading.is_resumable |= self.is_resume_table();
            let target = table.targets().nth(position as usize);
            self.branch_forward(target.unwrap_or_else(|| Ok(table.default()))?);
            return Ok(());
        }
        let possible = prologue.and_then(|(_, local)| self.possible_values(local));
        let mut never = None;
        let mut targets = Vec::with_capacity(table.len() as usize + 1);
        for (entry, depth) in (0..).zip(table.targets()) {
            let is_possible = possible.as_ref().is_none_or(|values| values.contains(&entry));
            targets.push(self.table_entry(depth?, is_possible, &mut never));
        }
        let is_possible = possible.is_none_or(|values| values.range(table.len()..).next().is_some());
        let (default, default_args) = self.table_entry(table.default(), is_possible, &mut never);
        let blocks = || targets.iter().map(|(block, _)| *block).collect::<Vec<Block>>();
        if let Some((frame, local)) = prologue {
            self.set_dispatch(frame, local, blocks(), default);
        }
        if self.is_resume_table() && default_args.is_empty() {
            self.resume(index, &blocks(), default);
        } else {
            let is_plain = targets.iter().all(|(_, args)| args.is_empty()) && default_args.is_empty();
            let default_block = default;
            let pool = &mut self.builder.func.dfg;
            let calls: Vec<_> = targets.iter().map(|(block, args)| pool.block_call(*block, args)).collect();
            let default = pool.block_call(default, &default_args);
            let jump_table = self.builder.create_jump_table(ir::JumpTableData::new(default, &calls));
            self.builder.ins().br_table(index, jump_table);
            if prologue.is_none() && is_plain {
                self.set_head_table(offset, &blocks(), default_block);
            }
        }
        if let Some(never) = never {
            self.builder.switch_to_block(never);
            self.builder.set_cold_block(never);
            self.builder.ins().trap(raised(TrapCode::Unreachable));
        }
        self.end_of_reachable();
        Ok(())
    }

    /// Where an entry of a table leads: those that the index never selects share
    /// a block.
    fn table_entry(
        &mut self,
        depth: u32,
        is_possible: bool,
        never: &mut Option<Block>,
    ) -> (Block, Vec<BlockArg>) {
        if is_possible {
            return self.branch(depth);
        }
        (*never.get_or_insert_with(|| self.builder.create_block()), Vec::new())
    }

    /// A branch whose target nothing else may reach: code then goes on there
    /// in the present block, and what is known stays known.
    fn branch_forward(&mut self, depth: u32) {
        let frame = self.frames.last_mut().expect("only called inside a frame");
        let is_plain = matches!(frame.kind, FrameKind::Block) && frame.result_types.is_empty();
        if depth == 0 && is_plain && frame.end_branches == 0 {
            frame.goes_on = true;
            return self.end_of_reachable();
        }
        self.br(depth);
    }
}
