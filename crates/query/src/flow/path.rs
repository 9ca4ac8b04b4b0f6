//! `lock($L); ... return $E;`: two patterns and the way from the one to the other.

use std::ops::Range;

use super::Flow;
use crate::File;
use crate::pattern::{
    Bindings, BoundError, Doubt, Fragment, Isomorphisms, Match, Pattern, PatternError,
};
use crate::types::DefinitionSource;
use dialect::token::{TokenKind, tokens};

/// Two patterns in a row on the paths of a function. Metavariables that both have are the same variables.
#[derive(Clone, Debug)]
pub struct PathPattern {
    text: String,
    first: Pattern,
    last: Pattern,
    /// Every path comes to the last, rather than some.
    every: bool,
}

/// A path that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathMatch {
    /// What the path ends with; of `...!`, what it begins with.
    pub found: Match,
    /// Where the first pattern matched.
    pub first: Range<usize>,
    /// Byte offsets of what a path from the one to the other passes; empty for `...!`.
    pub passed: Vec<usize>,
}

/// What a path is looked for in.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The file.
    pub file: &'a File,
    /// The graph of the function.
    pub flow: &'a Flow,
    /// The function, from its first byte to its last.
    pub range: &'a Range<usize>,
    /// What tells types.
    pub definitions: &'a dyn DefinitionSource,
    /// What counts as the same.
    pub isomorphisms: &'a Isomorphisms,
}

/// Where the `...` between statements is, and whether a `!` follows it.
fn dots(text: &str) -> Vec<(Range<usize>, bool)> {
    let tokens = tokens(text.as_bytes()).into_iter();
    let tokens: Vec<Range<usize>> = tokens
        .filter(|token| token.kind != TokenKind::Comment)
        .map(|token| token.range)
        .collect();
    let word = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match word(token) {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "..." if depth == 0 => {
                let before = index.checked_sub(1).and_then(|at| tokens.get(at));
                // `case A ... B` and `[A ... B]` are C.
                if matches!(before.map(word), None | Some(";" | "}")) {
                    let every = tokens.get(index + 1).filter(|next| word(next) == "!");
                    let end = every.map_or(token.end, |next| next.end);
                    found.push((token.start..end, every.is_some()));
                }
            }
            _ => {}
        }
    }
    found
}

fn failure(span: Range<usize>, message: &str, help: &str) -> PatternError {
    PatternError {
        message: message.to_owned(),
        span,
        help: (!help.is_empty()).then(|| help.to_owned()),
    }
}

impl PathPattern {
    /// Whether the text has a `...` between statements.
    #[must_use]
    pub fn is_in(text: &str) -> bool {
        !dots(text).is_empty()
    }

    /// Compiles a path.
    ///
    /// # Errors
    /// It is not two patterns with one `...` between them.
    pub fn compile(text: &str, isomorphisms: &Isomorphisms) -> Result<Self, PatternError> {
        let (between, every) = match &dots(text)[..] {
            [one] => one.clone(),
            [_, (second, _), ..] => {
                let help = "write one rule for each pair";
                return Err(failure(second.clone(), "a second `...`", help));
            }
            [] => return Err(failure(0..text.len(), "no `...` between statements", "")),
        };
        let part = |range: Range<usize>| {
            let written = text.get(range.clone()).unwrap_or_default();
            if written.trim().is_empty() {
                let help = "a path has code at both ends: `lock($L); ... return $E;`";
                return Err(failure(between.clone(), "a path without its end", help));
            }
            let compiled = Pattern::compile(written, Fragment::Any, isomorphisms);
            compiled.map_err(|mut error| {
                error.span = error.span.start + range.start..error.span.end + range.start;
                error
            })
        };
        Ok(Self {
            text: text.to_owned(),
            first: part(0..between.start)?,
            last: part(between.end..text.len())?,
            every,
        })
    }

    /// The path as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Identifiers of which any file with a match has at least one: see [`Pattern::telling_words`].
    #[must_use]
    pub fn telling_words(&self) -> Vec<String> {
        let (first, last) = (self.first.telling_words(), self.last.telling_words());
        match (first.is_empty(), last.is_empty()) {
            (true, _) => last,
            (_, true) => first,
            _ if last.len() < first.len() => last,
            _ => first,
        }
    }

    /// Where the paths of the file's functions may begin: what the first pattern matches, and what it might.
    pub fn may_begin_at(
        &self,
        file: &File,
        definitions: &dyn DefinitionSource,
    ) -> Vec<Range<usize>> {
        let whole = 0..file.bytes().len();
        let (found, doubts) = self.first.find(file, whole, definitions).parts();
        let found = found.into_iter().map(|found| found.range);
        let doubts = doubts.into_iter().map(|doubt| match doubt {
            Doubt::Unread(unread) => unread.range,
            Doubt::Untyped(untyped) => untyped.found.range,
        });
        found.chain(doubts).collect()
    }

    /// The paths of one function. None of `unless`, about the same things, is passed in between. What is in doubt is listed
    /// beside them.
    pub fn find(&self, around: Around<'_>, unless: &[Pattern]) -> (Vec<PathMatch>, Vec<Doubt>) {
        let Around {
            file,
            range,
            definitions,
            ..
        } = around;
        let (firsts, mut doubts) = self.first.find(file, range.clone(), definitions).parts();
        let mut found: Vec<PathMatch> = Vec::new();
        for first in firsts.into_iter().filter(|first| !first.in_macro) {
            match self.from(around, unless, &first) {
                Ok((paths, more)) => {
                    doubts.extend(more);
                    found.extend(paths);
                }
                Err(doubt) => doubts.push(doubt),
            }
        }
        found.sort_by_key(|path| (path.found.range.start, path.first.start));
        found.dedup_by(|a, b| a.found.range == b.found.range);
        (found, doubts)
    }

    fn from(
        &self,
        around: Around<'_>,
        unless: &[Pattern],
        first: &Match,
    ) -> Result<(Vec<PathMatch>, Vec<Doubt>), Doubt> {
        let Some(last) = about(around, &self.last, &first.bindings)? else {
            return Ok((Vec::new(), Vec::new()));
        };
        let range = around.range.clone();
        let (lasts, mut doubts) = last.find(around.file, range, around.definitions).parts();
        if self.every {
            let ends: Vec<_> = lasts.iter().map(|last| last.range.clone()).collect();
            let excused = excused(around, unless, &first.bindings)?;
            // An end in doubt may be on a path that has none else.
            let leads = around.flow.always_leads(&first.range, &ends, &excused);
            let path = leads.then(|| PathMatch {
                found: first.clone(),
                first: first.range.clone(),
                passed: Vec::new(),
            });
            if leads {
                doubts.clear();
            }
            return Ok((path.into_iter().collect(), doubts));
        }
        let mut found = Vec::new();
        // The first itself is a last where a loop leads back to it.
        for last in lasts {
            let mut bindings = first.bindings.clone();
            bindings.extend(last.bindings.clone());
            let excused = excused(around, unless, &bindings)?;
            if let Some(passed) = around.flow.leads(&first.range, &last.range, &excused) {
                found.push(PathMatch {
                    found: Match { bindings, ..last },
                    first: first.range.clone(),
                    passed,
                });
            }
        }
        Ok((found, doubts))
    }
}

/// The pattern about the things of a match; none where it cannot be about them.
fn about(
    around: Around<'_>,
    pattern: &Pattern,
    bindings: &Bindings,
) -> Result<Option<Pattern>, Doubt> {
    let Around {
        file,
        definitions,
        isomorphisms,
        ..
    } = around;
    match pattern.bound(file, bindings, isomorphisms, definitions) {
        Ok(about) => Ok(about),
        Err(BoundError::Doubt(doubt)) => Err(doubt),
        Err(BoundError::Pattern(_)) => Ok(None),
    }
}

/// Where the patterns match about the things that `bindings` are.
fn excused(
    around: Around<'_>,
    unless: &[Pattern],
    bindings: &Bindings,
) -> Result<Vec<Range<usize>>, Doubt> {
    let mut ranges = Vec::new();
    for pattern in unless {
        if let Some(about) = about(around, pattern, bindings)? {
            let found = about.find(around.file, around.range.clone(), around.definitions);
            ranges.extend(found.settled()?.into_iter().map(|found| found.range));
        }
    }
    Ok(ranges)
}
