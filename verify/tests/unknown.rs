//! What could not be followed or read is never a pass, and never said to be disproved either.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::sync::Arc;

use trees::DirTree;
use verify::finding::{Finding, Verdict};

const HEAD: &str = r#"
spec = 1

[series]
name = "unknown"
version = 1
author = "A Developer <dev@example.org>"
subject = "test: A test"
cover = "A test."

[[patch]]
subject = "test: Have a line"
message = "A test."

[[patch.change]]
kind = "line"
file = "Makefile"
add = "obj-y += a.o"
"#;

/// What the stated invariant says of a tree with this one C file.
fn judged(invariant: &str, source: &str) -> Finding {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("Makefile"), "obj-y += a.o\n").unwrap();
    std::fs::write(folder.path().join("a.c"), source).unwrap();
    let text = format!("{HEAD}\n[[invariant]]\nid = \"stated\"\n{invariant}");
    let spec = schema::load("unknown.toml", text.as_bytes()).unwrap();
    let tree = Arc::new(DirTree::open(folder.path()).unwrap());
    let report = verify::judge_landed(&spec, tree);
    let stated = report
        .findings
        .into_iter()
        .find(|f| f.invariant == "stated");
    stated.unwrap()
}

/// `count` functions that set the member, called by as many others.
fn setters(count: usize) -> String {
    let mut source = "struct s {\n\tint m;\n};\n\n".to_owned();
    for number in 0..count {
        let _ = write!(
            source,
            "static void set{number}(struct s *s)\n{{\n\ts->m = {number};\n}}\n\n\
             static void call{number}(struct s *s)\n{{\n\tset{number}(s);\n}}\n\n"
        );
    }
    source
}

const ORDER: &str = "kind = \"order\"\nfile = \"a.c\"\nfunction = \"f\"\nfirst = { writes = \"s.m\" }\nthen = \"last($$$ARGS)\"\n";

#[test]
fn too_many_functions_to_follow_is_unknown_and_a_few_are_followed() {
    let last = "void f(struct s *s)\n{\n\tother(s);\n\tlast(s);\n}\n";
    let few = judged(ORDER, &(setters(10) + last));
    assert_eq!(few.verdict, Verdict::Violated, "{}", few.message);
    let many = judged(ORDER, &(setters(450) + last));
    assert_eq!(many.verdict, Verdict::Unknown, "{}", many.message);
    assert!(many.message.contains("450 functions"), "{}", many.message);
}

#[test]
fn what_is_found_near_by_counts_whatever_is_too_much_farther_off() {
    let last = "void f(struct s *s)\n{\n\tset7(s);\n\tlast(s);\n}\n";
    let many = judged(ORDER, &(setters(450) + last));
    assert_eq!(many.verdict, Verdict::Holds, "{}", many.message);
}

#[test]
fn calls_that_are_too_many_to_follow_are_unknown() {
    let mut source = String::new();
    for number in 0..450 {
        let _ = write!(source, "static void c{number}(void)\n{{\n\tgoal();\n}}\n\n");
    }
    source += "void f(void)\n{\n\tother();\n}\n";
    let calls = "kind = \"calls\"\nfrom = \"f\"\nto = \"goal\"\nsteps = 3\n";
    let found = judged(calls, &source);
    assert_eq!(found.verdict, Verdict::Unknown, "{}", found.message);
}
