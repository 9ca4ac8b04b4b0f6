//! The tokens that the dialect walks: code only, directives apart, brackets paired.

use crate::token::{Lexer, TokenKind, directive_keyword};
use crate::view::symbol::Symbol;

/// One code token. Offsets are 32 bits wide: a file is at most [`MAX_BYTES`] long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tok {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) symbol: Symbol,
    /// First on its line.
    pub(crate) fresh: bool,
    /// A directive, or code that was dropped, stands between it and the token before it.
    pub(crate) after_directive: bool,
}

/// The largest file that the dialect reads, in bytes; a larger one is given to the grammar as it is.
pub(crate) const MAX_BYTES: usize = 1 << 30;

/// What a directive does to the structure of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DirectiveKind {
    /// `#if`, `#ifdef`, `#ifndef`
    If,
    /// `#elif` and its like
    Elif,
    /// `#else`
    Else,
    /// `#endif`
    Endif,
    /// `#define`
    Define,
    /// `#include`
    Include,
    /// `#error`
    Error,
    /// Anything else.
    Other,
}

/// One preprocessor directive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Directive {
    pub(crate) kind: DirectiveKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Just after the keyword.
    pub(crate) rest: u32,
    /// Index of the first code token after it.
    pub(crate) token: u32,
    /// `#ifdef`, `#ifndef`, `#elifdef`, `#elifndef`
    pub(crate) tests_definition: bool,
    /// `#ifndef`, `#elifndef`
    pub(crate) negated: bool,
}

/// Splits a file into code tokens and directives.
pub(crate) fn scan(source: &[u8]) -> (Vec<Tok>, Vec<Directive>) {
    let mut toks = Vec::with_capacity(source.len() / 6);
    let mut directives = Vec::new();
    let mut lexer = Lexer::new(source);
    let mut after_directive = false;
    while let Some(lexeme) = lexer.next_lexeme() {
        match lexeme.kind {
            TokenKind::Comment => {}
            TokenKind::Directive => {
                directives.push(directive(source, lexeme.start, lexeme.end, toks.len()));
                after_directive = true;
            }
            kind => {
                let text = source.get(lexeme.start..lexeme.end).unwrap_or_default();
                toks.push(Tok {
                    start: offset(lexeme.start),
                    end: offset(lexeme.end),
                    symbol: Symbol::of(kind, text),
                    fresh: lexeme.fresh,
                    after_directive,
                });
                after_directive = false;
            }
        }
    }
    (toks, directives)
}

/// A byte offset in 32 bits; the caller has checked [`MAX_BYTES`].
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// An index from its 32 bits.
pub(crate) fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

fn directive(source: &[u8], start: usize, end: usize, token: usize) -> Directive {
    let own = directive_keyword(source.get(start..end).unwrap_or_default());
    let rest = start + own.end;
    let keyword = source.get(start + own.start..rest).unwrap_or_default();
    let kind = match keyword {
        b"if" | b"ifdef" | b"ifndef" => DirectiveKind::If,
        b"elif" | b"elifdef" | b"elifndef" => DirectiveKind::Elif,
        b"else" => DirectiveKind::Else,
        b"endif" => DirectiveKind::Endif,
        b"error" => DirectiveKind::Error,
        b"define" => DirectiveKind::Define,
        b"include" | b"include_next" => DirectiveKind::Include,
        _ => DirectiveKind::Other,
    };
    Directive {
        kind,
        start: offset(start),
        end: offset(end),
        rest: offset(rest),
        token: offset(token),
        tests_definition: keyword.ends_with(b"def"),
        negated: keyword.ends_with(b"ndef"),
    }
}

/// Stands for "no partner" in [`pair_brackets`].
pub(crate) const UNPAIRED: u32 = u32::MAX;

/// How many unclosed brackets inside a pair are forgiven; more, and the closer is taken for a stray.
const FORGIVEN: usize = 2;

/// For every bracket the index of its partner, [`UNPAIRED`] without.
pub(crate) fn pair_brackets(toks: &[Tok]) -> Vec<u32> {
    let mut partner = vec![UNPAIRED; toks.len()];
    let mut open: Vec<(u32, Symbol)> = Vec::new();
    for (at, tok) in toks.iter().enumerate() {
        if let Some(closer) = tok.symbol.closer() {
            open.push((offset(at), closer));
        } else if tok.symbol.is_closer() {
            let candidates = open.len().saturating_sub(FORGIVEN + 1);
            let matching = open
                .iter()
                .skip(candidates)
                .rposition(|&(_, closer)| closer == tok.symbol);
            if let Some(position) = matching {
                let (opener, _) = open[candidates + position];
                open.truncate(candidates + position);
                partner[at] = opener;
                partner[index(opener)] = offset(at);
            }
        }
    }
    partner
}
