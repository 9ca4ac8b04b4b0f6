//! `writes-only-in`: in the whole tree nobody else writes the member.

use schema::model::WritesOnlyIn;

use super::Ctx;
use super::only_in::{self, Use};
use crate::finding::Finding;

/// The words that the whole tree is asked for.
pub(super) fn words(only: &WritesOnlyIn) -> Vec<String> {
    vec![only.member.member.clone()]
}

pub(super) fn check(ctx: &Ctx<'_>, only: &WritesOnlyIn) -> Vec<Finding> {
    only_in::check(ctx, &only.member, &only.functions, Use::Write)
}
