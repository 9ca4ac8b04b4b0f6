//! How inserted and changed code is laid out: as the kernel wants it, and as the file around it does.
//!
//! Everything here works on text and columns. What a piece of code *is* has been settled by the
//! kinds; the layout only decides where its bytes go.

pub(crate) mod air;
pub(crate) mod beside;
pub(crate) mod columns;
pub(crate) mod comment;
pub(crate) mod define;
pub(crate) mod expression;
pub(crate) mod kernel_doc;
pub(crate) mod member;
pub(crate) mod scan;
pub(crate) mod statement;

/// Code keeps to this many columns wherever a break makes that possible.
pub(crate) const PREFERRED_WIDTH: usize = 80;
/// Where no break helps, a line may be this long (checkpatch's limit).
pub(crate) const HARD_WIDTH: usize = 100;
/// A tab stop is every so many columns.
pub(crate) const TAB_WIDTH: usize = 8;

/// The same of what is between two tokens, where the last line goes on with the token behind.
pub(crate) fn shifted_all(gap: &str, own: &str, wanted: &str) -> String {
    let text = shifted(&format!("{gap}\u{1}"), own, wanted);
    text.trim_end_matches('\u{1}').to_owned()
}

/// Lines behind the first that are indented by `own`, indented by `wanted`; what is less deep, as a label is, stays.
pub(crate) fn shifted(text: &str, own: &str, wanted: &str) -> String {
    let mut lines = text.split('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push('\n');
        match line.strip_prefix(own) {
            Some(rest) if !line.trim().is_empty() && !line.starts_with('#') => {
                out.push_str(wanted);
                out.push_str(rest);
            }
            _ => out.push_str(line),
        }
    }
    out
}
