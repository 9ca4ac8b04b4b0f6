//! `count`: the pattern matches this often in the scope.

use schema::model::Count;

use super::scope::word_to_scan;
use super::{Ctx, matches};
use crate::finding::Finding;

/// The words that the whole tree is asked for.
pub(super) fn words(count: &Count) -> Vec<String> {
    word_to_scan(&count.patterns, &count.scope)
}

pub(super) fn check(ctx: &Ctx<'_>, count: &Count) -> Vec<Finding> {
    matches::check(
        ctx,
        &count.patterns,
        &count.scope,
        count.count,
        Some(count.count),
    )
}
