//! The questions that anchors of every kind are made of: which functions, which matches, how many.
//!
//! Alternatives are tried in order and the first that the tree has is taken. What is compiled out is no site; what was
//! not read, or is of unknown type, is neither a site nor proof that there is none.

use std::ops::Range;

use query::File;
use query::pattern::{Bindings, Isomorphisms, Match, Matches, Pattern};
use schema::model::{Side, Sites};
use serde::{Deserialize, Serialize};
use syntax::items::Function;
use trees::{Near, ParsedTree};

use crate::names::{NEAR, listed, one_line, similar_names};
use crate::unresolved::{NearMiss, Unresolved};

/// A file in which anchors are to be resolved, and what that takes.
#[derive(Clone, Copy)]
pub struct Resolver<'a> {
    /// The file.
    pub file: &'a File,
    /// Where the types of typed metavariables are looked up: from the file's point of view.
    pub definitions: Near<'a>,
    /// Which isomorphisms patterns use.
    pub isomorphisms: &'a Isomorphisms,
    /// How many sites are declared.
    pub sites: Sites,
}

/// Which of several alternatives was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// The key of the spec that has alternatives.
    pub key: String,
    /// Which one, from 0.
    pub index: usize,
    /// It.
    pub text: String,
}

/// What was found, by which alternatives.
#[derive(Clone, Debug)]
pub struct Chosen<T> {
    /// In file order; at least one.
    pub found: Vec<T>,
    /// Which of the names or patterns they are of.
    pub index: usize,
    /// Which alternatives, where there was a choice.
    pub alternatives: Vec<Alternative>,
}

/// Notes which alternative was used, where there was a choice.
#[must_use]
pub fn alternative(key: &str, index: usize, of: usize, text: &str) -> Vec<Alternative> {
    if of < 2 {
        return Vec::new();
    }
    vec![Alternative {
        key: key.to_owned(),
        index,
        text: text.to_owned(),
    }]
}

/// The key of an anchor that something goes next to.
#[must_use]
pub fn side_key(side: Side) -> &'static str {
    match side {
        Side::After => "after",
        Side::Before => "before",
    }
}

/// Every live definition of a function.
#[must_use]
pub fn live_functions<'f>(file: &'f File, name: &str) -> Vec<&'f Function> {
    file.functions_named(name)
        .into_iter()
        .filter(|function| !file.is_dead(function.name_range.start))
        .collect()
}

impl<'a> Resolver<'a> {
    /// To resolve anchors in a file of the tree, or in what is made of one.
    #[must_use]
    pub fn new(
        tree: &'a ParsedTree,
        file: &'a File,
        isomorphisms: &'a Isomorphisms,
        sites: Sites,
    ) -> Self {
        Self {
            file,
            definitions: tree.near(file),
            isomorphisms,
            sites,
        }
    }

    /// The live definitions of the functions that `names` mean: of the first that the file defines; of every one of them
    /// where the change has many sites.
    ///
    /// # Errors
    /// None of them is defined (or, of many, one is not), or one was not read cleanly.
    pub fn functions(&self, names: &[String]) -> Result<Chosen<&'a Function>, Unresolved> {
        let found = self.functions_as_read(names)?;
        match found.found.iter().find(|function| !function.clean) {
            Some(dirty) => Err(Unresolved::unclean(
                self.file,
                &dirty.range,
                &format!("{}()", dirty.name),
            )),
            None => Ok(found),
        }
    }

    /// The same, those not read cleanly too.
    ///
    /// # Errors
    /// None of them is defined, or of many one is not.
    pub fn functions_as_read(&self, names: &[String]) -> Result<Chosen<&'a Function>, Unresolved> {
        if self.sites != Sites::One && names.len() > 1 {
            let mut found = Vec::new();
            for name in names {
                let its = live_functions(self.file, name);
                if its.is_empty() {
                    return Err(self.no_function(std::slice::from_ref(name)));
                }
                found.extend(its);
            }
            found.sort_by_key(|function| function.range.start);
            found.dedup_by_key(|function| function.range.clone());
            return Ok(Chosen {
                found,
                index: 0,
                alternatives: Vec::new(),
            });
        }
        for (index, name) in names.iter().enumerate() {
            let found = live_functions(self.file, name);
            if !found.is_empty() {
                let alternatives = alternative("function", index, names.len(), name);
                return Ok(Chosen {
                    found,
                    index,
                    alternatives,
                });
            }
        }
        Err(self.no_function(names))
    }

    fn no_function(&self, names: &[String]) -> Unresolved {
        let file = self.file;
        let dead = names
            .iter()
            .flat_map(|name| file.functions_named(name))
            .next();
        if let Some(dead) = dead {
            return Unresolved::absent(format!("{}() is defined under `#if 0` alone", dead.name))
                .at(file, dead.name_range.start);
        }
        if let Some(unread) = self.hiding(names) {
            return Unresolved::unread(format!(
                "{} is not defined in what was read, and could be in what was not",
                listed(names)
            ))
            .at(file, unread);
        }
        let known = file.functions().iter();
        let near = similar_names(file, names, known.map(|f| (&f.name, f.name_range.start)));
        Unresolved::absent(format!("no function {} in this file", listed(names))).near(near)
    }

    /// Where an unread region has one of the words.
    #[must_use]
    pub fn hiding(&self, words: &[String]) -> Option<usize> {
        let hides = |range: &Range<usize>| {
            let text = self.file.text(range.clone());
            words.iter().any(|word| text.contains(word.as_str()))
        };
        self.file
            .unread_statements()
            .find(|(_, statement)| hides(statement))
            .map(|(unread, _)| unread.range.start)
    }

    /// Where a change looks for its pattern: the definitions of some functions, or the whole file.
    ///
    /// # Errors
    /// As [`Resolver::functions`].
    pub fn scope(&self, names: &[String]) -> Result<Chosen<Range<usize>>, Unresolved> {
        if names.is_empty() {
            let whole = 0..self.file.bytes().len();
            return Ok(Chosen {
                found: Vec::from([whole]),
                index: 0,
                alternatives: Vec::new(),
            });
        }
        let functions = self.functions(names)?;
        let ranges = functions.found.iter().map(|f| f.range.clone());
        Ok(Chosen {
            found: ranges.collect(),
            index: functions.index,
            alternatives: functions.alternatives,
        })
    }

    /// The same ranges for who looks again at what a change made of the file: functions that are not there are passed
    /// over, and those not read cleanly are looked at.
    #[must_use]
    pub fn regions(&self, names: &[String]) -> Vec<Range<usize>> {
        if names.is_empty() {
            return std::iter::once(0..self.file.bytes().len()).collect();
        }
        let functions = self.functions_as_read(names).map(|chosen| chosen.found);
        let functions = functions.unwrap_or_default().into_iter();
        functions.map(|function| function.range.clone()).collect()
    }

    /// The live matches of a pattern in some ranges, and what could be one.
    pub fn look(&self, pattern: &Pattern, ranges: &[Range<usize>]) -> Matches {
        let all = ranges.iter().fold(Matches::default(), |all, range| {
            all.and(pattern.find(self.file, range.clone(), &self.definitions))
        });
        all.among(|range| !self.file.is_dead(range.start))
    }

    /// As [`Resolver::look`], where nothing is in doubt.
    ///
    /// # Errors
    /// Something there was not read, or is of unknown type, and could be a match.
    pub fn matches_in(
        &self,
        pattern: &Pattern,
        range: &Range<usize>,
    ) -> Result<Vec<Match>, Unresolved> {
        self.look(pattern, std::slice::from_ref(range))
            .settled()
            .map_err(|doubt| Unresolved::doubtful(self.file, pattern, &doubt))
    }

    /// Whether just this range matches, with what bindings.
    ///
    /// # Errors
    /// As [`Resolver::matches_in`].
    pub fn matches(
        &self,
        pattern: &Pattern,
        range: Range<usize>,
    ) -> Result<Option<Bindings>, Unresolved> {
        pattern
            .matches(self.file, range, &self.definitions)
            .map_err(|doubt| Unresolved::doubtful(self.file, pattern, &doubt))
    }

    /// Where a longer chain has taken a new form in, which is a chain of the same operator: no whole any more, and no match.
    pub fn runs(&self, form: &Pattern, ranges: &[Range<usize>]) -> Matches {
        let all = ranges.iter().fold(Matches::default(), |all, range| {
            all.and(form.find_runs(self.file, range.clone(), &self.definitions))
        });
        all.among(|range| !self.file.is_dead(range.start))
    }

    /// Where a new form is already: as a whole, or taken in by a longer chain of the same operator; and what could be one.
    /// In macros nothing counts. A doubt is no reason not to edit the old form: it only forbids to say that neither of
    /// them is there.
    #[must_use]
    pub fn new_forms(
        &self,
        form: &Pattern,
        ranges: &[Range<usize>],
    ) -> (Vec<Match>, Option<Unresolved>) {
        let all = self.look(form, ranges).and(self.runs(form, ranges));
        let (mut found, doubts) = all.parts();
        found.retain(|m| !m.in_macro);
        let doubt = doubts.first();
        let doubt = doubt.map(|doubt| Unresolved::doubtful(self.file, form, doubt));
        (found, doubt)
    }

    /// The live matches of the first of `patterns` that has any in `ranges` which `accept` takes.
    ///
    /// # Errors
    /// There is none, or something there was not read, or is of unknown type, and could be one.
    pub fn first_match(
        &self,
        ranges: &[Range<usize>],
        key: &str,
        patterns: &[Pattern],
        accept: &dyn Fn(&Match) -> Result<bool, Unresolved>,
    ) -> Result<Chosen<Match>, Unresolved> {
        for (index, pattern) in patterns.iter().enumerate() {
            let mut found = Vec::new();
            for range in ranges {
                for one in self.matches_in(pattern, range)? {
                    if accept(&one)? {
                        found.push(one);
                    }
                }
            }
            if let Some(defined) = found.iter().find(|m| m.in_macro) {
                let at = defined.range.start;
                let name = self
                    .file
                    .macro_at(at)
                    .map_or("a macro", |known| &known.name);
                let advice = if found.iter().all(|m| m.in_macro) {
                    "change its `#define` by hand"
                } else {
                    "name the functions that are meant"
                };
                return Err(Unresolved::unfit(format!(
                    "`{}` matches in the body of {name}, and the body of a macro is not edited; {advice}",
                    pattern.text()
                ))
                .at(self.file, at));
            }
            if !found.is_empty() {
                return Ok(Chosen {
                    found,
                    index,
                    alternatives: alternative(key, index, patterns.len(), pattern.text()),
                });
            }
        }
        Err(self.no_match(ranges, patterns))
    }

    fn no_match(&self, ranges: &[Range<usize>], patterns: &[Pattern]) -> Unresolved {
        let file = self.file;
        let texts: Vec<String> = patterns.iter().map(|p| format!("`{}`", p.text())).collect();
        let place = match ranges {
            [range] if range.end < file.bytes().len() => file
                .function_at(range.start)
                .map_or_else(|| "this file".to_owned(), |f| format!("{}()", f.name)),
            _ => "this file".to_owned(),
        };
        let line = ranges.first().map_or(1, |range| file.line_of(range.start));
        let moved = self.moved(ranges, patterns);
        let elsewhere = match moved.first() {
            Some(NearMiss { line, function, .. }) => {
                let function = function.as_deref().map(|name| format!("{name}(), "));
                format!("; it is in {}line {line}", function.unwrap_or_default())
            }
            None => String::new(),
        };
        let mut near = moved;
        near.extend(self.near_misses(ranges, patterns));
        near.truncate(NEAR);
        let message = format!("no match for {} in {place}{elsewhere}", listed(&texts));
        Unresolved::absent(message).at_line(line).near(near)
    }

    /// Where the file has the anchor in another function: code is moved into a helper more often than it is rewritten.
    fn moved(&self, ranges: &[Range<usize>], patterns: &[Pattern]) -> Vec<NearMiss> {
        let file = self.file;
        let whole = 0..file.bytes().len();
        let is_searched = |at: usize| ranges.iter().any(|range| range.contains(&at));
        let mut moved = Vec::new();
        for pattern in patterns {
            let matches = pattern.find(file, whole.clone(), &self.definitions);
            let (found, _) = matches
                .among(|range| !is_searched(range.start) && !file.is_dead(range.start))
                .parts();
            for found in found.into_iter().filter(|found| !found.in_macro) {
                let function = file.function_at(found.range.start);
                moved.push(NearMiss {
                    file: file.path().to_string(),
                    line: file.line_of(found.range.start),
                    function: function.map(|f| f.name.clone()),
                    text: one_line(&file.text(found.range.clone())),
                    score: 1.0,
                });
            }
        }
        moved.retain(|miss| miss.function.is_some());
        moved.truncate(NEAR);
        moved
    }

    fn near_misses(&self, ranges: &[Range<usize>], patterns: &[Pattern]) -> Vec<NearMiss> {
        let file = self.file;
        let mut near: Vec<NearMiss> = Vec::new();
        for pattern in patterns {
            for range in ranges {
                for miss in pattern.nearest(file, range.clone(), NEAR, &self.definitions) {
                    let function = file.function_at(miss.range.start);
                    near.push(NearMiss {
                        file: file.path().to_string(),
                        line: file.line_of(miss.range.start),
                        function: function.map(|f| f.name.clone()),
                        text: one_line(&miss.text),
                        score: miss.score,
                    });
                }
            }
        }
        near.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.line.cmp(&b.line)));
        near.dedup_by(|a, b| a.line == b.line && a.text == b.text);
        near.truncate(NEAR);
        near
    }

    /// Whether there are as many sites as declared.
    ///
    /// # Errors
    /// There are not; the message has the lines.
    pub fn counted(&self, offsets: &[usize], what: &str) -> Result<(), Unresolved> {
        let hint = match self.sites {
            Sites::One => format!(
                "make the anchor more exact, or say `count = {}` where each of them is meant, `all = true` for all that there are",
                offsets.len()
            ),
            Sites::Exactly(_) => takes_just(offsets.len()),
            Sites::All => return counted(self.file, self.sites, offsets, what),
        };
        counted(self.file, self.sites, offsets, what).map_err(|unresolved| unresolved.hint(hint))
    }
}

/// What `count` would have to be for what is there.
pub(crate) fn takes_just(count: usize) -> String {
    let these = if count == 1 { "this one" } else { "these" };
    format!("`count = {count}` takes just {these}")
}

/// `line 5`, `lines 5, 7`
#[must_use]
pub fn named_lines(lines: &[String]) -> String {
    let word = if lines.len() == 1 { "line" } else { "lines" };
    format!("{word} {}", lines.join(", "))
}

/// Whether there are as many sites as declared.
///
/// # Errors
/// There are not; the message has the lines.
pub fn counted(file: &File, sites: Sites, offsets: &[usize], what: &str) -> Result<(), Unresolved> {
    let count = offsets.len();
    let fits = match sites {
        Sites::One => count == 1,
        Sites::Exactly(wanted) => count == wanted,
        Sites::All => count > 0,
    };
    if fits {
        return Ok(());
    }
    let lines: Vec<String> = offsets
        .iter()
        .map(|&at| file.line_of(at).to_string())
        .collect();
    let wanted = match sites {
        Sites::One => "1 site".to_owned(),
        Sites::Exactly(1) => "1 site".to_owned(),
        Sites::Exactly(wanted) => format!("{wanted} sites"),
        Sites::All => "at least 1 site".to_owned(),
    };
    let unresolved = Unresolved::unfit(format!(
        "expected {wanted} of {what}, found {count} ({})",
        named_lines(&lines)
    ));
    Err(match offsets.first() {
        Some(&first) => unresolved.at(file, first),
        None => unresolved,
    })
}

/// Drops matches inside another one.
#[must_use]
pub fn outermost(mut found: Vec<Match>) -> Vec<Match> {
    found.sort_by_key(|m| (m.range.start, std::cmp::Reverse(m.range.end)));
    let mut end = 0;
    found.retain(|m| {
        let outside = m.range.start >= end;
        if outside {
            end = m.range.end;
        }
        outside
    });
    found
}
