//! Applying a diff to a tree without a checkout, as `git apply` does: without fuzz, and with a note for
//! every hunk that fits some lines off from where its header says.

mod image;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use dialect::TreePath;
use git2::{ObjectType, Oid};

use crate::mail::{FileDiff, Mail};
use crate::overlay::Overlay;
use crate::tree::{FileMode, Tree, TreeError, folders};
use image::Image;

/// What is wrong with a hunk or a file of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApplyFaultKind {
    /// The file to change is not there.
    Missing,
    /// The file to create is there already.
    Exists,
    /// The file cannot be read.
    Unreadable,
    /// A line is another than the hunk expects.
    Mismatch,
    /// A newline at the end of the file is in the one and not in the other.
    Newline,
    /// The hunk has no context after it and does not end the file, or the other way round.
    NotAtEnd,
    /// The file to delete has more than the hunks take away.
    NotEmptied,
    /// The path leads through a symbolic link, or through a file.
    Beyond,
    /// A binary patch or a symbolic link: nothing that can be judged.
    Unsupported,
}

/// Why a diff does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplyFault {
    /// The file.
    pub path: TreePath,
    /// What is wrong.
    pub kind: ApplyFaultKind,
    /// 1-based number of the hunk in its file's part; none where the file itself is at fault.
    pub hunk: Option<usize>,
    /// 1-based line in the mail file: of the hunk's line that does not fit, or of the hunk, or the file's part.
    pub line: usize,
    /// 1-based line of the file in the tree, where one is meant.
    pub file_line: Option<usize>,
    /// All of it for people.
    pub message: String,
}

impl fmt::Display for ApplyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path)?;
        if let Some(hunk) = self.hunk {
            write!(f, "hunk {hunk}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ApplyFault {}

/// Something that a diff says and that is not so, and yet does not keep it from applying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplyNote {
    /// The file.
    pub path: TreePath,
    /// What.
    pub kind: ApplyNoteKind,
    /// 1-based line in the mail file of the hunk, or of the file's part.
    pub line: usize,
    /// All of it for people.
    pub message: String,
}

/// What a diff says that is not so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApplyNoteKind {
    /// A hunk fits some lines off from where its header says.
    Offset,
    /// The blob before has another id than the `index` line says: the diff was made for another file.
    OldBlob,
    /// The blob after has another id than the `index` line says: the diff was edited by hand.
    NewBlob,
    /// The file's mode before is another than the diff says.
    OldMode,
}

/// A diff, applied.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The tree with the diff over it.
    pub overlay: Overlay,
    /// What the diff says and is not so.
    pub notes: Vec<ApplyNote>,
}

/// A series that does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesFault {
    /// Index of the mail among those given.
    pub mail: usize,
    /// What is wrong with its diff.
    pub faults: Vec<ApplyFault>,
}

/// Applies a diff to a tree.
///
/// # Errors
/// Everything about the diff that does not fit the tree, file by file.
pub fn apply(tree: &Arc<dyn Tree>, diff: &[FileDiff]) -> Result<Overlay, Vec<ApplyFault>> {
    apply_noting(tree, diff).map(|applied| applied.overlay)
}

/// Applies a diff to a tree, and compares the blob ids and modes that the diff names.
///
/// # Errors
/// As [`apply`].
pub fn apply_noting(tree: &Arc<dyn Tree>, diff: &[FileDiff]) -> Result<Applied, Vec<ApplyFault>> {
    let mut work = Work {
        tree,
        files: BTreeMap::new(),
        modes: BTreeMap::new(),
        touched: BTreeMap::new(),
        notes: Vec::new(),
    };
    let mut faults = Vec::new();
    for file in diff {
        if let Err(wrong) = work.file(file) {
            faults.extend(wrong);
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Applied {
        overlay: Overlay::new(Arc::clone(tree), work.files).with_modes(work.modes),
        notes: work.notes,
    })
}

/// Applies the diffs of several mails one on top of the other. The last overlay is the whole series'.
///
/// # Errors
/// The first mail whose diff does not apply to what those before it made.
pub fn apply_series(tree: &Arc<dyn Tree>, mails: &[Mail]) -> Result<Vec<Applied>, SeriesFault> {
    let mut state = Arc::clone(tree);
    let mut applied = Vec::with_capacity(mails.len());
    for (mail, Mail { diff, .. }) in mails.iter().enumerate() {
        let next = apply_noting(&state, diff).map_err(|faults| SeriesFault { mail, faults })?;
        state = Arc::new(next.overlay.clone());
        applied.push(next);
    }
    Ok(applied)
}

/// The tree while files are being changed.
struct Work<'t> {
    tree: &'t Arc<dyn Tree>,
    files: BTreeMap<TreePath, Option<Arc<[u8]>>>,
    modes: BTreeMap<TreePath, FileMode>,
    /// The files that were changed, and whether only in their text.
    touched: BTreeMap<TreePath, bool>,
    notes: Vec<ApplyNote>,
}

/// A file before its hunks.
struct Before {
    bytes: Arc<[u8]>,
    mode: Option<FileMode>,
}

impl Work<'_> {
    fn file(&mut self, diff: &FileDiff) -> Result<(), Vec<ApplyFault>> {
        // A diff without any path cannot be parsed, so there is nothing to name.
        let Some(path) = diff.path().cloned() else {
            return Ok(());
        };
        let one = |kind, message: String| vec![fault(&path, diff.line, kind, message)];
        if diff.is_binary {
            let reason = "a binary patch cannot be judged".to_owned();
            return Err(one(ApplyFaultKind::Unsupported, reason));
        }
        if [diff.old_mode, diff.new_mode].contains(&Some(FileMode::Symlink)) {
            let reason = "a patch of a symbolic link cannot be judged".to_owned();
            return Err(one(ApplyFaultKind::Unsupported, reason));
        }
        self.check_order(diff)
            .map_err(|message| one(ApplyFaultKind::Unsupported, message))?;
        for path in [&diff.old_path, &diff.new_path].into_iter().flatten() {
            self.check_way(path)
                .map_err(|(kind, message)| one(kind, message))?;
        }
        let before = self.before(diff, &path)?;
        self.note_old(diff, &path, &before);
        let image = Image::new(&before.bytes);
        let after = image::patched(&image, diff, &path, &mut self.notes)?;
        self.note_blob(diff, &path, &after, ApplyNoteKind::NewBlob);
        self.settle(diff, before.mode, after)
            .map_err(|(kind, message)| one(kind, message))
    }

    /// The file that the hunks are for; empty where it is new.
    fn before(&self, diff: &FileDiff, path: &TreePath) -> Result<Before, Vec<ApplyFault>> {
        let one = |kind, message: &str| vec![fault(path, diff.line, kind, message.to_owned())];
        let is_target_new = diff.old_path != diff.new_path;
        if let Some(new) = diff.new_path.as_ref().filter(|_| is_target_new)
            && self.mode(new, diff)?.is_some()
        {
            return Err(one(
                ApplyFaultKind::Exists,
                "the file to create is there already",
            ));
        }
        let Some(old) = &diff.old_path else {
            return Ok(Before {
                bytes: Arc::from([]),
                mode: None,
            });
        };
        let mode = self.mode(old, diff)?;
        if mode == Some(FileMode::Symlink) {
            let reason = "a patch of a symbolic link cannot be judged";
            return Err(one(ApplyFaultKind::Unsupported, reason));
        }
        let bytes = match self.files.get(old) {
            Some(laid) => Ok(laid.clone()),
            None => self.tree.read(old),
        };
        match bytes {
            Ok(Some(bytes)) => Ok(Before { bytes, mode }),
            Ok(None) => Err(one(ApplyFaultKind::Missing, "there is no such file")),
            Err(error) => Err(one(ApplyFaultKind::Unreadable, &error.to_string())),
        }
    }

    /// Refuses a file that one diff changes twice, unless only its text changes: git takes all files away before it
    /// writes any, so that what comes out depends on more than the order.
    fn check_order(&mut self, diff: &FileDiff) -> Result<(), String> {
        let is_plain = diff.old_path == diff.new_path;
        for path in [&diff.old_path, &diff.new_path].into_iter().flatten() {
            let before = self.touched.insert(path.clone(), is_plain);
            // The two names of a plain change are one.
            if before.is_some_and(|before| !before || !is_plain) {
                return Err(format!(
                    "{path} is changed twice, and created, moved or deleted in that"
                ));
            }
        }
        Ok(())
    }

    /// Refuses a path through a symbolic link, which git takes for no folder, whatever it leads to.
    fn check_way(&self, path: &TreePath) -> Result<(), (ApplyFaultKind, String)> {
        for folder in folders(path) {
            let is_laid = self.files.get(&folder).is_some_and(Option::is_some);
            let mode = if self.files.get(&folder).is_some_and(Option::is_none) {
                None
            } else if is_laid {
                Some(FileMode::Regular)
            } else {
                let unreadable = |error: TreeError| (ApplyFaultKind::Unreadable, error.to_string());
                self.tree.mode(&folder).map_err(unreadable)?
            };
            let reason = match mode {
                None => continue,
                Some(FileMode::Symlink) => {
                    format!("{folder} is a symbolic link, and git changes nothing beyond it")
                }
                Some(_) => format!("{folder} is a file, not a folder"),
            };
            return Err((ApplyFaultKind::Beyond, reason));
        }
        Ok(())
    }

    fn mode(&self, path: &TreePath, diff: &FileDiff) -> Result<Option<FileMode>, Vec<ApplyFault>> {
        if self.files.get(path).is_some_and(Option::is_none) {
            return Ok(None);
        }
        if let Some(mode) = self.modes.get(path) {
            return Ok(Some(*mode));
        }
        let below = self.tree.mode(path).map_err(|error| {
            let kind = ApplyFaultKind::Unreadable;
            vec![fault(path, diff.line, kind, error.to_string())]
        })?;
        Ok(below.or_else(|| self.files.get(path).map(|_| FileMode::Regular)))
    }

    /// Records what became of the file.
    fn settle(
        &mut self,
        diff: &FileDiff,
        mode: Option<FileMode>,
        after: Vec<u8>,
    ) -> Result<(), (ApplyFaultKind, String)> {
        let goes = !diff.is_copy && diff.old_path != diff.new_path;
        if let Some(old) = diff.old_path.as_ref().filter(|_| goes) {
            if diff.new_path.is_none() && !after.is_empty() {
                let reason = "the file is deleted and has more than the hunks take away";
                return Err((ApplyFaultKind::NotEmptied, reason.to_owned()));
            }
            self.files.insert(old.clone(), None);
            self.modes.remove(old);
        }
        if let Some(new) = &diff.new_path {
            self.files.insert(new.clone(), Some(Arc::from(after)));
            if let Some(mode) = diff.new_mode.or(mode) {
                self.modes.insert(new.clone(), mode);
            }
        }
        Ok(())
    }

    fn note_old(&mut self, diff: &FileDiff, path: &TreePath, before: &Before) {
        self.note_blob(diff, path, &before.bytes, ApplyNoteKind::OldBlob);
        if let (Some(said), Some(is)) = (diff.old_mode, before.mode)
            && said != is
        {
            self.notes.push(ApplyNote {
                path: path.clone(),
                kind: ApplyNoteKind::OldMode,
                line: diff.line,
                message: format!("the diff is for a file of mode {said}, this one has {is}"),
            });
        }
    }

    /// Compares a blob's id with what the `index` line says, as far as that goes.
    fn note_blob(&mut self, diff: &FileDiff, path: &TreePath, bytes: &[u8], kind: ApplyNoteKind) {
        let (said, exists, which) = match kind {
            ApplyNoteKind::OldBlob => (&diff.old_blob, diff.old_path.is_some(), "before"),
            _ => (&diff.new_blob, diff.new_path.is_some(), "after"),
        };
        let Some(said) = said else { return };
        // An id of SHA-256 says nothing that could be compared.
        let Some(is) = blob_id(bytes).filter(|is| said.len() <= is.len()) else {
            return;
        };
        let is = if exists { is } else { "0".repeat(is.len()) };
        if !is.starts_with(said.as_str()) {
            let shown = is.get(..said.len().max(12)).unwrap_or(&is);
            self.notes.push(ApplyNote {
                path: path.clone(),
                kind,
                line: diff.line,
                message: format!("the index line says {said}, the file {which} is {shown}"),
            });
        }
    }
}

/// git's id of a file's contents.
fn blob_id(bytes: &[u8]) -> Option<String> {
    let id = Oid::hash_object(ObjectType::Blob, bytes).ok()?;
    Some(id.to_string())
}

fn fault(path: &TreePath, line: usize, kind: ApplyFaultKind, message: String) -> ApplyFault {
    ApplyFault {
        path: path.clone(),
        kind,
        hunk: None,
        line,
        file_line: None,
        message,
    }
}
