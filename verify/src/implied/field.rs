//! `field`: one entry of the list sets what is declared, to the declared value, at the declared place.

use query::File;
use schema::model::{ChangeKind, Field, Side};
use sites::block::code;
use sites::kinds::field::{Entry, FieldSite, named, sites};
use sites::{Reason, brief};

use super::{Ctx, Judged, none_of};
use crate::comparison::Image;
use crate::explained::Explained;
use crate::finding::Finding;

/// What it looks for, in words.
pub(super) fn sought(kind: &Field) -> String {
    none_of(kind.of.names().iter().map(String::as_str))
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Field) -> Judged {
    let file = match ctx.file(Image::After) {
        Ok(file) => file,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let found = match sites(&ctx.resolver(&file), kind) {
        Ok(found) => found,
        Err(unresolved) => {
            let at = unresolved
                .line
                .map_or(0, |line| file.lines().range_of(line).start);
            let finding = match unresolved.reason {
                Reason::Absent | Reason::Unfit | Reason::Present => {
                    ctx.violated("placed", unresolved.message)
                }
                _ => ctx.unknown("site", unresolved.message),
            };
            judged.put(finding, &file, at);
            return judged;
        }
    };
    for site in &found {
        in_list(ctx, kind, &file, site, &mut judged);
    }
    judged
}

fn in_list(ctx: &Ctx<'_>, kind: &Field, file: &File, site: &FieldSite<'_>, judged: &mut Judged) {
    let wanted = code(kind.set.as_bytes());
    let text = brief(&kind.set, 60);
    let is_it = |entry: &Entry<'_>| match &kind.key {
        Some(_) => entry.key == kind.key,
        None => entry.code == wanted,
    };
    let own: Vec<usize> = (0..site.entries.len())
        .filter(|&at| site.entries.get(at).is_some_and(is_it))
        .collect();
    let placed: Vec<usize> = own
        .iter()
        .copied()
        .filter(|&at| is_placed(ctx, kind, site, at))
        .collect();
    // Entries without a name may be the same, and the others were there before.
    let at = match (&kind.key, own.as_slice(), placed.as_slice()) {
        (_, [one], _) | (None, _, [one]) => *one,
        (_, [], _) => {
            let finding = ctx.violated("one-entry", format!("`{text}` is missing"));
            return judged.put(finding, file, site.list.start_byte());
        }
        (_, several, _) => {
            let message = format!("`{text}` is there {} times", several.len());
            return judged.put(
                ctx.violated("one-entry", message),
                file,
                site.list.start_byte(),
            );
        }
    };
    let Some(entry) = site.entries.get(at) else {
        return;
    };
    let start = entry.node.start_byte();
    let finding = match entry.code == wanted {
        true => ctx.holds("one-entry", format!("`{text}` is there once")),
        false => {
            let have = brief(&file.text(entry.node.byte_range()), 60);
            ctx.violated(
                "one-entry",
                format!("`{have}` is there; the spec says `{text}`"),
            )
        }
    };
    judged.put(finding, file, start);
    let is_placed = placed.contains(&at);
    judged.put(
        place(ctx, kind, file, (site, entry), is_placed),
        file,
        start,
    );
    let previous = at.checked_sub(1).and_then(|at| site.entries.get(at));
    let range = match (&entry.comma, previous.and_then(|known| known.comma.clone())) {
        (Some(comma), _) => start..comma.end,
        (None, Some(comma)) => comma.start..entry.node.end_byte(),
        (None, None) => entry.node.byte_range(),
    };
    super::words::judge(ctx, file, &(start..entry.end()), judged);
    let path = file.path();
    judged.comment_scope(path, range.clone());
    judged
        .explained_tokens
        .push(Explained::inserted(path, vec![range]));
}

fn place(
    ctx: &Ctx<'_>,
    kind: &Field,
    file: &File,
    (site, entry): (&FieldSite<'_>, &Entry<'_>),
    is_placed: bool,
) -> Finding {
    let start = entry.node.start_byte();
    let near = site.near.filter(|_| kind.beside.is_some());
    let near = near.and_then(|near| site.entries.get(near));
    let reference = near.map_or(site.list.start_byte(), |near| near.node.start_byte());
    let text = brief(&file.text(entry.node.byte_range()), 60);
    if file.conditions_at(start) != file.conditions_at(reference) {
        let message = format!("`{text}` is not under the same `#if` as the entry next to it");
        return ctx.violated("placed", message);
    }
    match is_placed {
        true => ctx.holds("placed", "it is where it is declared to be"),
        false => ctx.violated(
            "placed",
            format!("`{text}` is not where it is declared to be"),
        ),
    }
}

/// Whether the entry is next to its neighbour, past those of other changes.
fn is_placed(ctx: &Ctx<'_>, kind: &Field, site: &FieldSite<'_>, at: usize) -> bool {
    let is_of_other = |at: usize| {
        let entry = site.entries.get(at);
        entry.is_some_and(|entry| is_of_others(ctx, entry))
    };
    let Some(beside) = &kind.beside else {
        let mut next = at + 1;
        while is_of_other(next) {
            next += 1;
        }
        return match site.entries.get(next) {
            None => true,
            Some(next) => next.ends_table(),
        };
    };
    let near = beside.anchors.iter().find_map(|anchor| {
        let found: Vec<usize> = named(&site.entries, anchor)
            .into_iter()
            .filter(|&one| one != at)
            .collect();
        found.first().copied()
    });
    let Some(near) = near else {
        return false;
    };
    let (from, to) = match beside.side {
        Side::After => (near + 1, at),
        Side::Before => (at + 1, near),
    };
    from <= to && (from..to).all(is_of_other)
}

/// Whether another change of the spec declares the entry.
fn is_of_others(ctx: &Ctx<'_>, entry: &Entry<'_>) -> bool {
    ctx.comparison.spec.forms().any(|body| match &body.kind {
        ChangeKind::Field(other) => {
            body.span != ctx.body.span && code(other.set.as_bytes()) == entry.code
        }
        _ => false,
    })
}
