//! Definitions and prototypes of a function say the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use query::File;

use super::Step;
use super::complaint::{Complaint, new_ones};
use super::signature::{Form, Signature, contradiction, signatures};
use super::snapshot::Snapshot;
use super::visible::exclude_each_other;

/// The contradictions about `names` in what `file` sees, that the tree before has not.
pub(super) fn in_file(
    step: &Step<'_>,
    file: &Arc<File>,
    names: &BTreeSet<String>,
) -> Vec<Complaint> {
    let before = step.before.file(file.path());
    let mut found = Vec::new();
    for name in names {
        let now = contradictions(&step.after, file, name);
        if now.is_empty() {
            continue;
        }
        let before = before.iter();
        let old = before.flat_map(|before| contradictions(&step.before, before, name));
        found.extend(new_ones(now, old));
    }
    found
}

fn contradictions(snapshot: &Snapshot<'_>, file: &Arc<File>, name: &str) -> Vec<Complaint> {
    let own = signatures(file, name);
    if own.iter().all(|one| one.form == Form::Macro) {
        return Vec::new();
    }
    let header = snapshot.callable_header(file, name);
    // A header that the file does not see declares a namesake.
    let header =
        header.filter(|header| snapshot.closure(file.path()).files.contains(header.path()));
    let mut seen: Vec<(Arc<File>, Signature)> = Vec::new();
    if let Some(header) = &header {
        seen.extend(
            signatures(header, name)
                .into_iter()
                .map(|one| (Arc::clone(header), one)),
        );
    }
    seen.extend(own.into_iter().map(|one| (Arc::clone(file), one)));
    let mut found = Vec::new();
    for (index, (home, later)) in seen.iter().enumerate() {
        if home.path() != file.path() {
            continue;
        }
        let wrong = seen.iter().take(index).find_map(|(other, earlier)| {
            let why = contradiction(earlier, later).or_else(|| linkage(earlier, later))?;
            Some((other, earlier, why))
        });
        if let Some((other, earlier, why)) = wrong {
            let what = match later.form {
                Form::Definition => "definition",
                _ => "prototype",
            };
            let place = format!("{}:{}", other.path(), other.line_of(earlier.at));
            found.push(Complaint::violated(
                format!("types:{}:{name}", file.path()),
                file,
                later.at,
                format!("the {what} of {name}() contradicts {place}: {why}"),
            ));
        }
    }
    found
}

/// `static` behind a declaration that is not.
fn linkage(earlier: &Signature, later: &Signature) -> Option<String> {
    let is_wrong = later.is_static
        && !earlier.is_static
        && earlier.form != Form::Macro
        && !exclude_each_other(&earlier.conditions, &later.conditions);
    is_wrong.then(|| "`static` here and not there".to_owned())
}
