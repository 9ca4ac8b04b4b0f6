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
