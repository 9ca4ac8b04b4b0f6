//! Stated invariants: what every kind has.

use crate::compile::Compiler;
use crate::compile::words::{all, optional};
use crate::model::Invariant;
use crate::tables::RawInvariant;

impl Compiler<'_> {
    pub(super) fn invariants(&mut self, raw: &[RawInvariant]) -> Option<Vec<Invariant>> {
        all(raw.iter().map(|raw| self.invariant(raw)))
    }

    fn invariant(&mut self, raw: &RawInvariant) -> Option<Invariant> {
        let reason = optional(raw.common.reason.as_ref(), |text| {
            self.prose(text, "reason")
        });
        let kind = raw.own.as_ref().and_then(|own| own.compile(self));
        Some(Invariant {
            id: raw.common.id.as_ref()?.value.clone(),
            kind: kind?,
            reason: reason?.unwrap_or_default(),
            may_be_missing: raw
                .common
                .may_be_missing
                .as_ref()
                .is_some_and(|flag| flag.value),
            span: raw.span.clone(),
        })
    }
}
