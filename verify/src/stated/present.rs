//! `present`: the pattern matches at least once in the scope.

use schema::model::Present;

use super::scope::word_to_scan;
use super::{Ctx, matches};
use crate::finding::Finding;

/// The words that the whole tree is asked for.
pub(super) fn words(present: &Present) -> Vec<String> {
    word_to_scan(&present.patterns, &present.scope)
}

pub(super) fn check(ctx: &Ctx<'_>, present: &Present) -> Vec<Finding> {
    matches::check(ctx, &present.patterns, &present.scope, 1, None)
}
