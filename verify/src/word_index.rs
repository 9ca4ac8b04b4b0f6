//! Which files of the tree have which words: as few walks over the tree as can be.
//!
//! Every question that is put to the whole tree says beforehand which words it is about
//! ([`WordIndex::expect`]); the first one that is asked walks the tree once for all of them. A walk
//! remembers paths, not bytes: a common word would fill the memory.

mod by_macro;
mod everywhere;
mod initialised;
mod noted;
mod search;
mod variant;
mod walk;
mod whole;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use dialect::TreePath;
use query::File;
use rayon::prelude::*;
use trees::{ParsedTree, Prints, Scan, TreeError};

use crate::includes::includes_of;

use self::initialised::may_initialise as may_initialise_at;
use self::noted::Noted;
pub(crate) use self::noted::TypeName;
use self::search::{searcher, words_in};
use self::variant::Asked;
use self::variant::Base;
pub(crate) use self::whole::may_be_whole;

/// Endings of files that C files include beside headers.
const FRAGMENTS: &[&str] = &[
    "inc", "def", "defs", "txt", "tbl", "table", "list", "lst", "tmpl", "template", "inl", "in",
    "dat", "data", "x", "xmacro", "incl", "i", "hh", "hpp", "cc", "cpp", "cxx", "impl", "body",
    "part", "gen", "tab", "cinc", "hinc", "pro", "frag", "fragment", "tpp", "ipp", "tcc", "snip",
    "snippet", "stub", "decl", "code",
];

/// How many files are opened instead of walking over the tree again.
const MOST_CANDIDATES: usize = 1000;

/// What is known of the words.
#[derive(Debug, Default)]
pub(crate) struct WordIndex {
    known: Mutex<Known>,
    /// Which files a walk visits: all, unless said.
    scan: Scan,
    /// The index of another tree, which this one differs from in a few files.
    base: Option<Base>,
    /// Held by who walks over the tree.
    walking: Mutex<()>,
}

#[derive(Debug, Default)]
struct Known {
    expected: BTreeSet<String>,
    files: BTreeMap<String, BTreeSet<TreePath>>,
    /// Record tags and typedefs of whose initialisers it will be asked.
    tags: BTreeSet<String>,
    /// Files that may have an initialiser of such a record, or use its name for a member or another type.
    initialised: BTreeMap<String, BTreeSet<TreePath>>,
    /// Which records each file names, once a walk has noted it.
    named: Option<Noted>,
    /// What [`WordIndex::files_initialising_type`] has found, by the type's name and its home.
    initialising: BTreeMap<(String, TreePath), Vec<TreePath>>,
    /// Words that macros may paste, and the files that may do it.
    pasted: BTreeMap<String, BTreeSet<TreePath>>,
    /// Files of other endings that a C file might include.
    fragments: BTreeMap<String, BTreeSet<TreePath>>,
    unreadable: BTreeMap<TreePath, String>,
    /// Symbolic links, and what they lead to.
    links: BTreeSet<(TreePath, TreePath)>,
    /// Words that files in other languages will be asked for, too.
    everywhere: BTreeSet<String>,
    /// How often the tree was walked over.
    walks: usize,
    /// What words each file may have, once a second walk was needed.
    prints: Option<Arc<Prints>>,
}

impl WordIndex {
    /// An index of the files of `scan` alone.
    pub(crate) fn over(scan: Scan) -> Self {
        Self {
            scan,
            ..Self::default()
        }
    }

    /// Words that will be asked for.
    pub(crate) fn expect(&self, words: impl IntoIterator<Item = String>) {
        if let Some(base) = &self.base {
            return base.index.expect(words);
        }
        self.lock().expected.extend(words);
    }

    /// Words that will be asked for, pasted ones among them ([`WordIndex::files_pasting`]).
    pub(crate) fn expect_pasted(&self, words: impl IntoIterator<Item = String>) {
        if let Some(base) = &self.base {
            return base.index.expect_pasted(words);
        }
        let mut known = self.lock();
        for word in words {
            if let Entry::Vacant(vacant) = known.pasted.entry(word.clone()) {
                vacant.insert(BTreeSet::new());
                known.files.remove(&word);
            }
            known.expected.insert(word);
        }
    }

    /// The C files with `##` that may make the word of its parts, sorted.
    ///
    /// # Errors
    /// The tree cannot be walked.
    pub(crate) fn files_pasting(
        &self,
        tree: &ParsedTree,
        word: &str,
    ) -> Result<Vec<TreePath>, TreeError> {
        if let Some(base) = &self.base {
            let found = base.index.files_pasting(&base.tree, word)?;
            return Ok(base.with_own(found, &self.scan, tree, word, Asked::Pasted));
        }
        self.expect_pasted([word.to_owned()]);
        self.files_with(tree, word)?;
        let known = self.lock();
        let found = known.pasted.get(word).into_iter().flatten();
        Ok(found.cloned().collect())
    }

    /// Tags or typedefs of records that will be asked about.
    pub(crate) fn expect_records(&self, tags: impl IntoIterator<Item = String>) {
        if let Some(base) = &self.base {
            return base.index.expect_records(tags);
        }
        let mut known = self.lock();
        for tag in tags {
            // That it is a word of the tree does not say what is initialised.
            if known.tags.insert(tag.clone()) {
                known.files.remove(&tag);
            }
            known.expected.insert(tag);
        }
    }

    /// The C files that may initialise an object of the record called `tag`, or use one as a whole, sorted.
    ///
    /// # Errors
    /// The tree cannot be walked.
    pub(crate) fn files_initialising(
        &self,
        tree: &ParsedTree,
        tag: &str,
    ) -> Result<Vec<TreePath>, TreeError> {
        if let Some(base) = &self.base {
            let found = base.index.files_initialising(&base.tree, tag)?;
            return Ok(base.with_own(found, &self.scan, tree, tag, Asked::Initialised));
        }
        self.expect_records([tag.to_owned()]);
        self.files_with(tree, tag)?;
        let known = self.lock();
        Ok(known
            .initialised
            .get(tag)
            .into_iter()
            .flatten()
            .cloned()
            .collect())
    }

    /// As [`WordIndex::files_initialising`], of a type that `home` defines: where a walk has noted what the files name,
    /// those that may know the type are opened instead of a walk over all.
    ///
    /// # Errors
    /// The tree cannot be walked.
    pub(crate) fn files_initialising_type(
        &self,
        tree: &ParsedTree,
        name: &TypeName,
        home: &TreePath,
    ) -> Result<Vec<TreePath>, TreeError> {
        if let Some(base) = &self.base {
            let found = base.index.files_initialising_type(&base.tree, name, home)?;
            let asked = Asked::Initialised;
            return Ok(base.with_own(found, &self.scan, tree, name.spelled(), asked));
        }
        let spelled = name.spelled();
        let question = (name.asked(), home.clone());
        if let Some(found) = self.lock().initialising.get(&question) {
            return Ok(found.clone());
        }
        let candidates: Option<Vec<TreePath>> = {
            let known = self.lock();
            let noted = known.named.as_ref();
            noted.and_then(|noted| noted.seeing(home))
        };
        // Each is opened from the top: a walk is over sooner.
        let candidates = candidates.filter(|candidates| candidates.len() <= MOST_CANDIDATES);
        let words = [spelled.to_owned()];
        let (Some(candidates), Some(searcher)) = (candidates, searcher(&words)) else {
            let found = self.files_initialising(tree, spelled)?;
            self.lock().initialising.insert(question, found.clone());
            return Ok(found);
        };
        let may_initialise = |path: &TreePath| {
            // What cannot be read is among the unreadable of the walk.
            let bytes = tree.tree().read(path).ok().flatten();
            bytes.is_some_and(|bytes| !words_in(&searcher, &words, &bytes, &[true]).1.is_empty())
        };
        let candidates = candidates.into_par_iter();
        let found = candidates.filter(|path| path.is_c() && may_initialise(path));
        let found: Vec<TreePath> = found.collect();
        self.lock().initialising.insert(question, found.clone());
        Ok(found)
    }

    /// The C files that have the word as an identifier anywhere, sorted.
    ///
    /// # Errors
    /// The tree cannot be walked.
    pub(crate) fn files_with(
        &self,
        tree: &ParsedTree,
        word: &str,
    ) -> Result<Vec<TreePath>, TreeError> {
        if let Some(base) = &self.base {
            let found = base.index.files_with(&base.tree, word)?;
            return Ok(base.with_own(found, &self.scan, tree, word, Asked::Named));
        }
        if let Some(files) = self.lock().files.get(word) {
            return Ok(files.iter().cloned().collect());
        }
        self.expect([word.to_owned()]);
        self.walk(tree)?;
        let known = self.lock();
        Ok(known
            .files
            .get(word)
            .map(|files| files.iter().cloned().collect())
            .unwrap_or_default())
    }

    /// As [`WordIndex::files_with`] of the files that `part` is over, where a walk over all of them has answered already:
    /// another one need not be made.
    pub(crate) fn known_within(
        &self,
        part: &Self,
        tree: &ParsedTree,
        word: &str,
    ) -> Option<Vec<TreePath>> {
        let mut found = match &self.base {
            Some(base) => {
                let found = base.index.known_within(part, &base.tree, word)?;
                base.with_own(found, &part.scan, tree, word, Asked::Named)
            }
            None => self.lock().files.get(word)?.iter().cloned().collect(),
        };
        found.retain(|path| variant::is_under(&part.scan, path));
        Some(found)
    }

    /// The files that have the word, have no C file's name, and are included by a C file.
    ///
    /// # Errors
    /// The tree cannot be walked.
    pub(crate) fn included_with(
        &self,
        tree: &ParsedTree,
        word: &str,
    ) -> Result<Vec<TreePath>, TreeError> {
        let mut fragments = self.fragments(tree, word)?;
        fragments.retain(|path| !is_document(path));
        let stem = |path: &TreePath| {
            path.file_name()
                .split('.')
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        self.expect(fragments.iter().map(stem));
        let mut found = Vec::new();
        for path in fragments {
            // One that such a file includes is included by who includes that.
            let mut seen = BTreeSet::from([path.clone()]);
            let mut pending = vec![path.clone()];
            while let Some(one) = pending.pop() {
                let name = one.file_name();
                let is_it = |header: &str| {
                    let (_, last) = header.rsplit_once('/').unwrap_or(("", header));
                    last == name
                };
                let includes = |file: Arc<File>| {
                    let mut includes = file.includes().iter();
                    includes.any(|include| is_it(&include.header)) || names_file(&file, is_it)
                };
                let mut including = self.files_with(tree, &stem(&one))?.into_iter();
                if including.any(|c| tree.file(&c).ok().flatten().is_some_and(includes)) {
                    found.push(path);
                    break;
                }
                for outer in self.fragments(tree, &stem(&one))? {
                    let bytes = tree.tree().read(&outer).ok().flatten();
                    let headers = bytes.map(|bytes| includes_of(&bytes)).unwrap_or_default();
                    let is_outer = headers.iter().any(|header| is_it(header));
                    if is_outer && !is_document(&outer) && seen.insert(outer.clone()) {
                        self.expect([stem(&outer)]);
                        pending.push(outer);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The files of other endings than C's that have the word.
    fn fragments(&self, tree: &ParsedTree, word: &str) -> Result<BTreeSet<TreePath>, TreeError> {
        if let Some(base) = &self.base {
            let mut found = base.index.fragments(&base.tree, word)?;
            found.retain(|path| !base.changed.contains(path));
            return Ok(found);
        }
        self.files_with(tree, word)?;
        Ok(self.lock().fragments.get(word).cloned().unwrap_or_default())
    }

    /// Files that no walk could read: whoever says "nowhere else" must name them. Many with the same reason are one.
    pub(crate) fn unreadable(&self) -> Vec<(TreePath, String)> {
        trees::told_together(self.each_unreadable())
    }

    /// The folders and files, and all that symbolic links in them or on the way to them lead to, in turn. Of what a walk came
    /// by.
    pub(crate) fn with_linked(&self, places: &[TreePath]) -> BTreeSet<TreePath> {
        if let Some(base) = &self.base {
            return base.index.with_linked(places);
        }
        let known = self.lock();
        let mut found: BTreeSet<TreePath> = places.iter().cloned().collect();
        let mut pending = places.to_vec();
        // What a link leads to has no link in its name, so that this ends as the lookup of a path does.
        while let Some(place) = pending.pop() {
            for (link, target) in &known.links {
                let is_inside = below(link, &place).is_some();
                let beyond = below(&place, link).map(|rest| format!("{target}{rest}"));
                let beyond = beyond.and_then(|path| TreePath::new(&path).ok());
                let led = beyond.or_else(|| is_inside.then(|| target.clone()));
                pending.extend(led.filter(|led| found.insert(led.clone())));
            }
        }
        found
    }

    fn each_unreadable(&self) -> Vec<(TreePath, String)> {
        if let Some(base) = &self.base {
            let mut unreadable = base.index.each_unreadable();
            unreadable.retain(|(path, _)| !base.changed.contains(path));
            return unreadable;
        }
        let known = self.lock();
        known
            .unreadable
            .iter()
            .map(|(path, reason)| (path.clone(), reason.clone()))
            .collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an object of the type called `name` may be initialised in the bytes, or another type made of it.
pub(crate) fn may_initialise(bytes: &[u8], name: &str) -> bool {
    let mut places = query::types::words(bytes, name.as_bytes());
    places.any(|at| may_initialise_at(bytes, at..at + name.len()))
}

/// What is behind the folder in the path, with its `/`; empty: it is the path itself.
fn below<'p>(path: &'p TreePath, folder: &TreePath) -> Option<&'p str> {
    let rest = path.as_str().strip_prefix(folder.as_str())?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// Whether it is one of the files that no C file includes.
fn is_document(path: &TreePath) -> bool {
    path.as_str().starts_with("Documentation/")
}

/// Whether a macro of the file is the name of a file, which `#include NAME` includes.
fn names_file(file: &File, is_it: impl Fn(&str) -> bool) -> bool {
    file.macros().iter().any(|known| {
        let body = file.text(known.body.clone());
        let body = body.trim();
        let quoted = |open, close| body.strip_prefix(open)?.strip_suffix(close);
        let name = quoted('"', '"').or_else(|| quoted('<', '>'));
        name.is_some_and(&is_it)
    })
}
