//! Changes of code that is there: `assign`, `test`, `split`, `comment`, `rewrite`.

use query::pattern::{Fragment, Pattern, Template};

use crate::compile::Compiler;
use crate::compile::place::places;
use crate::compile::words::{all, optional};
use crate::model::{Assign, Comment, Rewrite, Span, Split, Test, Widening};
use crate::raw::{AssignKeys, CommentKeys, RewriteKeys, SplitKeys, TestKeys, Text, Texts};

/// What a test becomes, as a table writes it.
struct Becomes<'r> {
    or: Option<&'r Text>,
    and: Option<&'r Text>,
    with: Option<&'r Text>,
    span: &'r Span,
}

impl Compiler<'_> {
    pub(super) fn assign(
        &mut self,
        keys: &AssignKeys,
        functions: Option<&Texts>,
    ) -> Option<Assign> {
        let functions = self.named_functions(functions, &keys.span);
        let beside = self.beside_code(places!(keys));
        let when = optional(keys.when.as_ref(), |text| {
            self.template(text, Fragment::Expression)
        });
        let set = keys.set.as_ref().and_then(|text| {
            self.assignment(text)?;
            self.template(text, Fragment::Expression)
        });
        if let Some(beside) = &beside {
            let by_key = if keys.after.is_some() {
                "after"
            } else {
                "before"
            };
            for (key, text, template) in [
                (
                    "when",
                    keys.when.as_ref(),
                    when.as_ref().and_then(Option::as_ref),
                ),
                ("set", keys.set.as_ref(), set.as_ref()),
            ] {
                self.bound_if_made(text, template, key, &beside.anchors, by_key);
            }
        }
        Some(Assign {
            functions: functions?,
            beside: beside?,
            when: when?,
            set: set?,
        })
    }

    fn bound_if_made(
        &mut self,
        text: Option<&Text>,
        template: Option<&Template>,
        key: &str,
        by: &[Pattern],
        by_key: &str,
    ) {
        if let (Some(text), Some(template)) = (text, template) {
            self.bound(text, template, key, by, by_key);
        }
    }

    /// One of `or`, `and`, `with`, bound by the patterns of `where`.
    fn widening(&mut self, becomes: &Becomes<'_>, tests: Option<&[Pattern]>) -> Option<Widening> {
        type Make = fn(Template) -> Widening;
        let given: Vec<(&str, &Text, Make)> = [
            ("or", becomes.or, Widening::Or as Make),
            ("and", becomes.and, Widening::And as Make),
            ("with", becomes.with, Widening::With as Make),
        ]
        .into_iter()
        .filter_map(|(key, text, make)| Some((key, text?, make)))
        .collect();
        for (key, text, _) in given.iter().skip(1) {
            let first = given.first().map_or("", |(key, _, _)| key);
            let message = format!("both `{first}` and `{key}` are given");
            let help = "a test is widened by `or`, narrowed by `and`, or replaced by `with`";
            self.mistakes
                .report(&text.span, message, "one of them is enough", help);
        }
        if given.is_empty() {
            let help = "`or` widens the test, `and` narrows it, `with` replaces it";
            let message = "none of `or`, `and` and `with` says what becomes of the test";
            self.mistakes
                .report(becomes.span, message, "becomes what?", help);
        }
        let made = given.iter().map(|(key, text, make)| {
            let template = self.template(text, Fragment::Expression)?;
            self.bound(text, &template, key, tests?, "where");
            Some(make(template))
        });
        let mut made = all(made)?;
        let only = made.pop();
        if made.is_empty() { only } else { None }
    }

    fn tests(&mut self, texts: Option<&Texts>) -> Option<Vec<Pattern>> {
        self.patterns(texts?, "where", Fragment::Expression)
    }

    pub(super) fn test(&mut self, keys: &TestKeys, functions: Option<&Texts>) -> Option<Test> {
        let functions = self.functions(functions);
        let tests = self.tests(keys.r#where.as_ref());
        let becomes = Becomes {
            or: keys.or.as_ref(),
            and: keys.and.as_ref(),
            with: keys.with.as_ref(),
            span: &keys.span,
        };
        let becomes = self.widening(&becomes, tests.as_deref());
        Some(Test {
            functions: functions?,
            tests: tests?,
            becomes: becomes?,
        })
    }

    pub(super) fn split(&mut self, keys: &SplitKeys, functions: Option<&Texts>) -> Option<Split> {
        let functions = self.named_functions(functions, &keys.span);
        let tests = self.tests(keys.r#where.as_ref());
        let before = keys.before.as_ref();
        let before = before.and_then(|texts| self.patterns(texts, "before", Fragment::Any));
        let becomes = Becomes {
            or: keys.or.as_ref(),
            and: keys.and.as_ref(),
            with: keys.with.as_ref(),
            span: &keys.span,
        };
        let becomes = self.widening(&becomes, tests.as_deref());
        Some(Split {
            functions: functions?,
            tests: tests?,
            before: before?,
            becomes: becomes?,
        })
    }

    pub(super) fn comment(
        &mut self,
        keys: &CommentKeys,
        comment: Option<&str>,
        functions: Option<&Texts>,
    ) -> Option<Comment> {
        let functions = self.functions(functions);
        let words = keys.words.as_ref().map_or(Some(Vec::new()), |texts| {
            let items = self.some(texts, "words")?;
            all(items.iter().map(|text| self.prose(text, "words")))
        });
        let before = keys.before.as_ref().map_or(Some(Vec::new()), |texts| {
            self.patterns(texts, "before", Fragment::Any)
        });
        if keys.words.is_some() == keys.before.is_some() {
            let help = "`words` are those of the comment to replace; `before` is the statement that gets one";
            let message = if keys.words.is_some() {
                "both `words` and `before` are given"
            } else {
                "neither `words` nor `before` says where"
            };
            self.mistakes
                .report(&keys.span, message, "which comment?", help);
            return None;
        }
        if comment.is_none() {
            let help = "`comment = \"…\"` has the new words";
            self.mistakes.report(
                &keys.span,
                "the change lacks the key `comment`",
                "which words?",
                help,
            );
            return None;
        }
        Some(Comment {
            functions: functions?,
            words: words?,
            before: before?,
        })
    }

    pub(super) fn rewrite(
        &mut self,
        keys: &RewriteKeys,
        functions: Option<&Texts>,
    ) -> Option<Rewrite> {
        let functions = self.functions(functions);
        let patterns = keys.pattern.as_ref();
        let patterns = patterns.and_then(|texts| self.patterns(texts, "pattern", Fragment::Any));
        let replacement = keys
            .to
            .as_ref()
            .and_then(|text| self.template(text, Fragment::Any));
        let by = patterns.as_deref().unwrap_or_default();
        self.bound_if_made(keys.to.as_ref(), replacement.as_ref(), "to", by, "pattern");
        Some(Rewrite {
            functions: functions?,
            patterns: patterns?,
            replacement: replacement?,
        })
    }
}
