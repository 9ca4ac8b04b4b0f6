//! `check --shard` and `--merge`: the parts are the whole, and less than the whole is refused.

mod common;

use std::fs;

use serde_json::Value;

/// Four specs of two series on three trees; a tree and a spec are of no use.
fn arguments() -> Vec<String> {
    let mut arguments: Vec<String> = (1..=3).map(common::spec).collect();
    let other = common::top().join("specs/no-command-memory/v5.toml");
    arguments.push(other.display().to_string());
    arguments.push("/nowhere.toml".to_owned());
    arguments.extend(["--tree", "/nowhere", "--sample"].map(str::to_owned));
    arguments
}

fn check(more: &[&str]) -> (Option<i32>, Vec<u8>, String) {
    let arguments = arguments();
    let mut all = vec!["check"];
    all.extend(arguments.iter().map(String::as_str));
    all.extend(more);
    let output = common::run(&all);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), output.stdout, said)
}

fn merge(files: &[String], more: &[&str]) -> (Option<i32>, Vec<u8>, String) {
    let mut all = vec!["check", "--merge"];
    all.extend(files.iter().map(String::as_str));
    all.extend(more);
    let output = common::run(&all);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), output.stdout, said)
}

#[test]
fn the_parts_of_a_run_make_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (whole_status, whole, _) = check(&["--json"]);
    let whole_of = |format: &str| check(&["--format", format]).1;
    for of in [1, 2, 3, 7] {
        let mut files = Vec::new();
        for index in 1..=of {
            let (_, part, said) = check(&["--json", "--shard", &format!("{index}/{of}")]);
            let path = folder.path().join(format!("{index}-of-{of}.json"));
            assert!(!part.is_empty(), "{index}/{of}: {said}");
            fs::write(&path, part).unwrap();
            files.push(path.display().to_string());
        }
        // In whatever order.
        files.reverse();
        let (status, merged, said) = merge(&files, &["--json"]);
        assert_eq!(status, whole_status, "{said}");
        let (merged, expected): (Value, Value) = (
            serde_json::from_slice(&merged).unwrap(),
            serde_json::from_slice(&whole).unwrap(),
        );
        assert_eq!(merged, expected, "{of}");
        for format in ["human", "junit", "markdown", "sarif", "html", "github"] {
            let merged = merge(&files, &["--format", format]).1;
            assert!(merged == whole_of(format), "{of}: {format}");
        }
    }
}

#[test]
fn less_or_more_than_the_whole_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let part = |shard: &str| check(&["--json", "--shard", shard]).1;
    let (one, two) = (write("1", &part("1/2")), write("2", &part("2/2")));
    let of_three = write("3", &part("2/3"));
    let whole = write("whole", &check(&["--json"]).1);
    let sample = common::run(&["check", &common::spec(1), "--json", "--shard", "2/2"]);
    let other = write("other", &sample.stdout);
    let mut cut: Value = serde_json::from_slice(&fs::read(&two).unwrap()).unwrap();
    cut["checks"].as_array_mut().unwrap().pop();
    let cut = write("cut", cut.to_string().as_bytes());
    let mut doubled: Value = serde_json::from_slice(&fs::read(&two).unwrap()).unwrap();
    let row = doubled["checks"][0].clone();
    doubled["checks"].as_array_mut().unwrap().push(row);
    let doubled = write("doubled", doubled.to_string().as_bytes());
    let text = write("text", b"landed");
    for (files, words) in [
        (vec![&one], "2/2 is missing"),
        (vec![&one, &one], "part 1 of 2, and so is"),
        (vec![&one, &of_three], "another run"),
        (vec![&one, &other], "another run"),
        (vec![&one, &whole], "no part of one"),
        (vec![&one, &cut], "no part has"),
        (vec![&one, &doubled], "more often"),
        (vec![&one, &text], "no report of check"),
    ] {
        let files: Vec<String> = files.into_iter().cloned().collect();
        let (status, out, said) = merge(&files, &[]);
        assert_eq!(status, Some(2), "{words}: {said}");
        assert!(out.is_empty());
        assert!(said.contains(words), "{words}: {said}");
    }
    for shard in ["0/2", "3/2", "1", "a/b", "1/0", "1/99999", "-1/2"] {
        let output = common::run(&["check", &common::spec(1), &format!("--shard={shard}")]);
        assert_eq!(output.status.code(), Some(2), "{shard}");
    }
}

/// What was left out of a run may be missed by nobody: a part with no pairs says so.
#[test]
fn a_part_may_have_nothing_to_do() {
    let part = common::run(&["check", &common::spec(1), "--shard", "2/2", "--json"]);
    assert_eq!(part.status.code(), Some(0), "{part:?}");
    let part: Value = serde_json::from_slice(&part.stdout).unwrap();
    assert!(part["checks"].as_array().unwrap().is_empty());
    assert_eq!(part["shard"]["pairs"].as_array().unwrap().len(), 1);
}
