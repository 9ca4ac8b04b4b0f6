//! Code as a spec writes it: anchors as short as a reader knows them by, code as at column 0.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use syntax::Node;

/// An anchor longer than this is hard to read.
const LONGEST: usize = 72;

/// Code on one line, white space folded; none where a comment or a directive would be lost.
pub(crate) fn one_line(file: &File, range: Range<usize>) -> Option<String> {
    let text = file.text(range);
    let is_plain = !["/*", "//", "\n#", "\\\n"]
        .iter()
        .any(|mark| text.contains(mark));
    is_plain.then(|| {
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // A line that ends with an opening parenthesis goes on without a blank.
        folded.replace("( ", "(")
    })
}

/// Code as a pattern that finds it: on one line, without its comments; none where a directive would be lost.
pub(crate) fn pattern(file: &File, range: Range<usize>) -> Option<String> {
    let own = file.slice(range.clone());
    let tokens = tokens(own);
    let is_plain = tokens
        .iter()
        .all(|token| token.kind != TokenKind::Directive);
    let mut text = Vec::new();
    let mut at = 0;
    for token in &tokens {
        if token.kind == TokenKind::Comment {
            text.extend_from_slice(own.get(at..token.range.start)?);
            text.push(b' ');
            at = token.range.end;
        }
    }
    text.extend_from_slice(own.get(at..)?);
    let text = String::from_utf8_lossy(&text).into_owned();
    let is_whole = is_plain && !text.contains("\\\n");
    is_whole.then(|| {
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        folded.replace("( ", "(")
    })
}

/// How a statement may be named, the shortest first that a reader knows it by.
pub(crate) fn anchors(file: &File, node: Node<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let whole = pattern(file, node.byte_range());
    if let Some(whole) = whole
        .as_ref()
        .filter(|text| text.len() <= LONGEST && !text.contains('{'))
    {
        found.push(whole.clone());
    } else {
        found.extend(without_arguments(file, node));
        found.extend(without_body(file, node));
        found.extend(whole);
    }
    found
}

/// `x = f($$$ARGS);`
fn without_arguments(file: &File, node: Node<'_>) -> Option<String> {
    if node.kind() != "expression_statement" && node.kind() != "return_statement" {
        return None;
    }
    let mut at = node.named_child(0)?;
    while at.kind() == "assignment_expression" {
        at = at.child_by_field_name("right")?;
    }
    let arguments =
        (at.kind() == "call_expression").then(|| at.child_by_field_name("arguments"))??;
    let head = one_line(file, node.start_byte()..arguments.start_byte())?;
    Some(format!("{head}($$$ARGS);"))
}

/// `if (x) $BODY`
fn without_body(file: &File, node: Node<'_>) -> Option<String> {
    let (body, tail) = match node.kind() {
        "if_statement" => {
            let body = node.child_by_field_name("consequence")?;
            let other = node.child_by_field_name("alternative");
            (body, if other.is_some() { " else $OTHER" } else { "" })
        }
        "while_statement" | "for_statement" | "switch_statement" => {
            (node.child_by_field_name("body")?, "")
        }
        _ => return None,
    };
    let head = one_line(file, node.start_byte()..body.start_byte())?;
    Some(format!("{head} $BODY{tail}"))
}

/// Whole lines as at column 0: without the indentation of the first line that has one. A label is where labels are,
/// whatever the code around is at.
pub(crate) fn dedented(file: &File, range: &Range<usize>) -> Option<String> {
    let text = file.text(range.clone());
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let code = lines.clone().find(|line| !is_label(line));
    let first = code.or_else(|| lines.next())?;
    without(&text, indentation(first))
}

/// The same, where the first line is the measure though it be a label.
pub(crate) fn dedented_by_first(file: &File, range: &Range<usize>) -> Option<String> {
    let text = file.text(range.clone());
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    without(&text, indentation(first))
}

fn indentation(line: &str) -> &str {
    let code = line.trim_start();
    line.get(..line.len() - code.len()).unwrap_or_default()
}

fn is_label(line: &str) -> bool {
    !line.starts_with([' ', '\t']) && line.trim_end().ends_with(':')
}

/// The lines of a text without the indentation that each has.
fn without(text: &str, own: &str) -> Option<String> {
    let mut out = String::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            out.push('\n');
            continue;
        }
        match line.strip_prefix(own) {
            Some(line) => out.push_str(line),
            None if is_label(line) => out.push_str(line),
            None => return None,
        }
        out.push('\n');
    }
    Some(out)
}

/// Without blank lines at both ends.
pub(crate) fn trimmed(text: &str) -> String {
    let mut text = text;
    while let Some((_, rest)) = text
        .split_once('\n')
        .filter(|(first, _)| first.trim().is_empty())
    {
        text = rest;
    }
    format!("{}\n", text.trim_end())
}

/// A comment's words, line by line, without what makes it one.
pub(crate) fn comment_words(text: &str) -> Option<String> {
    let inner = match text.strip_prefix("/*") {
        Some(rest) => rest.strip_suffix("*/")?,
        None => text.strip_prefix("//")?,
    };
    let lines = inner.lines().map(|line| {
        let line = line.trim();
        line.strip_prefix('*')
            .map_or(line, |rest| rest.strip_prefix(' ').unwrap_or(rest))
            .trim_end()
    });
    let lines: Vec<&str> = lines.collect();
    let text = lines.join("\n");
    let text = text.trim_matches('\n').trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A comment as it is drawn, as at column 0; none of one that ends with its line.
pub(crate) fn drawn(file: &File, comment: Node<'_>) -> Option<String> {
    let text = file.text(comment.byte_range());
    let line = sites::lines::line_start(file, comment.start_byte());
    let own = file.text(line..comment.start_byte()).into_owned();
    let own = indentation(&own);
    let mut lines = text.lines();
    let mut found = lines.next()?.trim_end().to_owned();
    for line in lines {
        found.push('\n');
        match line.trim() {
            "" => {}
            _ => found.push_str(line.strip_prefix(own)?.trim_end()),
        }
    }
    let is_several = found.contains('\n');
    found
        .ends_with("*/")
        .then(|| if is_several { found + "\n" } else { found })
}

/// The first name that a declarator has.
pub(crate) fn declared_name(file: &File, node: Node<'_>) -> Option<String> {
    let text = |node: Node<'_>| file.text(node.byte_range()).into_owned();
    if let Some(name) = node.child_by_field_name("name") {
        return Some(text(name));
    }
    let mut at = node
        .child_by_field_name("declarator")
        .or_else(|| node.child_by_field_name("type"))?;
    loop {
        match at.kind() {
            "identifier" | "field_identifier" | "type_identifier" => return Some(text(at)),
            _ => {}
        }
        at = at
            .child_by_field_name("declarator")
            .or_else(|| at.child_by_field_name("name"))
            .or_else(|| at.named_child(0))?;
    }
}

#[cfg(test)]
mod tests {
    use super::{comment_words, trimmed};

    #[test]
    fn blank_lines_at_the_ends_go() {
        assert_eq!(trimmed("\n \na;\n\nb;\n\n"), "a;\n\nb;\n");
    }

    #[test]
    fn the_words_of_a_comment() {
        assert_eq!(comment_words("/* one */").as_deref(), Some("one"));
        assert_eq!(
            comment_words("/*\n * one\n *\n *   two\n */").as_deref(),
            Some("one\n\n  two")
        );
        assert_eq!(comment_words("// one").as_deref(), Some("one"));
        assert_eq!(comment_words("/**/"), None);
    }
}
