//! Names that a file, with what it includes, defines twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dialect::token::texts;
use query::File;
use syntax::directives::Condition;
use syntax::items::Typedef;

use super::Step;
use super::changes::FileChange;
use super::complaint::{Complaint, new_ones};
use super::scope::{declared_twice, has_word};
use super::shapes;
use super::signature::{Form, Spelt, signatures};
use super::snapshot::{Snapshot, is_of_each_build};
use super::visible::exclude_each_other;

/// A definition, for telling whether there is another.
struct Definition {
    /// `function`, `struct`, …: two of one kind and name are too many.
    kind: &'static str,
    name: String,
    at: usize,
    conditions: Vec<Condition>,
    /// Of macros and typedefs: two that say the same are none too many.
    text: Option<String>,
}

/// What a touched file defines twice and did not before.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let now = of_file(file).into_iter().chain(in_header(
        step,
        file,
        change.before.as_ref(),
        &new_tags(change),
        &|name| step.names.contains(name),
    ));
    let old = change.before.iter().flat_map(of_file);
    let mut found = new_ones(now, old);
    for function in change.changed_functions() {
        found.extend(locals(change, file, function));
    }
    found
}

fn of_file(file: &Arc<File>) -> Vec<Complaint> {
    let mut by_name: BTreeMap<(&'static str, String), Vec<Definition>> = BTreeMap::new();
    for definition in definitions(file) {
        if !file.is_dead(definition.at) {
            let key = (space(definition.kind), definition.name.clone());
            by_name.entry(key).or_default().push(definition);
        }
    }
    let mut found = Vec::new();
    for ((_, name), all) in &by_name {
        for (index, later) in all.iter().enumerate() {
            let twin = all.iter().take(index).rev().find(|earlier| {
                let says_the_same = later.text.is_some()
                    && later.text == earlier.text
                    && later.kind == earlier.kind;
                let is_apart = exclude_each_other(&earlier.conditions, &later.conditions)
                    || is_undefined_between(file, earlier, later);
                !says_the_same && !is_apart
            });
            if let Some(twin) = twin {
                found.push(Complaint::violated(
                    format!("twice:{}:{}:{name}", file.path(), later.kind),
                    file,
                    later.at,
                    format!(
                        "the {} `{name}` is defined again: line {} has {}",
                        later.kind,
                        file.line_of(twin.at),
                        if twin.kind == later.kind {
                            "one".to_owned()
                        } else {
                            format!("a {} of that name", twin.kind)
                        }
                    ),
                ));
                break;
            }
        }
    }
    for record in file.records() {
        for (index, later) in record.members.iter().enumerate() {
            let twin = record.members.iter().take(index).find(|earlier| {
                earlier.name == later.name
                    && !exclude_each_other(&earlier.conditions, &later.conditions)
            });
            if twin.is_some() {
                let tag = record.tag.clone().unwrap_or_default();
                found.push(Complaint::violated(
                    format!("twice:{}:member:{tag}:{}", file.path(), later.name),
                    file,
                    later.name_range.start,
                    format!("`{tag}` has the member `{}` twice", later.name),
                ));
            }
        }
    }
    found
}

/// Functions, variables, enumerators and typedefs share one name space; tags and macros have their own.
fn space(kind: &'static str) -> &'static str {
    match kind {
        "struct" | "union" | "macro" => kind,
        _ => "name",
    }
}

fn definitions(file: &File) -> Vec<Definition> {
    let mut found = Vec::new();
    let mut add = |kind, name: &str, at, conditions: &[Condition], text| {
        found.push(Definition {
            kind,
            name: name.to_owned(),
            at,
            conditions: conditions.to_vec(),
            text,
        });
    };
    for one in file.functions() {
        // `SYSCALL_DEFINE1(name, …)` defines another name.
        let after = file.slice(one.name_range.end..one.body.start);
        if after.trim_ascii_start().starts_with(b"(") {
            add(
                "function",
                &one.name,
                one.name_range.start,
                &one.conditions,
                None,
            );
        }
    }
    for one in file.variables() {
        // Without a value a definition is tentative: C takes several.
        if one.value.is_some() {
            add(
                "variable",
                &one.name,
                one.name_range.start,
                &one.conditions,
                None,
            );
        }
    }
    for one in file.enumerators() {
        add(
            "enumerator",
            &one.name,
            one.range.start,
            &one.conditions,
            None,
        );
    }
    for one in file.typedefs() {
        let text = format!("{:?}", one.base);
        add(
            "typedef",
            &one.name,
            one.name_range.start,
            &one.conditions,
            Some(text),
        );
    }
    for one in file.macros() {
        let text: Vec<&str> = texts(file.slice(one.name_range.end..one.range.end)).collect();
        add(
            "macro",
            &one.name,
            one.name_range.start,
            &one.conditions,
            Some(text.join(" ")),
        );
    }
    for one in file.records() {
        let kind = match one.kind {
            syntax::items::RecordKind::Struct => "struct",
            syntax::items::RecordKind::Union => "union",
        };
        // One in a function's body is that block's own.
        let is_block = file.function_at(one.range.start).is_some();
        if let Some(tag) = one.tag.as_ref().filter(|_| !is_block) {
            add(kind, tag, one.range.start, &one.conditions, None);
        }
    }
    found.retain(|one| {
        one.kind == "macro"
            || file
                .function_at(one.at)
                .is_none_or(|f| f.name_range.start == one.at)
    });
    found.sort_by_key(|one| one.at);
    found
}

/// What a file surely defines, and nothing may define again: each with its kind.
pub(super) fn sure_definitions(file: &File) -> Vec<(&'static str, String)> {
    let all = definitions(file).into_iter();
    let sure = all.filter(|one| {
        one.text.is_none()
            && one.conditions.is_empty()
            && file.unread_near(&(one.at..one.at + 1)).is_none()
    });
    sure.map(|one| (one.kind, one.name)).collect()
}

/// `#undef NAME` between the two, or a test of whether it is defined around the second.
fn is_undefined_between(file: &File, earlier: &Definition, later: &Definition) -> bool {
    if later.kind != "macro" {
        return false;
    }
    let between = file.slice(earlier.at..later.at);
    let undefined = between.split(|&byte| byte == b'\n').any(|line| {
        let line = line.trim_ascii_start();
        line.strip_prefix(b"#").is_some_and(|rest| {
            rest.trim_ascii_start().starts_with(b"undef") && has_word(rest, later.name.as_bytes())
        })
    });
    let guarded = later
        .conditions
        .iter()
        .any(|condition| has_word(condition.expression.as_bytes(), later.name.as_bytes()));
    undefined || guarded
}

/// The tags of the records that a touched file has now and had not.
pub(super) fn new_tags(change: &FileChange<'_>) -> Vec<String> {
    let tags = |file: &Option<Arc<File>>| -> Vec<String> {
        let records = file.iter().flat_map(|file| file.records());
        records.filter_map(|record| record.tag.clone()).collect()
    };
    let (old, new) = (tags(&change.before), tags(&change.after));
    new.into_iter().filter(|tag| !old.contains(tag)).collect()
}

/// What a file that the series leaves alone defines, and a header that it includes defines now.
pub(super) fn in_other(
    step: &Step<'_>,
    file: &Arc<File>,
    names: &BTreeSet<String>,
) -> Vec<Complaint> {
    let before = step.before.file(file.path());
    in_header(step, file, before.as_ref(), &[], &|name| {
        names.contains(name)
    })
}

/// What the file defines and a header that it includes defines as well, where one of the two is new.
fn in_header(
    step: &Step<'_>,
    file: &Arc<File>,
    before: Option<&Arc<File>>,
    tags: &[String],
    is_asked: &dyn Fn(&str) -> bool,
) -> Vec<Complaint> {
    let mut found = Vec::new();
    for definition in definitions(file) {
        if !is_asked(&definition.name) && !tags.contains(&definition.name) {
            continue;
        }
        let known = before.is_some_and(|before| {
            definitions(before)
                .iter()
                .any(|old| old.kind == definition.kind && old.name == definition.name)
        });
        let header_changed = step
            .changes
            .iter()
            .any(|other| other.path != *file.path() && other.names.contains(&definition.name));
        if known && !header_changed || definition.kind == "macro" {
            continue;
        }
        let closure = step.after.closure(file.path());
        if !closure.is_whole {
            continue;
        }
        for path in step.after.headers_with(&definition.name) {
            if path == *file.path()
                || !closure.files.contains(&path)
                || !is_of_each_build(file.path(), &path)
            {
                continue;
            }
            let Some(header) = step.after.file(&path) else {
                continue;
            };
            let twin = definitions(&header).into_iter().find(|twin| {
                twin.name == definition.name
                    && space(twin.kind) == space(definition.kind)
                    // What the build leaves out of a configuration is not in the file.
                    && twin.conditions.is_empty()
                    && definition.conditions.is_empty()
                    && (twin.kind != "typedef"
                        || definition.kind != "typedef"
                        || contradicts(&step.after, (&header, twin.at), (file, definition.at)))
            });
            let is_stub = twin.as_ref().is_some_and(|_| {
                signatures(&header, &definition.name)
                    .iter()
                    .any(|one| one.form == Form::Macro)
            });
            if let Some(twin) = twin.filter(|_| !is_stub) {
                found.push(Complaint::violated(
                    format!(
                        "twice:{}:{}:{}",
                        file.path(),
                        definition.kind,
                        definition.name
                    ),
                    file,
                    definition.at,
                    format!(
                        "the {} `{}` is defined again: {}:{} has one, and is included",
                        definition.kind,
                        definition.name,
                        path,
                        header.line_of(twin.at)
                    ),
                ));
            }
        }
    }
    found
}

/// Whether the typedefs at these places surely stand for two types.
fn contradicts(
    snapshot: &Snapshot<'_>,
    (header, there): (&Arc<File>, usize),
    (file, here): (&Arc<File>, usize),
) -> bool {
    let typedef = |file: &File, at: usize| {
        let mut all = file.typedefs().iter();
        all.find(|known| known.name_range.start == at).cloned()
    };
    let (Some(one), Some(other)) = (typedef(header, there), typedef(file, here)) else {
        return false;
    };
    let spelt = |file: &File, known: &Typedef| {
        let whole = known.range.start..known.range.end.saturating_sub(1);
        Spelt::in_range(file, &whole, Some(known.name_range.clone()))
    };
    spelt(header, &one).differs(&spelt(file, &other))
        || shapes::are_different(snapshot, (header, there), (file, here), &one.name)
}

fn locals(
    change: &FileChange<'_>,
    file: &Arc<File>,
    function: &syntax::items::Function,
) -> Vec<Complaint> {
    let text = |file: &File, range: &std::ops::Range<usize>| file.text(range.clone()).into_owned();
    let old: Vec<String> = change
        .before
        .iter()
        .flat_map(|before| {
            let twins = before
                .functions()
                .iter()
                .filter(|old| old.name == function.name);
            twins.flat_map(|old| {
                declared_twice(before, old)
                    .into_iter()
                    .map(|range| text(before, &range))
            })
        })
        .collect();
    declared_twice(file, function)
        .into_iter()
        .filter(|range| !old.contains(&text(file, range)))
        .map(|range| {
            let name = text(file, &range);
            Complaint::violated(
                format!("twice:{}:{}:{name}", file.path(), function.name),
                file,
                range.start,
                format!(
                    "`{name}` is declared twice in one block of {}()",
                    function.name
                ),
            )
        })
        .collect()
}
