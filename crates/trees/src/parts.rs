//! The named parts of files that are not C: a Kconfig entry, a section of MAINTAINERS, a node of a devicetree.
//!
//! Readers of our own, one a language: they tell where a part begins and ends and nothing else, so that a page each is
//! enough. What one does not understand it says, by line: a part that is cut wrongly would be edited in the wrong place.

mod assembler;
mod defconfig;
mod devicetree;
mod kconfig;
mod maintainers;
mod makefile;
mod rst;
mod runs;

pub use runs::{Wanted, places, split};

use std::ops::Range;

use dialect::TreePath;

/// One part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// As a spec names it: `config HINIC`, `obj-y`, `&i2c1/codec@1a`.
    pub name: String,
    /// Its lines, by number from 0: with the one that names it and the one that closes it.
    pub lines: Range<usize>,
    /// The last line closes it (`endmenu`, `};`): what goes to its end goes before that line.
    pub is_closed: bool,
}

impl Part {
    /// The line that what goes to its end goes before.
    #[must_use]
    pub fn end(&self) -> usize {
        self.lines.end - usize::from(self.is_closed)
    }
}

/// A line that a reader does not understand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotUnderstood {
    /// By number from 0.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl NotUnderstood {
    fn at(line: usize, reason: impl Into<String>) -> Self {
        Self {
            line,
            reason: reason.into(),
        }
    }
}

/// What a file is written in, of the languages whose parts are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Entries, menus, choices and `if` blocks.
    Kconfig,
    /// Variables, rules, `ifdef` blocks, `define`s.
    Makefile,
    /// Sections by their titles.
    Maintainers,
    /// reStructuredText: sections by their headings.
    Rst,
    /// Nodes by their paths.
    Devicetree,
    /// Symbols.
    Defconfig,
    /// Labels, symbols and macros.
    Assembler,
}

impl Language {
    /// By the file's name.
    #[must_use]
    pub fn of(path: &TreePath) -> Option<Self> {
        let name = path.file_name();
        let is = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        let begins = |word: &str| {
            name.strip_prefix(word)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if begins("Kconfig") {
            Some(Self::Kconfig)
        } else if begins("Makefile") || begins("Kbuild") || is(&[".mk"]) {
            Some(Self::Makefile)
        } else if name == "MAINTAINERS" {
            Some(Self::Maintainers)
        } else if is(&[".rst"]) {
            Some(Self::Rst)
        } else if is(&[".dts", ".dtsi", ".dtso"]) {
            Some(Self::Devicetree)
        } else if is(&["defconfig", ".config"]) {
            Some(Self::Defconfig)
        } else if is(&[".S"]) && !is(&[".lds.S"]) {
            Some(Self::Assembler)
        } else {
            None
        }
    }

    /// What a part is called.
    #[must_use]
    pub fn part(self) -> &'static str {
        match self {
            Self::Kconfig => "entry",
            Self::Makefile => "variable or rule",
            Self::Maintainers | Self::Rst => "section",
            Self::Devicetree => "node",
            Self::Defconfig => "symbol",
            Self::Assembler => "label or macro",
        }
    }

    /// The parts of a file, in the order in which they begin; of two that begin on one line, the outer one first.
    ///
    /// # Errors
    /// A line is not understood, and where parts begin and end is not known.
    pub fn parts(self, bytes: &[u8]) -> Result<Vec<Part>, NotUnderstood> {
        let text = String::from_utf8_lossy(bytes);
        let lines: Vec<&str> = text.lines().collect();
        match self {
            Self::Kconfig => kconfig::parts(&lines),
            Self::Makefile => makefile::parts(&lines),
            Self::Maintainers => Ok(maintainers::parts(&lines)),
            Self::Rst => Ok(rst::parts(&lines)),
            Self::Devicetree => devicetree::parts(&lines),
            Self::Defconfig => Ok(defconfig::parts(&lines)),
            Self::Assembler => assembler::parts(&lines),
        }
    }
}

/// The parts of that name, white space in it apart.
pub fn named<'p>(parts: &'p [Part], name: &str) -> impl Iterator<Item = &'p Part> {
    let wanted = one_line(name);
    parts.iter().filter(move |part| part.name == wanted)
}

/// The innermost part that has a line, by number from 0.
#[must_use]
pub fn innermost(parts: &[Part], line: usize) -> Option<&Part> {
    let around = parts.iter().filter(|part| part.lines.contains(&line));
    // Of two with the same lines, the later one is inside.
    around.min_by_key(|part| (part.lines.len(), std::cmp::Reverse(part.lines.start)))
}

/// The text with each run of white space as one blank.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The lines without blank ones, and without those that `is_apart` takes, at the end.
fn trimmed(lines: &[&str], range: Range<usize>, is_apart: impl Fn(&str) -> bool) -> Range<usize> {
    let mut end = range.end;
    while end > range.start + 1 {
        let last = lines.get(end - 1).map_or("", |line| line.trim());
        if !last.is_empty() && !is_apart(last) {
            break;
        }
        end -= 1;
    }
    range.start..end
}

/// Whether a backslash joins the line with the next.
fn is_continued(line: &str) -> bool {
    let slashes = line.len() - line.trim_end_matches('\\').len();
    slashes % 2 == 1
}

/// The outer ones first.
fn sorted(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort_by_key(|part| (part.lines.start, std::cmp::Reverse(part.lines.end)));
    parts
}

#[cfg(test)]
mod tests;
