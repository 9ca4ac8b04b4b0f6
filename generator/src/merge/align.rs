//! Which tokens of the old code are which of the new.
//!
//! What a metavariable takes over is known to be the same code: it is set against itself, and what is before, between and
//! behind by the longest common run of tokens. Without that, the `}` of a block that is kept may be taken for the one of
//! the block around it that goes.

use std::ops::Range;

use dialect::token::Token;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use sites::Unresolved;

use super::Merge;
use super::gap::Thing;

impl Merge<'_> {
    /// What becomes of the old tokens, in order.
    pub(super) fn ops(&self, old: &[String], new: &[String]) -> Vec<DiffOp> {
        let mut ops = Vec::new();
        let (mut old_at, mut new_at) = (0, 0);
        for (old_range, new_range) in self.taken_over() {
            for (old_end, new_end) in [
                (old_range.start, new_range.start),
                (old_range.end, new_range.end),
            ] {
                ops.extend(diff(old, old_at..old_end, new, new_at..new_end));
                (old_at, new_at) = (old_end, new_end);
            }
        }
        ops.extend(diff(old, old_at..old.len(), new, new_at..new.len()));
        joined(ops)
    }

    /// The tokens that metavariables take over, each once and in the same order.
    fn taken_over(&self) -> Vec<(Range<usize>, Range<usize>)> {
        let mut pairs: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        for taken in &self.new.taken {
            let same = self
                .new
                .taken
                .iter()
                .filter(|other| other.name == taken.name);
            let bound = self.old.bound.iter().find(|(name, _)| *name == taken.name);
            let Some((_, bound)) = bound.filter(|_| same.count() == 1) else {
                continue;
            };
            let (old, new) = (
                inside(self.old_tokens, bound),
                inside(self.new_tokens, &taken.range),
            );
            let is_behind = pairs
                .last()
                .is_none_or(|(last, before)| last.end <= old.start && before.end <= new.start);
            if is_behind && !old.is_empty() && !new.is_empty() {
                pairs.push((old, new));
            }
        }
        pairs
    }

    /// A comment on a statement that the new code has elsewhere would be on another one.
    pub(super) fn stays_beside_its_statement(
        &self,
        ops: &[DiffOp],
        old: &[String],
        new: &[String],
    ) -> Result<(), Unresolved> {
        let is_kept = |range: &Range<usize>| {
            ops.iter().any(|op| match op {
                DiffOp::Equal { old_index, len, .. } => {
                    *old_index <= range.start && range.end <= old_index + len
                }
                _ => false,
            })
        };
        for (at, gap) in self.gaps.iter().enumerate() {
            let comment = |thing: &&Thing| thing.is_comment;
            let previous = gap.previous_ones().find(comment);
            let next = gap.next_ones().find(comment);
            let statements = [
                previous.map(|thing| (thing, statement_before(old, at))),
                next.map(|thing| (thing, statement_at(old, at))),
            ];
            for (thing, statement) in statements.into_iter().flatten() {
                let text = old.get(statement.clone()).unwrap_or_default();
                let is_elsewhere = text.len() > 1 && new.windows(text.len()).any(|run| run == text);
                if is_elsewhere && !is_kept(&statement) {
                    return Err(self.lost(thing));
                }
            }
        }
        Ok(())
    }
}

/// The statement that ends before the token `at`, if one does.
fn statement_before(tokens: &[String], at: usize) -> Range<usize> {
    let head = tokens.get(..at).unwrap_or_default();
    match head.split_last() {
        Some((last, rest)) if last == ";" => {
            let ends = |token: &String| matches!(token.as_str(), ";" | "{" | "}");
            rest.iter().rposition(ends).map_or(0, |end| end + 1)..at
        }
        _ => at..at,
    }
}

/// The statement that begins at the token `at`, if one does.
fn statement_at(tokens: &[String], at: usize) -> Range<usize> {
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    let begins = before.is_none_or(|token| matches!(token.as_str(), ";" | "{" | "}"));
    let rest = tokens.get(at..).unwrap_or_default();
    match rest.iter().position(|token| token == ";") {
        Some(end) if begins => at..at + end + 1,
        _ => at..at,
    }
}

fn inside(tokens: &[Token], range: &Range<usize>) -> Range<usize> {
    let start = tokens.partition_point(|token| token.range.start < range.start);
    let end = tokens.partition_point(|token| token.range.end <= range.end);
    start..end.max(start)
}

fn diff(
    old: &[String],
    old_range: Range<usize>,
    new: &[String],
    new_range: Range<usize>,
) -> Vec<DiffOp> {
    let (from, to) = (old_range.start, new_range.start);
    let old = old.get(old_range).unwrap_or_default();
    let new = new.get(new_range).unwrap_or_default();
    let moved = |op: DiffOp| match op {
        DiffOp::Equal {
            old_index,
            new_index,
            len,
        } => DiffOp::Equal {
            old_index: old_index + from,
            new_index: new_index + to,
            len,
        },
        DiffOp::Delete {
            old_index,
            old_len,
            new_index,
        } => DiffOp::Delete {
            old_index: old_index + from,
            old_len,
            new_index: new_index + to,
        },
        DiffOp::Insert {
            old_index,
            new_index,
            new_len,
        } => DiffOp::Insert {
            old_index: old_index + from,
            new_index: new_index + to,
            new_len,
        },
        DiffOp::Replace {
            old_index,
            old_len,
            new_index,
            new_len,
        } => DiffOp::Replace {
            old_index: old_index + from,
            old_len,
            new_index: new_index + to,
            new_len,
        },
    };
    let ops = capture_diff_slices(Algorithm::Myers, old, new);
    ops.into_iter().map(moved).collect()
}

/// Neighbouring operations as one, so that each gap is edited once.
fn joined(ops: Vec<DiffOp>) -> Vec<DiffOp> {
    let mut all: Vec<DiffOp> = Vec::new();
    for op in ops {
        let is_equal = |op: &DiffOp| matches!(op, DiffOp::Equal { .. });
        match all.last_mut() {
            Some(last) if is_equal(last) == is_equal(&op) => {
                let old = last.old_range().start..op.old_range().end;
                let new = last.new_range().start..op.new_range().end;
                *last = if is_equal(&op) {
                    DiffOp::Equal {
                        old_index: old.start,
                        new_index: new.start,
                        len: old.len(),
                    }
                } else {
                    changed(old, new)
                };
            }
            _ => all.push(op),
        }
    }
    all
}

fn changed(old: Range<usize>, new: Range<usize>) -> DiffOp {
    match (old.len(), new.len()) {
        (0, new_len) => DiffOp::Insert {
            old_index: old.start,
            new_index: new.start,
            new_len,
        },
        (old_len, 0) => DiffOp::Delete {
            old_index: old.start,
            old_len,
            new_index: new.start,
        },
        (old_len, new_len) => DiffOp::Replace {
            old_index: old.start,
            old_len,
            new_index: new.start,
            new_len,
        },
    }
}
