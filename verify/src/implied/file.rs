//! `file`: the new file is there with the declared bytes and mode; the deleted one is gone; the moved one is there as it
//! was, and not where it was.

use std::sync::Arc;

use dialect::TreePath;
use schema::model::WholeFile;
use sites::Unresolved;
use sites::kinds::file;
use trees::FileMode;

use super::{Ctx, Judged};
use crate::comparison::Image;
use crate::explained::Explained;
use crate::finding::Finding;

/// What it looks for, in words.
pub(super) fn sought(kind: &WholeFile) -> String {
    match kind {
        WholeFile::Created { .. } | WholeFile::Deleted => "no such file".to_owned(),
        WholeFile::Moved { from } => {
            let from = from.iter().map(TreePath::as_str);
            super::none_of(from)
        }
    }
}

/// What there is of the file before.
pub(super) fn resolve(
    ctx: &Ctx<'_>,
    kind: &WholeFile,
    side: Image,
) -> Result<file::Found, Unresolved> {
    let read = |path: &TreePath| {
        let bytes = ctx.comparison.bytes(side, path);
        bytes.map_err(|error| Unresolved::tree(error.to_string()))
    };
    match ctx.comparison.tree(side) {
        Some(tree) => file::find(&**tree.tree(), &ctx.body.files, kind, &read),
        None => Err(Unresolved::tree("there is no tree before")),
    }
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &WholeFile) -> Judged {
    let mut judged = Judged::default();
    let before = ctx.comparison.before.is_some();
    let found = before
        .then(|| resolve(ctx, kind, Image::Before).ok())
        .flatten();
    match kind {
        WholeFile::Created {
            content,
            is_executable,
        } => {
            let mode = match is_executable {
                true => FileMode::Executable,
                false => FileMode::Regular,
            };
            if let Some(path) = ctx.body.files.first() {
                is_there(ctx, path, Some(content.as_bytes()), Some(mode), &mut judged);
            }
        }
        WholeFile::Deleted => {
            let named = ctx.body.files.iter();
            let gone = found.as_ref().map(|found| &found.path);
            for path in named.filter(|path| gone.is_none_or(|gone| gone == *path)) {
                is_gone(ctx, path, &mut judged);
            }
        }
        WholeFile::Moved { from } => {
            let now = found.as_ref().and_then(|found| found.now.as_ref());
            let tree = ctx.comparison.before.as_ref();
            let mode = now
                .zip(tree)
                .and_then(|((old, _), tree)| tree.tree().mode(old).ok().flatten());
            if let Some(path) = ctx.body.files.first() {
                let bytes = now.map(|(_, bytes)| &**bytes);
                is_there(ctx, path, bytes, mode, &mut judged);
            }
            let gone = now.map(|(old, _)| old);
            for path in from
                .iter()
                .filter(|path| gone.is_none_or(|gone| gone == *path))
            {
                is_gone(ctx, path, &mut judged);
            }
        }
    }
    judged
}

/// The file is there with these bytes, or with any where nobody knows which.
fn is_there(
    ctx: &Ctx<'_>,
    path: &TreePath,
    wanted: Option<&[u8]>,
    mode: Option<FileMode>,
    judged: &mut Judged,
) {
    let bytes = match read(ctx, path, "content") {
        Ok(bytes) => bytes,
        Err(finding) => return judged.findings.push(*finding),
    };
    let Some(bytes) = bytes else {
        let finding = ctx.violated("content", "the file is missing");
        return judged.findings.push(finding.in_file(path));
    };
    let finding = match wanted {
        Some(wanted) if *wanted != *bytes => {
            let same = wanted
                .iter()
                .zip(bytes.iter())
                .take_while(|(a, b)| a == b)
                .count();
            let line = crate::frame::tokens::line_of(&bytes, same);
            let text = crate::frame::tokens::line_text(&bytes, same);
            let message = "the file is not as declared from this line on";
            ctx.violated("content", message)
                .at_line(line)
                .showing(&text)
        }
        Some(_) => ctx.holds("content", "the file is there, as declared"),
        None => ctx.holds("content", "the file is there"),
    };
    judged.findings.push(finding.in_file(path));
    if let Some(wanted) = mode {
        judged.findings.push(has_mode(ctx, path, wanted));
    }
    let whole = 0..bytes.len();
    judged.comment_scope(path, whole.clone());
    let explained = Explained::inserted(path, vec![whole]);
    judged.explained_tokens.push(explained);
}

fn has_mode(ctx: &Ctx<'_>, path: &TreePath, wanted: FileMode) -> Finding {
    let finding = match ctx.comparison.after.tree().mode(path) {
        Ok(Some(mode)) if mode == wanted => ctx.holds("mode", format!("its mode is {mode}")),
        Ok(Some(mode)) => {
            ctx.violated("mode", format!("its mode is {mode}; it has to be {wanted}"))
        }
        Ok(None) => ctx.unknown("mode", "its mode is not known"),
        Err(error) => ctx.unknown("mode", error.to_string()),
    };
    finding.in_file(path)
}

fn is_gone(ctx: &Ctx<'_>, path: &TreePath, judged: &mut Judged) {
    let bytes = match read(ctx, path, "gone") {
        Ok(bytes) => bytes,
        Err(finding) => return judged.findings.push(*finding),
    };
    let finding = match bytes {
        None => ctx.holds("gone", "the file is gone"),
        Some(_) => ctx.violated("gone", "the file is still there"),
    };
    judged.findings.push(finding.in_file(path));
    let was = ctx.comparison.bytes(Image::Before, path).ok().flatten();
    if let Some(was) = was {
        let explained = Explained::removed(path, 0..was.len());
        judged.explained_tokens.push(explained);
    }
}

fn read(ctx: &Ctx<'_>, path: &TreePath, name: &str) -> Result<Option<Arc<[u8]>>, Box<Finding>> {
    let bytes = ctx.comparison.bytes(Image::After, path);
    bytes.map_err(|error| Box::new(ctx.unknown(name, error.to_string()).in_file(path)))
}

/// What becomes of whole files in a spec, for the frame.
#[derive(Debug, Default)]
pub(crate) struct WholeFiles<'s> {
    /// Files that come.
    pub(crate) created: Vec<&'s TreePath>,
    /// Files that go.
    pub(crate) deleted: Vec<&'s TreePath>,
    /// Files that move: to where, and from where they may.
    pub(crate) moved: Vec<(&'s TreePath, &'s [TreePath])>,
}

impl<'s> WholeFiles<'s> {
    /// Those of a spec.
    pub(crate) fn of(spec: &'s schema::model::Spec) -> Self {
        let mut all = Self::default();
        for body in spec.forms() {
            let schema::model::ChangeKind::WholeFile(kind) = &body.kind else {
                continue;
            };
            let first = body.files.first();
            match kind {
                WholeFile::Created { .. } => all.created.extend(first),
                WholeFile::Deleted => all.deleted.extend(&body.files),
                WholeFile::Moved { from } => {
                    all.moved.extend(first.map(|path| (path, from.as_slice())));
                }
            }
        }
        all
    }

    /// Whether the spec has the file come.
    pub(crate) fn comes(&self, path: &TreePath) -> bool {
        self.created.contains(&path) || self.moved.iter().any(|(to, _)| *to == path)
    }

    /// Whether the spec has the file go.
    pub(crate) fn goes(&self, path: &TreePath) -> bool {
        self.deleted.contains(&path) || self.moved.iter().any(|(_, from)| from.contains(path))
    }

    /// Whether the spec has it move.
    pub(crate) fn moves(&self, from: &TreePath, to: &TreePath) -> bool {
        let mut moved = self.moved.iter();
        moved.any(|(known, all)| *known == to && all.contains(from))
    }
}
