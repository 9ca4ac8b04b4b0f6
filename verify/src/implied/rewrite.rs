//! `rewrite`: the old form is gone from the scope, the new one stands where the old one stood.

use std::ops::Range;

use query::File;
use query::pattern::{Bindings, Fragment, Match, Pattern};
use schema::model::Rewrite;
use syntax::Unread;

use super::{Ctx, Found, Judged, regions, runs};
use crate::comparison::{Image, placed};
use crate::explained::Explained;
use crate::finding::Finding;
use crate::nodes::{brief, node_of, statement_of};

/// The first pattern that stands in the scope, and its outermost matches.
fn olds<'k>(ctx: &Ctx<'_>, file: &File, kind: &'k Rewrite) -> Option<(&'k Pattern, Vec<Match>)> {
    kind.patterns
        .iter()
        .map(|pattern| (pattern, outermost(ctx, file, kind, pattern)))
        .find(|(_, found)| !found.is_empty())
}

/// Every live match in the scope, nested ones too.
fn all(ctx: &Ctx<'_>, file: &File, kind: &Rewrite, pattern: &Pattern) -> Vec<Match> {
    regions(file, &kind.functions)
        .into_iter()
        .flat_map(|region| ctx.find(file, pattern, region).found)
        .filter(|hit| !file.is_dead(hit.range.start))
        .collect()
}

fn outermost(ctx: &Ctx<'_>, file: &File, kind: &Rewrite, pattern: &Pattern) -> Vec<Match> {
    outer(all(ctx, file, kind, pattern))
}

fn outer(mut all: Vec<Match>) -> Vec<Match> {
    all.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end)));
    let mut kept: Vec<Match> = Vec::new();
    for hit in all {
        if kept
            .last()
            .is_none_or(|last| last.range.end <= hit.range.start)
        {
            kept.push(hit);
        }
    }
    kept
}

/// The outermost matches of a new form, its runs among them.
fn new_forms(ctx: &Ctx<'_>, file: &File, kind: &Rewrite, pattern: &Pattern) -> Vec<Match> {
    let mut found = all(ctx, file, kind, pattern);
    found.extend(runs(file, &kind.functions, pattern));
    outer(found)
}

pub(super) fn sites(ctx: &Ctx<'_>, kind: &Rewrite) -> Found {
    let Ok(file) = ctx.file(ctx.side) else {
        return Found::Times(0);
    };
    if let Some((_, found)) = olds(ctx, &file, kind) {
        // Nested ones are sites of their own.
        let nested = found.first().map_or(0, |_| {
            kind.patterns
                .iter()
                .map(|p| all(ctx, &file, kind, p).len())
                .find(|n| *n > 0)
                .unwrap_or(0)
        });
        return Found::Times(nested.max(found.len()));
    }
    let mut patterns = kind.patterns.iter();
    match patterns.find_map(|pattern| hidden(ctx, &file, kind, pattern)) {
        Some(unread) => {
            let finding = ctx.unknown(
                "site",
                "the old form may stand in code that could not be read",
            );
            Found::Unread(Box::new(placed(finding, &file, unread.range.start)))
        }
        None => Found::Times(0),
    }
}

/// What of the scope was not read and could hold a match.
fn hidden(ctx: &Ctx<'_>, file: &File, kind: &Rewrite, pattern: &Pattern) -> Option<Unread> {
    regions(file, &kind.functions)
        .into_iter()
        .find_map(|region| ctx.find(file, pattern, region).unread.into_iter().next())
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Rewrite) -> Judged {
    let file = match ctx.file(Image::After) {
        Ok(file) => file,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let before = match ctx.side {
        Image::Before => match ctx.file(Image::Before) {
            Ok(file) => Some(file),
            Err(finding) => return Judged::only(*finding),
        },
        Image::After => None,
    };
    let sites = before
        .as_deref()
        .and_then(|before| Some((before, olds(ctx, before, kind)?)));
    let pattern = match &sites {
        Some((_, (pattern, _))) => Some(*pattern),
        None => kind.patterns.first(),
    };
    if let Some(pattern) = pattern {
        old_form_gone(ctx, kind, &file, pattern, &mut judged);
    }
    match &sites {
        Some((before, (pattern, found))) => {
            let every = all(ctx, before, kind, pattern);
            for old in found {
                one(ctx, kind, &file, before, old, found, &every, &mut judged);
            }
        }
        None => landed(ctx, kind, &file, &mut judged),
    }
    judged
}

/// No match of the old form is left, but for those that are part of a new form.
fn old_form_gone(
    ctx: &Ctx<'_>,
    kind: &Rewrite,
    file: &File,
    pattern: &Pattern,
    judged: &mut Judged,
) {
    let news = free_new_form(ctx, kind)
        .map(|new| new_forms(ctx, file, kind, &new))
        .unwrap_or_default();
    let left: Vec<Match> = outermost(ctx, file, kind, pattern)
        .into_iter()
        .filter(|hit| {
            !news
                .iter()
                .any(|new| new.range.start <= hit.range.start && hit.range.end <= new.range.end)
        })
        .collect();
    for hit in &left {
        let message = format!(
            "the old form `{}` is left",
            brief(&file.text(hit.range.clone()), 60)
        );
        judged.put(ctx.violated("old-form", message), file, hit.range.start);
    }
    if let Some(unread) = hidden(ctx, file, kind, pattern) {
        let message = format!(
            "`{}` may be left in code that could not be read: {}",
            pattern.text(),
            unread.cause
        );
        judged.put(ctx.unknown("old-form", message), file, unread.range.start);
    } else if left.is_empty() {
        let message = format!("`{}` is gone from the scope", pattern.text());
        judged
            .findings
            .push(ctx.holds("old-form", message).in_file(file.path()));
    }
}

/// The new form with its metavariables free.
fn free_new_form(ctx: &Ctx<'_>, kind: &Rewrite) -> Option<Pattern> {
    let isomorphisms = &ctx.comparison.spec.isomorphisms;
    Pattern::compile(kind.replacement.text(), Fragment::Any, isomorphisms).ok()
}

/// One old site: its new form stands there now, the metavariables with their own bytes.
#[expect(
    clippy::too_many_arguments,
    reason = "the site is judged against both files and both lists of old forms"
)]
fn one(
    ctx: &Ctx<'_>,
    kind: &Rewrite,
    file: &File,
    before: &File,
    old: &Match,
    all: &[Match],
    every: &[Match],
    judged: &mut Judged,
) {
    let bindings = rewritten_inside(kind, before, old, every);
    let filled = kind
        .replacement
        .fill(&bindings)
        .map_err(|name| format!("the pattern binds no `${name}`"))
        .and_then(|text| {
            let isomorphisms = &ctx.comparison.spec.isomorphisms;
            kind.replacement
                .to_pattern(&bindings, Fragment::Any, isomorphisms)
                .map(|pattern| (text, pattern))
                .map_err(|error| error.to_string())
        });
    let (text, pattern) = match filled {
        Ok(filled) => filled,
        Err(message) => {
            return judged.put(ctx.unknown("new-form", message), before, old.range.start);
        }
    };
    let same = |hit: &&Match| {
        kind.replacement
            .fill(&rewritten_inside(kind, before, hit, every))
            .is_ok_and(|t| t == text)
    };
    let ordinal = all
        .iter()
        .take_while(|hit| hit.range.start < old.range.start)
        .filter(same)
        .count();
    let stood = new_forms(ctx, before, kind, &pattern).len();
    let now = new_forms(ctx, file, kind, &pattern);
    let expected = stood + all.iter().filter(same).count();
    let old_text = brief(&before.text(old.range.clone()), 60);
    let Some(new) = now
        .get(if stood == 0 { ordinal } else { now.len() })
        .filter(|_| now.len() == expected)
    else {
        if stood > 0 && now.len() == expected {
            let message = format!("`{text}` stands {expected} times, as often as declared");
            judged.put(ctx.holds("new-form", message), before, old.range.start);
            return explained_by_line(file, before, old, &now, judged);
        }
        if let Some(unread) = hidden(ctx, file, kind, &pattern) {
            return judged.put(
                new_form_hidden(ctx, kind, &unread),
                file,
                unread.range.start,
            );
        }
        let message = format!(
            "`{text}` stands {} times; in the place of `{old_text}` and its like it has to stand {expected} times",
            now.len()
        );
        let at = regions(file, &kind.functions)
            .first()
            .map_or(0, |r| r.start);
        return judged.put(ctx.violated("new-form", message), file, at);
    };
    let message = format!("`{}` stands in the place of `{old_text}`", brief(&text, 60));
    judged.put(ctx.holds("new-form", message), file, new.range.start);
    explained(file, before, old, new, judged);
}

/// What the metavariables stand for, with the old forms inside it rewritten too.
fn rewritten_inside(kind: &Rewrite, before: &File, old: &Match, every: &[Match]) -> Bindings {
    let mut bindings = old.bindings.clone();
    for binding in bindings.values_mut() {
        let inside = every.iter().filter(|other| {
            other.range != old.range
                && binding.range.start <= other.range.start
                && other.range.end <= binding.range.end
        });
        let mut text = before.text(binding.range.clone()).into_owned();
        for inner in outer(inside.cloned().collect()).iter().rev() {
            let deeper = rewritten_inside(kind, before, inner, every);
            let at = inner.range.start - binding.range.start..inner.range.end - binding.range.start;
            if let (Ok(new), Some(_)) = (kind.replacement.fill(&deeper), text.get(at.clone())) {
                text.replace_range(at, &new);
                binding.text.clone_from(&text);
            }
        }
    }
    bindings
}

/// The new form, with the parentheses that its place asks for and the old form's did not.
fn with_parentheses(file: &File, before: &File, old: &Match, new: &Match) -> Range<usize> {
    let wrapped = |file: &File, range: &Range<usize>| {
        let whole = node_of(file, range).filter(|node| node.byte_range() == *range)?;
        let parent = whole.parent()?;
        let around = parent.kind() == "parenthesized_expression"
            && file.slice(parent.byte_range()).starts_with(b"(")
            && parent
                .parent()
                .is_none_or(|p| p.child_by_field_name("condition") != Some(parent));
        around.then(|| parent.byte_range())
    };
    match (wrapped(file, &new.range), wrapped(before, &old.range)) {
        (Some(around), None) => around,
        _ => new.range.clone(),
    }
}

fn explained(file: &File, before: &File, old: &Match, new: &Match, judged: &mut Judged) {
    judged.explained_tokens.push(Explained::replaced(
        file.path(),
        old.range.clone(),
        with_parentheses(file, before, old, new),
    ));
    let comment_scope = node_of(file, &new.range)
        .and_then(statement_of)
        .map_or(new.range.clone(), |node| node.byte_range());
    judged.comment_scope(file.path(), comment_scope);
}

/// The new form stood elsewhere already: the new ones are those nearest to the old sites' place.
fn explained_by_line(file: &File, before: &File, old: &Match, now: &[Match], judged: &mut Judged) {
    let line = before.line_of(old.range.start);
    let nearest = now
        .iter()
        .min_by_key(|hit| file.line_of(hit.range.start).abs_diff(line));
    if let Some(new) = nearest {
        explained(file, before, old, new, judged);
    }
}

/// The new form may stand in what was not read: that is neither there nor missing.
fn new_form_hidden(ctx: &Ctx<'_>, kind: &Rewrite, unread: &Unread) -> Finding {
    let message = format!(
        "`{}` may stand in code that could not be read: {}",
        kind.replacement.text(),
        unread.cause
    );
    ctx.unknown("new-form", message)
}

/// A tree as it stands: the new form is there.
fn landed(ctx: &Ctx<'_>, kind: &Rewrite, file: &File, judged: &mut Judged) {
    let new_form = free_new_form(ctx, kind);
    let found = new_form
        .as_ref()
        .map(|new| new_forms(ctx, file, kind, new))
        .unwrap_or_default();
    let unread = new_form
        .as_ref()
        .and_then(|new| hidden(ctx, file, kind, new));
    match (found.first(), unread) {
        (Some(hit), _) => {
            let message = format!(
                "`{}` stands there",
                brief(&file.text(hit.range.clone()), 60)
            );
            judged.put(ctx.holds("new-form", message), file, hit.range.start);
        }
        (None, Some(unread)) => judged.put(
            new_form_hidden(ctx, kind, &unread),
            file,
            unread.range.start,
        ),
        (None, None) => {
            let message = format!("`{}` does not stand there", kind.replacement.text());
            judged
                .findings
                .push(ctx.violated("new-form", message).in_file(file.path()));
        }
    }
}
