//! What one change takes away and another one brings under the same name: a member of another type, a declaration elsewhere.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/series.rs"]
#[expect(dead_code, clippy::panic, reason = "others use the rest of it")]
mod series;

use std::sync::Arc;

use series::{Files, Said, mails};
use trees::mail::parse_mbox;
use trees::{DirTree, Tree};
use verify::finding::Verdict;

const SPEC: &str = r#"
spec = 1
[series]
name = "anew"
version = 1
author = "A Developer <dev@example.org>"
subject = "port: Count less"
cover = "A text."

[[patch]]
subject = "port: Count less"
message = "A message."

[[patch.change]]
id = "gone"
kind = "delete"
file = "port.h"
what = { member = "port.count" }

[[patch.change]]
id = "comes"
kind = "member"
file = "port.h"
struct = "port"
before = "name"
declare = "u16 count"
"#;

const BEFORE: &str = "\
struct port {
	u32 count;
	char *name;
};

struct hub {
	u32 count;
	char *name;
};
";

/// What does not hold of a mail that makes this of it.
fn judged(after: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("port.h"), BEFORE).unwrap();
    let tree: Arc<dyn Tree> = Arc::new(DirTree::open(folder.path()).unwrap());
    let said = Said {
        version: 1,
        title: "port: Count less".to_owned(),
        message: "A message.".to_owned(),
    };
    let files = Files::from([("port.h".to_owned(), after.to_owned())]);
    let text = mails(&tree, &files, &[vec!["port.h".to_owned()]], &said);
    let mails = parse_mbox(text.as_bytes()).unwrap();
    let spec = schema::load("anew.toml", SPEC.as_bytes()).unwrap();
    let report = verify::judge_named(&spec, tree, &mails, &[]);
    let wrong = report.findings.iter().filter(|finding| {
        let is_mail = finding.invariant == "frame/mail";
        finding.verdict != Verdict::Holds && !is_mail
    });
    wrong.map(|finding| finding.invariant.clone()).collect()
}

#[test]
fn a_member_of_another_type_is_the_only_one_of_its_name() {
    let first = BEFORE.replacen("u32 count", "u16 count", 1);
    assert_eq!(judged(&first), Vec::<String>::new());
}

#[test]
fn the_old_one_does_not_stay() {
    let beside = BEFORE.replacen("u32 count;", "u32 count;\n\tu16 count;", 1);
    assert_ne!(judged(&beside), Vec::<String>::new());
    let other = BEFORE.replacen("u32 count", "u64 count", 1);
    assert_ne!(judged(&other), Vec::<String>::new());
    let elsewhere = BEFORE.replace("u32 count", "u16 count");
    assert_ne!(judged(&elsewhere), Vec::<String>::new());
    let gone = BEFORE.replacen("\tu32 count;\n", "", 1);
    assert_ne!(judged(&gone), Vec::<String>::new());
}
