//! Statements that come, go, or get a condition.

use query::File;
use sites::block::{self, Item, ItemKind};
use syntax::Node;

use super::{Asked, Proposal, conditions};
use crate::run::Run;
use crate::table::Table;
use crate::words::{anchors, declared_name, dedented, one_line, trimmed};

/// `insert`
pub(super) fn inserted(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    // What only takes a blank line away is no code.
    let is_blank = edit.before.slice(edit.old.clone()).trim_ascii().is_empty();
    let (Some(function), true) = (asked.function(), is_blank) else {
        return Vec::new();
    };
    let Some(run) = Run::of(&edit.after, &edit.new) else {
        return Vec::new();
    };
    let (Some(own), Some(code)) = (run.labelled(), dedented(&edit.after, &edit.new)) else {
        return Vec::new();
    };
    if run.is_empty() {
        return Vec::new();
    }
    let table = asked.table("insert").with("function", &function);
    let mut codes = vec![short(&code)];
    if code != trimmed(&code) {
        codes.push(code);
    }
    let is_declaration = |node: &Node<'_>| node.kind() == "declaration";
    let mut places = match !own.is_empty() && own.iter().all(is_declaration) {
        true => beside_locals(&edit.after, &run),
        false => places(&edit.after, &run),
    };
    places.retain(|(key, place)| *key == "at" || asked.stays(place));
    let codes = codes.iter();
    let tables = codes.flat_map(|code| {
        let places = places.iter();
        places.map(|(key, place)| table.clone().with(key, place).with("code", code))
    });
    let tables: Vec<Table> = tables.collect();
    let tight = tables.iter().map(|table| table.clone().with_flag("tight"));
    let all = tables.iter().cloned().chain(tight);
    all.map(|table| vec![table]).collect()
}

/// Without blank lines at both ends; one line without its newline.
pub(crate) fn short(code: &str) -> String {
    let text = trimmed(code);
    match text.lines().count() {
        1 => text.trim_end().to_owned(),
        _ => text,
    }
}

/// A place in a function: a key of `insert`, and its value.
type Place = (&'static str, String);

/// The ways to name a statement that something is beside.
pub(crate) fn beside(file: &File, key: &'static str, item: Option<&Item<'_>>) -> Vec<Place> {
    let node = item.filter(|item| item.kind == ItemKind::Statement);
    let texts = node
        .map(|item| anchors(file, item.node))
        .unwrap_or_default();
    texts.into_iter().map(|text| (key, text)).collect()
}

/// Where declarations are among others.
fn beside_locals(file: &File, run: &Run<'_>) -> Vec<Place> {
    let mut found = beside(file, "after", run.above().next());
    found.extend(beside(file, "before", run.below().next()));
    found
}

/// Where statements are.
fn places(file: &File, run: &Run<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    let above = run.above().next();
    let declares = |item: &Item<'_>| item.node.kind() == "declaration";
    let is_behind_locals = above.is_none_or(declares);
    if run.is_body() && is_behind_locals {
        found.push(("at", "start".to_owned()));
    }
    if let Some(label) = above.filter(|item| item.kind == ItemKind::Label) {
        let text = file.text(label.range.clone());
        found.push(("label", text.trim_end_matches(':').trim().to_owned()));
    }
    found.extend(beside(file, "after", above));
    found.extend(beside(file, "before", run.below().next()));
    if run.is_body() && run.below().next().is_none() {
        found.push(("at", "end".to_owned()));
    }
    found
}

/// `delete`
pub(super) fn deleted(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    let (Some(function), true) = (asked.old_function(), edit.new.is_empty()) else {
        return Vec::new();
    };
    let run = Run::of(&edit.before, &edit.old);
    let Some(items) = run
        .and_then(|run| run.statements())
        .filter(|items| !items.is_empty())
    else {
        return Vec::new();
    };
    let table = || asked.table("delete").with("function", &function);
    if items.iter().all(|node| node.kind() == "declaration") {
        let names = items.iter().map(|node| declared_name(&edit.before, *node));
        let tables = names.map(|name| Some(table().with_one("what", "local", &name?)));
        return tables.collect::<Option<Proposal>>().into_iter().collect();
    }
    let texts = run_of(&edit.before, &items);
    let tables = texts
        .iter()
        .map(|text| table().with_one("what", "statement", text));
    let mut found: Vec<Proposal> = tables.clone().map(|table| vec![table]).collect();
    // One of several alike is told by its neighbour.
    let neighbours = Run::of(&edit.before, &edit.old).map(|run| {
        let mut places = beside(&edit.before, "after", run.above().next());
        places.extend(beside(&edit.before, "before", run.below().next()));
        places
    });
    for (key, place) in neighbours.unwrap_or_default() {
        found.extend(tables.clone().map(|table| vec![table.with(key, &place)]));
    }
    let tight = tables.map(|table| vec![table.with_flag("tight")]);
    found.extend(tight.collect::<Vec<_>>());
    found
}

/// How several statements in a row may be named.
pub(crate) fn run_of(file: &File, items: &[Node<'_>]) -> Vec<String> {
    let each: Vec<Vec<String>> = items.iter().map(|node| anchors(file, *node)).collect();
    let joined = |pick: fn(&[String]) -> Option<&String>| {
        let texts = each.iter().map(|texts| pick(texts));
        let texts: Option<Vec<&str>> = texts.map(|text| text.map(String::as_str)).collect();
        texts.map(|texts| texts.join(" "))
    };
    let short = joined(<[String]>::first).filter(|text| metavariables_differ(text));
    let whole = joined(<[String]>::last);
    let mut found: Vec<String> = short.into_iter().chain(whole).collect();
    found.dedup();
    found
}

/// Whether no metavariable is in the text twice: two of a name would have to be the same code.
fn metavariables_differ(text: &str) -> bool {
    ["$$$ARGS", "$BODY", "$OTHER"]
        .iter()
        .all(|name| text.matches(name).count() < 2)
}

/// `guard`
pub(super) fn guarded(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    let Some(function) = asked.function() else {
        return Vec::new();
    };
    let (Some(old), Some(new)) = (
        Run::of(&edit.before, &edit.old).and_then(|run| run.statements()),
        Run::of(&edit.after, &edit.new).and_then(|run| run.statements()),
    ) else {
        return Vec::new();
    };
    let [condition] = new.as_slice() else {
        return Vec::new();
    };
    if condition.kind() != "if_statement" {
        return Vec::new();
    }
    let by = condition.child_by_field_name("condition");
    let body = condition.child_by_field_name("consequence");
    let (Some(by), Some(body), None) = (by, body, condition.child_by_field_name("alternative"))
    else {
        return Vec::new();
    };
    let inner = match body.kind() {
        "compound_statement" => body.start_byte() + 1..body.end_byte().saturating_sub(1),
        _ => body.byte_range(),
    };
    let span = |nodes: &[Node<'_>]| Some(nodes.first()?.start_byte()..nodes.last()?.end_byte());
    let is_same = span(&old).is_some_and(|span| {
        block::code(edit.before.slice(span)) == block::code(edit.after.slice(inner))
    });
    let Some(by) = one_line(&edit.after, by.byte_range()).filter(|_| is_same) else {
        return Vec::new();
    };
    let by = by
        .strip_prefix('(')
        .and_then(|by| by.strip_suffix(')'))
        .unwrap_or(&by);
    let table = asked.table("guard").with("function", &function);
    run_of(&edit.before, &old)
        .into_iter()
        .map(|text| vec![table.clone().with("statement", &text).with("by", by)])
        .collect()
}

/// `delete` and `insert`, where statements are other ones afterwards, and not the same with a part changed
pub(super) fn replaced(asked: &Asked<'_>) -> Vec<Proposal> {
    let edit = asked.edit;
    let Some(function) = asked.function() else {
        return Vec::new();
    };
    let new = Run::of(&edit.after, &edit.new);
    let came = new.as_ref().and_then(Run::statements);
    let gone = Run::of(&edit.before, &edit.old).and_then(|run| run.statements());
    let (Some(new), Some(gone), Some(came)) = (new, gone, came) else {
        return Vec::new();
    };
    let is_statement = |node: &Node<'_>| node.kind().ends_with("_statement");
    let are_statements = |nodes: &[Node<'_>]| !nodes.is_empty() && nodes.iter().all(is_statement);
    let is_edited =
        matches!((gone.as_slice(), came.as_slice()), ([_], [_])) && conditions::is_edited(asked);
    if !are_statements(&gone) || !are_statements(&came) || is_edited {
        return Vec::new();
    }
    let Some(code) = dedented(&edit.after, &edit.new) else {
        return Vec::new();
    };
    let code = short(&code);
    let insert = asked.table("insert").with("function", &function);
    let delete = asked.table("delete").with("function", &function);
    let Some(gone) = run_of(&edit.before, &gone).pop() else {
        return Vec::new();
    };
    let delete = delete.with_one("what", "statement", &gone);
    let mut places = places(&edit.after, &new);
    places.retain(|(key, place)| *key == "at" || asked.stays(place));
    let places = places.into_iter();
    places
        .map(|(key, place)| {
            vec![
                insert.clone().with(key, &place).with("code", &code),
                delete.clone(),
            ]
        })
        .collect()
}
