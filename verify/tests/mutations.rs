//! Every single token of the patched files, deleted, doubled, or swapped with the next, as a series that
//! has that mistake in it: none holds, and no mutation is excepted as one without a meaning.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/series.rs"]
mod series;

use std::collections::BTreeSet;
use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use verify::finding::Verdict;

/// The byte ranges of the code tokens of a text.
fn code_tokens(text: &str) -> Vec<Range<usize>> {
    tokens(text.as_bytes())
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment)
        .map(|token| token.range)
        .collect()
}

/// Those that stand on lines which the series adds.
fn added_tokens(old: &str, new: &str) -> Vec<Range<usize>> {
    let patch =
        git2::Patch::from_buffers(old.as_bytes(), None, new.as_bytes(), None, None).unwrap();
    let mut added = BTreeSet::new();
    for hunk in 0..patch.num_hunks() {
        for line in 0..patch.num_lines_in_hunk(hunk).unwrap() {
            let line = patch.line_in_hunk(hunk, line).unwrap();
            if line.origin() == '+' {
                added.insert(line.new_lineno().unwrap() as usize);
            }
        }
    }
    code_tokens(new)
        .into_iter()
        .filter(|range| added.contains(&line_of(new, range.start)))
        .collect()
}

/// Those that the series leaves as they are.
fn other_tokens(old: &str, new: &str) -> Vec<Range<usize>> {
    let added: BTreeSet<usize> = added_tokens(old, new)
        .into_iter()
        .map(|range| range.start)
        .collect();
    code_tokens(new)
        .into_iter()
        .filter(|range| !added.contains(&range.start))
        .collect()
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Every mutant of a text at these tokens: what was done, and the text. Two equal tokens swapped are no mutant.
fn mutants(new: &str, ranges: &[Range<usize>]) -> Vec<(String, String)> {
    let all = code_tokens(new);
    let mut found = Vec::new();
    for range in ranges {
        let (head, token, tail) = (&new[..range.start], &new[range.clone()], &new[range.end..]);
        let line = line_of(new, range.start);
        found.push((
            format!("line {line}: `{token}` deleted"),
            format!("{head} {tail}"),
        ));
        found.push((
            format!("line {line}: `{token}` doubled"),
            format!("{head}{token} {token}{tail}"),
        ));
        let after = all.partition_point(|other| other.start <= range.start);
        if let Some(next) = all.get(after) {
            let (between, second) = (&new[range.end..next.start], &new[next.clone()]);
            if second != token {
                found.push((
                    format!("line {line}: `{token}` and `{second}` swapped"),
                    format!("{head}{second}{between} {token}{}", &new[next.end..]),
                ));
            }
        }
    }
    found
}

/// How many mutants there are of a version's patched files, and which of them hold.
fn survivors(version: u32, at: impl Fn(&str, &str) -> Vec<Range<usize>>) -> (usize, Vec<String>) {
    let good = series::patched(&format!("detached-vf-v{version}"));
    let sample = series::sample();
    let said = series::Said::as_version(version);
    let mut all = Vec::new();
    for (path, new) in &good {
        let old = series::text(&sample, path);
        for (what, text) in mutants(new, &at(&old, new)) {
            all.push((path.clone(), what, text));
        }
    }
    let count = all.len();
    let survivors = all
        .into_par_iter()
        .filter_map(|(path, what, text)| {
            let mut files = good.clone();
            files.insert(path.clone(), text);
            let groups = [files.keys().cloned().collect()];
            let mbox = series::mails(&sample, &files, &groups, &said);
            let mails = trees::mail::parse_mbox(mbox.as_bytes()).unwrap();
            let report = verify::judge_patches(&series::spec(version), series::sample(), &mails);
            (report.verdict == Verdict::Holds).then(|| format!("{path}: {what}"))
        })
        .collect();
    (count, survivors)
}

#[test]
fn no_mutant_of_version_2_holds() {
    none_holds(&survivors(2, added_tokens), 150);
}

#[test]
fn no_mutant_of_version_3_holds() {
    none_holds(&survivors(3, added_tokens), 150);
}

/// Every other token of the files that the series touches.
#[test]
fn no_mutant_outside_the_sites_of_version_2_holds() {
    none_holds(&survivors(2, other_tokens), 5000);
}

fn none_holds((count, survivors): &(usize, Vec<String>), at_least: usize) {
    assert!(*count > at_least, "only {count} mutants");
    assert!(
        survivors.is_empty(),
        "of {count} mutants these hold: {survivors:#?}"
    );
}
