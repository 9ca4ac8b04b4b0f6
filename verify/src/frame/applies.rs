//! The patches apply in order, with no fuzz; an offset is noted, as `git am` does.

use std::sync::Arc;

use trees::Tree;
use trees::apply::{ApplyFaultKind, ApplyNoteKind, apply_noting};

use super::Named;
use crate::finding::{Finding, Verdict};

const NAME: &str = "frame/applies";

/// The trees after each mail with a diff.
type States = Vec<Arc<dyn Tree>>;

/// Applies the mails one on another; gives the trees after each, and what there is to say of it.
///
/// # Errors
/// Why the first mail that does not apply does not.
pub(crate) fn check(
    tree: &Arc<dyn Tree>,
    mails: &[Named<'_>],
) -> Result<(States, Vec<Finding>), Vec<Finding>> {
    let mut states = States::new();
    let mut findings = Vec::new();
    for named in mails.iter().filter(|named| named.has_diff()) {
        let last = states.last().unwrap_or(tree);
        let applied = apply_noting(last, &named.mail.diff).map_err(|faults| {
            let faults = faults.into_iter().map(|fault| {
                // What could not be read is not known to be wrong.
                let verdict = match fault.kind {
                    ApplyFaultKind::Unreadable => Verdict::Unknown,
                    _ => Verdict::Violated,
                };
                Finding::new(NAME, verdict, fault.to_string())
                    .in_file(&named.name)
                    .at_line(fault.line)
            });
            faults.collect::<Vec<_>>()
        })?;
        let offsets = applied
            .notes
            .iter()
            .filter(|note| note.kind == ApplyNoteKind::Offset);
        findings.extend(offsets.map(|note| {
            Finding::holds(NAME, format!("note: {}: {}", note.path, note.message))
                .in_file(&named.name)
                .at_line(note.line)
        }));
        states.push(Arc::new(applied.overlay));
    }
    if states.is_empty() {
        return Err(vec![Finding::violated(NAME, "no mail has a diff")]);
    }
    let offsets = match findings.len() {
        0 => "and no offset".to_owned(),
        1 => "1 hunk at an offset".to_owned(),
        n => format!("{n} hunks at an offset"),
    };
    let joint = if findings.is_empty() { " " } else { ", " };
    let message = match states.len() {
        1 => format!("the patch applies with no fuzz{joint}{offsets}"),
        n => format!("{n} patches apply in order with no fuzz{joint}{offsets}"),
    };
    findings.push(Finding::holds(NAME, message));
    Ok((states, findings))
}
