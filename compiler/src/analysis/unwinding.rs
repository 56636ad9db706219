//! Functions whose result says nothing but whether the native stack unwinds.
//!
//! Go's functions return 0, or 1 where another goroutine goes on: then each
//! caller returns 1, down to a loop that calls what goes on (golang/go,
//! cmd/internal/obj/wasm and runtime/asm_wasm.s). Between a call and that return
//! nothing happens, so that one jump can replace all of them, and the functions
//! have no result to give back and to test.

use super::returns::Source;
use super::{Calls, Facts};
use crate::world::{FuncId, FunctionKind, SignatureId, World};
use cranelift_entity::SecondaryMap;
use wasmparser::{BlockType, Operator, ValType};

/// Which functions unwind by a jump.
#[derive(Default)]
pub(crate) struct Unwinding {
    /// Functions that give back no result: where they return at all, it is 0.
    pub functions: SecondaryMap<FuncId, bool>,
    /// The same for calls by reference: all functions of a signature agree.
    pub signatures: SecondaryMap<SignatureId, bool>,
    /// In such functions, the offset of the block whose end returns 1.
    pub exits: SecondaryMap<FuncId, Option<u64>>,
}

/// Finds the outermost block at whose end a body returns 1.
#[derive(Debug, Default)]
pub(super) struct ExitScan {
    nesting: u32,
    /// Offset of the last operator that opened an outermost block.
    opened_at: Option<u64>,
    tail: Tail,
}

/// How far the last operators go as such an end.
#[derive(Debug, Default, PartialEq, Eq)]
enum Tail {
    #[default]
    Other,
    /// The end of an outermost block.
    BlockEnded,
    One,
    Returned,
}

impl ExitScan {
    pub fn add(&mut self, operator: &Operator<'_>, offset: u64) {
        let before = std::mem::take(&mut self.tail);
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                if self.nesting == 0 {
                    let is_plain = matches!(operator, Operator::Block { blockty: BlockType::Empty });
                    self.opened_at = is_plain.then_some(offset);
                }
                self.nesting += 1;
            }
            Operator::End if self.nesting > 0 => {
                self.nesting -= 1;
                if self.nesting == 0 {
                    self.tail = Tail::BlockEnded;
                }
            }
            Operator::End if before == Tail::One => self.tail = Tail::Returned,
            Operator::I32Const { value: 1 } if before == Tail::BlockEnded => self.tail = Tail::One,
            _ => {}
        }
    }

    /// The block's offset in the binary.
    pub fn finish(self) -> Option<u64> {
        self.opened_at.filter(|_| self.tail == Tail::Returned)
    }
}

/// Chooses the functions, in programs of which most of Go's type have Go's shape:
/// a call that is not followed by that return costs more.
pub(super) fn choose(world: &World<'_>, facts: &Facts, calls: &Calls) -> Unwinding {
    let mut chosen = Unwinding::default();
    let mut candidates = Vec::new();
    let mut of_go_count = 0;
    for (function, definition) in &world.functions {
        let ty = world.function_type(function);
        let FunctionKind::Body { module, .. } = definition.kind else {
            continue;
        };
        if *ty.params() != [ValType::I32] || *ty.results() != [ValType::I32] {
            continue;
        }
        candidates.push((function, module));
        chosen.functions[function] = true;
        chosen.exits[function] = calls.unwind_exits[function].filter(|_| facts.resumes[function]);
        of_go_count += usize::from(chosen.exits[function].is_some());
    }
    if of_go_count * 2 < candidates.len() {
        return Unwinding::default();
    }
    for &function in &facts.referenced {
        chosen.signatures[world.functions[function].signature] = true;
    }
    while chosen.shrink(world, facts, calls, &candidates) {}
    chosen
}

impl Unwinding {
    /// Takes out functions that return something else, and whole signatures with
    /// them; whether there were any.
    fn shrink(
        &mut self,
        world: &World<'_>,
        facts: &Facts,
        calls: &Calls,
        candidates: &[(FuncId, usize)],
    ) -> bool {
        let mut changes = false;
        for &(function, module) in candidates {
            let unwinds = facts.constant_results[function] != Some(0);
            let tells = calls.returns[function].iter().all(|source| match *source {
                Source::Constant(constant) => matches!(constant, 0 | 1),
                Source::Call(callee) => self.functions[world.modules[module].functions[callee as usize]],
                Source::CallByReference(ty) => self.signatures[world.modules[module].signatures[ty as usize]],
                Source::Unknown => false,
            });
            // What goes on needs the stack pointer.
            let can_unwind = !unwinds || facts.stack_pointer.carried_by[function];
            if self.functions[function] && !(tells && can_unwind) {
                self.functions[function] = false;
                changes = true;
            }
        }
        for &function in &facts.referenced {
            let signature = world.functions[function].signature;
            if self.functions[function] != self.signatures[signature] {
                changes |= self.functions[function] | self.signatures[signature];
                self.functions[function] = false;
                self.signatures[signature] = false;
            }
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit(operators: &[Operator<'_>]) -> Option<u64> {
        let mut scan = ExitScan::default();
        operators.iter().zip(100..).for_each(|(operator, offset)| scan.add(operator, offset));
        scan.finish()
    }

    #[test]
    fn the_last_outermost_block_is_found_if_its_end_returns_one() {
        use Operator::{Block, End, I32Const, Loop, Nop, Unreachable};
        let block = || Block { blockty: BlockType::Empty };
        let one = || I32Const { value: 1 };
        assert_eq!(exit(&[block(), Unreachable, End, one(), End]), Some(100));
        assert_eq!(exit(&[block(), End, block(), block(), End, End, one(), End]), Some(102));
        assert_eq!(exit(&[block(), End, I32Const { value: 2 }, End]), None);
        assert_eq!(exit(&[block(), End, Nop, one(), End]), None);
        assert_eq!(exit(&[block(), block(), End, one(), Unreachable, End, one(), Nop, End]), None);
        assert_eq!(exit(&[Loop { blockty: BlockType::Empty }, End, one(), End]), None);
    }
}
