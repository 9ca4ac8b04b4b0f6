//! `line`: the line that the new one goes next to, white space at both ends apart.

use query::File;
use schema::model::{ChangeBody, Line, Side, Sites};

use crate::lines;
use crate::names::{listed, similar_names};
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

/// The neighbour and the side, by offset; none: the end of the file.
///
/// # Errors
/// The file does not have it, or more than once.
pub fn find(
    resolver: &Resolver<'_>,
    line: &Line,
) -> Result<Option<(Side, Chosen<usize>)>, Unresolved> {
    let file = resolver.file;
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
    counted(file, Sites::One, &found, &format!("`{}`", anchor.trim()))?;
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

/// Says that the line is there: where it was declared, or elsewhere.
#[must_use]
pub fn present(file: &File, line: &Line) -> Option<Unresolved> {
    let lines = all(file);
    let add = line.add.trim();
    let index = lines.iter().position(|(text, _)| text.trim() == add)?;
    let is_beside = line.beside.as_ref().is_none_or(|beside| {
        let neighbour = match beside.side {
            Side::After => index.checked_sub(1),
            Side::Before => Some(index + 1),
        };
        let neighbour = neighbour.and_then(|index| lines.get(index));
        neighbour.is_some_and(|(text, _)| {
            let mut anchors = beside.anchors.iter();
            anchors.any(|anchor| anchor.trim() == text.trim())
        })
    });
    let unresolved = if is_beside {
        Unresolved::present(format!("`{add}` is there already"))
    } else {
        Unresolved::unfit(format!(
            "`{add}` is elsewhere already, and is declared to be there once"
        ))
    };
    Some(unresolved.at_line(index + 1))
}
