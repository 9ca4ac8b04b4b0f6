//! The comments of inserted statements: the declared one above them, and those among them.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use sites::kinds::insert::{Run, Slot, read};
use sites::words::{fold, words_of};
use sites::{brief, lines};

use super::Work;
use crate::implied::Judged;

/// Judges the comments.
pub(super) fn judge(work: &Work<'_>, slot: &Slot<'_>, own: &Range<usize>, judged: &mut Judged) {
    let Some(wanted) = declared(work, slot) else {
        return;
    };
    let file = work.file;
    let end = lines::end_with_trailing_comment(file, own.end);
    let mut have = comments(file, &(lines::with_comment_above(file, own.start)..end));
    let mut left: Vec<String> = Vec::new();
    for words in wanted {
        match have.iter().position(|have| *have == words) {
            Some(at) => drop(have.remove(at)),
            None => left.push(words),
        }
    }
    let ctx = work.ctx;
    let finding = match (left.first(), have.first()) {
        (None, _) => return,
        (Some(_), Some(other)) if ctx.comparison.before.is_none() => {
            let other = brief(other, 60);
            ctx.holds(
                "comment",
                format!("there is a comment, in other words: “{other}”"),
            )
        }
        (Some(wanted), Some(other)) => {
            let (wanted, other) = (brief(wanted, 60), brief(other, 60));
            let message = format!("the comment reads “{other}”; the spec says “{wanted}”");
            ctx.unknown("comment", message)
        }
        (Some(wanted), None) => {
            let message = format!("the comment “{}” is missing", brief(wanted, 60));
            ctx.violated("comment", message)
        }
    };
    judged.put(finding, file, own.start);
}

/// The words of the comments that the spec has for the place.
fn declared(work: &Work<'_>, slot: &Slot<'_>) -> Option<Vec<String>> {
    let code = work.kind.code.fill(&slot.bindings).ok()?;
    let (file, start) = read(&code)?;
    let mut wanted = comments(&file, &(start..file.bytes().len()));
    if let Some(words) = &work.ctx.body.comment {
        wanted.push(words_of(&format!("/* {words} */")));
    }
    Some(wanted)
}

/// The words of the comments in a range.
fn comments(file: &File, range: &Range<usize>) -> Vec<String> {
    let text = file.slice(range.clone());
    let comments = tokens(text)
        .into_iter()
        .filter(|token| token.kind == TokenKind::Comment);
    comments
        .map(|token| {
            let at = range.start + token.range.start..range.start + token.range.end;
            words_of(&file.text(at))
        })
        .collect()
}

/// A comment that was above other code and is directly above the statements now.
pub(super) fn stolen_comment(work: &Work<'_>, run: &Run<'_>) -> Option<String> {
    let (before, known) = work.before?;
    let file = work.file;
    let start = lines::line_start(file, run.range.start);
    let above = lines::with_comment_above(file, start);
    let own = comments(file, &(above..start));
    let slot = known.slots.first()?;
    let wanted = declared(work, slot)?;
    let function = slot.function.range.clone();
    let had = comments(before, &function);
    own.into_iter()
        .map(|words| fold(&words))
        .find(|words| had.contains(words) && !wanted.contains(words))
        .map(|words| brief(&words, 60))
}
