//! Which units of one text are which of another, and what a change does to them.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::units::{Kind, Unit};

/// The code of two texts, one beside the other. Code units are numbered by themselves: comments and blank lines between
/// them do not count.
pub(crate) struct Alignment {
    /// Of each code unit of the old text, the one of the new that is the same.
    map: HashMap<usize, usize>,
    /// Of each of the new, the one of the old.
    inverse: HashMap<usize, usize>,
    /// Runs that have no partner, one beside the other.
    pub(crate) differing: Vec<(Range<usize>, Range<usize>)>,
}

impl Alignment {
    pub(crate) fn of(old: &Side<'_>, new: &Side<'_>) -> Self {
        let keys = |side: &Side<'_>| -> Vec<(Kind, String)> {
            let units = side.code.iter().filter_map(|&at| side.units.get(at));
            units.map(|unit| (unit.kind, unit.key.clone())).collect()
        };
        let ops = capture_diff_slices(Algorithm::Patience, &keys(old), &keys(new));
        let (mut map, mut inverse) = (HashMap::new(), HashMap::new());
        let mut differing = Vec::new();
        for op in ops {
            match op {
                DiffOp::Equal {
                    old_index,
                    new_index,
                    len,
                } => {
                    for at in 0..len {
                        map.insert(old_index + at, new_index + at);
                        inverse.insert(new_index + at, old_index + at);
                    }
                }
                _ => differing.push((op.old_range(), op.new_range())),
            }
        }
        let mut alignment = Self {
            map,
            inverse,
            differing,
        };
        alignment.close_blocks(old, new);
        alignment
    }

    /// What closes a block is one in both texts where what opens it is: a brace by itself says nothing.
    fn close_blocks(&mut self, old: &Side<'_>, new: &Side<'_>) {
        let mut closers: Vec<(usize, usize)> = old.opener.iter().map(|(a, b)| (*a, *b)).collect();
        closers.sort_unstable();
        let new_closers: HashMap<usize, usize> = new.opener.iter().map(|(a, b)| (*b, *a)).collect();
        for (closer, opener) in closers {
            let there = self
                .of_old(opener)
                .and_then(|at| new_closers.get(&at).copied());
            let Some(there) = there.filter(|there| self.of_old(closer) != Some(*there)) else {
                continue;
            };
            let above = (0..closer).rev().find_map(|at| self.of_old(at));
            let below = (closer + 1..old.code.len()).find_map(|at| self.of_old(at));
            let fits =
                above.is_none_or(|above| above < there) && below.is_none_or(|below| there < below);
            if fits && !self.has_old(there) && old.key(closer) == new.key(there) {
                if let Some(was) = self.map.insert(closer, there) {
                    self.inverse.remove(&was);
                }
                self.inverse.insert(there, closer);
            }
        }
    }

    /// The code unit of the new text that is this one of the old.
    pub(crate) fn of_old(&self, at: usize) -> Option<usize> {
        self.map.get(&at).copied()
    }

    /// Whether these code units are in the new text, one after the other and nothing between them.
    pub(crate) fn is_whole(&self, mut numbers: Range<usize>) -> bool {
        let Some(first) = numbers.next() else {
            return true;
        };
        let Some(start) = self.of_old(first) else {
            return false;
        };
        (1..)
            .zip(numbers)
            .all(|(at, number)| self.of_old(number) == Some(start + at))
    }

    /// Whether a code unit of the new text is one of the old.
    pub(crate) fn has_old(&self, at: usize) -> bool {
        self.inverse.contains_key(&at)
    }
}

/// A text as units, with what is known of its code.
pub(crate) struct Side<'a> {
    pub(crate) units: &'a [Unit],
    /// The units that are code, by their index.
    pub(crate) code: Vec<usize>,
    /// Of each code unit, how many braces are open before it (its own closing ones taken off).
    depth: Vec<usize>,
    /// Of each code unit that closes a block, the one that opens it.
    opener: HashMap<usize, usize>,
    /// Of each code unit, the openers of the blocks that it is in.
    within: Vec<Vec<usize>>,
    /// How often each key occurs.
    count: HashMap<&'a str, usize>,
}

impl<'a> Side<'a> {
    pub(crate) fn of(units: &'a [Unit]) -> Self {
        let numbered = units.iter().enumerate();
        let code: Vec<usize> = numbered
            .filter(|(_, unit)| unit.kind.is_code())
            .map(|(at, _)| at)
            .collect();
        let mut side = Self {
            units,
            depth: Vec::new(),
            opener: HashMap::new(),
            within: Vec::new(),
            count: HashMap::new(),
            code,
        };
        let mut open: Vec<usize> = Vec::new();
        for number in 0..side.code.len() {
            let Some(unit) = side.code_unit(number) else {
                continue;
            };
            *side.count.entry(unit.key.as_str()).or_default() += 1;
            let braces = if unit.kind == Kind::Code {
                unit.key.as_str()
            } else {
                ""
            };
            let closes = braces.split(' ').take_while(|word| *word == "}").count();
            side.depth.push(open.len().saturating_sub(closes));
            for (at, word) in braces.split(' ').enumerate() {
                match word {
                    "{" => open.push(number),
                    "}" => {
                        let opened = open.pop();
                        if let Some(opened) = opened.filter(|_| at < closes) {
                            side.opener.insert(number, opened);
                        }
                    }
                    _ => {}
                }
            }
            let own = open.iter().copied().filter(|&opener| opener != number);
            side.within.push(own.collect());
        }
        side
    }

    /// A code unit.
    pub(crate) fn code_unit(&self, number: usize) -> Option<&'a Unit> {
        self.units.get(*self.code.get(number)?)
    }

    /// The key of a code unit.
    pub(crate) fn key(&self, number: usize) -> &'a str {
        self.code_unit(number).map_or("", |unit| &unit.key)
    }

    /// A code unit for people, in one line.
    pub(crate) fn shown(&self, number: usize) -> &'a str {
        self.code_unit(number).map_or("", |unit| &unit.shown)
    }

    pub(crate) fn depth(&self, number: usize) -> usize {
        self.depth.get(number).copied().unwrap_or_default()
    }

    pub(crate) fn opener(&self, number: usize) -> Option<usize> {
        self.opener.get(&number).copied()
    }

    /// The openers of the blocks around a code unit, from the outside.
    pub(crate) fn within(&self, number: usize) -> &[usize] {
        self.within.get(number).map_or(&[], Vec::as_slice)
    }

    /// Whether the code occurs once.
    pub(crate) fn is_unique(&self, key: &str) -> bool {
        self.count.get(key) == Some(&1)
    }

    /// The last code unit before a unit.
    pub(crate) fn code_before(&self, unit: usize) -> Option<usize> {
        self.code.partition_point(|&at| at < unit).checked_sub(1)
    }

    /// The first code unit at or after a unit.
    pub(crate) fn code_from(&self, unit: usize) -> Option<usize> {
        let number = self.code.partition_point(|&at| at < unit);
        (number < self.code.len()).then_some(number)
    }

    /// The code units among some units, by number.
    pub(crate) fn code_in(&self, units: &Range<usize>) -> Range<usize> {
        let number = |unit: usize| self.code.partition_point(|&at| at < unit);
        number(units.start)..number(units.end)
    }
}

/// One run of units that a change replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Op {
    /// Units before.
    pub(crate) old: Range<usize>,
    /// Units after.
    pub(crate) new: Range<usize>,
}

/// What a change does, run by run. Runs with nothing but braces between them are one: what closes a block says too little
/// of where it is.
///
/// Here white space counts: a line that only goes deeper is changed. Of a function at the level of the file, its name does.
pub(crate) fn ops((before, old): (&[Unit], &[u8]), (after, new): (&[Unit], &[u8])) -> Vec<Op> {
    let texts = |units: &[Unit], bytes: &[u8]| -> Vec<(Kind, Vec<u8>)> {
        let text = |unit: &Unit| match unit.kind {
            Kind::Function => unit.key.clone().into_bytes(),
            _ => bytes.get(unit.range.clone()).unwrap_or_default().to_vec(),
        };
        units.iter().map(|unit| (unit.kind, text(unit))).collect()
    };
    let (old, new) = (texts(before, old), texts(after, new));
    let all = capture_diff_slices(Algorithm::Patience, &old, &new);
    let mut ops: Vec<Op> = Vec::new();
    for op in all {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let next = Op {
            old: op.old_range(),
            new: op.new_range(),
        };
        match ops.last_mut() {
            Some(last) if is_one(before, last, &next) => {
                last.old.end = next.old.end;
                last.new.end = next.new.end;
            }
            _ => ops.push(next),
        }
    }
    ops
}

fn is_one(before: &[Unit], first: &Op, second: &Op) -> bool {
    let removes = |op: &Op| {
        let units = before.get(op.old.clone()).unwrap_or_default();
        units.iter().any(|unit| unit.kind.is_code())
    };
    let between = before
        .get(first.old.end..second.old.start)
        .unwrap_or_default();
    let says_little = |unit: &Unit| {
        let mut words = unit.key.split(' ');
        unit.kind == Kind::Blank
            || unit.kind == Kind::Code && words.all(|word| matches!(word, "{" | "}" | "else"))
    };
    (removes(first) || removes(second)) && between.iter().all(says_little)
}
