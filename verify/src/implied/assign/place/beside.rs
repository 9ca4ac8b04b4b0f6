//! Whether an assignment is directly next to its anchor.

use super::*;
use query::pattern::Bindings;
use sites::block;
use sites::kinds::insert::of_others;

impl<'a> Site<'a> {
    /// The statement in the anchor's own block that holds the assignment.
    pub(super) fn outermost(&self) -> Option<Node<'a>> {
        let block = self.block()?;
        let mut node = self.node;
        loop {
            let parent = node.parent()?;
            if parent.id() == block.id() {
                return Some(node);
            }
            node = parent;
        }
    }

    /// The statement of the block that the anchor is; none where it is all that an `if` or a loop without braces has: what
    /// comes next to that one is in another block.
    pub(super) fn anchor_statement(&self) -> Option<Node<'a>> {
        let anchor = statement::of(self.file, self.anchor)?;
        let mut node = match self.side {
            Beside::After => anchor.last,
            Beside::Before => anchor.first,
        };
        loop {
            let parent = node.parent()?;
            match parent.kind() {
                "compound_statement" | "case_statement" => return Some(node),
                "labeled_statement" => node = parent,
                kind if kind.starts_with("preproc") => node = parent,
                _ => return None,
            }
        }
    }

    /// Directly next to the anchor; declarations, comments and other declared changes may come between,
    /// a call may not.
    pub(super) fn place(&self, judged: &mut Judged) {
        let at = self.node.start_byte();
        let word = match self.side {
            Beside::After => "after",
            Beside::Before => "before",
        };
        let anchor_text = sites::brief(&self.file.text(self.anchor.clone()), 60);
        let finding = if let Some(message) = self.comes_between() {
            self.ctx.violated("placed", message)
        } else if self.is_next() {
            self.ctx
                .holds("placed", format!("directly {word} `{anchor_text}`"))
        } else {
            let hint = match self.anchor_statement() {
                Some(_) => "",
                None => ", which is all that an `if`, `else` or loop without braces has",
            };
            let message = format!(
                "{}(): `{}` is not directly {word} `{anchor_text}`{hint}",
                self.name(),
                self.declared.set
            );
            self.ctx.violated("placed", message)
        };
        judged.put(finding, self.file, at);
    }

    pub(super) fn is_next(&self) -> bool {
        let (Some(anchor), Some(own)) = (self.anchor_statement(), self.outermost()) else {
            return false;
        };
        let (first, second) = match self.side {
            Beside::After => (anchor, own),
            Beside::Before => (own, anchor),
        };
        if first.start_byte() >= second.start_byte() {
            return false;
        }
        // Whoever jumps to the label does not come by the first.
        if second.kind() == "labeled_statement" {
            return false;
        }
        // Behind a declaration means behind the last of those that it is among.
        let is_behind_all = self.side == Beside::After && self.declares(anchor);
        between(first, second).iter().all(|node| {
            let is_new = self.is_of_other_change(*node);
            let is_declaration = self.declares(*node)
                && (is_behind_all || calls(self.file, node.byte_range()).is_empty());
            is_new || is_declaration || node.kind().starts_with("preproc")
        })
    }

    fn declares(&self, node: Node<'_>) -> bool {
        statement::declares(self.file, &self.ctx.resolver(self.file).definitions, node)
    }

    /// What it comes between that belongs together.
    fn comes_between(&self) -> Option<String> {
        let (anchor, own) = (self.anchor_statement()?, self.outermost()?);
        let (name, set) = (self.name(), &self.declared.set);
        if statement::pragma_before(self.file, own.start_byte()) {
            return Some(format!(
                "{name}(): `{set}` is between a `#pragma` and what that is about"
            ));
        }
        let mut next = code_sibling(own, true);
        while let Some(other) = next.filter(|node| self.is_of_other_change(*node)) {
            next = code_sibling(other, true);
        }
        let is_among = self.side == Beside::After
            && self.declares(anchor)
            && next.is_some_and(|next| self.declares(next));
        is_among.then(|| format!("{name}(): `{set}` is between declarations"))
    }

    /// Whether a statement between is what other changes of the spec put there.
    pub(super) fn is_of_other_change(&self, node: Node<'_>) -> bool {
        let others = of_others(self.ctx.comparison.spec, self.ctx.body, &Bindings::new());
        others.contains(&block::code(self.file.slice(node.byte_range())))
            || is_of_assigns(self.ctx, self.file, node)
    }
}

/// Whether a statement is nothing but assignments that other `assign`s of the spec declare, and the `if`s around them.
pub(crate) fn is_of_assigns(ctx: &Ctx<'_>, file: &File, node: Node<'_>) -> bool {
    let others = set_by_others(ctx);
    let is_others = |expression: Node<'_>| {
        others.iter().any(|set| {
            let found = ctx.is(file, set, expression.byte_range());
            matches!(found, Ok(Some(_)))
        })
    };
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        let mut cursor = node.walk();
        let inner = node
            .named_children(&mut cursor)
            .filter(|child| child.kind() != "comment");
        match node.kind() {
            "compound_statement" => pending.extend(inner),
            "if_statement" if node.child_by_field_name("alternative").is_none() => {
                pending.extend(node.child_by_field_name("consequence"));
            }
            "expression_statement" if inner.into_iter().all(is_others) => {}
            _ => return false,
        }
    }
    true
}
