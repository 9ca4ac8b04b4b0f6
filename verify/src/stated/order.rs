//! `order`: on every control-flow path of a function that reaches the second event, the first comes
//! before.
//!
//! An event that is a write (or a read) of a member also comes about by a call whose callee does it.
//! Who does is found backwards, from the uses of the member to their callers: a handful of files,
//! where the calls that go out of the function would be half the kernel.

mod address;
mod places;
mod shared;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::access::calls;
use query::flow::{Flow, Precedence};
use query::pattern::{NearMiss, Pattern};
use schema::model::{Event, Order};
use syntax::items::Function;

use super::Ctx;
use super::configurations::{Configuration, configurations};
use super::macros::{Macros, Within};
use crate::comparison::{Image, placed};
use crate::finding::Finding;
use places::Places;
use shared::shared_names;
use sites::brief;

/// How many places are shown that are like what is missing.
const NEAR: usize = 3;

/// The words that the whole tree is asked for.
pub(super) fn words(order: &Order) -> Vec<String> {
    let mut words = Vec::new();
    for event in [&order.first, &order.then] {
        match event {
            Event::Writes(name) | Event::Reads(name) => words.push(name.member.clone()),
            Event::Pattern(_) => {}
        }
    }
    if order.files.is_empty() {
        words.push(order.function.clone());
    }
    words
}

pub(super) fn check(ctx: &Ctx<'_>, order: &Order) -> Vec<Finding> {
    let found = match definitions(ctx, order) {
        Ok(found) => found,
        Err(finding) => return vec![*finding],
    };
    let files: Vec<TreePath> = found.iter().map(|(file, _)| file.path().clone()).collect();
    let macros = match Macros::of_words(ctx, macro_words(order), Within::Files(&files)) {
        Ok(macros) => macros.with_local(),
        Err(error) => return vec![ctx.unknown(error.to_string())],
    };
    let mut findings = Vec::new();
    for (file, function) in found {
        // What macros do at events and between them is done there: they are expanded.
        let (file, function) = match macros.open(file.path()) {
            Ok(Some(made)) => (
                Arc::clone(&made.file),
                same_function(&made.file, &file, &function),
            ),
            _ => (file, Some(function)),
        };
        let Some(function) = function else {
            let message = format!(
                "{}() could not be read with its macros expanded",
                order.function
            );
            findings.push(ctx.unknown(message).in_file(file.path()));
            continue;
        };
        let paths = Paths {
            ctx,
            order,
            file,
            function,
        };
        findings.extend(paths.check());
    }
    // A use of a macro that could not be expanded may be either event.
    let unknown = macros.unknown().into_iter();
    findings.extend(unknown.filter(|finding| finding.function.as_ref() == Some(&order.function)));
    findings
}

/// The words that the events are about.
fn macro_words(order: &Order) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for event in [&order.first, &order.then] {
        match event {
            Event::Pattern(patterns) => {
                words.extend(patterns.iter().flat_map(Pattern::telling_words));
            }
            Event::Writes(name) | Event::Reads(name) => {
                words.insert(name.member.clone());
            }
        }
    }
    words
}

/// The function in the file with macros expanded: the one of the name on the same line.
fn same_function(made: &File, file: &File, function: &Function) -> Option<Function> {
    let line = file.line_of(function.name_range.start);
    let named = made.functions_named(&function.name);
    let mut named = named.into_iter();
    named
        .find(|known| made.line_of(known.name_range.start) == line)
        .cloned()
}

/// The live definitions of the function whose paths are meant.
fn definitions(ctx: &Ctx<'_>, order: &Order) -> Result<Vec<(Arc<File>, Function)>, Box<Finding>> {
    let unknown = |error: trees::TreeError| Box::new(ctx.unknown(error.to_string()));
    let paths = if order.files.is_empty() {
        ctx.comparison
            .word_index
            .files_with(&ctx.comparison.after, &order.function)
            .map_err(unknown)?
    } else {
        order.files.clone()
    };
    ctx.comparison.after.read_ahead(&paths);
    let mut found = Vec::new();
    for path in paths {
        if let Some(file) = ctx.comparison.after.file(&path).map_err(unknown)? {
            for function in file.functions_named(&order.function) {
                if !file.is_dead(function.range.start) {
                    found.push((Arc::clone(&file), function.clone()));
                }
            }
            if !order.files.is_empty() && !found.is_empty() {
                break;
            }
        }
    }
    if found.is_empty() {
        // It may be in a file that could not be read.
        let unread = ctx.unreadable().into_iter().next();
        if let Some(unread) = unread.filter(|_| order.files.is_empty()) {
            return Err(Box::new(unread));
        }
        let message = format!("no function {}() is in the tree", order.function);
        return Err(Box::new(ctx.violated(message).in_function(&order.function)));
    }
    Ok(found)
}

struct Paths<'a> {
    ctx: &'a Ctx<'a>,
    order: &'a Order,
    file: Arc<File>,
    function: Function,
}

impl Paths<'_> {
    fn check(&self) -> Vec<Finding> {
        let at = self.function.name_range.start;
        let flow = match Flow::of(&self.file, &self.function) {
            Ok(flow) => flow,
            Err(unread) => {
                let message = format!("the flow of {}() could not be read", self.function.name);
                let finding = self.ctx.unknown(message);
                return vec![placed(finding, &self.file, unread.range.start)];
            }
        };
        let names = shared_names(self.order);
        if !names.is_empty() {
            return self.check_shared(&flow, &names);
        }
        let then = match self.places(&self.order.then, &|_| false) {
            Ok(then) => then,
            Err(finding) => return vec![*finding],
        };
        if then.ranges.is_empty() && then.perhaps.is_empty() {
            return self.or_unknown(then.unknown, self.no_second(), at);
        }
        // What comes first always, by what was found, does so whatever else is found.
        let thens = [then.ranges.as_slice(), &then.perhaps].concat();
        let is_enough =
            |ranges: &[Range<usize>]| self.precedes(&flow, ranges, &thens) == Precedence::Always;
        let first = match self.places(&self.order.first, &is_enough) {
            Ok(first) => first,
            Err(finding) => return vec![*finding],
        };
        self.judge(&flow, first, &then)
    }

    /// The second event is gone: by the series, or from a tree that has moved on, of which nothing can be said.
    fn no_second(&self) -> Finding {
        let (name, then) = (&self.function.name, self.shown(&self.order.then));
        let message = format!("{name}(): {then} does not come about");
        let Event::Pattern(patterns) = &self.order.then else {
            return self.ctx.violated(message);
        };
        if self.was_there(patterns) {
            return self.ctx.violated(message);
        }
        let near = self.ctx.comparison.after.near(&self.file);
        let body = || self.function.body.clone();
        let nearest = |pattern: &Pattern| pattern.nearest(&self.file, body(), NEAR, &near);
        let mut nearest: Vec<NearMiss> = patterns.iter().flat_map(nearest).collect();
        nearest.sort_by(|a, b| b.score.total_cmp(&a.score));
        let shown = nearest.iter().take(NEAR).map(|miss| {
            let line = self.file.line_of(miss.range.start);
            format!("`{}` (line {line})", brief(&miss.text, 60))
        });
        let shown: Vec<String> = shown.collect();
        let hint = match shown.is_empty() {
            true => String::new(),
            false => format!("; nearest: {}", shown.join(", ")),
        };
        self.ctx
            .unknown(format!("{message}, so nothing can be said of it{hint}"))
    }

    /// Whether the tree before the series has the event in the function.
    fn was_there(&self, patterns: &[Pattern]) -> bool {
        let before = self.ctx.comparison.source(Image::Before, self.file.path());
        let Some(before) = before else {
            return false;
        };
        let tree = self.ctx.comparison.tree(Image::Before);
        let functions = before.functions_named(&self.function.name);
        functions.iter().any(|function| {
            patterns.iter().any(|pattern| {
                let found = tree
                    .map(|tree| pattern.find(&before, function.body.clone(), &tree.near(&before)));
                found.is_some_and(|found| !found.parts().0.is_empty())
            })
        })
    }

    fn judge(&self, flow: &Flow, first: Places, then: &Places) -> Vec<Finding> {
        let second = then.ranges.first().or(then.perhaps.first());
        let second = second.map_or(0, |range| range.start);
        let thens = [then.ranges.as_slice(), &then.perhaps].concat();
        match self.precedes(flow, &first.ranges, &thens) {
            // The second event may come about, earlier, in what was not read.
            Precedence::Always if !then.unknown.is_empty() => then.unknown.clone(),
            Precedence::Always => {
                let way = first
                    .way
                    .map_or_else(String::new, |way| format!(", through {way}"));
                let message = format!(
                    "{} comes before {}{way}",
                    self.shown(&self.order.first),
                    self.shown(&self.order.then)
                );
                let at = first.ranges.first().map_or(second, |range| range.start);
                vec![placed(self.ctx.holds(message), &self.file, at)]
            }
            Precedence::Unreachable => {
                let message = format!(
                    "{}(): control never reaches {}",
                    self.function.name,
                    self.shown(&self.order.then)
                );
                vec![placed(self.ctx.violated(message), &self.file, second)]
            }
            Precedence::Not(_) if self.hangs_on_addresses(flow, &first, then) => {
                let perhaps = first.perhaps.iter().chain(&then.perhaps);
                let unknown = |range: &Range<usize>| {
                    let text = brief(&self.file.text(range.clone()), 60);
                    let message = format!(
                        "whoever gets the address of `{text}` here may write or read it: whether {} comes before {} was not judged",
                        self.shown(&self.order.first),
                        self.shown(&self.order.then)
                    );
                    placed(self.ctx.unknown(message), &self.file, range.start)
                };
                perhaps.map(unknown).collect()
            }
            Precedence::Not(path) => {
                let finding = self.ctx.violated(self.not_before(&first, then, &path));
                self.or_unknown(first.unknown, finding, second)
            }
        }
    }

    /// Whether the order is right if what may come about through addresses does, or does not.
    fn hangs_on_addresses(&self, flow: &Flow, first: &Places, then: &Places) -> bool {
        if first.perhaps.is_empty() && then.perhaps.is_empty() {
            return false;
        }
        let firsts = [first.ranges.as_slice(), &first.perhaps].concat();
        then.ranges.is_empty() || self.precedes(flow, &firsts, &then.ranges) == Precedence::Always
    }

    /// Whether a first event is before each second one; of one with an `#if` around it, in the configurations that have it.
    fn precedes(&self, flow: &Flow, firsts: &[Range<usize>], thens: &[Range<usize>]) -> Precedence {
        let found = flow.precedes(firsts, thens);
        if !matches!(found, Precedence::Not(_)) {
            return found;
        }
        let places = thens.iter();
        let places = places.map(|then| (self.file.conditions_at(then.start), then.clone()));
        let Some(under) = configurations(places) else {
            return found;
        };
        let is_before = |one: &Configuration<Range<usize>>| {
            Flow::of_under(&self.file, &self.function, &one.given)
                .is_ok_and(|flow| flow.precedes(firsts, &one.places) == Precedence::Always)
        };
        match under.iter().all(is_before) {
            true => Precedence::Always,
            false => found,
        }
    }

    /// Nothing found is a violation only where nothing was left unread.
    fn or_unknown(&self, unknown: Vec<Finding>, violated: Finding, at: usize) -> Vec<Finding> {
        if unknown.is_empty() {
            vec![placed(violated, &self.file, at)]
        } else {
            unknown
        }
    }

    fn not_before(&self, first: &Places, then: &Places, path: &[usize]) -> String {
        let name = &self.function.name;
        let second = then
            .ranges
            .first()
            .or(then.perhaps.first())
            .map_or_else(String::new, |range| self.callee_or_text(range));
        let instead = if first.elsewhere.is_empty() {
            String::new()
        } else {
            format!(
                "; that happens in {}",
                crate::nodes::listed(&first.elsewhere, "and")
            )
        };
        let verb_and_member = match &self.order.first {
            Event::Writes(member) => Some(("writes", member)),
            Event::Reads(member) => Some(("reads", member)),
            Event::Pattern(_) => None,
        };
        match verb_and_member {
            Some((verb, member)) if first.ranges.is_empty() => format!(
                "nothing that {name}() calls before {second} {verb} {}.{}{instead}",
                member.record, member.member
            ),
            _ => {
                let lines: Vec<String> = path
                    .iter()
                    .map(|offset| self.file.line_of(*offset).to_string())
                    .collect();
                let mut lines = lines;
                lines.dedup();
                format!(
                    "{name}(): {} does not always come before {second} (a path without it: {}){instead}",
                    self.shown(&self.order.first),
                    sites::named_lines(&lines)
                )
            }
        }
    }

    /// `device_attach()` for a call, the text for other code.
    fn callee_or_text(&self, range: &Range<usize>) -> String {
        match calls(&self.file, range.clone()).first() {
            Some(call) => format!("{}()", call.name),
            None => format!("`{}`", brief(&self.file.text(range.clone()), 60)),
        }
    }

    fn shown(&self, event: &Event) -> String {
        match event {
            Event::Pattern(patterns) => {
                let texts: Vec<&str> = patterns.iter().map(Pattern::text).collect();
                format!("`{}`", texts.join("` or `"))
            }
            Event::Writes(member) => format!("a write of {}.{}", member.record, member.member),
            Event::Reads(member) => format!("a read of {}.{}", member.record, member.member),
        }
    }
}
