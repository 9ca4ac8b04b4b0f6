//! `redefine`: another body, or other parameters, for a macro that is there.

use super::macros::{ArmKeys, bodies, parameters};
use super::{Given, Kind, MacroArm, Subject};
use crate::compile::Compiler;
use crate::compile::words::{all, optional};
use crate::raw::{Text, Texts, section};

section! {
    /// A macro's new body: in each `#if` arm that defines it, or in the named ones.
    RedefineKeys at span {
        /// The macro, or alternatives.
        Required name: Texts,
        /// Its parameters from now on; without this key they stay.
        Optional params: Texts,
        /// The new body, wherever the file defines the macro (or `arms`).
        Optional body: Text,
        /// The new bodies, one an `#if` arm; in other arms it stays as it is (or `body`).
        Optional arms: Vec<ArmKeys>,
    }
}

/// A macro's new body.
#[derive(Clone, Debug)]
pub struct Redefine {
    /// The macro: the first of these that the file defines.
    pub names: Vec<String>,
    /// Its new parameters; none: as they are.
    pub params: Option<Vec<String>>,
    /// The new bodies, one an arm.
    pub arms: Vec<MacroArm>,
}

impl Kind for Redefine {
    type Keys = RedefineKeys;

    const EXAMPLE: &'static str = r#"
file = "include/linux/pci.h"
name = "dev_is_pf"
arms = [{ when = "CONFIG_PCI", body = "(dev_is_pci(d) && to_pci_dev(d)->is_physfn)" }]
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(_: &RedefineKeys) -> Option<&Texts> {
        None
    }

    fn compile(
        compiler: &mut Compiler<'_>,
        keys: &RedefineKeys,
        given: &Given<'_>,
    ) -> Option<Self> {
        super::no_comment(compiler, given, "a `comment` change gives it other words");
        let names = keys.name.as_ref().and_then(|texts| {
            let items = compiler.some(texts, "name")?;
            all(items.iter().map(|text| compiler.identifier(text, "macro")))
        });
        let params = optional(keys.params.as_ref(), |texts| parameters(compiler, texts));
        let known = params.as_ref().and_then(Option::as_ref);
        let arms = bodies(
            compiler,
            &keys.span,
            (keys.body.as_ref(), keys.arms.as_ref()),
            known,
        );
        Some(Self {
            names: names?,
            params: params?,
            arms: arms?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::File
    }
}
