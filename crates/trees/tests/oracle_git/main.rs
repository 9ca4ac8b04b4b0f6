//! git itself as the judge of how mails are read: whatever we judge, the bytes that we judge are git's.
//!
//! Mailboxes are made by a grammar from a seed, taken apart by `git mailsplit`, `git mailinfo` and `git apply`
//! and by us. We may refuse what git takes; what we read, git has to read the same way, to the byte: the mails, the
//! message, subject and author, the patch, and the tree after it. `MAILS=N` says how many mails (`make oracle-git`
//! asks for 200000), `SEED=N` of which seed.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what broke by stopping"
)]
#![allow(
    clippy::allow_attributes,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "small numbers"
)]

mod diffs;
mod judge;
mod mails;
mod rng;
mod tree;

use std::sync::atomic::{AtomicUsize, Ordering};

use judge::{Counts, Judge};
use rng::Rng;

fn number(name: &str, default: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

#[test]
fn what_we_judge_is_what_git_reads() {
    let (wanted, seed) = (number("MAILS", 3000), number("SEED", 1));
    let (next, mails) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let counts: Vec<Counts> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut judge = Judge::new();
                    while mails.load(Ordering::Relaxed) < wanted {
                        let item = next.fetch_add(1, Ordering::Relaxed);
                        let mut rng = Rng::new((seed as u64) << 40 | item as u64);
                        let mailbox = mails::mailbox(&mut rng);
                        let found = judge.mailbox(&mailbox);
                        mails.fetch_add(found, Ordering::Relaxed);
                    }
                    judge.counts
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .collect()
    });
    let all = counts.into_iter().fold(Counts::default(), Counts::plus);
    println!("{all}");
    assert!(all.judged * 2 > all.mails, "too little is judged: {all}");
    assert!(all.applied * 5 > all.mails, "too little applies: {all}");
}
