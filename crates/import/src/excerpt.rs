//! A function in a file of its own: what is tried in it is read in no time, whatever the size of its file.
//!
//! That a change makes in the file what it makes in the excerpt is for who takes it to see.

use std::ops::Range;
use std::sync::Arc;

use query::File;

use crate::Bench;
use crate::edit::Edit;

/// An edit of a function in its excerpts.
#[derive(Clone, Debug)]
pub(crate) struct Excerpt {
    /// The function without the edit.
    pub(crate) before: Arc<File>,
    /// The function with it.
    pub(crate) after: Arc<File>,
}

impl Excerpt {
    /// The excerpts of the function of that name, where all of the edit is in it.
    pub(crate) fn of(edit: &Edit, function: &str, bench: &dyn Bench) -> Option<Self> {
        let of = |file: &File, lines: &Range<usize>| {
            let text = text(file, function, lines)?;
            Some(bench.read(file.path(), text.into()))
        };
        Some(Self {
            before: of(&edit.before, &edit.old)?,
            after: of(&edit.after, &edit.new)?,
        })
    }
}

/// The function with what tells how it is read: the includes and the macros of its file.
fn text(file: &File, function: &str, lines: &Range<usize>) -> Option<Vec<u8>> {
    let functions = file.functions_named(function);
    let [function] = functions.as_slice() else {
        return None;
    };
    let own = sites::lines::whole_lines(file, &function.range);
    if lines.start < own.start || own.end < lines.end {
        return None;
    }
    let includes = file.includes().iter().map(|include| include.range.clone());
    let macros = file.macros().iter().map(|known| known.range.clone());
    let mut directives: Vec<Range<usize>> = includes
        .chain(macros)
        .filter(|range| range.end <= own.start)
        .collect();
    directives.sort_by_key(|range| range.start);
    let mut found = Vec::new();
    for range in directives {
        found.extend_from_slice(file.slice(range).trim_ascii_end());
        found.push(b'\n');
    }
    found.push(b'\n');
    found.extend_from_slice(file.slice(own));
    Some(found)
}
