//! A series as commits of a git repository: objects first, and a new branch when all of it is written.
//!
//! Neither index nor work tree is opened, no existing reference is moved, and no hook, filter or signing program runs:
//! objects and the branch are written by libgit2, which has none of them. Commit objects are put together here and not
//! by libgit2, which would drop the last dot of a name like `John Doe Jr.` that the mails have. The committer's date is
//! the author's, so that the same series on the same commit has the same ids.

pub(crate) mod prep;
mod scratch;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use git2::build::TreeUpdateBuilder;
use git2::{AttrCheckFlags, ErrorCode, ObjectType, Oid, Reference, Repository};
use jiff::ZonedDateTime;
use schema::model::Address;
use trees::{FileMode, TreePath};

use crate::diff::FileDiff;
use crate::heading::Headings;

/// What the kernel cites objects by, where the repository does not say.
const ABBREVIATED: usize = 12;
/// Hex digits of a whole id.
const WHOLE: usize = 40;

/// Why a series cannot be written as commits. No reference was moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CommitError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl CommitError {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }

    fn unwritten(error: &git2::Error) -> Self {
        let hint = "no branch was made; see to it that the repository can be written and its disk has room, and run it again";
        Self::new(
            format!("the commits cannot be written: {}", error.message()),
            hint,
        )
    }
}

/// A branch that is to be made of a series.
pub struct Branch {
    // libgit2's handles are not for several threads at once.
    repository: Mutex<Repository>,
    /// `refs/heads/NAME`
    reference: String,
    /// None: what the series changes is all there is, as it was before.
    base: Option<Oid>,
    committer: Option<Address>,
    digits: usize,
}

impl std::fmt::Debug for Branch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Branch").field(&self.reference).finish()
    }
}

/// What one commit is made of, but for its parent.
pub(crate) struct Draft<'a> {
    pub(crate) author: &'a Address,
    pub(crate) date: ZonedDateTime,
    pub(crate) subject: &'a str,
    pub(crate) message: &'a str,
    pub(crate) diff: &'a [FileDiff],
}

impl Branch {
    /// A branch `name` on the commit `base` of the repository at `path`. `committer` goes before the identity that the
    /// repository is configured with; with neither, each commit's author is its committer.
    ///
    /// # Errors
    /// There is no such repository or commit, the name is no branch's, or it is taken.
    pub fn open(
        path: &Path,
        base: &str,
        name: &str,
        committer: Option<Address>,
    ) -> Result<Self, CommitError> {
        let take_other = "give --commit the name of a new branch, such as series/my-flag";
        let repository = opened(path)?;
        let base = based(&repository, base)?;
        let name = name.strip_prefix("refs/heads/").unwrap_or(name);
        let reference = format!("refs/heads/{name}");
        let is_name = git2::Branch::name_is_valid(name).unwrap_or(false)
            && Reference::is_valid_name(&reference)
            && name != "HEAD";
        if !is_name {
            let shown = name.escape_default();
            return Err(CommitError::new(
                format!("`{shown}` is no name of a branch"),
                take_other,
            ));
        }
        free(&repository, name, &reference)
            .map_err(|message| CommitError::new(message, take_other))?;
        let (committer, digits) = configured(&repository, committer);
        Ok(Self {
            repository: Mutex::new(repository),
            reference,
            base: Some(base),
            committer,
            digits,
        })
    }

    /// Commits in a new repository in the empty folder `scratch`, which are nobody's to keep; no branch is made of them.
    /// With a repository and its commit, they have the ids that [`Self::open`] gives them there, and that repository stays
    /// as it is; without, what is below them is what the series changes and nothing else.
    ///
    /// # Errors
    /// There is no such repository or commit, or the folder cannot be written.
    pub fn scratch(
        scratch: &Path,
        on: Option<(&Path, &str)>,
        committer: Option<Address>,
    ) -> Result<Self, CommitError> {
        let unmade = |reason: String| {
            let message = format!("no scratch repository can be made: {reason}");
            CommitError::new(message, "see to it that TMPDIR can be written and has room")
        };
        let reference = String::new();
        let Some((path, base)) = on else {
            return Ok(Self {
                repository: Mutex::new(scratch::empty(scratch).map_err(unmade)?),
                reference,
                base: None,
                committer: None,
                digits: ABBREVIATED,
            });
        };
        let repository = opened(path)?;
        let base = based(&repository, base)?;
        let (committer, digits) = configured(&repository, committer);
        let made = scratch::borrowing(scratch, &repository, base).map_err(unmade)?;
        Ok(Self {
            repository: Mutex::new(made),
            reference,
            base: Some(base),
            committer,
            digits,
        })
    }

    /// Whether there is nothing below its commits but what the series changes.
    pub(crate) fn is_alone(&self) -> bool {
        self.base.is_none()
    }

    /// How many digits an id is cited with.
    #[must_use]
    pub fn digits(&self) -> usize {
        self.digits
    }

    /// Makes the branch, on the last of the commits.
    ///
    /// # Errors
    /// A branch of that name was made meanwhile, or the reference cannot be written; nothing was moved.
    pub fn make(&self, tip: &str, reason: &str) -> Result<(), CommitError> {
        let made = Oid::from_str(tip).and_then(|tip| {
            let repository = self.lock();
            repository
                .reference(&self.reference, tip, false, reason)
                .map(|_| ())
        });
        made.map_err(|error| {
            let name = self.name();
            match error.code() {
                ErrorCode::Exists => {
                    let message = format!("the branch {name} was made meanwhile; it is left as it is");
                    CommitError::new(message, format!("`git branch NAME {tip}` makes another one of the commits, which are written"))
                }
                _ => {
                    let message = format!("the branch {name} cannot be made: {}", error.message());
                    CommitError::new(message, format!("the commits are written: `git branch {name} {tip}` makes it, once nothing locks the repository"))
                }
            }
        })
    }

    /// The branch's name.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = self.reference.strip_prefix("refs/heads/");
        name.unwrap_or(&self.reference)
    }

    /// Whether the committer's name has other letters than ASCII: git then says so in a cover letter.
    pub(crate) fn is_wide(&self) -> bool {
        let committer = self.committer.as_ref();
        committer.is_some_and(|address| !address.name.is_ascii())
    }

    /// Writes a file's bytes.
    pub(crate) fn keep(&self, bytes: &[u8]) -> Result<(), CommitError> {
        let written = self.lock().blob(bytes);
        written
            .map(|_| ())
            .map_err(|error| CommitError::unwritten(&error))
    }

    /// The id of a blob that was written, as short as the repository is configured to cite it and no shorter than
    /// tells it apart from all of its objects.
    pub(crate) fn short(&self, id: &str) -> String {
        let whole = || id.to_owned();
        let repository = self.lock();
        let (Ok(objects), Ok(oid)) = (repository.odb(), Oid::from_str(id)) else {
            return whole();
        };
        let is_told = |digits: &usize| {
            let prefix = id.get(..*digits).unwrap_or(id);
            let Ok(short) = Oid::from_str(&format!("{prefix:0<WHOLE$}")) else {
                return false;
            };
            match objects.exists_prefix(short, *digits) {
                Ok(found) => found == oid,
                Err(error) => error.code() == ErrorCode::NotFound,
            }
        };
        let digits = (self.digits..WHOLE).find(is_told);
        digits
            .and_then(|digits| id.get(..digits))
            .map_or_else(whole, str::to_owned)
    }

    /// Which lines of a file git takes for headings: it asks the attributes of the work tree, or of the index, and where
    /// there is neither those of HEAD.
    pub(crate) fn headings(&self, path: &TreePath) -> Headings {
        let repository = self.lock();
        let flags = match repository.is_bare() {
            // `GIT_ATTR_CHECK_INCLUDE_HEAD`, which the binding has no name for.
            true => AttrCheckFlags::from_bits_retain(1 << 3),
            false => AttrCheckFlags::FILE_THEN_INDEX,
        };
        let value = repository.get_attr(Path::new(path.as_str()), "diff", flags);
        Headings::of_attribute(value.ok().flatten())
    }

    /// Writes a commit for each draft, one on top of the other, and gives their ids.
    pub(crate) fn commits(&self, drafts: &[Draft<'_>]) -> Result<Vec<String>, CommitError> {
        let repository = self.lock();
        let mut parent = match self.base {
            Some(base) => base,
            None => before(&repository, drafts)?,
        };
        let mut ids = Vec::new();
        for draft in drafts {
            let who = self.committer.as_ref().unwrap_or(draft.author);
            let head = signed(draft.author, who, &draft.date)?;
            parent = write(&repository, parent, draft, &head)
                .map_err(|error| CommitError::unwritten(&error))?;
            ids.push(parent.to_string());
        }
        Ok(ids)
    }

    fn lock(&self) -> MutexGuard<'_, Repository> {
        self.repository
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn opened(path: &Path) -> Result<Repository, CommitError> {
    trees::open_repository(path).map_err(|reason| {
        let hint = "--git takes the top folder of a repository, bare or not";
        CommitError::new(format!("{}: {reason}", path.display()), hint)
    })
}

fn based(repository: &Repository, base: &str) -> Result<Oid, CommitError> {
    Oid::from_str(base)
        .and_then(|id| repository.find_commit(id))
        .map(|commit| commit.id())
        .map_err(|error| {
            CommitError::new(error.message(), "--rev takes a commit of the repository")
        })
}

/// Who commits, and how many digits ids are cited with.
fn configured(repository: &Repository, committer: Option<Address>) -> (Option<Address>, usize) {
    let config = repository.config();
    let config = config.and_then(|mut config| config.snapshot()).ok();
    let digits = config.as_ref().map_or(ABBREVIATED, digits);
    (committer.or_else(|| identity(config.as_ref()?)), digits)
}

/// A commit of all files that the drafts change, as they were before.
fn before(repository: &Repository, drafts: &[Draft<'_>]) -> Result<Oid, CommitError> {
    let Some(first) = drafts.first() else {
        return Ok(Oid::ZERO_SHA1);
    };
    let head = signed(first.author, first.author, &first.date)?;
    let mut builder = TreeUpdateBuilder::new();
    let mut seen = BTreeSet::new();
    for file in drafts.iter().flat_map(|draft| draft.diff) {
        let was = file.from.as_ref().map_or(&file.path, |(from, _)| from);
        let is_new = file.old_blob.bytes().all(|byte| byte == b'0');
        if seen.insert(was) && !is_new {
            let blob = Oid::from_str(&file.old_blob);
            let blob = blob.map_err(|error| CommitError::unwritten(&error))?;
            builder.upsert(was.as_str(), blob, mode_of(file));
        }
        seen.insert(&file.path);
    }
    let mut written = || {
        let empty = repository.treebuilder(None)?.write()?;
        let tree = builder.create_updated(repository, &repository.find_tree(empty)?)?;
        let text = format!("tree {tree}\n{head}\nbefore\n");
        repository.odb()?.write(ObjectType::Commit, text.as_bytes())
    };
    written().map_err(|error: git2::Error| CommitError::unwritten(&error))
}

fn mode_of(file: &FileDiff) -> git2::FileMode {
    match file.mode {
        FileMode::Regular => git2::FileMode::Blob,
        FileMode::Executable => git2::FileMode::BlobExecutable,
        FileMode::Symlink => git2::FileMode::Link,
    }
}

/// Whether a branch of that name can be made, or why not.
fn free(repository: &Repository, name: &str, reference: &str) -> Result<(), String> {
    if repository.find_reference(reference).is_ok() {
        return Err(format!(
            "the branch {name} exists already, and is left as it is"
        ));
    }
    // The branch of an empty repository: its first commit would be no commit of the index.
    let head = repository.find_reference("HEAD").ok();
    let unborn = head
        .as_ref()
        .and_then(|head| head.symbolic_target().ok().flatten());
    if unborn == Some(reference) {
        return Err(format!(
            "{name} is the branch that HEAD names, and has no commit yet"
        ));
    }
    let ends = name.match_indices('/').filter_map(|(at, _)| name.get(..at));
    for above in ends {
        if repository
            .find_reference(&format!("refs/heads/{above}"))
            .is_ok()
        {
            return Err(format!(
                "the branch {above} exists, and git has no branch {name} beside it"
            ));
        }
    }
    let below = repository.references_glob(&format!("{reference}/*"));
    if below.is_ok_and(|mut below| below.next().is_some()) {
        return Err(format!(
            "there are branches {name}/…, and git has no branch {name} beside them"
        ));
    }
    Ok(())
}

/// `core.abbrev`; `auto`, which depends on how many objects a clone has, is what the kernel uses.
fn digits(config: &git2::Config) -> usize {
    match config.get_string("core.abbrev") {
        Ok(text) if text.eq_ignore_ascii_case("no") => WHOLE,
        Ok(text) => text
            .parse::<usize>()
            .map_or(ABBREVIATED, |digits| digits.clamp(4, WHOLE)),
        Err(_) => ABBREVIATED,
    }
}

/// Whom the repository is configured for.
fn identity(config: &git2::Config) -> Option<Address> {
    let value = |name: &str| {
        let of = |section: &str| config.get_string(&format!("{section}.{name}")).ok();
        of("committer").or_else(|| of("user"))
    };
    Some(Address {
        name: value("name")?,
        email: value("email")?,
    })
}

/// The lines of a commit that say who made it, and when.
fn signed(
    author: &Address,
    committer: &Address,
    date: &ZonedDateTime,
) -> Result<String, CommitError> {
    let seconds = date.timestamp().as_second();
    if seconds < 0 {
        let hint = "give the series a date from 1970 on";
        return Err(CommitError::new("git keeps no date before 1970", hint));
    }
    let minutes = date.offset().seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    let line = |word: &str, who: &Address| {
        let name = match who.name.is_empty() {
            true => &who.email,
            false => &who.name,
        };
        let is_bad = |c: char| c.is_control() || matches!(c, '<' | '>');
        if name.contains(is_bad) || who.email.contains(is_bad) {
            let shown = format!("{name} <{}>", who.email);
            let message = format!("git keeps no {word} like {}", shown.escape_default());
            return Err(CommitError::new(
                message,
                "a name and an address have no angle brackets",
            ));
        }
        Ok(format!(
            "{word} {name} <{}> {seconds} {sign}{hours:02}{minutes:02}\n",
            who.email
        ))
    };
    Ok(line("author", author)? + &line("committer", committer)?)
}

fn write(
    repository: &Repository,
    parent: Oid,
    draft: &Draft<'_>,
    head: &str,
) -> Result<Oid, git2::Error> {
    let before = repository.find_commit(parent)?.tree()?;
    let mut builder = TreeUpdateBuilder::new();
    for file in draft.diff {
        if let Some((from, _)) = &file.from {
            builder.remove(from.as_str());
        }
        if file.is_gone {
            builder.remove(file.path.as_str());
            continue;
        }
        builder.upsert(
            file.path.as_str(),
            Oid::from_str(&file.new_blob)?,
            mode_of(file),
        );
    }
    let tree = builder.create_updated(repository, &before)?;
    let text = format!(
        "tree {tree}\nparent {parent}\n{head}\n{}\n\n{}\n",
        draft.subject, draft.message
    );
    repository.odb()?.write(ObjectType::Commit, text.as_bytes())
}
