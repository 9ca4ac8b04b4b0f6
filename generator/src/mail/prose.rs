//! What of a cover letter is wrapped: the changelog and the shortlog.

use std::collections::BTreeMap;

use schema::model::Series;
use serde::Serialize;

/// Width of the prose of a cover letter, and of its shortlog.
const PROSE_WIDTH: usize = 72;

/// What changed in a version.
#[derive(Serialize)]
pub(crate) struct Version {
    pub(crate) number: u32,
    pub(crate) points: Vec<String>,
}

/// Where a Message-ID leads to its mail, as b4 links it.
const ARCHIVE: &str = "https://lore.kernel.org/r/";

/// Newest first, every point wrapped; the last point of a version is where the one before it is found, if that was sent.
pub(crate) fn changelog(series: &Series) -> Vec<Version> {
    let mut log: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (number, points) in &series.changelog {
        let points = points.iter().map(|point| wrapped(point));
        log.entry(*number).or_default().extend(points);
    }
    let earlier = series
        .sent
        .iter()
        .filter(|(sent, _)| *sent < series.version);
    for (sent, ids) in earlier {
        let link = ids
            .last()
            .map(|id| format!("- Link to v{sent}: {}", link(id)));
        log.entry(sent + 1).or_default().extend(link);
    }
    let versions = log.into_iter().rev();
    versions
        .filter(|(_, points)| !points.is_empty())
        .map(|(number, points)| Version { number, points })
        .collect()
}

fn wrapped(point: &str) -> String {
    let options = textwrap::Options::new(PROSE_WIDTH)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .break_words(false)
        .initial_indent("- ")
        .subsequent_indent("  ");
    textwrap::fill(point.trim(), options)
}

/// An id may have characters that end an address or begin something else in it.
fn link(id: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~@+=!$*:;&'()".contains(c);
    let mut link = ARCHIVE.to_owned();
    for c in id.chars() {
        match is_plain(c) {
            true => link.push(c),
            false => link.push_str(&format!("%{:02X}", u32::from(c))),
        }
    }
    link
}

/// As `git format-patch` wraps its shortlog: two blanks, and four in the lines after.
pub(super) fn shortlog_line(subject: &str) -> String {
    let options = textwrap::Options::new(PROSE_WIDTH)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .break_words(false)
        .initial_indent("  ")
        .subsequent_indent("    ");
    textwrap::fill(subject, options)
}
