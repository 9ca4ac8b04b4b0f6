//! `#include` lines that are not where they do what they did: behind the code that needs them, or there twice; and headers
//! that nothing is let out of.

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::texts;
use query::File;
use syntax::directives::IncludeDirective;
use syntax::items::Function;

use super::Step;
use super::changes::FileChange;
use super::code::Role;
use super::complaint::Complaint;
use super::macro_argument::{Usage, usage_of};
use super::scope::has_word;
use super::snapshot::{Snapshot, is_source};
use super::twice;
use super::undeclared::is_open;
use super::visible::exclude_each_other;
use crate::includes::{Included, included};

/// Headers that a touched file includes only behind their use now.
pub(super) fn too_late(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let (Some(old), Some(new)) = (&change.before, &change.after) else {
        return Vec::new();
    };
    if !is_source(new.path()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (include, functions) in moved(old, new) {
        if step.after.is_included(new) {
            break;
        }
        let Some((name, at)) = needs(&step.after, new, include, &functions) else {
            continue;
        };
        let header = &include.header;
        found.push(Complaint::violated(
            format!("late:{}:{header}", new.path()),
            new,
            at,
            format!(
                "`{name}` is used and not declared: `{header}` declares it, and is included only in line {}",
                new.line_of(include.range.start)
            ),
        ));
    }
    found
}

fn live(file: &File) -> impl Iterator<Item = &IncludeDirective> {
    let all = file.includes().iter();
    all.filter(|include| !file.is_dead(include.range.start))
}

/// Where the file first includes what this one names.
fn first<'f>(file: &'f File, include: &IncludeDirective) -> Option<&'f IncludeDirective> {
    live(file).find(|other| other.header == include.header && other.system == include.system)
}

/// The first directives of a header that functions are before which were behind it.
fn moved<'f>(old: &File, new: &'f File) -> Vec<(&'f IncludeDirective, Vec<&'f Function>)> {
    let mut found = Vec::new();
    for include in live(new) {
        let is_first = first(new, include).is_some_and(|one| one.range == include.range);
        let Some(was) = first(old, include).filter(|_| is_first) else {
            continue;
        };
        let had_it = |function: &&Function| {
            let mut olds = old.functions().iter();
            function.range.start < include.range.start
                && olds
                    .any(|known| known.name == function.name && was.range.start < known.range.start)
        };
        let functions: Vec<&Function> = new.functions().iter().filter(had_it).collect();
        if !functions.is_empty() {
            found.push((include, functions));
        }
    }
    found
}

/// A name that one of the functions uses, and only the header declares.
fn needs(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    include: &IncludeDirective,
    functions: &[&Function],
) -> Option<(String, usize)> {
    let seen_by = |include: &IncludeDirective| -> BTreeSet<TreePath> {
        let paths = resolved(snapshot, file, include).into_iter();
        paths
            .flat_map(|path| snapshot.closure(&path).files.clone())
            .collect()
    };
    let code = snapshot.code(file);
    let late = seen_by(include);
    for function in functions {
        let mut early: BTreeSet<TreePath> = BTreeSet::new();
        for other in live(file).filter(|other| other.range.start < function.range.start) {
            early.extend(seen_by(other));
        }
        let words = code.words.iter().filter(|word| {
            word.role == Role::Free
                && word.define.is_none()
                && function.range.contains(&word.range.start)
        });
        for word in words {
            let name = file.text(word.range.clone()).into_owned();
            if !is_open(file, word, &name) {
                continue;
            }
            let with_word = |paths: &BTreeSet<TreePath>| -> Vec<TreePath> {
                let has = |path: &&TreePath| {
                    let bytes = snapshot.tree.tree().read(path).ok().flatten();
                    bytes.is_some_and(|bytes| has_word(&bytes, name.as_bytes()))
                };
                paths.iter().filter(has).cloned().collect()
            };
            let declares = with_word(&late.difference(&early).cloned().collect());
            if snapshot.any_declares(declares, &name)
                && !snapshot.any_declares(with_word(&early), &name)
                && usage_of(snapshot, file, word) == Usage::Value
            {
                return Some((name, word.range.start));
            }
        }
    }
    None
}

/// The files that a directive may mean.
fn resolved(snapshot: &Snapshot<'_>, file: &File, include: &IncludeDirective) -> Vec<TreePath> {
    let line = file.slice(include.range.clone()).trim_ascii_start();
    let directive = line.strip_prefix(b"#").unwrap_or(line);
    match included(&**snapshot.tree.tree(), file.path(), directive) {
        Included::None => Vec::new(),
        Included::One(path) => vec![path],
        Included::Several(paths) => paths,
    }
}

/// Headers that a touched file includes twice now, and that define something and have no guard.
pub(super) fn again(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for include in live(file).filter(|include| change.is_new(&include.range)) {
        let [path] = &resolved(&step.after, file, include)[..] else {
            continue;
        };
        let twin = live(file).find(|other| {
            other.range != include.range
                && resolved(&step.after, file, other)[..] == [path.clone()]
                && !exclude_each_other(&other.conditions, &include.conditions)
        });
        let header = step.after.file(path).filter(|header| !is_guarded(header));
        let (Some(twin), Some(header)) = (twin, header) else {
            continue;
        };
        // One that is made for it is given other names: `#define NAME name_of_this_time`.
        let is_named_anew = |name: &str| {
            let defined = |file: &File| file.macros().iter().any(|known| known.name == name);
            defined(file) || defined(&header)
        };
        let all = twice::sure_definitions(&header);
        let Some((kind, name)) = all.into_iter().find(|(_, name)| !is_named_anew(name)) else {
            continue;
        };
        found.push(Complaint::violated(
            format!("again:{}:{}", file.path(), include.header),
            file,
            include.range.start.max(twin.range.start),
            format!(
                "`{}` is included twice, has no guard, and defines the {kind} `{name}`",
                include.header
            ),
        ));
    }
    found.dedup_by(|one, other| one.key == other.key);
    found
}

/// Whether the header looks as if it let nothing out a second time.
fn is_guarded(header: &File) -> bool {
    let bytes = header.bytes();
    let lines = bytes.split(|&byte| byte == b'\n');
    let mut directives = lines.filter_map(|line| line.trim_ascii_start().strip_prefix(b"#"));
    let is_once = |line: &[u8]| texts(line).take(2).eq(["pragma", "once"]);
    directives.clone().any(is_once)
        || directives.next().is_some_and(|first| {
            let words: Vec<&str> = texts(first).collect();
            words.first() == Some(&"ifndef") || words.first() == Some(&"if") && words.contains(&"!")
        })
}

/// The names that guards of touched headers hang on, where the first line asks for what only the second defines.
pub(super) fn guards(change: &FileChange<'_>) -> Vec<String> {
    let guard = change.after.as_ref().and_then(|file| closed_by(file));
    guard.into_iter().map(|(name, _)| name).collect()
}

/// A guard of a touched header that lets nothing through.
pub(super) fn shut(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = change.after.as_ref().filter(|file| !is_source(file.path())) else {
        return Vec::new();
    };
    let Some((name, at)) = closed_by(file) else {
        return Vec::new();
    };
    let was_so = change
        .before
        .as_ref()
        .is_some_and(|before| closed_by(before).is_some());
    let others = step.after.files_with(&name);
    if was_so || others.iter().any(|path| path != file.path()) {
        return Vec::new();
    }
    let message = format!(
        "`#ifdef {name}` leaves out all of the header: nothing but the line below it defines `{name}`"
    );
    let key = format!("guard:{}", file.path());
    vec![Complaint::violated(key, file, at, message)]
}

/// The name of an `#ifdef` around all of the file that its own next line defines, as `#ifndef` would have it.
fn closed_by(file: &File) -> Option<(String, usize)> {
    let bytes = file.bytes();
    let mut at = 0;
    let mut directives = Vec::new();
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if let Some(rest) = line.trim_ascii_start().strip_prefix(b"#") {
            directives.push((at, texts(rest).map(str::to_owned).collect::<Vec<_>>()));
        }
        at += line.len();
    }
    let (first, second) = (directives.first()?, directives.get(1)?);
    let name = match (&first.1[..], &second.1[..]) {
        ([ifdef, asked], [define, defined, ..])
            if ifdef == "ifdef" && define == "define" && asked == defined =>
        {
            asked
        }
        _ => return None,
    };
    let is_only = texts(bytes).filter(|word| word == name).count() == 2;
    let is_bare = texts(bytes.get(..first.0)?).next().is_none();
    (is_only && is_bare && is_around_all(bytes, &directives)).then(|| (name.clone(), first.0))
}

/// Whether the group that the first directive opens ends with the last, and nothing but comments is behind that.
fn is_around_all(bytes: &[u8], directives: &[(usize, Vec<String>)]) -> bool {
    let mut depth = 0_usize;
    let mut ends = directives.iter().filter(|(_, words)| {
        match words.first().map(String::as_str) {
            Some("if" | "ifdef" | "ifndef") => depth += 1,
            Some("endif") => {
                depth = depth.saturating_sub(1);
                return depth == 0;
            }
            _ => {}
        }
        false
    });
    ends.next().is_some_and(|(at, _)| {
        let rest = bytes.get(*at..).unwrap_or_default();
        texts(rest).eq(["#", "endif"])
    })
}
