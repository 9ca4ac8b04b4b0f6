//! What a patch does, for asking whether another does the same.

use std::collections::{BTreeMap, BTreeSet};

use trees::mail::{HunkLineKind, Mail};

/// The lines that a patch takes away and adds, by file. Context and places are no part of it: a patch that is only on
/// another base is the one that was reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Content(BTreeMap<String, Vec<(bool, Vec<u8>)>>);

impl Content {
    pub(crate) fn of(mail: &Mail) -> Self {
        let mut files = BTreeMap::new();
        for file in &mail.diff {
            let name = |path: &Option<dialect::TreePath>| {
                path.as_ref().map_or("", |path| path.as_str()).to_owned()
            };
            let (old, new) = (name(&file.old_path), name(&file.new_path));
            let name = if old == new || old.is_empty() {
                new
            } else {
                format!("{old} {new}").trim_end().to_owned()
            };
            let lines = file.hunks.iter().flat_map(|hunk| &hunk.lines);
            let changed = lines.filter(|line| line.kind != HunkLineKind::Context);
            let changed = changed.map(|line| (line.kind == HunkLineKind::Add, line.bytes.clone()));
            let mut all: Vec<(bool, Vec<u8>)> = changed.collect();
            // What has no lines: a mode, and bytes that only their id tells.
            all.extend(
                file.new_mode
                    .map(|mode| (true, mode.to_string().into_bytes())),
            );
            let blob = file.new_blob.as_ref().filter(|_| file.is_binary);
            all.extend(blob.map(|blob| (true, blob.clone().into_bytes())));
            files.insert(name, all);
        }
        Self(files)
    }

    /// The files that another patch changes otherwise.
    pub(crate) fn differing(&self, other: &Self) -> Vec<String> {
        let names: BTreeSet<&String> = self.0.keys().chain(other.0.keys()).collect();
        let differs = |name: &&&String| self.0.get(**name) != other.0.get(**name);
        names
            .iter()
            .filter(differs)
            .map(|name| (**name).clone())
            .collect()
    }
}
