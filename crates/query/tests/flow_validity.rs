//! Whether a guard is still so where the code is that it guards: one row a function body.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::flow::{Flow, Guard, Validity, implied_by};
use query::pattern::{Fragment, Isomorphisms, Pattern};
use query::types::NoOtherFile;
use syntax::Reader;

const HEAD: &str = "struct dev { int on; int off; struct dev *sub; int busy[4]; };\n\
    static int ready;\n\
    static void clear(struct dev *x) { x->on = 0; }\n\
    static void through(struct dev *x) { clear(x); }\n\
    static void close(void) { ready = 0; }\n\
    static void other(struct dev *x) { x->off = 0; }\n";

/// What guards of `boom(…)` that are `by` are worth.
fn told(body: &str, by: &str) -> String {
    let source =
        format!("{HEAD}void f(struct dev *d, struct dev *e, struct dev s)\n{{\n{body}\n}}\n");
    let path = TreePath::new("a.c").expect("a path");
    let file = File::from(Reader::standalone().read(&path, Arc::from(source.as_bytes())));
    assert!(file.unread().is_empty(), "{body}");
    let function = file.functions_named("f");
    let flow = Flow::of(&file, function.first().expect("f")).expect("a graph");
    let isomorphisms = Isomorphisms::default();
    let by = Pattern::compile(by, Fragment::Expression, &isomorphisms).expect("a pattern");
    let at = source.find("boom(").expect("a call");
    let end = at + source[at..].find(')').expect("its end") + 1;
    let is_by = |guard: &Guard| {
        let guards = std::slice::from_ref(guard);
        implied_by(&file, guards, &by, &isomorphisms, &NoOtherFile).is_ok_and(|implied| implied)
    };
    let guarding = flow.guarding(&mut |guard| !guard.cases.is_empty() || is_by(guard));
    let mut worst = "none";
    for guard in guarding.at(&(at..end)).filter(is_by) {
        worst = match flow.validity(&file, &guard, &(at..end)) {
            Validity::Valid => return "valid".to_owned(),
            Validity::Doubtful(_) => "doubtful",
            Validity::Stale(_) if worst == "none" => "stale",
            Validity::Stale(_) => worst,
        };
    }
    worst.to_owned()
}

/// Body, guard, and what it is worth.
const BODIES: &[(&str, &str, &str)] = &[
    ("if (d->on) boom(d);", "d->on", "valid"),
    ("if (d->on) { e = d; boom(d); }", "d->on", "valid"),
    (
        "if (d->on) { d->off = 0; other(d); boom(d); }",
        "d->on",
        "valid",
    ),
    ("if (d->on) { next(d); boom(d); d = e; }", "d->on", "valid"),
    (
        "if (!d->on) return; e = next(d); boom(d);",
        "d->on",
        "valid",
    ),
    ("if (d->on) d = boom(d);", "d->on", "valid"),
    ("if (d->on) boom(&d);", "d->on", "valid"),
    ("while (d->on) { boom(d); d = d->sub; }", "d->on", "valid"),
    (
        "for (; d; d = d->sub) { if (!d->on) continue; boom(d); }",
        "d->on",
        "valid",
    ),
    ("if (s.on) { s.off = 1; boom(d); }", "s.on", "valid"),
    // What ended a loop.
    ("while (!d->on) d->off++; boom(d);", "d->on", "valid"),
    ("while (!d->on) d = d->sub; boom(d);", "d->on", "valid"),
    ("do d->off++; while (!d->on); boom(d);", "d->on", "valid"),
    ("for (;;) if (d->on) break; boom(d);", "d->on", "valid"),
    ("for (; !d->on; ) if (e) break; boom(d);", "d->on", "none"),
    ("while (!d->on) ; d = e; boom(d);", "d->on", "stale"),
    ("do boom(d); while (d->on);", "d->on", "none"),
    ("while (d->on) ; boom(d);", "d->on", "none"),
    // Written.
    ("if (d->on) { d->on = 0; boom(d); }", "d->on", "stale"),
    ("if (d->on) { d->on--; boom(d); }", "d->on", "stale"),
    ("if (d->on) { d->on &= 2; boom(d); }", "d->on", "stale"),
    ("if (d->on) { (d)->on = 0; boom(d); }", "d->on", "stale"),
    (
        "if (d->on) { WRITE_ONCE(d->on, 0); boom(d); }",
        "d->on",
        "stale",
    ),
    ("if (d->on) { *d = *e; boom(d); }", "d->on", "stale"),
    (
        "if (d->on) { memset(d, 0, sizeof(*d)); boom(d); }",
        "d->on",
        "stale",
    ),
    (
        "if (s.on) { memset(&s, 0, sizeof(s)); boom(d); }",
        "s.on",
        "stale",
    ),
    ("if (s.on) { s = *e; boom(d); }", "s.on", "stale"),
    (
        "if (d->busy[1]) { d->busy[1] = 0; boom(d); }",
        "d->busy[1]",
        "stale",
    ),
    (
        "if (d->on) { if (e) d->on = 0; boom(d); }",
        "d->on",
        "stale",
    ),
    ("if (d->on && !(d->on = 0)) boom(d);", "d->on", "stale"),
    // The pointer is another one.
    ("if (d->on) { d = e; boom(d); }", "d->on", "stale"),
    ("if (d->on) d++, boom(d);", "d->on", "stale"),
    ("if (d->on && (d = next(d))) boom(d);", "d->on", "stale"),
    (
        "if (!d->on) return; d = next(d); boom(d);",
        "d->on",
        "stale",
    ),
    (
        "if (d->sub->on) { d->sub = e; boom(d); }",
        "d->sub->on",
        "stale",
    ),
    (
        "if (d->on) for (;;) { boom(d); d = d->sub; }",
        "d->on",
        "stale",
    ),
    (
        "if (d->on) list_for_each_entry(d, &list, node) boom(d);",
        "d->on",
        "stale",
    ),
    (
        "if (d->on) { again: boom(d); d = next(d); goto again; }",
        "d->on",
        "stale",
    ),
    (
        "if (d->on) { asm(\"\" : \"=r\"(d)); boom(d); }",
        "d->on",
        "stale",
    ),
    // It is another variable of the name.
    (
        "if (d->on) { struct dev *d = e; boom(d); }",
        "d->on",
        "stale",
    ),
    (
        "if (d->on) for (struct dev *d = e; d; d = d->sub) boom(d);",
        "d->on",
        "stale",
    ),
    (
        "{ struct dev *d = e; if (!d->on) return; } boom(d);",
        "d->on",
        "stale",
    ),
    // It may be.
    ("if (d->on) { refresh(&d); boom(d); }", "d->on", "doubtful"),
    (
        "if (d->on) { reset(&d->on); boom(d); }",
        "d->on",
        "doubtful",
    ),
    ("if (d->on) { e->on = 0; boom(d); }", "d->on", "doubtful"),
    (
        "struct dev **p = &d; if (d->on) { *p = e; boom(d); }",
        "d->on",
        "doubtful",
    ),
    ("if (d->on) { clear(d); boom(d); }", "d->on", "doubtful"),
    ("if (d->on) { through(d); boom(d); }", "d->on", "doubtful"),
    ("if (ready) { close(); boom(d); }", "ready", "doubtful"),
    ("if (ready) { other(d); boom(d); }", "ready", "valid"),
    // It is tested again.
    (
        "if (d->on) { d = e; if (d->on) boom(d); }",
        "d->on",
        "valid",
    ),
    (
        "if (d->on) { d->on = 0; if (!d->on) return; boom(d); }",
        "d->on",
        "valid",
    ),
    // No guard at all.
    ("if (d->on) return; boom(d);", "d->on", "none"),
    ("if (d->on || e) boom(d);", "d->on", "none"),
    ("if (d->on) e = d; boom(d);", "d->on", "none"),
    (
        "if (e) goto in; if (d->on) { in: boom(d); }",
        "d->on",
        "none",
    ),
    ("switch (d->on) { case 0: boom(d); }", "d->on", "none"),
    ("switch (d->on) { case 1: boom(d); }", "d->on == 1", "valid"),
    (
        "switch (d->on) { case 1: d = e; boom(d); }",
        "d->on == 1",
        "stale",
    ),
    (
        "switch (d->on) { case 2: foo(); case 1: boom(d); }",
        "d->on == 1",
        "none",
    ),
    // An operand that a configuration lacks.
    (
        "if (e\n#ifdef X\n&& d->on\n#endif\n) boom(d);",
        "d->on",
        "none",
    ),
    (
        "if (\n#ifdef X\nd->on &&\n#endif\ne) boom(d);",
        "d->on",
        "none",
    ),
    (
        "if (\n#ifdef X\ne &&\n#endif\nd->on) boom(d);",
        "d->on",
        "valid",
    ),
    (
        "if (e\n#ifdef X\n|| s.on\n#endif\n|| 0) return; if (d->on) boom(d);",
        "d->on",
        "valid",
    ),
];

#[test]
fn guards_die_with_what_they_rest_on() {
    let wrong: Vec<String> = BODIES
        .iter()
        .map(|(body, by, expected)| (body, by, expected, told(body, by)))
        .filter(|(.., expected, got)| got != **expected)
        .map(|(body, by, expected, got)| format!("{body} [{by}]: expected {expected}, got {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
