//! A form of a pattern: what it is once each of its alternatives is chosen.

use std::collections::BTreeMap;
use std::ops::Range;

use super::constraint::{Asked, Constraint};
use super::{Bindings, Doubt, Matches, find, isomorphisms, metavar, shape, typed};
use crate::File;
use crate::types::DefinitionSource;

/// Names that thousands of a kernel's files have: they tell little of a pattern, however long they are.
const COMMON: &[&str] = &[
    "ARRAY_SIZE",
    "BUG_ON",
    "ERR_PTR",
    "GFP_KERNEL",
    "IS_ERR",
    "NULL",
    "PTR_ERR",
    "READ_ONCE",
    "THIS_MODULE",
    "WARN_ON",
    "WRITE_ONCE",
    "container_of",
    "dev_err",
    "device_node",
    "kfree",
    "kzalloc",
    "likely",
    "memcpy",
    "memset",
    "mutex_lock",
    "mutex_unlock",
    "offsetof",
    "platform_device",
    "pr_err",
    "printk",
    "spin_lock",
    "spin_lock_irqsave",
    "spin_unlock",
    "spin_unlock_irqrestore",
    "unlikely",
];

/// One form of a pattern.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) text: String,
    pub(super) words: Vec<String>,
    /// The words and the keywords.
    pub(super) anchors: Vec<String>,
    /// Operators that any match must contain.
    pub(super) marks: Vec<Box<[u8]>>,
    pub(super) metavariables: Vec<metavar::Metavariable>,
    pub(super) readings: Vec<shape::Reading>,
    pub(super) switches: isomorphisms::Switches,
}

impl Form {
    /// The typed metavariables: see [`super::Pattern::typed`].
    pub(super) fn typed(&self) -> BTreeMap<String, String> {
        let metavariables = self.metavariables.iter().enumerate();
        metavariables
            .filter_map(|(number, meta)| Some((meta.key(number)?, meta.type_text.clone()?)))
            .collect()
    }

    /// Whether types have to be known to tell what matches.
    pub(super) fn is_typed(&self) -> bool {
        self.metavariables
            .iter()
            .any(|meta| meta.type_text.is_some())
    }

    pub(super) fn asked<'a>(
        &'a self,
        file: &'a File,
        definitions: &'a dyn DefinitionSource,
    ) -> Asked<'a> {
        Asked {
            metavariables: &self.metavariables,
            file,
            definitions,
        }
    }

    /// The names of which any match has one, for each metavariable that is from a set.
    pub(super) fn sets(&self) -> impl Iterator<Item = Vec<&str>> {
        let sets = self
            .metavariables
            .iter()
            .filter_map(|meta| match &meta.constraint {
                Some(Constraint::OneOf(any)) => Some(any),
                _ => None,
            });
        sets.filter_map(|any| any.iter().map(|name| as_word(name)).collect())
    }

    /// See [`super::Pattern::telling_words`].
    pub(super) fn telling_words(&self) -> Vec<String> {
        let rarity = |word: &&String| (!COMMON.contains(&word.as_str()), word.len());
        match self.words.iter().max_by_key(rarity) {
            Some(longest) => vec![longest.clone()],
            None => {
                let set = self.sets().next().unwrap_or_default();
                set.into_iter().map(str::to_owned).collect()
            }
        }
    }

    pub(super) fn find(
        &self,
        file: &File,
        range: Range<usize>,
        definitions: &dyn DefinitionSource,
    ) -> Matches {
        let candidates = find::Search::new(self, file, range, definitions).run();
        typed::sorted(self, file, candidates, definitions)
    }

    pub(super) fn matches(
        &self,
        file: &File,
        range: &Range<usize>,
        definitions: &dyn DefinitionSource,
    ) -> Result<Option<Bindings>, Doubt> {
        let found = find::exactly(self, file, range, definitions)?;
        typed::checked(self, file, found, definitions)
    }

    /// Whether it is one statement or several in a row.
    pub(super) fn is_statements(&self) -> bool {
        let mut readings = self.readings.iter();
        readings.all(|reading| reading.fragment == super::Fragment::Statement)
    }
}

/// The name or the number that the tokens end with, for a word search; none where they have neither.
fn as_word(tokens: &[Box<[u8]>]) -> Option<&str> {
    let last = std::str::from_utf8(tokens.last()?).ok()?;
    let is_word = last
        .bytes()
        .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    (is_word && last.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())).then_some(last)
}
