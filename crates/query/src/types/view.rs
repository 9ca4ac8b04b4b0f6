//! From where a definition is looked for: how far each file is, and what of it the code there sees.

use dialect::path::TreePath;

use super::DefinitionKind;
use super::lookup::{Nearness, includes, nearness};
use crate::File;

/// See the module's page.
pub struct View<'v>(Point<'v>);

enum Point<'v> {
    /// Every definition of the tree, by its rank.
    All(&'v dyn Fn(&TreePath) -> usize),
    /// What the code of a file sees, and the file that the question is about.
    Code(&'v File, &'v File),
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
        Self(Point::All(rank))
    }

    /// Those that code of `near` may see, for a question about `home`, by their [`Nearness`].
    pub(super) fn from(near: &'v File, home: &'v File) -> Self {
        Self(Point::Code(near, home))
    }

    /// How far a file is.
    #[must_use]
    pub fn rank(&self, path: &TreePath) -> usize {
        match &self.0 {
            Point::All(rank) => rank(path),
            Point::Code(near, home) => nearness(near, home, path) as usize,
        }
    }

    /// Which of the files count.
    #[must_use]
    pub fn sees(&self) -> Sees {
        let from = match &self.0 {
            Point::All(_) => None,
            Point::Code(near, home) => Some((near.path().clone(), home.path().clone())),
        };
        Sees { from }
    }
}

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("View").field(&self.sees()).finish()
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
        let mut parts = [near, home].into_iter();
        let mut is_part = || parts.any(|part| includes(file, part.as_str()));
        let mut functions = file.functions().iter();
        match kind {
            DefinitionKind::Record => true,
            DefinitionKind::Function => {
                functions.any(|own| own.name == name && !own.is_static) || is_part()
            }
            DefinitionKind::Typedef | DefinitionKind::Name => is_part(),
        }
    }
}
