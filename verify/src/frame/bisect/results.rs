//! Calls whose value is used, of functions that have none.
//!
//! Other types of results are not compared: what fits what is the compiler's to say.

use std::collections::BTreeSet;
use std::sync::Arc;

use query::File;
use query::access::chain;
use syntax::Node;

use super::Step;
use super::changes::FileChange;
use super::code::{Call, Code};
use super::complaint::{Complaint, around};
use super::names::is_declarator;
use super::scope::is_local;
use super::signature::{Form, Signature};
use super::snapshot::Snapshot;
use super::visible::{exclude_each_other, is_declared_name};

/// The new calls of a touched file, and those of what is declared otherwise.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let asked = |call: &Call, name: &str| change.is_new(&call.name) || step.names.contains(name);
    complaints(step, file, change.before.as_ref(), &asked)
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
        let Some((wanted, home)) = used_in_vain(&step.after, file, &code, call, &name) else {
            continue;
        };
        let was_so = before.is_some_and(|before| {
            let code = step.before.code(before);
            code.calls.iter().any(|old| {
                before.slice(old.name.clone()) == name.as_bytes()
                    && used_in_vain(&step.before, before, &code, old, &name).is_some()
            })
        });
        if was_so {
            continue;
        }
        let key = format!("result:{}:{name}", around(file, call.name.start));
        let place = format!("{}:{}", home.path(), home.line_of(wanted.at));
        let message = format!("the value of {name}() is used, and {place} gives none");
        found.push(Complaint::violated(key, file, call.name.start, message));
    }
    found
}

/// The declaration of a function without a value, where the call's value is used.
fn used_in_vain(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    code: &Code,
    call: &Call,
    name: &str,
) -> Option<(Signature, Arc<File>)> {
    if !call.whole
        || call.through_member
        || call.define.is_some()
        || file.is_dead(call.name.start)
        || is_declared_name(file, &call.name)
        || !is_value_used(snapshot, file, code, call)
        || is_local(file, &call.name)
        || is_declarator(file, &call.name)
    {
        return None;
    }
    let (home, all) = snapshot.signatures_of(file, name)?;
    let conditions = file.conditions_at(call.name.start);
    let seen = all
        .into_iter()
        .filter(|one| !exclude_each_other(&conditions, &one.conditions));
    let seen: Vec<Signature> = seen.collect();
    let is_void = |one: &Signature| one.form != Form::Macro && one.returns.is_void();
    // One that has a value in another arm is another function there.
    let first = seen.first().filter(|_| seen.iter().all(is_void))?;
    Some((first.clone(), home))
}

/// Whether something is done with what the call gives. What a macro does with its arguments is not known.
fn is_value_used(snapshot: &Snapshot<'_>, file: &Arc<File>, code: &Code, call: &Call) -> bool {
    let outer = call.around.and_then(|(index, _)| code.calls.get(index));
    if let Some(outer) = outer {
        let name = file.text(outer.name.clone());
        let known = snapshot.signatures_of(file, &name);
        let is_function =
            known.is_some_and(|(_, all)| all.iter().all(|one| one.form != Form::Macro));
        if outer.through_member || !is_function {
            return false;
        }
    }
    let way = chain(file, &call.name);
    let mut nodes = way
        .iter()
        .rev()
        .skip_while(|node| node.kind() != "call_expression");
    let Some(mut inner) = nodes.next().copied() else {
        return false;
    };
    for node in nodes.copied() {
        let is = |field: &str| {
            let part = node.child_by_field_name(field);
            part.is_some_and(|part| part.id() == inner.id())
        };
        match node.kind() {
            "parenthesized_expression" => {}
            "comma_expression" if is("left") => return false,
            "comma_expression" => {}
            "conditional_expression" if !is("condition") => {}
            "cast_expression" => return !is_void_cast(file, node),
            "if_statement" | "while_statement" | "do_statement" | "switch_statement" => {
                return is("condition");
            }
            "for_statement" => return is("condition"),
            "conditional_expression"
            | "binary_expression"
            | "unary_expression"
            | "update_expression"
            | "pointer_expression"
            | "field_expression"
            | "subscript_expression"
            | "assignment_expression"
            | "init_declarator"
            | "argument_list" => return true,
            // `return f();` of a function without a value is taken by gcc, and what a macro makes of its block is not known.
            _ => return false,
        }
        inner = node;
    }
    false
}

fn is_void_cast(file: &File, cast: Node<'_>) -> bool {
    let kind = cast.child_by_field_name("type");
    kind.is_none_or(|kind| file.text(kind.byte_range()).trim() == "void")
}
