//! `comment`: those words stand at the site, and the old ones are gone.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use schema::model::Comment;

use super::{Ctx, Found, Judged, regions};
use crate::comparison::Image;
use crate::finding::Finding;
use crate::nodes::{brief, node_of, own_statement};

/// The words of a comment: delimiters, stars at line starts and white space folded away.
pub(crate) fn words(text: &str) -> String {
    let text = text.trim();
    let text = text
        .strip_prefix("/*")
        .map(|inner| inner.strip_suffix("*/").unwrap_or(inner))
        .or_else(|| text.strip_prefix("//"))
        .unwrap_or(text);
    text.lines()
        .map(|line| {
            line.trim()
                .trim_start_matches("//")
                .trim_start_matches('*')
                .trim()
        })
        .flat_map(str::split_whitespace)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The comments in the declared scope; one above a named function belongs to it.
fn comments(file: &File, functions: &[String]) -> Vec<(Range<usize>, String)> {
    let regions = regions(file, functions);
    let all = tokens(file.bytes());
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    for (index, token) in all.iter().enumerate() {
        if token.kind != TokenKind::Comment {
            continue;
        }
        let next_code = all
            .get(index..)
            .unwrap_or_default()
            .iter()
            .find(|next| next.kind != TokenKind::Comment)
            .map(|next| next.range.start);
        let belongs = regions
            .iter()
            .any(|region| region.contains(&token.range.start) || next_code == Some(region.start));
        if belongs {
            found.push((token.range.clone(), words(&file.text(token.range.clone()))));
        }
    }
    found
}

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
        let matches = ctx.find_all(file, pattern, &regions(file, &kind.functions));
        let hits = matches
            .settled()
            .map_err(|doubt| Box::new(ctx.doubt("site", file, pattern, &doubt)))?;
        let mut found: Vec<Range<usize>> = hits
            .into_iter()
            .filter_map(|hit| Some(own_statement(node_of(file, &hit.range)?)?.byte_range()))
            .collect();
        found.sort_by_key(|range| range.start);
        found.dedup();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn with_words(file: &File, kind: &Comment, wanted: &[String]) -> Vec<Range<usize>> {
    let wanted: Vec<String> = wanted.iter().map(|text| words(text)).collect();
    comments(file, &kind.functions)
        .into_iter()
        .filter(|(_, have)| wanted.contains(have))
        .map(|(range, _)| range)
        .collect()
}

pub(super) fn sites(ctx: &Ctx<'_>, kind: &Comment) -> Found {
    let Ok(file) = ctx.file(ctx.side) else {
        return Found::Times(0);
    };
    if !kind.words.is_empty() {
        return Found::Times(with_words(&file, kind, &kind.words).len());
    }
    match statements(ctx, &file, kind) {
        Ok(found) => Found::Times(found.len()),
        Err(finding) => Found::Unread(finding),
    }
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
    let new = with_words(&file, kind, std::slice::from_ref(wanted));
    match new.first() {
        Some(range) => {
            let finding = ctx.holds(
                "words",
                format!("the comment reads “{}”", brief(wanted, 60)),
            );
            judged.put(finding, &file, range.start);
        }
        None => {
            let message = format!(
                "no comment with the words “{}” stands there",
                brief(wanted, 60)
            );
            let at = regions(&file, &kind.functions)
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
    } else if words(wanted)
        != kind
            .words
            .first()
            .map(|text| words(text))
            .unwrap_or_default()
    {
        for range in with_words(&file, kind, &kind.words) {
            let message = "the old words still stand there";
            judged.put(ctx.violated("old-words", message), &file, range.start);
        }
    }
    judged
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
            ctx.holds("placed", "the comment stands directly before the statement")
        } else {
            ctx.violated(
                "placed",
                "the comment does not stand directly before the statement",
            )
        };
        judged.put(finding, file, range.start);
    }
}
