//! Calls, against what the function or macro takes and gives: how many arguments they have, and whether their value is used.

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::token::texts;
use query::File;

use super::Step;
use super::changes::FileChange;
use super::code::{Call, Role};
use super::complaint::{Complaint, around};
use super::macro_argument::{Usage, usage_of};
use super::names::is_declarator;
use super::results;
use super::scope::is_local;
use super::semicolons;
use super::signature::{Form, Signature, arguments, signatures};
use super::snapshot::Snapshot;
use super::visible::{exclude_each_other, is_declared_name};

/// The calls in a touched file that the function or macro does not take so.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let asked =
        |call: &Call, name: &str| change.is_new(&whole_of(call)) || step.names.contains(name);
    complaints(step, file, change.before.as_ref(), &asked)
}

/// What a touched file calls in its new lines and does not declare itself.
pub(super) fn names_called(step: &Step<'_>, change: &FileChange<'_>) -> BTreeSet<String> {
    let Some(file) = &change.after else {
        return BTreeSet::new();
    };
    let code = step.after.code(file);
    let calls = code.calls.iter().filter(|call| {
        let whole = whole_of(call);
        !call.through_member && change.is_new(&whole)
    });
    let names = calls.map(|call| file.text(call.name.clone()).into_owned());
    names
        .filter(|name| signatures(file, name).is_empty())
        .collect()
}

fn whole_of(call: &Call) -> std::ops::Range<usize> {
    let end = call.arguments.last().map_or(call.name.end, |last| last.end);
    call.name.start..end
}

/// The calls of changed functions in a file that the series leaves alone.
pub(super) fn in_other(
    step: &Step<'_>,
    file: &Arc<File>,
    names: &BTreeSet<String>,
) -> Vec<Complaint> {
    let before = step.before.file(file.path());
    complaints(step, file, before.as_ref(), &|_, name| names.contains(name))
}

fn complaints(
    step: &Step<'_>,
    file: &Arc<File>,
    before: Option<&Arc<File>>,
    asked: &dyn Fn(&Call, &str) -> bool,
) -> Vec<Complaint> {
    let code = step.after.code(file);
    let mut found = Vec::new();
    for call in &code.calls {
        let name = file.text(call.name.clone()).into_owned();
        if !asked(call, &name) {
            continue;
        }
        for fault in [
            arguments_fault,
            number_called,
            results::fault,
            semicolons::fault,
        ] {
            let Some(wrong) = fault(&step.after, file, call, &name) else {
                continue;
            };
            let was_so = before.is_some_and(|before| {
                let code = step.before.code(before);
                code.calls.iter().any(|old| {
                    before.slice(old.name.clone()) == name.as_bytes()
                        && fault(&step.before, before, old, &name)
                            .is_some_and(|old| old.key == wrong.key)
                })
            });
            if !was_so {
                let key = format!("{}:{}:{name}", wrong.key, around(file, call.name.start));
                let at = call.name.start;
                found.push(Complaint::violated(key, file, at, wrong.message));
            }
        }
    }
    found
}

/// What is wrong with a call.
pub(super) struct Fault {
    /// Which fault it is: the same in another state is the same fault.
    pub(super) key: String,
    pub(super) message: String,
}

fn arguments_fault(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    call: &Call,
    name: &str,
) -> Option<Fault> {
    let (count, wanted, home) = mismatch(snapshot, file, call, name)?;
    let place = format!("{}:{}", home.path(), home.line_of(wanted.at));
    Some(Fault {
        key: format!("call:{count}"),
        message: format!(
            "{name}() is called with {}, and {place} takes {}",
            arguments(count),
            wanted.wants()
        ),
    })
}

/// A call of a macro without parameters that is a number.
fn number_called(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    call: &Call,
    name: &str,
) -> Option<Fault> {
    if call.through_member || call.define.is_some() || file.is_dead(call.name.start) {
        return None;
    }
    let (home, all) = snapshot.signatures_of(file, name)?;
    let numbers: Vec<String> = home
        .macros()
        .iter()
        .filter(|known| known.name == name && known.params.is_none())
        .map(|known| home.text(known.body.clone()).trim().to_owned())
        .filter(|body| body.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    let first = all.first().filter(|_| numbers.len() == all.len())?;
    let body = numbers.first()?;
    let place = format!("{}:{}", home.path(), home.line_of(first.at));
    Some(Fault {
        key: "number".to_owned(),
        message: format!("`{name}` is called, and {place} makes it `{body}`"),
    })
}

/// How many arguments the call has, and what does not take so many.
fn mismatch(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    call: &Call,
    name: &str,
) -> Option<(usize, Signature, Arc<File>)> {
    if !call.whole
        || call.through_member
        || is_declared_name(file, &call.name)
        || file.is_dead(call.name.start)
    {
        return None;
    }
    if is_local(file, &call.name) || is_declarator(file, &call.name) {
        return None;
    }
    let (home, all) = snapshot.signatures_of(file, name)?;
    let count = call.arguments.len();
    if all.iter().all(|one| one.accepts(count)) {
        return None;
    }
    if is_hidden_count(snapshot, file, call) {
        return None;
    }
    // `#define f g` may be anything, and so may one inside its own body.
    if all
        .iter()
        .any(|one| one.form == Form::Macro && one.parameters.is_none())
        || call.define.as_ref().is_some_and(|define| {
            file.macro_at(define.start).is_some_and(|own| {
                own.name == name || own.params.iter().flatten().any(|param| param == name)
            })
        })
    {
        return None;
    }
    let conditions = file.conditions_at(call.name.start);
    let seen: Vec<&Signature> = all
        .iter()
        .filter(|one| !exclude_each_other(&conditions, &one.conditions))
        .collect();
    let has_macro = seen.iter().any(|one| one.form == Form::Macro);
    let has_function = seen.iter().any(|one| one.form != Form::Macro);
    // A macro may wrap the function of its name and give it more.
    if has_macro && has_function && seen.iter().any(|one| one.accepts(count)) {
        let wraps = seen
            .iter()
            .filter(|one| one.form == Form::Macro)
            .any(|one| {
                seen.iter().any(|other| {
                    other.form != Form::Macro
                        && !exclude_each_other(&one.conditions, &other.conditions)
                })
            });
        if wraps {
            return None;
        }
    }
    let wrong = seen.into_iter().find(|one| !one.accepts(count))?;
    Some((count, wrong.clone(), home))
}

/// Whether the number of arguments cannot be read from the call: a macro among them may be several.
fn is_hidden_count(snapshot: &Snapshot<'_>, file: &Arc<File>, call: &Call) -> bool {
    call.arguments.iter().any(|argument| {
        let words: Vec<&str> = texts(file.slice(argument.clone())).collect();
        let braces =
            words.contains(&"{") || words.contains(&"##") || words.contains(&"__VA_ARGS__");
        let is_variadic_param = call.define.as_ref().is_some_and(|define| {
            file.macro_at(define.start).is_some_and(|own| {
                let head = file.slice(own.range.start..own.body.start.max(own.range.start));
                head.windows(3).any(|three| three == b"...")
                    && own
                        .params
                        .iter()
                        .flatten()
                        .last()
                        .is_some_and(|last| words.contains(&last.as_str()))
            })
        });
        let expands = words.first().is_some_and(|first| {
            snapshot
                .alias(file, first)
                .is_some_and(|(home, definition)| {
                    has_open_comma(&texts(home.slice(definition.body.clone())).collect::<Vec<_>>())
                })
        });
        braces || is_variadic_param || expands
    })
}

/// Whether a comma is outside all parentheses.
fn has_open_comma(words: &[&str]) -> bool {
    let mut depth = 0_usize;
    words.iter().any(|word| {
        match *word {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && *word == ","
    })
}

/// Uses of the address of a function whose parameters are others now: whether the pointer's type fits
/// is not judged.
pub(super) fn addresses(
    step: &Step<'_>,
    file: &Arc<File>,
    names: &BTreeSet<String>,
    is_new: &dyn Fn(usize) -> bool,
) -> Vec<Complaint> {
    let code = step.after.code(file);
    let mut found = Vec::new();
    for word in code
        .words
        .iter()
        .filter(|word| word.role == Role::Free && word.define.is_none())
    {
        let name = file.text(word.range.clone()).into_owned();
        let at = word.range.start;
        let is_call = code.calls.iter().any(|call| call.name.start == at);
        if !names.contains(&name)
            || is_call
            || is_new(at)
            || file.is_dead(at)
            || is_declarator(file, &word.range)
            || is_local(file, &word.range)
        {
            continue;
        }
        // `EXPORT_SYMBOL(name)` takes any type; `DEFINE_EVENT(class, name, …)` a part of a word.
        let call = word.call.and_then(|(call, _)| code.calls.get(call));
        let is_exported =
            call.is_some_and(|call| file.text(call.name.clone()).starts_with("EXPORT_"));
        let is_value = !is_exported && usage_of(&step.after, file, word) == Usage::Value;
        if !is_value || !signatures(file, &name).is_empty() && !step.touches(file) {
            continue;
        }
        let key = format!("address:{}:{name}", around(file, at));
        let message = format!(
            "`{name}` has other parameters, and is used here as a value: whether its type still fits was not judged"
        );
        found.push(Complaint::unknown(key, file, at, message));
    }
    found
}
