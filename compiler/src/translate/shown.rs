//! What is known at a place in the code, and what is left of it where ways join.
//!
//! A value that a branch and the way beside it both know is the same value on
//! both, so that it is there after the join; that an index was in bounds holds
//! wherever the access before is passed on every way.

use super::func::FuncTranslator;
use super::known::Content;
use cranelift_codegen::ir::Value;
use std::collections::HashMap;

/// What one way, or all ways to a place so far, have shown.
#[derive(Default)]
pub(super) struct Shown {
    /// Locals that hold a constant.
    constants: HashMap<u32, u32>,
    contents: Vec<Content>,
    /// Of the values that were the index of an access, those since the frame began.
    in_bounds: Vec<Value>,
}

/// What the branches to a frame's end have shown.
#[derive(Default)]
pub(super) struct ShownAtEnd {
    branches: u32,
    shown: Shown,
}

impl Shown {
    fn keep_common(&mut self, other: &Shown) {
        self.constants.retain(|local, constant| other.constants.get(local) == Some(constant));
        self.contents.retain(|content| other.contents.contains(content));
        self.in_bounds.retain(|value| other.in_bounds.contains(value));
    }
}

impl ShownAtEnd {
    /// What holds at the end, if every branch to it was taken into account.
    pub fn of_all(self, end_branches: u32) -> Option<Shown> {
        (self.branches == end_branches).then_some(self.shown)
    }
}

impl FuncTranslator<'_, '_> {
    /// What the present place shows to one that is reached from here on, beyond
    /// what was known of indexes at `mark`.
    pub(super) fn shown_since(&self, mark: usize) -> Shown {
        Shown {
            constants: self.threading.constants.clone(),
            contents: self.known.contents().to_vec(),
            in_bounds: self.known.in_bounds_since(mark).to_vec(),
        }
    }

    /// Adds what is known here to what is shown at the end of the frame at
    /// `position`, to which a branch has just been counted.
    pub(super) fn show_at_end(&mut self, position: usize) {
        let frame = &self.frames[position];
        let branches = frame.shown.branches;
        if branches + 1 != frame.end_branches {
            return;
        }
        let here = self.shown_since(frame.mark);
        let end = &mut self.frames[position].shown;
        end.branches += 1;
        if branches == 0 {
            end.shown = here;
        } else {
            end.shown.keep_common(&here);
        }
    }

    /// Goes on with what has been shown, in a frame that began at `mark`.
    pub(super) fn recall(&mut self, mark: usize, shown: Shown) {
        self.threading.constants = shown.constants;
        self.known.recall(mark, shown.contents, &shown.in_bounds);
    }

    /// Where ways join of which not all are known yet: the end of a frame that
    /// began at `mark`, or a loop's header.
    pub(super) fn forget_since(&mut self, mark: usize) {
        self.recall(mark, Shown::default());
    }
}
