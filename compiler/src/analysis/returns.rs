//! Functions that return the same constant whatever happens.
//!
//! Go's functions return 1 to unwind the native stack and 0 otherwise. One whose
//! every return is the constant 1, or what another such function has returned,
//! can only unwind, so that what follows its calls is never reached; one that
//! always returns 0 never unwinds, and the test after its calls is idle.

use crate::world::{FuncId, FunctionKind, World};
use cranelift_entity::SecondaryMap;
use std::collections::BTreeSet;
use wasmparser::Operator;

/// Where a returned i32 comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Constant(i32),
    /// The result of a call of this function of the module.
    Call(u32),
    /// The result of a call by reference, of this type of the module.
    CallByReference(u32),
    Unknown,
}

/// Reads a body operator by operator and gathers the sources of its result.
#[derive(Debug, Default)]
pub(super) struct ReturnScan {
    sources: BTreeSet<Source>,
    nesting: u32,
    top: Top,
}

/// What is known of the top of the value stack.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Top {
    #[default]
    Unknown,
    Value(Source),
    /// A global lies on the value.
    BelowGlobal(Source),
    /// Control does not get here.
    Dead,
}

impl ReturnScan {
    pub fn add(&mut self, operator: &Operator<'_>) {
        self.top = match (operator, self.top) {
            (Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. }, _) => {
                self.nesting += 1;
                Top::Unknown
            }
            (Operator::End, top) if self.nesting == 0 => self.leave(top),
            (Operator::End, _) => {
                self.nesting -= 1;
                Top::Unknown
            }
            (Operator::Return, top) => self.leave(top),
            (Operator::Unreachable, _) => Top::Dead,
            (Operator::Br { relative_depth }, top) => {
                self.branch(*relative_depth, top);
                Top::Dead
            }
            (Operator::BrIf { relative_depth }, _) => {
                self.branch(*relative_depth, Top::Unknown);
                Top::Unknown
            }
            (Operator::BrTable { targets }, _) => {
                let depths = targets.targets().flatten().chain([targets.default()]);
                depths.for_each(|depth| self.branch(depth, Top::Unknown));
                Top::Dead
            }
            (Operator::I32Const { value }, _) => Top::Value(Source::Constant(*value)),
            (Operator::Call { function_index }, _) => Top::Value(Source::Call(*function_index)),
            (Operator::CallIndirect { type_index, .. }, _) => {
                Top::Value(Source::CallByReference(*type_index))
            }
            // Go reads the stack pointer back between a call and the test of its result.
            (Operator::GlobalGet { .. }, Top::Value(source)) => Top::BelowGlobal(source),
            (Operator::LocalSet { .. }, Top::BelowGlobal(source)) => Top::Value(source),
            _ => Top::Unknown,
        };
    }

    fn branch(&mut self, relative_depth: u32, top: Top) {
        if relative_depth == self.nesting {
            self.leave(top);
        }
    }

    fn leave(&mut self, top: Top) -> Top {
        match top {
            Top::Value(source) => self.sources.insert(source),
            Top::Dead => false,
            Top::Unknown | Top::BelowGlobal(_) => self.sources.insert(Source::Unknown),
        };
        Top::Dead
    }

    pub fn finish(self) -> BTreeSet<Source> {
        self.sources
    }
}

/// What a function's result is found to be.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum Fact {
    /// Nothing has contradicted anything yet: it may never return.
    Never,
    Constant(i32),
    #[default]
    Varies,
}

impl Fact {
    fn meet(self, other: Fact) -> Fact {
        match (self, other) {
            (Fact::Never, fact) | (fact, Fact::Never) => fact,
            (Fact::Constant(one), Fact::Constant(other)) if one == other => self,
            _ => Fact::Varies,
        }
    }
}

/// The constant result of each function that has one, by the sources of each
/// body whose type is `(...) -> (i32)`. A function that never returns has the
/// result 1, which is as true as any.
pub(super) fn constants(
    world: &World<'_>,
    sources: &SecondaryMap<FuncId, BTreeSet<Source>>,
) -> SecondaryMap<FuncId, Option<i32>> {
    let mut facts: SecondaryMap<FuncId, Fact> = SecondaryMap::new();
    let bodies: Vec<(FuncId, usize)> = world
        .functions
        .iter()
        .filter(|(function, _)| world.function_type(*function).results() == [wasmparser::ValType::I32])
        .filter_map(|(function, definition)| match definition.kind {
            FunctionKind::Body { module, .. } => Some((function, module)),
            FunctionKind::Host { .. } | FunctionKind::Instantiate { .. } => None,
        })
        .collect();
    for &(function, _) in &bodies {
        facts[function] = Fact::Never;
    }
    // Facts only ever fall, at most twice each, so that this ends.
    let mut changes = true;
    while changes {
        changes = false;
        for &(function, module) in &bodies {
            let fact = sources[function].iter().fold(Fact::Never, |fact, source| {
                fact.meet(match *source {
                    Source::Constant(value) => Fact::Constant(value),
                    Source::Call(callee) => facts[world.modules[module].functions[callee as usize]],
                    Source::CallByReference(_) | Source::Unknown => Fact::Varies,
                })
            });
            changes |= fact != facts[function];
            facts[function] = fact;
        }
    }
    let mut constants = SecondaryMap::new();
    for &(function, _) in &bodies {
        constants[function] = match facts[function] {
            Fact::Never => Some(1),
            Fact::Constant(value) => Some(value),
            Fact::Varies => None,
        };
    }
    constants
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmparser::BlockType;

    fn scan(operators: &[Operator<'_>]) -> Vec<Source> {
        let mut scan = ReturnScan::default();
        operators.iter().for_each(|operator| scan.add(operator));
        scan.finish().into_iter().collect()
    }

    #[test]
    fn returns_are_gathered() {
        use Operator::{Block, Br, Call, End, GlobalGet, I32Const, LocalSet, Return, Unreachable};
        let one = || I32Const { value: 1 };
        let block = || Block { blockty: BlockType::Empty };
        let call = || Call { function_index: 7 };
        let reload = || [GlobalGet { global_index: 0 }, LocalSet { local_index: 1 }];
        assert_eq!(scan(&[one(), End]), [Source::Constant(1)]);
        assert_eq!(scan(&[one(), Return, Unreachable, End]), [Source::Constant(1)]);
        assert_eq!(scan(&[call(), Return, End]), [Source::Call(7)]);
        let [get, set] = reload();
        assert_eq!(scan(&[call(), get.clone(), set, Return, Unreachable, End]), [Source::Call(7)]);
        assert_eq!(scan(&[call(), get, Return, Unreachable, End]), [Source::Unknown]);
        assert_eq!(
            scan(&[block(), one(), Br { relative_depth: 1 }, End, Unreachable, End]),
            [Source::Constant(1)]
        );
        // The block's end may be reached from elsewhere.
        assert_eq!(scan(&[block(), one(), Br { relative_depth: 0 }, End, End]), [Source::Unknown]);
        assert_eq!(scan(&[Unreachable, End]), []);
    }
}
