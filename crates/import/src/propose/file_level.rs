//! What is defined, declared or included at file level, and comes or goes.

mod mixed;

use std::ops::Range;

use query::File;
use syntax::Node;
use syntax::items::Function;

use super::{Asked, Proposal};
use crate::table::Table;
use crate::words::{comment_words, declared_name, trimmed};

/// `function`, `macro`, `include`, `declaration`, and `delete` of these
pub(super) fn file_level(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    let is_inside = |file: &File, range: &Range<usize>| {
        let function = file.function_at(range.start);
        function.is_some_and(|function| function.range.start < range.start)
    };
    if is_inside(&edit.before, &edit.old) || is_inside(&edit.after, &edit.new) {
        return Vec::new();
    }
    let redefined = [redefined(asked, false), redefined(asked, true)];
    let redefined = redefined.into_iter().flatten();
    let redefined = redefined.filter(|tables| !tables.is_empty());
    let gone = match edit.old.is_empty() {
        true => Some(Vec::new()),
        false => removed(asked),
    };
    let mut found: Vec<Proposal> = redefined.collect();
    let Some(gone) = gone else {
        found.extend(mixed::mixed(asked));
        return found;
    };
    if edit.new.is_empty() {
        found.extend(super::with_tight(gone));
        return found;
    }
    // What is there before and after under one name is not another thing.
    let names = |file: &File, range: &Range<usize>| {
        let own = within(file, &things(file), range).unwrap_or_default();
        let named = own
            .into_iter()
            .map(|thing| (thing.what == What::Function, thing.name));
        named.collect::<Vec<(bool, String)>>()
    };
    let gone_names = names(&edit.before, &edit.old);
    let came_names = names(&edit.after, &edit.new);
    if gone_names.iter().any(|name| came_names.contains(name)) {
        found.extend(mixed::mixed(asked));
        return found;
    }
    let came = added(asked);
    found.extend(came.iter().map(|came| [gone.as_slice(), came].concat()));
    if !edit.old.is_empty() {
        // A header goes where others are, and the last of these may be the one that goes.
        found.extend(came.iter().map(|came| [came, gone.as_slice()].concat()));
        found.extend(mixed::mixed(asked));
    }
    found
}

/// `delete` of a function, and `function` with its new definition
pub(crate) fn anew(asked: &Asked<'_>) -> Vec<Proposal> {
    let Some(gone) = removed(asked) else {
        return Vec::new();
    };
    let came = added(asked).into_iter();
    let both = came.flat_map(|came| {
        let first: Proposal = gone.iter().cloned().chain(came.clone()).collect();
        let tight = super::with_tight(gone.clone()).pop().unwrap_or_default();
        [first, tight.into_iter().chain(came).collect()]
    });
    both.collect()
}

/// Macros whose bodies or parameters are others afterwards. `as_at_column_0`: a body that begins on a line of its own is
/// written without that line's indentation.
fn redefined(asked: &Asked<'_>, as_at_column_0: bool) -> Option<Proposal> {
    let edit = asked.edit;
    let of = |file: &File, range: &Range<usize>| {
        let own = things(file);
        let own = own
            .into_iter()
            .filter(|thing| range.start < thing.range.end && thing.range.start < range.end);
        let own: Vec<Thing> = own.collect();
        own.iter()
            .all(|thing| thing.definition.is_some())
            .then_some(own)
    };
    let old = of(&edit.before, &edit.old)?;
    let new = of(&edit.after, &edit.new)?;
    let is_same =
        old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| old.name == new.name);
    let tables = old.into_iter().zip(new);
    let tables = tables.map(|(old, new)| redefinition(asked, &old, &new, as_at_column_0));
    is_same.then(|| tables.collect())?
}

/// A macro whose body or parameters are others.
fn redefinition(
    asked: &Asked<'_>,
    old: &Thing,
    new: &Thing,
    as_at_column_0: bool,
) -> Option<Table> {
    let (was, (params, body)) = (old.definition.as_ref()?, new.definition.as_ref()?);
    let mut table = asked.table("redefine").with("name", &new.name);
    if let Some(params) = params
        .as_ref()
        .filter(|params| was.0.as_ref() != Some(params))
    {
        table = table.with_list("params", params);
    }
    Some(match as_at_column_0 {
        true => table.with("body", &without_indentation(body)),
        false => table.with("body", body),
    })
}

/// The lines of a body behind the first, each a tab further out.
fn without_indentation(body: &str) -> String {
    let lines = body.lines();
    let lines = lines.map(|line| line.strip_prefix('\t').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// A thing at file level, with the comment above it and what exports it.
#[derive(Clone)]
struct Thing {
    range: Range<usize>,
    what: What,
    name: String,
    /// Of a macro, its parameters and its body.
    definition: Option<(Option<Vec<String>>, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Function,
    Macro,
    Include,
    Declaration,
    /// `struct foo;`
    Forward,
    /// `EXPORT_SYMBOL`: a part of the function above it.
    Export,
    /// What is none of these.
    Other,
}

impl What {
    /// What `delete` calls it.
    fn key(self) -> Option<&'static str> {
        match self {
            Self::Function => Some("function"),
            Self::Macro => Some("macro"),
            Self::Include => Some("include"),
            Self::Declaration => Some("declaration"),
            Self::Forward => Some("forward"),
            Self::Export | Self::Other => None,
        }
    }
}

/// The things of a file, in its order. Directives are no nodes: the file has lists of them.
fn things(file: &File) -> Vec<Thing> {
    let thing = |range: Range<usize>, what: What, name: String| Thing {
        range,
        what,
        name,
        definition: None,
    };
    let mut found: Vec<Thing> = Vec::new();
    for include in file.includes() {
        let text = file.text(include.range.clone());
        let name = text
            .split_once("include")
            .map_or("", |(_, name)| name.trim());
        found.push(thing(include.range.clone(), What::Include, name.to_owned()));
    }
    for known in file.macros() {
        found.push(Thing {
            definition: Some((
                known.params.clone(),
                file.text(known.body.clone()).trim().to_owned(),
            )),
            ..thing(known.range.clone(), What::Macro, known.name.clone())
        });
    }
    let mut open = vec![file.root()];
    while let Some(node) = open.pop() {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "comment" | "preproc_def" | "preproc_function_def" | "preproc_include" => {}
                "preproc_if"
                | "preproc_ifdef"
                | "preproc_else"
                | "preproc_elif"
                | "linkage_specification"
                | "declaration_list" => open.push(child),
                _ => {
                    let (what, name) = what(file, child);
                    // A macro before it (`STATIC int f(void)`) may be no part of the node.
                    let own = function_of(file, child).filter(|_| what == What::Function);
                    let range = own.map_or(child.byte_range(), |function| {
                        function.range.start.min(child.start_byte())..child.end_byte()
                    });
                    found.push(thing(range, what, name.unwrap_or_default()));
                }
            }
        }
    }
    found.sort_by_key(|thing| thing.range.start);
    found
}

/// The function that a node defines.
fn function_of<'f>(file: &'f File, node: Node<'_>) -> Option<&'f Function> {
    let mut functions = file.functions().iter();
    functions.find(|function| {
        let name = &function.name_range;
        node.start_byte() <= name.start && name.end <= node.end_byte()
    })
}

fn what(file: &File, node: Node<'_>) -> (What, Option<String>) {
    match node.kind() {
        "struct_specifier" | "union_specifier" | "enum_specifier"
            if node.child_by_field_name("body").is_none() =>
        {
            (What::Forward, declared_name(file, node))
        }
        "function_definition" => {
            let function = function_of(file, node);
            (
                What::Function,
                function.map(|function| function.name.clone()),
            )
        }
        "declaration" | "type_definition" | "struct_specifier" | "union_specifier"
        | "enum_specifier" => (What::Declaration, declared_name(file, node)),
        _ if file.text(node.byte_range()).starts_with("EXPORT_SYMBOL") => (What::Export, None),
        _ => (What::Other, None),
    }
}

/// The things that some lines are, each with its comment and its exports; none where something else is among them.
fn within(file: &File, all: &[Thing], range: &Range<usize>) -> Option<Vec<Thing>> {
    let own = all
        .iter()
        .filter(|thing| range.start <= thing.range.start && thing.range.end <= range.end);
    let mut found: Vec<Thing> = Vec::new();
    let mut at = range.start;
    for thing in own {
        let between = file.text(at..thing.range.start);
        let comment = between.find("/*").or_else(|| between.find("//"));
        let first = comment.map_or(thing.range.start, |offset| at + offset);
        let is_bare =
            only_comments(file, at..first) && only_comments(file, first..thing.range.start);
        match thing.what {
            _ if !is_bare => return None,
            What::Other => return None,
            What::Export => found.last_mut()?.range.end = thing.range.end,
            _ => found.push(Thing {
                range: first..thing.range.end,
                ..thing.clone()
            }),
        }
        at = thing.range.end;
    }
    // A `;` behind a struct is no part of its node.
    let rest = file.text(at..range.end);
    let rest_start = at + rest.len() - rest.trim_start().trim_start_matches(';').len();
    if let Some(last) = found.last_mut() {
        last.range.end = rest_start.min(range.end).max(last.range.end);
    }
    (!found.is_empty()
        && file
            .text(rest_start.min(range.end)..range.end)
            .trim()
            .is_empty())
    .then_some(found)
}

/// Whether there is no code in the bytes.
fn only_comments(file: &File, range: Range<usize>) -> bool {
    let code = sites::block::code(file.slice(range));
    code.trim_matches([';', ' ']).is_empty()
}

fn added(asked: &Asked<'_>) -> Vec<Proposal> {
    let file = &asked.edit.after;
    let range = &asked.edit.new;
    let all = things(file);
    let Some(own) = within(file, &all, range) else {
        return Vec::new();
    };
    let named = |thing: &&Thing| !matches!(thing.what, What::Export | What::Other);
    let above = all
        .iter()
        .rev()
        .filter(named)
        .find(|thing| thing.range.end <= range.start);
    let below = all
        .iter()
        .filter(named)
        .find(|thing| thing.range.start >= range.end);
    let mut found = Vec::new();
    let sides = [
        (None, None),
        (Some("after"), above),
        (Some("before"), below),
    ];
    let blanks = [(false, false), (true, false), (false, true), (true, true)];
    let sides = blanks.map(|blank| sides.map(|(side, first)| (side, first, blank)));
    for (side, first, blank) in sides.into_iter().flatten() {
        if side.is_some() && first.is_none() {
            continue;
        }
        let mut neighbour = first.cloned();
        let tables = own.iter().map(|thing| {
            let beside = neighbour
                .clone()
                .filter(|beside| fits(thing.what, beside.what));
            if side == Some("after") {
                neighbour = Some(thing.clone());
            }
            let table = table(asked, thing, blank)?;
            match side {
                Some(side) => {
                    let name = beside?.name;
                    Some(table.with(side, name.trim_matches(['<', '>', '"'])))
                }
                None => Some(table),
            }
        });
        found.extend(tables.collect::<Option<Proposal>>());
    }
    found
}

/// Whether a thing of one kind can be put beside one of another.
fn fits(thing: What, beside: What) -> bool {
    match thing {
        What::Function | What::Declaration | What::Forward => beside != What::Include,
        _ => thing == beside,
    }
}

/// `blank`: whether a declaration has a blank line before it, and behind it.
fn table(asked: &Asked<'_>, thing: &Thing, blank: (bool, bool)) -> Option<Table> {
    let file = &asked.edit.after;
    let text = trimmed(&file.text(thing.range.clone()));
    match thing.what {
        What::Function => Some(asked.table("function").with("define", &text)),
        What::Include => Some(asked.table("include").with("header", &thing.name)),
        What::Declaration | What::Forward => {
            let text = match (blank.1, text.lines().count()) {
                (true, _) => format!("{text}\n"),
                (false, 1) => text.trim_end().to_owned(),
                _ => text,
            };
            let lead = if blank.0 { "\n" } else { "" };
            let declare = format!("{lead}{text}");
            Some(asked.table("declaration").with("declare", &declare))
        }
        What::Macro => {
            let (parameters, body) = thing.definition.as_ref()?;
            let mut table = asked.table("macro").with("name", &thing.name);
            table = table.with_list("params", parameters.as_deref().unwrap_or_default());
            if let Some(words) = comment_words(text.split('#').next().unwrap_or_default().trim()) {
                table = table.with("comment", &words);
            }
            Some(table.with("body", body))
        }
        What::Export | What::Other => None,
    }
}

fn removed(asked: &Asked<'_>) -> Option<Proposal> {
    let file = &asked.edit.before;
    let own = within(file, &things(file), &asked.edit.old)?;
    let tables = own.iter().map(|thing| {
        let key = thing.what.key()?;
        Some(asked.table("delete").with_one("what", key, &thing.name))
    });
    tables.collect()
}
