//! Functions that only hand their parameters on to the runtime, as the wrappers
//! of WASI's functions in C libraries do. Calling the runtime in their place
//! saves a call and, after a system call, a return that the CPU mispredicts.

use wasmparser::Operator;

/// What a call of such a function does instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forward {
    /// The function that is called with the same arguments; the module's index.
    pub function_index: u32,
    /// The result's bits that are kept.
    pub mask: Option<i32>,
}

/// Reads a body operator by operator, as long as it can be one.
#[derive(Debug, Default)]
pub(super) enum ForwardScan {
    /// So many parameters have been handed on.
    #[default]
    Start,
    Arguments(u32),
    Called(Forward),
    /// A constant follows the call.
    Constant(Forward, i32),
    Masked(Forward),
    Ended(Forward),
    /// It does something else.
    Other,
}

impl ForwardScan {
    pub fn add(&mut self, operator: &Operator<'_>) {
        use ForwardScan::*;
        *self = match (std::mem::replace(self, Other), operator) {
            (Start, Operator::LocalGet { local_index: 0 }) => Arguments(1),
            (Arguments(count), Operator::LocalGet { local_index }) if *local_index == count => {
                Arguments(count + 1)
            }
            (Start | Arguments(_), &Operator::Call { function_index }) => {
                Called(Forward { function_index, mask: None })
            }
            (Called(forward), &Operator::I32Const { value }) => Constant(forward, value),
            (Constant(forward, mask), Operator::I32And) => Masked(Forward { mask: Some(mask), ..forward }),
            (Called(forward) | Masked(forward), Operator::End) => Ended(forward),
            _ => Other,
        };
    }

    /// Whether the whole body was one. That all parameters were handed on
    /// follows where the two functions have equal types.
    pub fn finish(self) -> Option<Forward> {
        match self {
            ForwardScan::Ended(forward) => Some(forward),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(operators: &[Operator<'_>]) -> Option<Forward> {
        let mut scan = ForwardScan::default();
        operators.iter().for_each(|operator| scan.add(operator));
        scan.finish()
    }

    #[test]
    fn wrappers_are_told_from_what_does_more() {
        use Operator::{Call, End, I32And, I32Const, LocalGet};
        let get = |local_index| LocalGet { local_index };
        let call = || Call { function_index: 7 };
        let forward = Forward { function_index: 7, mask: None };
        assert_eq!(scan(&[call(), End]), Some(forward));
        assert_eq!(scan(&[get(0), get(1), call(), End]), Some(forward));
        let mask = I32Const { value: 65535 };
        let masked = Forward { mask: Some(65535), ..forward };
        assert_eq!(scan(&[get(0), call(), mask.clone(), I32And, End]), Some(masked));
        for other in [
            &[End][..],
            &[get(1), get(0), call(), End],
            &[get(0), get(0), call(), End],
            &[get(0), call(), call(), End],
            &[get(0), call(), mask.clone(), End],
            &[get(0), call(), mask.clone(), I32And, mask, I32And, End],
            &[get(0), call(), End, End],
            &[get(0), call()],
        ] {
            assert_eq!(scan(other), None);
        }
    }
}
