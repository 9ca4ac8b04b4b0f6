//! Series whose second patch changes what the first one brought: each patch is judged by its own changes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/series.rs"]
#[expect(dead_code, clippy::panic, reason = "others use the rest of it")]
mod series;
#[path = "support/states.rs"]
mod states;

use std::sync::Arc;

use states::wrong;
use trees::{DirTree, Tree};
use verify::finding::Verdict;

const SPEC: &str = r#"
spec = 1
[series]
name = "by-patch"
version = 1
author = "A Developer <dev@example.org>"
subject = "port: Go further"
cover = "A text."

[[patch]]
subject = "port: Have another function"
message = "A message."

[[patch.change]]
kind = "function"
file = "port.c"
after = "port_up"
define = '''
void port_down(struct port *port)
{
	note(port);
	go(port);
}
'''

[[patch]]
subject = "port: Stop it"
message = "A message."

[[patch.change]]
kind = "rewrite"
file = "port.c"
function = "port_down"
pattern = "note($P)"
to = "stop($P)"
"#;

const BEFORE: &str = "\
struct port;
void note(struct port *port);
void go(struct port *port);
void stop(struct port *port);

void port_up(struct port *port)
{
	go(port);
}
";

const BROUGHT: &str = "
void port_down(struct port *port)
{
	note(port);
	go(port);
}
";

/// What is not said of mails when the two states are `first` and `second`.
fn judged(first: &str, second: &str) -> Vec<String> {
    wrong(SPEC, "port.c", &[BEFORE, first, second])
}

#[test]
fn a_later_patch_may_change_what_an_earlier_one_brought() {
    let first = format!("{BEFORE}{BROUGHT}");
    let second = first.replace("note(port);\n\tgo", "stop(port);\n\tgo");
    assert_eq!(judged(&first, &second), Vec::<String>::new());
}

#[test]
fn what_neither_declares_is_found() {
    let first = format!("{BEFORE}{BROUGHT}");
    let second = first.replace("note(port);\n\tgo(port);", "stop(port);");
    assert_ne!(judged(&first, &second), Vec::<String>::new());
}

#[test]
fn what_one_of_them_does_not_do_is_found() {
    let first = format!("{BEFORE}{BROUGHT}").replace("note(port);\n\tgo", "stop(port);\n\tgo");
    let second = first.replace("stop(port);\n\tgo", "note(port);\n\tgo");
    assert_ne!(judged(&first, &second), Vec::<String>::new());
}

#[test]
fn what_is_wrong_elsewhere_is_said_alone() {
    let first = format!("{BEFORE}{BROUGHT}");
    let second = first
        .replace("note(port);\n\tgo", "stop(port);\n\tgo")
        .replace(
            "port_up(struct port *port)\n{\n\tgo",
            "port_up(struct port *port)\n{\n\tstop",
        );
    let said = judged(&first, &second);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("frame/tokens: port_up()"), "{said:?}");
}

#[test]
fn what_is_wrong_in_an_earlier_patch_is_said_of_its_state() {
    let first = format!("{BEFORE}{BROUGHT}").replace(
        "port_up(struct port *port)\n{\n\tgo",
        "port_up(struct port *port)\n{\n\tstop",
    );
    let second = first.replace("note(port);\n\tgo", "stop(port);\n\tgo");
    let said = judged(&first, &second);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].ends_with("(as patch 1 leaves the file)"),
        "{said:?}"
    );
}

/// What a tree that has the text is said to lack.
fn of_tree(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("port.c"), text).unwrap();
    let tree: Arc<dyn Tree> = Arc::new(DirTree::open(folder.path()).unwrap());
    let spec = schema::load("by-patch.toml", SPEC.as_bytes()).unwrap();
    let report = verify::judge_landed(&spec, tree);
    let findings = report.findings.into_iter();
    let wrong = findings.filter(|finding| finding.verdict != Verdict::Holds);
    wrong
        .map(|finding| format!("{}: {}", finding.invariant, finding.message))
        .collect()
}

#[test]
fn a_tree_has_what_a_later_patch_made_of_an_earlier_one() {
    let first = format!("{BEFORE}{BROUGHT}");
    let second = first.replace("note(port);\n\tgo", "stop(port);\n\tgo");
    assert_eq!(of_tree(&second), Vec::<String>::new());
}

#[test]
fn a_tree_has_more_than_the_patches_made() {
    let first = format!("{BEFORE}{BROUGHT}");
    for now in [
        // The later patch is not there.
        "note(port);\n\tgo(port);",
        // Something else is gone, comes, or is another.
        "stop(port);",
        "stop(port);\n\tstop(port);\n\tgo(port);",
        "go(port);\n\tstop(port);",
        "stop(0);\n\tgo(port);",
    ] {
        let text = first.replace("note(port);\n\tgo(port);", now);
        assert_ne!(of_tree(&text), Vec::<String>::new(), "{now}");
    }
}
