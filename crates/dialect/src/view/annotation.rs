//! Well-known annotations, taken out of the token stream before anything else looks at it.
//!
//! The walkers find unknown annotations by their place (a word too many). These are the ones that
//! stand so often, and in so many places, that everything after gets simpler without them. The list
//! holds only names that mean nothing else anywhere in the kernel; `__unused`, which is an annotation
//! here and a member there, is left to the walkers.

use crate::view::edit::{Change, Draft};
use crate::view::rule::Rule;
use crate::view::stream::{Tok, index};
use crate::view::symbol::Symbol;
use crate::words::annotations::{PLAIN, WITH_ARGUMENTS};
use crate::words::{Role, Words};

/// Blanks well-known annotations in the view and takes their tokens out of `toks`.
pub(crate) fn blank_annotations(
    source: &[u8],
    words: Option<&Words>,
    view: &mut [u8],
    toks: &mut Vec<Tok>,
    drafts: &mut Vec<Draft>,
) {
    let mut kept = 0;
    let mut at = 0;
    while at < toks.len() {
        if let Some(end) = annotation_end(source, words, toks, kept, at) {
            let draft = Draft::new(
                Rule::Annotation,
                index(toks[at].start)..index(toks[end - 1].end),
                Change::Blank,
            );
            draft.apply(view);
            drafts.push(draft);
            let (fresh, after_directive) = (toks[at].fresh, toks[at].after_directive);
            if let Some(next) = toks.get_mut(end) {
                next.fresh |= fresh;
                next.after_directive |= after_directive;
            }
            at = end;
        } else {
            toks[kept] = toks[at];
            kept += 1;
            at += 1;
        }
    }
    toks.truncate(kept);
}

/// The end of the annotation at `at`, if one stands there. `toks[..kept]` is what stands before it.
fn annotation_end(
    source: &[u8],
    words: Option<&Words>,
    toks: &[Tok],
    kept: usize,
    at: usize,
) -> Option<usize> {
    let tok = toks[at];
    // Every name of the lists starts with an underscore, an `a` or an `n`.
    let first = source.get(index(tok.start))?;
    let is_candidate = words.is_some() || matches!(first, b'_' | b'a' | b'n');
    if !is_candidate || tok.symbol != Symbol::Name {
        return None;
    }
    let name = std::str::from_utf8(source.get(index(tok.start)..index(tok.end))?).ok()?;
    let said = |role| words.is_some_and(|words| words.has(role, name.as_bytes()));
    let end = if PLAIN.binary_search(&name).is_ok() || said(Role::Annotation) {
        at + 1
    } else if WITH_ARGUMENTS.binary_search(&name).is_ok() || said(Role::Attribute) {
        group_end(toks, at + 1)?
    } else {
        return None;
    };
    let symbol = |at: usize| toks.get(at).map_or(Symbol::Edge, |tok| tok.symbol);
    let before = kept.checked_sub(1).map_or(Symbol::Semicolon, symbol);
    is_annotation_place(before, symbol(end), end > at + 1).then_some(end)
}

/// Whether an annotation can stand between these two; otherwise the name is used as a name.
fn is_annotation_place(before: Symbol, after: Symbol, has_arguments: bool) -> bool {
    use Symbol as S;
    match before {
        S::Dot
        | S::Arrow
        | S::Equals
        | S::Compound
        | S::Binary
        | S::AndAnd
        | S::Question
        | S::Negation
        | S::Sign
        | S::Return => false,
        S::OpenParen | S::Comma => !matches!(after, S::Comma | S::CloseParen),
        S::Semicolon | S::OpenBrace | S::Colon => {
            let is_statement = matches!(
                after,
                S::Equals | S::Dot | S::Arrow | S::OpenBracket | S::Step | S::Comma | S::Compound
            );
            !is_statement && (has_arguments || !matches!(after, S::Semicolon | S::OpenParen))
        }
        _ => true,
    }
}

/// The index after the parenthesis that closes the one at `open`.
fn group_end(toks: &[Tok], open: usize) -> Option<usize> {
    if toks.get(open)?.symbol != Symbol::OpenParen {
        return None;
    }
    let mut depth = 0_usize;
    for (at, tok) in toks.iter().enumerate().skip(open) {
        match tok.symbol {
            Symbol::OpenParen => depth += 1,
            Symbol::CloseParen => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            // An annotation's arguments hold neither; a file without `)` is not searched to its end.
            Symbol::OpenBrace | Symbol::Semicolon => return None,
            _ => {}
        }
    }
    None
}
