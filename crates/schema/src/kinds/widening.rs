//! What becomes of a condition: `or`, `and`, `with`, which `test` and `split` share.

use dialect::token::texts;
use query::pattern::{Fragment, Pattern, Template};

use crate::compile::Compiler;
use crate::compile::words::all;
use crate::diagnostics::Span;
use crate::raw::{Text, Texts};

/// What becomes of a test.
#[derive(Clone, Debug)]
pub enum Widening {
    /// `or = "…"`: `old || this`
    Or(Template),
    /// `and = "…"`: `old && this`
    And(Template),
    /// `with = "…"`: this instead
    With(Template),
}

/// What a test becomes, as a table writes it.
pub(super) struct Becomes<'r> {
    pub(super) or: Option<&'r Text>,
    pub(super) and: Option<&'r Text>,
    pub(super) with: Option<&'r Text>,
    pub(super) span: &'r Span,
}

/// The old tests: the key `where`.
pub(super) fn tests(compiler: &mut Compiler<'_>, texts: Option<&Texts>) -> Option<Vec<Pattern>> {
    compiler.patterns(texts?, "where", Fragment::Expression)
}

impl Becomes<'_> {
    /// One of `or`, `and`, `with`, bound by the patterns of `where`.
    pub(super) fn compile(
        &self,
        compiler: &mut Compiler<'_>,
        tests: Option<&[Pattern]>,
    ) -> Option<Widening> {
        type Make = fn(Template) -> Widening;
        let given: Vec<(&str, &Text, Make)> = [
            ("or", self.or, Widening::Or as Make),
            ("and", self.and, Widening::And as Make),
            ("with", self.with, Widening::With as Make),
        ]
        .into_iter()
        .filter_map(|(key, text, make)| Some((key, text?, make)))
        .collect();
        for (key, text, _) in given.iter().skip(1) {
            let first = given.first().map_or("", |(key, _, _)| key);
            let message = format!("both `{first}` and `{key}` are given");
            let help = "a test is widened by `or`, narrowed by `and`, or replaced by `with`";
            compiler
                .mistakes
                .report(&text.span, message, "one of them is enough", help);
        }
        if given.is_empty() {
            let help = "`or` widens the test, `and` narrows it, `with` replaces it";
            let message = "none of `or`, `and` and `with` says what becomes of the test";
            compiler
                .mistakes
                .report(self.span, message, "becomes what?", help);
        }
        let made = given.iter().map(|(key, text, make)| {
            let template = compiler.template(text, Fragment::Expression)?;
            compiler.bound(text, &template, key, tests?, "where");
            if *key != "with" {
                asks_something_new(compiler, text, key, tests?)?;
            }
            Some(make(template))
        });
        let mut made = all(made)?;
        let only = made.pop();
        if made.is_empty() { only } else { None }
    }
}

/// A test joined with itself asks nothing new, and with its negation nothing at all.
fn asks_something_new(
    compiler: &mut Compiler<'_>,
    text: &Text,
    key: &str,
    tests: &[Pattern],
) -> Option<()> {
    let code = |text: &str| -> String { texts(text.as_bytes()).collect::<Vec<_>>().join(" ") };
    let new = code(&text.value);
    let old = tests.iter().map(|test| code(test.text()));
    let mut faults = old.filter_map(|old| {
        if new == old {
            return Some("is the test itself: the change changes nothing");
        }
        let negated = format!("! {old}");
        (new == negated).then_some("is the test negated: what comes of both is a constant")
    });
    let Some(fault) = faults.next() else {
        return Some(());
    };
    let message = format!("`{key}` {fault}");
    let help = "write what is asked beside the old test";
    compiler
        .mistakes
        .report(&text.span, message, "nothing new", help);
    None
}
