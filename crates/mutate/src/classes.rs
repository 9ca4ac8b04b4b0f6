//! The ways to change what a series leaves, one module each, all of them named in one list.

mod bypass;
mod conditional;
mod constant;
mod dropped;
mod duplicate;
mod mail;
mod moved;
mod operator;
mod preserving;
mod receiver;
mod renamed;
mod typed;
mod undeclared;
mod write;

use crate::edit::Mutation;
use crate::material::Material;

macro_rules! classes {
    ($($module:ident: $Class:ident => $name:literal, $most:literal, $about:literal;)+) => {
        /// A class of mutants.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Class {
            $(
                #[doc = $about]
                $Class,
            )+
        }

        impl Class {
            /// Every class, in the order in which they are reported.
            pub const ALL: &'static [Self] = &[$(Self::$Class,)+];

            /// Its name on the command line and in reports.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$Class => $name,)+
                }
            }

            /// What its mutants do.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$Class => $about,)+
                }
            }

            /// How many of its mutants are judged, of all that can be made.
            pub(crate) fn most(self) -> usize {
                match self {
                    $(Self::$Class => $most,)+
                }
            }

            /// All that it can do to the material.
            pub(crate) fn mutations(self, material: &Material<'_>) -> Vec<Mutation> {
                match self {
                    $(Self::$Class => $module::mutations(material),)+
                }
            }
        }
    };
}

classes! {
    dropped: Drop => "drop", 40, "leave out a hunk, a change, a statement or an operand";
    operator: Operator => "operator", 40, "negate a condition, swap an operator";
    moved: Move => "move", 40, "move a statement or a member: before, after, into or out of what is around it";
    write: Write => "write", 40, "write a declared member elsewhere: plainly, through a pointer, a macro, an initialiser";
    typed: Type => "type", 30, "change a type, a width or a storage class";
    constant: Constant => "constant", 30, "change a constant or a name that is one";
    duplicate: Duplicate => "duplicate", 30, "have a statement, a member or a macro twice";
    conditional: Conditional => "conditional", 40, "put code under #if 0 or a CONFIG symbol";
    bypass: Bypass => "bypass", 40, "leave or jump over code before it runs";
    receiver: Receiver => "receiver", 40, "shadow a variable, or use another one or another member";
    renamed: Rename => "rename", 30, "leave the old name at a place that is renamed, or rename a namesake";
    undeclared: Undeclared => "undeclared", 8, "change code that the spec does not speak of";
    mail: Mail => "mail", 60, "edit the mails";
    preserving: Preserving => "preserving", 200, "change nothing that means anything: each one that does not hold is a false alarm";
}

impl Class {
    /// Those whose mutants have to be noticed.
    #[must_use]
    pub fn breaking() -> Vec<Self> {
        let all = Self::ALL.iter().copied();
        all.filter(|class| !class.is_preserving()).collect()
    }

    /// Whether its mutants have to hold.
    #[must_use]
    pub fn is_preserving(self) -> bool {
        self == Self::Preserving
    }

    /// The class of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|class| class.name() == name)
    }
}
