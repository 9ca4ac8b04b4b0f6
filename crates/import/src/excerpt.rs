//! A function in a file of its own: what is tried in it is read in no time, whatever the size of its file.
//!
//! That a change makes in the file what it makes in the excerpt is for who takes it to see.

use std::ops::Range;

use query::File;

/// A function with what tells how it is read: the includes and the macros of its file.
#[derive(Clone, Debug)]
pub(crate) struct Excerpt {
    /// All of it.
    pub(crate) text: Vec<u8>,
    /// The lines of the function in its file.
    own: Range<usize>,
    /// Where they are in the excerpt.
    start: usize,
}

impl Excerpt {
    /// The one function of that name.
    pub(crate) fn of(file: &File, function: &str) -> Option<Self> {
        let functions = file.functions_named(function);
        let [function] = functions.as_slice() else {
            return None;
        };
        let own = sites::lines::whole_lines(file, &function.range);
        let includes = file.includes().iter().map(|include| include.range.clone());
        let macros = file.macros().iter().map(|known| known.range.clone());
        let mut directives: Vec<Range<usize>> = includes
            .chain(macros)
            .filter(|range| range.end <= own.start)
            .collect();
        directives.sort_by_key(|range| range.start);
        let mut text = Vec::new();
        for range in directives {
            text.extend_from_slice(file.slice(range).trim_ascii_end());
            text.push(b'\n');
        }
        text.push(b'\n');
        let start = text.len();
        text.extend_from_slice(file.slice(own.clone()));
        Some(Self { text, own, start })
    }

    /// A line of the file in the excerpt, both by number from 0.
    pub(crate) fn line(&self, file: &File, line: usize) -> Option<usize> {
        let above = self.text.get(..self.start)?;
        let above = above.iter().filter(|&&byte| byte == b'\n').count();
        Some(above + line.checked_sub(file.line_of(self.own.start) - 1)?)
    }
}
