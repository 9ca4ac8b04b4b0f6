//! `--explain`: the anchor beside what is most like it, and the commit since which it is not there.

#![expect(clippy::unwrap_used, reason = "a test says what broke by stopping")]

mod common;

use std::fs;
use std::path::Path;

use common::git::git;
use common::run;

const SPEC: &str = r#"
[[patch.change]]
id = "guard"
kind = "test"
file = "a.c"
function = "f"
where = "$D->is_virtfn && old"
or = "$D->more"
"#;

const FILE: &str =
    "int f(struct d *d, int old)\n{\n\tif (d->is_virtfn && old)\n\t\treturn 1;\n\treturn 0;\n}\n";

/// Commits what is there under that subject.
fn commit(folder: &Path, subject: &str) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", subject]);
}

/// A repository whose file is changed by each of the steps; none takes it away, `>b.c` moves it.
fn repository(steps: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    for (name, value) in [("user.name", "A"), ("user.email", "a@example.org")] {
        git(folder.path(), &["config", name, value]);
    }
    let file = folder.path().join("a.c");
    fs::write(&file, FILE).unwrap();
    commit(folder.path(), "first");
    for (subject, text) in steps {
        match *text {
            "" => fs::remove_file(&file).unwrap(),
            ">b.c" => fs::rename(&file, folder.path().join("b.c")).unwrap(),
            text => fs::write(&file, text).unwrap(),
        }
        commit(folder.path(), subject);
    }
    folder
}

#[test]
fn the_commit_is_named_that_took_the_anchor() {
    let note = FILE.replace("return 0", "return 2");
    let other = FILE.replace("&& old", "&& !old");
    let further = other.replace("return 0", "return 3");
    let rows = [
        (
            "changed",
            vec![
                ("note", note.as_str()),
                ("take it", &other),
                ("later", &further),
            ],
            "(\"take it\"), which changed a.c\n",
        ),
        (
            "removed",
            vec![("drop it", "")],
            "(\"drop it\"), which removed a.c\n",
        ),
        (
            "renamed",
            vec![("move it", ">b.c")],
            "(\"move it\"), which renamed a.c to b.c\n",
        ),
        ("never", vec![], ""),
    ];
    for (about, steps, told) in rows {
        let folder = repository(&steps);
        let text = match about {
            "never" => SPEC.replace("is_virtfn", "is_physfn"),
            _ => SPEC.to_owned(),
        };
        let spec = folder.path().join("case.toml");
        fs::write(&spec, format!("{}{text}", common::HEAD)).unwrap();
        let (spec, git) = (
            spec.display().to_string(),
            folder.path().display().to_string(),
        );
        let output = run(&["locate", &spec, "--git", &git, "--explain"]);
        let page = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{about}: {page}");
        match about {
            "never" => assert!(
                page.contains("since which commit is not known: up to ")
                    && page.contains("a.c never had it"),
                "{page}"
            ),
            _ => assert!(page.contains(told), "{about}: {page}"),
        }
    }
}

#[test]
fn what_differs_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.c"), FILE.replace("&& old", "&& !old")).unwrap();
    fs::write(at("case.toml"), format!("{}{SPEC}", common::HEAD)).unwrap();
    let (spec, tree) = (
        at("case.toml").display().to_string(),
        folder.path().display().to_string(),
    );
    let lines = "  then: $D->is_virtfn && old\n  now:  d->is_virtfn && {+!+}old    a.c:3\n";
    for command in ["locate", "render"] {
        let output = run(&[command, &spec, "--tree", &tree, "--explain"]);
        let page = [output.stdout, output.stderr].concat();
        let page = String::from_utf8_lossy(&page).into_owned();
        assert_eq!(output.status.code(), Some(1), "{page}");
        assert!(page.contains(lines), "{command}: {page}");
        let plain = run(&[command, &spec, "--tree", &tree]);
        let page = [plain.stdout, plain.stderr].concat();
        assert!(!String::from_utf8_lossy(&page).contains("then:"));
    }
}

#[test]
fn what_resolves_needs_no_word() {
    let folder = repository(&[]);
    let spec = folder.path().join("case.toml");
    fs::write(&spec, format!("{}{SPEC}", common::HEAD)).unwrap();
    let (spec, git) = (
        spec.display().to_string(),
        folder.path().display().to_string(),
    );
    let output = run(&["locate", &spec, "--git", &git, "--explain"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("since"));
}
