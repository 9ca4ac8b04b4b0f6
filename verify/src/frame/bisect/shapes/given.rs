//! Values that are given to what is of another type: assigned, initialised, returned, put into a table.

use std::sync::Arc;

use dialect::token::integer;
use query::types::{Resolution, receiver_type};
use syntax::Node;
use syntax::items::RecordKind;

use super::declared::Seen;
use super::expression::is_same_function;
use super::{Named, Shape};
use crate::nodes::{operator, without_parens};

impl Seen<'_, '_> {
    pub(super) fn assigned<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let (left, right) = (
            node.child_by_field_name("left")?,
            node.child_by_field_name("right")?,
        );
        if let Some(wrong) = self.never_assigned(left) {
            return Some((node, wrong));
        }
        if operator(self.file, node)? != b"=" {
            return None;
        }
        let to = self.shape(left)?;
        if matches!(to, Shape::Array(_) | Shape::Function(_)) {
            let message = format!("`{}` is assigned to, and is {}", self.text(left), to.says());
            return Some((node, message));
        }
        self.given(right, &to)
    }

    /// What is no place for a value: a constant, what a function gives, a type.
    pub(super) fn never_assigned(&self, node: Node<'_>) -> Option<String> {
        let core = without_parens(node);
        let text = self.text(core);
        match core.kind() {
            "call_expression" => {
                let function = core.child_by_field_name("function")?;
                let is_call = function.kind() == "identifier"
                    && !self.is_macro(&self.file.text(function.byte_range()))
                    && self.shape(function)?.called().is_some();
                is_call.then(|| format!("`{text}` is assigned to, and is what a function gives"))
            }
            "identifier" if self.is_enumerator(core) => {
                Some(format!("`{text}` is assigned to, and is a constant"))
            }
            "identifier" if self.is_type(core) => {
                Some(format!("`{text}` is assigned to, and is a type"))
            }
            _ => None,
        }
    }

    pub(super) fn initialised<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let (declarator, value) = (
            node.child_by_field_name("declarator")?,
            node.child_by_field_name("value")?,
        );
        let declaration = node.parent()?;
        let to = self.of_declaration(self.file, declaration, Some(declarator))?;
        if matches!(to, Shape::Array(_)) {
            return None;
        }
        self.given(value, &to)
    }

    /// `.open = f`
    pub(super) fn entry<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let (designator, value) = (
            node.child_by_field_name("designator")?,
            node.child_by_field_name("value")?,
        );
        if designator.kind() != "field_designator" {
            return None;
        }
        // What only a call can tell is not asked of each entry of a table.
        let function @ Shape::Function(_) = self.shape(without_parens(value))? else {
            return None;
        };
        let near = self.snapshot.tree.near(self.file);
        let owner = receiver_type(self.file, &designator.byte_range(), &near);
        let Resolution::Known(owner) = owner else {
            return None;
        };
        let (kind, tag) = match owner {
            query::types::TypeName::Struct(tag) => (RecordKind::Struct, tag),
            query::types::TypeName::Union(tag) => (RecordKind::Union, tag),
            _ => return None,
        };
        let named = Named {
            kind,
            tag: Some(tag),
            file: Arc::clone(self.file),
            range: designator.byte_range(),
        };
        let name = self.file.text(designator.byte_range());
        let to = self.member_named(
            &named,
            name.trim_start_matches('.').trim(),
            node.start_byte(),
        )?;
        let (Some(wants), Some(has)) = (to.called(), function.called()) else {
            return None;
        };
        let message = format!(
            "`{}` takes {}, and `{}` is for functions that take {}",
            self.text(value),
            has.wants(),
            name.trim(),
            wants.wants()
        );
        (!is_same_function(wants, has)).then_some((node, message))
    }

    pub(super) fn returned<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, String)> {
        let value = node
            .named_child(0)
            .filter(|child| child.kind() != "comment")?;
        let function = self.file.function_at(node.start_byte())?;
        let at = function.name_range.start;
        let whole = self.named_at(self.file, at, &function.name, 0)?;
        let returns = whole.called()?.returns.as_deref()?.clone();
        self.given(value, &returns)
    }

    /// A value that is none of the type that is asked for: a record for a number, a pointer for one, another record.
    pub(super) fn given<'t>(&self, value: Node<'t>, to: &Shape) -> Option<(Node<'t>, String)> {
        let core = without_parens(value);
        if core.kind() == "initializer_list" {
            return None;
        }
        if core.kind() == "identifier" && self.is_type(core) {
            let message = format!("`{}` is a type, and no value", self.text(core));
            return Some((value, message));
        }
        let from = self.shape(core)?.decayed();
        let is_wrong = match (to, &from) {
            (Shape::Record(a), Shape::Record(b)) => self.are_different(a, b),
            (Shape::Record(_), _) | (_, Shape::Record(_)) => !matches!(to, Shape::Void),
            (Shape::Number, Shape::Pointer(_)) => true,
            // A function is never none.
            (Shape::Truth, Shape::Pointer(_)) => self.names_function(core),
            (Shape::Pointer(_), Shape::Number) => !self.is_constant(core),
            (Shape::Pointer(of), Shape::Pointer(other)) => match (&**of, &**other) {
                (Shape::Function(wants), Shape::Function(has)) => !is_same_function(wants, has),
                (Shape::Record(a), Shape::Record(b)) => self.are_different(a, b),
                _ => false,
            },
            _ => false,
        };
        let message = format!(
            "`{}` is {}, where {} is asked for",
            self.text(core),
            from.says(),
            to.says()
        );
        is_wrong.then_some((value, message))
    }

    /// Whether two tags are surely those of two records.
    pub(super) fn are_different(&self, one: &Named, other: &Named) -> bool {
        match (&one.tag, &other.tag) {
            (Some(a), Some(b)) => {
                (a != b || one.kind != other.kind) && !self.is_macro(a) && !self.is_macro(b)
            }
            _ => false,
        }
    }

    pub(super) fn names_function(&self, value: Node<'_>) -> bool {
        let name = self.file.text(value.byte_range());
        value.kind() == "identifier"
            && self.local(&name, value.start_byte()).is_none()
            && matches!(self.global(&name), Some(Shape::Function(_)))
    }

    /// `0` and what may be: numbers that are pointers, too.
    pub(super) fn is_constant(&self, value: Node<'_>) -> bool {
        let name = self.file.text(value.byte_range());
        match value.kind() {
            "identifier" => self.local(&name, value.start_byte()).is_none(),
            "field_expression" | "call_expression" | "subscript_expression" => false,
            "number_literal" => integer(self.file.slice(value.byte_range())) == Some(0),
            _ => true,
        }
    }
}
