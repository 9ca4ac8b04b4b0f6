//! Uses of members and names, classified. Add a case: one row, code and what is expected of `m`.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::access::{Access, Uses, access_of, calls, member_uses, word_uses};
use syntax::Reader;

fn read(source: &str) -> File {
    let path = TreePath::new("a.c").expect("a path");
    File::from(Reader::standalone().read(&path, Arc::from(source.as_bytes())))
}

/// `read x->m, write y->m in macro`, and `unread` where something may hide.
fn told(file: &File, uses: &Uses) -> String {
    let mut told: Vec<String> = uses
        .found
        .iter()
        .map(|found| {
            let kind = match found.access {
                Access::Read => "read",
                Access::Write => "write",
                Access::Test => "test",
                Access::AddressTaken => "address",
                Access::Initializer => "init",
                Access::Declaration => "declare",
                Access::Unevaluated => "unevaluated",
                Access::Passed => "passed",
            };
            let kind = match (kind, found.reads) {
                ("write", true) => "update",
                _ => kind,
            };
            let indexed = if found.indexed { " indexed" } else { "" };
            let place = if found.in_macro { " in macro" } else { "" };
            format!("{kind} {}{indexed}{place}", file.text(found.range.clone()))
        })
        .collect();
    told.extend(
        uses.unread
            .iter()
            .map(|u| format!("unread {}", file.text(u.range.clone()))),
    );
    told.join(", ")
}

/// Statements of a function, and the uses of `m` in them.
const STATEMENTS: &[(&str, &str)] = &[
    ("y = x->m;", "read x->m"),
    ("foo(x->m);", "read x->m"),
    ("foo(a.b->m.n, 1);", "read a.b->m"),
    ("return x->m;", "read x->m"),
    ("y[x->m] = 1;", "read x->m"),
    ("x->m->n = 1;", "read x->m"),
    ("*x->m = 1;", "read x->m"),
    ("x->m(1);", "read x->m"),
    ("if (foo(x->m)) y();", "read x->m"),
    ("switch (y) { case 1: z = x.m; }", "read x.m"),
    // Written.
    ("x->m = 1;", "write x->m"),
    ("x->m |= 1;", "update x->m"),
    ("x->m++;", "update x->m"),
    ("--x->m;", "update x->m"),
    ("(x->m) = 1;", "write x->m"),
    ("x->m.n = 1;", "write x->m"),
    ("x->m.n[2].o -= 1;", "update x->m indexed"),
    ("x->m[i] = 1;", "write x->m indexed"),
    ("x->m = y->m = z->m;", "write x->m, write y->m, read z->m"),
    ("if ((x->m = foo())) y();", "write x->m"),
    (
        "asm(\"mov\" : \"=r\" (x->m) : \"r\" (y->m));",
        "write x->m, read y->m",
    ),
    ("asm volatile(\"inc\" : \"+m\" (x->m.n));", "update x->m"),
    ("WRITE_ONCE(x->m, y->m);", "write x->m, read y->m"),
    ("swap(x->m, y->m);", "update x->m, update y->m"),
    ("spin_lock_irqsave(&x->lock, x->m);", "write x->m"),
    ("spin_lock_irqsave(&x->m, x->flags);", "address x->m"),
    // Decides.
    ("if (x->m) y();", "test x->m"),
    ("if (!x->m) y();", "test x->m"),
    ("if (x->m == 3) y();", "test x->m"),
    ("if ((x->m & MASK) != 0) y();", "test x->m"),
    ("if (unlikely(x->m)) y();", "test x->m"),
    ("if (WARN_ON(x->m)) y();", "test x->m"),
    ("while (x->m) y();", "test x->m"),
    ("do y(); while (x->m);", "test x->m"),
    ("for (i = 0; i < x->m; i = y->m) ;", "test x->m, read y->m"),
    ("switch (x->m) { case 1: break; }", "test x->m"),
    ("y = x->m ? 1 : 2;", "test x->m"),
    ("y = z ? x->m : 2;", "read x->m"),
    ("y = x->m && z;", "test x->m"),
    ("return z || x->m;", "test x->m"),
    ("return !x->m;", "test x->m"),
    ("WARN_ON_ONCE(!x->m);", "test x->m"),
    // Address taken.
    ("foo(&x->m);", "address x->m"),
    ("foo(&x->m.n);", "address x->m"),
    ("foo(&x->m[1]);", "address x->m indexed"),
    ("foo(&(x->m));", "address x->m"),
    ("foo(&x->m->n);", "read x->m"),
    ("y = 1 & x->m;", "read x->m"),
    // Only type or place.
    ("y = sizeof(x->m);", "unevaluated x->m"),
    ("y = sizeof x->m;", "unevaluated x->m"),
    ("y = offsetof(struct x, m);", "unevaluated m"),
    ("y = ARRAY_SIZE(x->m);", "unevaluated x->m"),
    ("y = sizeof(&x->m);", "unevaluated x->m"),
    ("y = sizeof(foo(x->m++));", "unevaluated x->m"),
    ("y = sizeof(char[x->m]);", "read x->m"),
    ("typeof(&x->m) y;", "unevaluated x->m"),
    ("typeof(foo(&x->m)) *y = z;", "unevaluated x->m"),
    ("__typeof__(x->m) y = x->m;", "unevaluated x->m, read x->m"),
    (
        "y = __builtin_types_compatible_p(typeof(x->m), int);",
        "unevaluated x->m",
    ),
    // The array after its index.
    ("0[x].m = 1;", "write 0[x].m"),
    ("0[x->m] = 1;", "write x->m indexed"),
    // Initialisers.
    ("struct a b = { .m = 1, .n = y->m };", "init .m, read y->m"),
    ("struct a b = { .n.m = 1 };", "init .m"),
    ("struct a b = { .m.n = 1 };", "init .m"),
    ("struct a b = { m: 1 };", "init m"),
    (
        "struct a b[] = { [0].m = 1, { .m = 2 } };",
        "init .m, init .m",
    ),
    ("y = (struct a) { .m = 1 };", "init .m"),
    // The bare name.
    ("SET_FIELD(x, m, 1);", "passed m"),
    ("int m; SET_FIELD(x, m, 1);", ""),
    ("y = struct_size(x, m, 1);", "unevaluated m"),
    // No use.
    ("m = 1; m(); m: goto m;", ""),
    ("/* x->m */ foo(\"x->m\"); // x->m", ""),
    ("x->mm = y->am + 'm';", ""),
];

#[test]
fn members_in_statements_are_classified() {
    let mut wrong = Vec::new();
    for (code, expected) in STATEMENTS {
        let file = read(&format!("void f(void)\n{{\n\t{code}\n}}\n"));
        let got = told(&file, &member_uses(&file, "m"));
        if got != *expected {
            wrong.push(format!("{code}\n  expected: {expected}\n  got:      {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whole files, and the uses of `m` in them.
const FILES: &[(&str, &str)] = &[
    ("struct a { int n, *m; };", "declare m"),
    ("struct a { unsigned int m:1; };", "declare m"),
    ("struct a { int (*m)(int n); };", "declare m"),
    ("struct a { struct { int m[4]; }; };", "declare m"),
    ("int m; int f(int m) { return m; }", ""),
    ("#define F(x) ((x)->m)\n", "read (x)->m in macro"),
    ("#define F(x) ((x)->m = 1)\n", "write (x)->m in macro"),
    (
        "#define F(x) \\\n\tdo { (x)->m.n |= 1; } while (0)\n",
        "update (x)->m in macro",
    ),
    ("#define F(x) foo(&(x)->m)\n", "address (x)->m in macro"),
    ("#define F(x) (1 & (x)->m)\n", "read (x)->m in macro"),
    ("#define F(x) (!(x)->m)\n", "test (x)->m in macro"),
    (
        "#define F(x) if (x->a[1].m) foo()\n",
        "test x->a[1].m in macro",
    ),
    (
        "#define F(x) ((struct a *)(x)->m)\n",
        "read (x)->m in macro",
    ),
    ("#define F(x) { .m = x }\n", "init .m in macro"),
    (
        "#define F(x) sizeof((x)->m)\n",
        "unevaluated (x)->m in macro",
    ),
    ("#define F(x, m) ((x)->m)\n", ""),
    ("#define F(x) ((x)->n) /* ->m */\n", ""),
    ("#define F \"->m\"\n", ""),
];

#[test]
fn members_in_files_and_macro_bodies_are_classified() {
    let mut wrong = Vec::new();
    for (code, expected) in FILES {
        let file = read(code);
        let got = told(&file, &member_uses(&file, "m"));
        if got != *expected {
            wrong.push(format!("{code}\n  expected: {expected}\n  got:      {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_receiver_is_the_expression_before_the_member() {
    let file = read("void f(void) { to_x(y)->z[1].m = 1; }\n#define G(a) foo((a)->b->m)\n");
    let receivers: Vec<_> = member_uses(&file, "m")
        .found
        .into_iter()
        .map(|found| file.text(found.receiver.expect("a receiver")).into_owned())
        .collect();
    assert_eq!(receivers, ["to_x(y)->z[1]", "(a)->b"]);
}

#[test]
fn plain_words_are_told_from_members_and_labels() {
    let file = read(
        "int m(int n);\n#if m > 1\n#define A m()\n#endif\n\
         void f(void) { x->m = m(1); m: goto m; if (m) g(&m, m); struct a b = { .m = m }; }\n",
    );
    assert_eq!(
        told(&file, &word_uses(&file, "m")),
        "declare m, test m in macro, read m in macro, read m, test m, address m, read m, read m"
    );
}

#[test]
fn the_access_of_a_given_expression_is_that_of_its_outermost_node() {
    let source = "void f(void) { if (x->m) y->m = (x->n); }";
    let file = read(source);
    let of = |text: &str| {
        let start = source.find(text).expect("in the source");
        access_of(&file, &(start..start + text.len()))
    };
    assert_eq!(of("x->m"), Access::Test);
    assert_eq!(of("y->m"), Access::Write);
    assert_eq!(of("x->n"), Access::Read);
    assert_eq!(
        of("(x->m)"),
        Access::Read,
        "the condition with its parentheses is no expression"
    );
}

#[test]
fn calls_are_listed_in_order_without_those_through_pointers() {
    let source =
        "void f(void) { a(b(1), x->c(2)); if (d()) (e)(); return g; } void h(void) { i(); }";
    let file = read(source);
    let names: Vec<_> = calls(&file, 0..source.find("void h").expect("there"))
        .into_iter()
        .map(|call| call.name)
        .collect();
    assert_eq!(names, ["a", "b", "d", "e"]);
}

#[test]
fn a_use_in_a_region_that_was_not_read_is_reported_there() {
    let file = read("void f(void) { x->m = 1; }\nstruct { int a; ) x->m /* m */ \"m\" ( } } b;\n");
    let uses = member_uses(&file, "m");
    assert_eq!(uses.found.len(), 1, "{}", told(&file, &uses));
    let lines: Vec<_> = uses
        .unread
        .iter()
        .map(|unread| file.line_of(unread.range.start))
        .collect();
    assert_eq!(lines, [2], "{}", told(&file, &uses));
    assert_eq!(member_uses(&file, "b").unread.len(), 0, "not in the region");
}

#[test]
fn code_that_the_view_blanks_is_a_use_or_is_reported() {
    let file = read(
        "void f(void) { y = container_of(p, struct a, m); z = offsetof(struct a, m); }\n\
         struct a { int n; int m[] __counted_by(n); };\n",
    );
    assert_eq!(
        told(&file, &member_uses(&file, "m")),
        "unevaluated m, unevaluated m, declare m"
    );
    assert_eq!(
        told(&file, &member_uses(&file, "n")),
        "declare n, unevaluated n"
    );
}

#[test]
fn loop_macros_write_their_cursor_and_read_the_rest() {
    let file = read(
        "void f(void) { list_for_each_entry(x->m, &y->m, m) { z(x->m); } \
         for_each_sg(x->m, y->m, z->m, i) a(); for_each_child_of_node(x->m, child) b(); }\n",
    );
    assert_eq!(
        told(&file, &member_uses(&file, "m")),
        "write x->m, address y->m, read m, read x->m, read x->m, write y->m, read z->m, read x->m"
    );
    let names: Vec<_> = calls(&file, 0..file.bytes().len())
        .into_iter()
        .map(|call| call.name)
        .collect();
    assert_eq!(
        names,
        [
            "list_for_each_entry",
            "z",
            "for_each_sg",
            "a",
            "for_each_child_of_node",
            "b"
        ]
    );
}
