//! The files of the tree as the series so far leaves it.

use std::sync::Arc;

use dialect::TreePath;
use query::File;
use schema::model::ChangeBody;
use sites::Unresolved;
use trees::TreeError;

use super::Work;
use super::readable::readable;

impl Work<'_> {
    /// The first of the form's files that the tree has, parsed as the series so far leaves it.
    pub(super) fn file(
        &self,
        body: &ChangeBody,
    ) -> Result<(TreePath, usize, Arc<File>), Unresolved> {
        let open = |path: &TreePath| {
            let file = self.open(path)?;
            Ok(file.map(|file| (path.clone(), file)))
        };
        let tree = self.tree.tree();
        let (index, (path, file)) = sites::first_file(&**tree, body, open)?;
        self.no_link(&path)?;
        Ok((path, index, file))
    }

    /// A file, parsed as the series so far leaves it.
    pub(super) fn open(&self, path: &TreePath) -> Result<Option<Arc<File>>, Unresolved> {
        if let Some(file) = self.files.get(path) {
            return Ok(file.clone());
        }
        match self.tree.file(path) {
            Ok(Some(file)) => readable(file).map(Some),
            Ok(None) => Ok(None),
            Err(TreeError::Unreadable { reason, .. }) => Err(Unresolved::tree(reason)),
            Err(TreeError::Escapes { .. }) => {
                Err(Unresolved::unfit("a symbolic link leads out of the tree"))
            }
            Err(error) => Err(Unresolved::tree(error.to_string())),
        }
    }

    /// Refuses a path that leads through a symbolic link.
    pub(super) fn no_link(&self, path: &TreePath) -> Result<(), Unresolved> {
        let link = trees::link_on_the_way(&**self.tree.tree(), path);
        match link.map_err(|error| Unresolved::tree(error.to_string()))? {
            Some(link) => Err(beyond(path, &link)),
            None => Ok(()),
        }
    }
}

/// Why nothing is changed at a path that is a symbolic link, or leads through one.
pub(super) fn beyond(path: &TreePath, link: &TreePath) -> Unresolved {
    let message = match path == link {
        true => "it is a symbolic link, and what git keeps of one is where it leads".to_owned(),
        false => format!("{link} is a symbolic link, and git changes nothing beyond one"),
    };
    Unresolved::unfit(message).hint("name the file by the path that it has without links")
}
