//! What `check` keeps of revisions: it answers as a judgement would, and is never asked for what it was not made of.

#![expect(clippy::unwrap_used, reason = "a test says what broke by stopping")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use common::git::{git, linux};
use tempfile::TempDir;

/// A repository with the series landed, and a folder for what is kept.
struct Bench {
    folder: TempDir,
    repository: String,
    caches: TempDir,
}

impl Bench {
    fn new() -> Self {
        let (folder, repository) = linux();
        git(folder.path(), &["cherry-pick", "series"]);
        let caches = tempfile::tempdir().unwrap();
        Self {
            folder,
            repository,
            caches,
        }
    }

    fn commit(&self, path: &str, edit: impl Fn(String) -> String) {
        let file = self.folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let text = fs::read_to_string(&file).unwrap_or_default();
        fs::write(&file, edit(text)).unwrap();
        git(self.folder.path(), &["add", "-A"]);
        git(self.folder.path(), &["commit", "-qm", path]);
    }

    fn check(&self, more: &[&str]) -> String {
        self.check_spec(&common::spec(2), more)
    }

    fn check_spec(&self, spec: &str, more: &[&str]) -> String {
        let mut command = common::command();
        command.args(["check", spec, "--git", &self.repository]);
        command.args(more).env("XDG_CACHE_HOME", self.caches.path());
        said(&command.output().unwrap())
    }

    fn kept(&self) -> Vec<PathBuf> {
        let folder = self.caches.path().join("patchwright/check");
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Takes away what every judgement of the tree needs, so that only what was kept can answer.
    fn lose(&self, path: &str) {
        let id = git(self.folder.path(), &["rev-parse", &format!("HEAD:{path}")]);
        let (folder, file) = id.trim().split_at(2);
        let objects = self.folder.path().join(".git/objects");
        fs::remove_file(objects.join(folder).join(file)).unwrap();
    }
}

/// The first word of what `check` says, and its exit status.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let word = text.split_whitespace().next().unwrap_or_default();
    format!("{word} {}", output.status.code().unwrap())
}

const HEADER: &str = "include/linux/pci.h";

#[test]
fn a_tree_that_was_judged_is_not_judged_again() {
    let bench = Bench::new();
    assert_eq!(bench.check(&[]), "landed 0");
    assert_eq!(bench.kept().len(), 1);
    bench.lose(HEADER);
    assert_eq!(bench.check(&[]), "landed 0");
    assert_eq!(bench.check(&["--no-cache"]), "unknown 3");
    // Another spec is another question.
    assert_eq!(bench.check_spec(&common::spec(3), &[]), "unknown 3");
    assert_eq!(bench.kept().len(), 1, "what is unknown is not kept");
}

#[test]
fn a_commit_that_touches_nothing_that_was_asked_needs_no_judgement() {
    let bench = Bench::new();
    bench.commit("lib/filler.c", |_| "int filler;\n".to_owned());
    assert_eq!(bench.check(&[]), "landed 0");
    bench.commit("lib/filler.c", |_| "int other;\n".to_owned());
    bench.lose(HEADER);
    assert_eq!(bench.check(&[]), "landed 0");
    assert_eq!(bench.kept().len(), 1);
}

#[test]
fn a_commit_that_touches_what_was_asked_is_judged() {
    let writer = "#include <linux/pci.h>\nvoid f(struct pci_dev *d)\n{\n\td->detached_vf = 1;\n}\n";
    let edits: [(&str, &dyn Fn(String) -> String); 3] = [
        // A file that was read.
        (HEADER, &|text| {
            text.replace("detached_vf:1", "detached_vf:2")
        }),
        // One that the tree did not have, with a word that was looked for.
        ("drivers/new/new.c", &|_| writer.to_owned()),
        // The same by a name that is no path.
        ("drivers/new/a\\b.c", &|_| writer.to_owned()),
    ];
    for (path, edit) in edits {
        let bench = Bench::new();
        assert_eq!(bench.check(&[]), "landed 0");
        bench.commit(path, edit);
        let judged = bench.check(&["--no-cache"]);
        assert_ne!(judged, "landed 0", "{path}");
        assert_eq!(bench.check(&[]), judged, "{path}");
        // And back again.
        git(bench.folder.path(), &["revert", "--no-edit", "HEAD"]);
        assert_eq!(bench.check(&[]), "landed 0", "{path}");
    }
}

type Damage = fn(&Path);

#[test]
fn what_is_damaged_is_no_answer() {
    let damages: [(&str, Damage); 5] = [
        ("cut off", |file| {
            let text = fs::read(file).unwrap();
            fs::write(file, &text[..text.len() / 2]).unwrap();
        }),
        ("another status", |file| {
            let text = fs::read_to_string(file).unwrap();
            fs::write(file, text.replace("\"landed\"", "\"drifted\"")).unwrap();
        }),
        ("another format", |file| {
            let text = fs::read_to_string(file).unwrap();
            fs::write(file, text.replace("\"format\":1", "\"format\":2")).unwrap();
        }),
        ("empty", |file| fs::write(file, "").unwrap()),
        ("a folder", |file| {
            fs::remove_file(file).unwrap();
            fs::create_dir(file).unwrap();
        }),
    ];
    for (about, damage) in damages {
        let bench = Bench::new();
        assert_eq!(bench.check(&[]), "landed 0", "{about}");
        bench.kept().iter().for_each(|file| damage(file));
        assert_eq!(bench.check(&[]), "landed 0", "{about}: judged again");
        bench.kept().iter().for_each(|file| {
            // Nothing to damage where a folder is in the way.
            if file.is_file() {
                damage(file);
            }
        });
        bench.lose(HEADER);
        assert_eq!(bench.check(&[]), "unknown 3", "{about}: not believed");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_no_hindrance() {
    let bench = Bench::new();
    fs::write(bench.caches.path().join("patchwright"), "a file").unwrap();
    assert_eq!(bench.check(&[]), "landed 0");
    assert_eq!(bench.check(&[]), "landed 0");
}

#[test]
fn runs_share_the_folder() {
    let bench = Bench::new();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| bench.check(&[]))).collect();
        for run in runs {
            assert_eq!(run.join().unwrap(), "landed 0");
        }
    });
    assert_eq!(bench.kept().len(), 1);
}
