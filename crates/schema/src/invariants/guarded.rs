//! `guarded`: code that runs only where a condition is true.

use query::pattern::{Fragment, Pattern};

use super::scope::RawScope;
use super::{Claim, Scope};
use crate::compile::Compiler;
use crate::raw::{Text, section};

section! {
    /// Every match of a pattern in the scope runs only where a condition is true.
    GuardedKeys {
        /// The code: a pattern.
        Required pattern: Text,
        /// The condition: a pattern.
        Required by: Text,
        /// Where to look; without it, the whole tree.
        Optional scope: RawScope,
    }
}

/// Every match of a pattern in a scope runs only where a condition is true.
#[derive(Clone, Debug)]
pub struct Guarded {
    /// The code.
    pub pattern: Pattern,
    /// The condition.
    pub by: Pattern,
    /// Where to look.
    pub scope: Scope,
}

impl Claim for Guarded {
    type Keys = GuardedKeys;

    const EXAMPLE: &'static str = r#"
id = "only-for-vfs"
pattern = "$DEV->detached_vf = 1"
by = "$ZDEV->vfn"
scope = { files = ["arch/s390"] }
"#;

    fn compile(compiler: &mut Compiler<'_>, keys: &GuardedKeys) -> Option<Self> {
        let pattern = keys.pattern.as_ref();
        let pattern = pattern.and_then(|text| compiler.pattern(text, Fragment::Any));
        let by = keys.by.as_ref();
        let by = by.and_then(|text| compiler.pattern(text, Fragment::Expression));
        let scope = Scope::compile(compiler, keys.scope.as_ref());
        Some(Self {
            pattern: pattern?,
            by: by?,
            scope: scope?,
        })
    }
}
