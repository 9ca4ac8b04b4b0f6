//! `guarded`: every match of a pattern runs only where a condition is true.
//!
//! A guard counts as long as what it rests on is as it was (see [`query::flow::Validity`]), and where the condition is
//! compiled whenever the match is.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use dialect::TreePath;
use dialect::token::texts;
use query::File;
use query::config::{Implied, implied};
use query::flow::{Flow, Guard, Guarding, Validity, implied_by, same_truth};
use query::pattern::{BoundError, Fragment, Pattern};
use schema::model::Guarded;

use super::Ctx;
use super::configurations::{Configuration, configurations};
use super::scope::{Expand, Hit, find_in, prefix, word_to_scan};
use crate::comparison::placed;
use crate::finding::{Finding, Verdict};
use crate::implied::conditions::literals;
use sites::brief;

/// The words that the whole tree is asked for.
pub(super) fn words(guarded: &Guarded) -> Vec<String> {
    word_to_scan(std::slice::from_ref(&guarded.pattern), &guarded.scope)
}

pub(super) fn check(ctx: &Ctx<'_>, guarded: &Guarded) -> Vec<Finding> {
    let Guarded { pattern, by, scope } = guarded;
    let kept = Expand::LocalBut(values(pattern).into_iter().chain(values(by)).collect());
    let found = find_in(ctx, std::slice::from_ref(pattern), scope, kept);
    let mut findings = found.unknown;
    // A function's graph is made once, however many matches are in it.
    let mut flows: BTreeMap<(TreePath, usize), Vec<&Hit>> = BTreeMap::new();
    for hit in &found.hits {
        match hit.file.function_at(hit.found.range.start) {
            Some(function) => {
                let key = (hit.file.path().clone(), function.range.start);
                flows.entry(key).or_default().push(hit);
            }
            None => findings.extend(outside(ctx, hit)),
        }
    }
    for hits in flows.values() {
        findings.extend(in_function(ctx, hits, by));
    }
    if findings
        .iter()
        .all(|finding| finding.verdict == Verdict::Holds)
    {
        let message = format!(
            "{} of `{}` {} only if `{}`",
            crate::nodes::counted(found.hits.len(), "match", "matches"),
            pattern.text(),
            if found.hits.len() == 1 { "runs" } else { "run" },
            by.text()
        );
        findings.push(ctx.holds(message));
    }
    findings
}

/// The words of a pattern that are no members' names: what a macro makes of a member is another member.
fn values(pattern: &Pattern) -> Vec<String> {
    let all: Vec<&str> = texts(pattern.text().as_bytes()).collect();
    let is_member = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| all.get(at));
        matches!(before, Some(&("->" | ".")))
    };
    let words = all.iter().enumerate().filter(|(at, _)| !is_member(*at));
    words.map(|(_, word)| (*word).to_owned()).collect()
}

fn outside(ctx: &Ctx<'_>, hit: &Hit) -> Option<Finding> {
    let at = hit.found.range.start;
    let text = brief(&hit.file.text(hit.found.range.clone()), 60);
    let message = format!("`{text}` is outside every function");
    Some(placed(ctx.violated(message), &hit.file, at))
}

/// The matches of one function.
fn in_function(ctx: &Ctx<'_>, hits: &[&Hit], by: &Pattern) -> Vec<Finding> {
    let Some(first) = hits.first() else {
        return Vec::new();
    };
    let Some(function) = first.file.function_at(first.found.range.start) else {
        return Vec::new();
    };
    let flow = match Flow::of(&first.file, function) {
        Ok(flow) => flow,
        Err(unread) => {
            let message = format!("the flow of {}() could not be read", function.name);
            let finding = placed(ctx.unknown(message), &first.file, unread.range.start);
            return vec![finding];
        }
    };
    // What is never evaluated never runs.
    let evaluated = hits.iter().copied();
    let hits: Vec<&Hit> = evaluated
        .filter(|hit| !flow.is_unevaluated(&hit.found.range))
        .collect();
    let mut judged: Vec<(&Hit, Told<Worth>)> = worths(ctx, &flow, &hits, by);
    // One that no guard was found for, and an `#if` is around.
    let open = judged
        .iter()
        .enumerate()
        .filter_map(|(place, (hit, worth))| {
            let given = hit.file.conditions_at(hit.found.range.start);
            let is_open = !given.is_empty() && !matches!(worth, Ok(Worth::Guarded));
            is_open.then_some((given, place))
        });
    let open = configurations(open).unwrap_or_default();
    for Configuration { given, places } in open {
        let Ok(flow) = Flow::of_under(&first.file, function, &given) else {
            continue;
        };
        let own: Vec<&Hit> = places
            .iter()
            .filter_map(|place| hits.get(*place).copied())
            .collect();
        for (place, (_, worth)) in places.into_iter().zip(worths(ctx, &flow, &own, by)) {
            if let Some((_, known)) = judged.get_mut(place) {
                *known = worth;
            }
        }
    }
    let said = judged.into_iter().filter_map(|(hit, worth)| {
        let worth = worth.unwrap_or_else(Worth::Unknown);
        said(ctx, hit, by, worth)
    });
    said.collect()
}

/// What the guards of each match are worth, by a graph of its function.
fn worths<'h>(
    ctx: &Ctx<'_>,
    flow: &Flow,
    hits: &[&'h Hit],
    by: &Pattern,
) -> Vec<(&'h Hit, Told<Worth>)> {
    // Each knows of every step of the function, and matches about one thing are near to each other.
    let mut conditions: VecDeque<(String, Condition<'_>)> = VecDeque::new();
    let mut found = Vec::with_capacity(hits.len());
    for hit in hits {
        let worth = bound(ctx, hit, by).and_then(|by| {
            let Some(by) = by else {
                return Ok(Worth::Unguarded);
            };
            let text = by.text().to_owned();
            if !conditions.iter().any(|(known, _)| *known == text) {
                conditions.truncate(MOST_CONDITIONS - 1);
                let condition = Condition::new(ctx, flow, &hit.file, by);
                conditions.push_front((text.clone(), condition));
            }
            let known = conditions.iter().find(|(known, _)| *known == text);
            known.map_or(Ok(Worth::Unguarded), |(_, condition)| {
                condition.worth(&hit.found.range)
            })
        });
        found.push((*hit, worth));
    }
    found
}

/// The condition about the very things that the match is about: a metavariable that both patterns have is one variable.
/// None: one of them is not of the type that the condition asks for.
fn bound(ctx: &Ctx<'_>, hit: &Hit, by: &Pattern) -> Result<Option<Pattern>, String> {
    let near = ctx.comparison.after.near(&hit.file);
    let isomorphisms = &ctx.comparison.spec.isomorphisms;
    by.bound(&hit.file, &hit.found.bindings, isomorphisms, &near)
        .map_err(|error| match error {
            BoundError::Doubt(doubt) => doubt.says(&hit.file, by.text()),
            BoundError::Pattern(error) => format!(
                "`{}`, filled in with what `pattern` matched, is no condition: {error}",
                by.text()
            ),
        })
}

/// How many conditions of a function are remembered.
const MOST_CONDITIONS: usize = 8;

/// What the guards of a match are worth.
enum Worth {
    Guarded,
    Unguarded,
    /// It was guarded: until this place.
    Until(usize),
    /// It may be no more, since this place.
    Perhaps(usize),
    /// Only where a condition is compiled.
    SomeConfigurations,
    /// Which configurations have the condition could not be decided.
    Undecided,
    /// It could not be told, for this reason.
    Unknown(String),
}

fn said(ctx: &Ctx<'_>, hit: &Hit, by: &Pattern, worth: Worth) -> Option<Finding> {
    let at = hit.found.range.start;
    let text = brief(&hit.file.text(hit.found.range.clone()), 60);
    let what = format!("{}`{text}`", prefix(&hit.file, at));
    let by = by.text();
    let line = |offset: usize| hit.file.line_of(offset);
    let finding = match worth {
        Worth::Guarded => return None,
        Worth::Unguarded => ctx.violated(format!("{what} runs whether or not `{by}`")),
        Worth::Until(offset) => ctx.violated(format!(
            "{what} runs after `{by}` was tested, but line {} changes what that says",
            line(offset)
        )),
        Worth::Perhaps(offset) => ctx.unknown(format!(
            "{what} runs after `{by}` was tested, but line {} may change what that says",
            line(offset)
        )),
        Worth::SomeConfigurations => ctx.violated(format!(
            "{what} runs only if `{by}` where an `#if` in the middle of the condition has it, and without it elsewhere"
        )),
        Worth::Unknown(message) => ctx.unknown(message),
        Worth::Undecided => ctx.unknown(format!(
            "{what}: which configurations have `{by}` in the condition could not be decided"
        )),
    };
    Some(placed(finding, &hit.file, at))
}

/// One condition in one function.
struct Condition<'f> {
    ctx: &'f Ctx<'f>,
    flow: &'f Flow,
    file: &'f File,
    by: Pattern,
    /// What is false where the condition is true.
    opposite: Option<Pattern>,
    /// It has operands, which different guards may give.
    is_joined: bool,
    /// Where the condition, or its opposite, or a part of it decides.
    guarding: Option<Guarding<'f>>,
    /// Why a condition of the function may be it and is not known to be.
    doubt: Option<String>,
}

/// A reason why it is not known.
type Told<T> = Result<T, String>;

impl<'f> Condition<'f> {
    fn new(ctx: &'f Ctx<'f>, flow: &'f Flow, file: &'f File, by: Pattern) -> Self {
        let text = by.text().trim();
        let is_joined = text.contains("&&") || text.contains("||");
        let opposite = match text.strip_prefix('!').filter(|_| !text.starts_with("!=")) {
            Some(inner) => inner.to_owned(),
            None => format!("!({text})"),
        };
        let isomorphisms = &ctx.comparison.spec.isomorphisms;
        let mut found = Self {
            ctx,
            flow,
            file,
            opposite: Pattern::compile(&opposite, Fragment::Expression, isomorphisms).ok(),
            by,
            is_joined,
            guarding: None,
            doubt: None,
        };
        let mut doubt = None;
        let words = found.by.words();
        let guarding = flow.guarding(&mut |guard| {
            // Most conditions of a long function are about other things: that is seen by their words.
            let text = file.slice(guard.condition.clone());
            let has = |word: &String| memchr::memmem::find(text, word.as_bytes()).is_some();
            if !words.iter().all(has)
                && !is_joined
                && guard.cases.is_empty()
                && file.unread_in(&guard.condition).is_none()
            {
                return false;
            }
            if !guard.cases.is_empty() {
                let is_it = |pattern: &Pattern| found.matches(pattern, &guard.condition);
                let patterns = std::iter::once(&found.by).chain(&found.opposite);
                return found.compares() || patterns.into_iter().any(|it| is_it(it) != Ok(false));
            }
            // Which of them give the operands is seen when they are together.
            if is_joined {
                return texts(text).any(|text| words.iter().any(|word| word == text));
            }
            found.is_by(guard).unwrap_or_else(|reason| {
                doubt.get_or_insert(reason);
                false
            })
        });
        found.guarding = Some(guarding);
        found.doubt = doubt;
        found
    }

    fn compares(&self) -> bool {
        texts(self.by.text().as_bytes())
            .any(|token| matches!(token, "==" | "!=" | "<" | ">" | "<=" | ">="))
    }

    fn implied(&self, guards: &[Guard]) -> Told<bool> {
        let near = self.ctx.comparison.after.near(self.file);
        let isomorphisms = &self.ctx.comparison.spec.isomorphisms;
        implied_by(self.file, guards, &self.by, isomorphisms, &near)
            .map_err(|doubt| doubt.says(self.file, self.by.text()))
    }

    fn matches(&self, pattern: &Pattern, range: &Range<usize>) -> Told<bool> {
        let near = self.ctx.comparison.after.near(self.file);
        let found = pattern.matches(self.file, range.clone(), &near);
        found
            .map(|found| found.is_some())
            .map_err(|doubt| doubt.says(self.file, pattern.text()))
    }

    /// Whether the guard alone says so.
    fn is_by(&self, guard: &Guard) -> Told<bool> {
        let is_whole = guard.cases.is_empty() && !self.flow.is_parted(&guard.condition);
        let says = |range: &Range<usize>, holds: bool| match (&self.opposite, holds) {
            (_, true) => self.matches(&self.by, range),
            (Some(opposite), false) => self.matches(opposite, range),
            (None, false) => Ok(false),
        };
        if is_whole && says(&guard.condition, guard.holds)? {
            return Ok(true);
        }
        if is_whole {
            for (range, holds) in same_truth(self.file, &guard.condition, guard.holds) {
                if says(&range, holds)? {
                    return Ok(true);
                }
            }
        }
        // Of comparisons others are opposites, and a case is one.
        if self.compares() || !guard.cases.is_empty() {
            self.implied(std::slice::from_ref(guard))
        } else {
            Ok(false)
        }
    }

    fn worth(&self, range: &Range<usize>) -> Told<Worth> {
        let mut worst = Worth::Unguarded;
        let mut valid = Vec::new();
        let guards = self.guarding.iter().flat_map(|guarding| guarding.at(range));
        for guard in guards {
            // What a `switch` says hangs on where the code is in it.
            if !self.is_joined && !guard.cases.is_empty() && !self.is_by(&guard)? {
                continue;
            }
            match self.flow.validity(self.file, &guard, range) {
                Validity::Valid if !self.is_joined => return Ok(Worth::Guarded),
                Validity::Valid if self.flow.is_parted(&guard.condition) => {}
                Validity::Valid => valid.push(guard),
                Validity::Doubtful(at) if self.is_of_by(&guard) => worst = Worth::Perhaps(at),
                Validity::Stale(at)
                    if matches!(worst, Worth::Unguarded) && self.is_of_by(&guard) =>
                {
                    worst = Worth::Until(at);
                }
                Validity::Doubtful(_) | Validity::Stale(_) => {}
            }
        }
        if self.is_joined {
            for guard in &valid {
                if self.is_by(guard)? {
                    return Ok(Worth::Guarded);
                }
            }
            if self.implied(&valid)? {
                return Ok(Worth::Guarded);
            }
        }
        let is_valid = |guard: &Guard| {
            !self.flow.is_parted(&guard.condition)
                && self.flow.validity(self.file, guard, range) == Validity::Valid
        };
        let by_each = |guarding: &Guarding<'_>| guarding.on_every_way(range, &is_valid);
        if !self.is_joined && self.guarding.as_ref().is_some_and(by_each) {
            return Ok(Worth::Guarded);
        }
        if !self.is_joined && self.is_one_always_last(range) {
            return Ok(Worth::Guarded);
        }
        match (self.in_some(range)?, &self.doubt) {
            (Some(worth), _) => Ok(worth),
            (None, Some(doubt)) if matches!(worst, Worth::Unguarded) => Err(doubt.clone()),
            (None, _) => Ok(worst),
        }
    }

    /// Whether one guard or another is always the last thing before the match that matters to the condition.
    fn is_one_always_last(&self, range: &Range<usize>) -> bool {
        let guards = self.guarding.iter().flat_map(Guarding::conditions);
        let whole: Vec<Guard> = guards
            .filter(|guard| !self.flow.is_parted(&guard.condition))
            .collect();
        whole.len() > 1 && self.flow.is_guarded_on_every_way(self.file, &whole, range)
    }

    /// Whether the guard would have said something of the condition.
    fn is_of_by(&self, guard: &Guard) -> bool {
        let condition = self.file.text(guard.condition.clone());
        !self.is_joined || self.by.text().contains(&*condition)
    }

    /// An operand that a condition has only under an `#if` guards what is under that `#if` as well.
    fn in_some(&self, range: &Range<usize>) -> Told<Option<Worth>> {
        if !self.flow.has_parted() {
            return Ok(None);
        }
        let parted: Vec<Guard> = self
            .flow
            .guards(range)
            .into_iter()
            .filter(|guard| {
                self.flow.is_parted(&guard.condition)
                    && self.flow.validity(self.file, guard, range) == Validity::Valid
            })
            .collect();
        let given = self.file.conditions_at(range.start);
        let mut worst = None;
        for operand in literals(self.file, &parted) {
            if !operand.is_true || operand.is_case || !self.matches(&self.by, &operand.range)? {
                continue;
            }
            match implied(&given, &self.file.conditions_at(operand.range.start)) {
                Implied::Yes => return Ok(Some(Worth::Guarded)),
                Implied::No => worst = worst.or(Some(Worth::SomeConfigurations)),
                Implied::Unknown => worst = Some(Worth::Undecided),
            }
        }
        Ok(worst)
    }
}
