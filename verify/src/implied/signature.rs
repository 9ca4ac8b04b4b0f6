//! `signature`: every definition, every prototype and every call that the tree has agrees with the new parameters.
//!
//! What a place has to be is worked out from the same place before; which place that is, is told by what it has to be. A
//! place that no change accounts for is the frame's to see (`frame/tokens`).

mod lists;

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use schema::model::{ChangeKind, Signature, Spec};
use sites::kinds::signature::{
    Expected, Head, Place, PlaceKind, Slots, Whose, documented, is_searched, kernel_doc, may_see,
    places, result_range, same, whose,
};
use sites::occurrences::Occurrences;
use sites::wide::{self, Pasting};
use trees::TreeError;

use super::{Ctx, Judged, none_of};
use crate::comparison::{Image, placed};
use crate::finding::Finding;
use crate::nodes::counted;

/// What it looks for, in words.
pub(super) fn sought(kind: &Signature) -> String {
    none_of(kind.functions.iter().map(String::as_str))
}

/// The functions of a spec whose signature changes: the tree is asked for every place of them.
pub(crate) fn names(spec: &Spec) -> impl Iterator<Item = &String> {
    let kinds = spec.forms().filter_map(|body| match &body.kind {
        ChangeKind::Signature(signature) => Some(&signature.functions),
        _ => None,
    });
    kinds.flatten()
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Signature) -> Judged {
    let (home, before) = match ctx.files() {
        Ok(files) => files,
        Err(finding) => return Judged::only(*finding),
    };
    let functions = ctx.functions(&home, &kind.functions);
    let Some(first) = functions.first() else {
        let message = format!("{} is not defined", kind.functions.join(" or "));
        return Judged::only(ctx.violated("definition", message).in_file(home.path()));
    };
    let scan = Occurrences::of(&home, &first.name);
    let Some(head) = Head::of(&scan, &first.name_range) else {
        let message = format!("the parameters of {}() could not be read", first.name);
        let finding = ctx.unknown("definition", message);
        return Judged::only(placed(finding, &home, first.name_range.start));
    };
    let slots = before.as_deref().and_then(|before| {
        let scan = Occurrences::of(before, &first.name);
        let functions = before.functions_named(&first.name);
        let heads = functions.iter().filter_map(|function| {
            let head = Head::of(&scan, &function.name_range)?;
            let is_old = !head.is_new(&scan, kind, function.range.start);
            is_old.then_some(head)
        });
        let mut slots = heads.filter_map(|head| Slots::of(before, &head, kind).ok());
        slots.next()
    });
    let work = Work {
        ctx,
        kind,
        name: first.name.clone(),
        home: home.path().clone(),
        file: Arc::clone(&home),
        is_private: first.is_static && !home.path().as_str().ends_with(".h"),
        count: head.parameters.len(),
        is_variadic: head.is_variadic,
        types: head.types(&home),
        slots,
    };
    work.judge()
}

struct Work<'a> {
    ctx: &'a Ctx<'a>,
    kind: &'a Signature,
    name: String,
    home: TreePath,
    /// The file that defines it.
    file: Arc<File>,
    is_private: bool,
    /// How many parameters the definition has now, and their types.
    count: usize,
    is_variadic: bool,
    types: Vec<String>,
    /// What becomes of an old list; none where the tree is judged as it is.
    slots: Option<Slots>,
}

/// How many places agree.
#[derive(Default)]
struct Counts {
    definitions: usize,
    prototypes: usize,
    calls: usize,
    callers: BTreeSet<String>,
}

impl Work<'_> {
    fn judge(&self) -> Judged {
        let mut judged = Judged::default();
        let mut counts = Counts::default();
        let comparison = self.ctx.comparison;
        let index = &comparison.word_index;
        let paths = match index.files_with(&comparison.after, &self.name) {
            Ok(paths) => paths,
            Err(error) => return Judged::only(self.ctx.unknown("calls", error.to_string())),
        };
        for path in paths {
            if !is_searched(&self.kind.scope, &self.home, &path) || !self.may_see(&path) {
                continue;
            }
            match comparison.after.file(&path) {
                Ok(Some(file)) => self.in_file(&file, &mut counts, &mut judged),
                Ok(None) => {}
                Err(error) => {
                    let finding = self.ctx.unknown("calls", error.to_string());
                    judged.findings.push(finding.in_file(&path));
                }
            }
        }
        if !self.is_private {
            self.elsewhere(&mut judged);
        }
        if let Err(error) = self.pasted(&mut judged) {
            let finding = self.ctx.unknown("calls", error.to_string());
            judged.findings.push(finding);
        }
        self.sum(&counts, &mut judged);
        judged
    }

    /// Whether a file may mean this function: of a static one most do not.
    fn may_see(&self, path: &TreePath) -> bool {
        let bytes = || self.ctx.comparison.after.tree().read(path);
        // What cannot be read is told by who opens it.
        let sees =
            |bytes: Option<Arc<[u8]>>| bytes.is_none_or(|bytes| may_see(&self.file, path, &bytes));
        !self.is_private || bytes().map_or(true, sees)
    }

    fn sum(&self, counts: &Counts, judged: &mut Judged) {
        let callers = self.kind.add.iter().flat_map(|add| &add.callers);
        for (caller, _) in callers.filter(|(caller, _)| !counts.callers.contains(caller)) {
            let message = format!("{caller}() has no call of {}()", self.name);
            let finding = self.ctx.violated("calls", message);
            judged.findings.push(finding.in_file(&self.home));
        }
        let message = format!(
            "{}, {} and {} of {}() agree",
            counted(counts.definitions, "definition", "definitions"),
            counted(counts.prototypes, "prototype", "prototypes"),
            counted(counts.calls, "call", "calls"),
            self.name
        );
        let finding = self.ctx.holds("agree", message);
        judged.findings.push(finding.in_file(&self.home));
    }

    /// Files that are not C, and those that no walk could read.
    fn elsewhere(&self, judged: &mut Judged) {
        let comparison = self.ctx.comparison;
        let index = &comparison.word_index;
        let others = match index.others_with(&comparison.after, &self.name) {
            Ok(others) => others,
            Err(error) => {
                let finding = self.ctx.unknown("calls", error.to_string());
                return judged.findings.push(finding);
            }
        };
        for path in others {
            let bytes = comparison.after.tree().read(&path).ok().flatten();
            let lines = bytes.map(|bytes| wide::lines_with(&bytes, &self.name));
            let Some(line) = lines.iter().flatten().next() else {
                continue;
            };
            if is_searched(&self.kind.scope, &self.home, &path) {
                let message = format!("`{}` is in a file that is not C", self.name);
                let finding = self.ctx.unknown("calls", message);
                judged.findings.push(finding.in_file(&path).at_line(*line));
            }
        }
        for (path, reason) in index.unreadable() {
            let finding = self.ctx.unknown("calls", reason);
            judged.findings.push(finding.in_file(&path));
        }
    }

    /// Macros that make the name of parts: what they make is not seen.
    fn pasted(&self, judged: &mut Judged) -> Result<(), TreeError> {
        let comparison = self.ctx.comparison;
        let (index, tree) = (&comparison.word_index, &comparison.after);
        let mut pastings: BTreeSet<Pasting> = BTreeSet::new();
        for path in index.files_pasting(tree, &self.name)? {
            let file = tree.file(&path)?;
            pastings.extend(
                file.iter()
                    .flat_map(|file| wide::pastings(file, &self.name)),
            );
        }
        index.expect(pastings.iter().map(|pasting| pasting.by.clone()));
        for pasting in &pastings {
            for path in index.files_with(tree, &pasting.by)? {
                if !self.may_see(&path) {
                    continue;
                }
                let bytes = tree
                    .tree()
                    .read(&path)?
                    .unwrap_or_else(|| Vec::new().into());
                if let Some(line) = wide::pasted_at(&bytes, pasting) {
                    let message = format!(
                        "{}() makes `{}` here of its argument",
                        pasting.by, self.name
                    );
                    let finding = self.ctx.unknown("calls", message);
                    judged.findings.push(finding.in_file(&path).at_line(line));
                }
            }
        }
        Ok(())
    }

    fn in_file(&self, file: &Arc<File>, counts: &mut Counts, judged: &mut Judged) {
        if whose(file, &self.name, &self.file, self.is_private) == Whose::Another {
            return;
        }
        let scan = Occurrences::of(file, &self.name);
        let (found, refusals) = places(&scan, &self.name, self.expected());
        for refusal in refusals {
            let finding = self.ctx.unknown("calls", refusal.message);
            judged.put(finding, file, refusal.at);
        }
        for place in &found {
            let (name, wrong) = match &place.kind {
                PlaceKind::Definition(head, start) => {
                    counts.definitions += 1;
                    self.docs(file, *start, judged);
                    judged.comment_scope(file.path(), *start..head.list.close + 1);
                    ("definition", self.declared(&scan, head, *start))
                }
                PlaceKind::Prototype(head, start) => {
                    counts.prototypes += 1;
                    ("prototypes", self.declared(&scan, head, *start))
                }
                PlaceKind::Call(list, caller) => {
                    counts.calls += 1;
                    counts.callers.extend(caller.clone());
                    ("calls", self.called(list.items.len()))
                }
            };
            if let Some(message) = wrong {
                let finding = self.ctx.violated(name, message);
                judged.put(finding, file, place.name.start);
            }
        }
        self.explain(file, (&scan, &found), judged);
    }

    /// What the kernel-doc comment above a definition says of the parameters.
    fn docs(&self, file: &File, start: usize, judged: &mut Judged) {
        let Some(range) = kernel_doc(file, start) else {
            return;
        };
        let doc = file.text(range.clone());
        let wrong = self.kind.add.as_ref().and_then(|add| {
            let name = &add.parameter.name;
            let words = add
                .doc
                .as_ref()?
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            // A comment that describes no parameter has no place for this one either.
            let has_some = doc
                .lines()
                .any(|line| line.trim_start_matches([' ', '*']).starts_with('@'));
            let is_so = documented(&doc, name).map_or(!has_some, |is| is == words);
            (!is_so).then(|| format!("kernel-doc does not say of `{name}`: {words}"))
        });
        let left = self.kind.remove.as_ref().and_then(|name| {
            documented(&doc, name).map(|_| format!("kernel-doc still describes `{name}`"))
        });
        for message in wrong.into_iter().chain(left) {
            judged.put(self.ctx.violated("kernel-doc", message), file, range.start);
        }
    }

    fn expected(&self) -> Expected {
        let slots = self.slots.as_ref();
        Expected {
            old: slots.map(|slots| slots.old),
            new: self.count,
            // In a tree as it is, what pointers the function is assigned to is the compiler's to say.
            keeps_type: slots.is_none_or(|slots| slots.keeps_type),
        }
    }

    /// What is wrong with a definition or a prototype.
    fn declared(&self, scan: &Occurrences<'_>, head: &Head, start: usize) -> Option<String> {
        let file = scan.file();
        let name = &self.name;
        let is_definition = file.path() == &self.home
            && file
                .functions()
                .iter()
                .any(|one| one.name_range == head.name);
        if is_definition && !head.is_new(scan, self.kind, start) {
            return Some(format!(
                "{name}() does not have the declared signature here"
            ));
        }
        if head.parameters.len() != self.count || head.is_variadic != self.is_variadic {
            return Some(format!(
                "{name}() has {} here; {} defines it with {}",
                counted(head.parameters.len(), "parameter", "parameters"),
                self.home,
                self.count
            ));
        }
        let types = head.types(file);
        let mut pairs = types.iter().zip(&self.types);
        if let Some((here, there)) = pairs.find(|(here, there)| here != there) {
            return Some(format!(
                "a parameter of {name}() is `{here}` here; {} has `{there}`",
                self.home
            ));
        }
        let result = self.kind.result.as_ref()?;
        let range = result_range(file, start, &head.name);
        let is = range.map(|range| file.text(range).into_owned());
        match is {
            Some(is) if same(&is, result) => None,
            Some(is) => Some(format!(
                "{name}() returns `{is}` here; the spec says `{result}`"
            )),
            None => Some(format!("what {name}() returns here could not be told")),
        }
    }

    /// What is wrong with a call.
    fn called(&self, count: usize) -> Option<String> {
        let fits = count == self.count || self.is_variadic && count >= self.count;
        (!fits).then(|| {
            format!(
                "{}() is called with {} here, and takes {}",
                self.name,
                counted(count, "argument", "arguments"),
                self.count
            )
        })
    }

    /// What the change accounts for in a file that the patches touch.
    fn explain(&self, file: &File, after: lists::Scanned<'_>, judged: &mut Judged) {
        let comparison = self.ctx.comparison;
        let Some(slots) = &self.slots else { return };
        if !comparison.touched.contains(file.path()) {
            return;
        }
        let Ok(Some(before)) = comparison.file(Image::Before, file.path()) else {
            return;
        };
        let scan = Occurrences::of(&before, &self.name);
        let expected = Expected {
            old: Some(slots.old),
            new: slots.count(),
            keeps_type: slots.keeps_type,
        };
        let (found, _) = places(&scan, &self.name, expected);
        let found: Vec<Place> = found;
        let pairs = lists::pairs((&scan, &found), after, slots, self.kind);
        for (at, wanted) in pairs.wrong {
            let message = format!("the spec makes this `{wanted}`");
            let finding: Finding = self.ctx.violated("as-declared", message);
            judged.put(finding, file, at);
        }
        judged.explained_tokens.extend(pairs.explained);
    }
}
