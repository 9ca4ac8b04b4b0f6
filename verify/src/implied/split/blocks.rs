//! `if` blocks and their statements: finding the one to split, and comparing halves.

use std::ops::Range;

use query::File;
use query::pattern::{Bindings, Pattern};
use schema::model::Split;
use syntax::Node;

use crate::implied::{conditions, functions};
use crate::nodes::{brief, node_of, nodes_of_kind, without_parens};

/// An `if` to be split: the statement, its condition's bindings, and where the second block begins.
pub(super) struct Old<'a> {
    pub(super) node: Node<'a>,
    pub(super) test: &'a Pattern,
    pub(super) bindings: Bindings,
    /// Index of the first statement of the second block.
    pub(super) at: usize,
    pub(super) statements: Vec<Node<'a>>,
}

/// Every `if` of the functions whose whole condition is one of the tests.
pub(super) fn ifs<'a>(file: &'a File, kind: &'a Split) -> Vec<(Node<'a>, &'a Pattern, Bindings)> {
    let mut found = Vec::new();
    for function in functions(file, &kind.functions) {
        for node in nodes_of_kind(file, &function.body, "if_statement") {
            if let Some((test, bindings)) = kind.tests.iter().find_map(|test| {
                let condition = condition(node)?;
                Some((test, test.matches(file, condition.byte_range())?))
            }) {
                found.push((node, test, bindings));
            }
        }
    }
    found
}

pub(super) fn condition(node: Node<'_>) -> Option<Node<'_>> {
    node.child_by_field_name("condition").map(without_parens)
}

/// The statements of an `if`'s block (or its one statement), comments apart.
pub(super) fn statements(node: Node<'_>) -> Vec<Node<'_>> {
    let Some(body) = node.child_by_field_name("consequence") else {
        return Vec::new();
    };
    if body.kind() != "compound_statement" {
        return vec![body];
    }
    let mut cursor = body.walk();
    body.named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
}

/// Whether a statement is (or is the expression statement of) a match of one of the patterns.
pub(super) fn starts_second(file: &File, kind: &Split, statement: Node<'_>) -> bool {
    kind.before.iter().any(|pattern| {
        pattern
            .find(file, statement.byte_range())
            .found
            .iter()
            .any(|hit| {
                let same_start = hit.range.start == statement.start_byte();
                let rest = file.slice(hit.range.end..statement.end_byte());
                same_start
                    && rest
                        .iter()
                        .all(|byte| *byte == b';' || byte.is_ascii_whitespace())
            })
    })
}

pub(super) fn olds<'a>(file: &'a File, kind: &'a Split) -> Vec<Old<'a>> {
    ifs(file, kind)
        .into_iter()
        .filter_map(|(node, test, bindings)| {
            let statements = statements(node);
            let at = statements
                .iter()
                .position(|statement| starts_second(file, kind, *statement))?;
            (at > 0).then_some(Old {
                node,
                test,
                bindings,
                at,
                statements,
            })
        })
        .collect()
}

/// The statement that a match is: the smallest that spans it.
pub(super) fn innermost<'a>(file: &'a File, statement: Node<'a>, hit: &Range<usize>) -> Node<'a> {
    let Some(mut node) = node_of(file, hit) else {
        return statement;
    };
    while !node.kind().ends_with("_statement") && node.id() != statement.id() {
        match node.parent() {
            Some(parent) => node = parent,
            None => return statement,
        }
    }
    node
}

/// How many operands a pattern has at its top.
pub(super) fn operands_in(test: &Pattern, joined_by: &str) -> usize {
    let text: String = test.text().replace("$$$", "x").replace('$', "x");
    conditions::expression(&text)
        .and_then(|(file, range)| {
            let node = node_of(&file, &range)?;
            Some(crate::nodes::operands_of(&file, node, joined_by).len())
        })
        .unwrap_or(1)
}

pub(super) fn text_of_condition(file: &File, node: Node<'_>) -> String {
    condition(node).map_or_else(String::new, |node| {
        file.text(node.byte_range()).into_owned()
    })
}

pub(super) fn counted(n: usize) -> String {
    if n == 1 {
        "one statement".to_owned()
    } else {
        format!("{n} statements")
    }
}

/// How the statements of a block differ from the wanted ones.
pub(super) fn difference(have: &[String], wanted: &[String]) -> Option<String> {
    if have == wanted {
        return None;
    }
    if let Some(lost) = wanted.iter().find(|text| !have.contains(text)) {
        return Some(format!("lacks `{}`", brief(lost, 60)));
    }
    if let Some(extra) = have.iter().find(|text| !wanted.contains(text)) {
        return Some(format!("also has `{}`", brief(extra, 60)));
    }
    Some("has its statements in another order or number".to_owned())
}
