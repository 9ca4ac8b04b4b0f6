//! `rewrite`: a pattern replaced.

use dialect::token::{TokenKind, tokens};
use query::pattern::{Fragment, Pattern, Template};

use super::{Given, Kind, Subject};
use crate::compile::Compiler;
use crate::raw::{Text, Texts, section};

section! {
    /// A pattern replaced; what its metavariables match keeps its own bytes, and so do comments, annotations
    /// (`__iomem`, `__init`) and layout between the code that old and new form have in common. One that would be lost is
    /// an error; an annotation in `pattern` that `to` leaves out is declared to go.
    RewriteKeys {
        /// The functions it is confined to; without it, the whole file.
        Optional function: Texts,
        /// The old form: a pattern, or alternatives.
        Required pattern: Texts,
        /// The new form; `""` deletes the match, which has to be whole statements, declarations or members. A statement, or
        /// the head of a definition, on lines of its own (`'''…'''`) is broken as it is here; else as the old one was.
        Required to: Text,
    }
}

/// Pattern to replacement.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// The functions it is confined to. Empty: the whole file.
    pub functions: Vec<String>,
    /// The old form: the first that matches.
    pub patterns: Vec<Pattern>,
    /// The new form.
    pub replacement: Template,
}

impl Kind for Rewrite {
    type Keys = RewriteKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/vfio_pci_config.c"
pattern = "kmalloc($SIZE, GFP_KERNEL)"
to = "kmalloc($SIZE, GFP_KERNEL_ACCOUNT)"
all = true
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(keys: &RewriteKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &RewriteKeys, given: &Given<'_>) -> Option<Self> {
        super::no_comment(compiler, given, "write it in `to`");
        let functions = compiler.functions(given.functions);
        let patterns = keys.pattern.as_ref();
        let patterns =
            patterns.and_then(|texts| compiler.patterns(texts, "pattern", Fragment::Any));
        let replacement = keys.to.as_ref().and_then(|text| {
            if text.value.trim().is_empty() {
                return Some(Template::empty());
            }
            no_directive(compiler, text)?;
            let template = compiler.template(text, Fragment::Any)?;
            changes_code(compiler, text, keys.pattern.as_ref());
            let by = patterns.as_deref().unwrap_or_default();
            compiler.bound(text, &template, "to", by, "pattern");
            statements_stay(compiler, text, &template, by);
            Some(template)
        });
        Some(Self {
            functions: functions?,
            patterns: patterns?,
            replacement: replacement?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Within(&self.functions)
    }
}

/// A statement cannot come where an expression is.
fn statements_stay(compiler: &mut Compiler<'_>, to: &Text, template: &Template, by: &[Pattern]) {
    let forms = by
        .iter()
        .filter_map(|pattern| Template::compile(pattern.text(), Fragment::Any).ok());
    let forms: Vec<Template> = forms.collect();
    for name in template.metavariables() {
        let was_statement = forms.iter().any(|form| form.is_statement(&name));
        if !was_statement || template.takes_statement(&name) {
            continue;
        }
        let at = to.value.find(&name).map_or(0..to.value.len(), |at| {
            at.saturating_sub(1)..at + name.len()
        });
        let span = compiler.inside(to, &at);
        let message =
            format!("`${name}` is a statement in `pattern`, and `to` has it in an expression");
        let help = "let the pattern say what the statement is: `return $X;` binds the expression";
        compiler
            .mistakes
            .report(&span, message, "an expression here", help);
    }
}

/// A directive ends with its line and belongs to no expression or statement.
fn no_directive(compiler: &mut Compiler<'_>, text: &Text) -> Option<()> {
    let mut tokens = tokens(text.value.as_bytes()).into_iter();
    let Some(directive) = tokens.find(|token| token.kind == TokenKind::Directive) else {
        return Some(());
    };
    let span = compiler.inside(text, &directive.range);
    compiler.mistakes.report(
        &span,
        "a preprocessor directive in `to`",
        "not code",
        "declare a function or a macro that has the `#if` inside (`kind = \"function\"`), and call it here",
    );
    None
}

/// A form that is rewritten to itself declares nothing, and would be found to be there in every tree.
fn changes_code(compiler: &mut Compiler<'_>, to: &Text, patterns: Option<&Texts>) {
    let code = |text: &str, with_comments: bool| -> Vec<String> {
        let code = tokens(text.as_bytes()).into_iter();
        let code = code.filter(|token| with_comments || token.kind != TokenKind::Comment);
        code.filter_map(|token| text.get(token.range).map(str::to_owned))
            .collect()
    };
    let new = code(&to.value, false);
    let same = patterns
        .into_iter()
        .flat_map(|texts| &texts.items)
        .find(|pattern| code(&pattern.value, false) == new);
    let Some(same) = same else { return };
    let (message, help) = if code(&same.value, true) == code(&to.value, true) {
        (
            "`to` is `pattern` again: the change changes nothing",
            "write in `to` what `pattern` is to become",
        )
    } else {
        (
            "`to` differs from `pattern` in a comment alone, which a pattern does not see",
            "to change a comment, use `kind = \"comment\"`",
        )
    };
    compiler
        .mistakes
        .report(&to.span, message, "the same code", help);
}
