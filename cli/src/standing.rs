//! How a spec stands to a tree: landed, superseded, renders, drifted, violated or unknown.

use std::sync::Arc;

use generator::FailureKind;
use schema::model::{Series, Spec};
use trees::{ParsedTree, Tree};
use verify::Verdict;

use crate::error::{CommandError, Status};

/// The word for a spec that a tree does not need any more.
const SUPERSEDED: &str = "superseded";
/// The word for a spec that a tree has.
const LANDED: &str = "landed";

/// How a spec stands to a tree.
pub(crate) struct Standing {
    /// One of the words above, or `unusable`.
    pub(crate) word: &'static str,
    pub(crate) status: Status,
    /// Why, in a sentence.
    pub(crate) detail: String,
}

impl Standing {
    /// As a verdict of a report.
    pub(crate) fn verdict(&self) -> Verdict {
        match self.status {
            Status::Good => Verdict::Holds,
            Status::Bad => Verdict::Violated,
            Status::Unusable | Status::Unknown => Verdict::Unknown,
        }
    }

    /// For the worst of many: what is disproved weighs more than what is unknown, as in a report.
    pub(crate) fn severity(&self) -> u8 {
        match self.status {
            Status::Good => 0,
            Status::Unknown => 1,
            Status::Bad => 2,
            Status::Unusable => 3,
        }
    }
}

/// Judges each spec against the tree, in their order. A version of a series of which a later one among them has landed
/// is superseded, whatever else it is.
///
/// # Errors
/// The rendered series cannot be written or read back.
pub(crate) fn of_all(specs: &[&Spec], tree: &Arc<dyn Tree>) -> Result<Vec<Standing>, CommandError> {
    let mut standings = specs
        .iter()
        .map(|spec| judge(spec, tree))
        .collect::<Result<Vec<_>, _>>()?;
    let landed: Vec<&Series> = specs
        .iter()
        .zip(&standings)
        .filter(|(_, standing)| standing.word == LANDED)
        .map(|(spec, _)| &spec.series)
        .collect();
    for (spec, judged) in specs.iter().zip(&mut standings) {
        let series = &spec.series;
        let later = landed
            .iter()
            .find(|other| other.name == series.name && other.version > series.version);
        if let Some(later) = later.filter(|_| judged.word != LANDED) {
            let detail = format!("version {} has landed", later.version);
            *judged = standing(SUPERSEDED, Status::Good, detail);
        }
    }
    Ok(standings)
}

fn judge(spec: &Spec, tree: &Arc<dyn Tree>) -> Result<Standing, CommandError> {
    let landed = verify::judge_landed(spec, tree.clone());
    if landed.verdict == Verdict::Holds {
        return Ok(standing(
            LANDED,
            Status::Good,
            "the tree has what the spec declares",
        ));
    }
    if let Some(detail) = superseded(spec, tree) {
        return Ok(standing(SUPERSEDED, Status::Good, detail));
    }
    match generator::render(spec, &ParsedTree::new(tree.clone())) {
        Ok(rendered) => verified(spec, tree, &rendered),
        Err(failure) => {
            let detail = failure
                .problems
                .first()
                .map_or_else(String::new, |problem| {
                    problem
                        .to_string()
                        .lines()
                        .next()
                        .unwrap_or_default()
                        .to_owned()
                });
            Ok(match failure.kind {
                FailureKind::Present => standing(
                    "violated",
                    Status::Bad,
                    format!("in the tree, and not as declared: {detail}"),
                ),
                FailureKind::Drift => standing("drifted", Status::Bad, detail),
                FailureKind::Unread => standing("unknown", Status::Unknown, detail),
                FailureKind::Tree | FailureKind::Spec => {
                    standing("unusable", Status::Unusable, detail)
                }
            })
        }
    }
}

/// What took the series' place, where the tree is proved to have it.
fn superseded(spec: &Spec, tree: &Arc<dyn Tree>) -> Option<String> {
    let report = verify::judge_superseded(spec, tree.clone())?;
    if report.verdict != Verdict::Holds {
        return None;
    }
    let told = spec.superseded.iter().map(|stated| {
        let reason = stated.reason.trim();
        if reason.is_empty() {
            &stated.id
        } else {
            reason
        }
    });
    Some(told.collect::<Vec<_>>().join(" "))
}

/// The verifier sees what is on disk, here as everywhere.
fn verified(
    spec: &Spec,
    tree: &Arc<dyn Tree>,
    rendered: &generator::Rendered,
) -> Result<Standing, CommandError> {
    let scratch = tempfile::tempdir()?;
    let folder = generator::write(rendered, scratch.path()).map_err(CommandError::unusable)?;
    let (mails, names) = crate::mails::read(&crate::mails::in_folder(&folder)?)?;
    let report = verify::judge_named(spec, tree.clone(), &mails, &names);
    let bad = report
        .findings
        .iter()
        .find(|finding| finding.verdict == report.verdict);
    let detail = bad.map_or_else(String::new, |finding| finding.message.clone());
    Ok(match report.verdict {
        Verdict::Holds => standing(
            "renders",
            Status::Good,
            format!(
                "{} files, {} insertions, {} deletions, and holds",
                rendered.manifest.files.len(),
                rendered.manifest.insertions,
                rendered.manifest.deletions
            ),
        ),
        Verdict::Violated => standing("violated", Status::Bad, detail),
        Verdict::Unknown => standing("unknown", Status::Unknown, detail),
    })
}

fn standing(word: &'static str, status: Status, detail: impl Into<String>) -> Standing {
    Standing {
        word,
        status,
        detail: detail.into(),
    }
}
