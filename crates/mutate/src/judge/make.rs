//! Makes mutants in memory, each form of the code once.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::{TokenKind, tokens};
use generator::Snapshot;
use query::File;
use rustc_hash::{FxHashSet, FxHasher};

use crate::classes::Class;
use crate::edit::{Doing, Mutation, apply};
use crate::material::Material;
use crate::outcome::{ClassCount, Tally};
use crate::sequence::Sequence;

/// A mutant, made.
pub(super) struct Mutant {
    pub(super) class: Class,
    pub(super) mutation: Mutation,
    pub(super) form: Form,
}

/// What there is to judge of it.
pub(super) enum Form {
    /// The files of the tree with the series, as far as they differ from those of the series as it is; and what each
    /// patch leaves, where there are patches.
    Tree {
        changed: Snapshot,
        states: Option<Vec<Snapshot>>,
    },
    Mails(Vec<(String, Vec<u8>)>),
}

/// Makes mutants of mutations, each form of the code once.
pub(super) struct Maker<'m> {
    material: &'m Material<'m>,
    /// Hashes of the forms that were made.
    seen: FxHashSet<u64>,
}

impl<'m> Maker<'m> {
    pub(super) fn new(material: &'m Material<'m>) -> Self {
        Self {
            material,
            seen: FxHashSet::default(),
        }
    }

    pub(super) fn class(&mut self, class: Class, most: usize) -> (ClassCount, Vec<Mutant>) {
        let all = class.mutations(self.material);
        let mut count = ClassCount {
            class: class.name(),
            about: class.about(),
            possible: all.len(),
            equivalent: 0,
            unread: 0,
            mails: Tally::default(),
            landed: Tally::default(),
        };
        let length = all.len();
        let shuffled = Sequence::new(self.material.seed, class.name()).shuffled(all);
        let mut made: Vec<(usize, Mutant)> = Vec::new();
        for (at, mutation) in shuffled {
            if made.len() == most {
                break;
            }
            match self.made(class, mutation) {
                Ok(mutant) => made.push((at, mutant)),
                Err(Not::Equivalent) => count.equivalent += 1,
                Err(Not::Read) => count.unread += 1,
            }
        }
        debug_assert!(made.len() <= length);
        made.sort_by_key(|(at, _)| *at);
        (count, made.into_iter().map(|(_, mutant)| mutant).collect())
    }

    fn made(&mut self, class: Class, mutation: Mutation) -> Result<Mutant, Not> {
        let form = match &mutation.doing {
            Doing::Mails(mails) => Form::Mails(mails.clone()),
            Doing::Edits(path, edits) => {
                let file = self
                    .material
                    .after
                    .file(path)
                    .ok()
                    .flatten()
                    .ok_or(Not::Read)?;
                let bytes = apply(file.written(), edits).ok_or(Not::Read)?;
                let is_worse = self.unread(path, &bytes) > file.unread().len();
                // What is no C any more is seen by any compiler.
                if path.is_c() && is_worse {
                    return Err(Not::Read);
                }
                let is_judged_landed = class.is_preserving();
                Form::Tree {
                    changed: Snapshot::from([(path.clone(), Arc::clone(&bytes))]),
                    states: (self.material.has_mails() && !is_judged_landed)
                        .then(|| self.states(path, &bytes)),
                }
            }
            Doing::Snapshots(states) => Form::Tree {
                changed: self.changed(states),
                states: Some(states.clone()),
            },
        };
        let key = self
            .key(&form, class.is_preserving())
            .ok_or(Not::Equivalent)?;
        if !self.seen.insert(key) {
            return Err(Not::Equivalent);
        }
        Ok(Mutant {
            class,
            mutation,
            form,
        })
    }

    /// How many places of the bytes are no C.
    fn unread(&self, path: &TreePath, bytes: &Arc<[u8]>) -> usize {
        let reader = self.material.after.reader();
        File::from(reader.read(path, Arc::clone(bytes)))
            .unread()
            .len()
    }

    /// What each patch leaves where the last one that has the file leaves these bytes.
    fn states(&self, path: &TreePath, bytes: &Arc<[u8]>) -> Vec<Snapshot> {
        let mut states = self.material.states.clone();
        let last = states.len().saturating_sub(1);
        let at = states
            .iter()
            .rposition(|state| state.contains_key(path))
            .unwrap_or(last);
        if let Some(state) = states.get_mut(at) {
            state.insert(path.clone(), Arc::clone(bytes));
        }
        states
    }

    /// The files of the tree after these patches that differ from those of the series.
    fn changed(&self, states: &[Snapshot]) -> Snapshot {
        let mut files = Snapshot::new();
        for path in self.material.last().into_keys() {
            // What the other series leaves alone is as the tree has it.
            if let Ok(Some(bytes)) = self.material.tree.read(&path) {
                files.insert(path, bytes);
            }
        }
        for state in states {
            files.extend(
                state
                    .iter()
                    .map(|(path, bytes)| (path.clone(), Arc::clone(bytes))),
            );
        }
        let after = self.material.after.tree();
        files.retain(|path, bytes| after.read(path).ok().flatten().as_ref() != Some(bytes));
        files
    }

    /// A number for the code of a form, comments and layout left out; none where that is the series' own.
    fn key(&self, form: &Form, with_layout: bool) -> Option<u64> {
        let mut hasher = FxHasher::default();
        match form {
            Form::Mails(mails) => {
                if *mails == self.material.mails {
                    return None;
                }
                mails.hash(&mut hasher);
            }
            Form::Tree { changed, .. } => {
                let mut differs = false;
                for (path, bytes) in changed {
                    let own = self.material.after.tree().read(path).ok().flatten();
                    let own = own.as_deref().unwrap_or_default();
                    path.hash(&mut hasher);
                    if with_layout {
                        differs |= *own != **bytes;
                        bytes.hash(&mut hasher);
                    } else {
                        let code = code(bytes);
                        differs |= code != self::code(own);
                        code.hash(&mut hasher);
                    }
                }
                if !differs {
                    return None;
                }
            }
        }
        Some(hasher.finish())
    }
}

/// Why a mutation makes no mutant.
enum Not {
    /// The code is that of the series, or of another mutant.
    Equivalent,
    /// It is no C, or has no place.
    Read,
}

/// The tokens of a file that a compiler sees.
fn code(bytes: &[u8]) -> Vec<&[u8]> {
    let all = tokens(bytes).into_iter();
    all.filter(|token| token.kind != TokenKind::Comment)
        .map(|token| bytes.get(token.range).unwrap_or_default())
        .collect()
}
