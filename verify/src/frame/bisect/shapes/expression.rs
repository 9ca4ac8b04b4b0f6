//! The shape of an expression.

use std::sync::Arc;

use query::File;
use syntax::Node;
use syntax::items::name_of;

use super::super::visible::declared_names;
use super::declared::{Definitions, Seen, declarator_of, is_rewritten};
use super::{Callable, Named, Shape, agreed};
use crate::nodes::operator;

/// How deep an expression is followed.
const DEEPEST: usize = 60;

impl Seen<'_, '_> {
    /// The shape of the expression; none where it is not known.
    pub(super) fn shape(&self, node: Node<'_>) -> Option<Shape> {
        self.expression(node, 0)
    }

    fn expression(&self, node: Node<'_>, depth: usize) -> Option<Shape> {
        if depth > DEEPEST {
            return None;
        }
        let inner = |field: &str| {
            let child = node.child_by_field_name(field)?;
            self.expression(child, depth + 1)
        };
        match node.kind() {
            "identifier" if is_rewritten(self.file, node.byte_range()) => None,
            "identifier" => self.identifier(node),
            "number_literal" | "char_literal" | "true" | "false" | "sizeof_expression"
            | "alignof_expression" => Some(Shape::Number),
            "string_literal" => Some(Shape::Pointer(Box::new(Shape::Number))),
            "parenthesized_expression" => {
                let child = node.named_child(0)?;
                (node.named_child_count() == 1).then(|| self.expression(child, depth + 1))?
            }
            "field_expression" => self.member_of(node, depth),
            "subscript_expression" => match inner("argument")? {
                Shape::Pointer(of) | Shape::Array(of) => Some(*of),
                _ => None,
            },
            "pointer_expression" => self.pointed(node, inner("argument")?),
            "call_expression" => {
                let function = inner("function")?;
                function.called()?.returns.as_deref().cloned()
            }
            "cast_expression" | "compound_literal_expression" => {
                self.named_type(node.child_by_field_name("type")?)
            }
            "unary_expression" => Some(Shape::Number),
            "binary_expression" => self.binary(node, depth),
            "assignment_expression" => inner("left"),
            "update_expression" => inner("argument"),
            "comma_expression" => inner("right"),
            "conditional_expression" => agreed([inner("consequence"), inner("alternative")]),
            _ => None,
        }
    }

    fn identifier(&self, node: Node<'_>) -> Option<Shape> {
        let name = self.file.text(node.byte_range());
        match self.local(&name, node.start_byte()) {
            Some(local) => local,
            // What a block declares otherwise (a function, an enumerator) hides the file's own.
            None if super::super::scope::is_local(self.file, &node.byte_range()) => None,
            None => self.global(&name),
        }
    }

    /// Whether the name is surely an enumerator's.
    pub(super) fn is_enumerator(&self, name: Node<'_>) -> bool {
        self.is_everywhere(name, &|file, text| {
            let mut all = file.enumerators().iter();
            all.any(|known| known.name == text)
        })
    }

    /// Whether the name is surely a type's: of the file's own level or of a header's, or of the function before it.
    pub(super) fn is_type(&self, name: Node<'_>) -> bool {
        self.is_everywhere(name, &|file, text| {
            let mut all = file.typedefs().iter();
            all.any(|known| known.name == text)
        }) || self.is_own_type(name)
    }

    /// Whether all that declares the name for the file declares it as what `is` asks for, and something does.
    fn is_everywhere(&self, name: Node<'_>, is: &dyn Fn(&File, &str) -> bool) -> bool {
        let text = self.file.text(name.byte_range());
        if is_rewritten(self.file, name.byte_range())
            || super::super::scope::is_local(self.file, &name.byte_range())
        {
            return false;
        }
        let closure = self.snapshot.closure(self.file.path());
        let headers = self.snapshot.headers_known_with(&text).unwrap_or_default();
        let seen = headers
            .iter()
            .filter(|path| *path != self.file.path() && closure.files.contains(*path));
        let seen = seen.filter_map(|path| self.snapshot.file(path));
        let mut found = false;
        for file in std::iter::once(Arc::clone(self.file)).chain(seen) {
            let declared = declared_names(&file)
                .filter(|(known, _)| *known == text)
                .count();
            if declared == 0 {
                continue;
            }
            let is_other = file.macros().iter().any(|known| known.name == text)
                || file.variables().iter().any(|known| known.name == text)
                || file.functions().iter().any(|known| known.name == text)
                || file.prototypes().iter().any(|known| known.name == text);
            if is_other || !is(&file, &text) {
                return false;
            }
            found = true;
        }
        found
    }

    /// Whether the function around the name has a typedef of it in an open block, and nothing else of the name.
    fn is_own_type(&self, name: Node<'_>) -> bool {
        let function = self.file.function_at(name.start_byte());
        let has_any = function.is_some_and(|function| {
            super::super::scope::has_word(self.file.slice(function.body.clone()), b"typedef")
        });
        if !has_any {
            return false;
        }
        let text = self.file.text(name.byte_range());
        let mut block = name.parent();
        let mut found = false;
        while let Some(node) = block {
            if node.kind() == "compound_statement" {
                let mut cursor = node.walk();
                let mut before = node
                    .named_children(&mut cursor)
                    .filter(|child| child.start_byte() < name.start_byte());
                found |= before.any(|child| {
                    let declarator = child.child_by_field_name("declarator").and_then(name_of);
                    child.kind() == "type_definition"
                        && declarator
                            .is_some_and(|named| self.file.text(named.byte_range()) == text)
                });
            }
            block = node.parent();
        }
        found && self.local(&text, name.start_byte()).is_none() && !self.is_macro(&text)
    }

    fn pointed(&self, node: Node<'_>, argument: Shape) -> Option<Shape> {
        match operator(self.file, node)? {
            b"&" => Some(Shape::Pointer(Box::new(argument))),
            _ => match argument {
                Shape::Pointer(of) | Shape::Array(of) => Some(*of),
                function @ Shape::Function(_) => Some(function),
                _ => None,
            },
        }
    }

    fn binary(&self, node: Node<'_>, depth: usize) -> Option<Shape> {
        let operator = operator(self.file, node)?;
        if !matches!(operator, b"+" | b"-") {
            return Some(Shape::Number);
        }
        let side = |field: &str| {
            let child = node.child_by_field_name(field)?;
            Some(self.expression(child, depth + 1)?.decayed())
        };
        match (side("left")?, side("right")?) {
            (Shape::Number, Shape::Number) => Some(Shape::Number),
            (Shape::Pointer(_), Shape::Pointer(_)) if operator == b"-" => Some(Shape::Number),
            (pointer @ Shape::Pointer(_), Shape::Number)
            | (Shape::Number, pointer @ Shape::Pointer(_)) => Some(pointer),
            _ => None,
        }
    }

    /// The record that `->` or `.` is about.
    pub(super) fn record_of(&self, access: Node<'_>) -> Option<Named> {
        let object = self.shape(access.child_by_field_name("argument")?)?;
        record(object)
    }

    fn member_of(&self, node: Node<'_>, depth: usize) -> Option<Shape> {
        let object = node.child_by_field_name("argument")?;
        let named = record(self.expression(object, depth + 1)?)?;
        let field = node.child_by_field_name("field")?;
        if is_rewritten(self.file, field.byte_range()) {
            return None;
        }
        let name = self.file.text(field.byte_range());
        self.member_named(&named, &name, node.start_byte())
    }

    /// The member's shape in each definition that may be seen.
    pub(super) fn member_named(&self, named: &Named, name: &str, at: usize) -> Option<Shape> {
        let Definitions::Complete(all) = self.definitions(named, at) else {
            return None;
        };
        let mut shapes = Vec::new();
        for (home, record) in &all {
            let members = record.members_named(name);
            shapes.extend(members.map(|member| self.member(home, member)));
        }
        agreed(shapes)
    }

    /// The type that a cast, `sizeof` or a compound literal names.
    pub(super) fn named_type(&self, descriptor: Node<'_>) -> Option<Shape> {
        let base = self.of_declaration(self.file, descriptor, None)?;
        match descriptor.child_by_field_name("declarator") {
            Some(declarator) => declarator_of(self.file, declarator, base),
            None => Some(base),
        }
    }
}

fn record(object: Shape) -> Option<Named> {
    match object {
        Shape::Record(named) => Some(named),
        Shape::Pointer(of) | Shape::Array(of) => match *of {
            Shape::Record(named) => Some(named),
            _ => None,
        },
        _ => None,
    }
}

/// A function that a pointer of this shape may be given.
pub(super) fn is_same_function(one: &Callable, other: &Callable) -> bool {
    match (one.parameters, other.parameters) {
        (Some(a), Some(b)) => a == b && one.is_variadic == other.is_variadic,
        _ => true,
    }
}
