//! A series for a test: the sample tree, files edited, and mails made of the difference.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dialect::TreePath;
use schema::model::Spec;
use trees::mail::{Mail, parse_mbox};
use trees::{SampleTree, Tree};

/// Files by path: their text with all patches applied.
pub(crate) type Files = BTreeMap<String, String>;

/// Where the package stands.
pub(crate) fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A spec that ships.
pub(crate) fn spec(version: u32) -> Spec {
    let path = package().join(format!("../specs/detached-vf/v{version}.toml"));
    schema::load_file(&path).unwrap_or_else(|error| panic!("{error:?}"))
}

/// The built-in tree.
pub(crate) fn sample() -> Arc<dyn Tree> {
    Arc::new(SampleTree::open())
}

/// The text of a file of a tree.
pub(crate) fn text(tree: &Arc<dyn Tree>, path: &str) -> String {
    let bytes = tree.read(&TreePath::new(path).unwrap()).unwrap();
    String::from_utf8(bytes.unwrap_or_default().to_vec()).unwrap()
}

/// The mails of a fixture, and their names.
pub(crate) fn fixture(name: &str) -> (Vec<Mail>, Vec<String>) {
    let folder = package().join("tests/fixtures").join(name);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut mails = Vec::new();
    let mut names = Vec::new();
    for path in paths {
        mails.extend(parse_mbox(&std::fs::read(&path).unwrap()).unwrap());
        names.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    (mails, names)
}

/// The files that a fixture's patches leave in the sample tree.
pub(crate) fn patched(name: &str) -> Files {
    let (mails, _) = fixture(name);
    let mut tree = sample();
    let mut files = Files::new();
    for mail in &mails {
        let overlay = trees::apply::apply(&tree, &mail.diff).unwrap_or_else(|faults| {
            panic!("{name} was made for another sample tree, make it anew: {faults:?}")
        });
        for diff in &mail.diff {
            let path = diff.new_path.clone().unwrap();
            let bytes = overlay.read(&path).unwrap().unwrap();
            files.insert(
                path.as_str().to_owned(),
                String::from_utf8(bytes.to_vec()).unwrap(),
            );
        }
        tree = Arc::new(overlay);
    }
    files
}

/// What one mail does to one file.
struct Part {
    path: String,
    diff: Vec<u8>,
    insertions: usize,
    deletions: usize,
}

/// What the mails say, but for their diffs.
pub(crate) struct Said {
    pub(crate) version: u32,
    pub(crate) title: String,
    pub(crate) message: String,
}

impl Said {
    /// What the mails of a version's fixture say.
    pub(crate) fn as_version(version: u32) -> Self {
        let (fixture, _) = fixture(&format!("detached-vf-v{version}"));
        let last = fixture.last().unwrap();
        Self {
            version,
            title: last.title.clone(),
            message: last.message.clone(),
        }
    }
}

/// Mails that turn `tree` into one with `files`, one for each group of paths, each with a true diffstat.
pub(crate) fn mails(
    tree: &Arc<dyn Tree>,
    files: &Files,
    groups: &[Vec<String>],
    said: &Said,
) -> String {
    let total = groups.len();
    let mut text = String::new();
    for (index, group) in groups.iter().enumerate() {
        let parts: Vec<Part> = group
            .iter()
            .filter_map(|path| part(tree, path, files.get(path)?))
            .collect();
        text.push_str("From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n");
        text.push_str("From: A Developer <dev@example.org>\n");
        text.push_str("Date: Wed, 12 Aug 2020 15:21:30 -0500\n");
        let sign_off = "Signed-off-by: A Developer <dev@example.org>";
        let signed = match said.message.trim_end() {
            message if message.contains(sign_off) => message.to_owned(),
            message => format!("{message}\n\n{sign_off}"),
        };
        text.push_str(&format!(
            "Subject: [PATCH v{} {}/{total}] {}\n\n{signed}\n---\n{}\n",
            said.version,
            index + 1,
            said.title,
            diffstat(&parts)
        ));
        for part in &parts {
            text.push_str(&String::from_utf8_lossy(&part.diff));
        }
        text.push('\n');
    }
    text
}

fn part(tree: &Arc<dyn Tree>, path: &str, new: &str) -> Option<Part> {
    let old = text(tree, path);
    if old == new {
        return None;
    }
    let mut patch = git2::Patch::from_buffers(
        old.as_bytes(),
        Some(Path::new(path)),
        new.as_bytes(),
        Some(Path::new(path)),
        None,
    )
    .unwrap();
    let (_, insertions, deletions) = patch.line_stats().unwrap();
    let mut diff = patch.to_buf().unwrap().to_vec();
    let missing = tree.read(&TreePath::new(path).unwrap()).unwrap().is_none();
    if missing || new.is_empty() {
        diff = as_whole(&String::from_utf8(diff).unwrap(), missing);
    }
    Some(Part {
        path: path.to_owned(),
        diff,
        insertions,
        deletions,
    })
}

/// The diff of a file that comes or goes, with the headers of one.
fn as_whole(diff: &str, is_new: bool) -> Vec<u8> {
    let word = if is_new { "new" } else { "deleted" };
    let side = if is_new { "--- " } else { "+++ " };
    let lines = diff.split_inclusive('\n').map(|line| match line {
        index if index.starts_with("index ") => {
            let (blobs, _) = index.trim_end().rsplit_once(' ').unwrap();
            format!("{word} file mode 100644\n{blobs}\n")
        }
        name if name.starts_with(side) => format!("{side}/dev/null\n"),
        line => line.to_owned(),
    });
    lines.collect::<String>().into_bytes()
}

fn diffstat(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(&format!(
            " {} | {} {}{}\n",
            part.path,
            part.insertions + part.deletions,
            "+".repeat(part.insertions),
            "-".repeat(part.deletions)
        ));
    }
    let (ins, del) = parts.iter().fold((0, 0), |sum, part| {
        (sum.0 + part.insertions, sum.1 + part.deletions)
    });
    let files = if parts.len() == 1 {
        "1 file"
    } else {
        &format!("{} files", parts.len())
    };
    text.push_str(&format!(" {files} changed"));
    if ins > 0 {
        text.push_str(&format!(
            ", {ins} insertion{}(+)",
            if ins == 1 { "" } else { "s" }
        ));
    }
    if del > 0 {
        text.push_str(&format!(
            ", {del} deletion{}(-)",
            if del == 1 { "" } else { "s" }
        ));
    }
    text.push('\n');
    text
}
