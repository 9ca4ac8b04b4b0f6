//! What is below the diffstat of a cover letter, or below the diff of a patch that has none.

use super::Mailing;

/// The range-diff as `git format-patch --range-diff` has it, `base-commit:` as with `--base`, b4's `change-id:`. The
/// diffstat of a cover letter has its blank line already.
pub(super) fn below(mailing: &Mailing<'_>, change_id: Option<&str>) -> String {
    let mut text = String::new();
    if let Some(range_diff) = &mailing.range_diff {
        let said = range_diff.text.trim_end_matches('\n');
        let blank = if mailing.is_bare { "\n" } else { "" };
        text += &format!(
            "{blank}Range-diff against v{}:\n{said}\n",
            range_diff.against
        );
    }
    let base = mailing.base.as_ref();
    let base = base.map(|base| format!("base-commit: {base}\n"));
    let change = change_id.map(|id| format!("change-id: {id}\n"));
    let lines: String = base.into_iter().chain(change).collect();
    match lines.is_empty() {
        true => text,
        false => text + "\n" + &lines,
    }
}
