//! The repository that a revision is read from: where its objects are, and why it cannot be opened.

use std::path::{Path, PathBuf};

use super::loose::Loose;
use git2::{Config, ErrorCode, Oid, Repository, RepositoryOpenFlags};

/// How the reasons of objects begin that are not there.
const PARTIAL: &str = "this partial clone lacks the";
const DAMAGED: &str = "the repository lacks the";

/// Where objects are, and who has those that are not there.
#[derive(Debug)]
pub(super) struct Source {
    /// The folder of the objects.
    pub(super) objects: String,
    /// The repository as the user named it.
    named: String,
    /// The remote that a partial clone gets its objects from.
    promisor: Option<String>,
    loose: Loose,
}

impl Source {
    /// Where the objects of an open repository are.
    ///
    /// # Errors
    /// libgit2 takes no such path.
    pub(super) fn of(repository: &Repository, named: &Path) -> Result<Self, String> {
        let objects = repository.commondir().join("objects");
        let objects = objects
            .to_str()
            .ok_or("the repository's path is not UTF-8, which libgit2 needs")?;
        Ok(Self {
            objects: objects.to_owned(),
            named: named.display().to_string(),
            promisor: promisor(repository),
            loose: Loose::default(),
        })
    }

    /// Whether an object can be read to its end, as far as it is loose.
    ///
    /// # Errors
    /// The file of the object, and what is wrong with it.
    pub(super) fn check(&self, id: Oid) -> Result<(), String> {
        self.loose.check(Path::new(&self.objects), id)
    }

    /// The same of every loose commit, tag and folder: of all that a walk over a history may come by.
    ///
    /// # Errors
    /// The file of one, and what is wrong with it.
    pub(super) fn check_structure(&self) -> Result<(), String> {
        self.loose.check_structure(Path::new(&self.objects))
    }

    /// Why an object is not there.
    pub(super) fn missing(&self, what: &str, id: Oid) -> String {
        match &self.promisor {
            Some(remote) => format!(
                "{PARTIAL} {what}; `git -C {} fetch {remote} {id}` gets it",
                self.named
            ),
            None => format!(
                "{DAMAGED} {what} {id}; `git -C {} fetch --refetch` gets what a partial or damaged clone lacks",
                self.named
            ),
        }
    }

    /// Why many files of a revision are not there, whatever their ids.
    pub(super) fn missing_many(&self, revision: Oid) -> String {
        let named = &self.named;
        match &self.promisor {
            Some(remote) => format!(
                "{PARTIAL} blob; `git -C {named} rev-list --objects --missing=print --no-walk {revision} | sed -n 's/^?//p' | \
                 git -C {named} fetch --stdin {remote}` gets all that it lacks of the revision"
            ),
            None => format!(
                "{DAMAGED} blob; `git -C {named} fetch --refetch` gets what a partial or damaged clone lacks"
            ),
        }
    }

    /// Whether it is a reason of [`Self::missing`].
    pub(super) fn is_of_missing(&self, reason: &str) -> bool {
        reason.starts_with(PARTIAL) || reason.starts_with(DAMAGED)
    }
}

/// The remote that promises to have what a partial clone lacks.
fn promisor(repository: &Repository) -> Option<String> {
    let config = repository.config().ok()?.snapshot().ok()?;
    if let Ok(remote) = config.get_string("extensions.partialclone") {
        return Some(remote);
    }
    let remotes = repository.remotes().ok()?;
    let promises = |remote: &&str| {
        let promises = config.get_bool(&format!("remote.{remote}.promisor"));
        promises.unwrap_or(false)
    };
    let mut names = remotes.iter().filter_map(|remote| remote.ok().flatten());
    names.find(promises).map(str::to_owned)
}

/// Opens the repository at a path, which is not looked for in the folders above: they may be another's.
///
/// # Errors
/// Why it is none, or none that can be read.
pub(super) fn open(path: &Path) -> Result<Repository, String> {
    let none: [&Path; 0] = [];
    let opened = Repository::open_ext(path, RepositoryOpenFlags::NO_SEARCH, none);
    let opened = opened.map_err(|error| why_not(path, &error))?;
    match replaces(&opened) {
        false => Ok(opened),
        true => Err(format!(
            "it has objects in the place of others (`git -C {} replace -l` lists them), which is not supported; \
             a checkout of it can be read with --tree",
            path.display()
        )),
    }
}

/// Whether git would read other objects than those that are named (git-replace(1)), which libgit2 does not.
fn replaces(repository: &Repository) -> bool {
    let found = repository.references_glob("refs/replace/*");
    std::env::var_os("GIT_NO_REPLACE_OBJECTS").is_none()
        && found.is_ok_and(|mut found| found.next().is_some())
}

fn why_not(path: &Path, error: &git2::Error) -> String {
    match error.code() {
        ErrorCode::NotFound => no_repository(path),
        ErrorCode::Owner => format!(
            "the repository belongs to another user; `git config --global --add safe.directory {}` says that it is to be trusted",
            path.display()
        ),
        _ => extension(path).unwrap_or_else(|| error.message().to_owned()),
    }
}

fn no_repository(path: &Path) -> String {
    match std::fs::metadata(path) {
        Err(error) => return error.to_string(),
        Ok(found) if !found.is_dir() => {
            return "it is a file, and not a git repository".to_owned();
        }
        Ok(_) => {}
    }
    let around = Repository::discover(path).ok();
    let top = around.map(|around| around.workdir().unwrap_or(around.path()).to_owned());
    match top {
        Some(top) => format!(
            "it is a folder inside the repository {0}; a tree is read whole, so name that: --git {0}",
            trimmed(&top)
        ),
        None => "it is not a git repository".to_owned(),
    }
}

fn trimmed(path: &Path) -> String {
    let text = path.display().to_string();
    match text.trim_end_matches('/') {
        "" => text,
        trimmed => trimmed.to_owned(),
    }
}

/// The extension of the repository format that keeps libgit2 from reading it, in git's words.
fn extension(path: &Path) -> Option<String> {
    // libgit2 opens a file that is not there as well.
    let file = configurations(path).find(|file| file.is_file())?;
    let config = Config::open(&file).ok()?;
    let value = |name: &str| config.get_string(name).ok();
    if let Some(remote) = value("extensions.partialclone") {
        // git 2.24 and later need the setting of the remote alone, and make new partial clones without the extension.
        let shown = path.display();
        return Some(format!(
            "it says by extensions.partialClone that it is a partial clone, as git before 2.24 did, which is not supported; \
             `git -C {shown} config remote.{remote}.promisor true && git -C {shown} config --unset extensions.partialClone` \
             says the same for git 2.24 and later"
        ));
    }
    let (objects, references) = (
        value("extensions.objectformat"),
        value("extensions.refstorage"),
    );
    match (objects, references) {
        (Some(format), _) if format == "sha256" => Some(
            "it is a SHA-256 repository (extensions.objectFormat = sha256), which is not supported; \
             a checkout of it can be read with --tree"
                .to_owned(),
        ),
        (_, Some(storage)) if storage != "files" => Some(format!(
            "its references are not files (extensions.refStorage = {storage}), which is not supported; \
             `git refs migrate --ref-format=files` changes that, or a checkout can be read with --tree"
        )),
        _ => None,
    }
}

/// Where the configuration of a repository may be.
fn configurations(path: &Path) -> impl Iterator<Item = PathBuf> {
    let linked = std::fs::read_to_string(path.join(".git")).ok();
    let linked = linked.and_then(|text| {
        let folder = path.join(text.strip_prefix("gitdir: ")?.trim_end());
        let common = std::fs::read_to_string(folder.join("commondir")).ok();
        Some(common.map_or_else(|| folder.clone(), |common| folder.join(common.trim_end())))
    });
    let folders = [path.join(".git"), path.to_owned()].into_iter();
    linked
        .into_iter()
        .chain(folders)
        .map(|folder| folder.join("config"))
}
