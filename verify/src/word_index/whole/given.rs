//! Whether a member is given a new object of the type: `a->in = (struct dev){ … }`.

use dialect::token::{Pieces, TokenKind};
use query::types::Spelled;

use super::LONGEST;

/// Whether a member is assigned what may be a new object of the type: `a->in = (struct dev) {`, `a->in = d`, `a->in = d(…)`.
pub(super) fn is_given_whole(
    before: &[u8],
    value: &[u8],
    name: &[u8],
    names: &Spelled<'_>,
) -> bool {
    let mut before = before.trim_ascii_end();
    while let Some(inside) = before.strip_suffix(b")") {
        before = inside.trim_ascii_end();
    }
    let (head, member) = last_word(before);
    if member.is_empty() || !(head.ends_with(b"->") || head.ends_with(b".")) {
        return false;
    }
    let value = value.get(..LONGEST).unwrap_or(value).trim_ascii_start();
    let end = value.iter().position(|byte| matches!(byte, b';' | b'{'));
    let value = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
    let texts: Vec<&[u8]> = Pieces::new(value)
        .filter(|(kind, _)| *kind == TokenKind::Word)
        .filter_map(|(_, range)| value.get(range))
        .collect();
    let (Some(first), Some(last)) = (texts.first(), texts.last()) else {
        return false;
    };
    match value.first() {
        Some(b'(') if texts.contains(&name) => true,
        _ => names.objects.contains(last) || names.objects.contains(first),
    }
}

/// The word at the end, and what is before it.
pub(super) fn last_word(text: &[u8]) -> (&[u8], &[u8]) {
    let is_letter = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = text.iter().rev().take_while(is_letter).count();
    text.split_at(text.len() - length)
}
