//! A change over many files: each file that has a site is judged as if it were the change's only one, and all of them together
//! have as many as declared.

use std::collections::BTreeSet;

use dialect::TreePath;
use schema::model::{Change, ChangeKind, Rewrite, Sites};
use sites::{Reason, Resolver, Unresolved, sweep};

use super::{Ctx, Judged, rewrite};
use crate::comparison::{Comparison, Image};
use crate::finding::{Finding, Verdict};

pub(super) fn judge(comparison: &Comparison<'_>, change: &Change) -> Judged {
    let sweep = Sweep { comparison, change };
    let judged = match comparison.before {
        Some(_) => sweep.patches(),
        None => sweep.landed(),
    };
    judged.unwrap_or_else(|unresolved| Judged::only(sweep.unresolved(&unresolved)))
}

struct Sweep<'a> {
    comparison: &'a Comparison<'a>,
    change: &'a Change,
}

/// What a file of the tree has of the change.
enum Has {
    /// So many sites.
    Sites(usize),
    /// The new form alone.
    New,
    Nothing,
    /// It cannot be told, or the change cannot be made there.
    Stopped(Unresolved),
}

impl Sweep<'_> {
    /// Patches: every site of the tree before has its new form, and no old form came elsewhere.
    fn patches(&self) -> Result<Judged, Unresolved> {
        let mut all = Judged::default();
        let (mut sites, mut files, mut is_new) = (0, 0, false);
        let mut known = BTreeSet::new();
        for path in self.files(Image::Before)? {
            let one = sweep::in_file(self.change, &path);
            let ctx = self.ctx(&one, Image::Before);
            match self.has(&path, Image::Before) {
                Has::Sites(count) => {
                    sites += count;
                    files += 1;
                    all.take(ctx.judge());
                }
                Has::Stopped(unresolved) => all.take(ctx.stopped(&unresolved)),
                Has::New => {
                    is_new = true;
                    continue;
                }
                Has::Nothing => continue,
            }
            known.insert(path);
        }
        // An old form that the patches bring is one too many.
        let touched = |path: &TreePath| self.comparison.touched.contains(path);
        for path in self.files(Image::After)? {
            if known.contains(&path) || !touched(&path) {
                continue;
            }
            match self.has(&path, Image::After) {
                Has::Sites(_) | Has::Stopped(_) => {
                    let one = sweep::in_file(self.change, &path);
                    all.take(self.ctx(&one, Image::After).judge());
                }
                Has::New | Has::Nothing => {}
            }
        }
        if files == 0 && all.findings.is_empty() {
            return match (is_new, self.change.already_is_fine) {
                (true, true) => {
                    let ctx = self.ctx(self.change, Image::Before);
                    Ok(ctx.already())
                }
                (true, false) => Err(Unresolved::present("the new form is there already")),
                (false, _) => Err(sweep::nowhere(&self.change.body)),
            };
        }
        if let Err(unresolved) = sweep::counted(self.change, sites, files) {
            all.findings.push(self.unresolved(&unresolved));
        }
        Ok(all)
    }

    /// The tree as it is: no file has an old form, and together they have the new one as often as declared.
    fn landed(&self) -> Result<Judged, Unresolved> {
        let mut all = Judged::default();
        let mut count = 0;
        let deletes = rewrite_of(self.change).is_some_and(|kind| kind.replacement.is_empty());
        for path in self.files(Image::After)? {
            if matches!(self.has(&path, Image::After), Has::Nothing) {
                continue;
            }
            let one = sweep::in_file(self.change, &path);
            let ctx = self.ctx(&one, Image::After);
            let judged = ctx.judge();
            count += match rewrite_of(&one) {
                Some(kind) => rewrite::new_forms(&ctx, kind),
                None => right(&judged),
            };
            all.take(judged);
        }
        let ctx = self.ctx(self.change, Image::After);
        if all.findings.is_empty() {
            let message = "nothing is left of it".to_owned();
            all.findings.push(match deletes {
                true => ctx.holds("old-form", message),
                false => ctx.violated("site", sweep::nowhere(&self.change.body).message),
            });
        } else if let (Sites::Exactly(wanted), false) = (self.change.sites, deletes)
            && count < wanted
        {
            let message = format!("expected {wanted} of the new form, found {count}");
            all.findings.push(ctx.violated("site", message));
        }
        Ok(all)
    }

    fn ctx<'c>(&'c self, change: &'c Change, side: Image) -> Ctx<'c> {
        Ctx {
            comparison: self.comparison,
            change,
            body: &change.body,
            side,
        }
    }

    fn files(&self, side: Image) -> Result<Vec<TreePath>, Unresolved> {
        let Some(tree) = self.comparison.tree(side) else {
            return Ok(Vec::new());
        };
        let isomorphisms = &self.comparison.spec.isomorphisms;
        sweep::files(&**tree.tree(), &self.change.body, isomorphisms)
    }

    fn has(&self, path: &TreePath, side: Image) -> Has {
        let file = match self.comparison.file(side, path) {
            Ok(Some(file)) => file,
            Ok(None) => return Has::Nothing,
            Err(error) => return Has::Stopped(Unresolved::tree(error.to_string())),
        };
        let Some(tree) = self.comparison.tree(side) else {
            return Has::Nothing;
        };
        let isomorphisms = &self.comparison.spec.isomorphisms;
        let resolver = Resolver::new(tree, &file, isomorphisms, Sites::All);
        match sites::find(&resolver, &self.change.body) {
            Ok(found) => Has::Sites(found.len()),
            Err(unresolved) => match unresolved.reason {
                Reason::Absent => Has::Nothing,
                Reason::Present => Has::New,
                _ => Has::Stopped(unresolved),
            },
        }
    }

    /// Why it has no sites as declared.
    fn unresolved(&self, unresolved: &Unresolved) -> Finding {
        let ctx = self.ctx(self.change, Image::Before);
        let message = match self.comparison.before {
            Some(_) => format!("in the tree before: {}", unresolved.message),
            None => unresolved.message.clone(),
        };
        match unresolved.reason {
            Reason::Unread | Reason::Spec | Reason::Tree => ctx.unknown("site", message),
            Reason::Absent | Reason::Unfit | Reason::Present => ctx.violated("site", message),
        }
    }
}

/// How many sites are as declared.
fn right(judged: &Judged) -> usize {
    let mut findings: Vec<&Finding> = judged.findings.iter().collect();
    findings.retain(|finding| finding.verdict == Verdict::Holds && finding.line.is_some());
    findings.dedup();
    findings.len()
}

fn rewrite_of(change: &Change) -> Option<&Rewrite> {
    match &change.body.kind {
        ChangeKind::Rewrite(kind) => Some(kind),
        _ => None,
    }
}

impl Judged {
    fn take(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.explained_tokens.extend(other.explained_tokens);
        self.comment_scopes.extend(other.comment_scopes);
    }
}
