//! A directory as a tree: what it gives, what it refuses, what a scan visits.

#![expect(clippy::unwrap_used, reason = "a test's own preparations")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use trees::{
    DirTree, FileMode, Overlay, ParsedTree, Scan, ScanReport, Tree, TreeError, TreePath, Visit,
};

fn path(text: &str) -> TreePath {
    TreePath::new(text).unwrap()
}

fn put(top: &Path, file: &str, text: &str) {
    let file = top.join(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// The paths that a scan visits, sorted, and its report.
fn visited(tree: &dyn Tree, scan: &Scan) -> (Vec<String>, ScanReport) {
    let seen = Mutex::new(Vec::new());
    let report = tree
        .scan(scan, &|path, _| seen.lock().unwrap().push(path.to_string()))
        .unwrap();
    let mut seen = seen.into_inner().unwrap();
    seen.sort();
    (seen, report)
}

fn for_words(words: &[&str]) -> Scan {
    Scan {
        words: words.iter().map(|&word| word.to_owned()).collect(),
        ..Scan::default()
    }
}

#[test]
fn a_tree_that_is_not_a_directory_is_refused() {
    let top = tempfile::tempdir().unwrap();
    put(top.path(), "file", "");
    for name in ["file", "nothing"] {
        let error = DirTree::open(top.path().join(name)).unwrap_err();
        assert!(matches!(error, TreeError::NoTree { .. }), "{error}");
    }
}

#[test]
fn a_missing_file_and_a_directory_are_no_errors() {
    let top = tempfile::tempdir().unwrap();
    put(top.path(), "a/b.c", "text");
    let tree = DirTree::open(top.path()).unwrap();
    for none in ["a", "b.c", "a/b.c/d", "a/c/d"] {
        assert_eq!(tree.read(&path(none)).unwrap(), None, "{none}");
        assert_eq!(tree.mode(&path(none)).unwrap(), None, "{none}");
    }
    assert_eq!(tree.read(&path("a/b.c")).unwrap().unwrap()[..], *b"text");
    assert_eq!(tree.mode(&path("a/b.c")).unwrap(), Some(FileMode::Regular));
}

#[cfg(unix)]
#[test]
fn a_tree_has_what_has_a_mode() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    put(outside.path(), "a.h", "");
    let top = tempfile::tempdir().unwrap();
    put(top.path(), "include/linux/a.h", "");
    symlink("a.h", top.path().join("include/linux/link.h")).unwrap();
    symlink("nowhere.h", top.path().join("include/linux/dangling.h")).unwrap();
    symlink("linux", top.path().join("include/alias")).unwrap();
    symlink(outside.path(), top.path().join("include/away")).unwrap();
    let tree = DirTree::open(top.path()).unwrap();
    for asked in [
        "include",
        "include/linux",
        "include/linux/a.h",
        "include/linux/A.h",
        "include/linux/a.h/b.h",
        "include/linux/link.h",
        "include/linux/dangling.h",
        "include/alias",
        "include/alias/a.h",
        "include/alias/b.h",
        "include/away/a.h",
        "include/asm/a.h",
        "arch/x86/include/asm/a.h",
        "a.h",
    ] {
        let has_mode = !matches!(tree.mode(&path(asked)), Ok(None));
        assert_eq!(tree.has(&path(asked)), has_mode, "{asked}");
    }
}

#[test]
fn a_header_is_the_same_for_a_scan_and_for_who_reads_it() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    let top = tempfile::tempdir().unwrap();
    put(top.path(), "include/linux/a.h", "struct a { int x; };");
    put(
        top.path(),
        "arch/x86/include/asm/b.h",
        "struct b { int x; };",
    );
    put(top.path(), "include/linux/lfs.h", pointer);
    let tree = DirTree::open(top.path()).unwrap();
    let first = visited(&tree, &Scan::default());
    assert_eq!(first.0, ["arch/x86/include/asm/b.h", "include/linux/a.h"]);
    let unreadable = first.1.unreadable.iter().map(|(path, _)| path.as_str());
    assert_eq!(unreadable.collect::<Vec<_>>(), ["include/linux/lfs.h"]);
    let error = tree.read(&path("include/linux/lfs.h")).unwrap_err();
    assert!(error.to_string().contains("LFS"), "{error}");
    let read = tree.read(&path("include/linux/a.h")).unwrap().unwrap();
    assert_eq!(read[..], *b"struct a { int x; };");
    assert_eq!(visited(&tree, &Scan::default()), first);
    let other = DirTree::open(top.path()).unwrap();
    assert!(other.read(&path("include/linux/lfs.h")).is_err());
    assert_eq!(visited(&other, &Scan::default()), first);
}

#[cfg(unix)]
#[test]
fn a_link_to_what_is_no_c_by_its_own_name_is_read_under_the_link_s() {
    use std::os::unix::fs::symlink;
    let top = tempfile::tempdir().unwrap();
    put(top.path(), "x/w.txt", "int w;");
    put(top.path(), "x/v.c", "int v;");
    put(top.path(), "drivers/a.c", "int a;");
    symlink("../x/w.txt", top.path().join("drivers/b.c")).unwrap();
    symlink("b.c", top.path().join("drivers/c.c")).unwrap();
    symlink("../x/w.txt", top.path().join("drivers/d.inc")).unwrap();
    symlink("../x/v.c", top.path().join("drivers/e.c")).unwrap();
    let tree = DirTree::open(top.path()).unwrap();
    // As the scans of claims do, which look for text that C includes, too.
    let scan = Scan {
        extensions: ["c", "h", "txt", "inc"].map(str::to_owned).to_vec(),
        ..Scan::default()
    };
    let (seen, report) = visited(&tree, &scan);
    assert_eq!(
        seen,
        [
            "drivers/a.c",
            "drivers/b.c",
            "drivers/c.c",
            "drivers/d.inc",
            "x/v.c",
            "x/w.txt"
        ]
    );
    assert_eq!(report.unreadable, []);
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_inside_the_tree_and_refused_outside() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    put(outside.path(), "secret.c", "secret");
    let top = tempfile::tempdir().unwrap();
    put(top.path(), "include/a.h", "inside");
    symlink("../include/a.h", top.path().join("include/up.h")).unwrap();
    symlink("include", top.path().join("alias")).unwrap();
    symlink(outside.path(), top.path().join("away")).unwrap();
    symlink(outside.path().join("secret.c"), top.path().join("out.c")).unwrap();
    symlink("../../../etc/passwd", top.path().join("include/passwd.h")).unwrap();
    symlink("loop.c", top.path().join("loop.c")).unwrap();
    let tree = DirTree::open(top.path()).unwrap();

    for inside in ["include/up.h", "alias/a.h"] {
        assert_eq!(tree.read(&path(inside)).unwrap().unwrap()[..], *b"inside");
    }
    assert_eq!(
        tree.mode(&path("include/up.h")).unwrap(),
        Some(FileMode::Symlink)
    );
    for out in ["away/secret.c", "out.c", "include/passwd.h"] {
        let error = tree.read(&path(out)).unwrap_err();
        assert!(matches!(error, TreeError::Escapes { .. }), "{out}: {error}");
    }
    let error = tree.read(&path("loop.c")).unwrap_err();
    assert!(error.to_string().contains("symbolic link"), "{error}");

    let (seen, report) = visited(&tree, &Scan::default());
    assert_eq!(
        seen,
        ["include/a.h"],
        "links are met under their targets' names"
    );
    let unreadable: Vec<_> = report
        .unreadable
        .iter()
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(
        unreadable,
        ["away", "include/passwd.h", "loop.c", "out.c"],
        "what is behind a folder's link to elsewhere is not read"
    );
}

#[cfg(unix)]
#[test]
fn a_fifo_is_refused_and_not_waited_for() {
    let top = tempfile::tempdir().unwrap();
    let status = std::process::Command::new("mkfifo")
        .arg(top.path().join("a.c"))
        .status();
    assert!(status.unwrap().success());
    let tree = DirTree::open(top.path()).unwrap();
    let error = tree.read(&path("a.c")).unwrap_err();
    assert_eq!(error.to_string(), "a.c: not a regular file");
    // A walk says it as well: what a compiler would read there nobody knows.
    let (_, report) = visited(&tree, &for_words(&["is_vf"]));
    let said = report.unreadable.iter();
    let said: Vec<String> = said
        .map(|(path, reason)| format!("{path}: {reason}"))
        .collect();
    assert_eq!(said, ["a.c: not a regular file"]);
}

#[test]
fn a_scan_takes_the_words_folders_and_endings_it_is_told() {
    let top = tempfile::tempdir().unwrap();
    for file in [
        "a/x.c", "a/x.h", "a/x.S", "a/.x.c", "ab/x.c", ".git/x.c", "a/b/x.c", "x.c",
    ] {
        put(top.path(), file, "int is_vf;");
    }
    put(top.path(), "a/y.c", "int is_vfs;");
    let tree = DirTree::open(top.path()).unwrap();

    let (seen, report) = visited(&tree, &for_words(&["is_vf"]));
    assert_eq!(
        seen,
        ["a/.x.c", "a/b/x.c", "a/x.c", "a/x.h", "ab/x.c", "x.c"]
    );
    assert_eq!((report.files, report.visited), (7, 6));

    let scan = Scan {
        under: vec!["a/".to_owned(), "sound".to_owned(), "x.c".to_owned()],
        except: vec!["a/b".to_owned(), "a/x.h".to_owned()],
        ..for_words(&["is_vf"])
    };
    let (seen, report) = visited(&tree, &scan);
    assert_eq!(seen, ["a/.x.c", "a/x.c", "x.c"]);
    assert_eq!(report.missing, ["sound"]);
}

#[test]
fn a_file_larger_than_the_buffer_is_read_whole() {
    let top = tempfile::tempdir().unwrap();
    let text = format!("{}int last_word;", "int filler;\n".repeat(100_000));
    put(top.path(), "a.c", &text);
    let tree = DirTree::open(top.path()).unwrap();
    let (seen, report) = visited(&tree, &for_words(&["last_word"]));
    assert_eq!(seen, ["a.c"]);
    assert_eq!(report.bytes, text.len() as u64);
}

#[test]
fn a_visitor_may_scan_again() {
    let top = tempfile::tempdir().unwrap();
    for number in 0..200 {
        put(
            top.path(),
            &format!("d{}/f{number}.c", number % 7),
            "int x;",
        );
    }
    let tree = DirTree::open(top.path()).unwrap();
    let inner = Mutex::new(0);
    let scan = Scan::default();
    tree.scan(&scan, &|_, _| {
        let report = tree.scan(&scan, &|_, _| {}).unwrap();
        *inner.lock().unwrap() += report.visited;
    })
    .unwrap();
    assert_eq!(inner.into_inner().unwrap(), 200 * 200);
}

#[test]
fn an_overlay_replaces_adds_and_takes_away() {
    let top = tempfile::tempdir().unwrap();
    put(top.path(), "a.c", "old word;");
    put(top.path(), "b.c", "word;");
    put(top.path(), "c.c", "word;");
    let base: Arc<dyn Tree> = Arc::new(DirTree::open(top.path()).unwrap());
    let files = BTreeMap::from([
        (path("a.c"), Some(Arc::from(&b"new"[..]))),
        (path("b.c"), None),
        (path("d/d.c"), Some(Arc::from(&b"word"[..]))),
    ]);
    let overlay = Overlay::new(base, files);
    assert_eq!(overlay.read(&path("a.c")).unwrap().unwrap()[..], *b"new");
    assert_eq!(overlay.read(&path("b.c")).unwrap(), None);
    assert_eq!(overlay.mode(&path("b.c")).unwrap(), None);
    assert_eq!(
        overlay.mode(&path("d/d.c")).unwrap(),
        Some(FileMode::Regular)
    );
    let scan = Scan {
        under: ["a.c", "b.c", "c.c", "d"].map(str::to_owned).to_vec(),
        ..for_words(&["word"])
    };
    let (seen, report) = visited(&overlay, &scan);
    assert_eq!(seen, ["c.c", "d/d.c"]);
    assert_eq!(report.visited, 2);
    assert_eq!(
        report.missing,
        ["b.c"],
        "what was taken away is missing, what was added is not"
    );
}

#[test]
fn definitions_are_found_near_then_in_include_then_anywhere() {
    use query::types::{DefinitionKind, DefinitionSource, View};
    const FARTHER: &str = "drivers/a/a.h";
    let top = tempfile::tempdir().unwrap();
    put(
        top.path(),
        "include/linux/pci.h",
        "struct pci_dev {\n\tint x;\n};\n",
    );
    put(top.path(), "drivers/a/a.h", "struct own {\n\tint x;\n};\n");
    put(
        top.path(),
        "drivers/b/b.h",
        "struct own {\n\tint y;\n};\nstruct pci_dev;\n",
    );
    put(
        top.path(),
        "drivers/b/b.c",
        "int f(struct own *o) { return o->y; }\n",
    );
    put(
        top.path(),
        "arch/s390/include/asm/pci.h",
        "static inline int to_zpci(void)\n{\n}\n",
    );
    // A driver's headers in a folder below its own, and those of another driver.
    put(
        top.path(),
        "drivers/b/inc/hw.h",
        "struct hw {\n\tint x;\n};\ntypedef unsigned long timer;\n",
    );
    put(
        top.path(),
        "drivers/a/hw.h",
        "struct hw {\n\tint y;\n};\ntypedef int timer;\n",
    );
    let parsed = ParsedTree::new(Arc::new(DirTree::open(top.path()).unwrap()));
    let own = parsed.file(&path("drivers/b/b.c")).unwrap().unwrap();
    let near = parsed.near(&own);
    let names = |from: &dyn DefinitionSource, kind, name| -> Vec<String> {
        let rank = |path: &TreePath| usize::from(path.as_str() == FARTHER);
        let files = from.files_defining(kind, name, &View::of_all(&rank));
        files.map(|file| file.path().to_string()).collect()
    };
    let record = DefinitionKind::Record;
    assert_eq!(names(&parsed, record, "pci_dev"), ["include/linux/pci.h"]);
    assert_eq!(
        names(&parsed, record, "own"),
        ["drivers/b/b.h", FARTHER],
        "by rank"
    );
    assert_eq!(names(&near, record, "own"), ["drivers/b/b.h"]);
    assert_eq!(
        names(&near, DefinitionKind::Function, "to_zpci"),
        ["arch/s390/include/asm/pci.h"]
    );
    assert!(names(&parsed, record, "nothing").is_empty());
    assert_eq!(names(&near, record, "hw"), ["drivers/b/inc/hw.h"]);
    assert_eq!(
        names(&near, DefinitionKind::Typedef, "timer"),
        ["drivers/b/inc/hw.h"]
    );
    assert_eq!(
        names(&parsed, DefinitionKind::Typedef, "timer"),
        ["drivers/a/hw.h", "drivers/b/inc/hw.h"]
    );
}

#[test]
fn a_definition_may_be_asked_for_while_a_scan_runs() {
    use query::types::{DefinitionKind, DefinitionSource, View};
    let top = tempfile::tempdir().unwrap();
    for number in 0..300 {
        put(
            top.path(),
            &format!("d{}/f{number}.c", number % 5),
            "struct common;\n",
        );
    }
    put(top.path(), "z/common.h", "struct common {\n\tint x;\n};\n");
    let parsed = ParsedTree::new(Arc::new(DirTree::open(top.path()).unwrap()));
    let found = Mutex::new(0);
    parsed
        .scan_parsed(&for_words(&["common"]), &|_| {
            let view = View::of_all(&|_| 0);
            let files = parsed.files_defining(DefinitionKind::Record, "common", &view);
            *found.lock().unwrap() += files.count();
        })
        .unwrap();
    assert_eq!(found.into_inner().unwrap(), 301);
}

/// Counts what is read by name, which is what is opened to be parsed.
struct Counted(DirTree, Mutex<Vec<String>>);

impl Tree for Counted {
    fn label(&self) -> String {
        self.0.label()
    }
    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, TreeError> {
        self.1.lock().unwrap().push(path.to_string());
        self.0.read(path)
    }
    fn mode(&self, path: &TreePath) -> Result<Option<FileMode>, TreeError> {
        self.0.mode(path)
    }
    fn scan(&self, scan: &Scan, visit: &Visit<'_>) -> Result<ScanReport, TreeError> {
        self.0.scan(scan, visit)
    }
}

#[test]
fn a_definition_further_away_than_the_nearest_is_not_opened() {
    use query::types::{DefinitionKind, DefinitionSource, View};
    let top = tempfile::tempdir().unwrap();
    for name in ["a/near.c", "b/far.c", "c/far.c"] {
        put(top.path(), name, "int common(void)\n{\n}\n");
    }
    put(
        top.path(),
        "a/use.c",
        "int f(void)\n{\n    return common();\n}\n",
    );
    let tree = Arc::new(Counted(
        DirTree::open(top.path()).unwrap(),
        Mutex::default(),
    ));
    let parsed = ParsedTree::new(tree.clone());
    let opened = || std::mem::take(&mut *tree.1.lock().unwrap());
    let ask = |number: usize| -> Vec<String> {
        let rank = |path: &TreePath| usize::from(!path.as_str().starts_with("a/"));
        let files = parsed.files_defining(DefinitionKind::Function, "common", &View::of_all(&rank));
        files
            .take(number)
            .map(|file| file.path().to_string())
            .collect()
    };
    assert_eq!(ask(1), ["a/near.c"]);
    assert_eq!(opened(), ["a/near.c"]);
    assert_eq!(ask(9), ["a/near.c", "b/far.c", "c/far.c"]);
    // What only looks like a declaration is opened once to find that out, and never again.
    assert_eq!(opened(), ["a/use.c", "b/far.c", "c/far.c"]);
    assert_eq!(ask(9).len(), 3);
    assert_eq!(opened(), [""; 0]);
}
