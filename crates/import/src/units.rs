//! Comments and directives: whoever judges a change of one line of them reads all of it.

use std::ops::Range;

use query::File;

/// The lines, by number from 0, of the comment that some lines are in; of no lines, that they would be between.
pub(crate) fn comment(file: &File, lines: &Range<usize>) -> Option<Range<usize>> {
    if !file.path().is_c() {
        return None;
    }
    let start = |line: usize| file.lines().range_of(line + 1).start;
    let at = start(lines.start);
    // Of a line, what is behind its indentation.
    let text = file.slice(file.lines().range_of(lines.start + 1));
    let lead = match lines.is_empty() {
        true => 0,
        false => text.iter().position(|byte| !byte.is_ascii_whitespace())?,
    };
    let node = file
        .root()
        .descendant_for_byte_range(at + lead, at + lead)?;
    let own = file.line_of(node.start_byte()) - 1..file.line_of(node.end_byte().saturating_sub(1));
    let is_in = match lines.is_empty() {
        true => own.start < lines.start && lines.start < own.end,
        false => own.start <= lines.start && lines.end <= own.end,
    };
    (node.kind() == "comment" && is_in).then_some(own)
}

/// The lines of the comment or the directive that some lines are in.
pub(crate) fn unit(file: &File, lines: &Range<usize>) -> Option<Range<usize>> {
    comment(file, lines).or_else(|| directive(file, lines))
}

fn directive(file: &File, lines: &Range<usize>) -> Option<Range<usize>> {
    let own = file.macros().iter().map(|known| {
        let end = known.range.end.saturating_sub(1).max(known.range.start);
        file.line_of(known.range.start) - 1..file.line_of(end)
    });
    let is_in = |own: &Range<usize>| match lines.is_empty() {
        true => own.start < lines.start && lines.start < own.end,
        false => own.start <= lines.start && lines.end <= own.end,
    };
    let mut own = own.filter(|own| own.len() > 1);
    own.find(is_in)
}
