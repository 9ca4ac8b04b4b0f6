//! `signature`: another parameter list or another result for a function, wherever the tree has it.

use dialect::TreePath;
use syntax::items::name_of;

use super::{Given, Kind, Subject};
use crate::compile::Compiler;
use crate::compile::code::only_child;
use crate::compile::words::{all, optional};
use crate::raw::{Text, Texts, section};

section! {
    /// Another parameter list, or another result, for a function: in its definition in `file` and in every other
    /// definition, prototype, stub and call that the tree has. Refused by file and line: a place that takes the function's
    /// address, a call in a macro's body, and what was not read.
    SignatureKeys at span {
        /// The function that the file defines, or alternatives.
        Required function: Texts,
        /// A parameter that comes.
        Optional add: AddKeys,
        /// The name of a parameter that goes, and its line in the kernel-doc comment with it.
        Optional remove: Text,
        /// A parameter that becomes another one; calls stay as they are.
        Optional retype: RetypeKeys,
        /// What it returns from now on: `int`, `struct page *`.
        Optional result: Text,
        /// The folders and files that are searched; without it, the whole tree. What is elsewhere is another function.
        Optional scope: Texts,
    }
}

section! {
    /// A parameter that comes, and what calls pass for it.
    AddKeys {
        /// Its declaration: `bool clear`.
        Required parameter: Text,
        /// The name of the parameter to come after.
        Optional after: Text,
        /// The name of the parameter to come before. Without either: the end, but before `...`.
        Optional before: Text,
        /// What every call passes: `false`.
        Required argument: Text,
        /// What the kernel-doc comment above the definition says of it, where there is one.
        Optional doc: Text,
        /// The callers that pass something else.
        Optional callers: Vec<CallerKeys>,
    }
}

section! {
    /// What one caller passes.
    CallerKeys {
        /// The function that has the calls.
        Required function: Text,
        /// What they pass.
        Required argument: Text,
    }
}

section! {
    /// A parameter that becomes another one.
    RetypeKeys {
        /// Its name.
        Required parameter: Text,
        /// Its new declaration: `u64 x`.
        Required to: Text,
    }
}

/// Another signature for a function.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The function: the first of these that the file defines.
    pub functions: Vec<String>,
    /// The parameter that comes.
    pub add: Option<AddedParameter>,
    /// The parameter that goes.
    pub remove: Option<String>,
    /// The parameter that becomes another one: its name, and its new declaration.
    pub retype: Option<(String, Parameter)>,
    /// What it returns from now on.
    pub result: Option<String>,
    /// Folders and files. Empty: the whole tree.
    pub scope: Vec<TreePath>,
}

/// A parameter that comes.
#[derive(Clone, Debug)]
pub struct AddedParameter {
    /// Its declaration.
    pub parameter: Parameter,
    /// Where: after or before the parameter of that name. None: at the end.
    pub beside: Option<(crate::beside::Side, String)>,
    /// What calls pass.
    pub argument: String,
    /// What kernel-doc says of it.
    pub doc: Option<String>,
    /// What the calls of some functions pass, by the caller's name.
    pub callers: Vec<(String, String)>,
}

impl AddedParameter {
    /// What the calls in a function pass.
    #[must_use]
    pub fn argument_in(&self, caller: Option<&str>) -> &str {
        let mut own = self.callers.iter();
        let own = own.find(|(name, _)| Some(name.as_str()) == caller);
        own.map_or(&self.argument, |(_, argument)| argument)
    }
}

/// The declaration of a parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// `bool clear`
    pub text: String,
    /// `clear`
    pub name: String,
}

impl Kind for Signature {
    type Keys = SignatureKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/pci/iov.c"
function = "pci_iov_add_virtfn"
add = { parameter = "bool detached", after = "id", argument = "false" }
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(keys: &SignatureKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(
        compiler: &mut Compiler<'_>,
        keys: &SignatureKeys,
        given: &Given<'_>,
    ) -> Option<Self> {
        super::no_comment(compiler, given, "a `comment` change gives it other words");
        let functions = compiler.named_functions(given.functions, &keys.span);
        let add = optional(keys.add.as_ref(), |add| added(compiler, add));
        let remove = optional(keys.remove.as_ref(), |text| {
            compiler.identifier(text, "parameter")
        });
        let retype = optional(keys.retype.as_ref(), |retype| {
            let name = compiler.identifier(retype.parameter.as_ref()?, "parameter");
            let to = parameter(compiler, retype.to.as_ref()?);
            Some((name?, to?))
        });
        let result = optional(keys.result.as_ref(), |text| result(compiler, text));
        let scope = optional(keys.scope.as_ref(), |texts| compiler.paths(texts, "scope"));
        let is_empty = keys.add.is_none()
            && keys.remove.is_none()
            && keys.retype.is_none()
            && keys.result.is_none();
        if is_empty {
            let message = "the signature stays as it is";
            let help = "give it `add`, `remove`, `retype` or `result`";
            compiler
                .mistakes
                .report(&keys.span, message, "what changes?", help);
            return None;
        }
        Some(Self {
            functions: functions?,
            add: add?,
            remove: remove?,
            retype: retype?,
            result: result?,
            scope: scope?.unwrap_or_default(),
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Within(&self.functions)
    }
}

fn added(compiler: &mut Compiler<'_>, add: &AddKeys) -> Option<AddedParameter> {
    use crate::beside::Side;
    let parameter = add
        .parameter
        .as_ref()
        .and_then(|text| parameter(compiler, text));
    let passed = add
        .argument
        .as_ref()
        .and_then(|text| argument(compiler, text));
    let beside = match (&add.after, &add.before) {
        (None, None) => Some(None),
        (Some(after), None) => {
            let name = compiler.identifier(after, "parameter");
            name.map(|name| Some((Side::After, name)))
        }
        (None, Some(before)) => {
            let name = compiler.identifier(before, "parameter");
            name.map(|name| Some((Side::Before, name)))
        }
        (Some(_), Some(before)) => {
            let message = "both `before` and `after` are given";
            let help = "keep one of them";
            compiler
                .mistakes
                .report(&before.span, message, "one of them is enough", help);
            None
        }
    };
    let callers = add.callers.iter().flatten().map(|caller| {
        let function = compiler.identifier(caller.function.as_ref()?, "function");
        let argument = argument(compiler, caller.argument.as_ref()?);
        Some((function?, argument?))
    });
    let callers = all(callers);
    let doc = optional(add.doc.as_ref(), |text| compiler.line(text, "doc"));
    Some(AddedParameter {
        parameter: parameter?,
        beside: beside?,
        argument: passed?,
        doc: doc?,
        callers: callers?,
    })
}

/// One parameter with its name.
fn parameter(compiler: &mut Compiler<'_>, text: &Text) -> Option<Parameter> {
    const WHAT: &str = "the declaration of a parameter";
    const HELP: &str = "write its type and its name: `bool clear`";
    compiler.line(text, "parameter")?;
    let read = compiler.read_code("void spec(", text, ");\n", WHAT, HELP)?;
    let declared = read
        .only("parameter_list")
        .and_then(only_child)
        .filter(|node| node.kind() == "parameter_declaration")
        .and_then(|node| node.child_by_field_name("declarator"))
        .and_then(name_of);
    let Some(name) = declared else {
        compiler.not_a(text, WHAT, HELP);
        return None;
    };
    Some(Parameter {
        text: text.value.trim().to_owned(),
        name: read.text(name),
    })
}

/// One argument.
fn argument(compiler: &mut Compiler<'_>, text: &Text) -> Option<String> {
    const WHAT: &str = "an argument";
    const HELP: &str = "write one expression: `false`, `GFP_KERNEL`";
    compiler.line(text, "argument")?;
    let read = compiler.read_code("int spec = spec(", text, ");\n", WHAT, HELP)?;
    if read.only("argument_list").and_then(only_child).is_none() {
        compiler.not_a(text, WHAT, HELP);
        return None;
    }
    Some(text.value.trim().to_owned())
}

/// A type, as the result of a function: what could be a parameter, but has no name.
fn result(compiler: &mut Compiler<'_>, text: &Text) -> Option<String> {
    const WHAT: &str = "the type of a result";
    const HELP: &str = "write the type alone: `int`, `struct page *`";
    compiler.line(text, "result")?;
    let read = compiler.read_code("void spec(", text, ");\n", WHAT, HELP)?;
    let declared = read.only("parameter_list").and_then(only_child);
    let declared = declared.filter(|node| node.kind() == "parameter_declaration");
    let declarator = declared.and_then(|node| node.child_by_field_name("declarator"));
    if declared.is_none() || declarator.and_then(name_of).is_some() {
        compiler.not_a(text, WHAT, HELP);
        return None;
    }
    Some(text.value.trim().to_owned())
}
