//! Metavariables in a pattern's text, and the text that the C grammar gets to see instead.
//!
//! `$` may stand in a C identifier (GNU C allows it and the grammar does), so `$NAME` and `$$$NAME`
//! go to the grammar as they are. What has to be rewritten: `$(NAME: type)`, which becomes `$NAME`,
//! and a metavariable that stands for a whole statement, which gets the `;` that the grammar needs.
//! Every byte of the rewritten text knows where it came from, so that errors point into the pattern.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::PatternError;
use super::scan::{Scanned, Scanner, is_word};
use crate::token::TokenKind;

/// A metavariable of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Metavariable {
    /// Without `$`; empty: anonymous.
    pub(super) name: String,
    /// `$$$NAME`
    pub(super) run: bool,
    /// The type of `$(NAME: type)`, as written, white space folded.
    pub(super) type_text: Option<String>,
    /// Where it stands first.
    pub(super) span: Range<usize>,
}

impl Metavariable {
    /// What its binding is called; an anonymous one that has no type has none.
    pub(super) fn key(&self, number: usize) -> Option<String> {
        if !self.name.is_empty() {
            return Some(self.name.clone());
        }
        self.type_text.is_some().then(|| format!("_#{number}"))
    }
}

/// The names, each once, in the order in which they appear; anonymous ones have none.
pub(super) fn names(metavariables: &[Metavariable]) -> Vec<String> {
    metavariables
        .iter()
        .filter(|meta| !meta.name.is_empty())
        .map(|meta| meta.name.clone())
        .collect()
}

/// A pattern's text as the grammar shall see it.
#[derive(Clone, Debug, Default)]
pub(super) struct Carrier {
    pub(super) text: Vec<u8>,
    /// For each byte of `text`, and its end: the offset in the pattern.
    origin: Vec<usize>,
    /// Offset in `text` of each metavariable: its number, and whether it stands for a whole statement
    /// (a member, in a record).
    pub(super) metas: BTreeMap<usize, (usize, bool)>,
}

impl Carrier {
    /// The part of the pattern that `range` of the carrier came from.
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

/// A token of the pattern; a typed metavariable is one token.
#[derive(Clone, Debug)]
struct Lexeme {
    range: Range<usize>,
    kind: TokenKind,
    /// Index of the metavariable.
    meta: Option<usize>,
}

/// A pattern's text with its metavariables read.
#[derive(Clone, Debug)]
pub(super) struct PatternText {
    text: Vec<u8>,
    lexemes: Vec<Lexeme>,
    pub(super) metavariables: Vec<Metavariable>,
}

fn error(span: Range<usize>, message: impl Into<String>, help: &str) -> PatternError {
    PatternError {
        message: message.into(),
        span,
        help: (!help.is_empty()).then(|| help.to_owned()),
    }
}

/// Reads a word that begins with `$`: its name and whether it is a run.
fn metavariable_name(word: &str, span: &Range<usize>) -> Result<(String, bool), PatternError> {
    let name = word.trim_start_matches('$');
    let run = match word.len() - name.len() {
        1 => false,
        3 => true,
        _ => {
            return Err(error(
                span.clone(),
                format!("`{word}` is not a metavariable"),
                "`$NAME` stands for one node, `$$$NAME` for any run of nodes",
            ));
        }
    };
    let fits = name
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if !fits || name.is_empty() && !run {
        let capitals: String = name
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect::<String>()
            .to_ascii_uppercase();
        let help = if capitals.is_empty() {
            "give it a name in capitals, as in `$NAME`, or write `$_` for one that is not used again".to_owned()
        } else {
            format!("a metavariable's name is in capitals: `${capitals}`")
        };
        return Err(error(
            span.clone(),
            format!("`{word}` is not a metavariable"),
            &help,
        ));
    }
    let anonymous = name.is_empty() || name == "_";
    Ok((
        if anonymous {
            String::new()
        } else {
            name.to_owned()
        },
        run,
    ))
}

impl PatternText {
    /// Finds the metavariables.
    pub(super) fn new(text: &str) -> Result<Self, PatternError> {
        let bytes = text.as_bytes();
        let tokens: Vec<Scanned> = Scanner::new(bytes, 0..bytes.len()).collect();
        let mut this = Self {
            text: bytes.to_vec(),
            lexemes: Vec::with_capacity(tokens.len()),
            metavariables: Vec::new(),
        };
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += this.lexeme(text, &tokens, at, token)?;
        }
        this.balanced(text)?;
        Ok(this)
    }

    /// Reads one lexeme; gives how many tokens it takes.
    fn lexeme(
        &mut self,
        text: &str,
        tokens: &[Scanned],
        at: usize,
        token: &Scanned,
    ) -> Result<usize, PatternError> {
        let word = text.get(token.range.clone()).unwrap_or_default();
        let dollar = token.kind == TokenKind::Word && word.contains('$');
        let mut taken = 1;
        let mut lexeme = Lexeme {
            range: token.range.clone(),
            kind: token.kind,
            meta: None,
        };
        if dollar
            && word == "$"
            && tokens
                .get(at + 1)
                .is_some_and(|t| &text[t.range.clone()] == "(")
        {
            taken = self.typed(text, tokens, at, &mut lexeme)?;
        } else if dollar && !word.starts_with('$') {
            return Err(error(
                token.range.clone(),
                format!("`{word}` has a `$` inside it"),
                "a metavariable stands for a whole name, not for a part of one",
            ));
        } else if dollar {
            let (name, run) = metavariable_name(word, &token.range)?;
            lexeme.meta = Some(self.metavariable(name, run, None, &token.range)?);
        }
        self.lexemes.push(lexeme);
        Ok(taken)
    }

    /// `$(NAME: type)`, from its `$`.
    fn typed(
        &mut self,
        text: &str,
        tokens: &[Scanned],
        at: usize,
        lexeme: &mut Lexeme,
    ) -> Result<usize, PatternError> {
        let word = |index: usize| {
            tokens
                .get(index)
                .and_then(|t| text.get(t.range.clone()))
                .unwrap_or_default()
        };
        let start = lexeme.range.start;
        let mut depth = 0_usize;
        let close = (at + 1..tokens.len()).find(|&index| {
            match word(index) {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let help = "a typed metavariable reads `$(NAME: struct pci_dev *)`";
        let Some(close) = close else {
            return Err(error(start..text.len(), "`$(` is not closed", help));
        };
        let end = tokens.get(close).map_or(text.len(), |t| t.range.end);
        let type_words: Vec<&str> = (at + 4..close).map(word).collect();
        if word(at + 3) != ":" || type_words.is_empty() {
            return Err(error(
                start..end,
                "a typed metavariable without a type",
                help,
            ));
        }
        let name_span = tokens.get(at + 2).map_or(start..end, |t| t.range.clone());
        let (name, _) = metavariable_name(&format!("${}", word(at + 2)), &name_span)?;
        if let Some(bad) = (at + 4..close).find(|&index| word(index).contains('$')) {
            let span = tokens.get(bad).map_or(start..end, |t| t.range.clone());
            return Err(error(span, "a type cannot be a metavariable here", help));
        }
        lexeme.range = start..end;
        lexeme.meta =
            Some(self.metavariable(name, false, Some(type_words.join(" ")), &(start..end))?);
        Ok(close - at + 1)
    }

    /// The index of a metavariable, new or seen before.
    fn metavariable(
        &mut self,
        name: String,
        run: bool,
        type_text: Option<String>,
        span: &Range<usize>,
    ) -> Result<usize, PatternError> {
        let known = self
            .metavariables
            .iter()
            .position(|m| !name.is_empty() && m.name == name);
        let Some(index) = known else {
            self.metavariables.push(Metavariable {
                name,
                run,
                type_text,
                span: span.clone(),
            });
            return Ok(self.metavariables.len() - 1);
        };
        let Some(seen) = self.metavariables.get_mut(index) else {
            return Ok(index);
        };
        if seen.run != run {
            return Err(error(
                span.clone(),
                format!("`{name}` is both one node (`${name}`) and a run (`$$${name}`)"),
                "use two names",
            ));
        }
        if type_text.is_some() && seen.type_text.is_some() && seen.type_text != type_text {
            return Err(error(
                span.clone(),
                format!("`${name}` has two types"),
                "give the type once",
            ));
        }
        if seen.type_text.is_none() {
            seen.type_text = type_text;
        }
        Ok(index)
    }

    /// Every bracket has its partner: so no pattern can break out of what it is parsed in.
    fn balanced(&self, text: &str) -> Result<(), PatternError> {
        let mut open: Vec<(&str, Range<usize>)> = Vec::new();
        for lexeme in self.lexemes.iter().filter(|l| l.meta.is_none()) {
            let word = text.get(lexeme.range.clone()).unwrap_or_default();
            let partner = match word {
                "(" | "[" | "{" => {
                    open.push((word, lexeme.range.clone()));
                    if open.len() > MAX_NESTING {
                        return Err(error(lexeme.range.clone(), "nested too deeply", ""));
                    }
                    continue;
                }
                ")" => "(",
                "]" => "[",
                "}" => "{",
                _ => continue,
            };
            if open.pop().is_none_or(|(bracket, _)| bracket != partner) {
                return Err(error(
                    lexeme.range.clone(),
                    format!("`{word}` closes nothing"),
                    "",
                ));
            }
        }
        match open.pop() {
            Some((bracket, span)) => Err(error(span, format!("`{bracket}` is never closed"), "")),
            None => Ok(()),
        }
    }

    /// The words that any match must contain: neither keywords nor metavariables.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for lexeme in &self.lexemes {
            let bytes = self.text.get(lexeme.range.clone()).unwrap_or_default();
            if lexeme.meta.is_some()
                || lexeme.kind != TokenKind::Word
                || super::scan::is_keyword(bytes)
            {
                continue;
            }
            let word = String::from_utf8_lossy(bytes).into_owned();
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words
    }

    /// The text for the grammar. `statements`: in a place where statements (or members) stand, so that
    /// a metavariable may be one by itself.
    pub(super) fn carrier(&self, statements: bool) -> Carrier {
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
        let mut carrier = Carrier::default();
        let mut at = 0;
        for (index, lexeme) in self.lexemes.iter().enumerate() {
            carrier.push(self.between(at, lexeme.range.start), at, 1);
            at = lexeme.range.end;
            let Some((number, meta)) = lexeme
                .meta
                .and_then(|m| Some((m, self.metavariables.get(m)?)))
            else {
                carrier.push(self.between(lexeme.range.start, at), lexeme.range.start, 1);
                if heads.contains(&index) {
                    carrier.push(b"\n", at.saturating_sub(1), 0);
                }
                continue;
            };
            let is_whole = whole.contains(&index);
            let body = is_whole && self.follows_head(index);
            if body {
                carrier.push(b"{", lexeme.range.start, 0);
            }
            carrier.metas.insert(carrier.text.len(), (number, is_whole));
            if self.text.get(lexeme.range.start + 1) == Some(&b'(') {
                let name = if meta.name.is_empty() {
                    "_"
                } else {
                    &meta.name
                };
                carrier.push(format!("${name}").as_bytes(), lexeme.range.start, 0);
            } else {
                carrier.push(self.between(lexeme.range.start, at), lexeme.range.start, 1);
            }
            if is_whole {
                carrier.push(if body { b";}" } else { b";" }, at.saturating_sub(1), 0);
            }
        }
        carrier.push(self.between(at, self.text.len()), at, 1);
        carrier.origin.push(self.text.len());
        carrier
    }

    /// The text with its metavariables replaced by `value(place, name)`; the name of the first that has
    /// no value. An empty run goes with a comma or operator beside it.
    pub(super) fn filled(
        &self,
        value: impl Fn(usize, &str) -> Option<String>,
    ) -> Result<String, String> {
        let mut filled = Vec::with_capacity(self.text.len());
        let mut at = 0;
        let mut place = 0;
        for (index, lexeme) in self.lexemes.iter().enumerate() {
            let Some(meta) = lexeme.meta.and_then(|m| self.metavariables.get(m)) else {
                continue;
            };
            let text = value(place, &meta.name).ok_or_else(|| meta.name.clone())?;
            place += 1;
            filled.extend_from_slice(self.between(at, lexeme.range.start));
            at = lexeme.range.end;
            let separates =
                |index: usize| matches!(self.word(index), b"," | b"||" | b"&&" | b"|" | b"&");
            let before = index.checked_sub(1).filter(|&before| separates(before));
            if meta.run && text.trim().is_empty() {
                if separates(index + 1) {
                    at = self.lexemes.get(index + 2).map_or(at, |l| l.range.start);
                } else if let Some(before) = before {
                    let length = self.lexemes.get(before).map_or(0, |l| at - l.range.start);
                    let run = lexeme.range.end - lexeme.range.start;
                    filled.truncate(filled.len().saturating_sub(length - run));
                    filled.truncate(filled.trim_ascii_end().len());
                }
                continue;
            }
            filled.extend_from_slice(text.as_bytes());
            let ended = meta.run && text.trim_end().ends_with([';', '}']);
            if ended && self.word(index + 1) == b";" {
                at = self.lexemes.get(index + 1).map_or(at, |l| l.range.end);
            }
        }
        filled.extend_from_slice(self.between(at, self.text.len()));
        Ok(String::from_utf8_lossy(&filled).into_owned())
    }

    /// The byte at an offset of the pattern.
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    fn between(&self, start: usize, end: usize) -> &[u8] {
        self.text.get(start..end).unwrap_or_default()
    }

    fn word(&self, index: usize) -> &[u8] {
        self.lexemes
            .get(index)
            .filter(|l| l.meta.is_none())
            .map_or(b"", |l| self.between(l.range.start, l.range.end))
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
                    let named = word.iter().copied().all(is_word) && !super::scan::is_keyword(word);
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

/// Deeper patterns are refused: what compares them recurses.
const MAX_NESTING: usize = 64;
