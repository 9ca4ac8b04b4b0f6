//! Whether a text pastes at all, and how: told from its bytes.

use super::beside::{behind_blanks, is_letter};

/// Whether three parts are pasted in a row somewhere: `a##b##c`.
pub(super) fn has_chain(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, b"##").any(|at| {
        let behind = behind_blanks(text.get(at + 2..).unwrap_or_default());
        let letters = behind.iter().take_while(|byte| is_letter(**byte)).count();
        let next = behind_blanks(&behind[letters..]);
        behind.starts_with(b"//")
            || letters > 0 && (next.starts_with(b"##") || next.starts_with(b"//"))
    })
}

/// Whether a file, as it is written, may have a `##` that is spelled as a digraph, or is over a splice: `%:`, `%\`, `#\`.
pub(super) fn has_odd_mark(written: &[u8]) -> bool {
    memchr::memchr2_iter(b'%', b'\\', written).any(|at| match written.get(at) {
        Some(b'%') => matches!(written.get(at + 1), Some(b':' | b'\\')),
        _ => at.checked_sub(1).and_then(|before| written.get(before)) == Some(&b'#'),
    })
}

pub(super) fn has_split_word(written: &[u8]) -> bool {
    dialect::token::split_words(written).next().is_some()
}
