//! `comment`: those words stand at the site, and the old ones are gone.

use std::ops::Range;

use query::File;
use query::pattern::Pattern;
use schema::model::Comment;
use sites::kinds::comment::{comments, having};
use sites::statement;
use sites::words::fold;

use super::{Ctx, Judged, none_of};
use crate::comparison::Image;
use crate::finding::Finding;
use sites::brief;

/// The statements that the comment goes before.
///
/// # Errors
/// What could be one and is not known to be.
fn statements(
    ctx: &Ctx<'_>,
    file: &File,
    kind: &Comment,
) -> Result<Vec<Range<usize>>, Box<Finding>> {
    for pattern in &kind.before {
        let matches = ctx.find(file, pattern, &ctx.regions(file, &kind.functions));
        let hits = matches
            .settled()
            .map_err(|doubt| Box::new(ctx.doubt("site", file, pattern, &doubt)))?;
        let mut found: Vec<Range<usize>> = hits
            .into_iter()
            .filter_map(|hit| {
                let anchor = statement::of(file, &hit.range)?;
                Some(anchor.first.start_byte()..anchor.last.end_byte())
            })
            .collect();
        found.sort_by_key(|range| range.start);
        found.dedup();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn with_words(ctx: &Ctx<'_>, file: &File, kind: &Comment, wanted: &[String]) -> Vec<Range<usize>> {
    let wanted: Vec<String> = wanted.iter().map(|text| fold(text)).collect();
    comments(file, &ctx.regions(file, &kind.functions))
        .into_iter()
        .filter(|(_, have)| wanted.contains(have))
        .map(|(range, _)| range)
        .collect()
}

/// What it looks for, in words.
pub(super) fn sought(kind: &Comment) -> String {
    let words = kind.words.iter().map(String::as_str);
    none_of(words.chain(kind.before.iter().map(Pattern::text)))
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Comment) -> Judged {
    let file = match ctx.file(Image::After) {
        Ok(file) => file,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let Some(wanted) = &ctx.body.comment else {
        let message = "the spec gives no words for the comment";
        return Judged::only(ctx.unknown("words", message).in_file(file.path()));
    };
    let new = with_words(ctx, &file, kind, std::slice::from_ref(wanted));
    match new.first() {
        Some(range) => {
            let finding = ctx.holds(
                "words",
                format!("the comment reads “{}”", brief(wanted, 60)),
            );
            judged.put(finding, &file, range.start);
        }
        None => {
            let message = format!("no comment with the words “{}” found", brief(wanted, 60));
            let at = ctx
                .regions(&file, &kind.functions)
                .first()
                .map_or(0, |r| r.start);
            judged.put(ctx.violated("words", message), &file, at);
        }
    }
    for range in &new {
        judged.comment_scope(file.path(), range.clone());
    }
    if kind.words.is_empty() {
        before_statement(ctx, kind, &file, &new, &mut judged);
    } else {
        old_words_gone(ctx, kind, &file, wanted, &mut judged);
    }
    judged
}

/// The comments that were to get other words have them.
fn old_words_gone(ctx: &Ctx<'_>, kind: &Comment, file: &File, wanted: &str, judged: &mut Judged) {
    let in_scope = |file: &File| comments(file, &ctx.regions(file, &kind.functions));
    let before = match ctx.side {
        Image::Before => ctx.file(Image::Before).ok(),
        Image::After => None,
    };
    let mut now = in_scope(file);
    now.retain(|(_, text)| *text != fold(wanted));
    let first_of = |all: &[(Range<usize>, String)]| -> Vec<(Range<usize>, String)> {
        let mut olds = kind.words.iter().map(|old| having(all, old));
        let old = olds.find(|old| !old.is_empty()).unwrap_or_default();
        old.into_iter().cloned().collect()
    };
    let old = match &before {
        Some(before) => first_of(&in_scope(before)),
        None => first_of(&now),
    };
    let is_whole = |text: &str| kind.words.iter().any(|words| fold(words) == text);
    for (range, text) in &now {
        if !old.iter().any(|(_, old)| old == text) {
            continue;
        }
        // Without a tree before, what has the words among others may be another comment that always had them.
        let finding = if before.is_some() || is_whole(text) {
            ctx.violated("old-words", "the old words are still there")
        } else {
            let message = "this comment has the old words among others: whether it is the old one cannot be told from the tree";
            ctx.unknown("old-words", message)
        };
        judged.put(finding, file, range.start);
    }
}

/// The comment stands directly before the declared statement.
fn before_statement(
    ctx: &Ctx<'_>,
    kind: &Comment,
    file: &File,
    new: &[Range<usize>],
    judged: &mut Judged,
) {
    let statements = match statements(ctx, file, kind) {
        Ok(statements) => statements,
        Err(finding) => return judged.findings.push(*finding),
    };
    for range in new {
        let is_before = statements.iter().any(|statement| {
            range.end <= statement.start
                && file
                    .slice(range.end..statement.start)
                    .iter()
                    .all(u8::is_ascii_whitespace)
        });
        let finding = if is_before {
            ctx.holds("placed", "the comment is directly before the statement")
        } else {
            ctx.violated("placed", "the comment is not directly before the statement")
        };
        judged.put(finding, file, range.start);
    }
}
