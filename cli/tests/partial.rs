//! Repositories that lack objects: what could rest on them is unknown, told once, with what gets them; and what is known to
//! be missing is left out and said to be.

#![expect(clippy::unwrap_used, reason = "a test says what broke by stopping")]

mod common;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use common::git::{git, linux};

/// The sample as a repository, and a clone of it without any file.
struct Clones {
    _linux: tempfile::TempDir,
    origin: PathBuf,
    folder: tempfile::TempDir,
}

impl Clones {
    fn new() -> Self {
        let (linux, path) = linux();
        let origin = PathBuf::from(path);
        git(&origin, &["config", "uploadpack.allowFilter", "true"]);
        git(
            &origin,
            &["config", "uploadpack.allowAnySHA1InWant", "true"],
        );
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file://{}", origin.display());
        let clone = [
            "clone",
            "-q",
            "--bare",
            "--filter=blob:none",
            &url,
            "partial",
        ];
        git(folder.path(), &clone);
        Self {
            _linux: linux,
            origin,
            folder,
        }
    }

    fn partial(&self) -> String {
        self.folder.path().join("partial").display().to_string()
    }

    /// Runs what a message says between backquotes.
    fn typed(&self, command: &str) {
        let status = Command::new("sh").args(["-c", command]).status().unwrap();
        assert!(status.success(), "{command}");
    }

    /// Brings all files of main but these.
    fn fetch_all_but(&self, paths: &[&str]) {
        let lacking: Vec<String> = paths
            .iter()
            .map(|path| git(&self.origin, &["rev-parse", &format!("main:{path}")]))
            .collect();
        let listed = git(&self.origin, &["ls-tree", "-r", "--object-only", "main"]);
        let wanted: Vec<&str> = listed
            .lines()
            .filter(|id| !lacking.iter().any(|lacks| lacks.trim() == *id))
            .collect();
        let fetch = [&["fetch", "-q", "origin"][..], &wanted].concat();
        git(&self.folder.path().join("partial"), &fetch);
    }
}

/// The exit status of a command on a revision, and all that it said.
fn run(clones: &Clones, arguments: &[&str], more: &[&str]) -> (Option<i32>, String) {
    let partial = clones.partial();
    let own = ["--git", &partial];
    let output = common::run(&[arguments, &own[..], more].concat());
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn what_a_clone_lacks_is_unknown_in_every_command_and_told_once() {
    let clones = Clones::new();
    let spec = common::spec(2);
    let out = clones.folder.path().join("out").display().to_string();
    let rendered = common::run(&["render", &spec, "--out", &out]);
    assert!(rendered.status.success(), "{rendered:?}");
    let mails = format!("{out}/detached-vf-v2");
    let commands: [(&[&str], &[&str]); 8] = [
        (&["audit", "is_virtfn"], &["--rev", "main"]),
        (&["check", &spec], &["--rev", "main"]),
        (&["verify", &spec, "--landed"], &["--rev", "main"]),
        (&["verify", &spec, "--patch", &mails], &["--rev", "main"]),
        (&["locate", &spec], &["--rev", "main"]),
        (&["parse"], &["--rev", "main"]),
        (&["import", &mails], &["--rev", "main"]),
        (&["bisect", &spec, "main..series"], &[]),
    ];
    for (command, more) in commands {
        let (status, said) = run(&clones, command, more);
        assert_eq!(status, Some(3), "{command:?}: {said}");
        assert!(said.contains("this partial clone lacks the"), "{said}");
        assert!(said.matches("fetch --stdin origin").count() <= 1, "{said}");
    }
    let (_, said) = run(&clones, &["audit", "is_virtfn"], &["--rev", "main"]);
    assert!(said.contains("more files: the same"), "{said}");
    // What it says to do helps.
    clones.typed(said.split('`').nth(1).unwrap());
    let (status, said) = run(&clones, &["audit", "is_virtfn"], &["--rev", "main"]);
    assert_eq!(status, Some(0), "{said}");
    let (status, said) = run(&clones, &["check", &spec], &["--rev", "main"]);
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn what_is_known_to_be_missing_is_left_out_of_walks_alone() {
    let clones = Clones::new();
    let (lacks, needed) = ("drivers/pci/iov.c", "include/linux/pci.h");
    clones.fetch_all_but(&[lacks]);
    let claims = clones.folder.path().join("claims.toml");
    let text = |file: &str| {
        format!(
            "spec = 1\n[series]\nname = \"claims\"\n[[invariant]]\nid = \"none\"\nkind = \"absent\"\n\
             pattern = \"no_such_thing()\"\nscope = {{ files = [\"{file}\"] }}\n"
        )
    };
    let claims_path = claims.display().to_string();
    let list = clones.folder.path().join("known").display().to_string();
    let verified = |file: &str, more: &[&str]| {
        fs::write(&claims, text(file)).unwrap();
        run(&clones, &["verify", &claims_path], more)
    };
    let (status, said) = verified("drivers/pci", &[]);
    assert_eq!(status, Some(3), "{said}");
    fs::write(&list, format!("# the mirror lost it\n{lacks}\n{needed}\n")).unwrap();
    let known = ["--known-missing", &list];
    let (status, said) = verified("drivers/pci", &known);
    assert_eq!(status, Some(0), "{said}");
    let label = "without 1 file that is known to be missing";
    assert!(said.contains(label), "{said}");
    let note = format!("the repository lacks: no claim about the whole tree has seen {lacks}\n");
    assert!(said.contains(&note), "{said}");
    let (status, said) = run(&clones, &["check", &claims_path], &known);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains(label), "{said}");
    // By its id it is the same; and what is read by its path is not there all the same.
    let id = git(&clones.origin, &["rev-parse", &format!("main:{lacks}")]);
    fs::write(&list, id).unwrap();
    let (status, said) = verified("drivers/pci", &known);
    assert_eq!(status, Some(0), "{said}");
    let change = format!(
        "{}\n[[patch.change]]\nkind = \"include\"\nfile = \"{lacks}\"\nheader = \"<linux/x.h>\"\nafter = \"linux/pci.h\"\n",
        common::HEAD
    );
    fs::write(&claims, change).unwrap();
    let (status, said) = run(&clones, &["locate", &claims_path], &known);
    assert_eq!(status, Some(3), "{said}");
    assert!(said.contains("lacks the blob"), "{said}");
    fs::write(&list, "drivers/../x.c\n").unwrap();
    let (status, said) = verified("drivers/pci", &known);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("known:1: "), "{said}");
}

#[test]
fn a_partial_clone_of_an_old_git_is_refused_with_what_makes_it_a_new_one() {
    let clones = Clones::new();
    let partial = clones.folder.path().join("partial");
    git(&partial, &["config", "extensions.partialClone", "origin"]);
    let (status, said) = run(&clones, &["audit", "is_virtfn"], &[]);
    assert_eq!(status, Some(2), "{said}");
    clones.typed(said.split('`').nth(1).unwrap());
    let (status, said) = run(&clones, &["audit", "is_virtfn"], &[]);
    assert_eq!(status, Some(3), "{said}");
}
