//! What a revision names, and what is wrong with one that names no tree.
//!
//! libgit2's own messages are about its functions, or are left over from a call before.

use git2::{ErrorCode, Object, ObjectType, Oid, Repository};

use super::source::Source;

/// What a revision names.
pub(super) struct Named {
    pub(super) tree: Oid,
    /// None, where it names a tree itself.
    pub(super) commit: Option<Oid>,
}

/// The tree that a revision names: a commit's, a tag's, or itself.
///
/// # Errors
/// It names none; in words that are about the revision.
pub(super) fn tree(repository: &Repository, source: &Source, rev: &str) -> Result<Named, String> {
    if let Some(fault) = no_revision(rev) {
        return Err(fault);
    }
    check(repository, source, rev)?;
    let object = object(repository, source, rev)?;
    let tree = object.peel_to_tree();
    let commit = object.peel_to_commit().ok().map(|commit| commit.id());
    tree.map(|tree| Named {
        tree: tree.id(),
        commit,
    })
    .map_err(|error| no_tree(&object, source, &error))
}

/// Whether the objects that the revision begins with can be read to their ends: libgit2 must not come by one that cannot.
fn check(repository: &Repository, source: &Source, rev: &str) -> Result<(), String> {
    let end = rev.find(['~', '^', '@', ':']).unwrap_or(rev.len());
    if end < rev.len() {
        source.check_structure()?;
    }
    let name = rev.get(..end).filter(|name| !name.is_empty());
    let reference = repository.resolve_reference_from_short_name(name.unwrap_or("HEAD"));
    let whole = name.filter(|name| name.len() == 40);
    let named = whole.and_then(|name| Oid::from_str(name).ok());
    let reference = reference.and_then(|reference| reference.resolve());
    let target = reference.ok().and_then(|reference| reference.target());
    let mut next = target.or(named);
    while let Some(id) = next.take() {
        source.check(id)?;
        let object = match repository.find_object(id, None) {
            Ok(object) => object,
            // The branch or tag is there, and what it names is not.
            Err(error) if error.code() == ErrorCode::NotFound && target == Some(id) => {
                return Err(and_shallow(repository, source.missing("object", id)));
            }
            Err(_) => return Ok(()),
        };
        next = match (object.as_tag(), object.as_commit()) {
            (Some(tag), _) => Some(tag.target_id()),
            (_, Some(commit)) => Some(commit.tree_id()),
            _ => None,
        };
    }
    Ok(())
}

/// What is no revision at all, or several.
pub(super) fn no_revision(rev: &str) -> Option<String> {
    if rev.trim().is_empty() {
        return Some(
            "the revision is empty; name one as git does, such as v6.12 or HEAD".to_owned(),
        );
    }
    let braces = rev.find('{').unwrap_or(rev.len());
    let path = rev.find(':').unwrap_or(rev.len());
    let is_range = rev
        .get(..braces.min(path))
        .is_some_and(|name| name.contains(".."));
    let means_parents = ["^@", "^!", "^-"].iter().any(|end| rev.ends_with(end));
    if is_range || means_parents || rev.starts_with('^') {
        return Some("it is a range of commits; name one commit".to_owned());
    }
    if rev.starts_with(':') && !rev.starts_with(":/") {
        return Some("it names a file of the index; name a commit, a tag or a tree".to_owned());
    }
    None
}

fn object<'r>(
    repository: &'r Repository,
    source: &Source,
    rev: &str,
) -> Result<Object<'r>, String> {
    // As git does: a whole id is that object, whatever else is called so.
    let is_id = rev.len() == 40 && rev.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id && let Ok(id) = Oid::from_str(rev) {
        let found = repository.find_object(id, None);
        return found.map_err(|error| match error.code() {
            ErrorCode::NotFound => and_shallow(repository, source.missing("object", id)),
            _ => error.message().to_owned(),
        });
    }
    let found = repository.revparse_single(rev);
    found.map_err(|error| not_found(repository, rev, &error))
}

fn not_found(repository: &Repository, rev: &str, error: &git2::Error) -> String {
    if rev.starts_with("@{-") {
        return "the reflog of HEAD knows no branch that was checked out so long before".to_owned();
    }
    if rev.ends_with("@{u}") || rev.ends_with("@{upstream}") {
        return "no upstream is configured for that branch".to_owned();
    }
    if rev.ends_with("@{push}") {
        return "where a branch is pushed to is not looked up; name that branch".to_owned();
    }
    if let Some((commit, path)) = rev.split_once(':').filter(|_| !rev.starts_with(':')) {
        let named = tree_ish(repository, commit);
        if named {
            return format!("{commit} has no folder {path}");
        }
    }
    if let Some((name, _)) = rev.rsplit_once("@{").filter(|_| rev.ends_with('}')) {
        let name = if name.is_empty() { "HEAD" } else { name };
        if tree_ish(repository, name) {
            return format!("the reflog of {name} has no such entry");
        }
    }
    if let Some((name, steps)) = rev.rsplit_once(['~', '^'])
        && steps.bytes().all(|byte| byte.is_ascii_digit())
        && tree_ish(repository, name)
    {
        let reason = format!("{name} has no such parent or ancestor");
        return and_shallow(repository, reason);
    }
    match error.code() {
        // Fewer digits are no id for git.
        ErrorCode::Ambiguous if rev.len() >= 4 => {
            "it begins the ids of several objects; give more of it".to_owned()
        }
        ErrorCode::InvalidSpec => "it is no revision as gitrevisions(7) has them".to_owned(),
        _ => and_shallow(
            repository,
            "the repository has no such branch, tag or commit".to_owned(),
        ),
    }
}

fn tree_ish(repository: &Repository, rev: &str) -> bool {
    let object = repository.revparse_single(rev);
    object.is_ok_and(|object| object.peel_to_tree().is_ok())
}

/// Where the history ends early, that may be why.
fn and_shallow(repository: &Repository, reason: String) -> String {
    if repository.is_shallow() {
        return format!(
            "{reason}; its history is shallow, and `git fetch --unshallow` gets the rest"
        );
    }
    reason
}

/// Why an object leads to no tree.
fn no_tree(object: &Object<'_>, source: &Source, error: &git2::Error) -> String {
    if error.code() == ErrorCode::NotFound {
        let commit = object.peel_to_commit();
        return match commit {
            Ok(commit) => source.missing("tree", commit.tree_id()),
            Err(_) => error.message().to_owned(),
        };
    }
    let what = match object.peel(ObjectType::Blob) {
        Ok(_) => "a file",
        Err(_) => "no commit",
    };
    format!("it names {what}; name a commit, a tag or a tree")
}
