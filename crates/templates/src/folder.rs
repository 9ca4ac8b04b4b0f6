//! A user's folder of templates.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::engine::Engine;
use crate::{Page, TemplateError, shipped};

/// The templates that a user may replace, below the folder as below `templates/`.
const REPLACEABLE: [&str; 5] = [
    "mail/cover.mail",
    "mail/patch.mail",
    "report/audit.html",
    "report/check.html",
    "report/report.html",
];

/// More is not a template.
const MOST_BYTES: u64 = 1 << 20;

/// Why a folder's templates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder or a file in it cannot be read.
    #[error("{}: {reason}", path.display())]
    Unreadable {
        /// The folder or the file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file that no page is made by. A misspelt name must not leave the shipped template in use in silence.
    #[error(
        "{}: no page is made by this template; there are {}, and files whose name starts with `_` for them to include",
        path.display(), REPLACEABLE.join(", ")
    )]
    Unused {
        /// The file.
        path: PathBuf,
    },
    /// Fragments of C, which are not for users.
    #[error("{}: fragments of C cannot be replaced, the verifier asks for what the spec declares; remove the folder", path.display())]
    Fragments {
        /// The folder.
        path: PathBuf,
    },
    /// It has none of the templates.
    #[error("{}: no template in it; there are {}", path.display(), REPLACEABLE.join(", "))]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// A template is wrong.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// The templates that pages are made by: a user's where there is one, else the shipped ones.
#[derive(Default)]
pub struct Templates {
    own: Option<Engine>,
}

impl Templates {
    /// The shipped templates.
    #[must_use]
    pub fn shipped() -> Self {
        Self::default()
    }

    /// The templates of a folder, laid out as `templates/` is: `mail/patch.mail` … What it does not have is as
    /// shipped. Every file is read now, so that a mistake is said before anything is made.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn in_folder(folder: &Path) -> Result<Self, FolderError> {
        let fragments = folder.join("c");
        if fragments.exists() {
            return Err(FolderError::Fragments { path: fragments });
        }
        let mut engine = Engine::in_folder(folder);
        let mut files = Vec::new();
        for part in ["mail", "report"] {
            list(&folder.join(part), &mut files)?;
        }
        if files.is_empty() {
            // Says of a folder that is not there what is wrong with it.
            fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
        }
        files.sort();
        let mut has_template = false;
        for file in files {
            let name = file.strip_prefix(folder).unwrap_or(&file);
            let name = name.to_string_lossy().into_owned();
            let hidden = |file: &Path| {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                name.starts_with('_')
            };
            let is_page = REPLACEABLE.contains(&name.as_str());
            if !is_page && !hidden(&file) {
                return Err(FolderError::Unused { path: file });
            }
            has_template |= is_page;
            engine.add(&name, read(&file)?)?;
        }
        if !has_template {
            return Err(FolderError::Empty {
                path: folder.to_owned(),
            });
        }
        Ok(Self { own: Some(engine) })
    }

    /// Whether the page is made by a template of the user's.
    #[must_use]
    pub fn has_own<P: Page>(&self) -> bool {
        self.own.as_ref().is_some_and(|engine| engine.has(P::PATH))
    }

    /// Makes a page.
    ///
    /// # Errors
    /// The template fails: the place in it, and why.
    pub fn render<P: Page>(&self, page: &P) -> Result<String, TemplateError> {
        match &self.own {
            Some(engine) if self.has_own::<P>() => engine.render(P::PATH, page),
            _ => shipped(page),
        }
    }

    /// Makes the page of values whose newlines are blanks: what is a line in it is one because the template has it.
    ///
    /// # Errors
    /// The template fails: the place in it, and why.
    pub fn render_flat<P: Page>(&self, page: &P) -> Result<String, TemplateError> {
        match &self.own {
            Some(engine) if self.has_own::<P>() => engine.render_flat(P::PATH, page),
            _ => Engine::of_source(P::PATH, P::SOURCE)?.render_flat(P::PATH, page),
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> FolderError {
    FolderError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

/// The files of a folder, which need not be there.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), FolderError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(folder, &error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        files.push(entry.path());
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, FolderError> {
    let refuse = |reason: &str| FolderError::Unreadable {
        path: file.to_owned(),
        reason: reason.to_owned(),
    };
    let facts = fs::metadata(file).map_err(|error| unreadable(file, &error))?;
    if !facts.is_file() {
        return Err(refuse("not a file"));
    }
    if facts.len() > MOST_BYTES {
        return Err(refuse("larger than 1 MiB: not a template"));
    }
    let bytes = fs::read(file).map_err(|error| unreadable(file, &error))?;
    String::from_utf8(bytes).map_err(|_| refuse("not UTF-8"))
}
