//! Lists, the heads of loop macros, which are lists too, and bodies.

use std::rc::Rc;

use tree_sitter::Node;

use super::{Item, View};
use crate::pattern::kinds::kinds;
use crate::pattern::scan::Scanner;

/// The entries of a list, each a row.
pub(in crate::pattern) type Entries<'t> = Rc<[Rc<[Item<'t>]>]>;

/// What stands between a node's brackets.
pub(in crate::pattern) fn inner<'i, 't>(items: &'i [Item<'t>]) -> &'i [Item<'t>] {
    items
        .get(1..items.len().saturating_sub(1))
        .unwrap_or_default()
}

impl View<'_> {
    /// Whether nodes of this kind are lists with commas in brackets.
    pub(in crate::pattern) fn is_list(&self, kind: u16) -> bool {
        let k = kinds();
        [
            k.argument_list,
            k.parameter_list,
            k.initializer_list,
            k.enumerator_list,
        ]
        .contains(&kind)
    }

    /// Whether a run of nodes may stand in a node of this kind.
    pub(in crate::pattern) fn holds_run(&self, kind: u16) -> bool {
        let k = kinds();
        self.is_list(kind)
            || [
                k.compound_statement,
                k.case_statement,
                k.field_declaration_list,
                k.translation_unit,
                k.parenthesized_expression,
            ]
            .contains(&kind)
    }

    /// The entries of a list: what stands between its commas, those that the grammar was not shown among them. A trailing
    /// comma makes no entry.
    pub(in crate::pattern) fn slots<'i, 't>(&self, items: &'i [Item<'t>]) -> Vec<&'i [Item<'t>]> {
        let mut depth = 0_usize;
        let comma = |item: &Item<'t>| {
            let Item::Token { range, covered, .. } = item else {
                return false;
            };
            match self.text(range.clone()) {
                b"," => *covered || depth == 0,
                b"(" | b"[" | b"{" if !covered => {
                    depth += 1;
                    false
                }
                b")" | b"]" | b"}" if !covered => {
                    depth = depth.saturating_sub(1);
                    false
                }
                _ => false,
            }
        };
        let mut slots: Vec<&[Item<'t>]> = items.split(comma).collect();
        if slots.last().is_some_and(|slot| slot.is_empty()) {
            slots.pop();
        }
        slots
    }

    /// The entries of a whole list, brackets included.
    pub(in crate::pattern) fn entries<'t>(&self, items: &[Item<'t>]) -> Entries<'t> {
        self.split(
            items
                .get(1..items.len().saturating_sub(1))
                .unwrap_or_default(),
        )
    }

    /// The entries among `items`.
    pub(in crate::pattern) fn split<'t>(&self, items: &[Item<'t>]) -> Entries<'t> {
        self.slots(items).into_iter().map(Into::into).collect()
    }

    /// Whether a loop or an `if` is written as a macro: `list_for_each_entry(…)`.
    pub(in crate::pattern) fn is_macro_head(&self, node: Node<'_>) -> bool {
        let k = kinds();
        if ![k.while_statement, k.if_statement, k.for_statement].contains(&node.kind_id()) {
            return false;
        }
        let keyword = Scanner::new(self.bytes, node.byte_range()).next();
        !keyword.is_some_and(|token| matches!(self.text(token.range), b"while" | b"if" | b"for"))
    }

    /// The arguments in a macro's head: a list, though the grammar sees a comma expression.
    pub(in crate::pattern) fn head_items<'t>(&self, head: Node<'t>) -> Vec<Item<'t>> {
        let mut flat = Vec::new();
        let mut pending = self.plain_items(head);
        pending.reverse();
        while let Some(item) = pending.pop() {
            match item {
                Item::Node(node) if node.kind_id() == kinds().comma_expression => {
                    pending.extend(self.plain_items(node).into_iter().rev());
                }
                item => flat.push(item),
            }
        }
        flat
    }

    /// What a list is made of, brackets included.
    pub(in crate::pattern) fn list_items<'t>(&self, list: Node<'t>) -> Vec<Item<'t>> {
        if list.kind_id() == kinds().parenthesized_expression {
            self.head_items(list)
        } else {
            self.items(list)
        }
    }

    /// The items of a block with its `case` labels among the statements. The grammar puts what follows a label inside
    /// it; to C a label is a part of the one statement behind it (C11 6.8.1), and where the next one is says nothing.
    pub(in crate::pattern) fn unlabelled<'t>(
        &self,
        block: Node<'t>,
        items: Vec<Item<'t>>,
    ) -> Vec<Item<'t>> {
        let k = kinds();
        if block.kind_id() != k.compound_statement {
            return items;
        }
        let mut flat = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Node(label) if label.kind_id() == k.case_statement => {
                    let parts = self.items(label).into_iter().map(|part| match part {
                        // Not covered: a run of statements may go on over a label.
                        Item::Token { range, .. } => Item::Token {
                            range,
                            covered: false,
                            spare: false,
                        },
                        part => part,
                    });
                    flat.extend(parts);
                }
                item => flat.push(item),
            }
        }
        flat
    }

    /// Whether a node is the declaration that a `for` begins with (C11 6.8.5: an expression or a declaration).
    pub(in crate::pattern) fn is_first_clause(&self, node: Node<'_>) -> bool {
        node.kind_id() == kinds().declaration
            && self.text(node.byte_range()).ends_with(b";")
            && node
                .parent()
                .is_some_and(|parent| parent.kind_id() == kinds().for_statement)
    }

    /// Whether `child` is what `parent` declares, or a part of it.
    pub(in crate::pattern) fn is_declarator(&self, parent: Node<'_>, child: Node<'_>) -> bool {
        let mut cursor = parent.walk();
        let mut declarators = parent.children_by_field_name("declarator", &mut cursor);
        declarators.any(|declarator| declarator == child)
    }

    /// Whether a declarator, with its value or without, says nothing about the type (C11 6.7.6).
    pub(in crate::pattern) fn declares_a_name(&self, mut declarator: Node<'_>) -> bool {
        let k = kinds();
        loop {
            let kind = declarator.kind_id();
            if [
                k.pointer_declarator,
                k.array_declarator,
                k.function_declarator,
            ]
            .contains(&kind)
            {
                return false;
            }
            let inner = match kind {
                _ if kind == k.init_declarator => declarator.child_by_field_name("declarator"),
                _ if kind == k.parenthesized_declarator => declarator.named_child(0),
                _ => None,
            };
            match inner {
                Some(inner) => declarator = inner,
                None => return true,
            }
        }
    }

    /// Whether `child` is what `if`, `else` or a loop runs.
    pub(in crate::pattern) fn is_body(&self, parent: Node<'_>, child: Node<'_>) -> bool {
        let k = kinds();
        let kind = parent.kind_id();
        let field = if kind == k.else_clause {
            return true;
        } else if kind == k.if_statement {
            "consequence"
        } else if [k.while_statement, k.for_statement, k.do_statement].contains(&kind) {
            "body"
        } else {
            return false;
        };
        parent.child_by_field_name(field) == Some(child)
    }
}
