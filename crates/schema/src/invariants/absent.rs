//! `absent`: a pattern matches nowhere.

use query::pattern::{Fragment, Pattern};

use super::scope::RawScope;
use super::{Claim, Scope};
use crate::compile::Compiler;
use crate::raw::{Texts, section};

section! {
    /// A pattern matches nowhere in the scope.
    AbsentKeys {
        /// The pattern, or several; none of them may match.
        Required pattern: Texts,
        /// Where to look; without it, the whole tree.
        Optional scope: RawScope,
    }
}

/// A pattern matches nowhere in a scope.
#[derive(Clone, Debug)]
pub struct Absent {
    /// The pattern; none of the alternatives may match.
    pub patterns: Vec<Pattern>,
    /// Where to look.
    pub scope: Scope,
}

impl Claim for Absent {
    type Keys = AbsentKeys;

    const EXAMPLE: &'static str = r#"
id = "never-cleared"
pattern = "$DEV->detached_vf = 0"
"#;

    fn compile(compiler: &mut Compiler<'_>, keys: &AbsentKeys) -> Option<Self> {
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
