//! `assign`: a location set, under a condition, beside a statement of a function.

use query::File;
use query::pattern::Bindings;
use schema::model::{Assign, Side};
use sites::kinds::assign;
use sites::statement::{self, Anchor};
use syntax::Node;

use crate::anchor;
use crate::edit::Edit;
use crate::fragment::{Writes, fragment};
use crate::layout::comment::CommentTemplate;
use crate::layout::statement::{Beside, plain_neighbour};
use crate::layout::{air, comment, expression};
use crate::place::{self, Indent};
use crate::plan::{Context, Plan, Site};
use sites::widening::filled;
use sites::{Unresolved, lines};
use templates::Page as _;

/// The statement, with its comment and its condition.
#[derive(askama::Template, serde::Serialize)]
#[template(path = "c/assign.c", escape = "none")]
struct AssignTemplate<'a> {
    comment: String,
    indentation: &'a str,
    deeper: &'a str,
    conditional: bool,
    condition: String,
    set: String,
}

templates::page!(AssignTemplate<'_>, "c/assign.c");

pub(crate) const WRITES: Writes = Writes::Fragments(&[AssignTemplate::PATH, CommentTemplate::PATH]);

pub(crate) fn plan(context: &Context<'_>, assign: &Assign) -> Result<Plan, Unresolved> {
    let file = context.file;
    let anchors = assign::find(&context.resolver, assign)?;
    if let Some(present) = assign::present(&context.resolver, assign, &anchors.found)? {
        return Err(present);
    }
    let mut plan = Plan::default();
    for m in &anchors.found {
        let set = filled(&assign.set, &m.bindings)?;
        let Some(anchor) = statement::of(file, &m.range) else {
            continue;
        };
        plan.edits
            .push(insertion(context, assign, anchor, &m.bindings, &set)?);
        plan.sites
            .extend(Site::each([m.range.start], &anchors.alternatives));
    }
    Ok(plan)
}

fn insertion(
    context: &Context<'_>,
    assign: &Assign,
    anchor: Anchor<'_>,
    bindings: &Bindings,
    set: &str,
) -> Result<Edit, Unresolved> {
    let file = context.file;
    let at = anchor::beside(context, anchor, assign.beside.side)?;
    let indentation = indentation(file, anchor.first);
    let own = Indent::of(file, anchor.first.start_byte()).with(&indentation);
    let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
    let words = context.body.comment.as_deref();
    let comment = match words {
        Some(words) => comment::above(words, &indentation, style)?,
        None => String::new(),
    };
    let when = assign
        .when
        .as_ref()
        .map(|when| filled(when, bindings))
        .transpose()?;
    let head = format!("{indentation}if (");
    let deeper = match when {
        Some(_) => own.inside(1, 0),
        None => indentation.clone(),
    };
    let condition = when.as_deref().map(sites::one_line);
    let text = fragment(&AssignTemplate {
        comment,
        indentation: &indentation,
        deeper: &deeper,
        conditional: condition.is_some(),
        condition: condition.map_or_else(String::new, |condition| {
            expression::fit_within(&head, &condition, ")")
        }),
        set: expression::fit_within(&deeper, set, ";"),
    })? + "\n";
    let beside = [Side::Before, Side::After].map(|side| neighbour(context, at, side));
    let [before, after] = beside;
    let (lead, trail) = match text.lines().count() > 1 {
        true => air::around(file, anchor.first.start_byte()).beside(before, after),
        false => (before == Beside::Declaration, false),
    };
    let blank = |wanted: bool| if wanted { "\n" } else { "" };
    Ok(Edit::beside(
        at,
        assign.beside.side,
        format!("{}{text}{}", blank(lead), blank(trail)),
    ))
}

/// The indentation of the statement; of one behind its label, that of the block.
fn indentation(file: &File, node: Node<'_>) -> String {
    let start = node.start_byte();
    let before = file.text(lines::line_start(file, start)..start);
    let block = std::iter::successors(node.parent(), Node::parent)
        .find(|parent| parent.kind() == "compound_statement")
        .filter(|_| before.trim_end().ends_with(':'));
    match block {
        Some(block) => place::deeper(file, block.start_byte()),
        None => place::indentation(file, start),
    }
}

/// What stands on one side of the line start `at`.
fn neighbour(context: &Context<'_>, at: usize, side: Side) -> Beside {
    let file = context.file;
    let mut line = match side {
        Side::Before => file.line_of(at.saturating_sub(1)),
        Side::After => file.line_of(at),
    };
    let mut text = lines::line_text(file, line);
    let plain = plain_neighbour(&text);
    // Behind the `#endif` of a declaration it is as behind the declaration.
    while side == Side::Before && line > 1 && text.starts_with("#endif") {
        line -= 1;
        text = lines::line_text(file, line);
    }
    if let Some(plain) = plain_neighbour(&text) {
        return plain;
    }
    let range = file.lines().range_of(line);
    let first = range.start + text.len() - text.trim_start().len();
    let mut node = file
        .root()
        .named_descendant_for_byte_range(first, first + 1);
    while let Some(current) = node {
        match current.kind() {
            _ if statement::declares(file, &context.resolver.definitions, current) => {
                return Beside::Declaration;
            }
            "compound_statement" => break,
            _ => node = current.parent(),
        }
    }
    plain.unwrap_or(Beside::Code)
}
