//! Repositories that are not as most are, made by git itself: what cannot be read is said, by name.
#![expect(clippy::unwrap_used, reason = "a test's own preparations")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use std::io::Write as _;

use tempfile::TempDir;
use trees::{DirTree, GitTree, History, Scan, ScanReport, Tree, TreeError, TreePath};

fn path(text: &str) -> TreePath {
    TreePath::new(text).unwrap()
}

/// A folder with repositories.
struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs git in a folder, and gives what it prints.
    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        self.git_fed(folder, arguments, b"")
    }

    fn git_fed(&self, folder: &str, arguments: &[&str], input: &[u8]) -> String {
        let mut child = Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
            .args(arguments)
            .current_dir(self.at(folder))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let done = child.wait_with_output().unwrap();
        let error = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "git {arguments:?}: {error}");
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    /// A repository with one commit that has two files.
    fn repository(&self, name: &str, options: &[&str]) {
        fs::create_dir_all(self.at(name)).unwrap();
        let init = [&["init", "--quiet", "--initial-branch=main"], options].concat();
        self.git(name, &init);
        fs::create_dir(self.at(name).join("drivers")).unwrap();
        fs::write(self.at(name).join("drivers/a.c"), "int old_a;\n").unwrap();
        fs::write(self.at(name).join("README"), "old\n").unwrap();
        self.commit(name, "one");
    }

    fn commit(&self, name: &str, message: &str) {
        self.git(name, &["add", "--all"]);
        self.git(name, &["commit", "--quiet", "--message", message]);
    }

    /// Makes HEAD a commit of this tree.
    fn commit_tree(&self, name: &str, tree: &str) {
        let commit = self.git(name, &["commit-tree", "-m", "odd", tree]);
        self.git(name, &["update-ref", "HEAD", &commit]);
    }

    fn refused(&self, name: &str, rev: &str) -> String {
        let error = GitTree::open(self.at(name), rev).unwrap_err();
        assert!(matches!(error, TreeError::NoTree { .. }), "{error}");
        error.to_string()
    }

    fn head(&self, name: &str) -> GitTree {
        GitTree::open(self.at(name), "HEAD").unwrap()
    }
}

fn scan(tree: &dyn Tree, word: &str) -> (Vec<String>, ScanReport) {
    let seen = Mutex::new(Vec::new());
    let scan = Scan {
        words: vec![word.to_owned()],
        ..Scan::default()
    };
    let report = tree
        .scan(&scan, &|path, _| {
            seen.lock().unwrap().push(path.to_string())
        })
        .unwrap();
    let mut seen = seen.into_inner().unwrap();
    seen.sort();
    (seen, report)
}

/// The paths and the reasons of what a scan could not read.
fn unread(tree: &dyn Tree, word: &str) -> Vec<String> {
    let (_, report) = scan(tree, word);
    let unreadable = report.unreadable.iter();
    unreadable
        .map(|(path, reason)| format!("{path}: {reason}"))
        .collect()
}

#[test]
fn what_a_revision_names_is_as_git_has_it() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    bench.git("r", &["tag", "-m", "one", "v1"]);
    bench.git("r", &["tag", "tree", "HEAD^{tree}"]);
    let id = bench.git("r", &["rev-parse", "HEAD"]);
    // git takes a whole id for the object, whatever branch is called so.
    bench.git("r", &["branch", &id]);
    fs::write(bench.at("r/drivers/a.c"), "int new_a;\n").unwrap();
    bench.commit("r", "two");
    bench.git("r", &["branch", "--force", &id]);
    let old = [
        "v1",
        "v1^{}",
        "v1^{commit}",
        "v1^0",
        "HEAD^",
        "HEAD~1",
        "tree",
        "main@{1}",
        ":/one",
        "HEAD^{/one}",
        &id,
    ];
    let new = [
        "HEAD",
        "@",
        "main",
        "heads/main",
        "refs/heads/main",
        ":/two",
        "HEAD^{/two}",
    ];
    for (revs, text) in [(&old[..], "int old_a;\n"), (&new, "int new_a;\n")] {
        for rev in revs {
            let tree = GitTree::open(bench.at("r"), rev).unwrap();
            let bytes = tree.read(&path("drivers/a.c")).unwrap().unwrap();
            assert_eq!(bytes[..], *text.as_bytes(), "{rev}");
        }
    }
    let below = GitTree::open(bench.at("r"), "HEAD:drivers").unwrap();
    assert!(below.read(&path("a.c")).unwrap().is_some());
}

#[test]
fn what_names_no_tree_is_refused_in_words_about_the_revision() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    bench.git("r", &["tag", "file", "HEAD:README"]);
    for (rev, words) in [
        ("", "the revision is empty"),
        (" ", "the revision is empty"),
        (":README", "a file of the index"),
        (":0:README", "a file of the index"),
        ("HEAD:README", "it names a file"),
        ("file", "it names a file"),
        ("HEAD:nothing", "HEAD has no folder nothing"),
        ("@{-1}", "knows no branch that was checked out"),
        ("@{u}", "no upstream is configured"),
        ("main@{upstream}", "no upstream is configured"),
        ("@{push}", "is not looked up"),
        ("main@{7}", "the reflog of main has no such entry"),
        ("HEAD^2", "HEAD has no such parent"),
        ("HEAD~9", "HEAD has no such parent"),
        ("HEAD..main", "a range of commits"),
        ("main...", "a range of commits"),
        ("^HEAD", "a range of commits"),
        ("HEAD^!", "a range of commits"),
        ("HEAD^@", "a range of commits"),
        ("v9.9", "no such branch, tag or commit"),
        ("nothing:README", "no such branch, tag or commit"),
        ("--all", "no such branch, tag or commit"),
        (":/nothing of it", "no such branch, tag or commit"),
        ("a b", "no revision as gitrevisions(7) has them"),
        ("HEAD^{commit", "no revision as gitrevisions(7) has them"),
        (
            "0123456789012345678901234567890123456789",
            "the repository lacks the object",
        ),
    ] {
        let error = bench.refused("r", rev);
        assert!(error.contains(words), "{rev}: {error}");
        assert!(!error.contains('\n'), "{rev}: {error}");
    }
}

#[test]
fn a_loose_object_that_is_cut_off_is_named_and_ends() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    fs::create_dir(bench.at("r/d")).unwrap();
    let text: String = (0..500).map(|n| format!("int word_{n};\n")).collect();
    fs::write(bench.at("r/d/a.c"), text).unwrap();
    bench.commit("r", "x");
    for (rev, is_tree) in [
        ("HEAD:d/a.c", false),
        ("HEAD:d", false),
        ("HEAD^{tree}", true),
        ("HEAD", true),
    ] {
        let id = bench.git("r", &["rev-parse", rev]);
        let (folder, name) = id.trim().split_at(2);
        let file = bench.at(&format!("r/.git/objects/{folder}/{name}"));
        let whole = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        fs::write(&file, &whole[..whole.len() - 8]).unwrap();
        let said = match is_tree {
            true => vec![bench.refused("r", "HEAD")],
            false => unread(&bench.head("r"), "word_7"),
        };
        assert!(
            said.iter()
                .any(|said| said.contains(name) && said.contains("is damaged")),
            "{rev}: {said:?}"
        );
        if rev != "HEAD:d/a.c" {
            assert!(
                History::open(bench.at("r"))
                    .err()
                    .unwrap()
                    .to_string()
                    .contains(name),
                "{rev}"
            );
        }
        fs::remove_file(&file).unwrap();
        fs::write(&file, &whole).unwrap();
    }
}

#[test]
fn a_commit_below_that_is_cut_off_is_named_before_it_is_walked_over() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    for text in ["int a;\n", "int b;\n"] {
        fs::write(bench.at("r/a.c"), text).unwrap();
        bench.commit("r", "x");
    }
    let id = bench.git("r", &["rev-parse", "HEAD~1"]);
    let (folder, name) = id.trim().split_at(2);
    let file = bench.at(&format!("r/.git/objects/{folder}/{name}"));
    let whole = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 8]).unwrap();
    // What is at HEAD can be read; what is before it cannot be walked to.
    assert_eq!(unread(&bench.head("r"), "b"), Vec::<String>::new());
    assert!(bench.refused("r", "HEAD~1").contains("is damaged"));
    assert!(History::open(bench.at("r")).is_err());
}

#[test]
fn a_repository_that_replaces_objects_is_refused() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    fs::write(bench.at("r/a.c"), "int a;\n").unwrap();
    bench.commit("r", "x");
    let other = bench.git_fed("r", &["hash-object", "-w", "--stdin"], b"int b;\n");
    let old = bench.git("r", &["rev-parse", "HEAD:a.c"]);
    bench.git("r", &["replace", old.trim(), other.trim()]);
    let said = bench.refused("r", "HEAD");
    assert!(said.contains("objects in the place of others"), "{said}");
}

#[test]
fn a_branch_whose_commit_is_missing_is_there() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    fs::write(bench.at("r/a.c"), "int a;\n").unwrap();
    bench.commit("r", "x");
    let id = bench.git("r", &["rev-parse", "HEAD"]);
    let (folder, name) = id.trim().split_at(2);
    fs::remove_file(bench.at(&format!("r/.git/objects/{folder}/{name}"))).unwrap();
    let said = bench.refused("r", "HEAD");
    assert!(
        said.contains(&format!("lacks the object {}", id.trim())),
        "{said}"
    );
}

#[test]
fn a_shallow_history_is_said_where_a_revision_is_missing() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    fs::write(bench.at("r/README"), "new\n").unwrap();
    bench.commit("r", "two");
    let url = format!("file://{}", bench.at("r").display());
    bench.git("", &["clone", "--quiet", "--depth=1", &url, "shallow"]);
    for rev in ["HEAD~1", "v9.9"] {
        let error = bench.refused("shallow", rev);
        assert!(error.contains("git fetch --unshallow"), "{error}");
    }
}

#[test]
fn a_folder_that_is_no_repository_is_refused_with_the_one_around_it() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    fs::create_dir(bench.at("empty")).unwrap();
    fs::write(bench.at("file"), "").unwrap();
    for (name, words) in [
        (
            "r/drivers",
            format!("inside the repository {}", bench.at("r").display()),
        ),
        ("empty", "it is not a git repository".to_owned()),
        ("file", "it is a file".to_owned()),
        ("nothing", "No such file or directory".to_owned()),
    ] {
        let error = bench.refused(name, "HEAD");
        assert!(error.contains(&words), "{name}: {error}");
    }
}

#[test]
fn formats_that_libgit2_lacks_are_refused_by_name() {
    let bench = Bench::new();
    bench.repository("sha256", &["--object-format=sha256"]);
    let error = bench.refused("sha256", "HEAD");
    assert!(error.contains("a SHA-256 repository"), "{error}");
    bench.git(
        "sha256",
        &["worktree", "add", "--quiet", "-b", "linked", "../linked"],
    );
    let error = bench.refused("linked", "HEAD");
    assert!(error.contains("a SHA-256 repository"), "{error}");
    bench.repository("reftable", &["--ref-format=reftable"]);
    let error = bench.refused("reftable", "HEAD");
    assert!(
        error.contains("extensions.refStorage = reftable"),
        "{error}"
    );
}

#[test]
fn objects_are_found_wherever_git_keeps_them() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    bench.git("", &["clone", "--quiet", "--shared", "r", "shared"]);
    bench.git("", &["clone", "--quiet", "--shared", "shared", "again"]);
    bench.git(
        "r",
        &["worktree", "add", "--quiet", "-b", "linked", "../linked"],
    );
    bench.git("r", &["pack-refs", "--all"]);
    bench.git("r", &["repack", "-adq", "--write-midx"]);
    for name in ["r", "r/.git", "shared", "again", "linked"] {
        let (seen, report) = scan(&bench.head(name), "old_a");
        assert_eq!(seen, ["drivers/a.c"], "{name}");
        assert_eq!(report.unreadable, [], "{name}");
    }
}

#[test]
fn what_a_partial_clone_lacks_is_named_with_the_fetch() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    bench.git("r", &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", bench.at("r").display());
    let clone = [
        "clone",
        "--quiet",
        "--bare",
        "--filter=blob:none",
        &url,
        "partial",
    ];
    bench.git("", &clone);
    let blob = bench.git("r", &["rev-parse", "HEAD:drivers/a.c"]);
    let fetch = format!(
        "git -C {} fetch origin {blob}",
        bench.at("partial").display()
    );
    let error = bench
        .head("partial")
        .read(&path("drivers/a.c"))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("this partial clone lacks the blob"),
        "{error}"
    );
    assert!(error.to_string().contains(&fetch), "{error}");
    let unread = unread(&bench.head("partial"), "old_a");
    assert!(unread[0].contains(&fetch), "{unread:?}");
    // What it says to do helps.
    bench.git("partial", &["fetch", "--quiet", "origin", &blob]);
    assert!(
        bench
            .head("partial")
            .read(&path("drivers/a.c"))
            .unwrap()
            .is_some()
    );

    let treeless = [
        "clone",
        "--quiet",
        "--bare",
        "--filter=tree:0",
        &url,
        "treeless",
    ];
    bench.git("", &treeless);
    let error = bench.refused("treeless", "HEAD");
    assert!(
        error.contains("this partial clone lacks the tree"),
        "{error}"
    );
}

#[test]
fn a_submodule_is_named_and_no_file_of_it_missing() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    let id = "0123456789012345678901234567890123456789";
    let entry = format!("160000,{id},lib");
    bench.git("r", &["update-index", "--add", "--cacheinfo", &entry]);
    bench.git("r", &["commit", "--quiet", "--message=submodule"]);
    let gitmodules = "[submodule \"lib\"]\n\tpath = lib\n\turl = ../lib\n";
    fs::write(bench.at("r/.gitmodules"), gitmodules).unwrap();
    for has_folder in [false, true] {
        if has_folder {
            fs::create_dir(bench.at("r/lib")).unwrap();
        }
        let trees: [Box<dyn Tree>; 2] = [
            Box::new(bench.head("r")),
            Box::new(DirTree::open(bench.at("r")).unwrap()),
        ];
        for tree in trees {
            let error = tree.read(&path("lib/lamp.h")).unwrap_err();
            assert!(error.to_string().contains("lib is a submodule"), "{error}");
            assert_eq!(unread(&*tree, "x").len(), 1, "{}", tree.label());
            let elsewhere = Scan {
                under: vec!["drivers".to_owned()],
                ..Scan::default()
            };
            let report = tree.scan(&elsewhere, &|_, _| {}).unwrap();
            assert_eq!(report.unreadable, []);
        }
    }
    // Checked out, it is a folder like another.
    fs::write(bench.at("r/lib/lamp.h"), "int x;\n").unwrap();
    let tree = DirTree::open(bench.at("r")).unwrap();
    assert!(tree.read(&path("lib/lamp.h")).unwrap().is_some());
    assert_eq!(scan(&tree, "x").0, ["lib/lamp.h"]);
}

#[test]
fn a_pointer_of_git_lfs_is_not_the_file() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12\n",
        "0".repeat(64)
    );
    fs::write(bench.at("r/drivers/b.c"), pointer).unwrap();
    bench.commit("r", "two");
    let trees: [&dyn Tree; 2] = [&bench.head("r"), &DirTree::open(bench.at("r")).unwrap()];
    for tree in trees {
        let error = tree.read(&path("drivers/b.c")).unwrap_err();
        assert!(error.to_string().contains("a Git LFS pointer"), "{error}");
        let unread = unread(tree, "old_a");
        assert_eq!(unread.len(), 1);
        assert!(
            unread[0].starts_with("drivers/b.c: a Git LFS pointer"),
            "{unread:?}"
        );
    }
}

/// An entry of a tree object as bytes.
fn raw_entry(mode: &str, name: &[u8], id: &str) -> Vec<u8> {
    let digits = id.as_bytes().chunks(2);
    let id = digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap());
    let mut entry = [mode.as_bytes(), b" ", name, b"\0"].concat();
    entry.extend(id);
    entry
}

#[test]
fn what_no_path_can_name_is_unread_where_it_has_the_word() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    let hash = |text: &str| {
        let arguments = ["hash-object", "-w", "--stdin"];
        bench.git_fed("r", &arguments, text.as_bytes())
    };
    let (word, other) = (hash("int word;\n"), hash("int other;\n"));
    let mktree = |entries: &[Vec<u8>]| {
        let arguments = ["hash-object", "-w", "-t", "tree", "--literally", "--stdin"];
        bench.git_fed("r", &arguments, &entries.concat())
    };
    let below = mktree(&[raw_entry("100644", b"a.c", &word)]);
    let link = hash("notes.txt");
    let named: [&[&[u8]]; 4] = [&[b"gl\xf6w.c"], &[b"a\\b.c"], &[b"gl\xf6w"], &[b".git"]];
    for names in named {
        for name in names {
            let entry = match name.ends_with(b".c") {
                true => raw_entry("100644", name, &word),
                false => raw_entry("40000", name, &below),
            };
            bench.commit_tree("r", &mktree(&[entry]));
            let unread = unread(&bench.head("r"), "word");
            assert_eq!(unread.len(), 1, "{}", name.escape_ascii());
            assert!(scan(&bench.head("r"), "elsewhere").1.unreadable.is_empty());
        }
    }
    // One that has not the word hides nothing; a link by such a name to what is not C by its own does.
    bench.commit_tree("r", &mktree(&[raw_entry("100644", b"\xf6.c", &other)]));
    assert_eq!(unread(&bench.head("r"), "word"), [""; 0]);
    let entries = [
        raw_entry("100644", b"notes.txt", &word),
        raw_entry("120000", b"\xf6.c", &link),
    ];
    bench.commit_tree("r", &mktree(&entries));
    assert_eq!(unread(&bench.head("r"), "word").len(), 1);

    fs::create_dir(bench.at("folder")).unwrap();
    use std::os::unix::ffi::OsStrExt as _;
    let odd = |name: &[u8]| bench.at("folder").join(std::ffi::OsStr::from_bytes(name));
    fs::create_dir(odd(b"gl\xf6w")).unwrap();
    fs::write(odd(b"gl\xf6w/a.c"), "int word;\n").unwrap();
    let tree = DirTree::open(bench.at("folder")).unwrap();
    assert_eq!(unread(&tree, "word").len(), 1);
    assert_eq!(scan(&tree, "word").0, [""; 0]);
}

#[test]
fn a_tree_that_git_fsck_calls_an_error_is_unread() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    let blob = bench.git_fed("r", &["hash-object", "-w", "--stdin"], b"int word;\n");
    let entry = |name: &str| raw_entry("100644", name.as_bytes(), &blob);
    let cut = |mut entry: Vec<u8>| {
        entry.pop();
        entry
    };
    for (fault, bytes) in [
        ("out of order", [entry("b.c"), entry("a.c")].concat()),
        ("out of order", [entry("a.c"), entry("a.c")].concat()),
        (
            "one name for two",
            [entry("a"), entry("a.c"), raw_entry("40000", b"a", &blob)].concat(),
        ),
        ("damaged", cut(entry("a.c"))),
    ] {
        let write = ["hash-object", "-w", "-t", "tree", "--literally", "--stdin"];
        let below = bench.git_fed("r", &write, &bytes);
        let top = bench.git_fed("r", &write, &raw_entry("40000", b"odd", &below));
        bench.commit_tree("r", &top);
        let tree = bench.head("r");
        let unread = unread(&tree, "word");
        assert_eq!(unread.len(), 1, "{fault}");
        assert!(unread[0].contains(fault), "{unread:?}");
        assert!(tree.read(&path("odd/a.c")).is_err(), "{fault}");
    }
}

#[test]
fn a_link_whose_target_is_missing_may_lead_anywhere() {
    let bench = Bench::new();
    bench.repository("r", &[]);
    std::os::unix::fs::symlink("drivers", bench.at("r/alias")).unwrap();
    bench.commit("r", "two");
    assert_eq!(unread(&bench.head("r"), "old_a"), [""; 0]);
    let id = bench.git("r", &["rev-parse", "HEAD:alias"]);
    let object = Path::new(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(bench.at("r").join(object)).unwrap();
    let unread = unread(&bench.head("r"), "old_a");
    assert!(
        unread[0].starts_with("alias: the repository lacks the blob"),
        "{unread:?}"
    );
}
