//! The places of a function, a macro, a tag, a type or an enumerator.

use dialect::token::Token;
use query::File;
use query::types::{DefinitionSource, declared_at};
use schema::model::Sort;

use super::arguments;
use super::text::{Around, code_of};
use super::{Found, Mention, MentionKind, Thing};
use crate::occurrences::{Occurrence, Occurrences, Role};

/// The places of a name that is no member's.
pub(super) fn places(
    scan: &Occurrences<'_>,
    thing: &Thing<'_>,
    near: &dyn DefinitionSource,
) -> Found {
    let file = scan.file();
    let mut found = Found::default();
    for one in &scan.found {
        let kind = match one.role {
            Role::Comment => MentionKind::Comment,
            Role::String => MentionKind::String,
            Role::Dead => MentionKind::Dead,
            // A variable, or a parameter of a macro. What is behind `struct` in an argument may look like one.
            Role::Local if !thing.sort.is_tag() => continue,
            _ => {
                let inside = of_directive(file, one);
                let code = inside.as_deref().unwrap_or_else(|| scan.code());
                match Around::new(file, code, one.range.start) {
                    Some(around) => code_place(scan, thing, near, (one, &around), &mut found),
                    None => found.refuse(
                        one.range.start,
                        format!("`{}` is in code that could not be read", thing.name),
                        true,
                    ),
                }
                continue;
            }
        };
        found.mentions.push(Mention {
            range: one.range.clone(),
            kind,
        });
    }
    found
}

/// The tokens of the directive that a name is in; none where it is in none.
fn of_directive(file: &File, one: &Occurrence) -> Option<Vec<Token>> {
    match one.role {
        Role::MacroName | Role::MacroBody | Role::Directive => {}
        Role::Local if file.macro_at(one.range.start).is_some() => {}
        _ => return None,
    }
    if let Some(known) = file.macro_at(one.range.start) {
        // Without its `#`, which would make one directive of it again.
        return Some(code_of(file, known.name_range.start..known.range.end));
    }
    let end = file.slice(one.range.start..file.bytes().len());
    let end = end.iter().position(|byte| *byte == b'\n');
    let end = one.range.start + end.unwrap_or(0);
    Some(code_of(file, one.range.start..end.max(one.range.end)))
}

/// Takes a place in code.
fn code_place(
    scan: &Occurrences<'_>,
    thing: &Thing<'_>,
    near: &dyn DefinitionSource,
    (one, around): (&Occurrence, &Around<'_>),
    found: &mut Found,
) {
    let file = scan.file();
    let at = one.range.start;
    let made = || {
        let call = around.call();
        call.map(|(callee, argument)| (callee, arguments::made(file, near, callee, argument)))
    };
    if around.is_pasted() {
        return;
    }
    if thing.sort.is_tag() {
        let is_tag =
            around.is_tagged() || one.role == Role::Tag || made().is_some_and(|(_, made)| made.tag);
        if is_tag {
            found.places.push(one.range.clone());
        }
        return;
    }
    if around.is_tagged() || around.is_member() || matches!(one.role, Role::Label | Role::Tag) {
        return;
    }
    match one.role {
        Role::Member => {
            // The preprocessor asks for no struct.
            if thing.sort == Sort::Macro && thing.is_plain_macro {
                let message = format!(
                    "a member has the name of the macro `{}`: whether this file sees the macro is not known",
                    thing.name
                );
                found.refuse(at, message, true);
            }
            return;
        }
        Role::Definition if around.text(-1) == b"(" && around.text(2) != b"(" => {
            let message = format!(
                "the name of `{}` is made by a macro here, which makes other names of it, too",
                thing.name
            );
            return found.refuse(at, message, false);
        }
        Role::MacroBody if declares(around) => {
            let message = format!(
                "a macro may declare a variable `{}` of its own here",
                thing.name
            );
            return found.refuse(at, message, true);
        }
        // The preprocessor needs no grammar.
        Role::Unread if file.unread_near(&one.range).is_some() && thing.sort != Sort::Macro => {
            let message = format!("`{}` is in code that could not be read", thing.name);
            return found.refuse(at, message, true);
        }
        // The view left it out: only its tokens tell.
        Role::Unread if declared_at(file, at, &thing.name).is_some() => return,
        _ => {}
    }
    let is_label = around.text(-1) == b"goto" || around.text(-1) == b"&&" && is_address(around);
    if is_label {
        return;
    }
    match made() {
        Some((callee, made)) if made.unknown && !made.value => {
            let message = format!(
                "what {callee}() makes of `{}` here is not known",
                thing.name
            );
            found.refuse(at, message, true);
        }
        Some((_, made)) if !made.value => {}
        _ => found.places.push(one.range.clone()),
    }
}

/// Whether what looks like a declaration in a macro's body is one: `int name =`, `int name;`.
fn declares(around: &Around<'_>) -> bool {
    let (before, behind) = (around.text(-1), around.text(1));
    let is_word = before
        .first()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    let is_expression = matches!(
        before,
        b"return" | b"else" | b"do" | b"case" | b"goto" | b"sizeof" | b"typeof" | b"defined"
    );
    is_word && !is_expression && matches!(behind, b"=" | b";" | b"[")
}

/// `&&label`, where no operand is before it.
fn is_address(around: &Around<'_>) -> bool {
    matches!(around.text(-2), b"=" | b"(" | b"," | b"{" | b"[")
}
