//! What of a cover letter is wrapped: the changelog and the shortlog.

use serde::Serialize;

/// Width of the prose of a cover letter, and of its shortlog.
const PROSE_WIDTH: usize = 72;

/// What changed in a version.
#[derive(Serialize)]
pub(super) struct Version {
    pub(super) number: u32,
    pub(super) points: Vec<String>,
}

/// Newest first, every point wrapped.
pub(super) fn changelog(log: &[(u32, Vec<String>)]) -> Vec<Version> {
    let mut log = log.to_vec();
    log.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    for (_, points) in &mut log {
        for point in points {
            let options = textwrap::Options::new(PROSE_WIDTH)
                .word_splitter(textwrap::WordSplitter::NoHyphenation)
                .word_separator(textwrap::WordSeparator::AsciiSpace)
                .break_words(false)
                .initial_indent("- ")
                .subsequent_indent("  ");
            *point = textwrap::fill(point.trim(), options);
        }
    }
    let versions = log.into_iter();
    versions
        .map(|(number, points)| Version { number, points })
        .collect()
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
