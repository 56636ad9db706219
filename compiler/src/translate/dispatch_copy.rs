//! Copies of an interpreter's dispatch.
//!
//! An interpreter is a loop that begins by reading an instruction and ends that
//! with a table. A CPU predicts an indirect jump by where it is and what came
//! before; with one jump for all instructions, much of its knowledge of which
//! instruction follows which is lost. So each branch to such a loop becomes a copy
//! of what the loop begins with, table included.
//!
//! Blocks that the table leads to are then not dominated by the loop's start, so
//! that nothing that has become known there may be used in them.

use super::frame::Frame;
use super::func::FuncTranslator;
use crate::error::Result;
use cranelift_codegen::ir::{Block, InstBuilder, JumpTableData, Value};
use std::rc::Rc;
use wasmparser::{BlockType, Operator, OperatorsReader};

/// So many operators are copied at most.
const OPERATORS_MAX: usize = 40;
/// Of a loop, so many entries in all copies of its table, each of which is an edge
/// that takes compile time.
const ENTRIES_MAX: usize = 2048;

/// So many operators between a block and a branch to the loop are copied with it.
const TAIL_OPERATORS_MAX: usize = 12;
/// So many operators of a loop are looked through for blocks that end in that way.
const SCANNED_MAX: usize = 50_000;

/// Operators with their offsets.
pub(super) type Operators<'a> = Rc<[(Operator<'a>, u64)]>;

/// What a loop begins with.
pub(super) struct Head<'a> {
    /// All before the table but the blocks that open, with their offsets.
    operators: Operators<'a>,
    table_offset: u64,
    table: Option<Table>,
}

struct Table {
    targets: Vec<Block>,
    default: Block,
    /// How often it may be copied yet.
    copies_left: usize,
}

impl<'a> FuncTranslator<'a, '_> {
    /// Looks whether the loop that has just been opened begins as an interpreter's.
    pub(super) fn read_head(&mut self, next: OperatorsReader<'a>) -> Result<()> {
        let Some(frame) = self.frames.last().filter(|frame| frame.branch_types.is_empty()) else {
            return Ok(());
        };
        if self.reachable && self.env.dispatch_copies {
            let header = frame.target;
            if let Some(head) = head(next.clone())? {
                self.heads.insert(header, head);
                let tails = tails(next)?.into_iter();
                self.tails.extend(tails.map(|(block, tail)| (block, (header, tail))));
            }
        }
        Ok(())
    }

    /// Remembers where a table leads that a loop began with.
    pub(super) fn set_head_table(&mut self, offset: u64, targets: &[Block], default: Block) {
        let begins_here =
            |frame: &Frame| self.heads.get(&frame.target).is_some_and(|head| head.table_offset == offset);
        let Some(position) = self.frames.iter().rposition(begins_here) else {
            return;
        };
        // What lies on the stack would be a value of the loop's start.
        if self.frames[position..].iter().any(|frame| frame.height != self.stack.len()) {
            return;
        }
        let copies_left = ENTRIES_MAX / (targets.len() + 1);
        let head = self.heads.get_mut(&self.frames[position].target).expect("just found");
        head.table = Some(Table { targets: targets.to_vec(), default, copies_left });
        targets.iter().chain([&default]).for_each(|&target| self.dispatch_targets[target] = true);
        let mark = self.frames[position].mark;
        self.frames[position..].iter_mut().for_each(|frame| frame.mark = mark);
        self.forget_since(mark);
    }

    /// Whether a branch to the frame's start becomes a copy.
    fn copies_dispatch(&self, position: usize) -> bool {
        let table = self.heads.get(&self.frames[position].target).and_then(|head| head.table.as_ref());
        table.is_some_and(|table| table.copies_left > 0)
    }

    /// Makes a copy instead of a branch to the frame's start, if there is to be one.
    pub(super) fn copy_dispatch(&mut self, position: usize) -> bool {
        if !self.copies_dispatch(position) {
            return false;
        }
        let header = self.frames[position].target;
        let mut head = self.heads.remove(&header).expect("the caller saw it");
        self.again(&head.operators);
        self.set_offset(head.table_offset);
        let index = self.pop();
        let table = head.table.as_mut().expect("the caller saw it");
        table.copies_left -= 1;
        self.jump_by(table, index);
        self.heads.insert(header, head);
        true
    }

    /// Makes a copy instead of a branch to the end of a block, if only a few
    /// operators are between that and a branch to the loop.
    pub(super) fn copy_tail(&mut self, position: usize) -> bool {
        let frame = &self.frames[position];
        let Some((header, tail)) = self.tails.get(&frame.opened_at) else {
            return false;
        };
        let target = |frame: &Frame| frame.target == *header;
        let (tail, height) = (tail.clone(), frame.height);
        let Some(start) = self.frames[..position].iter().rposition(target) else {
            return false;
        };
        if !self.copies_dispatch(start) {
            return false;
        }
        self.stack.truncate(height);
        self.again(&tail);
        self.copy_dispatch(start)
    }

    fn again(&mut self, operators: &[(Operator<'a>, u64)]) {
        for (operator, offset) in operators {
            self.set_offset(*offset);
            (self.next_wraps, self.next_computes) = (false, false);
            self.operator(operator, *offset).expect("plain operators are supported");
        }
    }

    fn jump_by(&mut self, table: &Table, index: Value) {
        if let Some(entry) = self.constant_i32(index) {
            let target = table.targets.get(entry as usize).unwrap_or(&table.default);
            self.builder.ins().jump(*target, &[]);
            return;
        }
        let pool = &mut self.builder.func.dfg.value_lists;
        let mut call = |&target: &Block| cranelift_codegen::ir::BlockCall::new(target, [], pool);
        let calls: Vec<_> = table.targets.iter().map(&mut call).collect();
        let default = call(&table.default);
        let table = self.builder.create_jump_table(JumpTableData::new(default, &calls));
        self.builder.ins().br_table(index, table);
    }
}

fn head<'a>(mut next: OperatorsReader<'a>) -> Result<Option<Head<'a>>> {
    let mut operators = Vec::new();
    let mut reads_memory = false;
    while operators.len() < OPERATORS_MAX {
        let (operator, offset) = next.read_with_offset()?;
        match operator {
            Operator::Block { blockty: BlockType::Empty } => {}
            Operator::BrTable { .. } if reads_memory => {
                return Ok(Some(Head { operators: operators.into(), table_offset: offset, table: None }));
            }
            operator if is_load(&operator) => {
                reads_memory = true;
                operators.push((operator, offset));
            }
            operator if is_plain(&operator) => operators.push((operator, offset)),
            _ => break,
        }
    }
    Ok(None)
}

/// For blocks of a loop, by their offsets, what is between their end and a branch
/// to the loop; where that is little.
fn tails<'a>(mut next: OperatorsReader<'a>) -> Result<Vec<(u64, Operators<'a>)>> {
    let mut found = Vec::new();
    let mut open = vec![None];
    for _ in 0..SCANNED_MAX {
        let (operator, offset) = next.read_with_offset()?;
        match operator {
            Operator::Block { blockty: BlockType::Empty } => open.push(Some(offset)),
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => open.push(None),
            Operator::End => {
                let block = open.pop().flatten();
                if open.is_empty() {
                    break;
                }
                if let Some(block) = block {
                    found.extend(tail(next.clone(), open.len() - 1)?.map(|tail| (block, tail)));
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The operators before a branch to the loop `depth` frames out, if they are few.
fn tail<'a>(mut next: OperatorsReader<'a>, depth: usize) -> Result<Option<Operators<'a>>> {
    let mut operators = Vec::new();
    while operators.len() <= TAIL_OPERATORS_MAX {
        let (operator, offset) = next.read_with_offset()?;
        match operator {
            Operator::Br { relative_depth } if relative_depth as usize == depth => {
                return Ok(Some(operators.into()));
            }
            operator if is_load(&operator) || is_plain(&operator) => operators.push((operator, offset)),
            _ => break,
        }
    }
    Ok(None)
}

fn is_load(operator: &Operator<'_>) -> bool {
    use Operator::{
        I32Load, I32Load8S, I32Load8U, I32Load16S, I32Load16U, I64Load, I64Load8S, I64Load8U, I64Load16S,
        I64Load16U, I64Load32S, I64Load32U,
    };
    matches!(
        operator,
        I32Load { .. }
            | I32Load8S { .. }
            | I32Load8U { .. }
            | I32Load16S { .. }
            | I32Load16U { .. }
            | I64Load { .. }
            | I64Load8S { .. }
            | I64Load8U { .. }
            | I64Load16S { .. }
            | I64Load16U { .. }
            | I64Load32S { .. }
            | I64Load32U { .. }
    )
}

/// Whether an operator is one of those by which interpreters decode.
fn is_plain(operator: &Operator<'_>) -> bool {
    use Operator::{
        GlobalGet, I32Add, I32And, I32Const, I32Mul, I32Or, I32Shl, I32ShrS, I32ShrU, I32Store, I32Sub,
        I32WrapI64, I32Xor, I64Add, I64And, I64Const, I64ExtendI32S, I64ExtendI32U, I64Or, I64Shl, I64ShrS,
        I64ShrU, I64Store, I64Sub, LocalGet, LocalSet, LocalTee,
    };
    matches!(
        operator,
        LocalGet { .. }
            | LocalSet { .. }
            | LocalTee { .. }
            | GlobalGet { .. }
            | I32Const { .. }
            | I64Const { .. }
            | I32Store { .. }
            | I64Store { .. }
            | I32Add
            | I32Sub
            | I32Mul
            | I32And
            | I32Or
            | I32Xor
            | I32Shl
            | I32ShrS
            | I32ShrU
            | I64Add
            | I64Sub
            | I64And
            | I64Or
            | I64Shl
            | I64ShrS
            | I64ShrU
            | I32WrapI64
            | I64ExtendI32S
            | I64ExtendI32U
    )
}
