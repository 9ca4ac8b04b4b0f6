//! Words that a user adds change what is read.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use dialect::TreePath;
use dialect::words::{Role, Words};
use syntax::{Reader, SourceFile};

fn read(source: &str, words: &[(Role, &str)]) -> SourceFile {
    let mut all = Words::default();
    for (role, word) in words {
        all.add(*role, word);
    }
    let path = TreePath::new("drivers/a/b.c").expect("path");
    Reader::standalone()
        .with_words(Arc::new(all))
        .read(&path, source.as_bytes().into())
}

#[test]
fn a_word_turns_what_is_unread_into_what_is_read() {
    for (source, role, word) in [
        (
            "int f(int a, int b)\n{\n\tif (a my_note == b)\n\t\treturn 1;\n\treturn 0;\n}\n",
            Role::Annotation,
            "my_note",
        ),
        (
            "int f(int a, int b)\n{\n\tif (a my_note(1) == b)\n\t\treturn 1;\n\treturn 0;\n}\n",
            Role::Attribute,
            "my_note",
        ),
    ] {
        assert!(!read(source, &[]).unread().is_empty(), "{source}");
        assert!(
            read(source, &[(role, word)]).unread().is_empty(),
            "{source}"
        );
    }
}

#[test]
fn a_word_says_what_a_macro_before_a_statement_is() {
    let source = "void f(void)\n{\n\tMY_NAME(a, b)\n\tg(a);\n}\n";
    let sexp = |words: &[(Role, &str)]| read(source, words).root().to_sexp();
    assert!(!sexp(&[]).contains("while_statement"));
    assert!(sexp(&[(Role::Loop, "MY_NAME")]).contains("while_statement"));
    assert!(sexp(&[(Role::Condition, "MY_NAME")]).contains("if_statement"));
    let fresh = "void f(void)\n{\n\tmy_each(a, b)\n\t\tg(a);\n}\n";
    let whole = read(fresh, &[(Role::Statement, "my_each")]);
    assert!(!whole.root().to_sexp().contains("while_statement"));
}
