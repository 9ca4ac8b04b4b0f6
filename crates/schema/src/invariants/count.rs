//! `count`: a pattern matches this often.

use query::pattern::{Fragment, Pattern};

use super::scope::RawScope;
use super::{Claim, Scope};
use crate::compile::Compiler;
use crate::raw::{Int, Texts, section};

section! {
    /// A pattern matches this often in the scope.
    CountKeys {
        /// The pattern, or several, whose matches are counted together.
        Required pattern: Texts,
        /// Where to look; without it, the whole tree.
        Optional scope: RawScope,
        /// How often, exactly.
        Required count: Int,
    }
}

/// A pattern matches this often in a scope.
#[derive(Clone, Debug)]
pub struct Count {
    /// The pattern; the matches of alternatives are counted together, each place once.
    pub patterns: Vec<Pattern>,
    /// Where to look.
    pub scope: Scope,
    /// How often, exactly.
    pub count: usize,
}

impl Claim for Count {
    type Keys = CountKeys;

    const EXAMPLE: &'static str = r#"
id = "four-tests"
pattern = "$DEV->detached_vf"
scope = { files = ["drivers/vfio/pci/vfio_pci_config.c"] }
count = 4
"#;

    fn compile(compiler: &mut Compiler<'_>, keys: &CountKeys) -> Option<Self> {
        let count = keys.count.as_ref();
        let count = count.and_then(|number| compiler.number(number, "count"));
        let patterns = keys.pattern.as_ref();
        let patterns =
            patterns.and_then(|texts| compiler.patterns(texts, "pattern", Fragment::Any));
        let scope = Scope::compile(compiler, keys.scope.as_ref());
        Some(Self {
            patterns: patterns?,
            scope: scope?,
            count: count?,
        })
    }
}
