//! `config`: code under a CONFIG condition, or under none.

use query::pattern::{Fragment, Pattern};

use super::scope::RawScope;
use super::{Claim, Scope};
use crate::compile::Compiler;
use crate::compile::words::optional;
use crate::raw::{Text, section};

section! {
    /// Matches of a pattern are under a CONFIG condition, or under none.
    ConfigKeys {
        /// The code: a pattern.
        Required pattern: Text,
        /// Where to look; without it, the whole tree.
        Optional scope: RawScope,
        /// `CONFIG_PCI` or `!CONFIG_PCI`; without it, under no condition at all.
        Optional under: Text,
    }
}

/// Every match of a pattern in a scope is under a CONFIG condition, or under none.
#[derive(Clone, Debug)]
pub struct Config {
    /// The code.
    pub pattern: Pattern,
    /// Where to look.
    pub scope: Scope,
    /// `CONFIG_PCI`, `!CONFIG_PCI`; none: under no condition.
    pub under: Option<String>,
}

impl Claim for Config {
    type Keys = ConfigKeys;

    const EXAMPLE: &'static str = r#"
id = "under-config-pci"
pattern = "to_pci_dev($D)->is_virtfn"
scope = { files = ["include/linux/pci.h"] }
under = "CONFIG_PCI"
"#;

    fn compile(compiler: &mut Compiler<'_>, keys: &ConfigKeys) -> Option<Self> {
        let pattern = keys.pattern.as_ref();
        let pattern = pattern.and_then(|text| compiler.pattern(text, Fragment::Any));
        let scope = Scope::compile(compiler, keys.scope.as_ref());
        let under = optional(keys.under.as_ref(), |text| compiler.condition(text));
        Some(Self {
            pattern: pattern?,
            scope: scope?,
            under: under?,
        })
    }
}
