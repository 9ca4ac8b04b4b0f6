//! What `check` found of revisions, kept for the next run: a tree that was judged is not judged again, nor one that differs from
//! it in nothing that was asked.
//!
//! An answer is kept under a digest of all that it follows from: the program itself, the specs, the words of the dialect, the
//! name of the tree; and with the id of the tree, and what was asked of it. What was not known, or rests on something that
//! could not be read, is never kept. A file that is cut off, damaged or of another format is no answer, and neither is a
//! folder that cannot be read or written: all is judged then, as without it. Files are written whole or not at all, so that
//! runs may share the folder, and anybody may delete it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use dialect::words::Words;
use schema::model::Spec;
use serde::{Deserialize, Serialize};
use trees::{GitTree, Questions, Recorded, Tree};

use crate::spec_status::{self, SpecStatus, Word};

/// The format of a file; another one is passed over.
const FORMAT: u32 = 1;

/// What nobody came back to for so long is deleted.
const KEPT: Duration = Duration::from_secs(60 * 24 * 3600);

/// A file: what was found, and what it rests on.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    format: u32,
    /// The id of the tree object.
    tree: String,
    states: Vec<State>,
    asked: Questions,
}

/// The status of a spec.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    status: String,
    detail: String,
    all: Vec<String>,
}

/// A folder of what was found.
pub(crate) struct KeptAnswers {
    folder: PathBuf,
    /// The digest of the program: another one may judge otherwise.
    program: blake3::Hash,
}

impl KeptAnswers {
    /// The folder that the user has for such files, by the XDG base directory specification; none where there is none.
    pub(crate) fn open() -> Option<Self> {
        let named = |name: &str| {
            let path = std::env::var_os(name).map(PathBuf::from)?;
            // Relative paths are to be ignored, says the specification.
            path.is_absolute().then_some(path)
        };
        let caches =
            named("XDG_CACHE_HOME").or_else(|| named("HOME").map(|home| home.join(".cache")))?;
        let program = std::fs::read(std::env::current_exe().ok()?).ok()?;
        Some(Self {
            folder: caches.join("patchwright").join("check"),
            program: blake3::hash(&program),
        })
    }

    /// The status of each spec in a revision, read with these words: as it was found before, or as it is judged now.
    pub(crate) fn statuses(
        &self,
        specs: &[&Spec],
        words: &Words,
        tree: &Arc<GitTree>,
    ) -> Vec<SpecStatus> {
        let file = self.folder.join(self.key(specs, words, &tree.label()));
        let known = read(&file).filter(|entry| entry.states.len() == specs.len());
        if let Some(mut entry) = known.filter(|entry| is_of(entry, tree)) {
            let statuses: Option<Vec<SpecStatus>> = entry.states.iter().map(status).collect();
            if let Some(statuses) = statuses {
                if entry.tree != tree.id() {
                    entry.tree = tree.id();
                    self.write(&file, &entry);
                }
                return statuses;
            }
        }
        let recorded = Arc::new(Recorded::new(Arc::clone(tree) as Arc<dyn Tree>));
        let worded = trees::with_words(Arc::clone(&recorded) as Arc<dyn Tree>, words);
        let statuses = spec_status::of_all(specs, &worded);
        let asked = recorded.questions();
        let is_told = |status: &SpecStatus| !matches!(status.word, Word::Unknown | Word::Unusable);
        if statuses.iter().all(is_told) && !asked.is_damaged() {
            let entry = Entry {
                format: FORMAT,
                tree: tree.id(),
                states: statuses.iter().map(state).collect(),
                asked,
            };
            self.write(&file, &entry);
        }
        statuses
    }

    /// The name of the file for such a question: everything that an answer follows from but the tree.
    fn key(&self, specs: &[&Spec], words: &Words, label: &str) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.program.as_bytes());
        // SOURCE_DATE_EPOCH decides whether mails can be dated.
        let epoch = std::env::var_os("SOURCE_DATE_EPOCH");
        for part in [format!("{epoch:?}"), format!("{words:?}"), label.to_owned()] {
            hasher.update(part.as_bytes()).update(b"\0");
        }
        for spec in specs {
            hasher.update(format!("{spec:?}").as_bytes()).update(b"\0");
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Writes a file, whole or not at all; where that fails, the next run judges again.
    fn write(&self, file: &Path, entry: &Entry) {
        let written = || -> std::io::Result<()> {
            std::fs::create_dir_all(&self.folder)?;
            let text = serde_json::to_string(entry)?;
            let mut new = tempfile::NamedTempFile::new_in(&self.folder)?;
            writeln!(new, "{}", blake3::hash(text.as_bytes()).to_hex())?;
            new.write_all(text.as_bytes())?;
            new.persist(file)?;
            Ok(())
        };
        if written().is_ok() {
            self.delete_old();
        }
    }

    /// Deletes what has not been written for long.
    fn delete_old(&self) {
        let now = SystemTime::now();
        for file in std::fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
        {
            let written = file.metadata().and_then(|data| data.modified());
            let age = written
                .ok()
                .and_then(|written| now.duration_since(written).ok());
            if age.is_some_and(|age| age > KEPT) {
                let _ = std::fs::remove_file(file.path());
            }
        }
    }
}

/// What a file has, if it is whole and of this format.
fn read(file: &Path) -> Option<Entry> {
    let text = std::fs::read_to_string(file).ok()?;
    let (digest, text) = text.split_once('\n')?;
    if blake3::hash(text.as_bytes()).to_hex().as_str() != digest {
        return None;
    }
    let entry: Entry = serde_json::from_str(text).ok()?;
    (entry.format == FORMAT).then_some(entry)
}

/// Whether the answers are those of the tree, too.
fn is_of(entry: &Entry, tree: &GitTree) -> bool {
    // What cannot be compared is judged: the tree from before may be gone, or never have been in this repository.
    entry.tree == tree.id()
        || tree
            .is_touched_since(&entry.tree, &entry.asked)
            .is_ok_and(|is_touched| !is_touched)
}

fn state(status: &SpecStatus) -> State {
    State {
        status: status.word.as_str().to_owned(),
        detail: status.detail.clone(),
        all: status.all.clone(),
    }
}

fn status(state: &State) -> Option<SpecStatus> {
    Some(SpecStatus {
        word: Word::named(&state.status)?,
        detail: state.detail.clone(),
        all: state.all.clone(),
    })
}
