//! Blocks that only cold ones lead to are cold as well, as are those that only
//! resume a function in its middle: what runs lies together then.

use cranelift_codegen::ir::{Block, Function};
use cranelift_entity::EntitySet;

/// Marks each block that cannot be reached but through a cold one.
pub(super) fn spread(function: &mut Function) {
    let mut is_reached: EntitySet<Block> = EntitySet::with_capacity(function.dfg.num_blocks());
    let mut open: Vec<Block> = function.layout.entry_block().into_iter().collect();
    while let Some(block) = open.pop() {
        if function.layout.is_cold(block) || !is_reached.insert(block) {
            continue;
        }
        let Some(last) = function.layout.last_inst(block) else {
            continue;
        };
        let dfg = &function.dfg;
        let leads_to = dfg.insts[last].branch_destination(&dfg.jump_tables, &dfg.exception_tables);
        open.extend(leads_to.iter().map(|to| to.block(&dfg.value_lists)));
    }
    let mut next = function.layout.entry_block();
    while let Some(block) = next {
        next = function.layout.next_block(block);
        if !is_reached.contains(block) {
            function.layout.set_cold(block);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cranelift_codegen::ir::InstBuilder;
    use cranelift_codegen::ir::types::I32;
    use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};

    #[test]
    fn what_only_cold_blocks_lead_to_is_cold() {
        let (mut function, mut context) = (Function::new(), FunctionBuilderContext::new());
        let mut builder = FunctionBuilder::new(&mut function, &mut context);
        let [entry, hot, cold, behind, both] = [(); 5].map(|()| builder.create_block());
        builder.set_cold_block(cold);
        builder.switch_to_block(entry);
        let condition = builder.ins().iconst(I32, 1);
        builder.ins().brif(condition, hot, &[], cold, &[]);
        builder.switch_to_block(hot);
        builder.ins().jump(both, &[]);
        builder.switch_to_block(cold);
        builder.ins().jump(behind, &[]);
        builder.switch_to_block(behind);
        builder.ins().brif(condition, behind, &[], both, &[]);
        builder.switch_to_block(both);
        builder.ins().return_(&[]);
        builder.seal_all_blocks();
        spread(builder.func);
        let is_cold = [entry, hot, cold, behind, both].map(|block| builder.func.layout.is_cold(block));
        assert_eq!(is_cold, [false, false, true, true, false]);
    }
}
