//! Arguments that a macro puts beside operators without parentheses of its own: `#define OFF(x) !x`.

use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::pattern::Bindings;
use query::pattern::precedence::{Level, level_of_node};
use query::types::{DefinitionKind, DefinitionSource, View};
use syntax::items::MacroDefinition;
use syntax::{Node, Reader};

use crate::kinds::macros::{body_words, live};
use crate::statement::{every, whole_node};

/// The macro that would take the expression at `range`, all of one of its arguments, apart: its body has the parameter without
/// parentheses beside other tokens, and an expression of `level` does not hold together there. None where no definition of
/// the file, or of one near it, does so.
#[must_use]
pub fn taken_apart_by(
    file: &File,
    definitions: &dyn DefinitionSource,
    range: &Range<usize>,
    level: Level,
) -> Option<String> {
    if level >= Level::Postfix {
        return None;
    }
    let node = whole_node(file, range)?;
    let list = node
        .parent()
        .filter(|list| list.kind() == "argument_list")?;
    let call = list
        .parent()
        .filter(|call| call.kind() == "call_expression")?;
    let mut cursor = list.walk();
    let mut arguments = list.named_children(&mut cursor);
    let index = arguments.position(|argument| argument.id() == node.id())?;
    exposing(file, call, (file, definitions), index)
}

/// What is called, if it is a macro that exposes the argument `index`, by its definition in or near the file `home`.
fn exposing(
    file: &File,
    call: Node<'_>,
    (home, definitions): (&File, &dyn DefinitionSource),
    index: usize,
) -> Option<String> {
    let name = call.child_by_field_name("function")?;
    let name = file.text(name.byte_range()).into_owned();
    let exposed = exposes(home, &name, index).or_else(|| {
        let near = |path: &TreePath| usize::from(path != home.path());
        let mut others =
            definitions.files_defining(DefinitionKind::Function, &name, &View::of_all(&near));
        others.find_map(|other: Arc<File>| exposes(&other, &name, index))
    });
    exposed.unwrap_or_default().then_some(name)
}

/// What metavariables stand for and is all of an argument in the code at `range`, of a macro that would take it apart. `home` is
/// the file that the code is for.
#[must_use]
pub fn bound_apart(
    (file, range): (&File, &Range<usize>),
    home: (&File, &dyn DefinitionSource),
    bindings: &Bindings,
) -> Option<String> {
    let top = file.node_at(range.clone())?;
    let calls = every(top).into_iter().filter(|node| {
        node.kind() == "call_expression"
            && range.start <= node.start_byte()
            && node.end_byte() <= range.end
    });
    let is_bound = |text: &str| bindings.values().any(|bound| bound.text.trim() == text);
    for call in calls {
        let Some(list) = call.child_by_field_name("arguments") else {
            continue;
        };
        let mut cursor = list.walk();
        for (index, argument) in list.named_children(&mut cursor).enumerate() {
            let text = file.text(argument.byte_range());
            if level_of_node(file, argument) < Level::Postfix
                && is_bound(&text)
                && let Some(name) = exposing(file, call, home, index)
            {
                return Some(message(&name, &text));
            }
        }
    }
    None
}

/// The same of code that is not in a file yet.
#[must_use]
pub fn filled_apart(
    code: &str,
    home: (&File, &dyn DefinitionSource),
    bindings: &Bindings,
) -> Option<String> {
    let path = TreePath::new("spec.c").ok()?;
    let text = format!("void spec(void)\n{{\n{code}\n;}}\n");
    let whole = 0..text.len();
    let file = File::from(Reader::standalone().read(&path, Arc::from(text.into_bytes())));
    bound_apart((&file, &whole), home, bindings)
}

/// What is wrong with an argument, in words.
#[must_use]
pub fn message(name: &str, argument: &str) -> String {
    format!(
        "{name}() has its argument without parentheses beside other code: it would take `{}` apart",
        crate::brief(argument, 60)
    )
}

/// As [`taken_apart_by`], of the expression that is there.
#[must_use]
pub fn is_taken_apart_by(
    file: &File,
    definitions: &dyn DefinitionSource,
    range: &Range<usize>,
) -> Option<String> {
    let level = level_of_node(file, whole_node(file, range)?);
    taken_apart_by(file, definitions, range, level)
}

/// Whether one of the macro's definitions in the file exposes the parameter; none where the file has no definition.
fn exposes(file: &File, name: &str, index: usize) -> Option<bool> {
    let own = live(file, name);
    let one = |definition: &MacroDefinition| {
        let parameter = definition.params.as_ref()?.get(index)?;
        Some(has_bare(file.slice(definition.body.clone()), parameter))
    };
    (!own.is_empty()).then(|| own.iter().any(|definition| one(definition) == Some(true)))
}

fn has_bare(body: &[u8], parameter: &str) -> bool {
    let words = body_words(body);
    let word = |at: Option<usize>| at.and_then(|at| words.get(at)).copied().unwrap_or_default();
    let mut uses = (0..words.len()).filter(|at| word(Some(*at)) == parameter.as_bytes());
    uses.any(|at| {
        let (before, after) = (word(at.checked_sub(1)), word(Some(at + 1)));
        // A whole argument or operand, a value by itself, or what is no expression any more.
        let opens = matches!(before, b"(" | b"[" | b"," | b"{" | b"=" | b"return");
        let closes = matches!(after, b")" | b"]" | b"," | b"}" | b";");
        let is_text = matches!(before, b"#" | b"##") || after == b"##";
        !(is_text || opens && closes)
    })
}

#[cfg(test)]
mod tests {
    use super::has_bare;

    #[test]
    fn what_is_whole_in_its_place_holds_together() {
        for body in [
            "!(x)",
            "f(x)",
            "f(a, x)",
            "a[x]",
            "({ int r = x; r; })",
            "#x",
            "a##x",
            "do { f(x); } while (0)",
            "do { if (x) f(); } while (0)",
            "1",
            "{ x; }",
        ] {
            assert!(!has_bare(body.as_bytes(), "x"), "{body}");
        }
        for body in ["!x", "x", "x + 1", "(1 + x)", "x->a", "(u8)x", "!(x) + x"] {
            assert!(has_bare(body.as_bytes(), "x"), "{body}");
        }
    }
}
