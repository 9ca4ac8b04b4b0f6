//! Audits of a small tree: every use, what is around it, and nothing else.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;

use audit::{AuditReport, Kind, Options, audit};
use query::pattern::{Fragment, Isomorphisms, Pattern};
use trees::{DirTree, ParsedTree};

const FILES: &[(&str, &str)] = &[
    (
        "include/linux/pci.h",
        "struct pci_dev {\n\tunsigned int is_virtfn:1;\n\tstruct pci_dev *physfn;\n};\n\
         #define pci_is_vf(dev) ((dev)->is_virtfn)\n",
    ),
    (
        "drivers/a.c",
        "#include <linux/pci.h>\n\
         /* dev->is_virtfn is 1 for a VF */\n\
         struct pci_dev *pf_of(struct pci_dev *dev)\n{\n\
         \tif (dev->is_virtfn)\n\t\treturn dev->physfn;\n\
         \tpr_info(\"is_virtfn\");\n\
         \treturn dev->physfn;\n}\n\
         #ifdef CONFIG_PCI_IOV\n\
         void make(struct pci_dev *vf, struct pci_dev *dev, int n)\n{\n\
         \tif (n > 1)\n\t\tvf->is_virtfn = 1;\n\
         \tif (!vf->is_virtfn || !n)\n\t\treturn;\n\
         \tuse(vf->physfn);\n\tuse(dev->physfn);\n}\n#endif\n",
    ),
    (
        "drivers/b.c",
        "struct other {\n\tint is_virtfn;\n};\n\
         static int f(struct other *o, int is_virtfn)\n{\n\treturn o->is_virtfn + is_virtfn;\n}\n\
         static struct other it = { .is_virtfn = 2 };\n",
    ),
    ("drivers/none.c", "int nothing_here;\n"),
];

fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
}

fn compiled(text: &str) -> Pattern {
    Pattern::compile(text, Fragment::Expression, &Isomorphisms::default()).expect(text)
}

fn run(pattern: &str, options: &Options) -> AuditReport {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), FILES);
    let tree = DirTree::open(folder.path()).expect("a tree");
    let parsed = ParsedTree::new(Arc::new(tree));
    audit(&parsed, &compiled(pattern), options).expect("walked")
}

fn told(report: &AuditReport) -> Vec<String> {
    let told = |used: &audit::AuditUse| {
        let list = |list: &[String]| list.join(" & ");
        format!(
            "{}:{} {} {} of {} if [{}] #if [{}]{}",
            used.file,
            used.line,
            used.function.as_deref().unwrap_or("-"),
            used.access,
            used.receiver_type.as_deref().unwrap_or("?"),
            used.guards.as_deref().map_or_else(|| "?".to_owned(), list),
            list(&used.conditions),
            used.guarded_by.as_ref().map_or(String::new(), |by| format!(
                " by {} at {}",
                by.condition, by.line
            )),
        )
    };
    report.uses.iter().map(told).collect()
}

#[test]
fn every_use_of_a_member_is_found_and_no_comment_string_or_variable() {
    let report = run("$D->is_virtfn", &Options::default());
    assert_eq!(
        told(&report),
        [
            "drivers/a.c:5 pf_of test of struct pci_dev if [] #if []",
            "drivers/a.c:14 make write of struct pci_dev if [n > 1] #if [CONFIG_PCI_IOV]",
            "drivers/a.c:15 make test of struct pci_dev if [] #if [CONFIG_PCI_IOV]",
            "drivers/b.c:2 - declaration of struct other if [] #if []",
            "drivers/b.c:6 f read of struct other if [] #if []",
            "drivers/b.c:8 - initialiser of struct other if [] #if []",
            "include/linux/pci.h:2 - declaration of struct pci_dev if [] #if []",
            "include/linux/pci.h:5 pci_is_vf read of ? if [?] #if []",
        ]
    );
    assert!(report.unread.is_empty(), "{:?}", report.unread);
    assert_eq!((report.files, report.parsed), (4, 3));
}

#[test]
fn a_typed_metavariable_leaves_out_other_records_and_keeps_what_is_not_known() {
    let report = run("$(D: struct pci_dev *)->is_virtfn", &Options::default());
    let records: Vec<_> = report
        .uses
        .iter()
        .map(|used| used.receiver_type.as_deref())
        .collect();
    assert_eq!(records.len(), 5);
    assert!(
        records
            .iter()
            .all(|record| matches!(record, None | Some("struct pci_dev")))
    );
    let macro_use = report.uses.last().expect("a use");
    assert!(
        macro_use.unresolved.is_some(),
        "who calls the macro decides"
    );
}

#[test]
fn uses_can_be_asked_for_by_kind() {
    let count = |only: Vec<Kind>| {
        let options = Options {
            only,
            ..Options::default()
        };
        run("$D->is_virtfn", &options).uses.len()
    };
    assert_eq!(count(vec![Kind::Tests]), 2);
    assert_eq!(count(vec![Kind::Writes]), 2);
    assert_eq!(count(vec![Kind::Reads]), 4);
    assert_eq!(count(vec![Kind::Reads, Kind::Writes]), 6);
}

#[test]
fn then_reports_what_the_first_pattern_guards_of_the_same_thing() {
    let options = Options {
        then: Some(compiled("$D->physfn")),
        ..Options::default()
    };
    let report = run("$D->is_virtfn", &options);
    assert_eq!(
        told(&report),
        [
            "drivers/a.c:6 pf_of read of struct pci_dev if [dev->is_virtfn] #if [] by dev->is_virtfn at 5",
            "drivers/a.c:17 make read of struct pci_dev if [!(!vf->is_virtfn || !n)] #if [CONFIG_PCI_IOV] by vf->is_virtfn at 15",
        ]
    );
}

#[test]
fn any_pattern_can_be_audited() {
    let report = run("use($X)", &Options::default());
    let lines: Vec<_> = report.uses.iter().map(|used| used.line).collect();
    assert_eq!(lines, [17, 18]);
}

/// `out` is an object elsewhere: whoever took the label for it would look through the whole tree for its type.
#[test]
fn a_label_a_type_and_a_member_have_no_type_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        &[
            (
                "a.c",
                "struct own { int other; };\n\
                 int f(struct own *o)\n{\n\tif (o->other)\n\t\tgoto other;\n\
                 \treturn sizeof(struct own);\nother:\n\treturn 1;\n}\n",
            ),
            (
                "include/linux/other.h",
                "struct some { int x; };\nextern struct some *other;\n",
            ),
        ],
    );
    let tree = DirTree::open(folder.path()).expect("a tree");
    let parsed = ParsedTree::new(Arc::new(tree));
    let types = |text: &str| {
        let pattern = Pattern::compile(text, Fragment::Any, &Isomorphisms::default());
        let report = audit(&parsed, &pattern.expect(text), &Options::default()).expect("walked");
        let types = report.uses.into_iter();
        let types = types.map(|used| (used.receiver_type, used.unresolved));
        types.collect::<Vec<_>>()
    };
    for text in ["goto $L;", "sizeof(struct $T)"] {
        assert_eq!(types(text), [(None, None)], "{text}");
    }
}

#[test]
fn what_is_no_condition_guards_nothing_and_that_is_an_error() {
    let text = "if ($X) return;";
    let statement = Pattern::compile(text, Fragment::Statement, &Isomorphisms::default());
    let options = Options {
        then: Some(compiled("$D->physfn")),
        ..Options::default()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let tree = ParsedTree::new(Arc::new(DirTree::open(folder.path()).expect("a tree")));
    assert!(audit(&tree, &statement.expect(text), &options).is_err());
}

#[test]
fn a_typed_metavariable_of_any_pattern_is_asked_for_its_type() {
    let count = |pattern: &str| run(pattern, &Options::default()).uses.len();
    assert_eq!(count("!$(D: struct pci_dev *)->is_virtfn"), 1);
    assert_eq!(count("!$(D: struct other *)->is_virtfn"), 0);
}

#[test]
fn a_place_that_was_not_read_is_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        &[("a.c", "struct { int a; ) x->m ( } } b;\n")],
    );
    let tree = DirTree::open(folder.path()).expect("a tree");
    let parsed = ParsedTree::new(Arc::new(tree));
    let report = audit(&parsed, &compiled("$D->m"), &Options::default()).expect("walked");
    assert!(!report.unread.is_empty(), "{:?}", report.uses);
}

#[test]
fn the_same_tree_gives_the_same_report_whatever_the_threads() {
    let first = run("$D->is_virtfn", &Options::default());
    for _ in 0..5 {
        assert_eq!(run("$D->is_virtfn", &Options::default()), first);
    }
}
