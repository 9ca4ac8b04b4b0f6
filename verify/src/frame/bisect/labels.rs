//! Labels are a function's own: each once, and each that is gone to.

use std::sync::Arc;

use query::File;
use syntax::items::Function;

use super::Step;
use super::changes::FileChange;
use super::code::{Role, Word};
use super::complaint::{Complaint, new_ones};
use super::scope::has_word;
use super::snapshot::Snapshot;
use super::visible::exclude_each_other;

/// What is wrong with the labels of the functions that a touched file has otherwise than before.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let before = change.before.iter().flat_map(|before| {
        let functions = before.functions().iter();
        functions.flat_map(|function| of_function(&step.before, before, function))
    });
    let now = change.changed_functions().into_iter();
    new_ones(
        now.flat_map(|function| of_function(&step.after, file, function)),
        before,
    )
}

fn of_function(snapshot: &Snapshot<'_>, file: &Arc<File>, function: &Function) -> Vec<Complaint> {
    let code = snapshot.code(file);
    let inside = |word: &&Word| function.body.contains(&word.range.start) && word.define.is_none();
    let words: Vec<&Word> = code.words.iter().filter(inside).collect();
    let labels: Vec<&&Word> = words
        .iter()
        .filter(|word| word.role == Role::Label)
        .collect();
    let text = |word: &Word| file.text(word.range.clone()).into_owned();
    // `__label__` makes a block's own labels; a nested function has its own too.
    let is_plain = !has_word(file.slice(function.body.clone()), b"__label__");
    let mut found = Vec::new();
    for word in words.iter().filter(|word| word.role == Role::Goto) {
        let name = text(word);
        let is_there = labels.iter().any(|label| text(label) == name);
        let at = word.range.start;
        if is_there || !is_plain || file.is_dead(at) || may_be_made(snapshot, file, function, &name)
        {
            continue;
        }
        found.push(Complaint::violated(
            format!("goto:{}:{}:{name}", file.path(), function.name),
            file,
            at,
            format!("`goto {name}` has no label `{name}` in {}()", function.name),
        ));
    }
    for (index, label) in labels.iter().enumerate() {
        let name = text(label);
        let at = label.range.start;
        let twin = labels.iter().take(index).find(|earlier| {
            text(earlier) == name
                && !exclude_each_other(
                    &file.conditions_at(earlier.range.start),
                    &file.conditions_at(at),
                )
        });
        let Some(twin) = twin.filter(|_| is_plain) else {
            continue;
        };
        found.push(Complaint::violated(
            format!("label:{}:{}:{name}", file.path(), function.name),
            file,
            at,
            format!(
                "{}() has the label `{name}` twice: line {} too",
                function.name,
                file.line_of(twin.range.start)
            ),
        ));
    }
    found
}

/// Whether a macro may make the label: one of the file that spells it, or a call that is given it.
fn may_be_made(snapshot: &Snapshot<'_>, file: &Arc<File>, function: &Function, name: &str) -> bool {
    let code = snapshot.code(file);
    code.words_named(file, name).any(|word| {
        let in_macro = word.define.is_some() && word.role == Role::Label;
        let given = function.body.contains(&word.range.start) && word.call.is_some();
        in_macro || given && word.role == Role::Free
    }) || file.unread_in(&function.body).is_some()
}
