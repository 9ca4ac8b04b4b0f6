//! What somebody's patches do to a tree: the facts that `import` and `port` begin with.

use std::sync::Arc;

use dialect::TreePath;
use import::{Detail, FileChange, Letter, PatchFacts, SeriesFacts, Telling, WholeFile};
use trees::apply::{ApplyFault, ApplyFaultKind, apply_series};
use trees::mail::{FileDiff, Series};
use trees::{FileMode, ParsedTree, Tree};

use crate::error::{CommandError, Status};

/// A tree before each patch of a series, and after the last.
pub(crate) struct States(Vec<Arc<dyn Tree>>);

impl States {
    /// Applies the series.
    ///
    /// # Errors
    /// Exit status 1: a patch does not apply to what those before it made; 3: whether it does is not known.
    pub(crate) fn of(tree: &Arc<dyn Tree>, series: &Series) -> Result<Self, CommandError> {
        let applied = apply_series(tree, &series.mails).map_err(|fault| {
            let name = series.names.get(fault.mail).map_or("", String::as_str);
            let faults: Vec<String> = fault.faults.iter().map(ToString::to_string).collect();
            let is_unread = |fault: &ApplyFault| fault.kind == ApplyFaultKind::Unreadable;
            let label = tree.label();
            let (status, message, hint) = match fault.faults.iter().all(is_unread) {
                true => (
                    Status::Unknown,
                    format!("whether {name} applies to {label} is not known"),
                    "until they can be read, nothing is known of these files",
                ),
                false => (
                    Status::Bad,
                    format!("{name} does not apply to {label}"),
                    "name the tree that the patches were made for",
                ),
            };
            CommandError::new(status, message)
                .with_detail(crate::text::escape_lines(&faults.join("\n")).into_owned())
                .with_hint(hint)
        })?;
        let mut states = vec![Arc::clone(tree)];
        states.extend(
            applied
                .into_iter()
                .map(|applied| Arc::new(applied.overlay) as Arc<dyn Tree>),
        );
        Ok(Self(states))
    }

    /// The tree before the patch of a mail, and after it.
    pub(crate) fn around(&self, mail: usize) -> Option<[&Arc<dyn Tree>; 2]> {
        Some([self.0.get(mail)?, self.0.get(mail + 1)?])
    }

    /// The tree after the whole series.
    pub(crate) fn last(&self) -> Option<&Arc<dyn Tree>> {
        self.0.last()
    }
}

fn changes_mode(path: &TreePath) -> CommandError {
    let message = format!("{path}: the patch changes the mode of the file");
    CommandError::unusable(message).with_hint("no spec says so; take this part out of the patch")
}

/// The path of the file whose text a diff changes.
///
/// # Errors
/// Exit status 2: it does something else to its file.
pub(crate) fn changed_path(diff: &FileDiff) -> Result<&TreePath, CommandError> {
    let refuse = |path: &TreePath, what: &str| {
        Err(
            CommandError::unusable(format!("{path}: the patch {what}")).with_hint(
                "only the text of files that both trees have is carried over; take this part out of the patch",
            ),
        )
    };
    match (&diff.old_path, &diff.new_path) {
        (Some(old), Some(new)) if old == new => {
            if diff.old_mode.is_some() && diff.old_mode != diff.new_mode && diff.new_mode.is_some()
            {
                return Err(changes_mode(new));
            }
            Ok(new)
        }
        (_, Some(new)) if diff.is_rename => refuse(new, "renames the file"),
        (_, Some(new)) if diff.is_copy => refuse(new, "copies the file"),
        (None, Some(new)) => refuse(new, "makes a new file"),
        (Some(old), _) => refuse(old, "takes the file away"),
        _ => Err(CommandError::unusable("a diff names no file")),
    }
}

/// A patch has changed a file, and the file cannot be had: nothing of a patch is left out without a word.
pub(crate) fn not_there(path: &TreePath) -> CommandError {
    let message = format!("{path}: the patch changes the file, and there is none to read");
    CommandError::new(Status::Unknown, message)
}

/// What each patch of a series does, and to which tree.
#[derive(Default)]
pub(crate) struct Patches {
    pub(crate) facts: Vec<PatchFacts>,
    /// The tree before each of them.
    pub(crate) befores: Vec<Arc<dyn Tree>>,
}

impl Patches {
    /// All of it told as hunks.
    pub(crate) fn as_hunks(&self) -> Telling {
        let files = self.facts.iter().flat_map(|patch| &patch.files);
        Telling {
            detail: files
                .map(|file| (file.path.clone(), Detail::Functions))
                .collect(),
            ..Telling::default()
        }
    }
}

/// What each patch of a series does: `states` are of the tree that it applies to.
///
/// # Errors
/// Exit status 2 where a patch does what no spec says, 3 where a file cannot be read.
pub(crate) fn facts(series: &Series, states: &States) -> Result<Patches, CommandError> {
    let mut patches = Patches::default();
    let about = SeriesFacts::of(&series.mails);
    for (index, mail) in series.mails.iter().enumerate() {
        let Some([before, after]) = states.around(index).filter(|_| !mail.is_cover()) else {
            continue;
        };
        patches.befores.push(Arc::clone(before));
        let sides = Sides {
            before: ParsedTree::new(Arc::clone(before)),
            after: ParsedTree::new(Arc::clone(after)),
        };
        let mut facts = PatchFacts {
            letter: Letter::of(mail, &about),
            whole: Vec::new(),
            files: Vec::new(),
        };
        for diff in &mail.diff {
            facts.whole.append(&mut sides.whole(diff)?);
            facts.files.extend(sides.text(diff)?);
        }
        patches.facts.push(facts);
    }
    Ok(patches)
}

/// A tree before a patch and after it.
struct Sides {
    before: ParsedTree,
    after: ParsedTree,
}

fn unread(error: trees::TreeError) -> CommandError {
    CommandError::new(Status::Unknown, error)
}

impl Sides {
    /// What comes, goes or moves by a diff. A copy comes: what it was copied from is as it was. A file that is another once
    /// it has moved comes, too, and the old one goes: `file` moves one as it is.
    fn whole(&self, diff: &FileDiff) -> Result<Vec<WholeFile>, CommandError> {
        let deleted = |path: &TreePath| WholeFile::Deleted { path: path.clone() };
        Ok(match (&diff.old_path, &diff.new_path) {
            (Some(old), Some(new)) if old == new => Vec::new(),
            (Some(from), Some(path)) if !diff.is_copy => {
                if self.before.tree().mode(from).map_err(unread)?
                    != self.after.tree().mode(path).map_err(unread)?
                {
                    return Err(changes_mode(path));
                }
                if !diff.hunks.is_empty() {
                    return Ok(vec![self.created(path)?, deleted(from)]);
                }
                let (from, path) = (from.clone(), path.clone());
                vec![WholeFile::Moved { from, path }]
            }
            (_, Some(path)) => vec![self.created(path)?],
            (Some(path), None) => vec![deleted(path)],
            (None, None) => Vec::new(),
        })
    }

    fn created(&self, path: &TreePath) -> Result<WholeFile, CommandError> {
        let refuse = |what: &str| {
            CommandError::unusable(format!("{path}: the new file {what}"))
                .with_hint("a spec brings text files in UTF-8; take this part out of the patch")
        };
        let bytes = self.after.tree().read(path).map_err(unread)?;
        let bytes = bytes.ok_or_else(|| not_there(path))?;
        let mode = self.after.tree().mode(path).map_err(unread)?;
        if mode == Some(FileMode::Symlink) {
            return Err(refuse("is a symbolic link"));
        }
        let content = String::from_utf8(bytes.to_vec()).map_err(|_| refuse("is not UTF-8"))?;
        if content.trim().is_empty() {
            return Err(refuse("is empty"));
        }
        if !content.ends_with('\n') {
            return Err(refuse("has no newline at its end"));
        }
        Ok(WholeFile::Created {
            path: path.clone(),
            content,
            is_executable: mode == Some(FileMode::Executable),
        })
    }

    /// The text of a file that stays where it is, and is another by a diff.
    fn text(&self, diff: &FileDiff) -> Result<Option<FileChange>, CommandError> {
        if diff.old_path != diff.new_path {
            return Ok(None);
        }
        let path = changed_path(diff)?;
        let before = self.before.file(path).map_err(unread)?;
        let after = self.after.file(path).map_err(unread)?;
        let (Some(before), Some(after)) = (before, after) else {
            return Err(not_there(path));
        };
        let path = path.clone();
        Ok(Some(FileChange {
            path,
            before,
            after,
        }))
    }
}
