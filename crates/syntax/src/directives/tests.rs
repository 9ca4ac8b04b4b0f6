use super::Directives;
use dialect::lines::LineIndex;

fn read(source: &str) -> Directives {
    Directives::read(source.as_bytes(), &LineIndex::new(source.as_bytes()))
}

/// The conditions at the first `needle`, as `X !Y`.
fn at(source: &str, needle: &str) -> String {
    let offset = source.find(needle).unwrap();
    read(source)
        .conditions_at(offset)
        .iter()
        .map(|c| format!("{}{}", if c.negated { "!" } else { "" }, c.expression))
        .collect::<Vec<_>>()
        .join(", ")
}

#[test]
fn nested_arms_stack_outermost_first() {
    let source = "#ifdef A\n#ifndef B\nab;\n#else\nac;\n#endif\nad;\n#endif\nae;\n";
    assert_eq!(at(source, "ab"), "A, !B");
    assert_eq!(at(source, "ac"), "A, B");
    assert_eq!(at(source, "ad"), "A");
    assert_eq!(at(source, "ae"), "");
}

#[test]
fn an_elif_arm_carries_the_earlier_arms_negated() {
    let source = "#if A > 1\nx;\n#elif !defined(B)\ny;\n#elif C\nz;\n#else\nw;\n#endif\n";
    assert_eq!(at(source, "x;"), "A > 1");
    assert_eq!(at(source, "y;"), "!A > 1, !B");
    assert_eq!(at(source, "z;"), "!A > 1, B, C");
    assert_eq!(at(source, "w;"), "!A > 1, B, !C");
}

#[test]
fn a_condition_names_the_line_that_opens_its_arm() {
    let source = "\n#if A\nx;\n#else\ny;\n#endif\n";
    let lines = |needle: &str| {
        let found = read(source).conditions_at(source.find(needle).unwrap());
        found.iter().map(|c| c.line).collect::<Vec<_>>()
    };
    assert_eq!(lines("x;"), [2]);
    assert_eq!(lines("y;"), [4]);
}

#[test]
fn a_directive_itself_stands_under_the_outer_conditions() {
    let source = "#ifdef A\n#if B\nx;\n#elif C\n#endif\n#endif";
    assert_eq!(at(source, "#if B"), "A");
    assert_eq!(at(source, "#elif C"), "A");
    assert_eq!(at(source, "#endif\n#endif"), "A");
}

#[test]
fn an_include_guard_is_no_condition() {
    let guarded = "/* c */\n#ifndef H\n#define H\nx;\n#ifdef A\ny;\n#endif\n#endif /* H */\n";
    assert_eq!(at(guarded, "x;"), "");
    assert_eq!(at(guarded, "y;"), "A");
    let trace =
        "#undef TRACE\n#if !defined(T) || defined(MULTI)\n#define T\nx;\n#endif\n#include <t.h>\n";
    assert_eq!(at(&trace[13..], "x;"), "");
    assert_eq!(read(guarded).macros[0].conditions, []);
}

#[test]
fn what_looks_like_an_include_guard_and_is_none_is_a_condition() {
    for (source, expected) in [
        ("#ifndef D\n#define D\nx;\n#endif\ncode;\n", "!D"),
        ("#ifndef D\n#define D 1\nx;\n#endif\n", "!D"),
        ("#ifndef D\n#define D\nx;\n#else\n#endif\n", "!D"),
        ("code;\n#ifndef D\n#define D\nx;\n#endif\n", "!D"),
        ("#ifndef D\n#define E\nx;\n#endif\n", "!D"),
    ] {
        assert_eq!(at(source, "x;"), expected, "{source}");
    }
    let default = read("#ifndef D\n#define D\n#endif\n");
    assert_eq!(default.macros[0].conditions.len(), 1);
}

#[test]
fn macros_have_names_parameters_and_bodies() {
    let source = "#define A\n#define B 1 + \\\n 2 /* c */\n#define C(x, y) \\\n\t((x) + y)\n\
                  #define D (z)\n#define E(f, args...) f(args)\n#define F(...) g(__VA_ARGS__)\n# define G() h\n";
    let read = read(source);
    let seen: Vec<_> = read
        .macros
        .iter()
        .map(|m| {
            let params = m.params.as_ref().map(|p| p.join(" "));
            (m.name.as_str(), params, &source[m.body.clone()])
        })
        .collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        seen,
        [
            ("A", None, ""),
            ("B", None, "1 + \\\n 2"),
            ("C", some("x y"), "((x) + y)"),
            ("D", None, "(z)"),
            ("E", some("f args"), "f(args)"),
            ("F", some("..."), "g(__VA_ARGS__)"),
            ("G", some(""), "h"),
        ]
    );
    assert_eq!(read.macros[0].body, 9..9);
    assert_eq!(&source[read.macros[2].name_range.clone()], "C");
    assert!(source[read.macros[1].range.clone()].ends_with("/* c */"));
}

#[test]
fn includes_have_headers_and_conditions() {
    let read = read(
        "#include <linux/pci.h>\n#ifdef A\n#include \"vfio.h\" /* x */\n#endif\n#include M(x)\n",
    );
    let seen: Vec<_> = read
        .includes
        .iter()
        .map(|i| (i.header.as_str(), i.system, i.conditions.len()))
        .collect();
    assert_eq!(
        seen,
        [
            ("linux/pci.h", true, 0),
            ("vfio.h", false, 1),
            ("M(x)", false, 0)
        ]
    );
}

#[test]
fn directives_that_do_not_balance_are_survived() {
    for source in [
        "#endif\n#else\nx;",
        "#if A\nx;",
        "#elif B\n#if\nx;\n#define\n#include\n",
    ] {
        let offset = source.find("x;").unwrap();
        let _ = read(source).conditions_at(offset);
    }
}
