//! Comments: words in, lines out.

use sites::Unresolved;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use super::columns;
use super::{HARD_WIDTH, PREFERRED_WIDTH};
use crate::fragment::fragment;
use sites::words::fold;

/// A comment: words between delimiters, or lines in a block.
#[derive(askama::Template, serde::Serialize)]
#[template(path = "c/comment.c", escape = "none")]
pub(crate) struct CommentTemplate<'a> {
    indentation: &'a str,
    words: &'a str,
    block: bool,
    opening: String,
    lines: Vec<String>,
}

templates::page!(CommentTemplate<'_>, "c/comment.c");

/// How a file starts its block comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockStyle {
    /// `/*` alone on its line.
    Kernel,
    /// `/* The first words`, as the older networking code has it.
    Networking,
    /// `/**`, for kernel-doc.
    KernelDoc,
}

/// The style that most block comments of `source` have.
pub(crate) fn prevailing_style(source: &str) -> BlockStyle {
    let (mut kernel, mut networking) = (0_usize, 0_usize);
    for line in source.lines() {
        let line = line.trim();
        if line == "/*" {
            kernel += 1;
        } else if line.starts_with("/* ") && !line.contains("*/") {
            networking += 1;
        }
    }
    if networking > 2 * kernel + 1 {
        BlockStyle::Networking
    } else {
        BlockStyle::Kernel
    }
}

/// A comment above code that is indented by `indentation`: on one line where it fits, else a block.
/// The lines carry their indentation, and a newline each.
pub(crate) fn above(
    words: &str,
    indentation: &str,
    style: BlockStyle,
) -> Result<String, Unresolved> {
    let one_line = one_line(words.trim(), indentation)?;
    let fits = columns::width(&one_line) <= PREFERRED_WIDTH;
    if style != BlockStyle::KernelDoc && fits && !words.trim().contains('\n') {
        return Ok(one_line + "\n");
    }
    block(words, indentation, style)
}

fn one_line(words: &str, indentation: &str) -> Result<String, Unresolved> {
    fragment(&CommentTemplate {
        indentation,
        words,
        block: false,
        opening: String::new(),
        lines: Vec::new(),
    })
}

/// A block comment, whatever its length.
pub(crate) fn block(
    words: &str,
    indentation: &str,
    style: BlockStyle,
) -> Result<String, Unresolved> {
    let lines = wrap(words, columns::width(indentation) + " * ".len());
    block_of(lines, indentation, style)
}

/// A block comment in the place of `old`: words without breaks of their own are broken where those of the old one are, up to
/// the first that differs and from the last that does.
pub(crate) fn block_over(
    old: &str,
    words: &str,
    indentation: &str,
    style: BlockStyle,
) -> Result<String, Unresolved> {
    let taken = columns::width(indentation) + " * ".len();
    match kept_lines(old, words, taken) {
        Some(lines) => block_of(lines, indentation, style),
        None => {
            let known: Vec<String> = old.lines().map(|line| fold(&inner(line))).collect();
            let block = block_of(wrap_over(words, taken, &known), indentation, style)?;
            Ok(as_drawn(old, &block))
        }
    }
}

/// A block comment with the lines of `old` that have the same words as these were: behind a tab, or in columns. A line that
/// is in other columns than it was, or has a bullet that was not there, is as its author wrote it.
fn as_drawn(old: &str, new: &str) -> String {
    let known = old.lines().skip(1).map(|line| (inner(line), line));
    let mut known =
        known.filter(|(_, line)| line.trim_start().starts_with('*') && !line.contains("*/"));
    let last = new.lines().count();
    let lines = new.lines().enumerate().map(|(at, line)| {
        let own = inner(line);
        let is_inside = at > 0 && at + 1 < last && !words_of_line(&own).is_empty();
        let found = is_inside.then(|| known.clone().position(|(known, _)| is_same(&known, &own)));
        match found.flatten().and_then(|at| known.nth(at)) {
            Some((_, drawn)) => drawn.trim_end().to_owned() + "\n",
            None => format!("{line}\n"),
        }
    });
    lines.collect()
}

/// Whether a line of a comment is one that was there.
fn is_same(old: &str, new: &str) -> bool {
    let is_bullet = |text: &str| text.trim_start().starts_with("* ");
    let is_in_columns = new.trim().contains('\t') || new.trim().contains("  ");
    match is_in_columns {
        true => old.trim() == new.trim(),
        false => is_bullet(old) == is_bullet(new) && words_of_line(old) == words_of_line(new),
    }
}

fn words_of_line(text: &str) -> String {
    let words = text.trim_start_matches('*').split_whitespace();
    words.collect::<Vec<_>>().join(" ")
}

fn kept_lines(old: &str, words: &str, taken: usize) -> Option<Vec<String>> {
    let mut old: Vec<String> = old.lines().map(inner).collect();
    // The lines of its delimiters.
    old.pop_if(|line| line.is_empty());
    if old.first().is_some_and(String::is_empty) {
        old.remove(0);
    }
    let new: Vec<&str> = words.split_whitespace().collect();
    let is_plain = !words.trim().contains('\n') && old.len() > 1;
    if !is_plain || old.iter().any(|line| line.is_empty() || starts_item(line)) {
        return None;
    }
    let (mut rest, mut kept) = (new.as_slice(), 0);
    for line in &old {
        let line: Vec<&str> = line.split_whitespace().collect();
        let Some(behind) = rest.strip_prefix(line.as_slice()) else {
            break;
        };
        (rest, kept) = (behind, kept + 1);
    }
    // Some blocks have their words further in.
    let inset = old
        .iter()
        .skip(usize::from(kept > 0))
        .map(|line| columns::indentation(line));
    let inset = inset
        .min_by_key(|own| own.len())
        .unwrap_or_default()
        .to_owned();
    let wrap = |words: &[&str]| -> Vec<String> {
        let lines = wrap(&words.join(" "), taken + columns::width(&inset));
        let lines = lines.into_iter().filter(|line| !line.is_empty());
        lines.map(|line| format!("{inset}{line}")).collect()
    };
    let (mut middle, mut end) = (rest, old.len());
    for line in old.iter().skip(kept).rev() {
        let line: Vec<&str> = line.split_whitespace().collect();
        let Some(before) = middle.strip_suffix(line.as_slice()) else {
            break;
        };
        (middle, end) = (before, end - 1);
    }
    let mut lines = wrap(middle);
    // A line more, mostly of one word: what is behind it is wrapped as well.
    if lines.len() > end - kept {
        lines = wrap(rest);
        end = old.len();
    }
    let head = old.iter().take(kept).cloned();
    Some(
        head.chain(lines)
            .chain(old.iter().skip(end).cloned())
            .collect(),
    )
}

/// A line of a block comment without what draws the block.
fn inner(line: &str) -> String {
    let line = line.trim().trim_end_matches("*/").trim_end();
    let line = line.trim_start_matches("/**").trim_start_matches("/*");
    let line = line.trim_start();
    let line = line.strip_prefix("* ").unwrap_or(line);
    if line == "*" { "" } else { line }.to_owned()
}

fn block_of(
    lines: Vec<String>,
    indentation: &str,
    style: BlockStyle,
) -> Result<String, Unresolved> {
    let mut lines = lines.into_iter();
    let opening = match style {
        BlockStyle::Kernel => "/*".to_owned(),
        BlockStyle::KernelDoc => "/**".to_owned(),
        BlockStyle::Networking => {
            let first = lines.next().unwrap_or_default();
            format!("/* {first}").trim_end().to_owned()
        }
    };
    let text = fragment(&CommentTemplate {
        indentation,
        words: "",
        block: true,
        opening,
        lines: lines.collect(),
    })?;
    // A line of its own columns begins behind the star.
    let lead = format!("\n{indentation} *");
    let text = text.replace(&format!("{lead} \t"), &format!("{lead}\t"));
    Ok(text + "\n")
}

/// A comment behind code.
pub(crate) fn trailing(words: &str) -> Result<String, Unresolved> {
    one_line(&fold(words), "")
}

/// The lines of words beside `taken` columns. Those of a paragraph whose lines all fit are kept as they are written: where a
/// line ends is its author's choice. Others are wrapped. Blank lines part paragraphs; a line that starts a list item begins
/// one of its own.
pub(crate) fn wrap(words: &str, taken: usize) -> Vec<String> {
    wrap_over(words, taken, &[])
}

/// The same in the place of lines that are known: one of those is no new text, and is kept whatever its length.
fn wrap_over(words: &str, taken: usize, known: &[String]) -> Vec<String> {
    let room = PREFERRED_WIDTH.saturating_sub(taken).max(20);
    let mut lines = Vec::new();
    for written in paragraphs(words) {
        // What the author broke into lines stays as it is, as far as checkpatch lets it.
        let fits = |line: &String| columns::width(line) + taken <= HARD_WIDTH;
        let is_known = |line: &String| known.contains(&fold(line));
        let is_old = !written.is_empty() && written.iter().all(is_known);
        if is_old || written.len() > 1 && written.iter().all(fits) {
            lines.extend(written);
            continue;
        }
        let paragraph = fold_lines(&written);
        let lead = written
            .first()
            .map_or("", |line| columns::indentation(line));
        let hang = format!("{lead}{}", hanging_indent(&paragraph));
        let options = Options::new(room)
            .wrap_algorithm(WrapAlgorithm::FirstFit)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(false)
            .initial_indent(lead)
            .subsequent_indent(&hang);
        lines.extend(
            textwrap::wrap(&paragraph, options)
                .into_iter()
                .map(|line| line.trim_end().to_owned()),
        );
        if paragraph.is_empty() && lines.last().is_none_or(|last| !last.is_empty()) {
            lines.push(String::new());
        }
    }
    lines
}

/// Splits words into what is wrapped separately, each with its lines. An empty one stands for a blank line.
fn paragraphs(words: &str) -> Vec<Vec<String>> {
    let words = words.trim();
    let lines = || words.lines().filter(|line| !line.trim().is_empty());
    // The first line is without what `trim` took off.
    let common = lines()
        .skip(1)
        .map(columns::indentation)
        .min_by_key(|own| own.len());
    // A list may be further in than what introduces it.
    let is_least = |line: &&str| common == Some(columns::indentation(line));
    let mut least = lines().skip(1).filter(is_least);
    let common = common.filter(|_| least.any(|line| !starts_item(line)));
    let common = common.unwrap_or_default();
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut open = false;
    for line in words.lines() {
        let text = line.trim_end();
        let text = text.strip_prefix(common).unwrap_or(text.trim_start());
        if text.is_empty() {
            found.push(Vec::new());
            open = false;
        } else if !open || starts_item(line) {
            found.push(vec![text.to_owned()]);
            open = true;
        } else if let Some(last) = found.last_mut() {
            last.push(text.to_owned());
        }
    }
    found
}

fn fold_lines(lines: &[String]) -> String {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    lines.join(" ")
}

fn starts_item(line: &str) -> bool {
    let text = line.trim_start();
    text.starts_with("- ") || text.starts_with("* ") || text.starts_with('@')
}

fn hanging_indent(paragraph: &str) -> &'static str {
    if paragraph.starts_with("- ") || paragraph.starts_with("* ") {
        "  "
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::{BlockStyle, above, block, block_over, prevailing_style};

    #[test]
    fn a_comment_that_fits_stays_on_one_line() {
        assert_eq!(
            above("Short words", "\t", BlockStyle::Kernel).unwrap(),
            "\t/* Short words */\n"
        );
    }

    #[test]
    fn a_list_stays_further_in_than_what_introduces_it() {
        let text = block(
            "Steps:\n - one\n - two\n   and more",
            "\t",
            BlockStyle::Kernel,
        )
        .unwrap();
        assert_eq!(
            text,
            "\t/*\n\t * Steps:\n\t *  - one\n\t *  - two\n\t *    and more\n\t */\n"
        );
    }

    #[test]
    fn a_long_comment_is_a_block_within_eighty_columns() {
        let words = "These words go on for rather longer than one line of a kernel source can \
                     take and so have to be wrapped to the width that is left";
        let text = above(words, "\t\t", BlockStyle::Kernel).unwrap();
        assert!(text.starts_with("\t\t/*\n\t\t * These"));
        assert!(text.ends_with("\n\t\t */\n"));
        assert!(text.lines().all(|line| super::columns::width(line) <= 80));
    }

    #[test]
    fn blank_lines_part_paragraphs_and_items_hang() {
        assert_eq!(
            block("One.\n\n- two\n- three", "", BlockStyle::Kernel).unwrap(),
            "/*\n * One.\n *\n * - two\n * - three\n */\n"
        );
    }

    #[test]
    fn a_line_that_was_there_is_not_wrapped() {
        let long =
            "@p: the port, which is not locked by whoever calls this and is not up (may be NULL)";
        let old = format!("/**\n * f - f\n * {long}\n *\n * Returns 0.\n */");
        let words = format!("f - f\n{long}\n\nNever fails.\n\nReturns 0.");
        let new = block_over(&old, &words, "", BlockStyle::KernelDoc).unwrap_or_default();
        assert_eq!(
            new,
            format!("/**\n * f - f\n * {long}\n *\n * Never fails.\n *\n * Returns 0.\n */\n")
        );
    }

    #[test]
    fn networking_style_is_taken_from_the_file() {
        assert_eq!(
            prevailing_style("/* a\n * b\n */\n/* c\n * d\n */\n"),
            BlockStyle::Networking
        );
        assert_eq!(prevailing_style("/*\n * b\n */\n"), BlockStyle::Kernel);
        assert_eq!(
            block("Words", "", BlockStyle::Networking).unwrap(),
            "/* Words\n */\n"
        );
    }
}
