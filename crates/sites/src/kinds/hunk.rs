//! `hunk`: the place that has the old lines of the hunk, byte for byte.

use std::ops::Range;

use query::File;
use schema::model::{ChangeBody, Hunk, HunkSign, Sites};

use crate::lines;
use crate::resolve::Sited;
use crate::resolver::{Chosen, Resolver, counted};
use crate::unresolved::{NearMiss, Unresolved};

impl Sited for Hunk {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        let found = find(resolver, self)?.found;
        Ok(found.iter().map(|place| place.start).collect())
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        Ok(present(resolver, self))
    }
}

/// Where the file has the old lines.
///
/// # Errors
/// It has them not, or more than once, in the function or the file that they are declared in.
pub fn find(resolver: &Resolver<'_>, hunk: &Hunk) -> Result<Chosen<Range<usize>>, Unresolved> {
    let file = resolver.file;
    let old = hunk.lines_before();
    let scope = scope(resolver, hunk)?;
    let found = places(file, &old, &scope.found);
    if found.is_empty() {
        return Err(absent(file, hunk, &scope.found));
    }
    let starts: Vec<usize> = found.iter().map(|place| place.start).collect();
    // A hunk is of one place, whatever else is said.
    counted(file, Sites::One, &starts, "the hunk's lines").map_err(|unresolved| {
        unresolved.hint("write more lines of context, so that the file has them once")
    })?;
    Ok(Chosen { found, ..scope })
}

/// Says that the hunk's new lines are there, and its old ones are not.
#[must_use]
pub fn present(resolver: &Resolver<'_>, hunk: &Hunk) -> Option<Unresolved> {
    let file = resolver.file;
    let scope = scope(resolver, hunk).ok()?;
    let made = places(file, &hunk.lines_after(), &scope.found);
    let first = made.first().filter(|_| !hunk.lines_after().is_empty())?;
    let old = places(file, &hunk.lines_before(), &scope.found);
    let is_old = old.iter().any(|place| !is_within(place, &made));
    (!is_old).then(|| {
        Unresolved::present("the hunk's new lines are there already").at(file, first.start)
    })
}

/// Whether the place is a part of one of the others.
#[must_use]
pub fn is_within(place: &Range<usize>, others: &[Range<usize>]) -> bool {
    let mut others = others.iter();
    others.any(|other| other.start <= place.start && place.end <= other.end)
}

/// The functions that the hunk is in; the whole file where it names none. Nothing of them has to be read: the lines are
/// text.
fn scope(resolver: &Resolver<'_>, hunk: &Hunk) -> Result<Chosen<Range<usize>>, Unresolved> {
    if hunk.functions.is_empty() {
        return resolver.scope(&[]);
    }
    let functions = resolver.functions_as_read(&hunk.functions)?;
    let ranges = functions.found.iter();
    let ranges = ranges.map(|function| lines::whole_lines(resolver.file, &function.range));
    Ok(Chosen {
        found: ranges.collect(),
        index: functions.index,
        alternatives: functions.alternatives,
    })
}

/// Where the file has these lines: each begins a line and has a line of one of the ranges. Lines that the file ends
/// without a newline are its last; no lines at all are those of an empty file.
#[must_use]
pub fn places(file: &File, wanted: &[u8], ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let bytes = file.written();
    if wanted.is_empty() {
        let empty = bytes.is_empty().then_some(0..0);
        return empty.into_iter().collect();
    }
    let is_whole = |place: &Range<usize>| {
        let begins = place.start == 0 || bytes.get(place.start - 1) == Some(&b'\n');
        begins && (wanted.ends_with(b"\n") || place.end == bytes.len())
    };
    let touches = |place: &Range<usize>| {
        let mut ranges = ranges.iter();
        ranges.any(|range| place.start < range.end && range.start < place.end)
    };
    let mut found = Vec::new();
    let finder = memchr::memmem::Finder::new(wanted);
    let mut at = 0;
    // Places may overlap: lines that repeat are found at each.
    while let Some(next) = bytes.get(at..).and_then(|rest| finder.find(rest)) {
        let place = at + next..at + next + wanted.len();
        at = place.start + 1;
        if is_whole(&place) && touches(&place) {
            found.push(place);
        }
    }
    found
}

/// How many lines around a first line are compared, to tell what comes near.
const MOST_COMPARED: usize = 2_000_000;

/// Says which line is missing: of the place that has the most of them.
fn absent(file: &File, hunk: &Hunk, ranges: &[Range<usize>]) -> Unresolved {
    let wanted: Vec<Vec<u8>> = hunk
        .lines
        .iter()
        .filter(|line| line.sign != HunkSign::Add)
        .map(|line| hunk.encoded(line.text.trim()))
        .collect();
    let lines: Vec<&[u8]> = file
        .written()
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .collect();
    let is_in = |line: usize| {
        let place = file.lines().range_of(line + 1);
        let mut ranges = ranges.iter();
        ranges.any(|range| place.start < range.end && range.start < place.end)
    };
    let message = "the file does not have the hunk's lines";
    let unresolved = Unresolved::absent(message);
    if wanted.len().saturating_mul(lines.len()) > MOST_COMPARED {
        return unresolved;
    }
    let equal = |start: usize| {
        let there = lines.iter().skip(start);
        let pairs = wanted.iter().zip(there);
        pairs.filter(|(wanted, there)| wanted.as_slice() == **there && !there.is_empty())
    };
    let best = (0..lines.len())
        .filter(|&start| is_in(start))
        .max_by_key(|&start| (equal(start).count(), std::cmp::Reverse(start)));
    let Some(start) = best.filter(|&start| equal(start).count() > 0) else {
        return unresolved;
    };
    let there = lines.iter().skip(start);
    let mut pairs = wanted.iter().zip(there).enumerate();
    let differs = pairs.find(|(_, (wanted, there))| wanted.as_slice() != **there);
    let Some((index, (line, _))) = differs else {
        return unresolved;
    };
    let number = start + index + 1;
    let function = file.function_at(file.lines().range_of(number).start);
    let miss = NearMiss {
        file: file.path().to_string(),
        line: number,
        function: function.map(|function| function.name.clone()),
        text: lines::line_text(file, number),
        score: share(equal(start).count(), wanted.len()),
    };
    let text = String::from_utf8_lossy(line).into_owned();
    Unresolved::absent(format!("{message}; `{text}` is missing"))
        .at_line(number)
        .near(vec![miss])
}

#[expect(clippy::cast_precision_loss, reason = "it is a rank")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
