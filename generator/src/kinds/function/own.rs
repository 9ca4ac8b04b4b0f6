//! The lines under a function that are about it: `EXPORT_SYMBOL(f);`, `subsys_initcall(f);`, `static DEVICE_ATTR_RO(f);`.

use query::File;
use sites::lines::{end_with_trailing_comment, line_end, line_text};

/// How many lines one of them may have.
const MOST_LINES: usize = 20;

/// The end of the lines of the definition that ends at `end`, with those that are about the function directly under it. An
/// export may have a blank line before it.
pub(super) fn end_with_own(file: &File, name: &str, end: usize) -> usize {
    let mut at = end_with_trailing_comment(file, end);
    while let Some(next) = past_group(file, name, at)
        .or_else(|| past_invocation(file, name, at))
        .or_else(|| past_blank(file, name, at))
    {
        at = next;
    }
    at
}

fn text_at(file: &File, at: usize) -> Option<String> {
    (at < file.bytes().len()).then(|| line_text(file, file.line_of(at)))
}

/// Behind an `#if` whose lines are all about the function.
fn past_group(file: &File, name: &str, at: usize) -> Option<usize> {
    let is_directive = |text: &str, word: &str| {
        text.strip_prefix('#')
            .is_some_and(|rest| rest.trim_start().starts_with(word))
    };
    if !is_directive(&text_at(file, at)?, "if") {
        return None;
    }
    let mut at = line_end(file, at);
    loop {
        let text = text_at(file, at)?;
        at = if is_directive(&text, "endif") {
            return Some(line_end(file, at));
        } else if is_directive(&text, "el") {
            line_end(file, at)
        } else {
            past_invocation(file, name, at)?
        };
    }
}

/// Behind a blank line and what says by its name whose it is.
fn past_blank(file: &File, name: &str, at: usize) -> Option<usize> {
    if !text_at(file, at)?.trim().is_empty() {
        return None;
    }
    let next = line_end(file, at);
    let text = text_at(file, next)?;
    let (word, rest) = invoked(&text)?;
    (word.starts_with("EXPORT_") && has_word(rest, name))
        .then(|| past_invocation(file, name, next))
        .flatten()
}

/// Behind a macro's use that is about the function.
fn past_invocation(file: &File, name: &str, at: usize) -> Option<usize> {
    let first = text_at(file, at)?;
    let mut text = String::new();
    let mut end = at;
    for _ in 0..MOST_LINES {
        text.push_str(&text_at(file, end)?);
        end = line_end(file, end);
        if is_whole(&text) {
            break;
        }
    }
    let whole = text.trim_end();
    if !is_whole(whole) || !(whole.ends_with(')') || whole.ends_with(");")) {
        return None;
    }
    let is_static = first.starts_with("static ");
    let (word, rest) = invoked(&text)?;
    let is_loud = !word.contains(|c: char| c.is_ascii_lowercase());
    let is_own = match (is_loud, is_static) {
        // `module_init(f);`, and no prototype.
        (false, _) => has_word(rest, name) && whole.ends_with(';'),
        (true, false) => whole.ends_with(';'),
        // `DEVICE_ATTR_RO(f)` is about f_show().
        (true, true) => {
            let subject = rest
                .split(|c: char| !is_part(c))
                .find(|word| !word.is_empty());
            subject.is_some_and(|subject| name.starts_with(subject))
        }
    };
    is_own.then_some(end)
}

/// The word before the first parenthesis, and what is behind it, where the text begins with both.
fn invoked(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix("static ").unwrap_or(text);
    let (word, rest) = text.split_once('(')?;
    let is_word = !word.is_empty() && word.trim_end().chars().all(is_part);
    (is_word && !text.starts_with(char::is_whitespace)).then_some((word.trim_end(), rest))
}

/// Whether all parentheses of a text are closed.
fn is_whole(text: &str) -> bool {
    text.contains('(') && text.matches('(').count() == text.matches(')').count()
}

fn has_word(text: &str, name: &str) -> bool {
    text.split(|c: char| !is_part(c)).any(|word| word == name)
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
