//! One name for another in many places: one change that says so, instead of one a place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use dialect::token::{TokenKind, tokens};
use dialect::words::is_keyword;
use query::File;

use crate::declare::Part;
use crate::hunks::{self, Op};
use crate::signatures::signatures;
use crate::table::Table;
use crate::{Bench, FileChange};

/// A name that others take the place of in fewer runs of lines is told where it is.
const FEWEST: usize = 2;

/// What is said of a file as a whole.
pub(crate) struct Everywhere {
    /// The changes, with the runs that they are all of.
    pub(crate) parts: Vec<Part>,
    /// The file with them: it has as many lines as before.
    pub(crate) file: Arc<File>,
}

impl Everywhere {
    /// The changes that say it for several runs each.
    pub(crate) fn of(
        change: &FileChange,
        runs: &[Op],
        bench: &dyn Bench,
        refused: &BTreeSet<String>,
    ) -> Self {
        let mut found = Self {
            parts: Vec::new(),
            file: Arc::clone(&change.before),
        };
        bench.begin(&change.path);
        if change.path.is_c() {
            for table in signatures(change) {
                found.add_one(change, runs, bench, refused, table.text());
            }
            for (old, new) in names(change, runs) {
                found.add(change, runs, bench, refused, (&old, &new));
            }
        }
        found
    }

    /// Whether a run is told.
    pub(crate) fn has(&self, run: &Op) -> bool {
        self.parts.iter().any(|part| part.runs.contains(run))
    }

    /// Whether all that a patch does to a function is told, by its name before.
    fn is_all_of(&self, change: &FileChange, runs: &[Op], name: &str) -> bool {
        let functions = change.before.functions_named(name);
        let lines = functions.first().map(|function| {
            let line = |at: usize| change.before.line_of(at) - 1;
            line(function.range.start)..line(function.range.end)
        });
        let is_in = |(old, _): &&Op| {
            let inside = |lines: &Range<usize>| lines.start <= old.start && old.end <= lines.end;
            lines.as_ref().is_some_and(inside)
        };
        runs.iter().filter(is_in).all(|run| self.has(run))
    }

    /// A change that is all of some runs, and nothing else.
    fn add_one(
        &mut self,
        change: &FileChange,
        runs: &[Op],
        bench: &dyn Bench,
        refused: &BTreeSet<String>,
        text: &str,
    ) {
        if refused.contains(text) {
            return;
        }
        let Some(made) = bench.made(&self.file, text) else {
            return;
        };
        let told = Told::of(&self.file, &made, change, runs);
        if told.others.is_empty() && !told.runs.is_empty() {
            self.parts.push(Part {
                runs: told.runs,
                changes: vec![text.to_owned()],
            });
            self.file = made;
        }
    }

    fn add(
        &mut self,
        change: &FileChange,
        runs: &[Op],
        bench: &dyn Bench,
        refused: &BTreeSet<String>,
        (old, new): (&str, &str),
    ) {
        let defines = |file: &File, name: &str| {
            let functions = file.functions_named(name);
            let text = functions.first().map(|own| file.text(own.range.clone()));
            functions.len() == 1 && text.is_some_and(|text| text.starts_with("static "))
        };
        if defines(&change.before, old) && defines(&change.after, new) {
            let table = Table::new("rename", &change.path).with("function", old);
            let table = table.with("to", new).with("scope", change.path.as_str());
            let known = (self.parts.len(), Arc::clone(&self.file));
            self.add_one(change, runs, bench, refused, table.text());
            if self.parts.len() > known.0 {
                if self.is_all_of(change, runs, old) {
                    return;
                }
                // What else becomes of the function could not be told by a name that it has before and after.
                self.parts.truncate(known.0);
                self.file = known.1;
            }
        }
        let forms = [("", "($$$ARGS)"), ("$X->", ""), ("$X.", ""), ("", "")];
        // A function that gets another name and does something else is another function.
        let is_function = !change.before.functions_named(old).is_empty();
        for (before, behind) in forms {
            if is_function && before.is_empty() && behind.is_empty() {
                continue;
            }
            let table = |functions: &[String]| {
                let mut table = Table::new("rewrite", &change.path);
                table = table.with_list("function", functions);
                table = table.with("pattern", &format!("{before}{old}{behind}"));
                let table = table.with("to", &format!("{before}{new}{behind}"));
                table.with_flag("all")
            };
            // Where not all of the file is so, the functions that are.
            let mut functions = Vec::new();
            for _ in 0..2 {
                let text = table(&functions).text().to_owned();
                let made = bench.made(&self.file, &text);
                let Some(made) = made.filter(|_| !refused.contains(&text)) else {
                    break;
                };
                let told = Told::of(&self.file, &made, change, runs);
                if told.others.is_empty() && told.runs.len() >= FEWEST {
                    self.parts.push(Part {
                        runs: told.runs,
                        changes: vec![text],
                    });
                    self.file = made;
                    return;
                }
                functions = told.functions(&self.file);
                if functions.is_empty() {
                    break;
                }
            }
        }
    }
}

/// The names that others take the place of, those in most runs first.
fn names(change: &FileChange, runs: &[Op]) -> Vec<(String, String)> {
    let before = hunks::lines(change.before.written());
    let after = hunks::lines(change.after.written());
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (old, new) in runs {
        let text = |lines: &[&[u8]], range: &Range<usize>| {
            lines.get(range.clone()).unwrap_or_default().concat()
        };
        if let Some(pair) = renamed(&text(&before, old), &text(&after, new)) {
            *counts.entry(pair).or_default() += 1;
        }
    }
    let mut pairs: Vec<_> = counts.into_iter().collect();
    pairs.retain(|(_, count)| *count >= FEWEST);
    pairs.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    pairs.into_iter().map(|(pair, _)| pair).collect()
}

/// The one name that is another in what is the same code else.
fn renamed(old: &[u8], new: &[u8]) -> Option<(String, String)> {
    let words = |text: &[u8]| -> Vec<(TokenKind, String)> {
        let words = tokens(text).into_iter();
        let words = words.map(|word| {
            let own = text.get(word.range).unwrap_or_default();
            (word.kind, String::from_utf8_lossy(own).into_owned())
        });
        words.collect()
    };
    let (old, new) = (words(old), words(new));
    let differing = old.iter().zip(&new).filter(|(old, new)| old != new);
    let mut pairs = differing.map(|(old, new)| {
        let is_name = |word: &(TokenKind, String)| {
            word.0 == TokenKind::Word && !is_keyword(word.1.as_bytes())
        };
        (is_name(old) && is_name(new)).then(|| (old.1.clone(), new.1.clone()))
    });
    let first = pairs.next()??;
    let is_one = pairs.all(|pair| pair.as_ref() == Some(&first));
    (is_one && old.len() == new.len()).then_some(first)
}

/// What a change makes of a file, beside what it is to become.
struct Told {
    /// The runs that are made, all of them.
    runs: Vec<Op>,
    /// The lines, by number from 0, that are made something else.
    others: Vec<usize>,
}

impl Told {
    fn of(file: &File, made: &File, change: &FileChange, runs: &[Op]) -> Self {
        let before = hunks::lines(file.written());
        let now = hunks::lines(made.written());
        let after = hunks::lines(change.after.written());
        let mut told = Self {
            runs: Vec::new(),
            others: Vec::new(),
        };
        if before.len() != now.len() {
            told.others.extend(0..before.len());
            return told;
        }
        let is_changed = |line: &usize| before.get(*line) != now.get(*line);
        for line in (0..before.len()).filter(is_changed) {
            let run = runs.iter().find(|(old, _)| old.contains(&line));
            match run.filter(|(old, new)| now.get(old.clone()) == after.get(new.clone())) {
                Some(run) if told.runs.contains(run) => {}
                Some(run) => told.runs.push(run.clone()),
                None => told.others.push(line),
            }
        }
        told
    }

    /// The functions in which every line is made what it is to become, where it is so in several runs.
    fn functions(&self, file: &File) -> Vec<String> {
        let name = |line: usize| {
            let at = file.lines().range_of(line + 1).start;
            let function = file.function_at(at)?;
            let is_once = file.functions_named(&function.name).len() == 1;
            is_once.then(|| function.name.clone())
        };
        let others: BTreeSet<Option<String>> = self.others.iter().map(|line| name(*line)).collect();
        let mut found: Vec<String> = Vec::new();
        for own in self.runs.iter().filter_map(|(old, _)| name(old.start)) {
            if !others.contains(&Some(own.clone())) && !found.contains(&own) {
                found.push(own);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn one_name_for_another_and_nothing_else() {
        let pair = |old: &str, new: &str| renamed(old.as_bytes(), new.as_bytes());
        let names = Some(("f".to_owned(), "g".to_owned()));
        assert_eq!(pair("x = f(a, f(b));\n", "x = g(a, g(b));\n"), names);
        assert_eq!(pair("x = f(a);\n", "x = g(b);\n"), None);
        assert_eq!(pair("x = f(a);\n", "x = g(a, b);\n"), None);
        assert_eq!(pair("x = 1;\n", "x = 2;\n"), None);
        assert_eq!(pair("f();\n", "f();\n"), None);
    }
}
