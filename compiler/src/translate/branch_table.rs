//! Branches by a table, and those whose entry is known.

use super::control::FrameKind;
use super::func::FuncTranslator;
use cranelift_codegen::ir::{self, Block, InstBuilder};
use wasmparser::BrTable;

impl FuncTranslator<'_, '_> {
    pub fn br_table(&mut self, table: &BrTable<'_>) -> crate::error::Result<()> {
        let index = self.pop();
        let prologue = self.dispatch_prologue();
        if let (Some(position), None) = (self.constant_i32(index), prologue) {
            self.threading.is_resumable |= self.is_resume_table();
            let target = table.targets().nth(position as usize);
            self.branch_forward(target.unwrap_or_else(|| Ok(table.default()))?);
            return Ok(());
        }
        let never = self.builder.create_block();
        let mut targets = Vec::with_capacity(table.len() as usize + 1);
        for (entry, depth) in (0..).zip(table.targets()) {
            let depth = depth?;
            let is_possible = prologue.is_none_or(|(_, local)| self.can_hold(local, |value| value == entry));
            targets.push(if is_possible { self.branch(depth) } else { (never, Vec::new()) });
        }
        let has_default =
            prologue.is_none_or(|(_, local)| self.can_hold(local, |value| value >= table.len()));
        let (default, default_args) =
            if has_default { self.branch(table.default()) } else { (never, Vec::new()) };
        let blocks = || targets.iter().map(|(block, _)| *block).collect::<Vec<Block>>();
        if self.is_resume_table() && default_args.is_empty() {
            self.test_first_target(index, blocks().first().copied().unwrap_or(default));
        }
        if let Some((frame, local)) = prologue {
            self.set_dispatch(frame, local, blocks(), default);
        }
        let pool = &mut self.builder.func.dfg;
        let calls: Vec<_> = targets.iter().map(|(block, args)| pool.block_call(*block, args)).collect();
        let default = pool.block_call(default, &default_args);
        let jump_table = self.builder.create_jump_table(ir::JumpTableData::new(default, &calls));
        self.builder.ins().br_table(index, jump_table);
        self.builder.switch_to_block(never);
        self.builder.set_cold_block(never);
        self.unreachable();
        Ok(())
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
