//! `insert`: statements put into a function.

mod code;

use code::Code;
pub(super) use code::statements;

use query::pattern::{Fragment, Pattern, Template};

use super::{Given, Kind, Subject};
use crate::beside::{Beside, Side};
use crate::compile::Compiler;
use crate::compile::place::places;
use crate::compile::words::{all, blank_around, optional};
use crate::raw::{Flag, Text, Texts, section};

section! {
    /// Statements put into a function: beside another, at its start or end, or behind a label.
    InsertKeys at span {
        /// The function, or alternatives: the first that the file defines.
        Optional function: Texts,
        /// The statement or declaration that they go after: a pattern, or alternatives. After a declaration means after all
        /// of those that it is among.
        Optional after: Texts,
        /// The statement that they go before: a pattern, or alternatives.
        Optional before: Texts,
        /// `"start"`: behind the function's declarations; `"end"`: where control gets to the end of its body.
        Optional at: Text,
        /// Directly behind this label, or alternatives: `out`, `case IRQ_TYPE_NONE`, `default`.
        Optional label: Texts,
        /// The statements, written as at column 0; comments and blank lines among them are theirs, and a blank line
        /// before the first or behind the last is kept. Or declarations alone, which go directly beside another.
        Required code: Text,
        /// The condition that the statements are put under; without it, none.
        Optional when: Text,
        /// Variables that the statements need: declarations without the semicolon, added to the function's own.
        Optional locals: Texts,
        /// Whether no blank line is put around the code but those that it begins or ends with, whatever the function
        /// does elsewhere.
        Optional tight: Flag,
    }
}

/// Statements put into a function.
#[derive(Clone, Debug)]
pub struct Insert {
    /// The function: the first of these that the file defines.
    pub functions: Vec<String>,
    /// Where in it.
    pub place: InsertPlace,
    /// The statements, as at column 0.
    pub code: Template,
    /// They are declarations, which go among those of the block.
    pub declares: bool,
    /// A blank line is wanted before the first of them, and behind the last.
    pub blank: (bool, bool),
    /// There are no others.
    pub tight: bool,
    /// The condition that they are put under.
    pub when: Option<Template>,
    /// The variables that come with them.
    pub locals: Vec<Local>,
}

/// Where in a function statements are put.
#[derive(Clone, Debug)]
pub enum InsertPlace {
    /// Beside a statement.
    Beside(Beside<Pattern>),
    /// Behind the declarations that the function begins with.
    Start,
    /// Before the brace that closes the function.
    End,
    /// Directly behind the first of these labels that the function has.
    Label(Vec<String>),
}

/// A variable that is added to a function's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// `unsigned int mtu`, without the semicolon.
    pub declare: String,
    /// `mtu`
    pub name: String,
}

impl Kind for Insert {
    type Keys = InsertKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/vfio_pci_config.c"
function = "vfio_basic_config_write"
before = "return count;"
when = "vdev->bardirty"
code = '''
/* Whoever sized it reads it back next. */
bar = le32_to_cpu(*(__le32 *)&vdev->vconfig[PCI_BASE_ADDRESS_0]);
pci_info(pdev, "BAR 0: %#x\n", bar);
'''
locals = ["u32 bar"]
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(keys: &InsertKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &InsertKeys, given: &Given<'_>) -> Option<Self> {
        let functions = compiler.named_functions(given.functions, &keys.span);
        let place = place(compiler, keys);
        let locals = keys.locals.as_ref().map_or(Some(Vec::new()), |texts| {
            let items = compiler.some(texts, "locals")?;
            all(items.iter().map(|text| code::local(compiler, text)))
        });
        let when = optional(keys.when.as_ref(), |text| {
            compiler.template(text, Fragment::Expression)
        });
        let text = keys.code.as_ref();
        let is_of = text.and_then(|text| statements(compiler, text, keys.when.is_some()));
        let code = text.filter(|_| is_of.is_some());
        let code = code.and_then(|text| compiler.template(text, Fragment::Statement));
        if let (
            Some(text),
            Some(Code::Declarations),
            Some(InsertPlace::End | InsertPlace::Label(_)),
        ) = (text, is_of, &place)
        {
            let help = "name the declaration that it goes beside, or write `at = \"start\"`";
            compiler.mistakes.report(
                &text.span,
                "declarations are at the beginning of a block",
                "not here",
                help,
            );
            return None;
        }
        for (key, text, template) in [
            (
                "when",
                keys.when.as_ref(),
                when.as_ref().and_then(Option::as_ref),
            ),
            ("code", text, code.as_ref()),
        ] {
            if let (Some(text), Some(template), Some(place)) = (text, template, &place) {
                bound(compiler, place, key, text, template);
            }
        }
        if let (Some(texts), Some(locals), Some(code)) = (&keys.locals, &locals, &code) {
            let when = when.as_ref().and_then(Option::as_ref);
            code::used(compiler, texts, locals, [Some(code), when]);
        }
        Some(Self {
            functions: functions?,
            place: place?,
            code: code?,
            declares: is_of? == Code::Declarations,
            blank: blank_around(&text?.value),
            tight: keys.tight.as_ref().is_some_and(|flag| flag.value),
            when: when?,
            locals: locals?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Within(&self.functions)
    }
}

/// Which of the keys says where.
fn place(compiler: &mut Compiler<'_>, keys: &InsertKeys) -> Option<InsertPlace> {
    let given = [
        keys.after.is_some() || keys.before.is_some(),
        keys.at.is_some(),
        keys.label.is_some(),
    ];
    if given.iter().filter(|given| **given).count() != 1 {
        let message = if given.contains(&true) {
            "more than one key says where"
        } else {
            "none of `before`, `after`, `at` and `label` says where"
        };
        let help = "name a statement that the reader recognises there, `at = \"start\"`, `at = \"end\"`, or a label";
        compiler
            .mistakes
            .report(&keys.span, message, "which place?", help);
        return None;
    }
    if let Some(at) = &keys.at {
        return match at.value.as_str() {
            "start" => Some(InsertPlace::Start),
            "end" => Some(InsertPlace::End),
            other => {
                let message = format!("`at` is \"start\" or \"end\", not {other:?}");
                let help = "beside a statement, use `before` or `after`";
                compiler
                    .mistakes
                    .report(&at.span, message, "no such place", help);
                None
            }
        };
    }
    if let Some(labels) = &keys.label {
        let items = compiler.some(labels, "label")?;
        let labels = all(items.iter().map(|text| label(compiler, text)))?;
        return Some(InsertPlace::Label(labels));
    }
    compiler.beside_code(places!(keys)).map(InsertPlace::Beside)
}

/// A label's name, or a `case` without its colon.
fn label(compiler: &mut Compiler<'_>, text: &Text) -> Option<String> {
    const WHAT: &str = "a label";
    const HELP: &str =
        "write its name, or a `case`, without the colon: `out`, `case IRQ_TYPE_NONE`";
    let is_case = text.value.strip_prefix("case ");
    if is_case.is_none() {
        return compiler.identifier(text, "label");
    }
    let name = compiler.line(text, "label")?;
    let one = Text {
        value: name.clone(),
        span: text.span.clone(),
    };
    let before = "void spec(void)\n{\nswitch (spec) {\n";
    let read = compiler.read_code(before, &one, ":\n;\n}\n}\n", WHAT, HELP)?;
    match read.only("case_statement") {
        Some(_) => Some(name),
        None => {
            compiler.not_a(text, WHAT, HELP);
            None
        }
    }
}

/// What is written has no metavariable that its place does not bind.
fn bound(
    compiler: &mut Compiler<'_>,
    place: &InsertPlace,
    key: &str,
    text: &Text,
    template: &Template,
) {
    match place {
        InsertPlace::Beside(beside) => {
            let by_key = match beside.side {
                Side::Before => "before",
                Side::After => "after",
            };
            compiler.bound(text, template, key, &beside.anchors, by_key);
        }
        _ => {
            let Some(name) = template.metavariables().into_iter().next() else {
                return;
            };
            let message = format!("`${name}` is used in `{key}`, and nothing binds it");
            let help =
                "only `before` and `after` bind metavariables; write the name that the code has";
            compiler
                .mistakes
                .report(&text.span, message, "bound nowhere", help);
        }
    }
}
