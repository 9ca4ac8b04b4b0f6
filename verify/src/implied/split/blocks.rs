//! `if` blocks and their statements: finding the one to split, and comparing halves.

use std::ops::Range;

use query::File;
use query::pattern::{Bindings, Pattern};
use schema::model::Split;
use syntax::Node;

use crate::finding::Finding;
use crate::implied::{Ctx, conditions};
use crate::nodes::{node_of, nodes_of_kind, without_parens};
use sites::brief;

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
///
/// # Errors
/// A condition that could be one and is not known to be.
pub(super) fn ifs<'a>(
    ctx: &Ctx<'_>,
    file: &'a File,
    kind: &'a Split,
) -> Result<Vec<(Node<'a>, &'a Pattern, Bindings)>, Box<Finding>> {
    let mut found = Vec::new();
    for function in ctx.functions(file, &kind.functions) {
        for node in nodes_of_kind(file, &function.body, "if_statement") {
            let Some(condition) = condition(node).filter(|c| !file.is_dead(c.start_byte())) else {
                continue;
            };
            for test in &kind.tests {
                let bindings = ctx
                    .is(file, test, condition.byte_range())
                    .map_err(|doubt| Box::new(ctx.doubt("site", file, test, &doubt)))?;
                if let Some(bindings) = bindings {
                    found.push((node, test, bindings));
                    break;
                }
            }
        }
    }
    Ok(found)
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
///
/// # Errors
/// It could be and is not known to be.
fn starts_second(
    ctx: &Ctx<'_>,
    file: &File,
    kind: &Split,
    statement: Node<'_>,
) -> Result<bool, Box<Finding>> {
    let is_whole = |range: &Range<usize>| {
        let rest = file.slice(range.end..statement.end_byte());
        let mut rest = rest.iter();
        range.start == statement.start_byte()
            && rest.all(|byte| *byte == b';' || byte.is_ascii_whitespace())
    };
    for pattern in &kind.before {
        let matches = ctx.find(file, pattern, &[statement.byte_range()]);
        let whole = matches.among(is_whole).any();
        if whole.map_err(|doubt| Box::new(ctx.doubt("site", file, pattern, &doubt)))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The `if`s to be split.
///
/// # Errors
/// What could be one and is not known to be.
pub(super) fn olds<'a>(
    ctx: &Ctx<'_>,
    file: &'a File,
    kind: &'a Split,
) -> Result<Vec<Old<'a>>, Box<Finding>> {
    let mut found = Vec::new();
    for (node, test, bindings) in ifs(ctx, file, kind)? {
        let statements = statements(node);
        let mut second = None;
        for (at, statement) in statements.iter().enumerate() {
            if starts_second(ctx, file, kind, *statement)? {
                second = Some(at);
                break;
            }
        }
        if let Some(at) = second.filter(|at| *at > 0) {
            found.push(Old {
                node,
                test,
                bindings,
                at,
                statements,
            });
        }
    }
    Ok(found)
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
