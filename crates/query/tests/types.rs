//! Types of receivers, on a small tree whose lines say what they expect, and on real kernels.

#![expect(
    clippy::unwrap_used,
    reason = "a test or a tool for developers: it says what broke by stopping"
)]

mod support;

use std::path::Path;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::types::{Is, Resolution, receiver_is, receiver_type, type_of};
use support::Folder;
use syntax::Reader;

fn small_tree() -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/types/tree");
    Folder::open(&root, &["include", "drivers"])
}

fn shown(found: Resolution) -> String {
    match found {
        Resolution::Known(name) => name.to_string(),
        Resolution::Unresolved(reason) => format!("? {reason}"),
    }
}

/// The cases of a file: line, offset and length of the expression, expected type.
fn cases(file: &File) -> Vec<(usize, std::ops::Range<usize>, String)> {
    let mut found = Vec::new();
    for line in 1..=file.lines().count() {
        let range = file.lines().range_of(line);
        let text = file.text(range.clone()).into_owned();
        let Some((code, case)) = text.split_once("//= ") else {
            continue;
        };
        let (expression, expected) = case.trim_end().rsplit_once(" : ").unwrap();
        let at = range.start + code.find(expression).unwrap();
        found.push((line, at..at + expression.len(), expected.to_owned()));
    }
    found
}

#[test]
fn every_case_of_the_small_tree_has_the_type_it_says() {
    let tree = small_tree();
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in tree.paths() {
        let file = tree.file(path).unwrap();
        for (line, range, expected) in cases(&file) {
            let found = shown(type_of(&file, &range, &tree));
            count += 1;
            if found != expected && !(expected == "?" && found.starts_with("? ")) {
                let text = file.text(range);
                wrong.push(format!(
                    "{path}:{line}: `{text}` is `{found}`, not `{expected}`"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 60, "{count} cases");
}

fn uses<'a>(source: &'a str, tree: &'a Folder, marks: &[&str]) -> Vec<String> {
    let path = TreePath::new("drivers/vfio/new.c").unwrap();
    let file = File::from(Reader::standalone().read(&path, Arc::from(source.as_bytes())));
    let shown_at = |mark: &&str| {
        let at = source.find(mark).unwrap();
        shown(receiver_type(&file, &(at..at + mark.len()), tree))
    };
    marks.iter().map(shown_at).collect()
}

#[test]
fn designators_belong_to_the_record_that_is_initialised() {
    let source = "#include <linux/pci.h>\n\
        static struct pci_dev one = { .bus = 0, .dev = { .parent = 0 }, .dev.driver_data = 0 };\n\
        static struct pci_bus many[] = { { .self = 0 }, [3] = { .devices = {} } };\n\
        struct wrap { int n; struct vfio_device v[2]; };\n\
        static struct wrap w = { 1, { { .pdev = 0 } } };\n\
        int f(void) { struct pci_dev x = { .is_virtfn = 1 }; g((struct vfio_device){ .priv = 0 }); return 0; }\n";
    let tree = small_tree();
    let found = uses(
        source,
        &tree,
        &[
            ".bus",
            ".dev",
            ".parent",
            ".driver_data",
            ".self",
            ".devices",
            ".pdev",
            ".is_virtfn",
            ".priv",
        ],
    );
    assert_eq!(
        found,
        [
            "struct pci_dev",
            "struct pci_dev",
            "struct device",
            "struct device",
            "struct pci_bus",
            "struct pci_bus",
            "struct vfio_device",
            "struct pci_dev",
            "struct vfio_device",
        ]
    );
}

#[test]
fn a_member_declaration_belongs_to_its_record() {
    let tree = small_tree();
    let path = TreePath::new("include/linux/pci.h").unwrap();
    let file = tree.file(&path).unwrap();
    for (member, record) in [("physfn", "struct pci_dev"), ("self", "struct pci_bus")] {
        let mut members = file.records().iter().flat_map(|record| &record.members);
        let found = members.find(|m| m.name == member).unwrap();
        let shown = shown(receiver_type(&file, &found.name_range, &tree));
        assert_eq!(shown, record);
    }
}

#[test]
fn a_member_named_in_an_argument_belongs_to_the_type_named_there() {
    let source = "#include <linux/pci.h>\n#define alloc_wrapper(type, member) container_of(0, struct type, member)\n\
        int f(struct list_head *l, struct vfio_device *v)\n{\n\t\
        struct pci_dev *d = container_of(l, struct pci_dev, dev.node);\n\t\
        list_for_each_entry(d, l, bus_list)\n\t\tuse(d);\n\tuse(alloc_wrapper(vfio_device, pdev.dev));\n\treturn offsetof(struct vfio_device, priv);\n}\n\
        TRACE_EVENT(hit,\n\tTP_PROTO(struct pci_dev *pdev, int n),\n\tTP_fast_assign(__entry->nr = pdev->is_virtfn;)\n);\n";
    let tree = small_tree();
    let found = uses(
        source,
        &tree,
        &[
            "dev.node",
            "bus_list",
            "pdev.dev",
            "priv",
            "__entry->nr",
            "pdev->is_virtfn",
        ],
    );
    assert_eq!(
        found,
        [
            "struct device",
            "struct pci_dev",
            "struct pci_dev",
            "struct vfio_device",
            "struct trace_event_raw_hit",
            "struct pci_dev"
        ]
    );
}

#[test]
fn a_no_needs_a_known_record_that_has_the_member() {
    let source = "#include <linux/pci.h>\nint f(struct pci_dev *p, struct pci_bus *b, struct gone *g)\n\
                  {\n\treturn p->bus + b->self + g->bus + b->bus + p->named.inner;\n}\n";
    let path = TreePath::new("drivers/vfio/new.c").unwrap();
    let file = File::from(Reader::standalone().read(&path, Arc::from(source.as_bytes())));
    let tree = small_tree();
    let is = |text: &str, record: &str| {
        let at = source.find(text).unwrap();
        receiver_is(&file, &(at..at + text.len()), record, &tree)
    };
    assert_eq!(is("p->bus", "pci_dev"), Is::Yes);
    assert!(matches!(is("b->self", "pci_dev"), Is::No(_)));
    assert!(matches!(is("g->bus", "pci_dev"), Is::Unknown(_)));
    assert!(matches!(is("b->bus", "pci_dev"), Is::Unknown(_)));
    assert!(matches!(is("p->named.inner", "pci_dev"), Is::No(_)));
}

#[test]
fn a_hostile_expression_ends() {
    let tree = small_tree();
    let deep = "(".repeat(5_000) + "p" + &")".repeat(5_000);
    let source = format!(
        "#define a(x) b(x, x) + b(x, x)\n#define b(x, y) c(x, y) + c(x, y) + a(x)\n#define c(x, y) a(x) + b(y, x)\n\
         int f(struct pci_dev *p) {{ g(a(p)->x); h({deep}->x); return 0; }}\n"
    );
    let path = TreePath::new("drivers/vfio/new.c").unwrap();
    let file = File::from(Reader::standalone().read(&path, Arc::from(source.as_bytes())));
    for text in [
        "a(p)->x",
        &format!("{deep}->x"),
        "a(p)->x); h((((",
        "->x",
        "x) + b(x",
    ] {
        let at = source.find(text).unwrap();
        let _ = receiver_type(&file, &(at..at + text.len()), &tree);
        let _ = type_of(&file, &(at..at + text.len()), &tree);
    }
}

/// Every `->is_virtfn` of some folders of Linux 6.12, by receiver.
#[test]
fn every_is_virtfn_of_a_real_kernel_has_a_receiver() {
    let Some(root) = support::kernel("linux-6.12") else {
        return;
    };
    let tree = Folder::open(
        &root,
        &[
            "include/linux",
            "drivers/pci",
            "drivers/vfio",
            "arch/s390/pci",
            "arch/s390/include",
        ],
    );
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    let mut unknown = Vec::new();
    for path in tree.paths() {
        let text = String::from_utf8_lossy(tree.bytes(path)).into_owned();
        if !text.contains("is_virtfn") {
            continue;
        }
        let file = tree.file(path).unwrap();
        for use_range in accesses(&text, "is_virtfn") {
            let found = shown(receiver_type(&file, &use_range, &tree));
            if found.starts_with("? ") {
                let line = file.line_of(use_range.start);
                unknown.push(format!("{path}:{line}: {} {found}", file.text(use_range)));
            }
            *seen.entry(found).or_default() += 1;
        }
    }
    assert!(unknown.is_empty(), "{}\n{seen:#?}", unknown.join("\n"));
    assert_eq!(seen.keys().collect::<Vec<_>>(), ["struct pci_dev"]);
}

/// `pdev->member` in code: found by text, so that the test needs nothing else of the crate.
fn accesses(text: &str, member: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    for needle in [format!("->{member}"), format!(".{member}")] {
        for (at, _) in text.match_indices(&needle) {
            let receiver = |c: char| c.is_alphanumeric() || "_->.()".contains(c);
            let before = &text[..at];
            let start = before.rfind(|c| !receiver(c)).map_or(0, |at| at + 1);
            let mut expression = &text[start..at];
            while expression.matches('(').count() > expression.matches(')').count() {
                expression = expression.split_once('(').unwrap().1;
            }
            if !expression.is_empty() {
                found.push(at - expression.len()..at + needle.len());
            }
        }
    }
    found.sort_by_key(|range| range.start);
    found
}
