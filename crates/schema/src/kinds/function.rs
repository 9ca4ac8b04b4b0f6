//! `function`: a function defined before or after another.

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::code::first_of;
use crate::compile::place::places;
use crate::raw::{Text, Texts, section};

section! {
    /// A function defined before or after another.
    FunctionKeys at span {
        /// The whole definition, as it shall stand.
        Required define: Text,
        /// The function to stand after, or alternatives.
        Optional after: Texts,
        /// The function to stand before, or alternatives. Without either: the end of the file.
        Optional before: Texts,
    }
}

/// A function defined before or after another.
#[derive(Clone, Debug)]
pub struct Function {
    /// The whole definition, as it shall stand.
    pub define: String,
    /// Its name, read from `define`.
    pub name: String,
    /// The neighbouring function, by name. None: the end of the file.
    pub beside: Option<Beside<String>>,
}

impl Kind for Function {
    type Keys = FunctionKeys;

    const EXAMPLE: &'static str = r#"
file = "arch/s390/pci/pci_bus.c"
before = "zpci_bus_add_device"
define = '''
void pcibios_bus_add_device(struct pci_dev *pdev)
{
	pdev->detached_vf = 1;
}
'''
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(_: &FunctionKeys) -> Option<&Texts> {
        None
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &FunctionKeys, _: &Given<'_>) -> Option<Self> {
        let define = keys.define.as_ref();
        let name = define.and_then(|text| defined(compiler, text));
        let beside = compiler.beside_name(places!(keys), "function");
        Some(Self {
            define: define?.value.trim_matches('\n').to_owned(),
            name: name?,
            beside: beside?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Function(&self.name)
    }
}

/// The name of the one function that the text defines.
fn defined(compiler: &mut Compiler<'_>, text: &Text) -> Option<String> {
    const WHAT: &str = "the definition of one function";
    const HELP: &str = "write the whole function, from its return type to its closing brace";
    let read = compiler.read_code("", text, "\n", WHAT, HELP)?;
    let mut cursor = read.root().walk();
    let items = read.root().named_children(&mut cursor);
    let mut items = items.filter(|node| node.kind() != "comment");
    let name = match (items.next(), items.next()) {
        (Some(only), None) if only.kind() == "function_definition" => only
            .child_by_field_name("declarator")
            .and_then(|node| first_of(node, "identifier")),
        _ => None,
    };
    let name = name.map(|node| read.text(node));
    if name.is_none() {
        compiler.not_a(text, WHAT, HELP);
    }
    name
}
