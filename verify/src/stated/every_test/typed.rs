//! Which objects a typed test can mean: of `$(D: struct dev *)->on` a `struct dev`, and what is of a type that is not known.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use query::pattern::{Fragment, Pattern};
use schema::model::EveryTest;

use super::member_of;
use crate::stated::Ctx;
use crate::stated::scope::{Hit, Hits, find};

/// The members that only typed receivers are asked for, each with what may be one of them.
#[derive(Default)]
pub(super) struct Objects {
    members: BTreeMap<String, Hits>,
}

impl Objects {
    /// What the tests of a claim mean.
    pub(super) fn of(ctx: &Ctx<'_>, every: &EveryTest) -> Self {
        let mut types: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
        for text in every.tests.iter().map(Pattern::text) {
            if let Some(member) = member_of(text) {
                types.entry(member).or_default().insert(receiver(text));
            }
        }
        let isomorphisms = &ctx.comparison.spec.isomorphisms;
        let mut members = BTreeMap::new();
        for (member, types) in types {
            let patterns = types.iter().map(|name| {
                let text = format!("$(OBJECT: {}).{member}", (*name)?);
                Pattern::compile(&text, Fragment::Expression, isomorphisms).ok()
            });
            // One test without a type means any object.
            if let Some(patterns) = patterns.collect::<Option<Vec<Pattern>>>() {
                members.insert(member.to_owned(), find(ctx, &patterns, &every.scope));
            }
        }
        Self { members }
    }

    /// Whether an access is one of an object that is meant, as far as is known.
    pub(super) fn may_have(&self, hit: &Hit) -> bool {
        let text = hit.file.text(hit.found.range.clone());
        let Some(known) = member_of(&text).and_then(|member| self.members.get(member)) else {
            return true;
        };
        let path = hit.file.path();
        let is_same = |range: &Range<usize>| *range == hit.found.range;
        let mut hits = known.hits.iter();
        if hits.any(|one| one.file.path() == path && is_same(&one.found.range)) {
            return true;
        }
        let line = hit.file.line_of(hit.found.range.start);
        known.unknown.iter().any(|finding| {
            let is_of_file = finding
                .file
                .as_deref()
                .is_none_or(|file| file == path.as_str());
            is_of_file && finding.line.is_none_or(|at| at == line)
        })
    }
}

/// The type of what `$(D: struct dev *)` points to in `$(D: struct dev *)->on …`, where the test begins so and has no other
/// member.
fn receiver(test: &str) -> Option<&str> {
    let (head, behind) = test.trim_start_matches(['(', '!', ' ']).split_once("->")?;
    let (_, name) = head
        .trim()
        .strip_prefix("$(")?
        .strip_suffix(')')?
        .split_once(':')?;
    let name = name.trim().strip_suffix('*')?.trim();
    let is_plain = name
        .bytes()
        .all(|byte| byte == b'_' || byte == b' ' || byte.is_ascii_alphanumeric());
    (is_plain && !name.is_empty() && !behind.contains("->") && !behind.contains('.'))
        .then_some(name)
}

#[cfg(test)]
mod tests {
    use super::receiver;

    #[test]
    fn what_a_typed_receiver_points_to() {
        assert_eq!(receiver("$(D: struct dev *)->on & ON"), Some("struct dev"));
        assert_eq!(receiver("!$(D: dev_t *)->on"), Some("dev_t"));
        for text in [
            "$D->on",
            "$(D: struct dev **)->on",
            "$(D: struct dev *)->sub->on",
            "$(D: ident)->on",
            "f($(D: struct dev *)->on)",
        ] {
            assert_eq!(receiver(text), None, "{text}");
        }
    }
}
