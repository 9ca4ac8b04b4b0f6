//! The text of the new form at one site: indented as the site is, in parentheses where it needs them.

use dialect::token::{TokenKind, texts, tokens};
use query::File;
use query::pattern::precedence::level_of;
use query::pattern::{Bindings, Filled, Fragment, Match, Template};
use query::types::DefinitionSource;
use schema::model::Rewrite;
use sites::Unresolved;
use sites::bare::{is_taken_apart_by, taken_apart_by};
use sites::kinds::rewrite;

use crate::inline::wants_parentheses;
use crate::layout::statement::indent_rest;
use crate::layout::{self, columns};
use crate::merge::run_together;
use crate::place::{self, Indent};

/// The new form of a match in the file; macros are looked up in the definitions.
pub(super) fn new(
    (file, definitions): (&File, &dyn DefinitionSource),
    change: &Rewrite,
    m: &Match,
    bindings: &Bindings,
    indentation: &Indent,
) -> Result<Filled, Unresolved> {
    let own = &change.replacement;
    let template = indented(own.braced(bindings).as_ref().unwrap_or(own), indentation);
    let bindings = moved(file, m, &template, bindings);
    let unbound = |name: String| {
        let text = change.replacement.text();
        Unresolved::spec(format!("`${name}` in `{text}` is not bound"))
    };
    sites::effects::fits((file, definitions), m.range.start, &m.bindings, own, false)?;
    let mut new = template.filled(&bindings).map_err(unbound)?;
    stays_apart(file, m, &template, &bindings, &new)?;
    parenthesize(file, definitions, m, &mut new);
    end_statement(file, m, &mut new);
    end_once(file, m, &mut new)?;
    touches_nothing(file, m, &new)?;
    Ok(new)
}

/// Refuses what would be one token with what the template has beside it: `0x1e-2` is one number (C11 6.4.8).
fn stays_apart(
    file: &File,
    m: &Match,
    template: &Template,
    bindings: &Bindings,
    new: &Filled,
) -> Result<(), Unresolved> {
    let mut apart = bindings.clone();
    for binding in apart.values_mut() {
        binding.text = format!(" {} ", binding.text);
    }
    let apart = template.fill(&apart).unwrap_or_default();
    let is_same = texts(apart.as_bytes()).eq(texts(new.text.as_bytes()));
    let message = || {
        let text = sites::one_line(&new.text);
        format!("parts of `{text}` would be read as one token")
    };
    let hint = "leave a blank beside the metavariable in `to`";
    match is_same {
        true => Ok(()),
        false => Err(Unresolved::unfit(message())
            .hint(hint)
            .at(file, m.range.start)),
    }
}

/// The template with every line but its first at the indentation of the site, where it is written as at column 0.
fn indented(template: &Template, indentation: &Indent) -> Template {
    let text = template.text().trim_end();
    if !text.contains('\n') {
        return template.clone();
    }
    let own = columns::indentation(text);
    let lines = text
        .lines()
        .map(|line| line.strip_prefix(own).unwrap_or(line));
    let moved = indent_rest(&lines.collect::<Vec<_>>().join("\n"), indentation);
    Template::compile(&moved, Fragment::Any).unwrap_or_else(|_| template.clone())
}

/// What metavariables take, at the indentation that the template has for it: its lines behind the first go where the first,
/// or the statement that it is in, goes.
fn moved(file: &File, m: &Match, template: &Template, bindings: &Bindings) -> Bindings {
    let mut bindings = bindings.clone();
    for (name, binding) in &mut bindings {
        if !binding.text.contains('\n') {
            continue;
        }
        let Some((number, begins_new)) = line_of(template.text(), name) else {
            continue;
        };
        let start = sites::lines::line_start(file, binding.range.start);
        let begins_old = file.text(start..binding.range.start).trim().is_empty();
        let (own, wanted) = match begins_old && begins_new {
            true => (
                behind_labels(&binding.text)
                    .unwrap_or_else(|| place::indentation(file, binding.range.start)),
                new_indentation(file, m, template.text(), number, place::indentation),
            ),
            false => (
                place::of_statement(file, before(file, binding.range.start, begins_old)),
                new_indentation(
                    file,
                    m,
                    template.text(),
                    statement_line(template.text(), number),
                    place::of_statement,
                ),
            ),
        };
        binding.text = layout::shifted(&binding.text, &own, &wanted);
    }
    bindings
}

/// The indentation of statements that begin with a label on a line of its own, which is not as deep as they are.
fn behind_labels(text: &str) -> Option<String> {
    let mut lines = text.lines();
    if !columns::is_label(lines.next()?) {
        return None;
    }
    let first = lines.find(|line| !line.trim().is_empty() && !columns::is_label(line))?;
    Some(columns::indentation(first).to_owned())
}

/// Where code that begins its line goes on from: the last token of a line above.
fn before(file: &File, start: usize, begins_line: bool) -> usize {
    let before = file.slice(0..start);
    let last = before.iter().rposition(|byte| !byte.is_ascii_whitespace());
    match begins_line {
        true => last.unwrap_or(start),
        false => start,
    }
}

/// The first line of the template with the metavariable, and whether that begins with it.
fn line_of(template: &str, name: &str) -> Option<(usize, bool)> {
    let is_it = |at: usize, line: &str| {
        let rest = line.get(at..).and_then(|rest| rest.strip_prefix(name));
        let is_whole =
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c == '_' || c.is_alphanumeric()));
        is_whole && line.get(..at).is_some_and(|before| before.ends_with('$'))
    };
    let lines = template.lines().enumerate();
    lines
        .filter_map(|(number, line)| {
            let mut found = line.match_indices(name).map(|(at, _)| at);
            let at = found.find(|&at| is_it(at, line))?;
            let before = line.get(..at).unwrap_or_default();
            Some((number, before.trim_end_matches('$').trim().is_empty()))
        })
        .next()
}

/// The line that begins the statement which the line `number` is a part of.
fn statement_line(template: &str, number: usize) -> usize {
    let lines: Vec<&str> = template.lines().collect();
    let ends = |line: &str| {
        let line = line.trim_end();
        line.is_empty() || line.ends_with([';', '{', '}', ':', ')']) || line.ends_with("else")
    };
    let before = lines.get(..number).unwrap_or_default();
    before
        .iter()
        .rposition(|line| ends(line))
        .map_or(0, |at| at + 1)
}

/// The indentation of a line of the template; its first is where the match is.
fn new_indentation(
    file: &File,
    m: &Match,
    template: &str,
    number: usize,
    at_match: fn(&File, usize) -> String,
) -> String {
    match number {
        0 => at_match(file, m.range.start),
        _ => columns::indentation(template.lines().nth(number).unwrap_or_default()).to_owned(),
    }
}

/// Whether the text's first or last token would be one with the code beside the match.
fn runs_into(file: &File, m: &Match, text: &str) -> bool {
    let (before, after) = beside(file, m);
    let words = code_words(text);
    let first = words.first();
    first.is_some_and(|first| run_together(&before, first))
        || words.last().is_some_and(|last| run_together(last, &after))
}

/// Parentheses that the place asks for: by precedence, also in the body of a macro, or because the new code would run into
/// what is before it.
fn parenthesize(file: &File, definitions: &dyn DefinitionSource, m: &Match, new: &mut Filled) {
    let Some(level) = level_of(&new.text) else {
        return;
    };
    if runs_into(file, m, &new.text)
        || wants_parentheses(file, &m.range, level)
        || taken_apart_by(file, definitions, &m.range, level).is_some()
            && is_taken_apart_by(file, definitions, &m.range).is_none()
    {
        new.text = format!("({})", new.text);
        for taken in &mut new.taken {
            taken.range = taken.range.start + 1..taken.range.end + 1;
        }
    }
}

/// A pattern without its `;` keeps the one that is there.
fn end_statement(file: &File, m: &Match, new: &mut Filled) {
    let was_ended = file.slice(m.range.clone()).ends_with(b";");
    let code = tokens(new.text.as_bytes());
    let last = code.iter().rfind(|token| token.kind != TokenKind::Comment);
    let Some(last) = last.filter(|token| was_ended && token.kind != TokenKind::Directive) else {
        return;
    };
    let text = new.text.get(last.range.clone()).unwrap_or_default();
    if !matches!(text, ";" | "}") {
        new.text.insert(last.range.end, ';');
    }
}

/// A pattern without its `;` leaves the one that is there: the new form's own is one too many.
fn end_once(file: &File, m: &Match, new: &mut Filled) -> Result<(), Unresolved> {
    let Some(at) = rewrite::own_end(file, &m.range, &new.text) else {
        return Ok(());
    };
    if !rewrite::is_ended(file, &m.range) {
        let message = "the new form is a statement, and the old one is a part of one";
        return Err(Unresolved::unfit(message).at(file, m.range.start));
    }
    new.text.remove(at);
    for taken in &mut new.taken {
        let shrink = |end: usize| end - usize::from(end > at);
        taken.range = shrink(taken.range.start)..shrink(taken.range.end);
    }
    Ok(())
}

/// Refuses what would be read together with the code beside it.
fn touches_nothing(file: &File, m: &Match, new: &Filled) -> Result<(), Unresolved> {
    let rest = m.range.end..sites::lines::line_end(file, m.range.end);
    let in_comment = tokens(new.text.as_bytes()).last().is_some_and(|last| {
        let text = new.text.get(last.range.clone()).unwrap_or_default();
        text.starts_with("//") && !file.text(rest).trim().is_empty()
    });
    if runs_into(file, m, &new.text) || in_comment {
        return Err(Unresolved::unfit(format!(
            "`{}` would be read together with the code beside it",
            sites::one_line(&new.text)
        ))
        .at(file, m.range.start));
    }
    Ok(())
}

/// The tokens that touch a match.
fn beside(file: &File, m: &Match) -> (String, String) {
    let line = sites::lines::whole_lines(file, &m.range);
    let before = file.text(line.start..m.range.start).into_owned();
    let after = file.text(m.range.end..line.end).into_owned();
    let before = match before.chars().next_back() {
        Some(last) if !last.is_whitespace() => code_words(&before).pop(),
        _ => None,
    };
    let after = match after.chars().next() {
        Some(first) if !first.is_whitespace() => code_words(&after).into_iter().next(),
        _ => None,
    };
    (before.unwrap_or_default(), after.unwrap_or_default())
}

fn code_words(text: &str) -> Vec<String> {
    let code = tokens(text.as_bytes())
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment);
    code.filter_map(|token| text.get(token.range).map(str::to_owned))
        .collect()
}
