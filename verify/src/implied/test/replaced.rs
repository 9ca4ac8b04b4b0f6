//! `test` with `with = …`: the new test stands where the old one stood.

use std::ops::Range;

use query::File;
use query::pattern::{Fragment, Match, Pattern, Template};

use super::{Site, Tests, matches, statement_of};
use crate::explained::Explained;
use crate::implied::effect::Tested;
use crate::implied::{Judged, kept, truth};
use crate::nodes::node_of;
use sites::brief;

/// Judges the replacement; `sites` are the old tests, in the tree before.
pub(super) fn judge(
    site: &Site<'_>,
    file: &File,
    template: &Template,
    sites: Option<(&Pattern, Vec<Match>)>,
) -> Judged {
    let mut judged = Judged::default();
    old_ones_left(site, file, &mut judged);
    match (site.before, sites) {
        (Some(before), Some((chosen, sites))) => {
            for (index, old) in sites.iter().enumerate() {
                // Which of the tests with the same text: their new forms read alike too.
                let text = old_text(before, old);
                let ordinal = sites
                    .iter()
                    .take(index)
                    .filter(|earlier| old_text(before, earlier) == text)
                    .count();
                let old = Old {
                    file: before,
                    found: old,
                    pattern: chosen.text(),
                    ordinal,
                };
                one(site, file, template, &old, &mut judged);
            }
        }
        _ => landed(site, file, template, &mut judged),
    }
    judged
}

/// The matches of a new test, its runs among them.
fn new_tests(site: &Site<'_>, file: &File, pattern: &Pattern) -> Tests {
    let mut tests = matches(site.ctx, file, site.kind, pattern);
    let (runs, doubts) = site.ctx.runs(file, &site.kind.functions, pattern).parts();
    tests.found.extend(runs);
    tests.doubts.extend(doubts);
    tests.found.sort_by_key(|hit| hit.range.start);
    tests
}

/// Old tests that are no part of a new one.
fn old_ones_left(site: &Site<'_>, file: &File, judged: &mut Judged) {
    let news = compile(site, template_of(site).text());
    let covered: Vec<Match> = news
        .map(|pattern| new_tests(site, file, &pattern).found)
        .unwrap_or_default();
    for pattern in &site.kind.tests {
        for hit in matches(site.ctx, file, site.kind, pattern).found {
            let inside = covered
                .iter()
                .any(|new| new.range.start <= hit.range.start && hit.range.end <= new.range.end);
            if inside || not_in_before(site, pattern) {
                continue;
            }
            let place = file
                .function_at(hit.range.start)
                .map(|function| format!("{}(): ", function.name))
                .unwrap_or_default();
            let finding = site.ctx.violated(
                site.name(),
                format!(
                    "{place}the old test `{}` is left; the spec puts `{}` in its place",
                    brief(&file.text(hit.range.clone()), 60),
                    template_of(site).text()
                ),
            );
            judged.put(finding, file, hit.range.start);
        }
    }
}

/// A later alternative is no old test where an earlier one was the site.
fn not_in_before(site: &Site<'_>, pattern: &Pattern) -> bool {
    let Some(before) = site.before else {
        return false;
    };
    super::old_tests(site.ctx, site.kind, before)
        .is_some_and(|(chosen, _)| chosen.text() != pattern.text())
}

fn template_of<'a>(site: &'a Site<'_>) -> &'a Template {
    match &site.kind.becomes {
        schema::model::Widening::Or(template)
        | schema::model::Widening::And(template)
        | schema::model::Widening::With(template) => template,
    }
}

fn compile(site: &Site<'_>, text: &str) -> Option<Pattern> {
    Pattern::compile(text, Fragment::Expression, &site.ctx.as_declared()).ok()
}

/// An old test of the tree before.
struct Old<'a> {
    file: &'a File,
    found: &'a Match,
    /// What it matches.
    pattern: &'a str,
    /// Which of those that read alike.
    ordinal: usize,
}

/// One old test: its new form, at the same place in the order.
fn one(site: &Site<'_>, file: &File, template: &Template, it: &Old<'_>, judged: &mut Judged) {
    let (before, old) = (it.file, it.found);
    let isomorphisms = &site.ctx.as_declared();
    let (text, pattern) = match (
        template.fill(&old.bindings),
        template.to_pattern(&old.bindings, Fragment::Expression, isomorphisms),
    ) {
        (Ok(text), Ok(pattern)) => (text, pattern),
        (Err(name), _) => {
            let message = format!("the test binds no `${name}`");
            return judged.put(
                site.ctx.unknown(site.name(), message),
                before,
                old.range.start,
            );
        }
        (_, Err(error)) => {
            let finding = site.ctx.unknown(site.name(), error.to_string());
            return judged.put(finding, before, old.range.start);
        }
    };
    let stood = new_tests(site, before, &pattern).found;
    let Tests {
        found: now, doubts, ..
    } = new_tests(site, file, &pattern);
    let nth = if stood.is_empty() {
        now.get(it.ordinal)
    } else if now.len() > stood.len() {
        now.iter().find(|hit| {
            let text = line(file, hit);
            !stood.iter().any(|known| line(before, known) == text)
        })
    } else {
        None
    };
    let Some(new) = nth else {
        if judged
            .findings
            .iter()
            .any(|f| f.verdict != crate::finding::Verdict::Holds)
        {
            // The old test is still there, which says it all.
            return;
        }
        if let Some(doubt) = doubts.first() {
            let finding = site.ctx.doubt(site.name(), file, &pattern, doubt);
            return judged.findings.push(finding);
        }
        let place = before
            .function_at(old.range.start)
            .map(|function| format!("{}(): ", function.name))
            .unwrap_or_default();
        let finding = site.ctx.violated(
            site.name(),
            format!(
                "{place}`{text}` does not replace `{}`",
                old_text(before, old)
            ),
        );
        let at = site
            .ctx
            .regions(file, &site.kind.functions)
            .first()
            .map_or(0, |r| r.start);
        return judged.put(finding, file, at);
    };
    let message = format!("`{text}` replaces `{}`", old_text(before, old));
    let kept = kept::Site {
        before,
        old,
        pattern: it.pattern,
        after: file,
        new: &new.range,
        template,
        filled: &text,
    };
    let finding = match kept.fault() {
        Some(fault) => site.ctx.violated(site.name(), fault),
        None => site.ctx.holds(site.name(), message),
    };
    judged.put(finding, file, new.range.start);
    let compared = truth::compared(site.ctx, before, &old.range, file, &new.range);
    let after = with_parens(file, &compared, parens(before, &old.range));
    judged
        .explained_tokens
        .push(Explained::replaced(file.path(), old.range.clone(), after));
    if let Some(statement) = node_of(file, &new.range).and_then(statement_of) {
        judged.comment_scope(file.path(), statement.byte_range());
    }
}

fn old_text(file: &File, hit: &Match) -> String {
    brief(&file.text(hit.range.clone()), 60)
}

fn line(file: &File, hit: &Match) -> String {
    crate::comparison::line_of(file, hit.range.start)
        .trim()
        .to_owned()
}

/// How many parentheses stand directly around a match.
fn parens(file: &File, range: &Range<usize>) -> usize {
    let whole = node_of(file, range).filter(|node| node.byte_range() == *range);
    let mut node = whole.and_then(|node| node.parent());
    let mut count = 0;
    while let Some(outer) = node.filter(|node| node.kind() == "parenthesized_expression") {
        count += 1;
        node = outer.parent();
    }
    count
}

/// The match with those parentheses around it that the old one did not have.
fn with_parens(file: &File, new: &Range<usize>, had: usize) -> Range<usize> {
    let mut range = new.clone();
    for _ in had..parens(file, new) {
        if let Some(outer) = node_of(file, &range).and_then(|node| node.parent()) {
            range = outer.byte_range();
        }
    }
    range
}

/// A tree as it is: the new test is there.
fn landed(site: &Site<'_>, file: &File, template: &Template, judged: &mut Judged) {
    let form = compile(site, template.text());
    let now = form
        .as_ref()
        .map(|form| (form, new_tests(site, file, form)));
    let hit = now.as_ref().and_then(|(_, now)| now.found.first());
    let doubt = now
        .as_ref()
        .and_then(|(form, now)| Some((form, now.doubts.first()?)));
    match (hit, doubt) {
        (None, Some((form, doubt))) => {
            let finding = site.ctx.doubt(site.name(), file, form, doubt);
            judged.findings.push(finding);
        }
        (Some(hit), _) => {
            let message = format!("`{}` is tested", old_text(file, hit));
            let tested = Tested {
                file,
                whole: hit.range.clone(),
                old: hit.range.clone(),
                new: vec![hit.range.clone()],
            };
            judged.put(site.tests(&tested, message), file, hit.range.start);
            let found = now.as_ref().map_or(&[][..], |(_, now)| &now.found);
            judged
                .findings
                .extend(site.too_few(file, template.text(), found));
        }
        (None, None) => {
            let finding = site
                .ctx
                .violated(site.name(), format!("no test `{}` found", template.text()))
                .in_file(file.path());
            let at = site
                .ctx
                .regions(file, &site.kind.functions)
                .first()
                .map_or(0, |r| r.start);
            judged.put(finding, file, at);
        }
    }
}
