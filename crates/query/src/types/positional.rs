//! Values of an initialiser that go to a member by their position alone.

use std::ops::Range;

use tree_sitter::Node;

use super::context::Context;
use super::{DefinitionSource, TypeName};
use crate::File;
use crate::walk::walk;
use syntax::Unread;

/// What initialisers without names do to one member.
#[derive(Clone, Debug, Default)]
pub struct Positional {
    /// Values that go to it.
    pub values: Vec<Range<usize>>,
    /// Lists of which it is not known where their values go.
    pub unread: Vec<Unread>,
}

/// The values in `file` that go to the member `member` of the record `record` by their position. `{ 0 }` is no such
/// value: it clears a record as a whole.
#[must_use]
pub fn positional_values(
    file: &File,
    record: &str,
    member: &str,
    definitions: &dyn DefinitionSource,
) -> Positional {
    let mut lists = Vec::new();
    walk(file.root(), |node| {
        if node.kind() == "initializer_list" && !clears(file, node) {
            lists.push(node);
        }
        true
    });
    let mut found = Positional::default();
    for list in lists {
        if values(list).any(|value| value.kind() != "initializer_pair") {
            Context::new(file, definitions).positions(list, (record, member), &mut found);
        }
    }
    found
}

impl Context<'_> {
    fn positions(
        &mut self,
        list: Node<'_>,
        (record, member): (&str, &str),
        found: &mut Positional,
    ) {
        let home = self.home();
        let Ok((of, dimensions)) = self.initialised(list) else {
            return;
        };
        let is_record = |name: &TypeName| name.is_record(record);
        let unknown = |cause: &str| Unread {
            range: list.byte_range(),
            cause: cause.to_owned(),
        };
        if dimensions > 0 {
            let is_flat = values(list).any(|value| is_scalar(value));
            if is_flat && is_record(&of.name()) {
                found.unread.push(unknown(
                    "records of an array are initialised without braces",
                ));
            }
            return;
        }
        let is_it = is_record(&of.name());
        // Another record's values matter only where one of its members is such a record, and no list of its own.
        if !is_it && values(list).any(|value| value.kind() == "initializer_pair") {
            return;
        }
        let mut position = 0;
        for value in values(list) {
            if value.kind() == "initializer_pair" {
                let designator = value.child_by_field_name("designator");
                let name = designator.map(|d| home.text(d.byte_range()).into_owned());
                let name = name.unwrap_or_default();
                let name = name.trim_start_matches('.').trim();
                match self.position_of(&of, name) {
                    Some(at) => position = at + 1,
                    None if is_it => {
                        return found.unread.push(unknown("a position after a designator"));
                    }
                    None => return,
                }
                continue;
            }
            match self.nth_member(&of, position) {
                Ok(name) if is_it && name == member => found.values.push(value.byte_range()),
                Ok(name) if is_scalar(value) => {
                    let inner = self.member_type(&of, &name);
                    let holds = inner.is_ok_and(|inner| is_record(&inner.name()));
                    let is_array = !self.member_array(&of, &name).is_empty();
                    let is_string = value.kind() == "string_literal";
                    if holds && !self.is_pointer_member(&of, &name)
                        || is_it && is_array && !is_string
                    {
                        return found
                            .unread
                            .push(unknown("a record is initialised without braces of its own"));
                    }
                }
                Ok(_) => {}
                Err(reason) if is_it => {
                    let cause = format!("values without names: {reason}");
                    return found.unread.push(unknown(&cause));
                }
                Err(_) => return,
            }
            position += 1;
        }
    }
}

/// `{ 0 }`, `{ NULL }`
fn clears(file: &File, list: Node<'_>) -> bool {
    let mut all = values(list);
    let first = all.next().map(|value| file.text(value.byte_range()));
    all.next().is_none() && first.is_none_or(|text| matches!(&*text, "0" | "NULL"))
}

fn values(list: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut cursor = list.walk();
    let all: Vec<Node<'_>> = list.named_children(&mut cursor).collect();
    all.into_iter().filter(|value| value.kind() != "comment")
}

/// Whether the value is surely no record: a number, text, an operator's.
fn is_scalar(value: Node<'_>) -> bool {
    matches!(
        value.kind(),
        "number_literal"
            | "char_literal"
            | "string_literal"
            | "unary_expression"
            | "binary_expression"
            | "true"
            | "false"
            | "null"
    )
}
