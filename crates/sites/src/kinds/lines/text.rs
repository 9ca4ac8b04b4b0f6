//! A file that is not C as lines, with its parts.

use std::ops::Range;

use dialect::TreePath;
use schema::model::{Lines, Side, Sites};
use trees::parts::{self, Language, Part, Wanted};

use crate::names::{listed, similar_names};
use crate::resolver::{Alternative, Resolver, alternative};
use crate::unresolved::{Reason, Unresolved};

/// Where lines come or go, by the bytes of whole lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The old lines; where lines only come, the empty range that they come at.
    pub old: Range<usize>,
    /// What they are beside, or else the old lines themselves; of what goes to an end, the last line there.
    pub anchor: Range<usize>,
}

/// A file as lines, and the part that a change is in.
pub struct FileLines<'f> {
    pub(super) lines: Vec<&'f [u8]>,
    /// Where each begins; and where the last ends.
    pub(super) starts: Vec<usize>,
    pub(super) parts: Vec<Part>,
    pub(super) language: Option<Language>,
    /// The part's name, of the alternatives.
    pub(super) within: Option<&'f str>,
    /// All that are meant, where a change has many sites.
    names: Vec<&'f str>,
    pub(super) alternatives: Vec<Alternative>,
}

impl<'f> FileLines<'f> {
    /// Reads the file of a change.
    ///
    /// # Errors
    /// The file is C; or the part is not there, or the file's parts are not understood.
    pub fn of(resolver: &Resolver<'f>, lines: &'f Lines) -> Result<Self, Unresolved> {
        let file = resolver.file;
        Self::read(file.path(), file.written(), resolver.sites, lines).map_err(|unresolved| {
            if unresolved.reason != Reason::Absent {
                return unresolved;
            }
            let language = Language::of(file.path());
            let parts = language.and_then(|language| language.parts(file.written()).ok());
            let parts = parts.unwrap_or_default();
            let start = |part: &Part| file.lines().range_of(part.lines.start + 1).start;
            let known = parts.iter().map(|part| (&part.name, start(part)));
            unresolved.near(similar_names(file, &lines.within, known))
        })
    }

    /// Reads bytes as the file of a change.
    ///
    /// # Errors
    /// As [`FileLines::of`].
    pub fn read(
        path: &TreePath,
        bytes: &'f [u8],
        sites: Sites,
        lines: &'f Lines,
    ) -> Result<Self, Unresolved> {
        if path.is_c() {
            let message = "the file is C, and `lines` is for files that are not";
            let hint = "say it in C (`insert`, `member`, `macro` …), or as a `hunk`";
            return Err(Unresolved::unfit(message).hint(hint));
        }
        let split = parts::split(bytes);
        let mut at = 0;
        let mut starts = Vec::with_capacity(split.len() + 1);
        for line in &split {
            starts.push(at);
            at += line.len() + 1;
        }
        starts.push(bytes.len());
        let mut text = Self {
            lines: split,
            starts,
            parts: Vec::new(),
            language: Language::of(path),
            within: None,
            names: Vec::new(),
            alternatives: Vec::new(),
        };
        if !lines.within.is_empty() {
            text.choose(path, bytes, sites, lines)?;
        }
        Ok(text)
    }

    fn choose(
        &mut self,
        path: &TreePath,
        bytes: &[u8],
        sites: Sites,
        lines: &'f Lines,
    ) -> Result<(), Unresolved> {
        let Some(language) = self.language else {
            let message = format!("which parts {} has is not known here", path.file_name());
            let hint = "leave `within` out, and name lines that the file has once";
            return Err(Unresolved::unfit(message).hint(hint));
        };
        self.parts = language.parts(bytes).map_err(|fault| {
            let message = format!(
                "where the parts of the file are is not known: {}",
                fault.reason
            );
            Unresolved::unread(message)
                .at_line(fault.line + 1)
                .hint("leave `within` out, and name lines that the file has once")
        })?;
        let has = |name: &&String| parts::named(&self.parts, name).next().is_some();
        let every = sites != Sites::One;
        let missing = lines.within.iter().find(|name| !has(name));
        let chosen = lines.within.iter().position(|name| has(&name));
        let (Some(chosen), false) = (chosen, every && missing.is_some()) else {
            let wanted = match missing.filter(|_| every) {
                Some(missing) => vec![missing.clone()],
                None => lines.within.clone(),
            };
            let message = format!("no {} {} in this file", language.part(), listed(&wanted));
            return Err(Unresolved::absent(message));
        };
        let name = lines.within.get(chosen).map_or("", String::as_str);
        self.within = Some(name);
        self.names = match every {
            true => lines.within.iter().map(String::as_str).collect(),
            false => vec![name],
        };
        if !every {
            self.alternatives = alternative("within", chosen, lines.within.len(), name);
        }
        Ok(())
    }

    /// The first lines of each place, by number from 0.
    #[must_use]
    pub fn places(&self, wanted: &[Wanted<'_>]) -> Vec<usize> {
        if self.names.is_empty() {
            return parts::places(&self.lines, wanted, &self.parts, None);
        }
        let names = self.names.iter();
        let mut all: Vec<usize> = names
            .flat_map(|name| parts::places(&self.lines, wanted, &self.parts, Some(name)))
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// How often the part has the new lines.
    #[must_use]
    pub fn count(&self, new: &[String]) -> usize {
        self.places(&exact(new)).len()
    }

    /// The bytes of some lines.
    #[must_use]
    pub fn bytes_of(&self, lines: Range<usize>) -> Range<usize> {
        let at = |line: usize| {
            self.starts
                .get(line)
                .or(self.starts.last())
                .copied()
                .unwrap_or(0)
        };
        at(lines.start)..at(lines.end)
    }

    /// A run that begins with a line, of an anchor and old lines.
    pub(super) fn place(&self, first: usize, side: Side, anchor: usize, old: usize) -> Place {
        let (anchor_at, old_at) = match side {
            Side::After => (first, first + anchor),
            Side::Before => (first + old, first),
        };
        let old = self.bytes_of(old_at..old_at + old);
        let anchor = match anchor {
            0 => old.clone(),
            _ => self.bytes_of(anchor_at..anchor_at + anchor),
        };
        Place { old, anchor }
    }

    pub(super) fn is_within(&self, part: &Part, lines: &Lines) -> bool {
        let mut names = self.names.iter();
        !lines.within.is_empty()
            && names.any(|name| {
                parts::named(std::slice::from_ref(part), name)
                    .next()
                    .is_some()
            })
    }

    pub(super) fn end_of(&self, part: &Part) -> Place {
        let end = self.bytes_of(part.end()..part.end()).start;
        Place {
            old: end..end,
            anchor: self.bytes_of(part.end().saturating_sub(1)..part.end()),
        }
    }

    /// Whether a part of the name ends with its last line, behind which nothing is a part of it.
    pub(super) fn is_open_assignment(&self, name: &str) -> bool {
        let mut parts = parts::named(&self.parts, name);
        parts.any(|part| !part.is_closed && !part.name.ends_with(':'))
    }

    /// Whether only lines of others are between a place and the end of its part, or of the file.
    pub(super) fn goes_to_an_end(&self, place: &Place, lines: &Lines, others: &[&Lines]) -> bool {
        let line = self.starts.partition_point(|start| *start < place.old.end);
        let is_end = |end: usize| line <= end && self.is_of_others(line..end, others);
        if self.names.is_empty() {
            return is_end(self.lines.len());
        }
        let mut parts = self.parts.iter().filter(|part| self.is_within(part, lines));
        parts.any(|part| part.lines.start < line && is_end(part.end()))
    }

    /// The first line of the new ones behind `line`, past those of others.
    pub(super) fn behind(
        &self,
        line: usize,
        new: &[Wanted<'_>],
        others: &[&Lines],
    ) -> Option<usize> {
        let mut at = line;
        // Each of the others is passed over once at most.
        for _ in 0..=others.len() {
            if self.has(at, new) {
                return Some(at);
            }
            at = others.iter().find_map(|other| {
                let other = exact(&other.new);
                (!other.is_empty() && self.has(at, &other)).then_some(at + other.len())
            })?;
        }
        None
    }

    /// The first line of the new ones that end before `line`, past those of others.
    pub(super) fn before(
        &self,
        line: usize,
        new: &[Wanted<'_>],
        others: &[&Lines],
    ) -> Option<usize> {
        let mut end = line;
        for _ in 0..=others.len() {
            if let Some(at) = end.checked_sub(new.len()).filter(|at| self.has(*at, new)) {
                return Some(at);
            }
            end = others.iter().find_map(|other| {
                let other = exact(&other.new);
                let at = end.checked_sub(other.len())?;
                (!other.is_empty() && self.has(at, &other)).then_some(at)
            })?;
        }
        None
    }

    fn is_of_others(&self, lines: Range<usize>, others: &[&Lines]) -> bool {
        let mut at = lines.start;
        while at < lines.end {
            let next = others.iter().find_map(|other| {
                let other = exact(&other.new);
                (!other.is_empty() && self.has(at, &other)).then_some(at + other.len())
            });
            match next {
                Some(next) => at = next,
                None => return false,
            }
        }
        at == lines.end
    }

    fn has(&self, at: usize, wanted: &[Wanted<'_>]) -> bool {
        let there = self.lines.get(at..at + wanted.len());
        there.is_some_and(|there| {
            there
                .iter()
                .zip(wanted)
                .all(|(line, wanted)| wanted.is(line))
        })
    }

    /// The lines with where they begin.
    pub(super) fn texts(&self) -> Vec<(String, usize)> {
        let pairs = self.lines.iter().zip(&self.starts);
        pairs
            .map(|(line, start)| (String::from_utf8_lossy(line).trim().to_owned(), *start))
            .collect()
    }
}

pub(super) fn loose(lines: &[String]) -> Vec<Wanted<'_>> {
    wanted(lines, false)
}

pub(super) fn exact(lines: &[String]) -> Vec<Wanted<'_>> {
    wanted(lines, true)
}

fn wanted(lines: &[String], is_exact: bool) -> Vec<Wanted<'_>> {
    lines
        .iter()
        .map(|line| Wanted {
            text: line.as_bytes(),
            is_exact,
        })
        .collect()
}

pub(super) fn joined<'w>(side: Side, anchor: &[Wanted<'w>], own: &[Wanted<'w>]) -> Vec<Wanted<'w>> {
    match side {
        Side::After => [anchor, own].concat(),
        Side::Before => [own, anchor].concat(),
    }
}
