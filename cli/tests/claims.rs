//! Specs without patches: claims about a tree, or about somebody's patches.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::path::Path;

/// A claim about the built-in tree.
fn spec(temp: &Path, claim: &str) -> String {
    let path = temp.join("claims.toml");
    let text = format!(
        "spec = 1\n\n[series]\nname = \"claims\"\n\n[[invariant]]\nid = \"claim\"\n{claim}"
    );
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

const TRUE: &str = "kind = 'absent'\npattern = '$D->detached_vf'\n";
const FALSE: &str = "kind = 'absent'\npattern = '$D->is_virtfn'\n";
const OF_NOTHING: &str =
    "kind = 'absent'\npattern = '$D->is_virtfn'\nscope = { files = ['drivers/vfoi'] }\n";

#[test]
fn they_judge_a_tree() {
    let temp = tempfile::tempdir().unwrap();
    for (claim, status, word) in [
        (TRUE, 0, "landed"),
        (FALSE, 1, "violated"),
        (OF_NOTHING, 3, "unknown"),
    ] {
        let spec = spec(temp.path(), claim);
        for arguments in [&["verify", &spec][..], &["verify", &spec, "--landed"]] {
            let verified = common::run(arguments);
            assert_eq!(verified.status.code(), Some(status), "{claim}");
            let text = String::from_utf8(verified.stdout).unwrap();
            assert!(text.contains("the tree as it is"), "{text}");
        }
        let checked = common::run(&["check", &spec]);
        assert_eq!(checked.status.code(), Some(status), "{claim}");
        let text = String::from_utf8(checked.stdout).unwrap();
        assert!(text.starts_with(word), "{text}");
    }
}

#[test]
fn they_judge_somebodys_patches() {
    let temp = tempfile::tempdir().unwrap();
    let out = temp.path().to_str().unwrap();
    let rendered = common::run(&["render", &common::spec(2), "--out", out]);
    assert!(rendered.status.success());
    let series = temp.path().join("detached-vf-v2");
    for (claim, status) in [(TRUE, 1), (OF_NOTHING, 3)] {
        let spec = spec(temp.path(), claim);
        let mut arguments = vec!["verify".to_owned(), spec];
        for name in common::files(&series).into_keys() {
            if name.ends_with(".patch") {
                let path = series.join(name).display().to_string();
                arguments.extend(["--patch".to_owned(), path]);
            }
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let verified = common::run(&arguments);
        assert_eq!(verified.status.code(), Some(status), "{claim}");
        let text = String::from_utf8(verified.stdout).unwrap();
        let frame = "holds  frame: applies, bidi, bisect, files, mail, syntax, whitespace\n";
        assert!(text.contains(frame), "{text}");
    }
}

#[test]
fn no_series_can_be_made_of_them() {
    let temp = tempfile::tempdir().unwrap();
    let spec = spec(temp.path(), TRUE);
    for (command, doing) in [
        ("render", "render"),
        ("locate", "locate"),
        ("mutate", "make mutants of"),
    ] {
        let refused = common::run(&[command, &spec]);
        assert_eq!(refused.status.code(), Some(2), "{command}");
        let text = String::from_utf8(refused.stderr).unwrap();
        let expected = format!("the spec has no `[[patch]]`: there is nothing to {doing}\n");
        assert!(text.contains(&expected), "{text}");
    }
    let name = common::run(&["locate", &spec, "--name"]);
    assert_eq!(String::from_utf8(name.stdout).unwrap(), "claims-v1\n");
}

/// A graph for each of the matches would take minutes.
#[test]
fn two_thousand_matches_under_one_condition_are_judged() {
    let temp = tempfile::tempdir().unwrap();
    let calls = "#ifdef CONFIG_A\n\tboom(d);\n#endif\n".repeat(2_000);
    let code = format!(
        "struct dev {{ int on; }};\nvoid boom(struct dev *d);\nvoid f(struct dev *d)\n{{\n{calls}}}\n"
    );
    std::fs::write(temp.path().join("a.c"), code).unwrap();
    let tree = temp.path().display().to_string();
    let guarded =
        "kind = 'guarded'\npattern = 'boom($D)'\nby = '$D->on'\nscope = { files = ['a.c'] }\n";
    let order =
        "kind = 'order'\nfile = 'a.c'\nfunction = 'f'\nfirst = 'calm($D)'\nthen = 'boom($D)'\n";
    for claim in [guarded, order] {
        let spec = spec(temp.path(), claim);
        let start = std::time::Instant::now();
        let verified = common::run(&["verify", &spec, "--tree", &tree]);
        let took = start.elapsed();
        assert_eq!(verified.status.code(), Some(1), "{claim}");
        assert!(
            took < std::time::Duration::from_secs(20),
            "{claim}: {took:?}"
        );
    }
}
