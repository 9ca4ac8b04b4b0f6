//! The two ways to judge: mailed patches over a tree, or the tree as it is.

use std::collections::BTreeSet;
use std::sync::Arc;

use schema::model::{ChangeKind, Frame, Invariant, Spec, Subject};
use trees::mail::{Mail, Series};
use trees::{ParsedTree, Tree};

use crate::comparison::Comparison;
use crate::explained::{CommentScope, Explained};
use crate::finding::{Finding, Report, Verdict};
use crate::frame::{self, Named};
use crate::ground::Ground;
use crate::includes::KnownIncludes;
use crate::word_index::WordIndex;
use crate::{at_once, earlier, implied, stated};

/// Judges mailed patches: applies them to the tree and judges what comes out, by the spec.
#[must_use]
pub fn judge_patches(spec: &Spec, tree: Arc<dyn Tree>, mails: &[Mail]) -> Report {
    judge_named(spec, tree, mails, &[])
}

/// As [`judge_patches`]; `names` says what to call each mail (its file), in the same order.
#[must_use]
pub fn judge_named(spec: &Spec, tree: Arc<dyn Tree>, mails: &[Mail], names: &[String]) -> Report {
    named(spec, tree, mails, names, None)
}

/// As [`judge_named`]; with `ground`, what was found out about the tree and the series as they are is used again.
fn named(
    spec: &Spec,
    tree: Arc<dyn Tree>,
    mails: &[Mail],
    names: &[String],
    ground: Option<&Ground>,
) -> Report {
    let mails: Vec<Named<'_>> = mails
        .iter()
        .enumerate()
        .map(|(index, mail)| Named {
            name: names
                .get(index)
                .cloned()
                .unwrap_or_else(|| format!("mail {}", index + 1)),
            mail,
        })
        .collect();
    let mut findings = Vec::new();
    let (states, applied) = match frame::applies::check(&tree, &mails) {
        Ok(applied) => applied,
        Err(faults) => {
            // Without a tree after there is nothing else to judge.
            findings.extend(frame::files::check(spec, &mails, None));
            findings.extend(faults);
            findings.extend(frame::mail::check(spec, &mails, &tree, None));
            return Report::of(findings);
        }
    };
    findings.extend(applied);
    let Some(last) = states.last() else {
        return Report::of(findings);
    };
    findings.extend(frame::mail::check(spec, &mails, &tree, Some(last)));
    let mut all_states = vec![Arc::clone(&tree)];
    all_states.extend(states.iter().cloned());
    findings.extend(frame::files::check(spec, &mails, Some(&all_states)));
    findings.extend(frame::whitespace::check(spec, &mails, &all_states));
    findings.extend(frame::bidi::check(&mails));
    let comparison = match ground {
        Some(ground) => ground.comparison(spec, last, touched(&mails)),
        None => over(spec, tree, last, touched(&mails)),
    };
    expect_words(&comparison);
    let differing = frame::bisect::expect_words(&comparison, &states);
    // A claim about every use of a member needs a walk over the tree, whatever else is asked: what needs none is judged
    // meanwhile.
    let walks = !stated::records(spec).is_empty();
    let walk = || walks.then(|| comparison.word_index.ask_ahead(&comparison.after));
    let declared = || {
        let whole = declared(&comparison);
        let by_patch = patch_by_patch(spec, &mails, &all_states, Faults::of(&whole));
        by_patch.unwrap_or(whole)
    };
    findings.extend(at_once::both_if(walks, walk, declared).1);
    // Without that walk, claims are judged first: the one that they may need answers what is asked of the headers too. With
    // it, no later one reads other files, so that neither of the two learns of more that could not be read.
    let stated = || stated::check(&comparison);
    let builds = || frame::bisect::check(&comparison, &mails, &states, differing);
    let (stated, builds) = at_once::both_if(walks, stated, builds);
    findings.extend(builds);
    // Who judges many variants of a series asks whether they hold, not since when.
    findings.extend(match ground {
        Some(_) => stated,
        None => earlier::marked(&comparison, &mails, stated),
    });
    Report::of(findings)
}

/// What the changes come to, and what is not theirs in the files that the patches touch.
fn declared(comparison: &Comparison<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Accounts {
        explained_tokens,
        comment_scopes,
        as_written,
    } = changes(comparison, &mut findings);
    let other_tokens = frame::tokens::check(comparison, &explained_tokens);
    let sites = frame::layout::Sites {
        explained: &explained_tokens,
        comments: &comment_scopes,
        as_written: &as_written,
    };
    let layout = frame::layout::check(comparison, &sites, &other_tokens);
    let comments = frame::comments::check(comparison, &comment_scopes);
    // By a spec of claims all that a patch does is undeclared, and nothing of it is worth a note.
    if !comparison.spec.is_of_claims() {
        findings.extend(other_tokens);
        findings.extend(
            comments
                .into_iter()
                .map(|finding| frame::beside::beside(comparison.spec, finding)),
        );
    }
    findings.extend(layout);
    findings.extend(frame::syntax::check(comparison));
    findings
}

/// How much is wrong, the worst first: what is violated, then what is unknown.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Faults {
    violated: usize,
    unknown: usize,
}

impl Faults {
    fn of(findings: &[Finding]) -> Self {
        let count = |verdict| {
            let such = findings.iter().filter(|finding| finding.verdict == verdict);
            such.count()
        };
        Self {
            violated: count(Verdict::Violated),
            unknown: count(Verdict::Unknown),
        }
    }
}

/// A series whose later patches change what earlier ones brought, each patch by itself: from the state before it to the one
/// after it, by its own changes. None, where there is not less wrong than the series as a whole has, or the mails are not the
/// spec's patches.
///
/// Of the series as a whole an earlier change is then not as declared, whatever else is wrong. Where each step is right, nothing
/// is in the last state that the changes do not account for, for in each the frame is asked as well. Where there is as
/// much wrong by patch, the patches may be cut otherwise than the spec's, and the last state is what counts.
fn patch_by_patch(
    spec: &Spec,
    mails: &[Named<'_>],
    states: &[Arc<dyn Tree>],
    of_whole: Faults,
) -> Option<Vec<Finding>> {
    let mails: Vec<&Named<'_>> = mails.iter().filter(|named| named.has_diff()).collect();
    if spec.patches.len() < 2 || spec.patches.len() != mails.len() {
        return None;
    }
    let mut all: Vec<Finding> = Vec::new();
    let steps = states.windows(2).zip(&mails).zip(&spec.patches);
    for (number, ((states, mail), patch)) in (1..).zip(steps) {
        let [before, after] = states else { return None };
        if Faults::of(&all) >= of_whole {
            return None;
        }
        let own = Spec {
            patches: vec![patch.clone()],
            ..spec.clone()
        };
        let touched = touched(std::slice::from_ref(*mail));
        let comparison = Comparison {
            spec: &own,
            before: Some(Arc::new(ParsedTree::new(Arc::clone(before)))),
            after: Arc::new(ParsedTree::new(Arc::clone(after))),
            header_index: WordIndex::over(frame::bisect::headers_near(&touched)),
            touched,
            word_index: Arc::default(),
            known_includes: KnownIncludes::default(),
        };
        expect_words(&comparison);
        let later = mails.get(number..).unwrap_or_default();
        all.extend(
            declared(&comparison)
                .into_iter()
                .map(|finding| in_state(finding, number, later)),
        );
    }
    (Faults::of(&all) < of_whole).then(|| said_once(all))
}

/// A fault's line is one of the state that its patch leaves; where later patches go on in the file, that is said.
fn in_state(finding: Finding, number: usize, later: &[&Named<'_>]) -> Finding {
    let is_of = |path: &dialect::TreePath| finding.file.as_deref() == Some(path.as_str());
    let goes_on = later.iter().any(|named| {
        let diffs = named.mail.diff.iter();
        let mut paths = diffs.flat_map(|diff| [&diff.old_path, &diff.new_path]);
        paths.any(|path| path.as_ref().is_some_and(is_of))
    });
    if finding.verdict == Verdict::Holds || !goes_on {
        return finding;
    }
    let message = format!("{} (as patch {number} leaves the file)", finding.message);
    Finding { message, ..finding }
}

/// What a frame check says of each patch is said once, and that it holds only where it does in all of them.
fn said_once(findings: Vec<Finding>) -> Vec<Finding> {
    let wrong: BTreeSet<String> = findings
        .iter()
        .filter(|finding| finding.verdict != Verdict::Holds)
        .map(|finding| finding.invariant.clone())
        .collect();
    let mut all: Vec<Finding> = Vec::new();
    for finding in findings {
        let is_said = wrong.contains(&finding.invariant)
            || all.iter().any(|known| known.invariant == finding.invariant);
        let is_again =
            finding.verdict == Verdict::Holds && finding.invariant.starts_with("frame/") && is_said;
        if !is_again {
            all.push(finding);
        }
    }
    all
}

/// Judges what the changes of a spec say of themselves, and that nothing else was changed: neither whether each patch
/// builds, nor the mails, nor what the spec claims beyond its changes. For who chooses how a change is to be declared.
#[must_use]
pub fn judge_changes(spec: &Spec, tree: Arc<dyn Tree>, mails: &[Mail]) -> Report {
    let named = |(index, mail)| Named {
        name: format!("mail {}", index + 1),
        mail,
    };
    let named: Vec<Named<'_>> = mails.iter().enumerate().map(named).collect();
    let states = match frame::applies::check(&tree, &named) {
        Ok((states, _)) => states,
        Err(faults) => return Report::of(faults),
    };
    let mut findings = Vec::new();
    if let Some(last) = states.last() {
        let comparison = over(spec, tree, last, touched(&named));
        let accounts = changes(&comparison, &mut findings);
        findings.extend(frame::tokens::check(
            &comparison,
            &accounts.explained_tokens,
        ));
        findings.extend(frame::comments::check(
            &comparison,
            &accounts.comment_scopes,
        ));
    }
    Report::of(findings)
}

/// As [`judge_named`], with a note for every mail that was left out of the series or moved in it.
#[must_use]
pub fn judge_series(spec: &Spec, tree: Arc<dyn Tree>, series: &Series) -> Report {
    with_notes(
        named(spec, tree, &series.mails, &series.names, None),
        series,
    )
}

/// As [`judge_series`] for `ground`'s tree, sooner.
pub(crate) fn judge_series_on(spec: &Spec, ground: &Ground, series: &Series) -> Report {
    let tree = Arc::clone(ground.before().tree());
    let report = named(spec, tree, &series.mails, &series.names, Some(ground));
    with_notes(report, series)
}

fn with_notes(report: Report, series: &Series) -> Report {
    let mut findings = report.findings;
    let notes = series.notes.iter().map(|note| {
        Finding::holds("frame/mail", format!("note: {}", note.message))
            .in_file(&note.file)
            .at_line(note.line)
    });
    findings.extend(notes);
    Report::of(findings)
}

/// Judges a tree as it is: do the changes' results stand there, and do the invariants hold?
#[must_use]
pub fn judge_landed(spec: &Spec, tree: Arc<dyn Tree>) -> Report {
    landed(&Comparison {
        spec,
        before: None,
        after: Arc::new(ParsedTree::new(tree)),
        touched: BTreeSet::new(),
        word_index: Arc::default(),
        header_index: WordIndex::default(),
        known_includes: KnownIncludes::default(),
    })
}

/// As [`judge_landed`], of what is to be compared.
pub(crate) fn landed(comparison: &Comparison<'_>) -> Report {
    expect_words(comparison);
    let mut findings = Vec::new();
    changes(comparison, &mut findings);
    findings.extend(stated::check(comparison));
    Report::of(findings)
}

/// Whether the changes of a spec are what makes one state of a few files the other, and nothing else does.
pub(crate) fn makes_the_difference(comparison: &Comparison<'_>) -> bool {
    let mut findings = Vec::new();
    let accounts = changes(comparison, &mut findings);
    findings.extend(frame::tokens::check(comparison, &accounts.explained_tokens));
    Faults::of(&findings) == Faults::default()
}

/// Judges whether a tree as it is has what makes the series needless; `None` where the spec does not say what that is.
#[must_use]
pub fn judge_superseded(spec: &Spec, tree: Arc<dyn Tree>) -> Option<Report> {
    superseding(spec).map(|stated| judge_landed(&stated, tree))
}

/// A spec that states what makes the series needless.
pub(crate) fn superseding(spec: &Spec) -> Option<Spec> {
    (!spec.superseded.is_empty()).then(|| Spec {
        patches: Vec::new(),
        frame: Frame::Open,
        // A tree without the file or the member is a tree that has nothing in place of the series.
        invariants: spec.superseded.iter().map(may_be_missing).collect(),
        ..spec.clone()
    })
}

fn may_be_missing(invariant: &Invariant) -> Invariant {
    Invariant {
        may_be_missing: true,
        ..invariant.clone()
    }
}

/// Two trees to be compared.
fn over<'s>(
    spec: &'s Spec,
    before: Arc<dyn Tree>,
    after: &Arc<dyn Tree>,
    touched: BTreeSet<dialect::TreePath>,
) -> Comparison<'s> {
    Comparison {
        spec,
        before: Some(Arc::new(ParsedTree::new(before))),
        after: Arc::new(ParsedTree::new(Arc::clone(after))),
        header_index: WordIndex::over(frame::bisect::headers_near(&touched)),
        touched,
        word_index: Arc::default(),
        known_includes: KnownIncludes::default(),
    }
}

fn touched(mails: &[Named<'_>]) -> BTreeSet<dialect::TreePath> {
    mails
        .iter()
        .flat_map(|named| &named.mail.diff)
        .flat_map(|diff| [&diff.old_path, &diff.new_path])
        .flatten()
        .cloned()
        .collect()
}

/// What the changes account for.
#[derive(Default)]
struct Accounts {
    explained_tokens: Vec<Explained>,
    comment_scopes: Vec<CommentScope>,
    /// Of these tokens, those that the spec has with their layout.
    as_written: Vec<Explained>,
}

/// Judges every change; gives what they explained for.
fn changes(comparison: &Comparison<'_>, findings: &mut Vec<Finding>) -> Accounts {
    let mut all = Accounts::default();
    for change in comparison.spec.changes() {
        let judged = implied::judge(comparison, change);
        findings.extend(judged.findings);
        let has_layout = change.forms().any(|form| {
            matches!(
                form.kind,
                ChangeKind::Rewrite(_)
                    | ChangeKind::Function(_)
                    | ChangeKind::Line(_)
                    | ChangeKind::Lines(_)
                    | ChangeKind::Hunk(_)
            )
        });
        if has_layout {
            all.as_written.extend(judged.explained_tokens.clone());
        }
        all.explained_tokens.extend(judged.explained_tokens);
        all.comment_scopes.extend(judged.comment_scopes);
    }
    all
}

/// Tells the index every word that a whole-tree question will be about, so that one walk answers all.
fn expect_words(comparison: &Comparison<'_>) {
    expect_words_of(comparison.spec, &comparison.word_index);
}

/// As [`expect_words`], of a spec that will be judged.
pub(crate) fn expect_words_of(spec: &Spec, index: &WordIndex) {
    index.expect_pasted(stated::words(spec));
    index.expect_records(stated::records(spec));
    let functions = spec.forms().filter_map(|body| {
        if let Subject::Function(name) = body.kind.subject() {
            Some(name.to_owned())
        } else {
            None
        }
    });
    index.expect(functions);
    index.expect(implied::unused_names(spec));
    index.expect(implied::brought_names(spec));
    index.expect_everywhere(implied::wide_names(spec));
    index.expect_pasted(implied::wide_names(spec));
}
