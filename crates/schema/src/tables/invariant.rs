//! The keys that every invariant has.

use crate::invariants::InvariantKeys;
use crate::raw::{Flag, Kinded, Text, section};

/// An `[[invariant]]`.
pub(crate) type RawInvariant = Kinded<InvariantCommon, InvariantKeys>;

section! {
    /// A property of the patched tree. The kind says which further keys it has.
    InvariantCommon {
        /// A name for reports, unique in the spec.
        Required id: Text,
        /// Why it has to hold; shown in the report.
        Optional reason: Text,
        /// Whether the tree may lack what it names: the files, folders, functions and members of a claim are otherwise
        /// looked for, and a claim about what is nowhere is unknown.
        Optional may_be_missing as "may-be-missing": Flag,
    }
}
