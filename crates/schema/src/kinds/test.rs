//! `test`: a condition widened, narrowed or replaced.

use query::pattern::Pattern;

use super::widening::{Becomes, Widening, tests};
use super::{Given, Kind, Subject};
use crate::compile::Compiler;
use crate::raw::{Text, Texts, section};

section! {
    /// A condition widened (`or`), narrowed (`and`) or replaced (`with`).
    TestKeys at span {
        /// The function, or alternatives; without it, anywhere in the file.
        Optional function: Texts,
        /// The old test: a pattern, or alternatives.
        Required r#where: Texts,
        /// The test becomes `old || this`.
        Optional or: Text,
        /// The test becomes `old && this`.
        Optional and: Text,
        /// The test becomes this.
        Optional with: Text,
    }
}

/// A condition widened, narrowed or replaced.
#[derive(Clone, Debug)]
pub struct Test {
    /// The function: the first of these that the file defines. Empty: the whole file.
    pub functions: Vec<String>,
    /// The old test: the first of these that matches.
    pub tests: Vec<Pattern>,
    /// What becomes of it.
    pub becomes: Widening,
}

impl Kind for Test {
    type Keys = TestKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/vfio_pci_config.c"
function = "__vfio_pci_memory_enabled"
where = ["$DEV->is_virtfn", "$DEV->no_command_memory"]
or = "$DEV->detached_vf"
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(keys: &TestKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &TestKeys, given: &Given<'_>) -> Option<Self> {
        super::no_comment(
            compiler,
            given,
            "a `comment` change with `before` puts one above a statement",
        );
        let functions = compiler.functions(given.functions);
        let tests = tests(compiler, keys.r#where.as_ref());
        let becomes = Becomes {
            or: keys.or.as_ref(),
            and: keys.and.as_ref(),
            with: keys.with.as_ref(),
            span: &keys.span,
        };
        let becomes = becomes.compile(compiler, tests.as_deref());
        Some(Self {
            functions: functions?,
            tests: tests?,
            becomes: becomes?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Within(&self.functions)
    }
}
