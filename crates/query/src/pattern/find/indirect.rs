//! Calls through an expression: `((void (*)(void))f)()`, `(n ? f : g)()`, `(n, f)()`, `({ f; })()`.
//!
//! The function called is no name there, so that no pattern of a call finds it; whether `f` is called is not for a pattern to
//! say. `(f)()` and `(*f)()` are read as calls of `f`.

use std::ops::Range;

use tree_sitter::Node;

use super::Search;
use crate::pattern::scan::word_offsets;
use crate::pattern::walk;
use dialect::token::texts;
use dialect::words::is_keyword;
use syntax::source::Unread;

impl Search<'_> {
    /// Where a function that the pattern calls by its name may be called so.
    pub(super) fn indirect_calls(&self) -> Vec<Unread> {
        let mut found = Vec::new();
        for callee in callees(&self.pattern.text) {
            let text = self.view.text(self.range.clone());
            for at in word_offsets(text, callee.as_bytes()) {
                let name = self.range.start + at..self.range.start + at + callee.len();
                if self.may_be_operand(&name) && self.is_called_through(&name) {
                    found.push(Unread {
                        range: name,
                        cause: format!("`{callee}` may be called through an expression"),
                    });
                }
            }
        }
        found
    }

    /// Whether a parenthesis, an operand or a statement ends behind the name: a look that costs little.
    fn may_be_operand(&self, name: &Range<usize>) -> bool {
        let behind = self.view.bytes.get(name.end..).unwrap_or_default();
        matches!(
            behind.trim_ascii_start().first(),
            Some(b')' | b':' | b',' | b';')
        )
    }

    fn is_called_through(&self, name: &Range<usize>) -> bool {
        let path = walk::path_to(self.file.root(), name.start);
        let Some((&inner, outer)) = path.split_last() else {
            return false;
        };
        let (mut child, mut is_through) = (inner, false);
        for &parent in outer.iter().rev() {
            let is_field = |field| is_child(parent, field, child);
            match parent.kind() {
                "parenthesized_expression" | "pointer_expression" => {}
                "cast_expression" if is_field("value") => is_through = true,
                "comma_expression" if is_field("right") => is_through = true,
                "conditional_expression" if !is_field("condition") => is_through = true,
                // The value of a statement expression, and what `_Generic` chooses.
                "expression_statement" | "compound_statement" | "argument_list" => {
                    is_through = true
                }
                "call_expression" if child.kind() == "argument_list" => {
                    let name = self.view.text(parent.start_byte()..child.start_byte());
                    if !matches!(name.trim_ascii(), b"_Generic" | b"__builtin_choose_expr") {
                        return false;
                    }
                }
                "call_expression" => return is_through && is_field("function"),
                _ => return false,
            }
            child = parent;
        }
        false
    }
}

fn is_child(parent: Node<'_>, field: &str, child: Node<'_>) -> bool {
    parent
        .child_by_field_name(field)
        .is_some_and(|found| found.id() == child.id())
}

/// The names that the pattern calls.
fn callees(pattern: &str) -> Vec<&str> {
    let texts: Vec<&str> = texts(pattern.as_bytes()).collect();
    let called = texts.windows(2).filter_map(|pair| match pair {
        [name, "("] if !is_keyword(name.as_bytes()) => Some(*name),
        _ => None,
    });
    let is_name =
        |name: &&str| name.starts_with(|first: char| first.is_alphabetic() || first == '_');
    let mut names: Vec<&str> = called.filter(is_name).collect();
    names.sort_unstable();
    names.dedup();
    names
}
