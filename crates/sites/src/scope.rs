//! What the scope of a stated invariant means, and what it names that the tree does not have.
//!
//! A claim about a folder, a function or a member that is nowhere would hold of anything. So whatever a claim names is
//! looked for, and what is missing is an answer of its own.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use dialect::TreePath;
use query::File;
use query::access::{Access, member_uses};
use query::types::{DefinitionKind, DefinitionSource, View};
use schema::model::{MemberName, Scope};
use trees::{ParsedTree, Scan, Tree, TreeError};

use crate::names::nearest_name;
use crate::records::is_named;
use crate::resolver::live_functions;

/// Something that a claim names and the tree does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// `file or folder`, `function`, `struct`, `member`
    pub what: &'static str,
    /// Its name.
    pub name: String,
    /// What is called most like it.
    pub nearest: Option<String>,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the tree has no {} `{}`", self.what, self.name)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => Ok(()),
        }
    }
}

/// Whether the scope takes in the file.
#[must_use]
pub fn takes(scope: &Scope, path: &TreePath) -> bool {
    let is_in = |under: &TreePath| {
        let rest = path.as_str().strip_prefix(under.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    scope.under.is_empty() || scope.under.iter().any(is_in)
}

/// Whether the scope names C files alone: then nothing else has to be looked at.
#[must_use]
pub fn is_files(scope: &Scope) -> bool {
    !scope.under.is_empty() && scope.under.iter().all(TreePath::is_c)
}

/// Where in a file the scope looks.
#[must_use]
pub fn regions(file: &File, scope: &Scope) -> Vec<Range<usize>> {
    if scope.functions.is_empty() {
        return std::iter::once(0..file.bytes().len()).collect();
    }
    scope
        .functions
        .iter()
        .map(|function| file_and_name(function))
        .filter(|(path, _)| path.is_none_or(|path| path == file.path().as_str()))
        .flat_map(|(_, name)| live_functions(file, name))
        .map(|function| function.range.clone())
        .collect()
}

/// A function of a claim: its name, or `FILE:NAME` where a name repeats.
#[must_use]
pub fn file_and_name(function: &str) -> (Option<&str>, &str) {
    match function.rsplit_once(':') {
        Some((path, name)) => (Some(path), name),
        None => (None, function),
    }
}

/// The files and folders that the tree does not have.
///
/// # Errors
/// The tree cannot be walked.
pub fn missing_places(tree: &dyn Tree, places: &[TreePath]) -> Result<Vec<Missing>, TreeError> {
    let mut missing = Vec::new();
    for place in places {
        if !has(tree, place)? {
            missing.push(Missing {
                what: "file or folder",
                name: place.to_string(),
                nearest: nearest_place(tree, place)?,
            });
        }
    }
    Ok(missing)
}

fn has(tree: &dyn Tree, place: &TreePath) -> Result<bool, TreeError> {
    // A file that is there and cannot be read is not missing: who reads it says so.
    match tree.mode(place) {
        Ok(Some(_)) | Err(_) => return Ok(true),
        Ok(None) => {}
    }
    is_listed(tree, place)
}

/// Whether the path names a folder of the tree.
#[must_use]
pub fn is_folder(tree: &dyn Tree, path: &TreePath) -> bool {
    matches!(tree.mode(path), Ok(None)) && matches!(is_listed(tree, path), Ok(true))
}

fn is_listed(tree: &dyn Tree, place: &TreePath) -> Result<bool, TreeError> {
    // No file ends so: the folder is only listed.
    let listing = Scan {
        under: vec![place.to_string()],
        extensions: vec!["no such ending".to_owned()],
        shallow: true,
        ..Scan::default()
    };
    let report = tree.scan(&listing, &|_, _| {})?;
    Ok(report.missing.is_empty())
}

/// What is called most like the first part of the path that is missing, beside where it would be.
fn nearest_place(tree: &dyn Tree, place: &TreePath) -> Result<Option<String>, TreeError> {
    let mut parent = place.as_str();
    let mut wanted = "";
    while let Some((above, name)) = parent.rsplit_once('/') {
        (parent, wanted) = (above, name);
        let known = TreePath::new(above).map(|above| has(tree, &above));
        if let Ok(known) = known
            && known?
        {
            break;
        }
    }
    if wanted.is_empty() {
        return Ok(None);
    }
    let below = Scan {
        under: vec![parent.to_owned()],
        ..Scan::default()
    };
    let names: Mutex<BTreeSet<String>> = Mutex::default();
    tree.scan(&below, &|path, _| {
        let rest = path.as_str().strip_prefix(parent);
        let name = rest.and_then(|rest| rest.trim_start_matches('/').split('/').next());
        let mut names = names.lock().unwrap_or_else(PoisonError::into_inner);
        names.extend(name.map(str::to_owned));
    })?;
    let names = names.into_inner().unwrap_or_else(PoisonError::into_inner);
    let nearest = nearest_name(wanted, names.iter().map(String::as_str));
    Ok(nearest.map(|nearest| format!("{parent}/{nearest}")))
}

/// The function, where none of the files defines it. They are opened only as far as it takes to find it.
#[must_use]
pub fn missing_function(
    function: &str,
    files: impl IntoIterator<Item = Arc<File>>,
) -> Option<Missing> {
    let is_there = |file: &File, name: &str| !live_functions(file, name).is_empty();
    missing_unless(function, files, is_there)
}

/// The function, where none of the files defines or declares it: what is only called may be in assembly.
#[must_use]
pub fn missing_callee(
    function: &str,
    files: impl IntoIterator<Item = Arc<File>>,
) -> Option<Missing> {
    let is_there = |file: &File, name: &str| {
        let mut declared = file.prototypes().iter();
        !live_functions(file, name).is_empty() || declared.any(|declared| declared.name == name)
    };
    missing_unless(function, files, is_there)
}

fn missing_unless(
    function: &str,
    files: impl IntoIterator<Item = Arc<File>>,
    is_there: impl Fn(&File, &str) -> bool,
) -> Option<Missing> {
    let (_, name) = file_and_name(function);
    let mut known: BTreeSet<String> = BTreeSet::new();
    for file in files {
        if is_there(&file, name) {
            return None;
        }
        known.extend(
            file.functions()
                .iter()
                .map(|function| function.name.clone()),
        );
    }
    Some(Missing {
        what: "function",
        name: function.to_owned(),
        nearest: nearest_name(name, known.iter().map(String::as_str)).map(str::to_owned),
    })
}

/// The tags under which the record of a member is known: its name, and the tags of what a typedef calls so.
#[must_use]
pub fn tags(files: &[Arc<File>], member: &MemberName) -> BTreeSet<String> {
    let records = files
        .iter()
        .flat_map(|file| file.records().iter().map(move |record| (file, record)));
    let tags = records
        .filter(|(file, record)| is_named(file, record, &member.record))
        .filter_map(|(_, record)| record.tag.clone());
    tags.chain([member.record.clone()]).collect()
}

/// Whether a record of that name, in one of the files, declares the member, itself or in a nested record.
#[must_use]
pub fn declares(files: &[Arc<File>], member: &MemberName) -> bool {
    let tags = tags(files, member);
    files.iter().any(|file| {
        let records = file.records().iter();
        let mut named = records.filter(|record| {
            let tag = record.tag.as_ref();
            is_named(file, record, &member.record) || tag.is_some_and(|tag| tags.contains(tag))
        });
        named.any(|record| {
            let mut members = record.members.iter();
            members.any(|known| known.name == member.member)
                || member_uses(file, &member.member).found.iter().any(|used| {
                    used.access == Access::Declaration && record.range.contains(&used.range.start)
                })
        })
    })
}

/// Whether a member is declared as an array (then with `true`) or as a pointer; none where it is neither, or a typedef's name
/// may hide what it is.
#[must_use]
pub fn is_array(files: &[Arc<File>], member: &MemberName) -> Option<bool> {
    let tags = tags(files, member);
    let mut shapes = files.iter().flat_map(|file| {
        let records = file.records().iter();
        let named = records.filter(|record| {
            let tag = record.tag.as_ref();
            is_named(file, record, &member.record) || tag.is_some_and(|tag| tags.contains(tag))
        });
        let members = named.flat_map(|record| &record.members);
        let members = members.filter(|known| known.name == member.member);
        members.map(|known| match known.array.is_empty() {
            false => Some(true),
            true => known.type_text.contains('*').then_some(false),
        })
    });
    let first = shapes.next()??;
    shapes.all(|shape| shape == Some(first)).then_some(first)
}

/// What is missing of a member that nothing declares: the record, or it.
#[must_use]
pub fn missing_member(tree: &ParsedTree, member: &MemberName) -> Missing {
    let MemberName { record, member } = member;
    let mut found = false;
    let mut known: BTreeSet<String> = BTreeSet::new();
    for kind in [DefinitionKind::Record, DefinitionKind::Typedef] {
        // A typedef that nobody defines is looked for in every file of the tree.
        if found {
            break;
        }
        for file in tree.files_defining(kind, record, &View::of_all(&|_| 0)) {
            for definition in file.records().iter().filter(|r| is_named(&file, r, record)) {
                found = true;
                known.extend(definition.members.iter().map(|m| m.name.clone()));
            }
        }
    }
    if !found {
        return Missing {
            what: "struct or union",
            name: record.clone(),
            nearest: None,
        };
    }
    let nearest = nearest_name(member, known.iter().map(String::as_str));
    Missing {
        what: "member",
        name: format!("{record}.{member}"),
        nearest: nearest.map(|nearest| format!("{record}.{nearest}")),
    }
}
