//! `rename`: another name for something that has one, wherever the tree uses it.

use dialect::TreePath;

use super::{Given, Kind, Subject};
use crate::compile::Compiler;
use crate::compile::words::{all, optional};
use crate::invariants::MemberName;
use crate::raw::{Flag, Text, Texts, section};

section! {
    /// Another name for what `file` declares: there, and wherever else the tree uses it. A namesake keeps its name: another
    /// struct's member, a local variable, a static function of another file. Refused by file and line: a place of which it
    /// cannot be told whose it is, a name that a macro pastes together, a use in a file that is not C, and a new name that is
    /// taken.
    RenameKeys at span {
        /// A function, or alternatives. It is what one of these eight keys names that is renamed.
        Optional function: Texts,
        /// A macro.
        Optional r#macro as "macro": Texts,
        /// A struct, by its tag.
        Optional r#struct as "struct": Texts,
        /// A union, by its tag.
        Optional union: Texts,
        /// An enum, by its tag.
        Optional r#enum as "enum": Texts,
        /// A type, by the name that a `typedef` gives it.
        Optional r#typedef as "typedef": Texts,
        /// A member, by its struct: `pci_dev.is_virtfn`.
        Optional member: Texts,
        /// A value of an enum.
        Optional enumerator: Texts,
        /// The new name.
        Required to: Text,
        /// Whether comments and documentation that mention the name are changed, too. Without it they are only listed; the
        /// kernel-doc of what is renamed is changed always.
        Optional prose: Flag,
        /// The file that keeps the old name for who still uses it elsewhere: `#define OLD NEW`, behind the first declaration of
        /// it there. Not of a member or a tag.
        Optional keep: Text,
        /// The folders and files that are searched; without it, the whole tree but `tools/`. What is elsewhere is another
        /// thing of the name.
        Optional scope: Texts,
    }
}

/// Another name.
#[derive(Clone, Debug)]
pub struct Rename {
    /// What has the name.
    pub sort: Sort,
    /// The name: the first of these that the file declares.
    pub names: Vec<String>,
    /// Of a member, its struct or union, for each of the names.
    pub records: Vec<String>,
    /// The new name.
    pub to: String,
    /// Comments and documentation change, too.
    pub prose: bool,
    /// The file that keeps the old name.
    pub keep: Option<TreePath>,
    /// Folders and files. Empty: the whole tree.
    pub scope: Vec<TreePath>,
}

/// What can be renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A function.
    Function,
    /// A macro.
    Macro,
    /// The tag of a struct.
    Struct,
    /// The tag of a union.
    Union,
    /// The tag of an enum.
    Enum,
    /// A name that a `typedef` declares.
    Typedef,
    /// A member of a struct or a union.
    Member,
    /// A value of an enum.
    Enumerator,
}

impl Sort {
    /// What it is, for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Macro => "macro",
            Self::Struct => "struct",
            Self::Union => "union",
            Self::Enum => "enum",
            Self::Typedef => "typedef",
            Self::Member => "member",
            Self::Enumerator => "enumerator",
        }
    }

    /// Whether it is a tag, which is behind a keyword wherever it is used.
    #[must_use]
    pub fn is_tag(self) -> bool {
        matches!(self, Self::Struct | Self::Union | Self::Enum)
    }
}

impl Kind for Rename {
    type Keys = RenameKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/pci/iov.c"
function = "pci_iov_add_virtfn"
to = "pci_iov_add_vf"
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(keys: &RenameKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &RenameKeys, given: &Given<'_>) -> Option<Self> {
        super::no_comment(compiler, given, "a `comment` change gives it other words");
        let subject = subject(compiler, keys);
        let to = keys.to.as_ref();
        let to = to.and_then(|to| compiler.identifier(to, "thing of C").map(|name| (to, name)));
        let scope = optional(keys.scope.as_ref(), |texts| compiler.paths(texts, "scope"));
        let keep = optional(keys.keep.as_ref(), |text| compiler.path(text));
        let (sort, names, records) = subject?;
        if let Some(text) = keys.keep.as_ref()
            && (sort.is_tag() || sort == Sort::Member)
        {
            let message = format!("a {} keeps no second name", sort.word());
            let help = "leave `keep` out: a macro of the name would take every other thing of the name, too";
            compiler
                .mistakes
                .report(&text.span, message, "`keep` has no meaning here", help);
        }
        let (text, to) = to?;
        if names.contains(&to) {
            let message = format!("`{to}` is the name that it has");
            compiler.mistakes.report(
                &text.span,
                message,
                "what changes?",
                "give `to` the new name",
            );
            return None;
        }
        if dialect::words::is_keyword(to.as_bytes()) {
            let message = format!("`{to}` is a keyword of C");
            compiler
                .mistakes
                .report(&text.span, message, "not a name", "give `to` the new name");
            return None;
        }
        Some(Self {
            sort,
            names,
            records,
            to,
            keep: keep?,
            prose: keys.prose.as_ref().is_some_and(|flag| flag.value),
            scope: scope?.unwrap_or_default(),
        })
    }

    fn subject(&self) -> Subject<'_> {
        match self.sort {
            Sort::Function => Subject::Within(&self.names),
            _ => Subject::File,
        }
    }
}

/// What is renamed: its sort, its names, and of members their structs.
fn subject(
    compiler: &mut Compiler<'_>,
    keys: &RenameKeys,
) -> Option<(Sort, Vec<String>, Vec<String>)> {
    let all_keys = [
        (Sort::Function, &keys.function),
        (Sort::Macro, &keys.r#macro),
        (Sort::Struct, &keys.r#struct),
        (Sort::Union, &keys.union),
        (Sort::Enum, &keys.r#enum),
        (Sort::Typedef, &keys.r#typedef),
        (Sort::Member, &keys.member),
        (Sort::Enumerator, &keys.enumerator),
    ];
    let given: Vec<(Sort, &Texts)> = all_keys
        .iter()
        .filter_map(|(sort, texts)| Some((*sort, texts.as_ref()?)))
        .collect();
    let [(sort, texts)] = given[..] else {
        let message = match given.is_empty() {
            true => "the change does not say what is renamed",
            false => "the change names several things",
        };
        let help = "give it one of `function`, `macro`, `struct`, `union`, `enum`, `typedef`, `member` and `enumerator`; \
                    several renames are several changes";
        compiler
            .mistakes
            .report(&keys.span, message, "what is renamed?", help);
        return None;
    };
    let items = compiler.some(texts, sort.word())?;
    if sort == Sort::Member {
        let members = all(items.iter().map(|text| MemberName::compile(compiler, text)))?;
        let (names, records) = members
            .into_iter()
            .map(|MemberName { record, member }| (member, record))
            .unzip();
        return Some((sort, names, records));
    }
    let names = all(items
        .iter()
        .map(|text| compiler.identifier(text, sort.word())))?;
    Some((sort, names, Vec::new()))
}
