//! Declarations of a variable say the same: `extern` in a header, and what the file itself has.

use std::collections::BTreeSet;
use std::sync::Arc;

use query::File;
use syntax::items::Variable;

use super::Step;
use super::complaint::{Complaint, new_ones};
use super::shapes;
use super::signature::Spelt;
use super::snapshot::{Snapshot, is_of_each_build};
use super::visible::exclude_each_other;

/// The contradictions about `names` in what `file` sees, that the tree before has not.
pub(super) fn in_file(
    step: &Step<'_>,
    file: &Arc<File>,
    names: &BTreeSet<String>,
) -> Vec<Complaint> {
    let mut found = Vec::new();
    for name in names {
        let now = contradiction(&step.after, file, name);
        if now.is_none() {
            continue;
        }
        let before = step.before.file(file.path());
        let old = before.and_then(|before| contradiction(&step.before, &before, name));
        found.extend(new_ones(now, old));
    }
    found
}

fn contradiction(snapshot: &Snapshot<'_>, file: &Arc<File>, name: &str) -> Option<Complaint> {
    let own: Vec<&Variable> = declared(file, name).collect();
    own.first()?;
    let closure = snapshot.closure(file.path());
    let headers = snapshot.headers_known_with(name).unwrap_or_default();
    let mut seen: Vec<(Arc<File>, Variable)> = Vec::new();
    for path in headers {
        let is_seen = closure.files.contains(&path) && is_of_each_build(file.path(), &path);
        if path == *file.path() || !is_seen {
            continue;
        }
        let Some(header) = snapshot.file(&path) else {
            continue;
        };
        if header.macros().iter().any(|known| known.name == name) {
            return None;
        }
        // What the build may leave out of a header says nothing for sure.
        let sure = declared(&header, name).filter(|one| one.conditions.is_empty());
        seen.extend(sure.map(|one| (Arc::clone(&header), one.clone())));
    }
    let is_macro = file.macros().iter().any(|known| known.name == name);
    for later in own.into_iter().filter(|_| !is_macro) {
        let wrong = seen.iter().find_map(|(home, earlier)| {
            let why = differs(snapshot, (home, earlier), (file, later))?;
            Some((home, earlier, why))
        });
        // `#define level other_level`: another variable is meant.
        if let Some((home, earlier, why)) = wrong.filter(|_| snapshot.alias(file, name).is_none()) {
            let place = format!("{}:{}", home.path(), home.line_of(earlier.name_range.start));
            return Some(Complaint::violated(
                format!("variable:{}:{name}", file.path()),
                file,
                later.name_range.start,
                format!("the variable `{name}` contradicts {place}: {why}"),
            ));
        }
        seen.push((Arc::clone(file), later.clone()));
    }
    None
}

/// What the file declares as a variable of that name at its own level.
fn declared<'f>(file: &'f File, name: &'f str) -> impl Iterator<Item = &'f Variable> {
    let all = file.variables().iter().filter(move |one| one.name == name);
    all.filter(|one| {
        let at = one.name_range.start;
        !file.is_dead(at)
            && file.function_at(at).is_none()
            && file.unread_near(&one.name_range).is_none()
    })
}

fn differs(
    snapshot: &Snapshot<'_>,
    (home, earlier): (&Arc<File>, &Variable),
    (file, later): (&Arc<File>, &Variable),
) -> Option<&'static str> {
    if exclude_each_other(&earlier.conditions, &later.conditions) {
        return None;
    }
    if later.is_static && !earlier.is_static {
        return Some("`static` here and not there");
    }
    let (one, other) = (
        Spelt::of_text(&earlier.type_text),
        Spelt::of_text(&later.type_text),
    );
    let of_elements = earlier.array.is_empty() == later.array.is_empty() && one.differs(&other);
    let places = (
        (home, earlier.name_range.start),
        (file, later.name_range.start),
    );
    let is_other = of_elements || shapes::are_different(snapshot, places.0, places.1, &later.name);
    is_other.then_some("another type there")
}
