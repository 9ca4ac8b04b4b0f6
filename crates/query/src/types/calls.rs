//! The calls around a place, by brackets alone: the grammar has no node for what stands in a macro's body, and the
//! dialect may have rewritten what stands in a call.
//!
//! A question about a name may look at dozens of places, and a file may have thousands of such questions: the calls
//! of a function, a macro's body or an item at file level are listed once.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::token::{self, Token, closing, split};
use crate::File;
use dialect::token::{Pieces, TokenKind};

/// A call around a place.
pub(super) struct Call {
    /// The word before the parenthesis.
    pub(super) name: Token,
    pub(super) arguments: Vec<Token>,
    /// Offset of the first token of the argument that the place is in.
    pub(super) argument_at: usize,
}

/// How many calls that have a name for an argument are looked at.
const MAX_PLACES: usize = 32;

/// The calls of a stretch of a file.
#[derive(Debug)]
struct Stretch {
    range: Range<usize>,
    /// By where they open.
    calls: Vec<Span>,
}

/// A call's bytes in its file.
#[derive(Debug)]
struct Span {
    name: Range<usize>,
    open: usize,
    /// The closing parenthesis, or the end of the stretch.
    close: usize,
    /// The call around it.
    around: Option<usize>,
}

/// A word that was asked for, and whether it is the end of a name only.
type Word = (String, bool);

/// See the module's page.
#[derive(Debug, Default)]
pub(crate) struct CallIndex {
    /// By where they start.
    stretches: Mutex<FxHashMap<usize, Arc<Stretch>>>,
    item_starts: OnceLock<Vec<usize>>,
    places: Mutex<FxHashMap<Word, Arc<[usize]>>>,
}

impl CallIndex {
    /// Where `word` is an argument of a call, the first such places. One that is the end of a name (`pasted`) counts
    /// at file level only.
    pub(super) fn places(&self, file: &File, word: &str, pasted: bool) -> Arc<[usize]> {
        let known = || self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (word.to_owned(), pasted);
        let found = known().get(&key).cloned();
        found.unwrap_or_else(|| {
            let bytes = file.bytes();
            let places: Arc<[usize]> = memchr::memmem::find_iter(bytes, word.as_bytes())
                .filter(|&at| is_argument(bytes, at, word.len()))
                .filter(|&at| !pasted || file.function_at(at).is_none())
                .take(MAX_PLACES)
                .collect();
            known().insert(key, Arc::clone(&places));
            places
        })
    }

    /// Where lines start that an item at file level may start with: with a word in the first column.
    fn item_starts(&self, file: &File) -> &[usize] {
        self.item_starts.get_or_init(|| {
            let bytes = file.bytes();
            let lines = memchr::memchr_iter(b'\n', bytes).map(|newline| newline + 1);
            let is_word = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
            std::iter::once(0)
                .chain(lines)
                .filter(|&start| bytes.get(start).is_some_and(is_word))
                .collect()
        })
    }

    fn stretch_at(&self, file: &File, offset: usize) -> Option<Arc<Stretch>> {
        let (start, end) = start_and_end(file, offset)?;
        let known = || {
            self.stretches
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let found = known().get(&start).cloned();
        if let Some(found) = found.filter(|found| {
            end.is_none_or(|end| end == found.range.end) && offset < found.range.end
        }) {
            return Some(found);
        }
        let end = end.unwrap_or_else(|| end_of_item(file, start, offset));
        let stretch = Arc::new(Stretch::read(file, start..end));
        known().insert(start, Arc::clone(&stretch));
        Some(stretch)
    }
}

impl Stretch {
    fn read(file: &File, range: Range<usize>) -> Self {
        let bytes = file.slice(range.clone());
        let mut calls: Vec<Span> = Vec::new();
        // Of every open bracket the call that it opens, if it does.
        let mut open: Vec<Option<usize>> = Vec::new();
        let mut around = None;
        let mut word = None;
        for (kind, at) in Pieces::new(bytes) {
            let here = range.start + at.start;
            match &bytes[at.clone()] {
                b"(" | b"{" | b"[" => {
                    let name = word.take().filter(|_| bytes[at.start] == b'(');
                    open.push(name.map(|name| {
                        calls.push(Span {
                            name,
                            open: here,
                            close: range.end,
                            around,
                        });
                        calls.len() - 1
                    }));
                    around = open.last().copied().flatten().or(around);
                }
                b")" | b"}" | b"]" => {
                    if let Some(call) = open.pop().flatten() {
                        calls[call].close = here;
                        around = calls[call].around;
                    }
                }
                _ => {}
            }
            word = (kind == TokenKind::Word).then(|| here..range.start + at.end);
        }
        Self { range, calls }
    }

    /// The calls around `offset`, innermost first.
    fn around(&self, offset: usize) -> impl Iterator<Item = &Span> {
        let before = self.calls.partition_point(|call| call.open < offset);
        let mut next = before.checked_sub(1);
        std::iter::from_fn(move || {
            let call = self.calls.get(next?)?;
            next = call.around;
            Some(call)
        })
        .filter(move |call| offset <= call.close)
    }
}

/// The calls among tokens, outer ones before inner ones.
pub(super) fn calls_in(tokens: &[Token]) -> Vec<Call> {
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.is_word() && tokens.get(index + 1).is_some_and(|next| next.is("(")) {
            let end = closing(tokens, index + 1);
            found.push(Call {
                name: token.clone(),
                arguments: tokens.get(index + 2..end).unwrap_or_default().to_vec(),
                argument_at: 0,
            });
        }
    }
    found
}

/// The calls whose parentheses are open at `offset`, outermost first.
pub(super) fn calls_around(file: &File, offset: usize) -> Vec<Call> {
    let Some(stretch) = file.call_index().stretch_at(file, offset) else {
        return Vec::new();
    };
    let mut calls: Vec<_> = stretch
        .around(offset)
        .filter_map(|span| call_of(file, span, offset))
        .collect();
    calls.reverse();
    calls
}

fn call_of(file: &File, span: &Span, offset: usize) -> Option<Call> {
    let name = token::read(file.slice(span.name.clone()), span.name.start, 0).pop()?;
    let start = span.open + 1;
    let arguments = token::read(file.slice(start..span.close), start, 0);
    let parts = split(&arguments, ",");
    let part = parts
        .iter()
        .rfind(|part| part.first().is_some_and(|t| t.at <= offset))?;
    let argument_at = part.first().map_or(0, |first| first.at);
    Some(Call {
        name,
        argument_at,
        arguments,
    })
}

/// Where the function, the macro body, or the item at file level around `offset` starts, and where it ends if that is
/// known without reading it.
fn start_and_end(file: &File, offset: usize) -> Option<(usize, Option<usize>)> {
    if let Some(definition) = file.macro_at(offset) {
        return Some((definition.body.start, Some(definition.body.end)));
    }
    if let Some(function) = file.function_at(offset) {
        return Some((function.body.start, Some(function.range.end)));
    }
    let starts = file.call_index().item_starts(file);
    let before = starts.partition_point(|&start| start <= offset);
    starts[..before].last().map(|&start| (start, None))
}

/// Where the item at file level that starts at `start` and holds `offset` ends.
fn end_of_item(file: &File, start: usize, offset: usize) -> usize {
    let bytes = file.slice(start..file.bytes().len());
    let mut depth = 0_usize;
    for (_, range) in Pieces::new(bytes) {
        match &bytes[range.clone()] {
            b"(" | b"{" | b"[" => depth += 1,
            b")" | b"}" | b"]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && start + range.start > offset {
            return start + range.end;
        }
    }
    file.bytes().len()
}

/// Whether the word at `at` stands where an argument may.
fn is_argument(bytes: &[u8], at: usize, len: usize) -> bool {
    let before = bytes[..at].trim_ascii_end().last();
    let after = bytes[at + len..].trim_ascii_start().first();
    matches!(before, Some(b'(' | b',')) && matches!(after, Some(b')' | b','))
}
