//! What a macro does with an argument: is a word that is given to it a value, a name, or what it declares?

use std::sync::Arc;

use dialect::token::texts;
use query::File;

use super::code::{Role, Word};
use super::made::made_at_file_level;
use super::names::is_keyword;
use super::scope::is_local;
use super::snapshot::Snapshot;

/// How many macros deep one may hand its argument on.
pub(super) const MAX_NESTING: usize = 6;

/// What becomes of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Usage {
    /// A part of another word, a member's or a label's name, a string: it need not be declared.
    Name,
    /// Nothing that could be seen.
    Unknown,
    /// It is evaluated, or its type is asked for: it has to be declared.
    Value,
    /// The macro declares it.
    Declares,
}

/// What the calls around a word make of it: a value only if each of them does.
pub(super) fn usage_of(snapshot: &Snapshot<'_>, file: &Arc<File>, word: &Word) -> Usage {
    let code = snapshot.code(file);
    let mut around = word.call;
    while let Some((index, argument)) = around {
        let Some(call) = code.calls.get(index) else {
            break;
        };
        let name = file.text(call.name.clone());
        if !call.through_member && !is_local(file, &call.name) {
            let found = usage(snapshot, file, &name, argument, MAX_NESTING);
            if found != Usage::Value {
                return found;
            }
        }
        around = call.around;
    }
    Usage::Value
}

pub(super) fn usage(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    callee: &str,
    argument: usize,
    nesting: usize,
) -> Usage {
    match (callee, argument) {
        ("offsetof" | "__builtin_offsetof", 1) | ("container_of", 2) => return Usage::Name,
        _ if callee.starts_with("__builtin_") || is_keyword(callee) => return Usage::Value,
        _ => {}
    }
    let Some(nesting) = nesting.checked_sub(1) else {
        return Usage::Unknown;
    };
    let Some(home) = snapshot.callable(file, callee) else {
        return Usage::Unknown;
    };
    let macros: Vec<_> = home
        .macros()
        .iter()
        .filter(|known| known.name == callee && !home.is_dead(known.range.start))
        .collect();
    if macros.is_empty() {
        return Usage::Value;
    }
    let usages = macros.iter().map(|definition| {
        let Some(params) = &definition.params else {
            // `#define f g`: the arguments are g's.
            let body: Vec<&str> = texts(home.slice(definition.body.clone())).collect();
            return match body[..] {
                [alias] if alias != callee => usage(snapshot, &home, alias, argument, nesting),
                _ => Usage::Unknown,
            };
        };
        let is_variadic = home
            .slice(definition.name_range.end..definition.body.start.max(definition.name_range.end))
            .windows(3)
            .any(|three| three == b"...");
        let param = match params.get(argument) {
            Some(param) => Some(param.as_str()),
            None if is_variadic => params.last().map(String::as_str),
            None => None,
        };
        match param {
            Some("...") => of_parameter(snapshot, &home, definition, "__VA_ARGS__", nesting),
            Some(param) => of_parameter(snapshot, &home, definition, param, nesting),
            None => Usage::Unknown,
        }
    });
    usages.max().unwrap_or(Usage::Unknown)
}

/// What a macro's body does with a parameter: the most that any place does.
fn of_parameter(
    snapshot: &Snapshot<'_>,
    home: &Arc<File>,
    definition: &syntax::directives::MacroDefinition,
    param: &str,
    nesting: usize,
) -> Usage {
    let code = snapshot.code(home);
    let pieces: Vec<(usize, &str)> =
        dialect::token::Pieces::new(home.slice(definition.body.clone()))
            .filter_map(|(_, range)| {
                let start = definition.body.start + range.start;
                Some((
                    start,
                    std::str::from_utf8(home.slice(start..definition.body.start + range.end))
                        .ok()?,
                ))
            })
            .collect();
    // What the body leaves out goes nowhere.
    let mut most = Usage::Name;
    for (index, (at, text)) in pieces.iter().enumerate() {
        if *text != param {
            continue;
        }
        let text_at = |index: Option<usize>| {
            index
                .and_then(|i| pieces.get(i))
                .map_or("", |(_, text)| *text)
        };
        let (one, two) = (index.checked_sub(1), index.checked_sub(2));
        let gnu_comma = text_at(one) == "##" && text_at(two) == ",";
        let pasted = (matches!(text_at(one), "##" | "#") && !gnu_comma)
            || text_at(Some(index + 1)) == "##"
            || matches!(text_at(one), "->" | ".");
        let word = code.words.binary_search_by_key(at, |word| word.range.start);
        let word = word.ok().and_then(|index| code.words.get(index));
        let is_label = word.is_some_and(|word| matches!(word.role, Role::Goto | Role::Label));
        let here = if pasted || is_label {
            Usage::Name
        } else if declares(&pieces, index) {
            Usage::Declares
        } else {
            handed_on(snapshot, home, &code, *at, nesting)
        };
        most = most.max(here);
    }
    most
}

/// Whether the parentheses that are still open at the end of these are those of a type, or of an annotation.
fn is_of_declaration(pieces: &[(usize, &str)]) -> bool {
    let mut depth = 1_usize;
    let mut before = pieces.iter().rev().map(|(_, text)| *text);
    for text in before.by_ref() {
        match text {
            ")" => depth += 1,
            "(" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    before.next().is_some_and(|word| {
        word.chars().all(is_letter)
            && !matches!(
                word,
                "if" | "while" | "for" | "switch" | "return" | "sizeof"
            )
    })
}

/// `type name`, `struct tag *name =`
fn declares(pieces: &[(usize, &str)], index: usize) -> bool {
    let text_at = |index: usize| pieces.get(index).map_or("", |(_, text)| *text);
    let is_word = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && !matches!(
                text,
                "return"
                    | "sizeof"
                    | "case"
                    | "goto"
                    | "else"
                    | "do"
                    | "typeof"
                    | "__typeof__"
                    | "in"
            )
    };
    let Some(before) = index.checked_sub(1) else {
        return false;
    };
    if is_word(text_at(before)) && text_at(before) != "__extension__" {
        return true;
    }
    // `typeof(type) name = …`, `__section(x) name;`
    let ends = matches!(text_at(index + 1), "" | "=" | ";" | "[");
    if text_at(before) == ")" && ends && is_of_declaration(&pieces[..before]) {
        return true;
    }
    let stars = pieces[..index]
        .iter()
        .rev()
        .take_while(|(_, text)| *text == "*")
        .count();
    let (Some(word), true) = (index.checked_sub(stars + 1), stars > 0) else {
        return false;
    };
    // `a * b` multiplies, where `a` is no type's last word.
    let opens = word
        .checked_sub(1)
        .is_none_or(|at| matches!(text_at(at), "{" | "(" | ";" | "struct" | "union" | "const"));
    // `struct node *child __free(node) = …`
    opens
        && (is_word(text_at(word)) || text_at(word) == ")")
        && (matches!(text_at(index + 1), "=" | ";" | ",") || text_at(index + 1).starts_with("__"))
}

/// What the call in the macro's body does that is given the parameter as a whole argument.
fn handed_on(
    snapshot: &Snapshot<'_>,
    home: &Arc<File>,
    code: &super::code::Code,
    at: usize,
    nesting: usize,
) -> Usage {
    let Ok(index) = code
        .words
        .binary_search_by_key(&at, |word| word.range.start)
    else {
        return Usage::Unknown;
    };
    let word = &code.words[index];
    let Some((call, argument)) = word.call.filter(|_| code.is_whole_argument(home, word)) else {
        return Usage::Value;
    };
    let Some(call) = code.calls.get(call) else {
        return Usage::Value;
    };
    let callee = home.text(call.name.clone());
    // `param_check_##type(name, …)`: which macro that is hangs on the call, and the kernel's make other words of it.
    let before = home.bytes().get(..call.name.start).unwrap_or_default();
    if before.trim_ascii_end().ends_with(b"##") {
        return Usage::Name;
    }
    let is_param = home
        .macro_at(at)
        .and_then(|definition| definition.params.as_ref())
        .is_some_and(|params| params.iter().any(|param| *param == *callee));
    if is_param || call.through_member {
        return Usage::Value;
    }
    usage(snapshot, home, &callee, argument, nesting)
}

/// Whether a macro's call in the file may declare `name` for code at `offset`: in the same function
/// before it, or at file level, where a part of the name may be all that is written.
pub(super) fn may_be_declared_by_macro(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    name: &str,
    offset: usize,
) -> bool {
    let code = snapshot.code(file);
    let function = file.function_at(offset);
    let in_function = function.is_some_and(|function| {
        code.words_named(file, name)
            .filter(|word| {
                function.range.start <= word.range.start
                    && word.range.start < offset
                    && word.call.is_some()
            })
            .any(|word| {
                code.is_whole_argument(file, word)
                    && matches!(
                        usage_of(snapshot, file, word),
                        Usage::Declares | Usage::Unknown
                    )
            })
    });
    in_function || made_at_file_level(snapshot, file, name)
}
