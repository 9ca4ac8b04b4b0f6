//! Stated invariants: one list of them, one module each. As [`kinds`](crate::kinds) has it for changes.

mod member_name;
mod scope;
mod steps;

pub use member_name::MemberName;
pub use scope::Scope;

use crate::compile::Compiler;
use crate::raw::{KindInfo, Kinds, Section, Table};

/// Calls the macro `$room` with every kind of stated invariant: module, type, and the name that a spec gives it,
/// in the order of the reference.
#[macro_export]
macro_rules! for_each_invariant {
    ($room:ident) => {
        $room! {
            writes_only_in: WritesOnlyIn => "writes-only-in",
            reads_only_in: ReadsOnlyIn => "reads-only-in",
            every_test: EveryTest => "every-test",
            order: Order => "order",
            guarded: Guarded => "guarded",
            present: Present => "present",
            absent: Absent => "absent",
            count: Count => "count",
            calls: Calls => "calls",
            config: Config => "config",
        }
    };
}

/// What a kind of stated invariant says of itself to the spec language.
pub(crate) trait Claim: Sized {
    /// The keys that this kind alone has.
    type Keys: Section;

    /// A table of this kind without its header and `kind`: the example of the reference, and what
    /// `patchwright new --invariant` writes.
    const EXAMPLE: &'static str;

    /// Checks the keys.
    fn compile(compiler: &mut Compiler<'_>, keys: &Self::Keys) -> Option<Self>;
}

macro_rules! spec_language {
    ($($module:ident: $Claim:ident => $name:literal,)+) => {
        $(mod $module;)+
        $(pub use $module::*;)+

        /// What a stated invariant says.
        #[derive(Clone, Debug)]
        pub enum InvariantKind {
            $(
                #[doc = concat!("`", $name, "`")]
                $Claim($Claim),
            )+
        }

        impl InvariantKind {
            /// Every kind, as a spec writes it.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The kind as a spec writes it.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$Claim(_) => $name,)+
                }
            }
        }

        /// What an invariant says, with the keys of its kind.
        #[derive(Clone, Debug)]
        pub(crate) enum InvariantKeys {
            $(
                #[doc = $name]
                $Claim(<$Claim as Claim>::Keys),
            )+
        }

        impl InvariantKeys {
            /// Checks the keys of the kind.
            pub(crate) fn compile(&self, compiler: &mut Compiler<'_>) -> Option<InvariantKind> {
                match self {
                    $(Self::$Claim(keys) => {
                        $Claim::compile(compiler, keys).map(InvariantKind::$Claim)
                    })+
                }
            }
        }

        impl Kinds for InvariantKeys {
            const ALL: &'static [KindInfo] = &[
                $(KindInfo {
                    name: $name,
                    about: <$Claim as Claim>::Keys::ABOUT,
                    keys: <$Claim as Claim>::Keys::KEYS,
                    example: $Claim::EXAMPLE,
                },)+
            ];

            fn read_kind(
                kind: &str,
                table: &Table<'_>,
                mistakes: &mut crate::mistakes::Mistakes,
            ) -> Option<Self> {
                match kind {
                    $($name => {
                        Some(Self::$Claim(<$Claim as Claim>::Keys::read_keys(table, mistakes)))
                    })+
                    _ => None,
                }
            }
        }
    };
}
crate::for_each_invariant!(spec_language);
