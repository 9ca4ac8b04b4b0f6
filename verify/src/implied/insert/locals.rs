//! The variables that come with inserted statements.

use query::File;
use query::types::declared_at;
use schema::model::{Local, Side};
use sites::block::{self, Item, ItemKind};
use sites::kinds::insert::Slot;
use syntax::items::Function;

use super::Work;
use crate::explained::Explained;
use crate::finding::Finding;
use crate::implied::Judged;

pub(super) fn judge(work: &Work<'_>, slots: &[Slot<'_>], judged: &mut Judged) {
    let mut done = Vec::new();
    for slot in slots {
        for local in &work.kind.locals {
            let is_known = done.contains(&(slot.function.range.start, local.name.clone()));
            done.push((slot.function.range.start, local.name.clone()));
            one(work, slot, local, is_known, judged);
        }
    }
}

fn one(work: &Work<'_>, slot: &Slot<'_>, local: &Local, is_known: bool, judged: &mut Judged) {
    let (ctx, file) = (work.ctx, work.file);
    let wanted = block::code(format!("{};", local.declare).as_bytes());
    let own = own_items(file, slot.function);
    let found: Vec<&Item<'_>> = own
        .iter()
        .filter(|item| item.code(file) == wanted)
        .collect();
    let name = &slot.function.name;
    let [declaration] = found.as_slice() else {
        let finding = match found.len() {
            0 => missing(work, slot, local),
            count => {
                let message = format!("{name}(): `{}` is declared {count} times", local.name);
                ctx.violated("locals", message)
            }
        };
        return judged.put(finding, file, slot.function.name_range.start);
    };
    let here = declared_at(file, slot_start(slot), &local.name);
    let is_meant = here.is_some_and(|at| declaration.range.contains(&at));
    let is_conditional =
        file.conditions_at(declaration.range.start) != file.conditions_at(slot.function.body.start);
    let finding = if is_conditional {
        let message = format!(
            "{name}(): `{}` is declared under an `#if` alone",
            local.name
        );
        ctx.violated("locals", message)
    } else if is_meant || here.is_none() && declaration.node.kind() != "declaration" {
        ctx.holds("locals", format!("`{}` is declared once", local.declare))
    } else {
        let message = format!("{name}(): `{}` is another variable there", local.name);
        ctx.violated("locals", message)
    };
    judged.put(finding, file, declaration.range.start);
    if !is_known {
        let path = file.path();
        let own = declaration.range.clone();
        judged
            .explained_tokens
            .push(Explained::inserted(path, vec![own.clone()]));
        judged.comment_scope(path, own);
    }
}

/// It is not declared, or not so.
fn missing(work: &Work<'_>, slot: &Slot<'_>, local: &Local) -> Finding {
    let name = &slot.function.name;
    match declared_at(work.file, slot_start(slot), &local.name) {
        // What became of the declaration since is not told by a tree as it is.
        Some(at) if work.ctx.comparison.before.is_none() => {
            let line = work.file.line_of(at);
            let message = format!(
                "{name}(): `{}` is declared in line {line}, not as `{}`",
                local.name, local.declare
            );
            work.ctx.unknown("locals", message)
        }
        _ => {
            let message = format!("{name}(): `{}` is not declared", local.declare);
            work.ctx.violated("locals", message)
        }
    }
}

/// Where the statements are, or next to it, behind the function's declarations.
fn slot_start(slot: &Slot<'_>) -> usize {
    if let (Side::After, Some(next)) = (slot.side, slot.items.get(slot.at)) {
        return next.range.start;
    }
    match (slot.anchor, slot.block) {
        (Some(anchor), _) => anchor.last.end_byte().saturating_sub(1),
        (None, Some(block)) => block.end_byte().saturating_sub(1),
        (None, None) => slot.offset,
    }
}

/// What is in the function's own block.
fn own_items<'f>(file: &'f File, function: &Function) -> Vec<Item<'f>> {
    let block = file.node_at(function.body.clone());
    let items = block.map(block::items).unwrap_or_default();
    let is_statement = |item: &Item<'_>| item.kind == ItemKind::Statement;
    items.into_iter().filter(is_statement).collect()
}
