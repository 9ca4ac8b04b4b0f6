//! What becomes of a condition: `or`, `and`, `with`, which `test` and `split` share.

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
            Some(make(template))
        });
        let mut made = all(made)?;
        let only = made.pop();
        if made.is_empty() { only } else { None }
    }
}
