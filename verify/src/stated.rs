//! The invariants that a spec states, judged on the tree after: one module an invariant, called as specs call it
//! (`schema::for_each_invariant!`). The others are what those ask: `matches` counts, `scope` says which files, `receiver`
//! whose member it is, `macros` what macros hand on, `reach` who calls whom, `subjects` what a claim is about.

mod configurations;
pub(crate) mod macros;
mod matches;
mod only_in;
mod reach;
mod receiver;
mod scope;
mod subjects;

use schema::model::{Invariant, InvariantKind, ReadsOnlyIn, Spec, WritesOnlyIn};

use crate::comparison::Comparison;
use crate::finding::Finding;

/// Judges every stated invariant.
pub(crate) fn check(comparison: &Comparison<'_>) -> Vec<Finding> {
    let last_uses = receiver::LastUses::default();
    comparison
        .spec
        .invariants
        .iter()
        .flat_map(|invariant| one(comparison, invariant, &last_uses))
        .collect()
}

macro_rules! judgements {
    ($($module:ident: $Claim:ident => $name:literal,)+) => {
        $(mod $module;)+

        fn one(
            comparison: &Comparison<'_>,
            invariant: &Invariant,
            last_uses: &receiver::LastUses,
        ) -> Vec<Finding> {
            let ctx = Ctx {
                comparison,
                invariant,
                last_uses,
            };
            let findings = match &invariant.kind {
                $(InvariantKind::$Claim(claim) => $module::check(&ctx, claim),)+
            };
            subjects::checked(&ctx, findings)
        }

        /// The words that the invariants will ask the whole tree for.
        pub(crate) fn words(spec: &Spec) -> Vec<String> {
            let kinds = spec.invariants.iter().map(|invariant| &invariant.kind);
            kinds
                .flat_map(|kind| {
                    let mut words = subjects::words(kind);
                    words.extend(match kind {
                        $(InvariantKind::$Claim(claim) => $module::words(claim),)+
                    });
                    words
                })
                .collect()
        }
    };
}
schema::for_each_invariant!(judgements);

/// The records of whose members every use in the tree will be asked for.
pub(crate) fn records(spec: &Spec) -> Vec<String> {
    let kinds = spec.invariants.iter().map(|invariant| &invariant.kind);
    let members = kinds.filter_map(|kind| match kind {
        InvariantKind::WritesOnlyIn(WritesOnlyIn { member, .. })
        | InvariantKind::ReadsOnlyIn(ReadsOnlyIn { member, .. }) => Some(member.record.clone()),
        _ => None,
    });
    members.collect()
}

/// One invariant in one comparison.
pub(crate) struct Ctx<'a> {
    pub(crate) comparison: &'a Comparison<'a>,
    pub(crate) invariant: &'a Invariant,
    /// What the invariant before may have found already.
    last_uses: &'a receiver::LastUses,
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

    /// The finding, said by this invariant.
    fn of_this(&self, finding: Finding) -> Finding {
        Finding {
            invariant: self.invariant.id.clone(),
            ..finding
        }
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
