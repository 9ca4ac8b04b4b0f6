//! What is inside a match and in no pattern: comments and annotations.
//!
//! A pattern matches past both, so it says nothing of them. Who rewrites the match keeps them, or somebody loses an
//! `__iomem` to a change of a call. What a metavariable takes is another matter: it goes where the metavariable goes.

use std::ops::Range;

use dialect::token::{TokenKind, exact_text, tokens};
use dialect::view::Rule;
use query::File;
use query::pattern::Match;

/// Something that a pattern does not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unnamed {
    /// Where it is.
    pub range: Range<usize>,
    /// Its tokens, a blank between two; of a comment its text, white space folded.
    pub text: String,
    /// Whether it is a comment.
    pub is_comment: bool,
}

/// What of a match is in none of its metavariables and not in the pattern.
#[must_use]
pub fn unnamed(file: &File, found: &Match, pattern: &str) -> Vec<Unnamed> {
    let mut all = within(file, &found.range);
    all.retain(|one| {
        let mut bound = found.bindings.values();
        let is_bound = bound.any(|binding| {
            binding.range.start <= one.range.start && one.range.end <= binding.range.end
        });
        !is_bound && (one.is_comment || count_of(&one.text, pattern) == 0)
    });
    all
}

/// The comments and annotations in a range, in file order.
#[must_use]
pub fn within(file: &File, range: &Range<usize>) -> Vec<Unnamed> {
    let mut all = comments(file, range);
    all.extend(annotations(file, range));
    all.sort_by_key(|one| one.range.start);
    all
}

/// The comments of a text, white space folded.
#[must_use]
pub fn comments_of(text: &str) -> Vec<String> {
    let comments = tokens(text.as_bytes())
        .into_iter()
        .filter(|token| token.kind == TokenKind::Comment);
    comments
        .filter_map(|token| text.get(token.range))
        .map(folded)
        .collect()
}

/// How often an annotation is in a text.
#[must_use]
pub fn count_of(annotation: &str, text: &str) -> usize {
    let (text, annotation) = (words(text.as_bytes()), words(annotation.as_bytes()));
    let runs = text.windows(annotation.len().max(1));
    runs.filter(|run| **run == *annotation).count()
}

fn comments(file: &File, range: &Range<usize>) -> Vec<Unnamed> {
    let comments = tokens(file.slice(range.clone()))
        .into_iter()
        .filter(|token| token.kind == TokenKind::Comment);
    let comments = comments.map(|token| {
        let range = range.start + token.range.start..range.start + token.range.end;
        Unnamed {
            text: folded(&file.text(range.clone())),
            range,
            is_comment: true,
        }
    });
    comments.collect()
}

/// The words that the view takes out as annotations, each with its arguments.
fn annotations(file: &File, range: &Range<usize>) -> Vec<Unnamed> {
    let edits = file.edits().iter().filter(|edit| {
        let is_annotation = matches!(
            edit.rule,
            Rule::Annotation
                | Rule::AfterDeclarator
                | Rule::ExcessWord
                | Rule::CastWord
                | Rule::ArrayWord
        );
        is_annotation && range.start <= edit.range.start && edit.range.end <= range.end
    });
    let annotations = edits.map(|edit| Unnamed {
        range: edit.range.clone(),
        text: words(file.slice(edit.range.clone())).join(" "),
        is_comment: false,
    });
    annotations.filter(|one| !one.text.is_empty()).collect()
}

/// The tokens of a text without its comments.
fn words(text: &[u8]) -> Vec<String> {
    let code = tokens(text)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment);
    code.map(|token| exact_text(text.get(token.range).unwrap_or_default()).into_owned())
        .collect()
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
