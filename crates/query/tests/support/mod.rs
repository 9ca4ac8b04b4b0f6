//! A plain tree for tests: every file of some folders in memory, parsed when a question needs it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails where its tree cannot be read, and says what it skips"
)]

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use dialect::TreePath;
use memchr::memmem;
use query::File;
use query::types::{DefinitionKind, DefinitionSource, Files, View};
use syntax::Reader;

/// The files below some folders of a tree.
pub(crate) struct Folder {
    files: BTreeMap<TreePath, Arc<[u8]>>,
    parsed: Mutex<HashMap<TreePath, Arc<File>>>,
    reader: Reader,
}

impl Folder {
    /// Reads every `.c` and `.h` file of `root` below `folders`.
    pub(crate) fn open(root: &Path, folders: &[&str]) -> Self {
        let mut files = BTreeMap::new();
        for folder in folders {
            load(root, &root.join(folder), &mut files);
        }
        Self {
            files,
            parsed: Mutex::default(),
            reader: Reader::standalone(),
        }
    }

    /// Every path, sorted.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &TreePath> {
        self.files.keys()
    }

    /// The bytes of a file that is there.
    pub(crate) fn bytes(&self, path: &TreePath) -> &Arc<[u8]> {
        &self.files[path]
    }

    pub(crate) fn file(&self, path: &TreePath) -> Option<Arc<File>> {
        if let Some(file) = self.parsed.lock().unwrap().get(path) {
            return Some(file.clone());
        }
        let bytes = self.files.get(path)?;
        let file = Arc::new(File::from(self.reader.read(path, bytes.clone())));
        let mut parsed = self.parsed.lock().unwrap();
        Some(parsed.entry(path.clone()).or_insert(file).clone())
    }

    fn with_word(&self, word: &str) -> Vec<Arc<File>> {
        self.files
            .iter()
            .filter(|(_, bytes)| has_word(bytes, word.as_bytes()))
            .filter_map(|(path, _)| self.file(path))
            .collect()
    }
}

fn load(root: &Path, folder: &Path, files: &mut BTreeMap<TreePath, Arc<[u8]>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let relative = path
            .strip_prefix(root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        if path.is_dir() && !path.is_symlink() {
            load(root, &path, files);
        } else if relative.ends_with(".c") || relative.ends_with(".h") {
            let bytes = std::fs::read(&path).unwrap();
            files.insert(TreePath::new(&relative).unwrap(), Arc::from(bytes));
        }
    }
}

fn has_word(text: &[u8], word: &[u8]) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    memmem::find_iter(text, word).any(|at| {
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        !is_word(before) && !is_word(text.get(at + word.len()))
    })
}

impl DefinitionSource for Folder {
    fn files_defining(&self, kind: DefinitionKind, name: &str, view: &View<'_>) -> Files<'_> {
        let mut files = self.with_word(name);
        files.retain(|file| match kind {
            DefinitionKind::Record => !file.records_named(name).is_empty(),
            DefinitionKind::Typedef => file.typedefs().iter().any(|typedef| typedef.name == name),
            DefinitionKind::Function | DefinitionKind::Name => true,
        });
        files.retain(|file| view.sees().sees(kind, name, view.rank(file.path()), file));
        files.sort_by_key(|file| (view.rank(file.path()), file.path().clone()));
        Box::new(files.into_iter())
    }
}

/// A real kernel, where `make kernels` has put one.
pub(crate) fn kernel(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("PATCHWRIGHT_KERNELS").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/patchwright/kernels"),
        PathBuf::from,
    );
    let kernel = folder.join(name);
    if !kernel.is_dir() {
        eprintln!("skipped: {} is not there (make kernels)", kernel.display());
        return None;
    }
    Some(kernel)
}
