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

/// Judges the claims on a file with this code, each in reasonable time.
fn judged_soon(code: &str, claims: &[&str]) {
    let temp = tempfile::tempdir().unwrap();
    let head = "struct dev { int id, on, flag; struct dev *up; };\nvoid boom(struct dev *d);\n";
    std::fs::write(temp.path().join("a.c"), format!("{head}{code}")).unwrap();
    let tree = temp.path().display().to_string();
    for claim in claims {
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

const GUARDED: &str =
    "kind = 'guarded'\npattern = 'boom($D)'\nby = '$D->on'\nscope = { files = ['a.c'] }\n";

/// A graph for each of the matches would take minutes.
#[test]
fn two_thousand_matches_under_one_condition_are_judged() {
    let calls = "#ifdef CONFIG_A\n\tboom(d);\n#endif\n".repeat(2_000);
    let order =
        "kind = 'order'\nfile = 'a.c'\nfunction = 'f'\nfirst = 'calm($D)'\nthen = 'boom($D)'\n";
    judged_soon(
        &format!("void f(struct dev *d)\n{{\n{calls}}}\n"),
        &[GUARDED, order],
    );
}

/// Every guard asked at every match would take minutes.
#[test]
fn two_thousand_stale_guards_are_judged() {
    let calls = "\tif (p->on) {\n\t\tp = d;\n\t\tboom(p);\n\t}\n".repeat(2_000);
    judged_soon(
        &format!("void f(struct dev *d)\n{{\n\tstruct dev *p = d;\n\n{calls}}}\n"),
        &[GUARDED],
    );
}

/// The type of every value looked for again would take a minute.
#[test]
fn sixty_thousand_rows_by_position_are_judged() {
    let rows = "\t{ 1, 1, 1 },\n".repeat(60_000);
    let writes = "kind = 'writes-only-in'\nmember = 'dev.flag'\nfunctions = []\n";
    judged_soon(&format!("struct dev table[] = {{\n{rows}}};\n"), &[writes]);
}

/// Every operand matched for every other one would take minutes.
#[test]
fn a_test_of_four_hundred_operands_is_judged() {
    let others = " || d->on".repeat(400);
    let every =
        "kind = 'every-test'\ntest = '$D->on'\nalso = '$D->flag'\nscope = { files = ['a.c'] }\n";
    judged_soon(
        &format!("int f(struct dev *d)\n{{\n\treturn d->on{others};\n}}\n"),
        &[every],
    );
}

/// To climb until two ways meet climbs the whole function at each label: half a minute.
#[test]
fn twenty_thousand_jumps_are_judged() {
    let jumps: String = (0..20_000)
        .map(|n| format!("\tif (d->id == {n})\n\t\tgoto l{n};\n"))
        .collect();
    let labels: String = (0..20_000)
        .map(|n| format!("l{n}:\n\tboom(d);\n"))
        .collect();
    judged_soon(
        &format!("void f(struct dev *d)\n{{\n{jumps}{labels}}}\n"),
        &[GUARDED],
    );
}
