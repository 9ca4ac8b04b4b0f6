//! What takes the place of a statement that is all that an `if`, an `else` or a loop has.
//!
//! Of two statements only the first would stay under the head, and an `if` would take an `else` that follows for its own.
//! So they go into braces, and so does the other branch, as the coding style wants it.

use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::{Token, TokenKind};
use query::File;
use query::pattern::is_else_less;
use sites::{Unresolved, lines, statement};
use syntax::{Node, Reader};

use crate::edit::Edit;
use crate::inline::Group;
use crate::layout::PREFERRED_WIDTH;
use crate::place::{self, Indent};

/// How the lines of `text` are indented in the place of the code at `range`, and the braces that they take.
///
/// # Errors
/// The braces have no place there.
pub(crate) fn body(
    file: &File,
    range: &Range<usize>,
    text: &str,
) -> Result<(Indent, Vec<Group>), Unresolved> {
    let own = Indent::of(file, range.start);
    let Some(node) = whole(file, range) else {
        return Ok((own, Vec::new()));
    };
    let wants = Wants::of(text);
    if let Some(message) = wants.misfit(file, node) {
        return Err(Unresolved::unfit(message).at(file, node.start_byte()));
    }
    let wants_braces = wants.braces || wants.else_less && takes_an_else(node);
    if wants_braces && is_behind_label(node) {
        let message = "the statement needs braces, and a label is between it and its head";
        return Err(Unresolved::unfit(message).at(file, node.start_byte()));
    }
    if !wants_braces || !is_body(node) {
        return Ok((own, Vec::new()));
    }
    let mut groups = around(file, node)?;
    for other in other_arms(node) {
        groups.extend(around(file, other)?);
    }
    let deeper = match is_on_its_line(file, node) {
        true => own,
        false => own.deeper(),
    };
    Ok((deeper, groups))
}

/// The place of a block that comes where a head had one statement.
pub(crate) struct Block {
    /// From the end of the head to where the statement ended, or to what goes on behind it on the block's last line.
    pub(crate) place: Range<usize>,
    /// That of the head.
    pub(crate) indent: Indent,
    /// Whether an `else`, or the `while` of a `do`, goes on.
    pub(crate) goes_on: bool,
    /// The braces of the other branch.
    pub(crate) around: Vec<Group>,
}

/// Where `text` goes that is a block, in the place of the one statement at `range` that a head has: its brace opens on the
/// line of the head.
///
/// # Errors
/// The other branch has no plain place for its braces.
pub(crate) fn block(
    file: &File,
    range: &Range<usize>,
    text: &str,
) -> Result<Option<Block>, Unresolved> {
    let is_alone = |node: &Node<'_>| {
        node.end_byte() <= range.end && node.kind() != "compound_statement" && is_body(*node)
    };
    let Some(node) = whole(file, range).filter(is_alone) else {
        return Ok(None);
    };
    if !Wants::of(text).is_block {
        return Ok(None);
    }
    let (head, next) = beside(file, node);
    let Some(head) = head.filter(|head| !is_directive(head)) else {
        return Ok(None);
    };
    let follows = next.filter(|_| goes_on(node));
    let place = head.range.end
        ..follows
            .as_ref()
            .map_or(range.end, |token| token.range.start);
    let is_plain = |gap: Range<usize>| file.text(gap).trim().is_empty();
    if follows.as_ref().is_some_and(is_directive)
        || !is_plain(place.start..range.start)
        || !is_plain(range.end..place.end)
    {
        return Ok(None);
    }
    let owner = node.parent().map_or(head.range.start, |o| o.start_byte());
    let end = place.end.max(next_head(file, node, place.end));
    // The head may have several lines, and what goes on behind the block, too.
    let mut around_others = Vec::from([Group {
        lines: lines::whole_lines(file, &(owner..end)),
        edits: Vec::new(),
        limit: PREFERRED_WIDTH,
    }]);
    for other in other_arms(node) {
        around_others.extend(around(file, other)?);
    }
    Ok(Some(Block {
        place,
        indent: Indent::of(file, owner),
        goes_on: follows.is_some(),
        around: around_others,
    }))
}

/// The blanks behind an `else` whose `if`, on the same line, gives way to another statement: that one has a line of its own.
pub(crate) fn behind_else(file: &File, range: &Range<usize>, text: &str) -> Option<Range<usize>> {
    let node = whole(file, range)?;
    let is_behind = node.kind() == "if_statement" && node.parent()?.kind() == "else_clause";
    let stays = text.trim_start().starts_with("if") || text.trim_start().starts_with('{');
    if !is_behind || stays || is_on_its_line(file, node) {
        return None;
    }
    let line = lines::line_start(file, range.start);
    let before = file.text(line..range.start);
    Some(line + before.trim_end().len()..range.start)
}

/// The one statement that is at `range`, but for its `;`.
fn whole<'f>(file: &'f File, range: &Range<usize>) -> Option<Node<'f>> {
    let anchor = statement::of(file, range)?;
    let node = anchor.first;
    let is_it = anchor.first == anchor.last
        && node.start_byte() == range.start
        && node.end_byte() <= range.end + 1;
    is_it.then_some(node)
}

/// Whether the statement is what a head without braces has.
fn is_body(node: Node<'_>) -> bool {
    let owner = node.parent().map_or("", |parent| parent.kind());
    matches!(
        owner,
        "if_statement" | "else_clause" | "while_statement" | "for_statement" | "do_statement"
    )
}

/// Whether labels are between the statement and the head whose body they begin.
fn is_behind_label(node: Node<'_>) -> bool {
    let is_label = |node: &Node<'_>| matches!(node.kind(), "labeled_statement" | "case_statement");
    let labels = std::iter::successors(node.parent(), Node::parent);
    labels.take_while(is_label).last().is_some_and(is_body)
}

/// What the new text asks of the place of one statement.
#[derive(Default)]
struct Wants {
    /// It is more than one statement, or declares something.
    braces: bool,
    /// It ends in an `if` without an `else`.
    else_less: bool,
    /// It begins with a declaration.
    declares: bool,
    /// It begins with a loop.
    loops: bool,
    /// Not all of it are declarations.
    runs: bool,
    /// It is one block.
    is_block: bool,
}

impl Wants {
    fn of(text: &str) -> Self {
        let code = format!("void spec(void)\n{{\n{text}\n}}\n");
        let Ok(path) = TreePath::new("spec.c") else {
            return Self::default();
        };
        let file = File::from(Reader::standalone().read(&path, Arc::from(code.into_bytes())));
        let Some(function) = file.functions().first() else {
            return Self::default();
        };
        let Some(block) = file.node_at(function.body.clone()) else {
            return Self::default();
        };
        let mut cursor = block.walk();
        let statements: Vec<Node<'_>> = block
            .named_children(&mut cursor)
            .filter(|node| node.kind() != "comment")
            .collect();
        let declares = |node: &Node<'_>| statement::is_declaration(*node);
        Self {
            braces: statements.len() > 1 || statements.iter().any(declares),
            else_less: statements.last().is_some_and(|last| is_else_less(*last)),
            declares: statements.first().is_some_and(declares),
            loops: statements.first().is_some_and(|first| {
                matches!(
                    first.kind(),
                    "for_statement" | "while_statement" | "do_statement"
                )
            }),
            runs: !statements.iter().all(declares),
            is_block: matches!(statements.as_slice(), [one] if one.kind() == "compound_statement"),
        }
    }

    /// Why it cannot take the place of the statement, braces or not.
    fn misfit(&self, file: &File, node: Node<'_>) -> Option<&'static str> {
        if !self.loops && statement::pragma_before(file, node.start_byte()) {
            return Some("a `#pragma` is directly before the statement, and is about it");
        }
        let next = std::iter::successors(node.next_named_sibling(), Node::next_named_sibling)
            .find(|next| next.kind() != "comment");
        let is_among = statement::is_declaration;
        if self.runs && is_among(node) && next.is_some_and(is_among) {
            return Some("code in the place of this declaration would come before the next one");
        }
        let parent = node.parent()?;
        let is_first = match parent.kind() {
            "labeled_statement" => true,
            "case_statement" => {
                let mut cursor = parent.walk();
                let value = parent.child_by_field_name("value");
                let mut inside = parent.named_children(&mut cursor);
                inside.find(|child| Some(*child) != value && child.kind() != "comment")
                    == Some(node)
            }
            _ => false,
        };
        (self.declares && is_first).then_some(
            "a declaration cannot follow a label; write the new form as a block, in braces",
        )
    }
}

/// Whether an `else` follows that an `if` in the place of the statement would take.
fn takes_an_else(node: Node<'_>) -> bool {
    let mut node = node;
    while let Some(parent) = node.parent() {
        match parent.kind() {
            "if_statement" => {
                let is_then = parent.child_by_field_name("consequence") == Some(node);
                if is_then && parent.child_by_field_name("alternative").is_some() {
                    return true;
                }
            }
            "else_clause" | "while_statement" | "for_statement" | "labeled_statement" => {}
            _ => return false,
        }
        node = parent;
    }
    false
}

/// The statements of the other arms of an `if`, of all that `else if` joins, where they have no braces either.
fn other_arms(node: Node<'_>) -> Vec<Node<'_>> {
    let arms = statement::arms(node).into_iter();
    arms.filter(|arm| *arm != node && arm.kind() != "compound_statement")
        .collect()
}

/// The end of the head that goes on behind a body: of the condition of `else if`, of the `while` of a `do`.
fn next_head(file: &File, node: Node<'_>, otherwise: usize) -> usize {
    let owner = node.parent().filter(|_| goes_on(node));
    let end = owner.and_then(|owner| match owner.kind() {
        "do_statement" => Some(owner.end_byte()),
        _ => {
            let clause = owner.child_by_field_name("alternative")?;
            let inner = statement::code_children(clause).into_iter().next()?;
            Some(inner.child_by_field_name("condition")?.end_byte())
        }
    });
    end.unwrap_or(otherwise).min(file.bytes().len())
}

fn is_on_its_line(file: &File, node: Node<'_>) -> bool {
    let start = node.start_byte();
    let before = file.text(lines::line_start(file, start)..start);
    before.trim().is_empty()
}

/// The braces around a body: `{` behind its head, `}` on a line below it, or in front of the `else` or `while` that goes on.
fn around(file: &File, node: Node<'_>) -> Result<Vec<Group>, Unresolved> {
    let unfit = || {
        Unresolved::unfit("the statement needs braces, and there is no plain place for them")
            .at(file, node.start_byte())
    };
    let (head, next) = beside(file, node);
    let head = head
        .filter(|token| !is_directive(token))
        .ok_or_else(unfit)?;
    let owner = node
        .parent()
        .map_or(head.range.start, |owner| owner.start_byte());
    let indentation = place::indentation(file, owner);
    let open = match is_on_its_line(file, node) {
        true => Edit::insert(head.range.end, " {"),
        false => {
            let gap = head.range.end..node.start_byte();
            if !file.text(gap.clone()).trim().is_empty() {
                return Err(unfit());
            }
            Edit::replace(gap, format!(" {{\n{}", place::deeper(file, owner)))
        }
    };
    let opened = owner..open.range.end;
    let (close, closed) = match next.filter(|_| goes_on(node)) {
        Some(token) => {
            let start = token.range.start;
            let before = file.text(lines::line_start(file, start)..start);
            if is_directive(&token) || !before.trim().is_empty() {
                return Err(unfit());
            }
            let closed = start..next_head(file, node, token.range.end);
            (Edit::insert(start, "} "), closed)
        }
        None if lines::shares_its_end(file, node.end_byte()) => return Err(unfit()),
        None => {
            let end = lines::end_of_comments(file, node.end_byte());
            let edit = Edit::insert(end, format!("\n{indentation}}}"));
            (edit, node.start_byte()..end)
        }
    };
    let group = |edit: Edit, touched: Range<usize>| Group {
        lines: lines::whole_lines(file, &touched),
        edits: vec![edit],
        limit: PREFERRED_WIDTH,
    };
    Ok(vec![group(open, opened), group(close, closed)])
}

/// The last token of what is before a statement, and the first behind it.
fn beside(file: &File, node: Node<'_>) -> (Option<Token>, Option<Token>) {
    let tokens = statement::code_around(file, node.start_byte());
    let first = tokens.partition_point(|token| token.range.end <= node.start_byte());
    let next = tokens.partition_point(|token| token.range.start < node.end_byte());
    let before = first.checked_sub(1).and_then(|at| tokens.get(at));
    (before.cloned(), tokens.get(next).cloned())
}

fn is_directive(token: &Token) -> bool {
    token.kind == TokenKind::Directive
}

/// Whether `else`, or the `while` of a `do`, follows the body.
fn goes_on(node: Node<'_>) -> bool {
    node.parent().is_some_and(|owner| match owner.kind() {
        "do_statement" => true,
        "if_statement" => {
            owner.child_by_field_name("consequence") == Some(node)
                && owner.child_by_field_name("alternative").is_some()
        }
        _ => false,
    })
}
