//! What a mail says of itself is true: diffstat, numbering, version, shortlog, citations, trailers.

mod citations;
mod dates;
mod numbering;
mod trailers;

use std::collections::BTreeMap;
use std::sync::Arc;

use schema::model::Spec;
use trees::Tree;
use trees::mail::{DiffStat, Mail};

use super::Named;
use crate::finding::Finding;
use crate::nodes::counted;

const NAME: &str = "frame/mail";

/// Judges the mails; `before` and `after` are the trees without and with all of them.
pub(crate) fn check(
    spec: &Spec,
    mails: &[Named<'_>],
    before: &Arc<dyn Tree>,
    after: Option<&Arc<dyn Tree>>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for named in mails.iter().filter(|named| named.has_diff()) {
        if let Some(stat) = &named.mail.diffstat {
            compare(named, stat, &[counts(named.mail)], &mut findings);
        }
    }
    for cover in mails.iter().filter(|named| !named.has_diff()) {
        if let Some(stat) = &cover.mail.diffstat {
            let mut truths = vec![summed(mails)];
            if let Some(after) = after {
                truths.push(whole(mails, before, after));
            }
            compare(cover, stat, &truths, &mut findings);
        }
        shortlog(cover, mails, &mut findings);
    }
    numbering::check(spec, mails, &mut findings);
    citations::check(mails, &mut findings);
    trailers::check(spec, mails, &mut findings);
    dates::check(mails, &mut findings);
    left_over(mails, &mut findings);
    if !findings
        .iter()
        .any(|finding| finding.verdict != crate::finding::Verdict::Holds)
    {
        let message = "diffstat, numbering, version and citations are correct";
        findings.push(Finding::holds(NAME, message));
    }
    findings
}

fn violated(named: &Named<'_>, line: usize, message: String) -> Finding {
    Finding::violated(NAME, message)
        .in_file(&named.name)
        .at_line(line)
}

/// A line that looks as if it went on with a hunk, and that git drops: the hunk's header counts less.
fn left_over(mails: &[Named<'_>], findings: &mut Vec<Finding>) {
    for named in mails {
        for line in named.mail.diff.iter().filter_map(|diff| diff.left_over) {
            let message = "the line looks like a part of the hunk before it, whose header counts fewer lines; git drops it";
            findings.push(violated(named, line, message.to_owned()));
        }
    }
}

/// Insertions and deletions of each file.
type Counts = BTreeMap<String, (usize, usize)>;

/// What the mail's own diff does.
fn counts(mail: &Mail) -> Counts {
    mail.diff
        .iter()
        .filter_map(|diff| Some((diff.path()?.as_str().to_owned(), diff.counts())))
        .collect()
}

fn summed(mails: &[Named<'_>]) -> Counts {
    let mut sum = Counts::new();
    for named in mails {
        for (path, (ins, del)) in counts(named.mail) {
            let entry = sum.entry(path).or_default();
            entry.0 += ins;
            entry.1 += del;
        }
    }
    sum
}

/// What all patches together do, as git counts it.
fn whole(mails: &[Named<'_>], before: &Arc<dyn Tree>, after: &Arc<dyn Tree>) -> Counts {
    let mut found = Counts::new();
    for path in mails
        .iter()
        .flat_map(|named| &named.mail.diff)
        .filter_map(|diff| diff.path())
    {
        let read = |tree: &Arc<dyn Tree>| tree.read(path).ok().flatten();
        let (old, new) = (read(before), read(after));
        let (old, new) = (
            old.as_deref().unwrap_or_default(),
            new.as_deref().unwrap_or_default(),
        );
        let stats = git2::Patch::from_buffers(old, None, new, None, None)
            .and_then(|patch| patch.line_stats());
        if let Ok((_, ins, del)) = stats {
            found.insert(path.as_str().to_owned(), (ins, del));
        }
    }
    found
}

/// Compares a diffstat with what it may truly say.
fn compare(named: &Named<'_>, stat: &DiffStat, truths: &[Counts], findings: &mut Vec<Finding>) {
    let fitting = truths.iter().any(|truth| faults(stat, truth).is_empty());
    if fitting {
        return;
    }
    for (line, message) in truths
        .first()
        .map(|truth| faults(stat, truth))
        .unwrap_or_default()
    {
        findings.push(violated(named, line, message));
    }
}

/// Where a diffstat is false: line in the mail and message.
fn faults(stat: &DiffStat, truth: &Counts) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for row in &stat.rows {
        let Some((path, (ins, del))) = truth.iter().find(|(path, _)| shows(&row.path, path)) else {
            found.push((
                row.line,
                format!(
                    "the diffstat has a row for {}, which does not change",
                    row.path
                ),
            ));
            continue;
        };
        seen.push(path);
        let wrong = row.changed.is_some_and(|changed| changed != ins + del)
            || row.insertions.is_some_and(|said| said != *ins)
            || row.deletions.is_some_and(|said| said != *del);
        if wrong {
            found.push((
                row.line,
                format!(
                    "the diffstat's row for {path} is wrong: the diff has {}",
                    changed(*ins, *del)
                ),
            ));
        }
    }
    // `git format-patch --shortstat` has the last line alone.
    let has_rows = !stat.rows.is_empty();
    for path in truth.keys().filter(|path| has_rows && !seen.contains(path)) {
        found.push((stat.line, format!("the diffstat has no row for {path}")));
    }
    let (ins, del) = truth
        .values()
        .fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1));
    if (stat.files, stat.insertions, stat.deletions) != (truth.len(), ins, del) {
        found.push((
            stat.line,
            format!(
                "the diffstat's total is wrong: the diff has {}, {}",
                counted(truth.len(), "file", "files"),
                changed(ins, del)
            ),
        ));
    }
    found
}

/// Whether a row's path, which git shortens with `...`, means this path.
fn shows(row: &str, path: &str) -> bool {
    let row = arrived(row);
    match row.strip_prefix("...") {
        Some(tail) => path.ends_with(tail),
        None => row == path,
    }
}

/// Where the file of a row is now, which git writes as `include/{linux => net}/x.h` where it moved.
fn arrived(row: &str) -> String {
    let Some((before, after)) = row.split_once(" => ") else {
        return row.to_owned();
    };
    let (Some((begin, _)), Some((name, end))) = (before.split_once('{'), after.split_once('}'))
    else {
        return after.to_owned();
    };
    match end.strip_prefix('/') {
        // A folder that was left out: `a/{b => }/c.h`.
        Some(end) if name.is_empty() => format!("{begin}{end}"),
        _ => format!("{begin}{name}{end}"),
    }
}

/// The cover letter lists every patch, and counts them rightly.
fn shortlog(cover: &Named<'_>, mails: &[Named<'_>], findings: &mut Vec<Finding>) {
    let text = cover
        .mail
        .message
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let line = cover.mail.lines.message.unwrap_or(1);
    let patches: Vec<&Named<'_>> = mails.iter().filter(|named| named.has_diff()).collect();
    let counts: Vec<usize> = cover
        .mail
        .message
        .lines()
        .filter_map(|line| line.trim_end().strip_suffix("):"))
        .filter_map(|line| line.rsplit_once('(')?.1.parse().ok())
        .collect();
    if counts.is_empty() {
        return;
    }
    if counts.iter().sum::<usize>() != patches.len() {
        let message = format!(
            "the cover letter's shortlog counts {}; the series has {}",
            counted(counts.iter().sum::<usize>(), "patch", "patches"),
            patches.len()
        );
        findings.push(violated(cover, line, message));
    }
    for patch in patches {
        let title = patch
            .mail
            .title
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if !text.contains(&title) {
            let message = format!("the cover letter's shortlog does not list “{title}”");
            findings.push(violated(cover, line, message));
        }
    }
}

/// `1 insertion, 2 deletions`
fn changed(insertions: usize, deletions: usize) -> String {
    format!(
        "{}, {}",
        counted(insertions, "insertion", "insertions"),
        counted(deletions, "deletion", "deletions")
    )
}

#[cfg(test)]
mod tests {
    use super::{Counts, DiffStat, faults, shows};

    #[test]
    fn a_total_alone_has_to_be_true() {
        let truth = Counts::from([("a.h".to_owned(), (2, 1)), ("b.c".to_owned(), (1, 0))]);
        let shortstat = |insertions| DiffStat {
            rows: Vec::new(),
            files: 2,
            insertions,
            deletions: 1,
            line: 9,
        };
        assert_eq!(faults(&shortstat(3), &truth), []);
        assert_eq!(faults(&shortstat(4), &truth).len(), 1);
    }

    #[test]
    fn the_row_of_a_file_that_moved_means_where_it_is() {
        for (row, path) in [
            ("a/{b => }/c.h", "a/c.h"),
            ("a/{ => b}/c.h", "a/b/c.h"),
            ("a/{one.c => two.c}", "a/two.c"),
            ("x/a.c => y/b.c", "y/b.c"),
            ("{x => y}/a.c", "y/a.c"),
            (".../{one.c => two.c}", "d/a/two.c"),
        ] {
            assert!(shows(row, path), "{row} {path}");
        }
        assert!(!shows("a/{one.c => two.c}", "a/one.c"));
    }
}
