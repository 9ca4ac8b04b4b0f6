//! What a kind works on: one form of a change in one file of the tree as it is now.

use std::ops::Range;
use std::sync::Arc;

use kernel_c::access::{self, Access};
use kernel_c::items::Function;
use kernel_c::pattern::{Isomorphisms, Match, Pattern};
use kernel_c::{SourceFile, TreePath};
use schema::model::Sites;

use crate::edit::Edit;
use crate::manifest::Alternative;
use crate::miss::Miss;
use crate::near;

/// A place that a change resolved to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Site {
    /// Byte offset in the file before the change.
    pub(crate) at: usize,
    /// Which of several alternatives of the spec were used.
    pub(crate) alternatives: Vec<Alternative>,
}

/// What a change does to a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan {
    /// Not sorted yet.
    pub(crate) edits: Vec<Edit>,
    /// In file order.
    pub(crate) sites: Vec<Site>,
}

/// A C file and what is asked of it.
#[derive(Clone, Debug)]
pub(crate) struct Target<'s> {
    /// The file.
    pub(crate) file: Arc<SourceFile>,
    /// How many sites there are to be.
    pub(crate) sites: Sites,
    /// The words of the comment that goes with the change.
    pub(crate) comment: Option<&'s str>,
    /// What counts as the same in a pattern.
    pub(crate) isomorphisms: &'s Isomorphisms,
}

/// A function, or the whole file, that a change is confined to.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    /// Byte range.
    pub(crate) range: Range<usize>,
    /// The function's name.
    pub(crate) function: Option<String>,
}

/// Regions, and the alternative that named them.
#[derive(Clone, Debug)]
pub(crate) struct Regions {
    pub(crate) regions: Vec<Region>,
    pub(crate) alternative: Option<Alternative>,
}

/// A match of the first pattern that matches.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) matches: Vec<Match>,
    pub(crate) alternative: Option<Alternative>,
}

/// The alternative that was used, where there was a choice.
pub(crate) fn alternative(key: &str, index: usize, of: usize, text: &str) -> Option<Alternative> {
    (of > 1).then(|| Alternative {
        key: key.to_owned(),
        index,
        text: text.to_owned(),
    })
}

impl Target<'_> {
    /// The functions that the change is confined to: every live definition of the first name that
    /// the file defines; the whole file where none is named.
    pub(crate) fn regions(&self, names: &[String]) -> Result<Regions, Miss> {
        if names.is_empty() {
            return Ok(Regions {
                regions: vec![Region {
                    range: 0..self.file.bytes().len(),
                    function: None,
                }],
                alternative: None,
            });
        }
        for (index, name) in names.iter().enumerate() {
            let defined = self.live_functions(name);
            if defined.is_empty() {
                continue;
            }
            if let Some(function) = defined.iter().find(|function| !function.clean) {
                return Err(self.unread_function(function));
            }
            return Ok(Regions {
                regions: defined.iter().map(|f| region(f)).collect(),
                alternative: alternative("function", index, names.len(), name),
            });
        }
        Err(self.no_function(names))
    }

    /// The definitions of a function that are not under `#if 0`.
    pub(crate) fn live_functions(&self, name: &str) -> Vec<&Function> {
        let named = self.file.functions_named(name).into_iter();
        named.filter(|f| !self.file.is_dead(f.range.start)).collect()
    }

    /// A function that was not read cleanly can neither be searched nor edited.
    pub(crate) fn unread_function(&self, function: &Function) -> Miss {
        let unread = self.file.unread_in(&function.range);
        let (at, cause) = unread.map_or((function.range.start, "unread code".to_owned()), |u| {
            (u.range.start, u.cause.clone())
        });
        Miss::unread(format!(
            "{}() was not read cleanly ({cause}); nothing is edited there",
            function.name
        ))
        .at(&self.file, at)
    }

    /// No such function: it may hide in an unread region, or it has another name.
    pub(crate) fn no_function(&self, names: &[String]) -> Miss {
        if let Some(miss) = self.hidden_in_unread(names.iter().map(String::as_str)) {
            return miss;
        }
        let known = self.file.functions().iter();
        let near = near::by_name(
            &self.file,
            names,
            known.map(|f| (f.name.as_str(), f.name_range.clone())),
        );
        Miss::absent(format!("defines no function {}", quoted(names))).near(near)
    }

    /// Unread, where one of the words stands in an unread region.
    pub(crate) fn hidden_in_unread<'w>(
        &self,
        words: impl Iterator<Item = &'w str>,
    ) -> Option<Miss> {
        let words: Vec<&str> = words.collect();
        self.file.unread().iter().find_map(|unread| {
            let text = self.file.text(unread.range.clone());
            let word = words.iter().find(|word| has_word(&text, word))?;
            Some(
                Miss::unread(format!(
                    "`{word}` stands in code that was not read cleanly ({})",
                    unread.cause
                ))
                .at(&self.file, unread.range.start),
            )
        })
    }

    /// The matches of the first of `patterns` that has any in the regions, `#if 0` apart, outermost
    /// only. No match at all is not an error here.
    pub(crate) fn find(
        &self,
        key: &str,
        patterns: &[Pattern],
        regions: &Regions,
        wanted: impl Fn(&Match) -> bool,
    ) -> Result<Found, Miss> {
        for (index, pattern) in patterns.iter().enumerate() {
            let matches = self.find_one(pattern, regions, &wanted)?;
            if !matches.is_empty() {
                return Ok(Found {
                    matches,
                    alternative: alternative(key, index, patterns.len(), pattern.text()),
                });
            }
        }
        Ok(Found {
            matches: Vec::new(),
            alternative: None,
        })
    }

    /// The matches of one pattern.
    pub(crate) fn find_one(
        &self,
        pattern: &Pattern,
        regions: &Regions,
        wanted: impl Fn(&Match) -> bool,
    ) -> Result<Vec<Match>, Miss> {
        let mut matches: Vec<Match> = Vec::new();
        for region in &regions.regions {
            let found = pattern.find(&self.file, region.range.clone());
            if let Some(unread) = found.unread.first() {
                return Err(Miss::unread(format!(
                    "`{}` could stand in code that was not read cleanly ({})",
                    pattern.text(),
                    unread.cause
                ))
                .at(&self.file, unread.range.start));
            }
            let live = found.found.into_iter();
            matches.extend(live.filter(|m| !self.file.is_dead(m.range.start) && wanted(m)));
        }
        matches.sort_by_key(|m| (m.range.start, std::cmp::Reverse(m.range.end)));
        let mut outermost: Vec<Match> = Vec::new();
        for candidate in matches {
            let inside = outermost
                .last()
                .is_some_and(|last| candidate.range.end <= last.range.end);
            if !inside {
                outermost.push(candidate);
            }
        }
        Ok(outermost)
    }

    /// Whether the code at a match is a value that is used, not a place that is set.
    pub(crate) fn is_value(&self, m: &Match) -> bool {
        matches!(
            access::access_of(&self.file, &m.range),
            Access::Test | Access::Read
        )
    }

    /// Refuses any number of sites but the declared one. None at all is `absent`.
    pub(crate) fn check_count(
        &self,
        found: &[Range<usize>],
        what: &str,
        absent: impl FnOnce() -> Miss,
    ) -> Result<(), Miss> {
        if found.is_empty() {
            return Err(absent());
        }
        let (wanted, hint) = match self.sites {
            Sites::All => return Ok(()),
            Sites::One => (
                1,
                "; say more of what stands there, or `count` or `all = true`",
            ),
            Sites::Exactly(count) => (count, ""),
        };
        if found.len() == wanted {
            return Ok(());
        }
        let near = found
            .iter()
            .map(|range| near::miss(&self.file, range, 1.0))
            .take(8)
            .collect();
        Err(Miss::unfit(format!(
            "{what} stands in {} places, not {wanted}{hint}",
            found.len()
        ))
        .near(near))
    }
}

fn region(function: &Function) -> Region {
    Region {
        range: function.range.clone(),
        function: Some(function.name.clone()),
    }
}

/// `` `a`, `b` or `c` ``
pub(crate) fn quoted<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<String> = names.iter().map(|n| format!("`{}`", n.as_ref())).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.join(""),
    }
}

/// Whether `word` stands in `text` as a whole identifier.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

/// A region's place for people: `` in `f()` `` or nothing.
pub(crate) fn within(regions: &Regions) -> String {
    let names: Vec<&str> = regions
        .regions
        .iter()
        .filter_map(|region| region.function.as_deref())
        .collect();
    names
        .first()
        .map_or_else(String::new, |name| format!(" in {name}()"))
}

