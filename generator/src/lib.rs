//! Sites, change kinds, layout, diff and mail: from a spec and a tree to a series, ready to be mailed.
//!
//! [`render`] either lands every change on just the sites that its spec declares, or gives a
//! `RenderFailure` that names each change that does not land, why, and what comes near. `write` puts
//! the series into the out directory as a whole. Nothing here judges the result: that is `verify`'s, which
//! sees only the files on disk.

mod anchor;
mod braces;
mod commit;
mod diff;
mod edit;
mod failure;
mod fragment;
mod heading;
mod inline;
mod kinds;
mod layout;
mod mail;
mod manifest;
mod merge;
mod output;
mod place;
mod plan;
mod reached;
mod series;
mod under;

pub use commit::prep::{Prep, base_branch};
pub use commit::{Branch, CommitError};
pub use failure::{FailureKind, NearMiss, Problem, RenderFailure};
pub use fragment::Writes;
pub use kinds::writes;
pub use mail::date::{BadEpoch, series_date};
pub use mail::{Mailing, RangeDiff};
pub use manifest::{
    Alternative, ChangeFacts, FileFacts, Manifest, PatchFacts, SiteFacts, SpecFacts,
};
pub use output::{WriteError, write};
pub use series::{
    Differs, Located, Rendered, Reversed, Snapshot, Unsure, locate, mails_of, render, reverse,
    trial,
};
