//! `delete`: it is gone with its comment, what was beside it is as it was, and with `unused` nothing uses its name.
//!
//! That the neighbours are there still is the frame's to see (`frame/tokens`): only what the tree before had there is
//! taken out of the comparison.

mod unused;

pub(super) use unused::names as unused_names;

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use query::pattern::{Bindings, Fragment, Pattern};
use schema::model::{ChangeKind, Delete, Deleted, NamedKind, PartKind, Sites};
use sites::block::code;
use sites::kinds::delete::{Doomed, beyond, find, takes_comment};
use sites::kinds::insert::of_others;
use sites::words::words_of;
use sites::{Reason, Resolver, brief, lines};
use syntax::Node;

use super::{Ctx, Judged, none_of};
use crate::comparison::Image;
use crate::explained::Explained;
use crate::frame::comments::Moved;
use crate::nodes::node_of;

/// What it looks for, in words.
pub(super) fn sought(kind: &Delete) -> String {
    match &kind.what {
        Deleted::Statement(patterns) => none_of(patterns.iter().map(Pattern::text)),
        Deleted::Named(_, names) => none_of(names.iter().map(String::as_str)),
        Deleted::PartOf(_, names) => {
            let names: Vec<String> = names
                .iter()
                .map(|(of, name)| format!("{of}.{name}"))
                .collect();
            none_of(names.iter().map(String::as_str))
        }
    }
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Delete) -> Judged {
    let (file, before) = match ctx.files() {
        Ok(files) => files,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    gone(ctx, kind, &file, &mut judged);
    jumps(ctx, kind, &file, &mut judged);
    if let Some(before) = before.as_deref() {
        let found = ctx
            .resolver_of(Image::Before, before)
            .and_then(|resolver| find(&resolver, kind).ok());
        let moved = Moved::of(before, &file);
        for one in found.iter().flat_map(|all| &all.found) {
            let removed = Removed {
                ctx,
                kind,
                before,
                after: &file,
                one,
            };
            removed.judge(&moved, &mut judged);
        }
    }
    if !comes_anew(ctx, kind) {
        unused::judge(ctx, kind, &mut judged);
    }
    judged
}

/// None of it is left.
fn gone(ctx: &Ctx<'_>, kind: &Delete, file: &File, judged: &mut Judged) {
    let isomorphisms = &ctx.comparison.spec.isomorphisms;
    let resolver = Resolver::new(&ctx.comparison.after, file, isomorphisms, Sites::All);
    let shown = shown(kind);
    let left = match find(&resolver, kind) {
        Ok(all) => all.found,
        Err(unresolved) if unresolved.reason == Reason::Present => Vec::new(),
        Err(unresolved) => {
            let at = unresolved
                .line
                .map_or(0, |line| file.lines().range_of(line).start);
            let finding = match unresolved.reason {
                Reason::Absent => ctx.violated("site", unresolved.message),
                Reason::Unfit => {
                    ctx.violated("gone", format!("{shown} is left: {}", unresolved.message))
                }
                _ => ctx.unknown("gone", unresolved.message),
            };
            return judged.put(finding, file, at);
        }
    };
    let others = of_others(ctx.comparison.spec, ctx.body, &Bindings::new());
    let is_brought = |one: &&Doomed| {
        let text = code(file.slice(one.range.clone()));
        !others.contains(&text) && !comes_anew(ctx, kind)
    };
    let mut left = left.iter().filter(is_brought).peekable();
    if left.peek().is_none() {
        if ctx.comparison.before.is_none()
            && let Ok(found) = beyond(&resolver, kind)
            && let Some(at) = found.first().map(|range| range.start)
        {
            let line = brief(&crate::comparison::line_of(file, at), 60);
            let message = format!(
                "{shown} is not where it was, but `{line}` is further on: whether that is it is not known"
            );
            return judged.put(ctx.unknown("gone", message), file, at);
        }
        if let Some(at) = still_done(ctx, kind, file) {
            let line = brief(&crate::comparison::line_of(file, at), 60);
            let message = format!("{shown} is gone, but `{line}` does the same");
            return judged.put(ctx.unknown("gone", message), file, at);
        }
        let finding = ctx
            .holds("gone", format!("{shown} is gone"))
            .in_file(file.path());
        return judged.findings.push(finding);
    }
    for one in left {
        let text = brief(&file.text(one.range.clone()), 60);
        let finding = ctx.violated("gone", format!("`{text}` is left"));
        judged.put(finding, file, one.range.start);
    }
}

/// Nothing jumps to a label that is gone.
fn jumps(ctx: &Ctx<'_>, kind: &Delete, file: &File, judged: &mut Judged) {
    let Deleted::Named(NamedKind::Label, names) = &kind.what else {
        return;
    };
    for function in ctx.functions(file, &kind.functions) {
        let text = file.slice(function.body.clone());
        let words: Vec<(&[u8], usize)> = tokens(text)
            .into_iter()
            .filter(|token| token.kind != TokenKind::Comment)
            .filter_map(|token| Some((text.get(token.range.clone())?, token.range.start)))
            .collect();
        let jump = words.windows(2).find(|pair| match pair {
            [(b"goto", _), (to, _)] => names.iter().any(|name| name.as_bytes() == *to),
            _ => false,
        });
        if let Some([(_, at), _]) = jump {
            let message = format!("{}() still jumps to {}", function.name, shown(kind));
            let finding = ctx.violated("gone", message);
            judged.put(finding, file, function.body.start + at);
        }
    }
}

/// Where, in a tree as it is, what the statement did is done in a part of another one: `(void)first(d);`, `first(d), next(d);`
fn still_done(ctx: &Ctx<'_>, kind: &Delete, file: &File) -> Option<usize> {
    let Deleted::Statement(patterns) = &kind.what else {
        return None;
    };
    if ctx.comparison.before.is_some() {
        return None;
    }
    let isomorphisms = &ctx.comparison.spec.isomorphisms;
    let regions = ctx.regions(file, &kind.functions);
    let expressions = patterns.iter().filter_map(|pattern| {
        let text = pattern.text().trim().strip_suffix(';')?;
        Pattern::compile(text, Fragment::Expression, isomorphisms).ok()
    });
    let mut found = expressions.flat_map(|pattern| ctx.find(file, &pattern, &regions).parts().0);
    // One of several alike statements is told from the others by its neighbour: whole ones are no doubt.
    let is_another = |node: Node<'_>| {
        let parent = node.parent();
        kind.beside.is_some() && parent.is_some_and(|it| it.kind() == "expression_statement")
    };
    let is_dropped = |node: Node<'_>| {
        if is_another(node) {
            return false;
        }
        let mut node = node;
        while let Some(parent) = node.parent() {
            match parent.kind() {
                "parenthesized_expression" | "cast_expression" | "comma_expression" => {
                    node = parent
                }
                // `n ? first(d) : next(d);`
                "conditional_expression"
                    if parent.child_by_field_name("condition") != Some(node) =>
                {
                    node = parent
                }
                kind => return kind == "expression_statement" || kind == "for_statement",
            }
        }
        false
    };
    found
        .find(|hit| node_of(file, &hit.range).is_some_and(is_dropped))
        .map(|hit| hit.range.start)
}

/// Whether another change of the spec brings something of the name: then it moves, or is another.
fn comes_anew(ctx: &Ctx<'_>, kind: &Delete) -> bool {
    let mut forms = ctx.comparison.spec.forms();
    if forms.any(|body| comes_back(&kind.what, &body.kind)) {
        return true;
    }
    let Deleted::Named(_, names) = &kind.what else {
        return false;
    };
    ctx.comparison.spec.forms().any(|body| {
        let brings = matches!(body.kind, ChangeKind::Function(_) | ChangeKind::Macro(_));
        brings
            && body
                .kind
                .subject()
                .name()
                .is_some_and(|name| names.iter().any(|own| own == name))
    })
}

/// Whether a change brings what goes, by its name: whether there is just one, and as it is declared, is that one's to say.
pub(super) fn comes_back(gone: &Deleted, kind: &ChangeKind) -> bool {
    match (kind, gone) {
        (ChangeKind::Function(function), Deleted::Named(NamedKind::Function, names)) => {
            names.contains(&function.name)
        }
        (ChangeKind::Macro(define), Deleted::Named(NamedKind::Macro, names)) => {
            names.contains(&define.name)
        }
        (ChangeKind::Declaration(declaration), Deleted::Named(NamedKind::Declaration, names)) => {
            names.contains(&declaration.name)
        }
        (ChangeKind::Include(include), Deleted::Named(NamedKind::Include, names)) => {
            names.contains(&include.header)
        }
        (ChangeKind::Member(member), Deleted::PartOf(PartKind::Member, names)) => {
            let mut names = names.iter();
            names.any(|(record, name)| *record == member.record && *name == member.name)
        }
        _ => false,
    }
}

fn shown(kind: &Delete) -> String {
    let sought = sought(kind);
    sought.trim_start_matches("no ").replace(" and no ", " or ")
}

/// What goes, in the tree before.
struct Removed<'a> {
    ctx: &'a Ctx<'a>,
    kind: &'a Delete,
    before: &'a File,
    after: &'a File,
    one: &'a Doomed,
}

impl Removed<'_> {
    fn judge(&self, moved: &Moved, judged: &mut Judged) {
        let (before, after) = (self.before, self.after);
        let path = before.path();
        let own = self.one.range.clone();
        judged
            .explained_tokens
            .push(Explained::removed(path, own.clone()));
        let rows = before.line_of(own.start)..before.line_of(own.end.saturating_sub(1)) + 1;
        let now = moved.after(&rows);
        let start = after.lines().range_of(now.start).start;
        // Nothing comes there: a comment that is about what stays, or a new one, is somebody else's.
        judged.comment_scope_of(path, self.with_its_comments(), start..start);
        if let Some((record, _)) = &self.one.documented {
            let line = before.line_of(record.start);
            let now = moved.after(&(line..line + 1));
            let range = after.lines().range_of(now.start);
            judged.comment_scope(path, range);
        }
        if self.one.has_lines {
            self.comment(start, judged);
            self.blank_lines(now.start, judged);
        }
    }

    /// It, with the comments that are about it.
    fn with_its_comments(&self) -> Range<usize> {
        let own = &self.one.range;
        let start = match takes_comment(self.before, self.kind, own) {
            true => lines::with_comment_above(self.before, own.start),
            false => lines::line_start(self.before, own.start),
        };
        start..lines::end_with_trailing_comment(self.before, own.end)
    }

    /// The comment that was about it is gone, too.
    fn comment(&self, at: usize, judged: &mut Judged) {
        let Range { start, end } = self.with_its_comments();
        let whole = |file: &File| comments(file, &(0..file.bytes().len()));
        let (had, have) = (whole(self.before), whole(self.after));
        let count = |all: &[String], words: &String| all.iter().filter(|one| *one == words).count();
        let left = comments(self.before, &(start..end))
            .into_iter()
            .filter(|words| !words.is_empty() && !self.is_written(words))
            .find(|words| count(&have, words) >= count(&had, words));
        if let Some(words) = left {
            let message = format!("the comment “{}” is left", brief(&words, 60));
            judged.put(self.ctx.violated("comment", message), self.after, at);
        }
    }

    /// Whether another change of the spec writes a comment of these words.
    fn is_written(&self, words: &str) -> bool {
        self.ctx.comparison.spec.forms().any(|body| {
            let own = body.comment.as_ref();
            let in_code = match &body.kind {
                ChangeKind::Insert(insert) => insert.code.text(),
                ChangeKind::Function(function) => &function.define,
                _ => "",
            };
            own.is_some_and(|own| words_of(&format!("/* {own} */")) == words)
                || words_in(in_code.as_bytes()).iter().any(|one| one == words)
        })
    }

    /// No two blank lines meet where it was.
    fn blank_lines(&self, line: usize, judged: &mut Judged) {
        let is_blank = |file: &File, line: Option<usize>| {
            let line = line.filter(|&line| (1..=file.lines().count()).contains(&line));
            line.is_some_and(|line| lines::line_text(file, line).trim().is_empty())
        };
        let both = is_blank(self.after, Some(line)) && is_blank(self.after, line.checked_sub(1));
        if both {
            let at = self.after.lines().range_of(line).start;
            let message = "two blank lines are left where it was";
            judged.put(self.ctx.violated("gone", message), self.after, at);
        }
    }
}

/// The words of the comments in a range of a file.
fn comments(file: &File, range: &Range<usize>) -> Vec<String> {
    words_in(file.slice(range.clone()))
}

fn words_in(text: &[u8]) -> Vec<String> {
    let comments = tokens(text).into_iter();
    let comments = comments.filter(|token| token.kind == TokenKind::Comment);
    comments
        .filter_map(|token| Some(words_of(&String::from_utf8_lossy(text.get(token.range)?))))
        .collect()
}
