//! The statements as lines at their depth.

use dialect::token::texts;
use schema::model::Insert;
use sites::Unresolved;
use sites::block::{self, ItemKind};
use sites::kinds::insert::{Slot, read};
use sites::widening::filled;

use crate::fragment::fragment;
use crate::layout::{columns, comment, expression};
use crate::place::Indent;
use crate::plan::Context;

/// The statements, with their comment and their condition.
#[derive(askama::Template, serde::Serialize)]
#[template(path = "c/insert.c", escape = "none")]
pub(super) struct InsertTemplate<'a> {
    comment: String,
    indentation: &'a str,
    conditional: bool,
    condition: String,
    braces: bool,
    code: String,
}

templates::page!(InsertTemplate<'_>, "c/insert.c");

/// The statements, as they are written.
pub(super) struct Written {
    /// Lines, without the last newline.
    pub(super) text: String,
    /// There is an `if`, a loop or a comment among them.
    pub(super) is_group: bool,
    /// It begins with a test of what the anchor sets.
    pub(super) tests_anchor: bool,
    /// The author wants a blank line before and behind them.
    pub(super) blank: (bool, bool),
}

impl Written {
    pub(super) fn new(
        context: &Context<'_>,
        change: &Insert,
        slot: &Slot<'_>,
        own: &Indent,
    ) -> Result<Self, Unresolved> {
        let code = filled(&change.code, &slot.bindings)?;
        let code = code.trim_matches('\n').trim_end();
        let when = change.when.as_ref();
        let when = when.map(|when| filled(when, &slot.bindings)).transpose()?;
        let shape = Shape::of(code);
        let indentation = own.own.as_str();
        let comment = match context.body.comment.as_deref() {
            Some(words) => {
                let file = context.file;
                let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
                comment::above(words, indentation, style)?
            }
            None => String::new(),
        };
        let deeper = match when {
            Some(_) => own.deeper(),
            None => own.clone(),
        };
        let condition = when.as_deref().map(sites::one_line).unwrap_or_default();
        let head = format!("{indentation}if (");
        let braces = when.is_some() && !shape.is_one_plain;
        let tail = if braces { ") {" } else { ")" };
        let is_group = when.is_some() || shape.is_group || !comment.is_empty();
        let test = match when {
            Some(_) => condition.clone(),
            None => shape.first_test,
        };
        let text = fragment(&InsertTemplate {
            comment,
            indentation,
            conditional: when.is_some(),
            condition: expression::fit_within(&head, &condition, tail),
            braces,
            code: indented(code, &deeper),
        })?;
        Ok(Self {
            text,
            is_group,
            tests_anchor: tests_anchor(context, slot, &test),
            blank: change.blank,
        })
    }
}

/// What the statements are.
#[derive(Default)]
struct Shape {
    /// One simple statement and no comment.
    is_one_plain: bool,
    is_group: bool,
    /// The condition of the `if` that they begin with.
    first_test: String,
}

impl Shape {
    fn of(code: &str) -> Self {
        let Some((file, _)) = read(code) else {
            return Self::default();
        };
        let block = file
            .functions()
            .first()
            .map(|function| function.body.clone());
        let Some(block) = block.and_then(|body| file.node_at(body)) else {
            return Self::default();
        };
        let items = block::items(block);
        let is_simple = |kind: &str| {
            matches!(
                kind,
                "expression_statement"
                    | "return_statement"
                    | "goto_statement"
                    | "break_statement"
                    | "continue_statement"
            )
        };
        let has_comment = code.contains("/*") || code.contains("//");
        let simple = items
            .iter()
            .all(|item| item.kind == ItemKind::Statement && is_simple(item.node.kind()));
        let first = items
            .first()
            .filter(|item| item.node.kind() == "if_statement");
        let test = first.and_then(|item| item.node.child_by_field_name("condition"));
        Self {
            is_one_plain: items.len() == 1 && simple && !has_comment,
            is_group: !simple || has_comment,
            first_test: test.map_or_else(String::new, |test| {
                file.text(test.byte_range()).into_owned()
            }),
        }
    }
}

/// Whether the text is one simple statement without a comment.
pub(in crate::kinds) fn is_one_plain(code: &str) -> bool {
    Shape::of(code).is_one_plain
}

/// Whether the test reads what the anchor before it assigns or hands out.
fn tests_anchor(context: &Context<'_>, slot: &Slot<'_>, test: &str) -> bool {
    let Some(anchor) = slot.anchor else {
        return false;
    };
    let text = context.file.text(anchor.last.byte_range());
    let Some((target, _)) = text.split_once('=') else {
        return false;
    };
    let target: Vec<&str> = texts(
        target
            .trim_end_matches(['+', '-', '|', '&', ' '])
            .as_bytes(),
    )
    .collect();
    let words: Vec<&str> = texts(test.as_bytes()).collect();
    !target.is_empty() && words.windows(target.len()).any(|words| words == target)
}

/// Code as at column 0, as deep as its place; a label of it stays where it is.
pub(in crate::kinds) fn indented(code: &str, own: &Indent) -> String {
    let lines = code.lines().map(|line| {
        let line = line.trim_end();
        let text = line.trim_start();
        let is_label = text.len() == line.len()
            && text.strip_suffix(':').is_some_and(|name| {
                name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()) && name != "default"
            });
        if text.is_empty() || is_label {
            return text.to_owned();
        }
        let column = columns::width(columns::indentation(line));
        let tab = crate::layout::TAB_WIDTH;
        format!("{}{text}", own.inside(column / tab, column % tab))
    });
    lines.collect::<Vec<_>>().join("\n")
}
