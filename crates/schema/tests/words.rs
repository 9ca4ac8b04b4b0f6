//! The file of `--words`: the keys of `[dialect]`, at the top.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use dialect::words::Role;
use schema::{LoadError, load_words_file};

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("written");
    path
}

#[test]
fn words_are_loaded_by_role() {
    let path = file(
        "good.words",
        "loops = [\"my_each\"]\ndeclarations = \"MY_LIST\"\nnoreturn = \"my_panic\"\nlocks = [\"_maybe\"]\n",
    );
    let words = load_words_file(path).expect("loaded");
    assert!(words.has(Role::Loop, b"my_each"));
    assert!(words.has(Role::Declaration, b"MY_LIST"));
    assert!(words.has(Role::Noreturn, b"my_panic"));
    assert!(words.has(Role::Lock, b"_maybe"));
    assert!(!words.has(Role::Annotation, b"my_each"));
}

#[test]
fn mistakes_are_named() {
    for (name, text, said) in [
        ("key.words", "loop = [\"a\"]\n", "did you mean `loops`?"),
        (
            "word.words",
            "loops = [\"a b\"]\n",
            "`a b` is no identifier of C",
        ),
        ("type.words", "loops = 3\n", "loops"),
        ("toml.words", "loops = [\n", "this is not TOML"),
    ] {
        let Err(LoadError::Invalid(diagnostics)) = load_words_file(file(name, text)) else {
            panic!("{name} loads");
        };
        let shown = diagnostics.render(false);
        assert!(shown.contains(said), "{shown}");
    }
}
