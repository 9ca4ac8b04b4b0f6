//! Every single token of the patched sites, deleted, doubled, or swapped with the next: a broken
//! series never holds.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/series.rs"]
mod series;

use kernel_c::token::{TokenKind, tokens};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use verify::finding::Verdict;

/// The byte ranges of the code tokens that stand on lines which the series adds.
fn added_tokens(old: &str, new: &str) -> Vec<std::ops::Range<usize>> {
    let patch =
        git2::Patch::from_buffers(old.as_bytes(), None, new.as_bytes(), None, None).unwrap();
    let mut added = std::collections::BTreeSet::new();
    for hunk in 0..patch.num_hunks() {
        for line in 0..patch.num_lines_in_hunk(hunk).unwrap() {
            let line = patch.line_in_hunk(hunk, line).unwrap();
            if line.origin() == '+' {
                added.insert(line.new_lineno().unwrap() as usize);
            }
        }
    }
    tokens(new.as_bytes())
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment)
        .filter(|token| added.contains(&(new[..token.range.start].matches('\n').count() + 1)))
        .map(|token| token.range)
        .collect()
}

/// Every mutant of a text: what was done, and the text.
fn mutants(old: &str, new: &str) -> Vec<(String, String)> {
    let ranges = added_tokens(old, new);
    let mut found = Vec::new();
    for (at, range) in ranges.iter().enumerate() {
        let (head, token, tail) = (&new[..range.start], &new[range.clone()], &new[range.end..]);
        let line = head.matches('\n').count() + 1;
        found.push((
            format!("line {line}: `{token}` deleted"),
            format!("{head} {tail}"),
        ));
        found.push((
            format!("line {line}: `{token}` doubled"),
            format!("{head}{token} {token}{tail}"),
        ));
        if let Some(next) = ranges.get(at + 1) {
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

fn survivors(version: u32) -> (usize, Vec<String>) {
    let good = series::patched(&format!("detached-vf-v{version}"));
    let sample = series::sample();
    let said = series::Said::as_version(version);
    let mut all = Vec::new();
    for (path, new) in &good {
        let old = series::text(&sample, path);
        for (what, text) in mutants(&old, new) {
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
    let (count, survivors) = survivors(2);
    assert!(count > 150, "only {count} mutants");
    assert!(
        survivors.is_empty(),
        "of {count} mutants these hold: {survivors:#?}"
    );
}

#[test]
fn no_mutant_of_version_3_holds() {
    let (count, survivors) = survivors(3);
    assert!(count > 150, "only {count} mutants");
    assert!(
        survivors.is_empty(),
        "of {count} mutants these hold: {survivors:#?}"
    );
}

/// Tokens anywhere in the touched files, picked by a fixed sequence.
#[test]
fn no_mutant_outside_the_sites_holds() {
    let good = series::patched("detached-vf-v2");
    let sample = series::sample();
    let said = series::Said::as_version(2);
    let mut state: usize = 1;
    let mut pick = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for _ in 0..150 {
        let (path, text) = good.iter().nth(pick(good.len())).unwrap();
        let all: Vec<_> = tokens(text.as_bytes())
            .into_iter()
            .filter(|token| token.kind != TokenKind::Comment)
            .collect();
        let token = all[pick(all.len())].range.clone();
        let (head, word, tail) = (
            &text[..token.start],
            &text[token.clone()],
            &text[token.end..],
        );
        let mutant = match pick(3) {
            0 => format!("{head} {tail}"),
            1 if !word.starts_with('#') => format!("{head}{word} {word}{tail}"),
            _ => format!("{head}{word} x{tail}"),
        };
        let mut files = good.clone();
        files.insert(path.clone(), mutant);
        let groups = [files.keys().cloned().collect()];
        let mbox = series::mails(&sample, &files, &groups, &said);
        let mails = trees::mail::parse_mbox(mbox.as_bytes()).unwrap();
        let report = verify::judge_patches(&series::spec(2), series::sample(), &mails);
        assert_ne!(
            report.verdict,
            Verdict::Holds,
            "{path}: {word:?} at {}",
            token.start
        );
    }
}
