//! How a report is shown: one module a format, each a pure function of the [`Report`].
//!
//! Everything that comes from a tree, a patch or a spec is data: [`escape::visible`] goes over it
//! before any format's own escaping.

mod diffs;
mod escape;
mod github;
mod html;
mod human;
mod json;
mod junit;
mod markdown;
mod matrix;
mod rules;
mod sarif;
mod timeline;

pub use escape::visible;
pub use github::{github, github_matrix};
pub use html::{STYLE, TextPart, code_spans, html, html_matrix};
pub use human::{Detail, Label, Labelled, human, paint};
pub use json::{JsonMatrix, JsonReport, Tool, json, json_matrix};
pub use junit::{junit, junit_matrix};
pub use markdown::{markdown, markdown_matrix};
pub use matrix::{Matrix, Outcome, Pair, Range, State};
pub use sarif::{sarif, sarif_matrix};

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use schema::model::Spec;
use trees::mail::Mail;

use crate::finding::{Finding, Report, Verdict};

/// What was judged: a report that is kept has to say so.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// `detached-vf v2`
    pub series: String,
    /// `linux-6.12`, `built-in sample`
    pub tree: String,
    /// `out/detached-vf-v2`, `the tree as it is`
    pub judged: String,
    /// The spec's file, where there is one: the place of what has no other.
    pub spec: Option<String>,
    /// The lines (1-based) of its changes and invariants, by their ids.
    pub lines: BTreeMap<String, usize>,
    /// The kinds of its changes and invariants, by their ids.
    pub kinds: BTreeMap<String, String>,
    /// Why its invariants are there, by their ids, where it says so.
    pub reasons: BTreeMap<String, String>,
    /// How bad what they find is, by their ids, where they say so: `error`, `warning` or `note`.
    pub severities: BTreeMap<String, &'static str>,
    /// The mails that were judged, each with the name of its file; none of a landed tree.
    pub patches: Vec<(String, Mail)>,
    /// Where the files of those mails are, by their names, as seen from the folder of the run.
    pub places: BTreeMap<String, String>,
}

impl Subject {
    /// Where a finding's file is, for who opens it: a mail is called by its name alone.
    fn place<'f>(&'f self, file: &'f str) -> &'f str {
        self.places.get(file).map_or(file, String::as_str)
    }

    /// The series of a spec, with the places of its tables.
    #[must_use]
    pub fn of(spec: &Spec, tree: String, judged: String) -> Self {
        let changes = spec.changes().map(|change| (&change.id, &change.span));
        let stated = spec.invariants.iter();
        let stated = stated.map(|invariant| (&invariant.id, &invariant.span));
        let kinds_of_changes = spec
            .changes()
            .map(|change| (&change.id, change.body.kind.name()));
        let kinds_of_invariants = spec.invariants.iter();
        let kinds_of_invariants =
            kinds_of_invariants.map(|invariant| (&invariant.id, invariant.kind.name()));
        let reasons = spec.invariants.iter();
        let reasons = reasons.map(|invariant| (invariant.id.clone(), invariant.reason.clone()));
        let line = |start: usize| {
            let before = spec.text.as_bytes().get(..start).unwrap_or_default();
            before.iter().filter(|byte| **byte == b'\n').count() + 1
        };
        Self {
            series: format!("{} v{}", spec.series.name, spec.series.version),
            tree,
            judged,
            spec: Some(spec.origin.clone()),
            lines: changes
                .chain(stated)
                .map(|(id, span)| (id.clone(), line(span.start)))
                .collect(),
            kinds: kinds_of_changes
                .chain(kinds_of_invariants)
                .map(|(id, kind)| (id.clone(), kind.to_owned()))
                .collect(),
            reasons: reasons.collect(),
            severities: BTreeMap::new(),
            patches: Vec::new(),
            places: BTreeMap::new(),
        }
    }
}

/// `3 violated, 1 unknown, 20 hold`
fn tally(report: &Report) -> String {
    let mut parts = Vec::new();
    let counted = |verdict| {
        let findings = report.findings.iter().filter(|it| report.counts(it));
        findings.filter(|it| it.verdict == verdict).count()
    };
    for (verdict, one, many) in [
        (Verdict::Violated, "violated", "violated"),
        (Verdict::Unknown, "unknown", "unknown"),
        (Verdict::Holds, "holds", "hold"),
    ] {
        match counted(verdict) {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            n => parts.push(format!("{n} {many}")),
        }
    }
    let old = report.findings.iter().filter(|finding| finding.so_before);
    match old.count() {
        0 => {}
        n if report.only_new => parts.push(format!(
            "{n} not counted: so before the patches, too (a forgotten place is such)"
        )),
        n => parts.push(format!("{n} so before the patches, too")),
    }
    if parts.is_empty() {
        "nothing was judged".to_owned()
    } else {
        parts.join(", ")
    }
}

/// The message, with what is to be said of an old fault, escaped.
fn message(finding: &Finding) -> String {
    visible(&finding.told())
}

/// `drivers/x.c:12`, as far as known, escaped.
fn place(finding: &Finding) -> Option<String> {
    let file = visible(finding.file.as_deref()?);
    Some(match finding.line {
        Some(line) => format!("{file}:{line}"),
        None => file,
    })
}

/// The findings, worst first; among equals first what says most: a change's own check names what is missing, a stated
/// invariant what follows from it, the frame that something differs. Otherwise in the report's order.
fn by_severity(report: &Report) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    // What does not count comes behind what does, and before what holds.
    let counts = |finding: &&Finding| finding.verdict == Verdict::Holds || report.counts(finding);
    findings.sort_by_key(|finding| {
        let is_old = !counts(finding);
        let verdict = Reverse(finding.verdict);
        (
            finding.verdict == Verdict::Holds,
            is_old,
            verdict,
            rank(finding),
        )
    });
    findings
}

fn rank(finding: &Finding) -> u8 {
    match finding.part() {
        1 => 0,
        2 => 1,
        _ => 2,
    }
}

/// A finding, and what else is found at its place: it mostly follows from the same cause.
struct Group<'r> {
    first: &'r Finding,
    others: Vec<&'r Finding>,
}

/// What does not hold, worst first, place by place. Findings without a line are alike where they say the same of one file:
/// a file that could not be read is named once, with all that it holds up.
fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    // A tree may have thousands of findings: those of a place are looked up.
    let mut places: HashMap<_, Vec<usize>> = HashMap::new();
    let findings = by_severity(report).into_iter();
    for finding in findings.filter(|finding| finding.verdict != Verdict::Holds) {
        let says = finding.line.is_none().then_some(&finding.message);
        let place = (
            finding.verdict,
            // What counts is not told beside what does not.
            report.only_new && finding.so_before,
            &finding.file,
            finding.line,
            says,
        );
        let known = places.entry(place).or_default();
        // One check that says two things at a place says both.
        let mut others = known.iter().copied();
        let is_other = |at: &usize| {
            let group: Option<&Group<'_>> = groups.get(*at);
            group.is_some_and(|group| says.is_some() || group.first.invariant != finding.invariant)
        };
        let joined = others.find(is_other).filter(|_| finding.file.is_some());
        match joined.and_then(|at| groups.get_mut(at)) {
            Some(group) => group.others.push(finding),
            None => {
                known.push(groups.len());
                groups.push(Group {
                    first: finding,
                    others: Vec::new(),
                });
            }
        }
    }
    groups
}
