//! A case that is one file: a spec, the tree before, and what the series makes of it.
//!
//! The verifier's tests read the same files: they judge the series that `[after]` is, and each `[[bad]]` edit of it.
//! `[[refused]]` edits `[before]` into a tree that the change does not land in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use generator::{FailureKind, RenderFailure, Rendered};
use schema::model::Spec;
use serde::Deserialize;
use trees::{Overlay, ParsedTree, SampleTree, Tree, TreePath};

use super::support;

/// One case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The patches of a spec; its head is added.
    spec: String,
    /// Files that the tree has (over the sample); an empty one is not there.
    before: BTreeMap<String, String>,
    /// The files that the series changes, as it leaves them.
    after: BTreeMap<String, String>,
    /// The verifier's.
    #[serde(default, rename = "bad")]
    _bad: Vec<toml::Table>,
    /// Trees that the change does not land in.
    #[serde(default)]
    refused: Vec<Refused>,
}

/// A tree that the change does not land in: the one before, edited.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    /// What is the matter.
    about: String,
    /// What the error must say.
    message: String,
    /// The file edited.
    file: String,
    /// What it must have just once.
    replace: String,
    /// What comes in its place.
    by: String,
}

const HEAD: &str = r#"
spec = 1
[series]
name = "kind"
version = 1
author = "A Developer <dev@example.org>"
subject = "kinds: Try one"
cover = "A text."
to = ["list@example.org"]
"#;

/// The cases of a kind that are one file each.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files
}

/// Whether a case has trees that its change does not land in.
pub(crate) fn has_refused(path: &Path) -> bool {
    read(path).is_ok_and(|case| !case.refused.is_empty())
}

/// Renders, and compares.
pub(crate) fn run(path: &Path) -> Result<(), String> {
    let case = read(path)?;
    let text = format!("{HEAD}\n{}", case.spec);
    let spec = schema::load("case.toml", text.as_bytes()).map_err(|faults| faults.to_string())?;
    let rendered = render(&spec, &case.before).map_err(|failure| failure.to_string())?;
    let mut after = case.before.clone();
    after.extend(case.after.clone());
    let made = applied(&case.before, after.keys(), &rendered)?;
    for (path, wanted) in &after {
        let have = made.get(path).map_or("", String::as_str);
        if have != wanted {
            return Err(format!("{path}: made\n{have}\n-- not\n{wanted}"));
        }
    }
    match render(&spec, &after) {
        Err(failure) if failure.kind == FailureKind::Present && !failure.is_partly_present() => {}
        Err(failure) => return Err(format!("a second run does not see it there: {failure}")),
        Ok(again) => {
            let diff = support::diffs(&again);
            return Err(format!("a second run changes more:\n{diff}"));
        }
    }
    for refused in &case.refused {
        let mut tree = case.before.clone();
        let text = tree.remove(&refused.file).unwrap_or_default();
        if text.matches(&refused.replace).count() != 1 {
            return Err(format!("{:?} is not just once in\n{text}", refused.replace));
        }
        let edited = text.replace(&refused.replace, &refused.by);
        tree.insert(refused.file.clone(), edited);
        match render(&spec, &tree) {
            Ok(rendered) => {
                let diff = support::diffs(&rendered);
                return Err(format!("{}: it lands:\n{diff}", refused.about));
            }
            Err(failure) if failure.to_string().contains(&refused.message) => {}
            Err(failure) => return Err(format!("{}: not so, but {failure}", refused.about)),
        }
    }
    Ok(())
}

/// Takes the series of a case away of the tree that has it, renders again and compares; whether it can be taken away.
pub(crate) fn comes_back(path: &Path) -> Result<bool, String> {
    let case = read(path)?;
    let text = format!("{HEAD}\n{}", case.spec);
    let spec = schema::load("case.toml", text.as_bytes()).map_err(|faults| faults.to_string())?;
    let mut after = case.before.clone();
    after.extend(case.after);
    let Ok(reversed) = support::reverse_over(&spec, &tree(&spec, &after)) else {
        return Ok(false);
    };
    let left = applied(&after, [], &reversed.rendered)?;
    let rendered = render(&spec, &left).map_err(|failure| failure.to_string())?;
    let again = applied(&left, after.keys(), &rendered)?;
    match again == after {
        true => Ok(true),
        false if !reversed.differs.is_empty() => Ok(false),
        false => Err(format!("another tree comes back: {again:#?}")),
    }
}

fn read(path: &Path) -> Result<Case, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    toml::from_str(&text).map_err(|error| error.to_string())
}

fn render(spec: &Spec, files: &BTreeMap<String, String>) -> Result<Rendered, RenderFailure> {
    support::render_over(spec, &tree(spec, files))
}

fn tree(spec: &Spec, files: &BTreeMap<String, String>) -> ParsedTree {
    let files = files.iter().filter_map(|(path, text)| {
        Some((
            TreePath::new(path).ok()?,
            (!text.is_empty()).then(|| text.clone().into_bytes().into()),
        ))
    });
    let tree: Arc<dyn Tree> = Arc::new(Overlay::new(Arc::new(SampleTree::open()), files.collect()));
    ParsedTree::new(trees::with_words(tree, &spec.words))
}

/// The files as git makes them of the series.
fn applied<'a>(
    before: &'a BTreeMap<String, String>,
    after: impl IntoIterator<Item = &'a String>,
    rendered: &Rendered,
) -> Result<BTreeMap<String, String>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    for (path, text) in before.iter().filter(|(_, text)| !text.is_empty()) {
        let path = folder.path().join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| error.to_string())?;
        }
        fs::write(path, text).map_err(|error| error.to_string())?;
    }
    let diff = support::diff_bytes(rendered);
    let arguments = ["apply", "--whitespace=error-all", "-"];
    let git = support::run(folder.path(), "git", &arguments, Some(&diff));
    if !git.status.success() {
        return Err(String::from_utf8_lossy(&git.stderr).into_owned());
    }
    let read = |path: &String| {
        let file = folder.path().join(path);
        if !file.exists() {
            return Ok((path.clone(), String::new()));
        }
        let text = fs::read_to_string(file);
        Ok((path.clone(), text.map_err(|error| error.to_string())?))
    };
    before.keys().chain(after).map(read).collect()
}
