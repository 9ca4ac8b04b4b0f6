//! Whether a block can be cut in two and mean the same where the new condition is as the old one.

use dialect::token::{TokenKind, tokens};
use query::File;
use query::access::written;
use query::types::DefinitionSource;
use schema::model::{Split, Widening};
use syntax::Node;

use crate::effects::discards;
use crate::statement::{self, every};
use syntax::items::Function;

use crate::resolver::Resolver;

/// Words of a function's name that say that a second call does something else than the first.
const CHANGING: [&str; 18] = [
    "alloc", "cmpxchg", "dec", "del", "dequeue", "enqueue", "fetch", "grab", "inc", "kmalloc",
    "kzalloc", "lock", "next", "pop", "put", "remove", "trylock", "xchg",
];

/// Why the block of `branch` cannot end before `first`, and where.
pub(super) fn fault(
    resolver: &Resolver<'_>,
    branch: Node<'_>,
    first: Node<'_>,
    split: &Split,
) -> Option<(String, usize)> {
    let file = resolver.file;
    let block = branch.child_by_field_name("consequence")?;
    let condition = branch.child_by_field_name("condition")?;
    let at = first.start_byte();
    let own = file.conditions_at(branch.start_byte());
    let ends = [at, block.end_byte().saturating_sub(1)];
    if ends.iter().any(|at| file.conditions_at(*at) != own) {
        let message =
            "the second block would begin and end under different `#if`s; split before the `#if`";
        return Some((message.to_owned(), at));
    }
    let line = crate::lines::line_start(file, at);
    if !file.text(line..at).trim().is_empty() {
        let message = "other code is before the statement on its line";
        return Some((message.to_owned(), at));
    }
    if matches!(split.becomes, Widening::With(_)) {
        return cleanup_before(file, block, at);
    }
    evaluated_twice(file, &resolver.definitions, condition)
        .or_else(|| changed_before(file, block, at, condition))
        .map(|message| (message, condition.start_byte()))
        .or_else(|| cleanup_before(file, block, at))
}

/// Why a condition cannot be asked a second time, where it changes something.
#[must_use]
pub fn evaluated_twice(
    file: &File,
    definitions: &dyn DefinitionSource,
    condition: Node<'_>,
) -> Option<String> {
    let changes = |node: &Node<'_>| match node.kind() {
        "assignment_expression" | "update_expression" => true,
        "call_expression" => node.child_by_field_name("function").is_some_and(|name| {
            let name = file.text(name.byte_range());
            is_changing(&name) || is_defined_changing(file, definitions, &name)
        }),
        _ => false,
    };
    let dropped = || discards(condition).then_some(condition);
    let node = every(condition)
        .into_iter()
        .find(changes)
        .or_else(dropped)?;
    Some(format!(
        "`{}` in the condition would be done a second time; say with `with` what the second block's condition is",
        crate::names::one_line(&file.text(node.byte_range()))
    ))
}

/// Whether the name of a function says that a second call does something else than the first.
#[must_use]
pub fn is_changing(name: &str) -> bool {
    name.contains("test_and_")
        || name
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| CHANGING.contains(&word))
}

/// Whether the function, where this file defines it, or the macro writes anything but its own variables.
fn is_defined_changing(file: &File, definitions: &dyn DefinitionSource, name: &str) -> bool {
    let writes = |function: &&Function| {
        let body = file.node_at(function.body.clone());
        let all = body.map(every).unwrap_or_default();
        all.into_iter()
            .any(|node| written(node).is_some_and(|target| target.kind() != "identifier"))
    };
    if crate::live_functions(file, name).iter().any(writes) {
        return true;
    }
    let header = definitions.header_defining(file, name);
    let known = header.as_deref().unwrap_or(file);
    // What a macro sets with `=` is mostly a variable of its own.
    const WRITING: [&[u8]; 6] = [b"++", b"--", b"+=", b"-=", b"|=", b"&="];
    let mut macros = known.macros().iter().filter(|known| known.name == name);
    macros.any(|definition| {
        let body = known.slice(definition.body.clone());
        let words = tokens(body).into_iter();
        let mut words = words.filter_map(|token| body.get(token.range));
        words.any(|word| WRITING.contains(&word))
    })
}

/// What the first block, up to `end`, writes and the condition, which is asked again behind it, reads.
#[must_use]
pub fn changed_before(
    file: &File,
    block: Node<'_>,
    end: usize,
    condition: Node<'_>,
) -> Option<String> {
    let text = |node: Node<'_>| tight(file, node);
    let read: Vec<String> = every(condition)
        .into_iter()
        .filter(|node| {
            matches!(
                node.kind(),
                "identifier" | "field_expression" | "subscript_expression" | "pointer_expression"
            )
        })
        .map(text)
        .collect();
    let targets = every(block)
        .into_iter()
        .filter(|node| node.end_byte() <= end)
        .filter_map(written);
    let handed = every(block)
        .into_iter()
        .filter(|node| node.end_byte() <= end)
        .filter_map(|node| handed_out(file, node));
    let mut written = targets.chain(handed).map(text);
    let changed = written.find(|written| read.contains(written))?;
    Some(format!(
        "the first block changes `{changed}`, which the condition of the second reads; say with `with` what that is"
    ))
}

/// The variable whose address a call gets that may store in it.
fn handed_out<'f>(file: &File, node: Node<'f>) -> Option<Node<'f>> {
    const READING: [&str; 4] = ["read", "empty", "test", "is"];
    let argument = node.child_by_field_name("argument");
    let is_address =
        node.kind() == "pointer_expression" && file.slice(node.byte_range()).starts_with(b"&");
    let argument = argument.filter(|it| is_address && it.kind() == "identifier")?;
    let list = node
        .parent()
        .filter(|list| list.kind() == "argument_list")?;
    let called = list.parent()?.child_by_field_name("function")?;
    let name = file.text(called.byte_range());
    let mut words = name.split('_');
    (!words.any(|word| READING.contains(&word))).then_some(argument)
}

/// What the end of the first block would undo before the second one: `guard()`, a variable with `__free()`.
fn cleanup_before(file: &File, block: Node<'_>, end: usize) -> Option<(String, usize)> {
    let mut cursor = block.walk();
    let statements = block.named_children(&mut cursor);
    for node in statements.filter(|node| node.end_byte() <= end) {
        if let Some(word) = statement::ends_with_block(file, node) {
            let message = format!(
                "`{word}()` in the first block ends with it, and no longer covers the second"
            );
            return Some((message, node.start_byte()));
        }
    }
    None
}

fn tight(file: &File, node: Node<'_>) -> String {
    let code = file.slice(node.byte_range());
    let all = tokens(code).into_iter();
    let code = all
        .filter(|token| token.kind != TokenKind::Comment)
        .filter_map(|token| code.get(token.range));
    code.map(String::from_utf8_lossy).collect()
}
