//! The head of a function's definition.

use std::ops::Range;

use query::File;
use syntax::Node;

use super::{Asked, Proposal};
use crate::words::one_line;

/// `rewrite` of a definition, its body kept
pub(super) fn heads(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    let old = Head::of(&edit.before, &edit.old);
    let new = Head::of(&edit.after, &edit.new);
    let (Some(old), Some(new)) = (old, new) else {
        return Vec::new();
    };
    let table = |old: &str, new: &str| {
        let table = asked.table("rewrite");
        let table = table.with("pattern", &format!("{old} {{ $$$B }}"));
        vec![table.with("to", &format!("{new} {{ $$$B }}"))]
    };
    let mut found = Vec::new();
    if old.parameters == new.parameters {
        found.push(table(&old.with("$$$P"), &new.with("$$$P")));
    }
    found.push(table(
        &old.with(&old.parameters),
        &new.with(&new.parameters),
    ));
    if new.written.contains('\n') {
        let lines = format!("{}\n{{\n\t$$$B\n}}\n", new.written.trim_end());
        let table = asked.table("rewrite");
        let table = table.with(
            "pattern",
            &format!("{} {{ $$$B }}", old.with(&old.parameters)),
        );
        found.push(vec![table.with("to", &lines)]);
    }
    found
}

/// What is before a function's body.
struct Head {
    /// What is before the parameters.
    front: String,
    /// What is between the parentheses.
    parameters: String,
    /// What is behind them: attributes.
    back: String,
    /// All of it, with its lines.
    written: String,
}

impl Head {
    /// The head that some lines are in, of a function that the file defines once.
    fn of(file: &File, lines: &Range<usize>) -> Option<Self> {
        let function = file.function_at(lines.start)?;
        let head = function.range.start..function.body.start;
        let is_it = lines.end <= head.end && file.functions_named(&function.name).len() == 1;
        let text = |range: Range<usize>| one_line(file, range);
        let node = file
            .node_at(function.name_range.clone())
            .filter(|_| is_it)?;
        let parameters = declarator(node)?.child_by_field_name("parameters")?;
        let inner = parameters.start_byte() + 1..parameters.end_byte().checked_sub(1)?;
        Some(Self {
            front: text(head.start..parameters.start_byte())?,
            parameters: text(inner)?,
            back: text(parameters.end_byte()..head.end)?,
            written: file.text(head).into_owned(),
        })
    }

    /// The head with these parameters.
    fn with(&self, parameters: &str) -> String {
        let text = format!("{}({parameters}) {}", self.front, self.back);
        text.trim_end().to_owned()
    }
}

/// What declares the function of that name.
fn declarator(name: Node<'_>) -> Option<Node<'_>> {
    let mut node = name;
    while node.kind() != "function_declarator" {
        node = node.parent()?;
    }
    Some(node)
}
