//! `--explain`: why an anchor does not resolve. The anchor beside what is most like it in the tree, word by word; and, of a
//! revision of a repository, the commit since which it does not.

mod moved;
mod words;

use std::fmt::Write as _;

use generator::{FailureKind, NearMiss, Problem};
use query::pattern::Pattern;
use schema::model::{Beside, Change, ChangeKind, InsertPlace, Spec};

pub(crate) use moved::Past;

use crate::text::escape;

/// What is said of a change that has no site; nothing where there is nothing to say.
pub(crate) fn page(spec: &Spec, problem: &Problem, past: Option<&Past>) -> String {
    let mut page = String::new();
    let change = spec.changes().find(|change| change.id == problem.change);
    let Some(change) = change.filter(|_| problem.kind == FailureKind::Drift) else {
        return page;
    };
    let anchors = anchors(change);
    for near in &problem.near {
        if let Some((then, now)) = compared(&anchors, near) {
            let _ = write!(
                page,
                "  then: {}\n  now:  {}    {}:{}\n",
                escape(&then),
                escape(&now),
                escape(&near.file),
                near.line
            );
        }
    }
    if let Some(past) = past {
        let _ = writeln!(page, "  {}", escape(&past.of(spec, change, problem)));
    }
    page
}

/// The anchor that a place is most like, and the place, each with what the other has not marked as `git diff --word-diff`
/// marks it. None: it is like none, or differs in nothing that can be shown.
fn compared(anchors: &[String], near: &NearMiss) -> Option<(String, String)> {
    let now = words::of(&near.text);
    let ratio = |anchor: &&String| words::likeness(&words::of(anchor), &now);
    let best = anchors
        .iter()
        .max_by(|a, b| ratio(a).total_cmp(&ratio(b)))
        .filter(|anchor| ratio(anchor) > 0.0)?;
    Some(words::marked(&words::of(best), &now))
}

/// The texts that a change is found by.
fn anchors(change: &Change) -> Vec<String> {
    let texts = |patterns: &[Pattern]| -> Vec<String> {
        patterns.iter().map(|it| it.text().to_owned()).collect()
    };
    let beside = |beside: &Option<Beside<String>>| -> Vec<String> {
        let anchors = beside.iter().flat_map(|beside| &beside.anchors);
        anchors.cloned().collect()
    };
    let of = |kind: &ChangeKind| match kind {
        ChangeKind::Assign(assign) => texts(&assign.beside.anchors),
        ChangeKind::Test(test) => texts(&test.tests),
        ChangeKind::Split(split) => [texts(&split.tests), texts(&split.before)].concat(),
        ChangeKind::Rewrite(rewrite) => texts(&rewrite.patterns),
        ChangeKind::Guard(guard) => texts(&guard.statements),
        ChangeKind::Insert(insert) => match &insert.place {
            InsertPlace::Beside(beside) => texts(&beside.anchors),
            InsertPlace::Label(labels) => labels.clone(),
            InsertPlace::Start | InsertPlace::End => Vec::new(),
        },
        ChangeKind::Member(member) => beside(&member.beside),
        ChangeKind::Field(field) => beside(&field.beside),
        ChangeKind::Include(include) => beside(&include.beside),
        ChangeKind::Macro(define) => define.beside.anchors.clone(),
        ChangeKind::Function(function) => beside(&function.beside),
        _ => Vec::new(),
    };
    change.forms().flat_map(|body| of(&body.kind)).collect()
}
