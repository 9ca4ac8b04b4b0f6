//! What `render --commit` mails is what `git format-patch` makes of its commits, byte for byte but for the signature and
//! the ids of the mails. git is the judge: nothing here says what a mail looks like.

#![expect(clippy::unwrap_used, reason = "a test says what broke by stopping")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::git::{commit_series, git};

/// Subject, message, and how many members each file gets.
type OnePatch = (String, String, Vec<(String, usize)>);

/// An odd series.
struct Row {
    /// What is odd about it.
    name: &'static str,
    author: &'static str,
    subject: String,
    cover: &'static str,
    patches: Vec<OnePatch>,
    version: u32,
    prefix: &'static str,
    /// Options of `render`, beside the series.
    options: &'static [&'static str],
    /// Configuration of the repository.
    config: &'static [(&'static str, &'static str)],
}

impl Default for Row {
    fn default() -> Self {
        Self {
            name: "plain",
            author: "A Developer <a@example.org>",
            subject: "x: What it is about".to_owned(),
            cover: "Say what it is about.\n\nAnd why.",
            patches: vec![patch("x: Add members", "Say why.", &[("x/a.h", 1)])],
            version: 1,
            prefix: "PATCH",
            options: &[],
            config: &[("core.abbrev", "12")],
        }
    }
}

fn patch(subject: &str, message: &str, files: &[(&str, usize)]) -> OnePatch {
    let files = files
        .iter()
        .map(|(file, lines)| ((*file).to_owned(), *lines));
    (subject.to_owned(), message.to_owned(), files.collect())
}

/// The same file in every patch, one member each.
fn several(count: usize) -> Vec<OnePatch> {
    let one = |n: usize| patch(&format!("x: Add member {n}"), "Say why.", &[("x/a.h", 1)]);
    (1..=count).map(one).collect()
}

/// Words up to a length.
fn long(length: usize) -> String {
    let words = "x: make a rather long line of short words that goes on and on until it is as long as it has to be for this";
    let text: String = words.chars().cycle().take(length).collect();
    text.trim_end().to_owned()
}

const DEEP: &str =
    "drivers/net/ethernet/mellanox/mlx5/core/steering/very/deep/folder/with/a/long/name.h";

fn rows() -> Vec<Row> {
    let plain = Row::default;
    let with_subject = |name, subject: String| Row {
        name,
        patches: vec![patch(&subject, "Say why.", &[("x/a.h", 1)])],
        subject,
        ..plain()
    };
    let with_files = |name, files: &[(&str, usize)]| Row {
        name,
        patches: vec![patch("x: Add members", "Say why.", files)],
        ..plain()
    };
    let by = |name, author| Row {
        name,
        author,
        ..plain()
    };
    let mut rows = vec![
        plain(),
        by("author beyond ASCII", "Jürgen Größer <j@example.org>"),
        by("author in another script", "山田太郎 <y@example.org>"),
        by(
            "long author",
            "A Developer With Ever So Many Names That They Fill The Line <a.developer@example.org>",
        ),
        by(
            "long author beyond ASCII",
            "Ä Developer With Ever So Many Names That They Fill A Lïne <a@example.org>",
        ),
        by(
            "author that needs quotes",
            "\\\"J. R. Developer (Example, Inc.)\\\" <j@example.org>",
        ),
        by(
            "dot at the end of the name",
            "\\\"John Doe Jr.\\\" <j@example.org>",
        ),
        by(
            "name and address too long for a line",
            "Somebody Of A Name <somebody.of.a.name.that.is.long@a.long.domain.of.example.org>",
        ),
        with_subject("subject beyond ASCII", "x: Übersetze Größe".to_owned()),
        with_subject(
            "long subject beyond ASCII",
            format!("x: Größe, {}", long(90)),
        ),
        with_subject(
            "subject in another script",
            "x: 日本語の長い件名をここに書いて折り返しを確かめるためのものです".to_owned(),
        ),
        with_subject("subject with =?", "x: use =?UTF-8?q?a?= as text".to_owned()),
        with_subject(
            "subject with other marks",
            "x: a = b ? c : \"d_e\" (f), [g]".replace('"', "'"),
        ),
        with_subject("a word longer than a line", format!("x:{}", "w".repeat(90))),
        with_subject("first word does not fit", "w".repeat(70)),
        with_subject(
            "first word of another length",
            format!("{} and more", "w".repeat(60)),
        ),
    ];
    let lengths = [55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 120, 200];
    rows.extend(lengths.map(|length| with_subject("long subject", long(length))));
    rows.extend([
        with_files("more than 30 lines", &[("x/a.h", 40)]),
        with_files(
            "more lines than columns",
            &[("x/a.h", 300), ("x/b.h", 2), ("x/c.h", 31)],
        ),
        with_files("long name", &[(DEEP, 1)]),
        with_files("long name and many lines", &[(DEEP, 80), ("x/a.h", 3)]),
        with_files("name beyond ASCII", &[("x/größe.h", 2)]),
        with_files("blank in a name", &[("x/a b.h", 2), ("x/a.h", 1)]),
        Row {
            name: "12 patches",
            patches: several(12),
            ..plain()
        },
        Row {
            name: "2 patches of a later version",
            patches: several(2),
            version: 4,
            ..plain()
        },
        Row {
            name: "another prefix",
            patches: several(2),
            version: 2,
            prefix: "PATCH RFC net-next",
            ..plain()
        },
        Row {
            name: "message beyond ASCII",
            patches: vec![patch(
                "x: Add",
                "Zweite Änderung.\n\nEnde.",
                &[("x/a.h", 1)],
            )],
            ..plain()
        },
        Row {
            name: "blanks at ends of lines, blank lines",
            patches: vec![patch(
                "x: Add",
                "One.  \n\n\nTwo.\t\n  three",
                &[("x/a.h", 1)],
            )],
            ..plain()
        },
        Row {
            name: "cover beyond ASCII, commits not",
            cover: "Wie groß?",
            patches: vec![patch("x: Add", "Größe.", &[("x/a.h", 1)])],
            ..plain()
        },
        Row {
            name: "one patch without a cover letter",
            options: &["--no-cover-letter"],
            ..plain()
        },
        Row {
            name: "the same, third version",
            options: &["--no-cover-letter"],
            version: 3,
            ..plain()
        },
        Row {
            name: "short ids",
            config: &[("core.abbrev", "5")],
            patches: several(3),
            ..plain()
        },
        Row {
            name: "whole ids",
            config: &[("core.abbrev", "40")],
            ..plain()
        },
        Row {
            name: "no abbreviation",
            config: &[("core.abbrev", "no")],
            ..plain()
        },
        Row {
            name: "shortest ids",
            config: &[("core.abbrev", "4")],
            patches: several(12),
            ..plain()
        },
    ]);
    rows
}

impl Row {
    fn spec(&self) -> String {
        let mut text = format!(
            "spec = 1\n[series]\nname = \"odd\"\nversion = {}\nauthor = \"{}\"\nprefix = \"{}\"\n\
             date = 2021-03-04T05:06:07+05:30\nsubject = \"{}\"\ncover = '''\n{}\n'''\n",
            self.version, self.author, self.prefix, self.subject, self.cover
        );
        let mut made = std::collections::BTreeMap::new();
        for (subject, message, files) in &self.patches {
            text += &format!("[[patch]]\nsubject = \"{subject}\"\nmessage = '''\n{message}\n'''\n");
            for (file, lines) in files {
                for _ in 0..*lines {
                    let number = made.entry(file).or_insert(0);
                    text += &format!(
                        "[[patch.change]]\nkind = \"member\"\nfile = \"{file}\"\nstruct = \"s\"\nafter = \"m{number}\"\ndeclare = \"int m{}\"\n",
                        *number + 1
                    );
                    *number += 1;
                }
            }
        }
        text
    }

    fn files(&self) -> impl Iterator<Item = &str> {
        let files = self.patches.iter().flat_map(|(_, _, files)| files);
        files.map(|(file, _)| file.as_str())
    }
}

const BEFORE: &str = "int f(void);\n/*\nout:\n */\n\n\nstruct s {\n\tint m0;\n};\n";

fn repository(folder: &Path, row: &Row) {
    for file in row.files() {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, BEFORE).unwrap();
    }
    fs::write(folder.join(".gitattributes"), "*.[ch] diff=cpp\n").unwrap();
    git(folder, &["init", "-q", "-b", "main"]);
    for (key, value) in row.config {
        git(folder, &["config", key, value]);
    }
    git(folder, &["add", "-A"]);
    git(
        folder,
        &["commit", "-q", "-m", "base", "--author=B <b@example.org>"],
    );
}

/// A mail without the lines that are to differ: its ids, and who wrote it.
fn compared(mail: &str) -> String {
    let body = mail.trim_end().rsplit_once("\n-- \n");
    let body = body.map_or(mail, |(body, _)| body);
    let lines = body.lines().map(|line| match line.split_once(": <") {
        Some((name @ ("Message-ID" | "Message-Id" | "In-Reply-To" | "References"), _)) => {
            format!("{}: …", name.replace("Id", "ID"))
        }
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn mails(folder: &Path) -> Vec<String> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "patch"));
    files.sort();
    let read = |path| String::from_utf8(fs::read(path).unwrap()).unwrap();
    files.iter().map(read).collect()
}

fn format_patch(folder: &Path, row: &Row) -> Vec<String> {
    let description = format!("{}\n\n{}\n", row.subject, row.cover);
    fs::write(folder.join("description"), description).unwrap();
    let ours = git(folder, &["log", "-1", "--format=%an%n%ae", "series/odd"]);
    let (name, email) = ours.trim_end().split_once('\n').unwrap();
    let version = format!("-v{}", row.version);
    let prefix = format!("--subject-prefix={}", row.prefix);
    let mut arguments = vec!["format-patch", "-q", "--base=main", "-o", "by-git", &prefix];
    if row.version > 1 {
        arguments.push(&version);
    }
    if !row.options.contains(&"--no-cover-letter") {
        arguments.extend([
            "--thread",
            "--cover-letter",
            "--cover-from-description=subject",
            "--description-file=description",
        ]);
    } else {
        arguments.push("--thread");
    }
    arguments.push("main..series/odd");
    let output = Command::new("git")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs([("HOME", "/nowhere"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .envs([("GIT_COMMITTER_NAME", name), ("GIT_COMMITTER_EMAIL", email)])
        .env("GIT_COMMITTER_DATE", "2021-03-04T05:06:07+05:30")
        .current_dir(folder)
        .args(&arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    mails(&folder.join("by-git"))
}

fn differs(row: &Row) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    repository(folder, row);
    fs::write(folder.join("odd.toml"), row.spec()).unwrap();
    let at = |name: &str| folder.join(name).display().to_string();
    let (spec, repository, out) = (at("odd.toml"), at(""), at("out"));
    let series = ["render", &spec, "--git", &repository, "--out", &out];
    let arguments = [&series[..], &["--commit", "series/odd"], row.options].concat();
    let output = common::run(&arguments);
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    git(folder, &["fsck", "--strict"]);
    let ours = mails(&folder.join(format!("out/odd-v{}", row.version)));
    let theirs = format_patch(folder, row);
    if ours.len() != theirs.len() {
        return Err(format!("{} mails, git has {}", ours.len(), theirs.len()));
    }
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let (ours, theirs) = (compared(ours), compared(theirs));
        if ours != theirs {
            let different = ours
                .lines()
                .zip(theirs.lines())
                .find(|(ours, theirs)| ours != theirs);
            return Err(format!(
                "{different:#?}\n--- ours\n{ours}\n--- git's\n{theirs}"
            ));
        }
    }
    Ok(())
}

#[test]
fn the_mails_are_those_of_git_format_patch() {
    let rows = rows();
    assert!(rows.len() >= 30);
    let failed: Vec<String> = rows
        .iter()
        .filter_map(|row| differs(row).err().map(|why| format!("{}: {why}", row.name)))
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {}\n{}",
        failed.len(),
        rows.len(),
        failed.join("\n\n")
    );
}

#[test]
fn the_shipped_specs_are_mailed_as_git_mails_them() {
    let sample = common::top().join("samples/linux");
    for version in 1..=3 {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        common::copy(&sample, folder);
        git(folder, &["init", "-q", "-b", "main"]);
        fs::write(
            folder.join(".gitattributes"),
            "*.[ch] diff=cpp\n*.rs diff=rust\n",
        )
        .unwrap();
        git(folder, &["config", "core.abbrev", "12"]);
        git(folder, &["add", "-A"]);
        git(
            folder,
            &["commit", "-q", "-m", "base", "--author=B <b@example.org>"],
        );
        let (repository, out) = (folder.display().to_string(), folder.join("out"));
        let spec = common::spec(version);
        let (out, branch) = (out.display().to_string(), "series/odd");
        commit_series(&spec, &repository, &out, branch);
        let version = format!("-v{version}");
        let mut arguments = vec![
            "format-patch",
            "-q",
            "-o",
            "by-git",
            "--thread",
            "--cover-letter",
            "--base=main",
        ];
        if version != "-v1" {
            arguments.push(&version);
        }
        arguments.push("main..series/odd");
        git(folder, &arguments);
        let ours = mails(&folder.join(format!("out/detached-vf-{}", &version[1..])));
        let theirs = mails(&folder.join("by-git"));
        assert_eq!(ours.len(), theirs.len());
        // git is told neither the words of the cover letter nor the recipients.
        for (ours, theirs) in ours.iter().zip(&theirs).skip(1) {
            assert_eq!(without_recipients(&compared(ours)), compared(theirs));
        }
        let tail = |mail: &str| mail.split_once("):\n").map(|(_, tail)| tail.to_owned());
        assert_eq!(tail(&compared(&ours[0])), tail(&compared(&theirs[0])));
    }
}

fn without_recipients(mail: &str) -> String {
    let mut is_to = false;
    let lines = mail.lines().filter(|line| {
        is_to = line.starts_with("To: ")
            || line.starts_with("Cc: ")
            || (is_to && line.starts_with("    "));
        !is_to
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A repository with one commit, and a spec for it.
fn small() -> (tempfile::TempDir, String, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let row = Row::default();
    repository(folder.path(), &row);
    fs::write(folder.path().join("odd.toml"), row.spec()).unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (spec, repository, out) = (at("odd.toml"), at(""), at("out"));
    (folder, spec, repository, out)
}

#[test]
fn nothing_but_a_new_branch_is_changed() {
    let (folder, spec, repository, out) = small();
    let folder = folder.path();
    // What would run if anything ran.
    let ran = folder.join("ran");
    let script = format!("#!/bin/sh\ntouch {}\n", ran.display());
    for hook in [
        "pre-commit",
        "commit-msg",
        "post-commit",
        "reference-transaction",
        "post-checkout",
    ] {
        let path = folder.join(".git/hooks").join(hook);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &script).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&path, mode).unwrap();
    }
    let filter = format!("touch {}; cat", ran.display());
    for (key, value) in [
        ("commit.gpgsign", "true"),
        ("gpg.program", filter.as_str()),
        ("filter.x.clean", &filter),
        ("diff.cpp.textconv", &filter),
        ("user.name", "Configured"),
        ("user.email", "configured@example.org"),
    ] {
        git_without_hooks(folder, &["config", key, value]);
    }
    fs::write(folder.join(".git/info/attributes"), "* filter=x\n").unwrap();
    let state = || {
        let index = fs::read(folder.join(".git/index")).unwrap();
        let head = fs::read(folder.join(".git/HEAD")).unwrap();
        let refs = git_without_hooks(folder, &["for-each-ref", "refs/heads/main"]);
        (index, head, refs, fs::read(folder.join("x/a.h")).unwrap())
    };
    let before = state();
    let arguments = [
        "render",
        &spec,
        "--git",
        &repository,
        "--out",
        &out,
        "--commit",
        "new/one",
    ];
    let output = common::run(&arguments);
    assert!(output.status.success(), "{output:?}");
    assert!(state() == before);
    assert!(!ran.exists());
    let shown = "%an|%ae|%cn|%ce|%ad|%s|%(trailers:key=Signed-off-by,valueonly)";
    let format = format!("--format={shown}");
    let log = git_without_hooks(folder, &["log", "-1", &format, "new/one"]);
    assert_eq!(
        log.trim_end(),
        "A Developer|a@example.org|Configured|configured@example.org|\
         Thu Mar 4 05:06:08 2021 +0530|x: Add members|A Developer <a@example.org>"
    );
    // Once more: the branch is there now, and stays where it is.
    let tip = git_without_hooks(folder, &["rev-parse", "new/one"]);
    let output = common::run(&arguments);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("exists already"));
    assert_eq!(git_without_hooks(folder, &["rev-parse", "new/one"]), tip);
}

fn git_without_hooks(folder: &Path, arguments: &[&str]) -> String {
    git(
        folder,
        &[&["-c", "core.hooksPath=/dev/null"][..], arguments].concat(),
    )
}

#[test]
fn what_cannot_be_a_branch_is_refused_before_anything_is_written() {
    let (folder, spec, repository, out) = small();
    git(folder.path(), &["branch", "taken/below"]);
    git(folder.path(), &["tag", "a-tree", "HEAD^{tree}"]);
    let run = |arguments: &[&str]| {
        let series = ["render", &spec, "--git", &repository, "--out", &out];
        let output = common::run(&[&series[..], arguments].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), said)
    };
    for (branch, words) in [
        ("main", "exists already"),
        ("refs/heads/main", "exists already"),
        ("taken", "taken/…"),
        ("taken/below/it", "taken/below exists"),
        ("a..b", "no name of a branch"),
        ("-x", "no name of a branch"),
        ("HEAD", "no name of a branch"),
        ("", "no name of a branch"),
        ("a b", "no name of a branch"),
        ("a.lock", "no name of a branch"),
    ] {
        let (status, said) = run(&[&format!("--commit={branch}")]);
        assert_eq!(status, Some(2), "{branch}: {said}");
        assert!(said.contains(words), "{branch}: {said}");
        assert!(!Path::new(&out).exists(), "{branch}");
    }
    let (status, said) = run(&["--rev", "a-tree", "--commit", "new"]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("names a tree"), "{said}");
    let (status, said) = run(&["--rev", "gone", "--commit", "new"]);
    assert_eq!(status, Some(2), "{said}");
    let refs = git(
        folder.path(),
        &["for-each-ref", "--format=%(refname)", "refs/heads"],
    );
    assert_eq!(refs, "refs/heads/main\nrefs/heads/taken/below\n");
}

#[test]
fn a_reference_that_is_locked_is_said_with_what_makes_the_branch() {
    let (folder, spec, repository, out) = small();
    let folder = folder.path();
    fs::create_dir_all(folder.join(".git/refs/heads")).unwrap();
    fs::write(folder.join(".git/refs/heads/new.lock"), "").unwrap();
    let output = common::run(&[
        "render",
        &spec,
        "--git",
        &repository,
        "--out",
        &out,
        "--commit",
        "new",
    ]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let command = said.split('`').nth(1).unwrap_or_default();
    let (_, tip) = command.rsplit_once(' ').unwrap_or_default();
    fs::remove_file(folder.join(".git/refs/heads/new.lock")).unwrap();
    git(folder, &["branch", "new", tip]);
    assert_eq!(
        git(folder, &["log", "-1", "--format=%s", "new"]),
        "x: Add members\n"
    );
}

#[test]
fn only_a_single_patch_goes_without_a_cover_letter() {
    let (folder, _, repository, out) = small();
    let row = Row {
        patches: several(2),
        ..Row::default()
    };
    let spec = folder.path().join("two.toml");
    fs::write(&spec, row.spec()).unwrap();
    let spec = spec.display().to_string();
    let output = common::run(&[
        "render",
        &spec,
        "--git",
        &repository,
        "--out",
        &out,
        "--no-cover-letter",
    ]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("2 patches needs its cover letter"), "{said}");
}

/// The changelog goes below the `---`, where git drops it.
#[test]
fn the_changelog_of_a_single_patch_is_in_its_notes() {
    let (folder, _, repository, out) = small();
    let row = Row {
        version: 2,
        ..Row::default()
    };
    let log = "[series.changelog]\nv2 = [\"One thing\"]\n[[patch]]";
    let spec = folder.path().join("log.toml");
    fs::write(&spec, row.spec().replacen("[[patch]]", log, 1)).unwrap();
    let spec = spec.display().to_string();
    let arguments = ["--git", &repository, "--out", &out];
    let rendered = common::run(&[&["render", &spec, "--no-cover-letter"][..], &arguments].concat());
    assert!(rendered.status.success(), "{rendered:?}");
    let mails = mails(&folder.path().join("out/odd-v2"));
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].contains("\n---\nChanges in v2:\n- One thing\n\n x/a.h | 1 +\n"),
        "{}",
        mails[0]
    );
    assert!(
        mails[0].contains("\nSubject: [PATCH v2] x: Add members\n"),
        "{}",
        mails[0]
    );
    let verified = common::run(&[&["verify", &spec][..], &arguments].concat());
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
}
