//! Files and forms: which of the files, and which form of a change, a tree has.

use dialect::TreePath;
use schema::model::{Change, ChangeBody, ChangeKind};
use trees::Tree;

use crate::names::listed;
use crate::scope::is_folder;
use crate::unresolved::{Reason, Unresolved};

/// The first of a form's files that the tree has, with its index, as `open` gives it.
///
/// # Errors
/// It has none of them, or one cannot be read.
pub fn first_file<T>(
    tree: &dyn Tree,
    body: &ChangeBody,
    mut open: impl FnMut(&TreePath) -> Result<Option<T>, Unresolved>,
) -> Result<(usize, T), Unresolved> {
    for (index, path) in body.files.iter().enumerate() {
        if let Some(file) = open(path)? {
            return Ok((index, file));
        }
    }
    Err(no_file(tree, &body.files))
}

/// That the tree has none of the files; a folder is no file.
#[must_use]
pub fn no_file(tree: &dyn Tree, files: &[TreePath]) -> Unresolved {
    let names: Vec<String> = files.iter().map(ToString::to_string).collect();
    if let [path] = files
        && let Some(file) = file_above(tree, path)
    {
        let message = format!("the tree has no {path}: {file} is a file, not a folder");
        return Unresolved::absent(message);
    }
    let message = match files.iter().find(|path| is_folder(tree, path)) {
        None => return Unresolved::absent(format!("the tree has no {}", listed(&names))),
        Some(_) if files.len() == 1 => "it is a folder, not a file".to_owned(),
        Some(folder) => format!(
            "the tree has no file {}: {folder} is a folder",
            listed(&names)
        ),
    };
    Unresolved::absent(message)
        .hint("`file` names a file of the tree; `files` takes folders, for `rewrite` and `test`")
}

/// The file that the path is below, where one is.
fn file_above(tree: &dyn Tree, path: &TreePath) -> Option<TreePath> {
    let mut folders = path.as_str().match_indices('/');
    folders.find_map(|(at, _)| {
        let folder = TreePath::new(path.as_str().get(..at)?).ok()?;
        matches!(tree.mode(&folder), Ok(Some(_))).then_some(folder)
    })
}

/// Why a form has no site, where that is since its file is of another language: a pattern of C cannot be found in a
/// Kconfig, however it is read.
#[must_use]
pub fn in_its_language(body: &ChangeBody, path: &TreePath, unresolved: Unresolved) -> Unresolved {
    let is_of_c = !matches!(
        body.kind,
        ChangeKind::Line(_)
            | ChangeKind::Lines(_)
            | ChangeKind::RustMethod(_)
            | ChangeKind::Hunk(_)
            | ChangeKind::WholeFile(_)
    );
    if !is_of_c || path.is_c() {
        return unresolved;
    }
    let message = format!(
        "the file is not C, and the kind `{}` is for C",
        body.kind.name()
    );
    let told = match unresolved.reason {
        Reason::Absent => Unresolved::absent(message),
        Reason::Unread => Unresolved::unfit(message),
        _ => return unresolved,
    };
    told.hint("the kind `lines` changes lines of a file that is not C")
}

/// The first form that resolves; the next is tried only where the one before has no site at all. That another form is
/// there already says more than that the first is not.
///
/// # Errors
/// No form has a site: what the first lacks, with what came near to any of them; or why a form that has one cannot be made.
pub fn first_form<'c, T, P>(
    change: &'c Change,
    mut resolve: impl FnMut(usize, &'c ChangeBody) -> Result<T, (Unresolved, P)>,
) -> Result<T, (Unresolved, Option<P>)> {
    let mut first: Option<(Unresolved, P)> = None;
    for (index, body) in change.forms().enumerate() {
        match resolve(index, body) {
            Ok(resolved) => return Ok(resolved),
            Err((unresolved, place)) if unresolved.reason == Reason::Absent => match &mut first {
                None => first = Some((unresolved, place)),
                Some((kept, _)) => kept.near.extend(unresolved.near),
            },
            Err((unresolved, place)) => return Err((unresolved, Some(place))),
        }
    }
    Err(match first {
        Some((unresolved, place)) => (unresolved, Some(place)),
        None => (Unresolved::spec("the change has no form"), None),
    })
}
