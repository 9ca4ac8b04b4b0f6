//! Whether control gets to what was put in.

use query::File;
use query::flow::Flow;
use sites::Unresolved;

use crate::edit::Edit;

/// Refuses statements that never run: before the first `case` of a `switch`, behind a `return`.
///
/// Where the control flow could not be read, the verifier says so.
///
/// # Errors
/// One of the sorted edits, made already, put something where control never gets.
pub(crate) fn check(edited: &File, edits: &[Edit]) -> Result<(), Unresolved> {
    let (mut came, mut gone) = (0_usize, 0_usize);
    for edit in edits {
        let start = (edit.range.start + came).saturating_sub(gone);
        came += edit.text.len();
        gone += edit.range.len();
        let own = start..start + edit.text.len();
        // What takes the place of lines has code in it that was there before: who writes that asks for itself.
        if !edit.range.is_empty() {
            continue;
        }
        let Some(function) = edited.function_at(start) else {
            continue;
        };
        let first = edit.text.trim_start();
        // Who jumps to a label may come with another change, and a label that nobody jumps to is the compiler's to say.
        if !begins_with_label(first)
            && Flow::of(edited, function).is_ok_and(|flow| !flow.reaches(&own))
        {
            let at = own.end - first.len();
            let message = format!("control never gets to `{}` there", sites::one_line(first));
            return Err(Unresolved::unfit(message).at(edited, at));
        }
    }
    Ok(())
}

fn begins_with_label(text: &str) -> bool {
    let name = text.trim_start_matches(|c: char| c == '_' || c.is_ascii_alphanumeric());
    let label = text.len() - name.len();
    let is_name = text.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    let is_default = text.get(..label) == Some("default");
    is_name && !is_default && name.trim_start().starts_with(':')
}
