//! The parts of one word that a text has, told from its letters.

use std::ops::Range;

use super::LEAST_SHARE;
use super::beside::{is_beside_paste, is_letter};

/// Which parts of a word a text has: those of one length that it begins with are one part.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// A bit for each length.
    befores: u128,
    behinds: u128,
    /// A telling one is beside a `##`.
    is_pasted: bool,
}

impl Parts {
    pub(super) fn take(&mut self, word: &[u8], text: &[u8], part: Range<usize>) {
        let length = part.len();
        if length >= word.len() {
            return;
        }
        let letters = text.get(part.clone()).unwrap_or_default();
        // One letter tells most of them apart.
        let begins = word.first() == letters.first() && word.starts_with(letters);
        let ends = word.last() == letters.last() && word.ends_with(letters);
        if !begins && !ends {
            return;
        }
        let bit = 1_u128
            .checked_shl(u32::try_from(length).unwrap_or(u32::MAX))
            .unwrap_or_default();
        self.befores |= if begins { bit } else { 0 };
        self.behinds |= if ends { bit } else { 0 };
        self.is_pasted |= length * LEAST_SHARE >= word.len() && is_beside_paste(text, &part);
    }

    /// Whether they may make a word of that length.
    pub(super) fn may_make(&self, length: usize) -> bool {
        self.is_pasted
            || length >= 128
            || (1..length).any(|at| has(self.befores, at) && has(self.behinds, length - at))
    }

    /// Whether two of them leave a middle of the word that the text has.
    pub(super) fn may_be_around(&self, word: &[u8], text: &[u8]) -> bool {
        let lengths = |parts: u128| (1..word.len().min(128)).filter(move |at| has(parts, *at));
        let mut middles = lengths(self.befores).flat_map(|before| {
            let ends = lengths(self.behinds).map(move |behind| word.len().checked_sub(behind));
            ends.filter_map(move |end| word.get(before..end?))
        });
        middles.any(|middle| {
            let mut places = memchr::memmem::find_iter(text, middle);
            let is_part = |at: Option<usize>| at.and_then(|at| text.get(at)).copied();
            !middle.is_empty()
                && places.any(|at| {
                    let beside = [at.checked_sub(1), Some(at + middle.len())];
                    !beside.into_iter().filter_map(is_part).any(is_letter)
                })
        })
    }
}

fn has(lengths: u128, length: usize) -> bool {
    lengths >> length & 1 == 1
}
