//! The hunks of a function's change, and which of them two changes share.
//!
//! In some weeks a function may get one fix in both trees and another in one of them. A task is made of what both have,
//! and only where that is sure.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::code;

/// Two lines are one line in two trees where this share of their tokens is the same.
const ALIKE: f64 = 0.4;
/// How many lines of code on either side of a hunk say where it is.
const NEAR: usize = 2;

/// Lines of code that go (`false`) and that come (`true`), and how often.
type Bag = BTreeMap<(bool, String), usize>;

/// A run of changed lines.
#[derive(Clone, Debug)]
pub(crate) struct Hunk {
    pub(crate) old: Range<usize>,
    pub(crate) new: Range<usize>,
    bag: Bag,
    above: BTreeSet<String>,
    below: BTreeSet<String>,
}

impl Hunk {
    /// How many lines of code it changes.
    fn size(&self) -> usize {
        self.bag.values().sum()
    }
}

/// The hunks that change code.
pub(crate) fn hunks(before: &[u8], after: &[u8]) -> Vec<Hunk> {
    let codes = [code::code_of_lines(before), code::code_of_lines(after)];
    let [old_code, new_code] = &codes;
    let ops = capture_diff_slices(Algorithm::Myers, &code::lines(before), &code::lines(after));
    let changed = ops
        .into_iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let all = changed.map(|op| {
        let (old, new) = (op.old_range(), op.new_range());
        let mut bag = Bag::new();
        for (comes, lines) in [
            (false, &old_code[old.clone()]),
            (true, &new_code[new.clone()]),
        ] {
            for line in lines.iter().filter(|line| !line.is_empty()) {
                *bag.entry((comes, line.clone())).or_default() += 1;
            }
        }
        let near = |lines: &mut dyn Iterator<Item = &String>| -> BTreeSet<String> {
            let code = lines.filter(|line| !line.is_empty());
            code.take(NEAR).cloned().collect()
        };
        Hunk {
            above: near(&mut old_code[..old.start].iter().rev()),
            below: near(&mut old_code[old.end..].iter()),
            old,
            new,
            bag,
        }
    });
    all.filter(|hunk| !hunk.bag.is_empty()).collect()
}

/// The text before, with just these hunks of what made the text after of it.
pub(crate) fn with(before: &[u8], after: &[u8], kept: &[Hunk]) -> Vec<u8> {
    let (old, new) = (code::lines(before), code::lines(after));
    let mut text: Vec<&[u8]> = Vec::new();
    let mut done = 0;
    for hunk in kept {
        text.extend_from_slice(&old[done..hunk.old.start]);
        text.extend_from_slice(&new[hunk.new.clone()]);
        done = hunk.old.end;
    }
    text.extend_from_slice(&old[done..]);
    text.concat()
}

/// What two changes share.
pub(crate) struct Shared {
    /// Whether their lines of code are the same.
    pub(crate) is_same: bool,
    pub(crate) donor: Vec<Hunk>,
    pub(crate) target: Vec<Hunk>,
}

/// What two changes of a function share, where that is sure; the texts are the function's before, in both.
pub(crate) fn shared(donor: &[Hunk], target: &[Hunk], texts: [&[u8]; 2]) -> Option<Shared> {
    let pairs = pairs(donor, target);
    let is_in_place = |(one, other): &(&Hunk, &Hunk)| {
        let goes = one
            .bag
            .keys()
            .any(|line| !line.0 && other.bag.contains_key(line));
        goes || !one.above.is_disjoint(&other.above) || !one.below.is_disjoint(&other.below)
    };
    if pairs.is_empty() || !pairs.iter().all(is_in_place) {
        return None;
    }
    let is_kept = |side: fn(&(&Hunk, &Hunk)) -> Range<usize>, hunk: &Hunk| {
        pairs.iter().any(|pair| side(pair) == hunk.old)
    };
    let donor_side = |pair: &(&Hunk, &Hunk)| pair.0.old.clone();
    let target_side = |pair: &(&Hunk, &Hunk)| pair.1.old.clone();
    let kept: BTreeSet<&(bool, String)> = pairs
        .iter()
        .flat_map(|(one, other)| one.bag.keys().chain(other.bag.keys()))
        .collect();
    let left_out = donor.iter().filter(|hunk| !is_kept(donor_side, hunk));
    let left_out = left_out.chain(target.iter().filter(|hunk| !is_kept(target_side, hunk)));
    // A line of both may have been moved: it is not told which hunk it belongs to.
    let has_moved = left_out
        .flat_map(|hunk| hunk.bag.keys())
        .any(|line| kept.contains(line));
    let [here, there] =
        texts.map(|text| -> BTreeSet<String> { code::code_of_lines(text).into_iter().collect() });
    let is_sure = |(one, other): &(&Hunk, &Hunk)| {
        one.bag == other.bag
            || is_alike(one, other)
                && is_alike(other, one)
                && !is_foreign(one, other, &there)
                && !is_foreign(other, one, &here)
    };
    if has_moved || !pairs.iter().all(is_sure) {
        return None;
    }
    Some(Shared {
        is_same: pairs.iter().all(|(one, other)| one.bag == other.bag),
        donor: pairs.iter().map(|pair| pair.0.clone()).collect(),
        target: pairs.iter().map(|pair| pair.1.clone()).collect(),
    })
}

/// How many lines two hunks share; none where that is less than half of either.
fn common(one: &Hunk, other: &Hunk) -> usize {
    let shared = one
        .bag
        .iter()
        .map(|(line, count)| other.bag.get(line).map_or(0, |c| *c.min(count)));
    let shared: usize = shared.sum();
    if 2 * shared >= one.size().max(other.size()) {
        shared
    } else {
        0
    }
}

/// The pairs, in the order of both, that share the most lines.
fn pairs<'h>(donor: &'h [Hunk], target: &'h [Hunk]) -> Vec<(&'h Hunk, &'h Hunk)> {
    let mut best = vec![vec![0; target.len() + 1]; donor.len() + 1];
    for (i, one) in donor.iter().enumerate().rev() {
        for (k, other) in target.iter().enumerate().rev() {
            let shared = common(one, other);
            let both = if shared > 0 {
                shared + best[i + 1][k + 1]
            } else {
                0
            };
            best[i][k] = both.max(best[i + 1][k]).max(best[i][k + 1]);
        }
    }
    let (mut i, mut k) = (0, 0);
    let mut pairs = Vec::new();
    while let (Some(one), Some(other)) = (donor.get(i), target.get(k)) {
        let shared = common(one, other);
        if shared > 0 && best[i][k] == shared + best[i + 1][k + 1] {
            pairs.push((one, other));
            (i, k) = (i + 1, k + 1);
        } else if best[i][k] == best[i + 1][k] {
            i += 1;
        } else {
            k += 1;
        }
    }
    pairs
}

/// The lines that one hunk has more often than another.
fn own<'h>(one: &'h Hunk, other: &'h Hunk) -> impl Iterator<Item = &'h (bool, String)> {
    let more = one.bag.iter();
    let more = more.filter(|(line, count)| other.bag.get(line).is_none_or(|there| there < count));
    more.map(|(line, _)| line)
}

/// Whether each line that only the first hunk has is like one that only the second has.
fn is_alike(one: &Hunk, other: &Hunk) -> bool {
    own(one, other).all(|(comes, line)| {
        let mut there = own(other, one).filter(|(other_comes, _)| comes == other_comes);
        there.any(|(_, other)| likeness(line, other) >= ALIKE)
    })
}

fn likeness(one: &str, other: &str) -> f64 {
    let words = |line: &'_ str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (words(one), words(other));
    f64::from(
        capture_diff_slices(Algorithm::Myers, &one, &other)
            .iter()
            .fold(0_u32, |same, op| match op {
                DiffOp::Equal { len, .. } => same + u32::try_from(*len).unwrap_or(0),
                _ => same,
            }),
    ) * 2.0
        / f64::from(u32::try_from(one.len() + other.len()).unwrap_or(1).max(1))
}

/// Whether a line that comes with the first hunk alone was in the other's function all the time.
fn is_foreign(one: &Hunk, other: &Hunk, there: &BTreeSet<String>) -> bool {
    own(one, other).any(|(comes, line)| {
        *comes && there.contains(line) && !other.bag.contains_key(&(false, line.clone()))
    })
}
