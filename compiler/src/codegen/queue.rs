//! Which function a thread compiles next.

use crate::world::FuncId;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Mutex;

/// What each thread but one may add to the largest function, in bytes of bodies.
const BESIDE_LARGEST_BYTES: u64 = 16 << 10;

/// A function and the size of its body in bytes.
pub(super) type Task = (FuncId, u64);

/// The largest function comes first, so that no thread begins it as the last. But
/// compiling takes 400 bytes for each of a body, so the next largest ones are not
/// begun beside it as long as there are others: peak memory is that of the largest
/// function and not that of as many large ones as there are threads.
pub(super) struct Queue {
    state: Mutex<State>,
    /// Of the bodies that are worked on at the same time, where there is a choice.
    limit_bytes: u64,
}

struct State {
    waiting: BTreeSet<(u64, Reverse<FuncId>)>,
    in_work_bytes: u64,
}

impl Queue {
    pub fn new(tasks: impl IntoIterator<Item = Task>, threads: usize) -> Queue {
        let waiting: BTreeSet<_> = tasks.into_iter().map(|(id, size)| (size, Reverse(id))).collect();
        let largest_bytes = waiting.last().map_or(0, |&(size_bytes, _)| size_bytes);
        let others = threads.saturating_sub(1) as u64;
        Queue {
            state: Mutex::new(State { waiting, in_work_bytes: 0 }),
            limit_bytes: largest_bytes + others * BESIDE_LARGEST_BYTES,
        }
    }

    /// Bytes of all bodies that wait.
    pub fn size_bytes(&self) -> u64 {
        self.lock().waiting.iter().map(|&(size_bytes, _)| size_bytes).sum()
    }

    /// The largest function that fits beside what is worked on, or the smallest
    /// where none does: a thread that waits would cost more than its memory.
    pub fn take(&self) -> Option<Task> {
        let mut state = self.lock();
        let room_bytes = self.limit_bytes.saturating_sub(state.in_work_bytes);
        let fits = state.waiting.range(..=(room_bytes, Reverse(FuncId::from_u32(0))));
        let next = *fits.max().or_else(|| state.waiting.first())?;
        state.waiting.remove(&next);
        let (size_bytes, Reverse(function)) = next;
        state.in_work_bytes += size_bytes;
        Some((function, size_bytes))
    }

    /// A function that was taken needs no memory any more.
    pub fn finish(&self, (_, size_bytes): Task) {
        self.lock().in_work_bytes -= size_bytes;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics with the lock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(sizes_bytes: &[u64], threads: usize) -> Queue {
        let ids = (0..).map(FuncId::from_u32);
        Queue::new(ids.zip(sizes_bytes.iter().copied()), threads)
    }

    fn take(queue: &Queue) -> Option<u32> {
        queue.take().map(|(function, _)| function.as_u32())
    }

    #[test]
    fn the_largest_comes_first_and_of_equal_ones_the_first() {
        let queue = queue(&[1, 3, 2, 3], 1);
        let order = std::iter::from_fn(|| queue.take().inspect(|&task| queue.finish(task)));
        assert_eq!(order.map(|(function, _)| function.as_u32()).collect::<Vec<_>>(), [1, 3, 2, 0]);
        assert_eq!(queue.size_bytes(), 0);
    }

    #[test]
    fn large_ones_wait_while_there_are_others() {
        let (huge, large, small) = (10 * BESIDE_LARGEST_BYTES, 2 * BESIDE_LARGEST_BYTES, 100);
        let queue = queue(&[small, large, huge, small], 2);
        assert_eq!((take(&queue), take(&queue)), (Some(2), Some(0)));
        queue.finish((FuncId::from_u32(2), huge));
        assert_eq!((take(&queue), take(&queue), take(&queue)), (Some(1), Some(3), None));
    }

    #[test]
    fn no_thread_waits() {
        let large = 4 * BESIDE_LARGEST_BYTES;
        let queue = queue(&[large, large + 1, large + 2], 2);
        assert_eq!((take(&queue), take(&queue), take(&queue)), (Some(2), Some(0), Some(1)));
    }
}
