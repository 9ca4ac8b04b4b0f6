//! A change over many files: each as if it were the only one, all of them or none.

use dialect::TreePath;
use schema::model::Change;
use sites::{Reason, Unresolved, sweep};

use super::Work;
use crate::manifest::ChangeFacts;

impl Work<'_> {
    /// Makes the change in every file that has a site. Where it cannot be made in one of them, it is made in none.
    pub(super) fn sweep(
        &mut self,
        change: &Change,
    ) -> Result<ChangeFacts, (Unresolved, Option<TreePath>)> {
        let kept = (
            self.files.clone(),
            self.inserted.clone(),
            self.before.clone(),
        );
        let swept = self.in_each(change);
        if swept.is_err() {
            (self.files, self.inserted, self.before) = kept;
        }
        swept
    }

    fn in_each(&mut self, change: &Change) -> Result<ChangeFacts, (Unresolved, Option<TreePath>)> {
        let mut facts = ChangeFacts::nowhere(change, 0);
        let mut files = 0;
        let mut is_made = false;
        let mut made: Option<(Unresolved, Option<TreePath>)> = None;
        for path in self
            .swept(change)
            .map_err(|unresolved| (unresolved, None))?
        {
            let one = sweep::in_file(change, &path);
            match self.form(&one, 0, &one.body) {
                Ok(own) if own.sites.is_empty() => is_made = true,
                Ok(own) => {
                    files += 1;
                    facts.sites.extend(own.sites);
                }
                Err((unresolved, _)) if unresolved.reason == Reason::Absent => {}
                Err((unresolved, path)) if unresolved.reason == Reason::Present => {
                    made = made.or(Some((unresolved, path)));
                }
                Err((unresolved, path)) => return Err((unresolved, path)),
            }
        }
        if facts.sites.is_empty() {
            return match made {
                _ if is_made => Ok(facts),
                Some(made) => Err(made),
                None => Err((sweep::nowhere(&change.body), None)),
            };
        }
        let count = facts.sites.len();
        sweep::counted(change, count, files).map_err(|unresolved| (unresolved, None))?;
        Ok(facts)
    }

    /// The files that may have a site, as the series so far leaves the tree.
    fn swept(&self, change: &Change) -> Result<Vec<TreePath>, Unresolved> {
        let tree = self.tree.tree();
        let mut paths = sweep::files(&**tree, &change.body, &self.spec.isomorphisms)?;
        let is_ours = |path: &&TreePath| {
            let mut globs = change.body.globs.iter();
            path.is_c() && globs.any(|glob| glob.matches(path))
        };
        paths.extend(self.files.keys().filter(is_ours).cloned());
        paths.sort();
        paths.dedup();
        paths.retain(|path| self.files.get(path).is_none_or(Option::is_some));
        Ok(paths)
    }
}
