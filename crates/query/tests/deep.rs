//! Deep and long code: read or said to be unread, searched and asked about, in time that grows with it.
//!
//! What is measured is this thread's processor time, which is the same on a busy machine.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::time::Duration;

use dialect::TreePath;
use query::File;
use query::access::{access_of, calls, member_uses};
use query::flow::Flow;
use query::pattern::{Fragment, Isomorphisms, Pattern};
use query::types::{NoOtherFile, receiver_type};
use syntax::Reader;
use syntax::stats::ParseStats;

fn now() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(now).expect("a time since the start")
}

fn read(code: &str) -> File {
    let path = TreePath::new("drivers/a/b.c").expect("a path");
    File::from(Reader::standalone().read(&path, code.as_bytes().into()))
}

/// Everything that a whole-tree question does with a file.
fn ask_all(code: &str) -> File {
    let file = read(code);
    let _ = ParseStats::of(&file);
    let _ = (file.records(), file.variables(), file.macros());
    for function in file.functions() {
        let _ = calls(&file, function.body.clone());
        if let Ok(flow) = Flow::of(&file, function) {
            for found in &member_uses(&file, "m").found {
                let _ = (flow.guards(&found.range), flow.in_loop(&found.range));
            }
        }
    }
    for found in &member_uses(&file, "m").found {
        let _ = receiver_type(&file, &found.range, &NoOtherFile);
        let _ = access_of(&file, &found.range);
    }
    for text in ["$D->m", "$A || $B", "a", "if ($C) $S", "$X = $Y"] {
        let pattern = Pattern::compile(text, Fragment::Any, &Isomorphisms::default());
        let _ = pattern
            .expect("a pattern")
            .find(&file, 0..code.len(), &NoOtherFile);
    }
    file
}

fn cost(code: &str) -> Duration {
    let start = now();
    ask_all(code);
    now() - start
}

fn function(body: &str) -> String {
    format!("int f(struct s *a)\n{{\n\t{body}\n}}\n")
}

type Make = fn(usize) -> String;

/// Code of a size: so many levels, links, terms or statements.
const CODE: &[(&str, Make)] = &[
    ("parentheses", |size| {
        let body = format!("x = {}a->m{};", "(".repeat(size), ")".repeat(size));
        function(&body)
    }),
    ("blocks", |size| {
        let body = format!("{}a->m = 1;{}", "{".repeat(size), "}".repeat(size));
        function(&body)
    }),
    ("arrows", |size| {
        function(&format!("x = {}m;", "a->".repeat(size)))
    }),
    ("terms", |size| {
        function(&format!("if (b{}) return 1;", " || a->m".repeat(size)))
    }),
    ("commas", |size| {
        function(&format!("x = {}b;", "a->m, ".repeat(size)))
    }),
    ("branches", |size| {
        function(&format!("{}a->m = 1;", "if (a) ".repeat(size)))
    }),
    ("alternatives", |size| {
        function(&format!("{};", "if (a) b->m = 1; else ".repeat(size)))
    }),
    ("one line", |size| {
        function(&"a->m = f(b, c); ".repeat(size * 6))
    }),
    ("conditions on one line", |size| {
        function(&"if (a->m) b = 1; ".repeat(size * 6))
    }),
    ("declarations", |size| {
        function(&"struct s *v = a->m;\n\t".repeat(size))
    }),
    ("cases", |size| {
        let cases: String = (0..size)
            .map(|n| format!("case {n}: a->m = {n}; break;\n"))
            .collect();
        function(&format!("switch (b) {{\n{cases}}}"))
    }),
    ("unknown names", |size| {
        let uses: String = (0..size).map(|n| format!("v{n}->m = {n};\n")).collect();
        function(&uses)
    }),
    ("names that a call may declare", |size| {
        function(&"with(v, b); v->m = 1;\n".repeat(size))
    }),
    ("names in an initialiser", |size| {
        let entries = "{ .of = OF(v->m), },\n".repeat(size);
        format!("static struct s table[] = {{\n{entries}}};\n")
    }),
    ("macros that name parameters", |size| {
        (0..size)
            .map(|n| format!("#define OF{n}(v) (v)->m\n"))
            .collect()
    }),
    ("as deep as is read", |size| {
        let body = format!("x = {}a->m{};", "(".repeat(390), ")".repeat(390));
        function(&body).repeat(size / 400)
    }),
    ("as long as is read", |size| {
        function(&format!("if (b{}) return 1;", " || a->m".repeat(1400))).repeat(size / 2500)
    }),
];

/// What grows with the square of the size costs sixteen times as much for four times the size.
#[test]
fn four_times_the_code_does_not_take_sixteen_times_as_long() {
    const SIZE: usize = 10_000;
    for (name, make) in CODE {
        let large = cost(&make(SIZE));
        assert!(large < Duration::from_secs(20), "{name}: {large:?}");
        // Less than that is noise.
        if large > Duration::from_millis(400) {
            let small = cost(&make(SIZE / 4));
            assert!(large < small * 9, "{name}: {small:?}, then {large:?}");
        }
    }
}

/// Unknown is never a pass: what is too deep is unread, and it is said why.
#[test]
fn what_is_too_deep_is_unread() {
    for (name, make) in CODE {
        let file = read(&make(10_000));
        let causes: Vec<&str> = file.unread().iter().map(|u| u.cause.as_str()).collect();
        match *name {
            "parentheses" | "blocks" => {
                assert_eq!(causes, ["brackets nested deeper than 400"], "{name}");
            }
            "arrows" | "terms" | "commas" | "branches" => {
                assert_eq!(
                    causes,
                    ["more than 6000 tokens before anything ends"],
                    "{name}"
                );
            }
            "alternatives" => {
                assert_eq!(causes, ["more than 1000 times `else` in a row"], "{name}");
            }
            _ => assert!(causes.is_empty(), "{name}: {causes:?}"),
        }
        for found in member_uses(&file, "m").found {
            assert!(file.unread_in(&found.range).is_none());
        }
        let claims = !causes.is_empty() && member_uses(&file, "m").unread.is_empty();
        assert!(!claims, "{name}: no use of what is not read");
    }
}

/// Macros that use themselves and each other many times over are not followed for ever.
#[test]
fn macros_in_macros_are_bounded() {
    let use_often = |name: &str| format!("{name}(x p, m) ").repeat(60);
    let chain = format!(
        "#define A(x, m) {}\n#define B(x, m) {}\n#define C(x, m) {}\n#define D(x, m) x m\n",
        use_often("B"),
        use_often("C"),
        use_often("D"),
    );
    let own = format!("#define FREE(x, m) {}\n", use_often("FREE"));
    for code in [
        format!("{chain}{}", function("A(b, v); y = v->m;")),
        format!("{own}{}", function("FREE(b, v); y = v->m;")),
        format!("{own}{}", function("FREE(b, v.m);")),
        "#define FREE(@@>m =m)em =m)enum= f  m  `FREE(p$ri. a->m>mprintk(t fnum= f  m  \
         `FREE(p$ri. a->m>mprintk(t f{rul"
            .to_owned(),
    ] {
        let took = cost(&code);
        assert!(took < Duration::from_secs(5), "{took:?}: {code}");
    }
}
