//! What a walk asks of the bytes of each file: whether they have one of its words, and what they include.

use std::collections::BTreeSet;

use aho_corasick::packed;
use dialect::token::split_words;
use query::expansion::Pasted;

use crate::includes::{Includes, Notes, keywords, packed};
use crate::tree::Scan;
use crate::words::{WordFilter, is_whole, longest_identifier};

/// The questions of a scan.
#[derive(Debug)]
pub(crate) struct Search {
    words: WordFilter,
    includes: Noting,
    /// Words that may be made of parts.
    pasted: Pasted,
}

/// How it is noted what files include.
#[derive(Debug)]
enum Noting {
    /// Not at all.
    Unasked,
    /// In a pass of its own.
    Apart,
    /// Together with the words.
    Together(Together),
}

/// Words, and what notes are made of, in one pass over the bytes.
#[derive(Debug)]
struct Together {
    searcher: packed::Searcher,
    /// The words alone.
    words: Vec<Vec<u8>>,
    /// Whether the searcher's pattern of that number is a word.
    is_word: Vec<bool>,
}

impl Search {
    pub(crate) fn new(scan: &Scan) -> Self {
        Self {
            words: WordFilter::new(&scan.words),
            pasted: Pasted::new(scan.pasted.clone()),
            includes: match (scan.includes, Together::new(&scan.words)) {
                (false, _) => Noting::Unasked,
                (true, Some(together)) => Noting::Together(together),
                (true, None) => Noting::Apart,
            },
        }
    }

    /// Whether the file has one of the words, and what it includes where that is asked.
    pub(crate) fn of(&self, bytes: &[u8]) -> (bool, Option<Includes>) {
        let (has_word, includes) = self.noted(bytes);
        (has_word || self.pasted.may_be_made(bytes), includes)
    }

    fn noted(&self, bytes: &[u8]) -> (bool, Option<Includes>) {
        match &self.includes {
            Noting::Unasked => (self.words.accepts(bytes), None),
            Noting::Apart => (self.words.accepts(bytes), Some(Includes::of(bytes))),
            Noting::Together(together) => {
                let (has_word, includes) = together.of(bytes);
                (has_word, Some(includes))
            }
        }
    }
}

impl Together {
    /// None: every file is accepted, or there are more words than one pass can look for.
    fn new(words: &[String]) -> Option<Self> {
        let words: Vec<Vec<u8>> = words
            .iter()
            .map(|word| longest_identifier(word).as_bytes().to_vec())
            .collect();
        if words.is_empty() || words.iter().any(Vec::is_empty) {
            return None;
        }
        let mut patterns: BTreeSet<&[u8]> = words.iter().map(Vec::as_slice).collect();
        for keyword in keywords() {
            patterns.insert(keyword);
        }
        let is_word = |pattern: &&[u8]| words.iter().any(|word| word == *pattern);
        let is_word = patterns.iter().map(is_word).collect();
        let searcher = packed(patterns)?;
        Some(Self {
            searcher,
            is_word,
            words,
        })
    }

    fn of(&self, bytes: &[u8]) -> (bool, Includes) {
        let mut notes = Notes::default();
        let mut has_word = false;
        for found in self.searcher.find_iter(bytes) {
            let (start, end) = (found.start(), found.end());
            let is_word = self.is_word.get(found.pattern().as_usize()) == Some(&true);
            has_word |= is_word && !has_word && is_whole(bytes, start, end);
            notes.take(bytes, start, end);
        }
        for word in split_words(bytes) {
            has_word |= self.words.contains(&word);
            notes.take_split(&word);
        }
        (has_word, notes.done())
    }
}

#[cfg(test)]
mod tests {
    use super::Search;
    use crate::includes::Includes;
    use crate::tree::Scan;
    use crate::words::WordFilter;

    #[test]
    fn one_pass_says_what_two_say() {
        let files = [
            "#include \"a.h\"\nint dev;",
            "#include <a.h>\nint device;",
            "include",
            "#define TRACE_SYSTEM dev\n",
            "#define TRACE_SYSTEM x\nstruct pci_dev d;",
            "de\\\nv",
            "#inc\\\nlude A\n",
            "",
        ];
        for words in [
            &["dev"][..],
            &["pci_dev", "dev", "include"],
            &["TRACE_SYSTEM", "x"],
            &[],
        ] {
            let scan = Scan {
                words: words.iter().map(ToString::to_string).collect(),
                includes: true,
                ..Scan::default()
            };
            let search = Search::new(&scan);
            for file in files {
                let bytes = file.as_bytes();
                let apart = (
                    WordFilter::new(words).accepts(bytes),
                    Some(Includes::of(bytes)),
                );
                assert_eq!(search.of(bytes), apart, "{words:?} in {file:?}");
            }
        }
    }
}
