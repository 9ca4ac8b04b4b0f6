//! Changes of a name wherever the tree has it: edits in many files, all of them or none.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use dialect::TreePath;
use dialect::token::joined;
use query::File;
use query::expansion::Pasted;
use schema::model::{Change, ChangeBody, ChangeKind, Rename, Signature, Sort};
use sites::kinds::rename;
use sites::kinds::signature::{Whose, is_searched, may_see, whose};
use sites::wide::Pasting;
use sites::{Resolver, Unresolved, wide};
use trees::Scan;

use super::Work;
use crate::edit::Edit;
use crate::kinds::{self, Wanted};
use crate::manifest::{ChangeFacts, SiteFacts};
use crate::plan::{Context, Plan};

/// A kind that changes many files.
#[derive(Clone, Copy)]
pub(super) enum Wide<'a> {
    Signature(&'a Signature),
    Rename(&'a Rename),
}

impl<'a> Wide<'a> {
    /// Which of them a kind is; none of those that change one file.
    pub(super) fn of(kind: &'a ChangeKind) -> Option<Self> {
        match kind {
            ChangeKind::Signature(signature) => Some(Self::Signature(signature)),
            ChangeKind::Rename(rename) => Some(Self::Rename(rename)),
            _ => None,
        }
    }
}

/// What a change does to a file.
type Planned = (TreePath, Arc<File>, Plan);
/// Why it cannot be made, and where.
type Stopped = (Unresolved, Option<TreePath>);

impl Work<'_> {
    /// Makes a change that reaches every file of the tree.
    pub(super) fn wide(
        &mut self,
        change: &Change,
        form: usize,
        body: &ChangeBody,
        kind: Wide<'_>,
    ) -> Result<ChangeFacts, Stopped> {
        let (path, index, file) = self
            .file(body)
            .map_err(|unresolved| (unresolved, body.files.first().cloned()))?;
        let inserted = self.inserted.get(&path).cloned().unwrap_or_default();
        let context = Context {
            file: &file,
            body,
            inserted: &inserted,
            spec: self.spec,
            resolver: Resolver::new(self.tree, &file, &self.spec.isomorphisms, change.sites),
        };
        let planned = match kind {
            Wide::Signature(signature) => self.signature(&context, signature)?,
            Wide::Rename(rename) => self.rename(&context, rename)?,
        };
        let used = sites::alternative("file", index, body.files.len(), path.as_str());
        let mut sites = Vec::new();
        for (path, file, plan) in planned {
            let stop = |unresolved| (unresolved, Some(path.clone()));
            self.no_link(&path).map_err(stop)?;
            self.edit(&path, &file, plan.edits, &body.kind)
                .map_err(stop)?;
            sites.extend(plan.sites.into_iter().map(|site| SiteFacts {
                file: path.to_string(),
                line: file.line_of(site.offset),
                function: file.function_at(site.offset).map(|f| f.name.clone()),
                text: sites::one_line(&sites::lines::line_text(&file, file.line_of(site.offset))),
                alternatives: used.iter().cloned().chain(site.alternatives).collect(),
            }));
        }
        Ok(ChangeFacts {
            id: change.id.clone(),
            kind: body.kind.name().to_owned(),
            form,
            sites,
        })
    }

    fn signature(
        &self,
        context: &Context<'_>,
        signature: &Signature,
    ) -> Result<Vec<Planned>, Stopped> {
        let home = context.file.path();
        let at_home = |unresolved| (unresolved, Some(home.clone()));
        let wanted = Wanted::of(context, signature).map_err(at_home)?;
        let home_file = wanted.is_private.then_some(context.file);
        let paths = self.files_with(&wanted.name, home_file, &within(&signature.scope, home))?;
        let mut planned = Vec::new();
        for path in paths {
            if !is_searched(&signature.scope, home, &path) || wide::is_prose(&path) {
                continue;
            }
            let stop = |unresolved| (unresolved, Some(path.clone()));
            let Some(file) = self.open(&path).map_err(stop)? else {
                continue;
            };
            if !path.is_c() && !wanted.is_private {
                not_c(&file, &wanted.name).map_err(stop)?;
            }
            let whose = whose(&file, &wanted.name, context.file, wanted.is_private);
            if !path.is_c() || whose == Whose::Another {
                continue;
            }
            let plan = kinds::signature_in_file(&file, &wanted).map_err(stop)?;
            if !plan.edits.is_empty() {
                planned.push((path, file, plan));
            }
        }
        all_call(signature, &wanted, &planned).map_err(at_home)?;
        Ok(planned)
    }

    fn rename(&self, context: &Context<'_>, rename: &Rename) -> Result<Vec<Planned>, Stopped> {
        let home = context.file.path();
        let at_home = |unresolved| (unresolved, Some(home.clone()));
        let mut thing = kinds::renamed_thing(&context.resolver, rename).map_err(at_home)?;
        let seen = thing.is_private.then_some(context.file);
        let mut paths = self.files_with(&thing.name, seen, &within(&rename.scope, home))?;
        paths.retain(|path| rename::is_searched(&rename.scope, home, path));
        self.tree
            .read_ahead(paths.iter().filter(|path| path.is_c()));
        let mut files = Vec::new();
        for path in &paths {
            let stop = |unresolved| (unresolved, Some(path.clone()));
            files.extend(self.open(path).map_err(stop)?);
        }
        if let (Sort::Member, Some(record)) = (thing.sort, &thing.record) {
            let sources = files.iter().filter(|file| file.path().is_c()).cloned();
            let sources: Vec<Arc<File>> = sources.collect();
            thing.is_only_one = rename::has_one_owner(&sources, record, &thing.name);
        }
        let mut planned = Vec::new();
        for file in files {
            let path = file.path().clone();
            let stop = |unresolved| (unresolved, Some(path.clone()));
            let plan = self.renamed(context, rename, &thing, &file).map_err(stop)?;
            if !plan.edits.is_empty() {
                planned.push((path, file, plan));
            }
        }
        self.not_taken(rename, &thing, seen)?;
        if let Some(keep) = &rename.keep
            && planned.iter().all(|(path, ..)| path != keep)
        {
            let message = format!(
                "nothing of `{}` is declared here, to keep its name",
                thing.name
            );
            return Err((Unresolved::absent(message), Some(keep.clone())));
        }
        Ok(planned)
    }

    /// What a change of name makes of one file.
    fn renamed(
        &self,
        context: &Context<'_>,
        rename: &Rename,
        thing: &rename::Thing<'_>,
        file: &File,
    ) -> Result<Plan, Unresolved> {
        let path = file.path();
        if wide::is_prose(path) {
            let words = rename::in_document(path, file.bytes(), thing).into_iter();
            let words = words.filter(|_| rename.prose);
            let edits = words.map(|word| Edit::replace(word, rename.to.as_str()));
            return Ok(Plan {
                edits: edits.collect(),
                sites: Vec::new(),
            });
        }
        if !path.is_c() {
            let lines = rename::lines_elsewhere(path, file.written(), thing);
            return match lines.first() {
                None => Ok(Plan::default()),
                Some(line) => Err(in_other_language(&thing.name).at_line(*line)),
            };
        }
        match rename::whose(file, thing) {
            rename::Whose::Another => return Ok(Plan::default()),
            rename::Whose::Unclear(refusal) => return Err(kinds::rename_refused(file, &refusal)),
            rename::Whose::Own => {}
        }
        let resolver = Resolver::new(
            self.tree,
            file,
            &self.spec.isomorphisms,
            context.resolver.sites,
        );
        let found = kinds::renamed_in(file, thing, rename, &resolver)?;
        let mut plan = kinds::rename_in_file(file, rename, thing, &found);
        if rename.keep.as_ref() == Some(path) {
            plan.edits.push(kinds::kept_name(file, rename, thing)?);
        }
        Ok(plan)
    }

    /// Refuses a new name that files declare which have nothing of the old one.
    fn not_taken(
        &self,
        rename: &Rename,
        thing: &rename::Thing<'_>,
        seen: Option<&File>,
    ) -> Result<(), Stopped> {
        let home = thing.home.path();
        for path in self
            .having(&rename.to, seen, &within(&rename.scope, home), false)?
            .0
        {
            if !path.is_c() || !rename::is_searched(&rename.scope, home, &path) {
                continue;
            }
            let stop = |unresolved| (unresolved, Some(path.clone()));
            let Some(file) = self.open(&path).map_err(stop)? else {
                continue;
            };
            if let Some(refusal) = rename::taken(&file, thing, &rename.to, None).first() {
                return Err(stop(kinds::rename_refused(&file, refusal)));
            }
        }
        Ok(())
    }

    /// The files that have the word, as the series so far leaves them; of what is static in a file, those that may see it.
    /// `under`: the folders and files that are searched; none: all of the tree.
    fn files_with(
        &self,
        word: &str,
        home: Option<&File>,
        under: &[String],
    ) -> Result<BTreeSet<TreePath>, Stopped> {
        let (found, pasting) = self.having(word, home, under, true)?;
        self.not_pasted(word, pasting, home)?;
        Ok(found)
    }

    /// The same, and the files of which macros may make it of parts, where that is asked.
    fn having(
        &self,
        word: &str,
        home: Option<&File>,
        under: &[String],
        pastes: bool,
    ) -> Result<(BTreeSet<TreePath>, BTreeSet<TreePath>), Stopped> {
        let scan = Scan {
            words: vec![word.to_owned()],
            under: under.to_vec(),
            extensions: wide::ENDINGS.iter().map(ToString::to_string).collect(),
            pasted: if pastes {
                vec![word.to_owned()]
            } else {
                Vec::new()
            },
            ..Scan::default()
        };
        let asked = Pasted::new(vec![word.to_owned()]);
        let pasting: Mutex<BTreeSet<TreePath>> = Mutex::default();
        let found: Mutex<BTreeSet<TreePath>> = Mutex::default();
        let put = |into: &Mutex<BTreeSet<TreePath>>, path: &TreePath| {
            let mut into = into.lock().unwrap_or_else(PoisonError::into_inner);
            into.insert(path.clone());
        };
        let report = self.tree.tree().look(&scan, &|path, bytes| {
            if home.is_some_and(|home| !may_see(home, path, bytes)) {
                return;
            }
            let bytes = joined(bytes);
            if memchr::memmem::find(&bytes, word.as_bytes()).is_some() {
                put(&found, path);
            }
            if pastes && path.is_c() && asked.having_parts(&bytes).next().is_some() {
                put(&pasting, path);
            }
        });
        let report = report.map_err(|error| (Unresolved::tree(error.to_string()), None))?;
        if let Some((path, reason)) = report.unreadable.into_iter().next() {
            return Err((Unresolved::tree(reason), Some(path)));
        }
        let pasting = pasting.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        // What the series has brought itself.
        found.extend(self.files.keys().cloned());
        Ok((found, pasting))
    }

    /// Refuses a name that a macro makes of parts: such a use would be left as it is.
    fn not_pasted(
        &self,
        word: &str,
        files: BTreeSet<TreePath>,
        home: Option<&File>,
    ) -> Result<(), Stopped> {
        let mut pastings: BTreeSet<Pasting> = BTreeSet::new();
        for path in files {
            let file = self
                .open(&path)
                .map_err(|unresolved| (unresolved, Some(path)))?;
            pastings.extend(file.iter().flat_map(|file| wide::pastings(file, word)));
        }
        if pastings.is_empty() {
            return Ok(());
        }
        let scan = Scan {
            words: pastings.iter().map(|pasting| pasting.by.clone()).collect(),
            ..Scan::default()
        };
        let found: Mutex<BTreeSet<(TreePath, usize, String)>> = Mutex::default();
        let report = self.tree.tree().look(&scan, &|path, bytes| {
            if home.is_some_and(|home| !may_see(home, path, bytes)) {
                return;
            }
            for pasting in &pastings {
                if let Some(line) = wide::pasted_at(bytes, pasting) {
                    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                    found.insert((path.clone(), line, pasting.by.clone()));
                }
            }
        });
        report.map_err(|error| (Unresolved::tree(error.to_string()), None))?;
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        match found.into_iter().next() {
            None => Ok(()),
            Some((path, line, by)) => {
                let message = format!("{by}() makes `{word}` here of its argument");
                Err((Unresolved::unfit(message).at_line(line), Some(path)))
            }
        }
    }
}

/// The scope of a change, and the file that has what it is about; none: all of the tree.
fn within(scope: &[TreePath], home: &TreePath) -> Vec<String> {
    let home = (!scope.is_empty()).then_some(home);
    scope.iter().chain(home).map(ToString::to_string).collect()
}

/// Refuses a caller of the spec that has no call: what it declares would be made nowhere.
fn all_call(
    signature: &Signature,
    wanted: &Wanted<'_>,
    planned: &[Planned],
) -> Result<(), Unresolved> {
    let mut calling = BTreeSet::new();
    for (_, file, plan) in planned {
        let at = plan.sites.iter().map(|site| file.function_at(site.offset));
        calling.extend(at.flatten().map(|function| function.name.clone()));
    }
    let callers = signature.add.iter().flat_map(|add| &add.callers);
    match callers
        .map(|(name, _)| name)
        .find(|name| !calling.contains(*name))
    {
        None => Ok(()),
        Some(name) => Err(Unresolved::unfit(format!(
            "{name}() is among the `callers`, and has no call of {}()",
            wanted.name
        ))),
    }
}

/// Refuses a file that is not C and uses the name.
fn not_c(file: &File, name: &str) -> Result<(), Unresolved> {
    match wide::lines_with(file.written(), name).first() {
        None => Ok(()),
        Some(line) => Err(in_other_language(name).at_line(*line)),
    }
}

fn in_other_language(name: &str) -> Unresolved {
    Unresolved::unfit(format!(
        "`{name}` is in a file that is not C, and is not changed there"
    ))
}
