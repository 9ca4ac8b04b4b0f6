//! Two things done at once.

use std::panic::resume_unwind;
use std::thread;

/// As much as the main thread has: code may nest deeply.
const STACK: usize = 8 << 20;

/// What both give; where `at_once` says so, `first` in a thread of its own. Else it is done first.
///
/// A thread of the pool does one after the other: it would wait for a thread that may wait for the pool. Nor is one of the two
/// given to the pool: a thread that waits for a few files would take up all of it.
pub(crate) fn both_if<A: Send, B>(
    at_once: bool,
    first: impl Fn() -> A + Sync,
    second: impl FnOnce() -> B,
) -> (A, B) {
    if !at_once || rayon::current_thread_index().is_some() {
        return (first(), second());
    }
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        let apart = builder.spawn_scoped(scope, &first);
        let second = second();
        match apart.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(done)) => (done, second),
            Ok(Err(panic)) => resume_unwind(panic),
            // The system has no thread to give.
            Err(_) => (first(), second),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::thread;

    use super::both_if;

    #[test]
    fn both_are_done_whether_at_once_or_not() {
        let own = || thread::current().id();
        let here = own();
        assert_eq!(both_if(false, own, || 1), (here, 1));
        let (other, second) = both_if(true, own, || 1);
        assert!(other != here && second == 1);
        // A thread of the pool does both.
        let ((pool, (first, second)), ()) = rayon::join(|| (own(), both_if(true, own, own)), || ());
        assert_eq!((first, second), (pool, pool));
    }

    #[test]
    fn a_panic_is_handed_on() {
        let fails = || both_if(true, || panic!("first"), || 2);
        assert!(catch_unwind(AssertUnwindSafe(fails)).is_err());
    }
}
