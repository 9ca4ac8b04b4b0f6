//! What an anchor of a spec means in a tree: once, for generator, verifier and import.
//!
//! Which of the alternatives, which definitions of a function in the arms of an `#if`, which struct of that name, whose
//! member, how many: these are questions about the language, and two answers to one of them would be a false verdict.
//! What is written at a site is the generator's, whether the patched tree is right is the verifier's: neither is here.

pub mod arms;
pub mod bare;
pub mod block;
pub mod effects;
mod file_level;
mod forms;
pub mod kinds;
pub mod lines;
mod names;
pub mod occurrences;
pub mod records;
mod resolve;
mod resolver;
pub mod scope;
pub mod statement;
pub mod sweep;
pub mod truth;
pub mod unnamed;
mod unresolved;
pub mod wide;
pub mod widening;
pub mod words;

pub use forms::{first_file, first_form, in_its_language, no_file};
pub use names::{brief, listed, near_line, nearest_name, one_line, similar_names};
pub use resolve::{Sited, find, resolve};
pub use resolver::{
    Alternative, Chosen, Resolver, alternative, counted, live_functions, named_lines, outermost,
    side_key,
};
pub use unresolved::{NearMiss, Reason, Unresolved};
