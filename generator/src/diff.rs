//! Diff text by git's own xdiff, headers as `git format-patch` writes them.

use std::sync::Arc;

use git2::{DiffOptions, ObjectType, Oid, Patch};
use trees::{FileMode, TreePath};

use crate::heading::Headings;

/// The kernel cites blobs and commits by this many digits.
const ABBREVIATED: usize = 12;

/// A file before and after a patch.
#[derive(Clone, Debug)]
pub(crate) struct FileChange {
    /// Where it is.
    pub(crate) path: TreePath,
    /// Its mode, which no change kind alters.
    pub(crate) mode: FileMode,
    /// The bytes before.
    pub(crate) before: Arc<[u8]>,
    /// The bytes after.
    pub(crate) after: Arc<[u8]>,
}

/// A file's part of a patch.
#[derive(Clone, Debug)]
pub(crate) struct FileDiff {
    /// Where it is.
    pub(crate) path: TreePath,
    /// From `diff --git` to the last line, with its newline.
    pub(crate) text: Vec<u8>,
    /// Lines added.
    pub(crate) insertions: usize,
    /// Lines removed.
    pub(crate) deletions: usize,
    /// Whole blob ids.
    pub(crate) old_blob: String,
    /// Whole blob ids.
    pub(crate) new_blob: String,
    /// The mode after.
    pub(crate) mode: FileMode,
}

/// The diff of one file, its blobs cited as the kernel does.
pub(crate) fn file_diff(change: &FileChange) -> Result<FileDiff, git2::Error> {
    let short = |blob: &str| blob.chars().take(ABBREVIATED).collect();
    let headings = Headings::of_kernel(&change.path);
    file_diff_of(change, &short, headings)
}

/// The diff of one file as a repository has it: `short` is what it cites a blob by.
pub(crate) fn file_diff_of(
    change: &FileChange,
    short: &dyn Fn(&str) -> String,
    headings: Headings,
) -> Result<FileDiff, git2::Error> {
    let old_blob = blob_id(&change.before)?;
    let new_blob = blob_id(&change.after)?;
    let mut options = DiffOptions::new();
    options.context_lines(3).indent_heuristic(true);
    let mut patch = Patch::from_buffers(
        &change.before,
        None,
        &change.after,
        None,
        Some(&mut options),
    )?;
    let (_, insertions, deletions) = patch.line_stats()?;
    let mut text = header(change, &short(&old_blob), &short(&new_blob)).into_bytes();
    write_hunks(&mut patch, change, headings, &mut text)?;
    Ok(FileDiff {
        path: change.path.clone(),
        text,
        insertions,
        deletions,
        old_blob,
        new_blob,
        mode: change.mode,
    })
}

/// The id that git gives these bytes.
pub(crate) fn blob_id(bytes: &[u8]) -> Result<String, git2::Error> {
    Ok(Oid::hash_object(ObjectType::Blob, bytes)?.to_string())
}

fn header(change: &FileChange, old_blob: &str, new_blob: &str) -> String {
    let path = change.path.as_str();
    let mode = match change.mode {
        FileMode::Regular => "100644",
        FileMode::Executable => "100755",
        FileMode::Symlink => "120000",
    };
    let (old, new) = (named("a/", path), named("b/", path));
    // Whoever reads a name with a blank has to know where it ends.
    let tab = if path.contains(' ') { "\t" } else { "" };
    format!(
        "diff --git {old} {new}\nindex {old_blob}..{new_blob} {mode}\n--- {old}{tab}\n+++ {new}{tab}\n",
    )
}

/// A name as git prints it: between quotes, with numbers for what is no printable ASCII, where it has any of that.
pub(crate) fn named(side: &str, path: &str) -> String {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if path.as_bytes().iter().all(is_plain) {
        return format!("{side}{path}");
    }
    let mut text = format!("\"{side}");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
            b'\t' => text.push_str("\\t"),
            _ if is_plain(&byte) => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\{byte:03o}")),
        }
    }
    text.push('"');
    text
}

fn write_hunks(
    patch: &mut Patch<'_>,
    change: &FileChange,
    headings: Headings,
    text: &mut Vec<u8>,
) -> Result<(), git2::Error> {
    let old: Vec<&[u8]> = change.before.split(|byte| *byte == b'\n').collect();
    for index in 0..patch.num_hunks() {
        let (hunk, lines) = patch.hunk(index)?;
        let first = (hunk.old_start() as usize).saturating_sub(1);
        text.extend_from_slice(
            format!(
                "@@ -{} +{} @@",
                span(hunk.old_start(), hunk.old_lines()),
                span(hunk.new_start(), hunk.new_lines())
            )
            .as_bytes(),
        );
        if let Some(section) = headings.section(old.get(..first).unwrap_or_default()) {
            text.push(b' ');
            text.extend_from_slice(section);
        }
        text.push(b'\n');
        for number in 0..lines {
            let line = patch.line_in_hunk(index, number)?;
            if let origin @ (' ' | '+' | '-') = line.origin() {
                text.push(origin as u8);
            }
            text.extend_from_slice(line.content());
        }
    }
    Ok(())
}

fn span(start: u32, lines: u32) -> String {
    if lines == 1 {
        start.to_string()
    } else {
        format!("{start},{lines}")
    }
}

#[cfg(test)]
mod tests {
    use super::{FileChange, file_diff};
    use trees::{FileMode, TreePath};

    fn change(before: &str, after: &str) -> FileChange {
        FileChange {
            path: TreePath::new("drivers/x.c").unwrap(),
            mode: FileMode::Regular,
            before: before.as_bytes().into(),
            after: after.as_bytes().into(),
        }
    }

    #[test]
    fn a_hunk_names_the_function_around_it_and_no_label() {
        let before = "int f(void)\n{\nout:\n\t1;\n\t2;\n\t3;\n\t4;\n}\n";
        let diff = file_diff(&change(before, &before.replace("4;", "5;"))).unwrap();
        let text = String::from_utf8(diff.text).unwrap();
        assert!(text.contains("@@ -4,5 +4,5 @@ int f(void)\n"), "{text}");
        assert_eq!((diff.insertions, diff.deletions), (1, 1));
    }

    #[test]
    fn a_missing_newline_at_the_end_is_said() {
        let diff = file_diff(&change("a\nb", "a\nc")).unwrap();
        let text = String::from_utf8(diff.text).unwrap();
        assert!(
            text.ends_with("-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"),
            "{text}"
        );
    }
}
