//! Names of types where a value is wanted, and names of values where a type is (C11 6.5.1 and 6.7.2).
//!
//! A name that is a macro somewhere may be either, and one that a block declares is another thing: of these nothing is said.

use dialect::words::looks_like_type;
use query::File;
use query::access::chain;
use syntax::Node;

use super::Step;
use super::changes::FileChange;
use super::code::{Role, Word};
use super::complaint::{Complaint, around};
use super::scope::is_local;

/// The names in the new lines of a touched file.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let found = asked(step, change).into_iter().filter_map(|asked| {
        let Asked {
            name,
            at,
            wants_type,
        } = asked;
        let what = step.after.what_is(file, &name)?;
        let message = match (wants_type, what.value, what.is_type, what.macros) {
            (true, true, false, false) => format!("`{name}` is used as a type, and is none"),
            (false, false, true, false) => format!("`{name}` is used as a value, and is a type"),
            _ => return None,
        };
        let key = format!("misused:{}:{name}", around(file, at));
        Some(Complaint::violated(key, file, at, message))
    });
    found.collect()
}

/// The names that other files are asked for.
pub(super) fn names(step: &Step<'_>, change: &FileChange<'_>) -> Vec<String> {
    let asked = asked(step, change).into_iter();
    asked.map(|asked| asked.name).collect()
}

/// A name where a type, or a value, is wanted.
struct Asked {
    name: String,
    at: usize,
    wants_type: bool,
}

fn asked(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Asked> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let code = step.after.code(file);
    let is_meant = |word: &&Word| {
        word.role == Role::Free && word.define.is_none() && change.is_new(&word.range)
    };
    let words = code.words.iter().filter(is_meant);
    let words = words.filter_map(|word| {
        let at = word.range.start;
        if file.is_dead(at) || file.unread_in(&word.range).is_some() || is_local(file, &word.range)
        {
            return None;
        }
        let name = file.text(word.range.clone()).into_owned();
        let wants_type = wants_type(file, word)?;
        // What looks like what is wanted is in thousands of files.
        let is_likely = match wants_type {
            true => looks_like_type(name.as_bytes()) || name == "bool",
            false => {
                !name.bytes().any(|byte| byte.is_ascii_lowercase())
                    || matches!(&*name, "true" | "false")
            }
        };
        (!is_likely).then_some(Asked {
            name,
            at,
            wants_type,
        })
    });
    words.collect()
}

/// Whether a type is wanted where the word is, or (`false`) a value; none where it cannot be told.
fn wants_type(file: &File, word: &Word) -> Option<bool> {
    let way = chain(file, &word.range);
    let [.., parent, node] = &way[..] else {
        return None;
    };
    if node.byte_range() != word.range {
        return None;
    }
    let is = |field: &str| {
        parent
            .child_by_field_name(field)
            .is_some_and(|it| it.id() == node.id())
    };
    match (node.kind(), parent.kind()) {
        ("type_identifier", "declaration" | "field_declaration" | "parameter_declaration")
            if is("type") && declares(*parent) =>
        {
            Some(true)
        }
        ("identifier", "return_statement") => Some(false),
        ("identifier", "assignment_expression" | "binary_expression") if is("right") => Some(false),
        ("identifier", "init_declarator") if is("value") => Some(false),
        _ => None,
    }
}

/// Whether a declaration has a name: else it may be a call that a macro makes.
fn declares(declaration: Node<'_>) -> bool {
    declaration.child_by_field_name("declarator").is_some()
}
