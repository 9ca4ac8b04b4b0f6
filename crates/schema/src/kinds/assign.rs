//! `assign`: a location set, under a condition or always, at a place in a function.

use query::pattern::{Fragment, Pattern, Template};

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::code::only_child;
use crate::compile::place::places;
use crate::compile::words::optional;
use crate::raw::{Text, Texts, section};

section! {
    /// A location set, under a condition or always, at a place in a function.
    AssignKeys at span {
        /// The function, or alternatives: the first that the file defines.
        Optional function: Texts,
        /// The statement or declaration to come after: a pattern, or alternatives.
        Optional after: Texts,
        /// The statement to come before: a pattern, or alternatives.
        Optional before: Texts,
        /// The condition; without it, always.
        Optional when: Text,
        /// The assignment without its semicolon: `pdev->detached_vf = 1`.
        Required set: Text,
    }
}

/// A location set, under a condition, at a place in a function.
#[derive(Clone, Debug)]
pub struct Assign {
    /// The function: the first of these that the file defines.
    pub functions: Vec<String>,
    /// The neighbouring statement or declaration.
    pub beside: Beside<Pattern>,
    /// The condition, an expression; none: always.
    pub when: Option<Template>,
    /// `pdev->detached_vf = 1` (no semicolon).
    pub set: Template,
}

impl Kind for Assign {
    type Keys = AssignKeys;

    const EXAMPLE: &'static str = r#"
file = "arch/s390/pci/pci.c"
function = "pcibios_enable_device"
after = "struct zpci_dev *$ZDEV = to_zpci($PDEV);"
when = "$ZDEV->vfn && !$ZDEV->zbus->multifunction"
set = "$PDEV->detached_vf = 1"
comment = "Whoever depends on what firmware does not emulate has to know."
"#;

    const HAS_OWN_COMMENTS: bool = false;

    fn functions(keys: &AssignKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &AssignKeys, given: &Given<'_>) -> Option<Self> {
        let functions = compiler.named_functions(given.functions, &keys.span);
        let beside = compiler.beside_code(places!(keys));
        let when = optional(keys.when.as_ref(), |text| {
            compiler.template(text, Fragment::Expression)
        });
        let set = keys.set.as_ref().and_then(|text| {
            assignment(compiler, text)?;
            compiler.template(text, Fragment::Expression)
        });
        if let Some(beside) = &beside {
            let condition = when.as_ref().and_then(Option::as_ref);
            for (key, text, template) in [
                ("when", keys.when.as_ref(), condition),
                ("set", keys.set.as_ref(), set.as_ref()),
            ] {
                if let (Some(text), Some(template)) = (text, template) {
                    compiler.bound(text, template, key, &beside.anchors, beside.side.key());
                }
            }
        }
        Some(Self {
            functions: functions?,
            beside: beside?,
            when: when?,
            set: set?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Within(&self.functions)
    }
}

/// Whether the text is one assignment.
fn assignment(compiler: &mut Compiler<'_>, text: &Text) -> Option<()> {
    const WHAT: &str = "an assignment";
    const HELP: &str = "write it without the semicolon: `pdev->detached_vf = 1`";
    let read = compiler.read_code("void spec(void)\n{\n", text, ";\n}\n", WHAT, HELP)?;
    let body = read.only("compound_statement");
    let value = body.and_then(only_child).and_then(only_child);
    let is_assignment = value.is_some_and(|node| node.kind() == "assignment_expression");
    if !is_assignment {
        compiler.not_a(text, WHAT, HELP);
    }
    is_assignment.then_some(())
}
