//! Calls whose value is used, of functions that have none.
//!
//! Other types of results are not compared: what fits what is the compiler's to say.

use std::sync::Arc;

use query::File;
use query::access::chain;
use syntax::Node;

use super::calls::Fault;
use super::code::{Call, Code};
use super::names::is_declarator;
use super::scope::is_local;
use super::signature::{Form, Signature, signatures};
use super::snapshot::Snapshot;
use super::visible::{exclude_each_other, is_declared_name};

/// That the call's value is used, where the function gives none.
pub(super) fn fault(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    call: &Call,
    name: &str,
) -> Option<Fault> {
    let code = snapshot.code(file);
    let (wanted, home) = used_in_vain(snapshot, file, &code, call, name)?;
    let place = format!("{}:{}", home.path(), home.line_of(wanted.at));
    Some(Fault {
        key: "result".to_owned(),
        message: format!("the value of {name}() is used, and {place} gives none"),
    })
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
            "return_statement" => return gives_value(file, node),
            _ => return false,
        }
        inner = node;
    }
    false
}

/// Whether the `return` is of a function that surely has a value: of one without, gcc takes `return f();`.
fn gives_value(file: &File, returned: Node<'_>) -> bool {
    let Some(function) = file.function_at(returned.start_byte()) else {
        return false;
    };
    // What a function inside the function returns, and what a macro makes of the block below its head, is not known.
    let mut above = std::iter::successors(returned.parent(), Node::parent);
    let own = above.find(|node| node.kind() == "function_definition");
    if own.is_none_or(|own| own.byte_range() != function.range) {
        return false;
    }
    let all = signatures(file, &function.name);
    let mut definitions = all
        .iter()
        .filter(|one| one.at == function.name_range.start && one.parameters.is_some());
    definitions.any(|one| one.returns.is_value())
}

fn is_void_cast(file: &File, cast: Node<'_>) -> bool {
    let kind = cast.child_by_field_name("type");
    kind.is_none_or(|kind| file.text(kind.byte_range()).trim() == "void")
}
