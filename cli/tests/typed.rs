//! A typed metavariable is honoured by whoever takes a pattern: on a tree with two structs that share a member, only the
//! asked one is found. (The anchors of every kind of change are in `anchors/typed-*.toml`.)

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use dialect::TreePath;
use query::pattern::{Fragment, Isomorphisms, Pattern};
use trees::{DirTree, Overlay, ParsedTree, Tree};
use verify::finding::Verdict;

/// `struct port` and `struct other` share `speed` and `up`; what is in doubt is in a file of its own.
const KNOWN: &str = "\
struct port { int speed; int up; };
struct other { int speed; int up; };
#ifdef CONFIG_OTHER
void set_other(struct other *o)
{
	o->speed = 1;
}
#endif
#ifdef CONFIG_PORT
void set_port(struct port *p)
{
	if (p->up)
		p->speed = 1;
}
#endif
int is_up(struct port *p, struct other *o)
{
	if (o->up)
		return 1;
	return p->up && p->speed;
}
void in_order(struct port *p, struct other *o)
{
	o->up = 1;
	p->up = 2;
	p->speed = 2;
	o->speed = 2;
}
";

const IN_DOUBT: &str = "\
int doubtful(void)
{
	somewhere()->speed = 1;
	return 0;
}
";

/// What an invariant says, of the known file, and of a tree that has the doubtful one too.
const STATED: &[(&str, Verdict, Verdict)] = &[
    (
        r#"kind = "absent"
           pattern = "$(P: struct nothing *)->speed""#,
        Verdict::Holds,
        Verdict::Unknown,
    ),
    (
        r#"kind = "present"
           pattern = "$(P: struct nothing *)->speed""#,
        Verdict::Violated,
        Verdict::Unknown,
    ),
    (
        r#"kind = "present"
           pattern = "$(P: struct port *)->speed = 1""#,
        Verdict::Holds,
        Verdict::Holds,
    ),
    (
        r#"kind = "count"
           count = 1
           pattern = "$(P: struct port *)->speed = 1""#,
        Verdict::Holds,
        Verdict::Unknown,
    ),
    (
        r#"kind = "guarded"
           pattern = "$(P: struct port *)->speed = 1"
           by = "$P->up""#,
        Verdict::Holds,
        Verdict::Unknown,
    ),
    (
        r#"kind = "guarded"
           pattern = "$(P: struct other *)->speed = 1"
           by = "$P->up""#,
        Verdict::Violated,
        Verdict::Violated,
    ),
    (
        r#"kind = "guarded"
           pattern = "$P->speed = 1"
           by = "$(P: struct port *)->up"
           scope = { functions = ["set_port"] }"#,
        Verdict::Holds,
        Verdict::Holds,
    ),
    (
        r#"kind = "config"
           pattern = "$(P: struct port *)->speed = 1"
           under = "CONFIG_PORT""#,
        Verdict::Holds,
        Verdict::Unknown,
    ),
    (
        r#"kind = "every-test"
           test = "$(P: struct port *)->up"
           also = "$P->speed"
           scope = { functions = ["in_order"] }"#,
        Verdict::Holds,
        Verdict::Holds,
    ),
    (
        r#"kind = "every-test"
           test = "$(P: struct other *)->up"
           also = "$P->speed"
           scope = { functions = ["is_up"] }"#,
        Verdict::Violated,
        Verdict::Violated,
    ),
    (
        r#"kind = "order"
           function = "in_order"
           first = "$(P: struct port *)->up = $A"
           then = "$(Q: struct port *)->speed = $B""#,
        Verdict::Holds,
        Verdict::Holds,
    ),
    (
        r#"kind = "order"
           function = "in_order"
           first = "$(P: struct port *)->speed = $A"
           then = "$(Q: struct other *)->up = $B""#,
        Verdict::Violated,
        Verdict::Violated,
    ),
];

const HEAD: &str = r#"
spec = 1
[series]
name = "typed"
version = 1
author = "A Developer <dev@example.org>"
subject = "typed: Try one"
cover = "A text."
to = ["list@example.org"]

[[patch]]
subject = "typed: Try one"
message = "A message."

[[patch.change]]
kind = "line"
file = "Kconfig"
add = "config THERE"

[[invariant]]
id = "claim"
"#;

fn tree(empty: &tempfile::TempDir, with_doubt: bool) -> Arc<dyn Tree> {
    let mut files = vec![("a.c", KNOWN), ("Kconfig", "config THERE\n")];
    if with_doubt {
        files.push(("b.c", IN_DOUBT));
    }
    let files = files
        .into_iter()
        .map(|(path, text)| {
            let path = TreePath::new(path).unwrap();
            (path, Some(text.as_bytes().into()))
        })
        .collect();
    let below = Arc::new(DirTree::open(empty.path()).unwrap());
    Arc::new(Overlay::new(below, files))
}

#[test]
fn every_stated_invariant_asks_for_the_type() {
    let empty = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (invariant, known, in_doubt) in STATED {
        let text = format!("{HEAD}{invariant}\n");
        let spec = schema::load("typed.toml", text.as_bytes()).unwrap();
        for (with_doubt, wanted) in [(false, known), (true, in_doubt)] {
            let report = verify::judge_landed(&spec, tree(&empty, with_doubt));
            let claim = |finding: &&verify::finding::Finding| finding.invariant == "claim";
            let findings: Vec<_> = report.findings.iter().filter(claim).collect();
            if report.verdict != *wanted {
                wrong.push(format!(
                    "{invariant}\n(with doubt: {with_doubt}) {:?}, not {wanted:?}: {findings:#?}",
                    report.verdict
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_audit_lists_the_asked_struct_and_what_is_in_doubt() {
    let empty = tempfile::tempdir().unwrap();
    let none = Isomorphisms::default();
    let pattern = Pattern::compile("$(P: struct port *)->speed = $V", Fragment::Any, &none);
    let parsed = ParsedTree::new(tree(&empty, true));
    let report = audit::audit(&parsed, &pattern.unwrap(), &audit::Options::default()).unwrap();
    let uses = report
        .uses
        .iter()
        .map(|one| (one.file.as_str(), one.line, one.unresolved.is_some()));
    assert_eq!(
        uses.collect::<Vec<_>>(),
        [("a.c", 13, false), ("a.c", 26, false), ("b.c", 3, true)]
    );
}
