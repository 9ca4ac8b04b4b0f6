//! Where an expression is used as its type does not allow.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use query::File;
use syntax::Node;
use syntax::items::{Function, RecordKind};

use super::super::Step;
use super::super::changes::FileChange;
use super::super::complaint::{Complaint, around, new_ones};
use super::super::scope::has_word;
use super::super::snapshot::Snapshot;
use super::declared::{Definitions, Seen, is_rewritten};
use super::{Named, Shape};
use crate::nodes::{normal, operator, without_parens};

/// The misuses in a touched file that the file before does not have: in functions that differ, and in those that use what
/// is of another type now.
pub(in super::super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let changed: Vec<Range<usize>> = change
        .changed_functions()
        .into_iter()
        .map(|function| function.range.clone())
        .collect();
    let is_asked = |range: &Range<usize>| {
        change.is_new(range) || changed.contains(range) || uses(file, range, step.reshaped.own())
    };
    complaints(step, file, change.before.as_ref(), &is_asked)
}

/// The misuses of what has another type now, in a file that the series leaves alone.
pub(in super::super) fn in_other(step: &Step<'_>, file: &Arc<File>) -> Vec<Complaint> {
    let before = step.before.file(file.path());
    let words = step.reshaped.shared();
    let is_asked = |range: &Range<usize>| uses(file, range, words);
    complaints(step, file, before.as_ref(), &is_asked)
}

fn uses(file: &File, range: &Range<usize>, words: &BTreeSet<String>) -> bool {
    let text = file.slice(range.clone());
    words.iter().any(|word| has_word(text, word.as_bytes()))
}

fn complaints(
    step: &Step<'_>,
    file: &Arc<File>,
    before: Option<&Arc<File>>,
    is_asked: &dyn Fn(&Range<usize>) -> bool,
) -> Vec<Complaint> {
    let places = places(file, is_asked);
    let now = look(&step.after, file, &places);
    let Some(before) = before.filter(|_| !now.is_empty()) else {
        return now;
    };
    let names: BTreeSet<&str> = now.iter().map(|one| around_name(file, one.at)).collect();
    let same = |range: &Range<usize>| names.contains(around_name(before, range.end - 1));
    new_ones(now, look(&step.before, before, &places_of(before, &same)))
}

/// The name of the function around a place; empty outside of all.
fn around_name(file: &File, at: usize) -> &str {
    file.function_at(at).map_or("", |function| &function.name)
}

fn places(file: &File, is_asked: &dyn Fn(&Range<usize>) -> bool) -> Vec<Range<usize>> {
    let is_live = |range: &Range<usize>| is_asked(range) && !file.is_dead(range.start);
    places_of(file, &is_live)
}

/// The functions and the values of variables of a file.
fn places_of(file: &File, is_asked: &dyn Fn(&Range<usize>) -> bool) -> Vec<Range<usize>> {
    let is_whole = |function: &&Function| function.clean;
    let functions = file.functions().iter().filter(is_whole);
    let functions = functions.map(|function| function.range.clone());
    let values = file.variables().iter().filter(|one| one.value.is_some());
    let values = values.map(|variable| variable.range.clone());
    let mut found: Vec<Range<usize>> = functions.chain(values).collect();
    found.retain(|range| !range.is_empty() && is_asked(range));
    found
}

fn look(snapshot: &Snapshot<'_>, file: &Arc<File>, places: &[Range<usize>]) -> Vec<Complaint> {
    let seen = Seen::of(snapshot, file);
    let mut found = Vec::new();
    for place in places {
        let Some(top) = file.node_at(place.clone()) else {
            continue;
        };
        let mut pending = vec![top];
        while let Some(node) = pending.pop() {
            if node.start_byte() < place.end && place.start < node.end_byte() {
                found.extend(seen.misuse(node));
                let mut cursor = node.walk();
                pending.extend(node.named_children(&mut cursor));
            }
        }
    }
    found
}

impl Seen<'_, '_> {
    fn misuse(&self, node: Node<'_>) -> Option<Complaint> {
        let (at, message) = match node.kind() {
            "call_expression" => self.call(node)?,
            "field_expression" => self.access(node)?,
            "subscript_expression" => self.subscript(node)?,
            "pointer_expression" => self.pointer(node)?,
            "sizeof_expression" => self.size(node)?,
            "update_expression" => self.updated(node.child_by_field_name("argument")?)?,
            "binary_expression" => self.operands(node)?,
            "unary_expression" => self.scalar(node.child_by_field_name("argument")?)?,
            "if_statement"
            | "while_statement"
            | "do_statement"
            | "for_statement"
            | "switch_statement"
            | "conditional_expression" => self.condition(node)?,
            "cast_expression" => self.cast(node)?,
            "assignment_expression" => self.assigned(node)?,
            "declaration" => self.declared_by_value(node)?,
            "init_declarator" => self.initialised(node)?,
            "initializer_pair" => self.entry(node)?,
            "return_statement" => self.returned(node)?,
            _ => return None,
        };
        if is_rewritten(self.file, at.byte_range()) || self.file.is_dead(at.start_byte()) {
            return None;
        }
        let text = normal(self.file.slice(at.byte_range()));
        let place = around(self.file, at.start_byte());
        let key = format!("shape:{place}:{}:{text}:{message}", node.kind());
        Some(Complaint::violated(
            key,
            self.file,
            at.start_byte(),
            message,
        ))
    }

    pub(super) fn text(&self, node: Node<'_>) -> String {
        sites::brief(&self.file.text(node.byte_range()), 60)
    }

    fn size<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let shape = match node.child_by_field_name("type") {
            Some(descriptor) => self.named_type(descriptor)?,
            None => self.shape(node.child_by_field_name("value")?)?,
        };
        self.incomplete(&shape, node).map(|named| {
            (
                node,
                format!("the size of {}, which is only declared here", named.says()),
            )
        })
    }

    /// The record that the value is, where it is only declared.
    fn incomplete(&self, shape: &Shape, at: Node<'_>) -> Option<Named> {
        let named = match shape {
            Shape::Record(named) => named,
            Shape::Array(of) => return self.incomplete(of, at),
            _ => return None,
        };
        matches!(
            self.definitions(named, at.start_byte()),
            Definitions::Incomplete
        )
        .then(|| named.clone())
    }

    /// `++` of what is no variable, or of a pointer that does not step.
    fn updated<'t>(&self, argument: Node<'t>) -> Option<(Node<'t>, String)> {
        let wrong = self.never_assigned(argument);
        wrong
            .map(|wrong| (argument, wrong))
            .or_else(|| self.step(argument))
    }

    /// A struct for a number or a pointer, or one of these for a struct.
    fn cast<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let value = node.child_by_field_name("value")?;
        let to = self.named_type(node.child_by_field_name("type")?)?;
        let from = self.shape(without_parens(value))?.decayed();
        let is_wrong = match (&to, &from) {
            (Shape::Number | Shape::Truth | Shape::Pointer(_), Shape::Record(_)) => true,
            // gcc takes a value of one of its members for a union.
            (Shape::Record(named), from) => {
                named.kind == RecordKind::Struct && !matches!(from, Shape::Record(_))
            }
            _ => false,
        };
        let message = format!(
            "`{}` is {}, and is cast to {}",
            self.text(value),
            from.says(),
            to.says()
        );
        is_wrong.then_some((node, message))
    }

    /// A pointer to what has no size does not step.
    fn step<'t>(&self, pointer: Node<'t>) -> Option<(Node<'t>, String)> {
        let Shape::Pointer(of) = self.shape(pointer)? else {
            return None;
        };
        let named = self.incomplete(&of, pointer)?;
        let text = self.text(pointer);
        let message = format!(
            "`{text}` points to {}, which is only declared here",
            named.says()
        );
        Some((pointer, message))
    }

    fn operands<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let sides = ["left", "right"].map(|side| node.child_by_field_name(side));
        let sides = || sides.into_iter().flatten();
        // Behind a macro `&x` is no operand: `MORE_OF_THEM &x`.
        if sides().any(|side| self.shape(side).is_none()) {
            return None;
        }
        if let Some(wrong) = sides().find_map(|side| self.scalar(side)) {
            return Some(wrong);
        }
        let operator = operator(self.file, node)?;
        if matches!(
            operator,
            b"*" | b"/" | b"%" | b"&" | b"|" | b"^" | b"<<" | b">>"
        ) {
            return sides().find_map(|side| {
                let shape = self.shape(side)?.decayed();
                let text = self.text(side);
                let message = format!("`{text}` is {}, no number", shape.says());
                matches!(shape, Shape::Pointer(_)).then_some((node, message))
            });
        }
        let steps = matches!(operator, b"+" | b"-");
        steps.then(|| sides().find_map(|side| self.step(side)))?
    }

    /// A record where a number or a pointer is asked for.
    pub(super) fn scalar<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let shape = self.shape(node)?;
        let message = format!(
            "`{}` is {}, no number or pointer",
            self.text(node),
            shape.says()
        );
        matches!(shape, Shape::Record(_)).then_some((node, message))
    }

    fn condition<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let condition = node.child_by_field_name("condition")?;
        // A macro in the place of the keyword has arguments, and no condition.
        let has_keyword = matches!(node.kind(), "conditional_expression" | "switch_statement");
        (has_keyword || self.has_keyword(node)).then(|| self.scalar(without_parens(condition)))?
    }

    /// A variable of a function that is of a record that is only declared.
    fn declared_by_value<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        self.file.function_at(node.start_byte())?;
        if self.file.slice(node.byte_range()).starts_with(b"extern") {
            return None;
        }
        let mut cursor = node.walk();
        let mut all = node.children_by_field_name("declarator", &mut cursor);
        all.find_map(|declarator| {
            let shape = self.of_declaration(self.file, node, Some(declarator))?;
            if matches!(shape, Shape::Void) {
                let text = self.text(declarator);
                return Some((node, format!("the variable `{text}` is void")));
            }
            // `static struct tag { … } name` defines the struct on its way to the name.
            let named = self.incomplete(&shape, declarator)?;
            let message = format!(
                "a variable of {}, which is only declared here",
                named.says()
            );
            Some((node, message))
        })
    }
}
