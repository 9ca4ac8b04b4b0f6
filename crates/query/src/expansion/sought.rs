//! Whether a file may have a macro with some word, by its bytes alone: nothing is parsed for a "no".

use std::collections::BTreeSet;

use dialect::token::{joined, texts};
use memchr::memmem;

/// Whether a file with these bytes may have a macro that [`macros_bringing`](super::macros_bringing) finds: a `#define`
/// with one of the words, or with `##`. Errs on the side of yes.
#[must_use]
pub fn may_bring(bytes: &[u8], words: &BTreeSet<String>) -> bool {
    let bytes = joined(bytes);
    memmem::find_iter(&bytes, b"define").any(|at| {
        let before = bytes.get(..at).unwrap_or_default();
        let behind = bytes.get(at..).unwrap_or_default();
        is_directive(before) && may_have(logical_line(behind), words)
    })
}

/// Whether what is before `define` may make a directive of it. A comment may be between the two.
fn is_directive(before: &[u8]) -> bool {
    let blanks = |byte: &&u8| matches!(byte, b' ' | b'\t' | 0x0b | 0x0c);
    let mut rest = before.iter().rev().skip_while(blanks);
    match rest.next() {
        Some(b'#' | b'/' | b':') => true,
        // `# \⏎ define`
        Some(b'\n' | b'\r') => rest.find(|byte| !byte.is_ascii_whitespace()) == Some(&b'\\'),
        _ => false,
    }
}

/// The rest of the line, with the lines that splices or an open comment join to it; all where a comment is not closed on it.
fn logical_line(text: &[u8]) -> &[u8] {
    let mut end = 0;
    for newline in memchr::memchr_iter(b'\n', text) {
        let line = text.get(end..newline).unwrap_or_default();
        end = newline + 1;
        if line.trim_ascii_end().last() != Some(&b'\\') {
            let whole = text.get(..newline).unwrap_or_default();
            let opens = memmem::find_iter(whole, b"/*").count();
            return match opens > memmem::find_iter(whole, b"*/").count() {
                true => text,
                false => whole,
            };
        }
    }
    text
}

fn may_have(line: &[u8], words: &BTreeSet<String>) -> bool {
    memmem::find(line, b"##").is_some()
        || memmem::find(line, b"%:").is_some()
        || texts(line).any(|text| words.contains(text))
}

#[cfg(test)]
mod tests {
    use dialect::TreePath;
    use proptest::prelude::*;
    use syntax::Reader;

    use super::*;
    use crate::File;
    use crate::expansion::macros_bringing;

    fn brings(text: &str, words: &BTreeSet<String>) -> bool {
        let path = TreePath::new("a.h").expect("a path");
        let file = File::from(Reader::standalone().read(&path, text.as_bytes().into()));
        !macros_bringing(&file, words).is_empty()
    }

    #[test]
    fn a_word_in_code_alone_is_no_macros() {
        let words = BTreeSet::from(["flag".to_owned()]);
        for (text, wanted) in [
            ("int flag;\n", false),
            ("#define A 1\nint flag;\n", false),
            ("/* define */ int flag;\n", false),
            ("#define A flag\n", true),
            ("#define A \\\n\tflag\n", true),
            ("# \\\n define A flag\n", true),
            ("#define A /* x\n */ flag\n", true),
            ("%:define A flag\n", true),
            ("#define A(x) x ## ag\n", true),
            ("#def\\\nine A flag\n", true),
        ] {
            assert_eq!(may_bring(text.as_bytes(), &words), wanted, "{text}");
            assert!(
                may_bring(text.as_bytes(), &words) || !brings(text, &words),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_macro_is_missed(
            pieces in proptest::collection::vec(
                proptest::sample::select(vec![
                    "#", "define", "#define ", " A", "(x)", " flag", " ", "\n", "\\\n", "/*", "*/", "//", "\t", "%:", "x",
                    "\"", ";", "## ag", " fl\\\nag", "\r\n", "#if 0\n", "#endif\n",
                ]),
                0..24,
            ),
        ) {
            let text = pieces.concat();
            let words = BTreeSet::from(["flag".to_owned()]);
            prop_assert!(may_bring(text.as_bytes(), &words) || !brings(&text, &words));
        }
    }
}
