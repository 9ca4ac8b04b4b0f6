//! A record that a member or variable holds by value has to be defined before it.

use super::Step;
use super::changes::FileChange;
use super::code::Role;
use super::complaint::{Complaint, around};
use super::snapshot::Elsewhere;
use query::File;
use query::access::chain;
use syntax::Node;

/// The members and variables of a touched file whose record is defined behind them, or nowhere.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let code = step.after.code(file);
    let tags = code
        .words
        .iter()
        .filter(|word| word.role == Role::Tag && word.define.is_none());
    let mut found = Vec::new();
    for word in tags {
        let tag = file.text(word.range.clone()).into_owned();
        let is_asked = change.is_new(&word.range) || change.words.contains(&tag);
        if !is_asked || file.is_dead(word.range.start) || !is_by_value(file, word) {
            continue;
        }
        let own = file.records_named(&tag);
        if own
            .iter()
            .any(|record| record.range.end <= word.range.start)
        {
            continue;
        }
        // At file level a variable may be completed by what comes behind it.
        let is_outside = file.function_at(word.range.start).is_none();
        let is_member = own
            .iter()
            .any(|record| record.range.contains(&word.range.start));
        if is_outside && !own.is_empty() && !is_member && is_variable(file, word) {
            continue;
        }
        // A header that others include first, or that is not read, may define it.
        let closure = step.after.closure(file.path());
        let in_header = || {
            let mut headers = step.after.files_with(&tag);
            headers.retain(|path| {
                path != file.path()
                    && (closure.files.contains(path) || !file.path().as_str().ends_with(".c"))
            });
            step.after.any_defines(headers, &tag)
        };
        if own.is_empty() && !closure.sees_all || in_header() {
            continue;
        }
        // `#define elf_note elf64_note`: the record is that of the macro.
        if step.after.alias(file, &tag).is_some() {
            continue;
        }
        // One that the whole tree lacks may be made by a macro of its parts.
        if !step.names_before(&tag) && step.after.elsewhere(file, &tag) == Elsewhere::Seen {
            continue;
        }
        found.push(Complaint::violated(
            format!("incomplete:{}:{tag}", around(file, word.range.start)),
            file,
            word.range.start,
            format!("`{tag}` is held by value before it is defined"),
        ));
    }
    found
}

/// Whether the tag's declaration holds the record itself: no pointer to it, no function that returns it,
/// no `extern`.
fn is_by_value(file: &File, word: &super::code::Word) -> bool {
    let way = chain(file, &word.range);
    let [.., declaration, specifier, _] = &way[..] else {
        return false;
    };
    if !matches!(specifier.kind(), "struct_specifier" | "union_specifier")
        || specifier.child_by_field_name("body").is_some()
        || !(matches!(declaration.kind(), "field_declaration" | "declaration")
            || is_own_parameter(file, word, &way))
        || file.slice(declaration.byte_range()).starts_with(b"extern")
    {
        return false;
    }
    let mut cursor = declaration.walk();
    let mut declarators = declaration.children_by_field_name("declarator", &mut cursor);
    declarators.any(is_plain)
}

fn is_variable(file: &File, word: &super::code::Word) -> bool {
    let way = chain(file, &word.range);
    matches!(&way[..], [.., declaration, _, _] if declaration.kind() == "declaration")
}

/// Whether the word is in the type of a parameter of a function that is defined there: a prototype takes any.
fn is_own_parameter(file: &File, word: &super::code::Word, way: &[Node<'_>]) -> bool {
    let function = file.function_at(word.range.start);
    let lists = way.iter().filter(|node| node.kind() == "parameter_list");
    let is_parameter =
        matches!(way, [.., parameter, _, _] if parameter.kind() == "parameter_declaration");
    is_parameter
        && lists.count() == 1
        && function.is_some_and(|function| {
            function.clean
                && (function.range.start..function.body.start).contains(&word.range.start)
        })
}

fn is_plain(declarator: Node<'_>) -> bool {
    let mut node = declarator;
    loop {
        match node.kind() {
            "identifier" | "field_identifier" => return true,
            "array_declarator" | "init_declarator" | "attributed_declarator" => {
                match node.child_by_field_name("declarator") {
                    Some(inner) => node = inner,
                    None => return false,
                }
            }
            _ => return false,
        }
    }
}
