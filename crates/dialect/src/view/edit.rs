//! What the dialect changes, as a log: no byte differs from the file without an entry here.

use std::ops::Range;

use crate::view::rule::Rule;
use crate::view::stream::{index, offset};

/// What an edit does to its bytes. Newlines always stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Every byte becomes a blank.
    Blank,
    /// The first bytes become this text, the rest blanks.
    Put(&'static str),
    /// Letters become upper case: a primitive type turned into a name.
    Upper,
}

/// One change of the view against the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Why.
    pub rule: Rule,
    /// Byte range in the file.
    pub range: Range<usize>,
    /// What the view has there.
    pub change: Change,
}

/// An edit in the making, half the size of an [`Edit`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draft {
    pub(crate) rule: Rule,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) change: Change,
}

impl Draft {
    pub(crate) fn new(rule: Rule, range: Range<usize>, change: Change) -> Self {
        Self {
            rule,
            start: offset(range.start),
            end: offset(range.end),
            change,
        }
    }

    pub(crate) fn range(&self) -> Range<usize> {
        index(self.start)..index(self.end)
    }

    /// Makes the change in the view.
    pub(crate) fn apply(&self, view: &mut [u8]) {
        change(view, self.range(), self.change);
    }

    pub(crate) fn finish(self) -> Edit {
        Edit {
            rule: self.rule,
            range: self.range(),
            change: self.change,
        }
    }
}

/// Blanks bytes, newlines apart.
pub(crate) fn blank(bytes: &mut [u8]) {
    for byte in bytes {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

fn change(view: &mut [u8], range: Range<usize>, change: Change) {
    let Some(bytes) = view.get_mut(range) else {
        return;
    };
    match change {
        Change::Blank => blank(bytes),
        Change::Upper => bytes.make_ascii_uppercase(),
        Change::Put(text) => {
            blank(bytes);
            for (byte, new) in bytes.iter_mut().zip(text.bytes()) {
                *byte = new;
            }
        }
    }
}

/// Makes edits in a file: blanks first, so that a text may stand where a blank was drawn.
pub fn apply_edits(edits: &[Edit], view: &mut [u8]) {
    let is_blank = |edit: &&Edit| edit.change == Change::Blank;
    for edit in edits.iter().filter(is_blank) {
        change(view, edit.range.clone(), edit.change);
    }
    for edit in edits.iter().filter(|edit| !is_blank(edit)) {
        change(view, edit.range.clone(), edit.change);
    }
}

/// Applies what the walkers drafted: blanks first, so that a text may stand where a blank was drawn.
pub(crate) fn apply_all(drafts: &[Draft], view: &mut [u8]) {
    for draft in drafts {
        if draft.change == Change::Blank {
            draft.apply(view);
        }
    }
    for draft in drafts {
        if draft.change != Change::Blank {
            draft.apply(view);
        }
    }
}
