//! An edit that some runs are, in the least that it can be tried in: one function, the outline of the file, or the file.

use std::ops::Range;
use std::sync::Arc;

use query::File;

use super::{Moved, Search};
use crate::edit::Edit;
use crate::excerpt::Excerpt;
use crate::outline::Outline;

/// An edit that some runs are.
#[derive(Clone)]
pub(super) struct Try {
    pub(super) count: usize,
    /// It in the file, or in a part of it.
    pub(super) edit: Edit,
    /// Which.
    pub(super) within: Within,
    /// The bytes of the file that go.
    pub(super) place: Range<usize>,
    /// What it makes of the file.
    pub(super) wanted: Arc<[u8]>,
}

impl Try {
    /// Whether less than the file is looked at.
    pub(super) fn is_of_part(&self) -> bool {
        !matches!(self.within, Within::File)
    }
}

/// What an edit is tried in.
#[derive(Clone)]
pub(super) enum Within {
    /// A function by itself.
    Function {
        name: String,
        /// It before all of the changes.
        first: Arc<File>,
    },
    /// The file without the bodies of other functions.
    Outline,
    /// The file.
    File,
}

/// A text with other bytes in the place of some.
fn made(bytes: &[u8], old: &Range<usize>, new: &[u8]) -> Option<Vec<u8>> {
    Some([bytes.get(..old.start)?, new, bytes.get(old.end..)?].concat())
}

/// Where a line begins, by number from 0.
fn offset(bytes: &[u8], line: usize) -> usize {
    let lines = bytes.split_inclusive(|&byte| byte == b'\n').take(line);
    lines.map(<[u8]>::len).sum()
}

impl Search<'_> {
    /// The edit that so many of the runs are: in the function alone where that is all of it.
    pub(super) fn edit(&self, count: usize) -> Option<Try> {
        self.inside(count).or_else(|| self.whole(count))
    }

    /// It in the file, or in the outline of it.
    pub(super) fn whole(&self, count: usize) -> Option<Try> {
        let (old, new) = self.bytes(count)?;
        let (path, bench) = (self.base.path(), self.given.bench);
        let wanted: Arc<[u8]> = made(&self.current.bytes, &old, &new)?.into();
        let outline = Outline::of(&self.current.bytes, &self.current.bodies, &old);
        let (within, own, before, after) = match outline {
            Some(Outline { text, own }) => {
                let after = made(&text, &own, &new)?;
                let before = bench.read(path, text.into());
                (Within::Outline, own, before, bench.read(path, after.into()))
            }
            None => {
                let before = Arc::clone(self.current.file(self.base, bench));
                let after = bench.read(path, Arc::clone(&wanted));
                (Within::File, old.clone(), before, after)
            }
        };
        Some(Try {
            count,
            edit: Edit {
                before,
                after,
                new: own.start..own.start + new.len(),
                old: own,
            },
            within,
            place: old,
            wanted,
        })
    }

    /// It in the one function of its name that it is inside of, or that it is the head of.
    pub(super) fn inside(&self, count: usize) -> Option<Try> {
        let runs = self.rest.get(..count)?;
        let lines = runs.first()?.0.start..runs.last()?.0.end;
        let (base, change, bench) = (self.base, self.given.change, self.given.bench);
        let at = |line: usize| base.lines().range_of(line + 1).start;
        let function = base.function_at(at(lines.start))?;
        let is_in = function.range.start <= at(lines.start) && at(lines.end) < function.body.end;
        let is_once = |file: &File| file.functions_named(&function.name).len() == 1;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_named = !function.name.is_empty() && function.name.chars().all(is_name);
        let all = [&**base, &*change.before, &*change.after];
        if !is_in || !is_named || !all.into_iter().all(is_once) {
            return None;
        }
        let excerpt = Excerpt::of(base, &function.name)?;
        let (text, moved) = match self.current.functions.get(&function.name) {
            Some(known) => known.clone()?,
            None => (excerpt.text.clone().into(), Moved::default()),
        };
        let own = moved.line(excerpt.line(base, lines.start)?)
            ..moved.line(excerpt.line(base, lines.end)?);
        let own = offset(&text, own.start)..offset(&text, own.end);
        let (old, new) = self.bytes(count)?;
        let wanted = made(&self.current.bytes, &old, &new)?;
        let after = made(&text, &own, &new)?;
        let before = bench.read(base.path(), text);
        let after = bench.read(base.path(), after.into());
        let first = Excerpt::of(&change.before, &function.name)?;
        let first = bench.read(base.path(), first.text.into());
        let is_it = |file: &File| file.functions().len() == 1;
        (is_it(&before) && is_it(&after)).then(|| Try {
            count,
            edit: Edit {
                before,
                after,
                new: own.start..own.start + new.len(),
                old: own,
            },
            within: Within::Function {
                name: function.name.clone(),
                first,
            },
            place: old,
            wanted: wanted.into(),
        })
    }

    /// The bytes of the file that go with so many of the runs, and what comes in their place.
    fn bytes(&self, count: usize) -> Option<(Range<usize>, Vec<u8>)> {
        let runs = self.rest.get(..count)?;
        let (first, last) = (runs.first()?, runs.last()?);
        let moved = &self.current.moved;
        let lines = moved.line(first.0.start)..moved.line(last.0.end);
        let new = self.after.get(first.1.start..last.1.end)?.concat();
        let bytes = &self.current.bytes;
        Some((offset(bytes, lines.start)..offset(bytes, lines.end), new))
    }
}
