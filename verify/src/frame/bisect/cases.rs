//! Each `case` of a `switch` once: by its words, and by its value where that is known; and none of a variable.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use dialect::token::Pieces;
use query::File;
use query::types::declared_at;
use syntax::Node;
use syntax::items::Function;

use super::changes::FileChange;
use super::complaint::Complaint;
use super::snapshot::Snapshot;
use super::visible::exclude_each_other;
use crate::nodes::normal;

/// A `case` of a `switch`.
struct Case<'t> {
    at: usize,
    /// From `case` to the colon, token by token.
    text: String,
    /// The same for people.
    shown: String,
    /// The value, or the two ends of `1 ... 3`.
    ends: Vec<Range<usize>>,
    /// What the grammar has for them.
    nodes: Vec<Node<'t>>,
}

/// The words of new cases, whose values have to be looked for in headers.
pub(super) fn names(change: &FileChange<'_>) -> Vec<String> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for function in change.changed_functions() {
        for switch in switches(file, function) {
            let cases = cases(file, switch);
            if cases
                .iter()
                .any(|case| change.is_new(&(case.at..case.at + 1)))
            {
                let words = cases
                    .iter()
                    .flat_map(|case| dialect::token::texts(case.text.as_bytes()));
                let names =
                    words.filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'));
                found.extend(names.map(str::to_owned));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn switches<'t>(file: &'t File, function: &Function) -> Vec<Node<'t>> {
    let mut found = Vec::new();
    let mut pending: Vec<Node<'t>> = file.node_at(function.body.clone()).into_iter().collect();
    while let Some(node) = pending.pop() {
        if node.kind() == "switch_statement" {
            found.push(node);
        }
        let mut cursor = node.walk();
        pending.extend(node.named_children(&mut cursor));
    }
    found
}

/// What is wrong with the cases of a `switch`. By their values those are compared that `is_asked` takes.
pub(super) fn of_switch(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    function: &Function,
    switch: Node<'_>,
    is_asked: &dyn Fn(usize) -> bool,
) -> Vec<Complaint> {
    let all = cases(file, switch);
    let mut found = Vec::new();
    for (index, case) in all.iter().enumerate() {
        let before = all.get(..index).unwrap_or_default();
        if let Some(name) = case.nodes.iter().find_map(|node| variable(file, *node)) {
            found.push(Complaint::violated(
                format!("case:{}:{}:variable:{name}", file.path(), function.name),
                file,
                case.at,
                format!(
                    "`{}` in {}() is no constant: `{name}` is a variable",
                    case.shown, function.name
                ),
            ));
        }
        let is_twin = |other: &&Case<'_>| {
            let conditions = (file.conditions_at(other.at), file.conditions_at(case.at));
            other.text == case.text && !exclude_each_other(&conditions.0, &conditions.1)
        };
        if before.iter().any(|other| is_twin(&other)) {
            found.push(Complaint::violated(
                format!("case:{}:{}:{}", file.path(), function.name, case.text),
                file,
                case.at,
                format!(
                    "a `switch` of {}() has `{}` twice",
                    function.name, case.shown
                ),
            ));
        }
    }
    if all.iter().any(|case| is_asked(case.at)) {
        found.extend(by_value(snapshot, file, function, switch, &all));
    }
    found
}

/// The cases of one value that are written otherwise. What an `#if` in the `switch` is around may be there for just that.
fn by_value(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    function: &Function,
    switch: Node<'_>,
    all: &[Case<'_>],
) -> Vec<Complaint> {
    let around = file.conditions_at(switch.start_byte()).len();
    let mut known: Vec<(RangeInclusive<i128>, &Case<'_>)> = Vec::new();
    let mut found = Vec::new();
    for case in all {
        if file.conditions_at(case.at).len() != around {
            continue;
        }
        let Some(values) = values(snapshot, file, case) else {
            continue;
        };
        let twin = known.iter().find(|(other, twin)| {
            twin.text != case.text && other.start() <= values.end() && values.start() <= other.end()
        });
        if let Some((other, twin)) = twin {
            let value = values.start().max(other.start());
            found.push(Complaint::violated(
                format!("case:{}:{}:{}", file.path(), function.name, case.text),
                file,
                case.at,
                format!(
                    "a `switch` of {}() has the value {value} twice: `{}`, and `{}` in line {}",
                    function.name,
                    case.shown,
                    twin.shown,
                    file.line_of(twin.at)
                ),
            ));
        }
        known.push((values, case));
    }
    found
}

fn values(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    case: &Case<'_>,
) -> Option<RangeInclusive<i128>> {
    let value = |range: &Range<usize>| Some(snapshot.constant(file, range)?.value);
    match &case.ends[..] {
        [one] => value(one).map(|value| value..=value),
        [from, to] => Some(value(from)?..=value(to)?),
        _ => None,
    }
}

/// The cases of a `switch` in their order, dead ones and those of an inner one apart.
fn cases<'t>(file: &File, switch: Node<'t>) -> Vec<Case<'t>> {
    let mut found = Vec::new();
    let mut pending: Vec<Node<'t>> = switch.child_by_field_name("body").into_iter().collect();
    while let Some(node) = pending.pop() {
        if node.kind() == "switch_statement" || node.kind() == "function_definition" {
            continue;
        }
        let at = node.start_byte();
        if node.kind() == "case_statement" && !file.is_dead(at) {
            found.extend(case(file, node));
        }
        let mut cursor = node.walk();
        let mut inner: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
        inner.reverse();
        pending.extend(inner);
    }
    found
}

fn case<'t>(file: &File, node: Node<'t>) -> Option<Case<'t>> {
    let at = node.start_byte();
    let mut cursor = node.walk();
    let mut children = node.children(&mut cursor);
    let colon = children.find(|child| child.kind() == ":")?;
    let label = at..colon.start_byte();
    let text = normal(file.slice(label.clone()));
    let shown = sites::brief(file.text(label.clone()).trim(), 60);
    // The grammar has no ranges.
    let mut ends = Vec::new();
    let mut from = at + "case".len();
    for (_, piece) in Pieces::new(file.slice(label.clone())) {
        if file.slice(at + piece.start..at + piece.end) == b"..." {
            ends.push(from..at + piece.start);
            from = at + piece.end;
        }
    }
    ends.push(from..label.end);
    let mut cursor = node.walk();
    let nodes = node.named_children(&mut cursor);
    let nodes = nodes.filter(|child| child.end_byte() <= label.end && child.kind() != "comment");
    if text == "default" {
        ends.clear();
    }
    Some(Case {
        at,
        text,
        shown,
        ends,
        nodes: nodes.collect(),
    })
}

/// The variable or parameter of the function that a case hangs on.
fn variable(file: &File, node: Node<'_>) -> Option<String> {
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        match node.kind() {
            "identifier" => {
                let name = file.text(node.byte_range());
                let is_given = file.macros().iter().any(|known| known.name == name);
                if !is_given && declared_at(file, node.start_byte(), &name).is_some() {
                    return Some(name.into_owned());
                }
            }
            "parenthesized_expression" | "binary_expression" | "unary_expression" => {
                let mut cursor = node.walk();
                pending.extend(node.named_children(&mut cursor));
            }
            _ => {}
        }
    }
    None
}
