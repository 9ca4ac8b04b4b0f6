//! Where one run of a change goes in the target, or why that cannot be told.

use std::ops::Range;

use crate::align::{Alignment, Op, Side};
use crate::units::{Kind, Unit};

/// The three texts of one part of a file.
pub(crate) struct Part<'a> {
    pub(crate) before: Side<'a>,
    pub(crate) after: &'a [Unit],
    pub(crate) target: Side<'a>,
    pub(crate) alignment: Alignment,
    /// The bytes that the units of the donor before, and of the target, are in.
    pub(crate) before_bytes: &'a [u8],
    pub(crate) target_bytes: &'a [u8],
}

/// Where a run goes.
#[derive(Debug)]
pub(crate) struct Placed {
    /// The units of the target that it replaces.
    pub(crate) target: Range<usize>,
    /// What a reader should know.
    pub(crate) notes: Vec<(usize, String)>,
}

/// Why a run has no place: the unit of the target to look at, and what is wrong.
#[derive(Debug)]
pub(crate) struct Unplaced {
    pub(crate) at: usize,
    pub(crate) message: String,
}

impl Part<'_> {
    /// Where a run that changes code goes.
    pub(crate) fn place(&self, op: &Op) -> Result<Placed, Unplaced> {
        let removed = self.before.code_in(&op.old);
        let (place, side) = if removed.is_empty() {
            self.insertion(op)?
        } else {
            self.removal(op, removed)?
        };
        self.same_block(side)?;
        let mut notes = self.neighbours(op);
        notes.extend(self.guards(side));
        Ok(Placed {
            target: place,
            notes,
        })
    }

    /// The code units of the donor beside a run.
    fn beside(&self, op: &Op) -> (Option<usize>, Option<usize>) {
        let above = self.before.code_before(op.old.start);
        (above, self.before.code_from(op.old.end))
    }

    fn at(&self, number: Option<usize>, message: String) -> Unplaced {
        let number = number.unwrap_or_default();
        Unplaced {
            at: self.target.code.get(number).copied().unwrap_or_default(),
            message,
        }
    }

    /// Where the target might have what a code unit of the donor is: next to where its nearest partner is.
    fn about(&self, number: usize) -> Option<usize> {
        (0..=number).rev().find_map(|at| self.alignment.of_old(at))
    }

    /// A run that takes lines away: the target has them, all of them and together.
    fn removal(
        &self,
        op: &Op,
        removed: Range<usize>,
    ) -> Result<(Range<usize>, (usize, usize)), Unplaced> {
        let mut there = Vec::new();
        for number in removed.clone() {
            match self.alignment.of_old(number) {
                Some(at) => there.push(at),
                None => {
                    let message = format!(
                        "the line `{}` that the patch takes away is not there",
                        self.before.shown(number)
                    );
                    return Err(self.at(self.about(number), message));
                }
            }
        }
        let (Some(&first), Some(&last)) = (there.first(), there.last()) else {
            return Err(self.at(None, "it takes nothing away".to_owned()));
        };
        if let Some(pair) = there
            .windows(2)
            .find(|pair| matches!(pair, [a, b] if a + 1 != *b))
        {
            let between = pair.first().map_or(first, |at| at + 1);
            let message = format!(
                "`{}` is between the lines that the patch takes away",
                self.target.shown(between)
            );
            return Err(self.at(Some(between), message));
        }
        let (above, below) = self.beside(op);
        let partner = |number: Option<usize>| number.and_then(|at| self.alignment.of_old(at));
        let is_above = first
            .checked_sub(1)
            .is_some_and(|at| partner(above) == Some(at));
        let is_below = partner(below) == Some(last + 1);
        if !is_above && !is_below && !self.is_once(&removed) {
            let message = format!(
                "what is around `{}` is other code, and there are several such lines",
                self.before.shown(removed.start)
            );
            return Err(self.at(Some(first), message));
        }
        let unit =
            |side: &Side<'_>, number: usize| side.code.get(number).copied().unwrap_or_default();
        let (start, end) = (unit(&self.target, first), unit(&self.target, last) + 1);
        let (old_start, old_end) = (
            unit(&self.before, removed.start),
            unit(&self.before, removed.end - 1) + 1,
        );
        // Comments and blank lines at its ends go with it where they are the same.
        let start = start - self.same_above(old_start, op.old.start, start);
        let end = end + self.same_below(old_end, op.old.end, end);
        Ok((start..end, (removed.start, first)))
    }

    /// How many units above two places are the same, in the donor down to `least`.
    fn same_above(&self, old: usize, least: usize, new: usize) -> usize {
        let olds = self.before.units.get(least..old).unwrap_or_default();
        let news = self.target.units.get(..new).unwrap_or_default();
        let pairs = olds.iter().rev().zip(news.iter().rev());
        pairs.take_while(|(old, new)| old.is_same(new)).count()
    }

    fn same_below(&self, old: usize, most: usize, new: usize) -> usize {
        let olds = self.before.units.get(old..most).unwrap_or_default();
        let news = self.target.units.get(new..).unwrap_or_default();
        let pairs = olds.iter().zip(news);
        pairs.take_while(|(old, new)| old.is_same(new)).count()
    }

    /// Whether both texts have this run of lines once.
    fn is_once(&self, removed: &Range<usize>) -> bool {
        let run: Vec<&str> = removed.clone().map(|at| self.before.key(at)).collect();
        let count = |side: &Side<'_>| {
            let starts = 0..side.code.len().saturating_sub(run.len() - 1);
            let is_at = |start: &usize| {
                (0..)
                    .zip(&run)
                    .all(|(at, key)| side.key(start + at) == *key)
            };
            starts.filter(is_at).count()
        };
        count(&self.before) == 1 && count(&self.target) == 1
    }

    /// A run that only brings lines: between the same two as in the donor, or beside the one that is the same.
    fn insertion(&self, op: &Op) -> Result<(Range<usize>, (usize, usize)), Unplaced> {
        let (above, below) = self.beside(op);
        let partner =
            |number: Option<usize>| number.and_then(|at| Some((at, self.alignment.of_old(at)?)));
        match (partner(above), partner(below)) {
            (Some(up), Some(down)) if up.1 + 1 == down.1 => Ok((self.before_of(op, down), down)),
            (Some(up), Some(down)) => self.between(op, up, down),
            (Some(up), None) if self.is_sure(up, false) => {
                self.parts(op, up.1, up.1 + 1)?;
                Ok((self.behind(op, up), up))
            }
            (None, Some(down)) if self.is_sure(down, true) => {
                self.parts(op, down.1, down.1.saturating_sub(1))?;
                Ok((self.before_of(op, down), down))
            }
            (Some(one), None) | (None, Some(one)) => {
                let message = format!(
                    "what is around `{}` is other code, which does not say whether it is the place",
                    self.target.shown(one.1)
                );
                Err(self.at(Some(one.1), message))
            }
            (None, None) => {
                let number = above.or(below).unwrap_or_default();
                let message = format!(
                    "neither `{}` above the new lines nor what is below them is there",
                    self.before.shown(number)
                );
                Err(self.at(self.about(number), message))
            }
        }
    }

    /// The target has other code between the two: the new lines go with the one whose paragraph they are in. A paragraph of
    /// their own goes to where one ends, if there is but one such place.
    fn between(
        &self,
        op: &Op,
        up: (usize, usize),
        down: (usize, usize),
    ) -> Result<(Range<usize>, (usize, usize)), Unplaced> {
        let (apart_above, apart_below) = self.paragraph(op);
        match (apart_above, apart_below) {
            (false, true) => return Ok((self.behind(op, up), up)),
            (true, false) => return Ok((self.before_of(op, down), down)),
            _ => {}
        }
        let unit = |number: usize| self.target.code.get(number).copied().unwrap_or_default();
        let gaps: Vec<usize> = (up.1..down.1)
            .filter(|&at| {
                let between = self.target.units.get(unit(at) + 1..unit(at + 1));
                let mut between = between.unwrap_or_default().iter();
                between.any(|unit| unit.kind == Kind::Blank)
            })
            .collect();
        if apart_above && apart_below {
            match gaps.as_slice() {
                [only] if *only + 1 == down.1 => return Ok((self.before_of(op, down), down)),
                [only] if *only == up.1 => return Ok((self.behind(op, up), up)),
                _ => {}
            }
        }
        let message = format!(
            "`{}` is between the lines that the new ones go between",
            self.target.shown(up.1 + 1)
        );
        Err(self.at(Some(up.1 + 1), message))
    }

    /// Refuses a place beside the one line that is the same, where a blank line is between the two in the donor and none
    /// is there: what the new lines belong to is other code, and they would part what belongs together.
    fn parts(&self, op: &Op, same: usize, next: usize) -> Result<(), Unplaced> {
        let (apart_above, apart_below) = self.paragraph(op);
        let is_apart = if same < next {
            apart_above
        } else {
            apart_below
        };
        let unit = |number: usize| self.target.code.get(number);
        let is_together = unit(same)
            .zip(unit(next))
            .is_some_and(|(same, next)| same.abs_diff(*next) == 1);
        let is_in_block = self.target.depth(same) == self.target.depth(next);
        // Where the new lines bring the blank line themselves, nothing was apart before them.
        let (above, below) = self.beside(op);
        let unit = |number: Option<usize>| self.before.code.get(number?).copied();
        let was_apart = unit(above).zip(unit(below)).is_some_and(|(above, below)| {
            let between = self.before.units.get(above + 1..below).unwrap_or_default();
            between.iter().any(|unit| unit.kind == Kind::Blank)
        });
        if !(is_apart && was_apart && is_together && is_in_block) {
            return Ok(());
        }
        let message = format!(
            "a blank line parts the new lines from `{}`, which goes with `{}` there",
            self.target.shown(same),
            self.target.shown(next)
        );
        Err(self.at(Some(same), message))
    }

    /// Whether a blank line parts the new lines from the code above them, and from that below.
    fn paragraph(&self, op: &Op) -> (bool, bool) {
        let is_blank = |unit: Option<&Unit>| unit.is_some_and(|unit| unit.kind == Kind::Blank);
        let own = self.after.get(op.new.clone()).unwrap_or_default();
        let (above, below) = self.beside(op);
        let unit = |number: usize| self.before.code.get(number).copied().unwrap_or_default();
        let gap = |from: usize, to: usize| {
            let units = self.before.units.get(from..to).unwrap_or_default();
            units.iter().any(|unit| unit.kind == Kind::Blank)
        };
        let over = above.is_none_or(|at| gap(unit(at) + 1, op.old.start)) || is_blank(own.first());
        let under = below.is_none_or(|at| gap(op.old.end, unit(at))) || is_blank(own.last());
        (over, under)
    }

    /// Whether a line by itself says where it is: it is the only such line, or the one beyond it is the same too, or it
    /// closes a block that the same line opens.
    fn is_sure(&self, (old, new): (usize, usize), below: bool) -> bool {
        let key = self.before.key(old);
        let says_much = key.split(' ').count() > 2;
        let is_only = says_much && self.before.is_unique(key) && self.target.is_unique(key);
        let next = |at: usize| {
            if below {
                Some(at + 1)
            } else {
                at.checked_sub(1)
            }
        };
        let beyond = next(old).zip(next(new));
        let is_next = beyond.is_some_and(|(old, new)| self.alignment.of_old(old) == Some(new));
        let opened = self.before.opener(old).zip(self.target.opener(new));
        let closes = opened.is_some_and(|(old, new)| self.alignment.of_old(old) == Some(new));
        is_only || is_next || closes
    }

    /// Behind a line of the target, and behind what follows it in the donor before the new lines.
    fn behind(&self, op: &Op, (old, new): (usize, usize)) -> Range<usize> {
        let old = self.before.code.get(old).map_or(0, |at| at + 1);
        let new = self.target.code.get(new).map_or(0, |at| at + 1);
        let at = new + self.same_below(old, op.old.start, new);
        at..at
    }

    /// Before a line of the target, and before what the donor has between the new lines and it.
    fn before_of(&self, op: &Op, (old, new): (usize, usize)) -> Range<usize> {
        let old = self.before.code.get(old).copied().unwrap_or_default();
        let new = self.target.code.get(new).copied().unwrap_or_default();
        let mut at = new - self.same_above(old, op.old.end, new);
        // A comment is of what is below it, whatever its words are in the target.
        let is_comment = |units: &[Unit], at: usize| {
            at.checked_sub(1)
                .and_then(|at| units.get(at))
                .is_some_and(|unit| unit.kind == Kind::Comment)
        };
        let left = old - (new - at);
        if left > op.old.end && is_comment(self.before.units, left) {
            while is_comment(self.target.units, at) {
                at -= 1;
            }
        }
        at..at
    }

    /// Refuses a place that is deeper, or less deep, than in the donor.
    fn same_block(&self, (old, new): (usize, usize)) -> Result<(), Unplaced> {
        let margin = |side: &Side<'_>, bytes: &[u8], number: usize| {
            let unit = side.code_unit(number);
            let text = unit
                .and_then(|unit| bytes.get(unit.range.clone()))
                .unwrap_or_default();
            text.iter().take_while(|byte| **byte == b'\t').count()
        };
        let deep = (self.before.depth(old), self.target.depth(new));
        let margins = (
            margin(&self.before, self.before_bytes, old),
            margin(&self.target, self.target_bytes, new),
        );
        if deep.0 == deep.1 && margins.0 == margins.1 {
            return Ok(());
        }
        let message = format!("`{}` is in another block there", self.target.shown(new));
        Err(self.at(Some(new), message))
    }

    /// What is beside the place, and differs.
    fn neighbours(&self, op: &Op) -> Vec<(usize, String)> {
        let (above, below) = self.beside(op);
        let mut notes = Vec::new();
        for number in [above, below].into_iter().flatten() {
            if self.alignment.of_old(number).is_none() {
                let at = self.about(number).unwrap_or_default();
                let unit = self.target.code.get(at).copied().unwrap_or_default();
                let message = format!(
                    "`{}` beside it is other code there",
                    self.before.shown(number)
                );
                notes.push((unit, message));
            }
            // What was done in any case may be done under a condition there.
            let there = self.alignment.of_old(number);
            let moved = there.and_then(|there| self.same_block((number, there)).err());
            if let Some(Unplaced { at, message }) = moved {
                notes.push((at, format!("beside it, {message}")));
            }
        }
        notes
    }

    /// The heads of the blocks that the place is in, where they differ.
    fn guards(&self, (old, new): (usize, usize)) -> Vec<(usize, String)> {
        let pairs = self.before.within(old).iter().zip(self.target.within(new));
        let differing = pairs.filter(|(old, new)| self.before.key(**old) != self.target.key(**new));
        differing
            .map(|(old, new)| {
                let unit = self.target.code.get(*new).copied().unwrap_or_default();
                let message = format!(
                    "it is under `{}`, in the donor under `{}`",
                    self.target.shown(*new),
                    self.before.shown(*old)
                );
                (unit, message)
            })
            .collect()
    }
}
