//! The dialect on folders of a real kernel: every file clean, and the words it took under review.
//!
//! The snapshot lists every word that the dialect blanked as an annotation or turned into a keyword.
//! A new line in it is to be looked at: once, `subsys_initcall` stood there.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "says why it is skipped")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dialect::{FileProvider, TreePath};
use rayon::prelude::*;
use syntax::Reader;
use syntax::stats::ParseStats;

struct Folder(PathBuf);

impl FileProvider for Folder {
    fn provide(&self, path: &TreePath) -> Option<Arc<[u8]>> {
        std::fs::read(self.0.join(path.as_str()))
            .ok()
            .map(Arc::from)
    }
}

fn kernel(name: &str) -> Option<PathBuf> {
    let home = std::env::var_os("HOME")
        .map(PathBuf::from)
        .unwrap_or_default();
    let kernels = std::env::var_os("PATCHWRIGHT_KERNELS")
        .map_or_else(|| home.join(".cache/patchwright/kernels"), PathBuf::from);
    let tree = kernels.join(name);
    if tree.is_dir() {
        return Some(tree);
    }
    eprintln!("skipped: no {} (make kernels)", tree.display());
    None
}

fn c_files(root: &Path, folder: &str, found: &mut Vec<TreePath>) {
    for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
        let entry = entry.expect("an entry");
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("a type").is_dir() {
            c_files(root, &path, found);
        } else {
            found.extend(TreePath::new(&path).ok().filter(TreePath::is_c));
        }
    }
}

fn stats(root: &Path, folders: &[&str]) -> ParseStats {
    let mut paths = Vec::new();
    for folder in folders {
        c_files(root, folder, &mut paths);
    }
    let provider = Arc::new(Folder(root.to_owned()));
    let reader = Reader::for_tree(provider.clone());
    paths
        .par_iter()
        .filter_map(|path| Some(ParseStats::of(&reader.read(path, provider.provide(path)?))))
        .reduce(ParseStats::default, |mut all, one| {
            all.merge(one);
            all
        })
}

const FOLDERS: &[&str] = &[
    "drivers/pci",
    "drivers/vfio",
    "arch/s390/pci",
    "kernel",
    "include/linux",
];

#[test]
fn every_file_of_the_folders_that_count_is_clean() {
    for (name, folders) in [
        ("linux-6.12", FOLDERS),
        ("linux-6.1", &FOLDERS[..4]),
        ("linux-5.8.1", &FOLDERS[..3]),
    ] {
        let Some(root) = kernel(name) else { continue };
        let stats = stats(&root, folders);
        assert!(stats.files > 200);
        assert_eq!(
            stats.files_clean, stats.files,
            "{name}: {:#?}",
            stats.causes
        );
        assert_eq!(stats.functions_clean, stats.functions);
    }
}

#[test]
fn the_words_that_the_dialect_takes_are_known() {
    let Some(root) = kernel("linux-6.12") else {
        return;
    };
    let words: String = stats(&root, FOLDERS)
        .words
        .iter()
        .map(|((rule, word), uses)| format!("{} {word} {}\n", rule.name(), uses.count))
        .collect();
    insta::assert_snapshot!(words);
}

#[test]
fn a_file_reads_the_same_whatever_was_read_before() {
    let Some(root) = kernel("linux-6.12") else {
        return;
    };
    let provider = Arc::new(Folder(root.clone()));
    let mut paths = Vec::new();
    c_files(&root, "drivers/vfio", &mut paths);
    let shared = Reader::for_tree(provider.clone());
    for path in &paths {
        let bytes = provider.provide(path).expect("a file");
        let one = shared.read(path, bytes.clone());
        let fresh = Reader::for_tree(provider.clone()).read(path, bytes);
        assert_eq!(one.edits(), fresh.edits(), "{path}");
    }
}
