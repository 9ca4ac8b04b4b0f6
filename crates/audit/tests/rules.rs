//! Files of rules: the one that ships, on code with each slip once; and mistakes in such files.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;

use audit::{Asked, Options, Query, RuleFile, audit_all};
use query::pattern::{Fragment, Isomorphisms, Pattern};
use trees::{DirTree, ParsedTree};

const SHIPPED: &str = include_str!("../../../specs/rules/kernel.toml");
const SLIPS: &str = include_str!("rules/slips.c");

fn tree(code: &str) -> (tempfile::TempDir, ParsedTree) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("slips.c"), code).expect("written");
    let tree = DirTree::open(folder.path()).expect("a tree");
    (folder, ParsedTree::new(Arc::new(tree)))
}

/// `line id` of each word in a comment at the end of a line.
fn wanted() -> BTreeSet<(usize, String)> {
    let lines = SLIPS.lines().enumerate().skip(1);
    let marked = lines.filter_map(|(index, line)| {
        let (_, comment) = line.rsplit_once("/* ")?;
        Some((index + 1, comment.strip_suffix(" */")?.to_owned()))
    });
    marked.collect()
}

#[test]
fn the_shipped_rules_find_each_slip_and_nothing_else() {
    let file = RuleFile::parse("kernel.toml", SHIPPED).expect("rules");
    let queries: Vec<Query> = file.rules.iter().map(|rule| rule.query.clone()).collect();
    let (_folder, tree) = tree(SLIPS);
    let reports = audit_all(&tree, &queries).expect("walked");
    let found = file.rules.iter().zip(&reports).flat_map(|(rule, report)| {
        assert_eq!(report.unread, [], "{}", rule.id);
        let uses = report.uses.iter();
        uses.map(|found| (found.line, rule.id.clone()))
    });
    let found: BTreeSet<_> = found.collect();
    let wanted = wanted();
    let missing: Vec<_> = wanted.difference(&found).collect();
    let extra: Vec<_> = found.difference(&wanted).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "missing: {missing:?}\nextra: {extra:?}"
    );
    let ids: BTreeSet<_> = wanted.iter().map(|(_, id)| id.clone()).collect();
    let untried: Vec<_> = file
        .rules
        .iter()
        .filter(|rule| !ids.contains(&rule.id))
        .collect();
    assert!(untried.is_empty(), "no slip for {untried:?}");
}

#[test]
fn a_mistake_in_a_file_of_rules_is_told_with_its_line() {
    let whole = "[[rule]]\nid = \"a\"\npattern = \"f()\"\nmessage = \"m\"\n";
    let table = [
        ("", "the file has no rule", 1),
        (
            "[[rule]]\nid = \"a\"\nmessage = \"m\"\n",
            "missing field `pattern`",
            1,
        ),
        (
            &format!("{whole}sevrity = \"error\"\n"),
            "unknown field `sevrity`",
            5,
        ),
        (
            &format!("{whole}severity = \"bad\"\n"),
            "unknown variant `bad`",
            5,
        ),
        (&format!("{whole}{whole}"), "two rules are called `a`", 6),
        (
            &whole.replace("f()", "$D->"),
            "not a pattern: nothing is after `->`",
            3,
        ),
        (
            &whole.replace("f()", "f(); ..."),
            "not a pattern: a path without its end",
            3,
        ),
        (&whole.replace("\"f()\"", "[]"), "an empty list", 3),
        (
            &whole.replace("\"f()\"", "3"),
            "expected a string or a list of strings",
            3,
        ),
        (&whole.replace("\"m\"", "\" \""), "the message is empty", 4),
        (&whole.replace("\"a\"", "\"A b\""), "`A b` is not an id", 2),
        (
            &format!("{whole}unless = \"g()\"\n"),
            "`unless` without a path",
            5,
        ),
        (&format!("{whole}when = \"if (a)\"\n"), "not a pattern", 5),
    ];
    for (text, message, line) in table {
        let mistakes = RuleFile::parse("r.toml", text).expect_err(text);
        let first = mistakes.items().first().expect("a mistake");
        assert!(first.message.contains(message), "{text}: {}", first.message);
        let at = mistakes.positions().first().map(|(line, _)| *line);
        assert_eq!(at, Some(line), "{text}");
    }
}

const PATHS: &str = "\
int a(struct s *p, int n)
{
	take(p);
	if (n)
		return 1;
	while (n--)
		step(p);
	give(p);
	return 0;
}
int b(struct s *p, struct s *q)
{
	take(p);
	give(q);
	give(p);
	return 2;
}
int c(struct s *p, int n)
{
	for (;;) {
		if (n)
			take(p);
		else
			return 3;
	}
}
int d(struct s *p)
{
	take(p);
	if (( give(p);
	return 4;
}
void e(struct s *p, int n)
{
	if (n) {
		keep(p);
		n = 0;
		keep(p);
	}
}
";

/// The lines that a question finds, and those that were not read.
fn lines(asked: &str, options: Options) -> (Vec<usize>, Vec<usize>) {
    let asked = Asked::compile(asked, &Isomorphisms::default()).expect(asked);
    let (_folder, tree) = tree(PATHS);
    let query = Query {
        asked: vec![asked],
        options,
    };
    let reports = audit_all(&tree, &[query]).expect("walked");
    let report = reports.first().expect("a report");
    let uses = report.uses.iter().map(|found| found.line);
    (
        uses.collect(),
        report.unread.iter().map(|unread| unread.line).collect(),
    )
}

#[test]
fn a_path_is_found_unless_something_is_passed_and_never_across_unread_code() {
    let pattern = |text: &str| {
        let none = Isomorphisms::default();
        vec![Pattern::compile(text, Fragment::Any, &none).expect(text)]
    };
    let unless = |text| Options {
        unless: pattern(text),
        ..Options::default()
    };
    let table = [
        (
            "take($P); ... return $E;",
            Options::default(),
            vec![5, 9, 16, 24],
        ),
        ("take($P); ... return $E;", unless("give($P)"), vec![5, 24]),
        ("take($P); ... give($P)", Options::default(), vec![8, 15]),
        // Round the loop, from one call to itself.
        ("step($P); ... step($P)", Options::default(), vec![7]),
        ("step($P); ... step($P);", Options::default(), vec![7]),
        ("take($P); ...! give($P)", Options::default(), vec![13]),
        (
            "take($P); ...! return $E;",
            Options::default(),
            vec![3, 13, 22],
        ),
        ("take($P); ...! return $E;", unless("give($P)"), vec![22]),
    ];
    for (asked, options, wanted) in table {
        let (found, unread) = lines(asked, options);
        assert_eq!(found, wanted, "{asked}");
        assert_eq!(
            unread.is_empty(),
            asked.starts_with("step"),
            "{asked}: {unread:?}"
        );
    }
}

#[test]
fn exceptions_leave_out_what_they_are_about() {
    let pattern = |text: &str| {
        let none = Isomorphisms::default();
        Pattern::compile(text, Fragment::Any, &none).expect(text)
    };
    let table = [
        ("take($P)", Options::default(), vec![3, 13, 22, 29]),
        (
            "take($P)",
            Options {
                without: vec![pattern("give($P)")],
                ..Options::default()
            },
            // In the function of line 29 the other call is in what was not read.
            vec![22],
        ),
        (
            "give($P)",
            Options {
                not: vec![pattern("give(q)")],
                ..Options::default()
            },
            vec![8, 15],
        ),
        (
            "take($P)",
            Options {
                when: Some(pattern("n")),
                ..Options::default()
            },
            vec![22],
        ),
        // What is changed since it was tested is not under it.
        (
            "keep($P)",
            Options {
                when: Some(pattern("n")),
                ..Options::default()
            },
            vec![36],
        ),
    ];
    for (asked, options, wanted) in table {
        assert_eq!(lines(asked, options).0, wanted, "{asked}");
    }
}

#[test]
fn what_may_be_under_a_condition_is_said() {
    let none = Isomorphisms::default();
    let code =
        "void g(int n)\n{\n\tif (!n)\n#ifdef A\n\t\treturn;\n#endif\n\tf(n);\n}\nint x = f(1);\n";
    let query = Query {
        asked: vec![Asked::compile("f($X)", &none).expect("a pattern")],
        options: Options {
            when: Pattern::compile("n", Fragment::Any, &none).ok(),
            ..Options::default()
        },
    };
    let (_folder, tree) = tree(code);
    let reports = audit_all(&tree, &[query]).expect("walked");
    let report = reports.first().expect("a report");
    assert!(report.uses.is_empty(), "{:?}", report.uses);
    let unread: Vec<usize> = report.unread.iter().map(|unread| unread.line).collect();
    assert_eq!(unread, [7], "what is outside of functions is under none");
}

#[test]
fn every_question_has_its_own_places() {
    let file = format!(
        "[[rule]]\nid = \"a\"\npattern = \"f()\"\nmessage = \"m\"\nunder = \"{}\"\n",
        "drivers"
    );
    let file = RuleFile::parse("r.toml", &file).expect("rules");
    let queries: Vec<Query> = file.rules.iter().map(|rule| rule.query.clone()).collect();
    let (_folder, tree) = tree("void g(void) { f(); }");
    let error = audit_all(&tree, &queries).expect_err("no such folder");
    assert!(error.to_string().contains("drivers"), "{error}");
}
