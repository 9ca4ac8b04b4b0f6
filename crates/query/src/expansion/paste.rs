//! What `##` may make of parts of words.

use std::collections::BTreeSet;

use dialect::token::texts;

/// A part of a word is telling from this share of it on: nobody looks for all macros that paste an `n` to something.
const LEAST_SHARE: usize = 4;

/// Whether a macro with this body pastes a part of one of the words to a parameter, or the whole of its parts.
pub(super) fn may_paste(body: &[u8], params: &[String], words: &BTreeSet<String>) -> bool {
    if memchr::memmem::find(body, b"##").is_none() {
        return false;
    }
    let texts: Vec<&str> = texts(body).collect();
    let literal = |at: Option<usize>| {
        let text = at.and_then(|at| texts.get(at)).copied();
        text.filter(|text| !params.iter().any(|param| param == text))
    };
    let mut pastes = texts.iter().enumerate().filter(|(_, text)| **text == "##");
    pastes.any(|(at, _)| {
        let (before, behind) = (literal(at.checked_sub(1)), literal(Some(at + 1)));
        words.iter().any(|word| match (before, behind) {
            (Some(before), Some(behind)) => word.strip_prefix(before) == Some(behind),
            (Some(part), None) => is_telling(part, word) && word.starts_with(part),
            (None, Some(part)) => is_telling(part, word) && word.ends_with(part),
            (None, None) => false,
        })
    })
}

fn is_telling(part: &str, word: &str) -> bool {
    part.len() < word.len() && part.len() * LEAST_SHARE >= word.len()
}

/// Whether a text that has `##` also has what `word` may be pasted of: two words that make it up, or one that is a telling
/// part of it beside `##`.
#[must_use]
pub fn has_parts(text: &[u8], word: &str) -> bool {
    if memchr::memmem::find(text, b"##").is_none() {
        return false;
    }
    let mut befores = BTreeSet::new();
    let mut behinds = BTreeSet::new();
    let mut was_paste = false;
    let mut last: &str = "";
    for next in texts(text) {
        let is_part = |part: &str| part.len() < word.len();
        if (was_paste && is_telling(next, word) && word.ends_with(next))
            || (next == "##" && is_telling(last, word) && word.starts_with(last))
        {
            return true;
        }
        if is_part(next) && word.starts_with(next) {
            befores.insert(next);
        }
        if is_part(next) && word.ends_with(next) {
            behinds.insert(next);
        }
        was_paste = next == "##";
        last = next;
    }
    let mut befores = befores.into_iter();
    befores.any(|before| {
        let rest = word.strip_prefix(before);
        rest.is_some_and(|rest| behinds.contains(rest))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{has_parts, may_paste};

    #[test]
    fn a_telling_part_is_enough_in_a_macro() {
        let words = BTreeSet::from(["is_virtfn".to_owned()]);
        let params = ["x".to_owned(), "y".to_owned()];
        for (body, expected) in [
            ("d->is_##x", true),
            ("d->x##_virtfn", true),
            ("d->is##_virtfn", true),
            ("d->x##y", false),
            ("d->x##n", false),
            ("d->is_x", false),
            ("d->was_##x", false),
        ] {
            assert_eq!(
                may_paste(body.as_bytes(), &params, &words),
                expected,
                "{body}"
            );
        }
    }

    #[test]
    fn a_file_has_the_parts_of_a_word() {
        for (text, expected) in [
            ("#define C(a, b) a##b\nd->C(fl, ag);", true),
            ("#define F(a) f##a\nd->F(lag);", true),
            ("#define F(a) d->fla##a\n", true),
            ("#define C(a, b) a##b\nd->C(fl, at);", false),
            ("fl ag", false),
        ] {
            assert_eq!(has_parts(text.as_bytes(), "flag"), expected, "{text}");
        }
    }
}
