//! Where a file uses macros that are to be expanded.

use std::ops::Range;
use std::rc::Rc;

use super::definitions::{Beside, Definitions, Why};
use crate::File;
use dialect::token::{Token, TokenKind, tokens};

/// One use of a macro, the outermost.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) name: String,
    /// With its arguments.
    pub(super) range: Range<usize>,
    /// The tokens at `range`.
    pub(super) tokens: Vec<(TokenKind, Rc<str>)>,
    /// It is a statement by itself.
    pub(super) is_statement: bool,
    /// Why it is expanded.
    pub(super) why: Why,
    /// The words next to it.
    before: String,
    behind: String,
}

impl Invocation {
    /// What is next to it.
    pub(super) fn beside(&self) -> Beside<'_> {
        Beside {
            before: &self.before,
            behind: &self.behind,
        }
    }
}

/// The uses in the file's code, directives apart.
pub(super) fn invocations(file: &File, known: &Definitions<'_>) -> Vec<Invocation> {
    let bytes = file.bytes();
    let text = |range: Range<usize>| {
        std::str::from_utf8(bytes.get(range).unwrap_or_default()).unwrap_or("\u{fffd}")
    };
    let code: Vec<Token> = tokens(bytes)
        .into_iter()
        .filter(|token| !matches!(token.kind, TokenKind::Comment | TokenKind::Directive))
        .collect();
    let closers = closers(&code, &text);
    let handed = Handed::of(&code, known, &text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = code.get(at) {
        let end = wanted_at(&code, at, &closers, &handed, known, &text);
        let Some((end, why, beside)) = end.filter(|_| !file.is_dead(token.range.start)) else {
            at += 1;
            continue;
        };
        let inside = code.get(at..end).unwrap_or_default();
        let last = inside.last().map_or(token.range.end, |last| last.range.end);
        let around = |index: Option<usize>| {
            index
                .and_then(|index| code.get(index))
                .map_or("", |token| text(token.range.clone()))
        };
        found.push(Invocation {
            name: text(token.range.clone()).to_owned(),
            range: token.range.start..last,
            tokens: inside
                .iter()
                .map(|token| (token.kind, Rc::from(text(token.range.clone()))))
                .collect(),
            is_statement: matches!(
                around(at.checked_sub(1)),
                ";" | "{" | "}" | ":" | ")" | "else" | ""
            ) && matches!(around(Some(end)), ";" | "}" | ""),
            why,
            before: beside.before.to_owned(),
            behind: beside.behind.to_owned(),
        });
        at = end;
    }
    found
}

/// Where the use ends that begins at token `at`, if it is one that is to be expanded.
fn wanted_at<'t>(
    code: &[Token],
    at: usize,
    closers: &[Option<usize>],
    handed: &Handed,
    known: &Definitions<'_>,
    text: &impl Fn(Range<usize>) -> &'t str,
) -> Option<(usize, Why, Beside<'t>)> {
    let token = code.get(at).filter(|token| token.kind == TokenKind::Word)?;
    let name = text(token.range.clone());
    let close = closers.get(at + 1).copied().flatten();
    let word = |at: Option<usize>| {
        let token = at.and_then(|at| code.get(at));
        let token = token.filter(|token| token.kind == TokenKind::Word);
        token.map_or("", |token| text(token.range.clone()))
    };
    let last = close.unwrap_or(at);
    let beside = Beside {
        before: word(at.checked_sub(1)),
        behind: match word(Some(at + 1)) {
            "" => word(Some(last + 1)),
            next => next,
        },
    };
    let (is_handed, is_handed_part) = handed.within(at + 2..last);
    let (meaning, why) = known.wanted(name, is_handed, is_handed_part, beside)?;
    let is_object = meaning.is_object();
    match close {
        // What follows an object-like macro in parentheses is no argument of it, but may be one of what it expands to.
        Some(close) => Some((close + 1, why, beside)),
        None if is_object => Some((at + 1, why, beside)),
        // A function-like one without parentheses is no use.
        None => None,
    }
}

/// How many of the tokens before each place are words that are asked about, and parts of such: calls may be nested as deep as a
/// file is long.
struct Handed(Vec<(usize, usize)>);

impl Handed {
    fn of<'t>(
        code: &[Token],
        known: &Definitions<'_>,
        text: &impl Fn(Range<usize>) -> &'t str,
    ) -> Self {
        let mut counts = Vec::with_capacity(code.len() + 1);
        let mut count = (0, 0);
        counts.push(count);
        for token in code {
            let word = text(token.range.clone());
            count.0 += usize::from(known.is_asked(word));
            count.1 += usize::from(known.is_part(word));
            counts.push(count);
        }
        Self(counts)
    }

    /// Whether there is one among these tokens.
    fn within(&self, tokens: Range<usize>) -> (bool, bool) {
        match (self.0.get(tokens.start), self.0.get(tokens.end)) {
            (Some(before), Some(after)) => (after.0 > before.0, after.1 > before.1),
            _ => (false, false),
        }
    }
}

/// For each `(`, where it closes.
fn closers<'t>(code: &[Token], text: &impl Fn(Range<usize>) -> &'t str) -> Vec<Option<usize>> {
    let mut closers = vec![None; code.len()];
    let mut open = Vec::new();
    for (at, token) in code.iter().enumerate() {
        match text(token.range.clone()) {
            "(" => open.push(at),
            ")" => {
                if let Some(place) = open.pop().and_then(|from| closers.get_mut(from)) {
                    *place = Some(at);
                }
            }
            _ => {}
        }
    }
    closers
}
