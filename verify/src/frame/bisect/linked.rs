//! Functions and variables that two files define for the linker.
//!
//! Which files are linked together is read from the Makefile of their folder: `obj-y`, and the lists of
//! one object. What depends on a configuration is said to. Two of `obj-m` are modules of their own.

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use query::File;

use super::Step;
use super::changes::FileChange;
use super::complaint::Complaint;
use super::scope::has_word;
use super::visible::exclude_each_other;

/// How many pairs of files are asked whether they are linked together.
const MOST_PAIRS: usize = 1000;

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
            if path == *file.path()
                || !path.as_str().ends_with(".c")
                || !step.after.looks_declared_in(&path, &name)
            {
                continue;
            }
            let Some(other) = step.after.file(&path) else {
                continue;
            };
            let Some(at) = external_at(&other, &name) else {
                continue;
            };
            // `#define level other_level`: it is another name that the linker sees.
            if step.after.alias(file, &name).is_some() || step.after.alias(&other, &name).is_some()
            {
                continue;
            }
            let own_at = external_at(file, &name).unwrap_or(0);
            if exclude_each_other(&file.conditions_at(own_at), &other.conditions_at(at)) {
                continue;
            }
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

/// The words by which the files are found that include a header which defines something for the linker.
pub(super) fn words_of_headers(change: &FileChange<'_>) -> Option<String> {
    (!new_of_header(change).is_empty()).then(|| stem(change.path.file_name()).to_owned())
}

fn stem(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// What a touched header defines for the linker now, and several files include.
pub(super) fn in_header(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let names = new_of_header(change);
    let (Some(file), false) = (&change.after, names.is_empty()) else {
        return Vec::new();
    };
    let mut users = step.after.files_with(stem(change.path.file_name()));
    users.retain(|path| {
        let includes = |file: Arc<File>| {
            let live = file
                .includes()
                .iter()
                .filter(|include| !file.is_dead(include.range.start));
            let name = change.path.file_name();
            let mut named = live.filter(|include| include.header.rsplit('/').next() == Some(name));
            named.next().is_some()
        };
        path.as_str().ends_with(".c")
            && step.after.closure(path).files.contains(&change.path)
            && step.after.file(path).is_some_and(includes)
    });
    let pairs = users.iter().enumerate().flat_map(|(index, one)| {
        let others = users.iter().skip(index + 1);
        others.map(move |other| (one, other))
    });
    let mut judged = pairs.map(|(one, other)| (together(step, one, other), one, other));
    let (mut doubt, mut sure) = (None, None);
    for (is_one, one, other) in judged.by_ref().take(MOST_PAIRS) {
        match is_one {
            Some(true) => sure = sure.or(Some((one, other))),
            None => doubt = doubt.or(Some((one, other))),
            Some(false) => {}
        }
    }
    let of_name = |name: &String| {
        let at = external_at(file, name)?;
        let key = format!("link:{name}:{}", file.path());
        let says = |(one, other): (&TreePath, &TreePath)| {
            format!("`{name}` is defined in a header, and {one} and {other} include it")
        };
        match (sure, doubt) {
            (Some(pair), _) => Some(Complaint::violated(key, file, at, says(pair))),
            (_, Some(pair)) => {
                let message = says(pair);
                let message = format!("{message}: whether both are linked together was not judged");
                Some(Complaint::unknown(key, file, at, message))
            }
            _ => None,
        }
    };
    names.iter().filter_map(of_name).collect()
}

/// What a touched header defines for the linker now and did not before, whatever the configuration.
fn new_of_header(change: &FileChange<'_>) -> Vec<String> {
    let (Some(file), false) = (&change.after, change.path.as_str().ends_with(".c")) else {
        return Vec::new();
    };
    let old = change.before.as_deref().map(externals).unwrap_or_default();
    let new = externals(file).into_iter();
    let sure = new.filter(|name| {
        !old.contains(name)
            && external_at(file, name).is_some_and(|at| file.conditions_at(at).is_empty())
    });
    sure.collect()
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
            // A prototype or the first definition says `static` or `__weak` for all.
            && !file.prototypes().iter().any(|proto| {
                proto.name == one.name
                    && (proto.is_static || file.text(proto.range.clone()).contains("weak"))
            })
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

/// The folder and the name of a file.
pub(super) fn parts(path: &TreePath) -> (String, String) {
    let path = path.as_str();
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (folder.to_owned(), name.to_owned())
}

/// Whether two files are linked into one object: surely, surely not, or by configuration.
fn together(step: &Step<'_>, one: &TreePath, other: &TreePath) -> Option<bool> {
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
    let is_module = |lists: &BTreeSet<List>| lists.iter().all(|list| list.name == "obj-m");
    if is_module(&mine) || is_module(&theirs) {
        return Some(false);
    }
    let is_one = |list: &List| {
        let mut theirs = theirs.iter();
        list.name != "obj-m" && theirs.any(|other| list.is_with(other))
    };
    if here == there && mine.iter().any(is_one) {
        return Some(true);
    }
    let built_in = |lists: &BTreeSet<List>| lists.iter().any(List::is_built_in);
    if built_in(&mine) && built_in(&theirs) && arch == other_arch {
        return Some(true);
    }
    // Two drivers may be modules, or both be built in.
    None
}

/// A list of a Makefile.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct List {
    name: String,
    /// The branches of make's conditionals around it, each by its line.
    branch: Vec<usize>,
}

impl List {
    /// Whether both are one list, and a branch that has one has the other.
    fn is_with(&self, other: &Self) -> bool {
        self.name == other.name
            && (self.branch.starts_with(&other.branch) || other.branch.starts_with(&self.branch))
    }

    /// Whether what is in it is always built in.
    pub(super) fn is_built_in(&self) -> bool {
        self.name == "obj-y" && self.branch.is_empty()
    }

    /// Whether it is that of the option: `obj-$(CONFIG_X)`.
    pub(super) fn has_word(&self, word: &str) -> bool {
        has_word(self.name.as_bytes(), word.as_bytes())
    }
}

/// The lists of the folder's Makefile that the file's object is in; none where there is no Makefile.
pub(super) fn lists_of(step: &Step<'_>, folder: &str, name: &str) -> Option<BTreeSet<List>> {
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
    let mut branch = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        match line.split([' ', '\t', '(']).find(|word| !word.is_empty()) {
            Some("ifdef" | "ifndef" | "ifeq" | "ifneq") => branch.push(number),
            // `else ifeq (…)` has the `endif` of the first.
            Some("else") => branch
                .last_mut()
                .into_iter()
                .for_each(|line| *line = number),
            Some("endif") => drop(branch.pop()),
            _ => {}
        }
        let Some((left, right)) = line.split_once('=') else {
            continue;
        };
        if right.split_whitespace().any(|word| word == object) {
            let left = left.trim_end_matches([':', '+', ' ', '\t']).trim();
            // `foo-y` and `foo-objs` are lists of one object.
            let list = left.strip_suffix("-objs").map(|name| format!("{name}-y"));
            found.insert(List {
                name: list.unwrap_or_else(|| left.to_owned()),
                branch: branch.clone(),
            });
        }
    }
    Some(found)
}
