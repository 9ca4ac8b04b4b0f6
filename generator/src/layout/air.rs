//! Blank lines as the function around has them.

use query::File;
use sites::lines;
use syntax::Node;

use super::statement::{Beside, plain_neighbour};

/// Whether a statement of several lines has a blank line before and behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Air {
    pub(crate) before: bool,
    pub(crate) behind: bool,
}

/// How often there is a blank line, and how often other code.
#[derive(Default)]
struct Votes {
    blank: usize,
    code: usize,
}

impl Votes {
    fn note(&mut self, line: Option<&str>) {
        match line.map(|line| (line.trim().is_empty(), plain_neighbour(line))) {
            Some((true, _)) => self.blank += 1,
            Some((false, None)) => self.code += 1,
            _ => {}
        }
    }

    fn says_none(&self) -> bool {
        self.code > self.blank
    }
}

/// As the `if`s and loops of the function around `offset` have it; both, where it has none of them among other code.
pub(crate) fn around(file: &File, offset: usize) -> Air {
    let (mut before, mut behind) = (Votes::default(), Votes::default());
    let function = file.function_at(offset);
    if let Some(body) = function.and_then(|function| file.node_at(function.body.clone())) {
        let mut open = vec![body];
        while let Some(node) = open.pop() {
            let mut cursor = node.walk();
            open.extend(node.named_children(&mut cursor));
            if is_group(node) {
                note(file, node, &mut before, &mut behind);
            }
        }
    }
    // A test right behind the call that it is about says little: only where none has a blank line behind it, either, is it
    // the function's way.
    let packed = behind.says_none();
    Air {
        before: !(packed && before.says_none()),
        behind: !packed,
    }
}

/// A statement with others in it, in a list of statements.
fn is_group(node: Node<'_>) -> bool {
    let parent = node.parent().map_or("", |parent| parent.kind());
    matches!(
        node.kind(),
        "if_statement" | "for_statement" | "while_statement" | "do_statement" | "switch_statement"
    ) && matches!(parent, "compound_statement" | "case_statement")
}

fn note(file: &File, node: Node<'_>, before: &mut Votes, behind: &mut Votes) {
    let declares = sites::statement::is_declaration;
    let first = file.line_of(lines::with_comment_above(file, node.start_byte()));
    let last = file.line_of(node.end_byte().saturating_sub(1));
    let text = |line: usize| lines::line_text(file, line);
    if !node.prev_named_sibling().is_some_and(declares) {
        before.note(first.checked_sub(1).map(text).as_deref());
    }
    behind.note(Some(&text(last + 1)));
}

impl Air {
    /// What a new group of lines gets beside these neighbours.
    pub(crate) fn beside(self, before: Beside, after: Beside) -> (bool, bool) {
        (
            self.before && before == Beside::Code || before == Beside::Declaration,
            self.behind && matches!(after, Beside::Code | Beside::Declaration),
        )
    }
}
