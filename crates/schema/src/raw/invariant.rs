//! The keys that every invariant has.

use super::kinded::Kinded;
use super::{Text, section};
use crate::invariants::InvariantKeys;

/// An `[[invariant]]`.
pub(crate) type RawInvariant = Kinded<InvariantCommon, InvariantKeys>;

section! {
    /// A property of the patched tree. The kind says which further keys it has.
    InvariantCommon {
        /// A name for reports, unique in the spec.
        Required id: Text,
        /// Why it has to hold; shown in the report.
        Optional reason: Text,
    }
}
