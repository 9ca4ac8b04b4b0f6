//! A git revision as a tree.
#![expect(clippy::unwrap_used, reason = "a test's own preparations")]

use std::path::Path;
use std::sync::Mutex;

use git2::{Oid, Repository, Signature};
use trees::{FileMode, GitTree, Scan, Tree, TreeError, TreePath};

fn path(text: &str) -> TreePath {
    TreePath::new(text).unwrap()
}

/// Adds a commit on HEAD with these files (path, mode, bytes), and gives the last blob's id.
fn commit(repository: &Repository, files: &[(&str, u32, &str)]) -> Oid {
    let mut index = repository.index().unwrap();
    let mut last = Oid::ZERO_SHA1;
    for (path, mode, text) in files {
        last = repository.blob(text.as_bytes()).unwrap();
        index.add(&entry(path, *mode, last)).unwrap();
    }
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let author = Signature::now("A", "a@example.org").unwrap();
    let parent = repository
        .head()
        .ok()
        .map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<_> = parent.iter().collect();
    repository
        .commit(Some("HEAD"), &author, &author, "m", &tree, &parents)
        .unwrap();
    index.write().unwrap();
    last
}

fn entry(path: &str, mode: u32, id: Oid) -> git2::IndexEntry {
    git2::IndexEntry {
        ctime: git2::IndexTime::new(0, 0),
        mtime: git2::IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

const FILE: u32 = 0o100_644;
const LINK: u32 = 0o120_000;

fn sample(folder: &Path, bare: bool) -> Repository {
    let repository = if bare {
        Repository::init_bare(folder).unwrap()
    } else {
        Repository::init(folder).unwrap()
    };
    commit(
        &repository,
        &[
            ("include/linux/pci.h", FILE, "is_vf"),
            ("drivers/pci/iov.c", FILE, "is_vf old"),
            ("drivers/pci/big.c", FILE, "is_vfs"),
            ("scripts/run.c", 0o100_755, "is_vf"),
            ("alias.h", LINK, "include/linux/pci.h"),
            ("by_folder", LINK, "include/linux"),
            ("notes.h", LINK, "notes.txt"),
            ("notes.txt", FILE, "is_vf notes"),
            ("out.h", LINK, "../secret.h"),
            ("loop.h", LINK, "loop.h"),
        ],
    );
    commit(&repository, &[("drivers/pci/iov.c", FILE, "is_vf new")]);
    repository
}

fn visited(tree: &GitTree, scan: &Scan) -> (Vec<String>, trees::ScanReport) {
    let seen = Mutex::new(Vec::new());
    let report = tree
        .scan(scan, &|path, _| seen.lock().unwrap().push(path.to_string()))
        .unwrap();
    let mut seen = seen.into_inner().unwrap();
    seen.sort();
    (seen, report)
}

#[test]
fn a_revision_is_read_bare_or_not() {
    for bare in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        sample(folder.path(), bare);
        for (rev, text) in [("HEAD", "is_vf new"), ("HEAD~1", "is_vf old")] {
            let tree = GitTree::open(folder.path(), rev).unwrap();
            let bytes = tree.read(&path("drivers/pci/iov.c")).unwrap().unwrap();
            assert_eq!(bytes[..], *text.as_bytes(), "{rev}");
            assert_eq!(tree.label(), format!("{}@{rev}", folder.path().display()));
        }
    }
}

#[test]
fn a_repository_or_a_revision_that_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("below");
    std::fs::create_dir(&below).unwrap();
    sample(folder.path(), false);
    let no_tree = |error: &TreeError| matches!(error, TreeError::NoTree { .. });
    assert!(
        no_tree(&GitTree::open(&below, "HEAD").unwrap_err()),
        "folders above are not tried"
    );
    let error = GitTree::open(folder.path(), "v9.9").unwrap_err();
    assert!(
        no_tree(&error) && error.to_string().contains("v9.9"),
        "{error}"
    );
}

#[test]
fn links_are_followed_inside_the_revision_alone() {
    let folder = tempfile::tempdir().unwrap();
    sample(folder.path(), true);
    let tree = GitTree::open(folder.path(), "HEAD").unwrap();
    for inside in ["alias.h", "by_folder/pci.h"] {
        assert_eq!(
            tree.read(&path(inside)).unwrap().unwrap()[..],
            *b"is_vf",
            "{inside}"
        );
    }
    assert_eq!(
        tree.mode(&path("alias.h")).unwrap(),
        Some(FileMode::Symlink)
    );
    assert_eq!(
        tree.mode(&path("by_folder/pci.h")).unwrap(),
        Some(FileMode::Regular)
    );
    assert_eq!(
        tree.mode(&path("scripts/run.c")).unwrap(),
        Some(FileMode::Executable)
    );
    assert!(matches!(
        tree.read(&path("out.h")),
        Err(TreeError::Escapes { .. })
    ));
    assert!(matches!(
        tree.read(&path("loop.h")),
        Err(TreeError::Unreadable { .. })
    ));
    for none in ["include", "include/linux/pci.h/x", "nothing.c", "by_folder"] {
        assert_eq!(tree.read(&path(none)).unwrap(), None, "{none}");
    }
}

#[test]
fn a_scan_sees_what_a_scan_of_the_directory_would() {
    let folder = tempfile::tempdir().unwrap();
    let repository = sample(folder.path(), false);
    repository
        .checkout_head(Some(git2::build::CheckoutBuilder::new().force()))
        .unwrap();
    let git = GitTree::open(folder.path(), "HEAD").unwrap();
    let dir = trees::DirTree::open(folder.path()).unwrap();
    let scan = Scan {
        words: vec!["is_vf".to_owned()],
        ..Scan::default()
    };
    let (seen, mut report) = visited(&git, &scan);
    assert_eq!(
        seen,
        [
            "drivers/pci/iov.c",
            "include/linux/pci.h",
            "notes.h",
            "scripts/run.c"
        ]
    );
    let mut from_dir = dir.scan(&scan, &|_, _| {}).unwrap();
    for report in [&mut report, &mut from_dir] {
        report
            .unreadable
            .iter_mut()
            .for_each(|(_, reason)| reason.clear());
    }
    assert_eq!(report, from_dir);
    let under = Scan {
        under: ["drivers", "sound", "include/linux/pci.h"]
            .map(str::to_owned)
            .to_vec(),
        except: vec!["drivers/pci/big.c".to_owned()],
        ..Scan::default()
    };
    let (seen, report) = visited(&git, &under);
    assert_eq!(seen, ["drivers/pci/iov.c", "include/linux/pci.h"]);
    assert_eq!(report.missing, ["sound"]);
}

#[test]
fn an_object_that_is_not_there_makes_its_file_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::init_bare(folder.path()).unwrap();
    let lost = commit(&repository, &[("a.c", FILE, "fine"), ("b.c", FILE, "lost")]).to_string();
    std::fs::remove_file(
        folder
            .path()
            .join(format!("objects/{}/{}", &lost[..2], &lost[2..])),
    )
    .unwrap();
    let tree = GitTree::open(folder.path(), "HEAD").unwrap();
    assert!(matches!(
        tree.read(&path("b.c")),
        Err(TreeError::Unreadable { .. })
    ));
    let (seen, report) = visited(&tree, &Scan::default());
    assert_eq!(seen, ["a.c"]);
    assert_eq!(report.unreadable[0].0, path("b.c"));
}

#[test]
fn a_linked_work_tree_finds_the_objects_of_its_repository() {
    let folder = tempfile::tempdir().unwrap();
    let main = folder.path().join("main");
    let repository = sample(&main, false);
    let linked = folder.path().join("linked");
    repository.worktree("linked", &linked, None).unwrap();
    let tree = GitTree::open(&linked, "HEAD").unwrap();
    assert!(tree.read(&path("include/linux/pci.h")).unwrap().is_some());
}

#[test]
fn a_tree_with_more_than_any_disk_holds_is_given_up_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::init_bare(folder.path()).unwrap();
    let blob = repository.blob(b"int a;\n").unwrap();
    let mut builder = repository.treebuilder(None).unwrap();
    builder.insert("a.c", blob, 0o100_644).unwrap();
    let mut tree = builder.write().unwrap();
    for _ in 0..30 {
        let mut builder = repository.treebuilder(None).unwrap();
        for name in ["a", "b", "c", "d"] {
            builder.insert(name, tree, 0o040_000).unwrap();
        }
        for number in 0..30 {
            let name = format!("f{number}.c");
            builder.insert(name, blob, 0o100_644).unwrap();
        }
        tree = builder.write().unwrap();
    }
    let who = Signature::now("A", "a@example.org").unwrap();
    let tree = repository.find_tree(tree).unwrap();
    repository
        .commit(Some("HEAD"), &who, &who, "odd", &tree, &[])
        .unwrap();
    let tree = GitTree::open(folder.path(), "HEAD").unwrap();
    let (_, report) = visited(&tree, &Scan::default());
    assert_eq!(report.unreadable.len(), 1);
    let (place, reason) = &report.unreadable[0];
    // Which folder the threads come to last is chance: it is said of the whole.
    assert_eq!(place.as_str(), "(top)");
    assert!(reason.contains("more than 2000000 files and folders"));
    assert_eq!(report.visited, 0);
}

#[test]
fn folders_that_are_thousands_deep_are_said_and_not_entered() {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::init_bare(folder.path()).unwrap();
    let blob = repository.blob(b"int a;\n").unwrap();
    let mut builder = repository.treebuilder(None).unwrap();
    builder.insert("a.c", blob, 0o100_644).unwrap();
    let mut tree = builder.write().unwrap();
    for _ in 0..5_000 {
        let mut builder = repository.treebuilder(None).unwrap();
        builder.insert("d", tree, 0o040_000).unwrap();
        builder.insert("b.c", blob, 0o100_644).unwrap();
        tree = builder.write().unwrap();
    }
    let who = Signature::now("A", "a@example.org").unwrap();
    let tree = repository.find_tree(tree).unwrap();
    repository
        .commit(Some("HEAD"), &who, &who, "deep", &tree, &[])
        .unwrap();
    let tree = GitTree::open(folder.path(), "HEAD").unwrap();
    let (_, report) = visited(&tree, &Scan::default());
    assert_eq!(report.unreadable.len(), 1);
    assert!(report.unreadable[0].1.contains("inside each other"));
    assert_eq!(report.visited, 501);
}
