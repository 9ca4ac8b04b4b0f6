//! `comment`: the comment that has the words, or the statement that one goes above.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use query::pattern::Match;
use schema::model::{ChangeBody, Comment};

use crate::lines;
use crate::names::similar_names;
use crate::resolve::Sited;
use crate::resolver::{Chosen, Resolver, alternative, outermost};
use crate::statement;
use crate::unresolved::Unresolved;
use crate::words;

impl Sited for Comment {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(find(resolver, self)?.offsets())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        body: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        match body.comment.as_deref() {
            Some(new) => present(resolver, self, new),
            None => Ok(None),
        }
    }
}

/// Where a comment is changed.
#[derive(Clone, Debug)]
pub enum CommentSites {
    /// These comments get other words.
    Replace(Chosen<Range<usize>>),
    /// These statements get a comment above them.
    Above(Chosen<Match>),
}

impl CommentSites {
    /// Where each site is.
    #[must_use]
    pub fn offsets(&self) -> Vec<usize> {
        match self {
            Self::Replace(comments) => comments.found.iter().map(|range| range.start).collect(),
            Self::Above(statements) => statements.found.iter().map(|m| m.range.start).collect(),
        }
    }
}

/// The comments, or the statements.
///
/// # Errors
/// There are not as many as declared, or it cannot be told.
pub fn find(resolver: &Resolver<'_>, comment: &Comment) -> Result<CommentSites, Unresolved> {
    let scope = resolver.scope(&comment.functions)?;
    if comment.words.is_empty() {
        let file = resolver.file;
        let whole = |m: &Match| Ok(statement::of(file, &m.range).is_some());
        let found = resolver.first_match(&scope.found, "before", &comment.before, &whole)?;
        let found = Chosen {
            found: outermost(found.found),
            index: found.index,
            alternatives: found.alternatives,
        };
        let offsets: Vec<usize> = found.found.iter().map(|m| m.range.start).collect();
        resolver.counted(&offsets, "the statement")?;
        return Ok(CommentSites::Above(found));
    }
    let all = comments(resolver.file, &scope.found);
    for (index, old) in comment.words.iter().enumerate() {
        let old = words::fold(old);
        let found: Vec<Range<usize>> = having(&all, &old)
            .into_iter()
            .map(|(range, _)| range.clone())
            .collect();
        if found.is_empty() {
            continue;
        }
        let offsets: Vec<usize> = found.iter().map(|range| range.start).collect();
        resolver.counted(&offsets, "the comment")?;
        let used = alternative("words", index, comment.words.len(), &old);
        return Ok(CommentSites::Replace(Chosen {
            found,
            index,
            alternatives: scope.alternatives.into_iter().chain(used).collect(),
        }));
    }
    let wanted: Vec<String> = comment.words.iter().map(|text| words::fold(text)).collect();
    let there = all.iter().map(|(range, words)| (words, range.start));
    let near = similar_names(resolver.file, &wanted, there);
    Err(Unresolved::absent("no comment with these words").near(near))
}

/// Says that a comment has the new words already.
///
/// # Errors
/// The functions are not there, or it cannot be told.
pub fn present(
    resolver: &Resolver<'_>,
    comment: &Comment,
    new: &str,
) -> Result<Option<Unresolved>, Unresolved> {
    let scope = resolver.scope(&comment.functions)?;
    let all = comments(resolver.file, &scope.found).into_iter();
    let mut same = all.filter(|(_, words)| *words == words::fold(new));
    Ok(same.next().map(|(at, _)| {
        Unresolved::present("the comment has these words already").at(resolver.file, at.start)
    }))
}

/// The comments that say just these words; where there is none, those that say them among others.
#[must_use]
pub fn having<'c>(
    all: &'c [(Range<usize>, String)],
    words: &str,
) -> Vec<&'c (Range<usize>, String)> {
    let words = words::fold(words);
    let whole: Vec<_> = all.iter().filter(|(_, text)| *text == words).collect();
    if !whole.is_empty() {
        return whole;
    }
    let has_them = |(_, text): &&(Range<usize>, String)| words::says(text, &words);
    all.iter().filter(has_them).collect()
}

/// The comments in the ranges and directly above them, with their words.
#[must_use]
pub fn comments(file: &File, ranges: &[Range<usize>]) -> Vec<(Range<usize>, String)> {
    let starts: Vec<Range<usize>> = ranges
        .iter()
        .map(|range| lines::with_comment_above(file, range.start)..range.end)
        .collect();
    let is_inside = |token: &Range<usize>| {
        let mut starts = starts.iter();
        starts.any(|r| r.start <= token.start && token.end <= r.end)
    };
    tokens(file.bytes())
        .into_iter()
        .filter(|token| token.kind == TokenKind::Comment && is_inside(&token.range))
        .map(|token| {
            let words = words::words_of(&file.text(token.range.clone()));
            (token.range, words)
        })
        .collect()
}
