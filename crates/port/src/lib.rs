//! A change of one tree, carried to another: where its lines go there, or why that cannot be told.
//!
//! A patch says where it belongs by the lines around it; so does a port, with both trees at hand. The donor's file before
//! the change is laid beside the target's, function by function, and each run of changed lines goes to where the same
//! lines are. What is not sure is refused: a port that fits and is wrong is worse than none.

mod align;
mod names;
mod place;
mod units;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use query::File;

use align::{Alignment, Op, Side, ops};
use place::Part;
use units::{Kind, Unit};

/// One file on the three sides.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The donor's, before the change.
    pub before: &'a File,
    /// The donor's, after it.
    pub after: &'a File,
    /// The target's.
    pub target: &'a File,
}

/// A change that has its place in the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The target's file with the change.
    pub bytes: Vec<u8>,
    /// What differs around it, for a reader to look at.
    pub notes: Vec<Remark>,
}

/// Something to look at, in the target's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// 1-based line of the target's file.
    pub line: usize,
    /// The function that it is in.
    pub function: Option<String>,
    /// All of it for people.
    pub message: String,
}

/// Carries a change over.
///
/// `known` says whether the target tree has a name anywhere, its own file apart: new code that calls what only the donor
/// has is refused where the donor's lines show that the target does it another way.
///
/// # Errors
/// Every run that has no sure place, and why.
pub fn carry(sources: &Sources<'_>, known: &dyn Fn(&str) -> bool) -> Result<Carried, Vec<Remark>> {
    let mut work = Work {
        sources,
        known,
        names: None,
        edits: Vec::new(),
        notes: Vec::new(),
        refused: Vec::new(),
    };
    if sources.before.path().is_c() && sources.target.path().is_c() {
        work.code();
    } else {
        let text = |file: &File| units::of_text(file.written());
        let (before, after, target) = (
            text(sources.before),
            text(sources.after),
            text(sources.target),
        );
        work.part(None, &before, &after, &target);
    }
    work.finish()
}

struct Work<'a> {
    sources: &'a Sources<'a>,
    known: &'a dyn Fn(&str) -> bool,
    /// The names of the target's file.
    names: Option<BTreeSet<String>>,
    /// Bytes of the target and what takes their place.
    edits: Vec<(Range<usize>, Vec<u8>)>,
    notes: Vec<Remark>,
    refused: Vec<Remark>,
}

/// The functions of a file by name.
type Functions = BTreeMap<String, Range<usize>>;

impl Work<'_> {
    /// A file of C: what is in functions by function, the rest around them.
    fn code(&mut self) {
        let Sources {
            before,
            after,
            target,
        } = *self.sources;
        let all = [before, after, target].map(units::functions);
        let [before_functions, after_functions, target_functions] = &all;
        let around = [
            units::around(before, before_functions),
            units::around(after, after_functions),
            units::around(target, target_functions),
        ];
        let [old, new, there] = &around;
        self.part(None, old, new, there);
        let [before_by, after_by, target_by] =
            all.map(|functions| functions.into_iter().collect::<Functions>());
        for (name, range) in &before_by {
            let Some(changed) = after_by.get(name) else {
                continue;
            };
            let (old, new) = (before.slice(range.clone()), after.slice(changed.clone()));
            if old == new {
                continue;
            }
            let Some(there) = target_by.get(name) else {
                self.refuse(0, None, format!("the target has no {name}()"));
                continue;
            };
            let units = |file: &File, range: &Range<usize>| {
                units::of_code(file.written(), file.lines(), range)
            };
            self.part(
                Some(name),
                &units(before, range),
                &units(after, changed),
                &units(target, there),
            );
        }
    }

    /// One part of the file: a function, or what is around them.
    fn part(&mut self, function: Option<&str>, before: &[Unit], after: &[Unit], target: &[Unit]) {
        let runs = ops(
            (before, self.sources.before.written()),
            (after, self.sources.after.written()),
        );
        if runs.is_empty() {
            return;
        }
        let (old, new) = (Side::of(before), Side::of(target));
        let alignment = Alignment::of(&old, &new);
        let part = Part {
            before: old,
            after,
            target: new,
            alignment,
            before_bytes: self.sources.before.written(),
            target_bytes: self.sources.target.written(),
        };
        if self.has_foreign_names(&part, &runs, function) {
            return;
        }
        if let Some((unit, message)) = torn_block(&part, &runs) {
            let line = self.line(&part, unit);
            return self.refuse(line, function, message);
        }
        for op in &runs {
            self.run(&part, op, function);
        }
    }

    /// One run of a change.
    fn run(&mut self, part: &Part<'_>, op: &Op, function: Option<&str>) {
        let own = part.after.get(op.new.clone()).unwrap_or_default();
        let is_code =
            own.iter().any(|unit| unit.kind.is_code()) || !part.before.code_in(&op.old).is_empty();
        if !is_code {
            return self.comment(part, op, function);
        }
        if let Some(message) = self.changed_function(part, op) {
            return self.refuse(0, function, message);
        }
        match part.place(op) {
            Ok(placed) => {
                for (unit, message) in placed.notes {
                    let line = self.line(part, unit);
                    self.notes.push(remark(line, function, message));
                }
                self.edit(part, &placed.target, op);
            }
            Err(unplaced) => {
                let line = self.line(part, unplaced.at);
                self.refuse(line, function, unplaced.message);
            }
        }
    }

    /// Why a function that goes is not what it was in the donor.
    fn changed_function(&self, part: &Part<'_>, op: &Op) -> Option<String> {
        let gone = part.before.units.get(op.old.clone()).unwrap_or_default();
        let gone = gone.iter().filter(|unit| unit.kind == Kind::Function);
        for unit in gone {
            let there = part.target.units.iter();
            let there = there.clone().find(|other| other.is_same(unit));
            let keys = |file: &File, unit: &Unit| -> Vec<String> {
                let units = units::of_code(file.written(), file.lines(), &unit.range);
                let code = units.into_iter().filter(|unit| unit.kind.is_code());
                code.map(|unit| unit.key).collect()
            };
            let is_as_before = there.is_some_and(|there| {
                keys(self.sources.target, there) == keys(self.sources.before, unit)
            });
            if !is_as_before {
                return Some(format!(
                    "{}(), which the patch takes away, is another one there",
                    unit.key
                ));
            }
        }
        None
    }

    /// A run of comments and blank lines: it goes where the same comments are; else it is left out, with a note.
    fn comment(&mut self, part: &Part<'_>, op: &Op, function: Option<&str>) {
        let words = |units: &[Unit]| units.iter().any(|unit| unit.kind == Kind::Comment);
        let old = part.before.units.get(op.old.clone()).unwrap_or_default();
        let new = part.after.get(op.new.clone()).unwrap_or_default();
        let place = match old.is_empty() {
            true => part.place(op).ok().map(|placed| placed.target),
            false => only_place(old, part.target.units),
        };
        match place {
            Some(place) => self.edit(part, &place, op),
            None if words(old) || words(new) => {
                let number = part.before.code_from(op.old.end).unwrap_or_default();
                let near = part.alignment.of_old(number).unwrap_or_default();
                let unit = part.target.code.get(near).copied().unwrap_or_default();
                let line = self.line(part, unit);
                let message =
                    "a comment that the patch changes is another one there; it was left as it is";
                self.notes.push(remark(line, function, message.to_owned()));
            }
            None => {}
        }
    }

    fn edit(&mut self, part: &Part<'_>, place: &Range<usize>, op: &Op) {
        let text = part.after.get(op.new.clone()).unwrap_or_default();
        let text = text
            .iter()
            .flat_map(|unit| self.sources.after.slice(unit.range.clone()).to_vec());
        let text = text.collect();
        let range = self.bytes(part, place);
        self.edits.push((range, text));
    }

    /// The bytes of some units of the target.
    fn bytes(&self, part: &Part<'_>, place: &Range<usize>) -> Range<usize> {
        let units = part.target.units;
        let whole = part.target_bytes.len();
        let start = match units.get(place.start) {
            Some(unit) => unit.range.start,
            None => units.last().map_or(whole, |unit| unit.range.end),
        };
        let last = place.end.checked_sub(1).filter(|last| *last >= place.start);
        let end = last
            .and_then(|last| units.get(last))
            .map_or(start, |unit| unit.range.end);
        start..end
    }

    /// Whether the new code has names that the target does another way; says so.
    fn has_foreign_names(&mut self, part: &Part<'_>, runs: &[Op], function: Option<&str>) -> bool {
        let added = runs
            .iter()
            .flat_map(|op| part.after.get(op.new.clone()).unwrap_or_default());
        let gone = runs
            .iter()
            .flat_map(|op| part.before.units.get(op.old.clone()).unwrap_or_default());
        // What goes has to be there as it is, names and all.
        let gone: BTreeSet<String> = gone.flat_map(|unit| names::names(&unit.key)).collect();
        let added: BTreeSet<String> = added
            .filter(|unit| unit.kind == Kind::Code)
            .flat_map(|unit| names::names(&unit.key))
            .filter(|name| !gone.contains(name))
            .collect();
        let target = self.sources.target;
        let own = self.names.get_or_insert_with(|| {
            let text = String::from_utf8_lossy(target.written());
            names::names(&text)
        });
        let known = |name: &str| own.contains(name) || (self.known)(name);
        let has_kin = |kin: &str| {
            let begins = |own: &String| {
                own.strip_prefix(kin)
                    .is_some_and(|rest| rest.starts_with('_'))
            };
            own.iter().any(begins)
        };
        let missing = names::missing(
            &added,
            &part.before,
            &part.target,
            &part.alignment,
            &known,
            &has_kin,
        );
        if let Some(missing) = missing {
            let unit = part
                .target
                .code
                .get(missing.at)
                .copied()
                .unwrap_or_default();
            let line = self.line(part, unit);
            let message = format!(
                "the target has no `{}`: `{}` of the donor is `{}` there",
                missing.name, missing.donor, missing.target
            );
            self.refuse(line, function, message);
            return true;
        }
        let variable = names::foreign_variable(self.sources.after, part, runs);
        if let Some(name) = variable.filter(|_| function.is_some()) {
            let message = format!(
                "the new code uses `{name}`, a variable of the donor's function that this one does not have"
            );
            self.refuse(self.line(part, 0), function, message);
            return true;
        }
        if let Some((unit, code)) = already(part, runs) {
            let line = self.line(part, unit);
            let message =
                format!("`{code}`, which the patch brings, is there already, at another place");
            self.refuse(line, function, message);
            return true;
        }
        false
    }

    fn line(&self, part: &Part<'_>, unit: usize) -> usize {
        let unit = part.target.units.get(unit);
        unit.map_or(1, |unit| self.sources.target.line_of(unit.range.start))
    }

    fn refuse(&mut self, line: usize, function: Option<&str>, message: String) {
        self.refused.push(remark(line.max(1), function, message));
    }

    fn finish(mut self) -> Result<Carried, Vec<Remark>> {
        self.edits
            .sort_by_key(|(range, _)| (range.start, range.end));
        let bytes = self.sources.target.written();
        let mut out = Vec::with_capacity(bytes.len() + 256);
        let mut at = 0;
        for (range, text) in &self.edits {
            match bytes.get(at..range.start) {
                Some(kept) => out.extend_from_slice(kept),
                None => {
                    let line = self.sources.target.line_of(range.start);
                    let message = "two parts of the patch would change the same lines";
                    self.refused.push(remark(line, None, message.to_owned()));
                    break;
                }
            }
            out.extend_from_slice(text);
            at = range.end;
        }
        out.extend_from_slice(bytes.get(at..).unwrap_or_default());
        // Runs that are near each other have the same around them.
        let mut seen = BTreeSet::new();
        self.notes
            .retain(|note| seen.insert((note.line, note.message.clone())));
        if self.refused.is_empty() {
            Ok(Carried {
                bytes: out,
                notes: self.notes,
            })
        } else {
            Err(self.refused)
        }
    }
}

fn remark(line: usize, function: Option<&str>, message: String) -> Remark {
    Remark {
        line,
        function: function.map(|name| name.split('#').next().unwrap_or(name).to_owned()),
        message,
    }
}

/// The only place where a text has these units, one after the other.
fn only_place(wanted: &[Unit], units: &[Unit]) -> Option<Range<usize>> {
    let starts = 0..(units.len() + 1).saturating_sub(wanted.len());
    let is_at = |start: &usize| {
        let there = units.iter().skip(*start);
        wanted
            .iter()
            .zip(there)
            .all(|(one, other)| one.is_same(other))
    };
    let has_words = wanted.iter().any(|unit| unit.kind != Kind::Blank);
    let mut found = starts.filter(is_at).filter(|_| has_words);
    let only = found.next()?;
    found.next().is_none().then(|| only..only + wanted.len())
}

/// Why runs that put braces around code, or take them off, cannot be parted: what is between them is other code there.
fn torn_block(part: &Part<'_>, runs: &[Op]) -> Option<(usize, String)> {
    let braces = |units: &[Unit]| -> i32 {
        let code = units.iter().filter(|unit| unit.kind == Kind::Code);
        let words = code.flat_map(|unit| unit.key.split(' '));
        words
            .map(|word| i32::from(word == "{") - i32::from(word == "}"))
            .sum()
    };
    let mut open = 0;
    let mut first: Option<&Op> = None;
    for op in runs {
        let came = braces(part.after.get(op.new.clone()).unwrap_or_default());
        let gone = braces(part.before.units.get(op.old.clone()).unwrap_or_default());
        if open == 0 {
            first = Some(op);
        }
        open += came - gone;
        let Some(start) = first.filter(|start| open == 0 && *start != op) else {
            continue;
        };
        let between = part.before.code_in(&(start.old.end..op.old.start));
        if !part.alignment.is_whole(between.clone()) {
            let near = part.alignment.of_old(between.start).unwrap_or_default();
            let unit = part.target.code.get(near).copied().unwrap_or_default();
            let message = "the code that the patch puts braces around, or takes them off, is other code there";
            return Some((unit, message.to_owned()));
        }
    }
    None
}

/// A whole call that the change brings and does not take from elsewhere, and that the target has where the donor does not.
fn already(part: &Part<'_>, runs: &[Op]) -> Option<(usize, String)> {
    let code = |units: &[Unit]| -> Vec<String> {
        let code = units.iter().filter(|unit| unit.kind == Kind::Code);
        code.map(|unit| unit.key.clone()).collect()
    };
    let gone: Vec<String> = runs
        .iter()
        .flat_map(|op| code(part.before.units.get(op.old.clone()).unwrap_or_default()))
        .collect();
    let came = runs
        .iter()
        .flat_map(|op| code(part.after.get(op.new.clone()).unwrap_or_default()));
    let calls = came.filter(|line| is_call(line) && !gone.contains(line));
    for line in calls {
        let own = (0..part.target.code.len())
            .find(|&at| !part.alignment.has_old(at) && part.target.key(at) == line);
        if let Some(own) = own {
            let shown = part.target.shown(own).to_owned();
            return Some((
                part.target.code.get(own).copied().unwrap_or_default(),
                shown,
            ));
        }
    }
    None
}

/// Whether a line is a call and nothing else.
fn is_call(line: &str) -> bool {
    let mut words = line.split(' ');
    let head = words.next().unwrap_or_default();
    let is_name = head.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && !dialect::words::is_keyword(head.as_bytes());
    is_name && words.next() == Some("(") && line.ends_with(") ;")
}
