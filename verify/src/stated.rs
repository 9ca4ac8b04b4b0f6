//! The invariants that a spec states, judged on the tree after: one module a kind.

mod calls;
mod config;
mod every_test;
mod guarded;
mod matches;
mod only_in;
mod order;
mod reach;
mod receiver;
mod scope;

use schema::model::{Event, Invariant, InvariantKind, MemberName, Spec};

use crate::comparison::Comparison;
use crate::finding::Finding;

/// Judges every stated invariant.
pub(crate) fn check(comparison: &Comparison<'_>) -> Vec<Finding> {
    comparison
        .spec
        .invariants
        .iter()
        .flat_map(|invariant| one(comparison, invariant))
        .collect()
}

fn one(comparison: &Comparison<'_>, invariant: &Invariant) -> Vec<Finding> {
    let ctx = Ctx {
        comparison,
        invariant,
    };
    match &invariant.kind {
        InvariantKind::WritesOnlyIn(only) => only_in::check(&ctx, only, only_in::Use::Write),
        InvariantKind::ReadsOnlyIn(only) => only_in::check(&ctx, only, only_in::Use::Read),
        InvariantKind::EveryTest(test) => every_test::check(&ctx, test),
        InvariantKind::Order(order) => order::check(&ctx, order),
        InvariantKind::Guarded { pattern, by, scope } => guarded::check(&ctx, pattern, by, scope),
        InvariantKind::Matches {
            patterns,
            scope,
            least,
            most,
        } => matches::check(&ctx, patterns, scope, *least, *most),
        InvariantKind::Calls { from, to, steps } => calls::check(&ctx, from, to, *steps),
        InvariantKind::Config {
            pattern,
            scope,
            under,
        } => config::check(&ctx, pattern, scope, under.as_deref()),
    }
}

/// One invariant in one comparison.
pub(crate) struct Ctx<'a> {
    pub(crate) comparison: &'a Comparison<'a>,
    pub(crate) invariant: &'a Invariant,
}

impl Ctx<'_> {
    pub(crate) fn violated(&self, message: impl Into<String>) -> Finding {
        Finding::violated(&self.invariant.id, message)
    }

    pub(crate) fn holds(&self, message: impl Into<String>) -> Finding {
        Finding::holds(&self.invariant.id, message)
    }

    pub(crate) fn unknown(&self, message: impl Into<String>) -> Finding {
        Finding::unknown(&self.invariant.id, message)
    }

    /// Files that could not be read, where a claim about the whole tree was to be made.
    pub(crate) fn unreadable(&self) -> Vec<Finding> {
        self.comparison
            .word_index
            .unreadable()
            .into_iter()
            .map(|(path, reason)| {
                self.unknown(format!("the file could not be read: {reason}"))
                    .in_file(path)
            })
            .collect()
    }
}

/// The words that the invariants will ask the whole tree for.
pub(crate) fn words(spec: &Spec) -> Vec<String> {
    let mut words = Vec::new();
    for invariant in &spec.invariants {
        match &invariant.kind {
            InvariantKind::WritesOnlyIn(only) | InvariantKind::ReadsOnlyIn(only) => {
                words.push(only.member.member.clone());
            }
            InvariantKind::Order(order) => {
                for event in [&order.first, &order.then] {
                    if let Event::Writes(MemberName { member, .. })
                    | Event::Reads(MemberName { member, .. }) = event
                    {
                        words.push(member.clone());
                    }
                }
                if order.files.is_empty() {
                    words.push(order.function.clone());
                }
            }
            InvariantKind::EveryTest(test) => {
                words.extend(scope::word_to_scan(&test.tests, &test.scope));
            }
            InvariantKind::Matches {
                patterns, scope, ..
            } => words.extend(scope::word_to_scan(patterns, scope)),
            InvariantKind::Guarded { pattern, scope, .. }
            | InvariantKind::Config { pattern, scope, .. } => {
                words.extend(scope::word_to_scan(std::slice::from_ref(pattern), scope));
            }
            InvariantKind::Calls { from, to, .. } => words.extend([from.clone(), to.clone()]),
        }
    }
    words
}
