//! One tree and one series, to judge many variants of: each by its own text, but what they have in common is read once.
//!
//! A judgement on a kernel tree reads sixty thousand files for its whole-tree questions, and parses the headers that
//! its types are in. A variant differs in a handful of files, so that everything else is known from the series as it
//! is. Nothing of a verdict is carried over: the files that differ are read, parsed and judged afresh.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use dialect::TreePath;
use schema::model::Spec;
use trees::mail::Series;
use trees::{ParsedTree, Tree};

use crate::comparison::Comparison;
use crate::finding::{Finding, Report};
use crate::frame::bisect::headers_near;
use crate::includes::KnownIncludes;
use crate::judge;
use crate::stated;
use crate::word_index::WordIndex;

/// See the module's page.
#[derive(Debug)]
pub struct Ground {
    before: Arc<ParsedTree>,
    after: Arc<ParsedTree>,
    /// The files in which the two differ.
    touched: BTreeSet<TreePath>,
    words: Arc<WordIndex>,
    /// By the files that a variant touches: where the headers are that those may see.
    headers: Mutex<BTreeMap<BTreeSet<TreePath>, Arc<WordIndex>>>,
}

impl Ground {
    /// The ground of variants of `after`, a tree that differs from `before` in no file but `touched`. Where there is no
    /// tree without the series, both are the same.
    #[must_use]
    pub fn new(
        before: Arc<ParsedTree>,
        after: Arc<ParsedTree>,
        touched: BTreeSet<TreePath>,
    ) -> Self {
        Self {
            before,
            after,
            touched,
            words: Arc::default(),
            headers: Mutex::default(),
        }
    }

    /// The ground of one tree, for all that is asked of it as it is and of series that are applied to it.
    #[must_use]
    pub fn of_tree(tree: Arc<ParsedTree>) -> Self {
        Self::new(Arc::clone(&tree), tree, BTreeSet::new())
    }

    /// Says which specs will be judged, so that the first walk over the tree answers for all of them.
    pub fn expect<'s>(&self, specs: impl IntoIterator<Item = &'s Spec>) {
        for spec in specs {
            judge::expect_words_of(spec, &self.words);
            if let Some(stated) = judge::superseding(spec) {
                judge::expect_words_of(&stated, &self.words);
            }
        }
    }

    /// As [`crate::judge_landed`], of the tree as it is.
    #[must_use]
    pub fn judge_as_it_is(&self, spec: &Spec) -> Report {
        self.judge_landed(spec, Arc::clone(self.after.tree()), BTreeSet::new())
    }

    /// As [`crate::judge_superseded`], of the tree as it is.
    #[must_use]
    pub fn judge_superseded(&self, spec: &Spec) -> Option<Report> {
        judge::superseding(spec).map(|stated| self.judge_as_it_is(&stated))
    }

    /// As [`crate::judge_series`] on the tree without the series.
    #[must_use]
    pub fn judge_series(&self, spec: &Spec, series: &Series) -> Report {
        judge::judge_series_on(spec, self, series)
    }

    /// As [`crate::judge_landed`], of a tree that differs from the one with the series in no file but `changed`.
    #[must_use]
    pub fn judge_landed(
        &self,
        spec: &Spec,
        tree: Arc<dyn Tree>,
        changed: BTreeSet<TreePath>,
    ) -> Report {
        judge::landed(&Comparison {
            before: None,
            touched: BTreeSet::new(),
            header_index: WordIndex::default(),
            ..self.variant(spec, tree, changed)
        })
    }

    /// The ground that a comparison has made: what was read and found for it is known.
    pub(crate) fn of_comparison(comparison: &Comparison<'_>, before: &Arc<ParsedTree>) -> Self {
        Self {
            words: Arc::clone(&comparison.word_index),
            ..Self::new(
                Arc::clone(before),
                Arc::clone(&comparison.after),
                comparison.touched.clone(),
            )
        }
    }

    /// What the stated invariants of a spec come to in the tree without the series.
    pub(crate) fn judge_stated(&self, spec: &Spec) -> Vec<Finding> {
        let before = Arc::clone(self.before.tree());
        let comparison = self.variant(spec, before, self.touched.clone());
        judge::expect_words_of(spec, &comparison.word_index);
        stated::check(&comparison)
    }

    pub(crate) fn before(&self) -> &ParsedTree {
        &self.before
    }

    /// The comparison of the tree without the series and one that has other patches; `touched` are the files that
    /// those touch.
    pub(crate) fn comparison<'s>(
        &self,
        spec: &'s Spec,
        tree: &Arc<dyn Tree>,
        touched: BTreeSet<TreePath>,
    ) -> Comparison<'s> {
        let differs = |path: &&TreePath| {
            let read = |tree: &Arc<dyn Tree>| tree.read(path).ok().flatten();
            read(tree) != read(self.after.tree())
        };
        let all = self.touched.union(&touched);
        let changed: BTreeSet<TreePath> = all.filter(differs).cloned().collect();
        let headers = {
            let mut known = self.headers.lock().unwrap_or_else(PoisonError::into_inner);
            let index = known.entry(touched.clone());
            let index = index.or_insert_with(|| Arc::new(WordIndex::over(headers_near(&touched))));
            Arc::clone(index)
        };
        let header_index = WordIndex::variant(headers, Arc::clone(&self.after), changed.clone());
        Comparison {
            before: Some(Arc::clone(&self.before)),
            touched,
            header_index,
            ..self.variant(spec, Arc::clone(tree), changed)
        }
    }

    fn variant<'s>(
        &self,
        spec: &'s Spec,
        tree: Arc<dyn Tree>,
        changed: BTreeSet<TreePath>,
    ) -> Comparison<'s> {
        Comparison {
            spec,
            before: None,
            after: Arc::new(ParsedTree::variant(
                Arc::clone(&self.after),
                tree,
                changed.clone(),
            )),
            touched: BTreeSet::new(),
            word_index: Arc::new(WordIndex::variant(
                Arc::clone(&self.words),
                Arc::clone(&self.after),
                changed,
            )),
            header_index: WordIndex::default(),
            known_includes: KnownIncludes::default(),
        }
    }
}
