//! Sites, change kinds, layout, diff and mail.

mod diff;
mod edit;
pub mod failure;
mod layout;
mod mail;
mod manifest;
mod miss;
mod near;
mod precedence;
mod syntax;
mod target;
