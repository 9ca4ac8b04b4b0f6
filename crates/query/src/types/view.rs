//! From where a definition is looked for: how far each file is, and what of it the code there sees.

use dialect::path::TreePath;
use dialect::token::texts;

use super::DefinitionKind;
use super::lookup::{Nearness, includes};
use crate::File;

/// See the module's page.
pub struct View<'v> {
    rank: &'v dyn Fn(&TreePath) -> usize,
    sees: Sees,
}

/// Which files' definitions count.
#[derive(Clone, Debug)]
pub struct Sees {
    /// The file whose code has the name, and the one that the question is about; none: every file's count.
    from: Option<(TreePath, TreePath)>,
}

impl<'v> View<'v> {
    /// Every definition of the tree counts, in this order: the least first.
    #[must_use]
    pub fn of_all(rank: &'v dyn Fn(&TreePath) -> usize) -> Self {
        let sees = Sees { from: None };
        Self { rank, sees }
    }

    /// Those that code of `near` may see, for a question about `home`; `rank` is their [`Nearness`].
    pub(super) fn from(near: &File, home: &File, rank: &'v dyn Fn(&TreePath) -> usize) -> Self {
        let from = Some((near.path().clone(), home.path().clone()));
        let sees = Sees { from };
        Self { rank, sees }
    }

    /// How far a file is.
    #[must_use]
    pub fn rank(&self, path: &TreePath) -> usize {
        (self.rank)(path)
    }

    /// Which of the files count.
    #[must_use]
    pub fn sees(&self) -> &Sees {
        &self.sees
    }
}

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View")
            .field("sees", &self.sees)
            .finish_non_exhaustive()
    }
}

impl Sees {
    /// Whether what the file `rank` away has of the name is there for the code that asks: a `.c` file shows others its records,
    /// to whoever says the tag, and the functions that it links with, and nothing else but to what it includes.
    #[must_use]
    pub fn sees(&self, kind: DefinitionKind, name: &str, rank: usize, file: &File) -> bool {
        let Some((near, home)) = &self.from else {
            return true;
        };
        if rank < Nearness::Source as usize || file.path() == home {
            return true;
        }
        if rank > Nearness::Source as usize {
            return false;
        }
        let is_part = || {
            [near, home]
                .iter()
                .any(|part| includes(file, part.as_str()))
        };
        match kind {
            DefinitionKind::Record => true,
            DefinitionKind::Function => links(file, name) || is_part(),
            DefinitionKind::Typedef | DefinitionKind::Name => is_part(),
        }
    }
}

/// Whether the file has a function of that name that others may link with.
fn links(file: &File, name: &str) -> bool {
    let mut own = file.functions().iter().filter(|own| own.name == name);
    own.any(|own| {
        let head = file.slice(own.range.start..own.name_range.start);
        !texts(head).any(|word| word == "static")
    })
}
