//! One module a change kind: what its anchors mean.
//!
//! `find` of each gives the sites as its kind has them; `offsets` gives where they are, and `made` says that the change
//! is there already, which only a tree that the change is still to be made in can be asked.

use query::pattern::Match;
use schema::model::{ChangeBody, ChangeKind};

use crate::resolver::Resolver;
use crate::unresolved::Unresolved;

macro_rules! anchors {
    ($($module:ident: $Kind:ident => $name:literal,)+) => {
        $(pub mod $module;)+

        /// Where the sites of a form are.
        pub(crate) fn offsets(
            resolver: &Resolver<'_>,
            body: &ChangeBody,
        ) -> Result<Vec<usize>, Unresolved> {
            match &body.kind {
                $(ChangeKind::$Kind(kind) => $module::offsets(resolver, kind),)+
            }
        }

        /// Whether a form is made already.
        pub(crate) fn made(
            resolver: &Resolver<'_>,
            body: &ChangeBody,
        ) -> Result<Option<Unresolved>, Unresolved> {
            match &body.kind {
                $(ChangeKind::$Kind(kind) => $module::made(resolver, body, kind),)+
            }
        }
    };
}
schema::for_each_kind!(anchors);

fn starts(found: &[Match]) -> Vec<usize> {
    found.iter().map(|found| found.range.start).collect()
}

/// What goes to the end of a file, or where the order wants it, has one site in any.
fn end_of(resolver: &Resolver<'_>) -> Vec<usize> {
    vec![resolver.file.bytes().len().saturating_sub(1)]
}
