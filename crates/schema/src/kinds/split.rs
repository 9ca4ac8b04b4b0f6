//! `split`: an `if` block ended before a statement, the rest of it put under another condition.

use query::pattern::{Fragment, Pattern};

use super::widening::{Becomes, Widening, tests};
use super::{Given, Kind, Subject};
use crate::compile::Compiler;
use crate::raw::{Text, Texts, section};

section! {
    /// An `if` block ended before a statement, the rest of it put under another condition.
    SplitKeys at span {
        /// The function, or alternatives: the first that the file defines.
        Optional function: Texts,
        /// The whole condition of the `if`: a pattern, or alternatives.
        Required r#where: Texts,
        /// The first statement of the second block: a pattern, or alternatives. The comment directly before it goes along.
        Required before: Texts,
        /// The second block's condition is `old || this`.
        Optional or: Text,
        /// The second block's condition is `old && this`.
        Optional and: Text,
        /// The second block's condition is this.
        Optional with: Text,
    }
}

/// An `if` block ended before a statement, the rest under another condition.
#[derive(Clone, Debug)]
pub struct Split {
    /// The function: the first of these that the file defines.
    pub functions: Vec<String>,
    /// The whole condition of the `if` that is split.
    pub tests: Vec<Pattern>,
    /// The first statement of the second block: `before = "…"`; the comment that is directly before it goes with it.
    pub before: Vec<Pattern>,
    /// The second block's condition.
    pub becomes: Widening,
}

impl Kind for Split {
    type Keys = SplitKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/vfio_pci_config.c"
function = "vfio_config_init"
where = "$DEV->is_virtfn"
before = "*(__le16 *)&vconfig[PCI_COMMAND] |= $BITS;"
or = "$DEV->detached_vf"
"#;

    const HAS_OWN_COMMENTS: bool = false;

    fn functions(keys: &SplitKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &SplitKeys, given: &Given<'_>) -> Option<Self> {
        let functions = compiler.named_functions(given.functions, &keys.span);
        let tests = tests(compiler, keys.r#where.as_ref());
        let before = keys.before.as_ref();
        let before = before.and_then(|texts| compiler.patterns(texts, "before", Fragment::Any));
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
            before: before?,
            becomes: becomes?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Within(&self.functions)
    }
}
