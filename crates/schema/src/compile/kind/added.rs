//! Changes that add something with a name: `member`, `function`, `macro`, `include`, `line`, `rust-method`.

use crate::compile::Compiler;
use crate::compile::place::places;
use crate::compile::words::{all, optional};
use crate::model::{Function, Include, Line, Macro, MacroArm, Member, RecordKind, RustMethod};
use crate::raw::{
    ArmKeys, FunctionKeys, IncludeKeys, LineKeys, MacroKeys, MemberKeys, RustMethodKeys, Text,
};

impl Compiler<'_> {
    pub(super) fn member(&mut self, keys: &MemberKeys) -> Option<Member> {
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
                self.mistakes.report(
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

    pub(super) fn function(&mut self, keys: &FunctionKeys) -> Option<Function> {
        let define = keys.define.as_ref();
        let name = define.and_then(|text| self.defined_function(text));
        let beside = self.beside_name(places!(keys), "function");
        Some(Function {
            define: define?.value.trim_matches('\n').to_owned(),
            name: name?,
            beside: beside?,
        })
    }

    pub(super) fn macro_kind(&mut self, keys: &MacroKeys) -> Option<Macro> {
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
                self.mistakes
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
            self.mistakes.report(&text.span, message, "torn body", help);
            return None;
        }
        Some(body)
    }

    pub(super) fn include(&mut self, keys: &IncludeKeys) -> Option<Include> {
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
        self.mistakes
            .report(&text.span, message, "malformed header", help);
        None
    }

    pub(super) fn line_kind(&mut self, keys: &LineKeys) -> Option<Line> {
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

    pub(super) fn rust_method(&mut self, keys: &RustMethodKeys) -> Option<RustMethod> {
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
