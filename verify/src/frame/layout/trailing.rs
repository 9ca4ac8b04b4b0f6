//! A new statement has a line of its own, as checkpatch asks (TRAILING_STATEMENTS).

use std::collections::BTreeSet;
use std::ops::Range;

use dialect::token::Pieces;
use syntax::Node;

use super::Work;
use super::margins::is_body;
use crate::finding::Finding;

impl<'a> Work<'a> {
    /// New statements on the line of another, or of the `if` that they belong to, where no line was so before.
    pub(super) fn trailing(&self) -> Vec<Finding> {
        let changed = self.changed();
        let mut findings = Vec::new();
        for &line in &changed {
            let statements = self.statements_on(line);
            let first = statements.into_iter().find_map(|statement| {
                let message = self.trails(line, statement, &changed)?;
                Some(self.finding(line, message))
            });
            findings.extend(first);
        }
        findings
    }

    /// What begins on a line and not with it.
    fn statements_on(&self, line: usize) -> Vec<Node<'a>> {
        let range = self.after.lines().range_of(line + 1);
        let Some(text) = self.new.get(line) else {
            return Vec::new();
        };
        let begin = range.start + (text.len() - text.trim_start().len());
        if text.trim().is_empty() || text.trim_start().starts_with('#') {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut left: Vec<Node<'a>> = self.after.node_at(begin..begin + 1).into_iter().collect();
        // The outermost node that is about the line: what begins on it is inside.
        while let Some(parent) = left.last().and_then(Node::parent) {
            left = vec![parent];
            if parent.start_byte() < begin && parent.end_byte() >= range.end {
                break;
            }
        }
        while let Some(node) = left.pop() {
            if node.start_byte() >= range.end || node.end_byte() <= begin {
                continue;
            }
            if node.start_byte() > begin && is_statement(node) {
                found.push(node);
            }
            // A block may have thousands: those of other lines are passed over.
            let mut cursor = node.walk();
            let mut more = cursor.goto_first_child_for_byte(begin).is_some();
            while more && cursor.node().start_byte() < range.end {
                left.push(cursor.node());
                more = cursor.goto_next_sibling();
            }
        }
        found
    }

    /// What a statement shares its line with that it should not.
    fn trails(&self, line: usize, node: Node<'a>, changed: &BTreeSet<usize>) -> Option<String> {
        let parent = node.parent()?;
        let text = |range: Range<usize>| self.after.text(range).into_owned();
        let own = text(node.byte_range());
        let row = |at: usize| self.after.line_of(at).saturating_sub(1);
        if self.is_as_written(node.start_byte()) || node.has_error() {
            return None;
        }
        // A line that had it before has it still.
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        let had = |wanted: &str| {
            self.was(line)
                .iter()
                .any(|was| squeezed(was).contains(wanted))
        };
        if is_body(node, parent) {
            let is_head_new = changed.contains(&row(parent.start_byte()));
            let kept = squeezed(&own);
            let mut heads = [")", "else", "do"].iter();
            let was_so = heads.any(|head| had(&format!("{head}{kept}")));
            return (is_head_new && !was_so && own != ";").then(|| {
                let own = sites::brief(&own, 60);
                format!("`{own}` is on the line of what it belongs to")
            });
        }
        let before = node
            .prev_named_sibling()
            .filter(|before| is_statement(*before))?;
        let shares = parent.kind() == "compound_statement"
            && row(parent.start_byte()) != row(parent.end_byte().saturating_sub(1))
            && row(before.end_byte().saturating_sub(1)) == line;
        let pair = squeezed(&text(before.start_byte()..node.end_byte()));
        // A line of several statements goes on being one.
        let was_packed = || self.was(line).iter().any(|was| is_packed(was));
        (shares && !had(&pair) && !was_packed()).then(|| {
            let own = sites::brief(&own, 60);
            format!("`{own}` is on the line of another statement")
        })
    }
}

/// Whether a line has code behind a statement's end.
fn is_packed(line: &str) -> bool {
    let mut depth = 0_usize;
    let mut is_ended = false;
    for (_, range) in Pieces::new(line.as_bytes()) {
        if is_ended {
            return true;
        }
        match line.get(range).unwrap_or_default() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            ";" => is_ended = depth == 0,
            _ => {}
        }
    }
    false
}

fn is_statement(node: Node<'_>) -> bool {
    let kind = node.kind();
    kind.ends_with("_statement") && kind != "compound_statement" && kind != "labeled_statement"
        || kind == "declaration"
}
