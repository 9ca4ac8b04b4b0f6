//! Which tokens a rewritten site explains, and where its comments belong.

use std::ops::Range;

use dialect::token::{Lexer, TokenKind, tokens};
use query::File;
use query::pattern::Match;
use sites::statement;

use super::Replaced;
use crate::explained::Explained;
use crate::implied::{Judged, braces, truth};
use crate::nodes::{node_of, statement_of};
use sites::brief;

/// The old form became the new one.
pub(super) fn replaced(site: &Replaced<'_>, old: &Match, new: &Range<usize>, judged: &mut Judged) {
    let (before, file) = (site.before, site.after);
    let mut compared = truth::compared(site.ctx, before, &old.range, file, new);
    if before.slice(old.range.clone()).ends_with(b";") {
        compared.end = with_semicolon(file, compared.clone());
    }
    let mut explained = Explained::replaced(
        file.path(),
        old.range.clone(),
        with_parentheses(file, before, &old.range, &compared),
    );
    let braces = braces::around_new(before, &old.range, file, new);
    explained.after.extend(braces.into_iter().flatten());
    judged.explained_tokens.push(explained);
    let comment_scope = node_of(file, new)
        .and_then(statement_of)
        .map_or(new.clone(), |node| node.byte_range());
    let end = comment_scope.end.max(with_own_comments(site, new));
    judged.comment_scope(file.path(), comment_scope.start..end);
}

/// The end of a new form with the comments that the spec has behind its code.
fn with_own_comments(site: &Replaced<'_>, new: &Range<usize>) -> usize {
    let own = tokens(site.kind.replacement.text().as_bytes());
    let mut count = own
        .iter()
        .rev()
        .take_while(|token| token.kind == TokenKind::Comment)
        .count();
    let rest = site.after.bytes().get(new.end..).unwrap_or_default();
    let mut lexer = Lexer::new(rest);
    let mut end = new.end;
    while let Some(next) = lexer.next_lexeme().filter(|_| count > 0) {
        let is_end = rest.get(next.start..next.end) == Some(b";");
        match next.kind {
            TokenKind::Comment => {
                count -= 1;
                end = new.end + next.end;
            }
            _ if is_end && end == new.end => {}
            _ => break,
        }
    }
    end
}

/// Whether what took the place of a loop with a `#pragma` before it begins with something else.
pub(super) fn parts_a_pragma(
    file: &File,
    before: &File,
    old: &Range<usize>,
    new: &Range<usize>,
) -> bool {
    let is_loop = |file: &File, range: &Range<usize>| {
        let anchor = statement::of(file, range);
        anchor.map(|anchor| {
            matches!(
                anchor.first.kind(),
                "for_statement" | "while_statement" | "do_statement"
            )
        })
    };
    statement::pragma_before(file, new.start)
        && is_loop(before, old) == Some(true)
        && is_loop(file, new) == Some(false)
}

/// The old form is gone, and nothing is in its place. That it is gone is judged by itself.
pub(super) fn deleted(site: &Replaced<'_>, old: &Match, judged: &mut Judged) {
    let before = site.before;
    // A pattern without its `;` means the statement.
    let range = old.range.start..with_semicolon(before, old.range.clone());
    let text = brief(&before.text(range.clone()), 60);
    let finding = site.ctx.holds("deleted", format!("`{text}` is deleted"));
    judged.put(finding, before, range.start);
    judged
        .explained_tokens
        .push(Explained::removed(before.path(), range));
}

/// The end of a statement that may end behind `range`.
fn with_semicolon(file: &File, range: Range<usize>) -> usize {
    let line = sites::lines::line_end(file, range.end);
    let rest = file.slice(range.end..line);
    let mut code = tokens(rest)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment);
    let is_ended = file.slice(range.clone()).ends_with(b";");
    match code.next() {
        Some(next) if !is_ended && rest.get(next.range.clone()) == Some(&b";"[..]) => {
            range.end + next.range.end
        }
        _ => range.end,
    }
}

/// The new form, with the parentheses that its place asks for and the old form's did not.
fn with_parentheses(
    file: &File,
    before: &File,
    old: &Range<usize>,
    new: &Range<usize>,
) -> Range<usize> {
    match (wrapped(file, new), wrapped(before, old)) {
        (Some(around), None) => around,
        _ => new.clone(),
    }
}

/// The parentheses around an expression, but for those that a statement has to have.
fn wrapped(file: &File, range: &Range<usize>) -> Option<Range<usize>> {
    let whole = node_of(file, range).filter(|node| node.byte_range() == *range)?;
    let parent = whole.parent()?;
    let is_own = parent.kind() == "parenthesized_expression"
        && file.slice(parent.byte_range()).starts_with(b"(")
        && parent.parent().is_none_or(|outer| {
            !outer.kind().ends_with("_statement")
                || outer.child_by_field_name("condition") != Some(parent)
        });
    is_own.then(|| parent.byte_range())
}
