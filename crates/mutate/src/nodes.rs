//! Nodes of the patched files that the classes ask for.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use syntax::Node;
use syntax::items::Function;

use crate::material::Patched;

/// Calls `visit` for each named node that `range` touches, parents first.
fn each<'f>(node: Node<'f>, range: &Range<usize>, visit: &mut impl FnMut(Node<'f>)) {
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        let here = child.byte_range();
        if here.start < range.end && range.start < here.end {
            visit(child);
            each(child, range, visit);
        }
    }
}

/// The nodes of these kinds that the series' own lines touch, in the order of the file, each once.
pub(crate) fn touched<'f>(patched: &'f Patched, kinds: &[&str]) -> Vec<Node<'f>> {
    let mut found = Vec::new();
    for range in &patched.touched {
        each(patched.file.root(), range, &mut |node| {
            if kinds.contains(&node.kind()) {
                found.push(node);
            }
        });
    }
    found.sort_by_key(|node| {
        (
            node.start_byte(),
            std::cmp::Reverse(node.end_byte()),
            node.id(),
        )
    });
    found.dedup_by_key(|node| node.id());
    found
}

/// The nodes of these kinds within a range.
pub(crate) fn within<'f>(file: &'f File, range: &Range<usize>, kinds: &[&str]) -> Vec<Node<'f>> {
    let mut found = Vec::new();
    each(file.root(), range, &mut |node| {
        let here = node.byte_range();
        if kinds.contains(&node.kind()) && range.start <= here.start && here.end <= range.end {
            found.push(node);
        }
    });
    found
}

/// Whether a token at an offset is the series' own.
fn is_own_token(patched: &Patched, token: &Range<usize>) -> bool {
    let mut own = patched.own.iter();
    own.any(|own| own.start <= token.start && token.end <= own.end)
}

/// Whether every token of a range, comments apart, is the series' own.
pub(crate) fn is_own(patched: &Patched, range: &Range<usize>) -> bool {
    let code = patched
        .file
        .written()
        .get(range.clone())
        .unwrap_or_default();
    let mut all = tokens(code)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment);
    all.all(|token| {
        let token = range.start + token.range.start..range.start + token.range.end;
        is_own_token(patched, &token)
    })
}

/// The nodes of these kinds that are the series' own, whole.
pub(crate) fn own<'f>(patched: &'f Patched, kinds: &[&str]) -> Vec<Node<'f>> {
    let mut found = touched(patched, kinds);
    found.retain(|node| is_own(patched, &node.byte_range()));
    found
}

/// The statements that are the series' own, whole.
pub(crate) fn own_statements<'f>(patched: &'f Patched) -> Vec<Node<'f>> {
    let mut found = statements(patched);
    found.retain(|node| is_own(patched, &node.byte_range()));
    found
}

/// Kinds of statements, declarations among them.
const STATEMENTS: &[&str] = &[
    "expression_statement",
    "return_statement",
    "if_statement",
    "while_statement",
    "do_statement",
    "for_statement",
    "switch_statement",
    "goto_statement",
    "break_statement",
    "continue_statement",
    "declaration",
];

/// Whether a node is a statement of a function.
pub(crate) fn is_statement(node: Node<'_>) -> bool {
    STATEMENTS.contains(&node.kind())
        && node.parent().is_some_and(|parent| {
            let is_body = parent.kind().ends_with("_statement") || parent.kind() == "else_clause";
            is_body || parent.kind() == "for_statement"
        })
}

/// The statements that have a line of the series in what is theirs alone: it begins in the statement, or is in its
/// condition, and in no statement inside it. Declarations are left out.
pub(crate) fn statements<'f>(patched: &'f Patched) -> Vec<Node<'f>> {
    let is_own = |node: Node<'f>| {
        patched.touched.iter().any(|range| {
            let begins = range.contains(&node.start_byte());
            let mut cursor = node.walk();
            let mut own = node.named_children(&mut cursor);
            begins
                || own.any(|part| {
                    let here = part.byte_range();
                    !is_statement(part)
                        && part.kind() != "compound_statement"
                        && part.kind() != "else_clause"
                        && here.start < range.end
                        && range.start < here.end
                })
        })
    };
    let all = touched(patched, STATEMENTS).into_iter();
    all.filter(|node| node.kind() != "declaration" && is_statement(*node) && is_own(*node))
        .collect()
}

/// The block that a statement is in, and its statements, comments left out.
pub(crate) fn siblings<'f>(statement: Node<'f>) -> Vec<Node<'f>> {
    let Some(block) = statement
        .parent()
        .filter(|parent| parent.kind() == "compound_statement")
    else {
        return Vec::new();
    };
    let mut cursor = block.walk();
    let all = block.named_children(&mut cursor);
    all.filter(|node| node.kind() != "comment").collect()
}

/// The innermost conditions, loops and switches around a node, inside its function.
pub(crate) fn enclosing<'f>(node: Node<'f>, kinds: &[&str]) -> Option<Node<'f>> {
    let mut at = node.parent();
    while let Some(parent) = at {
        if kinds.contains(&parent.kind()) {
            return Some(parent);
        }
        if parent.kind() == "function_definition" {
            return None;
        }
        at = parent.parent();
    }
    None
}

/// The file's text at a range, as it is on disk.
pub(crate) fn text(file: &File, range: Range<usize>) -> String {
    let bytes = file.written().get(range).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

/// A node's text.
pub(crate) fn text_of(file: &File, node: Node<'_>) -> String {
    text(file, node.byte_range())
}

/// The text in one line, cut off where it is long: for what is done.
pub(crate) fn brief(text: &str) -> String {
    const LONGEST: usize = 60;
    sites::brief(text, LONGEST)
}

/// The whole lines of a range, with the last newline.
pub(crate) fn whole_lines(file: &File, range: &Range<usize>) -> Range<usize> {
    let bytes = file.written();
    let before = bytes.get(..range.start).unwrap_or_default();
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let rest = bytes.get(range.end..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n');
    start..end.map_or(bytes.len(), |at| range.end + at + 1)
}

/// The white space that the line of an offset begins with.
pub(crate) fn indent(file: &File, at: usize) -> String {
    let line = whole_lines(file, &(at..at));
    let text = text(file, line);
    text.chars()
        .take_while(|letter| matches!(letter, ' ' | '\t'))
        .collect()
}

/// Whether nothing else is on the node's lines.
pub(crate) fn has_own_lines(file: &File, node: Node<'_>) -> bool {
    let lines = whole_lines(file, &node.byte_range());
    let before = text(file, lines.start..node.start_byte());
    let behind = text(file, node.end_byte()..lines.end);
    before.trim().is_empty() && behind.trim().is_empty()
}

/// Where a statement can be put in front of a function's others: behind the declarations at its start.
pub(crate) fn first_statement(file: &File, function: &Function) -> Option<usize> {
    let bodies = within(file, &function.range, &["compound_statement"]);
    let body = bodies
        .into_iter()
        .find(|node| node.start_byte() == function.body.start)?;
    let mut cursor = body.walk();
    let declarations = body
        .named_children(&mut cursor)
        .take_while(|node| matches!(node.kind(), "declaration" | "comment"))
        .filter(|node| node.kind() == "declaration");
    let last = declarations.last().map(|node| node.end_byte());
    let after = last.unwrap_or(function.body.start + 1);
    Some(whole_lines(file, &(after..after)).end)
}

/// A variable that points to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pointer {
    pub(crate) name: String,
    /// The record's tag.
    pub(crate) tag: String,
}

/// The parameters of a function, and the variables declared at its start, that point to records.
pub(crate) fn pointers(file: &File, function: &Function) -> Vec<Pointer> {
    let end = first_statement(file, function).unwrap_or(function.body.start);
    let range = function.range.start..end;
    let mut found: Vec<Pointer> = Vec::new();
    for node in within(file, &range, &["parameter_declaration", "declaration"]) {
        let Some(tag) = node
            .child_by_field_name("type")
            .filter(|node| node.kind() == "struct_specifier")
            .and_then(|node| node.child_by_field_name("name"))
        else {
            continue;
        };
        let mut cursor = node.walk();
        for declarator in node.children_by_field_name("declarator", &mut cursor) {
            let declarator = match declarator.kind() {
                "init_declarator" => declarator.child_by_field_name("declarator"),
                _ => Some(declarator),
            };
            let name = declarator
                .filter(|node| node.kind() == "pointer_declarator")
                .and_then(|node| node.child_by_field_name("declarator"))
                .filter(|node| node.kind() == "identifier");
            if let Some(name) = name {
                found.push(Pointer {
                    name: text_of(file, name),
                    tag: text_of(file, tag),
                });
            }
        }
    }
    found
}

/// How a function may be left early: `return;`, or `return 0;` where it gives something.
pub(crate) fn return_of(file: &File, function: &Function) -> String {
    let head = text(file, function.range.start..function.name_range.start);
    let is_void = head.split_whitespace().any(|word| word == "void") && !head.contains('*');
    if is_void { "return;" } else { "return 0;" }.to_owned()
}
