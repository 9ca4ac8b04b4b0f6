//! Edits beside the declared ones, where the spec allows them.

use schema::model::{Frame, Spec};

use crate::finding::{Finding, Verdict};

/// What no change declares: a note, where the spec allows such edits.
pub(crate) fn beside(spec: &Spec, finding: Finding) -> Finding {
    match (spec.frame, finding.verdict) {
        (Frame::Open, Verdict::Violated) => Finding {
            verdict: Verdict::Holds,
            message: format!("note: {}", finding.message),
            ..finding
        },
        _ => finding,
    }
}
