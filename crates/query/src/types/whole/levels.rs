//! How many pointers and arrays an expression is away from the object.

use tree_sitter::Node;

use super::{Search, without_casts};
use crate::File;
use crate::access::{operator, written};
use crate::types::context::Context;
use crate::types::locals::levels_of;
use crate::types::{DefinitionKind, View};
use dialect::TreePath;
use syntax::items::BaseType;

impl Search<'_> {
    /// How many pointers and arrays an expression is away from what its declaration's specifiers say.
    pub(super) fn level(&self, node: Node<'_>) -> Option<usize> {
        match node.kind() {
            "parenthesized_expression" => self.level(node.named_child(0)?),
            "identifier" => self.declared_levels(node),
            "pointer_expression" => {
                let inner = self.level(node.child_by_field_name("argument")?)?;
                match operator(node) {
                    "&" => Some(inner + 1),
                    _ => inner.checked_sub(1),
                }
            }
            "subscript_expression" => self.level(stepped_or_base(node)?)?.checked_sub(1),
            "update_expression" => self.level(stepped_or_base(node)?),
            "field_expression" => self.member_levels(node),
            "comma_expression" => self.level(node.child_by_field_name("right")?),
            "compound_literal_expression" => Some(0),
            "cast_expression" => {
                let name = node.child_by_field_name("type")?;
                let text = self.file.slice(name.byte_range());
                Some(
                    text.iter()
                        .filter(|byte| matches!(byte, b'*' | b'['))
                        .count(),
                )
            }
            "conditional_expression" => self.level(node.child_by_field_name("consequence")?),
            _ => None,
        }
    }

    fn declared_levels(&self, name: Node<'_>) -> Option<usize> {
        if let Some((base, levels)) = levels_of(self.file, &name.byte_range()) {
            return Some(levels + self.hidden_levels(&base)?);
        }
        let text = self.file.text(name.byte_range());
        let mut variables = self.file.variables().iter();
        let known = variables.find(|known| known.name == text)?;
        let stars = known.type_text.matches('*').count();
        Some(stars + known.array.matches('[').count() + self.hidden_levels(&known.base)?)
    }

    /// The pointers that a typedef's name stands for; none where they cannot be told.
    fn hidden_levels(&self, base: &BaseType) -> Option<usize> {
        let name = match base {
            BaseType::Named(name) => name,
            BaseType::Typeof(_) | BaseType::Auto => return None,
            _ => return Some(0),
        };
        let stars = |file: &File| {
            let known = file.typedefs().iter().find(|known| known.name == *name)?;
            let text = file.slice(known.range.clone());
            // Those of members are in braces.
            let behind = text
                .iter()
                .rposition(|byte| *byte == b'}')
                .unwrap_or_default();
            let declarator = text.get(behind..).unwrap_or_default().iter();
            Some(
                declarator
                    .filter(|byte| matches!(byte, b'*' | b'['))
                    .count(),
            )
        };
        let found = stars(self.file).or_else(|| {
            let near = |_: &TreePath| 0;
            let mut files = self.definitions.files_defining(
                DefinitionKind::Typedef,
                name,
                &View::of_all(&near),
            );
            stars(&*files.next()?)
        });
        Some(found.unwrap_or_default())
    }

    fn member_levels(&self, access: Node<'_>) -> Option<usize> {
        let object = access.child_by_field_name("argument")?;
        let field = access.child_by_field_name("field")?;
        let mut context = Context::new(self.file, self.definitions);
        let owner = context.type_of_range(&object.byte_range()).ok()?;
        let name = self.file.text(field.byte_range());
        let (base, levels) = context.member_shape(&owner, &name)?;
        Some(levels + self.hidden_levels(&base)?)
    }
}

/// What a subscript is of (`a` of `a[0]`, and of `0[a]`), a star is before, or what a step changes.
pub(super) fn stepped_or_base(node: Node<'_>) -> Option<Node<'_>> {
    let base = node.child_by_field_name("argument")?;
    match (node.kind(), without_casts(base).kind()) {
        ("subscript_expression", "number_literal") => node.child_by_field_name("index"),
        ("update_expression", _) => written(node),
        _ => Some(base),
    }
}
