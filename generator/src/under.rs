//! What a change brings, between `#ifdef` and `#endif`.

use dialect::token::{TokenKind, tokens};
use query::File;
use sites::Unresolved;

use crate::edit::Edit;

/// The edits with the lines of each between the two directives.
///
/// # Errors
/// An edit is not of whole lines: what was there before would be under the condition as well.
pub(crate) fn wrapped(
    file: &File,
    edits: Vec<Edit>,
    condition: &str,
) -> Result<Vec<Edit>, Unresolved> {
    let edits = edits.into_iter();
    edits.map(|edit| one(file, edit, condition)).collect()
}

fn one(file: &File, edit: Edit, condition: &str) -> Result<Edit, Unresolved> {
    // The comma behind what was the last entry, and a line of a kernel-doc comment, are of any configuration.
    if edit.text == "," || is_in_comment(file, &edit) {
        return Ok(edit);
    }
    let at = edit.range.start;
    let begins_line =
        at == 0 || file.bytes().get(at - 1) == Some(&b'\n') || edit.text.starts_with('\n');
    if !edit.range.is_empty() || !begins_line || !edit.text.ends_with('\n') {
        let message = "it is not on lines of its own, and cannot be put under `#ifdef`";
        return Err(Unresolved::unfit(message).at(file, at));
    }
    let code = edit.text.trim_matches('\n');
    let (lead, trail) = (blank(&edit.text, true), blank(&edit.text, false));
    let open = match condition.strip_prefix('!') {
        Some(symbol) => format!("#ifndef {symbol}"),
        None => format!("#ifdef {condition}"),
    };
    Ok(Edit {
        text: format!("{lead}{open}\n{code}\n#endif\n{trail}"),
        ..edit
    })
}

/// The blank lines at the start or behind the last line of a text.
fn blank(text: &str, is_start: bool) -> &str {
    match is_start {
        true => text
            .find(|c| c != '\n')
            .map_or("", |at| text.get(..at).unwrap_or_default()),
        false => {
            let end = text.trim_end_matches('\n').len() + 1;
            text.get(end..).unwrap_or_default()
        }
    }
}

fn is_in_comment(file: &File, edit: &Edit) -> bool {
    let at = edit.range.start;
    let mut all = tokens(file.bytes()).into_iter();
    all.any(|token| {
        token.kind == TokenKind::Comment && token.range.start < at && at < token.range.end
    })
}
