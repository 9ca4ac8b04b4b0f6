//! Whether control gets to what was put in.

use query::File;
use query::flow::Flow;
use sites::Unresolved;

use crate::edit::Edit;

/// Whether all that is written are braces that a statement in place gets.
fn has_no_statement(text: &str) -> bool {
    dialect::token::texts(text.as_bytes()).all(|word| matches!(word, "{" | "}" | "else" | "do"))
}

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
        if has_no_statement(&edit.text) {
            continue;
        }
        let Some(function) = edited.function_at(start) else {
            continue;
        };
        if Flow::of(edited, function).is_ok_and(|flow| !flow.reaches(&own)) {
            let first = edit.text.trim_start();
            let at = own.end - first.len();
            let message = format!("control never gets to `{}` there", sites::one_line(first));
            return Err(Unresolved::unfit(message).at(edited, at));
        }
    }
    Ok(())
}
