//! `nothing`: a struct that is declared and has nothing in it that anybody sees.

use super::{Given, Kind, Subject};
use crate::compile::Compiler;
use crate::raw::{Text, Texts, section};

section! {
    /// A struct declared at the end of a file, and defined nowhere.
    NothingKeys {
        /// The struct's tag.
        Required name: Text,
    }
}

/// A struct declared at the end of a file.
#[derive(Clone, Debug)]
pub struct Nothing {
    /// Its tag.
    pub name: String,
}

impl Kind for Nothing {
    type Keys = NothingKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/pci/bus.c"
name = "nothing"
"#;

    const HAS_OWN_COMMENTS: bool = false;

    fn functions(_: &NothingKeys) -> Option<&Texts> {
        None
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &NothingKeys, _: &Given<'_>) -> Option<Self> {
        let name = compiler.identifier(keys.name.as_ref()?, "struct")?;
        Some(Self { name })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::File
    }
}
