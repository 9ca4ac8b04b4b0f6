//! `line`: the line that the new one goes next to, white space at both ends apart.

use dialect::TreePath;
use query::File;
use schema::model::{ChangeBody, ChangeKind, Line, Side, Sites, Spec};

use crate::lines;
use crate::names::{listed, near_line, similar_names};
use crate::resolve::{Sited, end_of};
use crate::resolver::{Chosen, Resolver, alternative, counted, side_key};
use crate::unresolved::Unresolved;

impl Sited for Line {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(match find(resolver, self)? {
            Some((_, found)) => found.found,
            None => end_of(resolver),
        })
    }

    fn made(
        &self,
        resolver: &Resolver<'_>,
        _: &ChangeBody,
    ) -> Result<Option<Unresolved>, Unresolved> {
        Ok(present(resolver.file, self))
    }
}

/// The lines of a file, without their newlines, and where each starts.
#[must_use]
pub fn all(file: &File) -> Vec<(String, usize)> {
    (1..=file.lines().count())
        .map(|number| {
            let start = file.lines().range_of(number).start;
            (lines::line_text(file, number), start)
        })
        .collect()
}

/// The lines that are the neighbour, by their index: of the first of its texts that the file has.
#[must_use]
pub fn neighbours(lines: &[(String, usize)], line: &Line) -> Option<(usize, Vec<usize>)> {
    let beside = line.beside.as_ref()?;
    beside.anchors.iter().enumerate().find_map(|(at, anchor)| {
        let numbered = lines.iter().enumerate();
        let found: Vec<usize> = numbered
            .filter(|(_, (text, _))| text.trim() == anchor.trim())
            .map(|(index, _)| index)
            .collect();
        (!found.is_empty()).then_some((at, found))
    })
}

/// Says that the file is C, where a line alone tells too little: it may declare something a second time, or differently.
#[must_use]
pub fn of_c(path: &TreePath) -> Option<Unresolved> {
    let message = "the file is C, and `line` is for files that are not";
    let hint = "say it in C (`insert`, `member`, `macro` …), or as a `hunk`";
    path.is_c().then(|| Unresolved::unfit(message).hint(hint))
}

/// The neighbour and the side, by offset; none: the end of the file.
///
/// # Errors
/// The file does not have it, or more than once.
pub fn find(
    resolver: &Resolver<'_>,
    line: &Line,
) -> Result<Option<(Side, Chosen<usize>)>, Unresolved> {
    let file = resolver.file;
    if let Some(unfit) = of_c(file.path()) {
        return Err(unfit);
    }
    let Some(beside) = &line.beside else {
        return Ok(None);
    };
    let lines = all(file);
    let Some((index, found)) = neighbours(&lines, line) else {
        let known = lines.iter().map(|(text, at)| (text, *at));
        let near = similar_names(file, &beside.anchors, known);
        let message = format!("no line `{}`", listed(&beside.anchors));
        return Err(Unresolved::absent(message).near(near));
    };
    let starts = found.iter().filter_map(|&at| lines.get(at));
    let found: Vec<usize> = starts.map(|(_, start)| *start).collect();
    let anchor = beside.anchors.get(index).map_or("", String::as_str);
    // It is declared to be there once, whatever else is said.
    counted(file, Sites::One, &found, &format!("`{}`", anchor.trim()))
        .map_err(|unresolved| unresolved.hint("name a neighbour that the file has once"))?;
    let alternatives = alternative(side_key(beside.side), index, beside.anchors.len(), anchor);
    Ok(Some((
        beside.side,
        Chosen {
            found,
            index,
            alternatives,
        },
    )))
}

/// What a line does to the lines that it goes between, where a backslash at the end of one joins it with the next: none
/// where that is meant.
#[must_use]
pub fn torn(spec: &Spec, add: &str, before: Option<&str>, below: Option<&str>) -> Option<String> {
    let others = || {
        spec.forms().filter_map(|body| match &body.kind {
            ChangeKind::Line(line) => Some(line),
            _ => None,
        })
    };
    let is_declared = |text: &str| others().any(|line| line.add == text);
    let goes_on = below.is_some_and(|below| !below.trim().is_empty());
    let (joins, is_joined) = (before.is_some_and(is_continued), is_continued(add));
    if joins && !is_joined && goes_on {
        let before = before.filter(|before| !is_declared(before))?;
        return Some(format!(
            "`{}` would end the line that `{}` goes on in; end it with a backslash, or name another neighbour",
            add.trim(),
            before.trim()
        ));
    }
    if is_joined && !joins && (goes_on || below.is_none()) {
        let below = match below {
            Some(below) => Some(below).filter(|below| !is_declared(below))?,
            None => "",
        };
        let has_more = others().any(|line| {
            let beside = line.beside.as_ref();
            beside.is_some_and(|beside| beside.anchors.iter().any(|text| text.trim() == add.trim()))
        });
        let follows =
            below.is_empty() && others().any(|line| line.beside.is_none() && line.add != add);
        return (!has_more && !follows).then(|| match below.trim() {
            "" => format!(
                "`{}` at the end of the file would take in whatever line comes behind it",
                add.trim()
            ),
            below => format!("`{}` would take in the next line, `{below}`", add.trim()),
        });
    }
    None
}

/// Whether the line goes on with the next one.
fn is_continued(text: &str) -> bool {
    let slashes = text.len() - text.trim_end_matches('\\').len();
    slashes % 2 == 1
}

/// Says that the line is there: where it was declared, or elsewhere.
#[must_use]
pub fn present(file: &File, line: &Line) -> Option<Unresolved> {
    let lines = all(file);
    let add = line.add.trim();
    let index = lines.iter().position(|(text, _)| text.trim() == add)?;
    let is_beside = line.beside.as_ref().is_none_or(|beside| {
        // Other lines of the series may be between the two; a blank line ends what belongs together.
        let mut near: Box<dyn Iterator<Item = &(String, usize)>> = match beside.side {
            Side::After => Box::new(lines.iter().take(index).rev()),
            Side::Before => Box::new(lines.iter().skip(index + 1)),
        };
        let is_neighbour = |text: &str| beside.anchors.iter().any(|anchor| anchor.trim() == text);
        near.find(|(text, _)| text.trim().is_empty() || is_neighbour(text.trim()))
            .is_some_and(|(text, _)| is_neighbour(text.trim()))
    });
    let unresolved = if is_beside {
        Unresolved::present(format!("`{add}` is there already"))
    } else {
        let places = lines.iter().filter(|(text, _)| text.trim() == add);
        let places = places.map(|(_, start)| near_line(file, *start)).collect();
        Unresolved::unfit(format!(
            "`{add}` is elsewhere already, and is declared to be there once"
        ))
        .hint("take the other line out first, or add a line that the file does not have")
        .near(places)
    };
    Some(unresolved.at_line(index + 1))
}
