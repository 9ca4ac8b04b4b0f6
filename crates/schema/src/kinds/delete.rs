//! `delete`: code that goes, with the comment that is about it.

use query::pattern::{Fragment, Pattern};

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::place::places;
use crate::compile::words::all;
use crate::raw::{Flag, Text, Texts, section};

section! {
    /// Code deleted, with the comment that is about it.
    DeleteKeys at span {
        /// The function that a statement or a local variable is in, or alternatives; without it a statement is looked
        /// for in the whole file.
        Optional function: Texts,
        /// What goes: a table with one key.
        Required what: DeleteWhat,
        /// The statement directly before the one that goes, or alternatives: patterns, where a function has several of
        /// the kind.
        Optional after: Texts,
        /// The statement directly behind the one that goes, or alternatives: patterns.
        Optional before: Texts,
        /// Whether no blank line is left where it was.
        Optional tight: Flag,
        /// Whether the tree uses the name nowhere any more, which `verify` looks for in all of it.
        Optional unused: Flag,
    }
}

section! {
    /// What goes. Every key takes alternatives: the first that the file has.
    DeleteWhat at span {
        /// A statement of the function, or several: a pattern.
        Optional statement: Texts,
        /// The definition of a function, with what exports it.
        Optional function: Texts,
        /// The definition of a macro.
        Optional r#macro as "macro": Texts,
        /// A member, by its struct: `pci_dev.no_vf_scan`. Its line in the struct's kernel-doc goes along.
        Optional member: Texts,
        /// An include, delimiters included: `'<linux/slab.h>'`.
        Optional include: Texts,
        /// What is declared at file level by this name: a prototype, a variable, a typedef, a struct, a union or an enum.
        Optional declaration: Texts,
        /// A forward declaration, by its tag: `struct foo;`.
        Optional forward: Texts,
        /// A variable of the function's own.
        Optional local: Texts,
        /// A label of the function's own, which nothing jumps to any more: what is behind it stays.
        Optional label: Texts,
        /// An entry of an initialiser, by its variable: `basic_perm.writefn`.
        Optional field: Texts,
        /// A value of an enum.
        Optional enumerator: Texts,
    }
}

/// Code that goes.
#[derive(Clone, Debug)]
pub struct Delete {
    /// The function: the first of these that the file defines. Empty: the whole file.
    pub functions: Vec<String>,
    /// What goes.
    pub what: Deleted,
    /// The statement next to the one that goes.
    pub beside: Option<Beside<Pattern>>,
    /// No blank line is left where it was.
    pub tight: bool,
    /// No use of the name is left in the tree.
    pub unused: bool,
}

/// What goes; of several the first that the file has.
#[derive(Clone, Debug)]
pub enum Deleted {
    /// Statements.
    Statement(Vec<Pattern>),
    /// What has a name.
    Named(NamedKind, Vec<String>),
    /// What is a part of something else that has a name: the name of that, and its own.
    PartOf(PartKind, Vec<(String, String)>),
}

/// What has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedKind {
    /// A function's definition.
    Function,
    /// A macro's definition.
    Macro,
    /// An include; its name has its delimiters.
    Include,
    /// A declaration at file level.
    Declaration,
    /// A forward declaration of a struct, a union or an enum.
    Forward,
    /// A variable of a function's own.
    Local,
    /// A label of a function's own.
    Label,
    /// A value of an enum.
    Enumerator,
}

impl NamedKind {
    /// What it is, for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Macro => "macro",
            Self::Include => "include",
            Self::Declaration => "declaration",
            Self::Forward => "forward declaration",
            Self::Local => "local variable",
            Self::Label => "label",
            Self::Enumerator => "enumerator",
        }
    }
}

/// What is a part of something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A member of a struct or union.
    Member,
    /// An entry of a variable's initialiser.
    Field,
}

impl PartKind {
    /// What it is, for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Field => "entry",
        }
    }
}

impl Kind for Delete {
    type Keys = DeleteKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/vfio_pci_config.c"
function = "vfio_bar_restore"
what = { statement = "pci_info($PDEV, $$$ARGS);" }
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(keys: &DeleteKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &DeleteKeys, given: &Given<'_>) -> Option<Self> {
        let functions = compiler.functions(given.functions);
        if given.comment.is_some() {
            let message = "a deletion has no `comment`";
            let help = "the comment that is about what is deleted goes along; new words are a `kind = \"comment\"`";
            compiler
                .mistakes
                .report(&keys.span, message, "nothing to comment", help);
        }
        let what = keys.what.as_ref().and_then(|what| deleted(compiler, what));
        if let Some(Deleted::Named(NamedKind::Local | NamedKind::Label, _)) = &what {
            compiler.named_functions(given.functions, &keys.span)?;
        }
        let unused = keys.unused.as_ref();
        let has_name = !matches!(
            &what,
            Some(
                Deleted::Statement(_)
                    | Deleted::Named(
                        NamedKind::Include | NamedKind::Forward | NamedKind::Label,
                        _
                    )
                    | Deleted::PartOf(PartKind::Field, _)
            )
        );
        if let Some(unused) = unused.filter(|flag| flag.value && !has_name) {
            let message = "`unused` is asked of what has no name of its own";
            let help = "leave it out: a statement, a label, an include, a forward declaration or an entry has none";
            compiler
                .mistakes
                .report(&unused.span, message, "no name", help);
        }
        let beside = compiler.beside(places!(keys), |compiler, text| {
            compiler.pattern(text, Fragment::Any)
        });
        let texts = keys.after.as_ref().or(keys.before.as_ref());
        if let (Some(texts), Some(what)) = (texts, &what)
            && !matches!(what, Deleted::Statement(_))
        {
            let help = "leave it out: what has a name is found by it";
            let message = "only a statement is told by its neighbour";
            compiler
                .mistakes
                .report(&texts.span, message, "beside what has a name", help);
        }
        Some(Self {
            functions: functions?,
            what: what?,
            beside: beside?,
            tight: keys.tight.as_ref().is_some_and(|flag| flag.value),
            unused: unused.is_some_and(|flag| flag.value),
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Within(&self.functions)
    }
}

fn deleted(compiler: &mut Compiler<'_>, what: &DeleteWhat) -> Option<Deleted> {
    let named = [
        (NamedKind::Function, &what.function),
        (NamedKind::Macro, &what.r#macro),
        (NamedKind::Include, &what.include),
        (NamedKind::Declaration, &what.declaration),
        (NamedKind::Forward, &what.forward),
        (NamedKind::Local, &what.local),
        (NamedKind::Label, &what.label),
        (NamedKind::Enumerator, &what.enumerator),
    ];
    let parts = [
        (PartKind::Member, &what.member),
        (PartKind::Field, &what.field),
    ];
    let given = named.iter().filter(|(_, texts)| texts.is_some()).count()
        + parts.iter().filter(|(_, texts)| texts.is_some()).count()
        + usize::from(what.statement.is_some());
    if given != 1 {
        let message = match given {
            0 => "`what` names nothing",
            _ => "`what` names several things",
        };
        let help = "give it one key: `what = { function = \"foo\" }`; several deletions are several changes";
        compiler
            .mistakes
            .report(&what.span, message, "what goes?", help);
        return None;
    }
    if let Some(texts) = &what.statement {
        let patterns = compiler.patterns(texts, "statement", Fragment::Any)?;
        return Some(Deleted::Statement(patterns));
    }
    for (kind, texts) in named {
        if let Some(texts) = texts {
            let items = compiler.some(texts, kind.word())?;
            let names = all(items.iter().map(|text| match kind {
                NamedKind::Include => included(compiler, text),
                _ => compiler.identifier(text, kind.word()),
            }))?;
            return Some(Deleted::Named(kind, names));
        }
    }
    for (kind, texts) in parts {
        if let Some(texts) = texts {
            let items = compiler.some(texts, kind.word())?;
            let names = all(items.iter().map(|text| dotted(compiler, text, kind)))?;
            return Some(Deleted::PartOf(kind, names));
        }
    }
    None
}

fn included(compiler: &mut Compiler<'_>, text: &Text) -> Option<String> {
    let header = compiler.line(text, "include")?;
    let is_quoted = |open: char, close: char| header.starts_with(open) && header.ends_with(close);
    if header.len() > 2 && (is_quoted('<', '>') || is_quoted('"', '"')) {
        return Some(header);
    }
    let message = format!("`{}` is not a header", header.escape_debug());
    let help = "write the delimiters too: `'<linux/pci.h>'` or `'\"pci.h\"'`";
    compiler
        .mistakes
        .report(&text.span, message, "malformed header", help);
    None
}

/// `pci_dev.is_virtfn`
fn dotted(compiler: &mut Compiler<'_>, text: &Text, kind: PartKind) -> Option<(String, String)> {
    let is_name = crate::compile::place::is_identifier;
    if let Some((of, name)) = text.value.split_once('.')
        && is_name(of)
        && is_name(name)
    {
        return Some((of.to_owned(), name.to_owned()));
    }
    let message = format!(
        "`{}` does not name the {} of something",
        text.value.escape_debug(),
        kind.word()
    );
    let help = match kind {
        PartKind::Member => "write the struct, too: `pci_dev.is_virtfn`",
        PartKind::Field => "write the variable, too: `basic_perm.writefn`",
    };
    compiler
        .mistakes
        .report(&text.span, message, "not OF.NAME", help);
    None
}
