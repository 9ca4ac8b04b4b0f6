//! The status of specs in trees.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of the built-in tree that has the series of the shipped spec of that version.
fn tree_with(version: u32, temp: &Path) -> PathBuf {
    let (tree, out) = (temp.join("tree"), temp.join("out"));
    let out_argument = out.to_str().unwrap();
    let rendered = common::run(&["render", &common::spec(version), "--out", out_argument]);
    assert!(rendered.status.success());
    let series = out.join(format!("detached-vf-v{version}"));
    common::applied(&common::top().join("samples/linux"), &series, &tree).unwrap();
    tree
}

/// The shipped v2 with other `[[superseded]]` tables in the place of its own.
fn superseded_by(tables: &str, temp: &Path) -> String {
    let shipped = std::fs::read_to_string(common::spec(2)).unwrap();
    let (before, _) = shipped.split_once("[[superseded]]").unwrap();
    let path = temp.join("spec.toml");
    std::fs::write(&path, format!("{before}{tables}")).unwrap();
    path.display().to_string()
}

/// The exit status and the words of the lines.
fn standings(arguments: &[&str]) -> (Option<i32>, Vec<String>) {
    let output = common::run(arguments);
    let text = String::from_utf8(output.stdout).unwrap();
    let words = text.lines().filter_map(|line| line.split(' ').next());
    (output.status.code(), words.map(str::to_owned).collect())
}

/// The `[[superseded]]` tables of a spec, and how it stands to the built-in tree, which has its anchors and no flag.
const TABLES: &[(&str, &str)] = &[
    ("", "renders"),
    (
        "[[superseded]]\nid = 'a'\nkind = 'present'\npattern = '$D->is_virtfn'\nreason = 'It asks for a VF.'\n",
        "superseded",
    ),
    (
        "[[superseded]]\nid = 'a'\nkind = 'present'\npattern = '$D->is_virtfn'\n\
         [[superseded]]\nid = 'b'\nkind = 'present'\npattern = '$D->no_command_memory'\n",
        "renders",
    ),
    (
        "[[superseded]]\nid = 'a'\nkind = 'absent'\npattern = '$D->no_command_memory'\n",
        "superseded",
    ),
];

#[test]
fn what_took_a_series_place_is_all_of_its_superseded_tables() {
    let temp = tempfile::tempdir().unwrap();
    for (tables, expected) in TABLES {
        let spec = superseded_by(tables, temp.path());
        let found = standings(&["check", &spec]);
        assert_eq!(found, (Some(0), vec![(*expected).to_owned()]), "{tables}");
    }
}

/// Something else may stand in the code that was not read: nobody may call for the series.
#[test]
fn what_may_have_taken_a_series_place_is_unknown() {
    let temp = tempfile::tempdir().unwrap();
    let tree = temp.path().join("tree");
    let sample = common::top().join("samples/linux");
    let copied = Command::new("cp").arg("-r").args([&sample, &tree]).status();
    assert!(copied.unwrap().success());
    let unread = "int unread(void)\n{\n\tif (( dev->no_command_memory;\n}\n";
    std::fs::write(tree.join("drivers/unread.c"), unread).unwrap();
    let spec = superseded_by(
        "[[superseded]]\nid = 'a'\nkind = 'absent'\npattern = '$D->no_command_memory'\n",
        temp.path(),
    );
    let output = common::run(&["check", &spec, "--tree", tree.to_str().unwrap()]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.starts_with("unknown"), "{told}");
    assert!(
        told.contains("whether it is superseded: drivers/unread.c:3: "),
        "{told}"
    );
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_mistake_in_a_superseded_table_is_shown_in_its_place() {
    let temp = tempfile::tempdir().unwrap();
    let spec = superseded_by(
        "[[superseded]]\nid = 'allow-mmio'\nkind = 'presnt'\npattern = '$D->('\n",
        temp.path(),
    );
    let output = common::run(&["check", &spec]);
    let told = String::from_utf8(output.stderr).unwrap();
    insta::assert_snapshot!(told.replace(temp.path().to_str().unwrap(), "TEMP"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_version_is_superseded_where_a_later_one_has_landed() {
    let temp = tempfile::tempdir().unwrap();
    let tree = tree_with(3, temp.path());
    let tree = tree.to_str().unwrap();
    let specs = [1, 2, 3].map(common::spec);
    let [first, second, third] = specs.each_ref().map(String::as_str);
    let (status, words) = standings(&["check", first, second, third, "--tree", tree]);
    assert_eq!(words, ["superseded", "superseded", "landed"]);
    assert_eq!(status, Some(0));
    // Who does not give the later one is told what is there.
    let (status, words) = standings(&["check", second, "--tree", tree]);
    assert_eq!(words, ["drifted"]);
    assert_eq!(status, Some(1));
}

#[test]
fn an_earlier_version_supersedes_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let tree = tree_with(2, temp.path());
    let tree = tree.to_str().unwrap();
    let (second, third) = (common::spec(2), common::spec(3));
    let (status, words) = standings(&["check", &second, &third, "--tree", tree, "--sample"]);
    assert_eq!(words, ["landed", "drifted", "renders", "renders"]);
    assert_eq!(status, Some(1));
}

#[test]
fn rules_of_audit_among_specs_are_passed_over() {
    let rules = common::top().join("specs/rules/kernel.toml");
    let spec = common::top().join("specs/detached-vf/v2.toml");
    let [rules, spec] = [rules, spec].map(|path| path.display().to_string());
    let both = common::command()
        .args(["check", &rules, &spec])
        .output()
        .unwrap();
    assert_eq!(both.status.code(), Some(0));
    let told = String::from_utf8_lossy(&both.stderr).into_owned();
    assert!(
        told.contains("rules of `audit`, no spec: passed over"),
        "{told}"
    );
    let alone = common::command().args(["check", &rules]).output().unwrap();
    assert_eq!(alone.status.code(), Some(2));
}

#[test]
fn a_tree_without_the_files_is_drift() {
    let temp = tempfile::tempdir().unwrap();
    let tree = temp.path().to_str().unwrap();
    let (status, words) = standings(&["check", &common::spec(2), "--tree", tree]);
    assert_eq!((status, words), (Some(1), vec!["drifted".to_owned()]));
}

#[test]
fn revisions_are_trees_each() {
    let temp = tempfile::tempdir().unwrap();
    let tree = tree_with(3, temp.path());
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(&tree).env("GIT_CONFIG_GLOBAL", "/dev/null");
        git.args(["-c", "user.name=A", "-c", "user.email=a@example.org"]);
        let done = git.args(arguments).output().unwrap();
        assert!(done.status.success(), "{arguments:?}");
    };
    let commit = |message| {
        git(&["add", "-A"]);
        git(&["commit", "-qm", message]);
    };
    git(&["init", "-q"]);
    commit("with");
    git(&["rm", "-rq", "drivers/vfio"]);
    commit("without");
    let (status, words) = standings(&[
        "check",
        &common::spec(3),
        "--git",
        tree.to_str().unwrap(),
        "--rev",
        "HEAD~1",
        "--rev",
        "HEAD",
    ]);
    assert_eq!(words, ["landed", "drifted"]);
    assert_eq!(status, Some(1));
}

#[test]
fn every_format_has_every_pair() {
    for format in [
        "human", "json", "markdown", "sarif", "junit", "github", "html",
    ] {
        let mut command = common::command();
        // Reports have the specs' paths as they were given.
        command.current_dir(common::top());
        command.args([
            "check",
            "specs/detached-vf/v1.toml",
            "specs/detached-vf/v2.toml",
        ]);
        let output = command.args(["--format", format]).output().unwrap();
        assert!(output.status.success(), "{format}");
        let text = String::from_utf8(output.stdout).unwrap();
        insta::assert_snapshot!(format!("as-{format}"), text);
    }
}

/// A spec of two changes of the built-in tree's own shape, in a folder with a tree that has the first.
fn half_landed(temp: &Path) -> (String, PathBuf) {
    let spec = format!(
        "{}[[patch.change]]\nkind = 'member'\nfile = 'include/lamp.h'\nstruct = 'lamp'\nafter = 'on'\n\
         declare = 'unsigned int dim:1'\n\
         [[patch.change]]\nkind = 'test'\nfile = 'drivers/lamp.c'\nfunction = 'lamp_ready'\n\
         where = '$L->on'\nor = '$L->dim'\n",
        common::HEAD
    );
    let (path, tree) = (temp.join("half.toml"), temp.join("half"));
    std::fs::write(&path, spec).unwrap();
    for (file, text) in [
        (
            "include/lamp.h",
            "struct lamp {\n\tunsigned int on:1;\n\tunsigned int dim:1;\n};\n",
        ),
        (
            "drivers/lamp.c",
            "#include \"../include/lamp.h\"\n\nint lamp_ready(struct lamp *l)\n{\n\treturn l->on;\n}\n",
        ),
        (
            "drivers/glow.c",
            "#include \"../include/lamp.h\"\n\nvoid glow(struct lamp *l)\n{\n\tl->dim = 1;\n\
             \tif (l->on)\n\t\tl->on = 0;\n\tlamp_ready(l);\n}\n",
        ),
    ] {
        let file = tree.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    (path.display().to_string(), tree)
}

#[test]
fn what_is_missing_of_a_series_is_named_and_not_what_is_there() {
    let temp = tempfile::tempdir().unwrap();
    let (spec, tree) = half_landed(temp.path());
    let output = common::run(&["check", &spec, "--tree", tree.to_str().unwrap()]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.starts_with("partly landed case"), "{told}");
    assert!(told.contains("in the tree: "), "{told}");
    assert!(
        told.contains(": drivers/lamp.c:5: lamp_ready(): "),
        "{told}"
    );
}

#[test]
fn a_spec_or_a_tree_of_no_use_keeps_none_of_the_others_from_judgement() {
    let temp = tempfile::tempdir().unwrap();
    let at = |name: &str| temp.path().join(name).display().to_string();
    let (good, bad, missing) = (common::spec(2), at("bad.toml"), at("missing.toml"));
    std::fs::write(&bad, "spec = 1\n").unwrap();
    let arguments = [
        "check",
        &bad,
        &good,
        &missing,
        "--sample",
        "--tree",
        &at("no tree"),
    ];
    let (status, words) = standings(&arguments);
    assert_eq!(status, Some(2));
    let wanted = ["unusable"; 3]
        .into_iter()
        .chain(["unusable", "renders", "unusable"]);
    assert_eq!(words, wanted.collect::<Vec<_>>());
    for format in ["json", "markdown", "sarif", "junit", "github", "html"] {
        let output = common::run(&[&arguments[..], &["--format", format]].concat());
        assert_eq!(output.status.code(), Some(2), "{format}");
        let told = String::from_utf8(output.stdout).unwrap();
        for name in ["bad.toml", "missing.toml", "detached-vf-v2"] {
            assert!(told.contains(name), "{format}: {told}");
        }
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            errors.matches("there is no such spec").count(),
            1,
            "{errors}"
        );
        assert_eq!(errors.matches("no tree: ").count(), 1, "{errors}");
    }
    // Nothing is left to judge: the errors say it to people, the report to programs.
    for (arguments, pairs) in [
        (&["check", &bad, &missing][..], 2),
        (&["check", &good, "--tree", &at("no tree")], 1),
    ] {
        let (status, words) = standings(arguments);
        assert_eq!((status, words.len()), (Some(2), 0), "{arguments:?}");
        let output = common::run(&[arguments, &["--format", "json"]].concat());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["verdict"], "unusable");
        assert_eq!(report["checks"].as_array().map(Vec::len), Some(pairs));
    }
}

/// A missing object is unknown for what rests on it, in every command, and is named.
#[test]
fn what_a_repository_lacks_is_unknown_and_named() {
    let temp = tempfile::tempdir().unwrap();
    let (spec, tree) = half_landed(temp.path());
    let lamp = tree.join("drivers/lamp.c");
    let landed = std::fs::read_to_string(&lamp).unwrap();
    std::fs::write(&lamp, landed.replace("l->on;", "l->on || l->dim;")).unwrap();
    // Whatever a claim counts, excepts or looks for may be in the file.
    let claims = "\n[[invariant]]\nid = 'one-writer'\nkind = 'writes-only-in'\nmember = 'lamp.dim'\n\
        functions = ['glow']\n\
        [[invariant]]\nid = 'writers'\nkind = 'count'\npattern = '$L->dim = 1'\ncount = 1\n\
        [[invariant]]\nid = 'a-writer'\nkind = 'present'\npattern = '$L->dim = 1'\n\
        [[invariant]]\nid = 'writes-first'\nkind = 'order'\nfunction = 'glow'\nfirst = '$L->dim = 1'\n\
        then = '$L->on = 0'\n\
        [[invariant]]\nid = 'reached'\nkind = 'calls'\nfrom = 'glow'\nto = 'lamp_ready'\n\
        [[invariant]]\nid = 'tests'\nkind = 'every-test'\ntest = '$L->on'\nalso = '$L->dim'\n\
        except = [{ function = 'glow', reason = 'It has just set it.', count = 1 }]\n";
    let text = std::fs::read_to_string(&spec).unwrap() + claims;
    std::fs::write(&spec, text).unwrap();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(&tree).env("GIT_CONFIG_GLOBAL", "/dev/null");
        git.args(["-c", "user.name=A", "-c", "user.email=a@example.org"]);
        let done = git.args(arguments).output().unwrap();
        assert!(done.status.success(), "{arguments:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "landed"]);
    let out = temp.path().join("out").display().to_string();
    let repository = tree.display().to_string();
    let revision = ["--git", &repository, "--rev", "HEAD"];
    let (status, words) = standings(&[&["check", &spec][..], &revision].concat());
    assert_eq!((status, words), (Some(0), vec!["landed".to_owned()]));
    for (file, commands) in [
        ("drivers/glow.c", &["check", "verify", "audit"][..]),
        ("include/lamp.h", &["check", "verify", "locate", "render"]),
    ] {
        let id = git(&["rev-parse", &format!("HEAD:{file}")]);
        let (folder, name) = id.trim().split_at(2);
        let object = tree.join(".git/objects").join(folder).join(name);
        let bytes = std::fs::read(&object).unwrap();
        std::fs::remove_file(&object).unwrap();
        for command in commands {
            let own = match *command {
                "audit" => vec!["audit", "$L->dim"],
                "verify" => vec!["verify", &spec, "--landed"],
                "render" => vec!["render", &spec, "--out", &out],
                command => vec![command, &spec],
            };
            let output = common::run(&[&own[..], &revision].concat());
            let told = [output.stdout, output.stderr].concat();
            let told = String::from_utf8(told).unwrap();
            assert_eq!(output.status.code(), Some(3), "{command} {file}: {told}");
            assert!(told.contains(file), "{command} {file}: {told}");
            assert!(told.contains("fetch"), "{command} {file}: {told}");
        }
        std::fs::write(object, bytes).unwrap();
    }
}
