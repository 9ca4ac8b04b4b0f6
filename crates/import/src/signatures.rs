//! Functions that get other parameters, or give back something else: one change for the head and the calls.

use std::collections::BTreeMap;

use query::File;
use syntax::Node;
use syntax::items::Function;

use crate::FileChange;
use crate::table::Table;
use crate::words::{declared_name, one_line};

/// The changes that might say how the heads of functions differ: of each function that the file defines once, before and
/// after.
pub(crate) fn signatures(change: &FileChange) -> Vec<Table> {
    let (before, after) = (&*change.before, &*change.after);
    let once = |file: &File, name: &str| file.functions_named(name).len() == 1;
    let functions = before.functions().iter();
    let functions = functions.filter(|own| once(before, &own.name) && once(after, &own.name));
    let tables = functions.filter_map(|own| {
        let other = after.functions_named(&own.name).into_iter().next()?;
        let (old, new) = (Head::of(before, own)?, Head::of(after, other)?);
        let table = Table::new("signature", &change.path).with("function", &own.name);
        let table = said(after, &own.name, table, &old, &new)?;
        Some(table.with("scope", change.path.as_str()))
    });
    tables.collect()
}

/// The head of a function.
struct Head {
    /// What is before the name, without `static` and `inline`.
    result: String,
    /// What else is said of it.
    storage: Vec<String>,
    /// The parameters: each with its name.
    parameters: Vec<(String, String)>,
}

impl Head {
    fn of(file: &File, function: &Function) -> Option<Self> {
        let mut node = file.node_at(function.name_range.clone())?;
        while node.kind() != "function_declarator" {
            node = node.parent()?;
        }
        let list = node.child_by_field_name("parameters")?;
        let mut cursor = list.walk();
        let parameters = list.named_children(&mut cursor).map(|own| {
            let text = one_line(file, own.byte_range())?;
            Some((declared_name(file, own).unwrap_or_default(), text))
        });
        let front = one_line(file, function.range.start..function.name_range.start)?;
        let is_storage =
            |word: &&str| matches!(*word, "static" | "inline" | "extern") || word.starts_with("__");
        let (storage, result): (Vec<&str>, Vec<&str>) = front.split(' ').partition(is_storage);
        Some(Self {
            result: result.join(" "),
            storage: storage.into_iter().map(str::to_owned).collect(),
            parameters: parameters.collect::<Option<_>>()?,
        })
    }
}

/// In what the heads differ, where it is one thing.
fn said(file: &File, name: &str, table: Table, old: &Head, new: &Head) -> Option<Table> {
    // Whose the calls elsewhere are is the whole series' to say.
    if old.storage != new.storage || !old.storage.iter().any(|word| word == "static") {
        return None;
    }
    let (was, is) = (&old.parameters, &new.parameters);
    if was == is {
        return (old.result != new.result).then(|| table.with("result", &new.result));
    }
    if old.result != new.result {
        return None;
    }
    let differing = was.iter().zip(is).take_while(|(was, is)| was == is).count();
    let end = |list: &[(String, String)], skipped: usize| list.get(skipped..).map(<[_]>::to_vec);
    if was.len() == is.len() {
        let (old, new) = (was.get(differing)?, is.get(differing)?);
        let is_one = end(was, differing + 1) == end(is, differing + 1) && !old.0.is_empty();
        return is_one
            .then(|| table.with_pairs("retype", &[("parameter", &old.0), ("to", &new.1)]));
    }
    if was.len() + 1 == is.len() && end(was, differing) == end(is, differing + 1) {
        return added(file, name, table, new, differing);
    }
    let is_removed = was.len() == is.len() + 1 && end(was, differing + 1) == end(is, differing);
    let gone = was.get(differing).filter(|_| is_removed)?;
    (!gone.0.is_empty()).then(|| table.with("remove", &gone.0))
}

/// A parameter that comes, at its place, with what the calls pass for it.
fn added(file: &File, name: &str, table: Table, new: &Head, at: usize) -> Option<Table> {
    let parameter = new.parameters.get(at)?;
    let mut passed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (function, argument) in calls(file, name, at)? {
        passed.entry(argument).or_default().push(function);
    }
    let most = passed.iter().max_by_key(|(_, callers)| callers.len());
    let usual = most.map(|(argument, _)| argument.clone())?;
    let place = match at.checked_sub(1) {
        Some(above) => ("after", new.parameters.get(above)?.0.clone()),
        None => ("before", new.parameters.get(1)?.0.clone()),
    };
    let others = passed.iter().filter(|(argument, _)| **argument != usual);
    let others: Vec<(String, String)> = others
        .flat_map(|(argument, callers)| callers.iter().map(|own| (own.clone(), argument.clone())))
        .collect();
    let pairs = [
        ("parameter", parameter.1.as_str()),
        (place.0, place.1.as_str()),
        ("argument", usual.as_str()),
    ];
    Some(table.with_callers("add", &pairs, &others))
}

/// Which functions call one, and what they pass at that place.
fn calls(file: &File, name: &str, at: usize) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut open = vec![file.root()];
    while let Some(node) = open.pop() {
        if node.kind() == "call_expression"
            && let Some(function) = node.child_by_field_name("function")
            && file.slice(function.byte_range()) == name.as_bytes()
        {
            let argument = argument(file, node, at)?;
            let caller = file.function_at(node.start_byte())?;
            found.push((caller.name.clone(), argument));
        }
        let mut cursor = node.walk();
        open.extend(node.named_children(&mut cursor));
    }
    Some(found)
}

fn argument(file: &File, call: Node<'_>, at: usize) -> Option<String> {
    let list = call.child_by_field_name("arguments")?;
    let mut cursor = list.walk();
    let mut all = list.named_children(&mut cursor);
    let argument = all
        .by_ref()
        .filter(|node| node.kind() != "comment")
        .nth(at)?;
    one_line(file, argument.byte_range())
}
