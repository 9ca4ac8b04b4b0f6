//! Which statement of a block is which after a patch.

use std::ops::Range;

use query::File;
use sites::block::{Item, ItemKind};

/// What two rows of statements make of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Aligned {
    /// The same statement on both sides.
    Same(usize, usize),
    /// One that changed.
    Alike(usize, usize),
    /// Some that go, and some that come in their place.
    Gap(Range<usize>, Range<usize>),
}

/// A statement as it is compared.
pub(super) struct Unit {
    code: String,
    /// What it begins with: only like things become each other.
    kind: u16,
    is_statement: bool,
    /// Its words in alphabetical order.
    words: Vec<String>,
}

impl Unit {
    pub(super) fn of(file: &File, item: &Item<'_>) -> Self {
        // A directive has a place, but no end.
        let code = match item.kind {
            ItemKind::Directive => {
                let line = file.lines().range_of(file.line_of(item.range.start));
                file.text(line).trim().to_owned()
            }
            _ => item.code(file),
        };
        let mut words: Vec<String> = code.split(' ').map(str::to_owned).collect();
        words.sort();
        Self {
            kind: item.node.kind_id(),
            is_statement: item.kind == ItemKind::Statement,
            words,
            code,
        }
    }

    /// How much of the one is in the other, in parts of 100.
    fn likeness(&self, other: &Self) -> usize {
        if self.code == other.code {
            return 100;
        }
        if !self.is_statement || !other.is_statement || self.kind != other.kind {
            return 0;
        }
        let (mut one, mut two) = (self.words.iter().peekable(), other.words.iter().peekable());
        let mut common = 0;
        while let (Some(left), Some(right)) = (one.peek(), two.peek()) {
            match left.cmp(right) {
                std::cmp::Ordering::Less => drop(one.next()),
                std::cmp::Ordering::Greater => drop(two.next()),
                std::cmp::Ordering::Equal => {
                    common += 1;
                    one.next();
                    two.next();
                }
            }
        }
        // What is in each statement says nothing.
        (200 * common) / (self.words.len() + other.words.len()).max(1)
    }
}

/// Statements that have less in common are not one that changed.
const LEAST: usize = 60;

/// More statements than these are not laid side by side one with each.
const MOST: usize = 40_000;

/// Lays two rows side by side so that most of them is alike.
pub(super) fn align(old: &[Unit], new: &[Unit]) -> Vec<Aligned> {
    let first = old
        .iter()
        .zip(new)
        .take_while(|(old, new)| old.code == new.code)
        .count();
    let rest = old.len().min(new.len()) - first;
    let last = old.iter().rev().zip(new.iter().rev());
    let last = last
        .take(rest)
        .take_while(|(old, new)| old.code == new.code)
        .count();
    let mut found: Vec<Aligned> = (0..first).map(|at| Aligned::Same(at, at)).collect();
    let (old_end, new_end) = (old.len() - last, new.len() - last);
    let inner_old = old.get(first..old_end).unwrap_or_default();
    let inner_new = new.get(first..new_end).unwrap_or_default();
    let (mut old_at, mut new_at) = (first, first);
    for (i, j, likeness) in pairs(inner_old, inner_new) {
        let (i, j) = (i + first, j + first);
        if old_at < i || new_at < j {
            found.push(Aligned::Gap(old_at..i, new_at..j));
        }
        found.push(match likeness {
            100 => Aligned::Same(i, j),
            _ => Aligned::Alike(i, j),
        });
        (old_at, new_at) = (i + 1, j + 1);
    }
    if old_at < old_end || new_at < new_end {
        found.push(Aligned::Gap(old_at..old_end, new_at..new_end));
    }
    found.extend((0..last).map(|at| Aligned::Same(old_end + at, new_end + at)));
    found
}

/// The pairs of the most likeness in all, in order.
fn pairs(old: &[Unit], new: &[Unit]) -> Vec<(usize, usize, usize)> {
    let width = new.len() + 1;
    if old.len() * new.len() > MOST {
        return Vec::new();
    }
    // The best sum for what is from (i, j) on.
    let mut sums = vec![0; (old.len() + 1) * width];
    let mut likeness = vec![0; old.len() * width];
    let at = |sums: &[usize], i: usize, j: usize| sums.get(i * width + j).copied().unwrap_or(0);
    for (i, one) in old.iter().enumerate().rev() {
        for (j, other) in new.iter().enumerate().rev() {
            let own = Some(one.likeness(other))
                .filter(|own| *own >= LEAST)
                .unwrap_or(0);
            let with = match own {
                0 => 0,
                // The same statement is worth more than two that are alike.
                100 => at(&sums, i + 1, j + 1) + 150,
                own => at(&sums, i + 1, j + 1) + own,
            };
            let best = with.max(at(&sums, i + 1, j)).max(at(&sums, i, j + 1));
            if let Some(sum) = sums.get_mut(i * width + j) {
                *sum = best;
            }
            if let Some(place) = likeness.get_mut(i * width + j) {
                *place = if with == best { own } else { 0 };
            }
        }
    }
    let mut found = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        match at(&likeness, i, j) {
            0 if at(&sums, i + 1, j) >= at(&sums, i, j + 1) => i += 1,
            0 => j += 1,
            own => {
                found.push((i, j, own));
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    found
}
