//! `declaration`: declared once, token by token as the spec says, directly next to its neighbour.
//!
//! Whether it agrees with the definition that the tree has is asked of every series (`frame/bisect`).

use std::ops::Range;

use query::File;
use schema::model::{ChangeKind, Declaration};
use sites::block::{self, Item, code};
use sites::brief;
use sites::kinds::declaration::{alike, anchor};

use super::{Ctx, Judged, in_order, none_of};
use crate::comparison::Image;
use crate::explained::Explained;

/// What it looks for, in words.
pub(super) fn sought(kind: &Declaration) -> String {
    none_of(kind.beside.anchors.iter().map(String::as_str))
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Declaration) -> Judged {
    let file = match ctx.file(Image::After) {
        Ok(file) => file,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let wanted = code(kind.declare.as_bytes());
    let own = alike(&file, kind);
    let same: Vec<&Range<usize>> = own
        .iter()
        .filter(|range| code(file.slice((*range).clone())) == wanted)
        .collect();
    let anchors = anchor(&file, kind)
        .map(|(_, found)| found)
        .unwrap_or_default();
    if anchors.is_empty() {
        let message = "what it goes next to is gone";
        let finding = ctx.violated("placed", message).in_file(file.path());
        judged.findings.push(finding);
    }
    if same.len() != anchors.len().max(1) || own.len() != same.len() {
        let message = match (own.first(), own.len()) {
            (None, _) => format!("{} is not declared", kind.name),
            (Some(other), 1) if same.is_empty() => {
                let other = brief(&file.text(other.clone()), 60);
                format!(
                    "`{other}` is there; the spec says `{}`",
                    brief(&kind.declare, 60)
                )
            }
            (_, count) => format!("{} is declared {count} times", kind.name),
        };
        let at = own.last().map_or(0, |range| range.start);
        judged.put(ctx.violated("one-declaration", message), &file, at);
    }
    let items = block::items(file.root());
    for range in same {
        let message = format!("`{}` is declared as the spec says", kind.name);
        judged.put(ctx.holds("one-declaration", message), &file, range.start);
        place(ctx, kind, &file, (&items, &anchors), range, &mut judged);
        super::words::judge(ctx, &file, range, &mut judged);
        let path = file.path();
        judged.comment_scope(path, range.clone());
        judged
            .explained_tokens
            .push(Explained::inserted(path, vec![range.clone()]));
    }
    judged
}

fn place(
    ctx: &Ctx<'_>,
    kind: &Declaration,
    file: &File,
    (items, anchors): (&[Item<'_>], &[Range<usize>]),
    own: &Range<usize>,
    judged: &mut Judged,
) {
    let near = anchors.iter().find(|anchor| {
        let (_, first, second) = in_order(kind.beside.side, anchor, own);
        let same_arm = file.conditions_at(own.start) == file.conditions_at(anchor.start);
        let mut between = items
            .iter()
            .filter(|item| item.range.start >= first.end && item.range.end <= second.start);
        first.end <= second.start && same_arm && between.all(|item| is_of_others(ctx, file, item))
    });
    let name = kind.beside.anchors.join(" or ");
    let word = match kind.beside.side {
        schema::model::Side::After => "after",
        schema::model::Side::Before => "before",
    };
    let finding = match near {
        Some(_) => ctx.holds("placed", format!("directly {word} {name}")),
        None => {
            let message = format!("{} is not declared directly {word} {name}", kind.name);
            ctx.violated("placed", message)
        }
    };
    judged.put(finding, file, own.start);
}

/// Whether another change of the spec declares it, or it exports what is before it.
pub(super) fn is_of_others(ctx: &Ctx<'_>, file: &File, item: &Item<'_>) -> bool {
    let text = item.code(file);
    let bare = text.trim_end_matches(';').trim_end();
    text.starts_with("EXPORT_SYMBOL")
        || ctx.comparison.spec.forms().any(|body| match &body.kind {
            ChangeKind::Declaration(other) => {
                code(other.declare.as_bytes())
                    .trim_end_matches(';')
                    .trim_end()
                    == bare
            }
            _ => false,
        })
}
