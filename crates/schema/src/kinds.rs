//! Kinds of change: one list of them, one module each.
//!
//! [`for_each_kind`](crate::for_each_kind) is the only list of kinds in the program. Every room (this crate,
//! the generator's plans, the verifier's judgements) makes its modules and its dispatch from it, and the tests
//! walk it, so that a kind which lacks a part anywhere does not compile, or fails a test that names what it
//! lacks. A `match` by hand would do the same until somebody ends one with `_`.

mod widening;

pub use widening::Widening;

use dialect::TreePath;

use crate::compile::Compiler;
use crate::raw::{KindInfo, Kinds, Section, Table, Text, Texts};

/// Calls the macro `$room` with every kind of change: module, type, and the name that a spec gives it, in the
/// order of the reference.
#[macro_export]
macro_rules! for_each_kind {
    ($room:ident) => {
        $room! {
            member: Member => "member",
            assign: Assign => "assign",
            test: Test => "test",
            split: Split => "split",
            function: Function => "function",
            macros: Macro => "macro",
            include: Include => "include",
            comment: Comment => "comment",
            rewrite: Rewrite => "rewrite",
            line: Line => "line",
            lines: Lines => "lines",
            rust_method: RustMethod => "rust-method",
            insert: Insert => "insert",
            delete: Delete => "delete",
            field: Field => "field",
            guard: Guard => "guard",
            hunk: Hunk => "hunk",
            declaration: Declaration => "declaration",
            export: Export => "export",
            redefine: Redefine => "redefine",
            file: WholeFile => "file",
            signature: Signature => "signature",
            rename: Rename => "rename",
        }
    };
}

/// What a kind of change says of itself to the spec language.
pub(crate) trait Kind: Sized {
    /// The keys that this kind alone has.
    type Keys: Section;

    /// A table of this kind without its header and `kind`, which changes the built-in tree: the example of the
    /// reference, and what `patchwright new --kind` writes.
    const EXAMPLE: &'static str;

    /// Whether the code that the spec gives has its comments in it, or the kind writes none. Another form of such a change
    /// does not take over `comment`, which would be put above it once more.
    const HAS_OWN_COMMENTS: bool;

    /// The key `function`, as far as the kind has it.
    fn functions(keys: &Self::Keys) -> Option<&Texts>;

    /// Checks the keys.
    fn compile(compiler: &mut Compiler<'_>, keys: &Self::Keys, given: &Given<'_>) -> Option<Self>;

    /// What it is about.
    fn subject(&self) -> Subject<'_>;
}

/// What a kind is given beside its own keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'r> {
    /// The words of the comment.
    pub(crate) comment: Option<&'r str>,
    /// It as the table itself has it: another form takes it over.
    pub(crate) comment_as_written: Option<&'r Text>,
    /// The files that it is in, or alternatives.
    pub(crate) files: &'r [TreePath],
    /// The functions: the table's own, or those of the change that it is another form of.
    pub(crate) functions: Option<&'r Texts>,
}

/// Says that a kind which writes no comment has none: a key that does nothing would mislead.
pub(crate) fn no_comment(compiler: &mut Compiler<'_>, given: &Given<'_>, help: &str) {
    if let Some(Text { span, .. }) = given.comment_as_written {
        let message = "this kind of change writes no comment";
        compiler
            .mistakes
            .report(span, message, "`comment` has no effect here", help);
    }
}

/// What a change is about: what it brings into the tree that has a name, or where it is.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// It brings a member.
    Member(&'a Member),
    /// It brings a function of this name.
    Function(&'a str),
    /// It brings a macro of this name.
    Macro(&'a str),
    /// It brings a Rust method of this name.
    Method(&'a str),
    /// It edits the first of these functions that the file has; the whole file where there are none.
    Within(&'a [String]),
    /// It edits the file as such.
    File,
}

impl<'a> Subject<'a> {
    /// The name of what it brings, or of the function that it is in.
    #[must_use]
    pub fn name(self) -> Option<&'a str> {
        match self {
            Self::Member(member) => Some(&member.name),
            Self::Function(name) | Self::Macro(name) | Self::Method(name) => Some(name),
            Self::Within(functions) => functions.first().map(String::as_str),
            Self::File => None,
        }
    }
}

macro_rules! spec_language {
    ($($module:ident: $Kind:ident => $name:literal,)+) => {
        $(mod $module;)+
        $(pub use $module::*;)+

        /// What a change does.
        #[derive(Clone, Debug)]
        pub enum ChangeKind {
            $(
                #[doc = concat!("`", $name, "`")]
                $Kind($Kind),
            )+
        }

        impl ChangeKind {
            /// Every kind, as a spec writes it.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The kind as a spec writes it.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$Kind(_) => $name,)+
                }
            }

            /// What the change is about.
            #[must_use]
            pub fn subject(&self) -> Subject<'_> {
                match self {
                    $(Self::$Kind(kind) => kind.subject(),)+
                }
            }
        }

        /// What a change does, with the keys of its kind.
        #[derive(Clone, Debug)]
        pub(crate) enum ChangeKeys {
            $(
                #[doc = $name]
                // Boxed: some kinds have many keys.
                $Kind(Box<<$Kind as Kind>::Keys>),
            )+
        }

        impl ChangeKeys {
            /// The key `function`, as far as the kind has it.
            pub(crate) fn functions(&self) -> Option<&Texts> {
                match self {
                    $(Self::$Kind(keys) => $Kind::functions(keys),)+
                }
            }

            /// Whether the code that the spec gives has its comments in it.
            pub(crate) fn has_own_comments(&self) -> bool {
                match self {
                    $(Self::$Kind(_) => $Kind::HAS_OWN_COMMENTS,)+
                }
            }

            /// Whether the kind brings code on lines of its own, which `under` puts under a condition.
            pub(crate) fn adds_code(&self) -> bool {
                matches!(
                    self,
                    Self::Member(_)
                        | Self::Function(_)
                        | Self::Insert(_)
                        | Self::Field(_)
                        | Self::Declaration(_)
                )
            }

            /// The kind as a spec writes it.
            pub(crate) fn name(&self) -> &'static str {
                match self {
                    $(Self::$Kind(_) => $name,)+
                }
            }

            /// Whether the kind takes old forms away wherever they are, in one file or in many.
            pub(crate) fn sweeps(&self) -> bool {
                matches!(self, Self::Rewrite(_) | Self::Test(_))
            }

            /// Checks the keys of the kind.
            pub(crate) fn compile(
                &self,
                compiler: &mut Compiler<'_>,
                given: &Given<'_>,
            ) -> Option<ChangeKind> {
                match self {
                    $(Self::$Kind(keys) => {
                        $Kind::compile(compiler, keys, given).map(ChangeKind::$Kind)
                    })+
                }
            }
        }

        impl Kinds for ChangeKeys {
            const ALL: &'static [KindInfo] = &[
                $(KindInfo {
                    name: $name,
                    about: <$Kind as Kind>::Keys::ABOUT,
                    keys: <$Kind as Kind>::Keys::KEYS,
                    example: $Kind::EXAMPLE,
                },)+
            ];

            fn read_kind(
                kind: &str,
                table: &Table<'_>,
                mistakes: &mut crate::mistakes::Mistakes,
            ) -> Option<Self> {
                match kind {
                    $($name => {
                        let keys = <$Kind as Kind>::Keys::read_keys(table, mistakes);
                        Some(Self::$Kind(Box::new(keys)))
                    })+
                    _ => None,
                }
            }
        }
    };
}
crate::for_each_kind!(spec_language);
