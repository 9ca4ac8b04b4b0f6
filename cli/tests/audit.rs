//! How an audit is shown.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

fn audit(format: &str, tree: &str, more: &[&str]) -> (Option<i32>, String) {
    let arguments = ["audit", "$D->is_virtfn", "--format", format, "--tree", tree];
    let output = common::run(&[&arguments[..], more].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), text.replace(tree, "TREE"))
}

/// A tree of one file: with a test, a guarded write, and a piece that cannot be read and has the word.
fn tree() -> tempfile::TempDir {
    let temp = tempfile::tempdir().unwrap();
    let source = "struct pci_dev { unsigned int is_virtfn:1; };\n\
                  int test(struct pci_dev *dev)\n{\n\treturn dev->is_virtfn;\n}\n\
                  #ifdef CONFIG_X\nvoid set(struct pci_dev *dev, int on)\n{\n\
                  \tif (on)\n\t\tdev->is_virtfn = 1;\n}\n#endif\n\
                  int unread(void)\n{\n\tif (( dev->is_virtfn;\n}\n";
    std::fs::write(temp.path().join("a.c"), source).unwrap();
    temp
}

#[test]
fn every_format_has_the_uses_and_what_was_not_read() {
    let temp = tree();
    let tree = temp.path().to_str().unwrap();
    for format in ["human", "json", "markdown", "sarif", "junit", "github"] {
        let (status, text) = audit(format, tree, &[]);
        insta::assert_snapshot!(format!("as-{format}"), text);
        assert_eq!(status, Some(3), "{format}");
    }
}

#[test]
fn no_use_is_told_in_every_format() {
    let temp = tree();
    let tree = temp.path().to_str().unwrap();
    std::fs::write(temp.path().join("a.c"), "int a;\n").unwrap();
    for (format, told) in [
        ("human", "0 uses; 0 places not read"),
        ("json", "\"uses\": []"),
        ("markdown", "no use of `$D->is_virtfn` in 1 file |"),
        ("sarif", "no use of `$D->is_virtfn` in 1 file\""),
        ("junit", "failures=\"1\""),
        (
            "github",
            "::error title=used::no use of `$D->is_virtfn` in 1 file\n",
        ),
        ("html", "no use of"),
    ] {
        let (status, text) = audit(format, tree, &[]);
        assert!(text.contains(told), "{format}: {text}");
        assert_eq!(status, Some(1), "{format}");
    }
}

#[test]
fn a_guarded_use_has_its_guard() {
    let (status, text) = audit(
        "markdown",
        common::top().join("samples/linux").to_str().unwrap(),
        &["--then", "$D->physfn"],
    );
    insta::assert_snapshot!("then-as-markdown", text);
    assert_eq!(status, Some(0));
}

/// A file of rules of each severity.
const RULES: &str = "[[rule]]\nid = \"set\"\npattern = \"$D->is_virtfn = $V\"\nmessage = \"who sets it?\"\n\n\
                     [[rule]]\nid = \"read\"\nseverity = \"note\"\npattern = \"return $D->is_virtfn;\"\nmessage = \"who asks?\"\n";

fn rules(text: &str, format: &str, more: &[&str]) -> (Option<i32>, String) {
    let temp = tree();
    let tree = temp.path().to_str().unwrap();
    let file = temp.path().join("rules.toml");
    std::fs::write(&file, text).unwrap();
    let arguments = [
        "audit",
        file.to_str().unwrap(),
        "--format",
        format,
        "--tree",
        tree,
    ];
    let output = common::run(&[&arguments[..], more].concat());
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code(), text.replace(tree, "TREE"))
}

#[test]
fn rules_are_reported_as_a_linter_reports() {
    for (format, told) in [
        ("human", ["warning: who sets it?", "note: who asks?"]),
        (
            "json",
            ["\"verdict\": \"violated\"", "\"invariant\": \"set\""],
        ),
        ("sarif", ["\"level\": \"warning\"", "\"level\": \"note\""]),
        ("github", ["::error file=a.c,line=10", "who sets it?"]),
    ] {
        let (status, text) = rules(RULES, format, &[]);
        for told in told {
            assert!(text.contains(told), "{format}: {told}: {text}");
        }
        assert_eq!(status, Some(1), "{format}");
    }
}

#[test]
fn rules_have_an_exit_status() {
    let note = "severity = \"note\"";
    let notes = RULES.replace("id = \"set\"", &format!("id = \"set\"\n{note}"));
    let nothing = RULES.replace("is_virtfn", "no_such_member");
    let table = [
        // What was not read could hold a match.
        (notes.as_str(), &[][..], 3, "not read"),
        (&nothing, &[], 0, "no match in 1 file"),
        (
            &RULES.replace("message", "massage"),
            &[],
            2,
            "unknown field `massage`",
        ),
        (&RULES.replace("$V", "$"), &[], 2, "not a pattern"),
        (
            RULES,
            &["--tests"],
            2,
            "cannot be used with a file of rules",
        ),
        (RULES, &["--under", "no/such"], 2, "no/such"),
    ];
    for (text, more, wanted, told) in table {
        let (status, text) = rules(text, "human", more);
        assert!(text.contains(told), "{told}: {text}");
        assert_eq!(status, Some(wanted), "{told}: {text}");
    }
}

#[test]
fn several_patterns_are_one_walk_and_a_use_says_which_it_is_of() {
    let temp = tree();
    let tree = temp.path().to_str().unwrap();
    std::fs::write(
        temp.path().join("a.c"),
        "void f(int *a)\n{\n\tg(a);\n\tif (a)\n\t\treturn;\n\th(a);\n}\n",
    )
    .unwrap();
    let table: [(&[&str], i32, &str); 7] = [
        (
            &["g($A)", "h($A)"],
            0,
            "a.c:3: read: f(): int: g(a);  [of g($A)]",
        ),
        (
            &["g($A)", "h($A)"],
            0,
            "a.c:6: read: f(): int: h(a);  [if !a]  [of h($A)]",
        ),
        (&["g($A)", "--without", "h($A)"], 1, "0 uses"),
        (&["g($A)", "--without", "i($A)"], 0, "1 use"),
        (&["g($A); ... h($A);"], 0, "[from line 3]"),
        (
            &["g($A); ... h($A);", "--then", "i()"],
            2,
            "--then cannot be used with a path",
        ),
        (&["g($A)", "--unless", "i()"], 2, "--unless is for a path"),
    ];
    for (arguments, wanted, told) in table {
        let all = [&["audit", "--tree", tree][..], arguments].concat();
        let output = common::run(&all);
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(text.contains(told), "{arguments:?}: {text}");
        assert_eq!(output.status.code(), Some(wanted), "{arguments:?}: {text}");
    }
}
