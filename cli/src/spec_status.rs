//! The status of a spec in a tree: landed, partly landed, superseded, renders, drifted, violated or unknown.

use std::sync::Arc;

use generator::{FailureKind, Problem, RenderFailure};
use schema::model::{Series, Spec};
use templates::Templates;
use trees::{ParsedTree, Tree};
use verify::Ground;
use verify::Verdict;
use verify::finding::{Finding, Report};
use verify::report::Outcome;

use crate::error::CommandError;
use crate::mailing;
use crate::mails::MailArgs;
use crate::text::counted;

/// The status of a spec in a tree, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// The tree has what the spec declares.
    Landed,
    /// The tree has some of the changes as declared, and the others could still be made.
    PartlyLanded,
    /// Something else took the series' place.
    Superseded,
    /// The series can be written for the tree, and holds.
    Renders,
    /// A change has no site.
    Drifted,
    /// The tree has a change otherwise than declared, or what renders does not hold.
    Violated,
    /// Something needed could not be read.
    Unknown,
    /// The spec or the tree is unusable.
    Unusable,
}

impl Word {
    /// As printed. Part of the JSON contract.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Landed => "landed",
            Self::PartlyLanded => "partly landed",
            Self::Superseded => "superseded",
            Self::Renders => "renders",
            Self::Drifted => "drifted",
            Self::Violated => "violated",
            Self::Unknown => "unknown",
            Self::Unusable => "unusable",
        }
    }

    /// The word that is printed so.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [
            Self::Landed,
            Self::PartlyLanded,
            Self::Superseded,
            Self::Renders,
            Self::Drifted,
            Self::Violated,
            Self::Unknown,
            Self::Unusable,
        ];
        all.into_iter().find(|word| word.as_str() == name)
    }

    /// What it means, for whoever reads a report.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Landed => "The tree has what the spec declares.",
            Self::PartlyLanded => {
                "The tree has some of the changes as declared, and not the others, which could still be made."
            }
            Self::Superseded => {
                "The tree has what the superseded tables of the spec describe, or a later version of the series."
            }
            Self::Renders => {
                "Not applied yet; the series can be written for the tree, and verifies."
            }
            Self::Drifted => "A change of the spec has no site in the tree.",
            Self::Violated => {
                "The tree has a change otherwise than declared, what renders is not what the spec declares, or a claim is violated."
            }
            Self::Unknown => "Something that the answer depends on could not be read.",
            Self::Unusable => "The spec or the tree cannot be used; nothing was judged.",
        }
    }

    /// What the exit status and the verdict of a report are by it.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self::Landed | Self::Superseded | Self::Renders => Outcome::Holds,
            Self::PartlyLanded | Self::Drifted | Self::Violated => Outcome::Violated,
            Self::Unknown => Outcome::Unknown,
            Self::Unusable => Outcome::Unusable,
        }
    }
}

/// The status of a spec in a tree, and why.
#[derive(Clone)]
pub(crate) struct SpecStatus {
    pub(crate) word: Word,
    /// Why, in a sentence.
    pub(crate) detail: String,
    /// All that is in the way, a line each, where that is more.
    pub(crate) all: Vec<String>,
}

impl SpecStatus {
    /// A status with what is said of it.
    pub(crate) fn new(word: Word, detail: impl Into<String>) -> Self {
        let (detail, all) = (detail.into(), Vec::new());
        Self { word, detail, all }
    }

    /// The spec or the tree is of no use.
    pub(crate) fn unusable(name: &str, why: &CommandError) -> Self {
        let line = why.line();
        // What it is about is said beside it.
        let reason = line.strip_prefix(&format!("{name}: "));
        SpecStatus::new(Word::Unusable, reason.unwrap_or(&line))
    }
}

/// Judges each spec against the tree, in their order. A version of a series of which a later one among them has landed
/// is superseded, whatever else it is. One that cannot be judged is unusable, and keeps none of the others from it.
pub(crate) fn of_all(specs: &[&Spec], tree: &Arc<dyn Tree>) -> Vec<SpecStatus> {
    let parsed = Arc::new(ParsedTree::new(Arc::clone(tree)));
    let ground = Ground::of_tree(Arc::clone(&parsed));
    ground.expect(specs.iter().copied());
    let judged = |spec: &&Spec| {
        judge(spec, &parsed, &ground).unwrap_or_else(|why| SpecStatus::unusable(&spec.origin, &why))
    };
    let mut statuses: Vec<SpecStatus> = specs.iter().map(judged).collect();
    let landed: Vec<&Series> = specs
        .iter()
        .zip(&statuses)
        .filter(|(_, spec_status)| spec_status.word == Word::Landed)
        .map(|(spec, _)| &spec.series)
        .collect();
    for (spec, judged) in specs.iter().zip(&mut statuses) {
        let series = &spec.series;
        let later = landed
            .iter()
            .find(|other| other.name == series.name && other.version > series.version);
        if let Some(later) = later.filter(|_| judged.word != Word::Landed) {
            let detail = format!("version {} has landed", later.version);
            *judged = SpecStatus::new(Word::Superseded, detail);
        }
    }
    statuses
}

fn judge(spec: &Spec, tree: &ParsedTree, ground: &Ground) -> Result<SpecStatus, CommandError> {
    let landed = ground.judge_as_it_is(spec);
    if spec.is_of_claims() {
        return Ok(of_claims(&landed));
    }
    if landed.verdict == Verdict::Holds {
        return Ok(SpecStatus::new(
            Word::Landed,
            "the tree has what the spec declares",
        ));
    }
    if let Some(superseded) = superseded(spec, ground) {
        return Ok(superseded);
    }
    let templates = Templates::shipped();
    let mailing = mailing::of(spec, &templates)?;
    match generator::render(spec, tree, &mailing) {
        Ok(rendered) => verified(spec, ground, &rendered),
        Err(failure) => Ok(refused(spec, &failure, &landed)),
    }
}

/// The status of a set of claims: there is no series that could still be written.
fn of_claims(report: &Report) -> SpecStatus {
    let detail = cause(report).unwrap_or_default();
    let status = match report.verdict {
        Verdict::Holds => SpecStatus::new(Word::Landed, "every claim holds"),
        Verdict::Violated => SpecStatus::new(Word::Violated, detail),
        Verdict::Unknown => SpecStatus::new(Word::Unknown, detail),
    };
    SpecStatus {
        all: open(report),
        ..status
    }
}

/// What it means that the series cannot be written; `landed` is what was found of it in the tree.
fn refused(spec: &Spec, failure: &RenderFailure, landed: &Report) -> SpecStatus {
    // The first problem may be a milder one: that a change is there already, where another has no site.
    let mut worst = failure.problems.iter();
    let worst = worst.find(|problem| problem.kind == failure.kind);
    let detail = worst.map(ToString::to_string).unwrap_or_default();
    let detail = detail.lines().next().unwrap_or_default();
    let lines = |problem: &Problem| {
        problem
            .to_string()
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let status = match failure.kind {
        FailureKind::Present if landed.verdict == Verdict::Unknown => {
            SpecStatus::new(Word::Unknown, cause(landed).unwrap_or_default())
        }
        FailureKind::Present => match partly_there(spec, failure, landed) {
            Some(there) => {
                let (there, missing) = (there.join(", "), failure.would_land.join(", "));
                let cause = cause(landed).unwrap_or_default();
                let detail = format!("in the tree: {there}; not in it: {missing}: {cause}");
                SpecStatus::new(Word::PartlyLanded, detail)
            }
            // What is wrong is not what is there, but what is missing.
            None => {
                let cause = cause(landed).unwrap_or_else(|| detail.to_owned());
                let detail = format!("in the tree, and not as declared: {cause}");
                SpecStatus::new(Word::Violated, detail)
            }
        },
        FailureKind::Drift => SpecStatus::new(Word::Drifted, detail),
        FailureKind::Unread | FailureKind::Tree => SpecStatus::new(Word::Unknown, detail),
        FailureKind::Spec | FailureKind::Template | FailureKind::Commit => {
            SpecStatus::new(Word::Unusable, detail)
        }
    };
    let all = match failure.kind {
        FailureKind::Present => open(landed),
        _ => failure.problems.iter().flat_map(lines).collect(),
    };
    SpecStatus { all, ..status }
}

/// The changes that the tree has as declared, where it has nothing of the others, and they could still be made. None: it has
/// none so, or one of them otherwise.
fn partly_there<'s>(
    spec: &'s Spec,
    failure: &RenderFailure,
    landed: &Report,
) -> Option<Vec<&'s str>> {
    let is_missing = |id: &str| failure.would_land.iter().any(|missing| missing == id);
    let ids = spec.changes().map(|change| change.id.as_str());
    let there: Vec<&str> = ids.filter(|id| !is_missing(id)).collect();
    let is_as_declared = |id: &&str| {
        let mut own = landed.findings.iter().filter(|finding| {
            let rest = finding.invariant.strip_prefix(*id);
            rest.is_some_and(|rest| rest.starts_with('/'))
        });
        own.clone().next().is_some() && own.all(|finding| finding.verdict == Verdict::Holds)
    };
    let is_partly = !there.is_empty() && !failure.would_land.is_empty();
    (is_partly && there.iter().all(is_as_declared)).then_some(there)
}

/// What does not hold, each with its place.
fn open(report: &Report) -> Vec<String> {
    let findings = report.findings.iter();
    let open = findings.filter(|finding| finding.verdict != Verdict::Holds);
    open.map(|finding| format!("{}: {}", finding.invariant, placed(finding)))
        .collect()
}

/// The first finding that makes a report what it is, with its place.
fn cause(report: &Report) -> Option<String> {
    let worst = || {
        let findings = report.findings.iter();
        findings.filter(|finding| finding.verdict == report.verdict)
    };
    // One that has a place says more.
    let placed = worst().find(|finding| finding.file.is_some());
    Some(self::placed(placed.or_else(|| worst().next())?))
}

/// A finding with its place.
fn placed(finding: &Finding) -> String {
    let message = &finding.message;
    match (&finding.file, finding.line) {
        (Some(file), Some(line)) => format!("{file}:{line}: {message}"),
        // Some messages begin with the file.
        (Some(file), None) if !message.starts_with(file) => format!("{file}: {message}"),
        _ => message.clone(),
    }
}

/// What took the series' place, where the tree is proved to have it; unknown, where that could not be read: nobody may call
/// for a series then. None: it has nothing of that kind.
fn superseded(spec: &Spec, ground: &Ground) -> Option<SpecStatus> {
    let report = ground.judge_superseded(spec)?;
    match report.verdict {
        Verdict::Violated => None,
        Verdict::Unknown => {
            let detail = format!("whether it is superseded: {}", cause(&report)?);
            Some(SpecStatus::new(Word::Unknown, detail))
        }
        Verdict::Holds => {
            let told = spec.superseded.iter().map(|stated| {
                let reason = stated.reason.trim();
                if reason.is_empty() {
                    &stated.id
                } else {
                    reason
                }
            });
            Some(SpecStatus::new(
                Word::Superseded,
                told.collect::<Vec<_>>().join(" "),
            ))
        }
    }
}

/// The verifier sees what is on disk, here as everywhere.
fn verified(
    spec: &Spec,
    ground: &Ground,
    rendered: &generator::Rendered,
) -> Result<SpecStatus, CommandError> {
    let scratch = tempfile::tempdir()?;
    let folder = generator::write(rendered, scratch.path()).map_err(CommandError::unusable)?;
    let files = crate::mails::in_folder(&folder)?;
    let series = crate::mails::read(&files, &MailArgs::default())?;
    let report = ground.judge_series(spec, &series);
    let detail = cause(&report).unwrap_or_default();
    let all = open(&report);
    let status = match report.verdict {
        Verdict::Holds => SpecStatus::new(
            Word::Renders,
            format!(
                "{}, {}, {}, and holds",
                counted(rendered.manifest.files.len(), "file"),
                counted(rendered.manifest.insertions, "insertion"),
                counted(rendered.manifest.deletions, "deletion")
            ),
        ),
        Verdict::Violated => SpecStatus::new(Word::Violated, detail),
        Verdict::Unknown => SpecStatus::new(Word::Unknown, detail),
    };
    Ok(SpecStatus { all, ..status })
}
