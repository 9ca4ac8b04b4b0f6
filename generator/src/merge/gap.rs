//! What lies between two tokens of old code: layout, comments, annotations, a last comma.

use std::ops::Range;

use dialect::token::Token;

use super::Old;

/// What lies between two tokens.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    pub(super) range: Range<usize>,
    /// In file order.
    pub(super) things: Vec<Thing>,
}

/// Something that is more than layout.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    pub(super) range: Range<usize>,
    /// It is about the token before, or else about the one behind.
    is_about_previous: bool,
    pub(super) is_comma: bool,
    pub(super) is_comment: bool,
    is_line_comment: bool,
}

impl Gap {
    pub(super) fn empty(at: usize) -> Self {
        Self {
            range: at..at,
            things: Vec::new(),
        }
    }

    /// Whether there is nothing but white space.
    pub(super) fn is_layout(&self) -> bool {
        self.things.is_empty()
    }

    /// What is about the token before and must not go with it.
    pub(super) fn previous_ones(&self) -> impl Iterator<Item = &Thing> {
        let things = self.things.iter();
        things.filter(|thing| thing.is_about_previous && !thing.is_comma)
    }

    /// The same of the token behind.
    pub(super) fn next_ones(&self) -> impl Iterator<Item = &Thing> {
        let things = self.things.iter();
        things.filter(|thing| !thing.is_about_previous && !thing.is_comma)
    }

    /// Between what is about the token before and what is about the one behind.
    pub(super) fn between(&self) -> Range<usize> {
        let mut things = self.things.iter();
        let last = things.rfind(|thing| thing.is_about_previous);
        let start = last.map_or(self.range.start, |thing| thing.range.end);
        let mut things = self.things.iter();
        let first = things.find(|thing| !thing.is_about_previous && thing.range.start >= start);
        start..first.map_or(self.range.end, |thing| thing.range.start)
    }

    /// The `//` comment that ends where `place` begins: what is put there has to begin a line.
    pub(super) fn line_comment_before(&self, place: &Range<usize>) -> Option<Thing> {
        let mut things = self.things.iter();
        let open = things.find(|thing| thing.is_line_comment && thing.range.end == place.start);
        open.cloned()
    }
}

/// What lies before each token, and after the last.
pub(super) fn gaps(old: &Old<'_>, tokens: &[Token]) -> Vec<Gap> {
    let starts = std::iter::once(old.range.start).chain(tokens.iter().map(|t| t.range.end));
    let ends = tokens.iter().map(|t| t.range.start);
    let ends = ends.chain(std::iter::once(old.range.end));
    let previous = std::iter::once(None).chain(tokens.iter().map(Some));
    let gaps = starts.zip(ends).zip(previous);
    gaps.map(|((start, end), previous)| {
        let range = start..end.max(start);
        let inside = |thing: &Range<usize>| range.start <= thing.start && thing.end <= range.end;
        let kept = old.kept.iter().map(|one| (&one.range, false));
        let commas = old.commas.iter().map(|comma| (comma, true));
        let mut things: Vec<Thing> = kept
            .chain(commas)
            .filter(|(thing, _)| inside(thing))
            .map(|(thing, is_comma)| Thing {
                range: thing.clone(),
                is_about_previous: is_comma || is_about_previous(old, &range, thing, previous),
                is_comma,
                is_comment: old.file.slice(thing.clone()).starts_with(b"/"),
                is_line_comment: old.file.slice(thing.clone()).starts_with(b"//"),
            })
            .collect();
        things.sort_by_key(|thing| thing.range.start);
        Gap { range, things }
    })
    .collect()
}

/// A comment is about the code on its line; between two tokens of one line, about what it follows, but for a bracket, a
/// comma or a statement's end. So is an annotation.
fn is_about_previous(
    old: &Old<'_>,
    gap: &Range<usize>,
    thing: &Range<usize>,
    previous: Option<&Token>,
) -> bool {
    let has_line_end = |range: Range<usize>| old.file.slice(range).contains(&b'\n');
    if has_line_end(gap.start..thing.start) {
        // At the end of a block there is nothing else.
        return previous.is_some() && old.file.slice(gap.end..gap.end + 1) == b"}";
    }
    if has_line_end(thing.end..gap.end) {
        return previous.is_some();
    }
    let previous = previous.map(|token| old.file.slice(token.range.clone()));
    !matches!(
        previous,
        None | Some(b"(" | b"[" | b"{" | b"," | b";" | b"}")
    )
}
