//! Patterns and code from anywhere: an answer or an error, in bounded time, never a panic.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use std::time::{Duration, Instant};

use dialect::TreePath;
use proptest::prelude::*;
use query::File;
use query::pattern::{Fragment, ISOMORPHISMS, Isomorphisms, Pattern, Template};
use query::types::NoOtherFile;
use syntax::Reader;

fn read(code: &[u8]) -> File {
    let path = TreePath::new("a.c").expect("a path");
    File::from(Reader::standalone().read(&path, code.into()))
}

/// Everything that the module offers, on one pattern and one file.
fn try_all(text: &str, code: &[u8]) {
    let file = read(code);
    let fragments = [
        Fragment::Any,
        Fragment::Expression,
        Fragment::Statement,
        Fragment::Declaration,
        Fragment::Member,
        Fragment::Initializer,
    ];
    for fragment in fragments {
        if let Ok(template) = Template::compile(text, fragment) {
            let _ = template.fill(&query::pattern::Bindings::new());
        }
        match Pattern::compile(text, fragment, &Isomorphisms::default()) {
            Ok(pattern) => {
                let matches = pattern.find(&file, 0..code.len(), &NoOtherFile);
                for found in &matches.parts().0 {
                    assert!(found.range.end <= code.len());
                }
                let _ = pattern.matches(&file, 0..code.len(), &NoOtherFile);
                let _ = pattern.nearest(&file, 0..code.len(), 3, &NoOtherFile);
            }
            Err(error) => {
                assert!(error.span.start <= error.span.end && error.span.end <= text.len());
                assert!(
                    text.is_char_boundary(error.span.start),
                    "{error:?} of {text:?}"
                );
                assert!(
                    text.is_char_boundary(error.span.end),
                    "{error:?} of {text:?}"
                );
            }
        }
    }
}

/// Rows of pieces that C, patterns and trouble are made of.
fn soup() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "$A",
        "$B",
        "$$$C",
        "$_",
        "$",
        "$$",
        "$(D: struct s *)",
        "a",
        "b",
        "if",
        "else",
        "while",
        "for",
        "do",
        "return",
        "struct",
        "int",
        "sizeof",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ";",
        ",",
        "->",
        ".",
        "=",
        "==",
        "!=",
        "!",
        "&&",
        "||",
        "|",
        "&",
        "*",
        "+",
        "-",
        "?",
        ":",
        "1",
        "0",
        "NULL",
        "\"s\"",
        "'c'",
        "/* c */",
        "// c\n",
        "\n",
        " ",
        "\\\n",
        "#define X",
        "#if A\n",
        "#endif\n",
        "##",
        "#",
        "list_for_each_entry",
        "case",
        "...",
        "é",
        "\0",
        "asm",
        "__init",
    ];
    proptest::collection::vec(proptest::sample::select(PIECES), 0..24)
        .prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_pattern_or_an_error(text in "\\PC{0,60}", code in "\\PC{0,60}") {
        try_all(&text, code.as_bytes());
    }

    #[test]
    fn any_row_of_pieces_is_a_pattern_or_an_error(text in soup(), code in soup()) {
        try_all(&text, code.as_bytes());
    }

    #[test]
    fn any_bytes_are_searched(text in soup(), code in proptest::collection::vec(any::<u8>(), 0..200)) {
        try_all(&text, &code);
    }
}

#[test]
fn an_error_inside_a_letter_is_shown_at_the_letter() {
    try_all("if asm é = if -> $(D: struct s *)", b"");
    try_all("int é", b"");
}

#[test]
fn a_piece_read_by_itself_matches_nothing_in_what_the_file_does_not_read() {
    let file = read(
        b"f(struct pci_dev *qdev)\n{\n\tif (c!=)\n\t\tfor_each_foo(a)\n\t\t(c) {\n\t\tfor_each_foo(b)\n\t\t\tx\ns\x9c\xa0\x8b\xff\xff\xff\xff\xff\xff\xff\xff,!oe\t\x00fcounJ;\n};\n",
    );
    let pattern = Pattern::compile("$A * $B", Fragment::Any, &Isomorphisms::default());
    let matches = pattern
        .expect("a pattern")
        .find(&file, 0..file.bytes().len(), &NoOtherFile);
    let (found, doubts) = matches.parts();
    for found in &found {
        assert!(file.unread_in(&found.range).is_none(), "{found:?}");
    }
    assert!(!doubts.is_empty());
}

fn timed(what: &str, run: impl FnOnce()) {
    let start = Instant::now();
    run();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{what} took {took:?}");
}

#[test]
fn a_pattern_that_is_too_deep_or_too_long_is_refused() {
    let texts = [
        "(".repeat(10_000_000),
        format!("{}a{}", "(".repeat(5000), ")".repeat(5000)),
        format!("{}a", "!".repeat(20_000)),
        format!("{}a", "a = ".repeat(10_000)),
        format!("a{}", " + a".repeat(10_000)),
        format!("a{}", " || $A".repeat(10_000)),
        format!("f({})", "$$$A, ".repeat(5000)),
        format!("{}x;", "if (a) ".repeat(5000)),
        format!("{}x;", "if (a) y; else ".repeat(3000)),
    ];
    for text in &texts {
        timed(&text[..12], || {
            let compiled = Pattern::compile(text, Fragment::Any, &Isomorphisms::default());
            assert!(compiled.is_err());
        });
    }
}

#[test]
fn code_that_offers_many_ways_to_match_is_answered_or_said_to_be_unread() {
    let operands: Vec<String> = (0..40).map(|n| format!("x{n}")).collect();
    let code = format!(
        "void f(void)\n{{\n\tif ({})\n\t\tg({});\n{}}}\n",
        operands.join(" || "),
        operands.join(", "),
        "\th(1);\n".repeat(3000)
    );
    let pattern = |text: &str| {
        Pattern::compile(text, Fragment::Any, &Isomorphisms::default()).expect("a pattern")
    };
    let file = read(code.as_bytes());
    let chain: Vec<String> = (0..40).map(|n| format!("$A{n}")).collect();
    let hard = format!("if ({}) {{ $A39 = $A0; }}", chain.join(" || "));
    let runs = "g($$$A, $$$B, $$$C, $$$D, nothing_such)";
    let rows = "$X(1); $$$A $Y(2);";
    timed("a chain", || {
        assert!(
            pattern(&hard)
                .find(&file, 0..code.len(), &NoOtherFile)
                .parts()
                .0
                .is_empty()
        );
    });
    timed("runs", || {
        assert!(
            pattern(runs)
                .find(&file, 0..code.len(), &NoOtherFile)
                .parts()
                .0
                .is_empty()
        );
    });
    timed("rows", || {
        assert!(
            pattern(rows)
                .find(&file, 0..code.len(), &NoOtherFile)
                .parts()
                .0
                .is_empty()
        );
    });
    let ways = "g($$$A, $$$B, $$$C, $$$D, $$$E, $$$F, $$$G, x)";
    timed("many runs", || {
        let matches = pattern(ways).find(&file, 0..code.len(), &NoOtherFile);
        assert!(matches.parts().0.is_empty());
    });
}

#[test]
fn deep_code_is_searched_without_recursion() {
    for code in [
        format!("int x = {}a{};\n", "(".repeat(4000), ")".repeat(4000)),
        format!("int x = a{};\n", " || a".repeat(20_000)),
        format!("int x = {}a;\n", "!".repeat(20_000)),
    ] {
        let file = read(code.as_bytes());
        for text in ["a || $B", "!$A", "$A == NULL", "$A[$B]", "a"] {
            let pattern = Pattern::compile(text, Fragment::Any, &Isomorphisms::default());
            timed(text, || {
                let pattern = pattern.expect("a pattern");
                assert!(
                    pattern
                        .find(&file, 0..code.len(), &NoOtherFile)
                        .parts()
                        .0
                        .len()
                        <= code.len()
                );
            });
        }
    }
}

#[test]
fn every_isomorphism_has_a_case_that_shows_it_and_one_that_switches_it_off() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/patterns");
    let mut off = Vec::new();
    for entry in std::fs::read_dir(folder).expect("tests/patterns is there") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a case");
        let case: toml::Table = text.parse().expect("TOML");
        if let Some(names) = case.get("without").and_then(|names| names.as_array()) {
            let finds = case.get("finds").and_then(|finds| finds.as_array());
            if finds.is_some() {
                off.extend(
                    names
                        .iter()
                        .filter_map(|name| Some(name.as_str()?.to_owned())),
                );
            }
        }
    }
    for entry in ISOMORPHISMS {
        assert!(!entry.reason.is_empty() && !entry.forms.is_empty());
        assert!(
            off.iter().any(|name| name == entry.name),
            "no case without {}",
            entry.name
        );
    }
}
