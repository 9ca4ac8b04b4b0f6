//! What is read of a file, as lines of text that two readings can be compared by.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use dialect::token::{TokenKind, tokens};
use dialect::view::{Change, Rule};
use query::File;
use query::access::{access_of, calls};
use query::flow::Flow;
use syntax::Node;
use syntax::items::Condition;

/// One reading of a file, from what judges ask for down to what only the log says.
#[derive(PartialEq, Eq)]
pub(crate) struct Reading {
    /// Regions that were not read, and code that the tree does not show, by line and cause.
    pub(crate) reported: BTreeSet<String>,
    /// Functions, records, macros, calls, uses of members, conditions and what stands under them.
    pub(crate) facts: Vec<String>,
    /// The syntax tree: kinds, words as the file has them, marks as the grammar saw them.
    pub(crate) shape: String,
    /// The dialect's own record of what it changed.
    pub(crate) log: Vec<String>,
}

impl Reading {
    pub(crate) fn of(file: &File) -> Self {
        let unread = file
            .unread()
            .iter()
            .map(|unread| format!("{} {}", file.line_of(unread.range.start), unread.cause));
        let dropped = file.dropped().iter().map(|dropped| {
            let text = code(file, dropped.range.clone());
            format!("dropped, dead: {}: {text}", dropped.dead)
        });
        Self {
            reported: unread.chain(dropped).collect(),
            facts: facts(file),
            shape: shape(file),
            log: log(file),
        }
    }

    /// The rules whose record is not the same.
    pub(crate) fn rules_that_differ(&self, other: &Self) -> BTreeSet<String> {
        let (ours, theirs): (BTreeSet<_>, BTreeSet<_>) =
            (self.log.iter().collect(), other.log.iter().collect());
        ours.symmetric_difference(&theirs)
            .filter_map(|line| line.split(' ').next())
            .map(str::to_owned)
            .collect()
    }
}

/// The code of a range, comments and layout apart.
fn code(file: &File, range: std::ops::Range<usize>) -> String {
    let text = file.slice(range);
    let words: Vec<_> = tokens(text)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment)
        .map(|token| String::from_utf8_lossy(&text[token.range]).into_owned())
        .collect();
    words.join(" ")
}

fn under(conditions: &[Condition]) -> String {
    let shown = conditions.iter().map(|condition| {
        let not = if condition.negated { "!" } else { "" };
        format!("{not}({})", condition.expression)
    });
    shown.collect::<Vec<_>>().join(" && ")
}

fn facts(file: &File) -> Vec<String> {
    let mut facts = Vec::new();
    items(file, &mut facts);
    functions(file, &mut facts);
    uses(file, &mut facts);
    facts
}

fn items(file: &File, facts: &mut Vec<String>) {
    for record in file.records() {
        facts.push(format!(
            "record {:?} {:?} {:?} {}",
            record.kind,
            record.tag,
            record.typedef_name,
            under(&record.conditions)
        ));
        for member in &record.members {
            facts.push(format!(
                "member {} {} {} {:?} {} {}",
                member.type_text,
                member.name,
                member.array,
                member.bit_width,
                member.depth,
                under(&member.conditions)
            ));
        }
    }
    for one in file.enumerators() {
        facts.push(format!(
            "enumerator {:?} {} {}",
            one.tag,
            code(file, one.range.clone()),
            under(&one.conditions)
        ));
    }
    for one in file.typedefs() {
        facts.push(format!("typedef {} {}", one.name, under(&one.conditions)));
    }
    for one in file.prototypes() {
        facts.push(format!(
            "prototype {} {} {} {} {} {}",
            one.type_text,
            one.name,
            one.is_extern,
            one.is_static,
            one.is_weak,
            under(&one.conditions)
        ));
    }
    for one in file.variables() {
        let value = one.value.clone().map(|value| code(file, value));
        facts.push(format!(
            "variable {} {} {} {} {} {value:?} {}",
            one.type_text,
            one.name,
            one.array,
            one.is_extern,
            one.is_static,
            under(&one.conditions)
        ));
    }
    for one in file.macros() {
        facts.push(format!(
            "macro {} {:?} {} {}",
            one.name,
            one.params,
            code(file, one.body.clone()),
            under(&one.conditions)
        ));
    }
    for one in file.includes() {
        facts.push(format!(
            "include {} {} {}",
            one.header,
            one.system,
            under(&one.conditions)
        ));
    }
}

fn functions(file: &File, facts: &mut Vec<String>) {
    for function in file.functions() {
        facts.push(format!(
            "function {} lines {}-{} returns {:?} static {} weak {} clean {} {}",
            function.name,
            file.line_of(function.range.start),
            file.line_of(function.range.end),
            // The range of an untagged one is its place, not what it is.
            std::mem::discriminant(&function.returns),
            function.is_static,
            function.is_weak,
            function.clean,
            under(&function.conditions)
        ));
        let flow = Flow::of(file, function);
        for call in calls(file, function.body.clone()) {
            let guards = flow.as_ref().map_or_else(
                |unread| format!("not followed: {}", unread.cause),
                |flow| guards(file, flow, &call.range),
            );
            facts.push(format!("call {} {guards}", code(file, call.range)));
        }
    }
}

fn guards(file: &File, flow: &Flow, range: &std::ops::Range<usize>) -> String {
    let shown = flow.outermost_guards(range).into_iter().map(|guard| {
        let not = if guard.holds { "" } else { "!" };
        format!("{not}({})", code(file, guard.condition))
    });
    let (reached, looped) = (flow.reaches(range), flow.in_loop(range));
    format!(
        "reached {reached} looped {looped} under {}",
        shown.collect::<Vec<_>>().join(" && ")
    )
}

/// Members with how they are used, assignments, and the text of what decides or is handed back.
fn uses(file: &File, facts: &mut Vec<String>) {
    let mut pending = vec![file.root()];
    while let Some(node) = pending.pop() {
        let range = node.byte_range();
        match node.kind() {
            "field_expression" => {
                facts.push(format!(
                    "use {:?} {}",
                    access_of(file, &range),
                    code(file, range)
                ));
            }
            "assignment_expression"
            | "return_statement"
            | "goto_statement"
            | "labeled_statement" => {
                facts.push(format!("{} {}", node.kind(), code(file, range)));
            }
            _ => {}
        }
        if let Some(condition) = node.child_by_field_name("condition") {
            facts.push(format!("condition {}", code(file, condition.byte_range())));
        }
        let mut cursor = node.walk();
        pending.extend(node.children(&mut cursor));
    }
}

fn shape(file: &File) -> String {
    let view = file.view();
    let mut shape = String::new();
    let mut pending: Vec<Option<Node<'_>>> = vec![Some(file.root())];
    while let Some(next) = pending.pop() {
        let Some(node) = next else {
            shape.push(')');
            continue;
        };
        if node.kind() == "comment" {
            continue;
        }
        if node.child_count() == 0 {
            let text = if node.is_named() {
                file.text(node.byte_range())
            } else {
                String::from_utf8_lossy(&view[node.byte_range()])
            };
            let _ = write!(shape, " {text}");
            continue;
        }
        let _ = write!(shape, "({}", node.kind());
        pending.push(None);
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).collect();
        pending.extend(children.into_iter().rev().map(Some));
    }
    shape
}

/// The edits by the line they stand on and the token that follows, so that one moved over a token differs.
fn log(file: &File) -> Vec<String> {
    let all = file.code_tokens();
    file.edits()
        .iter()
        .map(|edit| {
            let change = match edit.change {
                Change::Blank => "blank".to_owned(),
                Change::Put(text) => format!("put {text}"),
                Change::Upper => "upper".to_owned(),
            };
            if edit.rule == Rule::Directive {
                return code(file, edit.range.clone());
            }
            let after = all.partition_point(|token| token.range.start < edit.range.end);
            let next = all
                .get(after)
                .map(|token| file.text(token.range.clone()))
                .unwrap_or_default();
            format!(
                "{} {change} {} {} before {next}",
                edit.rule.name(),
                file.line_of(edit.range.start),
                code(file, edit.range.clone())
            )
        })
        .collect()
}
