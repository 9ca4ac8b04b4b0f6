//! One walk over a tree for every expected word that is not known yet.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use dialect::TreePath;
use dialect::token::joined;
use query::expansion::Pasted;
use rayon::prelude::*;
use trees::{ParsedTree, Print, Prints, Scan, TreeError};

use super::noted::Noted;
use super::search::{Searcher, searcher, words_in};
use super::{FRAGMENTS, Known, WordIndex, is_document};

/// What is asked of each file.
struct Questions {
    words: Vec<String>,
    searcher: Searcher,
    /// Whether the word of that number is that of a record whose initialisers are asked for.
    is_tag: Vec<bool>,
    pasted: Pasted,
    /// Take a print of each file, too.
    prints: bool,
}

/// What the files answer.
#[derive(Default)]
struct Answers {
    found: Vec<(usize, TreePath)>,
    initialised: Vec<(usize, TreePath)>,
    pasting: Vec<(String, TreePath)>,
    prints: Vec<(TreePath, Print)>,
}

impl WordIndex {
    /// Walks now for all that is expected, for who knows that it will be asked for. Where the tree cannot be walked, who asks
    /// is told.
    pub(crate) fn ask_ahead(&self, tree: &ParsedTree) {
        drop(match &self.base {
            Some(base) => base.index.walk(&base.tree),
            None => self.walk(tree),
        });
    }

    /// Answers every expected word that is not known yet.
    ///
    /// # Errors
    /// The tree cannot be walked.
    pub(super) fn walk(&self, tree: &ParsedTree) -> Result<(), TreeError> {
        // Who comes while another thread walks waits for its answers. A thread of the pool must not: while it waits for the
        // files that it gave away, it takes up other work, and that could come here again.
        let is_free = rayon::current_thread_index().is_none();
        let lock = || self.walking.lock().unwrap_or_else(PoisonError::into_inner);
        let _walking = is_free.then(lock);
        let (questions, scan, prints) = {
            let known = self.lock();
            let remembers = !tree.tree().wants_every_scan();
            let Some((questions, scan)) = known.questions(&self.scan, remembers) else {
                return Ok(());
            };
            let needs_all =
                scan.includes || !scan.pasted.is_empty() || known.asks_everywhere(&questions.words);
            let prints = known.prints.clone().filter(|_| !needs_all);
            (questions, scan, prints)
        };
        let answers = Mutex::default();
        let look = |path: &TreePath, bytes: &[u8]| questions.ask(path, bytes, &answers);
        let mut unreadable = BTreeMap::new();
        let (mut includes, mut links) = (None, Vec::new());
        match prints {
            Some(prints) => {
                let candidates = prints.with_any(&questions.words);
                let read =
                    candidates
                        .into_par_iter()
                        .filter_map(|path| match tree.tree().read(path) {
                            Ok(bytes) => {
                                look(path, &bytes?);
                                None
                            }
                            Err(error) => Some((path.clone(), error.to_string())),
                        });
                unreadable.extend(read.collect::<Vec<_>>());
            }
            None => {
                let report = tree.tree().look(&scan, &look)?;
                unreadable.extend(report.unreadable);
                links = report.links;
                includes = report.includes;
            }
        }
        let answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut known = self.lock();
        known.walks += 1;
        known.unreadable.extend(unreadable);
        known.links.extend(links);
        if let Some(includes) = includes {
            known.named = Some(Noted::new(includes));
        }
        known.take(&questions, answers);
        let is_of_all = self.scan == Scan::default();
        if let Some(prints) = known.prints.as_ref().filter(|_| is_of_all) {
            tree.remember_prints(prints);
        }
        Ok(())
    }
}

impl Known {
    /// What a walk is to ask, and of which files; none where everything is known. `remembers`: a second one may take prints.
    fn questions(&self, over: &Scan, remembers: bool) -> Option<(Questions, Scan)> {
        let is_new = |word: &&String| !self.files.contains_key(*word);
        let words: Vec<String> = self.expected.iter().filter(is_new).cloned().collect();
        let searcher = searcher(&words)?;
        let everywhere = match self.asks_everywhere(&words) {
            true => sites::wide::ENDINGS,
            false => &[],
        };
        let is_pasted = |word: &&String| self.pasted.contains_key(*word);
        let pasted: Vec<String> = words.iter().filter(is_pasted).cloned().collect();
        let prints = remembers && self.walks > 0 && self.prints.is_none() && everywhere.is_empty();
        let scan = Scan {
            // Of every file a print is taken.
            words: if prints { Vec::new() } else { words.clone() },
            extensions: ["c", "h"]
                .iter()
                .chain(FRAGMENTS)
                .chain(everywhere)
                .map(ToString::to_string)
                .collect(),
            includes: !self.tags.is_empty() && self.named.is_none(),
            pasted: pasted.clone(),
            ..over.clone()
        };
        let questions = Questions {
            is_tag: words.iter().map(|word| self.tags.contains(word)).collect(),
            words,
            searcher,
            pasted: Pasted::new(pasted),
            prints,
        };
        Some((questions, scan))
    }

    fn asks_everywhere(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.everywhere.contains(word))
    }

    fn take(&mut self, questions: &Questions, answers: Answers) {
        let words = &questions.words;
        for word in words {
            self.files.entry(word.clone()).or_default();
        }
        let found = answers.found.into_iter();
        for (word, path) in found.filter_map(|(at, path)| Some((words.get(at)?, path))) {
            if path.is_c() {
                self.files.entry(word.clone()).or_default().insert(path);
            } else if !is_document(&path) || self.everywhere.contains(word) {
                let files = self.fragments.entry(word.clone()).or_default();
                files.insert(path);
            }
        }
        let pasting = answers.pasting.into_iter();
        for (word, path) in pasting.filter(|(_, path)| path.is_c()) {
            self.pasted.entry(word).or_default().insert(path);
        }
        let initialised = answers.initialised.into_iter();
        for (word, path) in initialised.filter(|(_, path)| path.is_c()) {
            if let Some(word) = words.get(word) {
                let files = self.initialised.entry(word.clone()).or_default();
                files.insert(path);
            }
        }
        if questions.prints {
            self.prints = Some(Arc::new(Prints::new(answers.prints)));
        }
    }
}

impl Questions {
    fn ask(&self, path: &TreePath, bytes: &[u8], answers: &Mutex<Answers>) {
        let (found, records) = words_in(&self.searcher, &self.words, bytes, &self.is_tag);
        // As the compiler reads it: `%:%:` and a `##` over a splice paste as well.
        let may_paste = self.pasted.may_have_parts(bytes);
        let text = match may_paste || self.prints {
            true => joined(bytes),
            false => Cow::Borrowed(bytes),
        };
        let made = may_paste.then(|| self.pasted.having_parts(&text));
        let pasting = made.into_iter().flatten().chain(self.pasted.handed(&text));
        let pasting: Vec<String> = pasting.cloned().collect();
        let print = self.prints.then(|| Print::of_joined(&text));
        if found.is_empty() && records.is_empty() && pasting.is_empty() && print.is_none() {
            return;
        }
        let at = |word: usize| (word, path.clone());
        let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.found.extend(found.into_iter().map(at));
        answers.initialised.extend(records.into_iter().map(at));
        let pasting = pasting.into_iter().map(|word| (word, path.clone()));
        answers.pasting.extend(pasting);
        answers
            .prints
            .extend(print.map(|print| (path.clone(), print)));
    }
}
