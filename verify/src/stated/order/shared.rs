//! Metavariables that both events have: `first` has to come before `then` about the very same things.
//!
//! Each match of `then` says what they are; with that put in, `first` is looked for. A variable that is given another
//! value in between is another thing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use query::flow::{Flow, Validity};
use query::pattern::{BoundError, Match, Pattern};
use schema::model::{Event, Order};

use super::Paths;
use super::places::Places;
use crate::comparison::placed;
use crate::finding::{Finding, Verdict};

/// So many different things are judged in one function: for each of them it is searched.
const MOST_THINGS: usize = 400;

/// The metavariables that both events have.
pub(super) fn shared_names(order: &Order) -> Vec<String> {
    let names = |event: &Event| -> BTreeSet<String> {
        match event {
            Event::Pattern(patterns) => patterns.iter().flat_map(Pattern::metavariables).collect(),
            Event::Writes(_) | Event::Reads(_) => BTreeSet::new(),
        }
    };
    let then = names(&order.then);
    let first = names(&order.first).into_iter();
    first.filter(|name| then.contains(name)).collect()
}

/// The matches of `then` that are about the same things.
struct Group {
    /// One of them, of which the others are as good.
    one: Match,
    ranges: Vec<Range<usize>>,
}

impl Group {
    fn things(&self, names: &[String]) -> Vec<Range<usize>> {
        let bound = names.iter().filter_map(|name| self.one.bindings.get(name));
        bound.map(|binding| binding.range.clone()).collect()
    }
}

impl Paths<'_> {
    /// Judges the matches of `then`, those about the same things together.
    pub(super) fn check_shared(&self, flow: &Flow, names: &[String]) -> Vec<Finding> {
        let at = self.function.name_range.start;
        let (Event::Pattern(firsts), Event::Pattern(thens)) = (&self.order.first, &self.order.then)
        else {
            return Vec::new();
        };
        let mut unknown = Vec::new();
        let mut matches = Vec::new();
        for pattern in thens {
            matches.extend(self.live(pattern, &mut unknown));
        }
        matches.retain(|found| !flow.is_unevaluated(&found.range));
        if matches.is_empty() {
            return self.or_unknown(unknown, self.no_second(), at);
        }
        matches.sort_by_key(|found| (found.range.start, found.range.end));
        matches.dedup_by(|a, b| a.range == b.range);
        let Some(groups) = self.grouped(flow, matches, names) else {
            let message = format!(
                "{}() does {} to more than {MOST_THINGS} different things: not judged",
                self.function.name,
                self.shown(&self.order.then)
            );
            return vec![placed(self.ctx.unknown(message), &self.file, at)];
        };
        let mut findings: Vec<Finding> = unknown;
        let judged = groups.iter();
        findings.extend(judged.flat_map(|group| self.judge_group(flow, group, firsts, names)));
        // That it is right of the others as well says nothing new.
        let is_right = |finding: &Finding| finding.verdict == Verdict::Holds;
        match findings.iter().all(is_right) {
            true => findings.truncate(1),
            false => findings.retain(|finding| !is_right(finding)),
        }
        findings
    }

    fn live(&self, pattern: &Pattern, unknown: &mut Vec<Finding>) -> Vec<Match> {
        let near = self.ctx.comparison.after.near(&self.file);
        let matches = pattern.find(&self.file, self.function.body.clone(), &near);
        let live = matches.among(|range| !self.file.is_dead(range.start));
        let (found, doubts) = live.parts();
        unknown.extend(doubts.iter().map(|doubt| {
            let message = doubt.says(&self.file, pattern.text());
            placed(self.ctx.unknown(message), &self.file, doubt.range().start)
        }));
        found
    }

    /// None: there are too many.
    fn grouped(&self, flow: &Flow, matches: Vec<Match>, names: &[String]) -> Option<Vec<Group>> {
        let mut groups: BTreeMap<Vec<String>, Vec<Group>> = BTreeMap::new();
        let mut count = 0_usize;
        for found in matches {
            let text = |name: &String| {
                let bound = found.bindings.get(name);
                bound.map_or_else(String::new, |bound| bound.text.clone())
            };
            let alike = groups.entry(names.iter().map(text).collect()).or_default();
            let same = alike.iter_mut().find(|group| {
                let mut things = group.things(names).into_iter();
                things.all(|thing| flow.means_same(&self.file, &thing, found.range.start))
            });
            match same {
                Some(group) => group.ranges.push(found.range.clone()),
                None => {
                    count += 1;
                    alike.push(Group {
                        ranges: vec![found.range.clone()],
                        one: found,
                    });
                }
            }
            if count > MOST_THINGS {
                return None;
            }
        }
        Some(groups.into_values().flatten().collect())
    }

    fn judge_group(
        &self,
        flow: &Flow,
        group: &Group,
        firsts: &[Pattern],
        names: &[String],
    ) -> Vec<Finding> {
        let things = group.things(names);
        let mut first = Places::default();
        for pattern in firsts {
            match self.about(pattern, group) {
                Ok(Some(about)) => {
                    let found = self.live(&about, &mut first.unknown).into_iter();
                    first.ranges.extend(found.map(|found| found.range));
                }
                Ok(None) => {}
                Err(message) => {
                    let at = group.one.range.start;
                    first
                        .unknown
                        .push(placed(self.ctx.unknown(message), &self.file, at));
                }
            }
        }
        first.ranges.retain(|range| {
            let mut things = things.iter();
            things.all(|thing| flow.means_same(&self.file, thing, range.start))
        });
        first.ranges.sort_by_key(|range| (range.start, range.end));
        first.ranges.dedup();
        let then = Places {
            ranges: group.ranges.clone(),
            ..Places::default()
        };
        let changed = flow.changed_since(&self.file, &things, &first.ranges, &then.ranges);
        let findings = self.judge(flow, first, &then);
        let is_right = |finding: &Finding| finding.verdict == Verdict::Holds;
        if !findings.iter().all(is_right) {
            return findings;
        }
        self.changed(group, changed).map_or(findings, |it| vec![it])
    }

    /// The pattern about the things of a match. None: it cannot be about them.
    fn about(&self, pattern: &Pattern, group: &Group) -> Result<Option<Pattern>, String> {
        let near = self.ctx.comparison.after.near(&self.file);
        let isomorphisms = &self.ctx.comparison.spec.isomorphisms;
        pattern
            .bound(&self.file, &group.one.bindings, isomorphisms, &near)
            .map_err(|error| match error {
                BoundError::Doubt(doubt) => doubt.says(&self.file, pattern.text()),
                BoundError::Pattern(error) => format!(
                    "`{}`, filled in with what `then` matched, is no pattern: {error}",
                    pattern.text()
                ),
            })
    }

    fn changed(&self, group: &Group, changed: Validity) -> Option<Finding> {
        let (offset, verb) = match changed {
            Validity::Valid => return None,
            Validity::Stale(offset) => (offset, "changes"),
            Validity::Doubtful(offset) => (offset, "may change"),
        };
        let message = format!(
            "{}(): {} comes before {}, but line {} {verb} what that is about",
            self.function.name,
            self.shown(&self.order.first),
            self.callee_or_text(&group.one.range),
            self.file.line_of(offset)
        );
        let finding = match changed {
            Validity::Stale(_) => self.ctx.violated(message),
            _ => self.ctx.unknown(message),
        };
        Some(placed(finding, &self.file, group.one.range.start))
    }
}
