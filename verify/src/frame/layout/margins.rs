//! New statements, members and entries are as deep as those beside them.

use std::collections::{BTreeSet, HashMap};

use syntax::Node;

use super::{Work, width};
use crate::finding::Finding;

impl<'a> Work<'a> {
    /// New statements that are not as deep as the block that they are in.
    pub(super) fn margins(&self) -> Vec<Finding> {
        let changed = self.changed();
        // A block may have thousands of statements, and all of them may be new: what was there is looked up.
        let mut kept: HashMap<usize, Depths> = HashMap::new();
        let judged = changed.iter().filter_map(|&line| {
            let statement = self.statement_of(line)?;
            if let Some((row, message)) = self.new_head(statement, &changed) {
                return Some(self.finding(row, message));
            }
            let block = statement.parent()?;
            if !is_list(block) {
                let message = self.shallow_body(line, statement, block)?;
                return Some(self.finding(line, message));
            }
            let depths = kept
                .entry(block.id())
                .or_insert_with(|| self.depths(block, &changed));
            let text = self.new.get(line)?;
            let message = self.misplaced(statement, width(text), depths)?;
            Some(self.finding(line, message))
        });
        judged.collect()
    }

    /// The statement, member or entry that begins the line.
    fn statement_of(&self, line: usize) -> Option<Node<'a>> {
        let text = self.new.get(line)?;
        let indent = text.len() - text.trim_start().len();
        if text.trim().is_empty() || text.starts_with('#') {
            return None;
        }
        let at = self.after.lines().range_of(line + 1).start + indent;
        let mut node = self
            .after
            .root()
            .named_descendant_for_byte_range(at, at + 1)?;
        loop {
            let parent = node.parent()?;
            if node.start_byte() != at {
                return None;
            }
            if is_list(parent) || is_body(node, parent) {
                return is_judged(node).then_some(node);
            }
            node = parent;
        }
    }

    /// The column of code that begins a line.
    fn column(&self, at: usize) -> Option<usize> {
        let line = self.after.line_of(at) - 1;
        let text = self.new.get(line)?;
        let indent = text.len() - text.trim_start().len();
        let begins = self.after.lines().range_of(line + 1).start + indent == at;
        begins.then(|| width(text))
    }

    /// How deep the statements of a block are that the series left alone.
    fn depths(&self, block: Node<'a>, changed: &BTreeSet<usize>) -> Depths {
        let mut cursor = block.walk();
        let kept = block.named_children(&mut cursor).filter(|other| {
            let line = self.after.line_of(other.start_byte()) - 1;
            is_judged(*other) && !changed.contains(&line)
        });
        let columns = kept.filter_map(|other| self.column(other.start_byte()));
        let columns: BTreeSet<usize> = columns.collect();
        Depths {
            kept: columns.first().copied().zip(columns.last().copied()),
            close: self.column(block.end_byte().saturating_sub(1)),
        }
    }

    /// What is wrong with the column of a statement.
    fn misplaced(&self, node: Node<'a>, own: usize, depths: &Depths) -> Option<String> {
        let is_as_written = self.is_as_written(node.start_byte());
        let what = what(node);
        let Some((least, most)) = depths.kept else {
            // A `case` is as deep as its `switch`.
            let close = depths.close?;
            let is_label = node.kind() == "case_statement" && own == close;
            let is_out = own <= close && !is_label;
            return is_out.then(|| format!("the new {what} is no deeper than the brace around it"));
        };
        let is_wrong = own < least || own > most && !is_as_written;
        is_wrong.then(|| {
            format!("the new {what} is indented by {own} columns, those beside it by {least}")
        })
    }

    /// What is wrong with a line that was there, and is the body of a new `if` now.
    fn new_head(&self, owner: Node<'a>, changed: &BTreeSet<usize>) -> Option<(usize, String)> {
        let mut cursor = owner.walk();
        let mut children = owner.named_children(&mut cursor);
        let body = children.find(|child| is_body(*child, owner))?;
        let row = self.after.line_of(body.start_byte()) - 1;
        if changed.contains(&row) || self.column(body.start_byte()).is_none() {
            return None;
        }
        let message = self.shallow_body(row, body, owner)?;
        Some((row, message))
    }

    /// What is wrong with a body without braces: it is not deeper than the line that its `if` is on.
    fn shallow_body(&self, line: usize, body: Node<'a>, owner: Node<'a>) -> Option<String> {
        let head = self.after.line_of(owner.start_byte()) - 1;
        let (own, around) = (self.new.get(line)?, self.new.get(head)?);
        let is_shallow = head != line && width(own) <= width(around);
        (is_shallow && !self.is_as_written(body.start_byte())).then(|| {
            let word = self.after.text(owner.byte_range());
            let word = word
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next();
            format!(
                "the new statement is no deeper than its `{}`",
                word.unwrap_or_default()
            )
        })
    }
}

/// Columns of a block.
struct Depths {
    /// The least and the most of what the series left alone; none: it has no such.
    kept: Option<(usize, usize)>,
    /// Of its closing brace, where that begins a line.
    close: Option<usize>,
}

/// Whether the node holds a list of what is written one below the other.
fn is_list(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "compound_statement" | "field_declaration_list" | "enumerator_list" | "initializer_list"
    )
}

/// Whether the node is what an `if`, an `else` or a loop governs, without braces.
pub(super) fn is_body(node: Node<'_>, owner: Node<'_>) -> bool {
    let is = |field: &str| owner.child_by_field_name(field) == Some(node);
    let governs = match owner.kind() {
        "if_statement" => is("consequence"),
        "else_clause" => owner.named_child(0) == Some(node) && node.kind() != "if_statement",
        "for_statement" | "while_statement" | "do_statement" => is("body"),
        _ => false,
    };
    governs && node.kind() != "compound_statement"
}

/// What a node is, in words.
fn what(node: Node<'_>) -> &'static str {
    match node.kind() {
        "field_declaration" => "member",
        "enumerator" => "enumerator",
        _ => match node.parent().map(|parent| parent.kind()) {
            Some("initializer_list") => "entry",
            _ => "statement",
        },
    }
}

/// Whether the place of a statement is that of its block: a label's is another.
fn is_judged(node: Node<'_>) -> bool {
    let kind = node.kind();
    !node.has_error()
        && !matches!(kind, "labeled_statement" | "comment")
        && !kind.starts_with("preproc")
}
