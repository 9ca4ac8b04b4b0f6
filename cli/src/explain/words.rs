//! Two pieces of code side by side, word by word.

use dialect::token::tokens;
use similar::{Algorithm, DiffTag, capture_diff_slices};

/// A word of code, and whether a blank is before it.
#[derive(Clone, Debug)]
pub(super) struct Word {
    text: String,
    is_apart: bool,
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Word {
    /// A metavariable of a pattern, which stands for anything.
    fn stands_for_any(&self) -> bool {
        self.text.starts_with('$')
    }
}

/// The words of a text.
pub(super) fn of(text: &str) -> Vec<Word> {
    let bytes = text.as_bytes();
    let word = |token: dialect::token::Token| {
        let before = token
            .range
            .start
            .checked_sub(1)
            .and_then(|at| bytes.get(at));
        Some(Word {
            text: text.get(token.range)?.to_owned(),
            is_apart: before.is_some_and(u8::is_ascii_whitespace),
        })
    };
    tokens(bytes).into_iter().filter_map(word).collect()
}

/// How much of two texts is the same: 1 for all of it.
pub(super) fn likeness(then: &[Word], now: &[Word]) -> f64 {
    let texts = |words: &[Word]| -> Vec<String> { words.iter().map(|w| w.text.clone()).collect() };
    let (then, now) = (texts(then), texts(now));
    let ops = capture_diff_slices(Algorithm::Myers, &then, &now);
    f64::from(similar::diff_ratio(&ops, then.len(), now.len()))
}

/// Both texts, what the one lacks marked in the other as git does: `[-gone-]`, `{+new+}`. A metavariable that stands for one
/// word or several is no difference.
pub(super) fn marked(then: &[Word], now: &[Word]) -> (String, String) {
    let texts = |words: &[Word]| -> Vec<String> { words.iter().map(|w| w.text.clone()).collect() };
    let ops = capture_diff_slices(Algorithm::Myers, &texts(then), &texts(now));
    let (mut old, mut new) = (String::new(), String::new());
    for op in ops {
        let gone = then.get(op.old_range()).unwrap_or_default();
        let came = now.get(op.new_range()).unwrap_or_default();
        let is_same = match op.tag() {
            DiffTag::Equal => true,
            DiffTag::Replace => gone.iter().all(Word::stands_for_any),
            DiffTag::Delete | DiffTag::Insert => false,
        };
        push(&mut old, gone, (!is_same).then_some(("[-", "-]")));
        push(&mut new, came, (!is_same).then_some(("{+", "+}")));
    }
    (old, new)
}

fn push(text: &mut String, words: &[Word], marks: Option<(&str, &str)>) {
    let Some(first) = words.first() else { return };
    if first.is_apart && !text.is_empty() {
        text.push(' ');
    }
    let (open, close) = marks.unwrap_or_default();
    text.push_str(open);
    for (index, word) in words.iter().enumerate() {
        if index > 0 && word.is_apart {
            text.push(' ');
        }
        text.push_str(&word.text);
    }
    text.push_str(close);
}

#[cfg(test)]
mod tests {
    use super::{marked, of};

    #[test]
    fn words_that_differ_are_marked_and_metavariables_are_not() {
        let cases = [
            ("a && b", "a && c", "a && [-b-]", "a && {+c+}"),
            (
                "$DEV->is_virtfn",
                "pdev->is_virtfn",
                "$DEV->is_virtfn",
                "pdev->is_virtfn",
            ),
            (
                "$DEV->is_virtfn",
                "pdev->no_command_memory",
                "[-$DEV-]->[-is_virtfn-]",
                "{+pdev+}->{+no_command_memory+}",
            ),
            ("f(a)", "f(a, b)", "f(a)", "f(a{+, b+})"),
            ("return x;", "goto out;", "[-return x-];", "{+goto out+};"),
        ];
        for (then, now, old, new) in cases {
            let (then, now) = marked(&of(then), &of(now));
            // What stands for anything is marked only beside what differs.
            let plain = old.replace("[-$DEV-]", "$DEV");
            let named = new.replace("{+pdev+}", "pdev");
            assert_eq!(
                (then.as_str(), now.as_str()),
                (plain.as_str(), named.as_str())
            );
        }
    }
}
