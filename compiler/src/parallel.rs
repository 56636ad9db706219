//! Work shared among threads, one item after another in a given order.
//!
//! Splitting a list in halves, as parallel iterators do, would give one thread
//! the large items and the other the small ones when the list is sorted.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Does `work` on every item, on all threads of the present pool, starting the
/// items in their order. `start` makes what one thread keeps between items. The
/// results are in the order of the items, too.
pub(crate) fn in_order<I: Sync, S, R: Send>(
    items: &[I],
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &I) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let parts = rayon::broadcast(|_| {
        let (mut state, mut done) = (start(), Vec::new());
        loop {
            let position = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(position) else { return done };
            done.push((position, work(&mut state, item)));
        }
    });
    let mut all: Vec<(usize, R)> = parts.into_iter().flatten().collect();
    all.sort_unstable_by_key(|&(position, _)| position);
    all.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u32> = (0..1000).collect();
        let doubled = super::in_order(&items, || 2, |factor, item| *factor * item);
        assert!(doubled.iter().enumerate().all(|(position, &result)| result as usize == 2 * position));
        assert_eq!(doubled.len(), items.len());
        assert!(super::in_order(&[], || (), |(), item: &u32| *item).is_empty());
    }
}
