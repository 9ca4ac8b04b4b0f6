//! `field`: an entry of an initialiser, a table or an enum.

use dialect::token::{TokenKind, tokens};

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::code::only_child;
use crate::compile::place::places;
use crate::raw::{Text, Texts, section};

section! {
    /// An entry put into an initialiser, a table or an enum.
    FieldKeys at span {
        /// The variable at file level whose initialiser gets it, or alternatives: the first that the file has.
        Optional r#in as "in": Texts,
        /// The enum that gets it, by its tag or by one of its values, or alternatives.
        Optional r#enum as "enum": Texts,
        /// The entry without its comma: `.start = ctrl_start`, `{ PCI_DEVICE(0x8086, 0x270c) }`, `FOO_BUSY`.
        Required set: Text,
        /// The entry to come after, by its name, a word that it alone has, or all of it; or alternatives.
        Optional after: Texts,
        /// The entry to come before, or alternatives. Without either: the end, but before an empty entry that ends a
        /// table. Where the position is the meaning, in an enum and among entries without names, one of them is needed.
        Optional before: Texts,
    }
}

/// An entry of an initialiser, a table or an enum.
#[derive(Clone, Debug)]
pub struct Field {
    /// What it is put into.
    pub of: FieldOf,
    /// The entry, without its comma.
    pub set: String,
    /// What is set, one blank between its tokens: `. start`, `[ 3 ]`; of an enum the name. None: the position says.
    pub key: Option<String>,
    /// The entry next to it. None: the end.
    pub beside: Option<Beside<String>>,
}

/// What an entry is put into.
#[derive(Clone, Debug)]
pub enum FieldOf {
    /// The initialiser of a variable: the first of these that the file has.
    Variable(Vec<String>),
    /// An enum.
    Enum(Vec<String>),
}

impl FieldOf {
    /// The names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        match self {
            Self::Variable(names) | Self::Enum(names) => names,
        }
    }

    /// The key of the spec.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Variable(_) => "in",
            Self::Enum(_) => "enum",
        }
    }
}

impl Kind for Field {
    type Keys = FieldKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/vfio_pci_config.c"
in = "known_bogus_vf_intx_pin"
set = "{ PCI_DEVICE(0x8086, 0x270d) }"
after = "0x270c"
"#;

    const HAS_OWN_COMMENTS: bool = false;

    fn functions(_: &FieldKeys) -> Option<&Texts> {
        None
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &FieldKeys, _: &Given<'_>) -> Option<Self> {
        let of = of(compiler, keys);
        let is_enum = keys.r#enum.is_some();
        let key = keys
            .set
            .as_ref()
            .and_then(|text| entry(compiler, text, is_enum));
        let beside = compiler.beside(places!(keys), |compiler, text| {
            let is_empty = text.value.trim().is_empty();
            match is_empty {
                true => compiler.line(text, "entry"),
                false => Some(text.value.trim().to_owned()),
            }
        });
        if let (Some(key), Some(None)) = (&key, &beside)
            && (is_enum || key.is_none())
        {
            let message = "neither `before` nor `after` says where";
            let help = "the position is the meaning here: name the entry next to it";
            compiler
                .mistakes
                .report(&keys.span, message, "no place", help);
            return None;
        }
        let set = keys.set.as_ref()?.value.trim();
        Some(Self {
            of: of?,
            set: set.trim_end_matches(',').trim_end().to_owned(),
            key: key?,
            beside: beside?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::File
    }
}

fn of(compiler: &mut Compiler<'_>, keys: &FieldKeys) -> Option<FieldOf> {
    let (texts, key) = match (&keys.r#in, &keys.r#enum) {
        (Some(texts), None) => (texts, "in"),
        (None, Some(texts)) => (texts, "enum"),
        (given, _) => {
            let message = match given {
                Some(_) => "both `in` and `enum` are given",
                None => "neither `in` nor `enum` says what gets the entry",
            };
            let help = "`in` names a variable, `enum` an enum";
            compiler
                .mistakes
                .report(&keys.span, message, "entry of what?", help);
            return None;
        }
    };
    match key {
        "in" => compiler
            .identifiers(Some(texts), key, "variable")
            .map(FieldOf::Variable),
        _ => compiler
            .identifiers(Some(texts), key, "enum")
            .map(FieldOf::Enum),
    }
}

/// What the entry sets, where it has a name.
fn entry(compiler: &mut Compiler<'_>, text: &Text, is_enum: bool) -> Option<Option<String>> {
    const HELP: &str = "write one entry without its comma: `.start = ctrl_start`";
    let (before, list, what) = match is_enum {
        true => ("enum spec {\n", "enumerator_list", "a value of an enum"),
        false => (
            "struct spec spec = {\n",
            "initializer_list",
            "an entry of an initialiser",
        ),
    };
    let own = text.value.trim().trim_end_matches(',');
    let one = Text {
        value: own.to_owned(),
        span: text.span.clone(),
    };
    let mut code = tokens(own.as_bytes()).into_iter();
    if code.any(|token| token.kind == TokenKind::Directive) {
        compiler.not_a(text, what, HELP);
        return None;
    }
    let read = compiler.read_code(before, &one, "\n};\n", what, HELP)?;
    let node = read.only(list).and_then(only_child);
    let kind = node.map_or("", |node| node.kind());
    if node.is_none() || is_enum && kind != "enumerator" {
        compiler.not_a(text, what, HELP);
        return None;
    }
    Some(key(own, is_enum || kind == "initializer_pair"))
}

/// The tokens up to the `=`.
fn key(entry: &str, has_name: bool) -> Option<String> {
    let code = tokens(entry.as_bytes()).into_iter();
    let words = code
        .filter(|token| token.kind != TokenKind::Comment)
        .filter_map(|token| entry.get(token.range));
    let name: Vec<&str> = words.take_while(|word| *word != "=").collect();
    has_name.then(|| name.join(" "))
}
