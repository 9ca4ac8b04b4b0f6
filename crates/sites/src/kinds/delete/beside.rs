//! One of several alike statements, told by the statement next to it.

use std::ops::Range;

use query::File;
use query::pattern::{Match, Pattern};
use schema::model::{Beside, Delete, Deleted, Side};
use syntax::Node;

use super::whole;
use crate::block::{self, code};
use crate::resolver::{Resolver, side_key};
use crate::unresolved::{Reason, Unresolved};

/// Statements that others are told by.
pub(super) struct Neighbours {
    /// On which side of them those are.
    side: Side,
    /// Where they are.
    ranges: Vec<Range<usize>>,
}

impl Neighbours {
    /// What `after` or `before` names; none where neither is given.
    ///
    /// # Errors
    /// There is no such statement: nothing is said of what would be next to it.
    pub(super) fn of(
        resolver: &Resolver<'_>,
        beside: Option<&Beside<Pattern>>,
        scope: &[Range<usize>],
    ) -> Result<Option<Self>, Unresolved> {
        let Some(beside) = beside else {
            return Ok(None);
        };
        let is_whole = |found: &Match| Ok(whole(resolver.file, &found.range).is_some());
        let key = side_key(beside.side);
        let chosen = resolver.first_match(scope, key, &beside.anchors, &is_whole)?;
        Ok(Some(Self::those(beside.side, &chosen.found)))
    }

    pub(super) fn those(side: Side, found: &[Match]) -> Self {
        Self {
            side,
            ranges: found.iter().map(|found| found.range.clone()).collect(),
        }
    }

    /// Whether statements, by their first and last, are next to one of these, in the same block.
    pub(super) fn has(&self, file: &File, (first, last): (Node<'_>, Node<'_>)) -> bool {
        self.ranges.iter().any(|range| {
            let Some((their_first, their_last)) = whole(file, range) else {
                return false;
            };
            let (above, below) = match self.side {
                Side::After => (their_last, first),
                Side::Before => (last, their_first),
            };
            above.end_byte() <= below.start_byte()
                && above.parent() == below.parent()
                && code(file.slice(above.end_byte()..below.start_byte())).is_empty()
        })
    }

    /// The rest of the blocks on the side that the others would be on: where one may be that something has come between.
    fn beyond(&self, file: &File) -> Vec<Range<usize>> {
        let ranges = self.ranges.iter().filter_map(|range| {
            let (first, last) = whole(file, range)?;
            let block = block::around(first)?.byte_range();
            Some(match self.side {
                Side::After => last.end_byte()..block.end,
                Side::Before => block.start..first.start_byte(),
            })
        });
        ranges.collect()
    }

    /// Refuses these where the pattern has another one next to them, which is in their place once they are gone.
    ///
    /// # Errors
    /// There is one, or something there was not read and could be one.
    pub(super) fn are_alone(
        &self,
        resolver: &Resolver<'_>,
        pattern: &[Pattern],
        scope: &[Range<usize>],
    ) -> Result<(), Unresolved> {
        let file = resolver.file;
        let is_next = |found: &Match| {
            let own = whole(file, &found.range);
            Ok(own.is_some_and(|own| self.has(file, own)))
        };
        match resolver.first_match(scope, "statement", pattern, &is_next) {
            Ok(again) => {
                let at = again.found.first().map_or(0, |found| found.range.start);
                let message = "the statement is there several times in a row: which of them goes is not to be seen";
                Err(Unresolved::unfit(message).at(file, at))
            }
            Err(unresolved) if unresolved.reason == Reason::Absent => Ok(()),
            Err(unresolved) => Err(unresolved),
        }
    }
}

/// In a tree as it is, statements of the kind that are not next to the neighbour, and beyond it in its block: one of them may
/// be what was to go, with something between now.
///
/// # Errors
/// The function or the neighbour is not there, or something could be a match and is not known to be.
pub fn beyond(resolver: &Resolver<'_>, delete: &Delete) -> Result<Vec<Range<usize>>, Unresolved> {
    let Deleted::Statement(patterns) = &delete.what else {
        return Ok(Vec::new());
    };
    let scope = resolver.scope(&delete.functions)?;
    let neighbours = Neighbours::of(resolver, delete.beside.as_ref(), &scope.found)?;
    let Some(neighbours) = neighbours else {
        return Ok(Vec::new());
    };
    let ranges = neighbours.beyond(resolver.file);
    let is_whole = |found: &Match| Ok(whole(resolver.file, &found.range).is_some());
    match resolver.first_match(&ranges, "statement", patterns, &is_whole) {
        Ok(found) => Ok(found.found.into_iter().map(|found| found.range).collect()),
        Err(unresolved) if unresolved.reason == Reason::Absent => Ok(Vec::new()),
        Err(unresolved) => Err(unresolved),
    }
}
