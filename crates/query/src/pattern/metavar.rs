//! Metavariables in a pattern's text: `$NAME`, `$$$NAME`, `$_`, `$(NAME: type)`.

mod name;

use std::ops::Range;

use self::name::metavariable_name;
use super::PatternError;
use super::constraint::written::{self, Written};
use super::constraint::{Constraint, Kind};
use super::scan::{Scanned, Scanner};
use dialect::token::TokenKind;
use dialect::words::operators::INFIX;

/// A metavariable of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Metavariable {
    /// Without `$`; empty: anonymous.
    pub(super) name: String,
    /// `$$$NAME`
    pub(super) run: bool,
    /// `..`: the entries of an initialiser that are not named.
    pub(super) rest: bool,
    /// The type of `$(NAME: type)`, as written, white space folded.
    pub(super) type_text: Option<String>,
    /// What else it takes.
    pub(super) constraint: Option<Constraint>,
    /// Where it stands first.
    pub(super) span: Range<usize>,
}

impl Metavariable {
    /// The kind that it takes, if it is one.
    pub(super) fn kind(&self) -> Option<Kind> {
        match self.constraint {
            Some(Constraint::Kind(kind)) => Some(kind),
            _ => None,
        }
    }

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

/// A template's text with its metavariables replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: String,
    /// What of it the metavariables stand for, in order.
    pub taken: Vec<Taken>,
}

/// What a metavariable stands for in a template's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The metavariable, without `$`.
    pub name: String,
    /// Byte range in the text.
    pub range: Range<usize>,
}

/// The place of a metavariable.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The metavariable, without `$`.
    pub(super) name: String,
    /// It is a statement.
    pub(super) is_statement: bool,
    /// A statement can be there: by itself, or before a `;` that is then its own.
    pub(super) takes_statement: bool,
}

/// A token of the pattern; a typed metavariable is one token.
#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) range: Range<usize>,
    pub(super) kind: TokenKind,
    /// Index of the metavariable.
    pub(super) meta: Option<usize>,
}

/// A pattern's text with its metavariables read.
#[derive(Clone, Debug)]
pub(super) struct PatternText {
    pub(super) text: Vec<u8>,
    pub(super) lexemes: Vec<Lexeme>,
    pub(super) metavariables: Vec<Metavariable>,
}

fn error(span: Range<usize>, message: impl Into<String>, help: &str) -> PatternError {
    PatternError {
        message: message.into(),
        span,
        help: (!help.is_empty()).then(|| help.to_owned()),
    }
}

/// Where the `(` is of the `$(` at `at`.
pub(super) fn typed_at(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at + 1..)?;
    let blank = rest.len() - rest.trim_ascii_start().len();
    let open = at + 1 + blank;
    (text.get(at) == Some(&b'$') && text.get(open) == Some(&b'(')).then_some(open)
}

impl PatternText {
    /// No text.
    pub(super) fn empty() -> Self {
        Self {
            text: Vec::new(),
            lexemes: Vec::new(),
            metavariables: Vec::new(),
        }
    }

    /// Finds the metavariables.
    pub(super) fn new(text: &str) -> Result<Self, PatternError> {
        let bytes = text.as_bytes();
        let mut this = Self {
            text: bytes.to_vec(),
            lexemes: Vec::new(),
            metavariables: Vec::new(),
        };
        let mut tokens = Scanner::new(bytes, 0..bytes.len());
        while let Some(token) = tokens.next() {
            let end = token.range.end;
            let lexeme = this.lexeme(text, token)?;
            // What is in `$(…)` need not be tokens of C, and `..` is none.
            if lexeme.meta.is_some() && lexeme.range.end != end {
                tokens = Scanner::new(bytes, lexeme.range.end..bytes.len());
            }
            this.lexemes.push(lexeme);
        }
        this.balanced(text)?;
        Ok(this)
    }

    /// Whether `$(` is at the place.
    pub(super) fn opens_typed(&self, at: usize) -> bool {
        typed_at(&self.text, at).is_some()
    }

    /// Reads one lexeme.
    fn lexeme(&mut self, text: &str, token: Scanned) -> Result<Lexeme, PatternError> {
        let word = text.get(token.range.clone()).unwrap_or_default();
        let dollar = token.kind == TokenKind::Word && word.contains('$');
        let mut lexeme = Lexeme {
            range: token.range.clone(),
            kind: token.kind,
            meta: None,
        };
        if word == "."
            && text
                .get(token.range.end..)
                .is_some_and(|rest| rest.starts_with('.'))
        {
            lexeme.range.end += 1;
            lexeme.meta = Some(self.metavariable(Metavariable {
                name: String::new(),
                run: true,
                rest: true,
                type_text: None,
                constraint: None,
                span: lexeme.range.clone(),
            })?);
            return Ok(lexeme);
        }
        if !dollar {
            return Ok(lexeme);
        }
        if word == "$"
            && let Some(open) = typed_at(&self.text, token.range.start)
        {
            self.typed(text, open, &mut lexeme)?;
        } else if !word.starts_with('$') {
            return Err(error(
                token.range,
                format!("`{word}` has a `$` inside it"),
                "a metavariable matches a whole name, not a part of one",
            ));
        } else {
            let (name, run) = metavariable_name(word, &token.range)?;
            let meta = Metavariable {
                name,
                run,
                rest: false,
                type_text: None,
                constraint: None,
                span: token.range,
            };
            lexeme.meta = Some(self.metavariable(meta)?);
        }
        Ok(lexeme)
    }

    /// `$(NAME: type)`, from its `(`.
    fn typed(&mut self, text: &str, open: usize, lexeme: &mut Lexeme) -> Result<(), PatternError> {
        let start = lexeme.range.start;
        let help = "a typed metavariable reads `$(NAME: struct pci_dev *)`";
        let mut tokens = Scanner::new(text.as_bytes(), open + 1..text.len());
        let mut next = || {
            tokens.next().unwrap_or(Scanned {
                kind: TokenKind::Punctuation,
                range: text.len()..text.len(),
            })
        };
        let (name, colon) = (next().range, next().range);
        let inside = if text.get(colon.clone()) == Some(":") {
            colon.end
        } else {
            open + 1
        };
        let Some(end) = written::end(text, inside) else {
            return Err(error(start..text.len(), "`$(` is not closed", help));
        };
        if inside != colon.end {
            return Err(error(
                start..end + 1,
                "a typed metavariable without a type",
                help,
            ));
        }
        let shown = text.get(name.clone()).unwrap_or_default();
        let (named, _) = metavariable_name(&format!("${shown}"), &name)?;
        let span = start..end + 1;
        let (type_text, constraint) = match written::read(text, inside..end)? {
            Written::Type(text) => (Some(text), None),
            Written::Constraint(constraint) => (None, Some(constraint)),
        };
        lexeme.range = span.clone();
        lexeme.meta = Some(self.metavariable(Metavariable {
            name: named,
            run: false,
            rest: false,
            type_text,
            constraint,
            span,
        })?);
        Ok(())
    }

    /// The index of a metavariable, new or seen before.
    fn metavariable(&mut self, new: Metavariable) -> Result<usize, PatternError> {
        let mut known = self.metavariables.iter_mut().enumerate();
        let known = known.find(|(_, m)| !new.name.is_empty() && m.name == new.name);
        let Some((index, seen)) = known else {
            self.metavariables.push(new);
            return Ok(self.metavariables.len() - 1);
        };
        let name = &new.name;
        if seen.run != new.run {
            return Err(error(
                new.span,
                format!("`{name}` is both one node (`${name}`) and a run (`$$${name}`)"),
                "use two names",
            ));
        }
        let differs = |one: bool, same: bool| one && !same;
        if new.type_text.is_some()
            && differs(seen.type_text.is_some(), seen.type_text == new.type_text)
        {
            return Err(error(
                new.span,
                format!("`${name}` has two types"),
                "give the type once",
            ));
        }
        if new.constraint.is_some()
            && differs(seen.constraint.is_some(), seen.constraint == new.constraint)
        {
            return Err(error(
                new.span,
                format!("`${name}` is said twice what it takes"),
                "say it once",
            ));
        }
        if seen.type_text.is_none() {
            seen.type_text = new.type_text;
        }
        if seen.constraint.is_none() {
            seen.constraint = new.constraint;
        }
        Ok(index)
    }

    /// Whether a metavariable takes less than any node of a sort.
    pub(super) fn is_restricted(&self, number: usize) -> bool {
        let meta = self.metavariables.get(number);
        meta.is_some_and(|meta| {
            let kind = meta.kind();
            let is_wide = matches!(kind, Some(Kind::Expression | Kind::Statement));
            meta.type_text.is_some() || meta.constraint.is_some() && !is_wide
        })
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

    /// The words that any match must contain: no metavariables, keywords only if wanted.
    pub(super) fn words(&self, keywords: bool) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for lexeme in &self.lexemes {
            let bytes = self.text.get(lexeme.range.clone()).unwrap_or_default();
            if lexeme.meta.is_some()
                || lexeme.kind != TokenKind::Word
                || !keywords && dialect::words::is_keyword(bytes)
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

    /// Whether the text begins as the name of a type does and has nothing that a type's name has not.
    pub(super) fn is_type(&self) -> bool {
        let first = self.word(0);
        let begins = dialect::words::is_type_word(first)
            || matches!(
                first,
                b"struct" | b"union" | b"enum" | b"const" | b"volatile"
            );
        let fits = |(index, lexeme): (usize, &Lexeme)| {
            lexeme.meta.is_some() || lexeme.kind == TokenKind::Word || self.word(index) == b"*"
        };
        begins && self.lexemes.iter().enumerate().all(fits)
    }

    /// The operators that any match must contain: those that no isomorphism writes otherwise.
    pub(super) fn marks(&self) -> Vec<Box<[u8]>> {
        // What compares may be turned round or left out, and a pointer's `*` and `&` may be in an `->`.
        const OTHERWISE: [&[u8]; 4] = [b"==", b"!=", b"*", b"&"];
        const OTHERS: [&[u8]; 4] = [b"~", b"?", b"[", b"..."];
        let is_kept = |word: &[u8]| {
            let infix = INFIX.iter().any(|(text, _)| *text == word);
            infix && !OTHERWISE.contains(&word) || OTHERS.contains(&word)
        };
        let mut marks: Vec<Box<[u8]>> = Vec::new();
        for index in 0..self.lexemes.len() {
            let word = self.word(index);
            if is_kept(word) && !marks.iter().any(|mark| &mark[..] == word) {
                marks.push(word.into());
            }
        }
        marks
    }

    /// The text with its metavariables replaced by `value(place, name)`; the name of the first that has
    /// no value. An empty run goes with a comma or operator beside it.
    pub(super) fn filled(
        &self,
        value: impl Fn(usize, &str) -> Option<String>,
    ) -> Result<Filled, String> {
        let mut filled = Vec::with_capacity(self.text.len());
        let mut taken = Vec::new();
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
            let start = filled.len();
            filled.extend_from_slice(text.as_bytes());
            taken.push(Taken {
                name: meta.name.clone(),
                range: start..filled.len(),
            });
            let ended = text.trim_end().ends_with([';', '}']);
            if ended && self.word(index + 1) == b";" {
                at = self.lexemes.get(index + 1).map_or(at, |l| l.range.end);
            }
        }
        filled.extend_from_slice(self.between(at, self.text.len()));
        Ok(Filled {
            text: String::from_utf8_lossy(&filled).into_owned(),
            taken,
        })
    }

    /// The name of the metavariable that the token of that number is.
    pub(super) fn name_at(&self, index: usize) -> Option<&str> {
        let number = self.lexemes.get(index)?.meta?;
        Some(&self.metavariables.get(number)?.name)
    }

    /// Where the token of that number is.
    pub(super) fn range_at(&self, index: usize) -> Option<Range<usize>> {
        Some(self.lexemes.get(index)?.range.clone())
    }

    /// The metavariables as they are written, one for each place.
    pub(super) fn written(&self) -> Vec<String> {
        self.lexemes
            .iter()
            .filter(|lexeme| lexeme.meta.is_some())
            .map(|lexeme| {
                let text = self.between(lexeme.range.start, lexeme.range.end);
                String::from_utf8_lossy(text).into_owned()
            })
            .collect()
    }

    /// The byte at an offset of the pattern.
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    pub(super) fn between(&self, start: usize, end: usize) -> &[u8] {
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn word(&self, index: usize) -> &[u8] {
        self.lexemes
            .get(index)
            .filter(|l| l.meta.is_none())
            .map_or(b"", |l| self.between(l.range.start, l.range.end))
    }
}

/// Deeper patterns are refused: what compares them recurses.
const MAX_NESTING: usize = 64;
