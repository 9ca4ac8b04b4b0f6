//! Sites, change kinds, layout, diff and mail.

mod diff;
mod layout;
mod mail;
