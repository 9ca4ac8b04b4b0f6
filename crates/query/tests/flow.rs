//! Control flow, case by case. Code is marked by calls: `a()`, `b()` …; a case says what holds of them.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::flow::{Flow, Guard, Precedence, guard_text, implied_by};
use query::pattern::{Fragment, Isomorphisms, Pattern};
use query::types::NoOtherFile;
use syntax::Reader;

struct Case {
    source: String,
    file: File,
    flow: Flow,
}

impl Case {
    fn new(body: &str) -> Self {
        let source = format!("int f(int x)\n{{\n{body}\n}}\n");
        let path = TreePath::new("a.c").expect("a path");
        let file = File::from(Reader::standalone().read(&path, Arc::from(source.as_bytes())));
        let start = source.find("\n{").expect("a body") + 1;
        let whole = 0..source.len() - 1;
        let flow = Flow::of_body(&file, &whole, &(start..whole.end)).expect(body);
        Self { source, file, flow }
    }

    fn at(&self, text: &str) -> Range<usize> {
        let start = self.source.find(text).expect(text);
        start..start + text.len()
    }

    fn guards(&self, text: &str) -> String {
        self.told(&self.flow.guards(&self.at(text)))
    }

    fn outermost(&self, text: &str) -> String {
        self.told(&self.flow.outermost_guards(&self.at(text)))
    }

    fn told(&self, guards: &[Guard]) -> String {
        let told: Vec<String> = guards
            .iter()
            .map(|guard| {
                let not = if guard.holds { "" } else { "not " };
                let mut told = format!("{not}{}", self.file.text(guard.condition.clone()));
                for case in &guard.cases {
                    told.push_str(&format!(" = {}", self.file.text(case.clone())));
                }
                told
            })
            .collect();
        told.join(", ")
    }

    fn order(&self, first: &str, second: &str) -> Precedence {
        self.flow.precedes(&[self.at(first)], &[self.at(second)])
    }

    fn always(&self, first: &str, second: &str) -> bool {
        self.order(first, second) == Precedence::Always
    }
}

/// Body, the code asked about, its guards as people would say them.
const OUTERMOST: &[(&str, &str, &str)] = &[
    ("a();", "a()", ""),
    ("if (p) a();", "a()", "p"),
    ("if (p) b(); else a();", "a()", "not p"),
    ("if (p) b(); else if (q) a();", "a()", "not p, q"),
    (
        "if (p) b(); else if (q) c(); else a();",
        "a()",
        "not p, not q",
    ),
    ("if (p) { if (q) a(); }", "a()", "p, q"),
    ("if (p && q) a();", "a()", "p && q"),
    ("if (p || q) a();", "a()", "p || q"),
    ("if (p || q) b(); else a();", "a()", "not p || q"),
    ("if (p) return 0; a();", "a()", "not p"),
    ("if (p) goto out; a(); out: b();", "a()", "not p"),
    ("if (p) goto out; a(); out: b();", "b()", ""),
    ("if (p) b(); a();", "a()", ""),
    ("if (p) BUG(); a();", "a()", "not p"),
    ("if (p && b()) a();", "b()", "p"),
    ("if (p || b()) a();", "b()", "not p"),
    ("x = p ? a() : b();", "a()", "p"),
    ("x = p ? a() : b();", "b()", "not p"),
    ("x = p && a();", "a()", "p"),
    ("return p && q && a();", "a()", "p, q"),
    ("p && a();", "a()", "p"),
    ("while (p) a();", "a()", "p"),
    ("while (p) b(); a();", "a()", ""),
    ("for (i = 0; i < n; i++) a();", "a()", "i < n"),
    ("for (i = 0; i < n; i++) b(); a();", "a()", ""),
    (
        "for (i = 0; i < n; i++) { if (p) break; a(); }",
        "a()",
        "i < n, not p",
    ),
    ("do a(); while (p);", "a()", ""),
    ("do { if (p) break; a(); } while (0);", "a()", "not p"),
    ("while (1) { if (p) continue; a(); }", "a()", "not p"),
    ("if (unlikely(p)) a();", "a()", "unlikely(p)"),
    ("if (!(p || q)) a();", "a()", "!(p || q)"),
    (
        "switch (x) { case 1: a(); break; case 2: b(); }",
        "a()",
        "x = 1",
    ),
    (
        "switch (x) { case 1: case 2: a(); break; case 3: b(); }",
        "a()",
        "x = 1 = 2",
    ),
    (
        "switch (x) { case 1: b(); case 2: a(); break; case 3: c(); }",
        "a()",
        "x = 1 = 2",
    ),
    (
        "switch (x) { case 1: b(); break; default: a(); }",
        "a()",
        "not x = 1",
    ),
    (
        "switch (x) { case 1: return 0; case 2: b(); } a();",
        "a()",
        "not x = 1",
    ),
    (
        "switch (x) { case 1: b(); break; case 2: c(); } a();",
        "a()",
        "",
    ),
    ("switch (x) { case 1: if (p) a(); }", "a()", "x = 1, p"),
    ("x = ({ if (p) a(); 1; });", "a()", "p"),
    ("if (({ b(); p; })) a();", "a()", "({ b(); p; })"),
    ("if (p) goto l; b(); l: if (q) a();", "a()", "q"),
    ("if (0) b(); a();", "a()", ""),
    // Arms of `#if` are alternatives; a condition in one says nothing without it.
    ("#ifdef A\nif (p) return 0;\n#endif\na();", "a()", ""),
    ("#ifdef A\nif (p) b(); else\n#endif\na();", "a()", ""),
    (
        "if (p\n#ifdef A\n&& q\n#endif\n) a();",
        "a()",
        "p\n#ifdef A\n&& q",
    ),
    ("for (;;) { if (p) break; } a();", "a()", ""),
    ("for (;;) { for (;;) { if (p) break; } a(); }", "a()", ""),
    ("for (;;) { if (p) continue; a(); }", "a()", "not p"),
];

#[test]
fn the_outermost_guards_are_the_conditions_that_decide() {
    let mut wrong = Vec::new();
    for (body, code, expected) in OUTERMOST {
        let got = Case::new(body).outermost(code);
        if got.trim_end() != expected.trim_end() {
            wrong.push(format!(
                "{body}\n  {code}: expected: {expected}\n  got: {got}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_guards_name_the_operands_that_decide_too() {
    let case = Case::new("if (p && !(q || r)) a();");
    assert_eq!(
        case.guards("a()"),
        "p && !(q || r), p, !(q || r), not q || r, not q, not r"
    );
    let case = Case::new("if (p || q) return; a();");
    assert_eq!(case.guards("a()"), "not p || q, not p, not q");
    let case = Case::new("if (p || q) a();");
    assert_eq!(case.guards("a()"), "p || q");
}

#[test]
fn a_loop_is_a_cycle_and_not_what_looks_like_one() {
    let case = Case::new(
        "a(); while (p) b(); do { c(); } while (0); do { d(); } while (q);\n\
         for (e(); g(); h()) k(); again: l(); if (r) goto again; m();",
    );
    for (code, expected) in [
        ("a()", false),
        ("b()", true),
        ("c()", false),
        ("d()", true),
        ("e()", false),
        ("g()", true),
        ("h()", true),
        ("k()", true),
        ("l()", true),
        ("m()", false),
    ] {
        assert_eq!(case.flow.in_loop(&case.at(code)), expected, "{code}");
    }
}

#[test]
fn code_after_a_jump_is_dead_unless_a_label_leads_there() {
    let case = Case::new(
        "if (x) { return 1; a(); }\nswitch (x) { b = 1; case 1: c(); }\n\
         for (;;) { if (x) goto out; }\nd(); out: e(); if (0) g(); panic(\"x\"); h();",
    );
    for (code, expected) in [
        ("a()", false),
        ("b = 1", false),
        ("c()", true),
        ("d()", false),
        ("e()", true),
        ("g()", false),
        ("panic(\"x\")", true),
        ("h()", false),
    ] {
        assert_eq!(case.flow.reaches(&case.at(code)), expected, "{code}");
    }
    assert_eq!(case.flow.dead().len(), 5);
}

#[test]
fn a_switch_over_a_number_runs_its_case_alone() {
    for (body, expected) in [
        ("switch (0) { case 1: a(); }", false),
        ("switch (0) { case 0: a(); }", true),
        ("switch (0x1) { case 1: a(); }", true),
        ("switch (8) { case 010: a(); }", true),
        ("switch (10) { case 010: a(); }", false),
        ("switch (1) { case 1: b(); case 2: a(); }", true),
        ("switch (1) { case 1: b(); break; case 2: a(); }", false),
        ("switch (3) { case 1: b(); break; default: a(); }", true),
        ("switch (1) { case 1: b(); break; default: a(); }", false),
        // What the cases are is not known.
        ("switch (0) { case ONE: a(); }", true),
        ("switch (0) { case 1 ... 3: a(); }", true),
        ("switch (x) { case 1: a(); }", true),
    ] {
        let case = Case::new(body);
        assert_eq!(case.flow.reaches(&case.at("a()")), expected, "{body}");
    }
}

#[test]
fn an_event_precedes_another_when_no_path_goes_around_it() {
    let case = Case::new("if (p) a(); else b(); c(); if (q) d(); e(); while (r) g(); h();");
    assert!(!case.always("a()", "c()"));
    assert!(case.always("c()", "h()"));
    assert!(!case.always("d()", "e()"));
    assert!(!case.always("g()", "h()"));
    assert!(case.always("r", "h()"));
    let both = [case.at("a()"), case.at("b()")];
    assert_eq!(
        case.flow.precedes(&both, &[case.at("c()")]),
        Precedence::Always
    );
    assert!(!case.always("c()", "a()"));
}

#[test]
fn a_path_that_breaks_the_order_is_shown() {
    let case = Case::new("a(); if (p) b(); c();");
    let Precedence::Not(path) = case.order("b()", "c()") else {
        panic!("b() can be skipped");
    };
    let shown: Vec<_> = path.iter().map(|at| &case.source[*at..at + 1]).collect();
    assert_eq!(shown, ["a", "p", "c"]);
}

#[test]
fn what_no_path_reaches_is_neither_before_nor_after() {
    let case = Case::new("a(); return 0; b();");
    assert_eq!(case.order("a()", "b()"), Precedence::Unreachable);
}

#[test]
fn inside_one_expression_operands_come_first() {
    let case = Case::new("x->m = a(b()); y(c(), d()); e(g() && h(), k());");
    assert!(case.always("b()", "a(b())"));
    assert!(!case.always("a(b())", "b()"));
    assert!(
        case.always("a(b())", "x->m"),
        "the value comes before the write"
    );
    assert!(!case.always("x->m", "a(b())"));
    assert!(!case.always("c()", "d()"), "arguments have no order");
    assert!(case.always("c()", "y(c(), d())"));
    assert!(!case.always("g()", "k()"), "arguments have no order");
    assert!(case.always("g()", "h()"));
    assert!(case.always("g()", "e(g() && h(), k())"));
}

#[test]
fn a_cleanup_path_by_goto_is_followed() {
    let case = Case::new(
        "a(); if (p) goto err_a; b(); if (q) goto err_b; return 0;\n\
         err_b: c(); err_a: d(); return 1;",
    );
    assert!(case.always("a()", "d()"));
    assert!(case.always("b()", "c()"));
    assert!(!case.always("c()", "d()"));
    assert_eq!(case.outermost("c()"), "not p, q");
}

#[test]
fn asm_goto_leads_to_its_labels() {
    let case = Case::new("asm goto(\"jmp %l0\" : : : : out); a(); return 0; out: b();");
    assert!(case.flow.reaches(&case.at("b()")));
    assert!(!case.always("a()", "b()"));
}

#[test]
fn nothing_is_said_of_a_function_that_was_not_read() {
    let source = "int f(void)\n{\n\tif (a ==) ] b();\n}\n";
    let path = TreePath::new("a.c").expect("a path");
    let file = File::from(Reader::standalone().read(&path, Arc::from(source.as_bytes())));
    let whole = 0..source.len() - 1;
    assert!(Flow::of_body(&file, &whole, &(12..whole.end)).is_err());
}

#[test]
fn deep_nesting_is_refused_and_long_chains_are_not() {
    let deep = format!("{}a();{}", "if (p) {".repeat(400), "}".repeat(400));
    let source = format!("void f(void)\n{{\n{deep}\n}}\n");
    let path = TreePath::new("a.c").expect("a path");
    let file = File::from(Reader::standalone().read(&path, Arc::from(source.as_bytes())));
    let whole = 0..source.len() - 1;
    assert!(Flow::of_body(&file, &whole, &(13..whole.end)).is_err());
    let case = Case::new(&format!("if ({}p) a();", "q || ".repeat(2000)));
    assert!(case.flow.reaches(&case.at("a()")));
    let chain = "if (q) b(); else ".repeat(1000);
    let case = Case::new(&format!("{chain} a();"));
    assert_eq!(case.flow.guards(&case.at("a()")).len(), 1000);
}

#[test]
fn arms_in_arms_are_refused_where_they_are_deep() {
    for (depth, is_read) in [(100, true), (20_000, false)] {
        let body = format!(
            "{}a();\n{}",
            "#if A\n".repeat(depth),
            "#endif\n".repeat(depth)
        );
        let source = format!("void f(void)\n{{\n{body}}}\n");
        let path = TreePath::new("a.c").expect("a path");
        let file = File::from(Reader::standalone().read(&path, Arc::from(source.as_bytes())));
        let whole = 0..source.len() - 1;
        let flow = Flow::of_body(&file, &whole, &(13..whole.end));
        assert_eq!(flow.is_ok(), is_read, "{depth}");
    }
}

/// Body, code in it, and its guards as text.
const TEXTS: &[(&str, &str, &str)] = &[
    ("if (p) a();", "a()", "p"),
    ("if (p) return; a();", "a()", "!p"),
    ("if (!p->q) return; a();", "a()", "p->q"),
    ("if (p &&\n\tq) return; a();", "a()", "!(p && q)"),
    ("if (p(1)) return; a();", "a()", "!p(1)"),
    (
        "switch (x) { case 1: case 2: a(); }",
        "a()",
        "x == 1 || x == 2",
    ),
    (
        "switch (x & 3) { case 1: break; default: a(); }",
        "a()",
        "(x & 3) != 1",
    ),
    ("switch (x) { case 1: a(); }", "a()", "x == 1"),
];

#[test]
fn guards_read_as_conditions_that_are_true() {
    for (body, code, expected) in TEXTS {
        let case = Case::new(body);
        let guards = case.flow.outermost_guards(&case.at(code));
        let texts: Vec<_> = guards
            .iter()
            .map(|guard| guard_text(&case.file, guard))
            .collect();
        assert_eq!(texts.join(", "), *expected, "{body}");
    }
}

/// Body with `a()` in it, a condition, and whether it holds at `a()`.
const IMPLIED: &[(&str, &str, bool)] = &[
    ("if (d->v) a();", "$D->v", true),
    ("if (d->v) a();", "$D->w", false),
    ("if (d->v) b(); else a();", "$D->v", false),
    ("if (d->v) b(); else a();", "!$D->v", true),
    ("if (!d->v) return; a();", "$D->v", true),
    ("if (d->v && d->w) a();", "$D->w", true),
    ("if (d->v && d->w) a();", "$D->w && $D->v", true),
    ("if (d->v || d->w) a();", "$D->v", false),
    ("if (d->v || d->w) a();", "$D->v || $D->w", true),
    ("if (d->v) a();", "$D->v || $D->w", true),
    ("if (d->v || d->w) return; a();", "!$D->v", true),
    ("if (d->v || d->w) return; a();", "!($D->v || $D->w)", true),
    ("if (d->v && d->w) return; a();", "!$D->v", false),
    ("if (d == NULL) return; a();", "d", true),
    ("if (d) a();", "d != NULL", true),
    ("if (n < 3) return; a();", "n >= 3", true),
    ("if (unlikely(!d->v)) return; a();", "$D->v", true),
    ("while (d->v) a();", "$D->v", true),
    ("switch (n) { case 1: a(); }", "n == 1", true),
    ("switch (n) { case 1: case 2: a(); }", "n == 1", false),
];

#[test]
fn guards_imply_what_their_operands_say_and_no_more() {
    let all = Isomorphisms {
        disabled: Vec::new(),
    };
    let mut wrong = Vec::new();
    for (body, condition, expected) in IMPLIED {
        let case = Case::new(body);
        let guards = case.flow.guards(&case.at("a()"));
        let pattern = Pattern::compile(condition, Fragment::Expression, &all).expect(condition);
        let implied = implied_by(&case.file, &guards, &pattern, &all, &NoOtherFile);
        if implied != Ok(*expected) {
            wrong.push(format!("{body} / {condition}: expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_call_where_nothing_leads_in_a_switch_is_a_case_only_by_the_name_of_a_macro() {
    let case = Case::new(
        "switch (x) { a(); b(); case 1: c(); return 0; d(); e(); }\n\
         switch (x) { IL_CMD(N_SCAN); g(); return 0; REPLY(N); h(); }",
    );
    for (code, expected) in [
        ("a()", false),
        ("b()", false),
        ("c()", true),
        ("d()", false),
        ("e()", false),
        ("g()", true),
        ("h()", true),
    ] {
        assert_eq!(case.flow.reaches(&case.at(code)), expected, "{code}");
    }
}

#[test]
fn macros_of_the_file_that_hide_control_flow_are_seen_through() {
    let source = "#define NEED(n) do { if (n) goto underrun; } while (0)\n\
         #define CHECK(n) NEED(n); other(n)\n\
         #define NAME(x) case x: return #x;\n\
         #define BAIL(x) if (x) return x\n\
         int f(int x)\n{\n\tswitch (x) {\n\tNAME(A)\n\tNAME(B)\n\t}\n\
         \tCHECK(x);\n\tBAIL(x);\n\tunsafe_get_user(x, p, efault);\n\ta();\n\treturn 0;\n\
         underrun:\n\tb();\n\treturn 1;\nefault:\n\tc();\n\treturn 2;\n}\n";
    let path = TreePath::new("a.c").expect("a path");
    let file = File::from(Reader::standalone().read(&path, Arc::from(source.as_bytes())));
    let function = file.functions().first().expect("f");
    let flow = Flow::of(&file, function).expect("read");
    for code in ["NAME(A)", "NAME(B)", "CHECK(x);", "a()", "b()", "c()"] {
        let start = source.rfind(code).expect(code);
        assert!(flow.reaches(&(start..start + code.len())), "{code}");
    }
    assert!(flow.dead().is_empty());
}

#[test]
fn a_macro_with_a_block_is_a_loop_unless_it_is_known_to_run_once() {
    let case = Case::new(
        "scoped_with_kernel_creds()\n\t\ta();\nscoped_guard(mutex, &m) {\n\tif (p)\n\t\tbreak;\n\tb();\n}\n\
         list_for_each_entry(x, &l, n) {\n\tc();\n}\nscoped_guard(mutex_intr, &m) {\n\td();\n}\ne();\n\
         scoped_cond_guard(mutex_try, return -EBUSY, &m) {\n\tg();\n}\nh();",
    );
    for (code, in_loop) in [
        ("a()", false),
        ("b()", false),
        ("c()", true),
        ("d()", false),
        ("h()", false),
    ] {
        assert!(case.flow.reaches(&case.at(code)), "{code}");
        assert_eq!(case.flow.in_loop(&case.at(code)), in_loop, "{code}");
    }
    assert!(case.always("a()", "e()"), "its block always runs");
    assert!(!case.always("b()", "e()"), "a break leaves the block");
    assert!(!case.always("d()", "e()"), "the lock may not be had");
    assert!(!case.always("g()", "h()"), "the lock may not be had");
    assert_eq!(case.outermost("c()"), "list_for_each_entry(x, &l, n)");
    assert_eq!(case.outermost("a()"), "");
}

#[test]
fn a_variable_called_like_a_label_is_no_jump_to_it() {
    let case = Case::new("int err;\ng(err);\na();\nif (x)\n\tgoto err;\nreturn 0;\nerr: b();");
    assert!(case.always("a()", "b()"));
    let case = Case::new("g(err);\na();\nif (x)\n\tgoto err;\nreturn 0;\nerr: b();");
    assert!(!case.always("a()", "b()"));
    let case = Case::new("g(x);\na();\nif (y)\n\tgoto x;\nreturn 0;\nx: b();");
    assert!(case.always("a()", "b()"), "a parameter");
}
