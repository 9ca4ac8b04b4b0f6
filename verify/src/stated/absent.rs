//! `absent`: the pattern matches nowhere in the scope.

use schema::model::Absent;

use super::scope::word_to_scan;
use super::{Ctx, matches};
use crate::finding::Finding;

/// The words that the whole tree is asked for.
pub(super) fn words(absent: &Absent) -> Vec<String> {
    word_to_scan(&absent.patterns, &absent.scope)
}

pub(super) fn check(ctx: &Ctx<'_>, absent: &Absent) -> Vec<Finding> {
    matches::check(ctx, &absent.patterns, &absent.scope, 0, Some(0))
}
