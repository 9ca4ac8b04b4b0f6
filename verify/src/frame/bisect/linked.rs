//! Functions and variables that two files define for the linker.
//!
//! Which files are linked together is read from the Makefile of their folder: `obj-y`, and the lists of
//! one object. What depends on a configuration is said to.

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use query::File;

use super::Step;
use super::changes::FileChange;
use super::complaint::Complaint;

/// What a touched file defines for the linker now, and another file does as well.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = change
        .after
        .as_ref()
        .filter(|file| file.path().as_str().ends_with(".c"))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for name in new_externals(change) {
        for path in step.after.files_with(&name) {
            if path == *file.path() || !path.as_str().ends_with(".c") {
                continue;
            }
            let Some(other) = step.after.file(&path) else {
                continue;
            };
            let Some(at) = external_at(&other, &name) else {
                continue;
            };
            let own_at = external_at(file, &name).unwrap_or(0);
            let place = format!("{path}:{}", other.line_of(at));
            let key = format!("link:{name}:{}", file.path());
            match together(step, file.path(), &path) {
                Some(true) => found.push(Complaint::violated(
                    key,
                    file,
                    own_at,
                    format!("`{name}` is defined for the linker twice: {place} has it too"),
                )),
                Some(false) => {}
                None => found.push(Complaint::unknown(
                    key,
                    file,
                    own_at,
                    format!("`{name}` is defined by {place} too: whether both are linked together was not judged"),
                )),
            }
        }
    }
    found
}

/// What the file defines for the linker now and did not before.
pub(super) fn new_externals(change: &FileChange<'_>) -> BTreeSet<String> {
    let of = |file: &Option<Arc<File>>| file.as_deref().map(externals).unwrap_or_default();
    let is_c = change.path.as_str().ends_with(".c");
    let (old, new) = (of(&change.before), of(&change.after));
    new.into_iter()
        .filter(|name| is_c && !old.contains(name))
        .collect()
}

/// The functions and variables with external linkage that a file defines, weak ones apart.
fn externals(file: &File) -> BTreeSet<String> {
    let functions = file.functions().iter().filter(|one| {
        !one.is_static
            && !one.is_weak
            && !file.is_dead(one.range.start)
            && !file.text(one.range.start..one.body.start).contains("inline")
            && file
                .slice(one.name_range.end..one.body.start)
                .trim_ascii_start()
                .starts_with(b"(")
            // A prototype or the first definition says `static` for all.
            && !file.prototypes().iter().any(|proto| proto.name == one.name && proto.is_static)
    });
    let variables = file.variables().iter().filter(|one| {
        !one.is_static
            && !one.is_extern
            && !file.is_dead(one.range.start)
            && !file.text(one.range.clone()).contains("__weak")
    });
    functions
        .map(|one| one.name.clone())
        .chain(variables.map(|one| one.name.clone()))
        .collect()
}

fn external_at(file: &Arc<File>, name: &str) -> Option<usize> {
    if !externals(file).contains(name) {
        return None;
    }
    let function = file
        .functions()
        .iter()
        .find(|one| one.name == name && !one.is_static);
    let variable = || {
        file.variables()
            .iter()
            .find(|one| one.name == name && !one.is_extern)
    };
    function
        .map(|one| one.name_range.start)
        .or_else(|| variable().map(|one| one.name_range.start))
}

/// Whether two files are linked into one object: surely, surely not, or by configuration.
fn together(step: &Step<'_>, one: &TreePath, other: &TreePath) -> Option<bool> {
    let parts = |path: &TreePath| {
        let path = path.as_str();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        (folder.to_owned(), name.to_owned())
    };
    let ((here, own), (there, twin)) = (parts(one), parts(other));
    let architecture = |folder: &str| {
        folder
            .strip_prefix("arch/")
            .and_then(|rest| rest.split('/').next().map(str::to_owned))
    };
    const APART: &[&str] = &["tools", "scripts", "samples", "Documentation", "usr"];
    let apart = |folder: &str| {
        APART
            .iter()
            .find(|name| folder.split('/').next() == Some(**name))
    };
    if apart(&here) != apart(&there) || apart(&here).is_some() && here != there {
        return Some(false);
    }
    let (arch, other_arch) = (architecture(&here), architecture(&there));
    if arch.is_some() && other_arch.is_some() && arch != other_arch {
        return Some(false);
    }
    // An architecture's own code takes the place of the common one, by means of the configuration.
    let lists = (lists_of(step, &here, &own), lists_of(step, &there, &twin));
    let (Some(mine), Some(theirs)) = lists else {
        return None;
    };
    if here == there && mine.iter().any(|list| theirs.contains(list)) {
        return Some(true);
    }
    let built_in = |lists: &BTreeSet<String>| lists.iter().any(|list| list == "obj-y");
    if built_in(&mine) && built_in(&theirs) && arch == other_arch {
        return Some(true);
    }
    // Neither is built, or they go into programs of their own.
    if mine.is_empty() || theirs.is_empty() {
        return Some(false);
    }
    let modules = |lists: &BTreeSet<String>| {
        lists
            .iter()
            .all(|list| !list.starts_with("obj-") && !list.starts_with("lib-"))
    };
    if modules(&mine) && modules(&theirs) {
        // Two drivers may be modules, or both be built in.
        return None;
    }
    None
}

/// The lists of the folder's Makefile that the file's object is in; none where there is no Makefile.
fn lists_of(step: &Step<'_>, folder: &str, name: &str) -> Option<BTreeSet<String>> {
    let object = format!("{}.o", name.strip_suffix(".c").unwrap_or(name));
    let read = |file: &str| {
        let path = if folder.is_empty() {
            file.to_owned()
        } else {
            format!("{folder}/{file}")
        };
        let path = TreePath::new(&path).ok()?;
        step.after.tree.tree().read(&path).ok().flatten()
    };
    let bytes = read("Kbuild").or_else(|| read("Makefile"))?;
    let text = String::from_utf8_lossy(&bytes).replace("\\\n", " ");
    let mut found = BTreeSet::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let Some((left, right)) = line.split_once('=') else {
            continue;
        };
        if right.split_whitespace().any(|word| word == object) {
            let left = left.trim_end_matches([':', '+', ' ', '\t']).trim();
            // `foo-y` and `foo-objs` are lists of one object.
            let list = left.strip_suffix("-objs").map(|name| format!("{name}-y"));
            found.insert(list.unwrap_or_else(|| left.to_owned()));
        }
    }
    Some(found)
}
