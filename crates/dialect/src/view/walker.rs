//! The walker over a file's tokens: where it looks, how it drafts edits, how far it goes.
//!
//! The walkers of the sibling modules are one recursive descent over C as the kernel writes it. They
//! recognise, they build nothing; where the grammar would stumble they draft an edit. Whatever they
//! do not recognise they leave alone: the grammar then says what it cannot read.
//!
//! Two limits keep every input linear and the stack flat: [`Walker::fuel`], which every step of a
//! search pays for, and [`Walker::depth`]. When one runs out the rest stays as it is.

use std::ops::Range;

use crate::macros::{Lens, MacroKind};
use crate::token::logical_line_end;
use crate::view::edit::{Change, Draft};
use crate::view::rule::Rule;
use crate::view::stream::{Tok, UNPAIRED, index};
use crate::view::symbol::Symbol;

/// How deep the descent may nest, in calls of its own.
const MAX_DEPTH: u32 = 300;

/// Steps that a file may cost for each of its tokens.
const FUEL_PER_TOKEN: usize = 60;

/// The state of one descent over a file.
pub(crate) struct Walker<'a> {
    source: &'a [u8],
    /// The file with directives, dropped arms and known annotations blanked.
    pub(crate) view: &'a [u8],
    toks: Vec<Tok>,
    partner: Vec<u32>,
    pub(crate) drafts: Vec<Draft>,
    macros: &'a Lens<'a>,
    depth: u32,
    fuel: usize,
}

/// A half-open range of token indices.
pub(crate) type Span = (usize, usize);

impl<'a> Walker<'a> {
    pub(crate) fn new(
        source: &'a [u8],
        view: &'a [u8],
        toks: Vec<Tok>,
        partner: Vec<u32>,
        drafts: Vec<Draft>,
        macros: &'a Lens<'a>,
    ) -> Self {
        let fuel = toks.len().saturating_mul(FUEL_PER_TOKEN) + 1000;
        Self {
            source,
            view,
            toks,
            partner,
            drafts,
            macros,
            depth: 0,
            fuel,
        }
    }

    /// Walks the whole file.
    pub(crate) fn walk(&mut self) {
        self.items(0, self.toks.len(), true);
    }

    // ---- looking

    pub(crate) fn symbol(&self, at: usize) -> Symbol {
        self.toks.get(at).map_or(Symbol::Edge, |tok| tok.symbol)
    }

    pub(crate) fn before(&self, at: usize) -> Symbol {
        at.checked_sub(1).map_or(Symbol::Edge, |at| self.symbol(at))
    }

    pub(crate) fn is(&self, at: usize, symbol: Symbol) -> bool {
        self.symbol(at) == symbol
    }

    pub(crate) fn is_word(&self, at: usize) -> bool {
        self.symbol(at).is_word()
    }

    pub(crate) fn is_name(&self, at: usize) -> bool {
        self.symbol(at) == Symbol::Name
    }

    pub(crate) fn text(&self, at: usize) -> &'a [u8] {
        self.source.get(self.range(at)).unwrap_or_default()
    }

    pub(crate) fn length(&self, at: usize) -> usize {
        self.range(at).len()
    }

    /// First on its line; so is the file's end.
    pub(crate) fn is_fresh(&self, at: usize) -> bool {
        self.toks.get(at).is_none_or(|tok| tok.fresh)
    }

    pub(crate) fn is_after_directive(&self, at: usize) -> bool {
        self.toks.get(at).is_some_and(|tok| tok.after_directive)
    }

    /// Byte range of a token; empty at the file's end past the last one.
    pub(crate) fn range(&self, at: usize) -> Range<usize> {
        self.toks
            .get(at)
            .map_or(self.source.len()..self.source.len(), |tok| {
                index(tok.start)..index(tok.end)
            })
    }

    /// The bracket that closes the one at `at`.
    pub(crate) fn closer(&self, at: usize) -> Option<usize> {
        let partner = *self.partner.get(at)?;
        (partner != UNPAIRED && index(partner) > at).then(|| index(partner))
    }

    /// The bracket that the one at `closer` closes; itself where it closes none.
    pub(crate) fn opener(&self, closer: usize) -> usize {
        match self.partner.get(closer) {
            Some(&partner) if index(partner) < closer => index(partner),
            _ => closer,
        }
    }

    /// The closing parenthesis, if a parenthesis opens at `at`.
    pub(crate) fn paren(&self, at: usize) -> Option<usize> {
        if self.is(at, Symbol::OpenParen) {
            self.closer(at)
        } else {
            None
        }
    }

    /// The closing brace, if a brace opens at `at`.
    pub(crate) fn brace(&self, at: usize) -> Option<usize> {
        if self.is(at, Symbol::OpenBrace) {
            self.closer(at)
        } else {
            None
        }
    }

    /// The first `symbol` in a range that is not inside brackets. A closing bracket ends the search.
    pub(crate) fn find(&mut self, from: usize, end: usize, symbol: Symbol) -> Option<usize> {
        self.find_any(from, end, &[symbol])
    }

    /// The first of several symbols, as [`Walker::find`].
    pub(crate) fn find_any(&mut self, from: usize, end: usize, wanted: &[Symbol]) -> Option<usize> {
        let mut at = from;
        while at < end {
            if !self.spend_fuel() {
                return None;
            }
            let symbol = self.symbol(at);
            if wanted.contains(&symbol) {
                return Some(at);
            }
            if symbol.is_opener() {
                at = self.closer(at)?;
            } else if symbol.is_closer() {
                return None;
            }
            at += 1;
        }
        None
    }

    /// The parts of a range between commas outside brackets; always at least one, parts may be empty.
    pub(crate) fn split(&mut self, from: usize, end: usize) -> Vec<Span> {
        let mut parts = Vec::new();
        let mut start = from;
        let mut at = from;
        while at < end {
            if !self.spend_fuel() {
                break;
            }
            match self.symbol(at) {
                Symbol::Comma => {
                    parts.push((start, at));
                    start = at + 1;
                }
                symbol if symbol.is_opener() => at = self.closer(at).unwrap_or(at),
                _ => {}
            }
            at += 1;
        }
        parts.push((start, end));
        parts
    }

    /// Width of the white space between the start of a token's line and the token, tabs as eight.
    pub(crate) fn columns_before(&self, at: usize) -> usize {
        let start = self.range(at).start;
        let before = self.source.get(..start).unwrap_or_default();
        let line = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        before
            .get(line..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .fold(0, |width, &byte| match byte {
                b'\t' => (width / 8 + 1) * 8,
                _ => width + 1,
            })
    }

    /// What the tree's macros say about a name.
    pub(crate) fn macro_kind(&self, at: usize) -> MacroKind {
        self.macros.kind(self.text(at))
    }

    // ---- limits

    /// Pays for one step. `false`: nothing is left.
    pub(crate) fn spend_fuel(&mut self) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        self.fuel > 0
    }

    /// Runs `inner` one level deeper, or gives `refused` where the descent is too deep or too long.
    pub(crate) fn nested<T>(&mut self, refused: T, inner: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= MAX_DEPTH || !self.spend_fuel() {
            return refused;
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    // ---- drafting

    /// A point to [`Walker::rewind`] to.
    pub(crate) fn mark(&self) -> usize {
        self.drafts.len()
    }

    /// Forgets the edits since `mark`.
    pub(crate) fn rewind(&mut self, mark: usize) {
        self.drafts.truncate(mark);
    }

    /// Blanks the tokens `from..end` and what is between them.
    pub(crate) fn blank(&mut self, rule: Rule, from: usize, end: usize) {
        if from < end && end <= self.toks.len() {
            let range = self.range(from).start..self.range(end - 1).end;
            self.drafts.push(Draft::new(rule, range, Change::Blank));
        }
    }

    /// Puts `text` over one token, blanks over the rest of it. A text that does not fit is not put.
    pub(crate) fn put(&mut self, rule: Rule, at: usize, text: &'static str) -> bool {
        let range = self.range(at);
        let fits = text.len() <= range.len() && !self.would_join(&range, text);
        if fits {
            self.drafts.push(Draft::new(rule, range, Change::Put(text)));
        }
        fits
    }

    /// Puts `text` over some bytes.
    pub(crate) fn put_at(&mut self, rule: Rule, range: Range<usize>, text: &'static str) {
        self.drafts.push(Draft::new(rule, range, Change::Put(text)));
    }

    /// Turns a word into upper case.
    pub(crate) fn uppercase(&mut self, rule: Rule, at: usize) {
        self.drafts
            .push(Draft::new(rule, self.range(at), Change::Upper));
    }

    /// Puts one character into the first white space after a token. `false`: there is none.
    pub(crate) fn insert(&mut self, rule: Rule, after: usize, text: &'static str) -> bool {
        let gap = self.gap(after);
        match gap {
            Some(at) if !self.would_join(&(at..at + 1), text) => {
                self.put_at(rule, at..at + 1, text);
                true
            }
            _ => false,
        }
    }

    /// Whether `text` put there would be one operator with what stands before or behind it: `=` before `=`.
    fn would_join(&self, range: &Range<usize>, text: &str) -> bool {
        let joins = |left: Option<&u8>, right: Option<&u8>| {
            let (Some(&left), Some(&right)) = (left, right) else {
                return false;
            };
            match (left, right) {
                (
                    b'=' | b'<' | b'>' | b'!' | b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|'
                    | b'^',
                    b'=',
                )
                | (b'-', b'>')
                | (b'/', b'*')
                | (b'*', b'/') => true,
                _ => left == right && b"<>+-&|/#.".contains(&left),
            }
        };
        let text = text.as_bytes();
        let before = range.start.checked_sub(1).and_then(|at| self.view.get(at));
        // What is shorter than what it replaces is followed by blanks.
        let behind = (text.len() == range.len()).then(|| self.view.get(range.end));
        joins(before, text.first()) || joins(text.last(), behind.flatten())
    }

    /// A byte of white space between a token and the next, comments skipped: a blank where there is
    /// one, else a newline (offsets and the file's own lines do not change, the view's rows do), but for
    /// one that ends a literal without a closing quote.
    pub(crate) fn gap(&self, after: usize) -> Option<usize> {
        let mut at = self.range(after).end;
        if is_open_literal(self.text(after)) {
            return None;
        }
        let end = self.range(after + 1).start;
        let mut newline = None;
        while at < end {
            match self.view.get(at..end)? {
                [b' ' | b'\t', ..] => return Some(at),
                [b'/', b'*', rest @ ..] => {
                    let length = memchr::memmem::find(rest, b"*/").map_or(rest.len(), |to| to + 2);
                    at += length + 2;
                }
                // Past the newline that ends the comment: it has to stay.
                [b'/', b'/', ..] => at = logical_line_end(self.view, at) + 1,
                [b'\n', ..] => {
                    newline = newline.or(Some(at));
                    at += 1;
                }
                _ => at += 1,
            }
        }
        newline
    }
}

/// Whether a token is a literal that its line ends, not a quote.
fn is_open_literal(token: &[u8]) -> bool {
    let Some(start) = memchr::memchr2(b'"', b'\'', token) else {
        return false;
    };
    let Some((quote, [inside @ .., last])) = token[start..].split_first() else {
        return true;
    };
    let escapes = inside.iter().rev().take_while(|byte| **byte == b'\\');
    last != quote || escapes.count() % 2 == 1
}
