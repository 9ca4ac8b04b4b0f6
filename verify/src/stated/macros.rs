//! Macros that a claim hangs on, and files with them expanded.
//!
//! `FL` may be the name of a member, `start` that of a function, `SET(d, flag)` may write and `HOOK(d)` call.
//! From the words that a claim is about the macros are found whose bodies have them, then those whose bodies
//! have those; where one of all these is used, and where any macro is handed one of the words, the claim is
//! judged on what it expands to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use dialect::TreePath;
use query::File;
use query::expansion::{
    Expanded, NamedMacro, Wanted, expanded, macros_bringing, macros_with_member, may_bring,
};
use rayon::prelude::*;
use trees::TreeError;

use super::Ctx;
use crate::comparison::{Comparison, placed};
use crate::finding::Finding;
use crate::includes::{Included, included, includes_of};

/// How many macros deep a word is followed.
pub(super) const MOST_ROUNDS: usize = 16;
/// How many macros are followed: a word that more of them have is every macro's own.
const MOST_MACROS: usize = 200;

/// How many files without any such macro are kept.
const MOST_KEPT: usize = 64;

/// Where macros are looked for.
#[derive(Clone, Copy)]
pub(super) enum Within<'a> {
    /// In the whole tree.
    Tree,
    /// In these files and what they include from their own folders: a claim about one file reads no tree.
    Files(&'a [TreePath]),
}

/// The macros that a claim hangs on.
pub(super) struct Macros<'a> {
    ctx: &'a Ctx<'a>,
    wanted: Wanted,
    too_many: bool,
    too_deep: bool,
    opened: Mutex<BTreeMap<TreePath, Arc<Expanded>>>,
}

impl<'a> Macros<'a> {
    /// Those that have a member's name: as a member, as another name of it, or as what a macro in them is handed.
    pub(super) fn of_member(ctx: &'a Ctx<'a>, member: &str) -> Result<Self, TreeError> {
        let words = BTreeSet::from([member.to_owned()]);
        Self::collect(ctx, words, Within::Tree, |file, words, is_first| {
            if is_first {
                macros_with_member(file, member)
            } else {
                macros_bringing(file, words)
            }
        })
    }

    /// Those that have one of the words.
    pub(super) fn of_words(
        ctx: &'a Ctx<'a>,
        words: BTreeSet<String>,
        within: Within<'_>,
    ) -> Result<Self, TreeError> {
        Self::collect(ctx, words, within, |file, words, _| {
            macros_bringing(file, words)
        })
    }

    /// With every macro of the files themselves expanded too, and of headers that are no common ones: what is done
    /// between two places may be done in any of them.
    pub(super) fn with_local(mut self) -> Self {
        self.wanted.local = true;
        self
    }

    /// But not these, of which the claim speaks by their names.
    pub(super) fn keeping(mut self, kept: BTreeSet<String>) -> Self {
        self.wanted.kept = kept;
        self
    }

    fn collect(
        ctx: &'a Ctx<'a>,
        words: BTreeSet<String>,
        within: Within<'_>,
        look: impl Fn(&File, &BTreeSet<String>, bool) -> Vec<syntax::items::MacroDefinition>,
    ) -> Result<Self, TreeError> {
        let named = bringing(&words, |new, is_first| {
            let mut all = Vec::new();
            for file in files(ctx, new, within, is_first)? {
                let definitions = look(&file, new, is_first).into_iter();
                all.extend(definitions.map(|definition| NamedMacro {
                    file: Arc::clone(&file),
                    definition,
                }));
            }
            Ok(all)
        })?;
        Ok(Self {
            ctx,
            wanted: Wanted {
                words,
                named: named.all,
                ..Wanted::default()
            },
            too_many: named.too_many,
            too_deep: named.too_deep,
            opened: Mutex::default(),
        })
    }

    /// The names of the macros.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.wanted
            .named
            .iter()
            .map(|named| named.definition.name.as_str())
    }

    /// Whether one of the macros is defined at `offset`.
    pub(super) fn defines(&self, file: &File, offset: usize) -> bool {
        let definition = file.macro_at(offset);
        definition.is_some_and(|found| self.names().any(|name| name == found.name))
    }

    /// The files of the tree that use one of the macros, or may paste one of the words.
    pub(super) fn files(&self) -> Result<BTreeSet<TreePath>, TreeError> {
        let comparison = self.ctx.comparison;
        let index = &comparison.word_index;
        index.expect(self.names().map(str::to_owned));
        let mut found = BTreeSet::new();
        for name in self.names() {
            found.extend(index.files_with(&comparison.after, name)?);
        }
        for word in &self.wanted.words {
            found.extend(index.files_pasting(&comparison.after, word)?);
        }
        Ok(found)
    }

    /// The file with the macros expanded.
    pub(super) fn open(&self, path: &TreePath) -> Result<Option<Arc<Expanded>>, TreeError> {
        let opened = || self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = opened().get(path) {
            return Ok(Some(Arc::clone(known)));
        }
        let comparison = self.ctx.comparison;
        let Some(file) = comparison.after.file(path)? else {
            return Ok(None);
        };
        let made = Arc::new(expanded(&file, &self.wanted, &comparison.after.near(&file)));
        // Of a common word there are thousands: those of which nothing else has to be said are made again.
        let is_plain = made.left.is_empty() && made.file.original().is_none();
        let mut opened = opened();
        if !is_plain || opened.len() < MOST_KEPT {
            opened.insert(path.clone(), Arc::clone(&made));
        }
        drop(opened);
        Ok(Some(made))
    }

    /// What is not known of macros: uses that could not be expanded, and where too many have the word.
    pub(super) fn unknown(&self) -> Vec<Finding> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let mut findings = Vec::new();
        for made in opened.values() {
            let file = made.file.original().unwrap_or(&made.file);
            for left in &made.left {
                findings.push(placed(
                    self.ctx.unknown(left.cause.clone()),
                    file,
                    left.range.start,
                ));
            }
        }
        if self.too_many {
            let message =
                format!("more than {MOST_MACROS} macros have the word; not all were looked into");
            findings.push(self.ctx.unknown(message));
        }
        if self.too_deep {
            let message = format!(
                "macros have the word more than {MOST_ROUNDS} deep; not all were looked into"
            );
            findings.push(self.ctx.unknown(message));
        }
        findings
    }
}

/// Macros that bring some words.
#[derive(Default)]
pub(crate) struct Bringing {
    pub(crate) all: Vec<NamedMacro>,
    /// There are more.
    pub(crate) too_many: bool,
    /// They are nested deeper than was followed.
    pub(crate) too_deep: bool,
}

/// The macros that bring one of the words, those that bring these, and so on; `look` gives those that bring some, and is told whether
/// it is asked for the first time.
pub(crate) fn bringing(
    words: &BTreeSet<String>,
    look: impl Fn(&BTreeSet<String>, bool) -> Result<Vec<NamedMacro>, TreeError>,
) -> Result<Bringing, TreeError> {
    let mut found = Bringing::default();
    let mut known = words.clone();
    let mut new = words.clone();
    for round in 0..MOST_ROUNDS {
        let mut next = BTreeSet::new();
        for one in look(&new, round == 0)? {
            let name = &one.definition.name;
            if known.insert(name.clone()) {
                next.insert(name.clone());
            } else if !found.all.iter().any(|known| known.definition.name == *name) {
                continue;
            }
            found.all.push(one);
        }
        if found.all.len() > MOST_MACROS {
            found.too_many = true;
            found.all.truncate(MOST_MACROS);
            break;
        }
        if next.is_empty() {
            break;
        }
        found.too_deep = round + 1 == MOST_ROUNDS;
        new = next;
    }
    Ok(found)
}

/// The files that may define macros with one of the words; those that may paste one too, where they are the claim's own.
fn files(
    ctx: &Ctx<'_>,
    words: &BTreeSet<String>,
    within: Within<'_>,
    is_first: bool,
) -> Result<Vec<Arc<File>>, TreeError> {
    let comparison = ctx.comparison;
    let mut paths = BTreeSet::new();
    match within {
        Within::Tree => {
            let (index, tree) = (&comparison.word_index, &comparison.after);
            if is_first {
                index.expect_pasted(words.iter().cloned());
            }
            index.expect(words.iter().cloned());
            for word in words {
                paths.extend(index.files_with(tree, word)?);
                if is_first {
                    paths.extend(index.files_pasting(tree, word)?);
                }
            }
        }
        Within::Files(files) => paths = with_own_headers(comparison, files),
    }
    let tree = &comparison.after;
    let may_define = |path: &&TreePath| {
        let bytes = tree.tree().read(path).ok().flatten();
        bytes.is_some_and(|bytes| may_bring(&bytes, words))
    };
    let files = paths.par_iter().filter(may_define);
    Ok(files
        .filter_map(|path| tree.file(path).ok().flatten())
        .collect())
}

/// The files, and the headers that they include by `"…"`, those of headers too.
pub(crate) fn with_own_headers(
    comparison: &Comparison<'_>,
    files: &[TreePath],
) -> BTreeSet<TreePath> {
    let mut found: BTreeSet<TreePath> = BTreeSet::new();
    let mut pending: Vec<TreePath> = files.to_vec();
    while let Some(path) = pending.pop() {
        if !found.insert(path.clone()) {
            continue;
        }
        let Ok(Some(file)) = comparison.after.file(&path) else {
            continue;
        };
        let folder = path
            .as_str()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        for include in file.includes().iter().filter(|include| !include.system) {
            let name = include.header.trim_start_matches("./");
            let beside = if folder.is_empty() {
                name.to_owned()
            } else {
                format!("{folder}/{name}")
            };
            pending.extend(TreePath::new(&beside).ok().filter(TreePath::is_c));
        }
    }
    found
}

/// That a file which a C file includes, and which is none itself, has one of the words.
pub(super) fn in_fragments(ctx: &Ctx<'_>, words: &BTreeSet<String>) -> Vec<Finding> {
    let comparison = ctx.comparison;
    let mut findings = Vec::new();
    for word in words {
        let paths = match comparison.word_index.included_with(&comparison.after, word) {
            Ok(paths) => paths,
            Err(error) => return vec![ctx.unknown(error.to_string())],
        };
        for path in paths {
            let bytes = comparison.after.tree().read(&path).ok().flatten();
            let Some(bytes) = bytes else { continue };
            let Some(line) = line_with(&bytes, word) else {
                continue;
            };
            let message =
                format!("`{word}` is in a file that C code includes and that is not parsed");
            findings.push(ctx.unknown(message).in_file(&path).at_line(line));
        }
    }
    findings
}

/// The same of the files that the claim names, and of what they include themselves.
pub(super) fn in_own_fragments(
    ctx: &Ctx<'_>,
    words: &BTreeSet<String>,
    files: &[TreePath],
) -> Vec<Finding> {
    let tree = &**ctx.comparison.after.tree();
    let mut findings = Vec::new();
    for path in files {
        let Ok(Some(file)) = ctx.comparison.after.file(path) else {
            continue;
        };
        for include in file.includes() {
            if include.header.ends_with(".h") || file.is_dead(include.range.start) {
                continue;
            }
            let text = file.slice(include.range.clone()).trim_ascii_start();
            let text = text.strip_prefix(b"#").unwrap_or(text);
            let Included::One(fragment) = included(tree, path, text) else {
                continue;
            };
            findings.extend(in_fragment(ctx, words, fragment));
        }
    }
    findings
}

/// That a file which is included, or one that it includes in turn, has one of the words.
fn in_fragment(ctx: &Ctx<'_>, words: &BTreeSet<String>, first: TreePath) -> Option<Finding> {
    let tree = &**ctx.comparison.after.tree();
    let mut seen = BTreeSet::new();
    let mut pending = vec![first];
    while let Some(fragment) = pending.pop() {
        // What is a C file is read where the claim names it.
        if fragment.is_c() || !seen.insert(fragment.clone()) {
            continue;
        }
        let Some(bytes) = tree.read(&fragment).ok().flatten() else {
            continue;
        };
        let mut found = words.iter();
        let found = found.find_map(|word| Some((word, line_with(&bytes, word)?)));
        if let Some((word, line)) = found {
            let message =
                format!("`{word}` is in a file that C code includes and that is not parsed");
            return Some(ctx.unknown(message).in_file(&fragment).at_line(line));
        }
        for header in includes_of(&bytes) {
            let directive = format!("include \"{header}\"");
            if let Included::One(inner) = included(tree, &fragment, directive.as_bytes()) {
                pending.push(inner);
            }
        }
    }
    None
}

/// The first line that has the word outside comments and strings.
fn line_with(bytes: &[u8], word: &str) -> Option<usize> {
    use dialect::token::TokenKind;
    let has_word = |range: std::ops::Range<usize>| {
        let text = bytes.get(range).unwrap_or_default();
        dialect::token::texts(text).any(|text| text == word)
    };
    let token = dialect::token::tokens(bytes).into_iter().find(|token| {
        matches!(token.kind, TokenKind::Word | TokenKind::Directive)
            && has_word(token.range.clone())
    })?;
    let before = bytes.get(..token.range.start).unwrap_or_default();
    Some(before.iter().filter(|byte| **byte == b'\n').count() + 1)
}
