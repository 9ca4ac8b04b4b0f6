//! `lines`: lines of a file that is not C, beside other lines, in a named part of the file.
//!
//! A place is one run of lines: those that go, with those beside them. The spec's lines are matched with white space at
//! their ends only where the spec has some there, and a run of it inside is as good as another; new lines are compared byte
//! for byte.

mod text;

use std::ops::Range;

use dialect::TreePath;
use schema::model::{ChangeBody, ChangeKind, Lines, Side, Sites, Spec};
use trees::parts::{Language, Wanted};

pub use text::{FileLines, Place};

use crate::names::similar_names;
use crate::resolve::Sited;
use crate::resolver::{Chosen, Resolver, alternative, side_key};
use crate::unresolved::Unresolved;
use text::{exact, joined, loose};

impl Sited for Lines {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let found = find(resolver, self)?.found;
        Ok(found.iter().map(|place| place.anchor.start).collect())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        present(resolver, self, &[])
    }
}

/// The places in a file, before.
///
/// # Errors
/// The part or the lines are not there, or not as often as declared; or the file's parts are not understood.
pub fn find(resolver: &Resolver<'_>, lines: &Lines) -> Result<Chosen<Place>, Unresolved> {
    let text = FileLines::of(resolver, lines)?;
    let mut chosen = match &lines.beside {
        None if lines.old.is_empty() => ends(resolver, lines, &text)?,
        _ => beside(resolver, lines, &text)?,
    };
    let starts: Vec<usize> = chosen
        .found
        .iter()
        .map(|place| place.anchor.start)
        .collect();
    resolver.counted(&starts, "the lines")?;
    chosen.alternatives.extend(text.alternatives);
    Ok(chosen)
}

/// Places beside an anchor, or of old lines.
fn beside(
    resolver: &Resolver<'_>,
    lines: &Lines,
    text: &FileLines<'_>,
) -> Result<Chosen<Place>, Unresolved> {
    let no_anchor = [Vec::new()];
    let (side, anchors) = match &lines.beside {
        Some(beside) => (beside.side, beside.anchors.as_slice()),
        None => (Side::After, no_anchor.as_slice()),
    };
    let old: Vec<Wanted<'_>> = loose(&lines.old);
    for (index, anchor) in anchors.iter().enumerate() {
        let run = joined(side, &loose(anchor), &old);
        let found: Vec<Place> = text
            .places(&run)
            .into_iter()
            .map(|first| text.place(first, side, anchor.len(), old.len()))
            .collect();
        if !found.is_empty() {
            let shown = anchor.join("\n");
            return Ok(Chosen {
                found,
                index,
                alternatives: alternative(side_key(side), index, anchors.len(), &shown),
            });
        }
    }
    Err(missing(resolver, lines, text, anchors))
}

/// Says which line is not there; of lines that were to go, none of which is there, that they are gone.
fn missing(
    resolver: &Resolver<'_>,
    lines: &Lines,
    text: &FileLines<'_>,
    anchors: &[Vec<String>],
) -> Unresolved {
    let file = resolver.file;
    let is_there = |line: &&String| !text.places(&loose(std::slice::from_ref(*line))).is_empty();
    let has_anchor = has_anchor(text, lines);
    let mut old = lines.old.iter().filter(|line| !line.trim().is_empty());
    let place = text
        .within
        .map_or_else(String::new, |name| format!(" in `{name}`"));
    if has_anchor && lines.new.is_empty() && !old.clone().any(|line| is_there(&line)) {
        let message = format!(
            "none of the lines is here{place}: they are deleted already, or were never here"
        );
        return Unresolved::present(message);
    }
    let anchor = anchors.first().into_iter().flatten();
    let wanted: Vec<String> = anchor.chain(old.by_ref()).cloned().collect();
    let missing = wanted.iter().find(|line| !is_there(line));
    let named = missing.map(|line| vec![line.clone()]).unwrap_or_default();
    let known = text.texts();
    let known = known.iter().map(|(text, at)| (text, *at));
    match missing {
        Some(line) => Unresolved::absent(format!("no line `{}`{place}", line.trim()))
            .near(similar_names(file, &named, known)),
        None => Unresolved::absent(format!("these lines are not together{place}"))
            .hint("write the lines as they follow each other, blank ones too"),
    }
}

/// Whether the file has what the lines are beside.
#[must_use]
pub fn has_anchor(text: &FileLines<'_>, lines: &Lines) -> bool {
    let anchors = lines.beside.iter().flat_map(|beside| &beside.anchors);
    lines.beside.is_none()
        || anchors
            .into_iter()
            .any(|anchor| !text.places(&loose(anchor)).is_empty())
}

/// The ends of the parts, or of the file.
fn ends(
    resolver: &Resolver<'_>,
    lines: &Lines,
    text: &FileLines<'_>,
) -> Result<Chosen<Place>, Unresolved> {
    let len = resolver.file.written().len();
    let found = match text.within {
        None => {
            let last = text.starts.iter().copied().rfind(|start| *start < len);
            vec![Place {
                old: len..len,
                anchor: last.unwrap_or(len)..len,
            }]
        }
        Some(name) => {
            if text.language == Some(Language::Makefile) && text.is_open_assignment(name) {
                let message =
                    format!("what goes behind the last line of `{name}` is no part of it");
                return Err(Unresolved::unfit(message)
                    .hint("`replace` its last line by itself with a backslash and the new lines"));
            }
            let parts = text.parts.iter().filter(|part| text.is_within(part, lines));
            parts.map(|part| text.end_of(part)).collect()
        }
    };
    Ok(Chosen {
        found,
        index: 0,
        alternatives: Vec::new(),
    })
}

/// The runs that a file has once the change is made: the new lines, with what is beside them, by anchor. `others` are the
/// changes whose lines may come between.
#[must_use]
pub fn made(text: &FileLines<'_>, lines: &Lines, others: &[&Lines]) -> Vec<Place> {
    let new: Vec<Wanted<'_>> = exact(&lines.new);
    let Some(beside) = &lines.beside else {
        let found = text.places(&new).into_iter();
        let places = found.map(|first| text.place(first, Side::After, 0, new.len()));
        let is_at_end = |place: &Place| text.goes_to_an_end(place, lines, others);
        return places
            .filter(|place| !lines.old.is_empty() || is_at_end(place))
            .collect();
    };
    let places = beside.anchors.iter().map(|anchor| {
        let anchor = loose(anchor);
        let mut found: Vec<Place> = Vec::new();
        for first in text.places(&anchor) {
            let own = match beside.side {
                Side::After => text.behind(first + anchor.len(), &new, others),
                Side::Before => text.before(first, &new, others),
            };
            if let Some(own) = own {
                found.push(Place {
                    old: text.bytes_of(own..own + new.len()),
                    anchor: text.bytes_of(first..first + anchor.len()),
                });
            }
        }
        found
    });
    places
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// Where the old lines are, with what they are beside, but for what new lines have taken in.
#[must_use]
pub fn left(text: &FileLines<'_>, lines: &Lines, made: &[Place]) -> Vec<Range<usize>> {
    if lines.old.is_empty() {
        return Vec::new();
    }
    let no_anchor = [Vec::new()];
    let (side, anchors) = match &lines.beside {
        Some(beside) => (beside.side, beside.anchors.as_slice()),
        None => (Side::After, no_anchor.as_slice()),
    };
    let old: Vec<Wanted<'_>> = loose(&lines.old);
    let all = anchors.iter().flat_map(|anchor| {
        let run = joined(side, &loose(anchor), &old);
        let found = text.places(&run).into_iter();
        found.map(|first| text.place(first, side, anchor.len(), old.len()).old)
    });
    let is_taken = |range: &Range<usize>| {
        let mut made = made.iter();
        made.any(|place| place.old.start <= range.start && range.end <= place.old.end)
    };
    all.filter(|range| !is_taken(range)).collect()
}

/// Says that the change is made: where it was declared, or elsewhere.
///
/// # Errors
/// The part is not there, or the file's parts are not understood.
pub fn present(
    resolver: &Resolver<'_>,
    lines: &Lines,
    others: &[&Lines],
) -> Result<Option<Unresolved>, Unresolved> {
    if lines.new.is_empty() {
        // That they are gone is told while they are looked for.
        return Ok(None);
    }
    let file = resolver.file;
    let text = FileLines::of(resolver, lines)?;
    let made = made(&text, lines, others);
    let is_left = !left(&text, lines, &made).is_empty();
    if let Some(first) = made.first().filter(|_| !is_left) {
        let message = "the lines are there already";
        return Ok(Some(Unresolved::present(message).at(file, first.old.start)));
    }
    let elsewhere = text.places(&exact(&lines.new));
    let is_blank = lines.new.iter().all(|line| line.trim().is_empty());
    let taken = |first: usize| {
        let range = text.bytes_of(first..first + lines.new.len());
        let mut left = left(&text, lines, &[]).into_iter();
        left.any(|old| old.start <= range.start && range.end <= old.end)
    };
    let first = elsewhere.into_iter().find(|first| !taken(*first));
    match first.filter(|_| !is_blank && resolver.sites == Sites::One) {
        None => Ok(None),
        Some(first) => {
            let message = "the new lines are elsewhere already, and are declared to be there once";
            let hint = "take the others out first, or say with `within` which part is meant";
            Ok(Some(
                Unresolved::unfit(message).at_line(first + 1).hint(hint),
            ))
        }
    }
}

/// The other `lines` changes of the series to the same file whose lines may be between these and what they are beside:
/// of those behind one anchor the earlier ones, of those before one the later ones.
#[must_use]
pub fn others<'s>(spec: &'s Spec, path: &TreePath, lines: &Lines) -> Vec<&'s Lines> {
    let same_file = spec.forms().filter(|body| body.files.contains(path));
    let all = same_file.filter_map(|body| match &body.kind {
        ChangeKind::Lines(other) => Some(other),
        _ => None,
    });
    let all: Vec<&Lines> = all.collect();
    let own = all.iter().position(|other| is_same(other, lines));
    let place = |lines: &Lines| {
        let beside = lines.beside.as_ref();
        (
            lines.within.clone(),
            beside.map(|beside| (beside.side, beside.anchors.clone())),
        )
    };
    let is_behind = matches!(&lines.beside, Some(beside) if beside.side == Side::After);
    let allowed = all.iter().enumerate().filter(|(at, other)| {
        let is_nearer = if is_behind {
            Some(*at) < own
        } else {
            Some(*at) > own
        };
        Some(*at) != own && (is_nearer || place(other) != place(lines))
    });
    allowed.map(|(_, other)| *other).collect()
}

fn is_same(one: &Lines, other: &Lines) -> bool {
    std::ptr::eq(one, other)
}

/// What the change does to lines that a backslash joins, where that is not what they were: none where nothing is torn.
/// `above` and `below` are the lines around the place.
#[must_use]
pub fn torn(
    path: &TreePath,
    lines: &Lines,
    above: Option<&str>,
    below: Option<&str>,
) -> Option<String> {
    let joins = matches!(
        Language::of(path),
        Some(Language::Makefile | Language::Kconfig | Language::Assembler | Language::Devicetree)
    );
    // A blank line ends what goes on as well as any other.
    if !joins || below.is_some_and(|below| below.trim().is_empty()) {
        return None;
    }
    let goes_on = |line: Option<&str>| {
        line.is_some_and(|line| (line.len() - line.trim_end_matches('\\').len()) % 2 == 1)
    };
    let old = lines.old.last().map(String::as_str);
    let new = lines.new.last().map(String::as_str);
    let (was, is) = (goes_on(old.or(above)), goes_on(new.or(above)));
    let last = new.or(above).unwrap_or_default().trim();
    let Some(below) = below.map(str::trim) else {
        return (is && !was).then(|| format!("`{last}` would take in whatever comes below it"));
    };
    match (was, is) {
        (true, false) => Some(format!(
            "`{last}` would end the line that goes on in `{below}`; end it with a backslash"
        )),
        (false, true) => Some(format!("`{last}` would take in the next line, `{below}`")),
        _ => None,
    }
}
