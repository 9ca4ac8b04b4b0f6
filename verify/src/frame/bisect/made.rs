//! Names that a macro's call at file level makes: of what it is given, or of parts that it pastes.
//!
//! `TRACE_EVENT(part, …)` makes `trace_part()`, over several macros that hand the part on. So the call is followed: a
//! parameter is what it was given, `##` joins, and what comes out has to be the whole name.

use std::cell::Cell;
use std::sync::Arc;

use dialect::token::texts;
use query::File;
use syntax::directives::MacroDefinition;

use super::code::Call;
use super::macro_argument::{MAX_NESTING, Usage, usage};
use super::snapshot::Snapshot;
use super::visible::is_declared_name;

/// How many macros one call is followed into.
const MOST_MACROS: usize = 400;

/// Whether a call at file level is given the name for what it declares, or makes it of what it is given.
pub(super) fn made_at_file_level(snapshot: &Snapshot<'_>, file: &Arc<File>, name: &str) -> bool {
    let code = snapshot.code(file);
    code.calls
        .iter()
        .filter(|call| call.define.is_none() && file.function_at(call.name.start).is_none())
        .filter(|call| !is_declared_name(file, &call.name))
        // `TP_ARGS(dev)` in a TRACE_EVENT() is what that is given, and declares nothing of its own.
        .filter(|call| call.around.is_none())
        .any(|call| is_made_by(snapshot, file, call, name))
}

fn is_made_by(snapshot: &Snapshot<'_>, file: &Arc<File>, call: &Call, name: &str) -> bool {
    let callee = file.text(call.name.clone());
    let given: Vec<String> = call
        .arguments
        .iter()
        .map(|argument| file.text(argument.clone()).trim().to_owned())
        .collect();
    // What a macro only evaluates is declared by somebody else, and a part of another name is not this one.
    let is_declared = given.iter().enumerate().any(|(index, text)| {
        let usage = || usage(snapshot, file, &callee, index, MAX_NESTING);
        text == name && matches!(usage(), Usage::Declares | Usage::Unknown)
    });
    let is_part = |text: &String| {
        text.len() > 1 && text != name && is_word(text) && name.contains(text.as_str())
    };
    let maker = Maker {
        snapshot,
        name,
        left: Cell::new(MOST_MACROS),
    };
    // `PREFIX` may be a macro, which is expanded where another one hands it on.
    let is_other = |text: &str| is_capital(text) && !name.contains(text);
    let values = || {
        let given = given.iter();
        given
            .map(|text| match is_other(text) {
                true => Value::Any,
                false => Value::of(text),
            })
            .collect()
    };
    is_declared || given.iter().any(is_part) && maker.makes(file, &callee, values(), MAX_NESTING)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_capital(text: &str) -> bool {
    text.len() > 1
        && text
            .chars()
            .all(|c| matches!(c, 'A'..='Z' | '0'..='9' | '_'))
}

/// What a parameter was given.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Word(String),
    /// What another macro may make a word of.
    Any,
    /// No word comes of it.
    Other,
}

impl Value {
    fn of(text: &str) -> Self {
        match text {
            _ if is_word(text) => Self::Word(text.to_owned()),
            "" => Self::Word(String::new()),
            // `CONCAT(a, b)`
            _ if text.ends_with(')') && !text.starts_with(['(', '"', '&', '*']) => Self::Any,
            _ => Self::Other,
        }
    }
}

struct Maker<'s, 'c> {
    snapshot: &'s Snapshot<'c>,
    name: &'s str,
    left: Cell<usize>,
}

impl Maker<'_, '_> {
    /// Whether the macro, or one that it hands its arguments to, makes the name. One that is not found may.
    fn makes(&self, file: &Arc<File>, callee: &str, given: Vec<Value>, nesting: usize) -> bool {
        let Some(home) = self.snapshot.callable(file, callee) else {
            return true;
        };
        let Some(nesting) = nesting.checked_sub(1) else {
            return false;
        };
        let named = home.macros().iter().filter(|known| known.name == callee);
        named.into_iter().any(|definition| {
            let Some(left) = self.left.get().checked_sub(1) else {
                return false;
            };
            self.left.set(left);
            self.body_makes(&home, definition, &given, nesting)
        })
    }

    fn body_makes(
        &self,
        home: &Arc<File>,
        definition: &MacroDefinition,
        given: &[Value],
        nesting: usize,
    ) -> bool {
        let body = home.slice(definition.body.clone());
        let words: Vec<&str> = texts(body).collect();
        let Some(params) = &definition.params else {
            // `#define f g`: the arguments are g's.
            return match words[..] {
                [alias] if alias != definition.name => {
                    self.is_macro(home, alias) && self.makes(home, alias, given.to_vec(), nesting)
                }
                _ => false,
            };
        };
        let value = |word: &str| -> Value {
            let place = params
                .iter()
                .position(|param| param.trim_end_matches('.') == word);
            match place.map(|place| (place, given.get(place))) {
                // Behind the last one there may be more, which nobody counts.
                Some((place, Some(_)))
                    if place + 1 == params.len() && given.len() > params.len() =>
                {
                    Value::Any
                }
                Some((_, Some(given))) => given.clone(),
                Some((_, None)) => Value::Word(String::new()),
                None if word == "__VA_ARGS__" => Value::Any,
                None => Value::of(word),
            }
        };
        let mut chains = chains_of(&words).into_iter();
        let is_joined = chains.any(|chain| {
            let values: Vec<Value> = chain.into_iter().map(value).collect();
            is_name(&values, self.name)
        });
        is_joined || self.handed_on(home, definition, &value, nesting)
    }

    /// Whether a macro that the body calls makes the name of what it is handed.
    fn handed_on(
        &self,
        home: &Arc<File>,
        definition: &MacroDefinition,
        value: &dyn Fn(&str) -> Value,
        nesting: usize,
    ) -> bool {
        let code = self.snapshot.code(home);
        let calls = code.calls.iter();
        let mut calls = calls.filter(|call| call.define.as_ref() == Some(&definition.range));
        calls.any(|call| {
            let Value::Word(callee) = callee_of(home, definition, call, value) else {
                return false;
            };
            let handed = call.arguments.iter().map(|argument| {
                let text = home.text(argument.clone());
                self.argument(text.trim(), value)
            });
            let handed: Vec<Value> = handed.collect();
            self.is_macro(home, &callee) && self.makes(home, &callee, handed, nesting)
        })
    }

    fn is_macro(&self, file: &Arc<File>, name: &str) -> bool {
        let home = self.snapshot.callable(file, name);
        home.is_some_and(|home| home.macros().iter().any(|known| known.name == name))
    }

    fn argument(&self, text: &str, value: &dyn Fn(&str) -> Value) -> Value {
        let words: Vec<&str> = texts(text.as_bytes()).collect();
        match &words[..] {
            [word] => value(word),
            words if words.contains(&"##") => match &chains_of(words)[..] {
                [chain] if chain.len() * 2 - 1 == words.len() => joined(chain, value),
                _ => Value::Other,
            },
            _ => Value::of(text),
        }
    }
}

/// What a body calls: a name, a parameter, or what is pasted of both.
fn callee_of(
    home: &File,
    definition: &MacroDefinition,
    call: &Call,
    value: &dyn Fn(&str) -> Value,
) -> Value {
    let name = home.text(call.name.clone());
    let before: Vec<&str> = texts(home.slice(definition.body.start..call.name.start)).collect();
    match before[..] {
        [.., first, "##"] => joined(&[first, &*name], value),
        _ => value(&name),
    }
}

/// What is between the `##` of each chain of them.
fn chains_of<'w>(words: &[&'w str]) -> Vec<Vec<&'w str>> {
    let mut chains = Vec::new();
    let mut chain: Vec<&str> = Vec::new();
    let mut is_joint = false;
    for word in words {
        if *word == "##" {
            is_joint = true;
            continue;
        }
        if !is_joint {
            if chain.len() > 1 {
                chains.push(std::mem::take(&mut chain));
            }
            chain.clear();
        }
        chain.push(word);
        is_joint = false;
    }
    if chain.len() > 1 {
        chains.push(chain);
    }
    chains
}

fn joined(chain: &[&str], value: &dyn Fn(&str) -> Value) -> Value {
    let mut whole = String::new();
    let mut is_any = false;
    for word in chain {
        match value(word) {
            Value::Word(word) => whole.push_str(&word),
            Value::Any => is_any = true,
            Value::Other => return Value::Other,
        }
    }
    match is_any {
        true => Value::Any,
        false => Value::Word(whole),
    }
}

/// Whether these, one behind another, may be the name; that anything may be does not say so.
fn is_name(values: &[Value], name: &str) -> bool {
    let is_known = |value: &Value| matches!(value, Value::Word(word) if word.len() > 1);
    values.iter().any(is_known) && is_rest(values, name)
}

fn is_rest(values: &[Value], rest: &str) -> bool {
    let Some((first, others)) = values.split_first() else {
        return rest.is_empty();
    };
    match first {
        Value::Word(word) => {
            let rest = rest.strip_prefix(word.as_str());
            rest.is_some_and(|rest| is_rest(others, rest))
        }
        Value::Any => (0..=rest.len()).any(|at| {
            let rest = rest.get(at..);
            rest.is_some_and(|rest| is_rest(others, rest))
        }),
        Value::Other => false,
    }
}
