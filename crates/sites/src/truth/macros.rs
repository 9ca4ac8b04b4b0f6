//! What is called, and whether it uses the truth of an argument alone.

use std::sync::Arc;

use dialect::token::tokens;
use query::File;
use query::types::{DefinitionKind, DefinitionSource, View};
use syntax::items::MacroDefinition;

use super::value::Value;
use crate::kinds::macros::{body_words, live};

/// What becomes of an argument.
pub(super) enum Argument {
    /// Its truth alone counts.
    Truth,
    /// A macro does something else with it, or it is not known what.
    Unknown,
    /// A function takes it, as such a value.
    Function(Value),
}

/// What becomes of the argument `index` of what is called `name`.
pub(super) fn argument(
    file: &File,
    name: &str,
    index: usize,
    definitions: &dyn DefinitionSource,
) -> Argument {
    if let Some(known) = known(file, name, index) {
        return known;
    }
    let near = |path: &dialect::TreePath| usize::from(path != file.path());
    let mut others =
        definitions.files_defining(DefinitionKind::Function, name, &View::of_all(&near));
    let other = others.find_map(|other: Arc<File>| known(&other, name, index));
    let is_loud = !name.is_empty() && name.chars().all(|c| !c.is_ascii_lowercase());
    match other {
        Some(argument) => argument,
        // By its name it is a macro, and nothing says which.
        None if is_loud => Argument::Unknown,
        None => Argument::Function(Value::Unknown),
    }
}

fn known(file: &File, name: &str, index: usize) -> Option<Argument> {
    let own = live(file, name);
    if !own.is_empty() {
        // Each arm of an `#if` may have its own.
        let truth = own.iter().all(|own| {
            let parameter = own.params.as_ref().and_then(|params| params.get(index));
            parameter.is_some_and(|parameter| is_truth(file, own, parameter))
        });
        return Some(if truth {
            Argument::Truth
        } else {
            Argument::Unknown
        });
    }
    parameter(file, name, index).map(Argument::Function)
}

/// Whether a macro's body has the parameter in parentheses of its own, as a condition or under a `!`, and nowhere else.
fn is_truth(file: &File, definition: &MacroDefinition, parameter: &str) -> bool {
    let body = file.slice(definition.body.clone());
    let words = body_words(body);
    let word = |at: Option<usize>| at.and_then(|at| words.get(at)).copied().unwrap_or_default();
    let uses = (0..words.len()).filter(|at| word(Some(*at)) == parameter.as_bytes());
    let mut count = 0;
    let truth = uses.inspect(|_| count += 1).all(|at| {
        let before = at.checked_sub(1);
        let in_parentheses = word(before) == b"(" && word(Some(at + 1)) == b")";
        let outside = at.checked_sub(2);
        in_parentheses && matches!(word(outside), b"!" | b"if" | b"while")
    });
    truth && count > 0
}

/// More than any list of parameters takes.
const LONGEST_LIST: usize = 4096;

/// The type of a function's parameter, from its definition or its prototype.
fn parameter(file: &File, name: &str, index: usize) -> Option<Value> {
    let text = file.text(0..file.bytes().len());
    let is_head = |at: usize| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + name.len()..).unwrap_or_default();
        let is_apart = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let typed = before.trim_end();
        let word = typed
            .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
            .next();
        let is_typed = typed.ends_with('*')
            || word.is_some_and(|word| !matches!(word, "" | "return" | "else" | "do" | "case"));
        is_apart && is_typed && after.trim_start().starts_with('(') && is_at_top(file, at)
    };
    let head = text
        .match_indices(name)
        .map(|(at, _)| at)
        .find(|at| is_head(*at))?;
    let end = text.len().min(head + LONGEST_LIST);
    let list = text.as_bytes().get(head + name.len()..end)?;
    let (mut depth, mut parameter, mut spelled) = (0_usize, 0_usize, String::new());
    for token in tokens(list) {
        let word = list.get(token.range).unwrap_or_default();
        match word {
            b"(" => depth += 1,
            b")" => depth = depth.saturating_sub(1),
            b"," if depth == 1 => {
                parameter += 1;
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if parameter == index && (depth > 1 || word != b"(") {
            spelled.push_str(&String::from_utf8_lossy(word));
            spelled.push(' ');
        }
    }
    Some(match spelled.trim() {
        "" | "..." => Value::Unknown,
        spelled => Value::of_type(spelled),
    })
}

/// Whether code is outside of every body.
fn is_at_top(file: &File, at: usize) -> bool {
    let function = file.function_at(at);
    function.is_none_or(|function| !function.body.contains(&at))
}
