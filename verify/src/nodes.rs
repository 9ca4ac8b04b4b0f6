//! Questions on the syntax tree that several judges ask: operand chains, parentheses, neighbours.

use std::ops::Range;

use dialect::token::{Token, TokenKind, exact_text, tokens};
use query::File;
pub(crate) use sites::truth::without_parens;
use syntax::Node;

/// The node that spans exactly `range`: the outermost such, so that its parent is wider.
pub(crate) fn node_of<'a>(file: &'a File, range: &Range<usize>) -> Option<Node<'a>> {
    let mut node = file.node_at(range.clone())?;
    while let Some(parent) = node.parent() {
        if parent.byte_range() != node.byte_range() || parent.kind() == "translation_unit" {
            break;
        }
        node = parent;
    }
    Some(node)
}

/// The operator of a binary or unary expression, from the original bytes.
pub(crate) fn operator<'a>(file: &'a File, node: Node<'_>) -> Option<&'a [u8]> {
    let operator = node.child_by_field_name("operator")?;
    Some(file.slice(operator.byte_range()))
}

/// A maximal run of operands joined by one operator, parentheses looked through.
#[derive(Clone, Debug)]
pub(crate) struct Chain<'a> {
    /// The whole chain, parentheses directly around it included.
    pub(crate) root: Node<'a>,
    /// Operands in order, as written, parentheses around each included.
    pub(crate) operands: Vec<Node<'a>>,
    /// The operators between them, in order.
    pub(crate) operators: Vec<Range<usize>>,
    /// The parenthesised expressions passed on the way from the starting operand to the root.
    pub(crate) parens: Vec<Range<usize>>,
}

/// The chain of `operator` that `operand` belongs to (by itself, where it stands in none).
pub(crate) fn chain<'a>(file: &'a File, operand: Node<'a>, joined_by: &str) -> Chain<'a> {
    let mut root = operand;
    let mut parens = Vec::new();
    for parent in around(file, operand).into_iter().rev() {
        match parent.kind() {
            "parenthesized_expression" => parens.push(parent.byte_range()),
            "binary_expression" if operator(file, parent) == Some(joined_by.as_bytes()) => {}
            _ => break,
        }
        root = parent;
    }
    let (operands, operators) = parts_of(file, root, joined_by);
    Chain {
        root,
        operands,
        operators,
        parens,
    }
}

/// The nodes around a node, outermost first. A node looks for its parent from the root: to climb a chain of operands so
/// takes time by the square of them.
fn around<'a>(file: &'a File, node: Node<'a>) -> Vec<Node<'a>> {
    let mut cursor = file.root().walk();
    let mut way = Vec::new();
    loop {
        let at = cursor.node();
        if at.id() == node.id() {
            return way;
        }
        way.push(at);
        let is_around = |child: Node<'_>| {
            child.start_byte() <= node.start_byte() && node.end_byte() <= child.end_byte()
        };
        let mut has_next = cursor
            .goto_first_child_for_byte(node.start_byte())
            .is_some();
        while has_next && !is_around(cursor.node()) {
            has_next = cursor.goto_next_sibling();
        }
        if !has_next {
            return Vec::new();
        }
    }
}

/// Operands of the expression `node`, which is looked into through parentheses and `joined_by`.
pub(crate) fn operands_of<'a>(file: &'a File, node: Node<'a>, joined_by: &str) -> Vec<Node<'a>> {
    parts_of(file, node, joined_by).0
}

/// Operands and the operators between them, each in order.
fn parts_of<'a>(
    file: &'a File,
    node: Node<'a>,
    joined_by: &str,
) -> (Vec<Node<'a>>, Vec<Range<usize>>) {
    // No recursion: a hostile mail may chain as many operands as it likes.
    let (mut operands, mut operators) = (Vec::new(), Vec::new());
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        let core = without_parens(node);
        let is_joined = core.kind() == "binary_expression"
            && operator(file, core) == Some(joined_by.as_bytes());
        if is_joined {
            pending.extend(core.child_by_field_name("right"));
            pending.extend(core.child_by_field_name("left"));
            let token = core.child_by_field_name("operator");
            operators.extend(token.map(|token| token.byte_range()));
        } else {
            operands.push(node);
        }
    }
    operators.sort_by_key(|range| range.start);
    (operands, operators)
}

/// What `!` is applied to, where `node` is such an expression.
pub(crate) fn negated<'a>(file: &File, node: Node<'a>) -> Option<Node<'a>> {
    let node = without_parens(node);
    if node.kind() == "unary_expression" && operator(file, node) == Some(b"!") {
        node.child_by_field_name("argument")
    } else {
        None
    }
}

/// The statement or declaration that `node` is (part of): the ancestor that a block holds.
pub(crate) fn statement_of(node: Node<'_>) -> Option<Node<'_>> {
    let mut node = node;
    loop {
        let parent = node.parent()?;
        if matches!(parent.kind(), "compound_statement" | "case_statement") {
            return Some(node);
        }
        node = parent;
    }
}

/// The statements and declarations between two nodes of one block, comments apart.
pub(crate) fn between<'a>(first: Node<'a>, second: Node<'a>) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    let mut next = first.next_named_sibling();
    while let Some(node) = next {
        if node.start_byte() >= second.start_byte() {
            break;
        }
        if node.kind() != "comment" {
            found.push(node);
        }
        next = node.next_named_sibling();
    }
    found
}

/// The named sibling before or after, comments and directives apart.
pub(crate) fn code_sibling(node: Node<'_>, forward: bool) -> Option<Node<'_>> {
    let mut current = node;
    loop {
        current = if forward {
            current.next_named_sibling()?
        } else {
            current.prev_named_sibling()?
        };
        if current.kind() != "comment" && !current.kind().starts_with("preproc") {
            return Some(current);
        }
    }
}

/// Every node of `kind` within `range`, in file order.
pub(crate) fn nodes_of_kind<'a>(file: &'a File, range: &Range<usize>, kind: &str) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    let mut pending = vec![file.root()];
    while let Some(node) = pending.pop() {
        if node.end_byte() <= range.start || node.start_byte() >= range.end {
            continue;
        }
        if node.kind() == kind && node.start_byte() >= range.start && node.end_byte() <= range.end {
            found.push(node);
        }
        let mut cursor = node.walk();
        pending.extend(node.children(&mut cursor));
    }
    found.sort_by_key(|node| (node.start_byte(), std::cmp::Reverse(node.end_byte())));
    found
}

/// The code in `text` as tokens joined by single blanks, comments left out: equal for two texts that
/// differ in layout and comments alone.
pub(crate) fn normal(text: &[u8]) -> String {
    let mut words = Vec::new();
    for token in tokens(text) {
        push_normal(text, &token, &mut words);
    }
    words.join(" ")
}

fn push_normal(text: &[u8], token: &Token, words: &mut Vec<String>) {
    let slice = text.get(token.range.clone()).unwrap_or_default();
    match token.kind {
        TokenKind::Comment => {}
        TokenKind::Directive => words.push(directive(slice)),
        _ => words.push(exact_text(slice).into_owned()),
    }
}

/// A directive with its line splices, comments and white space folded. `#define A(x)` and
/// `#define A (x)` stay different.
pub(crate) fn directive(text: &[u8]) -> String {
    let joined = exact_text(text).replace("\\\r\n", " ").replace("\\\n", " ");
    let rest = joined.trim_start().trim_start_matches('#');
    let mut words = vec!["#".to_owned()];
    let mut last_end = 0;
    for token in tokens(rest.as_bytes()) {
        if token.kind == TokenKind::Comment {
            continue;
        }
        let slice = rest.as_bytes().get(token.range.clone()).unwrap_or_default();
        let word = String::from_utf8_lossy(slice).into_owned();
        match words.as_mut_slice() {
            [_, define, name]
                if define == "define" && word == "(" && token.range.start == last_end =>
            {
                name.push('(');
            }
            _ => words.push(word),
        }
        last_end = token.range.end;
    }
    words.join(" ")
}

/// `1 test`, `2 tests`
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `a`, `b` and `c`
pub(crate) fn listed(names: &[String], join: &str) -> String {
    match names {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} {join} {last}", head.join(", ")),
    }
}

/// The condition that an expression is part of (of an `if`, a loop, a `?:`), or else its statement.
pub(crate) fn condition_or_statement(node: Node<'_>) -> Option<Node<'_>> {
    let mut node = node;
    loop {
        let parent = node.parent()?;
        let is_condition = parent
            .child_by_field_name("condition")
            .is_some_and(|condition| condition.id() == node.id());
        if is_condition || matches!(parent.kind(), "compound_statement" | "case_statement") {
            return Some(node);
        }
        node = parent;
    }
}

/// `once`, `twice`, `3 times`
pub(crate) fn times(n: usize) -> String {
    match n {
        0 => "nowhere".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}
