//! `rewrite`: the old form, but for what of it is a part of the new one.

mod forms;

use std::ops::Range;

use dialect::token::{Lexer, TokenKind, tokens};
use query::File;
use query::pattern::{Fragment, Isomorphisms, Match, Pattern};
use schema::model::{ChangeBody, Rewrite, Sites};

use crate::names::one_line;
use crate::resolve::{Sited, starts};
use crate::resolver::{Chosen, Resolver};
use crate::unresolved::{Reason, Unresolved};

pub use forms::{Old, what_is};

impl Sited for Rewrite {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(starts(&find(resolver, self)?.found))
    }

    fn made(&self, _: &Resolver<'_>, _: &ChangeBody) -> Result<Option<Unresolved>, Unresolved> {
        Ok(None)
    }
}

/// Every old form, those inside others too: each is a site.
///
/// # Errors
/// There are not as many as declared, some are rewritten already, or it cannot be told.
pub fn find(resolver: &Resolver<'_>, rewrite: &Rewrite) -> Result<Chosen<Match>, Unresolved> {
    let scope = resolver.scope(&rewrite.functions)?;
    let (new, doubt) = new_forms(resolver, rewrite, &scope.found);
    let every = |_: &Match| Ok(true);
    let found = resolver.first_match(&scope.found, "pattern", &rewrite.patterns, &every);
    let mut chosen = match found {
        Ok(chosen) => chosen,
        Err(unresolved) if unresolved.reason == Reason::Absent => {
            return Err(already(resolver, &new).or(doubt).unwrap_or(unresolved));
        }
        Err(unresolved) => return Err(unresolved),
    };
    let count = chosen.found.len();
    if let Some(pattern) = rewrite.patterns.get(chosen.index) {
        let form = free_new_form(resolver, rewrite);
        chosen.found = left_of(
            (rewrite, resolver.file),
            pattern,
            form.as_ref(),
            &chosen.found,
            &new,
        );
    }
    let left = chosen.found.len();
    if left == 0 || (left < count && resolver.sites != Sites::All) {
        return Err(partly(resolver, &new, left, count));
    }
    let offsets: Vec<usize> = chosen.found.iter().map(|m| m.range.start).collect();
    let what = rewrite.patterns.first().map_or("", Pattern::text);
    resolver.counted(&offsets, &format!("`{what}`"))?;
    let alternatives = scope.alternatives.into_iter();
    chosen.alternatives = alternatives.chain(chosen.alternatives).collect();
    Ok(chosen)
}

/// The new form as it goes to a site. Where the old form is an expression that a `;` follows, that one ends the new form, too,
/// and what the text has for its own goes.
#[must_use]
pub fn at_site(file: &File, old: &Range<usize>, text: &str) -> String {
    match own_end(file, old, text) {
        Some(at) if is_ended(file, old) => {
            let (before, behind) = (text.get(..at), text.get(at + 1..));
            format!(
                "{}{}",
                before.unwrap_or_default(),
                behind.unwrap_or_default()
            )
        }
        _ => text.to_owned(),
    }
}

/// Where a new form has a `;` at its end that the old one at `range` does not have.
#[must_use]
pub fn own_end(file: &File, range: &Range<usize>, text: &str) -> Option<usize> {
    let was_whole =
        file.slice(range.clone()).ends_with(b";") || file.slice(range.clone()).ends_with(b"}");
    let mut code = tokens(text.as_bytes()).into_iter();
    let last = code.rfind(|token| token.kind != TokenKind::Comment)?;
    (!was_whole && text.get(last.range.clone()) == Some(";")).then_some(last.range.start)
}

/// Whether a `;` follows what is at `range`.
#[must_use]
pub fn is_ended(file: &File, range: &Range<usize>) -> bool {
    let rest = file.bytes().get(range.end..).unwrap_or_default();
    let mut lexer = Lexer::new(rest);
    while let Some(next) = lexer.next_lexeme() {
        if next.kind != TokenKind::Comment {
            return rest.get(next.start..next.end) == Some(b";");
        }
    }
    false
}

/// The new form with its metavariables free: without the old one there is nothing to bind from.
#[must_use]
pub fn free_new_form(resolver: &Resolver<'_>, rewrite: &Rewrite) -> Option<Pattern> {
    free_form(rewrite, resolver.isomorphisms)
}

/// The same, to be compared by these isomorphisms. Runs at its edges say nothing, and are left out; none where nothing is
/// left, or the form deletes.
#[must_use]
pub fn free_form(rewrite: &Rewrite, isomorphisms: &Isomorphisms) -> Option<Pattern> {
    let mut text = rewrite.replacement.text().trim();
    let is_name = |c: char| c == '_' || c.is_ascii_alphanumeric();
    if let Some(rest) = text.strip_prefix("$$$") {
        text = rest.trim_start_matches(is_name).trim_start();
    }
    if let Some((rest, name)) = text.rsplit_once("$$$")
        && name.chars().all(is_name)
    {
        text = rest.trim_end();
    }
    let compiled = |text| Pattern::compile(text, Fragment::Any, isomorphisms).ok();
    // The operands of `a || $$$R` are no statements around it.
    compiled(text).or_else(|| compiled(rewrite.replacement.text().trim()))
}

/// Which of the matches of the old form are left of it, in a tree where some may be rewritten already.
#[must_use]
pub fn left_of(
    (rewrite, file): (&Rewrite, &File),
    pattern: &Pattern,
    new: Option<&Pattern>,
    old: &[Match],
    news: &[Match],
) -> Vec<Match> {
    let is_left = |m: &&Match| what_is((rewrite, file), pattern, new, m, news) == Old::Left;
    old.iter().filter(is_left).cloned().collect()
}

fn new_forms(
    resolver: &Resolver<'_>,
    rewrite: &Rewrite,
    ranges: &[Range<usize>],
) -> (Vec<Match>, Option<Unresolved>) {
    match free_new_form(resolver, rewrite) {
        Some(form) => resolver.new_forms(&form, ranges),
        None => (Vec::new(), None),
    }
}

fn already(resolver: &Resolver<'_>, new: &[Match]) -> Option<Unresolved> {
    let file = resolver.file;
    let first = new.first()?;
    let text = one_line(&file.text(first.range.clone()));
    Some(Unresolved::present(format!("`{text}` is there already")).at(file, first.range.start))
}

fn partly(resolver: &Resolver<'_>, new: &[Match], left: usize, count: usize) -> Unresolved {
    let present = already(resolver, new)
        .unwrap_or_else(|| Unresolved::present("the new form is there already"));
    if left == 0 {
        return present;
    }
    Unresolved {
        reason: Reason::Unfit,
        message: format!("{} of {count} places are rewritten already", count - left),
        ..present
    }
}
