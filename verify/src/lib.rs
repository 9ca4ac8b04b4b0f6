//! Invariants, frame checks, verdicts and reports. Never depends on the generator.
//!
//! What is judged is bytes on disk: mailed patches and the tree they are for. `frame` looks at
//! everything that a series must leave alone, `implied` at what each declared change says by its
//! kind, `stated` at the spec's own invariants.

mod at_once;
mod comparison;
mod earlier;
mod explained;
pub mod finding;
mod frame;
mod ground;
mod implied;
mod includes;
mod judge;
mod nodes;
pub mod report;
mod stated;
mod word_index;

pub use finding::{Finding, Report, Verdict};
pub use ground::Ground;
pub use judge::{
    judge_changes, judge_landed, judge_named, judge_patches, judge_series, judge_superseded,
};
