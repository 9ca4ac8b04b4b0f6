//! Changes, kind by kind.

use kernel_c::pattern::{Fragment, Pattern, Template};

use super::Compiler;
use super::place::places;
use super::words::{all, optional};
use crate::model::{
    Assign, ChangeKind, Comment, Function, Include, Line, Macro, MacroArm, Member, RecordKind,
    Rewrite, RustMethod, Span, Split, Test, Widening,
};
use crate::raw::{
    ArmKeys, AssignKeys, ChangeKeys, CommentKeys, FunctionKeys, IncludeKeys, LineKeys, MacroKeys,
    MemberKeys, RewriteKeys, RustMethodKeys, SplitKeys, TestKeys, Text, Texts,
};

/// The `function` key of the kinds that have one.
pub(super) fn functions_of(own: &ChangeKeys) -> Option<&Texts> {
    match own {
        ChangeKeys::Assign(keys) => keys.function.as_ref(),
        ChangeKeys::Test(keys) => keys.function.as_ref(),
        ChangeKeys::Split(keys) => keys.function.as_ref(),
        ChangeKeys::Comment(keys) => keys.function.as_ref(),
        ChangeKeys::Rewrite(keys) => keys.function.as_ref(),
        _ => None,
    }
}

/// What a test becomes, as a table writes it.
struct Becomes<'r> {
    or: Option<&'r Text>,
    and: Option<&'r Text>,
    with: Option<&'r Text>,
    span: &'r Span,
}

impl Compiler<'_> {
    /// `comment` is the change's; `inherited` are the functions where `own` names none.
    pub(super) fn kind(
        &mut self,
        own: &ChangeKeys,
        comment: Option<&str>,
        inherited: Option<&Texts>,
    ) -> Option<ChangeKind> {
        let functions = functions_of(own).or(inherited);
        match own {
            ChangeKeys::Member(keys) => self.member(keys).map(ChangeKind::Member),
            ChangeKeys::Assign(keys) => self.assign(keys, functions).map(ChangeKind::Assign),
            ChangeKeys::Test(keys) => self.test(keys, functions).map(ChangeKind::Test),
            ChangeKeys::Split(keys) => self.split(keys, functions).map(ChangeKind::Split),
            ChangeKeys::Function(keys) => self.function(keys).map(ChangeKind::Function),
            ChangeKeys::Macro(keys) => self.macro_kind(keys).map(ChangeKind::Macro),
            ChangeKeys::Include(keys) => self.include(keys).map(ChangeKind::Include),
            ChangeKeys::Comment(keys) => self
                .comment(keys, comment, functions)
                .map(ChangeKind::Comment),
            ChangeKeys::Rewrite(keys) => self.rewrite(keys, functions).map(ChangeKind::Rewrite),
            ChangeKeys::Line(keys) => self.line_kind(keys).map(ChangeKind::Line),
            ChangeKeys::RustMethod(keys) => self.rust_method(keys).map(ChangeKind::RustMethod),
        }
    }

    fn functions(&mut self, texts: Option<&Texts>) -> Option<Vec<String>> {
        self.identifiers(texts, "function", "function")
    }

    /// As [`Self::functions`], where one has to be named.
    fn named_functions(&mut self, texts: Option<&Texts>, span: &Span) -> Option<Vec<String>> {
        let functions = self.functions(texts)?;
        if functions.is_empty() {
            let help = "`function = \"…\"`, or a list of alternatives";
            self.sink.report(
                span,
                "the change lacks the key `function`",
                "in which function?",
                help,
            );
            return None;
        }
        Some(functions)
    }

    fn member(&mut self, keys: &MemberKeys) -> Option<Member> {
        let record = match (&keys.r#struct, &keys.union) {
            (Some(tag), None) => Some((RecordKind::Struct, tag)),
            (None, Some(tag)) => Some((RecordKind::Union, tag)),
            (first, _) => {
                let both = first.is_some();
                let message = if both {
                    "both `struct` and `union` are given"
                } else {
                    "neither `struct` nor `union` is given"
                };
                self.sink.report(
                    &keys.span,
                    message,
                    "which record?",
                    "`struct = \"pci_dev\"`",
                );
                None
            }
        };
        let record =
            record.and_then(|(kind, tag)| Some((kind, self.identifier(tag, "struct or union")?)));
        let beside = self.beside_name(places!(keys), "member");
        let declare = keys.declare.as_ref();
        let name = declare.and_then(|text| self.declared_member(text));
        let (record_kind, record) = record?;
        Some(Member {
            record_kind,
            record,
            beside: beside?,
            declare: declare?.value.trim().to_owned(),
            name: name?,
        })
    }

    fn assign(&mut self, keys: &AssignKeys, functions: Option<&Texts>) -> Option<Assign> {
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
            self.sink
                .report(&text.span, message, "one of them is enough", help);
        }
        if given.is_empty() {
            let help = "`or` widens the test, `and` narrows it, `with` replaces it";
            let message = "none of `or`, `and` and `with` says what becomes of the test";
            self.sink
                .report(becomes.span, message, "becomes what?", help);
        }
        let [(key, text, make)] = given.as_slice() else {
            return None;
        };
        let template = self.template(text, Fragment::Expression)?;
        self.bound(text, &template, key, tests.unwrap_or_default(), "where");
        Some(make(template))
    }

    fn tests(&mut self, texts: Option<&Texts>) -> Option<Vec<Pattern>> {
        self.patterns(texts?, "where", Fragment::Expression)
    }

    fn test(&mut self, keys: &TestKeys, functions: Option<&Texts>) -> Option<Test> {
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

    fn split(&mut self, keys: &SplitKeys, functions: Option<&Texts>) -> Option<Split> {
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

    fn function(&mut self, keys: &FunctionKeys) -> Option<Function> {
        let define = keys.define.as_ref();
        let name = define.and_then(|text| self.defined_function(text));
        let beside = self.beside_name(places!(keys), "function");
        Some(Function {
            define: define?.value.trim_matches('\n').to_owned(),
            name: name?,
            beside: beside?,
        })
    }

    fn macro_kind(&mut self, keys: &MacroKeys) -> Option<Macro> {
        let name = keys
            .name
            .as_ref()
            .and_then(|text| self.identifier(text, "macro"));
        let params = optional(keys.params.as_ref(), |texts| {
            all(texts.items.iter().map(|text| self.parameter(text)))
        });
        let beside = self.required_beside(places!(keys), |compiler, text| {
            compiler.identifier(text, "macro")
        });
        let arms = self.arms(keys);
        Some(Macro {
            name: name?,
            params: params?,
            beside: beside?,
            arms: arms?,
        })
    }

    fn parameter(&mut self, text: &Text) -> Option<String> {
        if text.value == "..." {
            return Some(text.value.clone());
        }
        let name = text.value.strip_suffix("...").unwrap_or(&text.value);
        let plain = Text {
            value: name.to_owned(),
            span: text.span.clone(),
        };
        self.identifier(&plain, "parameter")?;
        Some(text.value.clone())
    }

    fn arms(&mut self, keys: &MacroKeys) -> Option<Vec<MacroArm>> {
        match (&keys.body, &keys.arms) {
            (Some(body), None) => {
                let body = self.body(body)?;
                Some(vec![MacroArm { when: None, body }])
            }
            (None, Some(arms)) if !arms.is_empty() => all(arms.iter().map(|arm| self.arm(arm))),
            (body, arms) => {
                let message = match (body, arms) {
                    (Some(_), Some(_)) => "both `body` and `arms` are given",
                    (None, None) => "neither `body` nor `arms` is given",
                    _ => "`arms` is an empty list",
                };
                let help = "`body` where it is the same wherever the neighbour is, `arms` where each `#if` arm has its own";
                self.sink
                    .report(&keys.span, message, "defined as what?", help);
                None
            }
        }
    }

    fn arm(&mut self, keys: &ArmKeys) -> Option<MacroArm> {
        let when = keys.when.as_ref().and_then(|text| self.condition(text));
        let body = keys.body.as_ref().and_then(|text| self.body(text));
        Some(MacroArm {
            when: Some(when?),
            body: body?,
        })
    }

    /// A macro's body: each line but the last goes on with a backslash.
    fn body(&mut self, text: &Text) -> Option<String> {
        let body = self.prose(text, "body")?;
        let lines: Vec<&str> = body.lines().collect();
        let last = lines.len().saturating_sub(1);
        let torn = lines
            .iter()
            .enumerate()
            .find(|(index, line)| (*index < last) != line.ends_with('\\'));
        if let Some((_, line)) = torn.filter(|_| !body.is_empty()) {
            let message = format!("the line `{line}` ends wrongly for a macro's body");
            let help =
                "each line but the last ends with a backslash; write the body between ''' and '''";
            self.sink.report(&text.span, message, "torn body", help);
            return None;
        }
        Some(body)
    }

    /// `CONFIG_PCI` or `!CONFIG_PCI`
    pub(super) fn condition(&mut self, text: &Text) -> Option<String> {
        let name = text.value.strip_prefix('!').unwrap_or(&text.value);
        if super::place::is_identifier(name) {
            return Some(text.value.clone());
        }
        let message = format!("`{}` is not a condition", text.value.escape_debug());
        let help = "write `CONFIG_PCI` or `!CONFIG_PCI`";
        self.sink
            .report(&text.span, message, "malformed condition", help);
        None
    }

    fn include(&mut self, keys: &IncludeKeys) -> Option<Include> {
        let header = keys.header.as_ref().and_then(|text| self.header(text));
        let beside = self.beside(places!(keys), |compiler, text| {
            compiler.line(text, "include")
        });
        Some(Include {
            header: header?,
            beside: beside?,
        })
    }

    fn header(&mut self, text: &Text) -> Option<String> {
        let header = text.value.as_str();
        let inner = header
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
            .or_else(|| {
                header
                    .strip_prefix('"')
                    .and_then(|rest| rest.strip_suffix('"'))
            });
        let fits = |c: char| c.is_ascii_alphanumeric() || "._+-/".contains(c);
        if inner.is_some_and(|inner| !inner.is_empty() && inner.chars().all(fits)) {
            return Some(header.to_owned());
        }
        let message = format!("`{}` is not a header", header.escape_debug());
        let help = "write the delimiters too: `'<linux/pci.h>'` or `'\"pci.h\"'`";
        self.sink
            .report(&text.span, message, "malformed header", help);
        None
    }

    fn comment(
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
            self.sink
                .report(&keys.span, message, "which comment?", help);
            return None;
        }
        if comment.is_none() {
            let help = "`comment = \"…\"` has the new words";
            self.sink.report(
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

    fn rewrite(&mut self, keys: &RewriteKeys, functions: Option<&Texts>) -> Option<Rewrite> {
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

    fn line_kind(&mut self, keys: &LineKeys) -> Option<Line> {
        let add = keys.add.as_ref();
        let checked = add.and_then(|text| self.raw_line(text));
        let beside = self.beside(places!(keys), |compiler, text| compiler.raw_line(text));
        Some(Line {
            add: checked?.trim_end().to_owned(),
            beside: beside?,
        })
    }

    /// One line with its indentation.
    fn raw_line(&mut self, text: &Text) -> Option<String> {
        let tabs_apart = Text {
            value: text.value.replace('\t', " "),
            span: text.span.clone(),
        };
        self.line(&tabs_apart, "line")?;
        Some(text.value.clone())
    }

    fn rust_method(&mut self, keys: &RustMethodKeys) -> Option<RustMethod> {
        let type_name = keys
            .r#type
            .as_ref()
            .and_then(|text| self.identifier(text, "type"));
        let define = keys.define.as_ref();
        let name = define.and_then(|text| self.defined_method(text));
        let beside = self.beside_name(places!(keys), "method");
        Some(RustMethod {
            type_name: type_name?,
            define: define?.value.trim_matches('\n').to_owned(),
            name: name?,
            beside: beside?,
        })
    }
}
