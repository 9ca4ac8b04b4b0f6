//! What is not written in, and what would not be read again.

use std::sync::Arc;

use query::File;
use sites::Unresolved;
use sites::arms::ends_without_if;

use crate::edit::Edit;
use crate::inline::is_balanced;

/// Refuses what no edit can be right in.
pub(super) fn readable(file: Arc<File>) -> Result<Arc<File>, Unresolved> {
    let bytes = file.written();
    if let Some(at) = memchr::memchr(0, bytes) {
        return Err(Unresolved::unread("the file has NUL bytes").at(&file, at));
    }
    if let Some(at) = memchr::memmem::find(bytes, b"\r\n") {
        return Err(Unresolved::unfit(
            "the file has CRLF line ends, which the kernel's files do not",
        )
        .at(&file, at));
    }
    Ok(file)
}

/// Refuses an edit in or at a region that was not read, and in a line whose bytes are not text.
pub(super) fn clear_of_unread(file: &File, edits: &[Edit]) -> Result<(), Unresolved> {
    for edit in edits {
        let inserts_lines = edit.range.is_empty() && edit.text.ends_with('\n');
        let lines = sites::lines::whole_lines(file, &edit.range);
        if file.path().is_c() && !is_balanced(file.slice(edit.range.clone())) {
            return Err(Unresolved::unread(
                "the site ends between two parentheses that belong together",
            )
            .at(file, edit.range.start));
        }
        if !file.is_as_written(lines.start..(lines.end + 1).min(file.bytes().len())) {
            return Err(Unresolved::unread(
                "the line has a line splice or a digraph inside a token, and would not be kept",
            )
            .at(file, edit.range.start));
        }
        if !inserts_lines && std::str::from_utf8(file.slice(lines)).is_err() {
            return Err(
                Unresolved::unread("the line is not UTF-8, and would not be kept")
                    .at(file, edit.range.start),
            );
        }
    }
    if !file.path().is_c() {
        return Ok(());
    }
    for edit in edits {
        let touched = edit.range.start..edit.range.end.max(edit.range.start + 1);
        if let Some(unread) = file.unread_in(&touched) {
            return Err(
                Unresolved::unread(format!("the site was not read: {}", unread.cause))
                    .at(file, unread.range.start),
            );
        }
    }
    Ok(())
}

/// Refuses to write what does not read as C any more. Where nothing is written, it is the place that cannot be edited, and
/// no fault of the spec.
pub(super) fn still_read(before: &File, after: &File, edits: &[Edit]) -> Result<(), Unresolved> {
    if before.path().is_c() {
        let ends = ends_without_if(after);
        if let Some(at) = ends
            .last()
            .filter(|_| ends.len() > ends_without_if(before).len())
        {
            let message = "the `else` behind the `#endif` would have no `if` in this arm";
            return Err(Unresolved::unfit(message).at(after, *at));
        }
    }
    if !before.path().is_c() || after.unread().len() <= before.unread().len() {
        return Ok(());
    }
    let old: Vec<&[u8]> = before
        .unread()
        .iter()
        .map(|u| before.slice(u.range.clone()))
        .collect();
    let fresh = after
        .unread()
        .iter()
        .find(|u| !old.contains(&after.slice(u.range.clone())));
    let Some(fresh) = fresh.or(after.unread().last()) else {
        return Ok(());
    };
    let line = after.line_of(fresh.range.start);
    let line_text = sites::one_line(&sites::lines::line_text(after, line));
    let cause = format!("{} at `{line_text}`", fresh.cause);
    let told = match edits.iter().all(|edit| edit.text.is_empty()) {
        true => Unresolved::unread(format!("what would be left is not read as C: {cause}")),
        false => Unresolved::spec(format!("what it writes is not read as C: {cause}")),
    };
    Err(told.at_line(line))
}
