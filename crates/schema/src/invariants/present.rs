//! `present`: a pattern matches at least once.

use query::pattern::{Fragment, Pattern};

use super::scope::RawScope;
use super::{Claim, Scope};
use crate::compile::Compiler;
use crate::raw::{Texts, section};

section! {
    /// A pattern matches at least once in the scope.
    PresentKeys {
        /// The pattern, or several, whose matches are counted together.
        Required pattern: Texts,
        /// Where to look; without it, the whole tree.
        Optional scope: RawScope,
    }
}

/// A pattern matches at least once in a scope.
#[derive(Clone, Debug)]
pub struct Present {
    /// The pattern; the matches of alternatives are counted together, each place once.
    pub patterns: Vec<Pattern>,
    /// Where to look.
    pub scope: Scope,
}

impl Claim for Present {
    type Keys = PresentKeys;

    const EXAMPLE: &'static str = r#"
id = "set-somewhere"
pattern = "$DEV->detached_vf = 1"
"#;

    fn compile(compiler: &mut Compiler<'_>, keys: &PresentKeys) -> Option<Self> {
        let patterns = keys.pattern.as_ref();
        let patterns =
            patterns.and_then(|texts| compiler.patterns(texts, "pattern", Fragment::Any));
        let scope = Scope::compile(compiler, keys.scope.as_ref());
        Some(Self {
            patterns: patterns?,
            scope: scope?,
        })
    }
}
