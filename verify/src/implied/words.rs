//! The words that a change declares for its comment: those of a comment that belongs to what it brought.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use sites::kinds::comment::comments;
use sites::lines;
use sites::words::{fold, words_of};

use super::{Ctx, Judged};
use crate::frame::comments::ranges_of_comments;
use sites::brief;

const NAME: &str = "comment";

/// Judges the comment of the code at `own`: one directly above it, inside it, or behind it on its line.
pub(super) fn judge(ctx: &Ctx<'_>, file: &File, own: &Range<usize>, judged: &mut Judged) {
    let end = lines::end_with_trailing_comment(file, own.end);
    let all = comments(file, std::slice::from_ref(&(own.start..end)));
    let found = all.into_iter().map(|(_, words)| words).collect();
    compare(ctx, file, own.start, found, judged);
}

/// Judges the comment of a macro: one above its definition, or on its lines.
pub(super) fn of_macro(ctx: &Ctx<'_>, file: &File, own: &Range<usize>, judged: &mut Judged) {
    let all = comments(file, std::slice::from_ref(own));
    let mut found: Vec<String> = all.into_iter().map(|(_, words)| words).collect();
    let on_its_lines = ranges_of_comments(file.bytes()).into_iter();
    let on_its_lines =
        on_its_lines.filter(|range| own.start <= range.start && range.end <= own.end);
    found.extend(on_its_lines.map(|range| words_of(&file.text(range))));
    compare(ctx, file, own.start, found, judged);
}

/// Judges the comment of a member: beside it, or the line about it in the kernel-doc comment of its record.
pub(super) fn of_member(
    ctx: &Ctx<'_>,
    file: &File,
    record: &Range<usize>,
    (name, own): (&str, &Range<usize>),
    judged: &mut Judged,
) {
    let end = lines::end_with_trailing_comment(file, own.end);
    let mut found: Vec<String> = comments(file, std::slice::from_ref(&(own.start..end)))
        .into_iter()
        .map(
            |(_, words)| match words.strip_prefix(&format!("@{name}:")) {
                Some(rest) => fold(rest),
                None => words,
            },
        )
        .collect();
    found.extend(documented(file, record, name));
    compare(ctx, file, own.start, found, judged);
}

fn compare(ctx: &Ctx<'_>, file: &File, at: usize, found: Vec<String>, judged: &mut Judged) {
    let Some(declared) = &ctx.body.comment else {
        return;
    };
    let wanted = words_of(&format!("/* {declared} */"));
    let shown = brief(declared, 60);
    let finding = match found.first() {
        _ if found.contains(&wanted) => ctx.holds(NAME, format!("the comment reads “{shown}”")),
        // A tree as it is has what became of the words since: that there is a comment is all that is asked.
        Some(other) if ctx.comparison.before.is_none() => {
            let other = brief(other, 60);
            let message = format!("there is a comment, in other words: “{other}”");
            ctx.holds(NAME, message)
        }
        // Other words may say the same, or the opposite.
        Some(other) => {
            let other = brief(other, 60);
            let message = format!("the comment reads “{other}”; the spec says “{shown}”");
            ctx.unknown(NAME, message)
        }
        None => ctx.violated(NAME, format!("the comment “{shown}” is missing")),
    };
    judged.put(finding, file, at);
}

/// What the kernel-doc comment above a record says of a member.
fn documented(file: &File, record: &Range<usize>, name: &str) -> Option<String> {
    let start = lines::line_start(file, record.start);
    let above = lines::with_comment_above(file, start);
    let text = file.text(above..start);
    let comment = tokens(text.as_bytes())
        .into_iter()
        .rfind(|token| token.kind == TokenKind::Comment)?;
    let text = text.get(comment.range)?;
    let tag = format!("@{name}:");
    let plain = |line: &str| {
        let line = line.trim().trim_end_matches("*/").trim_start_matches('*');
        line.trim().to_owned()
    };
    let mut entry = text
        .lines()
        .map(plain)
        .skip_while(|line| !line.starts_with(&tag));
    let first = entry.next()?;
    let mut words = vec![first.strip_prefix(&tag)?.to_owned()];
    words.extend(entry.take_while(|line| !line.is_empty() && !line.starts_with('@')));
    Some(fold(&words.join(" ")))
}
