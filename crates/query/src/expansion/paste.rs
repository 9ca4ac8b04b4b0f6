//! What `##` may make of parts of words.

mod beside;
mod marks;
mod parts;

use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, packed};
use dialect::token::texts;

use self::beside::{before_blanks, behind_blanks, is_letter, may_end_comment};
use self::marks::{has_chain, has_odd_mark, has_split_word};
use self::parts::Parts;

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
    let is_chain = has_chain(text);
    let has_middle = |rest: &str| {
        is_chain
            && behinds.iter().any(|behind| {
                let middle = rest
                    .strip_suffix(behind)
                    .filter(|middle| !middle.is_empty());
                middle.is_some_and(|middle| texts(text).any(|text| text == middle))
            })
    };
    let mut befores = befores.into_iter();
    befores.any(|before| {
        let rest = word.strip_prefix(before);
        rest.is_some_and(|rest| behinds.contains(rest) || has_middle(rest))
    })
}

/// Words that may be pasted of parts, for who asks it of thousands of files: the tokens of a text are looked at for a word only
/// where its letters may make it.
#[derive(Debug)]
pub struct Pasted {
    words: Vec<String>,
    /// Whether one of the words begins (ends) with the byte.
    begins: [bool; 256],
    ends: [bool; 256],
    /// Finds the first or the last half of one of the words; none where the processor has no such search.
    halves: Option<packed::Searcher>,
    /// Finds a third of one of the words, wherever in it: the longest of three parts has as much.
    thirds: Option<AhoCorasick>,
}

impl Pasted {
    /// To ask for these words.
    #[must_use]
    pub fn new(words: Vec<String>) -> Self {
        let (mut begins, mut ends) = ([false; 256], [false; 256]);
        for word in &words {
            let bytes = word.as_bytes();
            if let (Some(first), Some(last)) = (bytes.first(), bytes.last()) {
                begins[usize::from(*first)] = true;
                ends[usize::from(*last)] = true;
            }
        }
        Self {
            halves: packed::Searcher::new(halves(&words)),
            thirds: AhoCorasick::new(thirds(&words)).ok(),
            words,
            begins,
            ends,
        }
    }

    /// Whether a file, as it is written, may hand one of the words on in parts, or have a macro that makes it: the others need
    /// not be looked at.
    #[must_use]
    pub fn may_be_made(&self, written: &[u8]) -> bool {
        self.may_be_made_of(written, true)
    }

    /// As [`Pasted::may_be_made`], for who has looked for [`Pasted::halves`] on the way: `may_have_half` is false where the file
    /// has none, which then need not be searched again.
    #[must_use]
    pub fn may_be_made_of(&self, written: &[u8], may_have_half: bool) -> bool {
        let may_have_parts = || {
            has_odd_mark(written)
                || memchr::memmem::find(written, b"##").is_some()
                    && (!self.is_hopeless(written, may_have_half) || has_split_word(written))
        };
        !self.words.is_empty() && (may_have_parts() || may_have_half && self.is_handed(written))
    }

    /// The first and the last halves of the words: without one of them nothing is handed on in parts.
    #[must_use]
    pub fn halves(&self) -> BTreeSet<&[u8]> {
        halves(&self.words)
    }

    /// Whether a file, as it is written, may be joined ([`dialect::token::joined`]) for [`Pasted::having_parts`]: that costs
    /// ten times the file's memory, and most files with a `##` have nothing that a word could be made of.
    #[must_use]
    pub fn may_have_parts(&self, written: &[u8]) -> bool {
        let is_plain = || !has_odd_mark(written) && !has_split_word(written);
        !(self.words.is_empty() || self.is_hopeless(written, true) && is_plain())
    }

    /// The words of which the text [`has_parts`].
    pub fn having_parts<'w>(&'w self, text: &'w [u8]) -> impl Iterator<Item = &'w String> {
        let is_chain = has_chain(text);
        let likely = match !is_chain && self.is_hopeless(text, true) {
            true => Vec::new(),
            false => self.likely(text, is_chain),
        };
        let words = self.words.iter().enumerate();
        words
            .filter(move |(at, word)| likely.contains(at) && has_parts(text, word))
            .map(|(_, word)| word)
    }

    /// The words that the text hands to something in parts, one beside the other: `CAT(fl, ag)`. Of more than two parts one
    /// has to be as long as half of the word.
    pub fn handed<'w>(&'w self, text: &'w [u8]) -> impl Iterator<Item = &'w String> {
        let mut found = BTreeSet::new();
        self.each_handed(text, |at| {
            found.insert(at);
            false
        });
        found.into_iter().filter_map(|at| self.words.get(at))
    }

    /// Whether the text hands one of the words to something in parts.
    #[must_use]
    pub fn is_handed(&self, text: &[u8]) -> bool {
        let mut is_any = false;
        self.each_handed(text, |_| {
            is_any = true;
            true
        });
        is_any
    }

    /// Says the number of each word that is handed on in parts, until it is told to stop.
    fn each_handed(&self, text: &[u8], mut stops: impl FnMut(usize) -> bool) {
        let Some(halves) = &self.halves else {
            return;
        };
        for hit in halves.find_iter(text) {
            let before = text.get(..hit.start()).unwrap_or_default();
            let behind = text.get(hit.end()..).unwrap_or_default();
            // The first half begins a part, the last one ends one: most are within other words.
            let is_inside = |byte: Option<&u8>| byte.is_some_and(|byte| is_letter(*byte));
            if is_inside(before.last()) && is_inside(behind.first()) {
                continue;
            }
            let part = around(text, hit.start()..hit.end());
            for (at, word) in self.words.iter().enumerate() {
                if is_handed_with(text, &part, word.as_bytes()) && stops(at) {
                    return;
                }
            }
        }
    }

    /// Whether the text has no `##` beside a telling part, and no part that has half of a word: of two parts that make one up,
    /// one has half of it at least.
    fn is_hopeless(&self, text: &[u8], may_have_half: bool) -> bool {
        let mut pastes = memchr::memmem::find_iter(text, b"##").peekable();
        pastes.peek().is_none()
            || !(pastes.any(|at| self.may_take(text, at))
                || may_have_half && self.may_have_half(text)
                || has_chain(text) && self.may_have_third(text))
    }

    /// Whether a word of the text may be the longest of three parts: `tached_` of `de##tached_##vf`.
    fn may_have_third(&self, text: &[u8]) -> bool {
        let Some(thirds) = &self.thirds else {
            return true;
        };
        // A search hides only what overlaps what it finds, which is in the same word of the text.
        thirds.find_iter(text).any(|hit| {
            let part = text.get(around(text, hit.range())).unwrap_or_default();
            let mut words = self.words.iter().map(String::as_bytes);
            words.any(|word| part.len() < word.len() && memchr::memmem::find(word, part).is_some())
        })
    }

    /// Whether a word of the text may be one of two parts, and no shorter than the other; of more than two in a row, whether
    /// there is a half anywhere.
    ///
    /// `config_init` is in hundreds of files as a part of longer words: these are no parts. Where a search finds one half, it
    /// hides only those that overlap it, and these are in the same word of the text.
    fn may_have_half(&self, text: &[u8]) -> bool {
        let Some(halves) = &self.halves else {
            return true;
        };
        let mut hits = halves.find_iter(text).peekable();
        // What is no letter may be in the word: it is then more than one of the text's.
        let are_plain = || {
            let mut bytes = self.words.iter().flat_map(|word| word.bytes());
            bytes.all(is_letter)
        };
        hits.peek().is_some()
            && (!are_plain()
                || has_chain(text)
                || hits.any(|hit| {
                    let part = around(text, hit.start()..hit.end());
                    self.is_part(text.get(part).unwrap_or_default())
                }))
    }

    /// Whether one of the words begins or ends with the text, and has more.
    fn is_part(&self, text: &[u8]) -> bool {
        let mut words = self.words.iter().map(String::as_bytes);
        words
            .any(|word| text.len() < word.len() && (word.starts_with(text) || word.ends_with(text)))
    }

    /// Whether a telling part of a word is beside the `##` at that place.
    fn may_take(&self, text: &[u8], at: usize) -> bool {
        let before = before_blanks(text.get(..at).unwrap_or_default());
        let behind = behind_blanks(text.get(at + 2..).unwrap_or_default());
        if behind.starts_with(b"//") || may_end_comment(before) {
            return true;
        }
        let last = before.iter().rev().take_while(|byte| is_letter(**byte));
        let first = behind.iter().take_while(|byte| is_letter(**byte));
        let last = &before[before.len() - last.count()..];
        let first = &behind[..first.count()];
        let is_long = |part: &[u8], word: &[u8]| part.len() * LEAST_SHARE >= word.len();
        let mut words = self.words.iter().map(String::as_bytes);
        words.any(|word| {
            is_long(last, word) && word.starts_with(last)
                || is_long(first, word) && word.ends_with(first)
        })
    }

    /// The words of which the text may have the parts, told from its letters alone: a telling part beside a `##`, or two that
    /// make the word up; where more than two are pasted in a row, with a word between them.
    fn likely(&self, text: &[u8], is_chain: bool) -> Vec<usize> {
        let mut parts = vec![Parts::default(); self.words.len()];
        let mut start = 0;
        for part in text.split(|byte| !is_letter(*byte)) {
            let range = start..start + part.len();
            start = range.end + 1;
            let (Some(first), Some(last)) = (part.first(), part.last()) else {
                continue;
            };
            if !self.begins[usize::from(*first)] && !self.ends[usize::from(*last)] {
                continue;
            }
            for (word, parts) in self.words.iter().zip(&mut parts) {
                parts.take(word.as_bytes(), text, range.clone());
            }
        }
        let words = parts.iter().zip(&self.words).enumerate();
        let has_middle =
            |parts: &Parts, word: &str| is_chain && parts.may_be_around(word.as_bytes(), text);
        words
            .filter(|(_, (parts, word))| parts.may_make(word.len()) || has_middle(parts, word))
            .map(|(at, _)| at)
            .collect()
    }
}

/// What a third of each word may be.
fn thirds(words: &[String]) -> BTreeSet<&[u8]> {
    let words = words.iter().map(String::as_bytes);
    let thirds = words.flat_map(|word| word.windows(word.len().div_ceil(3).max(1)));
    thirds.collect()
}

/// The first and the last half of each word.
fn halves(words: &[String]) -> BTreeSet<&[u8]> {
    let halves = words.iter().map(String::as_bytes).flat_map(|word| {
        let half = word.len().div_ceil(2);
        [word.get(..half), word.get(word.len() - half..)]
    });
    halves.flatten().collect()
}

/// The letters at that place, and those that go on before and behind them.
fn around(text: &[u8], place: Range<usize>) -> Range<usize> {
    let before = text.get(..place.start).unwrap_or_default();
    let behind = text.get(place.end..).unwrap_or_default();
    let before = before.iter().rev().take_while(|byte| is_letter(**byte));
    let behind = behind.iter().take_while(|byte| is_letter(**byte));
    place.start - before.count()..place.end + behind.count()
}

/// Whether the part at that place, and those that commas divide from it, make up the word.
fn is_handed_with(text: &[u8], part: &Range<usize>, word: &[u8]) -> bool {
    let own = text.get(part.clone()).unwrap_or_default();
    if own.len() >= word.len() {
        return false;
    }
    let follows = || {
        let (mut rest, mut behind) = (word.strip_prefix(own), text.get(part.end..));
        while let (Some(left), Some(code)) = (rest.filter(|rest| !rest.is_empty()), behind) {
            let code = behind_blanks(code).strip_prefix(b",");
            let Some(code) = code.map(behind_blanks) else {
                return false;
            };
            let count = code.iter().take_while(|byte| is_letter(**byte)).count();
            let (next, code) = code.split_at(count);
            rest = left.strip_prefix(next).filter(|_| count > 0);
            behind = Some(code);
        }
        rest.is_some()
    };
    let leads = || {
        let (mut rest, mut before) = (word.strip_suffix(own), text.get(..part.start));
        while let (Some(left), Some(code)) = (rest.filter(|rest| !rest.is_empty()), before) {
            let code = before_blanks(code).strip_suffix(b",");
            let Some(code) = code.map(before_blanks) else {
                return false;
            };
            let letters = code.iter().rev().take_while(|byte| is_letter(**byte));
            let (code, last) = code.split_at(code.len() - letters.count());
            rest = left.strip_suffix(last).filter(|_| !last.is_empty());
            before = Some(code);
        }
        rest.is_some()
    };
    follows() || leads()
}

#[cfg(test)]
mod tests;
