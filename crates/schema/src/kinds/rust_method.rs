//! `rust-method`: a method on a Rust abstraction of a struct.

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::place::places;
use crate::raw::{Text, Texts, section};

section! {
    /// A method on a Rust abstraction of a struct.
    RustMethodKeys at span {
        /// The self type of the `impl` block: `Device`.
        Required r#type: Text,
        /// The whole method, as it is to be in the file.
        Required define: Text,
        /// The method to come after, or alternatives.
        Optional after: Texts,
        /// The method to come before, or alternatives. Without either: the end of the block.
        Optional before: Texts,
    }
}

/// A method on a Rust abstraction.
#[derive(Clone, Debug)]
pub struct RustMethod {
    /// `impl` block's self type: `Device`.
    pub type_name: String,
    /// The whole method, as it is to be in the file.
    pub define: String,
    /// Its name, read from `define`.
    pub name: String,
    /// The neighbouring method. None: the end of the block.
    pub beside: Option<Beside<String>>,
}

impl Kind for RustMethod {
    type Keys = RustMethodKeys;

    const EXAMPLE: &'static str = r#"
file = "rust/kernel/pci.rs"
type = "Device"
after = "vendor_id"
define = '''
/// Whether the PF of this VF cannot be seen.
pub fn is_detached_vf(&self) -> bool {
    // SAFETY: `self.as_raw()` is a valid pointer to a `struct pci_dev`.
    unsafe { (*self.as_raw()).detached_vf() != 0 }
}
'''
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(_: &RustMethodKeys) -> Option<&Texts> {
        None
    }

    fn compile(
        compiler: &mut Compiler<'_>,
        keys: &RustMethodKeys,
        given: &Given<'_>,
    ) -> Option<Self> {
        super::no_comment(compiler, given, "write it in `define`");
        let type_name = keys
            .r#type
            .as_ref()
            .and_then(|text| compiler.identifier(text, "type"));
        let define = keys.define.as_ref();
        let name = define.and_then(|text| defined(compiler, text));
        let beside = compiler.beside_name(places!(keys), "method");
        Some(Self {
            type_name: type_name?,
            define: define?.value.trim_matches('\n').to_owned(),
            name: name?,
            beside: beside?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Method(&self.name)
    }
}

/// The name of the one Rust method that the text defines.
fn defined(compiler: &mut Compiler<'_>, text: &Text) -> Option<String> {
    match syn::parse_str::<syn::ImplItemFn>(&text.value) {
        Ok(method) => Some(method.sig.ident.to_string()),
        Err(error) => {
            let help = "write the whole method as it is in an `impl` block";
            let message = format!("this is not one Rust method: {error}");
            compiler
                .mistakes
                .report(&text.span, message, "not read as Rust", help);
            None
        }
    }
}
