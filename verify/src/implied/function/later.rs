//! A function of a tree as it is that a later patch of the series changes: it is as declared where the later changes, made in the
//! declared text, give what is there.
//!
//! The declared text is put where the function is, as if the later patch were not there yet, and what makes the difference is
//! judged as a patch is: by the later changes, and by the tokens that none of them accounts for. Nothing is rendered.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use query::File;
use schema::model::{Change, ChangeKind, Frame, Function, Patch, Sites, Spec};
use syntax::items::Function as Definition;
use trees::{Overlay, ParsedTree};

use super::words;
use crate::comparison::Comparison;
use crate::implied::Ctx;
use crate::includes::KnownIncludes;
use crate::judge;
use crate::word_index::WordIndex;

/// The ids of the changes that make of the declared function what the tree has; none where they do not.
pub(super) fn makes(
    ctx: &Ctx<'_>,
    kind: &Function,
    file: &File,
    definition: &Definition,
) -> Option<Vec<String>> {
    let comparison = ctx.comparison;
    if comparison.before.is_some() {
        return None;
    }
    let changes = later(ctx, kind, file);
    let first = changes.first()?;
    let mut patches = comparison.spec.patches.iter();
    let has_it = |patch: &&Patch| patch.changes.iter().any(|change| change.id == first.id);
    let patch = patches.find(has_it)?;
    let ids = changes.iter().map(|change| change.id.clone()).collect();
    let own = Spec {
        patches: vec![Patch {
            changes,
            ..patch.clone()
        }],
        invariants: Vec::new(),
        frame: Frame::Closed,
        ..comparison.spec.clone()
    };
    let range = range(kind, file, definition)?;
    let mut bytes = file.written().get(..range.start)?.to_vec();
    bytes.extend_from_slice(kind.define.trim().as_bytes());
    bytes.extend_from_slice(file.written().get(range.end..)?);
    let path = file.path().clone();
    let files = BTreeMap::from([(path.clone(), Some(Arc::from(bytes)))]);
    let before = Overlay::new(Arc::clone(comparison.after.tree()), files);
    let step = Comparison {
        spec: &own,
        before: Some(Arc::new(ParsedTree::new(Arc::new(before)))),
        after: Arc::clone(&comparison.after),
        touched: [path].into(),
        word_index: Arc::default(),
        header_index: WordIndex::default(),
        known_includes: KnownIncludes::default(),
    };
    judge::makes_the_difference(&step).then_some(ids)
}

/// What later patches change in the function alone.
fn later(ctx: &Ctx<'_>, kind: &Function, file: &File) -> Vec<Change> {
    let patches = &ctx.comparison.spec.patches;
    let own = patches
        .iter()
        .position(|patch| patch.changes.iter().any(|one| one.id == ctx.change.id));
    let behind = own.and_then(|own| patches.get(own + 1..));
    let changes = behind
        .into_iter()
        .flatten()
        .flat_map(|patch| &patch.changes);
    let own = changes.filter_map(|change| confined(change, &kind.name));
    own.filter(|change| change.forms().all(|form| form.files.contains(file.path())))
        .collect()
}

/// A change as far as it is in the function: where it names others too, or none, how many sites are here is not said.
fn confined(change: &Change, name: &str) -> Option<Change> {
    let mut change = change.clone();
    let forms = std::iter::once(&mut change.body).chain(&mut change.instead);
    let mut is_of_more = false;
    for form in forms {
        let functions = match &mut form.kind {
            ChangeKind::Rewrite(kind) => &mut kind.functions,
            ChangeKind::Test(kind) => &mut kind.functions,
            ChangeKind::Insert(kind) => &mut kind.functions,
            ChangeKind::Assign(kind) => &mut kind.functions,
            ChangeKind::Guard(kind) => &mut kind.functions,
            ChangeKind::Delete(kind) => &mut kind.functions,
            ChangeKind::Hunk(kind) => &mut kind.functions,
            _ => return None,
        };
        if !functions.is_empty() && !functions.iter().any(|known| known == name) {
            return None;
        }
        is_of_more |= functions.is_empty();
        *functions = vec![name.to_owned()];
    }
    if is_of_more && change.sites != Sites::One {
        change.sites = Sites::All;
    }
    Some(change)
}

/// The definition, with what is declared before and behind it, which has to be there.
fn range(kind: &Function, file: &File, definition: &Definition) -> Option<Range<usize>> {
    let want = words(kind.define.as_bytes());
    let have = words(file.bytes());
    let is_in = |range: &Range<usize>| {
        definition.range.start <= range.start && range.end <= definition.range.end
    };
    let first = have.iter().position(|(range, _)| is_in(range))?;
    let last = have.iter().rposition(|(range, _)| is_in(range))?;
    let open = have.get(first..=last)?.first()?.1.clone();
    let before = want.iter().position(|(_, text)| *text == open)?;
    let close = want.iter().rposition(|(_, text)| text == "}")?;
    let behind = want.len() - 1 - close;
    let start = first.checked_sub(before)?;
    let end = last + behind;
    let same = |have: &[(Range<usize>, String)], want: &[(Range<usize>, String)]| {
        have.len() == want.len() && have.iter().zip(want).all(|(a, b)| a.1 == b.1)
    };
    let is_there = same(have.get(start..first)?, want.get(..before)?)
        && same(have.get(last + 1..=end)?, want.get(close + 1..)?);
    is_there.then_some(have.get(start)?.0.start..have.get(end)?.0.end)
}
