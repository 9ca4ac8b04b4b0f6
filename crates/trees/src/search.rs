//! What a walk asks of the bytes of each file: whether they have one of its words, and what they include.

use std::collections::BTreeSet;

use aho_corasick::{Span, packed};
use dialect::token::split_words;
use query::expansion::Pasted;

use crate::includes::{Includes, Notes, keywords, packed};
use crate::tree::Scan;
use crate::words::{WordFilter, is_identifier_byte, is_whole, longest_identifier};

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

/// Words, what notes are made of, and the halves of words that may be pasted, in one pass over the bytes: each pass for
/// several words costs more than to read the file does.
#[derive(Debug)]
struct Together {
    searcher: packed::Searcher,
    /// The words alone.
    words: Vec<Vec<u8>>,
    /// What the searcher's pattern of that number is.
    patterns: Vec<Pattern>,
    /// Halves are not searched for here.
    may_have_half: bool,
}

/// One of the texts that are searched for together.
#[derive(Debug)]
struct Pattern {
    is_word: bool,
    /// It begins with a half of a word that may be pasted.
    is_half: bool,
    /// How far behind its start the next half may begin: a search goes on from there.
    step: usize,
}

/// What one pass has found.
struct Found {
    has_word: bool,
    includes: Option<Includes>,
    /// False: the file has no half of a word that may be pasted.
    may_have_half: bool,
}

/// More texts than these, or shorter ones, make the search for several at once slower than two searches.
const MOST_PATTERNS: usize = 32;
const SHORTEST_HALF: usize = 4;

impl Search {
    pub(crate) fn new(scan: &Scan) -> Self {
        let pasted = Pasted::new(scan.pasted.clone());
        Self {
            words: WordFilter::new(&scan.words),
            includes: match (scan.includes, Together::new(&scan.words, &pasted.halves())) {
                (false, _) => Noting::Unasked,
                (true, Some(together)) => Noting::Together(together),
                (true, None) => Noting::Apart,
            },
            pasted,
        }
    }

    /// Whether the file has one of the words, and what it includes where that is asked.
    pub(crate) fn of(&self, bytes: &[u8]) -> (bool, Option<Includes>) {
        let found = self.noted(bytes);
        let is_made = || self.pasted.may_be_made_of(bytes, found.may_have_half);
        (found.has_word || is_made(), found.includes)
    }

    fn noted(&self, bytes: &[u8]) -> Found {
        let apart = |includes| Found {
            has_word: self.words.accepts(bytes),
            includes,
            may_have_half: true,
        };
        match &self.includes {
            Noting::Unasked => apart(None),
            Noting::Apart => apart(Some(Includes::of(bytes))),
            Noting::Together(together) => together.of(bytes),
        }
    }
}

impl Together {
    /// None: every file is accepted, or there are more words than one pass can look for.
    fn new(words: &[String], halves: &BTreeSet<&[u8]>) -> Option<Self> {
        let words: Vec<Vec<u8>> = words
            .iter()
            .map(|word| longest_identifier(word).as_bytes().to_vec())
            .collect();
        if words.is_empty() || words.iter().any(Vec::is_empty) {
            return None;
        }
        let mut texts: BTreeSet<&[u8]> = words.iter().map(Vec::as_slice).collect();
        for keyword in keywords() {
            texts.insert(keyword);
        }
        // What has other bytes than letters could hide a whole word that begins in it.
        let is_fit =
            |half: &&[u8]| half.len() >= SHORTEST_HALF && half.iter().all(is_identifier_byte);
        let new = halves.iter().filter(|half| !texts.contains(*half));
        let is_room = texts.len() + new.count() <= MOST_PATTERNS;
        let halves = Some(halves).filter(|halves| is_room && halves.iter().all(is_fit));
        for half in halves.into_iter().flatten() {
            texts.insert(half);
        }
        let patterns = texts.iter().map(|text| Pattern {
            is_word: words.iter().any(|word| word == text),
            is_half: halves.is_some_and(|halves| halves.iter().any(|half| text.starts_with(half))),
            step: halves.map_or(text.len(), |halves| step(text, halves)),
        });
        let patterns = patterns.collect();
        Some(Self {
            searcher: packed(texts)?,
            patterns,
            may_have_half: halves.is_none(),
            words,
        })
    }

    /// The longest text is found that begins at a place, and then the next one that begins behind it: what is hidden by that
    /// are texts that the found one begins with, and texts that begin in its midst and are no halves. A whole identifier is
    /// neither, for all texts are letters.
    fn of(&self, bytes: &[u8]) -> Found {
        let mut notes = Notes::default();
        let (mut has_word, mut may_have_half) = (false, self.may_have_half);
        let mut from = 0;
        while let Some(found) = self.searcher.find_in(bytes, Span::from(from..bytes.len())) {
            let (start, end) = (found.start(), found.end());
            from = end;
            if let Some(pattern) = self.patterns.get(found.pattern().as_usize()) {
                has_word |= pattern.is_word && !has_word && is_whole(bytes, start, end);
                may_have_half |= pattern.is_half;
                from = start + pattern.step;
            }
            notes.take(bytes, start, end);
        }
        for word in split_words(bytes) {
            has_word |= self.words.contains(&word);
            notes.take_split(&word);
        }
        Found {
            has_word,
            includes: Some(notes.done()),
            may_have_half,
        }
    }
}

/// How far behind the start of a text another one may begin that is a half, in it or going on behind it.
fn step(text: &[u8], halves: &BTreeSet<&[u8]>) -> usize {
    let begins = |rest: &[u8]| {
        let mut halves = halves.iter();
        halves.any(|half| half.starts_with(rest) || rest.starts_with(half))
    };
    let mut steps = 1..text.len();
    let step = steps.find(|&at| text.get(at..).is_some_and(begins));
    step.unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use query::expansion::Pasted;

    use super::{Search, Together};
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
            "#define C(a, b) a##b\nC(device, include) TRACE_inclu",
            "C(TRACE_i, nclude)",
            "",
        ];
        for words in [
            &["dev"][..],
            &["pci_dev", "dev", "include"],
            &["TRACE_SYSTEM", "x"],
            &[],
        ] {
            for pasted in [&[][..], &["TRACE_include", "deviceinclude"]] {
                let strings = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
                let scan = Scan {
                    words: strings(words),
                    includes: true,
                    pasted: strings(pasted),
                    ..Scan::default()
                };
                let search = Search::new(&scan);
                for file in files {
                    let bytes = file.as_bytes();
                    let is_made = Pasted::new(strings(pasted)).may_be_made(bytes);
                    let apart = (
                        WordFilter::new(words).accepts(bytes) || is_made,
                        Some(Includes::of(bytes)),
                    );
                    assert_eq!(search.of(bytes), apart, "{words:?}, {pasted:?} in {file:?}");
                }
            }
        }
    }

    #[test]
    fn a_half_is_found_wherever_it_is() {
        let words = ["vfio_config_init", "include_path"].map(str::to_owned);
        let pasted = Pasted::new(words.to_vec());
        let halves = pasted.halves();
        // The halves are `vfio_con`, `fig_init`, `includ` and `e_path`.
        let Some(together) = Together::new(&["pci_vfio".to_owned()], &halves) else {
            return;
        };
        for text in [
            "vfio_con",
            "pci_vfio_con",
            "xfig_inity",
            "includ",
            "include_path",
            "#include_path",
            "vfio_vfio_config",
            "pci_pci_vfio_configure(a, b, c, d, e, f, g, h, i, j, k, l);",
            "#include <a.h>\n#include_next_path\nint a_long_line_of_some_kind;",
            "int a;\n#define a b\nint the_vfio_config; int another_name_of_it;",
            "TRACE_INCLUDE_FILE vfio_co nfig_init include xe_path; and_more_of_it();",
            "",
        ] {
            let mut has = halves.iter();
            let has = has.any(|half| text.contains(&*String::from_utf8_lossy(half)));
            assert_eq!(together.of(text.as_bytes()).may_have_half, has, "{text}");
        }
    }
}
