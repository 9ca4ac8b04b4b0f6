//! The word search that rejects files before anybody parses them.
//!
//! A whole-tree question reads sixty thousand files and is interested in fifty; what happens to the
//! others decides how long it takes. So the search allocates nothing, and may only err on the side of
//! visiting: a byte that some compilers allow in identifiers and others do not (`$`, anything that is
//! not ASCII) counts as a boundary.

use aho_corasick::{AhoCorasick, MatchKind, packed};
use dialect::token::split_words;
use memchr::memmem::Finder;

/// Tells whether a file has one of some words as a whole identifier.
#[derive(Debug)]
pub struct WordFilter {
    search: Search,
}

#[derive(Debug)]
enum Search {
    Everything,
    /// One word or two, each by a search that skips to its rarest bytes.
    OneByOne(Vec<Finder<'static>>),
    Together(AhoCorasick),
    /// Some words, by their first bytes, sixteen places at a time: what an automaton does with them hangs on how rare
    /// the rarest of their letters is.
    Packed(packed::Searcher),
}

/// Words that are searched for one by one.
const FEW: usize = 2;

impl WordFilter {
    /// Prepares the search. No words, or a word without an identifier in it: every file is accepted.
    #[must_use]
    pub fn new<W: AsRef<str>>(words: &[W]) -> Self {
        let mut needles: Vec<&str> = words
            .iter()
            .map(|word| longest_identifier(word.as_ref()))
            .collect();
        needles.sort_unstable();
        needles.dedup();
        let search = match needles.as_slice() {
            [] | ["", ..] => Search::Everything,
            few if few.len() <= FEW => Search::OneByOne(finders(few)),
            // Longest first: where one word starts another, the shorter must not hide the longer.
            many => together(many),
        };
        Self { search }
    }

    /// Whether `bytes` has one of the words.
    #[must_use]
    pub fn accepts(&self, bytes: &[u8]) -> bool {
        // A name may be written over two lines, `is_v\⏎fn`.
        self.finds(bytes) || split_words(bytes).any(|word| self.finds(&word))
    }

    fn finds(&self, bytes: &[u8]) -> bool {
        match &self.search {
            Search::Everything => true,
            Search::Together(automaton) => automaton
                .find_iter(bytes)
                .any(|found| is_whole(bytes, found.start(), found.end())),
            Search::Packed(searcher) => searcher
                .find_iter(bytes)
                .any(|found| is_whole(bytes, found.start(), found.end())),
            Search::OneByOne(finders) => finders.iter().any(|finder| has_word(finder, bytes)),
        }
    }
}

/// One pass for all words: packed where the processor and the number of words allow it.
fn together(words: &[&str]) -> Search {
    if let Some(searcher) = crate::includes::packed(words.iter().map(|word| word.as_bytes())) {
        return Search::Packed(searcher);
    }
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words)
        .map_or_else(|_| Search::OneByOne(finders(words)), Search::Together)
}

fn finders(words: &[&str]) -> Vec<Finder<'static>> {
    words
        .iter()
        .map(|word| Finder::new(word.as_bytes()).into_owned())
        .collect()
}

fn has_word(finder: &Finder<'_>, bytes: &[u8]) -> bool {
    finder
        .find_iter(bytes)
        .any(|at| is_whole(bytes, at, at + finder.needle().len()))
}

/// Whether no identifier byte touches `start..end`.
pub(crate) fn is_whole(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    !before.is_some_and(is_identifier_byte) && !bytes.get(end).is_some_and(is_identifier_byte)
}

/// Whether the byte belongs to an identifier for every compiler.
pub(crate) fn is_identifier_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

pub(crate) fn longest_identifier(word: &str) -> &str {
    word.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .max_by_key(|part| part.len())
        .unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::WordFilter;

    fn accepts(words: &[&str], text: &str) -> bool {
        WordFilter::new(words).accepts(text.as_bytes())
    }

    #[test]
    fn a_word_counts_only_as_a_whole_identifier() {
        assert!(accepts(&["is_vf"], "if (d->is_vf)"));
        assert!(accepts(&["is_vf"], "is_vf"));
        assert!(!accepts(&["is_vf"], "is_vfn his_vf is_vf2"));
        assert!(accepts(&["is_vf"], "is_vfn is_vf"));
    }

    #[test]
    fn of_several_words_any_will_do() {
        assert!(accepts(&["alpha", "beta"], "x = beta;"));
        assert!(!accepts(&["alpha", "beta"], "x = betas + alph;"));
    }

    #[test]
    fn a_word_that_starts_another_hides_neither() {
        for text in ["pci_dev", "pci_dev_flags", "pci_dev_flagship pci_dev"] {
            assert!(accepts(&["pci_dev", "pci_dev_flags"], text), "{text}");
        }
        assert!(!accepts(&["pci_dev", "pci_dev_flags"], "pci_dev_flagship"));
        assert!(!accepts(&["dev", "pci_dev"], "to_pci_dev pci_device"));
    }

    #[test]
    fn many_words_are_found_as_few_are() {
        let words = ["a", "ab", "abc", "b", "bc", "c", "pci_dev", "dev"];
        for text in ["abc", "x abc2 bc", "pci_dev;", "dev"] {
            assert!(accepts(&words, text), "{text}");
        }
        for text in ["abcd", "pci_device", "xdev devx", ""] {
            assert!(!accepts(&words, text), "{text}");
        }
    }

    #[test]
    fn no_words_accept_every_file() {
        assert!(accepts(&[], ""));
        assert!(accepts(&["->"], ""));
    }

    #[test]
    fn a_letter_that_is_not_ascii_is_a_boundary() {
        assert!(accepts(&["vf"], "évfé"));
    }
}
