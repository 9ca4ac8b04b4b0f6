//! `rename`: the new name is declared where the old one was, and no use of the old one is left.
//!
//! Whose a place is, the tree before says: there the thing still has its old name. What became of a place is told by the
//! tokens around it, so that another change of the series may edit the same file; what no place accounts for is the
//! frame's to see (`frame/tokens`).

mod explain;
mod mentions;
mod others;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::{TokenKind, texts, tokens};
use query::File;
use schema::model::{ChangeKind, Rename, Sort, Spec};
use sites::kinds::rename::{self as anchors, Found, Thing, Whose};
use sites::wide::{self, Pasting};
use trees::TreeError;

use self::mentions::Mentions;
use self::others::Others;
use super::{Ctx, Judged, none_of};
use crate::comparison::{Image, placed};
use crate::explained::Explained;
use crate::nodes::counted;

/// What it looks for, in words.
pub(super) fn sought(kind: &Rename) -> String {
    let names = anchors::spelled(kind);
    none_of(names.iter().map(String::as_str))
}

/// The names that a spec changes: the tree is asked for every place of them.
pub(crate) fn names(spec: &Spec) -> impl Iterator<Item = &String> {
    let kinds = spec.forms().filter_map(|body| match &body.kind {
        ChangeKind::Rename(rename) => Some(&rename.names),
        _ => None,
    });
    kinds.flatten()
}

/// The new names: the tree is asked where one is taken.
pub(crate) fn new_names(spec: &Spec) -> impl Iterator<Item = &String> {
    spec.forms().filter_map(|body| match &body.kind {
        ChangeKind::Rename(rename) => Some(&rename.to),
        _ => None,
    })
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Rename) -> Judged {
    let (after, before) = match ctx.files() {
        Ok(files) => files,
        Err(finding) => return Judged::only(*finding),
    };
    let Some((new_index, at)) = anchors::declared_anew(&after, kind) else {
        let message = format!("no {} `{}` is declared here", kind.sort.word(), kind.to);
        return Judged::only(ctx.violated("definition", message).in_file(after.path()));
    };
    let old = before.as_deref().and_then(|before| {
        let resolver = ctx.resolver_of(Image::Before, before)?;
        let chosen = anchors::find(&resolver, kind).ok()?;
        let name = kind.names.get(chosen.index)?;
        Some(Thing::new(before, kind, chosen.index, name))
    });
    let has_old = old.is_some();
    let thing = old.unwrap_or_else(|| Thing::new(&after, kind, new_index, &kind.to));
    let mut work = Work {
        ctx,
        kind,
        others: Others::of(ctx.comparison, ctx.change, &thing.name),
        thing,
        has_old,
        renamed: 0,
        files: 0,
        judged: Judged::default(),
        mentions: Mentions::default(),
    };
    if let Err(error) = work.tree() {
        let finding = ctx.unknown("uses", error.to_string());
        work.judged.findings.push(finding);
    }
    work.sum(&after, at);
    work.judged
}

struct Work<'a> {
    ctx: &'a Ctx<'a>,
    kind: &'a Rename,
    thing: Thing<'a>,
    /// What other changes of the spec declare by the old name.
    others: Others,
    /// The tree before has the old name.
    has_old: bool,
    /// How many places are called otherwise, in how many files.
    renamed: usize,
    files: usize,
    judged: Judged,
    mentions: Mentions,
}

impl Work<'_> {
    fn tree(&mut self) -> Result<(), TreeError> {
        let comparison = self.ctx.comparison;
        let index = &comparison.word_index;
        let name = self.thing.name.clone();
        let mut paths: BTreeSet<TreePath> = index
            .files_with(&comparison.after, &name)?
            .into_iter()
            .collect();
        paths.extend(
            comparison
                .touched
                .iter()
                .filter(|path| path.is_c())
                .cloned(),
        );
        paths.extend(self.kind.keep.clone());
        paths.retain(|path| self.is_searched(path));
        self.only_one(&paths);
        for path in &paths {
            let before = self.file(Image::Before, path);
            let after = self.file(Image::After, path);
            if let Some(after) = after {
                self.in_file(before.as_ref(), &after);
            }
        }
        self.documents();
        self.not_taken(&paths)?;
        self.elsewhere()?;
        self.pasted()
    }

    fn is_searched(&self, path: &TreePath) -> bool {
        let home = self.thing.home;
        let bytes = || self.ctx.comparison.after.tree().read(path);
        // What cannot be read is told by who opens it.
        let sees = |bytes: Option<Arc<[u8]>>| {
            bytes.is_none_or(|bytes| sites::kinds::signature::may_see(home, path, &bytes))
        };
        anchors::is_searched(&self.kind.scope, home.path(), path)
            && (!self.thing.is_private || bytes().map_or(true, sees))
    }

    /// Whether all uses of a member are its, because no other record has one of the name.
    fn only_one(&mut self, paths: &BTreeSet<TreePath>) {
        let comparison = self.ctx.comparison;
        let (Sort::Member, Some(record), Some(before)) =
            (self.thing.sort, &self.thing.record, &comparison.before)
        else {
            return;
        };
        before.read_ahead(paths);
        let files = paths.iter().filter_map(|path| before.file(path).ok()?);
        let files: Vec<Arc<File>> = files.collect();
        self.thing.is_only_one =
            self.has_old && anchors::has_one_owner(&files, record, &self.thing.name);
    }

    /// A file of one side; that it cannot be read is said.
    fn file(&mut self, side: Image, path: &TreePath) -> Option<Arc<File>> {
        match self.ctx.comparison.file(side, path) {
            Ok(file) => file,
            Err(error) => {
                let finding = self.ctx.unknown("uses", error.to_string());
                self.judged.findings.push(finding.in_file(path));
                None
            }
        }
    }

    fn in_file(&mut self, before: Option<&Arc<File>>, after: &Arc<File>) {
        // The tree before says whose a name is: what is renamed declares nothing any more.
        let told_by = before.filter(|_| self.has_old).unwrap_or(after);
        let is_kept = self.kind.keep.as_ref() == Some(after.path());
        match anchors::whose(told_by, &self.thing) {
            Whose::Own => {}
            // Of a tree as it is, what keeps the name is all that declares it.
            _ if is_kept && !self.has_old => {}
            Whose::Another => return,
            // Who has the name now is what another change declares.
            Whose::Unclear(_) if !self.has_old && self.is_declared(after) => return,
            Whose::Unclear(refusal) => {
                let finding = self.ctx.unknown("uses", refusal.message);
                return self.judged.put(finding, told_by, refusal.at);
            }
        }
        self.left(after);
        if let Some(before) = before.filter(|_| self.has_old) {
            let near = self.ctx.comparison.before.as_ref();
            let Some(near) = near.map(|tree| tree.near(before)) else {
                return;
            };
            let found = anchors::places(before, &self.thing, &near);
            self.is_free(before, after, Some(&found));
            if self.ctx.comparison.touched.contains(after.path()) {
                self.explain(before, after, &found);
            }
        }
    }

    /// What a file still has of the old name.
    fn left(&mut self, file: &Arc<File>) {
        let (ctx, name) = (self.ctx, self.thing.name.clone());
        let near = ctx.comparison.after.near(file);
        let found = anchors::places(file, &self.thing, &near);
        let kept = self.kept(file);
        let is_kept = |place: &&Range<usize>| kept.iter().any(|kept| kept.contains(&place.start));
        let places: Vec<Range<usize>> = found
            .places
            .iter()
            .filter(|one| !is_kept(one))
            .cloned()
            .collect();
        for place in self.undeclared(file.path(), &places) {
            let message = format!("`{name}` is still used here");
            let finding = ctx.violated("uses", message);
            self.judged.put(finding, file, place.start);
        }
        for refusal in &found.refusals {
            let finding = ctx.unknown("uses", refusal.message.clone());
            self.judged.put(finding, file, refusal.at);
        }
        for doc in self.undeclared(file.path(), &found.docs) {
            let message = format!("the kernel-doc here is still of `{name}`");
            let finding = ctx.violated("kernel-doc", message);
            self.judged.put(finding, file, doc.start);
        }
        if self.kind.prose {
            let words = anchors::prose_in(file.bytes(), &self.thing, &found.mentions);
            for word in self.undeclared(file.path(), &words) {
                let message = format!("a comment still says `{name}`");
                let finding = ctx.violated("prose", message);
                self.judged.put(finding, file, word.start);
            }
        }
        self.mentions.take(file, &self.thing, &found);
    }

    /// Whether other changes of the spec declare all that has the old name in a file.
    fn is_declared(&self, file: &File) -> bool {
        let words = tokens(file.bytes()).into_iter().filter(|token| {
            let text = file.slice(token.range.clone());
            let has = |text: &[u8]| texts(text).any(|word| word == self.thing.name);
            match token.kind {
                TokenKind::Word => text == self.thing.name.as_bytes(),
                TokenKind::Directive => has(text),
                _ => false,
            }
        });
        let words: Vec<Range<usize>> = words.map(|token| token.range).collect();
        !words.is_empty() && self.undeclared(file.path(), &words).is_empty()
    }

    /// Those of the places of the old name that no other change of the spec declares.
    fn undeclared(&self, path: &TreePath, places: &[Range<usize>]) -> Vec<Range<usize>> {
        let declared = self.others.have(self.ctx.comparison, path, places);
        let places = places.iter().filter(|place| !declared.contains(place));
        places.cloned().collect()
    }

    /// What keeps the old name in a file: once, where the spec says.
    fn kept(&mut self, file: &Arc<File>) -> Vec<Range<usize>> {
        if self.kind.keep.as_ref() != Some(file.path()) {
            return Vec::new();
        }
        let kept = anchors::kept(file, &self.thing.name, &self.kind.to);
        let ctx = self.ctx;
        match &kept[..] {
            [one] => {
                let message = format!("`{}` is kept as another name", self.thing.name);
                let finding = ctx.holds("keep", message);
                self.judged.put(finding, file, one.start);
                if self.has_old {
                    let explained = Explained::inserted(file.path(), kept.clone());
                    self.judged.explained_tokens.push(explained);
                }
            }
            others => {
                let message = format!(
                    "expected `#define {} {}` once, found {}",
                    self.thing.name,
                    self.kind.to,
                    others.len()
                );
                let finding = ctx.violated("keep", message).in_file(file.path());
                self.judged.findings.push(finding);
            }
        }
        kept
    }

    /// Whether the new name was free where the thing has places.
    fn is_free(&mut self, before: &Arc<File>, after: &Arc<File>, found: Option<&Found>) {
        let to = &self.kind.to;
        let taken = anchors::taken(before, &self.thing, to, found);
        let Some(first) = taken.into_iter().next() else {
            return;
        };
        // Another change may have taken away what had the name.
        let old = anchors::declared(before, &self.thing, &self.thing.name);
        if anchors::declared(after, &self.thing, to) > old {
            let finding = self.ctx.violated("new-name", first.message);
            self.judged.put(finding, before, first.at);
        }
    }

    /// Files that have nothing of the old name, and declare something by the new one.
    fn not_taken(&mut self, known: &BTreeSet<TreePath>) -> Result<(), TreeError> {
        if !self.has_old {
            return Ok(());
        }
        let comparison = self.ctx.comparison;
        let paths = comparison
            .word_index
            .files_with(&comparison.after, &self.kind.to)?;
        for path in paths {
            if known.contains(&path) || !self.is_searched(&path) {
                continue;
            }
            let before = self.file(Image::Before, &path);
            let after = self.file(Image::After, &path);
            if let (Some(before), Some(after)) = (before, after) {
                self.is_free(&before, &after, None);
            }
        }
        Ok(())
    }

    /// Files that are not C, and those that no walk could read.
    fn elsewhere(&mut self) -> Result<(), TreeError> {
        if self.thing.is_private {
            return Ok(());
        }
        let comparison = self.ctx.comparison;
        let index = &comparison.word_index;
        let name = self.thing.name.clone();
        for path in index.others_with(&comparison.after, &name)? {
            let bytes = comparison.after.tree().read(&path).ok().flatten();
            let lines = bytes.map(|bytes| anchors::lines_elsewhere(&path, &bytes, &self.thing));
            let Some(line) = lines.iter().flatten().next() else {
                continue;
            };
            if self.is_searched(&path) {
                let message = format!("`{name}` is in a file that is not C");
                let finding = self.ctx.unknown("uses", message);
                let finding = finding.in_file(&path).at_line(*line);
                self.judged.findings.push(finding);
            }
        }
        for path in index.prose_with(&comparison.after, &name)? {
            if self.is_searched(&path) {
                self.document(&path);
            }
        }
        for (path, reason) in index.unreadable() {
            let finding = self.ctx.unknown("uses", reason);
            self.judged.findings.push(finding.in_file(&path));
        }
        Ok(())
    }

    /// A document that mentions the old name.
    fn document(&mut self, path: &TreePath) {
        let comparison = self.ctx.comparison;
        let read = |side| comparison.bytes(side, path).ok().flatten();
        let Some(after) = read(Image::After) else {
            return;
        };
        let left = anchors::in_document(path, &after, &self.thing);
        let left = self.undeclared(path, &left);
        let line = |at: usize| crate::frame::tokens::line_of(&after, at);
        if let Some(first) = left.first() {
            self.mentions.document(path, line(first.start));
            if self.kind.prose {
                let message = format!("the document still says `{}`", self.thing.name);
                let finding = self.ctx.violated("prose", message);
                let finding = finding.in_file(path).at_line(line(first.start));
                self.judged.findings.push(finding);
            }
        }
    }

    /// Macros that make the name of parts: what they make is not seen.
    fn pasted(&mut self) -> Result<(), TreeError> {
        let comparison = self.ctx.comparison;
        let (index, tree) = (&comparison.word_index, &comparison.after);
        let name = self.thing.name.clone();
        let mut pastings: BTreeSet<Pasting> = BTreeSet::new();
        for path in index.files_pasting(tree, &name)? {
            let file = tree.file(&path)?;
            pastings.extend(file.iter().flat_map(|file| wide::pastings(file, &name)));
        }
        index.expect(pastings.iter().map(|pasting| pasting.by.clone()));
        for pasting in &pastings {
            for path in index.files_with(tree, &pasting.by)? {
                if !self.is_searched(&path) {
                    continue;
                }
                let bytes = tree.tree().read(&path)?;
                let line = bytes.and_then(|bytes| wide::pasted_at(&bytes, pasting));
                if let Some(line) = line {
                    let message = format!("{}() makes `{name}` here of its argument", pasting.by);
                    let finding = self.ctx.unknown("uses", message);
                    let finding = finding.in_file(&path).at_line(line);
                    self.judged.findings.push(finding);
                }
            }
        }
        Ok(())
    }

    fn sum(&mut self, home: &Arc<File>, at: usize) {
        let (ctx, name) = (self.ctx, self.thing.spelled());
        let message = format!("the {} is called `{}`", self.kind.sort.word(), self.kind.to);
        let finding = placed(ctx.holds("definition", message), home, at);
        self.judged.findings.push(finding);
        let message = match self.has_old {
            true => format!(
                "{} in {} renamed; no use of `{name}` is left",
                counted(self.renamed, "place", "places"),
                counted(self.files, "file", "files"),
            ),
            false => format!("no use of `{name}` is left"),
        };
        let is_so =
            |finding: &crate::finding::Finding| finding.verdict == crate::finding::Verdict::Holds;
        if self.judged.findings.iter().all(is_so) {
            let finding = ctx.holds("uses", message).in_file(home.path());
            self.judged.findings.push(finding);
        }
        if let Some(message) = self.mentions.message(&self.thing.name) {
            let finding = ctx.holds("mentions", message).in_file(home.path());
            self.judged.findings.push(finding);
        }
    }
}
