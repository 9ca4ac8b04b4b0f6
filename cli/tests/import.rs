//! Somebody's patches as a spec, and in another tree: the built command on mails that git wrote.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A file, its bytes before and after; none where it is not there.
type Change<'f> = (&'f str, Option<&'f [u8]>, Option<&'f [u8]>);

/// A folder with a repository of one commit, and the patch mail of a second.
struct Case {
    folder: tempfile::TempDir,
}

const PATH: &str = "drivers/x/port.c";

impl Case {
    /// The file before and after, under the name of [`PATH`].
    fn of(before: &[u8], after: &[u8]) -> Self {
        Self::of_file(PATH, before, after)
    }

    /// A file before and after.
    fn of_file(path: &str, before: &[u8], after: &[u8]) -> Self {
        let case = Self::of_files(&[(path, Some(before), Some(after))], "x: Change the port");
        assert!(case.path("0001.patch").exists());
        case
    }

    /// Each file before and after; none where it is not there.
    fn of_files(files: &[Change<'_>], message: &str) -> Self {
        let case = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let tree = case.path("tree");
        fs::create_dir_all(&tree).unwrap();
        git(&tree, &["init", "-q"]);
        case.commit(files, false, "x: Start");
        case.commit(files, true, message);
        // A mail loses carriage returns on its way, and `git am` takes them off.
        let has_cr = |text: &Option<&[u8]>| text.is_some_and(|text| text.contains(&b'\r'));
        let mail = match files.iter().any(|(_, before, _)| has_cr(before)) {
            true => git(&tree, &["diff", "HEAD~1", "HEAD"]),
            false => git(&tree, &["format-patch", "--stdout", "-1"]),
        };
        fs::write(case.path("0001.patch"), mail.stdout).unwrap();
        git(&tree, &["checkout", "-q", "HEAD~1"]);
        case
    }

    fn commit(&self, files: &[Change<'_>], after: bool, message: &str) {
        let tree = self.path("tree");
        for (path, old, new) in files {
            let file = tree.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            match if after { new } else { old } {
                Some(bytes) => fs::write(file, bytes).unwrap(),
                None if file.exists() => fs::remove_file(file).unwrap(),
                None => {}
            }
        }
        git(&tree, &["add", "-A"]);
        git(&tree, &["commit", "-q", "--allow-empty", "-m", message]);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = common::command();
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    /// Imports the patch; the spec, once the command has said that it makes the same.
    fn import(&self) -> String {
        let done = self.run(&["import", "0001.patch", "--tree", "tree", "-o", "spec.toml"]);
        assert!(done.status.success(), "{}", told(&done));
        fs::read_to_string(self.path("spec.toml")).unwrap()
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Output {
    let mut git = Command::new("git");
    git.args(["-c", "core.autocrlf=false", "-c", "commit.gpgsign=false"]);
    git.args([
        "-c",
        "user.name=A Developer",
        "-c",
        "user.email=dev@example.org",
    ]);
    for date in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
        git.env(date, "2024-05-06T07:08:09+0200");
    }
    let done = git.args(arguments).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "git {arguments:?}: {}", told(&done));
    done
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What is rendered from the spec makes, by git, what the patch makes.
fn same_by_git(case: &Case, path: &str, after: &[u8]) {
    let rendered = case.run(&["render", "spec.toml", "--tree", "tree", "--out", "out"]);
    assert!(rendered.status.success(), "{}", told(&rendered));
    let series = fs::read_dir(case.path("out"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    common::applied(&case.path("tree"), &series, &case.path("applied")).unwrap();
    assert_eq!(fs::read(case.path("applied").join(path)).unwrap(), after);
    let report = judged(case);
    assert!(
        !report.contains("\"invariant\":\"hunk") || !report.contains("\"verdict\":\"violated\""),
        "{report}"
    );
}

/// What a patch can do to a file's text, odd things among it.
const TEXTS: [(&str, &[u8], &[u8]); 9] = [
    (
        "a line",
        b"int a;\nint b;\nint c;\n",
        b"int a;\nint n;\nint c;\n",
    ),
    (
        "Latin-1",
        b"/* Andr\xe9 */\nint a;\nint b;\n",
        b"/* Andr\xc3\xa9 */\nint a;\nint n;\n",
    ),
    (
        "no newline at the end",
        b"int a;\nint b;",
        b"int a;\nint n;",
    ),
    (
        "a newline at the end comes",
        b"int a;\nint b;",
        b"int a;\nint b;\n",
    ),
    (
        "a newline at the end goes",
        b"int a;\nint b;\n",
        b"int a;\nint b;",
    ),
    ("all of it goes", b"int a;\n", b""),
    ("of nothing", b"", b"int a;\n"),
    (
        "quotes of TOML",
        b"a = '''b''';\nint c;\n",
        b"a = '''\"\"\"\\u00e9''';\nint c;\n",
    ),
    (
        "a control character",
        b"int a;\x0c\nint b;\n",
        b"int a;\x0c\nint n;\x01\n",
    ),
];

#[test]
fn a_spec_makes_the_bytes_that_the_patch_makes() {
    for (name, before, after) in TEXTS {
        let case = Case::of(before, after);
        case.import();
        let done = case.run(&[
            "import",
            "0001.patch",
            "--tree",
            "tree",
            "--file",
            PATH,
            "--result",
            "-",
        ]);
        assert_eq!(done.stdout, after, "{name}: {}", told(&done));
    }
}

/// `imports/NAME.toml`: a file before and after, and the kinds that the patch is to be told in.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    /// What it shows.
    what: String,
    /// The file's path; without it, [`PATH`].
    file: Option<String>,
    before: String,
    after: String,
    kinds: Vec<String>,
}

#[test]
fn each_run_of_lines_is_the_most_telling_kind() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/imports");
    let files = fs::read_dir(&folder).unwrap();
    let mut names: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(!names.is_empty());
    let mut wrong = Vec::new();
    let mut listing = String::new();
    for name in names {
        let told: Told = toml::from_str(&fs::read_to_string(&name).unwrap()).unwrap();
        let name = name.file_stem().unwrap().to_string_lossy().into_owned();
        let path = told.file.as_deref().unwrap_or(PATH);
        let case = Case::of_file(path, told.before.as_bytes(), told.after.as_bytes());
        let spec = case.import();
        let (_, changes) = spec.split_once("[[patch.change]]\n").unwrap();
        let kinds = spec.lines().filter_map(|line| line.strip_prefix("kind = "));
        let kinds: Vec<&str> = kinds.map(|kind| kind.trim_matches('"')).collect();
        if kinds != told.kinds {
            wrong.push(format!(
                "{name}: {kinds:?}, not {:?}\n{changes}",
                told.kinds
            ));
        }
        listing.push_str(&format!(
            "# {name}: {}\n{}\n",
            told.what,
            changes.trim_end()
        ));
        same_by_git(&case, path, told.after.as_bytes());
        holds(&case, &name);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    insta::assert_snapshot!(listing);
}

/// The verifier's report of what was rendered, as JSON.
fn judged(case: &Case) -> String {
    let arguments = [
        "verify",
        "spec.toml",
        "--tree",
        "tree",
        "--out",
        "out",
        "--format",
        "json",
    ];
    String::from_utf8(case.run(&arguments).stdout).unwrap()
}

/// The verifier says of every change that it holds.
fn holds(case: &Case, name: &str) {
    let report: serde_json::Value = serde_json::from_str(&judged(case)).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert!(!findings.is_empty(), "{name}");
    for finding in findings {
        let invariant = finding["invariant"].as_str().unwrap();
        // Ten lines are no kernel: what they name is declared nowhere.
        if invariant != "frame/bisect" {
            assert_eq!(finding["verdict"], "holds", "{name}: {finding}");
        }
    }
}

#[test]
fn git_makes_the_same_of_what_is_rendered() {
    for (_, before, after) in &TEXTS[..5] {
        let case = Case::of(before, after);
        case.import();
        same_by_git(&case, PATH, after);
    }
}

/// Lines that repeat, so that context has to tell them apart; by a generator of our own, the same in every run.
#[test]
fn any_edits_of_lines_that_repeat() {
    const WORDS: [&str; 7] = [
        "\n",
        "}\n",
        "\treturn 0;\n",
        "{\n",
        "int f(void)\n",
        "\tif (x)\n",
        "\tg();\n",
    ];
    let mut state = 7_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    for round in 0..40 {
        let before: Vec<&str> = (0..20 + next(40)).map(|_| WORDS[next(7)]).collect();
        let mut after = before.clone();
        for _ in 0..1 + next(5) {
            let at = next(after.len());
            match next(3) {
                0 => after.insert(at, WORDS[next(7)]),
                1 => drop(after.remove(at)),
                _ => after[at] = WORDS[next(7)],
            }
        }
        if before == after {
            continue;
        }
        let (before, after) = (before.concat(), after.concat());
        let case = Case::of(before.as_bytes(), after.as_bytes());
        let done = case.run(&[
            "import",
            "0001.patch",
            "--tree",
            "tree",
            "--file",
            PATH,
            "--result",
            "-",
        ]);
        let text = String::from_utf8_lossy(&done.stdout);
        assert_eq!(text, after, "round {round}: {}", told(&done));
    }
}

#[test]
fn the_authors_words_go_into_the_mail_fields() {
    let message = "x: Drop the \"old\" port\n\nNobody has one.\n\nIt was slow.\n\nFixes: 0123456789ab (\"x: Add the port\")\n\
                   Cc: stable@vger.kernel.org\nReported-by: Someone Else <else@example.org>\n\
                   Signed-off-by: A Developer <dev@example.org>";
    let files: [Change<'_>; 1] = [(PATH, Some(b"int a;\n"), Some(b"int b;\n"))];
    let case = Case::of_files(&files, message);
    insta::assert_snapshot!(case.import());
}

/// Files that come, go or move: the spec has a change for each, and makes by git what the patch makes.
#[test]
fn whole_files_come_go_and_move() {
    let text: &[u8] =
        b"// SPDX-License-Identifier: GPL-2.0\nint a;\nint b;\nint c;\nint d;\nint e;\n";
    let moved: &[u8] =
        b"// SPDX-License-Identifier: GPL-2.0\nint a;\nint b;\nint n;\nint d;\nint e;\n";
    let new = ("drivers/x/new.c", None, Some(text));
    let old = ("drivers/x/old.c", Some(text), None);
    let from = ("drivers/x/a.c", Some(text), None);
    let cases: [(&[Change<'_>], &[&str]); 4] = [
        (&[new], &["content = "]),
        (&[old], &["delete = true"]),
        (
            &[from, ("drivers/x/b.c", None, Some(text))],
            &["from = \"drivers/x/a.c\""],
        ),
        (
            &[from, ("drivers/x/b.c", None, Some(moved))],
            &["delete = true", "content = "],
        ),
    ];
    for (files, said) in cases {
        let case = Case::of_files(files, "x: Move things");
        let spec = case.import();
        for words in said {
            assert!(spec.contains(words), "{spec}");
        }
        let rendered = case.run(&["render", "spec.toml", "--tree", "tree", "--out", "out"]);
        assert!(rendered.status.success(), "{}", told(&rendered));
        let mut series = fs::read_dir(case.path("out")).unwrap();
        let series = series.next().unwrap().unwrap().path();
        common::applied(&case.path("tree"), &series, &case.path("applied")).unwrap();
        holds(&case, &spec);
        for (path, _, after) in files {
            let found = fs::read(case.path("applied").join(path)).ok();
            assert_eq!(found.as_deref(), *after, "{path}");
        }
    }
}

#[test]
fn what_no_spec_says_is_refused_by_name() {
    let cases: [(&str, &[Change<'_>]); 3] = [
        (
            "drivers/x/new.c: the new file has no newline at its end",
            &[("drivers/x/new.c", None, Some(b"int a;"))],
        ),
        (
            "drivers/x/new.c: the new file is not UTF-8",
            &[("drivers/x/new.c", None, Some(b"/* Andr\xe9 */\n"))],
        ),
        (
            "drivers/x/new: the new file is empty",
            &[("drivers/x/new", None, Some(b"\n"))],
        ),
    ];
    for (message, files) in cases {
        let case = Case::of_files(files, "x: Move things");
        let done = case.run(&["import", "0001.patch", "--tree", "tree"]);
        assert_eq!(done.status.code(), Some(2), "{message}");
        assert!(told(&done).contains(message), "{}", told(&done));
        assert!(done.stdout.is_empty());
    }
}

/// A cover letter by who sends the series, and a patch by somebody else: the list of patches is no part of the cover, and
/// nobody's sign-off is lost.
#[test]
fn a_series_with_a_cover_and_two_authors() {
    let case = Case::of(b"int a;\nint b;\n", b"int n;\nint b;\n");
    let tree = case.path("tree");
    fs::write(tree.join(PATH), "int a;\nint m;\n").unwrap();
    let author = "--author=B Other <other@example.org>";
    git(&tree, &["commit", "-qam", "x: Two", "-s", author]);
    fs::write(tree.join(PATH), "int n;\nint m;\n").unwrap();
    git(&tree, &["commit", "-qam", "x: Three", "-s"]);
    let mails = git(&tree, &["format-patch", "--stdout", "--cover-letter", "-2"]);
    fs::write(case.path("0001.patch"), mails.stdout).unwrap();
    git(&tree, &["checkout", "-q", "HEAD~2"]);
    let done = case.run(&["import", "0001.patch", "--tree", "tree", "-o", "spec.toml"]);
    assert!(done.status.success(), "{}", told(&done));
    let other = "is by B Other <other@example.org>; the mails of the spec are all by A Developer";
    assert!(told(&done).contains(other), "{}", told(&done));
    let spec = fs::read_to_string(case.path("spec.toml")).unwrap();
    assert!(
        spec.contains("author = \"A Developer <dev@example.org>\""),
        "{spec}"
    );
    assert!(!spec.contains("x: Two\n  x: Three"), "{spec}");
    same_by_git(&case, PATH, b"int n;\nint m;\n");
    holds(&case, &spec);
}

/// Neither is text.
#[cfg(unix)]
#[test]
fn a_symbolic_link_and_a_binary_file_are_refused() {
    for is_link in [true, false] {
        let case = Case::of(b"int a;\n", b"int b;\n");
        let tree = case.path("tree");
        match is_link {
            true => std::os::unix::fs::symlink("port.c", tree.join("drivers/x/new")).unwrap(),
            false => fs::write(tree.join("drivers/x/new"), b"\0\x01\x02").unwrap(),
        }
        git(&tree, &["add", "-A"]);
        git(&tree, &["commit", "-qm", "x: Add"]);
        let mail = git(&tree, &["format-patch", "--stdout", "-1"]);
        fs::write(case.path("0001.patch"), mail.stdout).unwrap();
        git(&tree, &["checkout", "-q", "HEAD~1"]);
        let done = case.run(&["import", "0001.patch", "--tree", "tree"]);
        let words = if is_link { "a symbolic link" } else { "binary" };
        assert!(told(&done).contains(words), "{}", told(&done));
        assert_eq!(done.status.code(), Some(1));
        assert!(done.stdout.is_empty());
    }
}

/// A patch that changes the text of a file and makes it executable: half of it would be lost.
#[cfg(unix)]
#[test]
fn a_changed_mode_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let case = Case::of(b"int a;\n", b"int b;\n");
    let tree = case.path("tree");
    fs::set_permissions(tree.join(PATH), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(tree.join(PATH), "int n;\n").unwrap();
    let diff = git(&tree, &["diff"]);
    fs::write(case.path("0001.patch"), diff.stdout).unwrap();
    git(&tree, &["checkout", "-q", "-f", "HEAD"]);
    let done = case.run(&["import", "0001.patch", "--tree", "tree"]);
    assert_eq!(done.status.code(), Some(2), "{}", told(&done));
    let message = "drivers/x/port.c: the patch changes the mode of the file";
    assert!(told(&done).contains(message), "{}", told(&done));
}

/// A mail does not keep them: `git am` takes them off.
#[test]
fn a_file_with_carriage_returns_is_refused() {
    let case = Case::of(b"int a;\r\nint b;\r\n", b"int a;\r\nint n;\r\n");
    let done = case.run(&["import", "0001.patch", "--tree", "tree"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(told(&done).contains("CRLF line ends"), "{}", told(&done));
}

#[test]
fn a_patch_for_another_tree_is_said() {
    let case = Case::of(b"int a;\nint b;\n", b"int a;\nint n;\n");
    fs::write(case.path("tree").join(PATH), "int z;\n").unwrap();
    let done = case.run(&["import", "0001.patch", "--tree", "tree"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(
        told(&done).contains("0001.patch does not apply to"),
        "{}",
        told(&done)
    );
}

const DONOR: &str = "struct port { int up; };\n\nvoid start(struct port *p);\n\nint port_open(struct port *p)\n{\n\tp->up = 0;\n\tstart(p);\n\treturn 0;\n}\n";

/// A port of a patch that has `p->up = 1;` behind `start(p);`.
fn ported(target: &str) -> (Case, Output) {
    let after = DONOR.replace("\tstart(p);\n", "\tstart(p);\n\tp->up = 1;\n");
    let case = Case::of(DONOR.as_bytes(), after.as_bytes());
    let there = case.path("there").join(PATH);
    fs::create_dir_all(there.parent().unwrap()).unwrap();
    fs::write(there, target).unwrap();
    let done = case.run(&[
        "port",
        "0001.patch",
        "--from",
        "tree",
        "--to",
        "there",
        "--out",
        "ported",
        "-o",
        "there.toml",
    ]);
    (case, done)
}

#[test]
fn a_port_is_a_spec_and_a_series_for_the_other_tree() {
    let target = DONOR.replace("struct port { int up; };", "struct port { int up, id; };");
    let target = target.replace("\tp->up = 0;\n", "\tp->id = 7;\n\tp->up = 0;\n");
    let (case, done) = ported(&target);
    assert!(done.status.success(), "{}", told(&done));
    let judged = case.run(&["verify", "there.toml", "--tree", "there", "--out", "ported"]);
    assert!(
        judged.status.success(),
        "{}",
        String::from_utf8_lossy(&judged.stdout)
    );
    let series = case.path("ported").join("x-change-the-port-v1");
    common::applied(&case.path("there"), &series, &case.path("applied")).unwrap();
    let text = fs::read_to_string(case.path("applied").join(PATH)).unwrap();
    assert_eq!(
        text,
        target.replace("\tstart(p);\n", "\tstart(p);\n\tp->up = 1;\n")
    );
    // From one revision of a repository to a folder.
    let again = case.run(&["port", "0001.patch", "--from", "tree@HEAD", "--to", "there"]);
    assert!(again.status.success(), "{}", told(&again));
}

#[test]
fn a_port_that_is_not_sure_writes_nothing() {
    let (case, done) = ported(&DONOR.replace("\treturn 0;\n", "\tstop(p);\n\treturn 0;\n"));
    assert_eq!(done.status.code(), Some(1));
    let message = "drivers/x/port.c:9: port_open(): `stop(p);` is between the lines";
    assert!(told(&done).contains(message), "{}", told(&done));
    assert!(!case.path("ported").exists() && !case.path("there.toml").exists());
}

#[test]
fn a_condition_over_what_is_beside_it_is_a_note() {
    let (_, done) = ported(&DONOR.replace("\tstart(p);\n", "\tif (!p->up)\n\t\tstart(p);\n"));
    assert!(done.status.success(), "{}", told(&done));
    let message =
        "note: drivers/x/port.c:9: port_open(): beside it, `start(p);` is in another block there";
    assert!(told(&done).contains(message), "{}", told(&done));
}

#[test]
fn a_file_that_the_other_tree_lacks_is_said() {
    let (case, _) = ported(DONOR);
    fs::remove_file(case.path("there").join(PATH)).unwrap();
    let done = case.run(&["port", "0001.patch", "--from", "tree", "--to", "there"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(told(&done).contains("has no such file"), "{}", told(&done));
    let nowhere = case.run(&["port", "0001.patch", "--from", "tree", "--to", "nowhere"]);
    assert_eq!(nowhere.status.code(), Some(2));
}

#[test]
fn recipients_are_taken_over() {
    let case = Case::of(b"int a;\nint b;\n", b"int a;\nint n;\n");
    let mail = fs::read_to_string(case.path("0001.patch")).unwrap();
    let to = "To: A Maintainer <a@example.org>,\n \"List, The\" <list@example.org>\nCc: dev@example.org, nobody:;\nSubject: ";
    fs::write(case.path("0001.patch"), mail.replacen("Subject: ", to, 1)).unwrap();
    let spec = case.import();
    for line in [
        "\t\"A Maintainer <a@example.org>\",",
        "list@example.org",
        "dev@example.org",
        "# no recipient that a spec can have: nobody:;",
    ] {
        assert!(spec.contains(line), "{line}: {spec}");
    }
    same_by_git(&case, PATH, b"int a;\nint n;\n");
}
