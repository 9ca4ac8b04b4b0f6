//! Lines of a file that is not C.

use std::ops::Range;

use trees::parts::{Language, Part, innermost, named, split};

use super::{Asked, Proposal};
use crate::table::Table;

/// So many lines beside an edit tell where it is.
const MOST_BESIDE: usize = 3;

/// `lines`
pub(super) fn lines(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    let (before, after) = (edit.before.written(), edit.after.written());
    let Some(place) = Place::of(before, &edit.old) else {
        return Vec::new();
    };
    let (Some(old), Some(new)) = (text(before, &edit.old), text(after, &edit.new)) else {
        return Vec::new();
    };
    let table = asked.table("lines");
    let mut found = Vec::new();
    for within in parts(asked, &place) {
        let table = match &within {
            Some(name) => table.clone().with("within", name),
            None => table.clone(),
        };
        for beside in place.beside(old.is_empty()) {
            let table = match beside {
                Some((key, lines)) => table.clone().with(key, &lines),
                None => table.clone(),
            };
            found.push(vec![said(table, &old, &new)]);
        }
    }
    found
}

/// What the lines become.
fn said(table: Table, old: &str, new: &str) -> Table {
    match (old.is_empty(), new.is_empty()) {
        (true, _) => table.with("add", new),
        (_, true) => table.with("delete", old),
        _ => table.with("replace", old).with("with", new),
    }
}

/// Whole lines; one without its newline, where it can be written in a string of one line. None where they are no text.
fn text(bytes: &[u8], range: &Range<usize>) -> Option<String> {
    let text = std::str::from_utf8(bytes.get(range.clone())?).ok()?;
    let is_one = text.matches('\n').count() == 1 && text.trim() != "" && !text.contains('\t');
    Some(match text.strip_suffix('\n').filter(|_| is_one) {
        Some(line) => line.to_owned(),
        None => text.to_owned(),
    })
}

/// Where in the file before lines go or come.
struct Place<'a> {
    /// The file's lines.
    lines: Vec<&'a [u8]>,
    /// Which of them go, by number from 0.
    old: Range<usize>,
}

impl<'a> Place<'a> {
    fn of(bytes: &'a [u8], range: &Range<usize>) -> Option<Self> {
        let count = |range: Range<usize>| {
            let bytes = bytes.get(range)?;
            Some(bytes.iter().filter(|&&byte| byte == b'\n').count())
        };
        let start = count(0..range.start)?;
        Some(Self {
            lines: split(bytes),
            old: start..start + count(range.clone())?,
        })
    }

    /// Keys for the lines next to them, and these lines; none first where lines go, for these tell it by themselves.
    fn beside(&self, comes: bool) -> Vec<Option<(&'static str, String)>> {
        let joined = |range: Range<usize>| {
            let lines = self.lines.get(range)?.iter();
            let lines = lines.map(|line| std::str::from_utf8(line).ok());
            let lines: Vec<&str> = lines.collect::<Option<_>>()?;
            let is_blank = lines.iter().all(|line| line.trim().is_empty());
            (!lines.is_empty() && !is_blank).then(|| match lines.as_slice() {
                [line] => line.trim().to_owned(),
                _ => format!("{}\n", lines.join("\n")),
            })
        };
        let mut found = Vec::new();
        for count in 1..=MOST_BESIDE {
            let above = self.old.start.checked_sub(count);
            let above = above.and_then(|start| joined(start..self.old.start));
            let below = joined(self.old.end..self.old.end + count);
            found.extend(above.map(|lines| Some(("after", lines))));
            found.extend(below.map(|lines| Some(("before", lines))));
        }
        let alone = if comes { found.len() } else { 0 };
        found.insert(alone, None);
        found
    }
}

/// The parts that the lines may be said to be in; none for the whole file.
fn parts(asked: &Asked<'_>, place: &Place<'_>) -> Vec<Option<String>> {
    let Some(language) = Language::of(asked.path) else {
        return vec![None];
    };
    let (before, after) = (asked.edit.before.written(), asked.edit.after.written());
    let (Ok(known), Ok(made)) = (language.parts(before), language.parts(after)) else {
        return vec![None];
    };
    let own = |part: Option<&Part>| {
        let part = part?;
        named(&known, &part.name).next()?;
        Some(part.name.clone())
    };
    let line = place.old.start;
    let mut found = vec![
        own(innermost(&made, line)),
        own(innermost(&known, line)),
        own(innermost(&known, line.saturating_sub(1))),
    ];
    found.retain(Option::is_some);
    found.push(None);
    found.dedup();
    found
}
