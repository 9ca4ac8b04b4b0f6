//! Invariants, frame checks, verdicts and reports. Never depends on the generator.

pub mod finding;
