//! Branches by a table, and those whose entry is known.

use super::control::FrameKind;
use super::func::FuncTranslator;
use cranelift_codegen::ir::{self, Block, InstBuilder};
use wasmparser::BrTable;

impl FuncTranslator<'_, '_> {
    pub fn br_table(&mut self, table: &BrTable<'_>) -> crate::error::Result<()> {
        let index = self.pop();
        let prologue = self.dispatch_prologue();
        if let Some(position) = self.constant_i32(index) {
            return self.known_table(table, position as usize, prologue);
        }
        let mut targets = Vec::with_capacity(table.len() as usize + 1);
        for depth in table.targets() {
            targets.push(self.branch(depth?));
        }
        let (default, default_args) = self.branch(table.default());
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
        self.end_of_reachable();
        Ok(())
    }

    /// A table whose entry is known. Where it begins a dispatch loop, the other
    /// entries stay targets of the jumps that may select them.
    fn known_table(
        &mut self,
        table: &BrTable<'_>,
        position: usize,
        dispatch: Option<(usize, u32)>,
    ) -> crate::error::Result<()> {
        let mut depths = table.targets().collect::<std::result::Result<Vec<u32>, _>>()?;
        let len = depths.len();
        depths.push(table.default());
        let chosen = depths[position.min(len)];
        self.threading.is_resumable |= self.is_resume_table();
        if let Some((frame, local)) = dispatch {
            let resume = self.resume.filter(|_| local == 0 && self.is_resume_table());
            let mut targets = Vec::with_capacity(depths.len());
            for (entry, &depth) in depths.iter().enumerate() {
                let may_be_selected = resume.is_none_or(|resume| resume.may_select(entry, len));
                let position = self.frames.len() - 1 - depth as usize;
                let frame = &mut self.frames[position];
                frame.end_is_target |= may_be_selected && !matches!(frame.kind, FrameKind::Loop);
                targets.push(frame.target);
            }
            let default = targets.pop().expect("a table has a default");
            self.set_dispatch(frame, local, targets, default);
        }
        self.branch_forward(chosen);
        Ok(())
    }

    /// A branch whose target nothing else may reach: code then goes on there
    /// in the present block, and what is known stays known.
    fn branch_forward(&mut self, depth: u32) {
        let frame = self.frames.last_mut().expect("only called inside a frame");
        let is_plain = matches!(frame.kind, FrameKind::Block) && frame.result_types.is_empty();
        if depth == 0 && is_plain && !frame.end_is_target {
            frame.goes_on = true;
            return self.end_of_reachable();
        }
        self.br(depth);
    }
}
