//! The text that the C grammar gets to see in place of a pattern's.
//!
//! `$` may stand in a C identifier (GNU C allows it and the grammar does), so `$NAME` and `$$$NAME`
//! go to the grammar as they are. What has to be rewritten: `$(NAME: type)`, which becomes `$NAME`,
//! and a metavariable that stands for a whole statement, which gets the `;` or the braces that the
//! grammar needs. Every byte knows where it came from, so that errors point into the pattern.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::metavar::{PatternText, Place};
use super::scan::{Scanner, is_word};
use dialect::token::TokenKind;

/// A pattern's text as the grammar shall see it.
#[derive(Clone, Debug, Default)]
pub(super) struct ParseText {
    pub(super) text: Vec<u8>,
    /// For each byte of `text`, and its end: the offset in the pattern.
    origin: Vec<usize>,
    /// Offset in `text` of each metavariable: its number, and whether it stands for a whole statement
    /// (a member, in a record).
    pub(super) metas: BTreeMap<usize, (usize, bool)>,
}

impl ParseText {
    /// The part of the pattern that `range` of the parse_text came from.
    pub(super) fn origin(&self, range: &Range<usize>) -> Range<usize> {
        let last = self.origin.last().copied().unwrap_or(0);
        let at = |offset: usize| self.origin.get(offset).copied().unwrap_or(last);
        let start = at(range.start);
        let end = match range.end.checked_sub(1) {
            Some(before) if range.end > range.start => at(before) + 1,
            _ => start,
        };
        start..end.clamp(start, last.max(start))
    }

    /// Ends the text with a `;` where it has none.
    pub(super) fn end_with_semicolon(&mut self) {
        let last = Scanner::new(&self.text, 0..self.text.len()).last();
        let Some(last) = last else { return };
        if self.text.get(last.range.clone()) != Some(b";") {
            let from = self.origin.get(last.range.end - 1).copied().unwrap_or(0);
            self.text.insert(last.range.end, b';');
            self.origin.insert(last.range.end, from);
        }
    }

    fn push(&mut self, bytes: &[u8], from: usize, step: usize) {
        for (index, &byte) in bytes.iter().enumerate() {
            self.text.push(byte);
            self.origin.push(from + index * step);
        }
    }
}

impl PatternText {
    /// The text for the grammar. `statements`: in a place where statements (or members) stand, so that
    /// a metavariable may be one by itself.
    pub(super) fn parse_text(&self, statements: bool) -> ParseText {
        let whole = if statements {
            self.whole_statements()
        } else {
            BTreeSet::new()
        };
        let heads = if statements {
            self.macro_heads()
        } else {
            BTreeSet::new()
        };
        let mut parse_text = ParseText::default();
        let mut at = 0;
        for (index, lexeme) in self.lexemes.iter().enumerate() {
            parse_text.push(self.between(at, lexeme.range.start), at, 1);
            at = lexeme.range.end;
            let Some((number, meta)) = lexeme
                .meta
                .and_then(|m| Some((m, self.metavariables.get(m)?)))
            else {
                parse_text.push(self.between(lexeme.range.start, at), lexeme.range.start, 1);
                if heads.contains(&index) {
                    parse_text.push(b"\n", at.saturating_sub(1), 0);
                }
                continue;
            };
            let is_whole = whole.contains(&index);
            let body = is_whole && self.follows_head(index);
            if body {
                parse_text.push(b"{", lexeme.range.start, 0);
            }
            parse_text
                .metas
                .insert(parse_text.text.len(), (number, is_whole));
            if meta.rest {
                parse_text.push(b"$$$", lexeme.range.start, 0);
                parse_text.push(b"_", at.saturating_sub(1), 0);
            } else if self.opens_typed(lexeme.range.start) {
                let name = if meta.name.is_empty() {
                    "_"
                } else {
                    &meta.name
                };
                // So that what is said of the name points at all of it.
                let name = format!("${name}");
                let (begin, last) = name.as_bytes().split_at(name.len() - 1);
                parse_text.push(begin, lexeme.range.start, 0);
                parse_text.push(last, at.saturating_sub(1), 0);
            } else {
                parse_text.push(self.between(lexeme.range.start, at), lexeme.range.start, 1);
            }
            if is_whole {
                parse_text.push(if body { b";}" } else { b";" }, at.saturating_sub(1), 0);
            }
        }
        parse_text.push(self.between(at, self.text.len()), at, 1);
        parse_text.origin.push(self.text.len());
        parse_text
    }

    /// Which tokens are metavariables that are all that a head without braces has.
    pub(super) fn bodies(&self) -> Vec<usize> {
        let whole = self.whole_statements().into_iter();
        whole.filter(|&index| self.follows_head(index)).collect()
    }

    /// What may be in the places of the metavariables, in order. `statements`: the text is read where statements are.
    pub(super) fn places(&self, statements: bool) -> Vec<Place> {
        let whole = self.whole_statements();
        let all = 0..self.lexemes.len();
        all.filter_map(|index| {
            let is_whole = whole.contains(&index);
            Some(Place {
                name: self.name_at(index)?.to_owned(),
                is_statement: statements && is_whole,
                takes_statement: is_whole || self.word(index + 1) == b";",
            })
        })
        .collect()
    }

    /// Which lexemes are metavariables that stand where a statement must, with no `;` after them.
    fn whole_statements(&self) -> BTreeSet<usize> {
        let mut whole = BTreeSet::new();
        let mut open: Vec<(usize, bool)> = Vec::new();
        let mut closed: Option<usize> = None;
        for (index, lexeme) in self.lexemes.iter().enumerate() {
            match self.word(index) {
                b"(" | b"[" => open.push((index, false)),
                b"{" => open.push((index, self.opens_block(index, &open, closed))),
                b")" | b"]" | b"}" => closed = open.pop().map(|(at, _)| at),
                _ => {}
            }
            let in_block = open.last().is_none_or(|&(_, block)| block);
            if lexeme.meta.is_some()
                && in_block
                && self.begins_statement(index, closed, &whole)
                && self.ends_statement(index)
            {
                whole.insert(index);
            }
        }
        whole
    }

    /// The `)` of each call that begins a statement and is followed by more of it: a macro that heads a
    /// loop. The dialect knows one by the new line after it.
    fn macro_heads(&self) -> BTreeSet<usize> {
        let mut heads = BTreeSet::new();
        let mut open: Vec<(usize, Option<usize>)> = Vec::new();
        let mut closed = None;
        for index in 0..self.lexemes.len() {
            match self.word(index) {
                b"(" => open.push((index, closed)),
                b")" => {
                    let Some((opened, before)) = open.pop() else {
                        continue;
                    };
                    closed = Some(opened);
                    let name = opened.checked_sub(1).unwrap_or(index);
                    let word = self.word(name);
                    let named =
                        word.iter().copied().all(is_word) && !dialect::words::is_keyword(word);
                    let next = self.lexemes.get(index + 1);
                    let more = next.is_some_and(|l| l.kind == TokenKind::Word)
                        || matches!(self.word(index + 1), b"*" | b"++" | b"--");
                    if named
                        && !word.is_empty()
                        && more
                        && self.begins_statement(name, before, &BTreeSet::new())
                    {
                        heads.insert(index);
                    }
                }
                _ => {}
            }
        }
        heads
    }

    /// Whether the `{` at `index` opens a block or a record rather than an initialiser.
    fn opens_block(&self, index: usize, open: &[(usize, bool)], closed: Option<usize>) -> bool {
        if open
            .last()
            .is_some_and(|&(at, block)| !block && self.word(at) == b"{")
        {
            return false;
        }
        let Some(before) = index.checked_sub(1) else {
            return true;
        };
        match self.word(before) {
            b"=" | b"," | b"return" | b"enum" => false,
            b")" => closed.is_some_and(|at| self.follows_word(at)),
            _ => before
                .checked_sub(1)
                .is_none_or(|at| self.word(at) != b"enum"),
        }
    }

    /// Whether a word (a keyword, a function's or macro's name) stands directly before lexeme `at`.
    fn follows_word(&self, at: usize) -> bool {
        at.checked_sub(1)
            .and_then(|before| self.lexemes.get(before))
            .is_some_and(|l| l.kind == TokenKind::Word)
    }

    fn begins_statement(
        &self,
        index: usize,
        closed: Option<usize>,
        whole: &BTreeSet<usize>,
    ) -> bool {
        let Some(before) = index.checked_sub(1) else {
            return true;
        };
        match self.word(before) {
            b"{" | b"}" | b";" | b":" | b"else" | b"do" => true,
            b")" => closed.is_some_and(|at| self.follows_word(at)),
            _ => whole.contains(&before),
        }
    }

    /// Whether the metavariable is what `if (…)`, `else`, `do` or a loop runs.
    fn follows_head(&self, index: usize) -> bool {
        index
            .checked_sub(1)
            .is_some_and(|before| matches!(self.word(before), b")" | b"else" | b"do"))
    }

    fn ends_statement(&self, index: usize) -> bool {
        let Some(next) = self.lexemes.get(index + 1) else {
            return true;
        };
        let this = self.lexemes.get(index);
        let end = this.map_or(0, |l| l.range.end);
        let run = this
            .and_then(|l| self.metavariables.get(l.meta?))
            .is_some_and(|m| m.run);
        let apart = run || self.between(end, next.range.start).contains(&b'\n');
        match self.word(index + 1) {
            b"}" | b"else" | b"while" => true,
            word => apart && (word.is_empty() || word.iter().copied().all(is_word)),
        }
    }
}
