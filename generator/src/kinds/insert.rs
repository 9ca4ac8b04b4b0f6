//! `insert`: statements put into a function, indented as deep as their place is.

mod blank;
mod locals;
pub(in crate::kinds) mod text;

use query::flow::Flow;
use query::types::DefinitionSource;
use schema::model::{Insert, InsertPlace, Side};
use sites::block::ItemKind;
use sites::kinds::insert::{self, Slot};
use sites::{Unresolved, lines, statement};

use crate::anchor;
use crate::braces;
use crate::edit::Edit;
use crate::fragment::Writes;
use crate::inline::{Group, laid_out};
use crate::layout::comment::CommentTemplate;
use crate::place::{self, Indent};
use crate::plan::{Context, Plan, Site};
use templates::Page as _;
use text::{InsertTemplate, Written};

pub(crate) const WRITES: Writes = Writes::Fragments(&[InsertTemplate::PATH, CommentTemplate::PATH]);

pub(crate) fn plan(context: &Context<'_>, change: &Insert) -> Result<Plan, Unresolved> {
    let no_bindings = query::pattern::Bindings::new();
    let others = insert::of_others(context.spec, context.body, &no_bindings);
    if let Some(present) = insert::present(&context.resolver, change, &others)? {
        return Err(present);
    }
    let found = insert::find(&context.resolver, change, &others)?;
    let mut plan = Plan::default();
    let mut functions = Vec::new();
    let mut groups = Vec::new();
    for slot in &found.slots {
        for new in change.when.iter().chain([&change.code]) {
            let home = (
                context.file,
                &context.resolver.definitions as &dyn DefinitionSource,
            );
            sites::effects::fits(home, slot.offset, &slot.bindings, new, true)?;
        }
        let own = locals::edit(context, change, slot)?;
        let own = own.filter(|_| !functions.contains(&slot.function.range));
        functions.push(slot.function.range.clone());
        match (slot.block, slot.anchor) {
            (None, Some(anchor)) => {
                plan.edits.extend(own);
                groups.extend(body(context, change, slot, anchor)?);
            }
            _ => {
                let edit = insertion(context, change, slot, own.as_ref())?;
                plan.edits.extend(own);
                plan.edits.push(edit);
            }
        }
        plan.sites
            .extend(Site::each([slot.offset], &found.alternatives));
    }
    plan.edits.extend(laid_out(context.file, groups));
    Ok(plan)
}

/// The statements in a block.
fn insertion(
    context: &Context<'_>,
    change: &Insert,
    slot: &Slot<'_>,
    locals: Option<&Edit>,
) -> Result<Edit, Unresolved> {
    let file = context.file;
    let at = place(context, change, slot)?;
    let (own, near) = match (slot.anchor, slot.block) {
        (Some(anchor), _) => {
            let indentation = anchor::indentation(file, anchor.first);
            let start = anchor.first.start_byte();
            (Indent::of(file, start).with(&indentation), start)
        }
        (None, block) => {
            let start = block.map_or(slot.offset, |block| block.start_byte());
            (
                Indent::of(file, start).with(&place::deeper(file, start)),
                start,
            )
        }
    };
    let written = Written::new(context, change, slot, &own)?;
    let is_right_behind = locals.is_some_and(|edit| edit.range.start == at);
    let (lead, trail) = match change.declares {
        _ if change.tight => blank::as_written(context, &written, at),
        true => blank::of_declarations(context, &written, at),
        false => blank::around(context, slot, &written, at, near, is_right_behind),
    };
    let blank = |wanted: bool| if wanted { "\n" } else { "" };
    let text = format!("{}{}\n{}", blank(lead), written.text, blank(trail));
    Ok(Edit::beside(at, slot.side, text))
}

/// The line start that they go to.
fn place(context: &Context<'_>, change: &Insert, slot: &Slot<'_>) -> Result<usize, Unresolved> {
    let file = context.file;
    let refuse = |message: &str, at: usize| Err(Unresolved::unfit(message).at(file, at));
    match slot.anchor {
        Some(anchor) if change.declares => return beside_declaration(context, slot, anchor),
        Some(anchor) => return anchor::beside(context, anchor, slot.side),
        None => {}
    }
    let block = slot
        .block
        .ok_or_else(|| Unresolved::unfit("the function has no body"))?;
    let before = slot.at.checked_sub(1).and_then(|at| slot.items.get(at));
    match change.place {
        InsertPlace::End => {
            let end = block.end_byte().saturating_sub(1);
            let start = lines::line_start(file, end);
            match file.text(start..end).trim().is_empty() {
                true => Ok(start),
                false => refuse(
                    "other code is on the line of the function's closing brace",
                    end,
                ),
            }
        }
        _ => match before {
            Some(item) if item.kind == ItemKind::Statement => {
                let wanted = file.conditions_at(block.start_byte());
                let at = anchor::behind_under(context, item.node, &wanted)?;
                Ok(context.inserted.past(at))
            }
            _ => {
                let end = before.map_or(block.start_byte() + 1, |item| item.range.end);
                if lines::shares_its_end(file, end) {
                    return refuse("other code follows on the same line", end);
                }
                if before.is_some_and(|item| item.kind == ItemKind::Directive) {
                    return refuse("an `#if` is at the beginning of the function", end);
                }
                if statement::pragma_before(file, lines::line_end(file, end)) {
                    return refuse("a `#pragma` is there, and is about what follows", end);
                }
                Ok(context
                    .inserted
                    .past(lines::end_with_trailing_comment(file, end)))
            }
        },
    }
}

/// The line start that declarations go to: directly beside another, before all statements of the block.
fn beside_declaration(
    context: &Context<'_>,
    slot: &Slot<'_>,
    anchor: statement::Anchor<'_>,
) -> Result<usize, Unresolved> {
    let file = context.file;
    let unfit = |message: &str, at: usize| Err(Unresolved::unfit(message).at(file, at));
    if let Some(before) = insert::statement_before(&context.resolver, slot) {
        return unfit(
            "a declaration behind this statement would mix code and declarations",
            before.start_byte(),
        );
    }
    statement::in_list(file, anchor.first)?;
    match slot.side {
        Side::Before => {
            let start = anchor.first.start_byte();
            let is_first = file
                .text(lines::line_start(file, start)..start)
                .trim()
                .is_empty();
            match is_first && !statement::pragma_before(file, start) {
                true => Ok(lines::with_comment_above(file, start)),
                false => unfit(
                    "nothing can go between the declaration and what is before it",
                    start,
                ),
            }
        }
        Side::After => {
            let end = anchor.last.end_byte();
            if lines::shares_its_end(file, end) {
                return unfit("other code is behind the declaration on its line", end);
            }
            let at = lines::end_with_trailing_comment(file, end);
            Ok(context.inserted.past(at))
        }
    }
}

/// The statements beside one that is all that an `if`, an `else` or a loop has: all of it goes into braces.
fn body(
    context: &Context<'_>,
    change: &Insert,
    slot: &Slot<'_>,
    anchor: statement::Anchor<'_>,
) -> Result<Vec<Group>, Unresolved> {
    let file = context.file;
    let node = anchor.first;
    let range = node.byte_range();
    let unfit = |message: &str| Err(Unresolved::unfit(message).at(file, node.start_byte()));
    if statement::pragma_before(file, node.start_byte()) {
        return unfit("a `#pragma` is directly before the statement, and is about it");
    }
    let owner = node.parent().map_or("", |owner| owner.kind());
    if node.kind() == "if_statement" && owner == "else_clause" {
        return unfit("it is an `else if`: nothing comes between the two words");
    }
    let jumps = matches!(
        node.kind(),
        "return_statement" | "goto_statement" | "break_statement" | "continue_statement"
    );
    let flow = Flow::of(file, slot.function);
    if slot.side == Side::After && jumps || flow.is_ok_and(|flow| !flow.reaches(&range)) {
        return unfit("control never gets there");
    }
    let both = "spec();\nspec();";
    let (own, mut groups) = braces::body(file, &range, both)?;
    if groups.is_empty() {
        return Err(
            Unresolved::unfit("the statement is in no block, and cannot get one")
                .at(file, node.start_byte()),
        );
    }
    let written = Written::new(context, change, slot, &own)?;
    let start = lines::line_start(file, range.start);
    let is_on_its_line = file.text(start..range.start).trim().is_empty();
    let edit = match slot.side {
        Side::After => {
            let end = lines::end_of_comments(file, range.end);
            Edit::insert(end, format!("\n{}", written.text))
        }
        Side::Before if is_on_its_line => {
            let above = lines::with_comment_above(file, range.start);
            Edit::insert(above, format!("{}\n", written.text))
        }
        Side::Before => {
            let text = written.text.trim_start();
            Edit::insert(range.start, format!("{text}\n{}", own.own))
        }
    };
    let at = edit.range.start;
    let touched = range.start.min(at)..range.end.max(at);
    // Before the brace that closes, which is put in at the same place.
    groups.insert(
        0,
        Group {
            lines: lines::whole_lines(file, &touched),
            edits: vec![edit],
            limit: usize::MAX,
        },
    );
    Ok(groups)
}
