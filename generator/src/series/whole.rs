//! Files that come, go or move as a whole.

use std::sync::Arc;

use dialect::TreePath;
use query::File;
use schema::model::{Change, ChangeBody, WholeFile};
use sites::Unresolved;
use sites::kinds::file::{self, Found};
use trees::FileMode;

use super::Work;
use super::files::beyond;
use crate::manifest::{ChangeFacts, SiteFacts};

impl Work<'_> {
    /// Makes a change of a whole file.
    pub(super) fn whole_file(
        &mut self,
        change: &Change,
        form: usize,
        body: &ChangeBody,
        whole: &WholeFile,
    ) -> Result<ChangeFacts, (Unresolved, Option<TreePath>)> {
        let first = body.files.first().cloned();
        let stop = |unresolved: Unresolved| (unresolved, first.clone());
        let read = |path: &TreePath| self.bytes(path);
        let found = file::find(&**self.tree.tree(), &body.files, whole, &read).map_err(stop)?;
        let now = found.now.iter().map(|(path, _)| path);
        for path in now.chain([&found.path]) {
            self.is_in_the_tree(path).map_err(stop)?;
        }
        let text = match (whole, &found.now) {
            (WholeFile::Created { content, .. }, _) => content.clone().into_bytes(),
            (_, Some((_, bytes))) => bytes.to_vec(),
            (_, None) => Vec::new(),
        };
        self.make(whole, &found, &text).map_err(stop)?;
        let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
        Ok(ChangeFacts {
            id: change.id.clone(),
            kind: body.kind.name().to_owned(),
            form,
            sites: vec![SiteFacts {
                file: found.path.to_string(),
                line: 1,
                function: None,
                text: sites::one_line(&String::from_utf8_lossy(line)),
                alternatives: found.alternatives,
            }],
        })
    }

    fn make(&mut self, whole: &WholeFile, found: &Found, text: &[u8]) -> Result<(), Unresolved> {
        match whole {
            WholeFile::Created { is_executable, .. } => {
                let mode = match is_executable {
                    true => FileMode::Executable,
                    false => FileMode::Regular,
                };
                self.whole.modes.insert(found.path.clone(), mode);
                self.put(&found.path, Some(text));
            }
            WholeFile::Deleted => self.put(&found.path, None),
            WholeFile::Moved { .. } => {
                let Some((old, _)) = &found.now else {
                    return Ok(());
                };
                let known = self.whole.modes.get(old).copied();
                let mode = match known {
                    Some(mode) => Some(mode),
                    None => {
                        let mode = self.tree.tree().mode(old);
                        mode.map_err(|error| Unresolved::tree(error.to_string()))?
                    }
                };
                let mode = mode.unwrap_or(FileMode::Regular);
                self.whole.modes.insert(found.path.clone(), mode);
                self.whole.moves.insert(found.path.clone(), old.clone());
                self.put(old, None);
                self.put(&found.path, Some(text));
            }
        }
        Ok(())
    }

    /// Has a file with these bytes from now on, or none.
    pub(super) fn put(&mut self, path: &TreePath, bytes: Option<&[u8]>) {
        let before = self.bytes(path).ok().flatten();
        self.before.entry(path.clone()).or_insert(before);
        let read = |bytes: &[u8]| Arc::new(File::from(self.tree.reader().read(path, bytes.into())));
        let file = bytes.map(read);
        self.files.insert(path.clone(), file);
        self.inserted.remove(path);
    }

    /// The bytes of a file, as the series so far leaves it.
    pub(super) fn bytes(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, Unresolved> {
        if let Some(file) = self.files.get(path) {
            return Ok(file.as_ref().map(|file| file.written().clone()));
        }
        let read = self.tree.tree().read(path);
        read.map_err(|error| Unresolved::tree(error.to_string()))
    }

    /// Refuses a path that git would not take: beyond a symbolic link, or below a file.
    fn is_in_the_tree(&self, path: &TreePath) -> Result<(), Unresolved> {
        let tree = self.tree.tree();
        let link = trees::link_on_the_way(&**tree, path);
        if let Some(link) = link.map_err(|error| Unresolved::tree(error.to_string()))? {
            return Err(beyond(path, &link));
        }
        let mut folders = path.as_str().match_indices('/');
        let above = folders.find_map(|(at, _)| {
            let folder = TreePath::new(path.as_str().get(..at)?).ok()?;
            let is_file = self.bytes(&folder).is_ok_and(|bytes| bytes.is_some());
            is_file.then_some(folder)
        });
        match above {
            Some(file) => Err(Unresolved::unfit(format!("{file} is a file, not a folder"))),
            None => Ok(()),
        }
    }
}
