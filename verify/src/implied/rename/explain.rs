//! What became of each place: the tokens before with the new name at its places, beside those after.

use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::exact_text;
use query::File;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use sites::kinds::rename::{self as anchors, Found};
use sites::occurrences::{Occurrences, Role};

use super::Work;
use crate::comparison::Image;
use crate::explained::Explained;
use crate::frame::comments::ranges_of_comments;
use crate::frame::tokens::pieces;

/// A piece of a file, with the text that it should have.
struct Piece {
    range: Range<usize>,
    text: String,
    /// How many places are in it.
    places: usize,
}

impl Work<'_> {
    /// What the change accounts for in a file that the patches touch.
    pub(super) fn explain(&mut self, before: &Arc<File>, after: &Arc<File>, found: &Found) {
        let path = after.path();
        let to = &self.kind.to;
        let old = wanted(before, &found.places, to);
        let new = wanted(after, &[], to);
        let scan = Occurrences::of(after, to);
        let locals: Vec<usize> = scan
            .found
            .iter()
            .filter(|one| one.role == Role::Local)
            .map(|one| one.range.start)
            .collect();
        let (mut renamed, mut captured) = (0, Vec::new());
        for (old, new) in equal(&old, &new) {
            if old.places == 0 {
                continue;
            }
            renamed += old.places;
            captured.extend(locals.iter().filter(|at| new.range.contains(at)).copied());
            let explained = Explained::replaced(path, old.range.clone(), new.range.clone());
            self.judged.explained_tokens.push(explained);
        }
        for at in captured {
            let message = format!("`{to}` is a local variable here");
            let finding = self.ctx.violated("new-name", message);
            self.judged.put(finding, after, at);
        }
        self.renamed += renamed;
        self.files += usize::from(renamed > 0);
        self.comments(before, after, found);
    }

    /// The comments that say the new name now, and are else the same.
    fn comments(&mut self, before: &File, after: &File, found: &Found) {
        let mut words = found.docs.clone();
        if self.kind.prose {
            words.extend(anchors::prose_in(
                before.bytes(),
                &self.thing,
                &found.mentions,
            ));
        }
        if words.is_empty() {
            return;
        }
        let old = comments(before, &words, &self.kind.to);
        let new = comments(after, &[], &self.kind.to);
        for (old, new) in equal(&old, &new) {
            if old.places > 0 {
                let (old, new) = (old.range.clone(), new.range.clone());
                self.judged.comment_scope_of(after.path(), old, new);
            }
        }
    }

    /// The lines of documents that say the new name now.
    pub(super) fn documents(&mut self) {
        if !self.kind.prose || !self.has_old {
            return;
        }
        let comparison = self.ctx.comparison;
        let documents = comparison.touched.iter();
        for path in documents.filter(|path| sites::wide::is_prose(path)) {
            let read = |side| comparison.bytes(side, path).ok().flatten();
            let (Some(before), Some(after)) = (read(Image::Before), read(Image::After)) else {
                continue;
            };
            let words = anchors::in_document(path, &before, &self.thing);
            let old = lines(path, &before, &words, &self.kind.to);
            let new = lines(path, &after, &[], &self.kind.to);
            let pairs = equal(&old, &new).into_iter();
            let pairs = pairs.filter(|(old, _)| old.places > 0);
            let explained = pairs
                .map(|(old, new)| Explained::replaced(path, old.range.clone(), new.range.clone()));
            self.judged.explained_tokens.extend(explained);
        }
    }
}

/// The pieces that are equal, in their order.
fn equal<'p>(old: &'p [Piece], new: &'p [Piece]) -> Vec<(&'p Piece, &'p Piece)> {
    let texts = |all: &'p [Piece]| -> Vec<&'p str> {
        all.iter().map(|piece| piece.text.as_str()).collect()
    };
    let (old_texts, new_texts) = (texts(old), texts(new));
    let mut found = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old_texts, &new_texts) {
        if matches!(op, DiffOp::Equal { .. }) {
            let old = old.get(op.old_range()).unwrap_or_default();
            let new = new.get(op.new_range()).unwrap_or_default();
            found.extend(old.iter().zip(new));
        }
    }
    found
}

/// The tokens of a file with the new name at these places.
fn wanted(file: &File, places: &[Range<usize>], to: &str) -> Vec<Piece> {
    lines(file.path(), file.bytes(), places, to)
}

/// The pieces of a file, as the frame has them: of C tokens, of anything else lines.
fn lines(path: &TreePath, bytes: &[u8], places: &[Range<usize>], to: &str) -> Vec<Piece> {
    let all = pieces(path, bytes).into_iter();
    all.map(|piece| {
        let own = within(places, &piece.range);
        let text = match own.is_empty() {
            true => piece.text,
            false => {
                let changed = replaced(bytes, &piece.range, &own, to);
                let mut again = pieces(path, &changed).into_iter();
                again.next().map_or(piece.text, |piece| piece.text)
            }
        };
        Piece {
            range: piece.range,
            text,
            places: own.len(),
        }
    })
    .collect()
}

fn comments(file: &File, places: &[Range<usize>], to: &str) -> Vec<Piece> {
    let bytes = file.bytes();
    let all = ranges_of_comments(bytes).into_iter();
    all.map(|range| {
        let own = within(places, &range);
        Piece {
            text: exact_text(&replaced(bytes, &range, &own, to)).into_owned(),
            range,
            places: own.len(),
        }
    })
    .collect()
}

fn within<'r>(places: &'r [Range<usize>], range: &Range<usize>) -> Vec<&'r Range<usize>> {
    let own = places.iter();
    own.filter(|place| range.start <= place.start && place.end <= range.end)
        .collect()
}

/// The bytes of a range with the new name at these places.
fn replaced(bytes: &[u8], range: &Range<usize>, places: &[&Range<usize>], to: &str) -> Vec<u8> {
    let mut text = Vec::new();
    let mut at = range.start;
    let mut places = places.to_vec();
    places.sort_by_key(|place| place.start);
    for place in places {
        text.extend_from_slice(bytes.get(at..place.start).unwrap_or_default());
        text.extend_from_slice(to.as_bytes());
        at = place.end;
    }
    text.extend_from_slice(bytes.get(at..range.end).unwrap_or_default());
    text
}
