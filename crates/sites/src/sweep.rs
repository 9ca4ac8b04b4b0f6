//! One change over many files: in which files of a tree it may have a site.
//!
//! A folder has thousands of files, and a change is in few of them: only those with a word of its old form or of its new one
//! are told. Whoever asks reads each of them as if it were the change's only one.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use dialect::TreePath;
use query::pattern::{Fragment, Isomorphisms, Pattern, Template};
use schema::model::{Change, ChangeBody, ChangeKind, Glob, Sites, Test, Widening};
use trees::{Scan, ScanReport, Tree, TreeError, link_on_the_way};

use crate::kinds::rewrite::free_form;
use crate::names::listed;
use crate::resolver::takes_just;
use crate::unresolved::Unresolved;

/// The files of a form's `files` that have a word of it, by path. No symbolic link is followed.
///
/// # Errors
/// A pattern matches no file, or something below it cannot be read.
pub fn files(
    tree: &dyn Tree,
    body: &ChangeBody,
    isomorphisms: &Isomorphisms,
) -> Result<Vec<TreePath>, Unresolved> {
    let (found, report) = walked(tree, &body.globs, words(&body.kind, isomorphisms))?;
    let is_ours = |path: &TreePath| {
        // A folder that cannot be read may have any file.
        !path.is_c() || body.globs.iter().any(|glob| glob.matches(path))
    };
    // Where a link leads is not asked, and so not missed either.
    let is_link = |path: &TreePath| matches!(link_on_the_way(tree, path), Ok(Some(_)));
    let mut unreadable = report.unreadable.iter();
    if let Some((path, reason)) = unreadable.find(|(path, _)| is_ours(path) && !is_link(path)) {
        return Err(Unresolved::tree(format!("{path}: {reason}")));
    }
    for glob in &body.globs {
        if !found.iter().any(|path| glob.matches(path)) {
            has_any(tree, glob)?;
        }
    }
    let mut ours = Vec::new();
    for path in found.iter().filter(|path| is_ours(path)) {
        let link = link_on_the_way(tree, path).map_err(unreadable_tree)?;
        if link.is_none() {
            ours.push(path.clone());
        }
    }
    Ok(ours)
}

/// The change as it is in one of its files.
#[must_use]
pub fn in_file(change: &Change, path: &TreePath) -> Change {
    Change {
        body: ChangeBody {
            files: vec![path.clone()],
            globs: Vec::new(),
            ..change.body.clone()
        },
        sites: Sites::All,
        ..change.clone()
    }
}

/// Whether so many sites in all of the files are as many as declared.
///
/// # Errors
/// They are not.
pub fn counted(change: &Change, sites: usize, files: usize) -> Result<(), Unresolved> {
    let wanted = match change.sites {
        Sites::All => return Ok(()),
        Sites::One => 1,
        Sites::Exactly(count) => count,
    };
    if sites == wanted {
        return Ok(());
    }
    let plural = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    };
    let message = format!(
        "expected {}, found {sites} in {}",
        plural(wanted, "site"),
        plural(files, "file")
    );
    let hint = takes_just(sites);
    Err(Unresolved::unfit(message).hint(hint))
}

/// That no file has a site.
#[must_use]
pub fn nowhere(body: &ChangeBody) -> Unresolved {
    let places: Vec<String> = body.globs.iter().map(|glob| format!("`{glob}`")).collect();
    let patterns = old_forms(&body.kind).iter();
    let patterns: Vec<String> = patterns.map(|p| format!("`{}`", p.text())).collect();
    let (what, places) = (listed(&patterns), listed(&places));
    Unresolved::absent(format!("no match for {what} in {places}"))
}

fn old_forms(kind: &ChangeKind) -> &[Pattern] {
    match kind {
        ChangeKind::Rewrite(rewrite) => &rewrite.patterns,
        ChangeKind::Test(test) => &test.tests,
        _ => &[],
    }
}

/// Words of which every file that matters has one; none: any file may matter.
fn words(kind: &ChangeKind, isomorphisms: &Isomorphisms) -> Vec<String> {
    let compiled =
        |template: &Template| Pattern::compile(template.text(), Fragment::Any, isomorphisms).ok();
    let new = match kind {
        ChangeKind::Rewrite(rewrite) => free_form(rewrite, isomorphisms),
        ChangeKind::Test(Test {
            becomes: Widening::With(template),
            ..
        }) => match compiled(template) {
            None => return Vec::new(),
            new => new,
        },
        // What is widened has the old form in it.
        _ => None,
    };
    let mut words = BTreeSet::new();
    for pattern in old_forms(kind).iter().chain(&new) {
        let telling = pattern.telling_words();
        if telling.is_empty() {
            return Vec::new();
        }
        words.extend(telling);
    }
    words.into_iter().collect()
}

fn walked(
    tree: &dyn Tree,
    globs: &[Glob],
    words: Vec<String>,
) -> Result<(BTreeSet<TreePath>, ScanReport), Unresolved> {
    let roots: Vec<String> = globs.iter().map(|glob| glob.root().to_owned()).collect();
    let is_whole = roots.iter().any(String::is_empty);
    let scan = Scan {
        words,
        under: if is_whole { Vec::new() } else { roots },
        ..Scan::default()
    };
    let found: Mutex<BTreeSet<TreePath>> = Mutex::default();
    let look = |path: &TreePath, _: &[u8]| {
        if globs.iter().any(|glob| glob.matches(path)) {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            found.insert(path.clone());
        }
    };
    let report = tree.look(&scan, &look).map_err(unreadable_tree)?;
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((found, report))
}

/// Whether the tree has a C file that the pattern matches, be it without a word of the change.
fn has_any(tree: &dyn Tree, glob: &Glob) -> Result<(), Unresolved> {
    let (found, _) = walked(tree, std::slice::from_ref(glob), Vec::new())?;
    match found.is_empty() {
        false => Ok(()),
        true => {
            let message = format!("the tree has no C file that `{glob}` matches");
            let hint = "`*` is within a folder; `**` is for any number of folders";
            Err(Unresolved::absent(message).hint(hint))
        }
    }
}

fn unreadable_tree(error: TreeError) -> Unresolved {
    Unresolved::tree(error.to_string())
}
