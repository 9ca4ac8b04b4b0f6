//! Diff text by git's own xdiff, headers as `git format-patch` writes them.

use std::sync::Arc;

use git2::{DiffOptions, ObjectType, Oid, Patch};
use trees::{FileMode, TreePath};

use crate::heading::Headings;

pub(crate) mod similarity;

/// The kernel cites blobs and commits by this many digits.
const ABBREVIATED: usize = 12;

/// A file before and after a patch.
#[derive(Clone, Debug)]
pub(crate) struct FileChange {
    /// Where it is.
    pub(crate) path: TreePath,
    /// Where it was, if it moves.
    pub(crate) from: Option<TreePath>,
    /// Its mode, which no change alters.
    pub(crate) mode: FileMode,
    /// The bytes before; none of a new file.
    pub(crate) before: Option<Arc<[u8]>>,
    /// The bytes after; none of one that goes.
    pub(crate) after: Option<Arc<[u8]>>,
}

/// A file's part of a patch.
#[derive(Clone, Debug)]
pub(crate) struct FileDiff {
    /// Where it is.
    pub(crate) path: TreePath,
    /// Where it was, and how much of it is the same in percent, if it moves.
    pub(crate) from: Option<(TreePath, usize)>,
    /// It goes.
    pub(crate) is_gone: bool,
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
    let blob = |bytes: Option<&Arc<[u8]>>| match bytes {
        Some(bytes) => blob_id(bytes),
        None => Ok(Oid::ZERO_SHA1.to_string()),
    };
    let (old_blob, new_blob) = (blob(change.before.as_ref())?, blob(change.after.as_ref())?);
    let (before, after) = (bytes(change.before.as_ref()), bytes(change.after.as_ref()));
    let mut options = DiffOptions::new();
    options.context_lines(3).indent_heuristic(true);
    let mut patch = Patch::from_buffers(before, None, after, None, Some(&mut options))?;
    let (_, insertions, deletions) = patch.line_stats()?;
    let from = change.from.clone();
    let from = from.map(|from| (from, similarity::percent(before, after)));
    let shown = |own: &str, other: &str| match own.bytes().all(|byte| byte == b'0') {
        true => "0".repeat(short(other).len()),
        false => short(own),
    };
    let blobs = (shown(&old_blob, &new_blob), shown(&new_blob, &old_blob));
    let mut text = header(change, from.as_ref(), &blobs).into_bytes();
    write_hunks(&mut patch, change, headings, &mut text)?;
    Ok(FileDiff {
        path: change.path.clone(),
        from,
        is_gone: change.after.is_none(),
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

fn bytes(bytes: Option<&Arc<[u8]>>) -> &[u8] {
    bytes.map_or(&[], |bytes| bytes)
}

fn header(
    change: &FileChange,
    from: Option<&(TreePath, usize)>,
    (old_blob, new_blob): &(String, String),
) -> String {
    let path = change.path.as_str();
    let mode = match change.mode {
        FileMode::Regular => "100644",
        FileMode::Executable => "100755",
        FileMode::Symlink => "120000",
    };
    let old_path = from.map_or(path, |(from, _)| from.as_str());
    let (old, new) = (named("a/", old_path), named("b/", path));
    let index = format!("index {old_blob}..{new_blob}");
    let head = match (from, &change.before, &change.after) {
        (Some((from, percent)), ..) => {
            let (from, to) = (named("", from.as_str()), named("", path));
            let same = format!("similarity index {percent}%\nrename from {from}\nrename to {to}\n");
            match change.before == change.after {
                true => return format!("diff --git {old} {new}\n{same}"),
                false => format!("{same}{index} {mode}\n"),
            }
        }
        (None, None, _) => format!("new file mode {mode}\n{index}\n"),
        (None, Some(_), None) => format!("deleted file mode {mode}\n{index}\n"),
        (None, Some(_), Some(_)) => format!("{index} {mode}\n"),
    };
    let nowhere = || "/dev/null".to_owned();
    let side = |name: &String, path: &str, bytes: &Option<Arc<[u8]>>| {
        // Whoever reads a name with a blank has to know where it ends.
        let tab = if path.contains(' ') { "\t" } else { "" };
        bytes
            .as_ref()
            .map_or_else(nowhere, |_| format!("{name}{tab}"))
    };
    let (before, after) = (
        side(&old, old_path, &change.before),
        side(&new, path, &change.after),
    );
    format!("diff --git {old} {new}\n{head}--- {before}\n+++ {after}\n")
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
    let old: Vec<&[u8]> = bytes(change.before.as_ref())
        .split(|byte| *byte == b'\n')
        .collect();
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
            from: None,
            mode: FileMode::Regular,
            before: Some(before.as_bytes().into()),
            after: Some(after.as_bytes().into()),
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
