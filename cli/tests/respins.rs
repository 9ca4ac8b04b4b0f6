//! A series that was sent before: threads, links, the range-diff, b4's change-id and branch. What a mail looks like is
//! git's to say.

#![expect(clippy::unwrap_used, reason = "a test says what broke by stopping")]

mod common;

use std::fs;
use std::path::Path;

use common::git::git;

const BEFORE: &str = "int f(void);\n\n\nstruct s {\n\tint m0;\n};\n";
const CHANGE_ID: &str = "20210304-members-3f1c0d9a7b52";

/// Version `version` of a series, whose patches each add a member of that name; `keys` are more of `[series]`.
fn spec(version: u32, keys: &str, members: &[&str]) -> String {
    let mut text = format!(
        "spec = 1\n[series]\nname = \"odd\"\nversion = {version}\nauthor = \"A Developer <a@example.org>\"\n\
         date = 2021-03-04T05:06:07+05:30\nsubject = \"x: What it is about\"\ncover = \"Say what.\"\n{keys}\n"
    );
    let mut after = "m0";
    for (number, member) in members.iter().enumerate() {
        text += &format!(
            "[[patch]]\nsubject = \"x: Add member {number}\"\nmessage = \"Version {version} says why.\"\n\
             [[patch.change]]\nkind = \"member\"\nfile = \"x/a.h\"\nstruct = \"s\"\nafter = \"{after}\"\ndeclare = \"int {member}\"\n"
        );
        after = member;
    }
    text
}

/// A tree that is a repository too, with two versions of a series beside it.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new(keys: &str, old: &[&str], new: &[&str]) -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let tree = place.folder.path().join("tree");
        fs::create_dir_all(tree.join("x")).unwrap();
        fs::write(tree.join("x/a.h"), BEFORE).unwrap();
        fs::write(tree.join(".gitattributes"), "*.[ch] diff=cpp\n").unwrap();
        git(&tree, &["init", "-q", "-b", "main"]);
        git(&tree, &["config", "core.abbrev", "12"]);
        git(&tree, &["add", "-A"]);
        git(&tree, &["commit", "-qm", "base"]);
        fs::write(place.folder.path().join("v1.toml"), spec(1, "", old)).unwrap();
        fs::write(place.folder.path().join("v2.toml"), spec(2, keys, new)).unwrap();
        place
    }

    fn at(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn tree(&self) -> std::path::PathBuf {
        self.folder.path().join("tree")
    }

    /// Renders version 2, and gives the exit status and what was said.
    fn render(&self, more: &[&str]) -> (Option<i32>, String) {
        let (spec, out) = (self.at("v2.toml"), self.at("out"));
        let output = common::run(&[&["render", &spec, "--out", &out][..], more].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), said)
    }

    fn mails(&self, folder: &str) -> Vec<String> {
        mails(&self.folder.path().join(folder))
    }
}

fn mails(folder: &Path) -> Vec<String> {
    let files = common::files(folder).into_iter();
    let mails = files.filter(|(name, _)| name.ends_with(".patch"));
    mails
        .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
        .collect()
}

/// A mail without the ids of its own series, and without who wrote it.
fn compared(mail: &str) -> String {
    let (body, _) = mail.trim_end().rsplit_once("\n-- \n").unwrap();
    let lines = body.lines().map(|line| match line.split_once('<') {
        Some((head, id)) if id.ends_with('>') && !id.starts_with("first@") => {
            let is_id = ["Message-ID: ", "In-Reply-To: ", "References: ", "\t"].contains(&head);
            if is_id {
                format!("{head}…")
            } else {
                line.to_owned()
            }
        }
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What `git format-patch` makes of both branches.
fn by_git(place: &Place, more: &[&str]) -> Vec<String> {
    let tree = place.tree();
    fs::write(
        tree.join(".git/description"),
        "x: What it is about\n\nSay what.\n",
    )
    .unwrap();
    let out = place.at("by-git");
    let own = [
        "-c",
        "user.name=A Developer",
        "-c",
        "user.email=a@example.org",
        "format-patch",
        "-q",
        "-v2",
        "--base=main",
        "--thread",
        "--in-reply-to=first@example.org",
        "--range-diff=main..old",
        "--creation-factor=999",
        "-o",
        &out,
    ];
    let last = ["main..new"];
    git(&tree, &[&own[..], more, &last[..]].concat());
    place.mails("by-git")
}

fn is_as_git_has_it(members: [&[&str]; 2], options: &[&str], of_git: &[&str]) {
    let place = Place::new(
        "in-reply-to = \"<first@example.org>\"",
        members[0],
        members[1],
    );
    let (repository, old) = (place.at("tree"), place.at("v1.toml"));
    let rendered = common::run(&[
        "render",
        &old,
        "--out",
        &place.at("out"),
        "--git",
        &repository,
        "--commit",
        "old",
    ]);
    assert!(rendered.status.success(), "{rendered:?}");
    let own = [
        "--git",
        &repository,
        "--commit",
        "new",
        "--range-diff",
        &old,
    ];
    let (status, said) = place.render(&[&own[..], options].concat());
    assert_eq!(status, Some(0), "{said}");
    let (ours, theirs) = (place.mails("out/odd-v2"), by_git(&place, of_git));
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        // The cover letter is of whoever calls git, and of now.
        let undated = |mail: &str| {
            let dated = ["Date: ", "From: "];
            let lines = mail
                .lines()
                .filter(|line| !dated.iter().any(|name| line.starts_with(name)));
            lines.collect::<Vec<_>>().join("\n")
        };
        assert_eq!(undated(&compared(ours)), undated(&compared(theirs)));
    }
    let verified = common::run(&[
        "verify",
        &place.at("v2.toml"),
        "--git",
        &repository,
        "--out",
        &place.at("out"),
    ]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
}

#[test]
fn a_respin_is_mailed_as_git_mails_it() {
    let of_git = [
        "--cover-letter",
        "--cover-from-description=subject",
        "--description-file=.git/description",
    ];
    is_as_git_has_it([&["m1", "m2"], &["m1", "m3", "m4"]], &[], &of_git);
    is_as_git_has_it([&["m1"], &["m1"]], &[], &of_git);
    is_as_git_has_it([&["m1"], &["m2"]], &["--no-cover-letter"], &[]);
}

#[test]
fn versions_that_were_sent_are_linked_where_the_next_one_says_what_changed() {
    let keys = format!(
        "sent = {{ v1 = [\"lost@example.org\", \"<a/b+1@example.org>\"], v2 = \"own@example.org\" }}\n\
         change-id = \"{CHANGE_ID}\"\nchangelog = {{ v2 = [\"One thing\"] }}"
    );
    let place = Place::new(&keys, &["m1"], &["m1"]);
    let (status, said) = place.render(&["--git", &place.at("tree")]);
    assert_eq!(status, Some(0), "{said}");
    let cover = &place.mails("out/odd-v2")[0];
    let log = "\nChanges in v2:\n- One thing\n- Link to v1: https://lore.kernel.org/r/a%2Fb+1@example.org\n\nA Developer (1):\n";
    assert!(cover.contains(log), "{cover}");
    let base = git(&place.tree(), &["rev-parse", "main"]);
    let below = format!("\n\nbase-commit: {base}change-id: {CHANGE_ID}\n-- \n");
    assert!(cover.contains(&below), "{cover}");
    assert!(!cover.contains("In-Reply-To"), "{cover}");
    let (status, said) = place.render(&["--tree", &place.at("tree"), "--no-cover-letter"]);
    assert_eq!(status, Some(0), "{said}");
    let patch = &place.mails("out/odd-v2")[0];
    assert!(
        patch.contains("\n---\nChanges in v2:\n- One thing\n- Link to v1: "),
        "{patch}"
    );
    assert!(
        patch.contains(&format!("\n\nchange-id: {CHANGE_ID}\n-- \n")),
        "{patch}"
    );
}

#[test]
fn a_range_diff_needs_no_repository_and_writes_to_none() {
    let place = Place::new("", &["m1"], &["m2"]);
    let tree = place.tree();
    // A helper would be run by a git that takes the user's configuration.
    let helper = "touch \"$0\"; false";
    git(&tree, &["config", "diff.external", helper]);
    git(&tree, &["config", "core.fsmonitor", helper]);
    let objects = || git(&tree, &["count-objects", "-v"]);
    let before = objects();
    let options = ["--range-diff", &place.at("v1.toml")];
    let (status, said) = place.render(&[&["--git", &place.at("tree")], &options[..]].concat());
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(objects(), before);
    let of_revision = place.mails("out/odd-v2");
    let (status, said) = place.render(&[&["--tree", &place.at("tree")], &options[..]].concat());
    assert_eq!(status, Some(0), "{said}");
    let of_folder = place.mails("out/odd-v2");
    for mails in [&of_revision, &of_folder] {
        let cover = &mails[0];
        assert!(
            cover.contains("\n\nRange-diff against v1:\n1:  "),
            "{cover}"
        );
        assert!(
            cover.contains("\n    -+\tint m1;\n    ++\tint m2;\n"),
            "{cover}"
        );
    }
    let (status, said) = place.render(&[&["--tree", &place.at("tree")], &options[..]].concat());
    assert_eq!(
        (status, place.mails("out/odd-v2")),
        (Some(0), of_folder),
        "{said}"
    );
}

#[test]
fn what_cannot_be_compared_is_said_and_nothing_is_written() {
    let place = Place::new("", &["m1"], &["m2"]);
    let (tree, old) = (place.at("tree"), place.at("v1.toml"));
    let refused = |arguments: &[&str], expected: i32, words: &str| {
        let (status, said) = place.render(arguments);
        assert_eq!(status, Some(expected), "{said}");
        assert!(said.contains(words), "{said}");
        assert!(!Path::new(&place.at("out")).exists());
    };
    let newer = place.at("v2.toml");
    refused(
        &["--tree", &tree, "--range-diff", &newer],
        2,
        "is not before version 2",
    );
    fs::write(&old, spec(1, "", &["m1"]).replace("\"m0\"", "\"gone\"")).unwrap();
    refused(
        &["--tree", &tree, "--range-diff", &old],
        1,
        "version 1, of --range-diff, does not render",
    );
    fs::write(&old, spec(1, "", &["m1"])).unwrap();
    let output = common::command()
        .env("PATH", "/nonexistent")
        .args([
            "render",
            &newer,
            "--out",
            &place.at("out"),
            "--tree",
            &tree,
            "--range-diff",
            &old,
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("--range-diff needs git"), "{said}");
}

#[test]
fn a_branch_has_what_b4_looks_for() {
    let keys = format!(
        "change-id = \"{CHANGE_ID}\"\nsent = {{ v1 = \"one@example.org\" }}\nprefix = \"PATCH RFC net-next\"\n\
         to = \"T <t@example.org>\"\ncc = \"c@example.org\""
    );
    let place = Place::new(&keys, &["m1"], &["m1", "m2"]);
    let tree = place.tree();
    let repository = place.at("tree");
    let (status, said) = place.render(&["--git", &repository, "--commit", "odd/v2", "--b4"]);
    assert_eq!(status, Some(0), "{said}");
    let value = |key: &str| git(&tree, &["config", &format!("branch.odd/v2.{key}")]);
    assert_eq!(value("b4-prep-cover-strategy"), "branch-description\n");
    let tracking: serde_json::Value = serde_json::from_str(&value("b4-tracking")).unwrap();
    let series = &tracking["series"];
    assert_eq!(series["revision"], 2);
    assert_eq!(series["change-id"], CHANGE_ID);
    assert_eq!(series["base-branch"], "main");
    assert_eq!(series["prefixes"], serde_json::json!(["RFC", "net-next"]));
    assert_eq!(series["history"]["v1"][0], "one@example.org");
    assert_eq!(
        value("description"),
        "x: What it is about\n\nSay what.\n\nSigned-off-by: A Developer <a@example.org>\n\
         To: T <t@example.org>\nCc: c@example.org\n\n---\nChanges in v2:\n\
         - Link to v1: https://lore.kernel.org/r/one@example.org\n\n"
    );
    let plain = ["--git", &repository, "--commit", "plain"];
    let (status, said) = place.render(&plain);
    assert_eq!(status, Some(0), "{said}");
    let ids = |branch: &str| git(&tree, &["rev-parse", branch]);
    assert_eq!(ids("odd/v2"), ids("plain"));
}

#[test]
fn what_b4_would_not_take_makes_no_branch() {
    let place = Place::new("", &["m1"], &["m1"]);
    let repository = place.at("tree");
    let b4 = ["--git", &repository, "--commit", "new", "--b4"];
    let (status, said) = place.render(&b4);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("put `change-id = \"20210304-odd-"), "{said}");
    let keys = format!("change-id = \"{CHANGE_ID}\"");
    fs::write(place.at("v2.toml"), spec(2, &keys, &["m1"])).unwrap();
    let (status, said) = place.render(&[&b4[..], &["--rev", "main~0"]].concat());
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("main~0 is none"), "{said}");
    let text = spec(2, &keys, &["m1"]).replace("Say what.", "Say\\n# what.");
    fs::write(place.at("v2.toml"), text).unwrap();
    let (status, said) = place.render(&b4);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("as a comment: # what."), "{said}");
    let branches = git(&place.tree(), &["branch", "--format=%(refname:short)"]);
    assert_eq!(branches, "main\n");
}
