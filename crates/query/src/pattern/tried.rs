//! The forms of a pattern as one: tried in order, each place taken by the first that matches there.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::form::Form;
use super::{Bindings, Doubt, Matches, NearMiss};

/// The answers of all forms as one.
pub(super) fn in_order(forms: &[Form], ask: impl Fn(&Form) -> Matches) -> Matches {
    if let [only] = forms {
        return ask(only);
    }
    let mut all = Matches::default();
    let mut places = BTreeSet::new();
    // Where runs of statements begin: of two that do at one place, the longer alternative leaves the shorter one nothing.
    let mut runs = BTreeMap::new();
    for (number, form) in forms.iter().enumerate() {
        let answer = ask(form);
        let is_run = form.is_statements();
        for found in answer.found {
            let range = found.range.clone();
            let is_taken = is_run && runs.get(&range.start).is_some_and(|by| *by != number);
            if !is_taken && places.insert((range.start, range.end)) {
                all.found.push(found);
            }
            if is_run {
                runs.entry(range.start).or_insert(number);
            }
        }
        all.other.extend(answer.other);
        all.doubts.extend(answer.doubts);
    }
    let is_found = |doubt: &Doubt| {
        let range = doubt.range();
        matches!(doubt, Doubt::Untyped(_)) && places.contains(&(range.start, range.end))
    };
    all.doubts.retain(|doubt| !is_found(doubt));
    all.other
        .retain(|(other, _)| !places.contains(&(other.range.start, other.range.end)));
    all.found
        .sort_by_key(|found| (found.range.start, Reverse(found.range.end)));
    all.doubts
        .sort_by_key(|doubt| (doubt.range().start, doubt.range().end));
    all.doubts
        .dedup_by(|a, b| a.range() == b.range() && a.reason() == b.reason());
    all
}

/// The match by the first form that has one.
pub(super) fn first(
    forms: &[Form],
    ask: impl Fn(&Form) -> Result<Option<Bindings>, Doubt>,
) -> Result<Option<Bindings>, Doubt> {
    let mut doubt = None;
    for form in forms {
        match ask(form) {
            Ok(Some(bindings)) => return Ok(Some(bindings)),
            Ok(None) => {}
            Err(one) => doubt = doubt.or(Some(one)),
        }
    }
    doubt.map_or(Ok(None), Err)
}

/// The closest to any form, each place once, best first.
pub(super) fn nearest(
    forms: &[Form],
    limit: usize,
    ask: impl Fn(&Form) -> Vec<NearMiss>,
) -> Vec<NearMiss> {
    if let [only] = forms {
        return ask(only);
    }
    let mut all: Vec<NearMiss> = forms.iter().flat_map(ask).collect();
    all.sort_by(|a, b| {
        let place = |miss: &NearMiss| (miss.range.start, miss.range.end);
        b.score.total_cmp(&a.score).then(place(a).cmp(&place(b)))
    });
    let mut seen = BTreeSet::new();
    all.retain(|miss| seen.insert((miss.range.start, miss.range.end)));
    all.truncate(limit);
    all
}
