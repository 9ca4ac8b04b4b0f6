//! Old forms of a tree as it is that macros of the file, or of its own headers, bring: in the text of their use they are nowhere.
//!
//! Where patches are judged, the tree before has the same macros, and what a change is confined to is what its anchor finds.

use std::collections::BTreeSet;
use std::sync::Arc;

use query::File;
use query::expansion::{NamedMacro, Wanted, expanded, macros_bringing};
use query::pattern::{Fragment, Pattern};
use schema::model::{ChangeKind, Deleted};

use super::{Ctx, rewrite};
use crate::comparison::{Image, placed};
use crate::finding::Finding;
use crate::stated::macros::{bringing, with_own_headers};
use sites::brief;

/// The first line on which a macro of the file brings what a rewrite or a deletion has taken away.
pub(super) fn doubt(ctx: &Ctx<'_>) -> Option<Finding> {
    let (name, patterns, functions) = old_forms(ctx)?;
    let file = ctx.file(Image::After).ok()?;
    let words: BTreeSet<String> = patterns.iter().flat_map(Pattern::telling_words).collect();
    let comparison = ctx.comparison;
    let headers = with_own_headers(comparison, std::slice::from_ref(file.path()));
    let headers = headers
        .iter()
        .filter_map(|path| comparison.after.file(path).ok().flatten());
    let headers: Vec<Arc<File>> = headers.collect();
    let named = bringing(&words, |new, _| {
        let of_one = |file: &Arc<File>| {
            let all = macros_bringing(file, new).into_iter();
            all.map(|definition| NamedMacro {
                file: Arc::clone(file),
                definition,
            })
            .collect::<Vec<_>>()
        };
        Ok(headers.iter().flat_map(of_one).collect())
    });
    let named = named.ok()?;
    if named.too_many || named.too_deep {
        let message = "too many macros have words of the old form: whether one of them brings it was not looked into";
        return Some(ctx.unknown(name, message).in_file(file.path()));
    }
    let wanted = Wanted {
        named: named.all,
        words,
        ..Wanted::default()
    };
    let made = expanded(&file, &wanted, &comparison.after.near(&file));
    let in_scope = |file: &File, at: usize| {
        let regions = ctx.regions(file, functions);
        regions.iter().any(|region| region.contains(&at))
    };
    let mut left = made.left.iter();
    if let Some(left) = left.find(|left| in_scope(&file, left.range.start)) {
        let finding = ctx.unknown(name, left.cause.clone());
        return Some(placed(finding, &file, left.range.start));
    }
    made.file.original()?;
    // Places that may be a match count as one.
    let lines = |file: &File, patterns: &[Pattern]| {
        let regions = ctx.regions(file, functions);
        let hits = patterns.iter().flat_map(|pattern| {
            let (found, doubts) = ctx.find(file, pattern, &regions).parts();
            let found = found.into_iter().map(|hit| hit.range.start);
            let starts = found.chain(doubts.into_iter().map(|doubt| doubt.range().start));
            starts.map(|at| file.line_of(at)).collect::<Vec<_>>()
        });
        hits.collect::<BTreeSet<usize>>()
    };
    let mut seen = lines(&file, &patterns);
    if let ChangeKind::Rewrite(kind) = &ctx.body.kind {
        seen.extend(rewrite::new_lines(ctx, &file, kind));
    }
    let brought = lines(&made.file, &patterns);
    let line = *brought.difference(&seen).next()?;
    let at = file.lines().range_of(line).start;
    let text = brief(&crate::comparison::line_of(&file, at), 60);
    let message = format!("`{text}` has the old form by what a macro in it expands to");
    Some(placed(ctx.unknown(name, message), &file, at))
}

/// The check that asks for it, the old forms, and the functions that they are looked for in.
fn old_forms<'a>(ctx: &Ctx<'a>) -> Option<(&'static str, Vec<Pattern>, &'a [String])> {
    Some(match &ctx.body.kind {
        ChangeKind::Rewrite(kind) => ("old-form", kind.patterns.clone(), &kind.functions[..]),
        ChangeKind::Delete(kind) => match &kind.what {
            Deleted::Statement(patterns) => {
                let isomorphisms = &ctx.comparison.spec.isomorphisms;
                let called = patterns.iter().filter_map(|pattern| {
                    let text = pattern.text().trim().strip_suffix(';')?;
                    Pattern::compile(text, Fragment::Expression, isomorphisms).ok()
                });
                ("gone", called.collect(), &kind.functions[..])
            }
            _ => return None,
        },
        _ => return None,
    })
}
