//! Where an event of an `order` comes about in a function, by itself or by a call.

use std::ops::Range;

use query::File;
use query::access::{Access, Use, member_uses};
use query::pattern::Pattern;
use query::types::{Is, WholeUse, receiver_is, whole_uses};
use schema::model::{Event, MemberName};

use super::Paths;
use super::address::{Through, through};
use crate::comparison::placed;
use crate::finding::Finding;
use crate::stated::reach::{Callee, Doers, callers, calls_in, is_replaced};
use crate::stated::receiver::{Uses, Whose, uses};

/// The places of an event in the function, and what is known of it elsewhere.
#[derive(Default)]
pub(super) struct Places {
    pub(super) ranges: Vec<Range<usize>>,
    /// Where it may come about: an address of the member is handed on.
    pub(super) perhaps: Vec<Range<usize>>,
    /// How it comes about, for the first of them.
    pub(super) way: Option<String>,
    /// Where the member is used instead.
    pub(super) elsewhere: Vec<String>,
    /// What could not be read or resolved.
    pub(super) unknown: Vec<Finding>,
}

impl Paths<'_> {
    /// Where the event comes about in the function; who else may bring it about is looked for until it `is_enough`.
    pub(super) fn places(
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
        if writes {
            self.as_a_whole(member, &mut places);
        }
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

    /// Where this function writes an object of the record as a whole.
    fn as_a_whole(&self, member: &MemberName, places: &mut Places) {
        let near = self.ctx.comparison.after.near(&self.file);
        let records = [member.record.clone()];
        let found = whole_uses(&self.file, &records, &near);
        let is_here = |used: &WholeUse| {
            self.function.body.contains(&used.range.start) && !self.file.is_dead(used.range.start)
        };
        let found = found.into_iter().filter(is_here);
        places.ranges.extend(found.map(|used| used.range));
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
                callee.name == call.name && callee.is_seen_by(self.ctx.comparison, self.file.path())
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
