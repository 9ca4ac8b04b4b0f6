//! What a spec does not say: the tree that its series leaves is changed in small ways, one at a time, and each of
//! these mutants is judged by the spec, as mails and as a landed tree. What still holds is a survivor: the spec (or
//! the verifier) does not see the difference.
//!
//! `material` is what there is to change, `classes` are the ways to change it, one module each, `judge` asks the
//! verifier, `outcome` counts. Every mutant is made from the syntax tree of the patched files, so that it is C
//! that a person could have written, and lives in memory alone.

mod classes;
mod edit;
mod hint;
mod judge;
mod lines;
mod material;
mod nodes;
mod outcome;
mod sequence;

pub use classes::Class;
pub use judge::{Options, run};
pub use material::{Material, Unusable};
pub use outcome::{ClassCount, Outcome, Survivor, Tally, Way};
