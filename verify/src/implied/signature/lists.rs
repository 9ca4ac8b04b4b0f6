//! Parameter lists and lists of arguments before and after: which became which.

use std::ops::Range;

use query::File;
use schema::model::Signature;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use sites::brief;
use sites::kinds::signature::{Head, Place, PlaceKind, Slots, result_range};
use sites::occurrences::{List, Occurrences};

use crate::explained::Explained;
use crate::nodes::normal;

/// The places of a file.
pub(super) type Scanned<'a> = (&'a Occurrences<'a>, &'a [Place]);

/// What became of what.
#[derive(Default)]
pub(super) struct Pairs {
    /// The tokens that the change accounts for.
    pub(super) explained: Vec<Explained>,
    /// Where something else is than the spec makes of it, and what that is.
    pub(super) wrong: Vec<(usize, String)>,
}

/// A place before or after, in words: equal where one becomes the other.
struct Words<'a> {
    place: &'a Place,
    text: String,
}

/// The pairs of a file.
pub(super) fn pairs(
    before: Scanned<'_>,
    after: Scanned<'_>,
    slots: &Slots,
    signature: &Signature,
) -> Pairs {
    let olds: Vec<Words<'_>> = before
        .1
        .iter()
        .map(|place| wanted(before, place, slots, signature))
        .collect();
    let news: Vec<Words<'_>> = after
        .1
        .iter()
        .map(|place| Words {
            place,
            text: as_it_is(after, place),
        })
        .collect();
    let texts =
        |all: &[Words<'_>]| -> Vec<String> { all.iter().map(|words| words.text.clone()).collect() };
    let (old_texts, new_texts) = (texts(&olds), texts(&news));
    let mut found = Pairs::default();
    for op in capture_diff_slices(Algorithm::Myers, &old_texts, &new_texts) {
        let old = olds.get(op.old_range()).unwrap_or_default();
        let new = news.get(op.new_range()).unwrap_or_default();
        for (old, new) in old.iter().zip(new) {
            if matches!(op, DiffOp::Equal { .. }) {
                let files = (before.0.file(), after.0.file());
                found
                    .explained
                    .extend(explained(files, old.place, new.place, signature));
            } else {
                let text = brief(&old.text, 80);
                found.wrong.push((new.place.name.start, text));
            }
        }
    }
    found
}

fn list_of(place: &Place) -> &List {
    match &place.kind {
        PlaceKind::Definition(head, _) | PlaceKind::Prototype(head, _) => &head.list,
        PlaceKind::Call(list, _) => list,
    }
}

/// The items, with what is in the parentheses of the other places inside left out: these are compared by themselves.
fn items((scan, all): Scanned<'_>, items: &[Range<usize>]) -> Vec<String> {
    let file = scan.file();
    let items = items.iter().map(|item| {
        let mut text: Vec<u8> = Vec::new();
        let mut at = item.start;
        for inner in all.iter().map(list_of) {
            if item.start <= inner.open && inner.close < item.end && at <= inner.open {
                text.extend_from_slice(file.slice(at..inner.open + 1));
                at = inner.close;
            }
        }
        text.extend_from_slice(file.slice(at..item.end));
        normal(&text)
    });
    items.collect()
}

fn shown(name: &str, list: &[String]) -> String {
    format!("{name}({})", list.join(", "))
}

/// A place in words.
fn as_it_is(scanned: Scanned<'_>, place: &Place) -> String {
    let name = scanned.0.file().text(place.name.clone());
    match &place.kind {
        PlaceKind::Definition(head, start) | PlaceKind::Prototype(head, start) => {
            let mut list = items(scanned, &head.parameters);
            list.extend(head.is_variadic.then(|| "...".to_owned()));
            format!(
                "{} {}",
                result(scanned.0.file(), *start, head),
                shown(&name, &list)
            )
        }
        PlaceKind::Call(list, _) => shown(&name, &items(scanned, &list.items)),
    }
}

/// What the spec makes of a place, in words; of one that has another form than the old one, itself.
fn wanted<'a>(
    scanned: Scanned<'a>,
    place: &'a Place,
    slots: &Slots,
    signature: &Signature,
) -> Words<'a> {
    let file = scanned.0.file();
    let name = file.text(place.name.clone());
    let of = |texts: Vec<String>| -> Vec<String> {
        texts.iter().map(|text| normal(text.as_bytes())).collect()
    };
    let text = match &place.kind {
        PlaceKind::Definition(head, start) | PlaceKind::Prototype(head, start)
            if head.parameters.len() == slots.old
                && !slots.is_new(scanned.0, head, signature, *start) =>
        {
            let mut list = of(slots.declared(&items(scanned, &head.parameters), signature));
            list.extend(head.is_variadic.then(|| "...".to_owned()));
            let result = match &signature.result {
                Some(result) => normal(result.as_bytes()),
                None => result(file, *start, head),
            };
            format!("{result} {}", shown(&name, &list))
        }
        PlaceKind::Call(list, caller) if list.items.len() >= slots.old => {
            let added = signature.add.as_ref();
            let argument = added.map_or("", |add| add.argument_in(caller.as_deref()));
            let is_old = list.items.len() == slots.old || slots.is_variadic;
            match is_old {
                true => shown(
                    &name,
                    &of(slots.passed(&items(scanned, &list.items), argument)),
                ),
                false => as_it_is(scanned, place),
            }
        }
        _ => as_it_is(scanned, place),
    };
    Words { place, text }
}

fn result(file: &File, start: usize, head: &Head) -> String {
    let range = result_range(file, start, &head.name);
    range.map_or_else(String::new, |range| normal(file.slice(range)))
}

fn explained(
    (before, after): (&File, &File),
    old: &Place,
    new: &Place,
    signature: &Signature,
) -> Vec<Explained> {
    let path = after.path();
    let whole = |place: &Place| {
        let list = list_of(place);
        list.open..list.close + 1
    };
    let mut found = vec![Explained::replaced(path, whole(old), whole(new))];
    let heads = |place: &Place| match &place.kind {
        PlaceKind::Definition(head, start) | PlaceKind::Prototype(head, start) => {
            Some((head.name.clone(), *start))
        }
        PlaceKind::Call(..) => None,
    };
    if signature.result.is_some()
        && let (Some((old_name, old_start)), Some((new_name, new_start))) = (heads(old), heads(new))
    {
        let was = result_range(before, old_start, &old_name);
        let is = result_range(after, new_start, &new_name);
        if let (Some(was), Some(is)) = (was, is) {
            found.push(Explained::replaced(path, was, is));
        }
    }
    found
}
