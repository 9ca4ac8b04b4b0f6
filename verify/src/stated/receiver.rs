//! Whose member is it? Uses of a member of one record, by resolved type.

use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::access::{Access, Use, member_uses};
use query::types::{Resolution, TypeName, type_of};
use schema::model::MemberName;
use trees::TreeError;

use crate::comparison::Comparison;

/// Whether a use is of the record that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// It is.
    Its,
    /// It is another record's.
    Other,
    /// It could not be resolved, and why.
    Unresolved(String),
}

/// One use of a member called so, in its file.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) file: Arc<File>,
    pub(super) used: Use,
    pub(super) whose: Whose,
}

/// Every use in the tree of a member of that name, declarations apart.
#[derive(Debug, Default)]
pub(super) struct Uses {
    pub(super) found: Vec<Found>,
    /// Where one may hide: file, offset, cause.
    pub(super) hidden: Vec<(Arc<File>, usize, String)>,
    /// Files that could not be had.
    pub(super) failed: Vec<(TreePath, String)>,
}

/// Looks through the whole tree.
///
/// # Errors
/// The tree cannot be walked.
pub(super) fn uses(comparison: &Comparison<'_>, member: &MemberName) -> Result<Uses, TreeError> {
    let mut all = Uses::default();
    let mut files = Vec::new();
    for path in comparison
        .word_index
        .files_with(&comparison.after, &member.member)?
    {
        match comparison.after.file(&path) {
            Ok(Some(file)) => files.push(file),
            Ok(None) => {}
            Err(error) => all.failed.push((path, error.to_string())),
        }
    }
    let only_one = has_one_owner(&files, member);
    for file in files {
        let uses = member_uses(&file, &member.member);
        for unread in uses.unread {
            // What is compiled out does nothing.
            if file.is_dead(unread.range.start) {
                continue;
            }
            all.hidden
                .push((Arc::clone(&file), unread.range.start, unread.cause));
        }
        for used in uses.found {
            if used.access == Access::Declaration || file.is_dead(used.range.start) {
                continue;
            }
            // How code uses it cannot be told where the code could not be read.
            if let Some(cause) = unread_around(&file, &used) {
                all.hidden
                    .push((Arc::clone(&file), used.range.start, cause));
                continue;
            }
            let whose = match only_one {
                true => Whose::Its,
                false => whose(comparison, &file, &used, member),
            };
            all.found.push(Found {
                file: Arc::clone(&file),
                used,
                whose,
            });
        }
    }
    Ok(all)
}

/// What could not be read in the function of a use, or at a use outside functions.
fn unread_around(file: &File, used: &Use) -> Option<String> {
    let unread = match file.function_at(used.range.start) {
        Some(function) => crate::comparison::unread_in_function(file, function),
        None => file.unread_in(&used.range),
    };
    unread.map(|unread| unread.cause.clone())
}

/// Whether the record that is meant is the only one in the tree that has a member of that name, and
/// nothing of the files was left unread: then every use is its.
fn has_one_owner(files: &[Arc<File>], member: &MemberName) -> bool {
    let mut own = false;
    for file in files {
        if file
            .unread_statements()
            .any(|(_, around)| file.text(around.clone()).contains(&member.member))
        {
            return false;
        }
        for record in file.records() {
            let has = record
                .members
                .iter()
                .any(|known| known.name == member.member && known.depth == 0);
            if !has {
                continue;
            }
            if record.tag.as_deref() != Some(&member.record) {
                return false;
            }
            own = true;
        }
    }
    own
}

fn whose(comparison: &Comparison<'_>, file: &File, used: &Use, member: &MemberName) -> Whose {
    let Some(receiver) = &used.receiver else {
        return Whose::Unresolved(if used.in_macro {
            "it stands in a macro's body".to_owned()
        } else {
            "an initialiser names no receiver".to_owned()
        });
    };
    match type_of(file, receiver, &comparison.after) {
        Resolution::Known(TypeName::Struct(tag) | TypeName::Union(tag)) if tag == member.record => {
            Whose::Its
        }
        Resolution::Known(_) => Whose::Other,
        Resolution::Unresolved(reason) => Whose::Unresolved(reason),
    }
}
