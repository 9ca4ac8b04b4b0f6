//! Which words a file may have, in some hundred bytes: a Bloom filter of all its identifiers.
//!
//! One walk answers most runs. Who has to walk a second time is likely to walk a third and a tenth time, since what one walk
//! finds (macros with a word, then macros with those) is what the next one asks for. So the second one takes a print of each file,
//! and from then on only files are opened whose print has the word.

use std::hash::Hasher;

use dialect::TreePath;
use dialect::token::joined;
use rustc_hash::FxHasher;

/// Bits that a word sets.
const BITS_A_WORD: usize = 4;
/// Bytes of text for a bit. A file of 20 KiB has some 400 different identifiers, a twelfth of that in bits.
const BYTES_A_BIT: usize = 4;
/// Bits that each file has beside these: in a short one most identifiers are new.
const LEAST_BITS: usize = 1024;

/// The identifiers of one file.
#[derive(Debug)]
pub struct Print(Box<[u64]>);

/// Those of the files of a tree.
#[derive(Debug, Default)]
pub struct Prints(Vec<(TreePath, Print)>);

impl Print {
    /// That of a text, as it is read once its splices are joined (C11 5.1.1.2p1).
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        Self::of_joined(&joined(text))
    }

    /// That of a text whose splices are joined.
    #[must_use]
    pub fn of_joined(text: &[u8]) -> Self {
        let bits = LEAST_BITS + text.len() / BYTES_A_BIT;
        let mut print = Self(vec![0; bits.div_ceil(64)].into_boxed_slice());
        for word in identifiers(text) {
            for (at, mask) in print.places(word) {
                if let Some(block) = print.0.get_mut(at) {
                    *block |= mask;
                }
            }
        }
        print
    }

    /// Whether the text may have the word; true of all that is none.
    #[must_use]
    pub fn may_have(&self, word: &str) -> bool {
        identifiers(word.as_bytes()).all(|part| {
            let mut places = self.places(part).into_iter();
            places.all(|(at, mask)| self.0.get(at).is_some_and(|block| block & mask != 0))
        })
    }

    /// The bits of a word: the block and the bit in it.
    fn places(&self, word: &[u8]) -> [(usize, u64); BITS_A_WORD] {
        let mut hasher = FxHasher::default();
        hasher.write(word);
        let hash = hasher.finish();
        // Two halves make as many places as are wanted (Kirsch and Mitzenmacher, "Less hashing, same performance").
        let step = (hash >> 32) | 1;
        let count = self.0.len() as u64 * 64;
        std::array::from_fn(|number| {
            let bit = hash.wrapping_add(step.wrapping_mul(number as u64)) % count;
            (
                usize::try_from(bit / 64).unwrap_or_default(),
                1 << (bit % 64),
            )
        })
    }
}

impl Prints {
    /// Those of these files.
    #[must_use]
    pub fn new(files: Vec<(TreePath, Print)>) -> Self {
        Self(files)
    }

    /// The files that may have one of the words.
    pub fn with_any(&self, words: &[String]) -> Vec<&TreePath> {
        let may_have = |print: &Print| words.iter().any(|word| print.may_have(word));
        let files = self.0.iter().filter(|(_, print)| may_have(print));
        files.map(|(path, _)| path).collect()
    }
}

/// The words of a text that are no numbers, by what is a letter for every compiler.
fn identifiers(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    text.split(move |byte| !is_part(byte))
        .filter(|word| word.first().is_some_and(|first| !first.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_word_that_is_there_is_never_missed_and_others_seldom_had() {
        let text: String = (0..2000)
            .map(|n| format!("\tword_{n} = 0x{n}f;\n"))
            .collect();
        let print = Print::of(text.as_bytes());
        for n in 0..2000 {
            assert!(print.may_have(&format!("word_{n}")), "{n}");
        }
        let had = (2000..12_000).filter(|n| print.may_have(&format!("word_{n}")));
        // Six bits for a word here, since every third identifier is new.
        assert!(had.count() < 1000);
    }

    #[test]
    fn what_is_no_identifier_is_taken_apart() {
        let print = Print::of(b"#include \"hw-data.def\"\n");
        assert!(print.may_have("hw-data"));
        assert!(print.may_have("->"));
        assert!(print.may_have("77"));
        assert!(!print.may_have("hw-other"));
        assert!(!Print::of(b"").may_have("x"));
    }

    proptest! {
        #[test]
        fn a_search_finds_nothing_that_a_print_lacks(
            text in "[ab_1$ \n(;é-]{0,60}",
            word in "[ab_][ab_1]{0,2}",
        ) {
            let filter = crate::WordFilter::new(&[&word]);
            prop_assert!(!filter.accepts(text.as_bytes()) || Print::of(text.as_bytes()).may_have(&word));
        }
    }
}
