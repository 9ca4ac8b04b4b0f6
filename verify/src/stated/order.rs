//! `order`: on every control-flow path of a function that reaches the second event, the first comes
//! before.
//!
//! An event that is a write (or a read) of a member also comes about by a call whose callee does it.
//! Who does is found backwards, from the uses of the member to their callers: a handful of files,
//! where the calls that go out of the function would be half the kernel.

mod address;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::access::{Access, Use, calls, member_uses};
use query::flow::{Flow, Precedence};
use query::pattern::{NearMiss, Pattern};
use query::types::{Is, receiver_is};
use schema::model::{Event, MemberName, Order};
use syntax::items::Function;

use super::Ctx;
use super::macros::{Macros, Within};
use super::reach::{Callee, Doers, callers, calls_in, is_replaced};
use super::receiver::{Uses, Whose, uses};
use crate::comparison::{Image, placed};
use crate::finding::Finding;
use address::{Through, through};
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

/// The places of an event in the function, and what is known of it elsewhere.
#[derive(Default)]
struct Places {
    ranges: Vec<Range<usize>>,
    /// Where it may come about: an address of the member is handed on.
    perhaps: Vec<Range<usize>>,
    /// How it comes about, for the first of them.
    way: Option<String>,
    /// Where the member is used instead.
    elsewhere: Vec<String>,
    /// What could not be read or resolved.
    unknown: Vec<Finding>,
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
            |ranges: &[Range<usize>]| flow.precedes(ranges, &thens) == Precedence::Always;
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
        match flow.precedes(&first.ranges, &thens) {
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
        then.ranges.is_empty() || flow.precedes(&firsts, &then.ranges) == Precedence::Always
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
                    "{name}(): {} does not always come before {second} (a path without it: lines {}){instead}",
                    self.shown(&self.order.first),
                    lines.join(", ")
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

    /// Where the event comes about in the function; who else may bring it about is looked for until it `is_enough`.
    fn places(
        &self,
        event: &Event,
        is_enough: &dyn Fn(&[Range<usize>]) -> bool,
    ) -> Result<Places, Box<Finding>> {
        match event {
            Event::Pattern(patterns) => {
                let mut places = Places::default();
                for pattern in patterns {
                    self.matches(pattern, &mut places);
                }
                places.ranges.sort_by_key(|range| (range.start, range.end));
                places.ranges.dedup();
                Ok(places)
            }
            Event::Writes(member) => self.of_member(member, true, is_enough),
            Event::Reads(member) => self.of_member(member, false, is_enough),
        }
    }

    /// The live matches of a pattern.
    fn matches(&self, pattern: &Pattern, places: &mut Places) {
        let near = self.ctx.comparison.after.near(&self.file);
        let matches = pattern.find(&self.file, self.function.body.clone(), &near);
        let live = matches.among(|range| !self.file.is_dead(range.start));
        let (found, doubts) = live.parts();
        places.ranges.extend(found.into_iter().map(|hit| hit.range));
        places.unknown.extend(doubts.iter().map(|doubt| {
            let message = doubt.says(&self.file, pattern.text());
            placed(self.ctx.unknown(message), &self.file, doubt.range().start)
        }));
    }

    fn of_member(
        &self,
        member: &MemberName,
        writes: bool,
        is_enough: &dyn Fn(&[Range<usize>]) -> bool,
    ) -> Result<Places, Box<Finding>> {
        let unknown = |error: trees::TreeError| Box::new(self.ctx.unknown(error.to_string()));
        let all = uses(self.ctx, member).map_err(unknown)?;
        let mut places = Places {
            unknown: self.hidden(&all, member),
            ..Places::default()
        };
        self.own_uses(writes, member, &mut places);
        let mut level = self.doers(&all, writes, member, &mut places);
        let mut known = level.clone();
        for step in 0..self.order.steps {
            self.calls_to(&level, &mut places);
            if step + 1 == self.order.steps || is_enough(&places.ranges) {
                break;
            }
            let next = match callers(self.ctx.comparison, &level) {
                Ok(next) => next,
                // What was found nearer by still counts; that nothing was found no longer does.
                Err(lost) => {
                    places.unknown.push(self.ctx.unknown(lost.to_string()));
                    break;
                }
            };
            level = next
                .into_iter()
                .filter(|(callee, _)| !known.contains_key(callee))
                .collect();
            known.extend(level.clone());
            if level.is_empty() {
                break;
            }
        }
        places.ranges.sort_by_key(|range| range.start);
        places.ranges.dedup();
        Ok(places)
    }

    /// The uses of the member in this very function.
    fn own_uses(&self, writes: bool, member: &MemberName, places: &mut Places) {
        let near = self.ctx.comparison.after.near(&self.file);
        for used in member_uses(&self.file, &member.member).found {
            let at = used.range.start;
            let is_here = self.function.body.contains(&at) && !self.file.is_dead(at);
            if !is_here || !is_meant(&used, writes) {
                continue;
            }
            match receiver_is(&self.file, &used.range, &member.record, &near) {
                Is::Yes if used.access == Access::AddressTaken => {
                    match through(&self.file, &self.function, &used.range, writes) {
                        Through::Here(found) => places.ranges.extend(found),
                        Through::Anyone => places.perhaps.push(used.range),
                    }
                }
                Is::Yes => places.ranges.push(used.range),
                Is::No(_) => {}
                Is::Unknown(reason) => places
                    .unknown
                    .push(self.unresolved(member, &self.file, at, &reason)),
            }
        }
    }

    fn unresolved(&self, member: &MemberName, file: &File, at: usize, reason: &str) -> Finding {
        let message = format!(
            "whether this is {}.{} could not be resolved: {reason}",
            member.record, member.member
        );
        placed(self.ctx.unknown(message), file, at)
    }

    /// The other functions that use the member themselves.
    fn doers(&self, all: &Uses, writes: bool, member: &MemberName, places: &mut Places) -> Doers {
        let mut doers = Doers::new();
        for found in &all.found {
            if !is_meant(&found.used, writes) || found.whose == Whose::Other {
                continue;
            }
            let at = found.used.range.start;
            let Some(function) = found.file.function_at(at) else {
                continue;
            };
            let is_here = found.file.path() == self.file.path()
                && found.file.line_of(function.name_range.start)
                    == self.file.line_of(self.function.name_range.start);
            if is_here {
                continue;
            }
            if let Whose::Unresolved(reason) = &found.whose {
                places
                    .unknown
                    .push(self.unresolved(member, &found.file, at, reason));
                continue;
            }
            let path = found.file.path();
            let place = format!("{}() ({path}:{})", function.name, found.file.line_of(at));
            if !places.elsewhere.contains(&place) {
                places.elsewhere.push(place);
            }
            doers.insert(
                Callee {
                    name: function.name.clone(),
                    only_in: function.is_static.then(|| path.clone()),
                },
                format!("{}() ({path})", function.name),
            );
        }
        doers
    }

    /// The calls of this function to any of those.
    fn calls_to(&self, doers: &Doers, places: &mut Places) {
        let called = calls_in(&self.file, &self.function.body).into_iter();
        for call in called.filter(|call| !is_replaced(&self.file, call)) {
            let hit = doers.iter().find(|(callee, _)| {
                callee.name == call.name
                    && callee
                        .only_in
                        .as_ref()
                        .is_none_or(|only| only == self.file.path())
            });
            if let Some((_, way)) = hit {
                places.way.get_or_insert_with(|| way.clone());
                places.ranges.push(call.range);
            }
        }
    }

    fn hidden(&self, all: &Uses, member: &MemberName) -> Vec<Finding> {
        let mut found = self.ctx.unreadable();
        found.extend(all.unknown.iter().cloned());
        for (path, reason) in &all.failed {
            found.push(self.ctx.unknown(reason.clone()).in_file(path));
        }
        for (file, at, cause) in &all.hidden {
            let message = format!(
                "{}.{} may be used in code that could not be read ({cause})",
                member.record, member.member
            );
            found.push(placed(self.ctx.unknown(message), file, *at));
        }
        found
    }
}

/// Whether a use is the write (or the read) that an event is.
fn is_meant(used: &Use, writes: bool) -> bool {
    match used.access {
        Access::Write if used.reads => true,
        Access::Write | Access::Initializer => writes,
        Access::Read | Access::Test => !writes,
        Access::AddressTaken => true,
        _ => false,
    }
}
