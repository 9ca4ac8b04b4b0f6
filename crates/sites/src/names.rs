//! Names in messages, and those most like the ones looked for.

use query::File;

use crate::lines;
use crate::unresolved::NearMiss;

/// How many near misses are worth a maintainer's time.
pub(crate) const NEAR: usize = 3;
/// A name less alike than this is no candidate.
const LEAST_LIKENESS: f64 = 0.6;

/// The names most like the ones looked for.
#[must_use]
pub fn similar_names<'n>(
    file: &File,
    wanted: &[String],
    names: impl Iterator<Item = (&'n String, usize)>,
) -> Vec<NearMiss> {
    let mut near: Vec<NearMiss> = names
        .filter_map(|(name, at)| {
            let score = likeness(wanted, name);
            (score >= LEAST_LIKENESS).then(|| NearMiss {
                file: file.path().to_string(),
                line: file.line_of(at),
                function: None,
                text: name.clone(),
                score,
            })
        })
        .collect();
    near.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.line.cmp(&b.line)));
    near.truncate(NEAR);
    near
}

/// The name that is most like `wanted`, if one is like it at all.
#[must_use]
pub fn nearest_name<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    names
        .into_iter()
        .map(|name| {
            (
                one_slip(wanted, name).max(strsim::jaro_winkler(wanted, name)),
                name,
            )
        })
        .filter(|(score, _)| *score >= LEAST_LIKENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, name)| name)
}

/// How alike two names are that one slip of the hand makes of each other: `pic` and `pci` share too little for
/// Jaro and Winkler.
fn one_slip(wanted: &str, name: &str) -> f64 {
    match strsim::osa_distance(wanted, name) {
        0 => 1.0,
        1 if wanted.len() >= 3 => 0.9,
        _ => 0.0,
    }
}

fn likeness(wanted: &[String], name: &str) -> f64 {
    wanted
        .iter()
        .map(|want| strsim::jaro_winkler(want, name))
        .fold(0.0, f64::max)
}

/// The line of `offset` as a candidate.
#[must_use]
pub fn near_line(file: &File, offset: usize) -> NearMiss {
    let line = file.line_of(offset);
    NearMiss {
        file: file.path().to_string(),
        line,
        function: file.function_at(offset).map(|f| f.name.clone()),
        text: one_line(&lines::line_text(file, line)),
        score: 1.0,
    }
}

/// `a`, or `a or b`
#[must_use]
pub fn listed(names: &[String]) -> String {
    names.join(" or ")
}

/// White space folded.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` on one line, at most `most` characters, for a message.
#[must_use]
pub fn brief(text: &str, most: usize) -> String {
    let folded = one_line(text);
    if folded.chars().count() <= most {
        return folded;
    }
    let mut cut: String = folded.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}
