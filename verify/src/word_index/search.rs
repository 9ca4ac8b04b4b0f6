//! A search for several words in the bytes of a file, and for what it does with the records among them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind, packed};
use dialect::token::{joined, split_words};

use super::initialised::may_initialise as may_initialise_at;
use super::whole::may_be_whole;

/// A search for several words at once.
pub(super) enum Searcher {
    /// Sixteen places at a time, where the processor and the number of words allow it.
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
}

pub(super) fn searcher(words: &[String]) -> Option<Searcher> {
    if words.is_empty() {
        return None;
    }
    // A whole identifier is the longest word that begins where it does: no other match hides it.
    if let Some(searcher) = trees::packed_search(words.iter().map(String::as_bytes)) {
        return Some(Searcher::Packed(searcher));
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words);
    automaton.ok().map(Searcher::Automaton)
}

impl Searcher {
    /// Each match: the number of the word, and where it is.
    fn each(&self, bytes: &[u8], mut found: impl FnMut(usize, Range<usize>)) {
        match self {
            Self::Packed(searcher) => searcher
                .find_iter(bytes)
                .for_each(|hit| found(hit.pattern().as_usize(), hit.start()..hit.end())),
            Self::Automaton(automaton) => automaton
                .find_iter(bytes)
                .for_each(|hit| found(hit.pattern().as_usize(), hit.start()..hit.end())),
        }
    }
}

/// The words (by index) that the bytes have as whole identifiers, and those records among them of which they may
/// initialise an object, or use one as a whole.
pub(super) fn words_in(
    searcher: &Searcher,
    names: &[String],
    bytes: &[u8],
    is_tag: &[bool],
) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let joined = if split_words(bytes).next().is_some() {
        joined(bytes)
    } else {
        Cow::Borrowed(bytes)
    };
    let bytes = &*joined;
    let is_part = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    let mut words = BTreeSet::new();
    let mut records = BTreeSet::new();
    searcher.each(bytes, |word, range| {
        if is_part(range.start.checked_sub(1)) || is_part(Some(range.end)) {
            return;
        }
        words.insert(word);
        if is_tag.get(word) == Some(&true)
            && !records.contains(&word)
            && may_initialise_at(bytes, range)
        {
            records.insert(word);
        }
    });
    for &word in &words {
        let is_asked = is_tag.get(word) == Some(&true) && !records.contains(&word);
        let name = names.get(word).map(String::as_bytes);
        if is_asked && name.is_some_and(|name| may_be_whole(bytes, name)) {
            records.insert(word);
        }
    }
    (words, records)
}
