//! What is called, dereferenced, indexed, or asked for a member, and is nothing that could be.

use query::types::DefinitionSource;
use syntax::Node;

use super::super::members::surely_lacks;
use super::super::signature::arguments;
use super::Shape;
use super::declared::{Definitions, Seen, is_rewritten};
use crate::nodes::{operator, without_parens};

impl Seen<'_, '_> {
    /// A call of what is no function, or with another number of arguments. Calls of functions by their names are for
    /// another check.
    pub(super) fn call<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let function = node.child_by_field_name("function")?;
        let list = node.child_by_field_name("arguments")?;
        if is_rewritten(self.file, node.byte_range()) {
            return None;
        }
        let shape = self.shape(function)?;
        let text = self.text(function);
        // `min(a, b)` is the macro, whatever the variable `min` is.
        let last = function.child_by_field_name("field").unwrap_or(function);
        if self.is_macro(&self.file.text(last.byte_range())) {
            return None;
        }
        let Some(callable) = shape.called() else {
            // Who includes the file may have defined such a macro.
            if self.snapshot.is_included(self.file) {
                return None;
            }
            let message = format!("`{text}` is called, and is {}", shape.says());
            return Some((node, message));
        };
        let core = without_parens(function);
        if core.kind() == "identifier" && self.is_function(core) {
            return None;
        }
        let mut cursor = list.walk();
        let all: Vec<Node<'_>> = list
            .named_children(&mut cursor)
            .filter(|child| child.kind() != "comment")
            .collect();
        if callable.accepts(all.len()) || all.iter().any(|one| self.may_be_several(*one)) {
            return None;
        }
        let given = arguments(all.len());
        let wants = callable.wants();
        let message = format!("`{text}` is called with {given}, and its type takes {wants}");
        Some((node, message))
    }

    /// Whether the name is that of a function, and no variable's.
    pub(super) fn is_function(&self, name: Node<'_>) -> bool {
        let text = self.file.text(name.byte_range());
        self.local(&text, name.start_byte()).is_none()
            && matches!(self.global(&text), None | Some(Shape::Function(_)))
    }

    /// Whether an argument may be several, or none: what a macro brings in.
    pub(super) fn may_be_several(&self, argument: Node<'_>) -> bool {
        let name = match argument.kind() {
            "identifier" => argument,
            "call_expression" => match argument.child_by_field_name("function") {
                Some(function) if function.kind() == "identifier" => function,
                _ => return false,
            },
            _ => return false,
        };
        let text = self.file.text(name.byte_range());
        self.local(&text, name.start_byte()).is_none() && self.global(&text).is_none()
    }

    /// `->` of what is no pointer to a record, `.` of what is none, and members of what is only declared.
    pub(super) fn access<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let object = node.child_by_field_name("argument")?;
        let field = node.child_by_field_name("field")?;
        let arrow = operator(self.file, node)? == b"->";
        if is_rewritten(self.file, node.byte_range()) {
            return None;
        }
        let shape = self.shape(object)?;
        let fits = match (&shape, arrow) {
            (Shape::Pointer(of) | Shape::Array(of), true) => matches!(**of, Shape::Record(_)),
            (Shape::Record(_), false) => true,
            _ => false,
        };
        let name = self.file.text(field.byte_range());
        if !fits {
            if self.is_other_name(&name) || (!arrow && self.is_path(node)) {
                return None;
            }
            let sign = if arrow { "->" } else { "." };
            let message = format!(
                "`{sign}` of `{}`, which is {}",
                self.text(object),
                shape.says()
            );
            return Some((node, message));
        }
        let named = self.record_of(node)?;
        match self.definitions(&named, node.start_byte()) {
            Definitions::Incomplete => {
                let says = named.says();
                let message = format!("the member `{name}` of {says}, which is only declared here");
                Some((node, message))
            }
            Definitions::Complete(all) => {
                let mut members = all
                    .iter()
                    .flat_map(|(_, record)| record.members_named(&name));
                // Where the access or its object is new, another check has asked.
                let lacks =
                    members.next().is_none() && self.lacks(node) && !self.is_other_name(&name);
                lacks.then(|| (node, format!("{} has no member `{name}`", named.says())))
            }
            Definitions::Unknown => None,
        }
    }

    pub(super) fn lacks(&self, access: Node<'_>) -> bool {
        surely_lacks(self.snapshot, self.file, &access.byte_range())
    }

    /// Whether `a.b` is a member's path, which a macro is given: `container_of(x, struct y, a.b)`.
    pub(super) fn is_path(&self, access: Node<'_>) -> bool {
        let mut node = access;
        while let Some(parent) = node.parent() {
            match parent.kind() {
                "field_expression" | "subscript_expression" => node = parent,
                "argument_list" => {
                    let callee = parent
                        .parent()
                        .and_then(|call| call.child_by_field_name("function"));
                    let is_function = |callee: Node<'_>| {
                        let name = self.file.text(callee.byte_range());
                        matches!(self.global(&name), Some(Shape::Function(_)))
                    };
                    return !callee.is_some_and(is_function);
                }
                "comma_expression" | "offsetof_expression" => return true,
                "parenthesized_expression" => return self.is_macro_head(parent),
                _ => return false,
            }
        }
        false
    }

    /// Whether the parentheses are a macro's, which the grammar sees a loop or a condition in.
    pub(super) fn is_macro_head(&self, parentheses: Node<'_>) -> bool {
        let statement = parentheses.parent();
        statement.is_some_and(|statement| {
            let is_head = matches!(
                statement.kind(),
                "if_statement" | "while_statement" | "for_statement"
            );
            is_head && !self.has_keyword(statement)
        })
    }

    pub(super) fn has_keyword(&self, statement: Node<'_>) -> bool {
        let text = self.file.slice(statement.byte_range());
        let word = dialect::token::texts(text.get(..16).unwrap_or(text)).next();
        matches!(word, Some("if" | "while" | "for" | "do"))
    }

    pub(super) fn subscript<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let array = node.child_by_field_name("argument")?;
        let index = node.child_by_field_name("index")?;
        let shape = self.shape(array)?;
        let is_wrong = match shape {
            Shape::Record(_) | Shape::Void => true,
            Shape::Number | Shape::Truth => {
                matches!(
                    self.shape(index)?,
                    Shape::Number | Shape::Truth | Shape::Record(_)
                )
            }
            _ => false,
        };
        let message = format!("`[]` of `{}`, which is {}", self.text(array), shape.says());
        is_wrong.then_some((node, message))
    }

    /// `*` of what is no pointer, `&` of a bit-field.
    pub(super) fn pointer<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let argument = node.child_by_field_name("argument")?;
        if operator(self.file, node)? == b"&" {
            let core = without_parens(argument);
            let text = self.text(core);
            return self.is_bit_field(core)?.then(|| {
                (
                    node,
                    format!("the address of `{text}`, which is a bit-field"),
                )
            });
        }
        let shape = self.shape(argument)?;
        let message = format!(
            "`*` of `{}`, which is {}",
            self.text(argument),
            shape.says()
        );
        matches!(shape, Shape::Number | Shape::Truth | Shape::Record(_)).then_some((node, message))
    }

    /// Whether an access is of a bit-field, in each definition of the record.
    pub(super) fn is_bit_field(&self, access: Node<'_>) -> Option<bool> {
        if access.kind() != "field_expression" {
            return None;
        }
        let named = self.record_of(access)?;
        let field = access.child_by_field_name("field")?;
        let name = self.file.text(field.byte_range());
        let Definitions::Complete(all) = self.definitions(&named, access.start_byte()) else {
            return None;
        };
        let mut members = all
            .iter()
            .flat_map(|(_, record)| record.members_named(&name))
            .peekable();
        members.peek()?;
        Some(members.all(|member| member.bit_width.is_some()))
    }

    /// Whether a macro stands for the name of a member: `#define tcf_lock common.tcfa_lock`.
    fn is_other_name(&self, name: &str) -> bool {
        self.is_macro(name) || self.snapshot.alias(self.file, name).is_some()
    }

    /// Whether a macro of the name takes arguments, or stands for something else, wherever the name is called or used.
    pub(super) fn is_macro(&self, name: &str) -> bool {
        let near = self.snapshot.tree.near(self.file);
        self.file.macros().iter().any(|known| known.name == name)
            || near.header_defining(self.file, name).is_some()
    }
}
